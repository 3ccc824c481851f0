/*
 * load.begin, load.request, load.confirm (docs/protocol.md section 3).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/purse_cmd.h"
#include "platform/limit.h"
#include "platform/pay.h"
#include "platform/permit.h"
#include "platform/rows.h"

#define TERMINAL_TRIES 8

struct load_begin {
	const struct op_call *call;
	const struct platform *p;
	const char *order_id;
	uint8_t terminal[6];
	struct order order;
};

static bool
loadable(const struct order *order)
{
	return order->kind == WIRE_ORDER_TOPUP &&
	       (order->state == WIRE_ORDER_PAID || order->state == WIRE_ORDER_LOADING);
}

/*
 * YKT_E_STATE: not an order that can be loaded now. YKT_BLOCKED: its card is
 * not open yet. YKT_CONFLICT: this terminal number was used before.
 */
static enum ykt_status
load_begin_tx(struct ykt_tx *tx, void *arg)
{
	struct load_begin *begin = arg;
	struct order *order = &begin->order;
	struct card card;
	enum ykt_status status;

	status = order_get_own(tx, begin->order_id, begin->call->user_id, order);
	if (status == YKT_OK && !loadable(order))
		status = YKT_E_STATE;
	if (status == YKT_OK && order->card_no[0] == '\0')
		status = YKT_BLOCKED;
	if (status == YKT_OK)
		status = card_get(tx, begin->p, order->card_no, &card);
	if (status == YKT_OK && strcmp(card.state, CARD_ACTIVE) != 0)
		status = YKT_BLOCKED;
	if (status != YKT_OK)
		return status;
	order->attempt++;
	status = attempt_add(tx, order->order_id, order->attempt, order->card_no, begin->terminal);
	if (status == YKT_OK)
		status = row_change_one(tx, "UPDATE ord SET attempt = ?1 WHERE order_id = ?2",
		    YKT_SQL_IN(ykt_sql_int(order->attempt), ykt_sql_text(order->order_id)));

	return status;
}

/* The token of an order that is not to be loaded: what it is instead. */
static int
refuse_load(struct platform_worker *w, enum ykt_status status, struct wire_error *error)
{
	switch (status) {
	case YKT_E_STATE:
		return wire_error_set(error, 409, "order_state", "not to be loaded now");
	case YKT_BLOCKED:
		return wire_error_set(error, 409, "card_state", "the card is not in use");
	case YKT_WRONG_CARD:
		return wire_error_set(error, 403, "wrong_card", "the order is for another card");
	case YKT_EXPIRED:
		return wire_error_set(error, 409, "stale", "a later attempt was begun");
	case YKT_MISMATCH:
		return wire_error_set(error, 409, "attempt_used", "begin another attempt");
	default:
		return room_refuse(w, status, error);
	}
}

int
op_load_begin(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_order_id_req *ask = req;
	struct wire_load_begin_rsp *answer = rsp;
	struct load_begin begin = { .call = call, .p = w->p, .order_id = ask->order_id };
	enum ykt_status status = YKT_CONFLICT;

	memcpy(begin.terminal, w->p->o.channel, 2);
	for (int i = 0; i < TERMINAL_TRIES && status == YKT_CONFLICT; i++) {
		status = ykt_random_fill(w->p->env->random, begin.terminal + 2, 4);
		if (status == YKT_OK)
			status = ykt_store_run(w->p->store, load_begin_tx, &begin);
	}
	if (status != YKT_OK)
		return refuse_load(w, status, error);
	answer->attempt = begin.order.attempt;
	memcpy(answer->terminal, begin.terminal, sizeof(answer->terminal));
	answer->amount_fen = begin.order.amount_fen;
	text_set(answer->card_no, sizeof(answer->card_no), begin.order.card_no);

	return 200;
}

struct load_ask {
	const struct platform *p;
	const struct op_call *call;
	const struct wire_load_request_req *ask;
	struct purse_load_init_rsp init;
	uint8_t datetime[7];
	struct order order;
	struct attempt attempt;
	const struct platform_app *app;
	ykt_fen limit;
	bool loaded;
};

/* What the card says of itself must fit what was ordered; no key is needed for that. */
static enum ykt_status
init_check(struct load_ask *load, const struct card *card)
{
	ykt_fen after = (ykt_fen)load->init.balance + load->order.amount_fen;

	if (load->init.alg != card->app->alg)
		return YKT_WRONG_CARD;
	/* What the card names is the balance with the overdraft on top. */
	if (!load->ask->attest && after > load->limit + card->app->overdraft_fen)
		return YKT_OVER_LIMIT;

	return YKT_OK;
}

/* The order is loading, durably, before the key module hears of it (R1, R4). */
static enum ykt_status
load_ask_tx(struct ykt_tx *tx, void *arg)
{
	struct load_ask *load = arg;
	const struct wire_load_request_req *ask = load->ask;
	struct card card;
	enum ykt_status status;

	status = order_get_own(tx, ask->order_id, load->call->user_id, &load->order);
	if (status != YKT_OK)
		return status;
	load->loaded = load->order.state == WIRE_ORDER_LOADED;
	if (load->loaded)
		return YKT_OK;
	if (!loadable(&load->order))
		return YKT_E_STATE;
	if (strcmp(ask->card_no, load->order.card_no) != 0)
		return YKT_WRONG_CARD;
	status = card_get(tx, load->p, load->order.card_no, &card);
	/* A proof may be asked for whatever the card is; a permit only while it is in use. */
	if (status == YKT_OK && !ask->attest && strcmp(card.state, CARD_ACTIVE) != 0)
		status = YKT_BLOCKED;
	if (status == YKT_OK)
		status = limit_card(tx, load->p, card.app, load->order.user_id, &load->limit);
	if (status == YKT_OK)
		status = init_check(load, &card);
	if (status == YKT_OK)
		status = attempt_bind(tx, &load->order, ask->attempt,
		    ask->attest ? ATTEMPT_ATTEST : ATTEMPT_LOAD, ask->init, load->datetime,
		    &load->attempt);
	if (status == YKT_OK && !ask->attest && load->order.state == WIRE_ORDER_PAID)
		status = order_move(tx, &load->order, WIRE_ORDER_LOADING, load->call->now_ms);
	load->app = card.app;

	return status;
}

static int
load_answer(struct platform_worker *w, const struct load_ask *load,
    const struct permit_answer *permit, struct wire_load_request_rsp *rsp, struct wire_error *error)
{
	enum wire_load_result result;

	switch (permit->outcome) {
	case PERMIT_CREDIT:
		result = WIRE_LOAD_CREDIT;
		rsp->has_datetime = rsp->has_mac2 = true;
		memcpy(rsp->datetime, load->attempt.datetime, sizeof(rsp->datetime));
		memcpy(rsp->mac2, permit->mac2, sizeof(rsp->mac2));
		break;
	case PERMIT_LOADED:
		result = WIRE_LOAD_LOADED;
		break;
	case PERMIT_NOT_LOADED:
		result = WIRE_LOAD_NOT_LOADED;
		break;
	case PERMIT_HELD:
		wire_error_set(error, 409, WIRE_ERR_HELD, "another load of this card comes first");
		error->has_order_id = true;
		text_set(error->order_id, sizeof(error->order_id), permit->holder);
		return 409;
	case PERMIT_MAC1:
		room_trace(w, YKT_TRACE_SECURITY, "load MAC1", 0);
		return wire_error_set(error, 403, "mac1", "the card's answer does not hold");
	default:
		return wire_error_set(error, 409, "case", "a person must look at this order");
	}
	wire_token_set(&wire_load_result, (int)result, rsp->result, sizeof(rsp->result));

	return 200;
}

int
op_load_request(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct load_ask load = { .p = w->p, .call = call, .ask = req };
	struct permit_answer answer = { .outcome = PERMIT_LOADED };
	struct permit_ask ask = {
		.order = &load.order,
		.attempt = &load.attempt,
		.now_ms = call->now_ms,
		.deadline_mono_ms = call->deadline_mono_ms,
	};
	enum ykt_status status;

	if (purse_load_init_rsp_decode(YKT_BYTES(load.ask->init), &load.init) != YKT_OK)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "init");
	room_card_time(call->now_ms, load.datetime);
	status = ykt_store_run(w->p->store, load_ask_tx, &load);
	if (status == YKT_OVER_LIMIT)
		return limit_refuse(error, load.limit);
	if (status != YKT_OK)
		return refuse_load(w, status, error);
	if (!load.loaded) {
		ask.app = load.app;
		status = permit_run(w, &ask, &answer);
	}
	if (status != YKT_OK)
		return refuse_load(w, status, error);

	return load_answer(w, &load, &answer, rsp, error);
}

struct load_confirm {
	struct platform_worker *w;
	const struct op_call *call;
	const struct wire_load_confirm_req *ask;
	struct order order;
};

static enum ykt_status
load_confirm_tx(struct ykt_tx *tx, void *arg)
{
	struct load_confirm *confirm = arg;
	const struct wire_load_confirm_req *ask = confirm->ask;
	struct attempt attempt;
	enum ykt_status status;

	status = order_get_own(tx, ask->order_id, confirm->call->user_id, &confirm->order);
	if (status == YKT_OK && confirm->order.kind != WIRE_ORDER_TOPUP)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK)
		status = attempt_get(tx, ask->order_id, ask->attempt, &attempt);

	return status;
}

static enum ykt_status
load_loaded_tx(struct ykt_tx *tx, void *arg)
{
	struct load_confirm *confirm = arg;
	enum ykt_status status;

	status = load_book(tx, confirm->w, confirm->ask->order_id, confirm->call->now_ms);
	if (status == YKT_OK)
		status = order_get(tx, confirm->ask->order_id, &confirm->order);

	return status;
}

/* The card's TAC under the permit's own terminal and time. */
static enum ykt_status
tac_check(struct load_confirm *confirm)
{
	struct platform_worker *w = confirm->w;
	struct wire_key_load_tac_req req = { .attempt = confirm->ask->attempt };
	struct wire_key_load_tac_rsp rsp;
	enum ykt_status status;

	text_set(req.order_id, sizeof(req.order_id), confirm->ask->order_id);
	memcpy(req.tac, confirm->ask->tac, sizeof(req.tac));
	status = wire_call(w->p->o.keyd, WIRE_PATH_KEY_LOAD_TAC, &wire_key_load_tac_req_msg, &req,
	    &wire_key_load_tac_rsp_msg, &rsp, w->calls,
	    room_deadline(w, confirm->call->deadline_mono_ms), NULL);
	if (status == YKT_OK && !rsp.ok)
		status = YKT_DENIED;

	return status;
}

int
op_load_confirm(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct load_confirm confirm = { .w = w, .call = call, .ask = req };
	enum ykt_status status;

	status = ykt_store_run(w->p->store, load_confirm_tx, &confirm);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	if (confirm.ask->credited && confirm.order.state == WIRE_ORDER_LOADING) {
		status = tac_check(&confirm);
		if (status == YKT_OK)
			status = ykt_store_run(w->p->store, load_loaded_tx, &confirm);
	} else if (confirm.ask->credited && confirm.order.state != WIRE_ORDER_LOADED)
		status = YKT_E_STATE;
	if (status == YKT_DENIED) {
		room_trace(w, YKT_TRACE_SECURITY, "load TAC", 0);
		return wire_error_set(error, 403, "tac", "begin another attempt: it proves more");
	}
	if (status != YKT_OK)
		return refuse_load(w, status, error);
	order_to_wire(&confirm.order, w->p->o.city, call->now_ms, rsp);

	return 200;
}
