/*
 * Block ciphers and their modes, on published vectors and on bad lengths.
 * Built once with each backend.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto_test.h"

static const struct {
	const char *why;
	enum crypto_alg alg;
	const char *key;
	const char *plain;
	const char *cipher;
} blocks[] = {
	{ "DES, NBS SP 500-20 table 1", CRYPTO_DES, "0101010101010101", "8000000000000000",
	    "95F8A5E5DD31D900" },
	{ "DES, a common worked example", CRYPTO_DES, "133457799BBCDFF1", "0123456789ABCDEF",
	    "85E813540F0AB405" },
	{ "TDES2 with equal halves is DES", CRYPTO_TDES2, "133457799BBCDFF1133457799BBCDFF1",
	    "0123456789ABCDEF", "85E813540F0AB405" },
	{ "AES-128, FIPS 197 C.1", CRYPTO_AES, "000102030405060708090A0B0C0D0E0F",
	    "00112233445566778899AABBCCDDEEFF", "69C4E0D86A7B0430D8CDB78070B4C55A" },
	{ "AES-192, FIPS 197 C.2", CRYPTO_AES, "000102030405060708090A0B0C0D0E0F1011121314151617",
	    "00112233445566778899AABBCCDDEEFF", "DDA97CA4864CDFE06EAF70A0EC0D7191" },
	{ "AES-256, FIPS 197 C.3", CRYPTO_AES,
	    "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
	    "00112233445566778899AABBCCDDEEFF", "8EA2B7CA516745BFEAFC49904B496089" },
	{ "SM4, GB/T 32907 A.1", CRYPTO_SM4, "0123456789ABCDEFFEDCBA9876543210",
	    "0123456789ABCDEFFEDCBA9876543210", "681EDF34D206965E86B3E94F536E4246" },
};

static void
test_ecb_gives_published_blocks(void **state)
{
	struct crypto *c = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(blocks); i++) {
		struct crypto_key key = key_of(blocks[i].alg, blocks[i].key);
		struct hex plain = hex(blocks[i].plain);
		struct hex cipher = hex(blocks[i].cipher);
		uint8_t out[16];

		assert_status_why(
		    crypto_ecb_encrypt(c, &key, VIEW(plain), out), YKT_OK, blocks[i].why);
		assert_true_why(memcmp(out, cipher.data, cipher.len) == 0, blocks[i].why);
		/* In place. */
		assert_status_why(crypto_ecb_decrypt(c, &key, ykt_bytes(out, cipher.len), out),
		    YKT_OK, blocks[i].why);
		assert_true_why(memcmp(out, plain.data, plain.len) == 0, blocks[i].why);
	}
}

static void
test_sm4_block_of_the_vectors(void **state)
{
	struct crypto *c = *state;
	json_t *root = vectors_load("purse_sm4.json");
	struct crypto_key key = key_of(CRYPTO_SM4, vector_text(root, "gbt32907_kat", "key", NULL));
	struct hex plain = hex(vector_text(root, "gbt32907_kat", "plain", NULL));
	struct hex cipher = hex(vector_text(root, "gbt32907_kat", "cipher", NULL));
	uint8_t out[16];

	assert_status(crypto_ecb_encrypt(c, &key, VIEW(plain), out), YKT_OK);
	assert_memory_equal(out, cipher.data, cipher.len);
	json_decref(root);
}

/* Two EDE blocks a level: X and its complement. */
static void
test_purse_keys_diversify(void **state)
{
	static const char *const names[] = { "DPK", "DLK", "DTK", "DAMK" };
	struct crypto *c = *state;
	json_t *root = vectors_load("purse_3des.json");
	json_t *set = json_object_get(root, "set");
	struct hex issuer = hex(vector_text(set, "issuer", NULL, NULL));
	struct hex serial = hex(vector_text(set, "serial", NULL, NULL));

	for (size_t i = 0; i < YKT_ARRAY_LEN(names); i++) {
		json_t *keys = json_object_get(set, "keys");
		struct crypto_key key =
		    key_of(CRYPTO_TDES2, vector_text(keys, names[i], "root", NULL));
		const uint8_t *levels[] = { issuer.data, serial.data + 2 };
		const char *expected[] = { "after_issuer", "card_key" };

		for (size_t level = 0; level < 2; level++) {
			struct hex want = hex(vector_text(keys, names[i], expected[level], NULL));
			uint8_t in[16];

			for (size_t k = 0; k < 8; k++) {
				in[k] = levels[level][k];
				in[8 + k] = (uint8_t)~levels[level][k];
			}
			assert_status(
			    crypto_ecb_encrypt(c, &key, YKT_BYTES(in), key.bytes), YKT_OK);
			assert_memory_equal(key.bytes, want.data, 16);
		}
	}
	json_decref(root);
}

static const struct {
	const char *why;
	enum crypto_alg alg;
	const char *key;
	const char *iv;
	const char *plain;
	const char *cipher;
} chains[] = {
	{ "AES-128, SP 800-38A F.2.1", CRYPTO_AES, "2B7E151628AED2A6ABF7158809CF4F3C",
	    "000102030405060708090A0B0C0D0E0F",
	    "6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51",
	    "7649ABAC8119B246CEE98E9B12E9197D5086CB9B507219EE95DB113A917678B2" },
	{ "SM4, draft-ribose-cfrg-sm4 A.2.2.1", CRYPTO_SM4, "0123456789ABCDEFFEDCBA9876543210",
	    "000102030405060708090A0B0C0D0E0F",
	    "AAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEEFFFFFFFFAAAAAAAABBBBBBBB",
	    "78EBB11CC40B0A48312AAEB2040244CB4CB7016951909226979B0D15DC6A8F6D" },
};

static void
test_cbc_gives_published_chains(void **state)
{
	struct crypto *c = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(chains); i++) {
		struct crypto_key key = key_of(chains[i].alg, chains[i].key);
		struct hex iv = hex(chains[i].iv);
		struct hex plain = hex(chains[i].plain);
		struct hex cipher = hex(chains[i].cipher);
		uint8_t out[32];

		assert_status_why(
		    crypto_cbc_encrypt(c, &key, iv.data, VIEW(plain), out), YKT_OK, chains[i].why);
		assert_true_why(memcmp(out, cipher.data, cipher.len) == 0, chains[i].why);
		assert_status_why(crypto_cbc_decrypt(c, &key, iv.data, YKT_BYTES(out), out), YKT_OK,
		    chains[i].why);
		assert_true_why(memcmp(out, plain.data, plain.len) == 0, chains[i].why);
	}
}

static void
test_sm4_ctr_gives_the_published_stream(void **state)
{
	/* draft-ribose-cfrg-sm4 A.2.5.1 */
	struct crypto *c = *state;
	struct hex key = hex("0123456789ABCDEFFEDCBA9876543210");
	struct hex iv = hex("000102030405060708090A0B0C0D0E0F");
	struct hex plain = hex("AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
			       "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA");
	struct hex cipher = hex("AC3236CB970CC20791364C395A1342D1A3CBC1878C6F30CD074CCE385CDD70C7"
				"F234BC0E24C11980FD1286310CE37B922A46B894BEE4FEB79A3822940C935405");
	uint8_t out[64];

	for (size_t len = 0; len <= plain.len; len++) {
		memset(out, 0x5A, sizeof(out));
		assert_status(
		    crypto_sm4_ctr(c, key.data, iv.data, ykt_bytes(plain.data, len), out), YKT_OK);
		assert_memory_equal(out, cipher.data, len);
		for (size_t i = len; i < sizeof(out); i++)
			assert_int_equal(out[i], 0x5A);
	}
}

/* The counter carries over all of its bytes, and across the working buffer. */
static void
test_sm4_ctr_counter_wraps(void **state)
{
	struct crypto *c = *state;
	struct crypto_key key = key_of(CRYPTO_SM4, "0123456789ABCDEFFEDCBA9876543210");
	struct hex counter = hex("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE");
	struct hex third = hex("00000000000000000000000000000000");
	uint8_t zeros[600] = { 0 };
	uint8_t out[600];
	uint8_t block[16];

	assert_status(crypto_sm4_ctr(c, key.bytes, counter.data, YKT_BYTES(zeros), out), YKT_OK);
	assert_status(crypto_ecb_encrypt(c, &key, VIEW(third), block), YKT_OK);
	assert_memory_equal(out + 32, block, 16);
	third.data[15] = 33; /* block 35 is counter 33 */
	assert_status(crypto_ecb_encrypt(c, &key, VIEW(third), block), YKT_OK);
	assert_memory_equal(out + 560, block, 16);
}

static void
test_refuses_part_blocks_and_odd_keys(void **state)
{
	struct crypto *c = *state;
	static const uint8_t in[32];
	static const uint8_t iv[16];

	for (int alg = CRYPTO_DES; alg <= CRYPTO_SM4; alg++) {
		struct crypto_key key = { .alg = (enum crypto_alg)alg, .len = 16 };
		size_t block = crypto_block_len(key.alg);

		if (alg == CRYPTO_DES)
			key.len = 8;
		for (size_t len = 0; len <= sizeof(in); len++) {
			enum ykt_status expected = len % block == 0 ? YKT_OK : YKT_E_ARG;
			struct ykt_bytes part = ykt_bytes(in, len);
			uint8_t out[32];

			memset(out, 0x5A, sizeof(out));
			assert_status(crypto_ecb_encrypt(c, &key, part, out), expected);
			assert_status(crypto_ecb_decrypt(c, &key, part, out), expected);
			assert_status(crypto_cbc_encrypt(c, &key, iv, part, out), expected);
			assert_status(crypto_cbc_decrypt(c, &key, iv, part, out), expected);
			for (size_t i = expected == YKT_OK ? len : 0; i < sizeof(out); i++)
				assert_int_equal(out[i], 0x5A);
		}
		for (unsigned len = 0; len <= 255; len++) {
			uint8_t out[16] = { 0x5A };

			key.len = (uint8_t)len;
			if (crypto_key_fits(key.alg, len))
				continue;
			assert_status(
			    crypto_ecb_encrypt(c, &key, ykt_bytes(in, 16), out), YKT_E_ARG);
			assert_int_equal(out[0], 0x5A);
		}
	}
}

static void
test_key_set_refuses_other_lengths(void **state)
{
	static const struct {
		enum crypto_alg alg;
		size_t good[4];
	} rows[] = {
		{ CRYPTO_DES, { 8 } },
		{ CRYPTO_TDES2, { 16 } },
		{ CRYPTO_AES, { 16, 24, 32 } },
		{ CRYPTO_SM4, { 16 } },
		{ (enum crypto_alg)77, { 0 } },
	};
	static const uint8_t bytes[40];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		for (size_t len = 0; len <= sizeof(bytes); len++) {
			struct crypto_key key = { .len = 99 };
			bool good = false;

			for (size_t k = 0; k < 4; k++)
				good = good || (len != 0 && rows[i].good[k] == len);
			assert_status(crypto_key_set(rows[i].alg, ykt_bytes(bytes, len), &key),
			    good ? YKT_OK : YKT_E_ARG);
			assert_int_equal(key.len, good ? len : 99);
		}
	}
}

/* After forgetting, the next call sets its own key again. */
static void
test_forget_leaves_a_usable_handle(void **state)
{
	struct crypto *c = *state;

	test_ecb_gives_published_blocks(state);
	crypto_forget(c);
	test_ecb_gives_published_blocks(state);
	test_cbc_gives_published_chains(state);
}

static void
test_free_accepts_nothing(void **state)
{
	struct crypto *none = NULL;

	(void)state;
	crypto_free(&none);
	assert_null(none);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ecb_gives_published_blocks),
		cmocka_unit_test(test_sm4_block_of_the_vectors),
		cmocka_unit_test(test_purse_keys_diversify),
		cmocka_unit_test(test_cbc_gives_published_chains),
		cmocka_unit_test(test_sm4_ctr_gives_the_published_stream),
		cmocka_unit_test(test_sm4_ctr_counter_wraps),
		cmocka_unit_test(test_refuses_part_blocks_and_odd_keys),
		cmocka_unit_test(test_key_set_refuses_other_lengths),
		cmocka_unit_test(test_forget_leaves_a_usable_handle),
		cmocka_unit_test(test_free_accepts_nothing),
	};

	return cmocka_run_group_tests(tests, setup_crypto, teardown_crypto);
}
