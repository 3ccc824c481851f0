/*
 * Two interfaces, one purse session (reliability.md F1b, R2a): a tap while the
 * client is in the middle of a load, and the reverse.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"

#define WIRED     YKT_SE_WIRED
#define AIR       YKT_SE_CONTACTLESS
#define INIT_LOAD "805000020B01000003E8" TERMINAL_HEX "10"
#define INIT_PAY  "805001020B0100000064" TERMINAL_HEX "0F"

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

static void
select_on(struct card *card, enum ykt_se_iface iface)
{
	assert_memory_equal(card_hex(card, iface, SELECT_PURSE), "6F31", 4);
}

static void
send_hex(struct card *card, enum ykt_se_iface iface, const char *hex, struct ykt_buf *ret_data)
{
	uint8_t bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);

	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &cmd), YKT_OK);
	assert_int_equal(card_send(card, iface, ykt_buf_view(&cmd), ret_data), SW_OK);
}

/* Leaves a right CREDIT, on the wired side, to be sent. */
static void
begin_load(struct card *card, struct ykt_buf *ret_credit)
{
	uint8_t bytes[16];
	struct ykt_buf init = YKT_BUF(bytes);

	send_hex(card, WIRED, INIT_LOAD, &init);
	terminal_credit_cmd(card, ykt_buf_view(&init), 1000, ret_credit);
}

/* Leaves a right DEBIT, on the contactless side, to be sent. */
static void
begin_tap(struct card *card, struct ykt_buf *ret_debit)
{
	uint8_t bytes[16];
	struct ykt_buf init = YKT_BUF(bytes);

	send_hex(card, AIR, INIT_PAY, &init);
	terminal_debit_cmd(card, ykt_buf_view(&init), 0x06, 100, 3, ret_debit);
}

static void
test_a_tap_ends_a_load_that_waits_for_its_credit(void **state)
{
	struct card *card = *state;
	uint8_t credit_bytes[64], debit_bytes[64];
	struct ykt_buf credit = YKT_BUF(credit_bytes);
	struct ykt_buf debit = YKT_BUF(debit_bytes);

	for (int selects = 0; selects < 2; selects++) {
		if (selects == 0)
			select_on(card, AIR);
		begin_load(card, &credit);
		if (selects == 1)
			select_on(card, AIR);
		begin_tap(card, &debit);
		assert_int_equal(
		    card_send(card, WIRED, ykt_buf_view(&credit), NULL), SW_CONDITIONS);
		assert_int_equal(card_send(card, AIR, ykt_buf_view(&debit), NULL), SW_OK);
	}
	expect(card, "805C000204", "000012C09000");
	/* The client starts again, without a new SELECT. */
	assert_int_equal(terminal_load(card, WIRED, 1000), SW_OK);
	expect(card, "805C000204", "000016A89000");
}

/* SELECT on the air alone is enough. */
static void
test_a_contactless_select_ends_the_wired_session(void **state)
{
	struct card *card = *state;
	uint8_t bytes[64];
	struct ykt_buf credit = YKT_BUF(bytes);

	begin_load(card, &credit);
	select_on(card, AIR);
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&credit), NULL), SW_CONDITIONS);
}

/* Looking at the wallet's other applications or at nothing at all does not. */
static void
test_other_contactless_commands_leave_a_load_alone(void **state)
{
	struct card *card = *state;
	uint8_t bytes[64], atr_bytes[40];
	struct ykt_buf credit = YKT_BUF(bytes);
	struct ykt_buf atr = YKT_BUF(atr_bytes);

	begin_load(card, &credit);
	card_hex(card, AIR, "00A404000E325041592E5359532E444446303100");
	card_hex(card, AIR, "00A4040000");
	card_hex(card, AIR, "80FF0000");
	se_reset(&card->se, AIR, &atr);
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&credit), NULL), SW_OK);
}

static void
test_the_wire_waits_while_a_tap_is_open(void **state)
{
	struct card *card = *state;
	uint8_t bytes[64];
	struct ykt_buf debit = YKT_BUF(bytes);

	select_on(card, AIR);
	begin_tap(card, &debit);
	expect(card, INIT_LOAD, "6985");
	expect(card, INIT_PAY, "6985");
	expect(card, SELECT_PURSE, "6985");
	/* The refused SELECT took nothing away; reading goes on. */
	expect(card, "805C000204", "000013889000");
	expect_sw(card, SW_OK, "00B201C400");
	expect_sw(card, SW_CONDITIONS, "805401000F00000003" DATETIME_HEX "0000000008");
	assert_int_equal(card_send(card, AIR, ykt_buf_view(&debit), NULL), SW_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_load(card, WIRED, 1000), SW_OK);
}

static void
test_a_wired_reset_does_not_touch_a_tap(void **state)
{
	struct card *card = *state;
	uint8_t bytes[64], atr_bytes[40];
	struct ykt_buf debit = YKT_BUF(bytes);
	struct ykt_buf atr = YKT_BUF(atr_bytes);

	select_on(card, AIR);
	begin_tap(card, &debit);
	se_reset(&card->se, WIRED, &atr);
	assert_int_equal(card_send(card, AIR, ykt_buf_view(&debit), NULL), SW_OK);
}

/* Seeded bug 35: nothing of the debit may be left for the wired side. */
static void
test_field_off_ends_a_tap_and_frees_the_wire(void **state)
{
	struct card *card = *state;
	uint8_t bytes[64], atr_bytes[40];
	struct ykt_buf debit = YKT_BUF(bytes);
	struct ykt_buf atr = YKT_BUF(atr_bytes);

	select_on(card, AIR);
	begin_tap(card, &debit);
	se_reset(&card->se, AIR, &atr);
	assert_int_equal(terminal_load(card, WIRED, 1000), SW_OK);
	select_on(card, AIR);
	assert_int_equal(card_send(card, AIR, ykt_buf_view(&debit), NULL), SW_CONDITIONS);
	expect(card, "805C000204", "000017709000");
}

/* A step can only be taken where its INITIALIZE was. */
static void
test_the_second_step_belongs_to_its_own_side(void **state)
{
	struct card *card = *state;
	uint8_t bytes[64];
	struct ykt_buf credit = YKT_BUF(bytes);

	select_on(card, AIR);
	begin_load(card, &credit);
	assert_int_equal(card_send(card, AIR, ykt_buf_view(&credit), NULL), SW_CONDITIONS);
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&credit), NULL), SW_OK);
	expect(card, "805C000204", "000017709000");
}

/* Bug 32: two instances are still one session. */
static void
test_a_session_is_one_over_all_instances(void **state)
{
	const struct purse_setup other = { AID_PURSE "02", 100000, 0, PURSE_ALG_TDES };
	struct card *card = *state;
	uint8_t bytes[64];
	struct ykt_buf credit = YKT_BUF(bytes);

	tsm_make_purse_as(card, &other);
	expect_sw(card, SW_OK, "00A4040009A0000001514352530000");
	expect(card, "80F001010B4F09" AID_PURSE "02", "9000");
	expect_sw(card, SW_OK, SELECT_PURSE);
	begin_load(card, &credit);
	assert_memory_equal(card_hex(card, AIR, "00A4040009" AID_PURSE "0200"), "6F32", 4);
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&credit), NULL), SW_CONDITIONS);
	/* Each has its own money. */
	expect_on(card, AIR, "805C000204", "000000009000");
	expect(card, "805C000204", "000013889000");
}

static void
test_a_purse_that_is_locked_or_deleted_is_gone_for_the_gate(void **state)
{
	struct card *card = *state;
	uint8_t bytes[64];
	struct ykt_buf debit = YKT_BUF(bytes);
	struct tsm tsm;

	select_on(card, AIR);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	begin_tap(card, &debit);
	assert_int_equal(tsm_send_hex(&tsm, "80F0408008" AID_PURSE), SW_OK);
	assert_int_equal(card_send(card, AIR, ykt_buf_view(&debit), NULL), SW_INS);
	expect_on(card, AIR, SELECT_PURSE, "6A82");
	assert_int_equal(tsm_send_hex(&tsm, "80F0400008" AID_PURSE), SW_OK);
	select_on(card, AIR);
	expect_on(card, AIR, "805C000204", "000013889000");
}

/* Both ends may have a secure channel; each its own. */
static void
test_two_secure_channels_do_not_mix(void **state)
{
	struct card *card = *state;
	struct tsm wired;

	tsm_open(&wired, card, AID_ISD, &tsm_isd_keys, 0x33);
	card_hex(card, AIR, "00A4040000");
	card_hex(card, AIR, "8050000008010203040506070800");
	card_hex(card, AIR,
	    "84823300100000000000000000"
	    "0000000000000000");
	assert_int_equal(tsm_send_hex(&wired, "80F28002024F0000"), SW_OK);
}

/* What is there stays; an answer is whole or is not there, and the buffer says so. */
static void
test_an_answer_goes_behind_what_is_there_or_nowhere(void **state)
{
	struct card *card = *state;
	uint8_t select_bytes[32];
	struct ykt_buf select = YKT_BUF(select_bytes);
	uint8_t bytes[2 + SE_RSP_MAX] = { 0xAB, 0xCD };
	struct ykt_buf rsp = { bytes, 2, 2 + SE_RSP_MAX, false };
	size_t whole;

	assert_int_equal(ykt_hex_decode(SELECT_PURSE, strlen(SELECT_PURSE), &select), YKT_OK);
	se_transceive(&card->se, WIRED, ykt_buf_view(&select), &rsp);
	whole = rsp.len;
	assert_false(rsp.full);
	assert_int_equal(ykt_get_u16(bytes + whole - 2), SW_OK);
	for (size_t room = 0; room <= whole - 2; room++) {
		rsp = (struct ykt_buf){ bytes, 2, 2 + room, false };
		se_transceive(&card->se, WIRED, ykt_buf_view(&select), &rsp);
		assert_int_equal(rsp.full, room < whole - 2);
		assert_int_equal(ykt_get_u16(bytes), 0xABCD);
		if (room == whole - 2)
			assert_int_equal(ykt_get_u16(bytes + whole - 2), SW_OK);
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_a_tap_ends_a_load_that_waits_for_its_credit),
		T(test_a_contactless_select_ends_the_wired_session),
		T(test_other_contactless_commands_leave_a_load_alone),
		T(test_the_wire_waits_while_a_tap_is_open),
		T(test_a_wired_reset_does_not_touch_a_tap),
		T(test_field_off_ends_a_tap_and_frees_the_wire),
		T(test_the_second_step_belongs_to_its_own_side),
		T(test_a_session_is_one_over_all_instances),
		T(test_a_purse_that_is_locked_or_deleted_is_gone_for_the_gate),
		T(test_two_secure_channels_do_not_mix),
		T(test_an_answer_goes_behind_what_is_there_or_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
