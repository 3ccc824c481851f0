/*
 * Life cycles: every transition of card, domain and purse that is legal, every
 * one that is not, and what a locked and a terminated card still do.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"

#define WIRED YKT_SE_WIRED
#define AIR   YKT_SE_CONTACTLESS

#define AID_SSD2    "A00000063201FF02"
#define INSTALL_SSD "80E60C002007A000000151535008A00000015153504108"
#define SELECT_CRS  "00A4040009A0000001514352530000"

static int
setup(void **state)
{
	struct card *card = card_new();

	tsm_make_purse(card);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_load(card, WIRED, 5000), SW_OK);
	*state = card;

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

/* Puts a state where a test could not go by commands. */
static void
force(struct card *card, uint32_t off, uint8_t value)
{
	se_journal_begin(&card->se.journal);
	se_journal_put(&card->se.journal, off, ykt_bytes(&value, 1));
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
}

static bool
card_step_is_legal(uint8_t from, uint8_t to)
{
	static const uint8_t legal[][2] = {
		{ 0x01, 0x07 },
		{ 0x07, 0x0F },
		{ 0x0F, 0x7F },
		{ 0x7F, 0x0F },
		{ 0x01, 0xFF },
		{ 0x07, 0xFF },
		{ 0x0F, 0xFF },
		{ 0x7F, 0xFF },
	};

	for (size_t i = 0; i < YKT_ARRAY_LEN(legal); i++)
		if (legal[i][0] == from && legal[i][1] == to)
			return true;

	return false;
}

/* From every state of the card to all 256 values, with every privilege. */
static void
test_the_card_moves_only_along_its_life(void **state)
{
	static const uint8_t states[] = { 0x01, 0x07, 0x0F, 0x7F };
	struct card *card = *state;
	struct card *kept = malloc(sizeof(*kept));
	struct snapshot before, after;

	assert_non_null(kept);
	force(card, SE_SD_OFF(0) + SE_SD_PRIVILEGES, 0x98);
	for (size_t i = 0; i < YKT_ARRAY_LEN(states); i++) {
		struct tsm tsm, kept_tsm;

		force(card, SE_HEAD_CARD_STATE, 0x0F);
		tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
		force(card, SE_HEAD_CARD_STATE, states[i]);
		*kept = *card;
		kept_tsm = tsm;
		snapshot_take(card, &before);
		for (unsigned to = 0; to <= 0xFF; to++) {
			char cmd[16];
			uint16_t sw;

			card->se = kept->se;
			card->nvm = kept->nvm;
			tsm = kept_tsm;
			tsm.data = YKT_BUF(tsm.data_bytes);
			snprintf(cmd, sizeof(cmd), "80F080%02X", to);
			/* A terminated card has no channel left to answer in. */
			if (to == 0xFF) {
				uint8_t plain_bytes[8], bytes[64];
				struct ykt_buf plain = YKT_BUF(plain_bytes);
				struct ykt_buf wrapped = YKT_BUF(bytes);

				assert_int_equal(ykt_hex_decode(cmd, 8, &plain), YKT_OK);
				assert_int_equal(scp03_cmd_wrap(card->crypto, &tsm.session,
						     ykt_buf_view(&plain), &wrapped),
				    YKT_OK);
				sw = card_send(card, WIRED, ykt_buf_view(&wrapped), NULL);
			} else {
				sw = tsm_send_hex(&tsm, cmd);
			}
			snapshot_take(card, &after);
			if (card_step_is_legal(states[i], (uint8_t)to)) {
				assert_int_equal(sw, SW_OK);
				assert_int_equal(after.home[SE_HEAD_CARD_STATE], to);
			} else {
				if (sw != SW_DATA || !snapshot_equal(&before, &after))
					fail_msg("%02X to %02X: %04X", states[i], to, sw);
			}
		}
		card->se = kept->se;
		card->nvm = kept->nvm;
	}
	free(kept);
}

static void
test_privileges_are_needed(void **state)
{
	static const struct {
		const char *why;
		uint8_t privileges;
		const char *cmd;
		uint16_t sw;
	} rows[] = {
		{ "locking without the privilege", 0x80, "80F0807F", SW_CONDITIONS },
		{ "terminating without the privilege", 0x90, "80F080FF", SW_CONDITIONS },
		{ "terminating with card lock only", 0x90, "80F080FF08" AID_ISD, SW_CONDITIONS },
		{ "a domain that is not the issuer's", 0x90, "80F0807F08" AID_SSD,
		    SW_DATA_NOT_FOUND },
	};
	struct card *card = *state;
	struct snapshot before, after;
	struct tsm tsm;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		force(card, SE_SD_OFF(0) + SE_SD_PRIVILEGES, rows[i].privileges);
		tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
		snapshot_take(card, &before);
		if (tsm_send_hex(&tsm, rows[i].cmd) != rows[i].sw)
			fail_msg("%s: %04X", rows[i].why, tsm.sw);
		snapshot_take(card, &after);
		assert_true(snapshot_equal(&before, &after));
	}
	/* The first steps belong to the issuer, whatever a domain has. */
	force(card, SE_SD_OFF(1) + SE_SD_PRIVILEGES, 0x98);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	force(card, SE_HEAD_CARD_STATE, 0x01);
	assert_int_equal(tsm_send_hex(&tsm, "80F08007"), SW_CONDITIONS);
	force(card, SE_HEAD_CARD_STATE, 0x0F);
}

static void
test_a_locked_card_only_looks_and_unlocks(void **state)
{
	struct card *card = *state;
	struct tsm tsm;
	struct snapshot before, after;
	static const struct {
		const char *cmd;
		uint16_t sw;
	} rows[] = {
		{ "80F28002024F0000", SW_OK },
		{ "80CA006600", SW_OK },
		{ "80F0408008" AID_PURSE, SW_CONDITIONS },
		{ "80F0608008" AID_SSD, SW_CONDITIONS },
		{ "80E400000A4F08" AID_PURSE "00", SW_CONDITIONS },
		{ INSTALL_SSD AID_SSD2 "018002C9000000", SW_CONDITIONS },
		{ "80E2900003420100", SW_CONDITIONS },
		{ "80D80081", SW_CONDITIONS },
		{ "80F0807F", SW_DATA },
	};

	expect_sw(card, SW_OK, "0070000001");
	expect_sw(card, SW_OK, "01A4040008" AID_PURSE "00");
	assert_memory_equal(card_hex(card, AIR, SELECT_PURSE), "6F31", 4);
	card_hex(card, AIR, "805001020B0100000064" TERMINAL_HEX "0F");
	assert_int_equal(card->se.purse.state, SE_PURSE_DEBIT);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80F0807F08" AID_ISD), SW_OK);
	/* A tap in the middle is over, and nothing but the domain is found. */
	assert_int_equal(card->se.purse.state, SE_PURSE_IDLE);
	expect_on(card, AIR, "805C000204", "6D00");
	expect(card, "815C000204", "6D00");
	expect_on(card, AIR, SELECT_PURSE, "6A82");
	expect_on(card, AIR, "00A404000E325041592E5359532E444446303100", "6A82");
	expect(card, "0070000001", "6A81");
	expect(card, "01A4040009A0000001514352530000", "6A82");
	expect(card, "01A4040008" AID_SSD "00", "6A82");
	expect_sw(card, SW_WARN_FILE_BLOCKED, "01A4040008" AID_ISD "00");
	snapshot_take(card, &before);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		if (tsm_send_hex(&tsm, rows[i].cmd) != rows[i].sw)
			fail_msg("%s: %04X", rows[i].cmd, tsm.sw);
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
	/* It stays so over a restart, and the channel opens again to unlock. */
	assert_int_equal(card_boot(card), YKT_OK);
	expect_on(card, AIR, SELECT_PURSE, "6A82");
	expect_sw(card, SW_WARN_FILE_BLOCKED, "00A4040000");
	force(card, SE_HEAD_CARD_STATE, 0x0F);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	force(card, SE_HEAD_CARD_STATE, 0x7F);
	assert_int_equal(tsm_send_hex(&tsm, "80F0800F"), SW_OK);
	assert_memory_equal(card_hex(card, AIR, SELECT_PURSE), "6F31", 4);
	expect_on(card, AIR, "805C000204", "000013889000");
}

static void
test_a_terminated_card_only_says_what_it_was(void **state)
{
	struct card *card = *state;
	struct tsm tsm;
	struct snapshot before, after;
	uint8_t bytes[64], plain[] = { 0x80, 0xF0, 0x80, 0xFF };
	struct ykt_buf wrapped = YKT_BUF(bytes);

	force(card, SE_SD_OFF(0) + SE_SD_PRIVILEGES, 0x98);
	assert_memory_equal(card_hex(card, AIR, SELECT_PURSE), "6F31", 4);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(
	    scp03_cmd_wrap(card->crypto, &tsm.session, YKT_BYTES(plain), &wrapped), YKT_OK);
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&wrapped), NULL), SW_OK);
	snapshot_take(card, &before);
	for (int round = 0; round < 2; round++) {
		expect_on(card, AIR, SELECT_PURSE, "6985");
		expect_on(card, AIR, "805C000204", "6985");
		expect(card, "00A4040000", "6985");
		expect(card, "8050000008010203040506070800", "6985");
		expect(card, "0070000001", "6985");
		expect(card, "80F28002024F0000", "6985");
		expect_sw(card, SW_OK, "80CA9F7F00");
		expect_sw(card, SW_OK, "80CA004500");
		assert_int_equal(card_boot(card), YKT_OK);
	}
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
}

/* SET STATUS of a domain: state before, P2, status word, state after. */
static const struct {
	const char *why;
	uint8_t from;
	uint8_t wish;
	uint16_t sw;
	uint8_t to;
} domain_rows[] = {
	{ "installed: lock", 0x03, 0x80, SW_OK, 0x83 },
	{ "installed: personalised too early", 0x03, 0x0F, SW_DATA, 0x03 },
	{ "installed: selectable is for INSTALL", 0x03, 0x07, SW_DATA, 0x03 },
	{ "installed: installed", 0x03, 0x03, SW_DATA, 0x03 },
	{ "selectable: personalised", 0x07, 0x0F, SW_OK, 0x0F },
	{ "selectable: back to installed", 0x07, 0x03, SW_DATA, 0x07 },
	{ "selectable: selectable", 0x07, 0x07, SW_DATA, 0x07 },
	{ "selectable: loaded", 0x07, 0x01, SW_DATA, 0x07 },
	{ "selectable: nothing", 0x07, 0x00, SW_DATA, 0x07 },
	{ "selectable: a state of its own", 0x07, 0x1F, SW_DATA, 0x07 },
	{ "selectable: the card's lock", 0x07, 0x7F, SW_DATA, 0x07 },
	{ "selectable: lock", 0x07, 0x80, SW_OK, 0x87 },
	{ "selectable: lock, lower bits do not count", 0x07, 0xFF, SW_OK, 0x87 },
	{ "personalised: back to selectable", 0x0F, 0x07, SW_DATA, 0x0F },
	{ "personalised: personalised", 0x0F, 0x0F, SW_DATA, 0x0F },
	{ "personalised: lock", 0x0F, 0x80, SW_OK, 0x8F },
	{ "locked: lock", 0x8F, 0x80, SW_DATA, 0x8F },
	{ "locked: unlock goes back to what it was", 0x8F, 0x07, SW_OK, 0x0F },
	{ "locked: unlock", 0x87, 0x00, SW_OK, 0x07 },
	{ "locked while installed: unlock", 0x83, 0x0F, SW_OK, 0x03 },
};

static const struct {
	const char *why;
	uint8_t from;
	uint8_t wish;
	uint16_t sw;
	uint8_t to;
} purse_rows[] = {
	{ "installed: selectable is for INSTALL (T20)", 0x03, 0x07, SW_DATA, 0x03 },
	{ "installed: personalised", 0x03, 0x0F, SW_DATA, 0x03 },
	{ "installed: lock", 0x03, 0x80, SW_OK, 0x83 },
	{ "locked while installed: unlock does not make it selectable", 0x83, 0x07, SW_OK, 0x03 },
	{ "selectable: installed", 0x07, 0x03, SW_DATA, 0x07 },
	{ "selectable: personalised", 0x07, 0x0F, SW_DATA, 0x07 },
	{ "selectable: selectable", 0x07, 0x07, SW_DATA, 0x07 },
	{ "selectable: lock", 0x07, 0x80, SW_OK, 0x87 },
	{ "locked: lock", 0x87, 0x83, SW_DATA, 0x87 },
	{ "locked: unlock", 0x87, 0x00, SW_OK, 0x07 },
};

static void
one_transition(struct card *card, struct tsm *tsm, uint32_t off, const char *aid, const char *why,
    uint8_t from, uint8_t wish, uint16_t sw, uint8_t to)
{
	struct snapshot before, after;
	char cmd[64];

	force(card, off, from);
	snapshot_take(card, &before);
	snprintf(cmd, sizeof(cmd), "80F040%02X08%s", wish, aid);
	if (tsm_send_hex(tsm, cmd) != sw)
		fail_msg("%s: %04X", why, tsm->sw);
	snapshot_take(card, &after);
	if (after.home[off] != to || snapshot_equal(&before, &after) != (sw != SW_OK))
		fail_msg("%s: now %02X", why, after.home[off]);
}

static void
test_domains_and_purses_move_only_along_their_lives(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, INSTALL_SSD AID_SSD2 "018002C9000000"), SW_OK);
	for (size_t i = 0; i < YKT_ARRAY_LEN(domain_rows); i++)
		one_transition(card, &tsm, SE_SD_OFF(2), AID_SSD2, domain_rows[i].why,
		    domain_rows[i].from, domain_rows[i].wish, domain_rows[i].sw, domain_rows[i].to);
	for (size_t i = 0; i < YKT_ARRAY_LEN(purse_rows); i++)
		one_transition(card, &tsm, SE_PURSE_OFF(0), AID_PURSE, purse_rows[i].why,
		    purse_rows[i].from, purse_rows[i].wish, purse_rows[i].sw, purse_rows[i].to);
}

static void
test_a_domain_says_itself_that_it_is_personalised(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80F0408008" AID_SSD), SW_CONDITIONS);
	assert_int_equal(tsm_send_hex(&tsm, "80F0400F08" AID_SSD), SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, "80F0400F08" AID_SSD), SW_DATA);
	assert_int_equal(tsm_send_hex(&tsm, "80F0408008" AID_PURSE), SW_CONDITIONS);
}

/* Scope 60: the domain and what is associated with it, in one write. */
static void
test_a_domain_is_locked_with_its_applications(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80F0608008" AID_PURSE), SW_DATA);
	assert_int_equal(tsm_send_hex(&tsm, "80F0608008" AID_SSD), SW_OK);
	expect_on(card, AIR, SELECT_PURSE, "6A82");
	expect_on(card, AIR, "00A4040008" AID_SSD "00", "6A82");
	assert_int_equal(tsm_send_hex(&tsm, "80F0600008" AID_SSD), SW_OK);
	assert_memory_equal(card_hex(card, AIR, SELECT_PURSE), "6F31", 4);
	assert_int_equal(tsm_send_hex(&tsm, "80F0608008" AID_ISD), SW_CONDITIONS);
}

/* A domain with the global privileges reaches what is not its own; only with them. */
static void
test_global_privileges_reach_everything(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	force(card, SE_SD_OFF(1) + SE_SD_PRIVILEGES + 1, 0x08);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, INSTALL_SSD AID_SSD2 "018002C9000000"), SW_OK);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80F0408008" AID_SSD2), SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, "80E400000A4F08" AID_SSD2 "00"), SW_CONDITIONS);
	assert_int_equal(tsm_send_hex(&tsm, "80F240020A4F08" AID_SSD2 "00"), SW_DATA_NOT_FOUND);
	force(card, SE_SD_OFF(1) + SE_SD_PRIVILEGES + 1, 0x14);
	assert_int_equal(tsm_send_hex(&tsm, "80F0400008" AID_SSD2), SW_CONDITIONS);
	assert_int_equal(tsm_send_hex(&tsm, "80F240020A4F08" AID_SSD2 "00"), SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, "80E400000A4F08" AID_SSD2 "00"), SW_OK);
}

/* No domain gives what it does not have. */
static void
test_privileges_are_not_made_from_nothing(void **state)
{
	struct card *card = *state;
	struct snapshot before, after;
	struct tsm tsm;

	force(card, SE_SD_OFF(1) + SE_SD_PRIVILEGES + 1, 0x40);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	snapshot_take(card, &before);
	assert_int_equal(tsm_send_hex(&tsm, INSTALL_SSD AID_SSD2 "018802C9000000"), SW_CONDITIONS);
	assert_int_equal(
	    tsm_send_hex(&tsm,
		"80E60C002207A000000151535008A00000015153504108" AID_SSD2 "0380500002C9000000"),
	    SW_CONDITIONS);
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
	assert_int_equal(tsm_send_hex(&tsm, INSTALL_SSD AID_SSD2 "018002C9000000"), SW_OK);
	assert_int_equal(
	    tsm_send_hex(&tsm, "80E640000F000008" AID_SSD2 "0190000000"), SW_CONDITIONS);
}

static void
test_the_card_tells_what_it_can_and_has(void **state)
{
	struct card *card = *state;
	char want[64];

	expect_sw(card, SW_OK, "00A4040000");
	expect(card, "80CA006700",
	    "6715A0098001038101708201078103F85C008203000000"
	    "9000");
	/* One purse and one domain are there; the others are free. */
	snprintf(want, sizeof(want), "FF210F8101028204%08X8304%08X9000",
	    (unsigned)((SE_SD_COUNT - 2) * SE_SD_SIZE + (SE_PURSE_COUNT - 1) * SE_PURSE_SIZE +
		       SE_IDENT_COUNT * SE_IDENT_SIZE),
	    (unsigned)SE_STORE_MAX);
	expect(card, "80CAFF2100", want);
	expect(card, "80CA006800", "6A88");
	/* With as many purses as there are places the rest is of no use to a card. */
	for (unsigned i = 1; i < SE_PURSE_COUNT; i++) {
		snprintf(want, sizeof(want), AID_PURSE "%02X", i);
		tsm_install_purse(card, want);
	}
	expect_sw(card, SW_OK, "00A4040000");
	snprintf(want, sizeof(want), "FF210F8101%02X8204000000008304%08X9000", SE_PURSE_COUNT + 1,
	    (unsigned)SE_STORE_MAX);
	expect(card, "80CAFF2100", want);
}

/* The lock is one write: cut, the card is locked or it is not. */
static void
test_a_cut_lock_is_one_or_the_other(void **state)
{
	struct card *card = *state;
	struct card *torn = malloc(sizeof(*torn));
	uint8_t bytes[64], plain[] = { 0x80, 0xF0, 0x80, 0x7F };
	struct ykt_buf cmd = YKT_BUF(bytes);
	unsigned seen[2] = { 0, 0 };
	bool fired = true;
	struct tsm tsm;

	assert_non_null(torn);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(
	    scp03_cmd_wrap(card->crypto, &tsm.session, YKT_BYTES(plain), &cmd), YKT_OK);
	*torn = *card;
	for (unsigned at = 1; fired; at++) {
		for (unsigned tear = 0; tear < TEAR_COUNT; tear++) {
			uint8_t now;

			card->se = torn->se;
			card->nvm = torn->nvm;
			nvm_fault(&card->nvm, at, FAULT_CUT, (enum tear)tear);
			card_send(card, WIRED, ykt_buf_view(&cmd), NULL);
			fired = card->nvm.fired;
			nvm_power(&card->nvm);
			assert_int_equal(card_boot(card), YKT_OK);
			now = card->se.journal.home[SE_HEAD_CARD_STATE];
			assert_true(now == 0x0F || now == 0x7F);
			seen[now == 0x7F]++;
		}
	}
	assert_true(seen[0] > 0 && seen[1] > 0);
	free(torn);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_the_card_moves_only_along_its_life),
		T(test_privileges_are_needed),
		T(test_a_locked_card_only_looks_and_unlocks),
		T(test_a_terminated_card_only_says_what_it_was),
		T(test_domains_and_purses_move_only_along_their_lives),
		T(test_a_domain_says_itself_that_it_is_personalised),
		T(test_a_domain_is_locked_with_its_applications),
		T(test_global_privileges_reach_everything),
		T(test_privileges_are_not_made_from_nothing),
		T(test_the_card_tells_what_it_can_and_has),
		T(test_a_cut_lock_is_one_or_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
