/*
 * A build without test keys (meson configure -Dtest_keys=false): the key module,
 * the PSAM and the key files of ykt-se refuse what begins like one (T18). The
 * three files that decide it are compiled here as such a build compiles them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ykt/mem.h>

#include "crypto/core.h"
#include "keys/keys.h"
#include "se/psam.h"
#include "ykt-se/se_program.h"

#ifndef YKT_REFUSE_TEST_KEYS
#error this is the test of a build without test keys
#endif

static unsigned complaints;

void
se_complain(const char *format, ...)
{
	(void)format;
	complaints++;
}

static int64_t
no_time(void *ctx)
{
	(void)ctx;
	return 0;
}

static enum ykt_status
no_bytes(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 7, len);
	return YKT_OK;
}

static void
the_key_module_starts_with_no_test_root(void **state)
{
	static const struct ykt_clock clock = { NULL, no_time, no_time, NULL };
	static const struct ykt_random random = { NULL, no_bytes };
	static const struct ykt_store store = { 0 };
	struct keys_options options = {
		.env = { &clock, &random, &ykt_alloc_libc, NULL }, .store = &store, .city = "9901"
	};
	uint8_t *const roots[] = { options.roots.purchase, options.roots.load, options.roots.tac,
		options.roots.maintenance, options.roots.isd, options.roots.ssd, options.roots.psam,
		options.roots.ota_kic, options.roots.ota_kid, options.roots.ota_payload };
	struct keys *keys = NULL;

	(void)state;
	memset(&options.roots, 0x01, sizeof(options.roots));
	for (size_t i = 0; i < YKT_ARRAY_LEN(roots); i++) {
		memcpy(roots[i], "TEST-ROOT-KEY-01", KEYS_ROOT_LEN);
		assert_status(keys_new(&options, &keys), YKT_E_KEY);
		assert_null(keys);
		memset(roots[i], 0x5A, KEYS_ROOT_LEN);
	}
	options.ident.there = true;
	memcpy(options.ident.authority, "TEST-CA", sizeof("TEST-CA"));
	assert_status(keys_new(&options, &keys), YKT_E_KEY);
	assert_null(keys);
	memcpy(options.ident.authority, "CITY-CA", sizeof("CITY-CA"));
	assert_status(keys_new(&options, &keys), YKT_OK);
	keys_free(&keys);
}

struct memory {
	unsigned writes;
	uint8_t bytes[SE_PSAM_IMAGE_SIZE];
};

static enum ykt_status
memory_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	memcpy(out, ((struct memory *)ctx)->bytes + off, len);
	return YKT_OK;
}

static enum ykt_status
memory_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	memcpy(((struct memory *)ctx)->bytes + off, data, len);
	((struct memory *)ctx)->writes++;
	return YKT_OK;
}

static void
no_psam_is_made_under_the_test_transport_key(void **state)
{
	static const uint8_t own[SE_PSAM_TRANSPORT_LEN] = { 0x11 };
	static struct memory memory;
	const struct ykt_nvm nvm = { &memory, SE_PSAM_IMAGE_SIZE, memory_read, memory_write };

	(void)state;
	assert_status(se_psam_format(&nvm, (const uint8_t *)SE_PSAM_TEST_TRANSPORT), YKT_E_KEY);
	assert_int_equal(memory.writes, 0);
	assert_status(se_psam_format(&nvm, own), YKT_OK);
}

/* One made by a build with test keys: it does not work here. */
static void
no_psam_boots_under_the_test_transport_key(void **state)
{
	static const uint8_t own[SE_PSAM_TRANSPORT_LEN] = { 0x11 };
	static struct memory memory;
	static struct se_psam psam;
	const struct ykt_nvm nvm = { &memory, SE_PSAM_IMAGE_SIZE, memory_read, memory_write };
	struct crypto *crypto = NULL;
	uint8_t *key = NULL;

	(void)state;
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &crypto), YKT_OK);
	assert_status(se_psam_format(&nvm, own), YKT_OK);
	assert_status(se_psam_boot(&psam, &nvm, crypto), YKT_OK);
	for (size_t i = 0; i + sizeof(own) <= sizeof(memory.bytes) && key == NULL; i++)
		if (memcmp(memory.bytes + i, own, sizeof(own)) == 0)
			key = memory.bytes + i;
	assert_non_null(key);
	memcpy(key, SE_PSAM_TEST_TRANSPORT, sizeof(own));
	/* Its sum too, as the other build would have written it. */
	ykt_set_u64(
	    memory.bytes + SE_HOME_IN + SE_SUMS_OFF, se_page_sum(memory.bytes + SE_HOME_IN, 0));
	memory.writes = 0;
	assert_status(se_psam_boot(&psam, &nvm, crypto), YKT_E_KEY);
	assert_int_equal(memory.writes, 0);
	crypto_free(&crypto);
}

static void
no_card_is_made_with_the_test_root(void **state)
{
	char path[] = "ykt-release-XXXXXX";
	uint8_t key[SE_ROOT_LEN];
	int fd = mkstemp(path);
	FILE *file;

	(void)state;
	assert_true(fd >= 0);
	memset(key, 0x5A, sizeof(key));
	/* The one that is built in. */
	assert_status(se_keyfile_read(NULL, "isd", SE_TEST_ISD_ROOT, key), YKT_E_KEY);
	/* One in a file, and a good one there. */
	assert_int_equal(fchmod(fd, 0600), 0);
	file = fdopen(fd, "w");
	assert_non_null(file);
	fputs("isd = 544553542D4953442D524F4F542D3031\nown = 101112131415161718191A1B1C1D1E1F\n",
	    file);
	assert_int_equal(fclose(file), 0);
	assert_status(se_keyfile_read(path, "isd", SE_TEST_ISD_ROOT, key), YKT_E_KEY);
	assert_int_equal(complaints, 2);
	for (size_t i = 0; i < sizeof(key); i++)
		assert_int_equal(key[i], 0x5A);
	assert_status(se_keyfile_read(path, "own", SE_TEST_ISD_ROOT, key), YKT_OK);
	assert_int_equal(key[0], 0x10);
	(void)unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_key_module_starts_with_no_test_root),
		cmocka_unit_test(no_psam_is_made_under_the_test_transport_key),
		cmocka_unit_test(no_psam_boots_under_the_test_transport_key),
		cmocka_unit_test(no_card_is_made_with_the_test_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
