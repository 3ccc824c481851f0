/*
 * The soft signer, and what the caller of signers believes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto_test.h"

#include <ykt/secret.h>

static void
test_soft_signer_signs_and_decrypts(void **state)
{
	struct crypto *c = *state;
	struct scripted_random source = { .state = 3 };
	struct ykt_random random = scripted_random(&source);
	struct ykt_bytes msg = ykt_bytes_str("order 7");
	struct crypto_sm2_key key;
	struct signer_soft soft;
	uint8_t sig[64];
	uint8_t raw[CRYPTO_SM2_EXTRA + 7];
	uint8_t text[7];
	struct ykt_buf raw_buf = YKT_BUF(raw);
	struct ykt_buf text_buf = YKT_BUF(text);
	static const struct signer_soft cleared;

	assert_status(crypto_sm2_generate(c, &random, &key), YKT_OK);
	signer_soft_init(&soft, c, &key);
	assert_status(signer_sign(&soft.signer, msg, sig), YKT_OK);
	assert_status(
	    crypto_sm2_verify(c, &soft.signer.pub, crypto_sm2_default_id, msg, sig), YKT_OK);
	assert_status(crypto_sm2_encrypt(c, &soft.signer.pub, msg, &raw_buf), YKT_OK);
	assert_status(signer_decrypt(&soft.signer, YKT_BYTES(raw), &text_buf), YKT_OK);
	assert_memory_equal(text, "order 7", 7);
	signer_soft_clear(&soft);
	assert_memory_equal(&soft, &cleared, sizeof(soft));
}

static enum ykt_status
refusing_sign(void *ctx, struct ykt_bytes msg, uint8_t sig[64])
{
	(void)ctx;
	(void)msg;
	memset(sig, 0xEE, 64);
	return YKT_DENIED;
}

static enum ykt_status
lying_decrypt(void *ctx, struct ykt_bytes in, struct ykt_buf *out)
{
	(void)in;
	ykt_put_fill(out, 0xEE, *(size_t *)ctx);
	return YKT_OK;
}

static void
test_a_refusal_leaves_the_signature_alone(void **state)
{
	const struct signer signer = { .sign = refusing_sign };
	uint8_t sig[64] = { 0x5A };

	(void)state;
	assert_status(signer_sign(&signer, ykt_bytes_str("m"), sig), YKT_DENIED);
	assert_int_equal(sig[0], 0x5A);
}

static void
test_lengths_of_a_signer_are_not_believed(void **state)
{
	static const uint8_t raw[CRYPTO_SM2_EXTRA + 8] = { 4 };

	(void)state;
	for (size_t len = 0; len <= 12; len++) {
		const struct signer signer = { .ctx = &len, .decrypt = lying_decrypt };
		uint8_t text[16] = { 1, 2 };
		struct ykt_buf out = { text, 2, sizeof(text), false };

		assert_status(signer_decrypt(&signer, YKT_BYTES(raw), &out),
		    len == 8 ? YKT_OK : YKT_E_DRIVER);
		assert_int_equal(out.len, len == 8 ? 10 : 2);
		assert_int_equal(text[2], len == 8 ? 0xEE : 0);
	}
}

static void
test_decrypt_checks_lengths_first(void **state)
{
	static const uint8_t raw[CRYPTO_SM2_CIPHER_MAX + 1] = { 4 };
	const struct signer signer = { 0 };
	uint8_t text[8];
	struct ykt_buf out = YKT_BUF(text);

	(void)state;
	assert_status(
	    signer_decrypt(&signer, ykt_bytes(raw, CRYPTO_SM2_EXTRA), &out), YKT_E_FORMAT);
	assert_status(signer_decrypt(&signer, YKT_BYTES(raw), &out), YKT_E_FORMAT);
	assert_status(
	    signer_decrypt(&signer, ykt_bytes(raw, CRYPTO_SM2_EXTRA + 9), &out), YKT_E_SPACE);
	assert_int_equal(out.len, 0);
}

static enum ykt_status
lying_encipher(
    void *ctx, const struct crypto_sm2_pub *peer, struct ykt_bytes text, struct ykt_buf *out)
{
	(void)peer;
	(void)text;
	ykt_put_fill(out, 0xEE, *(size_t *)ctx);
	return YKT_OK;
}

static enum ykt_status
refusing_encipher(
    void *ctx, const struct crypto_sm2_pub *peer, struct ykt_bytes text, struct ykt_buf *out)
{
	(void)ctx;
	(void)peer;
	(void)text;
	ykt_put_u8(out, 0xEE);
	return YKT_MISMATCH;
}

/* Without a slot the handle encrypts; with one only the signer does. */
static void
test_enciphers_where_it_can(void **state)
{
	struct crypto *c = *state;
	struct scripted_random source = { .state = 4 };
	struct ykt_random random = scripted_random(&source);
	const struct ykt_bytes text = ykt_bytes_str("secret");
	const struct signer plain = { 0 };
	const struct signer refusing = { .encipher = refusing_encipher };
	struct crypto_sm2_key key;
	uint8_t raw[CRYPTO_SM2_EXTRA + 8];
	struct ykt_buf out = YKT_BUF(raw);
	uint8_t back[8];
	struct ykt_buf back_buf = YKT_BUF(back);

	assert_status(crypto_sm2_generate(c, &random, &key), YKT_OK);
	assert_status(signer_encipher(&plain, c, &key.pub, text, &out), YKT_OK);
	assert_status(crypto_sm2_decrypt(c, &key, ykt_buf_view(&out), &back_buf), YKT_OK);
	assert_memory_equal(back, "secret", 6);
	out.len = 0;
	assert_status(signer_encipher(&refusing, c, &key.pub, text, &out), YKT_MISMATCH);
	assert_int_equal(out.len, 0);
	assert_int_equal(raw[0], 0);
	for (size_t len = 100; len <= 105; len++) {
		const struct signer lying = { .ctx = &len, .encipher = lying_encipher };

		out.len = 0;
		assert_status(signer_encipher(&lying, c, &key.pub, text, &out),
		    len == CRYPTO_SM2_EXTRA + 6 ? YKT_OK : YKT_E_DRIVER);
		assert_int_equal(out.len, len == CRYPTO_SM2_EXTRA + 6 ? len : 0);
	}
	out.len = 3;
	assert_status(signer_encipher(&refusing, c, &key.pub, text, &out), YKT_E_SPACE);
	out.len = 0;
	assert_status(signer_encipher(&refusing, c, &key.pub, ykt_bytes(NULL, 0), &out), YKT_E_ARG);
	ykt_wipe(&key, sizeof(key));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_soft_signer_signs_and_decrypts),
		cmocka_unit_test(test_a_refusal_leaves_the_signature_alone),
		cmocka_unit_test(test_lengths_of_a_signer_are_not_believed),
		cmocka_unit_test(test_decrypt_checks_lengths_first),
		cmocka_unit_test(test_enciphers_where_it_can),
	};

	return cmocka_run_group_tests(tests, setup_crypto, teardown_crypto);
}
