/*
 * The variants of the two secure channels that a card may be made for: SCP03 with
 * a drawn challenge (i = 60), SCP02 with MACs of answers (35) and with a computed
 * challenge (55, 75). The bytes of the sessions were made with another program.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/scp02.h"
#include "card/sw.h"

#define IUR02        "8050000008D5AD539A60CA5E7200"
#define CRYPTOGRAM02 "7C799B3C771DBAE6"
#define OPEN_01      "8482010010" CRYPTOGRAM02 "BEF49310977617BA"

static struct scp02_keys keys02;

/* The published keys and counter (tests/vectors/scp.json) on a card of this i. */
static struct card *
card_02(uint8_t i)
{
	struct card *card = card_new();
	struct se_params params;
	uint8_t seq[3] = { 0x00, 0x06, 0x9E };

	card_params(&params);
	params.scp02_i = i;
	params.isd_kvn = 0x01;
	for (uint8_t k = 0; k < 16; k++)
		params.isd_enc[k] = params.isd_mac[k] = params.isd_dek[k] = 0x40 + k;
	memcpy(keys02.enc, params.isd_enc, 16);
	memcpy(keys02.mac, params.isd_mac, 16);
	memcpy(keys02.dek, params.isd_dek, 16);
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	se_journal_begin(&card->se.journal);
	se_journal_put(&card->se.journal, SE_SD_OFF(0) + SE_SD_SEQ, YKT_BYTES(seq));
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	rng_script(&card->rng, "AA2A0591E733");
	expect_sw(card, SW_OK, IUR02);

	return card;
}

struct line {
	const char *why;
	const char *cmd;
	const char *rsp;
};

static void
run_lines(struct card *card, const struct line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *got = card_hex(card, YKT_SE_WIRED, lines[i].cmd);

		if (strcmp(got, lines[i].rsp) != 0)
			fail_msg("%s: %s, not %s", lines[i].why, got, lines[i].rsp);
	}
}

/* GP231 E.4.6: header and data of the plain command, answer, status word, chained. */
static void
test_level_11_gives_a_mac_with_every_answer(void **state)
{
	static const struct line lines[] = {
		{ "EXTERNAL AUTHENTICATE has none", "8482110010" CRYPTOGRAM02 "7BB8FCFE32FD67AE",
		    "9000" },
		{ "GET DATA", "84CA004208F15A608D3A13FF6100", "42043105170025782FD6C433305B9000" },
		{ "an error comes bare", "84CA123408C5B48FFA7E20C93900", "6A88" },
		{ "no data, only the MAC, which covers the error before",
		    "84E290000D42033105179D836574FF3A29AB", "07B1B06E1B872AC09000" },
		{ "what was stored", "84CA004208E59EF2B93175EF3700",
		    "4203310517F851A7CC6C75DB999000" },
		{ "END R-MAC SESSION shows the last", "847800010863A6C776A286F09800",
		    "F851A7CC6C75DB999000" },
		{ "and cannot end what the level asks for", "847800030800F12FDB0716255500",
		    "6985" },
	};
	struct card *card = card_02(0x35);

	(void)state;
	run_lines(card, lines, YKT_ARRAY_LEN(lines));
	card_free(&card);
}

static void
test_level_13_deciphers_and_gives_a_mac(void **state)
{
	static const struct line lines[] = {
		{ "open", "8482130010" CRYPTOGRAM02 "D8739080358D0DD8", "9000" },
		{ "STORE DATA", "84E2900010628CCCEE384E360B3A7BADE5B3A15ADE",
		    "C130CE4D861BC62B9000" },
	};
	struct card *card = card_02(0x35);

	(void)state;
	run_lines(card, lines, YKT_ARRAY_LEN(lines));
	expect_sw(card, SW_OK, "00A4040000");
	expect(card, "80CA004200", "42033105189000");
	card_free(&card);
}

static void
test_an_r_mac_session_begins_and_ends_within_the_channel(void **state)
{
	static const struct line lines[] = {
		{ "open", OPEN_01, "9000" },
		{ "no MAC yet", "84CA004208E76B47F6F98C3D5600", "4204310517009000" },
		{ "BEGIN with eight bytes of the host's",
		    "847A100111080102030405060708DA3B080D42CEE613", "9000" },
		{ "each answer has one", "84CA00420803DF39C68E5F90F100",
		    "420431051700E84CD688071F44D19000" },
		{ "END", "8478000308361A4E07BE42B19800", "E84CD688071F44D19000" },
		{ "none again", "84CA0042084449794B90B5C02100", "4204310517009000" },
		{ "BEGIN for the sum only", "847A000108514434B4C4FA178C", "9000" },
		{ "bare", "84CA004208ED39BC77668C0FA200", "4204310517009000" },
		{ "an error counts too", "84CA123408926C166D9D0BDC0500", "6A88" },
		{ "shown, and goes on", "8478000108DF9108F09C69A9F900", "06B96EDDDAE54F879000" },
		{ "ended", "8478000308A1C8092EC51CC7EF00", "06B96EDDDAE54F879000" },
		{ "nothing to end", "8478000308C0FA186EC46CD3A400", "6985" },
	};
	struct card *card = card_02(0x35);

	(void)state;
	run_lines(card, lines, YKT_ARRAY_LEN(lines));
	card_free(&card);
}

/* The host's half of the same, command by command. */
struct host {
	struct card *card;
	struct scp02_session session;
	uint8_t bytes[300];
	struct ykt_buf data;
};

static void
host_open(struct host *host, struct card *card, uint8_t level)
{
	static const uint8_t challenge[8] = { 0xD5, 0xAD, 0x53, 0x9A, 0x60, 0xCA, 0x5E, 0x72 };
	uint8_t cmd_bytes[64];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);

	memset(host, 0, sizeof(*host));
	host->card = card;
	host->data = YKT_BUF(host->bytes);
	assert_int_equal(ykt_hex_decode(IUR02, strlen(IUR02), &cmd), YKT_OK);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), &host->data), SW_OK);
	cmd.len = 0;
	assert_int_equal(scp02_authenticate_build(card->crypto, &keys02, challenge,
			     ykt_buf_view(&host->data), level, &host->session, &cmd),
	    YKT_OK);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_OK);
}

/* What the host makes of the answer after one bit of it was turned; 0: none. */
static enum ykt_status
host_send(struct host *host, const char *hex, size_t flip, uint16_t *ret_sw)
{
	uint8_t plain_bytes[300], bytes[300], answer_bytes[300];
	struct ykt_buf plain = YKT_BUF(plain_bytes);
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct ykt_buf answer = YKT_BUF(answer_bytes);
	enum ykt_status status;

	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &plain), YKT_OK);
	assert_int_equal(
	    scp02_cmd_wrap(host->card->crypto, &host->session, ykt_buf_view(&plain), &cmd), YKT_OK);
	*ret_sw = card_send(host->card, YKT_SE_WIRED, ykt_buf_view(&cmd), &answer);
	ykt_put_u16(&answer, *ret_sw);
	if (flip != 0)
		answer_bytes[(flip - 1) / 8] ^= (uint8_t)(1u << (flip - 1) % 8);
	host->data.len = 0;
	status = scp02_rsp_unwrap(host->card->crypto, &host->session, ykt_buf_view(&plain),
	    ykt_buf_view(&answer), &host->data);

	return status;
}

static void
test_both_ends_agree_over_many_commands(void **state)
{
	static const uint8_t levels[] = { 0x11, 0x13 };
	struct card *card = card_02(0x35);

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(levels); i++) {
		struct host host;
		uint16_t sw;

		host_open(&host, card, levels[i]);
		for (int round = 0; round < 3; round++) {
			assert_int_equal(host_send(&host, "80F28002024F0000", 0, &sw), YKT_OK);
			assert_int_equal(sw, SW_OK);
			assert_int_equal(host_send(&host, "80CA123400", 0, &sw), YKT_OK);
			assert_int_equal(sw, SW_DATA_NOT_FOUND);
			assert_int_equal(host_send(&host, "80CA004500", 0, &sw), YKT_OK);
			assert_int_equal(host.data.len, 20);
		}
	}
	card_free(&card);
}

/* Every bit of six data bytes, the MAC and the status word. */
static void
test_an_answer_with_any_bit_turned_is_refused(void **state)
{
	struct card *card = card_02(0x35);

	(void)state;
	for (size_t flip = 1; flip <= 8 * 16; flip++) {
		struct scp02_session before;
		struct host host;
		uint16_t sw;

		host_open(&host, card, 0x11);
		before = host.session;
		assert_int_equal(host_send(&host, "80CA004200", flip, &sw), YKT_E_MAC);
		assert_int_equal(host.data.len, 0);
		assert_memory_equal(host.session.last_r_mac, before.last_r_mac, 8);
	}
	card_free(&card);
}

static const struct {
	const char *why;
	const char *cmd;
	uint16_t sw;
} bad_sessions[] = {
	{ "P1 of BEGIN", "807A200100", SW_P1P2 },
	{ "P1 30, R-ENC, is of SCP03", "807A300100", SW_P1P2 },
	{ "P2 of BEGIN", "807A100000", SW_P1P2 },
	{ "a length over the data", "807A10010208AA", SW_DATA },
	{ "a byte behind the data", "807A10010301AABB", SW_DATA },
	{ "25 bytes", "807A10011A1900112233445566778899AABBCCDDEEFF001122334455667788", SW_DATA },
	{ "END without a session", "8078000300", SW_CONDITIONS },
	{ "a look without a session", "8078000100", SW_CONDITIONS },
	{ "P1 of END", "8078010300", SW_P1P2 },
	{ "P2 of END", "8078000200", SW_P1P2 },
	{ "END with data", "8078000301AA00", SW_LENGTH },
	{ "END with too short an Le", "8078000104", 0x6C08 },
};

static void
test_sessions_that_are_none_begin_nothing(void **state)
{
	struct card *card = card_02(0x35);
	struct host host;
	uint16_t sw;

	(void)state;
	host_open(&host, card, 0x01);
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad_sessions); i++) {
		assert_int_equal(host_send(&host, bad_sessions[i].cmd, 0, &sw), YKT_OK);
		if (sw != bad_sessions[i].sw)
			fail_msg("%s: %04X", bad_sessions[i].why, sw);
		assert_int_equal(card->se.side[0][0].scp.session02.r_session, SCP02_R_NONE);
	}
	/* Not two at once, and none within a level that has it. */
	assert_int_equal(host_send(&host, "807A000100", 0, &sw), YKT_OK);
	assert_int_equal(sw, SW_OK);
	assert_int_equal(host_send(&host, "807A100100", 0, &sw), YKT_OK);
	assert_int_equal(sw, SW_CONDITIONS);
	host_open(&host, card, 0x11);
	assert_int_equal(host_send(&host, "807A100100", 0, &sw), YKT_OK);
	assert_int_equal(sw, SW_CONDITIONS);
	/* A new channel knows nothing of the session of the last. */
	host_open(&host, card, 0x01);
	assert_int_equal(host_send(&host, "8078000100", 0, &sw), YKT_OK);
	assert_int_equal(sw, SW_CONDITIONS);
	card_free(&card);
}

/* What was not asked for at the making of the card is not there. */
static void
test_a_card_without_the_option_has_neither(void **state)
{
	struct card *card = card_02(0x15);
	struct host host;
	uint16_t sw;
	struct tsm tsm;

	(void)state;
	expect(card, "8482110010" CRYPTOGRAM02 "7BB8FCFE32FD67AE", "6A86");
	host_open(&host, card, 0x01);
	assert_int_equal(host_send(&host, "807A100100", 0, &sw), YKT_OK);
	assert_int_equal(sw, SW_INS);
	assert_int_equal(host_send(&host, "8078000100", 0, &sw), YKT_OK);
	assert_int_equal(sw, SW_INS);
	card_free(&card);

	card = card_new();
	expect(card, "807A100100", "6982");
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "807A100100"), SW_INS);
	assert_int_equal(tsm_send_hex(&tsm, "8078000300"), SW_INS);
	card_free(&card);
}

/* i bit 7: the MAC of the AID; the host sees it like any other challenge. */
static void
test_a_computed_challenge_of_scp02(void **state)
{
	static const uint8_t is[] = { 0x55, 0x75 };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(is); i++) {
		struct card *card = card_02(is[i]);
		uint8_t seq[3] = { 0x00, 0x06, 0x9E };
		struct host host;

		se_journal_begin(&card->se.journal);
		se_journal_put(&card->se.journal, SE_SD_OFF(0) + SE_SD_SEQ, YKT_BYTES(seq));
		assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
		assert_memory_equal(
		    card_hex(card, YKT_SE_WIRED, IUR02) + 24, "069FFC062FC4C376", 16);
		/* Of the counter, so never twice. */
		assert_memory_not_equal(
		    card_hex(card, YKT_SE_WIRED, IUR02) + 28, "FC062FC4C376", 12);
		host_open(&host, card, is[i] == 0x75 ? 0x13 : 0x03);
		card_free(&card);
	}
}

/* The card says which variants it speaks (GP231 H.2, H.4). */
static void
test_the_card_tells_its_variants(void **state)
{
	static const struct {
		uint8_t scp03_i;
		uint8_t scp02_i;
		const char *data;
		const char *capability;
	} rows[] = {
		{ 0, 0, "040370", "671180FA" },
		{ 0x60, 0, "040360", NULL },
		{ 0x70, 0x35, "040235640B06092A864886FC6B040370", NULL },
		{ 0x60, 0x75, "040275640B06092A864886FC6B040360", NULL },
	};
	struct card *card = card_new();

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct se_params params;
		const char *got;
		char want[40];

		card_params(&params);
		params.scp03_i = rows[i].scp03_i;
		params.scp02_i = rows[i].scp02_i;
		assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
		assert_int_equal(card_boot(card), YKT_OK);
		got = card_hex(card, YKT_SE_WIRED, "80CA006600");
		snprintf(want, sizeof(want), "%s9000", rows[i].data);
		if (strcmp(got + strlen(got) - strlen(want), want) != 0)
			fail_msg("row %zu: %s", i, got);
		got = card_hex(card, YKT_SE_WIRED, "80CA006700");
		got += 4;
		if (rows[i].scp02_i != 0) { /* what its keys open comes first */
			snprintf(want, sizeof(want), "A0068001028101%02X", rows[i].scp02_i);
			assert_memory_equal(got, want, strlen(want));
			got += strlen(want);
		}
		snprintf(want, sizeof(want), "A0098001038101%02X820107",
		    rows[i].scp03_i != 0 ? rows[i].scp03_i : 0x70);
		assert_memory_equal(got, want, strlen(want));
	}
	card_free(&card);
}

/* SCP03 with i = 60: 29 bytes, no counter, and a challenge from the source. */
static void
test_a_drawn_challenge_of_scp03(void **state)
{
	struct card *card = card_new();
	struct se_params params;
	struct tsm tsm;

	(void)state;
	card_params(&params);
	params.scp03_i = 0x60;
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	rng_script(&card->rng, "A1A2A3A4A5A6A7A8");
	expect(card, "8050300008010203040506070800",
	    "00000000000000000000300360A1A2A3A4A5A6A7A82E3C850FFE4D0B409000");
	expect(card, "805030000801020304050607081C", "6C1D");
	for (int round = 0; round < 2; round++) {
		tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
		assert_int_equal(tsm_send_hex(&tsm, "80F28002024F0000"), SW_OK);
	}
	/* Attempts are counted as with the other, and a dead source opens nothing. */
	card->rng.fails = true;
	expect(card, "8050300008010203040506070800", "6400");
	expect(card,
	    "84823300100000000000000000"
	    "0000000000000000",
	    "6985");
	card_free(&card);
}

static void
test_cards_of_unknown_variants_are_not_made(void **state)
{
	static const uint8_t bad02[] = { 0x01, 0x05, 0x1A, 0x14, 0x16, 0x95, 0xFF };
	static const uint8_t bad03[] = { 0x01, 0x10, 0x20, 0x30, 0x50, 0x71, 0xFF };
	struct card *card = card_new();
	struct snapshot before, after;
	struct se_params params;

	(void)state;
	snapshot_take(card, &before);
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad02); i++) {
		card_params(&params);
		params.scp02_i = bad02[i];
		assert_int_equal(se_format(&card->nvm.port, &params), YKT_E_ARG);
	}
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad03); i++) {
		card_params(&params);
		params.scp03_i = bad03[i];
		assert_int_equal(se_format(&card->nvm.port, &params), YKT_E_ARG);
	}
	assert_int_equal(card_boot(card), YKT_OK);
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
	card_free(&card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_level_11_gives_a_mac_with_every_answer),
		cmocka_unit_test(test_level_13_deciphers_and_gives_a_mac),
		cmocka_unit_test(test_an_r_mac_session_begins_and_ends_within_the_channel),
		cmocka_unit_test(test_both_ends_agree_over_many_commands),
		cmocka_unit_test(test_an_answer_with_any_bit_turned_is_refused),
		cmocka_unit_test(test_sessions_that_are_none_begin_nothing),
		cmocka_unit_test(test_a_card_without_the_option_has_neither),
		cmocka_unit_test(test_a_computed_challenge_of_scp02),
		cmocka_unit_test(test_the_card_tells_its_variants),
		cmocka_unit_test(test_a_drawn_challenge_of_scp03),
		cmocka_unit_test(test_cards_of_unknown_variants_are_not_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
