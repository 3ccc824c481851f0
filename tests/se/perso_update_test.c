/*
 * A newer version of a purse in use: what may come, that all of it comes at once or
 * not at all, and that money and records never move.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "purse_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/files.h"
#include "card/gp.h"
#include "card/sw.h"
#include "se/internal.h"
#include "se/purse_priv.h"

#define FOR_PERSO "80E620000E000008" AID_PURSE "000000"
#define NEW_17    "0000015601000110000101"
#define ZEROS_49                                                                                   \
	"00000000000000000000000000000000000000000000000000"                                       \
	"000000000000000000000000000000000000000000000000"
#define ALL_USAGES ((1u << (PERSO_KEY_USAGE_LAST + 1)) - 2)

/* With a file of its own, some money and some records. */
static int
setup(void **state)
{
	static const struct kit kit = { .usages = ALL_USAGES,
		.extra = "90040505000A0080"
			 "000504AABBCCDD" };
	struct card *card = kit_card(&kit);

	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 5000), SW_OK);
	assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 300, 1), SW_OK);
	*state = card;

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

/* File 15 of the card as it is, with another end and version; which byte to spoil, or 30. */
static void
put_file15(struct card *card, uint32_t end, uint16_t version, size_t spoil, struct ykt_buf *out)
{
	uint8_t bytes[FILE15_LEN + 1];

	memcpy(bytes, se_home(&card->se, (uint32_t)SE_PURSE_OFF(0) + SE_PURSE_FILE15), FILE15_LEN);
	ykt_set_u32(bytes + 24, end);
	ykt_set_u16(bytes + 28, version);
	bytes[spoil] ^= 0x01;
	dgi_put(out, PERSO_DGI_FILE15, ykt_bytes(bytes, FILE15_LEN));
}

static void
put_more(struct ykt_buf *out, const char *hex)
{
	assert_int_equal(ykt_hex_decode(hex, strlen(hex), out), YKT_OK);
}

static uint16_t
update(struct card *card, struct ykt_bytes groups)
{
	struct tsm tsm;
	uint16_t sw;

	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	sw = tsm_send_hex(&tsm, FOR_PERSO);

	return sw == SW_OK ? tsm_store(&tsm, groups) : sw;
}

static void
put_version_2(struct card *card, struct ykt_buf *out)
{
	put_file15(card, 0x20401231, 2, FILE15_LEN, out);
	put_more(out, "00173C" NEW_17 ZEROS_49 "0005021122");
}

static void
test_a_newer_version_changes_its_files_alone(void **state)
{
	struct card *card = *state;
	uint8_t bytes[300];
	struct ykt_buf groups = YKT_BUF(bytes);
	uint32_t off = (uint32_t)SE_PURSE_OFF(0);
	uint8_t before[SE_PURSE_SIZE], *after;

	put_version_2(card, &groups);
	memcpy(before, se_home(&card->se, off), sizeof(before));
	assert_int_equal(update(card, ykt_buf_view(&groups)), SW_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect(card, "00B0951C02", "00029000");
	expect(card, "00B0951804", "204012319000");
	expect(card, "00B0850005", "1122CCDD009000");
	expect(card, "00B097000B", NEW_17 "9000");
	expect(card, "805C000204", "0000125C9000");
	/* Byte for byte nothing else: the image with the old files in it is the old one. */
	after = calloc(1, sizeof(before));
	assert_non_null(after);
	memcpy(after, se_home(&card->se, off), sizeof(before));
	memcpy(after + SE_PURSE_FILE15, before + SE_PURSE_FILE15, FILE15_LEN);
	memcpy(after + SE_PURSE_FILE17, before + SE_PURSE_FILE17, FILE17_LEN);
	memcpy(after + SE_PURSE_POOL, before + SE_PURSE_POOL, 10);
	assert_memory_equal(after, before, sizeof(before));
	free(after);
	/* The same again is not newer; money goes on. */
	assert_int_equal(update(card, ykt_buf_view(&groups)), SW_NOT_NEWER);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 100, 2), SW_OK);
}

static void
test_what_is_no_newer_version_changes_nothing(void **state)
{
	static const struct {
		const char *why;
		uint16_t version;
		uint32_t end;
		size_t spoil;
		const char *more;
		uint16_t sw;
	} rows[] = {
		{ "the same version", 0, 0x20401231, FILE15_LEN, "", SW_NOT_NEWER },
		{ "an earlier end", 2, 0x20200101, FILE15_LEN, "", SW_DATA },
		{ "another issuer", 2, 0x20401231, 7, "", SW_DATA },
		{ "another card kind", 2, 0x20401231, 8, "", SW_DATA },
		{ "not enabled", 2, 0x20401231, 9, "", SW_DATA },
		{ "another card number", 2, 0x20401231, 19, "", SW_DATA },
		{ "another start", 2, 0x20401231, 23, "", SW_DATA },
		{ "limits with it", 2, 0x20401231, FILE15_LEN, "9001080186A00000000001", SW_DATA },
		{ "a limit of two bytes", 2, 0x20401231, FILE15_LEN, "9006020FFF", SW_DATA },
		{ "a limit below what is on it", 2, 0x20401231, FILE15_LEN, "900603000FFF",
		    SW_CONDITIONS },
		{ "a limit twice", 2, 0x20401231, FILE15_LEN, "900603020000900603020000", SW_DATA },
		{ "keys with it", 2, 0x20401231, FILE15_LEN, "80010100", SW_DATA },
		{ "a PIN with it", 2, 0x20401231, FILE15_LEN, "80100100", SW_DATA },
		{ "conditions with it", 2, 0x20401231, FILE15_LEN, "9003020000", SW_DATA },
		{ "a second kind with it", 2, 0x20401231, FILE15_LEN, "900206000000000000",
		    SW_DATA },
		{ "record ids with it", 2, 0x20401231, FILE15_LEN, "901A022701", SW_DATA },
		{ "other files with it", 2, 0x20401231, FILE15_LEN, "90040505000A0080", SW_DATA },
		{ "the holder with it", 2, 0x20401231, FILE15_LEN, "00160100", SW_DATA },
		{ "a file that is not there", 2, 0x20401231, FILE15_LEN, "000601AA", SW_DATA },
		{ "more than a file holds", 2, 0x20401231, FILE15_LEN,
		    "00050B0000000000000000000000", SW_DATA },
		{ "file 17 short", 2, 0x20401231, FILE15_LEN, "00170100", SW_DATA },
		{ "file 17 twice", 2, 0x20401231, FILE15_LEN,
		    "00173C" NEW_17 ZEROS_49 "00173C" NEW_17 ZEROS_49, SW_DATA },
		{ "cut short", 2, 0x20401231, FILE15_LEN, "000505AA", SW_DATA },
	};
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t bytes[300];
		struct ykt_buf groups = YKT_BUF(bytes);
		struct snapshot *before;
		uint16_t sw;
		struct tsm tsm;

		put_file15(card, rows[i].end, rows[i].version, rows[i].spoil, &groups);
		put_more(&groups, rows[i].more);
		tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
		assert_int_equal(tsm_send_hex(&tsm, FOR_PERSO), SW_OK);
		before = kit_before(card);
		sw = tsm_store(&tsm, ykt_buf_view(&groups));
		if (sw != rows[i].sw)
			fail_msg("%s: %04X, not %04X", rows[i].why, sw, rows[i].sw);
		kit_same(card, before, rows[i].why);
	}
}

/* What is on the card stays, and from then on it takes up to that and no more. */
static void
test_the_most_that_a_card_may_hold_moves(void **state)
{
	struct card *card = *state;
	uint32_t cap = (uint32_t)SE_PURSE_OFF(0) + SE_PURSE_CAP;
	uint8_t bytes[300], before[8];
	struct ykt_buf groups = YKT_BUF(bytes);

	memcpy(before, se_home(&card->se, cap), sizeof(before));
	put_file15(card, 0x20401231, 2, FILE15_LEN, &groups);
	put_more(&groups, "90060300125C");
	assert_int_equal(update(card, ykt_buf_view(&groups)), SW_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect(card, "805C000204", "0000125C9000");
	assert_int_equal(ykt_get_u24(se_home(&card->se, cap)), 0x125C);
	assert_memory_equal(se_home(&card->se, cap + 3), before + 3, 5);
	assert_int_not_equal(kit_transact(card, PURSE_INIT_LOAD, 1), SW_OK);
	groups.len = 0;
	put_file15(card, 0x20401231, 3, FILE15_LEN, &groups);
	put_more(&groups, "900603001260");
	assert_int_equal(update(card, ykt_buf_view(&groups)), SW_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 4), SW_OK);
	assert_int_not_equal(kit_transact(card, PURSE_INIT_LOAD, 1), SW_OK);
	/* With the overdraft limit it stays within three bytes. */
	card->se.journal.home[cap + 5] = 1;
	groups.len = 0;
	put_file15(card, 0x20401231, 4, FILE15_LEN, &groups);
	put_more(&groups, "900603FFFFFF");
	assert_int_equal(update(card, ykt_buf_view(&groups)), SW_DATA);
	assert_int_equal(ykt_get_u24(se_home(&card->se, cap)), 0x1260);
}

static void
test_without_file_15_it_is_none(void **state)
{
	struct card *card = *state;
	uint8_t bytes[300];
	struct ykt_buf groups = YKT_BUF(bytes);

	put_more(&groups, "0005021122");
	assert_int_equal(update(card, ykt_buf_view(&groups)), SW_DATA);
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect(card, "00B0850002", "AABB9000");
}

/* A gate is between INITIALIZE and DEBIT, or a terminal has its grey lock. */
static void
test_a_purse_in_a_transaction_waits(void **state)
{
	struct card *card = *state;
	uint8_t bytes[300];
	struct ykt_buf groups = YKT_BUF(bytes);
	struct snapshot *before;
	struct tsm tsm;

	put_version_2(card, &groups);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, FOR_PERSO), SW_OK);
	assert_string_equal(card_hex(card, YKT_SE_CONTACTLESS, SELECT_PURSE) +
				strlen(card_hex(card, YKT_SE_CONTACTLESS, SELECT_PURSE)) - 4,
	    "9000");
	assert_non_null(strstr(
	    card_hex(card, YKT_SE_CONTACTLESS, "805001020B0100000064" TERMINAL_HEX "0F"), "9000"));
	before = kit_before(card);
	assert_int_equal(tsm_store(&tsm, ykt_buf_view(&groups)), SW_CONDITIONS);
	kit_same(card, before, "a purchase");
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	rng_script(&card->rng, "A1B2C3D4");
	expect_sw(card, SW_OK, "E07A08020701" TERMINAL_HEX "0F");
	se_purse_end(&card->se);
	*(uint8_t *)(uintptr_t)se_home(&card->se, (uint32_t)SE_PURSE_OFF(0) + SE_PURSE_LOCK) = 0x01;
	assert_true(se_grey_locked(&card->se, 0));
	assert_int_equal(update(card, ykt_buf_view(&groups)), SW_CONDITIONS);
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect(card, "00B0951C02", "00009000");
}

/* Locked by its domain, or blocked by the issuer's command. */
static void
test_a_purse_that_is_out_of_use_waits(void **state)
{
	struct card *card = *state;
	uint8_t bytes[300];
	struct ykt_buf groups = YKT_BUF(bytes);
	struct tsm tsm;

	put_version_2(card, &groups);
	assert_int_equal(kit_sm(card, "841E0000", "", PERSO_KEY_BLOCK, PURSE_ALG_TDES), SW_OK);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, FOR_PERSO), SW_OK);
	assert_int_not_equal(tsm_store(&tsm, ykt_buf_view(&groups)), SW_OK);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80F0408708" AID_PURSE), SW_OK);
	assert_int_equal(update(card, ykt_buf_view(&groups)), SW_CONDITIONS);
}

/* STORE DATA as one block to a card that may be dead before it answers. */
static void
store_unanswered(struct tsm *tsm, struct ykt_bytes groups)
{
	uint8_t plain_bytes[300], wrapped_bytes[300], rsp_bytes[300];
	struct ykt_buf plain = YKT_BUF(plain_bytes);
	struct ykt_buf wrapped = YKT_BUF(wrapped_bytes);
	struct ykt_buf rsp = YKT_BUF(rsp_bytes);

	gp_store_data_build(GP_STORE_DGI | GP_STORE_LAST, 0, groups, &plain);
	assert_int_equal(
	    scp03_cmd_wrap(tsm->card->crypto, &tsm->session, ykt_buf_view(&plain), &wrapped),
	    YKT_OK);
	(void)card_send(tsm->card, YKT_SE_WIRED, ykt_buf_view(&wrapped), &rsp);
}

/* Every write of the commit, torn every way: the old version or the new one, whole. */
static void
test_a_cut_leaves_one_version_whole(void **state)
{
	struct card *card = *state;
	struct nvm_mem *start = calloc(1, sizeof(*start));
	uint8_t money[SE_MONEY_SIZE];
	unsigned seen_old = 0, seen_new = 0;

	assert_non_null(start);
	memcpy(start, &card->nvm, sizeof(*start));
	memcpy(
	    money, se_home(&card->se, (uint32_t)SE_PURSE_OFF(0) + SE_PURSE_MONEY), sizeof(money));
	for (unsigned at = 1;; at++) {
		bool fired = true;

		for (int tear = 0; tear < TEAR_COUNT && fired; tear++) {
			uint8_t bytes[300];
			struct ykt_buf groups = YKT_BUF(bytes);
			struct tsm tsm;
			bool is_new;

			memcpy(card->nvm.bytes, start->bytes, sizeof(start->bytes));
			nvm_power(&card->nvm);
			assert_int_equal(card_boot(card), YKT_OK);
			put_version_2(card, &groups);
			tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
			assert_int_equal(tsm_send_hex(&tsm, FOR_PERSO), SW_OK);
			nvm_fault(&card->nvm, at, FAULT_CUT, (enum tear)tear);
			store_unanswered(&tsm, ykt_buf_view(&groups));
			fired = card->nvm.fired;
			nvm_power(&card->nvm);
			assert_int_equal(card_boot(card), YKT_OK);
			assert_memory_equal(
			    se_home(&card->se, (uint32_t)SE_PURSE_OFF(0) + SE_PURSE_MONEY), money,
			    sizeof(money));
			expect_sw(card, SW_OK, SELECT_PURSE);
			is_new =
			    strcmp(card_hex(card, YKT_SE_WIRED, "00B0951C02"), "00029000") == 0;
			expect(card, "00B0951804", is_new ? "204012319000" : "203512319000");
			expect(card, "00B0850005", is_new ? "1122CCDD009000" : "AABBCCDD009000");
			expect(card, "805C000204", "0000125C9000");
			seen_new += is_new;
			seen_old += !is_new;
		}
		if (!fired)
			break;
	}
	assert_true(seen_old > TEAR_COUNT && seen_new > 0);
	free(start);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_a_newer_version_changes_its_files_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_what_is_no_newer_version_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_the_most_that_a_card_may_hold_moves, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_file_15_it_is_none, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_purse_in_a_transaction_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_purse_that_is_out_of_use_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_cut_leaves_one_version_whole, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
