/*
 * Steps of an unload.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "unloads.h"

#include <string.h>

#include "wire/shown.h"

struct unloads
unloads_open(int64_t fee)
{
	struct unloads t = { .b = NULL };
	struct wire_order first;

	bench_open(&t.b);
	t.b->app.return_fee_fen = fee;
	bench_restart(t.b);
	bench_register(t.b, BENCH_PHONE);
	first = bench_card(t.b, t.card_no);
	bench_load_whole(t.b, first.order_id);
	return t;
}

void
unloads_sign(struct unloads *t, struct wire_unload_begin_req *req)
{
	struct bench *b = t->b;
	struct wire_unload_yes yes = { b->user_id, req->card_no, req->purpose, req->to, 0 };
	uint8_t text[WIRE_SHOWN_SIGN_LEN];
	struct signer_soft device;

	strcpy(req->to, strcmp(req->purpose, "move") == 0 ? "ticket" : "wallet");
	strcpy(req->wish, bench_idem(b));
	req->fee_fen = strcmp(req->purpose, "return") == 0 ? b->app.return_fee_fen : 0;
	yes.fee_fen = req->fee_fen;
	assert_status(wire_unload_digest(b->other, &yes, req->digest), YKT_OK);
	wire_unload_to_sign(req->digest, req->wish, text);
	signer_soft_init(&device, b->other, &b->device);
	assert_status(signer_sign(&device.signer, YKT_BYTES(text), req->sig), YKT_OK);
	signer_soft_clear(&device);
}

int
unloads_begin(struct unloads *t, const char *purpose)
{
	struct wire_unload_begin_req req = { .password = BENCH_PASS };

	strcpy(req.card_no, t->card_no);
	strcpy(req.purpose, purpose);
	unloads_sign(t, &req);
	return bench_ask(t->b, "unload.begin", NULL, &req, &t->unload);
}

struct wire_unload
unloads_get(struct unloads *t)
{
	struct wire_unload_get_req req;
	struct wire_unload rsp;

	strcpy(req.card_no, t->card_no);
	assert_int_equal(bench_ask(t->b, "unload.get", NULL, &req, &rsp), 200);
	return rsp;
}

int
unloads_attempt(struct unloads *t, struct wire_unload_attempt_rsp *rsp)
{
	struct wire_unload_id_req req;

	strcpy(req.unload_id, t->unload.unload_id);
	return bench_ask(t->b, "unload.attempt", NULL, &req, rsp);
}

struct wire_unload_request_req
unloads_init(struct unloads *t, const struct wire_unload_attempt_rsp *at, bool attest)
{
	struct wire_unload_request_req req = { .attempt = at->attempt, .attest = attest };

	strcpy(req.unload_id, t->unload.unload_id);
	if (attest)
		model_card_init(t->b, t->card_no, 0, at->terminal, req.init);
	else
		model_card_init_unload(t->b, t->card_no, model_card(t->b, t->card_no)->balance,
		    at->terminal, req.init);
	return req;
}

int
unloads_request(struct unloads *t, const struct wire_unload_request_req *req,
    struct wire_unload_request_rsp *rsp)
{
	return bench_ask(t->b, "unload.request", NULL, req, rsp);
}

int
unloads_round(struct unloads *t)
{
	struct wire_unload_confirm_req confirm = { .attempt = 0 };
	struct wire_unload_attempt_rsp at;
	struct wire_unload_request_req req;
	struct wire_unload_request_rsp rsp;
	int code = unloads_attempt(t, &at);

	if (code != 200)
		return code;
	req = unloads_init(t, &at, model_card(t->b, t->card_no)->balance == 0);
	code = unloads_request(t, &req, &rsp);
	if (code != 200 || strcmp(rsp.result, "debit") != 0)
		return code;
	strcpy(confirm.unload_id, t->unload.unload_id);
	confirm.attempt = at.attempt;
	if (!model_card_debit(t->b, t->card_no, rsp.datetime, rsp.mac2, confirm.mac3))
		return 0;
	return bench_ask(t->b, "unload.confirm", NULL, &confirm, &t->unload);
}

void
unloads_check(struct unloads *t, int64_t wallet, int64_t fee, int64_t ticket, int64_t shadow)
{
	assert_int_equal(bench_account(t->b, "U:", t->b->user_id), wallet);
	assert_int_equal(bench_account(t->b, "FEE", ""), BENCH_FEE + fee);
	assert_int_equal(
	    bench_number(t->b, "SELECT COALESCE(SUM(fen), 0) FROM entry WHERE account LIKE 'V:%'"),
	    ticket);
	assert_int_equal(bench_account(t->b, "SH:", t->card_no), shadow);
	assert_int_equal(model_card(t->b, t->card_no)->balance, shadow);
	bench_check_books(t->b);
}
