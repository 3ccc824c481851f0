/*
 * SM2: the worked examples of GB/T 32918.5, then what comes back. Built once
 * with each backend.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sm2_test.h"

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

static void
test_key_of_one_is_the_base_point(void **state)
{
	uint8_t one[32] = { [31] = 1 };
	struct crypto_sm2_pub base = pub_of(BASE_X, BASE_Y);
	struct crypto_sm2_key key;

	assert_status(crypto_sm2_key_set(*state, one, &key), YKT_OK);
	assert_memory_equal(key.pub.xy, base.xy, 64);
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
		cmocka_unit_test(test_key_of_one_is_the_base_point),
		cmocka_unit_test(test_a_short_text_never_shows),
		cmocka_unit_test(test_decompress_takes_both_parities),
	};

	return cmocka_run_group_tests(tests, setup_crypto, teardown_crypto);
}
