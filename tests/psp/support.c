/*
 * The world of the pay channel's tests.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdlib.h>

#include <ykt/mem.h>

#include "wire/error.h"

/* True when this port call is the one that fails. */
static bool
fails(struct world *w)
{
	w->calls++;
	if (w->calls != w->fail_at)
		return false;
	w->fired = true;
	return true;
}

static int64_t
clock_now(void *ctx)
{
	return ((struct world *)ctx)->now_ms;
}

static enum ykt_status
random_fill(void *ctx, uint8_t *out, size_t len)
{
	struct world *w = ctx;

	if (fails(w) && w->fault != FAULT_RERUN && w->fail_query == 0)
		return w->fault == FAULT_DOWN ? YKT_E_DOWN : YKT_E_RANDOM;
	for (size_t i = 0; i < len; i++)
		out[i] = w->next_random++;
	return YKT_OK;
}

static struct store_fault_plan
store_plan(void *arg)
{
	static const enum store_fault_kind kinds[FAULT_COUNT] = {
		[FAULT_DOWN] = STORE_FAULT_DOWN,
		[FAULT_REFUSED] = STORE_FAULT_BEFORE,
		[FAULT_LOST_DONE] = STORE_FAULT_DONE,
		[FAULT_LOST_GONE] = STORE_FAULT_LOST,
		[FAULT_RERUN] = STORE_FAULT_RERUN,
	};
	struct world *w = arg;
	struct store_fault_plan plan = { STORE_FAULT_NONE, 0 };

	if (!fails(w))
		return plan;
	plan.kind = w->fail_query != 0 ? STORE_FAULT_QUERY : kinds[w->fault];
	plan.query = w->fail_query;
	return plan;
}

/* Keeps the notice, which the channel must have signed. */
static void
hear(struct city *city, const struct ykt_http_request *req)
{
	struct world *w = city->w;
	struct wire_signed_key key = { .id = PSP_NAME, .pub = w->channel.signer.pub };

	assert_string_equal(req->path, WIRE_PATH_PAY_NOTICE);
	assert_true(w->heard_count < HEARD_MAX);
	assert_status(wire_signed_read(w->crypto, &key, 1, req->body, &wire_pay_notice_msg,
			  &w->heard[w->heard_count]),
	    YKT_OK);
	w->heard_city[w->heard_count++] = city->index;
}

static enum ykt_status
city_call(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct city *city = ctx;
	struct world *w = city->w;
	bool failing = fails(w) && w->fault != FAULT_RERUN && w->fail_query == 0;

	if (failing && w->fault == FAULT_DOWN)
		return YKT_E_DOWN;
	if (failing && w->fault == FAULT_REFUSED)
		return YKT_E_NET;
	if (!failing || w->fault == FAULT_LOST_DONE)
		hear(city, req);
	if (failing)
		return YKT_E_NET_UNKNOWN;
	if (w->answer_status != YKT_OK)
		return w->answer_status;
	rsp->code = w->answer_code;
	ykt_put(&rsp->body, ykt_bytes_str("{}"));
	return YKT_OK;
}

static enum ykt_status
sms(void *arg, const char *phone, const char *text)
{
	struct world *w = arg;

	if (w->sms_status != YKT_OK)
		return w->sms_status;
	w->sms_count++;
	world_text(w->sms_phone, sizeof(w->sms_phone), phone);
	world_text(w->sms_text, sizeof(w->sms_text), text);
	return YKT_OK;
}

static void
key_make(struct world *w, uint8_t seed, struct signer_soft *soft)
{
	struct crypto_sm2_key key;
	uint8_t d[32];

	memset(d, seed, sizeof(d));
	assert_status(crypto_sm2_key_set(w->crypto, d, &key), YKT_OK);
	signer_soft_init(soft, w->crypto, &key);
}

static void
database_make(struct world *w)
{
	struct ykt_store_migration migrations[4];
	struct store_sqlite_options options = { .path = ":memory:",
		.migrations = migrations,
		.migration_count = psp_schema_count,
		.alloc = &ykt_alloc_libc };

	assert_true(psp_schema_count <= 4);
	for (size_t i = 0; i < psp_schema_count; i++)
		migrations[i] = (struct ykt_store_migration){ (int)i + 1, psp_schema[i] };
	assert_status(store_sqlite_open(&options, &w->database), YKT_OK);
	store_fault_init(&w->store, store_sqlite_port(w->database), store_plan, w);
}

int
world_setup(void **state)
{
	static const char *const names[2] = { CITY_A, CITY_B };
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	*state = w;
	w->now_ms = NOW_MS;
	w->answer_code = 200;
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &w->crypto), YKT_OK);
	database_make(w);
	key_make(w, 0x11, &w->channel);
	key_make(w, 0x12, &w->stranger);
	for (size_t i = 0; i < 2; i++) {
		key_make(w, (uint8_t)(0x21 + i), &w->city[i].signer);
		w->city[i].w = w;
		w->city[i].index = i;
		w->city[i].http = (struct ykt_http){ &w->city[i], city_call };
		w->merchants[i] = (struct psp_merchant){ names[i], w->city[i].signer.signer.pub,
			&w->city[i].http };
	}
	w->accounts[0] =
	    (struct psp_account){ "a", NUMBER_A, "Test bank", HOLDER, PHONE, false, 10000 };
	w->accounts[1] =
	    (struct psp_account){ "b", NUMBER_B, "Test bank", HOLDER, PHONE, true, 10000 };
	w->clock = (struct ykt_clock){ w, clock_now, clock_now, NULL };
	w->random = (struct ykt_random){ w, random_fill };
	w->options = (struct psp_options){ .env = { &w->clock, &w->random, &ykt_alloc_libc, NULL },
		.store = &w->store.port,
		.name = PSP_NAME,
		.key = w->channel.key,
		.merchants = w->merchants,
		.merchant_count = 2,
		.accounts = w->accounts,
		.account_count = 2,
		.sms = sms,
		.sms_arg = w,
		.retry_first_ms = RETRY_FIRST,
		.retry_max_ms = RETRY_MAX };
	world_restart(w);
	return 0;
}

void
world_restart(struct world *w)
{
	psp_worker_free(&w->worker);
	psp_free(&w->psp);
	assert_status(psp_new(&w->options, &w->psp), YKT_OK);
	assert_status(psp_worker_new(w->psp, w->crypto, &w->worker), YKT_OK);
}

int
world_teardown(void **state)
{
	struct world *w = *state;

	psp_worker_free(&w->worker);
	psp_free(&w->psp);
	store_sqlite_close(&w->database);
	crypto_free(&w->crypto);
	free(w);
	return 0;
}

int
world_post(struct world *w, const char *peer, const char *path, struct ykt_bytes body)
{
	struct ykt_http_request req = {
		.method = YKT_HTTP_POST, .path = path, .body = body, .peer = peer
	};
	struct ykt_http_response rsp = { .body = { w->body, 0, sizeof(w->body) - 1, false } };

	psp_handle(w->worker, &req, &rsp);
	w->body_len = rsp.body.len;
	w->body[w->body_len] = '\0';
	return rsp.code;
}

int
world_signed(
    struct world *w, size_t city, const char *path, const struct wire_message *msg, const void *in)
{
	uint8_t bytes[8192];
	struct ykt_buf json = YKT_BUF(bytes);

	assert_status(
	    wire_signed_make(&w->city[city].signer.signer, w->merchants[city].name, msg, in, &json),
	    YKT_OK);
	return world_post(w, w->merchants[city].name, path, ykt_buf_view(&json));
}

const char *
world_error(struct world *w)
{
	static struct wire_error error;

	assert_status(
	    wire_decode(&wire_error_msg, ykt_bytes(w->body, w->body_len), &error), YKT_OK);
	return error.error;
}

void
world_read(struct world *w, const struct wire_message *msg, void *ret)
{
	struct wire_signed_key key = { .id = PSP_NAME, .pub = w->channel.signer.pub };

	assert_status(
	    wire_signed_read(w->crypto, &key, 1, ykt_bytes(w->body, w->body_len), msg, ret),
	    YKT_OK);
}

int
world_prepay(struct world *w, size_t city, const char *order, int64_t amount_fen,
    struct wire_psp_prepay_rsp *ret)
{
	struct wire_psp_prepay_req req = { .amount_fen = amount_fen,
		.currency = "CNY",
		.payee = "City A transport",
		.ts_ms = w->now_ms };
	int code;

	SET_TEXT(req.order_id, order);
	code = world_signed(w, city, WIRE_PATH_PSP_PREPAY, &wire_psp_prepay_req_msg, &req);
	if (code == 200)
		world_read(w, &wire_psp_prepay_rsp_msg, ret);
	return code;
}

int
world_confirm(struct world *w, const struct wire_psp_prepay_rsp *prepay)
{
	struct wire_psp_confirm_req req = { .amount_fen = prepay->amount_fen };
	uint8_t bytes[512];
	struct ykt_buf json = YKT_BUF(bytes);

	memcpy(req.prepay_id, prepay->prepay_id, sizeof(req.prepay_id));
	memcpy(req.pay_token, prepay->pay_token, sizeof(req.pay_token));
	assert_status(wire_encode(&wire_psp_confirm_req_msg, &req, &json), YKT_OK);
	return world_post(w, "", WIRE_PATH_PSP_CONFIRM, ykt_buf_view(&json));
}

int
world_query(struct world *w, size_t city, const char *prepay_id, struct wire_psp_query_rsp *ret)
{
	struct wire_psp_query_req req = { .ts_ms = w->now_ms };
	int code;

	SET_TEXT(req.prepay_id, prepay_id);
	code = world_signed(w, city, WIRE_PATH_PSP_QUERY, &wire_psp_query_req_msg, &req);
	if (code == 200)
		world_read(w, &wire_psp_query_rsp_msg, ret);
	return code;
}

int
world_refund(
    struct world *w, size_t city, const char *refund_id, const char *prepay_id, int64_t amount_fen)
{
	struct wire_psp_refund_req req = { .amount_fen = amount_fen, .ts_ms = w->now_ms };

	SET_TEXT(req.refund_id, refund_id);
	SET_TEXT(req.prepay_id, prepay_id);
	return world_signed(w, city, WIRE_PATH_PSP_REFUND, &wire_psp_refund_req_msg, &req);
}

void
world_paid(struct world *w, const char *order, int64_t fen, struct wire_psp_prepay_rsp *ret)
{
	assert_int_equal(world_prepay(w, 0, order, fen, ret), 200);
	assert_int_equal(world_confirm(w, ret), 200);
}

static enum ykt_status
books_row(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct ykt_buf *text = arg;

	assert_int_equal(count, 1);
	ykt_put(text, cols[0].bytes);
	ykt_put_u8(text, '\n');
	return YKT_OK;
}

static enum ykt_status
books_tx(struct ykt_tx *tx, void *arg)
{
	return ykt_tx_query(tx,
	    "SELECT concat FROM ("
	    "SELECT 'pay ' || prepay_id || ' ' || merchant || ' ' || order_id || ' ' || amount"
	    " || ' ' || currency || ' ' || payee || ' ' || state || ' ' || refunded || ' '"
	    " || hex(token) || ' ' || made_ms || ' ' || account AS concat FROM pay"
	    " UNION ALL SELECT 'account ' || ref || ' ' || taken || ' ' || given FROM account"
	    " UNION ALL SELECT 'payout ' || merchant || ' ' || payout_id || ' ' || bind_id || ' '"
	    " || amount || ' ' || account || ' ' || state || ' ' || reason FROM payout"
	    " UNION ALL SELECT 'bind ' || merchant || ' ' || bind_id || ' ' || user || ' '"
	    " || account || ' ' || state || ' ' || reason || ' ' || tries || ' ' || sent || ' '"
	    " || made_ms || ' ' || hex(token) || ' ' || hex(print) FROM bind"
	    " UNION ALL SELECT 'refund ' || merchant || ' ' || refund_id || ' ' || prepay_id"
	    " || ' ' || amount || ' ' || made_ms FROM refund"
	    " UNION ALL SELECT 'notice ' || notice_id || ' ' || prepay_id || ' ' || tries"
	    " || ' ' || due_ms || ' ' || heard FROM notice) ORDER BY 1",
	    NULL, 0, books_row, arg, NULL);
}

const char *
world_books(struct world *w)
{
	static uint8_t bytes[sizeof(w->remembered)];
	struct ykt_buf text = YKT_BUF(bytes);

	assert_status(ykt_store_run(w->store.inner, books_tx, &text), YKT_OK);
	ykt_put_u8(&text, 0);
	assert_false(text.full);
	return (const char *)text.data;
}

void
world_remember(struct world *w)
{
	strcpy(w->remembered, world_books(w));
}

void
world_text(char *field, size_t size, const char *text)
{
	assert_true(strlen(text) < size);
	memset(field, 0, size);
	memcpy(field, text, strlen(text));
}

struct number {
	const char *sql;
	int64_t value;
};

static enum ykt_status
number_row(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	assert_int_equal(count, 1);
	*(int64_t *)arg = cols[0].i;
	return YKT_OK;
}

static enum ykt_status
number_tx(struct ykt_tx *tx, void *arg)
{
	struct number *number = arg;

	return ykt_tx_query(tx, number->sql, NULL, 0, number_row, &number->value, NULL);
}

int64_t
world_number(struct world *w, const char *sql)
{
	struct number number = { sql, -1 };

	assert_status(ykt_store_run(w->store.inner, number_tx, &number), YKT_OK);
	return number.value;
}
