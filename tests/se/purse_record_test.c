/*
 * UPDATE RECORD, APPEND RECORD, READ PICTURE and QR: bytes worked out apart from
 * lib/card first, then the refusals.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "purse_kit.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"

#define APPEND_KEY "9EEC7B28F5FFC8379CB3D2C72835BC6A" /* C0..CF under the opening key */

static int
setup(void **state)
{
	static const struct kit kit = { .dual = true, .picture = 900, .qr = 300 };

	*state = kit_card(&kit);

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

/* A journey record: id, 7D, then 125 bytes of fill. */
static void
journey(uint16_t id, uint8_t fill, uint8_t ret_record[128])
{
	memset(ret_record, fill, 128);
	ykt_set_u16(ret_record, id);
	ret_record[2] = 0x7D;
}

/* A purse whose file 1A has three records, so that there is room. */
static struct card *
card_with_room(void)
{
	struct card *card = card_new();
	static const struct kit kit = { 0 };
	uint8_t bytes[1200];
	struct ykt_buf groups = YKT_BUF(bytes);
	static const uint8_t ids[] = { 0x27, 0x01, 0x27, 0x02, 0x27, 0x12 };
	struct tsm tsm;

	tsm_make_ssd(card);
	tsm_install_purse(card, AID_PURSE);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E620000E000008" AID_PURSE "000000"), SW_OK);
	kit_groups(card, &kit, &groups);
	ykt_put_u16(&groups, PERSO_DGI_IDS);
	ykt_put_u8(&groups, sizeof(ids));
	ykt_put_mem(&groups, ids, sizeof(ids));
	assert_int_equal(tsm_store(&tsm, ykt_buf_view(&groups)), SW_OK);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E608000F000008" AID_PURSE "0100000000"), SW_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);

	return card;
}

static const char *
hex_of(const char *head, const uint8_t *data, size_t len, const char *tail)
{
	static char text[700];
	size_t at = (size_t)snprintf(text, sizeof(text), "%s", head);

	ykt_hex_encode(ykt_bytes(data, len), text + at);
	(void)snprintf(text + at + 2 * len, sizeof(text) - at - 2 * len, "%s", tail);

	return text;
}

static void
test_an_appended_record_has_its_own_key(void **state)
{
	struct card *card = card_with_room();
	uint8_t record[128], key[16], bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);

	(void)state;
	expect(card, "00B204D400", "6A83");
	journey(0x2750, 0x77, record);
	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	expect(card, hex_of("04E200D094" APPEND_KEY, record, 128, "561DD098"), "9000");
	expect(card, "00B204D400", hex_of("", record, 128, "9000"));
	expect(card, "80B400D002275000", hex_of("", record, 128, "9000"));

	/* Updated under the key that came with it; not under the maintenance key. */
	journey(0x2750, 0x78, record);
	kit_key(PERSO_KEY_MAINTENANCE, PURSE_ALG_TDES, key);
	kit_sm_cmd(card, "04DC04D4", YKT_BYTES(record), key, PURSE_ALG_TDES, &cmd);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_SM_WRONG);
	for (uint8_t i = 0; i < 16; i++)
		key[i] = (uint8_t)(0xC0 + i);
	kit_sm_cmd(card, "04DC04D4", YKT_BYTES(record), key, PURSE_ALG_TDES, &cmd);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_OK);
	expect(card, "00B204D400", hex_of("", record, 128, "9000"));
	/* The purse's own records stay the maintenance key's. */
	journey(0x2701, 0x79, record);
	kit_sm_cmd(card, "04DC01D4", YKT_BYTES(record), key, PURSE_ALG_TDES, &cmd);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_SM_WRONG);
	kit_key(PERSO_KEY_MAINTENANCE, PURSE_ALG_TDES, key);
	kit_sm_cmd(card, "04DC01D4", YKT_BYTES(record), key, PURSE_ALG_TDES, &cmd);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_OK);
	expect(card, "00B201D400", hex_of("", record, 128, "9000"));
	card_free(&card);
}

static uint16_t
append(struct card *card, const char *header, const uint8_t *record, size_t len, enum purse_alg alg)
{
	uint8_t data[160] = { 0 }, key[16], bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);

	memcpy(data + 16, record, len);
	kit_key(PERSO_KEY_RECORD, alg, key);
	kit_sm_cmd(card, header, ykt_bytes(data, 16 + len), key, alg, &cmd);

	return card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL);
}

static void
test_append_finds_room_or_says_so(void **state)
{
	struct card *card = card_with_room();
	uint8_t record[128];
	struct snapshot *before;

	(void)state;
	before = kit_before(card);
	journey(0x2701, 1, record);
	assert_int_equal(append(card, "04E200D0", record, 128, PURSE_ALG_TDES), SW_DATA);
	journey(0, 1, record);
	assert_int_equal(append(card, "04E200D0", record, 128, PURSE_ALG_TDES), SW_DATA);
	kit_same(card, before, "an id that is there, no id");
	for (uint16_t i = 0; i < 15; i++) {
		journey((uint16_t)(0x2720 + i), 1, record);
		assert_int_equal(append(card, "04E200D0", record, 128, PURSE_ALG_TDES), SW_OK);
	}
	before = kit_before(card);
	journey(0x2740, 1, record);
	assert_int_equal(append(card, "04E200D0", record, 128, PURSE_ALG_TDES), SW_NO_SPACE);
	kit_same(card, before, "full");
	card_free(&card);
}

static void
test_append_and_update_of_trips(void **state)
{
	struct card *card = *state;
	uint8_t record[48], key[16], bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);

	for (uint8_t i = 1; i <= 31; i++) {
		memset(record, i, sizeof(record));
		assert_int_equal(append(card, i % 2 == 0 ? "04E200F0" : "04E201F0", record, 48,
				     i % 2 == 0 ? PURSE_ALG_TDES : PURSE_ALG_SM4),
		    SW_OK);
		expect(card, "00B201F400", hex_of("", record, 48, "9000"));
	}
	/* Thirty stay, the oldest is gone; the second newest is corrected. */
	memset(record, 2, sizeof(record));
	expect(card, "00B21EF400", hex_of("", record, 48, "9000"));
	expect(card, "00B21FF400", "6A83");
	memset(record, 0xEE, sizeof(record));
	kit_key(PERSO_KEY_MAINTENANCE, PURSE_ALG_TDES, key);
	kit_sm_cmd(card, "04DC02F4", YKT_BYTES(record), key, PURSE_ALG_TDES, &cmd);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_OK);
	expect(card, "00B202F400", hex_of("", record, 48, "9000"));
	memset(record, 31, sizeof(record));
	expect(card, "00B201F400", hex_of("", record, 48, "9000"));
	/* And no money, no counter moved. */
	assert_memory_equal(card_hex(card, YKT_SE_WIRED, "805000020B0100000001" TERMINAL_HEX "10"),
	    "000000000000", 12);
}

#define FF16 "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
#define FF48 FF16 FF16 FF16
#define MAC  "00000000"

static const struct kit_row refusals[] = {
	{ "UPDATE without secure messaging", "00DC01F430" FF48, SW_SM_MISSING },
	{ "APPEND without secure messaging", "00E200F040" FF16 FF48, SW_SM_MISSING },
	{ "UPDATE of a trip that is not there", "04DC01F434" FF48 MAC, SW_RECORD_NOT_FOUND },
	{ "UPDATE of trip 0", "04DC00F434" FF48 MAC, SW_RECORD_NOT_FOUND },
	{ "UPDATE of the log", "04DC01C41B" FF16 "FFFFFFFFFFFFFF" MAC, SW_SECURITY },
	{ "UPDATE of a binary file", "04DC01AC34" FF48 MAC, SW_FILE_KIND },
	{ "UPDATE of no file", "04DC01FC34" FF48 MAC, SW_FILE_NOT_FOUND },
	{ "UPDATE, P2 of another kind", "04DC01F034" FF48 MAC, SW_P1P2 },
	{ "UPDATE, a byte short", "04DC01F433" FF16 FF16 "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF" MAC,
	    SW_LENGTH },
	{ "UPDATE of a journey with a trip's length", "04DC01D434" FF48 MAC, SW_LENGTH },
	{ "APPEND P1 02", "04E202F044" FF16 FF48 MAC, SW_P1P2 },
	{ "APPEND by number", "04E200F444" FF16 FF48 MAC, SW_P1P2 },
	{ "APPEND to the log", "04E200C02B" FF16 FF16 "FFFFFFFFFFFFFF" MAC, SW_SECURITY },
	{ "APPEND to a binary file", "04E200A844" FF16 FF48 MAC, SW_FILE_KIND },
	{ "APPEND without the key", "04E200F034" FF48 MAC, SW_LENGTH },
	{ "APPEND without a challenge", "04E200F044" FF16 FF48 MAC, SW_NO_CHALLENGE },
	{ "PICTURE P2", "00B59B01000000", SW_P1P2 },
	{ "PICTURE without the bit of the short id", "00B51B00000000", SW_P1P2 },
	{ "PICTURE of another file", "00B59500000000", SW_FILE_NOT_FOUND },
	{ "PICTURE without Le", "00B59B00", SW_LENGTH },
	{ "PICTURE with data", "00B59B000100", SW_LENGTH },
};

static void
test_refusals_move_nothing(void **state)
{
	kit_refusals(*state, refusals, YKT_ARRAY_LEN(refusals));
}

/* A record keeps the id that it is found by. */
static void
test_an_update_does_not_rename(void **state)
{
	struct card *card = *state;
	uint8_t record[128], key[16], bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct snapshot *before = kit_before(card);

	kit_key(PERSO_KEY_MAINTENANCE, PURSE_ALG_TDES, key);
	journey(0x2702, 1, record);
	kit_sm_cmd(card, "04DC01D4", YKT_BYTES(record), key, PURSE_ALG_TDES, &cmd);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_DATA);
	kit_sm_cmd(card, "04DC13D4", YKT_BYTES(record), key, PURSE_ALG_TDES, &cmd);
	assert_int_equal(
	    card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_RECORD_NOT_FOUND);
	kit_same(card, before, "rename");
}

static void
test_a_blocked_purse_takes_no_records(void **state)
{
	struct card *card = *state;
	uint8_t record[48] = { 1 };
	struct snapshot *before;

	assert_int_equal(kit_sm(card, "841E0000", "", PERSO_KEY_BLOCK, PURSE_ALG_TDES), SW_OK);
	before = kit_before(card);
	assert_int_equal(append(card, "04E200F0", record, 48, PURSE_ALG_TDES), SW_FUNCTION);
	kit_same(card, before, "blocked");
}

static void
test_pictures_with_every_kind_of_le(void **state)
{
	static const struct {
		const char *cmd;
		size_t len;
	} rows[] = {
		{ "00B59B00000000", 900 },
		{ "00B59C00000000", 300 },
		{ "00B59B00000384", 900 },
		{ "00B59B00000385", 900 },
		{ "00B59B00000100", 256 },
		{ "00B59B00000001", 1 },
		{ "00B59C0000FFFF", 300 },
		{ "00B59B0000", 256 },
		{ "00B59C0010", 16 },
	};
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t cmd_bytes[8], rsp_bytes[1000];
		struct ykt_buf cmd = YKT_BUF(cmd_bytes);
		struct ykt_buf rsp = YKT_BUF(rsp_bytes);

		assert_int_equal(ykt_hex_decode(rows[i].cmd, strlen(rows[i].cmd), &cmd), YKT_OK);
		assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), &rsp), SW_OK);
		assert_int_equal(rsp.len, rows[i].len);
		for (size_t k = 0; k < rsp.len; k++)
			assert_int_equal(rsp_bytes[k], (uint8_t)(k * 7));
	}
	/* Other commands stay short. */
	expect(card, "00B0950000001E", "6700");
}

static void
test_a_purse_without_pictures(void **state)
{
	static const struct kit kit = { .usages = 0x1E };
	static const struct kit_row rows[] = {
		{ "PICTURE", "00B59B00000000", SW_FILE_NOT_FOUND },
		{ "QR", "00B59C0000", SW_FILE_NOT_FOUND },
		{ "APPEND without the opening key", "04E200F044" FF16 FF48 MAC, SW_DATA_NOT_FOUND },
	};
	struct card *card = kit_card(&kit);

	(void)state;
	kit_refusals(card, rows, YKT_ARRAY_LEN(rows));
	card_free(&card);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_appended_record_has_its_own_key),
		cmocka_unit_test(test_append_finds_room_or_says_so),
		TEST(test_append_and_update_of_trips),
		TEST(test_refusals_move_nothing),
		TEST(test_an_update_does_not_rename),
		TEST(test_a_blocked_purse_takes_no_records),
		TEST(test_pictures_with_every_kind_of_le),
		cmocka_unit_test(test_a_purse_without_pictures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
