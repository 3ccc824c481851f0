/*
 * Digests, MACs, padding and derivation, on published vectors and on every
 * length around their buffers. Built once with each backend.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto_test.h"

static void
test_digests_give_published_values(void **state)
{
	static const struct {
		const char *why;
		const char *text;
		const char *sm3;
		const char *sha256;
	} rows[] = {
		{ "abc: GB/T 32905 A.1, FIPS 180-4", "abc",
		    "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0",
		    "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD" },
		{ "64 bytes: GB/T 32905 A.2",
		    "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd",
		    "DEBE9FF92275B8A138604889C18E5A4D6FDB70E5387E5765293DCBA39C0C5732", NULL },
	};
	struct crypto *c = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct ykt_bytes text = ykt_bytes_str(rows[i].text);
		struct hex sm3 = hex(rows[i].sm3);
		uint8_t out[32];

		/* Cut in three at every place, with an empty part. */
		for (size_t cut = 0; cut <= text.len; cut++) {
			struct ykt_bytes parts[] = { ykt_bytes_sub(text, 0, cut), { NULL, 0 },
				ykt_bytes_sub(text, cut, text.len) };

			assert_status(crypto_sm3(c, parts, 3, out), YKT_OK);
			assert_true_why(memcmp(out, sm3.data, 32) == 0, rows[i].why);
		}
		if (rows[i].sha256 != NULL) {
			struct hex sha256 = hex(rows[i].sha256);

			assert_status(crypto_sha256(c, &text, 1, out), YKT_OK);
			assert_true_why(memcmp(out, sha256.data, 32) == 0, rows[i].why);
		}
	}
}

static void
test_digest_of_nothing(void **state)
{
	struct crypto *c = *state;
	struct hex want = hex("1AB21D8355CFA17F8E61194831E81A8F22BEC8C728FEFB747ED035EB5082AA2B");
	uint8_t out[32];

	assert_status(crypto_sm3(c, NULL, 0, out), YKT_OK);
	assert_memory_equal(out, want.data, 32);
}

static const char sp80038b[] = "6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51"
			       "30C81C46A35CE411E5FBC1191A0A52EFF69F2445DF4F9B17AD2B417BE66C3710";

static void
test_cmac_gives_published_values(void **state)
{
	static const struct {
		const char *why;
		enum crypto_alg alg;
		const char *key;
		size_t len;
		const char *mac;
	} rows[] = {
		{ "RFC 4493 example 1", CRYPTO_AES, "2B7E151628AED2A6ABF7158809CF4F3C", 0,
		    "BB1D6929E95937287FA37D129B756746" },
		{ "RFC 4493 example 2", CRYPTO_AES, "2B7E151628AED2A6ABF7158809CF4F3C", 16,
		    "070A16B46B4D4144F79BDD9DD04A287C" },
		{ "RFC 4493 example 3", CRYPTO_AES, "2B7E151628AED2A6ABF7158809CF4F3C", 40,
		    "DFA66747DE9AE63030CA32611497C827" },
		{ "RFC 4493 example 4", CRYPTO_AES, "2B7E151628AED2A6ABF7158809CF4F3C", 64,
		    "51F0BEBF7E3B9D92FC49741779363CFE" },
		{ "SP 800-38B D.3 example 9", CRYPTO_AES,
		    "603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4", 0,
		    "028962F61B7BF89EFC6B551F4667D983" },
		{ "SP 800-38B D.5, two keys, empty", CRYPTO_TDES2,
		    "4CF15134A2850DD58A3D10BA80570D38", 0, "BD2EBF9A3BA003610000000000000000" },
		{ "SP 800-38B D.5, two keys, 8", CRYPTO_TDES2, "4CF15134A2850DD58A3D10BA80570D38",
		    8, "4FF2AB813C53CE830000000000000000" },
		{ "SP 800-38B D.5, two keys, 20", CRYPTO_TDES2, "4CF15134A2850DD58A3D10BA80570D38",
		    20, "62DD1B471902BD4E0000000000000000" },
		{ "SP 800-38B D.5, two keys, 32", CRYPTO_TDES2, "4CF15134A2850DD58A3D10BA80570D38",
		    32, "31B1E431DABC4EB80000000000000000" },
	};
	struct crypto *c = *state;
	struct hex text = hex(sp80038b);

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct crypto_key key = key_of(rows[i].alg, rows[i].key);
		struct ykt_bytes part = ykt_bytes(text.data, rows[i].len);
		struct hex mac = hex(rows[i].mac);
		uint8_t out[16];

		assert_status_why(crypto_cmac(c, &key, &part, 1, out), YKT_OK, rows[i].why);
		assert_true_why(memcmp(out, mac.data, 16) == 0, rows[i].why);
	}
}

/* GPC_SPE_014 4.1.5: label, separator, length, counter, host | card challenge. */
static void
test_cmac_derives_the_scp03_session_keys(void **state)
{
	static const struct {
		const char *name;
		const char *base;
		uint8_t label;
	} keys[] = {
		{ "S_ENC", "static_ENC", 0x04 },
		{ "S_MAC", "static_MAC", 0x06 },
		{ "S_RMAC", "static_MAC", 0x07 },
	};
	struct crypto *c = *state;
	json_t *root = vectors_load("scp.json");
	json_t *sessions = json_object_get(root, "scp03");
	size_t seen = 0;

	for (size_t i = 0; i < json_array_size(sessions); i++) {
		json_t *s = json_array_get(sessions, i);
		struct hex host = hex(vector_text(s, "host_challenge", NULL, NULL));
		struct hex answer = hex(vector_text(s, "initialize_update_response", NULL, NULL));

		for (size_t k = 0; k < YKT_ARRAY_LEN(keys); k++) {
			struct crypto_key base =
			    key_of(CRYPTO_AES, vector_text(s, keys[k].base, NULL, NULL));
			struct hex want =
			    hex(vector_text(s, "derived_session_keys", keys[k].name, NULL));
			uint8_t head[16] = { 0 };
			struct ykt_bytes parts[] = { YKT_BYTES(head), VIEW(host),
				ykt_bytes(answer.data + 13, 8) };
			uint8_t out[16];

			head[11] = keys[k].label;
			head[14] = 0x80;
			head[15] = 1;
			assert_status(crypto_cmac(c, &base, parts, 3, out), YKT_OK);
			assert_memory_equal(out, want.data, 16);
			seen++;
		}
	}
	assert_int_equal(seen, 9);
	json_decref(root);
}

static void
test_cmac_does_not_depend_on_the_cut(void **state)
{
	static const enum crypto_alg algs[] = { CRYPTO_AES, CRYPTO_SM4, CRYPTO_TDES2 };
	struct crypto *c = *state;
	uint8_t text[300];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 7);
	for (size_t a = 0; a < YKT_ARRAY_LEN(algs); a++) {
		struct crypto_key key = key_of(algs[a], "0123456789ABCDEFFEDCBA9876543210");

		for (size_t len = 120; len <= sizeof(text); len += 4) {
			struct ykt_bytes whole = ykt_bytes(text, len);
			uint8_t expected[16];
			uint8_t out[16];

			assert_status(crypto_cmac(c, &key, &whole, 1, expected), YKT_OK);
			for (size_t cut = 0; cut <= len; cut += 11) {
				struct ykt_bytes parts[] = { ykt_bytes_sub(whole, 0, cut),
					ykt_bytes_sub(whole, cut, len) };

				assert_status(crypto_cmac(c, &key, parts, 2, out), YKT_OK);
				assert_memory_equal(out, expected, 16);
			}
		}
	}
}

static void
test_cmac_refuses_single_des_and_odd_keys(void **state)
{
	static const struct crypto_key keys[] = {
		{ CRYPTO_DES, 8, { 0 } },
		{ CRYPTO_AES, 17, { 0 } },
		{ CRYPTO_TDES2, 8, { 0 } },
		{ (enum crypto_alg)9, 16, { 0 } },
	};
	struct crypto *c = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(keys); i++) {
		uint8_t out[16] = { 0x5A };

		assert_status(crypto_cmac(c, &keys[i], NULL, 0, out), YKT_E_ARG);
		assert_int_equal(out[0], 0x5A);
	}
}

/* RFC 2104 written out, for keys shorter than, equal to and above a block. */
static void
test_hmac_is_the_nested_digest(void **state)
{
	static const size_t key_lens[] = { 0, 1, 32, 63, 64, 65, 200 };
	struct crypto *c = *state;
	uint8_t key[200];
	struct ykt_bytes text = ykt_bytes_str("what is sent");

	memset(key, 0xA7, sizeof(key));
	for (size_t i = 0; i < YKT_ARRAY_LEN(key_lens); i++) {
		struct ykt_bytes key_view = ykt_bytes(key, key_lens[i]);
		uint8_t short_key[64] = { 0 };
		uint8_t pad[64];
		uint8_t inner[32];
		struct ykt_bytes parts[] = { YKT_BYTES(pad), text };
		uint8_t expected[32];
		uint8_t out[32];

		if (key_lens[i] > 64)
			assert_status(crypto_sm3(c, &key_view, 1, short_key), YKT_OK);
		else
			memcpy(short_key, key, key_lens[i]);
		for (size_t k = 0; k < 64; k++)
			pad[k] = short_key[k] ^ 0x36;
		assert_status(crypto_sm3(c, parts, 2, inner), YKT_OK);
		for (size_t k = 0; k < 64; k++)
			pad[k] = short_key[k] ^ 0x5C;
		parts[1] = YKT_BYTES(inner);
		assert_status(crypto_sm3(c, parts, 2, expected), YKT_OK);
		assert_status(crypto_hmac_sm3(c, key_view, &text, 1, out), YKT_OK);
		assert_memory_equal(out, expected, 32);
	}
}

static void
test_kdf_is_the_counted_digest(void **state)
{
	struct crypto *c = *state;
	struct ykt_bytes secret = ykt_bytes_str("secret");
	struct ykt_bytes info = ykt_bytes_str("info");
	static const uint8_t one[] = { 0, 0, 0, 1 };
	static const uint8_t two[] = { 0, 0, 0, 2 };
	struct ykt_bytes first[] = { secret, YKT_BYTES(one), info };
	struct ykt_bytes second[] = { secret, YKT_BYTES(two), info };
	uint8_t expected[64];

	assert_status(crypto_sm3(c, first, 3, expected), YKT_OK);
	assert_status(crypto_sm3(c, second, 3, expected + 32), YKT_OK);
	for (size_t len = 1; len <= sizeof(expected); len++) {
		uint8_t out[65];

		memset(out, 0x5A, sizeof(out));
		assert_status(crypto_kdf_sm3(c, secret, info, out, len), YKT_OK);
		assert_memory_equal(out, expected, len);
		assert_int_equal(out[len], 0x5A);
	}
}

static void
test_kdf_refuses_lengths(void **state)
{
	struct crypto *c = *state;
	struct ykt_bytes secret = ykt_bytes_str("secret");
	struct ykt_bytes none = { NULL, 0 };
	uint8_t out[CRYPTO_KDF_MAX + 1] = { 0x5A };

	assert_status(crypto_kdf_sm3(c, secret, none, out, 0), YKT_E_ARG);
	assert_status(crypto_kdf_sm3(c, secret, none, out, CRYPTO_KDF_MAX + 1), YKT_E_ARG);
	assert_int_equal(out[0], 0x5A);
	assert_status(crypto_kdf_sm3(c, secret, none, out, CRYPTO_KDF_MAX), YKT_OK);
}

static void
test_padding_comes_back(void **state)
{
	(void)state;
	for (size_t block = 8; block <= 16; block += 8) {
		for (size_t len = 0; len <= 40; len++) {
			uint8_t data[64];
			struct ykt_buf buf = YKT_BUF(data);
			size_t got = 99;

			ykt_put_fill(&buf, 0x80, len);
			crypto_pad(&buf, block);
			assert_true(
			    buf.len % block == 0 && buf.len > len && buf.len <= len + block);
			assert_status(crypto_unpad(ykt_buf_view(&buf), block, &got), YKT_OK);
			assert_int_equal(got, len);
		}
	}
}

static void
test_padding_that_does_not_fit_adds_nothing(void **state)
{
	uint8_t data[15] = { 0 };
	struct ykt_buf buf = YKT_BUF(data);

	(void)state;
	ykt_put_fill(&buf, 1, 9);
	crypto_pad(&buf, 8);
	assert_true(buf.full);
	assert_int_equal(buf.len, 9);
}

static void
test_unpad_refuses(void **state)
{
	static const struct {
		const char *why;
		const char *text;
		size_t block;
	} rows[] = {
		{ "empty", "", 8 },
		{ "not whole blocks", "01020380000000", 8 },
		{ "one block of zeros", "0000000000000000", 8 },
		{ "80 in the block before", "00000000000000800000000000000000", 8 },
		{ "80 in the block before, all else right",
		    "8000000000000000"
		    "0000000000000000"
		    "0000000000000000"
		    "0000000000000000",
		    16 },
		{ "no zeros after 80", "0102030480000001", 8 },
		{ "81", "0102030481000000", 8 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex text = hex(rows[i].text);
		size_t len = 77;

		assert_status_why(
		    crypto_unpad(VIEW(text), rows[i].block, &len), YKT_E_FORMAT, rows[i].why);
		assert_int_equal(len, 77);
	}
	/* Each last byte but 80, and 00 with an 80 before it, is the same error. */
	for (unsigned last = 0; last < 256; last++) {
		uint8_t block[8] = { 1, 2, 3, 4, 5, 6, 7, (uint8_t)last };
		size_t len = 77;

		assert_status(
		    crypto_unpad(YKT_BYTES(block), 8, &len), last == 0x80 ? YKT_OK : YKT_E_FORMAT);
		assert_int_equal(len, last == 0x80 ? 7 : 77);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests_give_published_values),
		cmocka_unit_test(test_digest_of_nothing),
		cmocka_unit_test(test_cmac_gives_published_values),
		cmocka_unit_test(test_cmac_derives_the_scp03_session_keys),
		cmocka_unit_test(test_cmac_does_not_depend_on_the_cut),
		cmocka_unit_test(test_cmac_refuses_single_des_and_odd_keys),
		cmocka_unit_test(test_hmac_is_the_nested_digest),
		cmocka_unit_test(test_kdf_is_the_counted_digest),
		cmocka_unit_test(test_kdf_refuses_lengths),
		cmocka_unit_test(test_padding_comes_back),
		cmocka_unit_test(test_padding_that_does_not_fit_adds_nothing),
		cmocka_unit_test(test_unpad_refuses),
	};

	return cmocka_run_group_tests(tests, setup_crypto, teardown_crypto);
}
