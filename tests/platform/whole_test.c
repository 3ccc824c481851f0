/*
 * From the rider's key to the wallet: the key module of the product (not its
 * model) signs, the client's builder makes the code, a gate's check believes it
 * under the root, and the platform charges it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/mem.h>

#include "code/code_verify.h"
#include "keys/keys.h"
#include "riders.h"

struct keyd {
	struct store_sqlite *db;
	struct crypto *crypto;
	struct keys *keys;
	struct keys_worker *worker;
	struct crypto_sm2_key root;
	struct code_roots roots;
	struct ykt_http port;
};

static enum ykt_status
keyd_call(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct keyd *keyd = ctx;
	struct ykt_http_request mine = *req;

	mine.peer = "platform-9901";
	keys_handle(keyd->worker, &mine, rsp);
	return YKT_OK;
}

/* An institution whose certificate the root signed, and the root as gates have it. */
static void
make_institution(struct keyd *keyd, const struct ykt_random *random, struct keys_code *code)
{
	struct code_request request = { .service = CODE_SERVICE,
		.institution = { 0x09, 0x98, 0x10, 0x01 },
		.expiry = { 0x12, 0x99 } };
	struct code_root root = { .name = "TEST-ROOT", .service = CODE_SERVICE, .index = 1 };
	static const uint8_t serial[3] = { 0, 0, 1 };
	struct signer_soft signer;
	struct code_cert cert;

	assert_status(crypto_sm2_generate(keyd->crypto, random, &keyd->root), YKT_OK);
	assert_status(crypto_sm2_generate(keyd->crypto, random, &code->key), YKT_OK);
	signer_soft_init(&signer, keyd->crypto, &code->key);
	assert_status(code_request_sign(&signer.signer, &request), YKT_OK);
	signer_soft_clear(&signer);
	signer_soft_init(&signer, keyd->crypto, &keyd->root);
	assert_status(code_request_issue(&signer.signer, 1, &request, serial, &cert), YKT_OK);
	signer_soft_clear(&signer);
	code_cert_encode(&cert, code->cert);
	code->there = true;
	root.pub = keyd->root.pub;
	assert_status(code_roots_add(keyd->crypto, &keyd->roots, &root), YKT_OK);
}

static void
keyd_open(struct keyd *keyd, struct bench *b)
{
	struct ykt_store_migration steps[32];
	struct store_sqlite_options database = { .path = ":memory:",
		.migrations = steps,
		.migration_count = keys_schema_count,
		.alloc = &ykt_alloc_libc };
	struct keys_options options = { .env = b->env, .city = "9901" };

	memset(keyd, 0, sizeof(*keyd));
	for (size_t i = 0; i < keys_schema_count; i++)
		steps[i] = (struct ykt_store_migration){ (int)i + 1, keys_schema[i] };
	assert_status(store_sqlite_open(&database, &keyd->db), YKT_OK);
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &keyd->crypto), YKT_OK);
	options.store = store_sqlite_port(keyd->db);
	memset(&options.roots, 0x01, sizeof(options.roots));
	make_institution(keyd, &b->random, &options.code);
	assert_status(keys_new(&options, &keyd->keys), YKT_OK);
	assert_status(keys_worker_new(keyd->keys, keyd->crypto, &keyd->worker), YKT_OK);
	b->keyd = (struct ykt_http){ .ctx = keyd, .call = keyd_call };
}

static void
keyd_close(struct keyd *keyd)
{
	keys_worker_free(&keyd->worker);
	keys_free(&keyd->keys);
	crypto_free(&keyd->crypto);
	store_sqlite_close(&keyd->db);
}

static enum code_verdict
at_the_gate(struct keyd *keyd, struct rider *r, const struct wire_ride *ride, int64_t after_ms)
{
	struct code_policy policy = { .roots = &keyd->roots, .fare_fen = 200 };
	struct code_result result;

	assert_status(code_verify(keyd->crypto, &policy, ykt_bytes(ride->code.data, ride->code.len),
			  r->b->now_ms + after_ms, &result),
	    YKT_OK);
	return result.verdict;
}

static void
test_from_the_key_to_the_wallet(void **state)
{
	struct rider *r = rider_open(5000);
	struct keyd keyd;
	struct wire_ride ride;

	(void)state;
	keyd_open(&keyd, r->b);
	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 200);
	ride = rider_ride(r, 1, 200, 0);
	assert_int_equal(at_the_gate(&keyd, r, &ride, 0), CODE_GOOD);
	assert_int_equal(at_the_gate(&keyd, r, &ride, 60000), CODE_GOOD);
	assert_int_equal(at_the_gate(&keyd, r, &ride, 61000), CODE_EXPIRED);
	assert_string_equal(rider_up(r, RIDE_GATE, &ride), "posted");
	assert_string_equal(rider_up(r, RIDE_GATE, &ride), "duplicate");
	assert_int_equal(rider_wallet(r), 4800);
	/* The next day the authorisation is over, and a new one is had with a new request. */
	r->b->now_ms += 86400000;
	assert_int_equal(bench_login(r->b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(at_the_gate(&keyd, r, &ride, 1000), CODE_AUTH_EXPIRED);
	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 200);
	ride = rider_ride(r, 2, 200, 0);
	assert_int_equal(at_the_gate(&keyd, r, &ride, 0), CODE_GOOD);
	assert_string_equal(rider_up(r, RIDE_GATE, &ride), "posted");
	assert_int_equal(rider_wallet(r), 4600);
	keyd_close(&keyd);
	rider_close(r);
}

/* What one institution signed is worth nothing under another's root. */
static void
test_another_citys_root_does_not_vouch(void **state)
{
	struct rider *r = rider_open(5000);
	struct keyd mine, other;
	struct wire_ride ride;

	(void)state;
	keyd_open(&other, r->b);
	keyd_open(&mine, r->b);
	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 200);
	ride = rider_ride(r, 1, 200, 0);
	assert_int_equal(at_the_gate(&mine, r, &ride, 0), CODE_GOOD);
	assert_int_equal(at_the_gate(&other, r, &ride, 0), CODE_CERT_FORGED);
	keyd_close(&mine);
	keyd_close(&other);
	rider_close(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_the_key_to_the_wallet),
		cmocka_unit_test(test_another_citys_root_does_not_vouch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
