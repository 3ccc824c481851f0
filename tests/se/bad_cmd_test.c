/*
 * Commands that no terminal should send (docs/bad-inputs.md 5.2), to every
 * application that can be selected: a status word for each, nothing written, and
 * the next good command answered.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/purse_cmd.h"
#include "card/sw.h"

#define SELECT_ISD    "00A4040008" AID_ISD "00"
#define SELECT_PPSE   "00A404000E325041592E5359532E444446303100"
#define INIT_LOAD     "805000020B01000003E8" TERMINAL_HEX "10"
#define INIT_PURCHASE "805001020B0100000064" TERMINAL_HEX "0F"
#define INIT_CAPP     "805003020B0100000064" TERMINAL_HEX "0F"
#define ZEROS_23      "0000000000000000000000000000000000000000000000"
#define CREDIT        "805200000B" DATETIME_HEX "0000000004"
#define DEBIT         "805401000F00000001" DATETIME_HEX "0000000008"

static const char *const selections[] = { SELECT_ISD, SELECT_PURSE, SELECT_PPSE };

static int
setup(void **state)
{
	struct card *card = card_new();

	tsm_make_purse(card);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1000), SW_OK);
	*state = card;

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

/* What the card is before and after; equal but for what a test allows. */
struct watch {
	struct card *card;
	struct snapshot before, after;
	unsigned writes;
};

static struct watch *
watch_begin(struct card *card)
{
	struct watch *watch = malloc(sizeof(*watch));

	assert_non_null(watch);
	watch->card = card;
	watch->writes = card->nvm.writes;
	snapshot_take(card, &watch->before);

	return watch;
}

static void
watch_end(struct watch *watch, const char *why)
{
	snapshot_take(watch->card, &watch->after);
	if (!snapshot_equal(&watch->before, &watch->after))
		fail_msg("%s: something moved", why);
	if (watch->card->nvm.writes != watch->writes)
		fail_msg("%s: something was written", why);
	free(watch);
}

static void
send_sw(struct card *card, const char *cmd, const char *sw, const char *why)
{
	const char *got = card_hex(card, YKT_SE_WIRED, cmd);

	if (strcmp(got + strlen(got) - 4, sw) != 0)
		fail_msg("%s (%s): %s, not %s", why, cmd, got, sw);
}

static const struct {
	const char *why;
	const char *cmd;
	const char *sw;
} malformed[] = {
	{ "nothing", "", "6700" },
	{ "one byte", "80", "6700" },
	{ "two bytes", "8050", "6700" },
	{ "three bytes", "805000", "6700" },
	{ "three bytes of SELECT", "00A404", "6700" },
	{ "Lc over the data", "00A4040008A000000632", "6700" },
	{ "Lc over the data by one", "00A4040008A0000006320101", "6700" },
	{ "data over Lc by two", "00A4040008A0000006320101050000", "6700" },
	{ "Lc 0 with a byte", "00A404000001", "6700" },
	{ "Lc 0 with data", "00A4040000A000000632010105", "6700" },
	{ "extended Lc of no data", "00A40400000000", "6700" },
	{ "extended Lc and a short body", "00A40400000100A000000632", "6700" },
	{ "extended Lc one byte over its body", "00A40400000009A000000632010105", "6700" },
	{ "half an extended Lc", "00A404000001", "6700" },
	{ "extended Le in three bytes and one more", "00A4040000000000", "6700" },
	{ "channel 1, which nobody opened", "01A4040008A00000063201010500", "6881" },
	{ "channel 3, which nobody opened", "03A4040008A00000063201010500", "6881" },
	{ "channel 4", "40A4040008A00000063201010500", "6881" },
	{ "channel 19", "4FA4040008A00000063201010500", "6881" },
	{ "channel 19 with secure messaging", "6FA4040008A00000063201010500", "6881" },
	{ "a chain that begins", "10A4040008A000000632010105", "6884" },
	{ "a chain of another command", "90E2000002AABB", "6884" },
};

static void
test_malformed_commands_reach_no_application(void **state)
{
	for (size_t s = 0; s < YKT_ARRAY_LEN(selections); s++) {
		struct watch *watch;

		expect_sw(*state, SW_OK, selections[s]);
		watch = watch_begin(*state);
		for (size_t i = 0; i < YKT_ARRAY_LEN(malformed); i++)
			send_sw(*state, malformed[i].cmd, malformed[i].sw, malformed[i].why);
		watch_end(watch, selections[s]);
	}
	expect_sw(*state, SW_OK, SELECT_PURSE);
	expect(*state, "805C000204", "000003E89000");
}

/* 264 bytes whose length field says more, less, or what is there. */
static void
test_264_bytes_with_extended_lengths(void **state)
{
	static const uint16_t lengths[] = { 0, 1, 254, 255, 256, 257, 258, 0x7FFF, 0xFFFF };
	static const uint8_t instructions[] = { 0xA4, 0xD6, 0xDC, 0x50, 0x52, 0x54, 0xE2, 0xE6,
		0xD8 };
	struct watch *watch = watch_begin(*state);

	for (size_t i = 0; i < YKT_ARRAY_LEN(lengths); i++)
		for (size_t k = 0; k < YKT_ARRAY_LEN(instructions); k++)
			for (unsigned cla = 0; cla < 2; cla++) {
				uint8_t cmd[264] = { (uint8_t)(cla << 7), instructions[k], 0x04 };
				uint16_t sw;

				ykt_set_u16(cmd + 5, lengths[i]);
				sw = card_send(*state, YKT_SE_WIRED, YKT_BYTES(cmd), NULL);
				/* A class or instruction that the purse lacks is told first. */
				if (sw != SW_LENGTH && sw != SW_INS && sw != SW_CLA &&
				    sw != SW_P1P2)
					fail_msg("%02X%02X, length %u: %04X", cmd[0], cmd[1],
					    lengths[i], sw);
			}
	watch_end(watch, "264 bytes");
}

/* Every class with every instruction, as a bare header: none does anything. */
static void
test_every_class_and_instruction_alone_changes_nothing(void **state)
{
	for (size_t s = 0; s < YKT_ARRAY_LEN(selections); s++) {
		struct watch *watch;

		expect_sw(*state, SW_OK, selections[s]);
		watch = watch_begin(*state);
		for (unsigned cla = 0; cla < 256; cla++)
			for (unsigned ins = 0; ins < 256; ins++) {
				const uint8_t cmd[] = { (uint8_t)cla, (uint8_t)ins, 0xFF, 0xFF };

				/* P1 P2 of FF are nobody's; a challenge is asked for with an Le. */
				if (card_send(*state, YKT_SE_WIRED, YKT_BYTES(cmd), NULL) == SW_OK)
					fail_msg("%s: %02X%02X was taken", selections[s], cla, ins);
			}
		watch_end(watch, selections[s]);
	}
}

/* Every P1 P2 of each command of the purse: what is not in the book is 6A86. */
static void
test_parameters_that_are_in_no_book(void **state)
{
	static const struct {
		uint8_t cla, ins;
		const char *data;  /* with Lc, and Le where it belongs */
		uint16_t known[6]; /* 0000 counts in the first place only */
	} rows[] = {
		{ 0x80, PURSE_INS_CREDIT, "0B" DATETIME_HEX "0000000004", { 0x0000, 0x0002 } },
		{ 0x80, PURSE_INS_DEBIT, "0F00000001" DATETIME_HEX "0000000008",
		    { 0x0100, 0x0200, 0x0300 } },
		{ 0x80, PURSE_INS_INITIALIZE, "0B0100000001" TERMINAL_HEX "10",
		    { 0x0002, 0x0102, 0x0302, 0x0401, 0x0402, 0x0502 } },
		{ 0x84, PURSE_INS_APP_BLOCK, "0400000000", { 0x0000, 0x0001, 0x0100, 0x0101 } },
		{ 0x84, PURSE_INS_APP_UNBLOCK, "0400000000", { 0x0000, 0x0100 } },
		{ 0x00, PURSE_INS_CHALLENGE, "04", { 0x0000 } },
	};
	struct watch *watch = watch_begin(*state);

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		for (unsigned p = 0; p < 0x10000; p += (p & 0xFF) == 0x0F ? 0xF1 : 1) {
			bool known = false;
			char cmd[80];

			for (size_t k = 0; k < YKT_ARRAY_LEN(rows[i].known); k++)
				known = known || (rows[i].known[k] == p && (k == 0 || p != 0));
			if (known)
				continue;
			(void)snprintf(cmd, sizeof(cmd), "%02X%02X%04X%s", rows[i].cla, rows[i].ins,
			    p, rows[i].data);
			send_sw(*state, cmd, "6A86", "P1 P2");
		}
	watch_end(watch, "P1 P2");
}

/* Steps in every wrong order; the transaction is over and no money has moved. */
static void
test_steps_out_of_order(void **state)
{
	static const char *const firsts[] = { INIT_LOAD, INIT_PURCHASE, INIT_CAPP };
	static const char *const seconds[] = { CREDIT, DEBIT, "80DC00F030" TRIP_HEX };
	static const char *const answers[3][3] = {
		{ "9302", "6985", "6985" }, /* of a load: its MAC2 is wrong */
		{ "6985", "9302", "6985" },
		{ "6985", "6985", "9000" }, /* no DEBIT before a record */
	};
	struct card *card = *state;

	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < 3; k++) {
			struct snapshot *before;
			struct snapshot *after;

			expect_sw(card, SW_OK, firsts[i]);
			before = malloc(2 * sizeof(*before));
			after = before + 1;
			snapshot_take(card, before);
			send_sw(card, seconds[k], answers[i][k], "second step");
			/* And whatever it was, it is not there twice. */
			send_sw(card, CREDIT, "6985", "third step");
			send_sw(card, DEBIT, "6985", "fourth step");
			snapshot_take(card, after);
			assert_true(snapshot_equal(before, after));
			free(before);
		}
	expect(card, "805C000204", "000003E89000");
}

static void
test_what_this_card_has_not(void **state)
{
	static const struct {
		const char *why;
		const char *cmd;
		const char *sw;
	} rows[] = {
		{ "VERIFY PIN", "0020000003123456", "6A88" },
		{ "VERIFY PIN, tries asked for", "00200000", "6A88" },
		{ "CHANGE PIN", "805E010007123456FF123456", "6A88" },
		{ "RELOAD PIN", "805E00000712345600000000", "6A88" },
		{ "UNBLOCK PIN", "842400000400000000", "6A88" },
		{ "CARD BLOCK", "841600000400000000", "6982" },
		{ "UPDATE RECORD of the log", "04DC01C41B" ZEROS_23 "00000000", "6982" },
		{ "UPDATE RECORD without a MAC", "00DC01C417" ZEROS_23, "6987" },
		{ "APPEND RECORD", "04E200D0140000000000000000000000000000000000000000", "6700" },
		{ "UPDATE BINARY at 7FFF", "04D67FFF0500000000AA", "6A86" },
		{ "UPDATE BINARY at 7FFF without a MAC", "00D67FFF01AA", "6987" },
		{ "UPDATE BINARY of the balance's file", "04D6820005AA00000000", "6A82" },
		{ "UPDATE BINARY of the log", "04D6980005AA00000000", "6A82" },
		{ "UPDATE BINARY of the trips", "04D69E0005AA00000000", "6A82" },
		{ "READ BINARY at 7FFF", "00B07FFF00", "6986" },
		{ "READ RECORD 255 of the log", "00B2FFC400", "6A83" },
		{ "READ RECORD 0 of the trips", "00B200F400", "6A83" },
		{ "overdraft update", "805800000E000000" DATETIME_HEX "0000000004", "6985" },
		{ "unload", "805005020B0100000001" TERMINAL_HEX "10", "9403" },
	};
	struct card *card = *state;
	struct watch *watch = watch_begin(card);

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		/* With a challenge, so that secure messaging could go on. */
		expect_sw(card, SW_OK, "0084000004");
		send_sw(card, rows[i].cmd, rows[i].sw, rows[i].why);
	}
	watch_end(watch, "not here");
}

/*
 * The card has no calendar and knows no terminal: a date or a terminal number is
 * as good as the MAC over it, and no better.
 */
static void
test_a_date_or_terminal_counts_only_under_its_mac(void **state)
{
	static const struct {
		const char *why;
		const char *datetime;
	} rows[] = {
		{ "zeros", "00000000000000" },
		{ "letters", "AABBCCDDEEFFFF" },
		{ "month 13", "20251302030405" },
		{ "before 1970", "19000101000000" },
	};
	struct card *card = *state;
	struct snapshot *before = malloc(2 * sizeof(*before));
	struct snapshot *after = before + 1;
	uint8_t cmd_bytes[64], init_bytes[16], other[PURSE_DATETIME_LEN];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf init = YKT_BUF(init_bytes);

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct ykt_buf to = YKT_BUF(other);
		uint8_t first[17];
		struct ykt_buf out = YKT_BUF(first);

		assert_int_equal(ykt_hex_decode(rows[i].datetime, 14, &to), YKT_OK);
		assert_int_equal(ykt_hex_decode(INIT_LOAD, strlen(INIT_LOAD), &out), YKT_OK);
		assert_int_equal(card_send(card, YKT_SE_WIRED, YKT_BYTES(first), &init), SW_OK);
		snapshot_take(card, before);
		terminal_credit_cmd(card, ykt_buf_view(&init), 1000, &cmd);
		memcpy(cmd_bytes + 5, other, sizeof(other));
		assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_MAC);
		snapshot_take(card, after);
		assert_true(snapshot_equal(before, after));

		out.len = 0;
		assert_int_equal(
		    ykt_hex_decode(INIT_PURCHASE, strlen(INIT_PURCHASE), &out), YKT_OK);
		assert_int_equal(card_send(card, YKT_SE_WIRED, YKT_BYTES(first), &init), SW_OK);
		terminal_debit_cmd(card, ykt_buf_view(&init), 0x06, 100, 9, &cmd);
		memcpy(cmd_bytes + 9, other, sizeof(other));
		assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_MAC);
		snapshot_take(card, after);
		assert_true(snapshot_equal(before, after));
	}
	free(before);
	/* A MAC2 over the terminal of TERMINAL_HEX, and INITIALIZE came from zeros. */
	{
		const uint8_t zeros[] = "\x80\x50\x00\x02\x0B\x01\0\0\x03\xE8\0\0\0\0\0\0\x10";

		assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_bytes(zeros, 17), &init), SW_OK);
		terminal_credit_cmd(card, ykt_buf_view(&init), 1000, &cmd);
		assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_MAC);
	}
	expect(card, "805C000204", "000003E89000");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_malformed_commands_reach_no_application),
		T(test_264_bytes_with_extended_lengths),
		T(test_every_class_and_instruction_alone_changes_nothing),
		T(test_parameters_that_are_in_no_book),
		T(test_steps_out_of_order),
		T(test_what_this_card_has_not),
		T(test_a_date_or_terminal_counts_only_under_its_mac),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
