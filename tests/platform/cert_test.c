/*
 * Users' certificates at the platform (C5-COM-2): an element that signs without
 * one that holds is refused, and nothing of a session is there then.
 *
 * 1795500000000 is 2026-11-24 in UTC+8.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "bench.h"
#include "card/ident_cert.h"
#include "wire/wallet_msg.h"

#define DAY_MS   INT64_C(86400000)
#define SESSIONS "SELECT COUNT(*) FROM session"
#define ACTIVE   "SELECT COUNT(*) FROM ident_cert WHERE state = 'active'"

struct cert {
	uint8_t bytes[IDENT_CERT_MAX];
	size_t len;
};

static void
dates(struct bench *b, const char *from, const char *until)
{
	memcpy(b->cert_from, from, 4);
	memcpy(b->cert_until, until, 4);
}

static struct bench *
authority_open(void)
{
	struct bench *b;

	bench_open(&b);
	b->options.user_ca = "TEST-CA";
	b->options.user_ca_pub = b->pay_key.pub;
	dates(b, "\x20\x26\x11\x24", "\x20\x27\x11\x24");
	bench_restart(b);
	return b;
}

/* What an element with this key asks for. */
static void
request_of(struct bench *b, const struct crypto_sm2_key *key, struct cert *ret)
{
	struct ident_cert request = { .request = true, .pub = key->pub, .holder = { 1 } };
	uint8_t bytes[IDENT_CERT_MAX];
	struct ykt_buf body = YKT_BUF(bytes);
	struct ykt_buf out = YKT_BUF(ret->bytes);

	ident_cert_body_encode(&request, &body);
	assert_status(
	    crypto_sm2_sign(b->other, key, ident_id_request, ykt_buf_view(&body), request.sig),
	    YKT_OK);
	ident_cert_encode(&request, &out);
	ret->len = out.len;
}

static void
otp_of(struct bench *b, const char *purpose, char ret_otp[9])
{
	struct wire_otp_send_req send = { .phone = BENCH_PHONE };
	struct wire_otp_send_rsp sent;

	strcpy(send.purpose, purpose);
	b->now_ms += 60000;
	assert_int_equal(bench_ask_open(b, "otp.send", &send, &sent), 200);
	bench_otp(b, ret_otp);
}

/* Registers with the element of b->device; its certificate. */
static struct cert
enrolled(struct bench *b)
{
	struct wire_user_register_req req = { .phone = BENCH_PHONE,
		.name = "张三",
		.password = BENCH_PASS,
		.consent = true,
		.client_version = "0.1.0",
		.edition = "2016",
		.se_id = { 8, { 1 } },
		.has_request = true };
	struct wire_user_register_rsp rsp;
	struct cert request, cert = { .len = 0 };

	otp_of(b, "register", req.otp);
	request_of(b, &b->device, &request);
	req.request.len = (uint16_t)request.len;
	memcpy(req.request.data, request.bytes, request.len);
	assert_int_equal(bench_ask_open(b, "user.register", &req, &rsp), 200);
	strcpy(b->user_id, rsp.user_id);
	if (rsp.has_cert) {
		cert.len = rsp.cert.len;
		memcpy(cert.bytes, rsp.cert.data, cert.len);
	}
	return cert;
}

static struct wire_user_login_req
login_with(const struct cert *cert)
{
	struct wire_user_login_req req = { .phone = BENCH_PHONE,
		.password = BENCH_PASS,
		.client_version = "0.1.0",
		.se_id = { 8, { 1 } } };

	if (cert != NULL) {
		req.has_cert = true;
		req.cert.len = (uint16_t)cert->len;
		memcpy(req.cert.data, cert->bytes, cert->len);
	}
	return req;
}

static int
login(struct bench *b, const struct cert *cert, struct wire_user_login_rsp *ret_rsp)
{
	struct wire_user_login_req req = login_with(cert);

	return bench_ask_open(b, "user.login", &req, ret_rsp);
}

static void
refused(struct bench *b, const struct cert *cert, const char *token)
{
	const int64_t sessions = bench_number(b, SESSIONS), active = bench_number(b, ACTIVE);
	struct wire_user_login_rsp rsp;

	/* A refusal counts as a login that failed. */
	assert_status(bench_sql(b, "DELETE FROM login_wait"), YKT_OK);
	assert_int_equal(login(b, cert, &rsp), 403);
	assert_string_equal(b->error.error, token);
	assert_int_equal(bench_number(b, SESSIONS), sessions);
	assert_int_equal(bench_number(b, ACTIVE), active);
}

static int
enrol_again(struct bench *b, const char *otp, struct cert *ret_cert)
{
	struct wire_user_login_req req = login_with(NULL);
	struct wire_user_login_rsp rsp;
	struct cert request;
	int code;

	request_of(b, &b->device, &request);
	req.has_request = req.has_otp = true;
	strcpy(req.otp, otp);
	req.request.len = (uint16_t)request.len;
	memcpy(req.request.data, request.bytes, request.len);
	code = bench_ask_open(b, "user.login", &req, &rsp);
	if (code == 200) {
		assert_true(rsp.has_cert);
		ret_cert->len = rsp.cert.len;
		memcpy(ret_cert->bytes, rsp.cert.data, rsp.cert.len);
	}
	return code;
}

static void
other_device(struct bench *b, uint8_t n)
{
	uint8_t d[32] = { [31] = n };

	assert_status(crypto_sm2_key_set(b->other, d, &b->device), YKT_OK);
}

static void
test_an_element_is_known_by_its_certificate(void **state)
{
	struct bench *b = authority_open();
	struct cert cert = enrolled(b);
	struct wire_user_login_rsp rsp;

	(void)state;
	assert_true(cert.len > 0);
	assert_int_equal(bench_number(b, ACTIVE), 1);
	assert_int_equal(login(b, &cert, &rsp), 200);
	assert_false(rsp.has_cert);
	assert_int_equal(bench_number(b, SESSIONS), 1);
	assert_int_equal(b->keyd_ident_calls, 1);
	bench_close(&b);
}

static void
test_what_is_no_certificate_of_that_element_is_refused(void **state)
{
	struct bench *b = authority_open();
	struct cert cert = enrolled(b), bad;
	struct crypto_sm2_key mine = b->device;

	(void)state;
	refused(b, NULL, "cert_missing");
	for (size_t at = 0; at < cert.len; at += 7) {
		bad = cert;
		bad.bytes[at] ^= 1;
		refused(b, &bad, "cert_foreign");
	}
	request_of(b, &b->device, &bad);
	refused(b, &bad, "cert_foreign");
	bad = cert;
	bad.len--;
	refused(b, &bad, "cert_foreign");
	/* A good certificate under another key's envelope. */
	other_device(b, 77);
	refused(b, &cert, "cert_foreign");
	b->device = mine;
	/* Of an authority with the same name and another key. */
	b->options.user_ca_pub = b->device.pub;
	bench_restart(b);
	refused(b, &cert, "cert_foreign");
	b->options.user_ca_pub = b->pay_key.pub;
	b->options.user_ca = "TEST-CB";
	bench_restart(b);
	refused(b, &cert, "cert_foreign");
	b->options.user_ca = "TEST-CA";
	bench_restart(b);
	/* Good, and somebody else's. */
	assert_status(bench_sql(b, "UPDATE ident_cert SET user_id = 'x'"), YKT_OK);
	refused(b, &cert, "cert_foreign");
	bench_close(&b);
}

static void
test_a_wrong_password_learns_nothing(void **state)
{
	struct bench *b = authority_open();
	struct cert cert = enrolled(b);
	struct wire_user_login_req req = login_with(NULL);
	struct wire_user_login_rsp rsp;

	(void)state;
	(void)cert;
	strcpy(req.password, "something else");
	assert_int_equal(bench_ask_open(b, "user.login", &req, &rsp), 401);
	assert_string_equal(b->error.error, WIRE_ERR_LOGIN_FAILED);
	bench_close(&b);
}

static void
test_it_has_days(void **state)
{
	struct bench *b = authority_open();
	struct cert cert;
	struct wire_user_login_rsp rsp;
	const int64_t now_ms = b->now_ms;

	(void)state;
	dates(b, "\x20\x26\x11\x25", "\x20\x27\x11\x24");
	cert = enrolled(b);
	refused(b, &cert, "cert_expired"); /* tomorrow it will be */
	b->now_ms = now_ms + DAY_MS;
	assert_int_equal(login(b, &cert, &rsp), 200);
	/* In the last third a new one comes with the login. */
	b->now_ms = now_ms + 240 * DAY_MS;
	assert_int_equal(login(b, &cert, &rsp), 200);
	assert_false(rsp.has_cert);
	b->now_ms = now_ms + 250 * DAY_MS;
	dates(b, "\x20\x27\x08\x01", "\x20\x28\x08\x01");
	assert_int_equal(login(b, &cert, &rsp), 200);
	assert_true(rsp.has_cert);
	assert_int_equal(b->keyd_ident_calls, 2);
	assert_int_equal(bench_number(b, ACTIVE), 1);
	/* The answer was lost: the old one does until it is over, and brings one again. */
	assert_int_equal(login(b, &cert, &rsp), 200);
	assert_true(rsp.has_cert);
	/* A key module that is away keeps nobody out. */
	b->keyd_down = true;
	assert_int_equal(login(b, &cert, &rsp), 200);
	assert_false(rsp.has_cert);
	b->keyd_down = false;
	b->now_ms = now_ms + 366 * DAY_MS;
	refused(b, &cert, "cert_expired");
	bench_close(&b);
}

static void
test_a_code_makes_one_for_another_element(void **state)
{
	struct bench *b = authority_open();
	struct cert first = enrolled(b), second;
	struct crypto_sm2_key mine = b->device;
	struct wire_user_login_rsp rsp;
	char otp[9];

	(void)state;
	other_device(b, 78);
	refused(b, NULL, "cert_missing");
	assert_int_equal(enrol_again(b, "000000", &second), 403);
	assert_string_equal(b->error.error, WIRE_ERR_OTP_WRONG);
	otp_of(b, "reset", otp);
	assert_int_equal(enrol_again(b, otp, &second), 403); /* for another purpose */
	otp_of(b, "login", otp);
	assert_int_equal(enrol_again(b, otp, &second), 200);
	assert_int_equal(login(b, &second, &rsp), 200);
	/* The answer was lost: the same person, the same code. */
	assert_int_equal(enrol_again(b, otp, &second), 200);
	assert_int_equal(bench_number(b, ACTIVE), 1);
	/* The element before is not the user's any more. */
	b->device = mine;
	refused(b, &first, "cert_revoked");
	otp_of(b, "login", otp);
	assert_int_equal(enrol_again(b, otp, &first), 200);
	assert_int_equal(login(b, &first, &rsp), 200);
	bench_close(&b);
}

static void
test_a_request_of_another_key_makes_none(void **state)
{
	struct bench *b = authority_open();
	struct cert cert = enrolled(b), request;
	struct wire_user_login_req req = login_with(NULL);
	struct wire_user_login_rsp rsp;
	struct crypto_sm2_key other;
	uint8_t d[32] = { [31] = 79 };
	char otp[9];

	(void)state;
	(void)cert;
	assert_status(crypto_sm2_key_set(b->other, d, &other), YKT_OK);
	request_of(b, &other, &request);
	otp_of(b, "login", otp);
	req.has_request = req.has_otp = true;
	strcpy(req.otp, otp);
	req.request.len = (uint16_t)request.len;
	memcpy(req.request.data, request.bytes, request.len);
	assert_int_equal(bench_ask_open(b, "user.login", &req, &rsp), 403);
	assert_string_equal(b->error.error, "cert_foreign");
	req.request.data[30] ^= 1;
	assert_int_equal(bench_ask_open(b, "user.login", &req, &rsp), 403);
	assert_int_equal(b->keyd_ident_calls, 1);
	assert_int_equal(bench_number(b, SESSIONS), 0);
	/* None of that cost a try of the code. */
	assert_int_equal(enrol_again(b, otp, &cert), 200);
	/* The key module's word is looked at too. */
	b->keyd_ident_lie = true;
	otp_of(b, "login", otp);
	assert_true(enrol_again(b, otp, &cert) >= 500);
	bench_close(&b);
}

static int
bar(struct bench *b, const char *peer, const char *body)
{
	return bench_raw(b, "/admin/cert", peer, ykt_bytes_str(body));
}

static void
test_the_operator_bars_a_lost_device(void **state)
{
	struct bench *b = authority_open();
	struct cert cert = enrolled(b);
	struct wire_user_login_rsp rsp;
	char otp[9];

	(void)state;
	assert_int_equal(login(b, &cert, &rsp), 200);
	assert_int_equal(
	    bar(b, "merchant-0001", "{\"phone\":\"" BENCH_PHONE "\",\"barred\":true}"), 403);
	assert_int_equal(bar(b, "operator", "{\"phone\":\"13900000000\",\"barred\":true}"), 404);
	assert_int_equal(bench_number(b, SESSIONS), 1);
	assert_int_equal(
	    bar(b, "operator", "{\"phone\":\"" BENCH_PHONE "\",\"barred\":true}"), 200);
	assert_int_equal(bench_number(b, SESSIONS), 0);
	refused(b, &cert, "cert_revoked");
	otp_of(b, "login", otp);
	assert_int_equal(enrol_again(b, otp, &cert), 403); /* not even with the phone's number */
	assert_string_equal(b->error.error, "cert_revoked");
	assert_int_equal(
	    bar(b, "operator", "{\"phone\":\"" BENCH_PHONE "\",\"barred\":false}"), 200);
	refused(b, &cert, "cert_revoked");
	otp_of(b, "login", otp);
	assert_int_equal(enrol_again(b, otp, &cert), 200);
	bench_close(&b);
}

static void
test_it_ends_with_the_account(void **state)
{
	struct bench *b = authority_open();
	struct cert cert = enrolled(b);
	struct wire_user_close_req close = { .password = BENCH_PASS };
	struct wire_empty rsp;
	struct wire_user_login_rsp in;

	(void)state;
	assert_int_equal(login(b, &cert, &in), 200);
	memcpy(b->sid, in.sid, sizeof(b->sid));
	b->ctr = 0;
	assert_int_equal(bench_ask(b, "user.close", NULL, &close, &rsp), 200);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ident_cert"), 0);
	assert_int_equal(login(b, &cert, &in), 401);
	/* The same element, a new account. */
	cert = enrolled(b);
	assert_int_equal(login(b, &cert, &in), 200);
	bench_close(&b);
}

/* Registered although the key module was away: the first login asks for a code. */
static void
test_registration_goes_without_the_key_module(void **state)
{
	struct bench *b = authority_open();
	struct cert cert;
	char otp[9];

	(void)state;
	b->keyd_down = true;
	cert = enrolled(b);
	assert_int_equal(cert.len, 0);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM user"), 1);
	refused(b, NULL, "cert_missing");
	otp_of(b, "login", otp);
	assert_int_equal(enrol_again(b, otp, &cert), 503);
	b->keyd_down = false;
	assert_int_equal(enrol_again(b, otp, &cert), 200);
	bench_close(&b);
}

/* Without an element nothing is asked for, unless the account has one. */
static void
test_who_has_no_element_needs_none(void **state)
{
	struct bench *b = authority_open();
	struct wire_user_login_req req = login_with(NULL);
	struct wire_user_login_rsp rsp;

	(void)state;
	(void)enrolled(b);
	req.se_id.len = 0;
	assert_int_equal(bench_ask_open(b, "user.login", &req, &rsp), 403);
	assert_string_equal(b->error.error, "cert_missing");
	assert_status(bench_sql(b, "UPDATE user SET se_id = x''"), YKT_OK);
	assert_int_equal(bench_ask_open(b, "user.login", &req, &rsp), 200);
	assert_false(rsp.has_cert);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_element_is_known_by_its_certificate),
		cmocka_unit_test(test_what_is_no_certificate_of_that_element_is_refused),
		cmocka_unit_test(test_a_wrong_password_learns_nothing),
		cmocka_unit_test(test_it_has_days),
		cmocka_unit_test(test_a_code_makes_one_for_another_element),
		cmocka_unit_test(test_a_request_of_another_key_makes_none),
		cmocka_unit_test(test_the_operator_bars_a_lost_device),
		cmocka_unit_test(test_it_ends_with_the_account),
		cmocka_unit_test(test_registration_goes_without_the_key_module),
		cmocka_unit_test(test_who_has_no_element_needs_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
