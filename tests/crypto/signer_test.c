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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_soft_signer_signs_and_decrypts),
		cmocka_unit_test(test_a_refusal_leaves_the_signature_alone),
		cmocka_unit_test(test_lengths_of_a_signer_are_not_believed),
		cmocka_unit_test(test_decrypt_checks_lengths_first),
	};

	return cmocka_run_group_tests(tests, setup_crypto, teardown_crypto);
}
