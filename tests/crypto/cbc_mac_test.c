/*
 * The MACs of the purse, on its vectors and against CBC written out, on every
 * length around their buffers. Built once with each backend.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto_test.h"

/* The purse's raw values: session keys, MAC1 of a load, TAC key. */
static void
test_des_cbc_mac_gives_purse_values(void **state)
{
	struct crypto *c = *state;
	json_t *root = vectors_load("purse_3des.json");
	json_t *set = json_object_get(root, "set");
	json_t *load = json_object_get(set, "load");
	json_t *keys = json_object_get(set, "keys");
	struct crypto_key dlk = key_of(CRYPTO_TDES2, vector_text(keys, "DLK", "card_key", NULL));
	struct hex want_key = hex(vector_text(load, "session_key", NULL, NULL));
	struct hex want_mac = hex(vector_text(load, "MAC1", NULL, NULL));
	static const uint8_t iv[8];
	uint8_t session[8];
	uint8_t mac[8];
	char text[128];
	struct hex in;

	(void)snprintf(text, sizeof(text), "%s%s8000", vector_text(load, "rand", NULL, NULL),
	    vector_text(load, "online_seq", NULL, NULL));
	in = hex(text);
	assert_status(crypto_ecb_encrypt(c, &dlk, VIEW(in), session), YKT_OK);
	assert_memory_equal(session, want_key.data, 8);

	(void)snprintf(text, sizeof(text), "%s%s%s%s", vector_text(load, "balance", NULL, NULL),
	    vector_text(load, "amount", NULL, NULL), vector_text(load, "type", NULL, NULL),
	    vector_text(load, "terminal", NULL, NULL));
	in = hex(text);
	assert_status(crypto_des_cbc_mac(c, session, iv, VIEW(in), mac), YKT_OK);
	assert_memory_equal(mac, want_mac.data, 4);
	json_decref(root);
}

static void
test_retail_mac_gives_purse_values(void **state)
{
	struct crypto *c = *state;
	json_t *root = vectors_load("purse_3des.json");
	json_t *set = json_object_get(root, "set");
	struct hex key = hex(vector_text(set, "keys", "DAMK", "card_key"));
	struct hex block = hex(vector_text(set, "app_block", "mac_input", NULL));
	struct hex block_mac = hex(vector_text(set, "app_block", "MAC", NULL));
	struct hex update = hex(vector_text(set, "secure_messaging", "mac_input", NULL));
	struct hex update_mac = hex(vector_text(set, "secure_messaging", "MAC", NULL));
	struct hex iv = hex("5566778800000000");
	uint8_t out[8];

	assert_status(crypto_retail_mac(c, key.data, iv.data, VIEW(block), out), YKT_OK);
	assert_memory_equal(out, block_mac.data, 4);
	assert_status(crypto_retail_mac(c, key.data, iv.data, VIEW(update), out), YKT_OK);
	assert_memory_equal(out, update_mac.data, 4);
	json_decref(root);
}

static void
test_sm4_cbc_mac_gives_the_example(void **state)
{
	struct crypto *c = *state;
	json_t *root = vectors_load("purse_sm4.json");
	json_t *set = json_object_get(root, "UNCONFIRMED_layout_examples");
	struct hex key = hex(vector_text(set, "session_key", NULL, NULL));
	struct hex mac = hex(vector_text(set, "mac_of_000000C8", NULL, NULL));
	struct hex text = hex("000000C8");
	static const uint8_t iv[16];
	uint8_t out[16];

	assert_status(crypto_sm4_cbc_mac(c, key.data, iv, VIEW(text), out), YKT_OK);
	assert_memory_equal(out, mac.data, 4);
	json_decref(root);
}

/* Against CBC over text that was padded by hand, at all lengths around a chunk. */
static void
test_cbc_macs_are_the_last_block_of_cbc(void **state)
{
	struct crypto *c = *state;
	struct crypto_key des = key_of(CRYPTO_DES, "133457799BBCDFF1");
	struct crypto_key sm4 = key_of(CRYPTO_SM4, "0123456789ABCDEFFEDCBA9876543210");
	struct hex iv = hex("00112233445566778899AABBCCDDEEFF");
	uint8_t text[300];

	for (size_t len = 0; len < 280; len++) {
		struct ykt_buf padded = YKT_BUF(text);
		uint8_t chain[300];
		uint8_t out[16];

		ykt_put_fill(&padded, (uint8_t)len, len);
		crypto_pad(&padded, 8);
		assert_status(
		    crypto_cbc_encrypt(c, &des, iv.data, ykt_bytes(padded.data, padded.len), chain),
		    YKT_OK);
		assert_status(
		    crypto_des_cbc_mac(c, des.bytes, iv.data, ykt_bytes(text, len), out), YKT_OK);
		assert_memory_equal(out, chain + padded.len - 8, 8);

		padded.len = len;
		crypto_pad(&padded, 16);
		assert_status(
		    crypto_cbc_encrypt(c, &sm4, iv.data, ykt_bytes(padded.data, padded.len), chain),
		    YKT_OK);
		assert_status(
		    crypto_sm4_cbc_mac(c, sm4.bytes, iv.data, ykt_bytes(text, len), out), YKT_OK);
		assert_memory_equal(out, chain + padded.len - 16, 16);
	}
}

/* One key set-up for two gives what each gets alone, at all lengths around a chunk. */
static void
test_a_pair_is_two_macs(void **state)
{
	static const size_t lens[] = { 0, 1, 7, 8, 15, 16, 17, 127, 128, 129, 255, 256, 279 };
	struct crypto *c = *state;
	struct crypto_key des = key_of(CRYPTO_DES, "133457799BBCDFF1");
	struct crypto_key sm4 = key_of(CRYPTO_SM4, "0123456789ABCDEFFEDCBA9876543210");
	static const uint8_t zero[16];
	uint8_t text[2][300];

	memset(text[0], 0x31, sizeof(text[0]));
	memset(text[1], 0x92, sizeof(text[1]));
	for (size_t i = 0; i < YKT_ARRAY_LEN(lens) * YKT_ARRAY_LEN(lens); i++) {
		const struct ykt_bytes data[2] = {
			ykt_bytes(text[0], lens[i / YKT_ARRAY_LEN(lens)]),
			ykt_bytes(text[1], lens[i % YKT_ARRAY_LEN(lens)]),
		};
		uint8_t out[2][CRYPTO_BLOCK_MAX];
		uint8_t want[16];

		assert_status(crypto_cbc_mac_pair(c, &des, data, out), YKT_OK);
		for (size_t j = 0; j < 2; j++) {
			assert_status(
			    crypto_des_cbc_mac(c, des.bytes, zero, data[j], want), YKT_OK);
			assert_memory_equal(out[j], want, 8);
			assert_memory_equal(out[j] + 8, zero, 8);
		}
		assert_status(crypto_cbc_mac_pair(c, &sm4, data, out), YKT_OK);
		for (size_t j = 0; j < 2; j++) {
			assert_status(
			    crypto_sm4_cbc_mac(c, sm4.bytes, zero, data[j], want), YKT_OK);
			assert_memory_equal(out[j], want, 16);
		}
	}
}

static void
test_a_pair_refuses_a_key_that_does_not_fit(void **state)
{
	static const uint8_t untouched[2][CRYPTO_BLOCK_MAX];
	const struct crypto_key key = { .alg = CRYPTO_DES, .len = 16 };
	const struct ykt_bytes data[2] = { 0 };
	uint8_t out[2][CRYPTO_BLOCK_MAX] = { 0 };

	assert_status(crypto_cbc_mac_pair(*state, &key, data, out), YKT_E_ARG);
	assert_memory_equal(out, untouched, sizeof(out));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_des_cbc_mac_gives_purse_values),
		cmocka_unit_test(test_retail_mac_gives_purse_values),
		cmocka_unit_test(test_sm4_cbc_mac_gives_the_example),
		cmocka_unit_test(test_cbc_macs_are_the_last_block_of_cbc),
		cmocka_unit_test(test_a_pair_is_two_macs),
		cmocka_unit_test(test_a_pair_refuses_a_key_that_does_not_fit),
	};

	return cmocka_run_group_tests(tests, setup_crypto, teardown_crypto);
}
