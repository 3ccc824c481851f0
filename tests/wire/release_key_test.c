/*
 * A build that refuses test keys pins none of them (T18). Compiled with the
 * reader of key lines in it, whatever the tree's own option is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/mem.h>

#include "crypto/core.h"
#include "wire/release.h"
#include "wire_test.h"

#ifndef YKT_REFUSE_TEST_KEYS
#error "this test is for a build that refuses test keys"
#endif

static void
test_only_test_keys_are_refused(void **state)
{
	static const struct {
		const char *name;
		enum ykt_status status;
	} rows[] = {
		{ "TEST", YKT_E_KEY },
		{ "TEST-release", YKT_E_KEY },
		{ "TESTING", YKT_E_KEY },
		{ "release", YKT_OK },
		{ "my-TEST", YKT_OK },
	};
	struct wire_release_key key = { .name = "" }, got = { .name = "kept" };
	struct crypto *c = NULL;
	struct crypto_sm2_key pair;
	uint8_t d[32];
	char line[WIRE_RELEASE_KEY_LINE_MAX];

	(void)state;
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &c), YKT_OK);
	memcpy(d, "TEST release key, not for use!!!", sizeof(d));
	assert_status(crypto_sm2_key_set(c, d, &pair), YKT_OK);
	key.pub = pair.pub;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		strcpy(key.name, rows[i].name);
		wire_release_key_line(&key, line);
		assert_status_why(wire_release_key_read(c, ykt_bytes_str(line), &got),
		    rows[i].status, rows[i].name);
		assert_string_equal(got.name, rows[i].status == YKT_OK ? rows[i].name : "kept");
	}
	crypto_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_only_test_keys_are_refused) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
