/*
 * Idempotency keys that are missing, bent, borrowed or used by many at once
 * (reliability 5.6, I-10).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "bad.h"

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

static struct wire_order_topup_req
topup_of(const char *card_no, int64_t amount)
{
	struct wire_order_topup_req req = { .amount_fen = amount };

	strcpy(req.card_no, card_no);
	return req;
}

static void
test_keys_that_are_none(void **state)
{
	static const struct {
		const char *member; /* of the request, with its comma */
		const char *why;
	} rows[] = {
		{ "", "missing" },
		{ "\"idem\":\"\",", "empty" },
		{ "\"idem\":\"0123456789abcdef0123456789abcde\",", "31 digits" },
		{ "\"idem\":\"0123456789abcdef0123456789abcdef0\",", "33 digits" },
		{ "\"idem\":\"0123456789ABCDEF0123456789ABCDEF\",", "upper case" },
		{ "\"idem\":\"0123456789abcdef0123456789abcde \",", "blank" },
		{ "\"idem\":\"' OR ''='0123456789abcdef0123456\",", "SQL" },
		{ "\"idem\":\"0123456789abcdef0123456789abcd\\u0000f\",", "NUL" },
		{ "\"idem\":\"\xEF\xBC\x91"
		  "0123456789abcdef0123456789abc\",",
		    "full-width digit" },
		{ "\"idem\":null,", "null" },
		{ "\"idem\":1,", "number" },
		{ "\"idem\":[\"" BAD_ID "\"],", "list" },
		{ "\"idem\":\"" BAD_ID "\",\"idem\":\"" BAD_ID "\",", "twice" },
	};
	static const struct {
		const char *op, *body;
	} calls[] = {
		{ "order.open", "{\"aid\":\"A000000632010105\",\"se_id\":\"01\","
				"\"first_load_fen\":1000}" },
		{ "order.topup", "{\"card_no\":\"" BAD_CARD "\",\"amount_fen\":1000}" },
		{ "order.refund", "{\"order_id\":\"" BAD_ID "\"}" },
	};
	static char text[12000], large[10001];
	char card_no[21];
	struct bench *b = with_card(card_no);
	uint64_t before = bad_state(b);
	int64_t orders;

	(void)state;
	memset(large, 'a', sizeof(large) - 1);
	for (size_t n = 0; n < YKT_ARRAY_LEN(calls); n++) {
		for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
			(void)snprintf(text, sizeof(text), "{\"op\":\"%s\",%s\"body\":%s}",
			    calls[n].op, rows[i].member, calls[n].body);
			assert_true_why(bad_call(b, ykt_bytes_str(text)) == 400, rows[i].why);
			assert_string_equal(b->error.error, "malformed");
		}
		(void)snprintf(text, sizeof(text), "{\"op\":\"%s\",\"idem\":\"%s\",\"body\":%s}",
		    calls[n].op, large, calls[n].body);
		assert_true_why(bad_call(b, ykt_bytes_str(text)) == 400, "10 KB");
	}
	assert_true(bad_state(b) == before);
	/* The same with a key is taken. */
	orders = bench_number(b, "SELECT COUNT(*) FROM ord");
	(void)snprintf(text, sizeof(text), "{\"op\":\"order.open\",\"idem\":\"%s\",\"body\":%s}",
	    BAD_ID, calls[0].body);
	assert_int_equal(bad_call(b, ykt_bytes_str(text)), 200);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), orders + 2);
	bench_close(&b);
}

static void
test_a_key_where_none_is_asked_for(void **state)
{
	char card_no[21];
	struct bench *b = with_card(card_no);
	uint64_t before = bad_state(b);

	(void)state;
	assert_int_equal(bad_call(b, ykt_bytes_str("{\"op\":\"order.get\",\"idem\":\"" BAD_ID
						   "\",\"body\":{\"order_id\":\"" BAD_ID "\"}}")),
	    400);
	assert_true(bad_state(b) == before);
	bench_close(&b);
}

/* What the first owner did with it is neither repeated nor told to the second. */
static void
test_the_key_of_another_person(void **state)
{
	char card_no[21], other_no[21], key[33];
	struct bench *b = with_card(card_no);
	struct wire_order_topup_req req = topup_of(card_no, 1000);
	struct wire_order first, second;
	uint64_t before;

	(void)state;
	strcpy(key, bench_idem(b));
	assert_int_equal(bench_ask(b, "order.topup", key, &req, &first), 200);
	bench_register(b, BENCH_PHONE2);
	bench_load_whole(b, bench_card(b, other_no).order_id);
	before = bad_state(b);
	assert_int_equal(bench_ask(b, "order.topup", key, &req, &second), 404);
	assert_true(bad_state(b) == before);
	req = topup_of(other_no, 1000);
	assert_int_equal(bench_ask(b, "order.topup", key, &req, &second), 200);
	assert_string_not_equal(second.order_id, first.order_id);
	assert_string_equal(second.card_no, other_no);
	bench_close(&b);
}

/* 422, and what the key stands for stays what it was. */
static void
test_a_key_with_other_content(void **state)
{
	char card_no[21], other_no[21], key[33], refund_key[33];
	struct bench *b = with_card(card_no);
	struct wire_order_topup_req req = topup_of(card_no, 1000);
	struct wire_order_refund_req refund = { .has_attempt = false };
	struct wire_order first, again, paid, other;
	uint64_t before;

	(void)state;
	(void)bench_card(b, other_no);
	strcpy(key, bench_idem(b));
	assert_int_equal(bench_ask(b, "order.topup", key, &req, &first), 200);
	paid = bench_topup(b, card_no, 1100);
	other = bench_topup(b, card_no, 1200);
	strcpy(refund.order_id, paid.order_id);
	strcpy(refund_key, bench_idem(b));
	assert_int_equal(bench_ask(b, "order.refund", refund_key, &refund, &again), 200);
	before = bad_state(b);
	req.amount_fen = 1001;
	assert_int_equal(bench_ask(b, "order.topup", key, &req, &again), 422);
	assert_string_equal(b->error.error, "mismatch");
	req = topup_of(other_no, 1000);
	assert_int_equal(bench_ask(b, "order.topup", key, &req, &again), 422);
	strcpy(refund.order_id, other.order_id);
	assert_int_equal(bench_ask(b, "order.refund", refund_key, &refund, &again), 422);
	assert_int_equal(b->psp_refund_calls, 1);
	assert_true(bad_state(b) == before);
	req = topup_of(card_no, 1000);
	assert_int_equal(bench_ask(b, "order.topup", key, &req, &again), 200);
	assert_memory_equal(&again, &first, sizeof(first));
	bench_check_books(b);
	bench_close(&b);
}

/* Nothing was done, so the key stands for nothing. */
static void
test_a_refusal_takes_no_key(void **state)
{
	char card_no[21], key[33];
	struct bench *b = with_card(card_no);
	struct wire_order_topup_req req = topup_of(card_no, 99);
	struct wire_order order;
	uint64_t before = bad_state(b);

	(void)state;
	strcpy(key, bench_idem(b));
	assert_int_equal(bench_ask(b, "order.topup", key, &req, &order), 400);
	assert_true(bad_state(b) == before);
	req.amount_fen = 1000;
	assert_int_equal(bench_ask(b, "order.topup", key, &req, &order), 200);
	bench_close(&b);
}

#define THREADS   64
#define TRIES_MAX 2000

static pthread_mutex_t random_lock = PTHREAD_MUTEX_INITIALIZER;

static enum ykt_status
random_locked(void *ctx, uint8_t *out, size_t len)
{
	const struct ykt_random *inner = ctx;
	enum ykt_status status;

	(void)pthread_mutex_lock(&random_lock);
	status = inner->fill(inner->ctx, out, len);
	(void)pthread_mutex_unlock(&random_lock);
	return status;
}

struct twin {
	struct bench *b;
	const struct ykt_random *random;
	pthread_barrier_t *barrier;
	atomic_llong *ctr;
	struct ykt_bytes text;
	struct crypto *crypto, *client;
	struct platform_worker *w;
	int code;
	char order_id[33];
	uint8_t body[4096], answer[YKT_HTTP_BODY_MAX], plain[4096];
	pthread_t thread;
};

/* One try; 0 when its counter came behind a later one, which says nothing about the key. */
static int
twin_try(struct twin *t)
{
	struct ykt_buf json = YKT_BUF(t->body), plain = YKT_BUF(t->plain);
	struct ykt_http_request req = { .method = YKT_HTTP_POST,
		.path = WIRE_PATH_CLIENT_CALL,
		.peer = "",
		.deadline_mono_ms = t->b->now_ms + 30000 };
	struct ykt_http_response rsp = { .body = YKT_BUF(t->answer) };
	struct wire_reply reply;
	struct wire_order order;
	struct wire_seal seal;

	if (wire_call_seal(t->client, t->random, &t->b->keys, t->b->sid,
		atomic_fetch_add(t->ctr, 1), t->b->now_ms, t->text, &json, &seal) != YKT_OK)
		return -1;
	req.body = ykt_buf_view(&json);
	platform_handle(t->w, &req, &rsp);
	if (rsp.code == 409)
		return 0;
	if (rsp.code != 200 ||
	    wire_reply_unseal(t->client, &t->b->keys, &seal, ykt_buf_view(&rsp.body), &plain) !=
		YKT_OK ||
	    wire_reply_decode(ykt_buf_view(&plain), &reply) != YKT_OK)
		return -1;
	if (reply.code == 200) {
		if (wire_decode(&wire_order_msg, reply.body, &order) != YKT_OK)
			return -1;
		strcpy(t->order_id, order.order_id);
	}
	return (int)reply.code;
}

static void *
twin_main(void *arg)
{
	struct twin *t = arg;

	(void)pthread_barrier_wait(t->barrier);
	for (int i = 0; i < TRIES_MAX && t->code == 0; i++)
		t->code = twin_try(t);
	return NULL;
}

static void
twins_race(struct bench *b, const struct ykt_random *random, const char *text)
{
	struct twin *twins = calloc(THREADS, sizeof(*twins));
	pthread_barrier_t barrier;
	atomic_llong ctr = b->ctr + 1;

	assert_non_null(twins);
	assert_int_equal(pthread_barrier_init(&barrier, NULL, THREADS), 0);
	for (size_t i = 0; i < THREADS; i++) {
		struct twin *t = &twins[i];

		*t = (struct twin){ .b = b, .random = random, .barrier = &barrier, .ctr = &ctr };
		t->text = ykt_bytes_str(text);
		assert_status(crypto_new(&ykt_alloc_libc, NULL, &t->crypto), YKT_OK);
		assert_status(crypto_new(&ykt_alloc_libc, NULL, &t->client), YKT_OK);
		assert_status(platform_worker_new(b->p, t->crypto, &t->w), YKT_OK);
	}
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&twins[i].thread, NULL, twin_main, &twins[i]), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(twins[i].thread, NULL), 0);
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(twins[i].code, 200);
		assert_string_equal(twins[i].order_id, twins[0].order_id);
		platform_worker_free(&twins[i].w);
		crypto_free(&twins[i].crypto);
		crypto_free(&twins[i].client);
	}
	b->ctr = (int64_t)atomic_load(&ctr);
	(void)pthread_barrier_destroy(&barrier);
	free(twins);
}

static void
test_64_at_once_are_one_order(void **state)
{
	struct bench *b;
	struct ykt_random random;
	char card_no[21], text[400];
	int64_t orders;

	(void)state;
	bench_open_threaded(&b);
	random = (struct ykt_random){ &b->random, random_locked };
	b->options.env.random = &random;
	bench_restart(b);
	bench_register(b, BENCH_PHONE);
	bench_load_whole(b, bench_card(b, card_no).order_id);
	orders = bench_number(b, "SELECT COUNT(*) FROM ord");

	(void)snprintf(text, sizeof(text),
	    "{\"op\":\"order.topup\",\"idem\":\"%s\",\"body\":{\"card_no\":\"%s\","
	    "\"amount_fen\":1000}}",
	    bench_idem(b), card_no);
	twins_race(b, &random, text);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), orders + 1);
	(void)snprintf(text, sizeof(text),
	    "{\"op\":\"order.open\",\"idem\":\"%s\",\"body\":{\"aid\":\"A000000632010105\","
	    "\"se_id\":\"01\",\"first_load_fen\":1000}}",
	    bench_idem(b));
	twins_race(b, &random, text);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), orders + 3);
	/* Two of this test's, one of the opening before it. */
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM idem"), 3);
	bench_check_books(b);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_that_are_none),
		cmocka_unit_test(test_a_key_where_none_is_asked_for),
		cmocka_unit_test(test_the_key_of_another_person),
		cmocka_unit_test(test_a_key_with_other_content),
		cmocka_unit_test(test_a_refusal_takes_no_key),
		cmocka_unit_test(test_64_at_once_are_one_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
