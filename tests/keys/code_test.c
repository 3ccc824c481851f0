/*
 * Authorisations for ride codes from the key module's JSON side, with the
 * institution of tests/vectors/code.json.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "code/code_verify.h"
#include "keys/keys.h"
#include "store/store_sqlite.h"
#include "wire/json.h"
#include "wire/key_msg.h"

#define PATH "/key/code.sign"

struct desk {
	struct store_sqlite *database;
	struct crypto *crypto;
	struct keys_options options;
	struct keys *keys;
	struct keys_worker *worker;
	json_t *vectors;
	struct code_roots roots;
	char point[67];
	int64_t now_s;
};

static struct desk desk;
static char answer[8192];

static int64_t
desk_time(void *ctx)
{
	return ((struct desk *)ctx)->now_s * 1000;
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

static const struct ykt_clock desk_clock = { &desk, desk_time, desk_time, no_wait };
static const struct ykt_random desk_random = { NULL, no_random };

static void
take(const json_t *object, const char *name, uint8_t *out, size_t len)
{
	const char *text = json_string_value(json_object_get(object, name));
	struct ykt_buf buf = { out, 0, len, false };

	assert_non_null(text);
	assert_status(ykt_hex_decode(text, strlen(text), &buf), YKT_OK);
	assert_int_equal(buf.len, len);
}

static void
take_pub(const char *name, struct crypto_sm2_pub *pub)
{
	const json_t *object = json_object_get(desk.vectors, name);

	take(object, "x", pub->xy, 32);
	take(object, "y", pub->xy + 32, 32);
}

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
	struct ykt_store_migration steps[8];
	struct store_sqlite_options options = { .path = ":memory:",
		.migrations = steps,
		.migration_count = keys_schema_count,
		.alloc = &ykt_alloc_libc };
	struct code_root root = { .name = "TEST-ROOT", .service = CODE_SERVICE, .index = 7 };
	struct crypto_sm2_pub user;
	uint8_t point[33];

	(void)state;
	for (size_t i = 0; i < keys_schema_count; i++)
		steps[i] = (struct ykt_store_migration){ (int)i + 1, keys_schema[i] };
	assert_status(store_sqlite_open(&options, &desk.database), YKT_OK);
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &desk.crypto), YKT_OK);
	desk.vectors = json_load_file(VECTORS "/code.json", 0, NULL);
	assert_non_null(desk.vectors);
	desk.now_s = json_integer_value(json_object_get(desk.vectors, "generated_s"));
	desk.options =
	    (struct keys_options){ .env = { &desk_clock, &desk_random, &ykt_alloc_libc, NULL },
		    .city = "9901" };
	desk.options.store = store_sqlite_port(desk.database);
	memset(&desk.options.roots, 0x01, sizeof(desk.options.roots));
	desk.options.code.there = true;
	memcpy(desk.options.code.platform, "\x02\x02\x31\x00", 4);
	take(json_object_get(desk.vectors, "institution_key"), "d", desk.options.code.key.d, 32);
	take_pub("institution_key", &desk.options.code.key.pub);
	take(desk.vectors, "certificate", desk.options.code.cert, CODE_CERT_LEN);
	take_pub("root", &root.pub);
	assert_status(code_roots_add(desk.crypto, &desk.roots, &root), YKT_OK);
	take_pub("user_key", &user);
	crypto_sm2_compress(&user, point);
	ykt_hex_encode(YKT_BYTES(point), desk.point);
	start();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	stop();
	json_decref(desk.vectors);
	crypto_free(&desk.crypto);
	store_sqlite_close(&desk.database);
	return 0;
}

static int
ask(const char *peer, const char *body)
{
	struct ykt_http_request req = {
		.method = YKT_HTTP_POST, .path = PATH, .body = ykt_bytes_str(body), .peer = peer
	};
	struct ykt_http_response rsp = { .body = {
					     (uint8_t *)answer, 0, sizeof(answer) - 1, false } };

	keys_handle(desk.worker, &req, &rsp);
	answer[rsp.body.len] = '\0';
	return rsp.code;
}

static const char *
request(const char *account, const char *point, int64_t expires_s, int validity_s, int kind)
{
	static char body[512];

	(void)snprintf(body, sizeof(body),
	    "{\"account\":\"%s\",\"user\":\"00990100000000000001\",\"kind\":%d,\"limit_fen\":1000,"
	    "\"point\":\"%s\",\"expires_s\":%lld,\"validity_s\":%d}",
	    account, kind, point, (long long)expires_s, validity_s);
	return body;
}

#define ACCOUNT "9901000000000001"

/* What comes out stands under the root, with the module's own institution in it. */
static void
signs_what_it_laid_out_itself(void **state)
{
	struct code_policy policy = { .roots = &desk.roots };
	struct wire_key_code_sign_rsp rsp;
	enum code_verdict verdict = CODE_VERDICT_COUNT;
	struct code_auth auth;

	(void)state;
	assert_int_equal(
	    ask("platform-9901", request(ACCOUNT, desk.point, desk.now_s + 60, 60, 0)), 200);
	assert_status(
	    wire_decode(&wire_key_code_sign_rsp_msg, ykt_bytes_str(answer), &rsp), YKT_OK);
	assert_int_equal(rsp.auth.len, CODE_AUTH_MIN);
	assert_status(code_auth_decode(ykt_bytes(rsp.auth.data, rsp.auth.len), &auth), YKT_OK);
	assert_memory_equal(auth.institution, "\x01\x01\x31\x00", 4);
	assert_memory_equal(auth.platform, "\x02\x02\x31\x00", 4);
	assert_int_equal(auth.limit_fen, 1000);
	assert_status(code_auth_verify(desk.crypto, &policy, ykt_bytes(rsp.auth.data, rsp.auth.len),
			  desk.now_s * 1000, &verdict),
	    YKT_OK);
	assert_string_equal(code_verdict_name(verdict), "good");
}

static void
signs_for_no_other_caller(void **state)
{
	const char *body = request(ACCOUNT, desk.point, desk.now_s + 60, 60, 0);

	(void)state;
	assert_int_equal(ask("tsm-9901", body), 403);
	assert_int_equal(ask("gate-310000000001", body), 403);
	assert_int_equal(ask("operator", body), 403);
	assert_null(strstr(answer, "\"auth\""));
}

static void
signs_nothing_that_no_gate_would_take(void **state)
{
	char off[67];

	(void)state;
	memset(off, 'F', 66);
	memcpy(off, "02", 2);
	off[66] = '\0';
	assert_int_equal(ask("platform-9901", request(ACCOUNT, off, desk.now_s + 60, 60, 0)), 400);
	assert_int_equal(
	    ask("platform-9901", request(ACCOUNT, desk.point, desk.now_s, 60, 0)), 400);
	assert_int_equal(
	    ask("platform-9901", request(ACCOUNT, desk.point, desk.now_s + 60, 0, 0)), 400);
	assert_int_equal(
	    ask("platform-9901", request(ACCOUNT, desk.point, desk.now_s + 60, 60, 6)), 400);
	assert_int_equal(
	    ask("platform-9901", request("short", desk.point, desk.now_s + 60, 60, 0)), 400);
	assert_null(strstr(answer, "\"auth\""));
}

static void
signs_nothing_when_its_month_is_over(void **state)
{
	const int64_t now_s = desk.now_s;

	(void)state;
	desk.now_s = 1924963200; /* 2031-01-01 in UTC+8; the certificate says 1230 */
	assert_int_equal(
	    ask("platform-9901", request(ACCOUNT, desk.point, desk.now_s + 60, 60, 0)), 409);
	assert_non_null(strstr(answer, "code_cert"));
	desk.now_s = now_s;
}

static void
without_an_institution_there_is_no_such_thing(void **state)
{
	(void)state;
	stop();
	desk.options.code.there = false;
	start();
	assert_int_equal(
	    ask("platform-9901", request(ACCOUNT, desk.point, desk.now_s + 60, 60, 0)), 404);
	stop();
	desk.options.code.there = true;
	start();
}

static void
a_certificate_of_another_key_is_refused(void **state)
{
	struct keys_options options = desk.options;
	struct keys *keys = NULL;

	(void)state;
	take_pub("user_key", &options.code.key.pub);
	assert_status(keys_new(&options, &keys), YKT_MISMATCH);
	options = desk.options;
	options.code.cert[0] ^= 1;
	assert_status(keys_new(&options, &keys), YKT_MISMATCH);
	assert_null(keys);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_what_it_laid_out_itself),
		cmocka_unit_test(signs_for_no_other_caller),
		cmocka_unit_test(signs_nothing_that_no_gate_would_take),
		cmocka_unit_test(signs_nothing_when_its_month_is_over),
		cmocka_unit_test(without_an_institution_there_is_no_such_thing),
		cmocka_unit_test(a_certificate_of_another_key_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
