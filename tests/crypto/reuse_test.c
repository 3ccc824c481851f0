/*
 * A handle in use allocates nothing for ciphers and their MACs, one state for a
 * digest, and gives its memory back whole, also when making it fails.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto_test.h"

#include <stdlib.h>

#include <openssl/crypto.h>

static size_t library_allocations;

static void *
counting_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	library_allocations++;
	return malloc(size);
}

static void *
counting_realloc(void *p, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	library_allocations++;
	return realloc(p, size);
}

static void
plain_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

static void
use_ciphers(struct crypto *c)
{
	static const uint8_t bytes[64] = { 1, 2, 3 };
	static const enum crypto_alg algs[] = { CRYPTO_DES, CRYPTO_TDES2, CRYPTO_AES, CRYPTO_SM4 };
	struct ykt_bytes all = YKT_BYTES(bytes);
	uint8_t out[64];

	for (size_t i = 0; i < YKT_ARRAY_LEN(algs); i++) {
		struct crypto_key key = { .alg = algs[i], .len = 16 };

		if (key.alg == CRYPTO_DES)
			key.len = 8;
		assert_status(crypto_ecb_encrypt(c, &key, all, out), YKT_OK);
		assert_status(crypto_ecb_decrypt(c, &key, all, out), YKT_OK);
		assert_status(crypto_cbc_encrypt(c, &key, bytes, all, out), YKT_OK);
		assert_status(crypto_cbc_decrypt(c, &key, bytes, all, out), YKT_OK);
		if (key.alg != CRYPTO_DES)
			assert_status(crypto_cmac(c, &key, &all, 1, out), YKT_OK);
	}
	assert_status(crypto_sm4_ctr(c, bytes, bytes, all, out), YKT_OK);
	assert_status(crypto_des_cbc_mac(c, bytes, bytes, all, out), YKT_OK);
	assert_status(crypto_retail_mac(c, bytes, bytes, all, out), YKT_OK);
	assert_status(crypto_sm4_cbc_mac(c, bytes, bytes, all, out), YKT_OK);
}

static void
use_digests(struct crypto *c)
{
	static const uint8_t bytes[64] = { 1, 2, 3 };
	struct ykt_bytes all = YKT_BYTES(bytes);
	uint8_t out[64];

	assert_status(crypto_sm3(c, &all, 1, out), YKT_OK);
	assert_status(crypto_sha256(c, &all, 1, out), YKT_OK);
	assert_status(crypto_hmac_sm3(c, all, &all, 1, out), YKT_OK);
	assert_status(crypto_kdf_sm3(c, all, all, out, sizeof(out)), YKT_OK);
}

static void
test_a_used_handle_allocates_nothing(void **state)
{
	struct crypto *c = NULL;
	size_t before;

	(void)state;
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &c), YKT_OK);
	use_ciphers(c);
	before = library_allocations;
	assert_true(before > 0);
	for (int i = 0; i < 10; i++)
		use_ciphers(c);
	assert_int_equal(library_allocations, before);
	/* Six digests: one each, two for HMAC, two for 64 derived bytes. */
	use_digests(c);
	assert_true(library_allocations - before <= 6);
	crypto_free(&c);
}

struct counted {
	int left; /* the one that fails, counted down */
	int held;
};

static void *
counted_get(void *ctx, size_t size)
{
	struct counted *counted = ctx;

	if (counted->left-- == 0)
		return NULL;
	counted->held++;
	return calloc(1, size);
}

static void
counted_put(void *ctx, void *p, size_t size)
{
	struct counted *counted = ctx;

	(void)size;
	counted->held--;
	free(p);
}

static void
test_new_fails_cleanly_without_memory(void **state)
{
	enum ykt_status status = YKT_E_NOMEM;
	int failures = 0;

	(void)state;
	for (int n = 0; status != YKT_OK; n++) {
		struct counted counted = { .left = n };
		struct ykt_alloc alloc = { &counted, counted_get, counted_put };
		struct crypto *c = NULL;

		status = crypto_new(&alloc, NULL, &c);
		if (status != YKT_OK) {
			assert_status(status, YKT_E_NOMEM);
			assert_null(c);
			failures++;
		}
		crypto_free(&c);
		assert_int_equal(counted.held, 0);
	}
	assert_true(failures >= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_used_handle_allocates_nothing),
		cmocka_unit_test(test_new_fails_cleanly_without_memory),
	};

	if (CRYPTO_set_mem_functions(counting_malloc, counting_realloc, plain_free) != 1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
