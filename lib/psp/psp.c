/*
 * The pay channel: routes, and signatures both ways.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "psp/psp.h"

#include <string.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#include "psp/internal.h"
#include "wire/payout_msg.h"

int64_t
psp_wall(const struct psp_worker *worker)
{
	return ykt_clock_wall(worker->psp->options.env.clock);
}

enum ykt_status
psp_new_id(const struct psp_worker *worker, char out[33])
{
	uint8_t bytes[16];
	enum ykt_status status =
	    ykt_random_fill(worker->psp->options.env.random, bytes, sizeof(bytes));

	if (status == YKT_OK)
		wire_id_text(bytes, out);
	return status;
}

/* Asked again later it may well go: 503. */
static bool
is_busy(enum ykt_status status)
{
	return status == YKT_BUSY || status == YKT_E_DOWN || status == YKT_E_STORE ||
	       status == YKT_E_STORE_UNKNOWN;
}

void
psp_fail(struct ykt_http_response *rsp, enum ykt_status status)
{
	switch (status) {
	case YKT_E_FORMAT:
	case YKT_E_ARG:
		wire_respond_error(rsp, 400, WIRE_ERR_MALFORMED, ykt_status_text(status));
		return;
	case YKT_E_MAC:
	case YKT_DENIED:
		wire_respond_error(rsp, 403, WIRE_ERR_FORBIDDEN, "not yours to ask");
		return;
	case YKT_NOT_FOUND:
		wire_respond_error(rsp, 404, WIRE_ERR_NOT_FOUND, "no such payment");
		return;
	case YKT_MISMATCH:
		wire_respond_error(rsp, 422, WIRE_ERR_MISMATCH, "same id, other content");
		return;
	case YKT_EXPIRED:
		wire_respond_error(rsp, 400, WIRE_ERR_CLOCK, "made too long ago or too early");
		return;
	case YKT_NOT_DONE:
		wire_respond_error(rsp, 409, "not_paid", "there is no capture to give back");
		return;
	case YKT_OVER_LIMIT:
		wire_respond_error(rsp, 409, "over_capture", "refunds would pass the capture");
		return;
	default:
		if (is_busy(status))
			wire_respond_error(rsp, 503, WIRE_ERR_BUSY, ykt_status_text(status));
		else
			wire_respond_error(rsp, 500, WIRE_ERR_INTERNAL, ykt_status_text(status));
	}
}

/* The certificate, the key id and the signature must name the same merchant. */
static enum ykt_status
read_signed(struct psp_worker *worker, const struct ykt_http_request *req,
    const struct wire_message *msg, void *ret, const struct psp_merchant **ret_merchant)
{
	const struct psp *psp = worker->psp;

	for (size_t i = 0; i < psp->options.merchant_count; i++) {
		if (strcmp(psp->merchants[i].name, req->peer) != 0)
			continue;
		*ret_merchant = &psp->merchants[i];
		return wire_signed_read(worker->crypto, &psp->keys[i], 1, req->body, msg, ret);
	}
	return YKT_DENIED;
}

static enum ykt_status
check_time(const struct psp_worker *worker, int64_t ts_ms)
{
	int64_t off = ts_ms - psp_wall(worker);

	return off <= PSP_CLOCK_SLACK_MS && off >= -PSP_CLOCK_SLACK_MS ? YKT_OK : YKT_EXPIRED;
}

enum ykt_status
psp_request(struct psp_worker *worker, const struct ykt_http_request *req,
    const struct wire_message *msg, void *ret, int64_t *ts_ms,
    const struct psp_merchant **ret_merchant)
{
	enum ykt_status status = read_signed(worker, req, msg, ret, ret_merchant);

	return status == YKT_OK ? check_time(worker, *ts_ms) : status;
}

void
psp_answer(struct psp_worker *worker, struct ykt_http_response *rsp, const struct wire_message *msg,
    const void *body)
{
	enum ykt_status status = wire_signed_make(
	    &worker->signer.signer, worker->psp->options.name, msg, body, &rsp->body);

	if (status == YKT_OK)
		rsp->code = 200;
	else
		psp_fail(rsp, status);
}

/* A new payment as asked, under a new id and token. */
static enum ykt_status
make_pay(struct psp_worker *worker, const struct psp_merchant *merchant,
    const struct wire_psp_prepay_req *msg, struct psp_pay *pay)
{
	const struct ykt_random *random = worker->psp->options.env.random;
	enum ykt_status status = psp_new_id(worker, pay->prepay_id);

	if (status == YKT_OK)
		status = ykt_random_fill(random, pay->token, sizeof(pay->token));
	strcpy(pay->merchant, merchant->name);
	memcpy(pay->order_id, msg->order_id, sizeof(pay->order_id));
	memcpy(pay->currency, msg->currency, sizeof(pay->currency));
	memcpy(pay->payee, msg->payee, sizeof(pay->payee));
	pay->amount_fen = msg->amount_fen;
	return status;
}

static bool
prepay_valid(const struct wire_psp_prepay_req *msg)
{
	return msg->amount_fen > 0 && wire_id_valid(msg->order_id) && msg->payee[0] != '\0' &&
	       strspn(msg->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

static void
handle_prepay(void *worker_arg, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct psp_worker *worker = worker_arg;
	const struct psp_merchant *merchant = NULL;
	struct wire_psp_prepay_req msg;
	struct wire_psp_prepay_rsp out = { 0 };
	struct psp_pay pay = { 0 };
	enum ykt_status status =
	    psp_request(worker, req, &wire_psp_prepay_req_msg, &msg, &msg.ts_ms, &merchant);

	if (status == YKT_OK && !prepay_valid(&msg))
		status = YKT_E_ARG;
	if (status == YKT_OK)
		status = make_pay(worker, merchant, &msg, &pay);
	if (status == YKT_OK)
		status = psp_prepay(worker->psp->options.store, &pay, psp_wall(worker));
	if (status == YKT_OK) {
		memcpy(out.prepay_id, pay.prepay_id, sizeof(out.prepay_id));
		memcpy(out.order_id, pay.order_id, sizeof(out.order_id));
		memcpy(out.pay_token, pay.token, sizeof(out.pay_token));
		out.amount_fen = pay.amount_fen;
		psp_answer(worker, rsp, &wire_psp_prepay_rsp_msg, &out);
	} else {
		psp_fail(rsp, status);
	}
	ykt_wipe(&pay, sizeof(pay));
	ykt_wipe(&out, sizeof(out));
}

static void
handle_query(void *worker_arg, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct psp_worker *worker = worker_arg;
	const struct psp_merchant *merchant = NULL;
	struct wire_psp_query_req msg;
	struct wire_psp_query_rsp out = { 0 };
	struct psp_pay pay = { 0 };
	enum ykt_status status =
	    psp_request(worker, req, &wire_psp_query_req_msg, &msg, &msg.ts_ms, &merchant);

	if (status == YKT_OK)
		status = psp_query(worker->psp->options.store, merchant->name, msg.prepay_id, &pay);
	if (status != YKT_OK) {
		psp_fail(rsp, status);
		return;
	}
	memcpy(out.prepay_id, pay.prepay_id, sizeof(out.prepay_id));
	memcpy(out.order_id, pay.order_id, sizeof(out.order_id));
	memcpy(out.currency, pay.currency, sizeof(out.currency));
	memcpy(out.payee, pay.payee, sizeof(out.payee));
	memcpy(out.state, pay.state, sizeof(out.state));
	out.amount_fen = pay.amount_fen;
	out.refunded_fen = pay.refunded_fen;
	psp_answer(worker, rsp, &wire_psp_query_rsp_msg, &out);
	ykt_wipe(&pay, sizeof(pay));
}

static void
handle_refund(void *worker_arg, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct psp_worker *worker = worker_arg;
	const struct psp_merchant *merchant = NULL;
	struct wire_psp_refund_req msg;
	struct wire_psp_refund_rsp out = { .state = "done" };
	enum ykt_status status =
	    psp_request(worker, req, &wire_psp_refund_req_msg, &msg, &msg.ts_ms, &merchant);

	if (status == YKT_OK && (msg.amount_fen <= 0 || !wire_id_valid(msg.refund_id)))
		status = YKT_E_ARG;
	if (status == YKT_OK)
		status =
		    psp_refund(worker->psp->options.store, merchant->name, &msg, psp_wall(worker));
	if (status != YKT_OK) {
		psp_fail(rsp, status);
		return;
	}
	memcpy(out.refund_id, msg.refund_id, sizeof(out.refund_id));
	memcpy(out.prepay_id, msg.prepay_id, sizeof(out.prepay_id));
	out.amount_fen = msg.amount_fen;
	psp_answer(worker, rsp, &wire_psp_refund_rsp_msg, &out);
}

static int
handle_confirm(void *worker_arg, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct psp_worker *worker = worker_arg;
	struct wire_psp_confirm_rsp *out = rsp;
	char notice_id[33];
	struct psp_pay pay = { 0 };
	enum ykt_status status = psp_new_id(worker, notice_id);

	(void)http;
	if (status == YKT_OK)
		status =
		    psp_confirm(worker->psp->options.store, req, notice_id, psp_wall(worker), &pay);
	memcpy(out->state, pay.state, sizeof(out->state));
	ykt_wipe(&pay, sizeof(pay));
	if (status == YKT_OK)
		return 200;
	/* One answer for an unknown payment and for a wrong token. */
	if (status == YKT_NOT_FOUND || status == YKT_DENIED)
		return wire_error_set(
		    error, 403, WIRE_ERR_FORBIDDEN, "no such payment for this token");
	if (is_busy(status))
		return wire_error_set(error, 503, WIRE_ERR_BUSY, ykt_status_text(status));
	return wire_error_set(error, 500, WIRE_ERR_INTERNAL, ykt_status_text(status));
}

static const struct wire_route routes[] = {
	{ .path = WIRE_PATH_PSP_PREPAY, .roles = "platform-*", .raw = handle_prepay },
	{ .path = WIRE_PATH_PSP_QUERY, .roles = "platform-*", .raw = handle_query },
	{ .path = WIRE_PATH_PSP_REFUND, .roles = "platform-*", .raw = handle_refund },
	{ .path = WIRE_PATH_PSP_BIND, .roles = "platform-*", .raw = psp_handle_bind },
	{ .path = WIRE_PATH_PSP_BIND_CONFIRM,
	    .roles = "platform-*",
	    .raw = psp_handle_bind_confirm },
	{ .path = WIRE_PATH_PSP_BIND_QUERY, .roles = "platform-*", .raw = psp_handle_bind_query },
	{ .path = WIRE_PATH_PSP_UNBIND, .roles = "platform-*", .raw = psp_handle_unbind },
	{ .path = WIRE_PATH_PSP_PAYOUT, .roles = "platform-*", .raw = psp_handle_payout },
	{ .path = WIRE_PATH_PSP_CHARGE, .roles = "platform-*", .raw = psp_handle_charge },
	{ .path = WIRE_PATH_PSP_CONFIRM,
	    .req = &wire_psp_confirm_req_msg,
	    .rsp = &wire_psp_confirm_rsp_msg,
	    .fn = handle_confirm },
};

static bool
name_valid(const char *name)
{
	return name != NULL && name[0] != '\0' && strlen(name) <= PSP_NAME_MAX;
}

static bool
account_valid(const struct psp_account *account)
{
	struct wire_account_data data = { .number = "" };
	bool valid = account->number != NULL && account->holder != NULL && account->phone != NULL &&
		     strlen(account->number) < sizeof(data.number) &&
		     strlen(account->holder) < sizeof(data.holder) &&
		     strlen(account->phone) < sizeof(data.phone) && name_valid(account->ref) &&
		     account->issuer != NULL &&
		     strlen(account->issuer) < sizeof(((struct wire_account *)0)->issuer) &&
		     account->funds_fen >= 0 && account->funds_fen <= WIRE_FEN_MAX;

	if (valid) {
		strcpy(data.number, account->number);
		strcpy(data.holder, account->holder);
		strcpy(data.phone, account->phone);
		valid = wire_account_data_valid(&data);
	}
	ykt_wipe(&data, sizeof(data));
	return valid;
}

/* Each is one account, by its ref as by its number. */
static bool
accounts_valid(const struct psp_options *options)
{
	const struct psp_account *all = options->accounts;

	if (options->account_count > PSP_ACCOUNTS_MAX ||
	    (options->account_count != 0 && (all == NULL || options->sms == NULL)))
		return false;
	for (size_t i = 0; i < options->account_count; i++) {
		if (!account_valid(&all[i]))
			return false;
		for (size_t k = 0; k < i; k++) {
			if (strcmp(all[k].ref, all[i].ref) == 0 ||
			    strcmp(all[k].number, all[i].number) == 0)
				return false;
		}
	}
	return true;
}

static bool
options_valid(const struct psp_options *options)
{
	if (options->store == NULL || options->env.alloc == NULL || options->env.clock == NULL ||
	    options->env.random == NULL || !name_valid(options->name) ||
	    options->merchant_count > PSP_MERCHANTS_MAX || options->retry_first_ms <= 0 ||
	    options->retry_max_ms < options->retry_first_ms || !accounts_valid(options))
		return false;
	for (size_t i = 0; i < options->merchant_count; i++) {
		if (!name_valid(options->merchants[i].name) || options->merchants[i].http == NULL)
			return false;
	}
	return true;
}

enum ykt_status
psp_new(const struct psp_options *options, struct psp **ret_psp)
{
	struct psp *psp;

	if (!options_valid(options))
		return YKT_E_ARG;
	psp = ykt_mem_get(options->env.alloc, sizeof(*psp));
	if (psp == NULL)
		return YKT_E_NOMEM;
	psp->options = *options;
	psp->options.merchants = psp->merchants;
	strcpy(psp->name, options->name);
	psp->options.name = psp->name;
	for (size_t i = 0; i < options->merchant_count; i++) {
		psp->merchants[i] = options->merchants[i];
		strcpy(psp->keys[i].id, options->merchants[i].name);
		psp->merchants[i].name = psp->keys[i].id;
		psp->keys[i].pub = options->merchants[i].pub;
	}
	*ret_psp = psp;
	return YKT_OK;
}

void
psp_free(struct psp **psp)
{
	if (psp != NULL && *psp != NULL)
		ykt_mem_put((*psp)->options.env.alloc, psp, sizeof(**psp));
}

enum ykt_status
psp_worker_new(const struct psp *psp, struct crypto *crypto, struct psp_worker **ret_worker)
{
	const struct ykt_alloc *alloc = psp->options.env.alloc;
	struct psp_worker *worker = ykt_mem_get(alloc, sizeof(*worker));
	enum ykt_status status;

	if (worker == NULL)
		return YKT_E_NOMEM;
	worker->psp = psp;
	worker->crypto = crypto;
	signer_soft_init(&worker->signer, crypto, &psp->options.key);
	status = wire_dispatch_scratch_new(alloc, routes, YKT_ARRAY_LEN(routes), &worker->dispatch);
	if (status == YKT_OK)
		status = wire_call_scratch_new(alloc, &worker->call);
	if (status == YKT_OK)
		*ret_worker = worker;
	else
		psp_worker_free(&worker);
	return status;
}

void
psp_worker_free(struct psp_worker **worker)
{
	if (worker == NULL || *worker == NULL)
		return;
	wire_scratch_free(&(*worker)->call);
	wire_scratch_free(&(*worker)->dispatch);
	signer_soft_clear(&(*worker)->signer);
	ykt_mem_put((*worker)->psp->options.env.alloc, worker, sizeof(**worker));
}

void
psp_handle(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	wire_dispatch(routes, YKT_ARRAY_LEN(routes), worker,
	    ((struct psp_worker *)worker)->dispatch, req, rsp);
}
