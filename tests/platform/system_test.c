/*
 * The least version of the operating system under a client (MASVS CODE-1): by policy
 * recorded, told, limited or refused; a version that is none or is not said is a
 * finding of its own; what was begun goes on, and a refusal changes nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/admin.h"
#include "wallets.h"

#define OLD     6 /* position of WIRE_FINDING_SYSTEM_OLD */
#define UNKNOWN 7

static const struct platform_system systems[] = { { "debian", "12" }, { "android", "13.0.1" } };
static struct wire_report report;

static void
runs_on(struct bench *b, const char *name, const char *version)
{
	report = (struct wire_report){ .version = "1.2.3" };
	strcpy(report.system.name, name);
	strcpy(report.system.version, version);
	b->report = &report;
}

static struct bench *
ready(enum platform_risk old, enum platform_risk unknown)
{
	struct bench *b;

	bench_open(&b);
	b->options.systems = systems;
	b->options.system_count = YKT_ARRAY_LEN(systems);
	b->options.settings.risk[OLD] = old;
	b->options.settings.risk[UNKNOWN] = unknown;
	bench_restart(b);
	runs_on(b, "debian", "12");
	bench_register(b, BENCH_PHONE);

	return b;
}

static int
order_wallet(struct bench *b, const char *idem, int64_t amount)
{
	const struct wire_order_wallet_req req = { .amount_fen = amount };
	struct wire_order order;

	return bench_ask(b, "order.wallet", idem, &req, &order);
}

static void
test_which_systems_are_refused(void **state)
{
	static const struct {
		const char *name, *version;
		unsigned finding;
	} rows[] = {
		{ "debian", "12", 0 },
		{ "debian", "12.0.0", 0 },
		{ "debian", "13", 0 },
		{ "android", "13.0.1", 0 },
		{ "debian", "11", WIRE_FINDING_SYSTEM_OLD },
		{ "debian", "11.99", WIRE_FINDING_SYSTEM_OLD },
		{ "android", "13", WIRE_FINDING_SYSTEM_OLD },
		{ "debian", "", WIRE_FINDING_SYSTEM_UNKNOWN },
		{ "debian", "trixie/sid", WIRE_FINDING_SYSTEM_UNKNOWN },
		{ "debian", "12-1", WIRE_FINDING_SYSTEM_UNKNOWN },
		{ "debian", "99999", WIRE_FINDING_SYSTEM_UNKNOWN },
		{ "Debian", "12", WIRE_FINDING_SYSTEM_UNKNOWN },
		{ "windows", "11", WIRE_FINDING_SYSTEM_UNKNOWN },
		{ "", "", WIRE_FINDING_SYSTEM_UNKNOWN },
	};
	struct bench *b = ready(PLATFORM_RISK_REFUSE, PLATFORM_RISK_REFUSE);
	int64_t orders = 0, logged = 0;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		bool refused = rows[i].finding != 0;

		runs_on(b, rows[i].name, rows[i].version);
		assert_int_equal(order_wallet(b, bench_idem(b), 100), refused ? 426 : 200);
		if (refused)
			assert_string_equal(b->error.error, WIRE_ERR_SYSTEM);
		orders += refused ? 0 : 1;
		logged += refused ? 1 : 0;
		assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), orders);
		assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM risk_log"), logged);
		if (refused)
			assert_int_equal(bench_number(b, "SELECT findings FROM risk_log ORDER BY id"
							 " DESC LIMIT 1"),
			    rows[i].finding);
	}
	/* Silence of old clients, whose report is not there at all. */
	b->report = NULL;
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 426);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), orders);
	assert_int_equal(
	    bench_number(b, "SELECT COUNT(*) FROM risk_log WHERE verdict = 'system'"), logged + 1);
	bench_check_books(b);
	bench_close(&b);
}

static struct wire_user_login_rsp
login(struct bench *b)
{
	struct wire_user_login_req req = {
		.phone = BENCH_PHONE, .password = BENCH_PASS, .client_version = "1.2.3"
	};
	struct wire_user_login_rsp rsp;

	assert_int_equal(bench_ask_open(b, "user.login", &req, &rsp), 200);

	return rsp;
}

/* Recorded, told, limited, refused: what each does to login and to money. */
static void
test_each_policy(void **state)
{
	static const struct {
		enum platform_risk action;
		bool told;
		int small, large; /* codes for 100 fen, and for more than risk_limit_fen */
	} rows[] = {
		{ PLATFORM_RISK_ALLOW, false, 200, 200 },
		{ PLATFORM_RISK_TELL, true, 200, 200 },
		{ PLATFORM_RISK_DEFAULT, true, 200, 200 },
		{ PLATFORM_RISK_LIMIT, true, 200, 412 },
		{ PLATFORM_RISK_REFUSE, true, 426, 426 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct bench *b = ready(rows[i].action, PLATFORM_RISK_DEFAULT);
		struct wire_user_login_rsp rsp;

		runs_on(b, "debian", "11");
		rsp = login(b);
		assert_int_equal(rsp.has_advice, rows[i].told);
		assert_string_equal(rsp.advice, rows[i].told ? "system_old" : "");
		assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
		assert_int_equal(order_wallet(b, bench_idem(b), 100), rows[i].small);
		assert_int_equal(order_wallet(b, bench_idem(b), 5001), rows[i].large);
		/* Two logins and two orders, told or not, are on record. */
		assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM risk_log WHERE"
						 " findings = 64 AND system = 'debian 11'"),
		    4);
		runs_on(b, "debian", "12");
		rsp = login(b);
		assert_false(rsp.has_advice);
		/* Not listed, and by itself recorded only. */
		runs_on(b, "windows", "11");
		rsp = login(b);
		assert_false(rsp.has_advice);
		assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM risk_log WHERE"
						 " findings = 128 AND system = 'windows 11'"),
		    1);
		bench_close(&b);
	}
}

/* Two reasons at once: the program's own is told first, and both are recorded. */
static void
test_the_programs_own_findings_come_first(void **state)
{
	struct bench *b = ready(PLATFORM_RISK_REFUSE, PLATFORM_RISK_TELL);

	(void)state;
	runs_on(b, "debian", "11");
	report.findings = YKT_FINDING_DEBUGGER;
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 412);
	assert_string_equal(b->error.error, WIRE_ERR_RISK);
	assert_int_equal(bench_number(b, "SELECT findings FROM risk_log"),
	    YKT_FINDING_DEBUGGER | WIRE_FINDING_SYSTEM_OLD);
	/* A client cannot say these of itself, nor deny them. */
	runs_on(b, "debian", "12");
	report.findings = WIRE_FINDING_SYSTEM_OLD;
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 200);
	assert_int_equal(bench_number(b, "SELECT findings FROM risk_log ORDER BY id DESC LIMIT 1"),
	    YKT_FINDING_UNKNOWN);
	bench_close(&b);
}

/* A repeat of what was begun, and what finishes it, go on under a refused system. */
static void
test_begun_money_goes_on(void **state)
{
	struct bench *b = ready(PLATFORM_RISK_REFUSE, PLATFORM_RISK_REFUSE);
	struct wire_order order;
	char card_no[21], idem[33];

	(void)state;
	strcpy(idem, bench_idem(b));
	assert_int_equal(order_wallet(b, idem, 100), 200);
	order = bench_card(b, card_no);
	runs_on(b, "debian", "11");
	assert_int_equal(order_wallet(b, idem, 100), 200);
	bench_load_whole(b, order.order_id);
	order = bench_order(b, order.order_id);
	assert_string_equal(order.state, "loaded");
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 426);
	bench_check_books(b);
	bench_close(&b);
}

static void
test_nothing_is_asked_without_a_list(void **state)
{
	struct bench *b;

	(void)state;
	bench_open(&b);
	b->options.settings.risk[OLD] = PLATFORM_RISK_REFUSE;
	b->options.settings.risk[UNKNOWN] = PLATFORM_RISK_REFUSE;
	bench_restart(b);
	bench_register(b, BENCH_PHONE);
	runs_on(b, "debian", "1");
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 200);
	b->report = NULL;
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 200);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM risk_log"), 0);
	bench_close(&b);
}

static void
test_lists_that_cannot_be(void **state)
{
	static const struct platform_system bad[][2] = {
		{ { "Debian", "12" }, { "a", "1" } },
		{ { "", "12" }, { "a", "1" } },
		{ { NULL, "12" }, { "a", "1" } },
		{ { "debian", NULL }, { "a", "1" } },
		{ { "debian", "" }, { "a", "1" } },
		{ { "debian", "twelve" }, { "a", "1" } },
		{ { "debian", "12" }, { "debian", "13" } },
	};
	struct platform *p = NULL;
	struct platform_options options;
	struct bench *b;

	(void)state;
	bench_open(&b);
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		options = b->options;
		options.systems = bad[i];
		options.system_count = 2;
		assert_status(platform_new(&options, &p), YKT_E_ARG);
	}
	options = b->options;
	options.system_count = 1;
	assert_status(platform_new(&options, &p), YKT_E_ARG);
	options.systems = systems;
	options.system_count = PLATFORM_SYSTEMS_MAX + 1;
	assert_status(platform_new(&options, &p), YKT_E_ARG);
	/* What is told at login is the system only. */
	options = b->options;
	options.settings.risk[4] = PLATFORM_RISK_TELL;
	assert_status(platform_new(&options, &p), YKT_E_ARG);
	assert_null(p);
	bench_close(&b);
}

static void
test_the_operator_sees_the_system(void **state)
{
	const struct admin_risk_req req = { .limit = 50 };
	static struct admin_risk_rsp rsp;
	struct bench *b = ready(PLATFORM_RISK_REFUSE, PLATFORM_RISK_ALLOW);

	(void)state;
	runs_on(b, "debian", "11");
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 426);
	assert_int_equal(bench_inner(b, "/admin/risk", "operator", &admin_risk_req_msg, &req,
			     &admin_risk_rsp_msg, &rsp),
	    200);
	assert_int_equal(rsp.risks_count, 1);
	assert_string_equal(rsp.risks[0].system, "debian 11");
	assert_string_equal(rsp.risks[0].verdict, WIRE_ERR_SYSTEM);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_which_systems_are_refused),
		cmocka_unit_test(test_each_policy),
		cmocka_unit_test(test_the_programs_own_findings_come_first),
		cmocka_unit_test(test_begun_money_goes_on),
		cmocka_unit_test(test_nothing_is_asked_without_a_list),
		cmocka_unit_test(test_lists_that_cannot_be),
		cmocka_unit_test(test_the_operator_sees_the_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
