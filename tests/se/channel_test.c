/*
 * SCP03 on the card's side: the published sessions, and what closes a channel.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/sw.h"

#define IUR(challenge) "8050300008" challenge "00"

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

/* The published sessions are with an ISD-R (SGP.02), whose AID is in the challenge. */
static void
become_isd_r(struct card *card)
{
	static const uint8_t entry[] = { 16, 0xA0, 0x00, 0x00, 0x05, 0x59, 0x10, 0x10, 0xFF, 0xFF,
		0xFF, 0xFF, 0x89, 0x00, 0x00, 0x01, 0x00 };

	se_journal_begin(&card->se.journal);
	se_journal_put(&card->se.journal, SE_SD_OFF(0) + SE_SD_AID_LEN, YKT_BYTES(entry));
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
}

/* tests/vectors/scp.json: three sessions of one card, in the order of its counter. */
static void
test_published_sessions_run_as_they_were_logged(void **state)
{
	struct card *card = *state;

	become_isd_r(card);
	expect(card, IUR("8E1552D0513C60F3"),
	    "0000000000000000000030037030760CD2C47C1DD395065FE5EAD8A9D70000019000");
	expect(card, "8482030010FD4721A14D9B07003C451D2F8AE6BB21", "9000");
	/* STORE DATA of an eUICC, which we do not have; its MAC is right. */
	expect(card, "84E2910018CA9C00F6713D79BC8BAA642BDFF51C3F6A4082D3BD9AD26C00", "6A88");
	expect_sw(card, SW_DATA, "84F2200208C9811B11F1264CF1");
	expect(
	    card, "84CA006608E10AB60B3054798800", card_hex(card, YKT_SE_CONTACTLESS, "80CA006600"));

	expect(card, IUR("B13E5F938FC108C4"),
	    "000000000000000000003003703EB51047495B249F66C484C1D2EF19480000029000");
	expect(card, "84821100107D5F5826A993EBC89EEA24957FA0B3CE", "9000");
	expect(card, "84E291000EBF3E035C015A558D036518A2829700", "6A88");

	expect(card, IUR("FDF38259A1E0DE44"),
	    "000000000000000000003003703B1ACA81E821F219081CDC01C26B372D0000039000");
	expect(card, "84823300108C36F96BCC00724A4E13AD591D7DA3F0", "9000");
	expect(card, "84E2910018267A85DFE4A98FCA6FB0527E0DFECCE4914E40401433C87F00", "6A88");
	expect(card, "80CA00C100", "6982");
}

static void
test_a_replayed_session_is_refused(void **state)
{
	struct card *card = *state;

	become_isd_r(card);
	expect_sw(card, SW_OK, IUR("8E1552D0513C60F3"));
	expect(card, "8482030010FD4721A14D9B07003C451D2F8AE6BB21", "9000");
	expect_sw(card, SW_OK, IUR("8E1552D0513C60F3"));
	expect(card, "8482030010FD4721A14D9B07003C451D2F8AE6BB21", "6300");
	/* And it is over: the right answer now finds no session. */
	expect(card, "8482030010FD4721A14D9B07003C451D2F8AE6BB21", "6985");
}

static void
test_every_level_works_end_to_end(void **state)
{
	static const uint8_t levels[] = { 0x01, 0x03, 0x11, 0x13, 0x33 };
	struct card *card = *state;
	struct tsm tsm;

	for (size_t i = 0; i < YKT_ARRAY_LEN(levels); i++) {
		tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, levels[i]);
		for (int round = 0; round < 3; round++) {
			assert_int_equal(tsm_send_hex(&tsm, "80F28002024F0000"), SW_OK);
			assert_memory_equal(tsm.data_bytes, "\xE3", 1);
			assert_int_equal(tsm_send_hex(&tsm, "80CA00E000"), SW_OK);
			/* An error comes bare and the channel goes on. */
			assert_int_equal(tsm_send_hex(&tsm, "80CA123400"), SW_DATA_NOT_FOUND);
			assert_int_equal(tsm_send_hex(&tsm, "80FF0000"), SW_INS);
		}
	}
}

static void
test_longer_keys_work(void **state)
{
	static const uint8_t lens[] = { 24, 32 };
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(lens); i++) {
		struct scp03_keys keys = { .len = lens[i] };
		struct se_params params;
		struct tsm tsm;

		card_params(&params);
		params.isd_key_len = lens[i];
		for (uint8_t k = 0; k < lens[i]; k++)
			params.isd_enc[k] = params.isd_mac[k] = params.isd_dek[k] = k;
		memcpy(keys.enc, params.isd_enc, lens[i]);
		memcpy(keys.mac, params.isd_mac, lens[i]);
		memcpy(keys.dek, params.isd_dek, lens[i]);
		assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
		assert_int_equal(card_boot(card), YKT_OK);
		tsm_open(&tsm, card, AID_ISD, &keys, 0x33);
		assert_int_equal(tsm_send_hex(&tsm, "80F28002024F0000"), SW_OK);
	}
}

/*
 * A session of another implementation at level 33, every length in extended form and
 * a ciphered block where there is no data: yubikit 5.6.1, with its challenge set.
 */
static void
test_extended_lengths_carry_a_channel(void **state)
{
	struct card *card = *state;

	expect_sw(card, SW_OK, "00A4040008A000000151000000");
	expect(card, "805000000000080102030405060708",
	    "00000000000000000000300370B1E15634C09B877F44E161DD2B71C3D00000019000");
	expect(card, "84823300000010606ACBED8A52F5FFD5ABF0F10B5C63D5", "9000");
	expect(card, "04CA00E000001878217F2BAABDAD075E847CCF29801745779A7363BC54FF90",
	    "7E757A2528FCDB3347F1C07D3CA1970D71F6B23479EED4E601B953FA53CC0C616E975517DCA8D873"
	    "9000");
	expect(card, "84F28002000018AAB33DA089552C4BC3B65821946BCE9A202FD68D752703A6",
	    "97E0EAFCD8CF4C8C02F8A2E3A5B83374B94861981D4DE0C6642990814552150FE3A4C3CE7171C80A"
	    "6B04B3262A47FC686C11D5796A63BFB49000");
	expect(card, "04CA12340000187664A4240737459F7B3ECABFF29DBE7A76765A1DDCBBD48F", "6A88");
	expect(card, "04CA00C10000185269F3E093C51B790276A9CC6F830FFD952235F3687F3753",
	    "7AA5D737171BB416A32DCF2D084BFC4585328D21BBA27C519000");
}

/* The MAC covers the length as it is written: in the other form it is another command. */
static void
test_lengths_in_another_form_close_the_channel(void **state)
{
	struct card *card = *state;

	expect_sw(card, SW_OK, "00A4040008A000000151000000");
	expect_sw(card, SW_OK, "805000000000080102030405060708");
	expect(card, "8482330010606ACBED8A52F5FFD5ABF0F10B5C63D5", "6300");
	expect(card, "84823300000010606ACBED8A52F5FFD5ABF0F10B5C63D5", "6985");

	card = card_new();
	expect_sw(card, SW_OK, "805000000000080102030405060708");
	expect(card, "84823300000010606ACBED8A52F5FFD5ABF0F10B5C63D5", "9000");
	expect(card, "04CA00E01878217F2BAABDAD075E847CCF29801745779A7363BC54FF90", "6982");
	expect(card, "04CA00E000001878217F2BAABDAD075E847CCF29801745779A7363BC54FF90", "6982");
	card_free(&card);
}

/* More than a short command holds, in a channel or on the way into it. */
static void
test_extended_lengths_bring_no_more_data(void **state)
{
	struct card *card = *state;
	uint8_t bytes[7 + 256] = { 0x84, 0xE2, 0x80, 0x00, 0x00, 0x01, 0x00 };
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(card_send(card, YKT_SE_WIRED, YKT_BYTES(bytes), NULL), SW_SECURITY);
	assert_int_equal(tsm_send_hex(&tsm, "80CA00E000"), SW_SECURITY);
	bytes[1] = 0x50;
	bytes[0] = 0x80;
	bytes[2] = 0;
	assert_int_equal(card_send(card, YKT_SE_WIRED, YKT_BYTES(bytes), NULL), SW_LENGTH);
}

static const struct {
	const char *why;
	bool started;
	const char *cmd;
	const char *rsp;
} opening_refusals[] = {
	{ "no such key version", false,
	    "80503100080102030405060708"
	    "00",
	    "6A88" },
	{ "key identifier", false,
	    "80503001080102030405060708"
	    "00",
	    "6A86" },
	{ "challenge of seven", false,
	    "805030000701020304050607"
	    "00",
	    "6700" },
	{ "no challenge", false, "8050300000", "6700" },
	{ "authenticate out of order", false,
	    "84823300100000000000000000"
	    "0000000000000000",
	    "6985" },
	{ "authenticate in class 80", true,
	    "80823300100000000000000000"
	    "0000000000000000",
	    "6E00" },
	{ "wrong cryptogram", true,
	    "84823300100000000000000000"
	    "0000000000000000",
	    "6300" },
	{ "level 02", true,
	    "84820200100000000000000000"
	    "0000000000000000",
	    "6A86" },
	{ "level 00", true,
	    "84820000100000000000000000"
	    "0000000000000000",
	    "6A86" },
	{ "P2", true,
	    "84823301100000000000000000"
	    "0000000000000000",
	    "6A86" },
	{ "one byte short", true,
	    "848233000F0000000000000000"
	    "00000000000000",
	    "6700" },
	{ "GET STATUS without a channel", false, "80F28002024F0000", "6982" },
	{ "INSTALL without a channel", false, "80E60C0000", "6982" },
	{ "PUT KEY without a channel", false, "80D80081", "6982" },
	{ "DELETE without a channel", false, "80E40000", "6982" },
	{ "STORE DATA without a channel", false, "80E28000", "6982" },
	{ "SET STATUS without a channel", false, "80F04080", "6982" },
	{ "class 84 without a channel", false, "84F28002024F0000", "6982" },
	{ "class 00", false, "00F28002024F0000", "6E00" },
	{ "LOAD outside of a channel", false, "80E80000", "6982" },
};

static void
test_opening_refusals(void **state)
{
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(opening_refusals); i++) {
		const char *got;

		if (opening_refusals[i].started)
			expect_sw(card, SW_OK, IUR("0102030405060708"));
		got = card_hex(card, YKT_SE_WIRED, opening_refusals[i].cmd);
		if (strcmp(got, opening_refusals[i].rsp) != 0)
			fail_msg("%s: %s, not %s", opening_refusals[i].why, got,
			    opening_refusals[i].rsp);
		/* Whatever it was, no session is half open. */
		if (strcmp(opening_refusals[i].rsp, "6E00") != 0)
			expect(card,
			    "84823300100000000000000000"
			    "0000000000000000",
			    "6985");
	}
}

/* Sends a good wrapped command spoilt in one byte. */
static void
spoil(struct card *card, size_t at, uint8_t flip)
{
	uint8_t plain[] = { 0x80, 0xF2, 0x80, 0x02, 0x02, 0x4F, 0x00, 0x00 };
	uint8_t bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(
	    scp03_cmd_wrap(card->crypto, &tsm.session, YKT_BYTES(plain), &cmd), YKT_OK);
	bytes[at] ^= flip;
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_SECURITY);
	bytes[at] ^= flip;
	/* Closed: the unspoilt one comes too late. */
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_SECURITY);
}

/* T17: each flipped byte is the same 6982, wherever it is, and closes. */
static void
test_a_spoilt_command_closes_with_one_answer(void **state)
{
	struct card *card = *state;

	for (size_t at = 2; at < 4; at++)
		spoil(card, at, 0x01);
	for (size_t at = 5; at < 29; at++)
		spoil(card, at, 0x80);
}

static void
test_a_plain_command_closes_the_channel(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x01);
	expect(card, "80F28002024F0000", "6982");
	expect(card, "80F28002024F0000", "6982");
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x01);
	expect_sw(card, SW_OK, "00A4040000");
	assert_int_equal(tsm_send_hex(&tsm, "80F28002024F0000"), SW_SECURITY);
}

static void
test_a_reset_closes_the_channel(void **state)
{
	struct card *card = *state;
	uint8_t bytes[40];
	struct ykt_buf atr = YKT_BUF(bytes);
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	se_reset(&card->se, YKT_SE_CONTACTLESS, &atr);
	assert_int_equal(tsm_send_hex(&tsm, "80F28002024F0000"), SW_OK);
	se_reset(&card->se, YKT_SE_WIRED, &atr);
	assert_int_equal(tsm_send_hex(&tsm, "80F28002024F0000"), SW_SECURITY);
}

/* The counter of attempts: survives restarts, falls only by a success. */
static void
test_attempts_without_success_end_in_6983(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	for (int i = 0; i < 254; i++)
		expect_sw(card, SW_OK, IUR("0102030405060708"));
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	for (int i = 0; i < 255; i++) {
		expect_sw(card, SW_OK, IUR("0102030405060708"));
		if (i % 50 == 0)
			assert_int_equal(card_boot(card), YKT_OK);
	}
	expect(card, IUR("0102030405060708"), "6983");
	assert_int_equal(card_boot(card), YKT_OK);
	expect(card, IUR("0102030405060708"), "6983");
	/* The purse side of the card does not care. */
	expect_sw(card, SW_OK, "00A4040000");
}

static void
test_card_data(void **state)
{
	struct card *card = *state;

	expect(card, "80CA006600",
	    "6631732F06072A864886FC6B01600C060A2A864886FC6B02020301630906072A864886FC6B03"
	    "640B06092A864886FC6B0403709000");
	expect(card, "80CA00E000", "E012C00401308810C00402308810C004033088109000");
	expect(card, "00CA00E000", "E012C00401308810C00402308810C004033088109000");
	expect(card, "80CA004200", "4204310517009000");
	expect(card, "80CA004500", "4510000000000000000000000000000000009000");
	expect(card, "80CA00CF00", "6A88");
	expect_sw(card, SW_OK, "80CA9F7F00");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_published_sessions_run_as_they_were_logged),
		T(test_a_replayed_session_is_refused),
		T(test_every_level_works_end_to_end),
		T(test_longer_keys_work),
		T(test_extended_lengths_carry_a_channel),
		T(test_lengths_in_another_form_close_the_channel),
		T(test_extended_lengths_bring_no_more_data),
		T(test_opening_refusals),
		T(test_a_spoilt_command_closes_with_one_answer),
		T(test_a_plain_command_closes_the_channel),
		T(test_a_reset_closes_the_channel),
		T(test_attempts_without_success_end_in_6983),
		T(test_card_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
