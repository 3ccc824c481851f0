/*
 * A card from blank: format, boot, information, resets, SELECT.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "card/sw.h"

#define FCI_ISD "6F108408" AID_ISD "A5049F6501FF9000"

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

static void
test_info_is_what_was_formatted(void **state)
{
	struct card *card = *state;
	struct se_info info;

	assert_int_equal(se_get_info(&card->se, &info), YKT_OK);
	assert_int_equal(info.uid_len, 7);
	assert_memory_equal(info.uid, "\x04\x11\x22\x33\x44\x55\x66", 7);
	se_clear(&card->se);
	info.uid_len = 99;
	assert_int_equal(se_get_info(&card->se, &info), YKT_E_STATE);
	assert_int_equal(info.uid_len, 99);
}

static void
test_format_refuses_bad_parameters(void **state)
{
	static const struct {
		const char *why;
		uint8_t uid_len, key_len, kvn;
	} rows[] = {
		{ "uid of 5", 5, 16, 0x30 },
		{ "uid of 0", 0, 16, 0x30 },
		{ "uid of 11", 11, 16, 0x30 },
		{ "key of 15", 7, 15, 0x30 },
		{ "key of 33", 7, 33, 0x30 },
		{ "key version 0", 7, 16, 0 },
		{ "key version 80", 7, 16, 0x80 },
	};
	struct card *card = *state;
	struct se_params params;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		card_params(&params);
		params.uid_len = rows[i].uid_len;
		params.isd_key_len = rows[i].key_len;
		params.isd_kvn = rows[i].kvn;
		nvm_power(&card->nvm);
		assert_int_equal(se_format(&card->nvm.port, &params), YKT_E_ARG);
		assert_int_equal(card->nvm.writes, 0);
	}
	card_params(&params);
	card->nvm.port.size = SE_IMAGE_SIZE - 1;
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_E_ARG);
	assert_int_equal(card->nvm.writes, 0);
}

/* Cut anywhere, an image is either the card or none, whatever it held before. */
static void
test_a_cut_format_gives_no_card(void **state)
{
	struct card *card = *state;
	struct se_params params;
	unsigned total;

	card_params(&params);
	tsm_make_purse(card);
	nvm_power(&card->nvm);
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
	total = card->nvm.writes;
	for (unsigned at = 1; at <= total; at++) {
		nvm_power(&card->nvm);
		nvm_fault(&card->nvm, at, FAULT_CUT, TEAR_PREFIX_HALF);
		assert_int_not_equal(se_format(&card->nvm.port, &params), YKT_OK);
		nvm_power(&card->nvm);
		assert_int_equal(card_boot(card), YKT_E_CORRUPT);
	}
	/* The head was blanked first, so its last write cannot go missing unseen. */
	nvm_fault(&card->nvm, total, FAULT_SILENT, TEAR_OLD);
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_E_DRIVER);
}

static void
test_boot_refuses_what_is_no_card(void **state)
{
	struct card *card = *state;
	struct se_params params;

	memset(card->nvm.bytes, 0, SE_IMAGE_SIZE);
	assert_int_equal(card_boot(card), YKT_E_CORRUPT);
	memset(card->nvm.bytes, 0xFF, SE_IMAGE_SIZE);
	assert_int_equal(card_boot(card), YKT_E_CORRUPT);
	card_params(&params);
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
	/* A version of tomorrow, with a right sum. */
	card->nvm.bytes[SE_HOME_IN + SE_HEAD_VERSION + 1]++;
	ykt_set_u64(card->nvm.bytes + SE_HOME_IN + SE_SUMS_OFF,
	    se_page_sum(card->nvm.bytes + SE_HOME_IN, 0));
	assert_int_equal(card_boot(card), YKT_E_CORRUPT);
	card->nvm.bytes[SE_HOME_IN + SE_HEAD_VERSION + 1]--;
	ykt_set_u64(card->nvm.bytes + SE_HOME_IN + SE_SUMS_OFF,
	    se_page_sum(card->nvm.bytes + SE_HOME_IN, 0));
	assert_int_equal(card_boot(card), YKT_OK);
	card->nvm.port.size--;
	assert_int_equal(card_boot(card), YKT_E_CORRUPT);
	card->nvm.port.size++;
	card->nvm.off = true;
	assert_int_equal(card_boot(card), YKT_E_DRIVER);
	expect(card, "00A4040000", "6F00");
}

static void
test_reset_answers(void **state)
{
	struct card *card = *state;
	uint8_t bytes[33];
	struct ykt_buf atr = YKT_BUF(bytes);
	uint8_t check = 0;

	se_reset(&card->se, YKT_SE_WIRED, &atr);
	assert_int_equal(atr.data[0], 0x3B);
	for (size_t i = 1; i < atr.len; i++)
		check ^= atr.data[i];
	assert_int_equal(check, 0);
	atr.len = 0;
	se_reset(&card->se, YKT_SE_CONTACTLESS, &atr);
	assert_int_equal(atr.data[0], atr.len);
}

static void
test_the_issuer_domain_is_selected_by_default(void **state)
{
	struct card *card = *state;

	expect(card, "80CA00C100", "C1030000009000");
	expect_on(card, YKT_SE_CONTACTLESS, "80CA00C100", "C1030000009000");
	expect(card, "00A4040000", FCI_ISD);
	expect(card, "00A40400", FCI_ISD);
}

static void
test_select_by_name(void **state)
{
	static const struct {
		const char *why;
		const char *cmd;
		const char *rsp;
	} rows[] = {
		{ "the whole name", "00A4040008" AID_ISD "00", FCI_ISD },
		{ "without Le", "00A4040008" AID_ISD, FCI_ISD },
		{ "five bytes of it", "00A4040005A00000015100", FCI_ISD },
		{ "four bytes name nothing", "00A4040004A000000100", "6A82" },
		{ "one byte more", "00A4040009" AID_ISD "0100", "6A82" },
		{ "seventeen bytes", "00A4040011" AID_ISD AID_ISD "0000", "6700" },
		{ "no such application",
		    "00A4040008A0000006320101050"
		    "0",
		    "6A82" },
		{ "next after the only one", "00A4040208" AID_ISD "00", "6A82" },
		{ "last occurrence", "00A4040108" AID_ISD "00", "6A86" },
		{ "without FCI", "00A4040C08" AID_ISD "00", "6A86" },
		{ "by file id, as real cards refuse it", "00A40000020015", "6A86" },
		{ "PPSE with nothing to list", "00A404000E325041592E5359532E444446303100", "6A82" },
	};
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		expect_sw(card, SW_OK, "00A4040000");
		expect(card, rows[i].cmd, rows[i].rsp);
		/* A refused SELECT leaves the selection alone. */
		expect(card, "80CA00C100", "C1030000009000");
	}
}

static void
test_partial_names_walk_through_the_cities(void **state)
{
	static const char *const aids[] = { AID_PURSE "1121", AID_PURSE, AID_PURSE "53" };
	struct card *card = *state;
	const char *got;

	tsm_make_ssd(card);
	for (size_t i = 0; i < YKT_ARRAY_LEN(aids); i++) {
		const struct purse_setup one = { aids[i], 100000, 0, PURSE_ALG_TDES };

		tsm_make_purse_as(card, &one);
	}
	/* The exact name first, then the longer ones in the card's order. */
	got = card_hex(card, YKT_SE_WIRED, "00A4040008" AID_PURSE "00");
	assert_memory_equal(got, "6F318408" AID_PURSE "A5", 26);
	got = card_hex(card, YKT_SE_WIRED, "00A4040208" AID_PURSE "00");
	assert_memory_equal(got, "6F33840A" AID_PURSE "1121A5", 30);
	got = card_hex(card, YKT_SE_WIRED, "00A4040208" AID_PURSE "00");
	assert_memory_equal(got, "6F328409" AID_PURSE "53A5", 28);
	for (int i = 0; i < 1000; i++)
		expect(card, "00A4040208" AID_PURSE "00", "6A82");
	got = card_hex(card, YKT_SE_WIRED, "00A4040008" AID_PURSE "00");
	assert_memory_equal(got, "6F318408" AID_PURSE "A5", 26);
	/* Of a group one answers on the air, and the directory shows no other. */
	expect(card, "00A404000E325041592E5359532E444446303100",
	    "6F30840E325041592E5359532E4444463031A51EBF0C1B"
	    "61194F0A" AID_PURSE "112150084D4F545F545F45508701019000");
}

static void
test_port_is_the_same_card(void **state)
{
	struct card *card = *state;
	struct se_port port;
	uint8_t bytes[SE_RSP_MAX];
	struct ykt_buf rsp = YKT_BUF(bytes);

	se_port(&port, &card->se, YKT_SE_CONTACTLESS);
	assert_int_equal(port.se.iface, YKT_SE_CONTACTLESS);
	assert_int_equal(
	    port.se.transceive(port.se.ctx, ykt_bytes("\x80\xCA\0\xC1\0", 5), &rsp, 0), YKT_OK);
	assert_int_equal(rsp.len, 7);
	rsp.len = 0;
	assert_int_equal(port.se.reset(port.se.ctx, &rsp, 0), YKT_OK);
	assert_true(rsp.len > 0);
	rsp = (struct ykt_buf){ bytes, 0, 1, false };
	assert_int_equal(port.se.transceive(port.se.ctx, ykt_bytes("\x80\xCA\0\xC1\0", 5), &rsp, 0),
	    YKT_E_SPACE);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_info_is_what_was_formatted),
		T(test_format_refuses_bad_parameters),
		T(test_a_cut_format_gives_no_card),
		T(test_boot_refuses_what_is_no_card),
		T(test_reset_answers),
		T(test_the_issuer_domain_is_selected_by_default),
		T(test_select_by_name),
		T(test_partial_names_walk_through_the_cities),
		T(test_port_is_the_same_card),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
