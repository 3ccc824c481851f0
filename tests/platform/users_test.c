/*
 * Registration and login: what is refused, and that refusals look alike (T24).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench.h"

#include <string.h>

static struct wire_user_register_req
good_registration(struct bench *b)
{
	struct wire_user_register_req req = { .phone = BENCH_PHONE,
		.name = "张三",
		.password = BENCH_PASS,
		.consent = true,
		.client_version = "0.1.0",
		.edition = "2016" };

	bench_otp(b, req.otp);
	return req;
}

static void
send_code(struct bench *b, const char *phone)
{
	struct wire_otp_send_req req = { .purpose = "register" };
	struct wire_otp_send_rsp rsp;

	strcpy(req.phone, phone);
	assert_int_equal(bench_ask_open(b, "otp.send", &req, &rsp), 200);
	assert_int_equal(rsp.retry_ms, 60000);
}

static int64_t
users(struct bench *b)
{
	return bench_number(b, "SELECT COUNT(*) FROM user");
}

static void
test_phone_forms(void **state)
{
	static const char *const bad[] = { "", "1380000000", "138000000011", "+8613800000001",
		"23800000001", "1380000000x", " 13800000001", "１３８０００" };
	struct wire_otp_send_rsp rsp;
	struct bench *b;

	(void)state;
	bench_open(&b);
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		struct wire_otp_send_req req = { .purpose = "register" };

		strncpy(req.phone, bad[i], sizeof(req.phone) - 1);
		assert_int_equal(bench_ask_open(b, "otp.send", &req, &rsp), 400);
	}
	assert_int_equal(b->sms_count, 0);
	bench_close(&b);
}

static void
test_a_code_is_sent_once_a_minute_and_ten_times_a_day(void **state)
{
	struct wire_otp_send_req req = { .phone = BENCH_PHONE, .purpose = "register" };
	struct wire_otp_send_rsp rsp;
	struct bench *b;

	(void)state;
	bench_open(&b);
	b->now_ms = INT64_C(1795449600000); /* 08:00 UTC+8: the day is long enough */
	send_code(b, BENCH_PHONE);
	b->now_ms += 20000;
	assert_int_equal(bench_ask_open(b, "otp.send", &req, &rsp), 200);
	assert_int_equal(rsp.retry_ms, 40000);
	assert_int_equal(b->sms_count, 1);
	for (int i = 0; i < 9; i++) {
		b->now_ms += 60000;
		send_code(b, BENCH_PHONE);
	}
	b->now_ms += 60000;
	assert_int_equal(bench_ask_open(b, "otp.send", &req, &rsp), 429);
	assert_int_equal(b->sms_count, 10);
	send_code(b, BENCH_PHONE2);
	bench_close(&b);
}

static void
test_a_message_that_was_not_handed_over_is_made_again(void **state)
{
	struct wire_otp_send_req req = { .phone = BENCH_PHONE, .purpose = "register" };
	struct wire_otp_send_rsp rsp;
	struct bench *b;

	(void)state;
	bench_open(&b);
	b->sms_status = YKT_E_NET;
	assert_int_equal(bench_ask_open(b, "otp.send", &req, &rsp), 503);
	b->sms_status = YKT_OK;
	send_code(b, BENCH_PHONE);
	assert_int_equal(b->sms_count, 1);
	bench_close(&b);
}

static void
test_fields_that_registration_refuses(void **state)
{
	static const struct {
		const char *why;
		const char *name, *password, *edition;
		bool consent;
		const char *token;
	} rows[] = {
		{ "empty name", "", BENCH_PASS, "2016", true, "name" },
		{ "control character", "a\x01", BENCH_PASS, "2016", true, "name" },
		{ "C1 control character", "a\xC2\x85", BENCH_PASS, "2016", true, "name" },
		{ "right-to-left mark", "ab\xE2\x80\x8F", BENCH_PASS, "2016", true, "name" },
		{ "direction override",
		    "\xE2\x80\xAE"
		    "ab",
		    BENCH_PASS, "2016", true, "name" },
		{ "isolate", "a\xE2\x81\xA6", BENCH_PASS, "2016", true, "name" },
		{ "blank around", " a", BENCH_PASS, "2016", true, "name" },
		{ "short password", "a", "1234567", "2016", true, "password" },
		{ "no consent", "a", BENCH_PASS, "2016", false, "consent" },
		{ "unknown edition", "a", BENCH_PASS, "2017", true, "edition" },
	};
	struct wire_user_register_rsp rsp;
	struct bench *b;

	(void)state;
	bench_open(&b);
	send_code(b, BENCH_PHONE);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct wire_user_register_req req = good_registration(b);

		strcpy(req.name, rows[i].name);
		strcpy(req.password, rows[i].password);
		strcpy(req.edition, rows[i].edition);
		req.consent = rows[i].consent;
		assert_int_equal(bench_ask_open(b, "user.register", &req, &rsp), 400);
		assert_string_equal(b->error.error, rows[i].token);
	}
	assert_int_equal(users(b), 0);
	bench_close(&b);
}

static void
test_emoji_is_a_name(void **state)
{
	struct wire_user_register_req req;
	struct wire_user_register_rsp rsp;
	struct bench *b;

	(void)state;
	bench_open(&b);
	send_code(b, BENCH_PHONE);
	req = good_registration(b);
	strcpy(req.name, "🚇 Ünal");
	assert_int_equal(bench_ask_open(b, "user.register", &req, &rsp), 200);
	bench_close(&b);
}

static void
test_wrong_codes(void **state)
{
	struct wire_user_register_req req;
	struct wire_user_register_rsp rsp;
	struct bench *b;
	char code[9];

	(void)state;
	bench_open(&b);
	send_code(b, BENCH_PHONE);
	req = good_registration(b);
	strcpy(code, req.otp);

	strcpy(req.phone, BENCH_PHONE2); /* the code of another number */
	assert_int_equal(bench_ask_open(b, "user.register", &req, &rsp), 403);
	assert_string_equal(b->error.error, "otp_wrong");
	strcpy(req.phone, BENCH_PHONE);
	strcpy(req.otp, "12345"); /* no code at all costs no try */
	assert_int_equal(bench_ask_open(b, "user.register", &req, &rsp), 403);
	assert_int_equal(bench_number(b, "SELECT tries FROM otp"), 0);

	for (int i = 0; i < 5; i++) {
		strcpy(req.otp, code);
		req.otp[5] = req.otp[5] == '0' ? '1' : '0';
		assert_int_equal(bench_ask_open(b, "user.register", &req, &rsp), 403);
	}
	strcpy(req.otp, code); /* right, but too late: five tries are gone */
	assert_int_equal(bench_ask_open(b, "user.register", &req, &rsp), 403);
	assert_string_equal(b->error.error, "otp_wrong");
	assert_int_equal(users(b), 0);
	bench_close(&b);
}

static void
test_an_old_code(void **state)
{
	struct wire_user_register_req req;
	struct wire_user_register_rsp rsp;
	struct bench *b;

	(void)state;
	bench_open(&b);
	send_code(b, BENCH_PHONE);
	req = good_registration(b);
	b->now_ms += 5 * 60000 + 1;
	assert_int_equal(bench_ask_open(b, "user.register", &req, &rsp), 403);
	b->now_ms -= 1;
	assert_int_equal(bench_ask_open(b, "user.register", &req, &rsp), 200);
	bench_close(&b);
}

static void
test_registering_again(void **state)
{
	struct wire_user_register_req req;
	struct wire_user_register_rsp first, again;
	struct bench *b;

	(void)state;
	bench_open(&b);
	send_code(b, BENCH_PHONE);
	req = good_registration(b);
	assert_int_equal(bench_ask_open(b, "user.register", &req, &first), 200);
	/* The answer was lost: the same content gives the same account. */
	assert_int_equal(bench_ask_open(b, "user.register", &req, &again), 200);
	assert_string_equal(first.user_id, again.user_id);
	/* Anybody else with the spent code, or the owner with a new one, learns no more. */
	strcpy(req.password, "another password");
	assert_int_equal(bench_ask_open(b, "user.register", &req, &again), 409);
	assert_string_equal(b->error.error, "exists");
	b->now_ms += 60000;
	send_code(b, BENCH_PHONE);
	bench_otp(b, req.otp);
	assert_int_equal(bench_ask_open(b, "user.register", &req, &again), 409);
	assert_int_equal(users(b), 1);
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(bench_login(b, BENCH_PHONE, "another password"), 401);
	bench_close(&b);
}

static void
test_login_failures_are_one_error(void **state)
{
	static const struct {
		const char *why, *phone, *password;
	} rows[] = {
		{ "unknown number", BENCH_PHONE2, BENCH_PASS },
		{ "wrong password", BENCH_PHONE, "wrong horse" },
		{ "empty password", BENCH_PHONE, "" },
		{ "no number", "x", BENCH_PASS },
	};
	struct bench *b;
	uint8_t first[256];
	size_t first_len = 0;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		assert_int_equal(bench_login(b, rows[i].phone, rows[i].password), 401);
		assert_string_equal(b->error.error, "login_failed");
		assert_string_equal(b->error.detail, "");
		if (first_len == 0)
			first_len = b->answer_len;
		assert_int_equal(b->answer_len, first_len);
	}
	(void)first;
	bench_close(&b);
}

static void
test_guessing_waits_longer_each_time(void **state)
{
	struct bench *b;
	int64_t before = 0;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	for (int i = 0; i < 4; i++)
		assert_int_equal(bench_login(b, BENCH_PHONE, "wrong horse"), 401);
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200); /* four are free */
	for (int i = 0; i < 12; i++) {
		int64_t wait;

		for (int n = i == 0 ? 5 : 1; n > 0; n--)
			assert_int_equal(bench_login(b, BENCH_PHONE, "wrong horse"), 401);
		wait = bench_number(b, "SELECT until_ms FROM login_wait") - b->now_ms;
		assert_true(wait >= before && wait >= 15000 && wait <= 900000);
		before = wait;
		b->now_ms += wait - 1;
		/* The right password is not even looked at, and the answer is the same. */
		assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 401);
		assert_string_equal(b->error.error, "login_failed");
		b->now_ms += 1;
	}
	assert_int_equal(before, 900000);
	/* The owner is never locked out for ever (T42). */
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM login_wait"), 0);
	bench_close(&b);
}

static void
test_unknown_numbers_wait_too(void **state)
{
	struct bench *b;

	(void)state;
	bench_open(&b);
	for (int i = 0; i < 5; i++)
		assert_int_equal(bench_login(b, BENCH_PHONE2, "wrong horse"), 401);
	assert_true(bench_number(b, "SELECT until_ms FROM login_wait") > b->now_ms);
	bench_close(&b);
}

static void
test_the_database_holds_no_secret_in_clear(void **state)
{
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	assert_int_equal(
	    bench_number(b, "SELECT COUNT(*) FROM user WHERE"
			    " verifier LIKE '$argon2id$%' AND instr(verifier, 'horse') = 0"),
	    1);
	assert_int_equal(bench_number(b, "SELECT length(hash) FROM otp"), 32);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_phone_forms),
		cmocka_unit_test(test_a_code_is_sent_once_a_minute_and_ten_times_a_day),
		cmocka_unit_test(test_a_message_that_was_not_handed_over_is_made_again),
		cmocka_unit_test(test_fields_that_registration_refuses),
		cmocka_unit_test(test_emoji_is_a_name),
		cmocka_unit_test(test_wrong_codes),
		cmocka_unit_test(test_an_old_code),
		cmocka_unit_test(test_registering_again),
		cmocka_unit_test(test_login_failures_are_one_error),
		cmocka_unit_test(test_guessing_waits_longer_each_time),
		cmocka_unit_test(test_unknown_numbers_wait_too),
		cmocka_unit_test(test_the_database_holds_no_secret_in_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
