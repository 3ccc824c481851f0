/*
 * Pictures and QR codes written after personalisation: with extended lengths and
 * as a chain, under one MAC that was made apart from lib/card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "purse_kit.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"

#define SFI_PICTURE 0x9B
#define SFI_QR      0x9C

#define CLA_LAST  0x04
#define CLA_CHAIN 0x14

static int
setup(void **state)
{
	static const struct kit kit = { .dual = true, .qr = 300 };

	*state = kit_card(&kit);

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

/* Byte i is i * 7, then the MAC. */
static size_t
make_data(size_t len, const char *mac, uint8_t *ret_data)
{
	struct ykt_buf to = { ret_data + len, 0, 4, false };

	for (size_t i = 0; i < len; i++)
		ret_data[i] = (uint8_t)(i * 7);
	assert_int_equal(ykt_hex_decode(mac, 8, &to), YKT_OK);

	return len + 4;
}

static void
challenge(struct card *card)
{
	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
}

/* UPDATE BINARY in one piece; extended lengths when they are needed or wanted. */
static uint16_t
send_whole(struct card *card, uint8_t p1, struct ykt_bytes data, bool extended)
{
	uint8_t bytes[1100];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct apdu_cmd update = { .cla = CLA_LAST, .ins = 0xD6, .p1 = p1 };

	update.data = data;
	update.extended = extended;
	apdu_cmd_encode(&update, &cmd);
	assert_false(cmd.full);

	return card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL);
}

static uint16_t
send_part(struct card *card, uint8_t cla, uint8_t p1, struct ykt_bytes part)
{
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct apdu_cmd update = { .cla = cla, .ins = 0xD6, .p1 = p1, .data = part };

	apdu_cmd_encode(&update, &cmd);

	return card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL);
}

/* All of data in parts of this length; the first word that is not 9000, or 9000. */
static uint16_t
send_chain(struct card *card, uint8_t p1, struct ykt_bytes data, size_t part)
{
	uint16_t sw = SW_OK;

	for (size_t at = 0; at < data.len && sw == SW_OK; at += part)
		sw = send_part(card, at + part < data.len ? CLA_CHAIN : CLA_LAST, p1,
		    ykt_bytes_sub(data, at, part));

	return sw;
}

static void
expect_file(struct card *card, uint8_t p1, struct ykt_bytes file)
{
	uint8_t bytes[1000];
	struct ykt_buf rsp = YKT_BUF(bytes);
	const uint8_t cmd[] = { 0x00, 0xB5, p1, 0, 0, 0, 0 };

	assert_int_equal(card_send(card, YKT_SE_WIRED, YKT_BYTES(cmd), &rsp), SW_OK);
	assert_int_equal(rsp.len, file.len);
	assert_memory_equal(bytes, file.data, file.len);
}

static const struct {
	uint8_t p1;
	size_t len;
	const char *mac; /* under the challenge 11223344 */
} files[] = {
	{ SFI_PICTURE, 300, "CD497EEF" },
	{ SFI_PICTURE, 900, "83727513" },
	{ SFI_QR, 10, "8D158769" },
	{ SFI_PICTURE, 251, "2BA1A975" },
	{ SFI_PICTURE, 252, "1616C407" },
	{ SFI_QR, 500, "45C27F60" },
};

static void
test_one_command_with_extended_lengths(void **state)
{
	struct card *card = *state;
	uint8_t data[904];

	for (size_t i = 0; i < YKT_ARRAY_LEN(files); i++) {
		size_t len = make_data(files[i].len, files[i].mac, data);

		challenge(card);
		assert_int_equal(
		    send_whole(card, files[i].p1, ykt_bytes(data, len), i % 2 == 0), SW_OK);
		expect_file(card, files[i].p1, ykt_bytes(data, files[i].len));
	}
}

/* A chain is the same command: the same MAC, whatever the parts are. */
static void
test_a_chain_of_any_parts(void **state)
{
	static const size_t parts[] = { 255, 200, 128, 97, 1 };
	struct card *card = *state;
	uint8_t data[904];

	for (size_t i = 0; i < YKT_ARRAY_LEN(files); i++)
		for (size_t k = 0; k < YKT_ARRAY_LEN(parts); k++) {
			size_t len = make_data(files[i].len, files[i].mac, data);

			challenge(card);
			assert_int_equal(
			    send_chain(card, files[i].p1, ykt_bytes(data, len), parts[k]), SW_OK);
			expect_file(card, files[i].p1, ykt_bytes(data, files[i].len));
		}
}

static void
test_sm4(void **state)
{
	struct card *card = *state;
	uint8_t data[304];
	size_t len = make_data(300, "9F97B4C3", data);

	expect(card, "80CD0103", "9000");
	challenge(card);
	assert_int_equal(send_chain(card, SFI_PICTURE, ykt_bytes(data, len), 200), SW_OK);
	expect_file(card, SFI_PICTURE, ykt_bytes(data, 300));
}

/* What is refused before a MAC is judged costs no try and leaves the file. */
static void
test_refusals_move_nothing(void **state)
{
	static const struct kit_row rows[] = {
		{ "an offset", "04D69B010501AABBCCDD", SW_OFFSET },
		{ "no data", "04D69B00", SW_LENGTH },
		{ "a MAC alone", "04D69B0004AABBCCDD", SW_LENGTH },
		{ "with Le", "04D69B000501AABBCCDD00", SW_LENGTH },
		{ "without a challenge", "04D69B000501AABBCCDD", SW_NO_CHALLENGE },
		{ "without secure messaging", "00D69B000101", SW_SM_MISSING },
		{ "a chain with an offset", "14D69B010101", SW_OFFSET },
		{ "a chain of another file", "14D697000101", SW_CHAINING_UNSUPPORTED },
		{ "a chain without short id", "14D600000101", SW_P1P2 },
		{ "a part of nothing", "14D69B00", SW_LENGTH },
		{ "a part with extended lengths", "14D69B0000000101", SW_LENGTH },
		{ "a chain without secure messaging", "10D69B000101", SW_CHAINING_UNSUPPORTED },
		{ "a chain of UPDATE RECORD", "14DC01F40101", SW_CHAINING_UNSUPPORTED },
		{ "extended lengths for another file", "04D697000000050001AABBCC", SW_LENGTH },
	};

	kit_refusals(*state, rows, YKT_ARRAY_LEN(rows));
}

static void
test_too_long(void **state)
{
	struct card *card = *state;
	uint8_t data[1000] = { 0 };
	struct snapshot *before = kit_before(card);

	challenge(card);
	assert_int_equal(send_whole(card, SFI_PICTURE, ykt_bytes(data, 905), true), SW_LENGTH);
	assert_int_equal(send_whole(card, SFI_QR, ykt_bytes(data, 505), true), SW_LENGTH);
	assert_int_equal(send_chain(card, SFI_PICTURE, ykt_bytes(data, 905), 255), SW_LENGTH);
	assert_int_equal(send_chain(card, SFI_QR, ykt_bytes(data, 505), 100), SW_LENGTH);
	kit_same(card, before, "too long");
}

static void
test_a_wrong_mac_keeps_the_file_and_is_counted(void **state)
{
	struct card *card = *state;
	uint8_t old[300], data[304];
	size_t len = make_data(300, "CD497EEE", data);

	memcpy(old, data, sizeof(old)); /* the personalised one is the same pattern */
	data[0] = 0xEE;
	for (unsigned i = 0; i < 100; i++) {
		challenge(card);
		assert_int_equal(send_chain(card, SFI_QR, ykt_bytes(data, len), 250), SW_SM_WRONG);
	}
	challenge(card);
	assert_int_equal(send_chain(card, SFI_QR, ykt_bytes(data, len), 250), SW_AUTH_BLOCKED);
	expect_file(card, SFI_QR, YKT_BYTES(old));
}

/* Each of these ends the chain, and its rest is a command of its own with no MAC to it. */
static void
test_what_breaks_a_chain(void **state)
{
	static const struct {
		const char *why;
		const char *cmd;
		const char *rsp; /* NULL: any */
	} rows[] = {
		{ "another command", "805C000204", "000000009000" },
		{ "a challenge anew", "0084000004", NULL },
		{ "another file in the middle", "14D69C000101", "6883" },
		{ "another file at the end", "04D69C000501AABBCCDD", "6883" },
		{ "a command that is refused", "00FF000000", "6D00" },
		{ "a selection", SELECT_PURSE, NULL },
	};
	struct card *card = *state;
	uint8_t data[304];
	size_t len = make_data(300, "CD497EEF", data);

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t old[300];
		uint16_t sw;

		memcpy(old, data, sizeof(old));
		challenge(card);
		assert_int_equal(
		    send_part(card, CLA_CHAIN, SFI_PICTURE, ykt_bytes(data, 200)), SW_OK);
		if (rows[i].rsp != NULL)
			expect(card, rows[i].cmd, rows[i].rsp);
		else
			expect_sw(card, SW_OK, rows[i].cmd);
		sw = send_part(card, CLA_LAST, SFI_PICTURE, ykt_bytes(data + 200, len - 200));
		if (sw != SW_NO_CHALLENGE && sw != SW_SM_WRONG)
			fail_msg("%s: %04X", rows[i].why, sw);
		expect(card, "00B59B0000", "6A82");
	}
}

/* One place for all chains and series: another channel takes it, and nothing mixes. */
static void
test_another_channel_takes_the_place(void **state)
{
	struct card *card = *state;
	uint8_t data[304];
	size_t len = make_data(300, "CD497EEF", data);

	expect(card, "0070000001", "019000");
	expect_sw(card, SW_OK, "01A4040008" AID_PURSE "00");
	challenge(card);
	assert_int_equal(send_part(card, CLA_CHAIN, SFI_PICTURE, ykt_bytes(data, 200)), SW_OK);
	assert_int_equal(send_part(card, CLA_CHAIN | 1, SFI_PICTURE, ykt_bytes(data, 200)), SW_OK);
	assert_int_equal(
	    send_part(card, CLA_LAST, SFI_PICTURE, ykt_bytes(data + 200, len - 200)), SW_SM_WRONG);
	expect(card, "00B59B0000", "6A82");
	/* A series of STORE DATA begins where the chain stands. */
	challenge(card);
	assert_int_equal(send_chain(card, SFI_PICTURE, ykt_bytes(data, len), 200), SW_OK);
	expect_file(card, SFI_PICTURE, ykt_bytes(data, 300));
}

static void
test_a_blocked_purse_takes_no_picture(void **state)
{
	struct card *card = *state;
	uint8_t data[304];
	size_t len = make_data(300, "CD497EEF", data);
	struct snapshot *before;

	assert_int_equal(kit_sm(card, "841E0000", "", PERSO_KEY_BLOCK, PURSE_ALG_TDES), SW_OK);
	before = kit_before(card);
	challenge(card);
	assert_int_equal(send_whole(card, SFI_PICTURE, ykt_bytes(data, len), true), SW_FUNCTION);
	kit_same(card, before, "blocked");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_command_with_extended_lengths),
		TEST(test_a_chain_of_any_parts),
		TEST(test_sm4),
		TEST(test_refusals_move_nothing),
		TEST(test_too_long),
		TEST(test_a_wrong_mac_keeps_the_file_and_is_counted),
		TEST(test_what_breaks_a_chain),
		TEST(test_another_channel_takes_the_place),
		TEST(test_a_blocked_purse_takes_no_picture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
