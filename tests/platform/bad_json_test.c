/*
 * Bad JSON where it meets money (reliability 5.5): as a body, inside a good seal,
 * inside a good signature. 400 each time, no row moved, and the good one works.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bad.h"

struct bad_text {
	const char *text;
	const char *why;
};

/* What may stand where a good message has the number 1000. */
static const struct bad_text amounts[] = {
	{ "1e3", "exponent" },
	{ "1E3", "exponent in upper case" },
	{ "1000.0", "point" },
	{ "1000.", "point and nothing" },
	{ "-0", "minus zero" },
	{ "-1000", "below zero" },
	{ "01000", "leading zero" },
	{ "+1000", "plus" },
	{ "0x3E8", "hexadecimal" },
	{ "1E400", "beyond a double" },
	{ "9223372036854775808", "2^63" },
	{ "18446744073709552616", "wraps to 1000" },
	{ "\"1000\"", "text" },
	{ "null", "null" },
	{ "true", "true" },
	{ "[1000]", "a list" },
	{ "{}", "an object" },
	{ "NaN", "not a number" },
	{ "Infinity", "no number either" },
	{ "", "nothing" },
	{ "1000 1000", "two numbers" },
	{ "1000,", "trailing comma" },
	{ "1000,\"amount_fen\":1000", "the same key twice" },
	{ "1,\"amount_fen\":1000", "a key twice, the last would be good" },
	{ "1000,\"\\u0061mount_fen\":1", "a key twice, once in escapes" },
	{ "1000,\"Amount_fen\":1", "the key again in another case" },
	{ "1000,\"\xD0\xB0mount_fen\":1", "its twin with a Cyrillic a" },
	{ "1000,\"paid_fen\":1000", "a field that is not asked for" },
	{ "1000/*c*/", "comment" },
	{ "1000 \"x\":1", "missing comma" },
};

/* Whole texts that are no message of anything. */
static const struct bad_text bodies[] = {
	{ "", "empty" },
	{ " \r\n\t", "only blanks" },
	{ "null", "null" },
	{ "0", "a number" },
	{ "\"{}\"", "a text" },
	{ "[]", "a list" },
	{ "[{}]", "an object in a list" },
	{ "{", "cut" },
	{ "{}}", "text after the end" },
	{ "{}{}", "two messages" },
	{ "{\"a\":1,\"a\":2}", "a key twice" },
	{ "{\"a\":1}", "a key that no message has" },
	{ "{\"\":1}", "empty key" },
	{ "\xEF\xBB\xBF{}", "byte order mark" },
	{ "{\"a\":\"\\u0000\"}", "NUL in an escape" },
	{ "{\"a\":\"\\ud800\"}", "lone surrogate" },
	{ "{\"a\":\"\\u12G4\"}", "no hex digit" },
	{ "{\"a\":\"x\\", "ends in a backslash" },
	{ "{\"a\":\"x\\\"}", "the end is escaped" },
	{ "//c\n{}", "comment" },
	{ "{'a':1}", "single quotes" },
	{ "{\"a\":\"\xC0\xAF\"}", "overlong UTF-8" },
	{ "\xFF\xFE{\0}\0", "UTF-16" },
};
#define NOT_UTF8 2 /* the last ones, which no JSON text can carry inside */

static const struct {
	const char *path, *peer;
} doors[] = {
	{ WIRE_PATH_CLIENT_OPEN, "" },
	{ WIRE_PATH_CLIENT_CALL, "" },
	{ WIRE_PATH_PAY_NOTICE, "payd" },
	{ WIRE_PATH_GATE_UPLOAD, "gate-310000000001" },
	{ WIRE_PATH_GATE_PARAMS, "gate-310000000001" },
	{ WIRE_PATH_CLEAR_SUBMIT, "platform-9902" },
	{ "/admin/ledger", "operator" },
	{ "/admin/orders", "operator" },
};

static struct bench *
with_card(char card_no[21])
{
	struct bench *b;
	struct wire_order load;

	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	load = bench_card(b, card_no);
	bench_load_whole(b, load.order_id);
	return b;
}

/* The good text with its one amount replaced by something else. */
static void
twist(const char *good, const char *amount, char *out, size_t out_size)
{
	static const char key[] = "\"amount_fen\":1000";
	char whole[160];

	(void)snprintf(whole, sizeof(whole), "\"amount_fen\":%s", amount);
	(void)bad_replace(good, key, whole, out, out_size);
}

static void
knock(struct bench *b, size_t door, const void *text, size_t len, int code, const char *why)
{
	const char *token = code == 413 ? "too_large" : "malformed";
	int got = bench_raw(b, doors[door].path, doors[door].peer, ykt_bytes(text, len));

	if (got != code || strcmp(b->error.error, token) != 0)
		fail_msg("%s, %s: %d %s", doors[door].path, why, got, b->error.error);
}

/* The operator's one case of a gate is open already: what comes now changes nothing at all. */
static void
known_as_bad(struct bench *b)
{
	for (size_t door = 0; door < YKT_ARRAY_LEN(doors); door++)
		knock(b, door, "{", 1, 400, "the first");
}

static void
test_bodies_that_no_door_takes(void **state)
{
	static char large[1 << 20];
	char card_no[21];
	struct bench *b = with_card(card_no);
	uint64_t before;

	(void)state;
	known_as_bad(b);
	before = bad_state(b);
	for (size_t door = 0; door < YKT_ARRAY_LEN(doors); door++) {
		for (size_t i = 0; i < YKT_ARRAY_LEN(bodies); i++)
			knock(b, door, bodies[i].text, strlen(bodies[i].text), 400, bodies[i].why);
		knock(b, door, "{}\0", 3, 400, "NUL after the end");
		memset(large, '[', sizeof(large));
		knock(b, door, large, 200000, 400, "200,000 brackets");
		memset(large, 'x', sizeof(large));
		memcpy(large, "{\"a\":\"", 6);
		knock(b, door, large, YKT_HTTP_BODY_MAX, 400, "a text as long as a body may be");
		knock(b, door, large, sizeof(large), 413, "a text of 1 MB");
	}
	assert_true(bad_state(b) == before);
	(void)bench_topup(b, card_no, 1000);
	bench_check_books(b);
	bench_close(&b);
}

static void
topup_text(struct bench *b, const char *card_no, char *out, size_t size)
{
	(void)snprintf(out, size,
	    "{\"op\":\"order.topup\",\"idem\":\"%s\",\"body\":{\"card_no\":\"%s\","
	    "\"amount_fen\":1000}}",
	    bench_idem(b), card_no);
}

static void
call_refused(struct bench *b, const char *text, size_t len, const char *why)
{
	int code = bad_call(b, ykt_bytes(text, len));

	if (code != 400 || strcmp(b->error.error, "malformed") != 0)
		fail_msg("%s: %d %s", why, code, b->error.error);
}

/* The seal is good, the session is good, the person may: only the text is bad. */
static void
test_money_calls_inside_a_good_seal(void **state)
{
	static char large[WIRE_REQUEST_MAX];
	char card_no[21], good[400], text[600];
	struct bench *b = with_card(card_no);
	uint64_t before = bad_state(b);

	(void)state;
	topup_text(b, card_no, good, sizeof(good));
	for (size_t i = 0; i < YKT_ARRAY_LEN(amounts); i++) {
		twist(good, amounts[i].text, text, sizeof(text));
		call_refused(b, text, strlen(text), amounts[i].why);
	}
	for (size_t i = 0; i < YKT_ARRAY_LEN(bodies); i++)
		call_refused(b, bodies[i].text, strlen(bodies[i].text), bodies[i].why);
	for (size_t len = 0; len < strlen(good); len++)
		call_refused(b, good, len, "cut");
	memset(large, '[', sizeof(large));
	call_refused(b, large, sizeof(large), "as many brackets as fit");
	memset(large, 'x', sizeof(large));
	memcpy(large, "{\"op\":\"", 7);
	call_refused(b, large, sizeof(large), "a text as long as a request may be");
	assert_true(bad_state(b) == before);
	/* The session goes on, and the text that was twisted is taken. */
	assert_int_equal(bad_call(b, ykt_bytes_str(good)), 200);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord WHERE amount_fen = 1000"), 1);
	bench_close(&b);
}

/* The opening's doors stand before any session, so they are tried harder. */
static void
test_openings_inside_a_good_seal(void **state)
{
	static const char good[] = "{\"op\":\"otp.send\",\"body\":{\"phone\":\"" BENCH_PHONE
				   "\",\"purpose\":\"register\"}}";
	struct bench *b;
	uint64_t before;

	(void)state;
	bench_open(&b);
	before = bad_state(b);
	for (size_t i = 0; i < YKT_ARRAY_LEN(bodies); i++) {
		assert_true_why(bad_open(b, ykt_bytes_str(bodies[i].text)) == 400, bodies[i].why);
		assert_string_equal(b->error.error, "malformed");
	}
	for (size_t len = 0; len < sizeof(good) - 1; len++)
		assert_int_equal(bad_open(b, ykt_bytes(good, len)), 400);
	assert_true(bad_state(b) == before);
	assert_int_equal(b->sms_count, 0);
	assert_int_equal(bad_open(b, ykt_bytes_str(good)), 200);
	assert_int_equal(b->sms_count, 1);
	bench_close(&b);
}

/* Signs any text as the pay channel and sends it as a notice. */
static int
signed_send(struct bench *b, const char *text)
{
	static struct wire_signed wrap;
	struct ykt_buf json = YKT_BUF(b->body);
	struct signer_soft payd;

	memset(&wrap, 0, sizeof(wrap));
	strcpy(wrap.msg, text);
	strcpy(wrap.key, "payd");
	signer_soft_init(&payd, b->other, &b->pay_key);
	assert_status(signer_sign(&payd.signer, ykt_bytes_str(text), wrap.sig), YKT_OK);
	signer_soft_clear(&payd);
	assert_status(wire_encode(&wire_signed_msg, &wrap, &json), YKT_OK);
	return bench_raw(b, WIRE_PATH_PAY_NOTICE, "payd", ykt_buf_view(&json));
}

/* A good signature does not make a bad text good. */
static void
test_notices_under_a_good_signature(void **state)
{
	struct wire_order_topup_req req = { .amount_fen = 1000 };
	struct wire_order_pay_rsp pay;
	struct wire_order_id_req id;
	struct wire_pay_notice notice;
	struct wire_order order;
	char text[1200], good[1000] = { 0 };
	struct ykt_buf json = { (uint8_t *)good, 0, sizeof(good) - 1, false };
	struct bench *b = with_card(req.card_no);
	uint64_t before;

	(void)state;
	assert_int_equal(bench_ask(b, "order.topup", bench_idem(b), &req, &order), 200);
	strcpy(id.order_id, order.order_id);
	assert_int_equal(bench_ask(b, "order.pay", NULL, &id, &pay), 200);
	model_pay_of(b, order.order_id)->paid = true;
	model_notice(b, model_pay_of(b, order.order_id), &notice);
	assert_status(wire_encode(&wire_pay_notice_msg, &notice, &json), YKT_OK);
	before = bad_state(b);
	for (size_t i = 0; i < YKT_ARRAY_LEN(amounts); i++) {
		twist(good, amounts[i].text, text, sizeof(text));
		assert_true_why(signed_send(b, text) == 400, amounts[i].why);
		assert_string_equal(b->error.error, "malformed");
	}
	for (size_t i = 0; i < YKT_ARRAY_LEN(bodies) - NOT_UTF8; i++)
		assert_true_why(signed_send(b, bodies[i].text) == 400, bodies[i].why);
	assert_true(bad_state(b) == before);
	assert_int_equal(signed_send(b, good), 200);
	assert_string_equal(bench_order(b, order.order_id).state, "paid");
	bench_check_books(b);
	bench_close(&b);
}

static const char tap_text[] =
    "{\"batch_id\":\"" BAD_ID "\",\"terminal\":\"310000000001\",\"records\":[{"
    "\"card_no\":\"" BAD_CARD "\",\"issuer\":\"0202020202020202\",\"alg\":0,\"key_version\":1,"
    "\"type\":\"09\",\"amount_fen\":1000,\"balance_fen\":5000,\"offline_seq\":1,"
    "\"terminal\":\"310000000001\",\"terminal_seq\":1,\"datetime\":\"20261123080000\","
    "\"tac\":\"01020304\",\"confirmed\":true,"
    "\"trip\":\"000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000\"}]}";

/* A gate's certificate does not make a bad text good either. */
static void
test_uploads_of_a_known_gate(void **state)
{
	char text[1200];
	struct bench *b;
	uint64_t before;

	(void)state;
	bench_open(&b);
	known_as_bad(b);
	before = bad_state(b);
	for (size_t i = 0; i < YKT_ARRAY_LEN(amounts); i++) {
		twist(tap_text, amounts[i].text, text, sizeof(text));
		knock(b, 3, text, strlen(text), 400, amounts[i].why);
	}
	assert_true(bad_state(b) == before);
	assert_int_equal(bench_raw(b, doors[3].path, doors[3].peer, ykt_bytes_str(tap_text)), 200);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM tap"), 1);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies_that_no_door_takes),
		cmocka_unit_test(test_money_calls_inside_a_good_seal),
		cmocka_unit_test(test_openings_inside_a_good_seal),
		cmocka_unit_test(test_notices_under_a_good_signature),
		cmocka_unit_test(test_uploads_of_a_known_gate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
