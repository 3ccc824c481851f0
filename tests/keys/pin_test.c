/*
 * Payment PINs at the key module's JSON side, over a real database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "crypto/pwhash.h"
#include "keys/keys.h"
#include "store/store_sqlite.h"
#include "wire/pin.h"
#include "wire/pin_msg.h"

#define USER     "0123456789abcdef0123456789abcdef"
#define OTHER    "fedcba9876543210fedcba9876543210"
#define PHONE    "13800000001"
#define PIN      "604719"
#define NEXT     "739150"
#define PLATFORM "platform-9901"
#define NOW      INT64_C(1795500000000)
#define LIMIT    200

struct desk {
	struct store_sqlite *database;
	struct crypto *crypto;
	struct keys_options options;
	struct keys *keys;
	struct keys_worker *worker;
	struct wire_key_pin_rsp rsp;
	uint8_t seed;
};

static struct desk desk;
static const uint8_t sid[16] = { 1 }, other_sid[16] = { 2 };

static int64_t
desk_time(void *ctx)
{
	(void)ctx;
	return NOW;
}

static enum ykt_status
no_wait(void *ctx, int64_t until)
{
	(void)ctx;
	(void)until;
	return YKT_OK;
}

static enum ykt_status
some_random(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, ++desk.seed, len);
	return YKT_OK;
}

static const struct ykt_clock desk_clock = { NULL, desk_time, desk_time, no_wait };
static const struct ykt_random desk_random = { NULL, some_random };

static int
setup(void **state)
{
	static const uint8_t d[32] = { [31] = 33 };
	struct ykt_store_migration steps[8];
	struct store_sqlite_options options = { .path = ":memory:",
		.migrations = steps,
		.migration_count = keys_schema_count,
		.alloc = &ykt_alloc_libc };

	(void)state;
	assert_true(keys_schema_count <= YKT_ARRAY_LEN(steps));
	for (size_t i = 0; i < keys_schema_count; i++)
		steps[i] = (struct ykt_store_migration){ (int)i + 1, keys_schema[i] };
	memset(&desk, 0, sizeof(desk));
	assert_status(store_sqlite_open(&options, &desk.database), YKT_OK);
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &desk.crypto), YKT_OK);
	desk.options =
	    (struct keys_options){ .env = { &desk_clock, &desk_random, &ykt_alloc_libc, NULL },
		    .city = "9901" };
	desk.options.store = store_sqlite_port(desk.database);
	memset(&desk.options.roots, 0x5A, sizeof(desk.options.roots));
	desk.options.pay_pin.there = true;
	assert_status(crypto_sm2_key_set(desk.crypto, d, &desk.options.pay_pin.key), YKT_OK);
	assert_status(keys_new(&desk.options, &desk.keys), YKT_OK);
	assert_status(keys_worker_new(desk.keys, desk.crypto, &desk.worker), YKT_OK);

	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	keys_worker_free(&desk.worker);
	keys_free(&desk.keys);
	crypto_free(&desk.crypto);
	store_sqlite_close(&desk.database);

	return 0;
}

static int
ask(const char *peer, const char *path, const struct wire_message *msg, const void *message)
{
	static uint8_t body[4096], answer[4096];
	struct ykt_buf json = YKT_BUF(body);
	struct ykt_http_request req = { .method = YKT_HTTP_POST, .path = path, .peer = peer };
	struct ykt_http_response rsp = { .body = YKT_BUF(answer) };

	assert_status(wire_encode(msg, message, &json), YKT_OK);
	req.body = ykt_buf_view(&json);
	keys_handle(desk.worker, &req, &rsp);
	memset(&desk.rsp, 0, sizeof(desk.rsp));
	if (rsp.code == 200)
		assert_status(
		    wire_decode(&wire_key_pin_rsp_msg, ykt_buf_view(&rsp.body), &desk.rsp), YKT_OK);

	return rsp.code;
}

static void
seal(const uint8_t id[16], enum wire_pin_use use, const char *pin,
    struct wire_key_pin_check_req *req)
{
	assert_status(wire_pin_seal(desk.crypto, &desk.options.pay_pin.key.pub, id, use, pin,
			  req->pin.data, &req->pin.len),
	    YKT_OK);
}

/* A request to check pin against verifier, in the usual session. */
static struct wire_key_pin_check_req
checking(const char *pin, const char *verifier)
{
	struct wire_key_pin_check_req req = { .user_id = USER, .use = WIRE_PIN_PAY };

	memcpy(req.sid, sid, sizeof(sid));
	strcpy(req.verifier, verifier);
	seal(sid, WIRE_PIN_PAY, pin, &req);

	return req;
}

static int
check(const struct wire_key_pin_check_req *req)
{
	return ask(PLATFORM, WIRE_PATH_KEY_PIN_CHECK, &wire_key_pin_check_req_msg, req);
}

static struct wire_key_pin_make_req
making(const char *old, const char *pin, const char *verifier)
{
	struct wire_key_pin_make_req req = { .user_id = USER, .use = WIRE_PIN_NEW, .phone = PHONE };
	struct wire_key_pin_check_req block;

	memcpy(req.sid, sid, sizeof(sid));
	seal(sid, WIRE_PIN_NEW, pin, &block);
	memcpy(&req.pin, &block.pin, sizeof(req.pin));
	if (old != NULL) {
		seal(sid, WIRE_PIN_OLD, old, &block);
		memcpy(&req.old, &block.pin, sizeof(req.old));
	}
	req.has_verifier = verifier != NULL;
	strcpy(req.verifier, verifier != NULL ? verifier : "");

	return req;
}

static int
make(const struct wire_key_pin_make_req *req)
{
	return ask(PLATFORM, WIRE_PATH_KEY_PIN_MAKE, &wire_key_pin_make_req_msg, req);
}

/* The verifier of PIN, made as at the first setting. */
static void
verifier_of(const char *pin, char ret_verifier[WIRE_PIN_VERIFIER_MAX])
{
	struct wire_key_pin_make_req req = making(NULL, pin, NULL);

	assert_int_equal(make(&req), 200);
	assert_string_equal(desk.rsp.result, "made");
	assert_true(desk.rsp.has_verifier);
	strcpy(ret_verifier, desk.rsp.verifier);
}

struct number {
	const char *sql;
	int64_t value;
};

static enum ykt_status
read_number(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct number *number = arg;

	assert_int_equal(count, 1);
	number->value = cols[0].i;
	return YKT_OK;
}

static enum ykt_status
number_tx(struct ykt_tx *tx, void *arg)
{
	struct number *number = arg;

	return ykt_tx_query(tx, number->sql, NULL, 0, read_number, number, NULL);
}

static int64_t
number(const char *sql)
{
	struct number number = { sql, -1 };

	assert_status(ykt_store_run(desk.options.store, number_tx, &number), YKT_OK);

	return number.value;
}

static int64_t
wrong(void)
{
	return number("SELECT COALESCE(MAX(wrong), 0) FROM pin_wrong");
}

static void
test_a_verifier_knows_its_pin_and_tells_nothing(void **state)
{
	char verifier[WIRE_PIN_VERIFIER_MAX], other[WIRE_PIN_VERIFIER_MAX];
	struct wire_key_pin_check_req req;

	(void)state;
	verifier_of(PIN, verifier);
	verifier_of(PIN, other);
	assert_memory_equal(verifier, "ykt1$", 5);
	assert_string_not_equal(verifier, other);
	assert_null(strstr(verifier, PIN));
	req = checking(PIN, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "right");
	assert_false(desk.rsp.has_verifier);
	assert_int_equal(wrong(), 0);
	req = checking(NEXT, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "wrong");
	assert_int_equal(wrong(), 1);
}

/* Another session, another use, another user's verifier, a changed byte, no block: all alike. */
static void
test_what_is_not_that_users_block_is_wrong(void **state)
{
	char verifier[WIRE_PIN_VERIFIER_MAX];
	struct wire_key_pin_check_req req;

	(void)state;
	verifier_of(PIN, verifier);
	for (int kind = 0; kind < 6; kind++) {
		req = checking(PIN, verifier);
		switch (kind) {
		case 0:
			memcpy(req.sid, other_sid, sizeof(other_sid));
			break;
		case 1:
			seal(sid, WIRE_PIN_NEW, PIN, &req);
			break;
		case 2:
			strcpy(req.user_id, OTHER);
			break;
		case 3:
			req.pin.data[req.pin.len / 2] ^= 1;
			break;
		case 4:
			req.pin.len = 0;
			break;
		default:
			req.use = WIRE_PIN_MENU;
			break;
		}
		assert_int_equal(check(&req), 200);
		assert_string_equal(desk.rsp.result, "wrong");
	}
	req = checking(PIN, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "right");
}

/* A block that was held against one verifier is no way to find the PIN by others. */
static void
test_a_block_is_held_against_one_verifier(void **state)
{
	char verifier[WIRE_PIN_VERIFIER_MAX], other[WIRE_PIN_VERIFIER_MAX];
	struct wire_key_pin_check_req req;

	(void)state;
	verifier_of(PIN, verifier);
	verifier_of(NEXT, other);
	req = checking(NEXT, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "wrong");
	strcpy(req.verifier, other);
	assert_int_equal(check(&req), 422);
	/* The very same request again is the same look: its answer was lost. */
	strcpy(req.verifier, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "wrong");
	assert_int_equal(wrong(), 1);
}

static void
test_after_many_wrong_ones_none_is_looked_at(void **state)
{
	char verifier[WIRE_PIN_VERIFIER_MAX];
	struct wire_key_pin_check_req req;

	(void)state;
	verifier_of(PIN, verifier);
	for (int i = 0; i < LIMIT; i++) {
		req = checking(NEXT, verifier);
		assert_int_equal(check(&req), 200);
		assert_string_equal(desk.rsp.result, "wrong");
	}
	req = checking(PIN, verifier);
	assert_int_equal(check(&req), 429);
	assert_int_equal(wrong(), LIMIT);
	/* A PIN that is reset has tries of its own. */
	verifier_of(PIN, verifier);
	req = checking(PIN, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "right");
}

/* Verifiers of before are password hashes: the answer brings the one that replaces them. */
static void
test_a_verifier_of_before_is_replaced(void **state)
{
	char verifier[WIRE_PIN_VERIFIER_MAX], renewed[WIRE_PIN_VERIFIER_MAX];
	struct wire_key_pin_check_req req;

	(void)state;
	assert_status(crypto_pwhash_make(
			  &desk_random, ykt_bytes_str(PIN), &crypto_pwhash_cost_test, verifier),
	    YKT_OK);
	req = checking(NEXT, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "wrong");
	assert_false(desk.rsp.has_verifier);
	req = checking(PIN, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "right");
	assert_true(desk.rsp.has_verifier);
	strcpy(renewed, desk.rsp.verifier);
	assert_memory_equal(renewed, "ykt1$", 5);
	/* The answer was lost, or stored and the request came again: both hold. */
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.verifier, renewed);
	strcpy(req.verifier, renewed);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "right");
	strcpy(req.verifier, "$nonsense");
	assert_int_equal(check(&req), 422);
}

static void
test_a_pin_is_made_and_replaced(void **state)
{
	char verifier[WIRE_PIN_VERIFIER_MAX], next[WIRE_PIN_VERIFIER_MAX];
	struct wire_key_pin_make_req req;
	struct wire_key_pin_check_req of;
	const struct {
		const char *old, *pin, *result;
	} rows[] = {
		{ PIN, "123456", "weak" },
		{ PIN, "800000", "weak" }, /* of the phone's number */
		{ PIN, PIN, "old" },
		{ "918273", NEXT, "wrong" },
		{ NULL, NEXT, "wrong" },
	};

	(void)state;
	verifier_of(PIN, verifier);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		req = making(rows[i].old, rows[i].pin, verifier);
		assert_int_equal(make(&req), 200);
		assert_string_equal(desk.rsp.result, rows[i].result);
		assert_false(desk.rsp.has_verifier);
	}
	req = making(PIN, NEXT, verifier);
	memset(req.pin.data, 0, req.pin.len);
	assert_int_equal(make(&req), 200);
	assert_string_equal(desk.rsp.result, "no_block");
	req = making(PIN, NEXT, verifier);
	assert_int_equal(make(&req), 200);
	assert_string_equal(desk.rsp.result, "made");
	strcpy(next, desk.rsp.verifier);
	/* The same again gives the same; and when it was stored, it says so. */
	assert_int_equal(make(&req), 200);
	assert_string_equal(desk.rsp.verifier, next);
	strcpy(req.verifier, next);
	assert_int_equal(make(&req), 200);
	assert_string_equal(desk.rsp.result, "same_again");
	of = checking(NEXT, next);
	assert_int_equal(check(&of), 200);
	assert_string_equal(desk.rsp.result, "right");
}

static void
test_only_a_platform_asks_and_only_where_there_is_a_key(void **state)
{
	char verifier[WIRE_PIN_VERIFIER_MAX];
	struct wire_key_pin_check_req req;
	struct wire_key_pin_make_req new;
	int64_t rows;

	(void)state;
	verifier_of(PIN, verifier);
	rows = number("SELECT COUNT(*) FROM pin_block");
	req = checking(PIN, verifier);
	new = making(NULL, NEXT, NULL);
	assert_int_equal(
	    ask("tsm-9901", WIRE_PATH_KEY_PIN_CHECK, &wire_key_pin_check_req_msg, &req), 403);
	assert_int_equal(
	    ask("operator", WIRE_PATH_KEY_PIN_MAKE, &wire_key_pin_make_req_msg, &new), 403);
	req.use = WIRE_PIN_NEW;
	assert_int_equal(check(&req), 400);
	new.use = WIRE_PIN_PAY;
	assert_int_equal(make(&new), 400);
	keys_worker_free(&desk.worker);
	keys_free(&desk.keys);
	desk.options.pay_pin.there = false;
	assert_status(keys_new(&desk.options, &desk.keys), YKT_OK);
	assert_status(keys_worker_new(desk.keys, desk.crypto, &desk.worker), YKT_OK);
	req.use = WIRE_PIN_PAY;
	assert_int_equal(check(&req), 404);
	new.use = WIRE_PIN_NEW;
	assert_int_equal(make(&new), 404);
	assert_int_equal(number("SELECT COUNT(*) FROM pin_block"), rows);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_verifier_knows_its_pin_and_tells_nothing),
		TEST(test_what_is_not_that_users_block_is_wrong),
		TEST(test_a_block_is_held_against_one_verifier),
		TEST(test_after_many_wrong_ones_none_is_looked_at),
		TEST(test_a_verifier_of_before_is_replaced),
		TEST(test_a_pin_is_made_and_replaced),
		TEST(test_only_a_platform_asks_and_only_where_there_is_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
