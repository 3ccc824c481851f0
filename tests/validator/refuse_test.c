/*
 * Every refusal: its reason, and that neither card nor queue nor torn list moved.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/sw.h"
#include "se/image.h"
#include "rig.h"
#include "validator/internal.h"

/* Offsets in the purse. */
#define ENTRY_LOCK   (SE_PURSE_DATA + 5)
#define BUS_LOCK     (SE_PURSE_DATA + SE_DATA_LEN + 5)
#define METRO_STATUS (SE_PURSE_DATA + 14)
#define METRO_CITY   (SE_PURSE_DATA + 15)
#define METRO_FROM   (SE_PURSE_DATA + 35 + 6)

static void
another_kind(struct rig *rig)
{
	card_patch(rig->cards[0], SE_PURSE_AID, "A000000632010106");
}

static void
fci_without_file_15(struct rig *rig)
{
	air_fault(&rig->air[0], (struct air_fault){ .ins = 0xA4,
				    .mode = AIR_ANSWER,
				    .text = "6F0F8408A000000632010105A5039F0800"
					    "9000" });
}

static void
number_with_letters(struct rig *rig)
{
	card_patch(rig->cards[0], SE_PURSE_FILE15 + 10, "0310517000000000000A");
}

static void
number_too_long(struct rig *rig)
{
	card_patch(rig->cards[0], SE_PURSE_FILE15 + 10, "13105170000000000001");
}

static void
end_is_no_date(struct rig *rig)
{
	card_patch(rig->cards[0], SE_PURSE_FILE15 + 24, "FFFFFFFF");
}

static void
block(struct rig *rig, const char *command)
{
	(void)card_hex(rig->cards[0], YKT_SE_WIRED, SELECT_PURSE);
	assert_int_equal(terminal_sm(rig->cards[0], YKT_SE_WIRED, command, ""), SW_OK);
}

static void
blocked(struct rig *rig)
{
	block(rig, "841E0000");
}

static void
blocked_for_good(struct rig *rig)
{
	block(rig, "841E0001");
}

static void
foreign_issuer(struct rig *rig)
{
	card_patch(rig->cards[0], SE_PURSE_FILE15, "03103000FFFFFFFF");
}

static void
local_only(struct rig *rig)
{
	card_patch(rig->cards[0], SE_PURSE_FILE17 + 8, "0000");
}

static void
not_enabled(struct rig *rig)
{
	card_patch(rig->cards[0], SE_PURSE_FILE15 + 9, "00");
}

static void
from_tomorrow(struct rig *rig)
{
	card_patch(rig->cards[0], SE_PURSE_FILE15 + 20, "20260726");
}

static void
until_yesterday(struct rig *rig)
{
	card_patch(rig->cards[0], SE_PURSE_FILE15 + 24, "20260724");
}

static void
without_dates(struct rig *rig)
{
	card_patch(rig->cards[0], SE_PURSE_FILE15 + 20, "0000000000000000");
}

static void
metro_locked(struct rig *rig)
{
	card_patch(rig->cards[0], ENTRY_LOCK, "01");
}

static void
bus_locked(struct rig *rig)
{
	card_patch(rig->cards[0], BUS_LOCK, "01");
}

static void
inside(struct rig *rig)
{
	tap_expect(rig, GATE_IN, 0, VALIDATOR_OPEN, "ok");
}

static void
inside_updated(struct rig *rig)
{
	card_patch(rig->cards[0], METRO_STATUS, "03");
}

static void
outside_again(struct rig *rig)
{
	inside(rig);
	tap_expect(rig, GATE_OUT, 0, VALIDATOR_OPEN, "ok");
}

static void
inside_elsewhere(struct rig *rig)
{
	inside(rig);
	card_patch(rig->cards[0], METRO_CITY, "1000");
}

static void
record_of_another_kind(struct rig *rig)
{
	card_patch(rig->cards[0], SE_PURSE_DATA, "2703");
}

static void
nothing_loaded(struct rig *rig)
{
	card_patch(rig->cards[0], SE_PURSE_MONEY + SE_MONEY_BALANCE, "000000");
}

static void
one_fen_short(struct rig *rig)
{
	card_patch(rig->cards[0], SE_PURSE_MONEY + SE_MONEY_BALANCE, "0000C7");
}

static void
short_of_the_way_back(struct rig *rig)
{
	inside(rig);
	card_patch(rig->cards[0], SE_PURSE_MONEY + SE_MONEY_BALANCE, "00012B");
}

static void
richer_than_the_cap(struct rig *rig)
{
	card_patch(rig->cards[0], SE_PURSE_CAP, "0186A2");
	card_patch(rig->cards[0], SE_PURSE_MONEY + SE_MONEY_BALANCE, "0186A1");
}

static void
reopen_with(struct rig *rig, enum gate_name name, ykt_fen tap_cap, ykt_fen metro_step)
{
	gate_close(rig, name);
	rig->gates[name].options.tap_cap = tap_cap;
	rig->gates[name].options.fares.metro_step = metro_step;
	assert_status(gate_try(rig, name), YKT_OK);
}

static void
ride_over_the_cap(struct rig *rig)
{
	reopen_with(rig, GATE_OUT, FARE_METRO, 100);
	inside(rig);
	card_patch(rig->cards[0], METRO_FROM, "0001");
}

/* 300 + 8192 steps of 2^19 fen are 2^32 + 300: cut to 32 bits, a ride for 3 yuan. */
static void
fare_past_32_bits(struct rig *rig)
{
	reopen_with(rig, GATE_OUT, 600000, 524288);
	inside(rig);
	card_patch(rig->cards[0], METRO_FROM, "800A");
}

static void
counter_at_its_end(struct rig *rig)
{
	card_patch(rig->cards[0], SE_PURSE_MONEY + SE_MONEY_OFFLINE, "FFFF");
}

static void
answer(struct rig *rig, uint8_t ins, const char *text)
{
	air_fault(&rig->air[0], (struct air_fault){ .ins = ins, .mode = AIR_ANSWER, .text = text });
}

static void
init_unknown_algorithm(struct rig *rig)
{
	answer(rig, 0x50, "00002710000000000001AA010203049000");
}

static void
init_unknown_key_version(struct rig *rig)
{
	answer(rig, 0x50, "0000271000000000007700010203049000");
}

static void
init_one_byte_short(struct rig *rig)
{
	answer(rig, 0x50, "00002710000000000001000102039000");
}

static void
init_impossible_balance(struct rig *rig)
{
	answer(rig, 0x50, "80000000000000000001000102030490 00");
}

static void
init_no_data(struct rig *rig)
{
	answer(rig, 0x50, "9000");
}

static void
update_refused(struct rig *rig)
{
	answer(rig, 0xDC, "6A83");
}

static void
init_blocked(struct rig *rig)
{
	answer(rig, 0x50, "6A81");
}

static void
debit_wrong_mac(struct rig *rig)
{
	answer(rig, 0x54, "9302");
}

static void
debit_locked(struct rig *rig)
{
	answer(rig, 0x54, "9303");
}

static void
journey_of_127_bytes(struct rig *rig)
{
	answer(rig, 0xB2, "9000");
}

static void
full_queue(struct rig *rig)
{
	struct validator *validator = rig->gates[GATE_BUS].validator;
	struct state *next = state_begin(validator);

	next->queue.tail = QUEUE_SEGMENTS_MAX;
	next->queue.sealed = QUEUE_SEGMENTS_MAX * QUEUE_SEGMENT;
	next->queue.open_count = QUEUE_SEGMENT;
	assert_status(state_commit(validator), YKT_OK);
}

static void
psam_at_its_end(struct rig *rig)
{
	/* psam_priv.h: the next terminal sequence; 0 when all are used up. */
	memset(rig->gates[GATE_BUS].psam.journal.home + 208, 0, 4);
}

static void
psam_blocked(struct rig *rig)
{
	rig->gates[GATE_BUS].psam.journal.home[212] = SE_PSAM_FAILS_MAX;
}

static const struct {
	const char *why;
	enum gate_name gate;
	void (*make)(struct rig *rig);
	const char *reason;
} rows[] = {
	{ "a card of another kind", GATE_IN, another_kind, "not_our_kind" },
	{ "no file 15 in the FCI", GATE_BUS, fci_without_file_15, "not_our_kind" },
	{ "letters in the number", GATE_BUS, number_with_letters, "not_our_kind" },
	{ "a number of 20 digits", GATE_BUS, number_too_long, "not_our_kind" },
	{ "an end that is no date", GATE_BUS, end_is_no_date, "not_our_kind" },
	{ "blocked for a time", GATE_IN, blocked, "card_blocked" },
	{ "blocked for ever", GATE_BUS, blocked_for_good, "card_blocked" },
	{ "an issuer that nobody listed", GATE_BUS, foreign_issuer, "issuer_unknown" },
	{ "another city's card that stays there", GATE_BUS_2, local_only, "local_card_only" },
	{ "not enabled", GATE_IN, not_enabled, "card_not_enabled" },
	{ "valid from tomorrow", GATE_IN, from_tomorrow, "card_not_valid_yet" },
	{ "expired yesterday", GATE_BUS, until_yesterday, "card_expired" },
	{ "dates of zeros", GATE_BUS, without_dates, "card_expired" },
	{ "metro journey locked", GATE_IN, metro_locked, "card_locked" },
	{ "bus journey locked", GATE_BUS, bus_locked, "card_locked" },
	{ "inside already", GATE_IN, inside, "journey_open" },
	{ "inside, entry updated", GATE_IN, inside_updated, "journey_open" },
	{ "never inside", GATE_OUT, NULL, "no_entry" },
	{ "outside again", GATE_OUT, outside_again, "no_entry" },
	{ "inside in another city", GATE_OUT, inside_elsewhere, "journey_elsewhere" },
	{ "a record of another industry", GATE_IN, record_of_another_kind, "not_our_kind" },
	{ "no journey record", GATE_IN, journey_of_127_bytes, "not_our_kind" },
	{ "no money, entry", GATE_IN, nothing_loaded, "low_balance" },
	{ "no money, bus", GATE_BUS, nothing_loaded, "low_balance" },
	{ "one fen short", GATE_BUS, one_fen_short, "low_balance" },
	{ "one fen short at the exit", GATE_OUT, short_of_the_way_back, "low_balance" },
	{ "more on it than may be", GATE_BUS, richer_than_the_cap, "over_limit" },
	{ "a ride dearer than may be", GATE_OUT, ride_over_the_cap, "over_limit" },
	{ "a fare past 32 bits", GATE_OUT, fare_past_32_bits, "over_limit" },
	{ "the counter is at its end", GATE_BUS, counter_at_its_end, "card_refused" },
	{ "an unknown algorithm", GATE_BUS, init_unknown_algorithm, "card_refused" },
	{ "an unknown key version", GATE_BUS, init_unknown_key_version, "card_refused" },
	{ "INITIALIZE a byte short", GATE_BUS, init_one_byte_short, "card_refused" },
	{ "INITIALIZE with 2^31 fen", GATE_BUS, init_impossible_balance, "card_refused" },
	{ "INITIALIZE without data", GATE_BUS, init_no_data, "card_refused" },
	{ "INITIALIZE says blocked", GATE_BUS, init_blocked, "card_blocked" },
	{ "UPDATE refused", GATE_BUS, update_refused, "card_refused" },
	{ "DEBIT: MAC1 wrong", GATE_BUS, debit_wrong_mac, "card_refused" },
	{ "DEBIT: locked", GATE_BUS, debit_locked, "card_refused" },
	{ "the queue is full", GATE_BUS, full_queue, "out_of_service" },
	{ "the PSAM has no number left", GATE_BUS, psam_at_its_end, "out_of_service" },
	{ "the PSAM has refused itself", GATE_BUS, psam_blocked, "out_of_service" },
};

static bool
known_reason(const char *reason)
{
	for (size_t i = 0; validator_reasons[i] != NULL; i++) {
		if (strcmp(validator_reasons[i], reason) == 0)
			return true;
	}
	return false;
}

/* Equal but for the torn record that a refused DEBIT wrote and took back. */
static void
assert_same_state(const struct validator *validator, const struct state *before, const char *why)
{
	const struct state *now = &validator->state;

	assert_true_why(now->torn_count == before->torn_count, why);
	assert_true_why(now->queue.open_count == before->queue.open_count, why);
	assert_true_why(now->queue.sealed == before->queue.sealed, why);
	assert_true_why(
	    now->queue.head == before->queue.head && now->queue.tail == before->queue.tail, why);
}

static void
test_each_refusal(void **state)
{
	static struct snapshot before, after;
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct validator_result result;
		struct state queue;

		rig_again(rig);
		if (rows[i].make != NULL)
			rows[i].make(rig);
		snapshot_take(rig->cards[0], &before);
		queue = rig->gates[rows[i].gate].validator->state;
		assert_status_why(tap_status(rig, rows[i].gate, 0, &result), YKT_OK, rows[i].why);
		if (strcmp(result.reason, rows[i].reason) != 0)
			fail_msg("%s: %s, not %s", rows[i].why, result.reason, rows[i].reason);
		assert_true_why(result.gate == VALIDATOR_CLOSED, rows[i].why);
		assert_true_why(known_reason(result.reason), rows[i].why);
		snapshot_take(rig->cards[0], &after);
		assert_true_why(snapshot_equal(&before, &after), rows[i].why);
		assert_same_state(rig->gates[rows[i].gate].validator, &queue, rows[i].why);
	}
}

/* Before DEBIT a refusal costs not even a write. */
static void
test_refusals_write_nothing(void **state)
{
	static struct disk before;
	struct rig *rig = *state;

	tap_expect(rig, GATE_BUS, 1, VALIDATOR_OPEN, "ok");
	before = rig->gates[GATE_BUS].disk;
	one_fen_short(rig);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_CLOSED, "low_balance");
	not_enabled(rig);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_CLOSED, "card_not_enabled");
	assert_true(disk_equal(&before, &rig->gates[GATE_BUS].disk));
	assert_int_equal(before.changes, rig->gates[GATE_BUS].disk.changes);
}

/* The last place of the queue is sold, the next is not; after an upload it is again. */
static void
test_full_queue_to_the_last_place(void **state)
{
	struct rig *rig = *state;
	struct validator *validator = rig->gates[GATE_BUS].validator;
	struct state *next = state_begin(validator);

	next->queue.tail = QUEUE_SEGMENTS_MAX;
	next->queue.sealed = QUEUE_SEGMENTS_MAX * QUEUE_SEGMENT;
	next->queue.open_count = QUEUE_SEGMENT - 1;
	assert_status(state_commit(validator), YKT_OK);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_CLOSED, "out_of_service");
	next = state_begin(validator);
	next->queue.head++;
	next->queue.sealed -= QUEUE_SEGMENT;
	assert_status(state_commit(validator), YKT_OK);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	assert_int_equal(validator->state.queue.open_count, 1);
	assert_int_equal(validator->state.queue.tail, QUEUE_SEGMENTS_MAX + 1);
}

/* A torn tap has its place reserved, so that its rider is let in however full it is. */
static void
test_full_queue_still_recovers(void **state)
{
	struct rig *rig = *state;
	struct validator *validator = rig->gates[GATE_BUS].validator;
	struct state *next;

	air_fault(&rig->air[0], (struct air_fault){ .ins = 0x54, .mode = AIR_LOST_AFTER });
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_RETAP, "retap");
	next = state_begin(validator);
	next->queue.tail = QUEUE_SEGMENTS_MAX;
	next->queue.sealed = QUEUE_SEGMENTS_MAX * QUEUE_SEGMENT;
	next->queue.open_count = QUEUE_SEGMENT - 1;
	assert_status(state_commit(validator), YKT_OK);
	tap_expect(rig, GATE_BUS, 1, VALIDATOR_CLOSED, "out_of_service");
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "recovered");
	assert_int_equal(validator_torn(validator), 0);
	assert_int_equal(validator->state.queue.open_count, QUEUE_SEGMENT);
}

static void
test_psam_gone(void **state)
{
	struct rig *rig = *state;
	struct validator_result result = { .reason = "untouched" };

	rig->gates[GATE_BUS].psam_dead = true;
	assert_status(tap_status(rig, GATE_BUS, 0, &result), YKT_E_LINK);
	assert_string_equal(result.reason, "untouched");
	assert_int_equal(card_money(rig->cards[0]).offline, 0);
	assert_int_equal(validator_torn(rig->gates[GATE_BUS].validator), 0);
	rig->gates[GATE_BUS].psam_dead = false;
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
		TEST(test_each_refusal),
		TEST(test_refusals_write_nothing),
		TEST(test_full_queue_to_the_last_place),
		TEST(test_full_queue_still_recovers),
		TEST(test_psam_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
