/*
 * order.refund: money goes back only when no MAC2 was ever given, or on a proof
 * that is fresh to the server (R2, R2a, R3).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "crypto/digest.h"
#include "platform/idem.h"
#include "platform/pay.h"
#include "platform/permit.h"
#include "platform/refund.h"
#include "platform/rows.h"
#include "wire/shown.h"

enum refund_way {
	REFUND_DONE,  /* nothing to do but to answer */
	REFUND_RUN,   /* begun: ask the channel */
	REFUND_PROOF, /* the card's answer must be judged first */
};

struct refund_op {
	struct platform_worker *w;
	const struct op_call *call;
	const struct wire_order_refund_req *ask;
	uint8_t datetime[7];
	char refund_ids[ORDER_GROUP_MAX][33];
	struct order order;
	struct attempt attempt;
	const struct platform_app *app;
	enum refund_way way;
	struct idem_row row;
	bool answered; /* row holds the answer of an earlier request */
	const char *fault;
};

static enum ykt_status
refuse(struct refund_op *op, const char *token)
{
	op->fault = token;

	return YKT_REFUSED;
}

/* Without its card a first load has nowhere to go: both go back. */
static enum ykt_status
begin_both(struct ykt_tx *tx, struct refund_op *op)
{
	struct order_group group;
	enum ykt_status status;

	status = refund_begin(tx, &op->order, op->refund_ids[0], "user_refund", op->call->now_ms);
	if (status == YKT_OK && op->order.kind == WIRE_ORDER_OPEN) {
		status = order_get_group(tx, op->order.pay_id, &group);
		if (status == YKT_OK && group.count == 2 &&
		    group.orders[1].state == WIRE_ORDER_PAID)
			status = refund_begin(
			    tx, &group.orders[1], op->refund_ids[1], "no_card", op->call->now_ms);
	}
	op->way = REFUND_RUN;

	return status;
}

static enum ykt_status
begin_loading(struct ykt_tx *tx, struct refund_op *op)
{
	const struct wire_order_refund_req *ask = op->ask;
	struct card card;
	bool given = true;
	enum ykt_status status;

	status = attempt_given(tx, op->order.order_id, &given);
	if (status != YKT_OK)
		return status;
	if (!given)
		return begin_both(tx, op);
	if (!ask->has_attempt || !ask->has_init)
		return refuse(op, "proof_needed");
	status = card_get(tx, op->w->p, op->order.card_no, &card);
	if (status == YKT_OK)
		status = attempt_bind(tx, &op->order, ask->attempt, ATTEMPT_RELEASE, ask->init,
		    op->datetime, &op->attempt);
	if (status == YKT_EXPIRED)
		return refuse(op, "stale");
	if (status == YKT_MISMATCH)
		return refuse(op, "attempt_used");
	op->app = card.app;
	op->way = REFUND_PROOF;

	return status;
}

static enum ykt_status
begin_by_state(struct ykt_tx *tx, struct refund_op *op)
{
	switch (op->order.state) {
	case WIRE_ORDER_PAID:
		return begin_both(tx, op);
	case WIRE_ORDER_LOADING:
		return begin_loading(tx, op);
	case WIRE_ORDER_REFUNDING:
		op->way = REFUND_RUN;
		return YKT_OK;
	case WIRE_ORDER_REFUNDED:
		op->way = REFUND_DONE;
		return YKT_OK;
	case WIRE_ORDER_CREATED:
	case WIRE_ORDER_CLOSED:
		return refuse(op, "not_paid");
	case WIRE_ORDER_LOADED:
	case WIRE_ORDER_OPENED:
		return refuse(op, "used");
	default:
		return refuse(op, "order_state");
	}
}

/* The first yes of an order stays; a later one, with a proof, is the same wish. */
static enum ykt_status
keep_yes(struct ykt_tx *tx, const struct refund_op *op)
{
	return row_exec(tx,
	    "INSERT INTO refund_yes(order_id, digest, sig, device, at_ms)"
	    " VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(order_id) DO NOTHING",
	    YKT_SQL_IN(ykt_sql_text(op->order.order_id), ykt_sql_blob(YKT_BYTES(op->ask->digest)),
		ykt_sql_blob(YKT_BYTES(op->ask->sig)), ykt_sql_blob(YKT_BYTES(op->call->device.xy)),
		ykt_sql_int(op->call->now_ms)));
}

static enum ykt_status
refund_begin_tx(struct ykt_tx *tx, void *arg)
{
	struct refund_op *op = arg;
	enum ykt_status status;

	op->fault = NULL;
	status = idem_find(tx, op->call, &op->row);
	op->answered = status == YKT_OK && op->row.answer_len != 0;
	if (op->answered || (status != YKT_OK && status != YKT_NOT_FOUND))
		return status;
	status = order_get_own(tx, op->ask->order_id, op->call->user_id, &op->order);
	if (status == YKT_OK)
		status = begin_by_state(tx, op);
	if (status == YKT_OK)
		status = keep_yes(tx, op);
	if (status == YKT_OK)
		status = idem_put(tx, op->call, op->order.order_id, ykt_bytes(NULL, 0));

	return status;
}

/* The proof held, and nothing has happened on the card's behalf meanwhile. */
static enum ykt_status
refund_proven_tx(struct ykt_tx *tx, void *arg)
{
	struct refund_op *op = arg;
	enum ykt_status status;

	status = order_get(tx, op->ask->order_id, &op->order);
	if (status != YKT_OK || op->order.state == WIRE_ORDER_REFUNDING ||
	    op->order.state == WIRE_ORDER_REFUNDED)
		return status;
	if (op->order.state != WIRE_ORDER_LOADING || op->order.attempt != op->attempt.attempt)
		return YKT_CONFLICT;

	return refund_begin(tx, &op->order, op->refund_ids[0], "user_refund", op->call->now_ms);
}

static enum ykt_status
refund_prove(struct refund_op *op)
{
	struct permit_ask ask = {
		.order = &op->order,
		.attempt = &op->attempt,
		.app = op->app,
		.now_ms = op->call->now_ms,
		.deadline_mono_ms = op->call->deadline_mono_ms,
	};
	struct permit_answer answer;
	enum ykt_status status;

	status = permit_run(op->w, &ask, &answer);
	if (status != YKT_OK)
		return status == YKT_MISMATCH ? refuse(op, "stale") : status;
	switch (answer.outcome) {
	/*
	 * A load that holds this counter shows that this order's does not, and the
	 * card's answer that nothing was committed.
	 */
	case PERMIT_HELD:
	case PERMIT_NOT_LOADED:
		op->way = REFUND_RUN;
		return ykt_store_run(op->w->p->store, refund_proven_tx, op);
	case PERMIT_LOADED:
	case PERMIT_CASE:
		op->way = REFUND_DONE;
		return YKT_OK;
	case PERMIT_MAC1:
		return refuse(op, "mac1");
	default:
		return YKT_E_SERVER;
	}
}

struct refund_end {
	struct refund_op *op;
	struct wire_order *answer;
	uint8_t bytes[IDEM_ANSWER_MAX];
	size_t len;
};

/* The answer is what the order is now, and stays that for ever. */
static enum ykt_status
refund_end_tx(struct ykt_tx *tx, void *arg)
{
	struct refund_end *end = arg;
	struct refund_op *op = end->op;
	enum ykt_status status;

	status = idem_find(tx, op->call, &op->row);
	if (status == YKT_BUSY)
		status = YKT_OK; /* our own lease */
	else if (status == YKT_OK && op->row.answer_len != 0)
		return idem_order_decode(&op->row, end->answer);
	if (status == YKT_OK)
		status = order_get(tx, op->ask->order_id, &op->order);
	if (status != YKT_OK)
		return status;
	order_to_wire(&op->order, op->w->p->o.city, op->call->now_ms, end->answer);
	status = idem_order_encode(end->answer, end->bytes, sizeof(end->bytes), &end->len);
	if (status == YKT_OK)
		status =
		    idem_put(tx, op->call, op->order.order_id, ykt_bytes(end->bytes, end->len));

	return status;
}

static enum ykt_status
refund_release_tx(struct ykt_tx *tx, void *arg)
{
	const struct refund_op *op = arg;

	return idem_release(tx, op->call);
}

static int
refund_refuse(struct refund_op *op, enum ykt_status status, struct wire_error *error)
{
	int code;

	if (status == YKT_REFUSED && op->fault != NULL)
		code = wire_error_set(
		    error, strcmp(op->fault, "mac1") == 0 ? 403 : 409, op->fault, "no refund");
	else if (status == YKT_BUSY)
		code = wire_error_set(error, 409, WIRE_ERR_IN_PROGRESS, NULL);
	else
		code = room_refuse(op->w, status, error);
	/* A twin's lease is not ours to end; the other two hold none. */
	if (status == YKT_BUSY || status == YKT_MISMATCH || status == YKT_NOT_FOUND)
		return code;
	/* Not decided: a repeat of this request may go on at once. */
	if (ykt_store_run(op->w->p->store, refund_release_tx, op) != YKT_OK)
		room_trace(op->w, YKT_TRACE_ERROR, "refund lease", 0);

	return code;
}

static enum ykt_status
refund_look_tx(struct ykt_tx *tx, void *arg)
{
	struct refund_op *op = arg;

	return order_get_own(tx, op->ask->order_id, op->call->user_id, &op->order);
}

/* The figures are ours; the client's only have to agree. */
static const char *
yes_fault(const struct refund_op *op)
{
	const struct wire_order_refund_req *ask = op->ask;
	uint8_t digest[32], text[WIRE_SHOWN_SIGN_LEN];

	if (strcmp(ask->to, WIRE_REFUND_ORIGIN) != 0)
		return "destination";
	if (ask->amount_fen != op->order.paid_fen)
		return "amount";
	if (wire_refund_digest(op->w->crypto, op->order.order_id, op->call->user_id,
		op->order.paid_fen, ask->to, digest) != YKT_OK ||
	    !ykt_ct_equal(digest, ask->digest, sizeof(digest)))
		return "digest";
	wire_refund_to_sign(digest, op->call->idem, text);
	if (crypto_sm2_verify(op->w->crypto, &op->call->device, crypto_sm2_default_id,
		YKT_BYTES(text), ask->sig) != YKT_OK)
		return "signature";

	return NULL;
}

/*
 * A repeat signs anew, with the same meaning: what it asks for makes it the same request,
 * not the signature's bytes.
 */
static enum ykt_status
same_wish(
    struct platform_worker *w, const struct wire_order_refund_req *ask, uint8_t ret_fingerprint[32])
{
	uint8_t attempt[8];
	const struct ykt_bytes parts[] = { ykt_bytes_str("order.refund"),
		ykt_bytes_str(ask->order_id), YKT_BYTES(attempt),
		ykt_bytes(ask->init, ask->has_init ? sizeof(ask->init) : 0),
		YKT_BYTES(ask->digest) };

	ykt_set_u64(attempt, ask->has_attempt ? (uint64_t)ask->attempt + 1 : 0);

	return crypto_sm3(w->crypto, parts, YKT_ARRAY_LEN(parts), ret_fingerprint);
}

int
op_order_refund(struct platform_worker *w, const struct op_call *call_arg, const void *req,
    void *rsp, struct wire_error *error)
{
	struct op_call mine = *call_arg;
	const struct op_call *call = &mine;
	struct refund_op op = { .w = w, .call = call, .ask = req };
	struct refund_end end = { .op = &op, .answer = rsp };
	const char *fault;
	enum ykt_status status;

	if (op.ask->has_attempt != op.ask->has_init)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "attempt goes with init");
	status = same_wish(w, op.ask, mine.fingerprint);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, refund_look_tx, &op);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	fault = yes_fault(&op);
	if (fault != NULL) {
		room_trace(w, YKT_TRACE_SECURITY, "refund signature", 0);
		return wire_error_set(error, 403, fault, "not what the order says");
	}
	room_card_time(call->now_ms, op.datetime);
	status = room_ids(w, op.refund_ids, ORDER_GROUP_MAX);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, refund_begin_tx, &op);
	if (status == YKT_OK && op.answered) {
		status = idem_order_decode(&op.row, rsp);
		return status == YKT_OK ? 200 : room_refuse(w, status, error);
	}
	if (status == YKT_OK && op.way == REFUND_PROOF)
		status = refund_prove(&op);
	/* One try now; whatever comes of it, the outbox has it. */
	if (status == YKT_OK && op.way == REFUND_RUN)
		(void)!refund_run(w, op.ask->order_id, call->now_ms, call->deadline_mono_ms);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, refund_end_tx, &end);

	return status == YKT_OK ? 200 : refund_refuse(&op, status, error);
}
