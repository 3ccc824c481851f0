/*
 * The bench: options, the client's side of the envelope, and the usual steps.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

static int64_t
bench_wall(void *ctx)
{
	return ((struct bench *)ctx)->now_ms;
}

static enum ykt_status
bench_wait(void *ctx, int64_t until)
{
	struct bench *b = ctx;

	if (until > b->now_ms)
		b->now_ms = until;
	return YKT_OK;
}

/* The same bytes in every run, never the same twice in one. */
static enum ykt_status
bench_fill(void *ctx, uint8_t *out, size_t len)
{
	struct bench *b = ctx;

	for (size_t i = 0; i < len; i++) {
		b->seed = b->seed * 6364136223846793005u + 1442695040888963407u;
		out[i] = (uint8_t)(b->seed >> 56);
	}
	return YKT_OK;
}

static enum ykt_status
bench_sms(void *arg, const char *phone, const char *text)
{
	struct bench *b = arg;
	enum ykt_status status;

	if (!parts_enter(b, &status))
		return status;
	if (b->sms_status != YKT_OK)
		return b->sms_status;
	strcpy(b->sms_phone, phone);
	strcpy(b->sms_text, text);
	b->sms_count++;
	return parts_leave(b);
}

/* The store fails by the same count as the http ports. */
static struct store_fault_plan
bench_choose(void *arg)
{
	struct bench *b = arg;
	struct store_fault_plan plan = { STORE_FAULT_NONE, 0 };
	enum ykt_status status;

	if (!parts_enter(b, &status))
		plan.kind = status == YKT_E_DOWN ? STORE_FAULT_DOWN : STORE_FAULT_BEFORE;
	else if (parts_leave(b) != YKT_OK)
		plan.kind = STORE_FAULT_DONE;
	return plan;
}

static void
database_open(struct bench *b, bool threaded)
{
	struct ykt_store_migration steps[32];
	struct store_sqlite_options options = {
		.path = ":memory:",
		.threaded = threaded,
		.migrations = steps,
		.migration_count = platform_schema_count,
		.alloc = &ykt_alloc_libc,
	};

	assert_in_range(platform_schema_count, 1, YKT_ARRAY_LEN(steps));
	for (size_t i = 0; i < platform_schema_count; i++)
		steps[i] = (struct ykt_store_migration){ (int)i + 1, platform_schema[i] };
	assert_status(store_sqlite_open(&options, &b->db), YKT_OK);
	store_fault_init(&b->store, store_sqlite_port(b->db), bench_choose, b);
	/* The fault's counters belong to one thread. */
	b->options.store = threaded ? store_sqlite_port(b->db) : &b->store.port;
}

static void
options_fill(struct bench *b)
{
	struct platform_options *o = &b->options;

	b->app = (struct platform_app){
		.aid = { 0xA0, 0x00, 0x00, 0x06, 0x32, 0x01, 0x01, 0x05 },
		.aid_len = 8,
		.name_zh = "测试卡",
		.name_en = "Test card",
		.iin = "31009901",
		.start = { 0x20, 0x26, 0x01, 0x01 },
		.end = { 0x20, 0x36, 0x12, 0x31 },
		.fee_fen = BENCH_FEE,
		.min_load_fen = 100,
		.max_load_fen = 50000,
		.cap_fen = BENCH_CAP,
	};
	b->peer = (struct platform_peer){ BENCH_PEER, { 2, 2, 2, 2, 2, 2, 2, 2 }, &b->peer_http };
	b->fare = (struct platform_fare){ "metro", 300 };
	o->env = b->env;
	o->keyd = &b->keyd;
	o->tsm = &b->tsm;
	o->psp = &b->psp;
	o->peers = &b->peer;
	o->peer_count = 1;
	o->city = BENCH_CITY;
	o->node = "p1";
	memset(o->issuer, 1, sizeof(o->issuer));
	o->payee = "yikatong 9901";
	o->apps = &b->app;
	o->app_count = 1;
	o->fares = &b->fare;
	o->fare_count = 1;
	o->params_version = 1;
	o->sign_name = "platform-9901";
	o->pay_name = "payd";
	o->sms = bench_sms;
	o->sms_arg = b;
	o->settings.pwhash = crypto_pwhash_cost_test;
}

static void
process_start(struct bench *b)
{
	assert_status(crypto_new(&ykt_alloc_libc, &b->random, &b->crypto), YKT_OK);
	assert_status(platform_new(&b->options, &b->p), YKT_OK);
	assert_status(platform_worker_new(b->p, b->crypto, &b->w), YKT_OK);
}

static void
process_stop(struct bench *b)
{
	platform_worker_free(&b->w);
	platform_free(&b->p);
	crypto_free(&b->crypto);
}

static void
open_with(bool threaded, struct bench **ret_bench)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	b->now_ms = INT64_C(1795500000000);
	b->seed = 42;
	b->clock = (struct ykt_clock){ b, bench_wall, bench_wall, bench_wait };
	b->random = (struct ykt_random){ b, bench_fill };
	b->env = (struct ykt_env){ &b->clock, &b->random, &ykt_alloc_libc, NULL };
	assert_status(crypto_new(&ykt_alloc_libc, &b->random, &b->other), YKT_OK);
	parts_init(b);
	database_open(b, threaded);
	options_fill(b);
	assert_status(crypto_sm2_generate(b->other, &b->random, &b->options.seal_key), YKT_OK);
	assert_status(crypto_sm2_generate(b->other, &b->random, &b->options.sign_key), YKT_OK);
	assert_status(crypto_sm2_generate(b->other, &b->random, &b->pay_key), YKT_OK);
	assert_status(crypto_sm2_generate(b->other, &b->random, &b->device), YKT_OK);
	assert_status(crypto_sm2_generate(b->other, &b->random, &b->pin_key), YKT_OK);
	b->options.pay_pub = b->pay_key.pub;
	strcpy(b->platform_key.id, "platform-9901");
	b->platform_key.pub = b->options.sign_key.pub;
	process_start(b);
	*ret_bench = b;
}

void
bench_open(struct bench **ret_bench)
{
	open_with(false, ret_bench);
}

void
bench_open_threaded(struct bench **ret_bench)
{
	open_with(true, ret_bench);
}

void
bench_close(struct bench **bench)
{
	struct bench *b = *bench;

	process_stop(b);
	store_sqlite_close(&b->db);
	crypto_free(&b->other);
	free(b);
	*bench = NULL;
}

void
bench_restart(struct bench *b)
{
	process_stop(b);
	b->down = false;
	b->fail_at = 0;
	process_start(b);
}

int
bench_raw(struct bench *b, const char *path, const char *peer, struct ykt_bytes body)
{
	const struct ykt_http_request req = {
		.method = YKT_HTTP_POST,
		.path = path,
		.body = body,
		.peer = peer,
		.deadline_mono_ms = b->now_ms + 30000,
	};
	struct ykt_http_response rsp = { .body = YKT_BUF(b->answer) };

	platform_handle(b->w, &req, &rsp);
	b->answer_len = rsp.body.len;
	memset(&b->error, 0, sizeof(b->error));
	if (rsp.code != 200)
		assert_status(
		    wire_decode(&wire_error_msg, ykt_buf_view(&rsp.body), &b->error), YKT_OK);
	return rsp.code;
}

int
bench_inner(struct bench *b, const char *path, const char *peer, const struct wire_message *req_msg,
    const void *req, const struct wire_message *rsp_msg, void *rsp)
{
	struct ykt_buf json = YKT_BUF(b->body);
	int code;

	assert_status(wire_encode(req_msg, req, &json), YKT_OK);
	code = bench_raw(b, path, peer, ykt_buf_view(&json));
	if (code == 200)
		assert_status(
		    wire_decode(rsp_msg, ykt_bytes(b->answer, b->answer_len), rsp), YKT_OK);
	return code;
}

/* Sends what is in b->body and reads the sealed answer. */
static int
sealed_exchange(struct bench *b, const char *path, const struct wire_op *op, size_t body_len,
    const struct wire_session_keys *keys, const struct wire_seal *seal, void *rsp)
{
	struct ykt_buf plain = YKT_BUF(b->plain);
	struct wire_reply reply;
	int code = bench_raw(b, path, "", ykt_bytes(b->body, body_len));

	b->body_len = body_len;

	if (code != 200)
		return -code;
	assert_status(
	    wire_reply_unseal(b->other, keys, seal, ykt_bytes(b->answer, b->answer_len), &plain),
	    YKT_OK);
	assert_status(wire_reply_decode(ykt_buf_view(&plain), &reply), YKT_OK);
	if (reply.code != 200)
		assert_status(wire_decode(&wire_error_msg, reply.body, &b->error), YKT_OK);
	else
		assert_status(wire_decode(op->rsp, reply.body, rsp), YKT_OK);
	return (int)reply.code;
}

static enum ykt_status
put_request(struct bench *b, const struct wire_op *op, const char *idem, const void *req,
    struct ykt_buf *plain)
{
	return wire_request_report(op, idem, wire_op_reports(op) ? b->report : NULL, req, plain);
}

int
bench_ask_open(struct bench *b, const char *name, const void *req, void *rsp)
{
	const struct wire_op *op = wire_op_find(name);
	struct ykt_buf plain = YKT_BUF(b->plain), json = YKT_BUF(b->body);
	struct wire_session_keys keys;
	struct wire_seal seal;
	struct signer_soft device;
	int code;

	assert_non_null(op);
	signer_soft_init(&device, b->other, &b->device);
	assert_status(put_request(b, op, NULL, req, &plain), YKT_OK);
	assert_status(wire_open_seal(b->other, &b->random, &b->options.seal_key.pub, &device.signer,
			  b->now_ms, ykt_buf_view(&plain), &json, &keys, &seal),
	    YKT_OK);
	signer_soft_clear(&device);
	code = sealed_exchange(b, WIRE_PATH_CLIENT_OPEN, op, json.len, &keys, &seal, rsp);
	if (code == 200 && strcmp(name, "user.login") == 0)
		b->keys = keys;
	return code;
}

int
bench_ask(struct bench *b, const char *name, const char *idem, const void *req, void *rsp)
{
	static const struct wire_empty empty;
	const struct wire_op *op = wire_op_find(name);
	struct ykt_buf plain = YKT_BUF(b->plain), json = YKT_BUF(b->body);
	struct wire_order_refund_req yes;
	struct wire_seal seal;

	assert_non_null(op);
	/* Who does not say otherwise agrees to what the order holds. */
	if (strcmp(name, "order.refund") == 0 && *(const char *)req != '\0') {
		yes = *(const struct wire_order_refund_req *)req;
		if (yes.to[0] == '\0')
			bench_refund_sign(b, idem, &yes);
		req = &yes;
	}
	assert_status(
	    put_request(b, op, idem, req != NULL ? req : (const void *)&empty, &plain), YKT_OK);
	assert_status(wire_call_seal(b->other, &b->random, &b->keys, b->sid, ++b->ctr, b->now_ms,
			  ykt_buf_view(&plain), &json, &seal),
	    YKT_OK);
	return sealed_exchange(b, WIRE_PATH_CLIENT_CALL, op, json.len, &b->keys, &seal, rsp);
}

const char *
bench_idem(struct bench *b)
{
	uint8_t id[16];

	assert_status(bench_fill(b, id, sizeof(id)), YKT_OK);
	wire_id_text(id, b->idem);
	return b->idem;
}

void
bench_otp(const struct bench *b, char ret_otp[9])
{
	size_t len = strlen(b->sms_text);

	assert_true(len >= 6);
	strcpy(ret_otp, b->sms_text + len - 6);
}

void
bench_register(struct bench *b, const char *phone)
{
	struct wire_otp_send_req send = { .purpose = "register" };
	struct wire_otp_send_rsp sent;
	struct wire_user_register_req reg = { .name = "张三",
		.password = BENCH_PASS,
		.consent = true,
		.client_version = "0.1.0",
		.edition = "2016",
		.se_id = { 8, { 1 } } };
	struct wire_user_register_rsp done;

	strcpy(send.phone, phone);
	strcpy(reg.phone, phone);
	assert_int_equal(bench_ask_open(b, "otp.send", &send, &sent), 200);
	bench_otp(b, reg.otp);
	assert_int_equal(bench_ask_open(b, "user.register", &reg, &done), 200);
	assert_int_equal(bench_login(b, phone, BENCH_PASS), 200);
	assert_string_equal(b->user_id, done.user_id);
}

int
bench_login(struct bench *b, const char *phone, const char *password)
{
	struct wire_user_login_req req = { .client_version = "0.1.0", .se_id = { 8, { 1 } } };
	struct wire_user_login_rsp rsp;
	int code;

	strcpy(req.phone, phone);
	strcpy(req.password, password);
	code = bench_ask_open(b, "user.login", &req, &rsp);
	if (code == 200) {
		memcpy(b->sid, rsp.sid, sizeof(b->sid));
		strcpy(b->user_id, rsp.user_id);
		b->ctr = 0;
	}
	return code;
}

struct number {
	int64_t value;
	bool found;
};

static enum ykt_status
number_row(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct number *number = arg;

	if (count != 1 || cols[0].type != YKT_SQL_INT)
		return YKT_E_CORRUPT;
	*number = (struct number){ cols[0].i, true };
	return YKT_OK;
}

struct statement {
	const char *sql;
	struct number *number;
};

static enum ykt_status
statement_tx(struct ykt_tx *tx, void *arg)
{
	const struct statement *s = arg;

	return ykt_tx_query(
	    tx, s->sql, NULL, 0, s->number != NULL ? number_row : NULL, s->number, NULL);
}

int64_t
bench_number(struct bench *b, const char *sql)
{
	struct number number = { 0, false };
	struct statement statement = { sql, &number };

	assert_status(ykt_store_run(store_sqlite_port(b->db), statement_tx, &statement), YKT_OK);
	assert_true(number.found);
	return number.value;
}

enum ykt_status
bench_sql(struct bench *b, const char *sql)
{
	struct statement statement = { sql, NULL };

	return ykt_store_run(store_sqlite_port(b->db), statement_tx, &statement);
}

struct account {
	const char *name;
	struct number number;
};

static enum ykt_status
account_tx(struct ykt_tx *tx, void *arg)
{
	struct account *a = arg;

	return ykt_tx_query(tx, "SELECT COALESCE(SUM(fen), 0) FROM entry WHERE account = ?1",
	    YKT_SQL_IN(ykt_sql_text(a->name)), number_row, &a->number, NULL);
}

int64_t
bench_account(struct bench *b, const char *class, const char *name)
{
	char whole[64];
	struct account account = { whole, { 0, false } };

	assert_true(strlen(class) + strlen(name) < sizeof(whole));
	strcpy(whole, class);
	strcat(whole, name);
	assert_status(ykt_store_run(store_sqlite_port(b->db), account_tx, &account), YKT_OK);
	return account.number.value;
}

void
bench_check_books(struct bench *b)
{
	struct platform_ledger_report report;

	assert_status(platform_ledger_verify(b->w, &report), YKT_OK);
	assert_int_equal(report.sum_fen, 0);
	assert_true(report.chain_ok && report.sums_ok && report.balances_ok && report.orders_ok);
}
