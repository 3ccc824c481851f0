/*
 * What the platform forgets, and when (docs/data-life-cycle.md).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "wallets.h"

#define DAY_MS INT64_C(86400000)

static const struct wire_report report = { .version = "1.2.3", .findings = YKT_FINDING_ROOT };

/* A user of whom there is a row in each table that has people in it for a while. */
static struct bench *
ready(void)
{
	struct wire_otp_send_req otp = { .phone = BENCH_PHONE2, .purpose = "register" };
	struct wire_otp_send_rsp sent;
	struct bench *b;

	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	b->report = &report;
	assert_int_equal(bench_login(b, BENCH_PHONE, "not it"), 401);
	assert_int_equal(bench_login(b, BENCH_PHONE2, "not it"), 401);
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(bench_ask_open(b, "otp.send", &otp, &sent), 200);

	return b;
}

static void
test_what_is_forgotten_in_time(void **state)
{
	static const struct {
		const char *sql;
		int64_t
		    after_ms; /* kept a minute before, gone a minute after; and the house's round */
	} rows[] = {
		{ "SELECT COUNT(*) FROM open_nonce", 21 * 60000 },
		{ "SELECT COUNT(*) FROM session", 5 * 60000 },
		{ "SELECT COUNT(*) FROM login_wait", DAY_MS },
		{ "SELECT COUNT(*) FROM otp", DAY_MS },
		{ "SELECT COUNT(*) FROM risk_log", 180 * DAY_MS },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct bench *b = ready();
		unsigned done;

		assert_true(bench_number(b, rows[i].sql) > 0);
		b->now_ms += rows[i].after_ms - 60000;
		assert_status(platform_tick(b->w, &done), YKT_OK);
		assert_true_why(bench_number(b, rows[i].sql) > 0, rows[i].sql);
		b->now_ms += 12 * 60000;
		assert_status(platform_tick(b->w, &done), YKT_OK);
		assert_true_why(bench_number(b, rows[i].sql) == 0, rows[i].sql);
		assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM user"), 1);
		bench_close(&b);
	}
}

static void
test_a_closed_account_names_nobody(void **state)
{
	static const char *const people[] = {
		"SELECT COUNT(*) FROM user WHERE phone = '" BENCH_PHONE "' OR name <> '' OR"
		" verifier <> '' OR length(se_id) <> 0 OR tester <> 0",
		"SELECT COUNT(*) FROM pin",
		"SELECT COUNT(*) FROM session",
		"SELECT COUNT(*) FROM login_wait WHERE phone = '" BENCH_PHONE "'",
		"SELECT COUNT(*) FROM otp WHERE phone = '" BENCH_PHONE "'",
	};
	const struct wire_user_close_req close = { .password = BENCH_PASS };
	struct bench *b = ready();
	struct wire_empty empty;

	(void)state;
	assert_int_equal(wallet_pin(b, WALLET_PIN), 200);
	assert_status(bench_sql(b, "UPDATE user SET tester = 1"), YKT_OK);
	assert_true(bench_number(b, people[0]) == 1 && bench_number(b, people[1]) == 1);
	assert_int_equal(bench_ask(b, "user.close", NULL, &close, &empty), 200);
	for (size_t i = 0; i < YKT_ARRAY_LEN(people); i++)
		assert_true_why(bench_number(b, people[i]) == 0, people[i]);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_forgotten_in_time),
		cmocka_unit_test(test_a_closed_account_names_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
