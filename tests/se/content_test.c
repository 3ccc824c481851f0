/*
 * Content management: INSTALL, PUT KEY, GET STATUS, SET STATUS, DELETE, and who
 * may do what to whom.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/sw.h"

#define AID_SSD2    "A00000063201FF02"
#define INSTALL_SSD "80E60C002007A000000151535008A00000015153504108"
#define INSTALL_P   "80E604002007A000000632010108A00000063201010508"

static int
setup(void **state)
{
	*state = card_new();

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

/* Sends and compares status word and plain data. */
static void
tsm_expect(struct tsm *tsm, const char *plain_hex, const char *rsp_hex)
{
	char text[700];
	uint16_t sw = tsm_send_hex(tsm, plain_hex);

	ykt_hex_encode(ykt_buf_view(&tsm->data), text);
	snprintf(text + strlen(text), 5, "%04X", sw);
	if (strcmp(text, rsp_hex) != 0)
		fail_msg("%s\n  answered %s\n  not      %s", plain_hex, text, rsp_hex);
}

static void
test_a_blank_card_lists_its_domain_and_packages(void **state)
{
	struct tsm tsm;

	tsm_open(&tsm, *state, AID_ISD, &tsm_isd_keys, 0x33);
	tsm_expect(&tsm, "80F28002024F0000",
	    "E3264F08" AID_ISD "9F70010FC503905C00C407A0000001515350CC08" AID_ISD "9000");
	tsm_expect(&tsm, "80F24002024F0000", "6A88");
	tsm_expect(&tsm, "80F22002024F0000",
	    "E30D4F07A00000063201019F700101E30D4F07A00000015153509F700101"
	    "E30C4F06F0594B5449449F7001019000");
	tsm_expect(&tsm, "80F21002094F07A000000632010100",
	    "E3174F07A00000063201019F7001018408A0000006320101059000");
}

/* GET STATUS as GP 2.1.1 has it, for tools that know no other. */
static void
test_the_old_form_lists_the_same(void **state)
{
	struct tsm tsm;

	tsm_make_purse(*state);
	tsm_open(&tsm, *state, AID_ISD, &tsm_isd_keys, 0x33);
	tsm_expect(&tsm, "80F28000024F0000",
	    "08" AID_ISD "0F90"
	    "9000");
	tsm_expect(&tsm, "80F24000024F0000",
	    "08" AID_SSD "0780"
	    "08" AID_PURSE "0700"
	    "9000");
	tsm_expect(&tsm, "80F22000024F0000",
	    "07A000000632010101"
	    "00"
	    "07A000000151535001"
	    "00"
	    "06F0594B54494401"
	    "00"
	    "9000");
	tsm_expect(&tsm, "80F21000094F07A000000632010100",
	    "07A000000632010101"
	    "00"
	    "01"
	    "08A000000632010105"
	    "9000");
	tsm_expect(&tsm, "80F240000A4F08" AID_SSD2 "00", "6A88");
}

/* The way of a city's card, as design.md tells it. */
static void
test_opening_a_card(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_make_purse(card);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	tsm_expect(&tsm, "80F24002024F0000",
	    "E3264F08" AID_SSD "9F700107C503800000C407A0000001515350CC08" AID_ISD
	    "E3264F08" AID_PURSE "9F700107C503000000C407A0000006320101CC08" AID_SSD "9000");
	assert_int_equal(tsm.key_version, 0x30);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(tsm.key_version, KVN_SSD);
	tsm_expect(&tsm, "80CA00E000", "E012C00401318810C00402318810C004033188109000");
	/* A domain sees itself and its own. */
	tsm_expect(&tsm, "80F28002024F0000", "6A88");
	tsm_expect(&tsm, "80F240020A4F08" AID_PURSE "00",
	    "E3264F08" AID_PURSE "9F700107C503000000C407A0000006320101CC08" AID_SSD "9000");
}

static void
test_status_continues_after_6310(void **state)
{
	struct card *card = *state;
	struct tsm tsm;
	char cmd[128];

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	for (unsigned i = 1; i <= 8; i++) {
		snprintf(cmd, sizeof(cmd), INSTALL_SSD "A00000063201FF%02X018002C9000000", i);
		tsm_expect(&tsm, cmd, "009000");
	}
	snprintf(cmd, sizeof(cmd), INSTALL_SSD "A00000063201FF%02X018002C9000000", 9);
	tsm_expect(&tsm, cmd, "6A84");
	tsm_expect(&tsm, "80F24003024F0000", "6985");
	assert_int_equal(tsm_send_hex(&tsm, "80F24002024F0000"), SW_MORE_DATA_GP);
	assert_int_equal(tsm.data.len, 5 * 40);
	/* It continues its own list only. */
	assert_int_equal(tsm_send_hex(&tsm, "80F28003024F0000"), SW_CONDITIONS);
	assert_int_equal(tsm_send_hex(&tsm, "80F24003024F0000"), SW_OK);
	assert_int_equal(tsm.data.len, 3 * 40);
	tsm_expect(&tsm, "80F24003024F0000", "6985");
}

static const struct {
	const char *why;
	const char *cmd;
	const char *rsp;
} registry_refusals[] = {
	{ "domain again", INSTALL_SSD AID_SSD "018002C9000000", "6A80" },
	{ "purse under a taken name", INSTALL_P AID_PURSE "010002C9000000", "6A80" },
	{ "purse under a package's name",
	    "80E604001F07A000000632010108A00000063201010507A0000006320101010002C9000000", "6A80" },
	{ "purse selectable without its data",
	    "80E60C002007A000000632010108A00000063201010508" AID_PURSE "010002C9000000", "6A80" },
	{ "new purse selectable without its data",
	    "80E60C002107A000000632010108A00000063201010509" AID_PURSE "99010002C9000000", "6985" },
	{ "unknown package",
	    "80E604002007A000000632010208A00000063201010508" AID_PURSE "010002C9000000", "6A88" },
	{ "unknown module",
	    "80E604002007A000000632010108A00000063201010608" AID_PURSE "010002C9000000", "6A88" },
	{ "purse with the privilege of a domain",
	    "80E604002107A000000632010108A00000063201010509" AID_PURSE "99018002C9000000", "6A80" },
	{ "domain without it", INSTALL_SSD AID_SSD2 "010002C9000000", "6A80" },
	{ "privileges of two bytes",
	    "80E60C002107A000000151535008A00000015153504108" AID_SSD2 "02800002C9000000", "6A80" },
	{ "AID of four bytes",
	    "80E60C001C07A000000151535008A00000015153504104A0000006018002C9000000", "6A80" },
	{ "INSTALL cut short", "80E60C001207A000000151535008A00000015153504100", "6A80" },
	{ "INSTALL with a byte more",
	    "80E60C002107A000000151535008A00000015153504108" AID_SSD2 "018002C900000000", "6A80" },
	{ "INSTALL without data", "80E60C0000", "6A80" },
	{ "for load, of nothing", "80E6020000", "6A80" },
	{ "unknown form", "80E6010000", "6A86" },
	{ "P2", "80E60C0100", "6A86" },
	{ "selectable, cut short", "80E608000E000008" AID_PURSE "010000", "6A80" },
	{ "selectable again", "80E608000F000008" AID_PURSE "0100000000", "6985" },
	{ "selectable of nothing", "80E608000F000008" AID_SSD2 "0100000000", "6A88" },
	{ "extradition to nothing", "80E610001608" AID_SSD2 "0008" AID_PURSE "00000000", "6A88" },
	{ "extradition to a purse", "80E610001608" AID_PURSE "0008" AID_PURSE "00000000", "6A88" },
	{ "extradition of the issuer's domain", "80E610001608" AID_SSD "0008" AID_ISD "00000000",
	    "6985" },
	{ "personalisation by another domain", "80E620000E000008" AID_PURSE "00000000", "6985" },
	{ "delete of nothing", "80E400000A4F08" AID_SSD2 "00", "6A88" },
	{ "delete of the issuer's domain", "80E400800A4F08" AID_ISD "00", "6985" },
	{ "delete of a domain with dependents", "80E400000A4F08" AID_SSD "00", "6985" },
	{ "delete P1", "80E401000A4F08" AID_SSD "00", "6A86" },
	{ "delete P2", "80E400010A4F08" AID_SSD "00", "6A86" },
	{ "delete without data", "80E4000000", "6A80" },
	{ "delete of the key set in use", "80E4000003D2013000", "6985" },
	{ "delete of an unknown key set", "80E4000003D2017700", "6A88" },
	{ "lock of the issuer's domain", "80F0408008" AID_ISD, "6985" },
	{ "lock of nothing", "80F0408008" AID_SSD2, "6A88" },
	{ "unlock of what is not locked", "80F0400008" AID_PURSE, "6A80" },
	{ "the state that the card has", "80F0800F08" AID_ISD, "6A80" },
	{ "GET STATUS P2", "80F24004024F0000", "6A86" },
	{ "GET STATUS of nothing",
	    "80F24002074F05A0000000010"
	    "0",
	    "6A88" },
	{ "GET STATUS without 4F", "80F24002", "6A80" },
	{ "GET STATUS P1", "80F2A002024F0000", "6A86" },
	{ "STORE DATA of groupings to the domain itself",
	    "80E28800060015030102"
	    "0300",
	    "6A86" },
	{ "STORE DATA of an unknown tag", "80E290000350010100", "6A88" },
	{ "STORE DATA out of order", "80E290010342010100", "6A86" },
	{ "STORE DATA of cut TLV", "80E290000342050100", "6A80" },
};

/* Refusals with everything in place; nothing may be written by any of them. */
static void
test_refusals_leave_the_registry_alone(void **state)
{
	struct card *card = *state;
	struct snapshot *before = calloc(2, sizeof(*before));
	struct snapshot *after = before + 1;
	struct tsm tsm;

	tsm_make_purse(card);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	snapshot_take(card, before);
	for (size_t i = 0; i < YKT_ARRAY_LEN(registry_refusals); i++) {
		char text[8];

		snprintf(text, sizeof(text), "%04X", tsm_send_hex(&tsm, registry_refusals[i].cmd));
		if (strcmp(text, registry_refusals[i].rsp) != 0)
			fail_msg("%s: %s, not %s", registry_refusals[i].why, text,
			    registry_refusals[i].rsp);
		snapshot_take(card, after);
		assert_true(snapshot_equal(before, after));
	}
	free(before);
}

static void
test_more_than_four_purses_do_not_fit(void **state)
{
	struct card *card = *state;
	struct tsm tsm;
	char cmd[128];

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	for (unsigned i = 1; i <= 5; i++) {
		snprintf(cmd, sizeof(cmd),
		    "80E604002107A000000632010108A00000063201010509" AID_PURSE "%02X010002C9000000",
		    i);
		tsm_expect(&tsm, cmd, i <= 4 ? "009000" : "6A84");
	}
}

/* A supplementary domain without management privileges manages nothing. */
static void
test_a_plain_domain_manages_nothing(void **state)
{
	static const char *const cmds[] = {
		INSTALL_SSD AID_SSD2 "018002C9000000",
		"80E604002107A000000632010108A00000063201010509" AID_PURSE "99010002C9000000",
		"80E610001608" AID_ISD "0008" AID_PURSE "00000000",
		"80E400000A4F08" AID_PURSE "00",
		"80F0408008" AID_PURSE,
		"80E640000F000008" AID_PURSE "0104000000",
	};
	struct card *card = *state;
	struct tsm tsm;

	tsm_make_purse(card);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	for (size_t i = 0; i < YKT_ARRAY_LEN(cmds); i++)
		tsm_expect(&tsm, cmds[i], "6985");
}

/* Authorised management reaches the domain's own, and no further. */
static void
test_an_authorised_domain_manages_its_own(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_make_purse(card);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	tsm_expect(&tsm,
	    "80E6400011000008" AID_SSD "038040000000"
	    "00",
	    "009000");
	tsm_expect(&tsm, INSTALL_SSD AID_SSD2 "018002C9000000", "009000");
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	tsm_expect(&tsm, "80F0408008" AID_SSD2, "6985");
	tsm_expect(&tsm, "80E400000A4F08" AID_SSD2 "00", "6985");
	tsm_expect(&tsm, "80F0408008" AID_PURSE, "9000");
	expect_on(card, YKT_SE_CONTACTLESS, SELECT_PURSE, "6A82");
	tsm_expect(&tsm, "80F0408008" AID_PURSE, "6A80");
	tsm_expect(&tsm, "80F0400008" AID_PURSE, "9000");
	assert_memory_equal(card_hex(card, YKT_SE_CONTACTLESS, SELECT_PURSE), "6F31", 4);
	tsm_expect(&tsm, "80E400800A4F08" AID_SSD "00", "6985");
	tsm_expect(&tsm, "80E400000A4F08" AID_PURSE "00", "009000");
	expect_on(card, YKT_SE_CONTACTLESS, SELECT_PURSE, "6A82");
}

/* A domain can never come to stand above itself. */
static void
test_extradition_makes_no_ring(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	tsm_expect(&tsm, INSTALL_SSD AID_SSD "018002C9000000", "009000");
	tsm_expect(&tsm, INSTALL_SSD AID_SSD2 "018002C9000000", "009000");
	tsm_expect(&tsm, "80E610001608" AID_SSD "0008" AID_SSD2 "00000000", "009000");
	tsm_expect(&tsm, "80E610001608" AID_SSD2 "0008" AID_SSD "00000000", "6985");
	/* To itself: the root of a tree of its own. */
	tsm_expect(&tsm, "80E610001608" AID_SSD "0008" AID_SSD "00000000", "009000");
	tsm_expect(&tsm, "80E400000A4F08" AID_SSD "00", "6985");
	tsm_expect(&tsm, "80E400800A4F08" AID_SSD "00", "009000");
	tsm_expect(&tsm, "80F24002024F0000", "6A88");
}

/* Key data for PUT KEY under dek; kcv_flip spoils the last check value. */
static void
build_put_key(struct card *card, const struct scp03_keys *dek, struct gp_put_key *put,
    uint8_t kcv_flip, struct ykt_buf *ret_cmd)
{
	uint8_t secret_bytes[GP_KEYS_MAX][16];

	for (uint8_t i = 0; i < put->count; i++) {
		struct ykt_buf secret = YKT_BUF(secret_bytes[i]);
		uint8_t clear[16];

		memset(clear, 0xC0 + i, sizeof(clear));
		put->keys[i].type = GP_KEY_TYPE_AES;
		put->keys[i].len = 16;
		assert_int_equal(
		    scp03_dek_encrypt(card->crypto, dek->dek, 16, YKT_BYTES(clear), &secret),
		    YKT_OK);
		put->keys[i].component = ykt_buf_view(&secret);
		assert_int_equal(gp_kcv_aes(card->crypto, clear, 16, put->keys[i].kcv), YKT_OK);
	}
	put->keys[put->count - 1].kcv[2] ^= kcv_flip;
	ret_cmd->len = 0;
	gp_put_key_build(put, ret_cmd);
}

static void
test_put_key_is_all_or_nothing(void **state)
{
	static const struct {
		const char *why;
		uint8_t old, new, first, count, flip;
		uint16_t sw;
	} rows[] = {
		{ "last check value wrong", 0x30, 0x31, 1, 3, 1, SW_KEY_CHECK },
		{ "no such version to replace", 0x55, 0x56, 1, 3, 0, SW_DATA_NOT_FOUND },
		{ "one id too many to replace", 0x30, 0x31, 1, 4, 0, SW_DATA_NOT_FOUND },
		{ "version 0", 0, 0, 1, 3, 0, SW_DATA },
		{ "version FF", 0, 0xFF, 1, 3, 0, SW_DATA },
		{ "added where it is", 0, 0x30, 1, 3, 0, SW_DATA },
		{ "identifier 0", 0, 0x40, 0, 1, 0, SW_DATA },
		{ "old version FF", 0xFF, 0x40, 1, 1, 0, SW_P1P2 },
	};
	struct card *card = *state;
	struct snapshot *before = calloc(2, sizeof(*before));
	struct snapshot *after = before + 1;
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	snapshot_take(card, before);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct gp_put_key put = { .old_version = rows[i].old,
			.new_version = rows[i].new,
			.first_id = rows[i].first,
			.count = rows[i].count };

		build_put_key(card, &tsm_isd_keys, &put, rows[i].flip, &cmd);
		if (tsm_send(&tsm, ykt_buf_view(&cmd)) != rows[i].sw)
			fail_msg("%s: %04X, not %04X", rows[i].why, tsm.sw, rows[i].sw);
		snapshot_take(card, after);
		assert_true(snapshot_equal(before, after));
	}
	free(before);
}

static void
test_put_key_adds_until_full_and_replaces(void **state)
{
	struct card *card = *state;
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct scp03_keys fresh = { .len = 16 };
	struct tsm tsm;

	memset(fresh.enc, 0xC0, 16);
	memset(fresh.mac, 0xC1, 16);
	memset(fresh.dek, 0xC2, 16);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	for (uint8_t i = 0; i < 4; i++) {
		struct gp_put_key put = {
			.new_version = (uint8_t)(0x31 + i), .first_id = 1, .count = 3
		};

		build_put_key(card, &tsm_isd_keys, &put, 0, &cmd);
		assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), i < 3 ? SW_OK : SW_NO_SPACE);
	}
	/* New version and the three check values. */
	assert_int_equal(tsm_send_hex(&tsm, "80E4000003D2013300"), SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, "80E4000003D2013200"), SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, "80E4000003D2013100"), SW_OK);
	{
		struct gp_put_key put = {
			.old_version = 0x30, .new_version = 0x35, .first_id = 1, .count = 3
		};

		build_put_key(card, &tsm_isd_keys, &put, 0, &cmd);
		assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_OK);
		assert_int_equal(tsm.data.len, 1 + 3 * GP_KCV_LEN);
		assert_int_equal(tsm.data_bytes[0], 0x35);
	}
	tsm_open(&tsm, card, AID_ISD, &fresh, 0x33);
	assert_int_equal(tsm.key_version, 0x35);
	expect(card, "8050300008010203040506070800", "6A88");
}

/* Deleting ends what others had open, and leaves no secret behind in the image. */
static void
test_delete_with_dependents_leaves_nothing(void **state)
{
	struct card *card = *state;
	struct snapshot *blank = calloc(2, sizeof(*blank));
	struct tsm tsm;

	snapshot_take(card, blank);
	tsm_make_purse(card);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 5000), SW_OK);
	assert_memory_equal(card_hex(card, YKT_SE_CONTACTLESS, SELECT_PURSE), "6F31", 4);
	assert_memory_equal(
	    card_hex(card, YKT_SE_CONTACTLESS, "805003020B0100000001" TERMINAL_HEX "0F"),
	    "00001388", 8);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	tsm_expect(&tsm, "80E400800A4F08" AID_SSD "00", "009000");
	expect_on(card, YKT_SE_CONTACTLESS, "80DC00F030" TRIP_HEX, "6D00");
	expect_on(card, YKT_SE_CONTACTLESS, SELECT_PURSE, "6A82");
	expect(card, "00A4040008" AID_SSD "00", "6A82");
	/* Beyond the counters of the card and of its domain, as on the day it was made. */
	snapshot_take(card, blank + 1);
	memcpy(blank[1].home + SE_HEAD_UPDATES, blank[0].home + SE_HEAD_UPDATES, 2);
	memcpy(blank[1].home + SE_SD_OFF(0), blank[0].home + SE_SD_OFF(0), SE_PAGE_LEN);
	assert_memory_equal(blank[0].home, blank[1].home, SE_SUMS_OFF);
	free(blank);
}

static void
test_store_data_gives_a_domain_its_numbers(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_make_ssd(card);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	/* In two blocks, cut in the middle of a tag. */
	tsm_expect(&tsm,
	    "80E210000542033101"
	    "0200",
	    "9000");
	tsm_expect(&tsm, "80E290010445020102", "9000");
	expect_sw(card, SW_OK, "00A4040008" AID_SSD "00");
	expect(card, "80CA004200", "42033101029000");
	expect(card, "80CA004500", "450201029000");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_a_blank_card_lists_its_domain_and_packages),
		T(test_the_old_form_lists_the_same),
		T(test_opening_a_card),
		T(test_status_continues_after_6310),
		T(test_refusals_leave_the_registry_alone),
		T(test_more_than_four_purses_do_not_fit),
		T(test_a_plain_domain_manages_nothing),
		T(test_an_authorised_domain_manages_its_own),
		T(test_extradition_makes_no_ring),
		T(test_put_key_is_all_or_nothing),
		T(test_put_key_adds_until_full_and_replaces),
		T(test_delete_with_dependents_leaves_nothing),
		T(test_store_data_gives_a_domain_its_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
