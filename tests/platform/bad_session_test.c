/*
 * Calls without the session, the device or the moment that they claim
 * (reliability 5.6, T23): the code, no row moved, the owner goes on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "bad.h"

static const char topup[] = "{\"op\":\"order.open\",\"idem\":\"" BAD_ID
			    "\",\"body\":{\"aid\":\"A000000632010105\",\"se_id\":\"01\","
			    "\"first_load_fen\":1000}}";

static struct bench *
logged_in(void)
{
	struct bench *b;

	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	return b;
}

/* The money call under whatever session the bench believes it has. */
static void
refused(struct bench *b, int code, const char *token, const char *why)
{
	uint64_t before = bad_state(b);
	int got = bad_call(b, ykt_bytes_str(topup));

	if (got != -code || strcmp(b->error.error, token) != 0)
		fail_msg("%s: %d %s", why, got, b->error.error);
	assert_true_why(bad_state(b) == before, why);
}

static void
accepted(struct bench *b)
{
	int64_t orders = bench_number(b, "SELECT COUNT(*) FROM ord");

	assert_int_equal(bad_call(b, ykt_bytes_str(topup)), 200);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), orders + 2);
}

static void
test_no_session(void **state)
{
	struct bench *b = logged_in();
	uint8_t sid[16];

	(void)state;
	memcpy(sid, b->sid, sizeof(sid));
	memset(b->sid, 0, sizeof(b->sid));
	refused(b, 401, "no_session", "none");
	memset(b->sid, 0xFF, sizeof(b->sid));
	refused(b, 401, "no_session", "one that never was");
	memcpy(b->sid, sid, sizeof(sid));
	accepted(b);
	bench_close(&b);
}

static void
test_expired_by_one_second(void **state)
{
	static const struct {
		const char *why;
		int64_t uses; /* every four minutes, so that it is never idle */
		int64_t last_ms;
	} rows[] = {
		{ "idle", 0, 301000 },
		{ "absolute", 7, 30 * 60000 - 7 * 240000 + 1000 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct bench *b = logged_in();
		static struct wire_app_list_rsp apps;

		for (int64_t n = 0; n < rows[i].uses; n++) {
			b->now_ms += 240000;
			assert_int_equal(bench_ask(b, "app.list", NULL, NULL, &apps), 200);
		}
		b->now_ms += rows[i].last_ms;
		refused(b, 401, "no_session", rows[i].why);
		assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
		accepted(b);
		bench_close(&b);
	}
}

static void
test_after_logout(void **state)
{
	struct bench *b = logged_in();
	struct wire_empty nothing;

	(void)state;
	assert_int_equal(bench_ask(b, "user.logout", NULL, NULL, &nothing), 200);
	refused(b, 401, "no_session", "logged out");
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	accepted(b);
	bench_close(&b);
}

/* One person, one session: the second phone ends the first one's. */
static void
test_another_device(void **state)
{
	struct bench *b = logged_in();
	struct wire_session_keys keys = b->keys, other_keys;
	struct crypto_sm2_key first = b->device;
	uint8_t sid[16], other_sid[16];

	(void)state;
	memcpy(sid, b->sid, sizeof(sid));
	assert_status(crypto_sm2_generate(b->other, &b->random, &b->device), YKT_OK);
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	other_keys = b->keys;
	memcpy(other_sid, b->sid, sizeof(other_sid));
	b->keys = keys;
	memcpy(b->sid, sid, sizeof(sid));
	refused(b, 401, "no_session", "the first phone");
	/* The first phone's keys do not open the second one's session. */
	memcpy(b->sid, other_sid, sizeof(other_sid));
	refused(b, 403, "seal", "the second phone's id under the first one's keys");
	b->keys = other_keys;
	accepted(b);
	b->device = first;
	bench_close(&b);
}

/* Another person's session id under one's own keys, and the other way round. */
static void
test_another_person(void **state)
{
	struct bench *b = logged_in();
	struct wire_session_keys keys = b->keys;
	uint8_t sid[16], other_sid[16];

	(void)state;
	memcpy(sid, b->sid, sizeof(sid));
	bench_register(b, BENCH_PHONE2);
	memcpy(other_sid, b->sid, sizeof(other_sid));
	memcpy(b->sid, sid, sizeof(sid));
	refused(b, 403, "seal", "the first person's id");
	memcpy(b->sid, other_sid, sizeof(other_sid));
	b->keys = keys;
	refused(b, 403, "seal", "the first person's keys");
	memcpy(b->sid, sid, sizeof(sid));
	accepted(b);
	bench_close(&b);
}

/* |phone - server| may be ten minutes, not a millisecond more, either way. */
static void
test_the_clock(void **state)
{
	static const struct {
		int64_t off_ms;
		bool good;
	} rows[] = {
		{ -600000, true },
		{ 600000, true },
		{ -600001, false },
		{ 600001, false },
		{ -86400000, false },
		{ INT64_C(315360000000), false },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct bench *b = logged_in();
		struct ykt_buf json = YKT_BUF(b->body);
		struct wire_seal seal;
		uint64_t before = bad_state(b);
		int code;

		assert_status(wire_call_seal(b->other, &b->random, &b->keys, b->sid, 1,
				  b->now_ms + rows[i].off_ms, ykt_bytes_str(topup), &json, &seal),
		    YKT_OK);
		code = bench_raw(b, WIRE_PATH_CLIENT_CALL, "", ykt_buf_view(&json));
		assert_int_equal(code, rows[i].good ? 200 : 400);
		assert_string_equal(b->error.error, rows[i].good ? "" : "clock");
		assert_true((bad_state(b) == before) == !rows[i].good);
		b->ctr = 1;
		if (!rows[i].good)
			accepted(b);
		bench_close(&b);
	}
}

static void
seal_opening(
    struct bench *b, const char *text, int64_t ts_ms, uint8_t *out, size_t size, size_t *ret_len)
{
	struct ykt_buf json = { out, 0, size, false };
	struct wire_session_keys keys;
	struct signer_soft device;
	struct wire_seal seal;

	signer_soft_init(&device, b->other, &b->device);
	assert_status(wire_open_seal(b->other, &b->random, &b->options.seal_key.pub, &device.signer,
			  ts_ms, ykt_bytes_str(text), &json, &keys, &seal),
	    YKT_OK);
	signer_soft_clear(&device);
	*ret_len = json.len;
}

static const char ask_code[] =
    "{\"op\":\"otp.send\",\"body\":{\"phone\":\"" BENCH_PHONE2 "\",\"purpose\":\"login\"}}";

static void
test_the_clock_of_an_opening(void **state)
{
	static const struct {
		int64_t off_ms;
		bool good;
	} rows[] = {
		{ -600000, true },
		{ 600000, true },
		{ -600001, false },
		{ 600001, false },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct bench *b = logged_in();
		uint64_t before = bad_state(b);
		uint8_t json[4096];
		size_t len;

		seal_opening(b, ask_code, b->now_ms + rows[i].off_ms, json, sizeof(json), &len);
		assert_int_equal(bench_raw(b, WIRE_PATH_CLIENT_OPEN, "", ykt_bytes(json, len)),
		    rows[i].good ? 200 : 400);
		assert_string_equal(b->error.error, rows[i].good ? "" : "clock");
		assert_true((bad_state(b) == before) == !rows[i].good);
		bench_close(&b);
	}
}

/* Any one member of one opening in the place of another's. */
static void
test_a_signature_over_another_body(void **state)
{
	static const char *const members[] = { "key", "ts_ms", "nonce", "device", "ct", "sig",
		"mac" };
	struct bench *b = logged_in();
	uint8_t one[4096], two[4096], mixed[8192];
	struct wire_open_sealed first, second;
	size_t one_len, two_len;
	uint64_t before = bad_state(b);
	unsigned sms = b->sms_count;

	(void)state;
	seal_opening(b, ask_code, b->now_ms, one, sizeof(one), &one_len);
	assert_status(crypto_sm2_generate(b->other, &b->random, &b->device), YKT_OK);
	seal_opening(b, ask_code, b->now_ms + 1, two, sizeof(two), &two_len);
	for (size_t i = 0; i < YKT_ARRAY_LEN(members); i++) {
		struct ykt_buf json = YKT_BUF(mixed);

		assert_status(
		    wire_decode(&wire_open_sealed_msg, ykt_bytes(one, one_len), &first), YKT_OK);
		assert_status(
		    wire_decode(&wire_open_sealed_msg, ykt_bytes(two, two_len), &second), YKT_OK);
		switch (i) {
		case 0:
			memcpy(&first.key, &second.key, sizeof(first.key));
			break;
		case 1:
			first.ts_ms = second.ts_ms;
			break;
		case 2:
			memcpy(first.nonce, second.nonce, sizeof(first.nonce));
			break;
		case 3:
			memcpy(first.device, second.device, sizeof(first.device));
			break;
		case 4:
			first.ct = second.ct;
			break;
		case 5:
			memcpy(first.sig, second.sig, sizeof(first.sig));
			break;
		default:
			memcpy(first.mac, second.mac, sizeof(first.mac));
			break;
		}
		assert_status(wire_encode(&wire_open_sealed_msg, &first, &json), YKT_OK);
		assert_true_why(bench_raw(b, WIRE_PATH_CLIENT_OPEN, "", ykt_buf_view(&json)) == 403,
		    members[i]);
		assert_string_equal(b->error.error, "seal");
		assert_true_why(bad_state(b) == before, members[i]);
	}
	assert_int_equal(b->sms_count, sms);
	/* Not one of them has used up the nonces of the true ones. */
	assert_int_equal(bench_raw(b, WIRE_PATH_CLIENT_OPEN, "", ykt_bytes(one, one_len)), 200);
	assert_int_equal(bench_raw(b, WIRE_PATH_CLIENT_OPEN, "", ykt_bytes(two, two_len)), 200);
	bench_close(&b);
}

/* The same message again, and an older counter under a fresh seal. */
static void
test_a_repeated_message(void **state)
{
	struct bench *b = logged_in();
	struct ykt_buf json = YKT_BUF(b->body);
	uint8_t open[4096];
	struct wire_seal seal;
	uint64_t before, seed;
	size_t len;

	(void)state;
	assert_status(wire_call_seal(b->other, &b->random, &b->keys, b->sid, 7, b->now_ms,
			  ykt_bytes_str(topup), &json, &seal),
	    YKT_OK);
	assert_int_equal(bench_raw(b, WIRE_PATH_CLIENT_CALL, "", ykt_buf_view(&json)), 200);
	before = bad_state(b);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(bench_raw(b, WIRE_PATH_CLIENT_CALL, "", ykt_buf_view(&json)), 409);
		assert_string_equal(b->error.error, "replay");
	}
	b->ctr = 5;
	refused(b, 409, "replay", "an older counter");
	seed = b->seed;
	seal_opening(b, ask_code, b->now_ms, open, sizeof(open), &len);
	assert_int_equal(bench_raw(b, WIRE_PATH_CLIENT_OPEN, "", ykt_bytes(open, len)), 200);
	before = bad_state(b);
	assert_int_equal(bench_raw(b, WIRE_PATH_CLIENT_OPEN, "", ykt_bytes(open, len)), 409);
	assert_string_equal(b->error.error, "replay");
	/* A phone whose random numbers repeat: the same nonce over something else. */
	b->seed = seed;
	b->now_ms += 61000;
	seal_opening(b, ask_code, b->now_ms, open, sizeof(open), &len);
	assert_int_equal(bench_raw(b, WIRE_PATH_CLIENT_OPEN, "", ykt_bytes(open, len)), 409);
	assert_string_equal(b->error.error, "replay");
	assert_true(bad_state(b) == before);
	b->ctr = 7;
	assert_int_equal(bad_call(b, ykt_bytes_str(topup)), 200); /* the same order again */
	assert_true(bad_state(b) == before);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_session),
		cmocka_unit_test(test_expired_by_one_second),
		cmocka_unit_test(test_after_logout),
		cmocka_unit_test(test_another_device),
		cmocka_unit_test(test_another_person),
		cmocka_unit_test(test_the_clock),
		cmocka_unit_test(test_the_clock_of_an_opening),
		cmocka_unit_test(test_a_signature_over_another_body),
		cmocka_unit_test(test_a_repeated_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
