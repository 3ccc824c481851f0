/*
 * The parts behind the platform as small models: TSM, pay channel, the other
 * city here, key module and card in parts_keys.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/ident_cert.h"
#include "code/code_qr.h"
#include "parts.h"
#include "wire/pin_msg.h"

#include <stdlib.h>
#include <string.h>

bool
parts_enter(struct bench *b, enum ykt_status *ret_status)
{
	if (b->down) {
		*ret_status = YKT_E_DOWN;
		return false;
	}
	b->calls++;
	if (b->calls != b->fail_at)
		return true;
	if (b->fault == BENCH_FAULT_DOWN) {
		b->fired = b->down = true;
		*ret_status = YKT_E_DOWN;
		return false;
	}
	if (b->fault == BENCH_FAULT_BEFORE) {
		b->fired = true;
		*ret_status = YKT_E_NET;
		return false;
	}
	return true;
}

enum ykt_status
parts_leave(struct bench *b)
{
	if (b->calls != b->fail_at || b->fired)
		return YKT_OK;
	if (b->fault == BENCH_FAULT_LOST) {
		b->fired = true;
		return YKT_E_NET_UNKNOWN;
	}
	if (b->fault == BENCH_FAULT_DOWN_AFTER) {
		b->fired = b->down = true;
		return YKT_E_DOWN;
	}
	return YKT_OK;
}

/* One message in, one out, decoded and encoded by wire's own tables. */
struct part_route {
	const char *path;
	const struct wire_message *req;
	const struct wire_message *rsp;
	int (*fn)(struct bench *b, const void *req, void *rsp);
};

struct model_job *
model_job_of(struct bench *b, const char *card_no)
{
	for (size_t i = 0; i < b->job_count; i++) {
		if (strcmp(b->jobs[i].card_no, card_no) == 0)
			return &b->jobs[i];
	}
	return NULL;
}

static struct model_job *
job_of(struct bench *b, const char *job_id)
{
	for (size_t i = 0; i < b->job_count; i++) {
		if (strcmp(b->jobs[i].job_id, job_id) == 0)
			return &b->jobs[i];
	}
	return NULL;
}

static int
do_job_start(struct bench *b, const void *req_arg, void *rsp_arg)
{
	const struct wire_tsm_job_start_req *req = req_arg;
	struct wire_tsm_session_rsp *rsp = rsp_arg;
	struct model_job *job = job_of(b, req->job_id);

	if (job == NULL) {
		assert_true(b->job_count < MODEL_MAX);
		job = &b->jobs[b->job_count++];
		strcpy(job->job_id, req->job_id);
		strcpy(job->card_no, req->card_no);
		strcpy(job->kind, req->kind);
		job->most_fen = req->most_fen;
		job->version = req->has_version ? req->version : 0;
		job->test = req->has_test && req->test;
		job->state = WIRE_JOB_WAITING;
	} else if (strcmp(job->card_no, req->card_no) != 0)
		return 422;
	if (job->state == WIRE_JOB_DONE || job->state == WIRE_JOB_FAILED)
		return 410;
	job->starts++;
	rsp->session_id[0] = (uint8_t)job->starts;
	return 200;
}

static int
do_job_get(struct bench *b, const void *req_arg, void *rsp_arg)
{
	const struct wire_tsm_job_id_req *req = req_arg;
	struct wire_tsm_job_get_rsp *rsp = rsp_arg;
	const struct model_job *job = job_of(b, req->job_id);

	if (job == NULL)
		return 404;
	wire_token_set(&wire_job_state, (int)job->state, rsp->state, sizeof(rsp->state));
	strcpy(rsp->reason, job->reason);
	return 200;
}

static int
do_job_session(struct bench *b, const void *req_arg, void *rsp_arg)
{
	const struct wire_tsm_job_id_req *req = req_arg;
	struct wire_tsm_session_rsp *rsp = rsp_arg;
	struct model_job *job = job_of(b, req->job_id);

	if (job == NULL)
		return 404;
	if (job->state == WIRE_JOB_DONE || job->state == WIRE_JOB_FAILED)
		return 410;
	job->sessions++;
	rsp->session_id[0] = (uint8_t)(0x80 + job->sessions);
	return 200;
}

struct model_pay *
model_pay_of(struct bench *b, const char *order_id)
{
	for (size_t i = 0; i < b->pay_count; i++) {
		if (strcmp(b->pays[i].order_id, order_id) == 0)
			return &b->pays[i];
	}
	return NULL;
}

static struct model_pay *
pay_of(struct bench *b, const char *prepay_id)
{
	for (size_t i = 0; i < b->pay_count; i++) {
		if (strcmp(b->pays[i].prepay_id, prepay_id) == 0)
			return &b->pays[i];
	}
	return NULL;
}

static int
do_prepay(struct bench *b, const void *req_arg, void *rsp_arg)
{
	const struct wire_psp_prepay_req *req = req_arg;
	struct wire_psp_prepay_rsp *rsp = rsp_arg;
	struct model_pay *pay = model_pay_of(b, req->order_id);

	if (pay == NULL) {
		uint8_t id[16] = { 0xAA, (uint8_t)b->pay_count };

		assert_true(b->pay_count < MODEL_MAX);
		pay = &b->pays[b->pay_count++];
		wire_id_text(id, pay->prepay_id);
		strcpy(pay->order_id, req->order_id);
		pay->amount = req->amount_fen;
	}
	strcpy(rsp->prepay_id, pay->prepay_id);
	strcpy(rsp->order_id, pay->order_id);
	rsp->amount_fen = pay->amount;
	rsp->pay_token[0] = 0x77;
	return 200;
}

static int
do_query(struct bench *b, const void *req_arg, void *rsp_arg)
{
	const struct wire_psp_query_req *req = req_arg;
	struct wire_psp_query_rsp *rsp = rsp_arg;
	const struct model_pay *pay = pay_of(b, req->prepay_id);
	int state;

	if (pay == NULL)
		return 404;
	strcpy(rsp->prepay_id, pay->prepay_id);
	strcpy(rsp->order_id, pay->order_id);
	rsp->amount_fen = pay->amount;
	strcpy(rsp->currency, "CNY");
	strcpy(rsp->payee, b->options.payee);
	rsp->refunded_fen = pay->refunded;
	state = !pay->paid                     ? WIRE_PSP_WAITING
		: pay->refunded == pay->amount ? WIRE_PSP_REFUNDED
					       : WIRE_PSP_PAID;
	wire_token_set(&wire_psp_state, state, rsp->state, sizeof(rsp->state));
	rsp->amount_fen += b->psp_lie == PSP_AMOUNT ? 1 : 0;
	rsp->currency[0] = b->psp_lie == PSP_CURRENCY ? 'X' : rsp->currency[0];
	rsp->payee[0] = b->psp_lie == PSP_PAYEE ? 'X' : rsp->payee[0];
	rsp->order_id[0] ^= b->psp_lie == PSP_ORDER ? 1 : 0;
	rsp->prepay_id[0] ^= b->psp_lie == PSP_PREPAY ? 1 : 0;
	return 200;
}

/* The user's word at the channel, which comes unsigned and with the payment's token. */
static int
do_confirm(struct bench *b, const void *req_arg, void *rsp_arg)
{
	const struct wire_psp_confirm_req *req = req_arg;
	struct wire_psp_confirm_rsp *rsp = rsp_arg;
	struct model_pay *pay = pay_of(b, req->prepay_id);

	if (pay == NULL || pay->amount != req->amount_fen)
		return 403;
	b->psp_confirms += pay->paid ? 0 : 1;
	pay->paid = true;
	wire_token_set(&wire_psp_state, WIRE_PSP_PAID, rsp->state, sizeof(rsp->state));
	return 200;
}

static int
do_refund(struct bench *b, const void *req_arg, void *rsp_arg)
{
	const struct wire_psp_refund_req *req = req_arg;
	struct wire_psp_refund_rsp *rsp = rsp_arg;
	struct model_pay *pay = pay_of(b, req->prepay_id);
	bool known = false;

	b->psp_refund_calls++;
	if (pay == NULL || !pay->paid)
		return 404;
	for (size_t i = 0; i < pay->refund_count; i++)
		known = known || strcmp(pay->refunds[i], req->refund_id) == 0;
	if (!known) {
		assert_true(pay->refund_count < YKT_ARRAY_LEN(pay->refunds));
		/* The channel itself never gives back more than it took. */
		if (pay->refunded + req->amount_fen > pay->amount)
			return 409;
		strcpy(pay->refunds[pay->refund_count++], req->refund_id);
		pay->refunded += req->amount_fen;
	}
	strcpy(rsp->refund_id, req->refund_id);
	strcpy(rsp->prepay_id, req->prepay_id);
	rsp->amount_fen = req->amount_fen;
	wire_token_set(&wire_psp_state, WIRE_PSP_DONE, rsp->state, sizeof(rsp->state));
	return 200;
}

static int
do_submit(struct bench *b, const void *req_arg, void *rsp_arg)
{
	const struct wire_clear_submit_req *req = req_arg;
	struct wire_clear_submit_rsp *rsp = rsp_arg;

	b->submitted = *req;
	strcpy(rsp->batch_id, req->batch_id);
	rsp->results_count = req->records_count;
	for (size_t i = 0; i < req->records_count; i++)
		wire_token_set(&wire_clear_result, (int)b->peer_result, rsp->results[i].result,
		    sizeof(rsp->results[i].result));
	return 200;
}

static const struct part_route plain_routes[] = {
	{ WIRE_PATH_KEY_IDENT_SIGN, &wire_key_ident_sign_req_msg, &wire_key_ident_sign_rsp_msg,
	    part_ident_sign },
	{ WIRE_PATH_KEY_CODE_SIGN, &wire_key_code_sign_req_msg, &wire_key_code_sign_rsp_msg,
	    part_code_sign },
	{ WIRE_PATH_KEY_LOAD_PERMIT, &wire_key_load_permit_req_msg, &wire_key_load_permit_rsp_msg,
	    part_permit },
	{ WIRE_PATH_KEY_UNLOAD_PERMIT, &wire_key_load_permit_req_msg, &wire_key_load_permit_rsp_msg,
	    part_unload_permit },
	{ WIRE_PATH_KEY_CARD_CLAIM, &wire_key_load_permit_req_msg, &wire_key_load_permit_rsp_msg,
	    part_card_claim },
	{ WIRE_PATH_KEY_LOAD_TAC, &wire_key_load_tac_req_msg, &wire_key_load_tac_rsp_msg,
	    part_tac },
	{ WIRE_PATH_KEY_TAC_VERIFY, &wire_key_tac_verify_req_msg, &wire_key_tac_verify_rsp_msg,
	    part_verify },
	{ WIRE_PATH_KEY_PIN_CHECK, &wire_key_pin_check_req_msg, &wire_key_pin_rsp_msg,
	    part_pin_check },
	{ WIRE_PATH_KEY_PIN_MAKE, &wire_key_pin_make_req_msg, &wire_key_pin_rsp_msg,
	    part_pin_make },
	{ WIRE_PATH_TSM_JOB_START, &wire_tsm_job_start_req_msg, &wire_tsm_session_rsp_msg,
	    do_job_start },
	{ WIRE_PATH_TSM_JOB_GET, &wire_tsm_job_id_req_msg, &wire_tsm_job_get_rsp_msg, do_job_get },
	{ WIRE_PATH_TSM_JOB_SESSION, &wire_tsm_job_id_req_msg, &wire_tsm_session_rsp_msg,
	    do_job_session },
	{ WIRE_PATH_TSM_APP_GET, &wire_tsm_app_get_req_msg, &wire_tsm_app_get_rsp_msg,
	    part_app_get },
	{ WIRE_PATH_PSP_CONFIRM, &wire_psp_confirm_req_msg, &wire_psp_confirm_rsp_msg, do_confirm },
	{ WIRE_PATH_CLEAR_SUBMIT, &wire_clear_submit_req_msg, &wire_clear_submit_rsp_msg,
	    do_submit },
};

static const struct part_route pay_routes[] = {
	{ WIRE_PATH_PSP_PREPAY, &wire_psp_prepay_req_msg, &wire_psp_prepay_rsp_msg, do_prepay },
	{ WIRE_PATH_PSP_QUERY, &wire_psp_query_req_msg, &wire_psp_query_rsp_msg, do_query },
	{ WIRE_PATH_PSP_REFUND, &wire_psp_refund_req_msg, &wire_psp_refund_rsp_msg, do_refund },
};

static const struct part_route *
route_find(const struct part_route *routes, size_t count, const char *path)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(routes[i].path, path) == 0)
			return &routes[i];
	}
	fail_msg("no part has the path %s", path);
	return NULL;
}

static void
plain_serve(struct bench *b, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	const struct part_route *route =
	    route_find(plain_routes, YKT_ARRAY_LEN(plain_routes), req->path);
	void *in = calloc(1, route->req->size), *out = calloc(1, route->rsp->size);
	int code;

	assert_status(wire_decode(route->req, req->body, in), YKT_OK);
	code = route->fn(b, in, out);
	if (code == 200)
		wire_respond(rsp, 200, route->rsp, out);
	else
		wire_respond_error(rsp, code, "refused", NULL);
	free(in);
	free(out);
}

static void
pay_serve(struct bench *b, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	const struct part_route *route =
	    route_find(pay_routes, YKT_ARRAY_LEN(pay_routes), req->path);
	void *in = calloc(1, route->req->size), *out = calloc(1, route->rsp->size);
	struct signer_soft signer;
	int code;

	signer_soft_init(&signer, b->other, &b->pay_key);
	assert_status(
	    wire_signed_read(b->other, &b->platform_key, 1, req->body, route->req, in), YKT_OK);
	code = route->fn(b, in, out);
	if (code == 200) {
		rsp->code = 200;
		assert_status(
		    wire_signed_make(&signer.signer, "payd", route->rsp, out, &rsp->body), YKT_OK);
	} else
		wire_respond_error(rsp, code, "refused", NULL);
	signer_soft_clear(&signer);
	free(in);
	free(out);
}

typedef void
serve_fn(struct bench *b, const struct ykt_http_request *req, struct ykt_http_response *rsp);

static enum ykt_status
part_call(struct bench *b, bool down, serve_fn *serve, const struct ykt_http_request *req,
    struct ykt_http_response *rsp)
{
	struct ykt_buf empty = rsp->body;
	enum ykt_status status;

	if (!parts_enter(b, &status))
		return status;
	if (down)
		return YKT_E_NET;
	serve(b, req, rsp);
	status = parts_leave(b);
	if (status != YKT_OK)
		rsp->body = empty;
	return status;
}

static enum ykt_status
keyd_call(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct bench *b = ctx;

	return part_call(b, b->keyd_down, plain_serve, req, rsp);
}

static enum ykt_status
tsm_call(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct bench *b = ctx;

	return part_call(b, b->tsm_down, plain_serve, req, rsp);
}

static enum ykt_status
psp_call(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct bench *b = ctx;

	return part_call(b, b->psp_down,
	    strcmp(req->path, WIRE_PATH_PSP_CONFIRM) == 0 ? plain_serve : pay_serve, req, rsp);
}

static enum ykt_status
peer_call(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct bench *b = ctx;

	return part_call(b, b->peer_down, plain_serve, req, rsp);
}

void
parts_init(struct bench *b)
{
	b->keyd = (struct ykt_http){ b, keyd_call };
	b->tsm = (struct ykt_http){ b, tsm_call };
	b->psp = (struct ykt_http){ b, psp_call };
	b->peer_http = (struct ykt_http){ b, peer_call };
}

void
model_notice(struct bench *b, const struct model_pay *pay, struct wire_pay_notice *ret_notice)
{
	uint8_t id[16] = { 0xBB, (uint8_t)++b->seed };

	memset(ret_notice, 0, sizeof(*ret_notice));
	wire_id_text(id, ret_notice->notice_id);
	strcpy(ret_notice->prepay_id, pay->prepay_id);
	strcpy(ret_notice->order_id, pay->order_id);
	ret_notice->amount_fen = pay->amount;
	strcpy(ret_notice->currency, "CNY");
	strcpy(ret_notice->payee, b->options.payee);
	strcpy(ret_notice->state, "paid");
	ret_notice->ts_ms = b->now_ms;
	memcpy(ret_notice->nonce, id, sizeof(id));
}

int
model_notice_send(struct bench *b, const struct wire_pay_notice *notice)
{
	uint8_t bytes[4096];
	struct ykt_buf json = YKT_BUF(bytes);
	struct signer_soft signer;
	int code;

	signer_soft_init(&signer, b->other, &b->pay_key);
	assert_status(
	    wire_signed_make(&signer.signer, "payd", &wire_pay_notice_msg, notice, &json), YKT_OK);
	signer_soft_clear(&signer);
	code = bench_raw(b, WIRE_PATH_PAY_NOTICE, "payd", ykt_buf_view(&json));
	return code;
}
