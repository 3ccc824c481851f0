/*
 * The room against libgcrypt, both ways: what one makes the other takes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto_test.h"

#include "chip_gcrypt.h"

/* e of the default id, for the calls that take a digest. */
static void
digest_of(struct crypto *c, const struct crypto_sm2_pub *pub, struct ykt_bytes msg, uint8_t e[32])
{
	struct hex abg = hex("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC"
			     "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"
			     "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
			     "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0");
	static const uint8_t bits[] = { 0x00, 0x80 };
	uint8_t z[32];
	struct ykt_bytes z_parts[] = { YKT_BYTES(bits), crypto_sm2_default_id, VIEW(abg),
		YKT_BYTES(pub->xy) };
	struct ykt_bytes e_parts[] = { YKT_BYTES(z), msg };

	assert_status(crypto_sm3(c, z_parts, 4, z), YKT_OK);
	assert_status(crypto_sm3(c, e_parts, 2, e), YKT_OK);
}

static void
test_signatures_cross(void **state)
{
	struct crypto *c = *state;
	struct scripted_random source = { .state = 11 };
	struct ykt_random random = scripted_random(&source);

	for (int i = 0; i < 20; i++) {
		struct crypto_sm2_key key;
		struct crypto_sm2_pub their_pub;
		struct ykt_bytes msg = ykt_bytes(&source, (size_t)i % sizeof(source));
		uint8_t e[32];
		uint8_t sig[64];

		assert_status(crypto_sm2_generate(c, &random, &key), YKT_OK);
		assert_status(crypto_chip.sm2->multiply(NULL, key.d, NULL, &their_pub), YKT_OK);
		assert_memory_equal(their_pub.xy, key.pub.xy, 64);
		digest_of(c, &key.pub, msg, e);

		assert_status(crypto_sm2_sign(c, &key, crypto_sm2_default_id, msg, sig), YKT_OK);
		assert_status(crypto_chip.sm2->verify(NULL, &key.pub, e, sig), YKT_OK);
		sig[5] ^= 1;
		assert_status(crypto_chip.sm2->verify(NULL, &key.pub, e, sig), YKT_E_MAC);

		assert_status(crypto_chip.sm2->sign(NULL, key.d, e, sig), YKT_OK);
		assert_status(
		    crypto_sm2_verify(c, &key.pub, crypto_sm2_default_id, msg, sig), YKT_OK);
	}
}

/*
 * The point that both ends share, for one ciphertext. libgcrypt 1.10 drops the
 * leading zero bytes of its coordinates where GB/T 32918.1 keeps them, so
 * one ciphertext in 128 cannot cross.
 */
static bool
shared_is_short(
    const struct crypto_sm2_key *key, struct ykt_bytes raw, struct crypto_sm2_pub *ret_shared)
{
	struct crypto_sm2_pub c1;

	memcpy(c1.xy, raw.data + 1, sizeof(c1.xy));
	assert_status(crypto_chip.sm2->multiply(NULL, key->d, &c1, ret_shared), YKT_OK);
	return ret_shared->xy[0] == 0 || ret_shared->xy[32] == 0;
}

static void
test_ciphertexts_cross(void **state)
{
	static const size_t lens[] = { 2, 16, 19, 32, 33, 100, 255, 256, 1000, 1024 };
	struct crypto *c = *state;
	struct scripted_random source = { .state = 12 };
	struct ykt_random random = scripted_random(&source);
	uint8_t text[CRYPTO_SM2_TEXT_MAX];

	memset(text, 0x3C, sizeof(text));
	for (size_t i = 0; i < YKT_ARRAY_LEN(lens); i++) {
		struct ykt_bytes part = ykt_bytes(text, lens[i]);
		struct crypto_sm2_key key;
		struct crypto_sm2_pub shared;
		uint8_t raw[CRYPTO_SM2_CIPHER_MAX];
		uint8_t back[CRYPTO_SM2_TEXT_MAX];
		struct ykt_buf raw_buf = YKT_BUF(raw);
		struct ykt_buf back_buf = YKT_BUF(back);

		assert_status(crypto_sm2_generate(c, &random, &key), YKT_OK);
		do {
			raw_buf.len = 0;
			assert_status(crypto_sm2_encrypt(c, &key.pub, part, &raw_buf), YKT_OK);
		} while (shared_is_short(&key, ykt_buf_view(&raw_buf), &shared));
		assert_status(gcrypt_sm2_decrypt(&key, ykt_buf_view(&raw_buf), &back_buf), YKT_OK);
		assert_true(ykt_bytes_equal(ykt_buf_view(&back_buf), part));

		back_buf.len = 0;
		do {
			raw_buf.len = 0;
			assert_status(gcrypt_sm2_encrypt(&key.pub, part, &raw_buf), YKT_OK);
		} while (shared_is_short(&key, ykt_buf_view(&raw_buf), &shared));
		assert_status(
		    crypto_sm2_decrypt(c, &key, ykt_buf_view(&raw_buf), &back_buf), YKT_OK);
		assert_true(ykt_bytes_equal(ykt_buf_view(&back_buf), part));
	}
}

/* Where the shared point has a zero byte in front, all 64 bytes are derived from. */
static void
test_leading_zeros_of_the_shared_point_stay(void **state)
{
	struct crypto *c = *state;
	struct scripted_random source = { .state = 14 };
	struct ykt_random random = scripted_random(&source);
	struct ykt_bytes text = ykt_bytes_str("sixteen bytes...");
	struct crypto_sm2_key key;
	struct crypto_sm2_pub shared;
	uint8_t raw[CRYPTO_SM2_EXTRA + 16];
	uint8_t stream[16];
	struct ykt_buf out = YKT_BUF(raw);
	int tries = 0;

	assert_status(crypto_sm2_generate(c, &random, &key), YKT_OK);
	do {
		assert_true(tries++ < 5000);
		out.len = 0;
		assert_status(crypto_sm2_encrypt(c, &key.pub, text, &out), YKT_OK);
	} while (!shared_is_short(&key, ykt_buf_view(&out), &shared));
	assert_status(crypto_kdf_sm3(c, YKT_BYTES(shared.xy), (struct ykt_bytes){ NULL, 0 }, stream,
			  sizeof(stream)),
	    YKT_OK);
	for (size_t i = 0; i < sizeof(stream); i++)
		assert_int_equal(raw[CRYPTO_SM2_EXTRA + i] ^ stream[i], text.data[i]);
}

static void
test_macs_agree_at_every_length(void **state)
{
	static const enum crypto_alg algs[] = { CRYPTO_AES, CRYPTO_SM4, CRYPTO_TDES2 };
	struct crypto *c = *state;
	uint8_t text[300];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 13 + 1);
	for (size_t len = 0; len <= sizeof(text); len++) {
		struct ykt_bytes part = ykt_bytes(text, len);
		struct ykt_bytes key_part = ykt_bytes(text, 1 + len % 100);
		uint8_t ours[32];
		uint8_t theirs[32];

		assert_status(crypto_hmac_sm3(c, key_part, &part, 1, ours), YKT_OK);
		assert_status(gcrypt_hmac_sm3(key_part, part, theirs), YKT_OK);
		assert_memory_equal(ours, theirs, 32);
		for (size_t a = 0; a < YKT_ARRAY_LEN(algs); a++) {
			struct crypto_key key = key_of(algs[a], "0123456789ABCDEFFEDCBA9876543210");

			assert_status(crypto_cmac(c, &key, &part, 1, ours), YKT_OK);
			assert_status(gcrypt_cmac(&key, part, theirs), YKT_OK);
			assert_memory_equal(ours, theirs, 16);
		}
	}
}

static void
test_ciphers_agree(void **state)
{
	static const struct {
		enum crypto_alg alg;
		uint8_t len;
	} rows[] = { { CRYPTO_DES, 8 }, { CRYPTO_TDES2, 16 }, { CRYPTO_AES, 16 },
		{ CRYPTO_AES, 24 }, { CRYPTO_AES, 32 }, { CRYPTO_SM4, 16 } };
	struct crypto *c = *state;
	struct scripted_random source = { .state = 13 };

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows) * 20; i++) {
		struct crypto_key key = { .alg = rows[i % 6].alg, .len = rows[i % 6].len };
		struct crypto_chip_cipher op = {
			.alg = key.alg, .encrypt = true, .key = key.bytes, .key_len = key.len
		};
		uint8_t iv[16];
		uint8_t text[64];
		uint8_t ours[64];
		uint8_t theirs[64];

		assert_status(scripted_fill(&source, key.bytes, key.len), YKT_OK);
		assert_status(scripted_fill(&source, iv, sizeof(iv)), YKT_OK);
		assert_status(scripted_fill(&source, text, sizeof(text)), YKT_OK);
		assert_status(crypto_ecb_encrypt(c, &key, YKT_BYTES(text), ours), YKT_OK);
		assert_status(crypto_chip.cipher(NULL, &op, text, theirs, 64), YKT_OK);
		assert_memory_equal(ours, theirs, 64);
		op.iv = iv;
		op.encrypt = false;
		assert_status(crypto_cbc_decrypt(c, &key, iv, YKT_BYTES(text), ours), YKT_OK);
		assert_status(crypto_chip.cipher(NULL, &op, text, theirs, 64), YKT_OK);
		assert_memory_equal(ours, theirs, 64);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signatures_cross),
		cmocka_unit_test(test_ciphertexts_cross),
		cmocka_unit_test(test_leading_zeros_of_the_shared_point_stay),
		cmocka_unit_test(test_macs_agree_at_every_length),
		cmocka_unit_test(test_ciphers_agree),
	};

	return cmocka_run_group_tests(tests, setup_crypto, teardown_crypto);
}
