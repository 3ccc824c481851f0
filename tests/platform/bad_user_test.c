/*
 * Registrations that no person with a phone would send (reliability 5.6): numbers
 * in other shapes, names that hide something, codes of somebody else.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "bad.h"

/* Never the same person twice: shapes of BENCH_PHONE that are not it. */
static const struct {
	const char *phone, *why;
} phones[] = {
	{ "", "empty" },
	{ "+8613800000001", "+86" },
	{ "8613800000001", "86" },
	{ "008613800000001", "0086" },
	{ "+86 138 0000 0001", "+86 with blanks" },
	{ "138-0000-0001", "hyphens" },
	{ "(138)00000001", "brackets" },
	{ " 13800000001", "blank before" },
	{ "13800000001 ", "blank behind" },
	{ "13800000001\\n", "line end" },
	{ "13800000001\\u0000", "NUL" },
	{ "\xEF\xBC\x91"
	  "3800000001",
	    "one full-width digit" },
	{ "\xEF\xBC\x91\xEF\xBC\x93\xEF\xBC\x98\xEF\xBC\x90\xEF\xBC\x90\xEF\xBC\x90"
	  "\xEF\xBC\x90\xEF\xBC\x90\xEF\xBC\x90\xEF\xBC\x90\xEF\xBC\x91",
	    "all full-width digits" },
	{ "\\uff11\\uff13\\uff1800000001", "full-width digits in escapes" },
	{ "\xE2\x80\x8F"
	  "13800000001",
	    "right-to-left mark" },
	{ "13800\xE2\x80\xAE"
	  "000001",
	    "direction override" },
	{ "\xD9\xA1\xD9\xA3\xD9\xA8"
	  "00000001",
	    "Arabic digits" },
	{ "1380000000\xF0\x9F\x9A\x87", "emoji" },
	{ "\xC2\xB9"
	  "3800000001",
	    "superscript one" },
	{ "1380000000l", "a letter that looks like 1" },
	{ "1.38e10", "a number in another writing" },
	{ "03800000001", "does not begin with 1" },
	{ "1380000000", "ten digits" },
	{ "138000000011", "twelve digits" },
	{ "' OR '1'='1", "SQL" },
};

static int
ask_code(struct bench *b, const char *phone)
{
	char text[400];

	(void)snprintf(text, sizeof(text),
	    "{\"op\":\"otp.send\",\"body\":{\"phone\":\"%s\",\"purpose\":\"register\"}}", phone);
	return bad_open(b, ykt_bytes_str(text));
}

static int
ask_register(struct bench *b, const char *phone, const char *name, const char *otp)
{
	static char text[20000];

	(void)snprintf(text, sizeof(text),
	    "{\"op\":\"user.register\",\"body\":{\"phone\":\"%s\",\"name\":\"%s\",\"otp\":\"%s\","
	    "\"password\":\"" BENCH_PASS "\",\"consent\":true,\"se_id\":\"01\","
	    "\"client_version\":\"0.1.0\",\"edition\":\"2016\"}}",
	    phone, name, otp);
	return bad_open(b, ykt_bytes_str(text));
}

static int
ask_login(struct bench *b, const char *phone)
{
	char text[500];

	(void)snprintf(text, sizeof(text),
	    "{\"op\":\"user.login\",\"body\":{\"phone\":\"%s\",\"password\":\"" BENCH_PASS "\","
	    "\"client_version\":\"0.1.0\",\"se_id\":\"01\"}}",
	    phone);
	return bad_open(b, ykt_bytes_str(text));
}

static void
test_numbers_in_other_shapes(void **state)
{
	struct bench *b;
	uint64_t before;
	char otp[9];

	(void)state;
	bench_open(&b);
	assert_int_equal(ask_code(b, BENCH_PHONE), 200);
	bench_otp(b, otp);
	before = bad_state(b);
	for (size_t i = 0; i < YKT_ARRAY_LEN(phones); i++) {
		int login = ask_login(b, phones[i].phone);

		assert_true_why(ask_code(b, phones[i].phone) == 400, phones[i].why);
		assert_true_why(ask_register(b, phones[i].phone, "a", otp) == 400, phones[i].why);
		/* Longer than the field: no message. Else: as any failed login. */
		assert_true_why(login == 401 || login == 400, phones[i].why);
		assert_true_why(bad_state(b) == before, phones[i].why);
	}
	assert_int_equal(b->sms_count, 1);
	assert_int_equal(ask_register(b, BENCH_PHONE, "a", otp), 200);
	assert_int_equal(ask_login(b, BENCH_PHONE), 200);
	bench_close(&b);
}

static void
test_names_that_are_none(void **state)
{
	static const struct {
		const char *name, *why;
	} rows[] = {
		{ "", "empty" },
		{ " ", "a blank" },
		{ "a\\n", "line end" },
		{ "a\\tb", "tab" },
		{ "a\\u0000b", "NUL" },
		{ "a\\u001bb", "escape" },
		{ "a\\u007f", "delete" },
		{ "\\u200eab", "left-to-right mark" },
		{ "ab\\u200f", "right-to-left mark" },
		{ "a\\u202eb", "override" },
		{ "a\\u2066b", "isolate" },
		{ "a\\ufeffb", "byte order mark" },
		{ "a\\ud800", "half a character" },
		{ "a\xC0\xAF", "overlong" },
	};
	static const char odd[] = "<script>'; DROP TABLE user; -- %s%n \xF0\x9F\x9A\x87";
	static char large[10241];
	struct bench *b;
	uint64_t before;
	char otp[9];

	(void)state;
	bench_open(&b);
	assert_int_equal(ask_code(b, BENCH_PHONE), 200);
	bench_otp(b, otp);
	before = bad_state(b);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		assert_true_why(
		    ask_register(b, BENCH_PHONE, rows[i].name, otp) == 400, rows[i].why);
	memset(large, 'n', sizeof(large) - 1);
	assert_int_equal(ask_register(b, BENCH_PHONE, large, otp), 400);
	large[65] = '\0';
	assert_int_equal(ask_register(b, BENCH_PHONE, large, otp), 400);
	assert_true(bad_state(b) == before);
	/* 64 bytes are a name, whatever they look like. */
	large[64] = '\0';
	memcpy(large, odd, sizeof(odd) - 1);
	assert_int_equal(ask_register(b, BENCH_PHONE, large, otp), 200);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM user WHERE length(CAST(name AS"
					 " BLOB)) = 64"),
	    1);
	bench_close(&b);
}

static void
test_codes_of_others_and_used_ones(void **state)
{
	struct bench *b;
	uint64_t before;
	char first[9], second[9];

	(void)state;
	bench_open(&b);
	assert_int_equal(ask_code(b, BENCH_PHONE), 200);
	bench_otp(b, first);
	assert_int_equal(ask_code(b, BENCH_PHONE2), 200);
	bench_otp(b, second);
	assert_string_not_equal(first, second);
	assert_int_equal(ask_register(b, BENCH_PHONE, "a", second), 403);
	assert_string_equal(b->error.error, "otp_wrong");
	assert_int_equal(ask_register(b, BENCH_PHONE2, "b", first), 403);
	assert_int_equal(ask_register(b, "13800000003", "c", first), 403);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM user"), 0);
	/* Each wrong one has cost its owner one try of five, and no more. */
	assert_int_equal(bench_number(b, "SELECT SUM(tries) FROM otp"), 2);

	assert_int_equal(ask_register(b, BENCH_PHONE, "a", first), 200);
	before = bad_state(b);
	assert_int_equal(ask_register(b, "13800000003", "c", first), 403);
	assert_true(bad_state(b) == before);
	/* The code of registering does not stand for anything else. */
	assert_int_equal(ask_register(b, BENCH_PHONE2, "b", second), 200);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM user"), 2);
	bench_close(&b);
}

/* A used code opens nothing new: the same person's answer again, or "exists". */
static void
test_an_existing_number(void **state)
{
	struct wire_user_register_req req = { .phone = BENCH_PHONE,
		.name = "张三",
		.password = "somebody else",
		.consent = true,
		.client_version = "0.1.0",
		.edition = "2016" };
	struct wire_user_register_rsp rsp;
	struct bench *b;
	int64_t users, verifier;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	users = bench_number(b, "SELECT COUNT(*) FROM user");
	verifier = bench_number(b, "SELECT unicode(substr(verifier, -1)) FROM user");
	bench_otp(b, req.otp);
	assert_int_equal(bench_ask_open(b, "user.register", &req, &rsp), 409);
	assert_string_equal(b->error.error, "exists");
	b->now_ms += 60000;
	assert_int_equal(ask_code(b, BENCH_PHONE), 200);
	bench_otp(b, req.otp);
	assert_int_equal(bench_ask_open(b, "user.register", &req, &rsp), 409);
	strcpy(req.otp, "000000");
	assert_int_equal(bench_ask_open(b, "user.register", &req, &rsp), 403);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM user"), users);
	assert_int_equal(
	    bench_number(b, "SELECT unicode(substr(verifier, -1)) FROM user"), verifier);
	assert_int_equal(bench_login(b, BENCH_PHONE, "somebody else"), 401);
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_in_other_shapes),
		cmocka_unit_test(test_names_that_are_none),
		cmocka_unit_test(test_codes_of_others_and_used_ones),
		cmocka_unit_test(test_an_existing_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
