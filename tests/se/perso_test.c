/*
 * Personalisation: complete or not selectable, all of a series or nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/purse_perso.h"
#include "card/sw.h"

#define FOR_PERSO  "80E620000E000008" AID_PURSE "000000"
#define SELECTABLE "80E608000F000008" AID_PURSE "0100000000"

static int
setup(void **state)
{
	struct card *card = card_new();

	tsm_make_ssd(card);
	tsm_install_purse(card, AID_PURSE);
	*state = card;

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

static uint16_t
make_selectable(struct card *card)
{
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);

	return tsm_send_hex(&tsm, SELECTABLE);
}

/* The groupings of a complete purse, in order of their tags' appearance. */
static size_t
split_groups(struct card *card, uint8_t *bytes, size_t cap, struct dgi *ret_groups)
{
	const struct purse_setup setup_of = { AID_PURSE, 100000, 700, PURSE_ALG_TDES };
	struct ykt_buf all = { bytes, 0, cap, false };
	struct ykt_rd rd;
	size_t count = 0;

	tsm_perso_groups(card, &setup_of, &all);
	rd = ykt_rd(ykt_buf_view(&all));
	while (dgi_next(&rd, &ret_groups[count]))
		count++;
	assert_int_equal(ykt_rd_done(&rd), YKT_OK);

	return count;
}

/* T20: with any grouping missing it is not selectable; with the last it is. */
static void
test_only_a_complete_purse_becomes_selectable(void **state)
{
	struct card *card = *state;
	uint8_t bytes[600], one_bytes[300];
	struct dgi groups[8];
	size_t count = split_groups(card, bytes, sizeof(bytes), groups);
	struct tsm tsm;

	assert_int_equal(count, 4);
	for (size_t i = 0; i < count; i++) {
		struct ykt_buf one = YKT_BUF(one_bytes);

		assert_int_equal(make_selectable(card), SW_CONDITIONS);
		expect(card, SELECT_PURSE, "6A82");
		expect(card, "00A404000E325041592E5359532E444446303100", "6A82");
		tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
		assert_int_equal(tsm_send_hex(&tsm, FOR_PERSO), SW_OK);
		dgi_put(&one, groups[i].tag, groups[i].value);
		assert_int_equal(tsm_store(&tsm, ykt_buf_view(&one)), SW_OK);
	}
	assert_int_equal(make_selectable(card), SW_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	/* b0 = 0, no record, the ids of file 1A in place. */
	expect(card, "805C050210", "00000000000186A0000002BC000000009000");
	expect(card, "00B201C400", "6A83");
	assert_memory_equal(card_hex(card, YKT_SE_WIRED, "00B201D400"), "27017D", 6);
	assert_memory_equal(card_hex(card, YKT_SE_WIRED, "00B212D400"), "27127D", 6);
	/* In use it takes newer versions (perso_update_test.c), and none of these. */
	for (size_t i = 0; i < count; i++) {
		struct ykt_buf one = YKT_BUF(one_bytes);

		tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
		assert_int_equal(tsm_send_hex(&tsm, FOR_PERSO), SW_OK);
		dgi_put(&one, groups[i].tag, groups[i].value);
		assert_int_equal(tsm_store(&tsm, ykt_buf_view(&one)),
		    groups[i].tag == PERSO_DGI_FILE15 ? SW_NOT_NEWER : SW_DATA);
	}
}

/* A key block with these keys, encrypted for the card. */
static void
put_key_group(struct card *card, const struct perso_key *keys, size_t count, struct ykt_buf *out)
{
	uint8_t clear_bytes[PERSO_KEYS_MAX * PERSO_KEY_LEN], secret_bytes[400];
	struct ykt_buf clear = YKT_BUF(clear_bytes);
	struct ykt_buf secret = YKT_BUF(secret_bytes);

	for (size_t i = 0; i < count; i++)
		perso_key_encode(&keys[i], &clear);
	assert_int_equal(
	    scp03_dek_encrypt(card->crypto, tsm_ssd_keys.dek, 16, ykt_buf_view(&clear), &secret),
	    YKT_OK);
	dgi_put(out, PERSO_DGI_KEYS, ykt_buf_view(&secret));
}

/* Sends a series that must be refused; the registry and the purse stay. */
static void
refuse(struct card *card, const char *why, struct ykt_bytes groups, uint16_t sw)
{
	struct snapshot *before = calloc(2, sizeof(*before));
	struct tsm tsm;

	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, FOR_PERSO), SW_OK);
	snapshot_take(card, before);
	if (tsm_store(&tsm, groups) != sw)
		fail_msg("%s: %04X, not %04X", why, tsm.sw, sw);
	snapshot_take(card, before + 1);
	assert_true(snapshot_equal(before, before + 1));
	free(before);
	assert_int_equal(make_selectable(card), SW_CONDITIONS);
}

static void
test_a_bad_key_list_is_refused_whole(void **state)
{
	static const struct {
		const char *why;
		size_t which; /* 4: none of them */
		int field;
		uint8_t value;
		uint16_t sw;
	} rows[] = {
		{ "usage 0", 1, 0, 0, SW_DATA },
		{ "unknown usage", 1, 0, 7, SW_DATA },
		{ "index 0", 1, 1, 0, SW_DATA },
		{ "unknown algorithm", 1, 3, 1, SW_DATA },
		{ "wrong check value", 3, 20, 0xEE, SW_KEY_CHECK },
		{ "wrong key under a right check value", 0, 5, 0xEE, SW_KEY_CHECK },
		{ "one usage twice, one missing", 2, 0, PERSO_KEY_LOAD, SW_DATA },
		{ "a needed usage missing", 3, 0, PERSO_KEY_UNLOAD, SW_DATA },
	};
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct perso_key keys[4];
		uint8_t bytes[600];
		struct ykt_buf groups = YKT_BUF(bytes);

		for (uint8_t k = 0; k < 4; k++) {
			keys[k] = (struct perso_key){
				.usage = (uint8_t)(k + 1), .index = 1, .version = 1
			};
			memset(keys[k].key, 0x11 * (k + 1), sizeof(keys[k].key));
			assert_int_equal(perso_kcv(card->crypto, &keys[k], keys[k].kcv), YKT_OK);
		}
		((uint8_t *)&keys[rows[i].which])[rows[i].field] = rows[i].value;
		put_key_group(card, keys, 4, &groups);
		refuse(card, rows[i].why, ykt_buf_view(&groups), rows[i].sw);
	}
}

static const struct {
	const char *why;
	const char *groups;
	uint16_t sw;
} bad_groupings[] = {
	{ "file 15 a byte short",
	    "00151D"
	    "01011000FFFFFFFF02010310517000000000000120250101203512310"
	    "0",
	    SW_DATA },
	{ "good parameters, then an unknown grouping",
	    "900108"
	    "0186A00000000001"
	    "123401FF",
	    SW_DATA_NOT_FOUND },
	{ "A + C over FFFFFF",
	    "900108"
	    "FFFFFF0000010001",
	    SW_DATA },
	{ "unknown algorithm",
	    "900108"
	    "0186A00000000201",
	    SW_DATA },
	{ "parameters short",
	    "900107"
	    "0186A000000000",
	    SW_DATA },
	{ "parameters twice",
	    "900108"
	    "0186A00000000001"
	    "900108"
	    "0186A00000000001",
	    SW_DATA },
	{ "length over the end",
	    "900109"
	    "0186A00000000001",
	    SW_DATA },
	{ "a tag alone", "9001", SW_DATA },
	{ "long form over the end",
	    "9001FF0100"
	    "0186A00000000001",
	    SW_DATA },
	{ "keys not in whole blocks",
	    "80010F"
	    "000000000000000000000000000000",
	    SW_DATA },
	{ "keys empty", "800100", SW_DATA },
	{ "keys of random bytes",
	    "800110"
	    "00112233445566778899AABBCCDDEEFF",
	    SW_DATA },
	{ "odd record ids",
	    "901A03"
	    "270102",
	    SW_DATA },
	{ "no record ids", "901A00", SW_DATA },
};

static void
test_bad_groupings_are_refused_whole(void **state)
{
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(bad_groupings); i++) {
		uint8_t bytes[300];
		struct ykt_buf groups = YKT_BUF(bytes);

		assert_int_equal(ykt_hex_decode(bad_groupings[i].groups,
				     strlen(bad_groupings[i].groups), &groups),
		    YKT_OK);
		refuse(card, bad_groupings[i].why, ykt_buf_view(&groups), bad_groupings[i].sw);
	}
}

/* Whatever level relays them, keys encrypted for another domain do not open. */
static void
test_keys_for_another_domain_are_refused(void **state)
{
	struct card *card = *state;
	struct perso_key key = { .usage = PERSO_KEY_LOAD, .index = 1, .version = 1 };
	uint8_t clear_bytes[PERSO_KEY_LEN], secret_bytes[64], bytes[100];
	struct ykt_buf clear = YKT_BUF(clear_bytes);
	struct ykt_buf secret = YKT_BUF(secret_bytes);
	struct ykt_buf groups = YKT_BUF(bytes);

	perso_key_encode(&key, &clear);
	assert_int_equal(
	    scp03_dek_encrypt(card->crypto, tsm_isd_keys.dek, 16, ykt_buf_view(&clear), &secret),
	    YKT_OK);
	dgi_put(&groups, PERSO_DGI_KEYS, ykt_buf_view(&secret));
	refuse(card, "under the issuer's DEK", ykt_buf_view(&groups), SW_DATA);
}

static void
test_own_record_ids_and_both_paddings(void **state)
{
	struct card *card = *state;
	uint8_t bytes[600], clear_bytes[112], secret_bytes[112];
	struct dgi groups[8];
	size_t count = split_groups(card, bytes, sizeof(bytes), groups);
	uint8_t series_bytes[600];
	struct ykt_buf series = YKT_BUF(series_bytes);
	struct ykt_buf clear = YKT_BUF(clear_bytes);
	struct ykt_buf secret = YKT_BUF(secret_bytes);
	struct tsm tsm;

	for (size_t i = 0; i + 1 < count; i++)
		dgi_put(&series, groups[i].tag, groups[i].value);
	/* The same keys, padded with 80 and zeros instead of zeros. */
	assert_int_equal(
	    scp03_dek_decrypt(card->crypto, tsm_ssd_keys.dek, 16, groups[count - 1].value, &clear),
	    YKT_OK);
	clear_bytes[4 * PERSO_KEY_LEN] = 0x80;
	assert_int_equal(
	    scp03_dek_encrypt(card->crypto, tsm_ssd_keys.dek, 16, ykt_buf_view(&clear), &secret),
	    YKT_OK);
	dgi_put(&series, PERSO_DGI_KEYS, ykt_buf_view(&secret));
	dgi_put(&series, PERSO_DGI_IDS, ykt_bytes("\x27\x01\x31\x05", 4));
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, FOR_PERSO), SW_OK);
	assert_int_equal(tsm_store(&tsm, ykt_buf_view(&series)), SW_OK);
	assert_int_equal(make_selectable(card), SW_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_memory_equal(card_hex(card, YKT_SE_WIRED, "80B400D002310500"), "31057D", 6);
	expect(card, "00B203D400", "6A83");
	expect(card, "80B400D002270200", "6A83");
}

/* Any error drops the series; so does a new selection. */
static void
test_a_broken_series_starts_again_from_block_0(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E28800039001"
					    "08"),
	    SW_P1P2);
	assert_int_equal(tsm_send_hex(&tsm, FOR_PERSO), SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, "80E20800049001080"
					    "1"),
	    SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, "80E20802049001080"
					    "1"),
	    SW_P1P2);
	assert_int_equal(tsm_send_hex(&tsm, "80E20801049001080"
					    "1"),
	    SW_P1P2);
	assert_int_equal(tsm_send_hex(&tsm, "80E20800049001080"
					    "1"),
	    SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, "80E2880107"
					    "86A00000000001"),
	    SW_OK);
	/* More than the buffer holds. */
	for (unsigned i = 0; i < 6; i++) {
		uint8_t data[220] = { 0x00, 0x15, 0xFF, 0x04, 0x00 };
		uint8_t bytes[300];
		struct ykt_buf cmd = YKT_BUF(bytes);

		gp_store_data_build(GP_STORE_DGI, (uint8_t)i, YKT_BYTES(data), &cmd);
		assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), i < 5 ? SW_OK : SW_NO_SPACE);
	}
	assert_int_equal(tsm_send_hex(&tsm, "80E20805049001080"
					    "1"),
	    SW_P1P2);
	assert_int_equal(make_selectable(card), SW_CONDITIONS);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_only_a_complete_purse_becomes_selectable),
		T(test_a_bad_key_list_is_refused_whole),
		T(test_bad_groupings_are_refused_whole),
		T(test_keys_for_another_domain_are_refused),
		T(test_own_record_ids_and_both_paddings),
		T(test_a_broken_series_starts_again_from_block_0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
