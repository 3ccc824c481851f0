/*
 * What the client's command lines take: a line that is wrong opens no client.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "cli_check.h"

#include "cli/client_cmd.h"

static unsigned opened;

/* There is no client here; that it is asked for says that the line was good. */
static enum ykt_status
open_none(void *ctx, const char *config, enum ykt_profile profile, FILE *err,
    const struct ykt_ui *ui, struct ykt_client **ret_client, const char **ret_sms_sink)
{
	(void)ctx;
	(void)config;
	(void)profile;
	(void)err;
	(void)ui;
	(void)ret_client;
	(void)ret_sms_sink;
	opened++;
	return YKT_E_FILE;
}

static void
close_none(void *ctx)
{
	(void)ctx;
}

static void
check_lines(const char *const *lines, size_t count, int code)
{
	static struct run run;
	struct client_app app = { .open = open_none, .close = close_none };

	for (size_t i = 0; i < count; i++) {
		run.cli.app = &app;
		opened = 0;
		assert_int_equal(run_command(&run, lines[i], ""), code);
		assert_int_equal(opened, code == CLI_USAGE ? 0 : 1);
	}
}

static void
test_days_of_records(void **state)
{
	static const char *const good[] = { "records", "records --from 2026-11-23",
		"records --to 2026-11-23", "records --from 2026-11-01 --to 2026-11-30",
		"records --from 2024-02-29" };
	static const char *const bad[] = { "records --from", "records --from 2026-11-31",
		"records --from 2025-02-29", "records --from 2026-1-01", "records --to 20261123",
		"records --to 2026-11-23x", "records --to -026-11-23", "records --to 2026-00-10",
		"records --to tomorrow", "records 2026-11-23", "topup --from 2026-11-23 5" };

	(void)state;
	check_lines(good, YKT_ARRAY_LEN(good), CLI_FAILED);
	check_lines(bad, YKT_ARRAY_LEN(bad), CLI_USAGE);
}

static void
test_accounts(void **state)
{
	static const char *const good[] = { "bind", "accounts", "unbind 1114", "unbind default",
		"bind card", "bind card --card 1234", "unbind card", "unbind card --card 1234",
		"unbind 0123456789abcdef0123456789abcdef", "topup --from 1114 50", "withdraw 50",
		"withdraw --to 1114 50", "withdraw --to default 50.00",
		"wallet topup --from default 50", "open --from 1114" };
	static const char *const bad[] = { "bind 6200000000000011114", "accounts 1114", "unbind",
		"unbind 6200000000000011114", "unbind 114", "unbind 1114 1115", "bind card 1234",
		"unbind card 1234", "withdraw", "withdraw 1.005", "withdraw --to 114 50",
		"withdraw 50 1114", "withdraw --from 1114 50", "withdraw --to 2026-11-23 50",
		"wallet --from 1114", "topup --from 6200000000000011114 50", "topup --from",
		"pay --from 1114 x" };

	(void)state;
	check_lines(good, YKT_ARRAY_LEN(good), CLI_FAILED);
	check_lines(bad, YKT_ARRAY_LEN(bad), CLI_USAGE);
}

/* What is wrong with it stands before the usage. */
static void
test_why_an_account_is_none(void **state)
{
	static const char *const lines[] = { "topup --from x 50", "wallet topup --from 114 50",
		"open --from 6200000000000011114", "unbind x" };
	struct client_app app = { .open = open_none, .close = close_none };
	static struct run run;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(lines); i++) {
		run.cli.app = &app;
		assert_int_equal(run_command(&run, lines[i], ""), CLI_USAGE);
		assert_non_null(strstr(run.err, "not an account: four digits"));
		assert_non_null(strstr(run.err, "usage: ykt "));
		assert_string_equal(run.out, "");
	}
	/* Another fault is not this one. */
	run.cli.app = &app;
	assert_int_equal(run_command(&run, "topup --from 1114 x", ""), CLI_USAGE);
	assert_null(strstr(run.err, "not an account"));
	assert_non_null(strstr(run.err, "not an amount"));
}

/* Half a command says what its other half may be. */
static void
test_first_words(void **state)
{
	static const char *const halves[] = { "move", "move sideways", "move --card 1" };
	struct client_app app = { .open = open_none, .close = close_none };
	static struct run run;

	(void)state;
	check_lines(halves, YKT_ARRAY_LEN(halves), CLI_USAGE);
	run.cli.app = &app;
	assert_int_equal(run_command(&run, "move", ""), CLI_USAGE);
	assert_non_null(strstr(run.err, "usage: ykt move out"));
	assert_non_null(strstr(run.err, "usage: ykt move in"));
	assert_null(strstr(run.err, "usage: ykt login"));
	assert_string_equal(run.out, "");
	run.cli.app = &app;
	assert_int_equal(run_command(&run, "move --help", ""), CLI_OK);
	assert_non_null(strstr(run.out, "usage: ykt move in"));
	assert_string_equal(run.err, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days_of_records),
		cmocka_unit_test(test_accounts),
		cmocka_unit_test(test_why_an_account_is_none),
		cmocka_unit_test(test_first_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
