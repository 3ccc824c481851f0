/*
 * Users' certificates from the key module's JSON side, with the request of
 * another implementation (tests/ident_vectors.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "card/ident_cert.h"
#include "ident_vectors.h"
#include "keys/keys.h"
#include "store/store_sqlite.h"
#include "wire/json.h"
#include "wire/key_msg.h"

#define PATH "/key/ident.sign"
#define NOW  INT64_C(1795500000000) /* 2026-11-24 in UTC+8 */

struct desk {
	struct store_sqlite *database;
	struct crypto *crypto;
	struct keys_options options;
	struct keys *keys;
	struct keys_worker *worker;
};

static struct desk desk;
static char answer[8192];

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
no_random(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 7, len);
	return YKT_OK;
}

static const struct ykt_clock desk_clock = { NULL, desk_time, desk_time, no_wait };
static const struct ykt_random desk_random = { NULL, no_random };

static void
start(void)
{
	assert_status(keys_new(&desk.options, &desk.keys), YKT_OK);
	assert_status(keys_worker_new(desk.keys, desk.crypto, &desk.worker), YKT_OK);
}

static void
stop(void)
{
	keys_worker_free(&desk.worker);
	keys_free(&desk.keys);
}

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
	for (size_t i = 0; i < keys_schema_count; i++)
		steps[i] = (struct ykt_store_migration){ (int)i + 1, keys_schema[i] };
	assert_status(store_sqlite_open(&options, &desk.database), YKT_OK);
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &desk.crypto), YKT_OK);
	desk.options =
	    (struct keys_options){ .env = { &desk_clock, &desk_random, &ykt_alloc_libc, NULL },
		    .city = "9901" };
	desk.options.store = store_sqlite_port(desk.database);
	/* 01 is also a true, for what stands between the keys. */
	memset(&desk.options.roots, 0x01, sizeof(desk.options.roots));
	desk.options.ident.there = true;
	strcpy(desk.options.ident.authority, "TEST-CA-9901");
	assert_status(crypto_sm2_key_set(desk.crypto, d, &desk.options.ident.key), YKT_OK);
	start();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	stop();
	crypto_free(&desk.crypto);
	store_sqlite_close(&desk.database);
	return 0;
}

static int
ask(const char *peer, const char *request, int days)
{
	static char body[1024];
	struct ykt_http_request req = { .method = YKT_HTTP_POST, .path = PATH, .peer = peer };
	struct ykt_http_response rsp = { .body = {
					     (uint8_t *)answer, 0, sizeof(answer) - 1, false } };

	(void)snprintf(body, sizeof(body), "{\"request\":\"%s\",\"days\":%d}", request, days);
	req.body = ykt_bytes_str(body);
	keys_handle(desk.worker, &req, &rsp);
	answer[rsp.body.len] = '\0';
	return rsp.code;
}

static void
signs_a_certificate_for_a_request(void **state)
{
	struct wire_key_ident_sign_rsp rsp;
	struct ident_cert cert, request;
	struct ykt_bytes body;
	uint8_t bytes[IDENT_CERT_MAX];
	struct ykt_buf in = YKT_BUF(bytes);

	(void)state;
	assert_int_equal(ask("platform-9901", IDENT_REQUEST, 365), 200);
	assert_status(
	    wire_decode(&wire_key_ident_sign_rsp_msg, ykt_bytes_str(answer), &rsp), YKT_OK);
	assert_status(
	    ident_cert_decode(ykt_bytes(rsp.cert.data, rsp.cert.len), &cert, &body), YKT_OK);
	assert_status(ykt_hex_decode(IDENT_REQUEST, strlen(IDENT_REQUEST), &in), YKT_OK);
	assert_status(ident_cert_decode(ykt_buf_view(&in), &request, NULL), YKT_OK);
	assert_false(cert.request);
	assert_true(ykt_bytes_equal(cert.authority, ykt_bytes_str("TEST-CA-9901")));
	assert_memory_equal(cert.pub.xy, request.pub.xy, 64);
	assert_memory_equal(cert.holder, request.holder, 16);
	assert_memory_equal(cert.from, "\x20\x26\x11\x24", 4);
	assert_memory_equal(cert.until, "\x20\x27\x11\x24", 4);
	assert_status(crypto_sm2_verify(desk.crypto, &desk.options.ident.key.pub,
			  crypto_sm2_default_id, body, cert.sig),
	    YKT_OK);
}

static void
signs_nothing_else(void **state)
{
	static char changed[] = IDENT_REQUEST;

	(void)state;
	assert_int_equal(ask("tsm-9901", IDENT_REQUEST, 365), 403);
	assert_int_equal(ask("gate-310000000001", IDENT_REQUEST, 365), 403);
	assert_int_equal(ask("operator", IDENT_REQUEST, 365), 403);
	assert_int_equal(ask("platform-9901", IDENT_REQUEST, 0), 400);
	assert_int_equal(ask("platform-9901", IDENT_REQUEST, 3661), 400);
	assert_int_equal(ask("platform-9901", IDENT_CERT, 365), 400);
	assert_int_equal(ask("platform-9901", "", 365), 400);
	/* One digit anywhere: no request, or not signed by its key. */
	for (size_t at = 0; at < strlen(changed); at += 5) {
		char kept = changed[at];

		changed[at] = kept == '0' ? '1' : '0';
		assert_int_equal(ask("platform-9901", changed, 365), 400);
		assert_null(strstr(answer, "\"cert\""));
		changed[at] = kept;
	}
}

static void
without_an_authority_there_is_no_such_thing(void **state)
{
	struct keys_options options = desk.options;
	struct keys *keys = NULL;

	(void)state;
	stop();
	desk.options.ident.there = false;
	start();
	assert_int_equal(ask("platform-9901", IDENT_REQUEST, 365), 404);
	stop();
	desk.options.ident.there = true;
	start();
	options.ident.authority[0] = '\0';
	assert_status(keys_new(&options, &keys), YKT_E_ARG);
	assert_null(keys);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_a_certificate_for_a_request),
		cmocka_unit_test(signs_nothing_else),
		cmocka_unit_test(without_an_authority_there_is_no_such_thing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
