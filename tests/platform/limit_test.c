/*
 * What a card and a wallet may hold, by the state of registration (I-2): refused
 * before anybody pays, with the limit named, and nothing moves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "bad.h"
#include "wallets.h"
#include "wire/app_list.h"

#define ANONYMOUS  20000
#define REGISTERED 60000

/* A platform with small limits: tests pay in small change. */
static struct bench *
limits_open(void)
{
	struct bench *b;

	bench_open(&b);
	b->options.settings.anonymous_cap_fen = ANONYMOUS;
	b->options.settings.cap_fen = BENCH_CAP;
	b->options.settings.wallet_cap_fen = REGISTERED;
	b->app.cap_fen = REGISTERED;
	b->app.max_load_fen = REGISTERED;
	bench_restart(b);
	bench_register(b, BENCH_PHONE);
	return b;
}

static int
confirm(struct bench *b, const char *peer, const char *phone, const char *registered)
{
	char body[96];

	(void)snprintf(
	    body, sizeof(body), "{\"phone\":\"%s\",\"registered\":%s}", phone, registered);
	return bench_raw(b, "/admin/user", peer, ykt_bytes_str(body));
}

static int
topup(struct bench *b, const char *card_no, int64_t amount)
{
	struct wire_order_topup_req req = { .amount_fen = amount };
	struct wire_order order;

	strcpy(req.card_no, card_no);
	return bench_ask(b, "order.topup", bench_idem(b), &req, &order);
}

static int
wallet_order(struct bench *b, int64_t amount)
{
	const struct wire_order_wallet_req req = { .amount_fen = amount };
	struct wire_order order;

	return bench_ask(b, "order.wallet", bench_idem(b), &req, &order);
}

/* Refused with the limit, and no table is other than it was. */
static void
check_cap(struct bench *b, int code, int64_t limit)
{
	assert_int_equal(code, 409);
	assert_string_equal(b->error.error, "cap");
	assert_true(b->error.has_limit_fen);
	assert_int_equal(b->error.limit_fen, limit);
}

static void
test_an_anonymous_card_holds_less(void **state)
{
	struct bench *b = limits_open();
	struct wire_order first;
	char card_no[21];

	(void)state;
	first = bench_card(b, card_no);
	bench_load_whole(b, first.order_id);
	check_cap(b, topup(b, card_no, ANONYMOUS - BENCH_LOAD + 1), ANONYMOUS);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), 2);
	assert_int_equal(topup(b, card_no, ANONYMOUS - BENCH_LOAD), 200);
	bench_check_books(b);
	bench_close(&b);
}

static void
test_an_anonymous_first_load_is_less(void **state)
{
	struct bench *b = limits_open();
	struct wire_order_open_req req = { .se_id = { 8, { 1 } }, .first_load_fen = ANONYMOUS + 1 };
	struct wire_order order;

	(void)state;
	req.aid.len = b->app.aid_len;
	memcpy(req.aid.data, b->app.aid, b->app.aid_len);
	check_cap(b, bench_ask(b, "order.open", bench_idem(b), &req, &order), ANONYMOUS);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), 0);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM idem"), 0);
	req.first_load_fen = ANONYMOUS;
	assert_int_equal(bench_ask(b, "order.open", bench_idem(b), &req, &order), 200);
	bench_close(&b);
}

static void
test_an_anonymous_wallet_holds_less(void **state)
{
	struct bench *b = limits_open();
	struct wire_wallet wallet;

	(void)state;
	check_cap(b, wallet_order(b, ANONYMOUS + 1), ANONYMOUS);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), 0);
	wallet_topup(b, ANONYMOUS);
	check_cap(b, wallet_order(b, 1), ANONYMOUS);
	assert_int_equal(bench_ask(b, "wallet.get", NULL, NULL, &wallet), 200);
	assert_int_equal(wallet.cap_fen, ANONYMOUS);
	bench_close(&b);
}

/* By the key that clients pin, as it is, and of this moment. */
static void
check_signed(struct bench *b, struct wire_app_list_rsp *apps)
{
	uint8_t bytes[WIRE_APP_LIST_MAX];
	struct ykt_buf scratch = YKT_BUF(bytes);
	const struct crypto_sm2_pub *pub = &b->options.seal_key.pub;

	assert_int_equal(apps->issued_ms, b->now_ms);
	assert_status(wire_app_list_verify(b->other, pub, &scratch, apps), YKT_OK);
	apps->apps[0].cap_fen++;
	assert_status(wire_app_list_verify(b->other, pub, &scratch, apps), YKT_E_MAC);
	memset(apps, 0, sizeof(*apps));
}

static void
test_a_registered_user_has_the_other_limits(void **state)
{
	static struct wire_app_list_rsp apps;
	struct bench *b = limits_open();
	struct wire_wallet wallet;
	struct wire_order first;
	char card_no[21];

	(void)state;
	first = bench_card(b, card_no);
	bench_load_whole(b, first.order_id);
	assert_int_equal(bench_ask(b, "app.list", NULL, NULL, &apps), 200);
	assert_int_equal(apps.apps[0].cap_fen, ANONYMOUS);
	check_signed(b, &apps);
	assert_int_equal(confirm(b, "operator", BENCH_PHONE, "true"), 200);
	assert_int_equal(bench_ask(b, "app.list", NULL, NULL, &apps), 200);
	assert_int_equal(apps.apps[0].cap_fen, REGISTERED);
	check_signed(b, &apps);
	check_cap(b, topup(b, card_no, REGISTERED - BENCH_LOAD + 1), REGISTERED);
	assert_int_equal(topup(b, card_no, REGISTERED - BENCH_LOAD), 200);
	check_cap(b, wallet_order(b, REGISTERED + 1), REGISTERED);
	assert_int_equal(wallet_order(b, REGISTERED), 200);
	assert_int_equal(bench_ask(b, "wallet.get", NULL, NULL, &wallet), 200);
	assert_int_equal(wallet.cap_fen, REGISTERED);
	bench_close(&b);
}

/* Paid as a registered user, loaded as an anonymous one: not on the card, and given back. */
static void
test_the_limit_is_judged_again_at_the_load(void **state)
{
	struct bench *b = limits_open();
	struct wire_order_refund_req refund = { .has_attempt = false };
	struct wire_load_request_rsp rsp;
	struct wire_load_begin_rsp begin;
	struct wire_order order, first;
	char card_no[21];

	(void)state;
	first = bench_card(b, card_no);
	bench_load_whole(b, first.order_id);
	assert_int_equal(confirm(b, "operator", BENCH_PHONE, "true"), 200);
	order = bench_topup(b, card_no, 30000);
	assert_int_equal(confirm(b, "operator", BENCH_PHONE, "false"), 200);
	check_cap(b, bench_load(b, order.order_id, &begin, &rsp), ANONYMOUS);
	assert_string_equal(bench_order(b, order.order_id).state, "paid");
	assert_int_equal(bench_account(b, "SH:", card_no), BENCH_LOAD);
	strcpy(refund.order_id, order.order_id);
	assert_int_equal(bench_ask(b, "order.refund", bench_idem(b), &refund, &order), 200);
	assert_string_equal(order.state, "refunded");
	bench_check_books(b);
	bench_close(&b);
}

static void
test_who_may_confirm_an_identity(void **state)
{
	static const char *const others[] = { "gate-310000000001", "payd", "merchant-0001",
		"platform-9902", "" };
	struct bench *b = limits_open();

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(others); i++)
		assert_int_equal(confirm(b, others[i], BENCH_PHONE, "true"), 403);
	assert_int_equal(confirm(b, "operator", BENCH_PHONE2, "true"), 404);
	assert_int_equal(confirm(b, "operator", BENCH_PHONE, "1"), 400);
	assert_int_equal(
	    confirm(b, "operator", BENCH_PHONE "\",\"registered\":true,\"x\":\"", "true"), 400);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM user WHERE registered_ms <> 0"), 0);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_anonymous_card_holds_less),
		cmocka_unit_test(test_an_anonymous_first_load_is_less),
		cmocka_unit_test(test_an_anonymous_wallet_holds_less),
		cmocka_unit_test(test_a_registered_user_has_the_other_limits),
		cmocka_unit_test(test_the_limit_is_judged_again_at_the_load),
		cmocka_unit_test(test_who_may_confirm_an_identity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
