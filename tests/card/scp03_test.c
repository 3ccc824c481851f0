/*
 * SCP03 against scp.json, and both ends against each other in every level.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/scp03.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/secret.h>

#include "card_check.h"

/* A session opened from a vector: what a host knows after EXTERNAL AUTHENTICATE. */
struct opened {
	struct scp03_init_rsp init;
	uint8_t host_challenge[SCP03_CHALLENGE_LEN];
	uint8_t host_cryptogram[SCP03_MAC_LEN];
	uint8_t level;
	struct scp03_keys keys;
	struct scp03_session session;
};

static struct opened
open_vector(struct crypto *crypto, const json_t *row)
{
	struct opened opened = { 0 };
	struct scp03_session_keys keys;
	struct hex rsp = vectors_hex(row, "initialize_update_response");
	uint8_t card[SCP03_MAC_LEN];
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	opened.keys.len = (uint8_t)vectors_hex(row, "static_ENC").len;
	vectors_copy(row, "static_ENC", opened.keys.enc, opened.keys.len);
	vectors_copy(row, "static_MAC", opened.keys.mac, opened.keys.len);
	vectors_copy(row, "static_DEK", opened.keys.dek, opened.keys.len);
	vectors_copy(row, "host_challenge", opened.host_challenge, SCP03_CHALLENGE_LEN);
	opened.level = (uint8_t)vectors_number(row, "security_level");
	assert_status(scp03_init_rsp_decode(hex_view(&rsp), &opened.init), YKT_OK);
	assert_status(
	    scp03_derive(crypto, &opened.keys, opened.host_challenge, opened.init.challenge, &keys),
	    YKT_OK);
	assert_status(scp03_cryptograms(crypto, &keys, opened.host_challenge, opened.init.challenge,
			  card, opened.host_cryptogram),
	    YKT_OK);
	assert_true(ykt_ct_equal(card, opened.init.cryptogram, sizeof(card)));
	scp03_session_init(&opened.session, &keys);
	assert_status(scp03_authenticate_build(
			  crypto, &opened.session, opened.level, opened.host_cryptogram, &out),
	    YKT_OK);
	assert_hex(ykt_buf_view(&out), vectors_text(row, "external_authenticate"));

	return opened;
}

static void
check_derived(const struct opened *opened, const json_t *row)
{
	const json_t *derived = json_object_get(row, "derived_session_keys");
	const struct scp03_session_keys *keys = &opened->session.keys;

	assert_hex(ykt_bytes(keys->s_enc, keys->len), vectors_text(derived, "S_ENC"));
	assert_hex(ykt_bytes(keys->s_mac, keys->len), vectors_text(derived, "S_MAC"));
	assert_hex(ykt_bytes(keys->s_rmac, keys->len), vectors_text(derived, "S_RMAC"));
}

/* A card that opened the same session unwraps each command to the plain one. */
static struct scp03_session
card_session(struct crypto *crypto, const struct opened *opened, const json_t *row)
{
	struct scp03_session session;
	struct hex hex = vectors_hex(row, "external_authenticate");
	struct apdu_cmd cmd;

	scp03_session_init(&session, &opened->session.keys);
	assert_status(apdu_cmd_decode(hex_view(&hex), &cmd), YKT_OK);
	assert_status(
	    scp03_authenticate_check(crypto, &session, &cmd, opened->host_cryptogram), YKT_OK);
	assert_int_equal(session.level, opened->level);

	return session;
}

static void
check_session(struct crypto *crypto, const json_t *row)
{
	struct opened opened = open_vector(crypto, row);
	struct scp03_session card = card_session(crypto, &opened, row);
	const json_t *answer = json_object_get(row, "response_to_first_command");
	uint8_t raw[300];
	struct ykt_buf out = YKT_BUF(raw);
	json_t *command;
	size_t i;

	check_derived(&opened, row);
	scp03_initialize_build(opened.init.key_version, opened.host_challenge, &out);
	assert_hex(ykt_buf_view(&out), vectors_text(row, "initialize_update"));

	json_array_foreach(json_object_get(row, "commands"), i, command)
	{
		struct hex plain = vectors_hex(command, "plain");
		struct hex wrapped = vectors_hex(command, "wrapped");

		out.len = 0;
		assert_status(
		    scp03_cmd_wrap(crypto, &opened.session, hex_view(&plain), &out), YKT_OK);
		assert_hex(ykt_buf_view(&out), vectors_text(command, "wrapped"));
		out.len = 0;
		assert_status(scp03_cmd_unwrap(crypto, &card, hex_view(&wrapped), &out), YKT_OK);
		assert_hex(ykt_buf_view(&out), vectors_text(command, "plain"));

		if (i == 0 && answer != NULL) {
			struct hex bare = vectors_hex(answer, "plain");
			struct hex safe = vectors_hex(answer, "wrapped");

			out.len = 0;
			assert_status(
			    scp03_rsp_unwrap(crypto, &opened.session, hex_view(&safe), &out),
			    YKT_OK);
			assert_hex(ykt_buf_view(&out), vectors_text(answer, "plain"));
			out.len = 0;
			assert_status(scp03_rsp_wrap(crypto, &card, hex_view(&bare), &out), YKT_OK);
			assert_hex(ykt_buf_view(&out), vectors_text(answer, "wrapped"));
		}
	}
	assert_true(i > 0);
}

static void
test_published_sessions(void **state)
{
	json_t *json = vectors_load("scp.json");
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(json, "scp03"), i, row) check_session(*state, row);
	assert_int_equal(i, 3);
	json_decref(json);
}

/*
 * The challenge of the published sessions is the pseudo-random one of an eUICC's
 * ISD-R (SGP.02 table of AIDs).
 */
static void
test_pseudo_random_challenge(void **state)
{
	static const char isd_r[] = "A0000005591010FFFFFFFF8900000100";
	struct hex aid = hex_of(isd_r);
	json_t *json = vectors_load("scp.json");
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(json, "scp03"), i, row)
	{
		struct opened opened = open_vector(*state, row);
		uint8_t challenge[SCP03_CHALLENGE_LEN];

		assert_status(scp03_card_challenge(
				  *state, &opened.keys, opened.init.seq, hex_view(&aid), challenge),
		    YKT_OK);
		assert_memory_equal(challenge, opened.init.challenge, sizeof(challenge));
	}
	json_decref(json);
}

static void
test_initialize_answer_of_each_kind(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
		enum ykt_status status;
	} rows[] = {
		{ "pseudo-random",
		    "00000000000000000000 30 03 70 0102030405060708 0102030405060708 000002",
		    YKT_OK },
		{ "random", "00000000000000000000 30 03 00 0102030405060708 0102030405060708",
		    YKT_OK },
		{ "random with a counter",
		    "00000000000000000000 30 03 60 0102030405060708 0102030405060708 000002",
		    YKT_E_FORMAT },
		{ "pseudo-random without",
		    "00000000000000000000 30 03 70 0102030405060708 0102030405060708",
		    YKT_E_FORMAT },
		{ "SCP02", "00000000000000000000 30 02 0001 010203040506 0102030405060708",
		    YKT_E_FORMAT },
		{ "nothing", "", YKT_E_FORMAT },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].hex);
		struct scp03_init_rsp rsp = { .i = 0x5A };
		uint8_t raw[64];
		struct ykt_buf out = YKT_BUF(raw);

		assert_status_why(
		    scp03_init_rsp_decode(hex_view(&hex), &rsp), rows[i].status, rows[i].why);
		if (rows[i].status != YKT_OK) {
			assert_int_equal(rsp.i, 0x5A);
			continue;
		}
		scp03_init_rsp_encode(&rsp, &out);
		assert_hex(ykt_buf_view(&out), rows[i].hex);
	}
}

/* Both ends in every level and key length, with and without data. */
static void
run_both_ends(struct crypto *crypto, uint8_t key_len, uint8_t level)
{
	static const char *const commands[] = { "80F22002", "80CA006600",
		"80E2880010000102030405060708090A0B0C0D0E0F", "80E2880105AABBCCDDEE00" };
	static const char *const answers[] = { "9000", "66019000", "6310",
		"000102030405060708090A0B0C0D0E0F9000", "6A80" };
	struct scp03_session_keys keys = {
		.len = key_len, .s_enc = { 1 }, .s_mac = { 2 }, .s_rmac = { 3 }
	};
	static const uint8_t cryptogram[SCP03_MAC_LEN] = { 9 };
	struct scp03_session host;
	struct scp03_session card;
	uint8_t raw[300];
	uint8_t raw2[300];
	struct ykt_buf out = YKT_BUF(raw);
	struct ykt_buf back = YKT_BUF(raw2);
	struct apdu_cmd cmd;

	scp03_session_init(&host, &keys);
	scp03_session_init(&card, &keys);
	assert_status(scp03_authenticate_build(crypto, &host, level, cryptogram, &out), YKT_OK);
	assert_status(apdu_cmd_decode(ykt_buf_view(&out), &cmd), YKT_OK);
	assert_status(scp03_authenticate_check(crypto, &card, &cmd, cryptogram), YKT_OK);
	for (size_t i = 0; i < YKT_ARRAY_LEN(commands) * YKT_ARRAY_LEN(answers); i++) {
		struct hex plain = hex_of(commands[i % YKT_ARRAY_LEN(commands)]);
		struct hex answer = hex_of(answers[i % YKT_ARRAY_LEN(answers)]);

		out.len = back.len = 0;
		assert_status(scp03_cmd_wrap(crypto, &host, hex_view(&plain), &out), YKT_OK);
		assert_status(scp03_cmd_unwrap(crypto, &card, ykt_buf_view(&out), &back), YKT_OK);
		assert_true(ykt_bytes_equal(ykt_buf_view(&back), hex_view(&plain)));
		out.len = back.len = 0;
		assert_status(scp03_rsp_wrap(crypto, &card, hex_view(&answer), &out), YKT_OK);
		assert_status(scp03_rsp_unwrap(crypto, &host, ykt_buf_view(&out), &back), YKT_OK);
		assert_true(ykt_bytes_equal(ykt_buf_view(&back), hex_view(&answer)));
	}
}

static void
test_both_ends_agree_in_every_level(void **state)
{
	static const uint8_t levels[] = { 0x01, 0x03, 0x11, 0x13, 0x33 };
	static const uint8_t lengths[] = { 16, 24, 32 };

	for (size_t i = 0; i < sizeof(levels); i++)
		for (size_t j = 0; j < sizeof(lengths); j++)
			run_both_ends(*state, lengths[j], levels[i]);
}

static struct scp03_session
session_at(struct crypto *crypto, uint8_t level)
{
	struct scp03_session_keys keys = {
		.len = 16, .s_enc = { 1 }, .s_mac = { 2 }, .s_rmac = { 3 }
	};
	static const uint8_t cryptogram[SCP03_MAC_LEN] = { 9 };
	struct scp03_session session;
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	scp03_session_init(&session, &keys);
	assert_status(scp03_authenticate_build(crypto, &session, level, cryptogram, &out), YKT_OK);

	return session;
}

static void
test_every_flipped_bit_of_a_command_is_refused(void **state)
{
	struct scp03_session host = session_at(*state, 0x33);
	struct scp03_session card = host;
	struct scp03_session before = card;
	struct hex plain = hex_of("80E2880005AABBCCDDEE");
	uint8_t raw[64];
	uint8_t raw2[64];
	struct ykt_buf out = YKT_BUF(raw);
	struct ykt_buf back = YKT_BUF(raw2);

	assert_status(scp03_cmd_wrap(*state, &host, hex_view(&plain), &out), YKT_OK);
	for (size_t bit = 0; bit < 8 * out.len; bit++) {
		enum ykt_status status;

		raw[bit / 8] ^= (uint8_t)(1 << bit % 8);
		status = scp03_cmd_unwrap(*state, &card, ykt_buf_view(&out), &back);
		/* The logical channel is outside the MAC (GP Amendment D 6.2.4). */
		if (bit > 1)
			assert_true(status == YKT_E_MAC || status == YKT_E_FORMAT);
		if (status == YKT_OK)
			card = before;
		else
			assert_int_equal(back.len, 0);
		back.len = 0;
		assert_memory_equal(&card, &before, sizeof(card));
		raw[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_status(scp03_cmd_unwrap(*state, &card, ykt_buf_view(&out), &back), YKT_OK);
	/* Replayed: the chain has moved. */
	back.len = 0;
	assert_status(scp03_cmd_unwrap(*state, &card, ykt_buf_view(&out), &back), YKT_E_MAC);
	assert_int_equal(back.len, 0);
}

static void
test_bad_commands_are_refused(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
		enum ykt_status status;
	} rows[] = {
		{ "class without secure messaging", "80F2200208 0102030405060708", YKT_E_MAC },
		{ "no MAC", "84F22002", YKT_E_FORMAT },
		{ "half a MAC", "84F2200204 01020304", YKT_E_FORMAT },
		{ "three bytes", "84F220", YKT_E_FORMAT },
		{ "extended lengths and no MAC", "84F22002 000008 0102030405060708", YKT_E_MAC },
		{ "extended lengths, half a MAC", "84F22002 000004 01020304", YKT_E_FORMAT },
	};
	struct scp03_session session = session_at(*state, 0x03);
	struct scp03_session closed = { 0 };
	struct scp03_session before = session;
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].hex);

		assert_status_why(scp03_cmd_unwrap(*state, &session, hex_view(&hex), &out),
		    rows[i].status, rows[i].why);
		assert_memory_equal(&session, &before, sizeof(session));
		assert_status(scp03_cmd_unwrap(*state, &closed, hex_view(&hex), &out), YKT_E_STATE);
		assert_status(scp03_cmd_wrap(*state, &closed, hex_view(&hex), &out), YKT_E_STATE);
		assert_int_equal(out.len, 0);
	}
}

static void
test_command_that_grows_too_long_is_refused(void **state)
{
	static const struct {
		uint8_t level;
		size_t len;
		enum ykt_status status;
	} rows[] = {
		{ 0x01, 247, YKT_OK },
		{ 0x01, 248, YKT_E_ARG },
		{ 0x03, 239, YKT_OK },
		{ 0x03, 240, YKT_E_ARG },
		{ 0x03, 255, YKT_E_ARG },
	};
	uint8_t data[255] = { 0 };

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct scp03_session session = session_at(*state, rows[i].level);
		struct scp03_session before = session;
		struct apdu_cmd cmd = { 0x80, 0xE2, 0, 0, ykt_bytes(data, rows[i].len), 0, false };
		uint8_t raw[300];
		uint8_t raw2[300];
		struct ykt_buf plain = YKT_BUF(raw);
		struct ykt_buf out = YKT_BUF(raw2);

		apdu_cmd_encode(&cmd, &plain);
		assert_status(
		    scp03_cmd_wrap(*state, &session, ykt_buf_view(&plain), &out), rows[i].status);
		if (rows[i].status != YKT_OK)
			assert_memory_equal(&session, &before, sizeof(session));
	}
}

static void
test_bad_answers_are_refused(void **state)
{
	struct scp03_session session = session_at(*state, 0x33);
	struct hex plain = hex_of("66019000");
	uint8_t raw[64];
	uint8_t raw2[64];
	struct ykt_buf safe = YKT_BUF(raw);
	struct ykt_buf out = YKT_BUF(raw2);
	struct ykt_bytes cut;

	assert_status(scp03_rsp_wrap(*state, &session, hex_view(&plain), &safe), YKT_OK);
	for (size_t bit = 0; bit < 8 * (safe.len - 2); bit++) {
		raw[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_status(
		    scp03_rsp_unwrap(*state, &session, ykt_buf_view(&safe), &out), YKT_E_MAC);
		assert_int_equal(out.len, 0);
		raw[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	/* 9000 without its MAC, an error with data, one byte. */
	cut = ykt_bytes_sub(ykt_buf_view(&safe), safe.len - 2, 2);
	assert_status(scp03_rsp_unwrap(*state, &session, cut, &out), YKT_E_MAC);
	raw[safe.len - 2] = 0x6A;
	assert_status(scp03_rsp_unwrap(*state, &session, ykt_buf_view(&safe), &out), YKT_E_MAC);
	assert_status(scp03_rsp_unwrap(*state, &session, ykt_bytes(raw, 1), &out), YKT_E_FORMAT);
	assert_int_equal(out.len, 0);
}

static void
test_bad_authentication_is_refused(void **state)
{
	struct scp03_session_keys keys = { .len = 16, .s_mac = { 2 } };
	static const uint8_t cryptogram[SCP03_MAC_LEN] = { 9 };
	struct scp03_session card;
	struct scp03_session host;
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);
	struct apdu_cmd cmd;

	scp03_session_init(&host, &keys);
	scp03_session_init(&card, &keys);
	assert_status(scp03_authenticate_build(*state, &host, 0x02, cryptogram, &out), YKT_E_ARG);
	assert_int_equal(out.len, 0);
	assert_status(scp03_authenticate_build(*state, &host, 0x01, cryptogram, &out), YKT_OK);
	for (size_t i = 5; i < out.len; i++) {
		raw[i] ^= 0x10;
		assert_status(apdu_cmd_decode(ykt_buf_view(&out), &cmd), YKT_OK);
		assert_status(scp03_authenticate_check(*state, &card, &cmd, cryptogram), YKT_E_MAC);
		assert_int_equal(card.level, 0);
		raw[i] ^= 0x10;
	}
	raw[2] = 0x33; /* another level than the MAC was made for */
	assert_status(apdu_cmd_decode(ykt_buf_view(&out), &cmd), YKT_OK);
	assert_status(scp03_authenticate_check(*state, &card, &cmd, cryptogram), YKT_E_MAC);
	cmd.p1 = 0x12;
	assert_status(scp03_authenticate_check(*state, &card, &cmd, cryptogram), YKT_E_ARG);
	cmd.data.len = 15;
	assert_status(scp03_authenticate_check(*state, &card, &cmd, cryptogram), YKT_E_FORMAT);
	assert_int_equal(card.level, 0);
}

static void
test_keys_travel_under_the_dek(void **state)
{
	static const uint8_t dek[16] = { 0x20 };
	struct hex key = hex_of("000102030405060708090A0B0C0D0E0F1011121314151617");
	uint8_t raw[64];
	uint8_t raw2[64];
	struct ykt_buf secret = YKT_BUF(raw);
	struct ykt_buf clear = YKT_BUF(raw2);

	assert_status(scp03_dek_encrypt(*state, dek, sizeof(dek), hex_view(&key), &secret), YKT_OK);
	assert_int_equal(secret.len, 32);
	assert_status(
	    scp03_dek_decrypt(*state, dek, sizeof(dek), ykt_buf_view(&secret), &clear), YKT_OK);
	assert_memory_equal(raw2, key.data, key.len);
	clear.len = 0;
	assert_status(
	    scp03_dek_decrypt(*state, dek, sizeof(dek), ykt_bytes(raw, 31), &clear), YKT_E_ARG);
	assert_status(scp03_dek_encrypt(*state, dek, 15, hex_view(&key), &clear), YKT_E_ARG);
	assert_status(scp03_dek_encrypt(*state, dek, 16, ykt_bytes(NULL, 0), &clear), YKT_E_ARG);
	assert_int_equal(clear.len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_sessions),
		cmocka_unit_test(test_pseudo_random_challenge),
		cmocka_unit_test(test_initialize_answer_of_each_kind),
		cmocka_unit_test(test_both_ends_agree_in_every_level),
		cmocka_unit_test(test_every_flipped_bit_of_a_command_is_refused),
		cmocka_unit_test(test_bad_commands_are_refused),
		cmocka_unit_test(test_command_that_grows_too_long_is_refused),
		cmocka_unit_test(test_bad_answers_are_refused),
		cmocka_unit_test(test_bad_authentication_is_refused),
		cmocka_unit_test(test_keys_travel_under_the_dek),
	};

	return cmocka_run_group_tests(tests, crypto_setup, crypto_teardown);
}
