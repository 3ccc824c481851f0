/*
 * Parameters: signed, only ever newer, kept, and obeyed (T14, 5.8).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "se/image.h"
#include "rig.h"

static void
set_card(struct wire_gate_params_rsp *params, const char *card_no)
{
	(void)strcpy(params->blacklist[params->blacklist_count++].card_no, card_no);
}

static void
set_fare(struct wire_gate_params_rsp *params, const char *kind, int64_t fen)
{
	(void)strcpy(params->fares[params->fares_count].kind, kind);
	params->fares[params->fares_count++].amount_fen = fen;
}

static void
set_city(struct wire_gate_params_rsp *params, const char *city, const char *issuer_hex)
{
	struct wire_gate_city *to = &params->cities[params->cities_count++];

	(void)strcpy(to->city, city);
	for (unsigned i = 0; i < 8; i++) {
		unsigned byte = 0;

		assert_int_equal(sscanf(issuer_hex + 2 * i, "%2x", &byte), 1);
		to->issuer[i] = (uint8_t)byte;
	}
}

/* What the platform publishes; version and cap are enough for a start. */
static struct wire_gate_params_rsp *
draft(struct rig *rig, int64_t version)
{
	struct wire_gate_params_rsp *params = &rig->gates[GATE_BUS].net.params;

	memset(params, 0, sizeof(*params));
	params->version = version;
	params->cap_fen = 30000;
	return params;
}

static void
fetch(struct rig *rig, enum ykt_status expected, int64_t version)
{
	struct gate *gate = &rig->gates[GATE_BUS];
	int64_t got = 77;

	params_publish(rig, GATE_BUS);
	assert_status(validator_params(gate->validator, &got), expected);
	assert_int_equal(got, expected == YKT_OK ? version : 77);
	assert_int_equal(validator_params_version(gate->validator), version);
}

static void
test_blacklist(void **state)
{
	struct rig *rig = *state;
	struct wire_gate_params_rsp *params = draft(rig, 1);

	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	set_card(params, "03105170000000000009");
	set_card(params, CARD_NO);
	set_card(params, CARD_NO);
	fetch(rig, YKT_OK, 1);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_CLOSED, "card_blacklisted");
	tap_expect(rig, GATE_BUS, 1, VALIDATOR_OPEN, "ok");
	gate_restart(rig, GATE_BUS);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_CLOSED, "card_blacklisted");
	assert_int_equal(card_money(rig->cards[0]).offline, 1);
	(void)draft(rig, 2);
	fetch(rig, YKT_OK, 2);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
}

/* Who was debited before the list came is let in; the list is for the next ride. */
static void
test_blacklisted_after_the_debit(void **state)
{
	struct rig *rig = *state;

	air_fault(&rig->air[0], (struct air_fault){ .ins = 0x54, .mode = AIR_LOST_AFTER });
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_RETAP, "retap");
	set_card(draft(rig, 1), CARD_NO);
	fetch(rig, YKT_OK, 1);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "recovered");
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_CLOSED, "card_blacklisted");
}

static void
test_fares_and_cap(void **state)
{
	struct rig *rig = *state;
	struct validator_result result;

	set_fare(draft(rig, 1), "bus", 250);
	set_fare(&rig->gates[GATE_BUS].net.params, "ferry", 999);
	fetch(rig, YKT_OK, 1);
	result = tap(rig, GATE_BUS, 0);
	assert_int_equal(result.amount, 250);
	/* What is no longer among them is what the options say. */
	(void)draft(rig, 2);
	fetch(rig, YKT_OK, 2);
	result = tap(rig, GATE_BUS, 0);
	assert_int_equal(result.amount, FARE_BUS);
	/* A lower cap closes, a higher one than the options' does not raise it. */
	draft(rig, 3)->cap_fen = FARE_BUS - 1;
	fetch(rig, YKT_OK, 3);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_CLOSED, "over_limit");
	draft(rig, 4)->cap_fen = 60000;
	set_fare(&rig->gates[GATE_BUS].net.params, "bus", 30001);
	fetch(rig, YKT_OK, 4);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_CLOSED, "over_limit");
}

static void
test_metro_fares(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_OUT];
	struct validator_result result;
	int64_t version = 0;

	gate->net.params.version = 1;
	gate->net.params.cap_fen = 30000;
	set_fare(&gate->net.params, "metro", 500);
	params_publish(rig, GATE_OUT);
	assert_status(validator_params(gate->validator, &version), YKT_OK);
	tap_expect(rig, GATE_IN, 0, VALIDATOR_OPEN, "ok");
	result = tap(rig, GATE_OUT, 0);
	assert_int_equal(result.amount, 500);
}

/* Once there are parameters, they say who is taken; the own city always is. */
static void
test_issuers(void **state)
{
	struct rig *rig = *state;

	card_patch(rig->cards[1], SE_PURSE_FILE15, OTHER_ISSUER);
	assert_string_not_equal(tap(rig, GATE_BUS, 1).reason, "issuer_unknown");
	(void)draft(rig, 1);
	fetch(rig, YKT_OK, 1);
	tap_expect(rig, GATE_BUS, 1, VALIDATOR_CLOSED, "issuer_unknown");
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	set_city(draft(rig, 2), "9902", OTHER_ISSUER);
	fetch(rig, YKT_OK, 2);
	assert_string_not_equal(tap(rig, GATE_BUS, 1).reason, "issuer_unknown");
}

static void
test_only_ever_newer(void **state)
{
	struct rig *rig = *state;

	set_card(draft(rig, 7), CARD_NO);
	fetch(rig, YKT_OK, 7);
	(void)draft(rig, 6);
	fetch(rig, YKT_EXPIRED, 7);
	/* The same version, with other words in it, changes nothing either. */
	(void)draft(rig, 7);
	fetch(rig, YKT_OK, 7);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_CLOSED, "card_blacklisted");
	(void)draft(rig, 0);
	fetch(rig, YKT_EXPIRED, 7);
	gate_restart(rig, GATE_BUS);
	(void)draft(rig, 6);
	fetch(rig, YKT_EXPIRED, 7);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_CLOSED, "card_blacklisted");
}

static void
test_nothing_published_yet(void **state)
{
	struct rig *rig = *state;

	(void)draft(rig, 0);
	fetch(rig, YKT_OK, 0);
	assert_null(disk_find(&rig->gates[GATE_BUS].disk, "params"));
}

static void
test_signature(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	struct wire_gate_params_rsp *params = &gate->net.params;
	int64_t version = 77;

	set_card(draft(rig, 1), "03105170000000000009");
	params_publish(rig, GATE_BUS);
	for (unsigned bit = 0; bit < 8 * sizeof(params->sig); bit += 13) {
		params->sig[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_status(validator_params(gate->validator, &version), YKT_E_MAC);
		params->sig[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	params->blacklist[0].card_no[19] = '8';
	assert_status(validator_params(gate->validator, &version), YKT_E_MAC);
	params->blacklist[0].card_no[19] = '9';
	params->version = 2;
	assert_status(validator_params(gate->validator, &version), YKT_E_MAC);
	params->version = 1;
	assert_int_equal(version, 77);
	assert_null(disk_find(&gate->disk, "params"));
	assert_status(validator_params(gate->validator, &version), YKT_OK);
}

/* The platform changed its key: the kept file is believed no longer. */
static void
test_kept_under_another_key(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];

	(void)draft(rig, 1);
	fetch(rig, YKT_OK, 1);
	gate_close(rig, GATE_BUS);
	assert_status(crypto_sm2_generate(rig->crypto, &rig->rng.port, &rig->sign_key), YKT_OK);
	gate->options.params_pub = rig->sign_key.pub;
	assert_status(gate_try(rig, GATE_BUS), YKT_E_MAC);
}

static void
cap_of_nothing(struct wire_gate_params_rsp *params)
{
	params->cap_fen = 0;
}

static void
cap_beyond_a_purse(struct wire_gate_params_rsp *params)
{
	params->cap_fen = 0x1000000;
}

static void
fare_over_the_cap(struct wire_gate_params_rsp *params)
{
	set_fare(params, "bus", 30001);
}

static void
fare_twice(struct wire_gate_params_rsp *params)
{
	set_fare(params, "bus", 100);
	set_fare(params, "bus", 200);
}

static void
number_too_short(struct wire_gate_params_rsp *params)
{
	set_card(params, "0310517000000000000");
}

static void
number_with_letters(struct wire_gate_params_rsp *params)
{
	set_card(params, "0310517000000000000A");
}

static void
test_signed_but_unfit(void **state)
{
	static const struct {
		const char *why;
		void (*spoil)(struct wire_gate_params_rsp *params);
	} rows[] = {
		{ "a cap of nothing", cap_of_nothing },
		{ "a cap that no purse reaches", cap_beyond_a_purse },
		{ "a fare over the cap", fare_over_the_cap },
		{ "one fare twice", fare_twice },
		{ "a card number too short", number_too_short },
		{ "a card number with letters", number_with_letters },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		print_message("%s\n", rows[i].why);
		rows[i].spoil(draft(rig, 1));
		fetch(rig, YKT_E_SERVER, 0);
		assert_null(disk_find(&rig->gates[GATE_BUS].disk, "params"));
	}
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
}

/* All lists at their limit. */
static void
test_as_large_as_may_be(void **state)
{
	struct rig *rig = *state;
	struct wire_gate_params_rsp *params = draft(rig, 1);
	char text[24];

	for (unsigned i = 0; i < WIRE_BLACKLIST_MAX; i++) {
		(void)snprintf(text, sizeof(text), "031051700000000%05u", 99999 - i);
		set_card(params, text);
	}
	for (unsigned i = 0; i < WIRE_FARES_MAX; i++) {
		(void)snprintf(text, sizeof(text), "kind-%u", i);
		set_fare(params, text, 100);
	}
	for (unsigned i = 0; i < WIRE_CITIES_MAX; i++)
		set_city(params, "9902", OTHER_ISSUER);
	fetch(rig, YKT_OK, 1);
	gate_restart(rig, GATE_BUS);
	assert_int_equal(validator_params_version(rig->gates[GATE_BUS].validator), 1);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
}

/* The disk fails or the program dies while the new ones replace the old. */
static void
test_replacing(void **state)
{
	static const enum disk_fault faults[] = { DISK_FAIL, DISK_CRASH_BEFORE, DISK_CRASH_AFTER };
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];

	for (size_t i = 0; i < YKT_ARRAY_LEN(faults); i++) {
		int64_t version = 77;

		rig_again(rig);
		set_card(draft(rig, 1), CARD_NO);
		fetch(rig, YKT_OK, 1);
		disk_power(&gate->disk);
		gate->disk.fault_at = 1;
		gate->disk.fault = faults[i];
		(void)draft(rig, 2);
		params_publish(rig, GATE_BUS);
		assert_status(validator_params(gate->validator, &version),
		    faults[i] == DISK_FAIL ? YKT_E_FILE : YKT_E_DOWN);
		assert_int_equal(version, 77);
		assert_int_equal(validator_params_version(gate->validator), 1);
		gate_restart(rig, GATE_BUS);
		assert_int_equal(validator_params_version(gate->validator),
		    faults[i] == DISK_CRASH_AFTER ? 2 : 1);
		fetch(rig, YKT_OK, 2);
	}
}

static void
test_network(void **state)
{
	static const struct {
		enum net_mode mode;
		enum ykt_status status;
	} rows[] = {
		{ NET_LOST_BEFORE, YKT_E_NET },
		{ NET_LOST_AFTER, YKT_E_NET_UNKNOWN },
		{ NET_CODE_503, YKT_BUSY },
		{ NET_GARBAGE, YKT_E_SERVER },
	};
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		(void)draft(rig, 3);
		gate->net.mode = rows[i].mode;
		fetch(rig, rows[i].status, 0);
	}
	gate->net.mode = NET_OK;
	fetch(rig, YKT_OK, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
		TEST(test_blacklist),
		TEST(test_blacklisted_after_the_debit),
		TEST(test_fares_and_cap),
		TEST(test_metro_fares),
		TEST(test_issuers),
		TEST(test_only_ever_newer),
		TEST(test_nothing_published_yet),
		TEST(test_signature),
		TEST(test_kept_under_another_key),
		TEST(test_signed_but_unfit),
		TEST(test_as_large_as_may_be),
		TEST(test_replacing),
		TEST(test_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
