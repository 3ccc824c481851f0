/*
 * The risk policy: what a client that reports this may begin; what it was told is
 * in the log, nothing moved, and what was begun before always goes on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "platform/admin.h"
#include "wallets.h"

static struct wire_report report;

static void
reports(struct bench *b, const char *version, unsigned findings)
{
	report = (struct wire_report){ .findings = findings };
	strcpy(report.version, version);
	b->report = &report;
}

/* A platform with one policy changed, and a user who is logged in. */
static struct bench *
ready(unsigned position, enum platform_risk action)
{
	struct bench *b;

	bench_open(&b);
	b->options.settings.risk[position] = action;
	bench_restart(b);
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

static int64_t
logged(struct bench *b)
{
	return bench_number(b, "SELECT COUNT(*) FROM risk_log");
}

static void
test_clean_clients_leave_no_trace(void **state)
{
	struct bench *b = ready(0, PLATFORM_RISK_REFUSE);

	(void)state;
	reports(b, "1.2.3", 0);
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 200);
	assert_int_equal(logged(b), 0);
	bench_close(&b);
}

/* Each finding alone under its standard policy, and then under the other two. */
static void
test_each_finding_under_each_policy(void **state)
{
	static const bool refused[YKT_FINDING_COUNT] = { false, true, true, true, false, false };

	(void)state;
	for (unsigned i = 0; i < YKT_FINDING_COUNT; i++) {
		for (int action = PLATFORM_RISK_DEFAULT; action <= PLATFORM_RISK_REFUSE;
		     action += action == PLATFORM_RISK_ALLOW ? 2 : 1) { /* tell: system_test.c */
			bool refuse = action == PLATFORM_RISK_REFUSE ||
				      (action == PLATFORM_RISK_DEFAULT && refused[i]);
			struct bench *b = ready(i, (enum platform_risk)action);

			reports(b, "1.2.3", 1u << i);
			assert_int_equal(order_wallet(b, bench_idem(b), 100), refuse ? 412 : 200);
			if (refuse)
				assert_string_equal(b->error.error, WIRE_ERR_RISK);
			assert_int_equal(logged(b), 1);
			assert_int_equal(bench_number(b, "SELECT findings FROM risk_log"), 1u << i);
			assert_int_equal(
			    bench_number(b, "SELECT COUNT(*) FROM ord"), refuse ? 0 : 1);
			assert_int_equal(
			    bench_number(b, "SELECT verdict = 'risk' FROM risk_log"), refuse);
			bench_close(&b);
		}
	}
}

static void
test_the_strictest_of_several_decides(void **state)
{
	struct bench *b = ready(4, PLATFORM_RISK_LIMIT);

	(void)state;
	reports(b, "1.2.3", YKT_FINDING_ROOT | YKT_FINDING_UNSIGNED);
	assert_int_equal(order_wallet(b, bench_idem(b), 5000), 200);
	assert_int_equal(order_wallet(b, bench_idem(b), 5001), 412);
	assert_string_equal(b->error.error, WIRE_ERR_RISK_AMOUNT);
	reports(b, "1.2.3", YKT_FINDING_ROOT | YKT_FINDING_DEBUGGER);
	assert_int_equal(order_wallet(b, bench_idem(b), 1), 412);
	assert_string_equal(b->error.error, WIRE_ERR_RISK);
	assert_int_equal(logged(b), 3);
	bench_close(&b);
}

/* Bits from the future, and a client that says nothing, count as "unknown". */
static void
test_what_nobody_can_judge(void **state)
{
	struct bench *b = ready(5, PLATFORM_RISK_REFUSE);

	(void)state;
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 412);
	reports(b, "1.2.3", 0x4000);
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 412);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), 0);
	assert_int_equal(
	    bench_number(b, "SELECT MIN(findings) FROM risk_log"), YKT_FINDING_UNKNOWN);
	bench_close(&b);
}

/* With "unknown" allowed, as it is by itself, silence costs nothing and is not logged. */
static void
test_silence_is_allowed_by_itself(void **state)
{
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 200);
	assert_int_equal(logged(b), 0);
	bench_close(&b);
}

/* Every operation that spends; login, looking and finishing are never refused. */
static void
test_which_operations_are_judged(void **state)
{
	const struct wire_order_topup_req topup = { .card_no = "03101234567890123456",
		.amount_fen = 100 };
	const struct wire_order_open_req open = { .first_load_fen = BENCH_LOAD };
	const struct wire_order_id_req pay = { .order_id = "0123456789abcdef0123456789abcdef" };
	const struct wire_code_authorise_req code = { .point = { 2 } };
	struct bench *b = ready(4, PLATFORM_RISK_REFUSE);
	struct wire_order order;
	struct wire_bill bill;
	union {
		struct wire_order_pay_rsp pay;
		struct wire_code_authorise_rsp code;
		struct wire_card_list_rsp cards;
	} rsp;

	(void)state;
	assert_int_equal(wallet_pin(b, WALLET_PIN), 200);
	wallet_topup(b, 3000);
	assert_int_equal(merchant_bill(b, WALLET_MERCHANT, "r1", 1234, &bill), 200);
	reports(b, "1.2.3", YKT_FINDING_ROOT);
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 412);
	assert_int_equal(bench_ask(b, "order.topup", bench_idem(b), &topup, &order), 412);
	assert_int_equal(bench_ask(b, "order.open", bench_idem(b), &open, &order), 412);
	assert_int_equal(bench_ask(b, "order.pay", NULL, &pay, &rsp.pay), 412);
	assert_int_equal(bench_ask(b, "code.authorise", bench_idem(b), &code, &rsp.code), 412);
	assert_int_equal(bill_pay(b, &bill, bench_idem(b), WALLET_PIN, &bill), 412);
	assert_int_equal(bench_ask(b, "card.list", NULL, NULL, &rsp.cards), 200);
	assert_int_equal(wallet_balance(b), 3000);
	/* The login and the six, each with its user and the device. */
	assert_int_equal(logged(b), 7);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM risk_log r JOIN user u ON"
					 " r.user_id = u.user_id WHERE length(r.device) = 64"),
	    7);
	bench_check_books(b);
	bench_close(&b);
}

/* A key that is known is answered: it asks what became of the first request. */
static void
test_repeats_are_answered(void **state)
{
	char idem[33];
	struct bench *b = ready(4, PLATFORM_RISK_REFUSE);
	struct wire_bill bill;
	struct wire_bill_pay_req req;

	(void)state;
	reports(b, "1.2.3", 0);
	strcpy(idem, bench_idem(b));
	assert_int_equal(order_wallet(b, idem, 100), 200);
	reports(b, "1.2.3", YKT_FINDING_ROOT);
	assert_int_equal(order_wallet(b, idem, 100), 200);
	assert_int_equal(order_wallet(b, idem, 101), 422);
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 412);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), 1);
	/* A payment too, and it is one debit. */
	reports(b, "1.2.3", 0);
	wallet_topup(b, 3000);
	assert_int_equal(wallet_pin(b, WALLET_PIN), 200);
	assert_int_equal(merchant_bill(b, WALLET_MERCHANT, "r1", 1234, &bill), 200);
	strcpy(idem, bench_idem(b));
	req = bill_request(b, &bill, idem, WALLET_PIN);
	assert_int_equal(bench_ask(b, "bill.pay", idem, &req, &bill), 200);
	reports(b, "1.2.3", YKT_FINDING_ROOT);
	assert_int_equal(bench_ask(b, "bill.pay", idem, &req, &bill), 200);
	assert_string_equal(bill.state, "paid");
	assert_int_equal(wallet_balance(b), 3000 - 1234);
	bench_check_books(b);
	bench_close(&b);
}

/* What was paid for is loaded and what is owed is given back, whoever asks. */
static void
test_begun_money_goes_on(void **state)
{
	struct bench *b = ready(4, PLATFORM_RISK_REFUSE);
	struct wire_order order;
	char card_no[21];

	(void)state;
	order = bench_card(b, card_no);
	reports(b, "0.0.1", YKT_FINDING_ROOT | YKT_FINDING_CHANGED);
	bench_load_whole(b, order.order_id);
	order = bench_order(b, order.order_id);
	assert_string_equal(order.state, "loaded");
	bench_check_books(b);
	bench_close(&b);
}

static void
test_old_versions_begin_nothing(void **state)
{
	static const struct {
		const char *version;
		int code;
	} rows[] = { { "1.2.2", 426 }, { "1.2.3", 200 }, { "1.2.4", 200 }, { "2.0.0", 200 },
		{ "0.9.9", 426 }, { "", 426 }, { "test", 426 }, { "1.2.3-beta", 426 } };
	struct bench *b;

	(void)state;
	bench_open(&b);
	b->options.least_version = "1.2.3";
	bench_restart(b);
	bench_register(b, BENCH_PHONE);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		reports(b, rows[i].version, 0);
		assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
		assert_int_equal(order_wallet(b, bench_idem(b), 100), rows[i].code);
		if (rows[i].code != 200)
			assert_string_equal(b->error.error, WIRE_ERR_UPDATE);
	}
	b->report = NULL;
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 426);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), 3);
	assert_int_equal(
	    bench_number(b, "SELECT COUNT(*) FROM risk_log WHERE verdict = 'update'"), 6);
	bench_close(&b);
}

static void
test_settings_that_cannot_be(void **state)
{
	struct platform *p = NULL;
	struct platform_options options;
	struct bench *b;

	(void)state;
	bench_open(&b);
	options = b->options;
	options.settings.risk[0] = (enum platform_risk)(PLATFORM_RISK_REFUSE + 1);
	assert_status(platform_new(&options, &p), YKT_E_ARG);
	options = b->options;
	options.settings.risk_limit_fen = -1;
	assert_status(platform_new(&options, &p), YKT_E_ARG);
	options = b->options;
	options.least_version = "1.2";
	assert_status(platform_new(&options, &p), YKT_E_ARG);
	assert_null(p);
	bench_close(&b);
}

/* A database that is away: nothing is begun without its line in the log. */
static void
test_no_log_no_money(void **state)
{
	struct bench *b = ready(4, PLATFORM_RISK_ALLOW);

	(void)state;
	reports(b, "1.2.3", YKT_FINDING_ROOT);
	assert_status(bench_sql(b, "ALTER TABLE risk_log RENAME TO gone"), YKT_OK);
	assert_int_not_equal(order_wallet(b, bench_idem(b), 100), 200);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), 0);
	bench_close(&b);
}

static void
test_the_log_is_kept_and_forgotten(void **state)
{
	struct bench *b = ready(4, PLATFORM_RISK_ALLOW);

	(void)state;
	reports(b, "1.2.3", YKT_FINDING_ROOT);
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 200);
	b->now_ms += INT64_C(179) * 86400000;
	bench_settle(b);
	assert_int_equal(logged(b), 1);
	b->now_ms += INT64_C(2) * 86400000;
	bench_settle(b);
	assert_int_equal(logged(b), 0);
	bench_close(&b);
}

static int
risks(
    struct bench *b, const char *peer, const struct admin_risk_req *req, struct admin_risk_rsp *rsp)
{
	return bench_inner(
	    b, "/admin/risk", peer, &admin_risk_req_msg, req, &admin_risk_rsp_msg, rsp);
}

/* Whoever answers for the platform looks a user's findings up; nobody else does. */
static void
test_the_operator_looks_findings_up(void **state)
{
	struct bench *b = ready(0, PLATFORM_RISK_REFUSE);
	struct admin_risk_req any = { .limit = 50 }, req;
	static struct admin_risk_rsp rsp;
	int64_t first;

	(void)state;
	reports(b, "1.2.3", 1);
	first = b->now_ms;
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 412);
	b->now_ms += 1000;
	assert_int_equal(order_wallet(b, bench_idem(b), 100), 412);
	assert_int_equal(risks(b, "operator", &any, &rsp), 200);
	assert_int_equal(rsp.risks_count, logged(b));
	assert_true(rsp.risks_count >= 2);
	assert_true(rsp.risks[0].time_ms == first + 1000);
	assert_string_equal(rsp.risks[0].phone, BENCH_PHONE);
	assert_string_equal(rsp.risks[0].op, "order.wallet");
	assert_string_equal(rsp.risks[0].version, "1.2.3");
	assert_int_equal(rsp.risks[0].findings, 1);
	assert_string_not_equal(rsp.risks[0].verdict, "");
	assert_memory_equal(rsp.risks[0].device, b->device.pub.xy, 64);
	req = any;
	req.until_ms = first + 1;
	assert_int_equal(risks(b, "operator", &req, &rsp), 200);
	assert_int_equal(rsp.risks_count, logged(b) - 1);
	req = any;
	req.from_ms = first + 1001;
	assert_int_equal(risks(b, "operator", &req, &rsp), 200);
	assert_int_equal(rsp.risks_count, 0);
	req = any;
	strcpy(req.phone, BENCH_PHONE2);
	assert_int_equal(risks(b, "operator", &req, &rsp), 200);
	assert_int_equal(rsp.risks_count, 0);
	req = any;
	ykt_hex_encode(YKT_BYTES(b->device.pub.xy), req.device);
	req.limit = 1;
	assert_int_equal(risks(b, "operator", &req, &rsp), 200);
	assert_int_equal(rsp.risks_count, 1);
	req.device[0] = req.device[0] == '0' ? '1' : '0';
	assert_int_equal(risks(b, "operator", &req, &rsp), 200);
	assert_int_equal(rsp.risks_count, 0);
	strcpy(req.device, "AB");
	assert_int_equal(risks(b, "operator", &req, &rsp), 400);
	assert_int_equal(risks(b, "payd", &any, &rsp), 403);
	assert_int_equal(risks(b, "gate-310000000001", &any, &rsp), 403);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_operator_looks_findings_up),
		cmocka_unit_test(test_clean_clients_leave_no_trace),
		cmocka_unit_test(test_each_finding_under_each_policy),
		cmocka_unit_test(test_the_strictest_of_several_decides),
		cmocka_unit_test(test_what_nobody_can_judge),
		cmocka_unit_test(test_silence_is_allowed_by_itself),
		cmocka_unit_test(test_which_operations_are_judged),
		cmocka_unit_test(test_repeats_are_answered),
		cmocka_unit_test(test_begun_money_goes_on),
		cmocka_unit_test(test_old_versions_begin_nothing),
		cmocka_unit_test(test_settings_that_cannot_be),
		cmocka_unit_test(test_no_log_no_money),
		cmocka_unit_test(test_the_log_is_kept_and_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
