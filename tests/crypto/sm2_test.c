/*
 * SM2: the worked examples of GB/T 32918.5, then what comes back, then every
 * refusal of reliability 5.10. Built once with each backend.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto_test.h"

#define N_TEXT    "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123"
#define N_LESS_2  "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54121"
#define N_LESS_1  "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54122"
#define N_PLUS_1  "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54124"
#define ZERO_TEXT "0000000000000000000000000000000000000000000000000000000000000000"
#define ONES_TEXT "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
#define P_TEXT    "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF"
#define BASE_X    "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
#define BASE_Y    "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"
#define EXAMPLE_D "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
#define EXAMPLE_X "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
#define EXAMPLE_Y "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
#define EXAMPLE_R "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
#define EXAMPLE_S "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
#define EXAMPLE_C1                                                                                 \
	"0404EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73"                       \
	"E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0"
#define EXAMPLE_C3 "59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766"
#define EXAMPLE_C2 "21886CA989CA9C7D58087307CA93092D651EFA"

static struct crypto_sm2_key
example_key(struct crypto *c)
{
	struct hex d = hex(EXAMPLE_D);
	struct crypto_sm2_key key;

	assert_status(crypto_sm2_key_set(c, d.data, &key), YKT_OK);
	return key;
}

static struct crypto_sm2_pub
pub_of(const char *x, const char *y)
{
	struct hex hx = hex(x);
	struct hex hy = hex(y);
	struct crypto_sm2_pub pub;

	memcpy(pub.xy, hx.data, 32);
	memcpy(pub.xy + 32, hy.data, 32);
	return pub;
}

static void
test_example_key_has_its_point(void **state)
{
	struct crypto_sm2_key key = example_key(*state);
	struct crypto_sm2_pub want = pub_of(EXAMPLE_X, EXAMPLE_Y);

	assert_memory_equal(key.pub.xy, want.xy, 64);
}

static void
test_example_signature_verifies(void **state)
{
	struct crypto *c = *state;
	struct crypto_sm2_key key = example_key(c);
	struct hex sig = hex(EXAMPLE_R EXAMPLE_S);
	struct ykt_bytes msg = ykt_bytes_str("message digest");
	struct ykt_bytes none = { NULL, 0 };

	assert_status(crypto_sm2_verify(c, &key.pub, crypto_sm2_default_id, msg, sig.data), YKT_OK);
	assert_status(crypto_sm2_verify(c, &key.pub, none, msg, sig.data), YKT_OK);
	assert_status(
	    crypto_sm2_verify(c, &key.pub, ykt_bytes_str("1234567812345679"), msg, sig.data),
	    YKT_E_MAC);
	assert_status(
	    crypto_sm2_verify(c, &key.pub, none, ykt_bytes_str("message digesT"), sig.data),
	    YKT_E_MAC);
}

static void
test_example_ciphertext_decrypts(void **state)
{
	struct crypto *c = *state;
	struct crypto_sm2_key key = example_key(c);
	struct hex raw = hex(EXAMPLE_C1 EXAMPLE_C3 EXAMPLE_C2);
	uint8_t text[19];
	struct ykt_buf out = YKT_BUF(text);

	assert_status(crypto_sm2_decrypt(c, &key, VIEW(raw), &out), YKT_OK);
	assert_int_equal(out.len, 19);
	assert_memory_equal(text, "encryption standard", 19);
}

static void
test_test_roots_are_points(void **state)
{
	struct crypto *c = *state;
	json_t *root = vectors_load("code_test_roots.json");
	json_t *roots = json_object_get(root, "roots");

	assert_int_equal(json_array_size(roots), 5);
	for (size_t i = 0; i < json_array_size(roots); i++) {
		json_t *row = json_array_get(roots, i);
		struct crypto_sm2_pub pub =
		    pub_of(vector_text(row, "x", NULL, NULL), vector_text(row, "y", NULL, NULL));
		struct crypto_sm2_pub back;
		uint8_t packed[33];

		assert_status(crypto_sm2_pub_check(c, &pub), YKT_OK);
		crypto_sm2_compress(&pub, packed);
		assert_status(crypto_sm2_decompress(c, packed, &back), YKT_OK);
		assert_memory_equal(back.xy, pub.xy, 64);
	}
	json_decref(root);
}

static void
test_signatures_and_texts_come_back(void **state)
{
	static const size_t lens[] = { 1, 2, 31, 32, 33, 127, 128, 129, 255, 256, 1023, 1024 };
	struct scripted_random source = { .state = 7 };
	struct ykt_random random = scripted_random(&source);
	struct crypto *c = *state;
	uint8_t text[CRYPTO_SM2_TEXT_MAX];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 31);
	for (size_t i = 0; i < YKT_ARRAY_LEN(lens); i++) {
		struct ykt_bytes part = ykt_bytes(text, lens[i]);
		struct ykt_bytes id = ykt_bytes(text, lens[i]);
		struct crypto_sm2_key key;
		uint8_t sig[64];
		uint8_t raw[CRYPTO_SM2_CIPHER_MAX];
		uint8_t back[CRYPTO_SM2_TEXT_MAX];
		struct ykt_buf raw_buf = YKT_BUF(raw);
		struct ykt_buf back_buf = { back, 0, lens[i], false };

		assert_status(crypto_sm2_generate(c, &random, &key), YKT_OK);
		assert_status(crypto_sm2_pub_check(c, &key.pub), YKT_OK);
		assert_status(crypto_sm2_sign(c, &key, id, part, sig), YKT_OK);
		assert_status(crypto_sm2_verify(c, &key.pub, id, part, sig), YKT_OK);
		sig[lens[i] % 64] ^= 1;
		assert_status(crypto_sm2_verify(c, &key.pub, id, part, sig), YKT_E_MAC);

		assert_status(crypto_sm2_encrypt(c, &key.pub, part, &raw_buf), YKT_OK);
		assert_int_equal(raw_buf.len, lens[i] + CRYPTO_SM2_EXTRA);
		assert_status(
		    crypto_sm2_decrypt(c, &key, ykt_buf_view(&raw_buf), &back_buf), YKT_OK);
		assert_int_equal(back_buf.len, lens[i]);
		assert_memory_equal(back, text, lens[i]);
	}
}

static void
test_generate_draws_again_out_of_range(void **state)
{
	struct crypto *c = *state;
	/* 0, n-1, n, all ones: refused; n-2: taken. */
	struct hex script = hex(ZERO_TEXT N_LESS_1 N_TEXT ONES_TEXT N_LESS_2);
	struct scripted_random source = { .data = script.data, .len = script.len };
	struct ykt_random random = scripted_random(&source);
	struct hex want = hex(N_LESS_2);
	struct crypto_sm2_key key;

	assert_status(crypto_sm2_generate(c, &random, &key), YKT_OK);
	assert_int_equal(source.drawn, 160);
	assert_memory_equal(key.d, want.data, 32);
}

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
test_key_of_one_is_the_base_point(void **state)
{
	uint8_t one[32] = { [31] = 1 };
	struct crypto_sm2_pub base = pub_of(BASE_X, BASE_Y);
	struct crypto_sm2_key key;

	assert_status(crypto_sm2_key_set(*state, one, &key), YKT_OK);
	assert_memory_equal(key.pub.xy, base.xy, 64);
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

/* One byte meets a mask of zero once in 256 draws: the text must not show. */
static void
test_a_short_text_never_shows(void **state)
{
	static const uint8_t text[1] = { 0xA5 };
	struct crypto *c = *state;
	struct crypto_sm2_key key = example_key(c);

	for (int i = 0; i < 600; i++) {
		uint8_t raw[CRYPTO_SM2_EXTRA + 1];
		struct ykt_buf out = YKT_BUF(raw);

		assert_status(crypto_sm2_encrypt(c, &key.pub, YKT_BYTES(text), &out), YKT_OK);
		assert_int_not_equal(raw[CRYPTO_SM2_EXTRA], text[0]);
	}
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

static void
test_decompress_takes_both_parities(void **state)
{
	struct hex even = hex("02" BASE_X);
	struct hex odd = hex("03" BASE_X);
	struct crypto_sm2_pub base = pub_of(BASE_X, BASE_Y);
	struct crypto_sm2_pub pub;

	assert_status(crypto_sm2_decompress(*state, even.data, &pub), YKT_OK);
	assert_memory_equal(pub.xy, base.xy, 64);
	assert_status(crypto_sm2_decompress(*state, odd.data, &pub), YKT_OK);
	assert_memory_equal(pub.xy, base.xy, 32);
	assert_int_equal(pub.xy[63] & 1, 1);
	assert_status(crypto_sm2_pub_check(*state, &pub), YKT_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example_key_has_its_point),
		cmocka_unit_test(test_example_signature_verifies),
		cmocka_unit_test(test_example_ciphertext_decrypts),
		cmocka_unit_test(test_test_roots_are_points),
		cmocka_unit_test(test_signatures_and_texts_come_back),
		cmocka_unit_test(test_generate_draws_again_out_of_range),
		cmocka_unit_test(test_generate_refuses_a_bad_source),
		cmocka_unit_test(test_key_of_one_is_the_base_point),
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
		cmocka_unit_test(test_a_short_text_never_shows),
		cmocka_unit_test(test_decompress_refuses),
		cmocka_unit_test(test_decompress_takes_both_parities),
	};

	return cmocka_run_group_tests(tests, setup_crypto, teardown_crypto);
}
