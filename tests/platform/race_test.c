/*
 * Many at once (T36): the same notice, the same batch, the same request, on eight
 * workers over the threaded store. One effect, whoever comes first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"

#include <pthread.h>
#include <string.h>

#include <ykt/mem.h>

#define THREADS 8
#define ROUNDS  8

/* The models are one thread's; here they answer one at a time. */
static pthread_mutex_t models = PTHREAD_MUTEX_INITIALIZER;

static enum ykt_status
one_at_a_time(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	const struct ykt_http *inner = ctx;
	enum ykt_status status;

	(void)pthread_mutex_lock(&models);
	status = inner->call(inner->ctx, req, rsp);
	(void)pthread_mutex_unlock(&models);
	return status;
}

static enum ykt_status
random_locked(void *ctx, uint8_t *out, size_t len)
{
	const struct ykt_random *inner = ctx;
	enum ykt_status status;

	(void)pthread_mutex_lock(&models);
	status = inner->fill(inner->ctx, out, len);
	(void)pthread_mutex_unlock(&models);
	return status;
}

struct racer {
	struct bench *b;
	struct crypto *crypto;
	struct platform_worker *w;
	pthread_barrier_t *barrier;
	const char *path, *peer;
	struct ykt_bytes body; /* one for all, or this one's own */
	int codes[ROUNDS];
	size_t answer_len;
	uint8_t answer[YKT_HTTP_BODY_MAX];
	pthread_t thread;
};

static void *
race(void *arg)
{
	struct racer *r = arg;
	const struct ykt_http_request req = {
		.method = YKT_HTTP_POST,
		.path = r->path,
		.peer = r->peer,
		.body = r->body,
		.deadline_mono_ms = r->b->now_ms + 30000,
	};

	for (int i = 0; i < ROUNDS; i++) {
		struct ykt_http_response rsp = { .body = YKT_BUF(r->answer) };

		(void)pthread_barrier_wait(r->barrier);
		platform_handle(r->w, &req, &rsp);
		r->codes[i] = rsp.code;
		r->answer_len = rsp.body.len;
	}
	return NULL;
}

struct field {
	struct bench *b;
	struct ykt_http keyd, tsm, psp;
	struct ykt_random random;
	struct racer racers[THREADS];
	pthread_barrier_t barrier;
};

static struct field *
field_open(void)
{
	static struct field f;

	memset(&f, 0, sizeof(f));
	bench_open_threaded(&f.b);
	f.keyd = (struct ykt_http){ &f.b->keyd, one_at_a_time };
	f.tsm = (struct ykt_http){ &f.b->tsm, one_at_a_time };
	f.psp = (struct ykt_http){ &f.b->psp, one_at_a_time };
	f.random = (struct ykt_random){ &f.b->random, random_locked };
	f.b->options.keyd = &f.keyd;
	f.b->options.tsm = &f.tsm;
	f.b->options.psp = &f.psp;
	f.b->options.env.random = &f.random;
	bench_restart(f.b);
	bench_register(f.b, BENCH_PHONE);
	assert_int_equal(pthread_barrier_init(&f.barrier, NULL, THREADS), 0);
	for (size_t i = 0; i < THREADS; i++) {
		struct racer *r = &f.racers[i];

		r->b = f.b;
		r->barrier = &f.barrier;
		assert_status(crypto_new(&ykt_alloc_libc, NULL, &r->crypto), YKT_OK);
		assert_status(platform_worker_new(f.b->p, r->crypto, &r->w), YKT_OK);
	}
	return &f;
}

static void
field_race(struct field *f)
{
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&f->racers[i].thread, NULL, race, &f->racers[i]), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(f->racers[i].thread, NULL), 0);
}

static void
field_close(struct field *f)
{
	bench_check_books(f->b);
	for (size_t i = 0; i < THREADS; i++) {
		platform_worker_free(&f->racers[i].w);
		crypto_free(&f->racers[i].crypto);
	}
	(void)pthread_barrier_destroy(&f->barrier);
	bench_close(&f->b);
}

static void
all_race_with(struct field *f, const char *path, const char *peer, struct ykt_bytes body)
{
	for (size_t i = 0; i < THREADS; i++) {
		f->racers[i].path = path;
		f->racers[i].peer = peer;
		f->racers[i].body = body;
	}
	field_race(f);
}

static void
test_one_notice(void **state)
{
	struct field *f = field_open();
	struct wire_order open = bench_order_open(f->b);
	struct wire_order_id_req id;
	struct wire_order_pay_rsp pay;
	struct wire_pay_notice notice;
	struct signer_soft signer;
	static uint8_t bytes[4096];
	struct ykt_buf json = YKT_BUF(bytes);

	(void)state;
	strcpy(id.order_id, open.order_id);
	assert_int_equal(bench_ask(f->b, "order.pay", NULL, &id, &pay), 200);
	f->b->pays[0].paid = true;
	model_notice(f->b, &f->b->pays[0], &notice);
	signer_soft_init(&signer, f->b->other, &f->b->pay_key);
	assert_status(
	    wire_signed_make(&signer.signer, "payd", &wire_pay_notice_msg, &notice, &json), YKT_OK);
	signer_soft_clear(&signer);
	all_race_with(f, WIRE_PATH_PAY_NOTICE, "payd", ykt_buf_view(&json));
	for (size_t i = 0; i < THREADS; i++) {
		for (int n = 0; n < ROUNDS; n++)
			assert_int_equal(f->racers[i].codes[n], 200);
	}
	assert_int_equal(bench_number(f->b, "SELECT COUNT(*) FROM journal"), 1);
	assert_int_equal(bench_account(f->b, "PSP", ""), -BENCH_FEE - BENCH_LOAD);
	field_close(f);
}

static void
test_one_batch(void **state)
{
	struct field *f = field_open();
	static struct wire_gate_upload_req req;
	static uint8_t bytes[64 * 1024];
	struct ykt_buf json = YKT_BUF(bytes);
	char card_no[21];

	(void)state;
	bench_load_whole(f->b, bench_card(f->b, card_no).order_id);
	memset(&req, 0, sizeof(req));
	strcpy(req.batch_id, "0000000000000000000000000000000b");
	memcpy(req.terminal, (uint8_t[]){ 0x31, 0, 0, 0, 0, 1 }, 6);
	req.records_count = 16;
	for (size_t i = 0; i < req.records_count; i++) {
		struct wire_tap *tap = &req.records[i];

		*tap = (struct wire_tap){ .type = { 0x09 },
			.amount_fen = 10,
			.offline_seq = (int64_t)i,
			.terminal = { 0x31, 0, 0, 0, 0, 1 },
			.terminal_seq = (int64_t)i,
			.datetime = { 0x20, 0x26, 0x11, 0x23, 0x08, 0x00, 0x00 },
			.confirmed = true };
		strcpy(tap->card_no, card_no);
		memset(tap->issuer, 1, sizeof(tap->issuer));
		model_tap_tac(tap, tap->tac);
	}
	assert_status(wire_encode(&wire_gate_upload_req_msg, &req, &json), YKT_OK);
	all_race_with(f, WIRE_PATH_GATE_UPLOAD, "gate-310000000001", ykt_buf_view(&json));
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(f->racers[i].codes[0], 200);
	assert_int_equal(bench_account(f->b, "M:", BENCH_CITY), 160);
	assert_int_equal(bench_account(f->b, "SH:", card_no), BENCH_LOAD - 160);
	assert_int_equal(bench_number(f->b, "SELECT SUM(posted) FROM batch"), 16);
	field_close(f);
}

/* One idempotency key, a new counter for each: some come too late for theirs. */
static void
test_one_refund(void **state)
{
	struct field *f = field_open();
	const struct wire_op *op = wire_op_find("order.refund");
	static uint8_t bodies[THREADS][4096];
	struct wire_order_refund_req req = { .has_attempt = false };
	struct wire_order order;
	char card_no[21], key[33];
	unsigned good = 0;

	(void)state;
	order = bench_card(f->b, card_no);
	strcpy(req.order_id, order.order_id);
	strcpy(key, bench_idem(f->b));
	bench_refund_sign(f->b, key, &req);
	for (size_t i = 0; i < THREADS; i++) {
		struct ykt_buf plain = YKT_BUF(f->b->plain);
		struct ykt_buf json = { bodies[i], 0, sizeof(bodies[i]), false };
		struct wire_seal seal;

		assert_status(wire_request_put(op, key, &req, &plain), YKT_OK);
		assert_status(wire_call_seal(f->b->other, &f->b->random, &f->b->keys, f->b->sid,
				  ++f->b->ctr, f->b->now_ms, ykt_buf_view(&plain), &json, &seal),
		    YKT_OK);
		f->racers[i].path = WIRE_PATH_CLIENT_CALL;
		f->racers[i].peer = "";
		f->racers[i].body = ykt_buf_view(&json);
	}
	field_race(f);
	for (size_t i = 0; i < THREADS; i++) {
		for (int n = 0; n < ROUNDS; n++) {
			good += f->racers[i].codes[n] == 200;
			assert_true(f->racers[i].codes[n] == 200 || f->racers[i].codes[n] == 409);
		}
	}
	assert_in_range(good, 1, THREADS);
	assert_int_equal(f->b->pays[0].refund_count, 1);
	assert_int_equal(f->b->pays[0].refunded, BENCH_LOAD);
	assert_int_equal(bench_account(f->b, "IF:", order.order_id), 0);
	field_close(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_notice),
		cmocka_unit_test(test_one_batch),
		cmocka_unit_test(test_one_refund),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
