/*
 * A key module that opens payment PINs, and requests to it: what its tests share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_KEYS_PIN_DESK_H
#define TESTS_KEYS_PIN_DESK_H

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
	int64_t later_ms; /* the module's clock */
	int64_t ahead_ms; /* that of who makes blocks, before it */
};

static struct desk desk;
static const uint8_t sid[16] = { 1 }, other_sid[16] = { 2 };

static inline int64_t
desk_time(void *ctx)
{
	(void)ctx;
	return NOW + desk.later_ms;
}

/* When the next block is made. */
static inline int64_t
made_ms(void)
{
	return NOW + desk.later_ms + desk.ahead_ms;
}

static inline enum ykt_status
no_wait(void *ctx, int64_t until)
{
	(void)ctx;
	(void)until;
	return YKT_OK;
}

static inline enum ykt_status
some_random(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, ++desk.seed, len);
	return YKT_OK;
}

static const struct ykt_clock desk_clock = { NULL, desk_time, desk_time, no_wait };
static const struct ykt_random desk_random = { NULL, some_random };

static inline int
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
	/* 01 is also a true, for what stands between the keys. */
	memset(&desk.options.roots, 0x01, sizeof(desk.options.roots));
	desk.options.pay_pin.there = true;
	assert_status(crypto_sm2_key_set(desk.crypto, d, &desk.options.pay_pin.key), YKT_OK);
	assert_status(keys_new(&desk.options, &desk.keys), YKT_OK);
	assert_status(keys_worker_new(desk.keys, desk.crypto, &desk.worker), YKT_OK);

	return 0;
}

static inline int
teardown(void **state)
{
	(void)state;
	keys_worker_free(&desk.worker);
	keys_free(&desk.keys);
	crypto_free(&desk.crypto);
	store_sqlite_close(&desk.database);

	return 0;
}

static inline int
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

static inline void
seal(const uint8_t id[16], enum wire_pin_use use, const char *pin,
    struct wire_key_pin_check_req *req)
{
	assert_status(wire_pin_seal(desk.crypto, NULL, &desk.options.pay_pin.key.pub, id, use,
			  made_ms(), pin, req->pin.data, &req->pin.len),
	    YKT_OK);
}

/* A request to check pin against verifier, in the usual session. */
static inline struct wire_key_pin_check_req
checking(const char *pin, const char *verifier)
{
	struct wire_key_pin_check_req req = { .user_id = USER, .use = WIRE_PIN_PAY };

	memcpy(req.sid, sid, sizeof(sid));
	strcpy(req.verifier, verifier);
	seal(sid, WIRE_PIN_PAY, pin, &req);

	return req;
}

static inline int
check(const struct wire_key_pin_check_req *req)
{
	return ask(PLATFORM, WIRE_PATH_KEY_PIN_CHECK, &wire_key_pin_check_req_msg, req);
}

static inline struct wire_key_pin_make_req
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

static inline int
make(const struct wire_key_pin_make_req *req)
{
	return ask(PLATFORM, WIRE_PATH_KEY_PIN_MAKE, &wire_key_pin_make_req_msg, req);
}

/* The verifier of PIN, made as at the first setting. */
static inline void
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

static inline enum ykt_status
read_number(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct number *number = arg;

	assert_int_equal(count, 1);
	number->value = cols[0].i;
	return YKT_OK;
}

static inline enum ykt_status
number_tx(struct ykt_tx *tx, void *arg)
{
	struct number *number = arg;

	return ykt_tx_query(tx, number->sql, NULL, 0, read_number, number, NULL);
}

static inline int64_t
number(const char *sql)
{
	struct number number = { sql, -1 };

	assert_status(ykt_store_run(desk.options.store, number_tx, &number), YKT_OK);

	return number.value;
}

#endif
