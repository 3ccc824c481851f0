/*
 * Sessions on a clock that the test owns (T23).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench.h"

#include <string.h>

static int
ask_apps(struct bench *b)
{
	static struct wire_app_list_rsp apps;

	return bench_ask(b, "app.list", NULL, NULL, &apps);
}

static struct bench *
logged_in(void)
{
	struct bench *b;

	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	return b;
}

static void
test_a_counter_is_taken_once(void **state)
{
	struct bench *b = logged_in();

	(void)state;
	assert_int_equal(ask_apps(b), 200);
	b->ctr--;
	assert_int_equal(ask_apps(b), -409);
	assert_string_equal(b->error.error, "replay");
	b->ctr = 0;
	assert_int_equal(ask_apps(b), -409);
	b->ctr = 1000;
	assert_int_equal(ask_apps(b), 200);
	b->ctr = 998;
	assert_int_equal(ask_apps(b), -409);
	bench_close(&b);
}

static void
test_a_repeated_message_has_no_second_effect(void **state)
{
	struct bench *b = logged_in();
	uint8_t copy[4096];
	size_t len;

	(void)state;
	(void)bench_order_open(b);
	len = b->body_len;
	assert_true(len < sizeof(copy));
	memcpy(copy, b->body, len);
	assert_int_equal(bench_raw(b, WIRE_PATH_CLIENT_CALL, "", ykt_bytes(copy, len)), 409);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), 2);
	bench_close(&b);
}

static void
test_idle_and_absolute_limits(void **state)
{
	struct bench *b = logged_in();
	int64_t start = b->now_ms;

	(void)state;
	b->now_ms += 5 * 60000;
	assert_int_equal(ask_apps(b), 200);
	b->now_ms += 5 * 60000 + 1;
	assert_int_equal(ask_apps(b), -401);
	assert_string_equal(b->error.error, "no_session");
	/* Idle is counted from the last use that was accepted, absolute from login. */
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	start = b->now_ms;
	while (b->now_ms + 240000 <= start + 30 * 60000) {
		b->now_ms += 240000;
		assert_int_equal(ask_apps(b), 200);
	}
	b->now_ms = start + 30 * 60000;
	assert_int_equal(ask_apps(b), 200);
	b->now_ms += 1000;
	assert_int_equal(ask_apps(b), -401);
	bench_close(&b);
}

static void
test_logout_ends_at_once(void **state)
{
	struct bench *b = logged_in();
	struct wire_empty nothing;

	(void)state;
	assert_int_equal(bench_ask(b, "user.logout", NULL, NULL, &nothing), 200);
	assert_int_equal(ask_apps(b), -401);
	bench_close(&b);
}

static void
test_a_new_login_ends_the_old_session(void **state)
{
	struct bench *b = logged_in();
	struct wire_session_keys old_keys = b->keys;
	uint8_t old_sid[16];

	(void)state;
	memcpy(old_sid, b->sid, sizeof(old_sid));
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(ask_apps(b), 200);
	b->keys = old_keys;
	memcpy(b->sid, old_sid, sizeof(old_sid));
	assert_int_equal(ask_apps(b), -401);
	bench_close(&b);
}

static void
test_other_keys_are_a_bad_seal(void **state)
{
	struct bench *b = logged_in();
	int64_t ctr = bench_number(b, "SELECT ctr FROM session");

	(void)state;
	b->keys.c2s_mac[0] ^= 1;
	assert_int_equal(ask_apps(b), -403);
	assert_string_equal(b->error.error, "seal");
	b->keys.c2s_mac[0] ^= 1;
	b->sid[0] ^= 1; /* no such session: told before any seal is looked at */
	assert_int_equal(ask_apps(b), -401);
	assert_int_equal(bench_number(b, "SELECT ctr FROM session"), ctr);
	bench_close(&b);
}

static void
test_a_session_survives_a_restart(void **state)
{
	struct bench *b = logged_in();
	int64_t ctr;

	(void)state;
	assert_int_equal(ask_apps(b), 200);
	ctr = b->ctr;
	bench_restart(b);
	b->ctr = ctr - 1;
	assert_int_equal(ask_apps(b), -409);
	b->ctr = ctr;
	assert_int_equal(ask_apps(b), 200);
	bench_close(&b);
}

static void
test_the_stored_keys_are_masked(void **state)
{
	struct bench *b = logged_in();

	(void)state;
	assert_int_equal(bench_number(b, "SELECT length(key) FROM session"), 64);
	/* With another seal key the row opens nothing: it is no key by itself. */
	b->options.seal_key.d[31] ^= 1;
	bench_restart(b);
	assert_int_equal(ask_apps(b), -403);
	bench_close(&b);
}

static void
test_an_opening_is_taken_once_and_in_time(void **state)
{
	struct wire_otp_send_req req = { .phone = BENCH_PHONE, .purpose = "register" };
	struct wire_otp_send_rsp rsp;
	struct bench *b;
	uint8_t copy[8192];
	size_t len;

	(void)state;
	bench_open(&b);
	assert_int_equal(bench_ask_open(b, "otp.send", &req, &rsp), 200);
	len = b->body_len;
	assert_true(len < sizeof(copy));
	memcpy(copy, b->body, len);
	assert_int_equal(bench_raw(b, WIRE_PATH_CLIENT_OPEN, "", ykt_bytes(copy, len)), 409);
	b->now_ms += 10 * 60000;
	assert_int_equal(bench_raw(b, WIRE_PATH_CLIENT_OPEN, "", ykt_bytes(copy, len)), 409);
	b->now_ms += 1;
	assert_int_equal(bench_raw(b, WIRE_PATH_CLIENT_OPEN, "", ykt_bytes(copy, len)), 400);
	assert_string_equal(b->error.error, "clock");
	assert_int_equal(b->sms_count, 1);
	/* Its nonce is forgotten only when the message is too old anyway. */
	bench_settle(b);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM open_nonce"), 0);
	assert_int_equal(bench_raw(b, WIRE_PATH_CLIENT_OPEN, "", ykt_bytes(copy, len)), 400);
	bench_close(&b);
}

static void
test_ops_stay_on_their_own_path(void **state)
{
	struct wire_empty nothing;
	struct wire_otp_send_req send = { .phone = BENCH_PHONE2, .purpose = "login" };
	struct wire_otp_send_rsp sent;
	struct bench *b = logged_in();

	(void)state;
	assert_int_equal(bench_ask(b, "otp.send", NULL, &send, &sent), 400);
	assert_string_equal(b->error.error, "unknown_op");
	assert_int_equal(
	    bench_ask_open(b, "user.logout", &(struct wire_empty){ 0 }, &nothing), 400);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM session"), 1);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_counter_is_taken_once),
		cmocka_unit_test(test_a_repeated_message_has_no_second_effect),
		cmocka_unit_test(test_idle_and_absolute_limits),
		cmocka_unit_test(test_logout_ends_at_once),
		cmocka_unit_test(test_a_new_login_ends_the_old_session),
		cmocka_unit_test(test_other_keys_are_a_bad_seal),
		cmocka_unit_test(test_a_session_survives_a_restart),
		cmocka_unit_test(test_the_stored_keys_are_masked),
		cmocka_unit_test(test_an_opening_is_taken_once_and_in_time),
		cmocka_unit_test(test_ops_stay_on_their_own_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
