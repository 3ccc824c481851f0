/*
 * SM2: every refusal of reliability 5.10. Built once with each backend.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sm2_test.h"

static enum ykt_status
broken_fill(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 0xFF, len);
	return YKT_E_RANDOM;
}

static enum ykt_status
stuck_fill(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 0xFF, len);
	return YKT_OK;
}

static void
test_generate_refuses_a_bad_source(void **state)
{
	static const struct ykt_random broken = { NULL, broken_fill };
	static const struct ykt_random stuck = { NULL, stuck_fill };
	struct crypto_sm2_key key = { .d = { 0x5A } };

	assert_status(crypto_sm2_generate(*state, &broken, &key), YKT_E_RANDOM);
	assert_status(crypto_sm2_generate(*state, &stuck, &key), YKT_E_RANDOM);
	assert_int_equal(key.d[0], 0x5A);
}

static void
test_key_set_refuses_d_out_of_range(void **state)
{
	static const char *const rows[] = { ZERO_TEXT, N_LESS_1, N_TEXT, N_PLUS_1, ONES_TEXT };

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex d = hex(rows[i]);
		struct crypto_sm2_key key = { .d = { 0x5A } };

		assert_status_why(crypto_sm2_key_set(*state, d.data, &key), YKT_E_FORMAT, rows[i]);
		assert_int_equal(key.d[0], 0x5A);
	}
}

static const struct {
	const char *why;
	const char *x;
	const char *y;
} bad_points[] = {
	{ "zeros, as infinity might be written", ZERO_TEXT, ZERO_TEXT },
	{ "y of another point", BASE_X, EXAMPLE_Y },
	{ "last bit of y", EXAMPLE_X,
	    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD12" },
	{ "x is p", P_TEXT, BASE_Y },
	{ "y is p", BASE_X, P_TEXT },
	{ "all ones", ONES_TEXT, ONES_TEXT },
};

static void
test_every_door_refuses_points_off_the_curve(void **state)
{
	struct crypto *c = *state;
	struct crypto_sm2_key good = example_key(c);
	struct hex sig = hex(EXAMPLE_R EXAMPLE_S);
	struct ykt_bytes msg = ykt_bytes_str("message digest");

	for (size_t i = 0; i < YKT_ARRAY_LEN(bad_points); i++) {
		const char *why = bad_points[i].why;
		struct crypto_sm2_pub pub = pub_of(bad_points[i].x, bad_points[i].y);
		struct crypto_sm2_key key = good;
		uint8_t raw[CRYPTO_SM2_EXTRA + 19] = { 4 };
		uint8_t space[256] = { 0x5A };
		struct ykt_buf out = YKT_BUF(space);

		key.pub = pub;
		assert_status_why(crypto_sm2_pub_check(c, &pub), YKT_E_FORMAT, why);
		assert_status_why(crypto_sm2_verify(c, &pub, crypto_sm2_default_id, msg, sig.data),
		    YKT_E_FORMAT, why);
		assert_status_why(
		    crypto_sm2_sign(c, &key, crypto_sm2_default_id, msg, space), YKT_E_FORMAT, why);
		assert_status_why(crypto_sm2_encrypt(c, &pub, msg, &out), YKT_E_FORMAT, why);
		memcpy(raw + 1, pub.xy, 64);
		assert_status_why(
		    crypto_sm2_decrypt(c, &good, YKT_BYTES(raw), &out), YKT_E_FORMAT, why);
		assert_int_equal(out.len, 0);
		assert_int_equal(space[0], 0x5A);
	}
}

static void
test_verify_refuses_numbers_out_of_range(void **state)
{
	/* r + s = n makes t zero; it must not pass either. */
	static const struct {
		const char *why;
		const char *sig;
	} rows[] = {
		{ "r = 0", ZERO_TEXT EXAMPLE_S },
		{ "s = 0", EXAMPLE_R ZERO_TEXT },
		{ "both 0", ZERO_TEXT ZERO_TEXT },
		{ "r = n", N_TEXT EXAMPLE_S },
		{ "s = n", EXAMPLE_R N_TEXT },
		{ "r = n + 1", N_PLUS_1 EXAMPLE_S },
		{ "s = n + 1", EXAMPLE_R N_PLUS_1 },
		{ "r all ones", ONES_TEXT EXAMPLE_S },
		{ "s all ones", EXAMPLE_R ONES_TEXT },
		{ "r + s = n", N_LESS_1 "00000000000000000000000000000000"
					"00000000000000000000000000000001" },
		{ "r and s changed places", EXAMPLE_S EXAMPLE_R },
	};
	struct crypto *c = *state;
	struct crypto_sm2_key key = example_key(c);
	struct ykt_bytes msg = ykt_bytes_str("message digest");

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex sig = hex(rows[i].sig);

		assert_status_why(
		    crypto_sm2_verify(c, &key.pub, crypto_sm2_default_id, msg, sig.data), YKT_E_MAC,
		    rows[i].why);
	}
}

static void
test_ids_have_a_limit(void **state)
{
	static uint8_t id[CRYPTO_SM2_ID_MAX + 1];
	struct crypto *c = *state;
	struct crypto_sm2_key key = example_key(c);
	struct ykt_bytes msg = ykt_bytes_str("m");
	uint8_t sig[64] = { 0x5A };

	assert_status(crypto_sm2_sign(c, &key, YKT_BYTES(id), msg, sig), YKT_E_ARG);
	assert_int_equal(sig[0], 0x5A);
	assert_status(crypto_sm2_sign(c, &key, ykt_bytes(id, sizeof(id) - 1), msg, sig), YKT_OK);
	assert_status(
	    crypto_sm2_verify(c, &key.pub, ykt_bytes(id, sizeof(id) - 1), msg, sig), YKT_OK);
	assert_status(crypto_sm2_verify(c, &key.pub, YKT_BYTES(id), msg, sig), YKT_E_ARG);
}

static void
test_decrypt_refuses_every_short_length(void **state)
{
	struct crypto *c = *state;
	struct crypto_sm2_key key = example_key(c);
	struct hex raw = hex(EXAMPLE_C1 EXAMPLE_C3 EXAMPLE_C2);
	uint8_t text[64] = { 0x5A };

	for (size_t len = 0; len < raw.len; len++) {
		struct ykt_buf out = YKT_BUF(text);
		/* On the heap, so that a read past the end is seen. */
		uint8_t *copy = malloc(len + 1);

		assert_non_null(copy);
		memcpy(copy + 1, raw.data, len);
		text[0] = 0x5A;
		assert_status(crypto_sm2_decrypt(c, &key, ykt_bytes(copy + 1, len), &out),
		    len <= CRYPTO_SM2_EXTRA ? YKT_E_FORMAT : YKT_E_MAC);
		assert_int_equal(out.len, 0);
		assert_int_equal(text[0], len <= CRYPTO_SM2_EXTRA ? 0x5A : 0);
		free(copy);
	}
}

static void
test_decrypt_refuses_each_flipped_byte(void **state)
{
	struct crypto *c = *state;
	struct crypto_sm2_key key = example_key(c);
	struct hex raw = hex(EXAMPLE_C1 EXAMPLE_C3 EXAMPLE_C2);

	for (size_t i = 0; i < raw.len; i++) {
		uint8_t text[19] = { 0 };
		static const uint8_t zeros[19];
		struct ykt_buf out = YKT_BUF(text);

		raw.data[i] ^= 0x40;
		assert_status(crypto_sm2_decrypt(c, &key, VIEW(raw), &out),
		    i < CRYPTO_SM2_POINT_LEN ? YKT_E_FORMAT : YKT_E_MAC);
		assert_int_equal(out.len, 0);
		assert_memory_equal(text, zeros, sizeof(text));
		raw.data[i] ^= 0x40;
	}
}

/* CVE-2021-3711 had its size estimate too small for some coordinates. */
static void
test_decrypt_keeps_to_the_buffer(void **state)
{
	struct crypto *c = *state;
	struct crypto_sm2_key key = example_key(c);
	struct hex raw = hex(EXAMPLE_C1 EXAMPLE_C3 EXAMPLE_C2);

	for (size_t cap = 0; cap <= 21; cap++) {
		uint8_t *text = malloc(cap + 1);
		struct ykt_buf out = { text, 0, cap, false };

		assert_non_null(text);
		assert_status(
		    crypto_sm2_decrypt(c, &key, VIEW(raw), &out), cap < 19 ? YKT_E_SPACE : YKT_OK);
		assert_int_equal(out.len, cap < 19 ? 0 : 19);
		free(text);
	}
}

static void
test_decrypt_refuses_a_long_ciphertext(void **state)
{
	static uint8_t raw[CRYPTO_SM2_CIPHER_MAX + 1];
	static uint8_t text[CRYPTO_SM2_CIPHER_MAX];
	struct crypto *c = *state;
	struct crypto_sm2_key key = example_key(c);
	struct ykt_buf out = YKT_BUF(text);

	raw[0] = 4;
	memcpy(raw + 1, key.pub.xy, 64);
	assert_status(crypto_sm2_decrypt(c, &key, YKT_BYTES(raw), &out), YKT_E_FORMAT);
	assert_status(
	    crypto_sm2_decrypt(c, &key, ykt_bytes(raw, sizeof(raw) - 1), &out), YKT_E_MAC);
	assert_int_equal(out.len, 0);
}

static void
test_decrypt_refuses_other_forms_of_c1(void **state)
{
	struct crypto *c = *state;
	struct crypto_sm2_key key = example_key(c);

	for (unsigned first = 0; first < 256; first++) {
		struct hex raw = hex(EXAMPLE_C1 EXAMPLE_C3 EXAMPLE_C2);
		uint8_t text[19];
		struct ykt_buf out = YKT_BUF(text);

		raw.data[0] = (uint8_t)first;
		assert_status(crypto_sm2_decrypt(c, &key, VIEW(raw), &out),
		    first == 4 ? YKT_OK : YKT_E_FORMAT);
	}
}

static void
test_decrypt_refuses_a_key_that_is_none(void **state)
{
	struct crypto *c = *state;
	struct crypto_sm2_key key = example_key(c);
	struct hex raw = hex(EXAMPLE_C1 EXAMPLE_C3 EXAMPLE_C2);
	uint8_t text[19];
	struct ykt_buf out = YKT_BUF(text);

	memset(key.d, 0, 32);
	assert_status(crypto_sm2_decrypt(c, &key, VIEW(raw), &out), YKT_E_FORMAT);
	assert_status(
	    crypto_sm2_sign(c, &key, crypto_sm2_default_id, VIEW(raw), text), YKT_E_FORMAT);
	assert_int_equal(out.len, 0);
}

static void
test_encrypt_refuses_lengths(void **state)
{
	static const uint8_t text[CRYPTO_SM2_TEXT_MAX + 1];
	struct crypto *c = *state;
	struct crypto_sm2_key key = example_key(c);
	uint8_t raw[CRYPTO_SM2_EXTRA + 8];
	struct ykt_buf out = YKT_BUF(raw);

	assert_status(crypto_sm2_encrypt(c, &key.pub, ykt_bytes(text, 0), &out), YKT_E_ARG);
	assert_status(crypto_sm2_encrypt(c, &key.pub, YKT_BYTES(text), &out), YKT_E_ARG);
	assert_status(crypto_sm2_encrypt(c, &key.pub, ykt_bytes(text, 9), &out), YKT_E_SPACE);
	assert_int_equal(out.len, 0);
	assert_status(crypto_sm2_encrypt(c, &key.pub, ykt_bytes(text, 8), &out), YKT_OK);
	assert_int_equal(out.len, sizeof(raw));
	assert_status(crypto_sm2_encrypt(c, &key.pub, ykt_bytes(text, 1), &out), YKT_E_SPACE);
}

static void
test_decompress_refuses(void **state)
{
	static const struct {
		const char *why;
		const char *in;
	} rows[] = {
		{ "first byte 00", "00" BASE_X },
		{ "first byte 04", "04" BASE_X },
		{ "first byte 06", "06" BASE_X },
		{ "x is p", "02" P_TEXT },
		{ "x is all ones", "03" ONES_TEXT },
		{ "x of no point",
		    "02"
		    "0000000000000000000000000000000000000000000000000000000000000005" },
	};
	struct crypto *c = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex in = hex(rows[i].in);
		struct crypto_sm2_pub pub = { { 0x5A } };

		assert_status_why(
		    crypto_sm2_decompress(c, in.data, &pub), YKT_E_FORMAT, rows[i].why);
		assert_int_equal(pub.xy[0], 0x5A);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_generate_refuses_a_bad_source),
		cmocka_unit_test(test_key_set_refuses_d_out_of_range),
		cmocka_unit_test(test_every_door_refuses_points_off_the_curve),
		cmocka_unit_test(test_verify_refuses_numbers_out_of_range),
		cmocka_unit_test(test_ids_have_a_limit),
		cmocka_unit_test(test_decrypt_refuses_every_short_length),
		cmocka_unit_test(test_decrypt_refuses_each_flipped_byte),
		cmocka_unit_test(test_decrypt_keeps_to_the_buffer),
		cmocka_unit_test(test_decrypt_refuses_a_long_ciphertext),
		cmocka_unit_test(test_decrypt_refuses_other_forms_of_c1),
		cmocka_unit_test(test_decrypt_refuses_a_key_that_is_none),
		cmocka_unit_test(test_encrypt_refuses_lengths),
		cmocka_unit_test(test_decompress_refuses),
	};

	return cmocka_run_group_tests(tests, setup_crypto, teardown_crypto);
}
