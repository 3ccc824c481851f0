/*
 * ykt_host_open: options that are none make no folder and name what is to blame.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>
#include <sys/stat.h>

#include <ykt/host.h>

#include "check.h"

#define FOLDER "ykt-embed-options"

static void
test_a_caller_is_a_hash(void **state)
{
	static const uint8_t hash[64];
	struct ykt_host_options options = {
		.platform = "https://127.0.0.1:1",
		.tsm = "https://127.0.0.1:1",
		.psp = "https://127.0.0.1:1",
		.ca_file = "nowhere.pem",
		.state_folder = FOLDER,
		.se_address = "socket:x",
	};
	struct stat info;

	(void)state;
	for (size_t len = 1; len <= sizeof(hash); len++) {
		struct ykt_host *host = NULL;
		const char *what = NULL;

		if (len == 20 || len == 32)
			continue;
		options.se_caller = ykt_bytes(hash, len);
		assert_status(ykt_host_open(&options, &host, &what), YKT_E_ARG);
		assert_string_equal(what, "se_caller");
		assert_null(host);
		assert_int_not_equal(stat(FOLDER, &info), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_a_caller_is_a_hash) };

	return cmocka_run_group_tests_name("embed: options", tests, NULL, NULL);
}
