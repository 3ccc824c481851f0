/*
 * SCP02 on the card's side: the published session as it was logged, both levels,
 * and that a card which was not made for it never speaks it (T17).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/scp02.h"
#include "card/sw.h"

#define WIRED YKT_SE_WIRED
#define IUR   "8050000008D5AD539A60CA5E7200"

static struct scp02_keys keys;

/* tests/vectors/scp.json: the card of the logged session. */
static int
setup(void **state)
{
	struct card *card = card_new();
	struct se_params params;
	uint8_t seq[3] = { 0x00, 0x06, 0x9E };

	card_params(&params);
	params.scp02_i = 0x15;
	params.isd_kvn = 0x01;
	for (uint8_t i = 0; i < 16; i++)
		params.isd_enc[i] = params.isd_mac[i] = params.isd_dek[i] = 0x40 + i;
	memcpy(params.identity + 6, "\x00\x00\x74\x74\x6E\x6E\x6E\x62\x62\x62", 10);
	memcpy(keys.enc, params.isd_enc, 16);
	memcpy(keys.mac, params.isd_mac, 16);
	memcpy(keys.dek, params.isd_dek, 16);
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	se_journal_begin(&card->se.journal);
	se_journal_put(&card->se.journal, SE_SD_OFF(0) + SE_SD_SEQ, YKT_BYTES(seq));
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
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
test_the_published_session_runs_as_it_was_logged(void **state)
{
	struct card *card = *state;

	rng_script(&card->rng, "AA2A0591E733");
	expect(card, IUR, "000074746E6E6E6262620102069FAA2A0591E73367DD78794D04315E9000");
	expect(card, "84820100107C799B3C771DBAE6BEF49310977617BA", "9000");
	expect_sw(card, SW_OK, "84F220020A4F00BB6E71C0EFCFCF0D00");
	/* Again: the chain has moved on. */
	expect(card, "84F220020A4F00BB6E71C0EFCFCF0D00", "6982");
	expect(card, "80F22002024F0000", "6982");
}

/* Its MAC knows lengths in short form alone. */
static void
test_extended_lengths_open_no_channel(void **state)
{
	struct card *card = *state;

	rng_script(&card->rng, "AA2A0591E733");
	expect_sw(card, SW_OK, IUR);
	expect(card, "848201000000107C799B3C771DBAE6BEF49310977617BA", "6700");
	expect(card, "84820100107C799B3C771DBAE6BEF49310977617BA", "6985");
}

/* Opens a channel with the issuer's domain. */
static void
open_channel(struct card *card, uint8_t level, struct scp02_session *ret_session)
{
	static const uint8_t challenge[8] = { 0xD5, 0xAD, 0x53, 0x9A, 0x60, 0xCA, 0x5E, 0x72 };
	uint8_t bytes[300], cmd_bytes[300];
	struct ykt_buf rsp = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);

	expect_sw(card, SW_OK, "00A4040000");
	assert_int_equal(ykt_hex_decode(IUR, strlen(IUR), &cmd), YKT_OK);
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&cmd), &rsp), SW_OK);
	cmd.len = 0;
	assert_int_equal(scp02_authenticate_build(card->crypto, &keys, challenge,
			     ykt_buf_view(&rsp), level, ret_session, &cmd),
	    YKT_OK);
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&cmd), NULL), SW_OK);
}

static uint16_t
send_plain(struct card *card, struct scp02_session *session, struct ykt_bytes plain)
{
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);

	assert_int_equal(scp02_cmd_wrap(card->crypto, session, plain, &cmd), YKT_OK);

	return card_send(card, WIRED, ykt_buf_view(&cmd), NULL);
}

static uint16_t
send_hex(struct card *card, struct scp02_session *session, const char *hex)
{
	uint8_t bytes[300];
	struct ykt_buf plain = YKT_BUF(bytes);

	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &plain), YKT_OK);

	return send_plain(card, session, ykt_buf_view(&plain));
}

static void
test_both_levels_work_end_to_end(void **state)
{
	static const uint8_t levels[] = { 0x01, 0x03 };
	struct card *card = *state;
	struct scp02_session session;

	for (size_t i = 0; i < YKT_ARRAY_LEN(levels); i++) {
		open_channel(card, levels[i], &session);
		for (int round = 0; round < 3; round++) {
			assert_int_equal(send_hex(card, &session, "80F28002024F0000"), SW_OK);
			assert_int_equal(send_hex(card, &session, "80CA00E000"), SW_OK);
			assert_int_equal(send_hex(card, &session, "80CA123400"), SW_DATA_NOT_FOUND);
			assert_int_equal(send_hex(card, &session, "80FF0000"), SW_INS);
		}
		assert_int_equal(send_hex(card, &session, "80E29000054203310517"), SW_OK);
		expect(card, "80CA004200", "6982");
	}
	expect_sw(card, SW_OK, "00A4040000");
	expect(card, "80CA004200", "42033105179000");
}

static void
build_put_key(struct card *card, const struct scp02_session *session, uint8_t old, uint8_t type,
    bool spoil, struct ykt_buf *ret_cmd)
{
	static const uint8_t clear[3][17] = { "new key for enc!", "new key for mac!",
		"new key for dek!" };
	struct gp_put_key put = {
		.old_version = old, .new_version = 0x02, .first_id = 1, .count = 3
	};
	uint8_t secret[3][16];

	for (size_t i = 0; i < 3; i++) {
		struct ykt_buf out = { secret[i], 0, 16, false };

		put.keys[i].type = type;
		put.keys[i].len = 16;
		assert_int_equal(
		    scp02_dek_encrypt(card->crypto, session->dek, ykt_bytes(clear[i], 16), &out),
		    YKT_OK);
		put.keys[i].component = ykt_bytes(secret[i], 16);
		assert_int_equal(type == GP_KEY_TYPE_DES
				     ? gp_kcv_tdes(card->crypto, clear[i], put.keys[i].kcv)
				     : gp_kcv_aes(card->crypto, clear[i], 16, put.keys[i].kcv),
		    YKT_OK);
	}
	if (spoil)
		put.keys[2].kcv[0] ^= 1;
	gp_put_key_build(&put, ret_cmd);
	memcpy(keys.enc, clear[0], 16);
	memcpy(keys.mac, clear[1], 16);
	memcpy(keys.dek, clear[2], 16);
}

static void
test_keys_are_replaced_under_the_session_key(void **state)
{
	struct card *card = *state;
	const struct scp02_keys old = keys;
	struct scp02_session session;
	struct snapshot before, after;
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);

	open_channel(card, 0x03, &session);
	snapshot_take(card, &before);
	build_put_key(card, &session, 0x01, GP_KEY_TYPE_DES, true, &cmd);
	assert_int_equal(send_plain(card, &session, ykt_buf_view(&cmd)), SW_KEY_CHECK);
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
	keys = old;
	cmd.len = 0;
	build_put_key(card, &session, 0x01, GP_KEY_TYPE_DES, false, &cmd);
	assert_int_equal(send_plain(card, &session, ykt_buf_view(&cmd)), SW_OK);
	open_channel(card, 0x03, &session);
	assert_int_equal(send_hex(card, &session, "80CA00E000"), SW_OK);
	expect_sw(card, SW_OK, "00A4040000");
	expect(card, "80CA00E000", "E012C00401028010C00402028010C004030280109000");
}

/* From SCP02 to SCP03: the AES keys come in, and from then on they open SCP03. */
static void
test_aes_keys_bring_scp03(void **state)
{
	struct card *card = *state;
	struct scp03_keys aes = { .len = 16 };
	struct scp02_session session;
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct tsm tsm;

	open_channel(card, 0x03, &session);
	build_put_key(card, &session, 0x01, GP_KEY_TYPE_AES, false, &cmd);
	assert_int_equal(send_plain(card, &session, ykt_buf_view(&cmd)), SW_OK);
	memcpy(aes.enc, keys.enc, 16);
	memcpy(aes.mac, keys.mac, 16);
	memcpy(aes.dek, keys.dek, 16);
	tsm_open(&tsm, card, AID_ISD, &aes, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80F28002024F0000"), SW_OK);
}

static const struct {
	const char *why;
	const char *cmd;
	const char *rsp;
} opening_refusals[] = {
	{ "a wrong cryptogram", "84820100100000000000000000BEF49310977617BA", "6300" },
	{ "a wrong MAC", "84820100107C799B3C771DBAE6BEF49310977617BB", "6300" },
	{ "level 00, which would be no channel", "84820000107C799B3C771DBAE6BEF49310977617BA",
	    "6A86" },
	{ "level 02", "84820200107C799B3C771DBAE6BEF49310977617BA", "6A86" },
	{ "level 11, R-MAC, which i = 15 has not", "84821100107C799B3C771DBAE6BEF49310977617BA",
	    "6A86" },
	{ "level 33 of the other protocol", "84823300107C799B3C771DBAE6BEF49310977617BA", "6A86" },
	{ "the level raised under the MAC", "84820300107C799B3C771DBAE6BEF49310977617BA", "6300" },
	{ "P2", "84820101107C799B3C771DBAE6BEF49310977617BA", "6A86" },
	{ "one byte short", "848201000F7C799B3C771DBAE6BEF49310977617", "6700" },
	{ "a short length that does not add up", "84820100107C799B3C", "6700" },
};

static void
test_opening_refusals(void **state)
{
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(opening_refusals); i++) {
		uint8_t seq[3] = { 0x00, 0x06, 0x9E };
		const char *got;

		se_journal_begin(&card->se.journal);
		se_journal_put(&card->se.journal, SE_SD_OFF(0) + SE_SD_SEQ, YKT_BYTES(seq));
		assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
		rng_script(&card->rng, "AA2A0591E733");
		expect_sw(card, SW_OK, IUR);
		got = card_hex(card, WIRED, opening_refusals[i].cmd);
		if (strcmp(got, opening_refusals[i].rsp) != 0)
			fail_msg("%s: %s, not %s", opening_refusals[i].why, got,
			    opening_refusals[i].rsp);
		/* The right one finds no session any more. */
		if (i + 1 < YKT_ARRAY_LEN(opening_refusals))
			expect(card, "84820100107C799B3C771DBAE6BEF49310977617BA", "6985");
	}
	/* An answer that is too short for the protocol's is refused before it counts. */
	expect(card, "8050000008D5AD539A60CA5E7210", "6C1C");
	card->rng.fails = true;
	expect(card, IUR, "6400");
}

/* Each bit of a wrapped command flipped: 6982, the channel closed, nothing moved. */
static void
test_every_flipped_bit_closes_the_channel(void **state)
{
	struct card *card = *state;
	struct card *kept = malloc(sizeof(*kept));
	struct snapshot before, after;
	struct scp02_session session;
	uint8_t plain[] = { 0x80, 0xE2, 0x90, 0x00, 0x05, 0x42, 0x03, 0x31, 0x05, 0x18 };
	uint8_t bytes[64];
	struct ykt_buf cmd = YKT_BUF(bytes);

	assert_non_null(kept);
	open_channel(card, 0x03, &session);
	assert_int_equal(scp02_cmd_wrap(card->crypto, &session, YKT_BYTES(plain), &cmd), YKT_OK);
	*kept = *card;
	snapshot_take(card, &before);
	for (size_t bit = 0; bit < 8 * cmd.len; bit++) {
		uint8_t flip = (uint8_t)(1u << bit % 8);
		uint16_t sw;

		/* Class and length say where it goes; their faults have other words. */
		if (bit / 8 == 0 || bit / 8 == 4)
			continue;
		card->se = kept->se;
		bytes[bit / 8] ^= flip;
		sw = card_send(card, WIRED, ykt_buf_view(&cmd), NULL);
		bytes[bit / 8] ^= flip;
		snapshot_take(card, &after);
		/* Some flips of the instruction make an opening command of it. */
		if (bit / 8 != 1)
			assert_int_equal(sw, SW_SECURITY);
		assert_int_not_equal(sw, SW_OK);
		assert_true(snapshot_equal(&before, &after));
		sw = card_send(card, WIRED, ykt_buf_view(&cmd), NULL);
		assert_int_equal(sw, SW_SECURITY);
	}
	card->se = kept->se;
	assert_int_equal(card_send(card, WIRED, ykt_buf_view(&cmd), NULL), SW_OK);
	free(kept);
}

static void
test_the_counter_ends_with_its_low_half(void **state)
{
	struct card *card = *state;
	uint8_t seq[3] = { 0x00, 0xFF, 0xFE };

	se_journal_begin(&card->se.journal);
	se_journal_put(&card->se.journal, SE_SD_OFF(0) + SE_SD_SEQ, YKT_BYTES(seq));
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	expect_sw(card, SW_OK, IUR);
	expect(card, IUR, "6985");
	expect(card, IUR, "6985");
}

/* T17: without the parameter neither keys nor channel of the old protocol. */
static void
test_a_card_of_today_knows_no_scp02(void **state)
{
	struct card *card = *state;
	struct card *today = card_new();
	struct gp_put_key put = { .new_version = 0x20, .first_id = 1, .count = 1 };
	struct snapshot before, after;
	struct se_params params;
	uint8_t secret_bytes[16], bytes[300];
	struct ykt_buf secret = YKT_BUF(secret_bytes);
	struct ykt_buf cmd = YKT_BUF(bytes);
	uint8_t type = GP_KEY_TYPE_DES;
	struct tsm tsm;

	expect(card, "80CA006600",
	    "663E733C06072A864886FC6B01600C060A2A864886FC6B02020301630906072A864886FC6B03"
	    "640B06092A864886FC6B040215640B06092A864886FC6B0403709000");
	expect(today, "80CA006600",
	    "6631732F06072A864886FC6B01600C060A2A864886FC6B02020301630906072A864886FC6B03"
	    "640B06092A864886FC6B0403709000");
	tsm_open(&tsm, today, AID_ISD, &tsm_isd_keys, 0x33);
	put.keys[0].type = GP_KEY_TYPE_DES;
	put.keys[0].len = 16;
	assert_int_equal(scp03_dek_encrypt(today->crypto, tsm_isd_keys.dek, 16,
			     ykt_bytes("one new key 0123", 16), &secret),
	    YKT_OK);
	put.keys[0].component = ykt_buf_view(&secret);
	assert_int_equal(
	    gp_kcv_tdes(today->crypto, (const uint8_t *)"one new key 0123", put.keys[0].kcv),
	    YKT_OK);
	gp_put_key_build(&put, &cmd);
	snapshot_take(today, &before);
	assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_ALGORITHM);
	snapshot_take(today, &after);
	assert_true(snapshot_equal(&before, &after));
	/* Even with such keys in its memory. */
	se_journal_begin(&today->se.journal);
	for (size_t i = 0; i < 3; i++)
		se_journal_put(&today->se.journal,
		    SE_SD_OFF(0) + SE_SD_KEYS + (uint32_t)i * SE_SD_KEY_SIZE + SE_SD_KEY_TYPE,
		    ykt_bytes(&type, 1));
	assert_int_equal(se_journal_commit(&today->se.journal), YKT_OK);
	expect(today, "8050000008D5AD539A60CA5E7200", "6A88");
	card_free(&today);

	/* And 3DES keys have 16 bytes. */
	card_params(&params);
	params.scp02_i = 0x15;
	params.isd_key_len = 32;
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_E_ARG);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_the_published_session_runs_as_it_was_logged),
		T(test_extended_lengths_open_no_channel),
		T(test_both_levels_work_end_to_end),
		T(test_keys_are_replaced_under_the_session_key),
		T(test_aes_keys_bring_scp03),
		T(test_opening_refusals),
		T(test_every_flipped_bit_closes_the_channel),
		T(test_the_counter_ends_with_its_low_half),
		T(test_a_card_of_today_knows_no_scp02),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
