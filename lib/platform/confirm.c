/*
 * order.confirm: what was shown is what was signed is what may be paid
 * (C5-HCI-7). Only then does the platform give out the token that the pay
 * channel wants.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "platform/pay.h"
#include "platform/rows.h"
#include "wire/shown.h"

struct confirming {
	const struct op_call *call;
	const struct wire_order_confirm_req *ask;
	const char *account; /* that pays; NULL: the user does, at the pay channel */
	struct order order;
	struct order_group group;
	struct prepay prepay;
};

/* YKT_EXPIRED: closed. YKT_CONFLICT: paid already. YKT_NOT_FOUND: nothing to confirm yet. */
static enum ykt_status
confirm_read(struct ykt_tx *tx, struct confirming *c)
{
	enum ykt_status status = order_get_own(tx, c->ask->order_id, c->call->user_id, &c->order);

	if (status == YKT_OK && strcmp(c->order.pay_id, c->order.order_id) != 0)
		status = YKT_NOT_FOUND; /* a first load is confirmed with its opening */
	if (status == YKT_OK)
		status = order_get_group(tx, c->order.pay_id, &c->group);
	if (status == YKT_OK)
		status = prepay_get(tx, c->order.pay_id, &c->prepay);
	if (status == YKT_OK && c->order.state == WIRE_ORDER_CLOSED)
		status = YKT_EXPIRED;
	if (status == YKT_OK && c->order.state != WIRE_ORDER_CREATED)
		status = YKT_CONFLICT;

	return status;
}

static enum ykt_status
confirm_read_tx(struct ykt_tx *tx, void *arg)
{
	return confirm_read(tx, arg);
}

/* The figures are ours; the client's only have to agree. */
static enum ykt_status
confirm_digest(struct platform_worker *w, const struct confirming *c, uint8_t ret_digest[32])
{
	const bool open = c->order.kind == WIRE_ORDER_OPEN;
	struct wire_order wire;
	struct wire_shown shown;

	order_to_wire(&c->order, w->p->o.city, c->call->now_ms, &wire);
	shown = (struct wire_shown){
		.order_id = wire.order_id,
		.user_id = c->call->user_id,
		.kind = wire.kind,
		.card_no = open ? "" : wire.card_no,
		.city = open ? wire.city : "",
		.payee = w->p->o.payee,
		.account = c->account,
		.amount_fen = c->group.amount_fen,
		.fee_fen = open ? c->order.amount_fen : 0,
	};
	shown.load_fen = shown.amount_fen - shown.fee_fen;

	return wire_shown_digest(w->crypto, &shown, ret_digest);
}

static const char *
confirm_fault(struct platform_worker *w, const struct confirming *c)
{
	uint8_t digest[32], signed_bytes[WIRE_SHOWN_SIGN_LEN];

	if (c->ask->amount_fen != c->group.amount_fen ||
	    c->group.amount_fen != c->prepay.amount_fen)
		return "amount";
	if (confirm_digest(w, c, digest) != YKT_OK ||
	    !ykt_ct_equal(digest, c->ask->digest, sizeof(digest)))
		return "digest";
	wire_shown_to_sign(digest, c->prepay.prepay_id, signed_bytes);
	if (crypto_sm2_verify(w->crypto, &c->call->device, crypto_sm2_default_id,
		YKT_BYTES(signed_bytes), c->ask->sig) != YKT_OK)
		return "signature";

	return NULL;
}

/* The first signature stays; a repeat, after a lost answer, adds nothing. */
static enum ykt_status
confirm_tx(struct ykt_tx *tx, void *arg)
{
	struct confirming *c = arg;
	enum ykt_status status = confirm_read(tx, c);

	if (status != YKT_OK)
		return status;

	return row_exec(tx,
	    "INSERT INTO confirmed(pay_id, digest, sig, device, at_ms) VALUES(?1, ?2, ?3, ?4, ?5)"
	    " ON CONFLICT(pay_id) DO NOTHING",
	    YKT_SQL_IN(ykt_sql_text(c->order.pay_id), ykt_sql_blob(YKT_BYTES(c->ask->digest)),
		ykt_sql_blob(YKT_BYTES(c->ask->sig)), ykt_sql_blob(YKT_BYTES(c->call->device.xy)),
		ykt_sql_int(c->call->now_ms)));
}

enum ykt_status
confirm_check(struct platform_worker *w, const struct op_call *call,
    const struct wire_order_confirm_req *ask, const char *account, struct prepay *ret_prepay,
    const char **ret_fault)
{
	struct confirming c = { .call = call, .ask = ask, .account = account };
	enum ykt_status status = ykt_store_run(w->p->store, confirm_read_tx, &c);

	if (status == YKT_OK)
		*ret_fault = confirm_fault(w, &c);
	if (status == YKT_OK && *ret_fault != NULL) {
		room_trace(w, YKT_TRACE_SECURITY, "order signature", 0);
		status = YKT_DENIED;
	}
	if (status == YKT_OK)
		*ret_prepay = c.prepay;

	return status;
}

static int
confirm_refuse(struct platform_worker *w, enum ykt_status status, struct wire_error *error)
{
	if (status == YKT_EXPIRED)
		return wire_error_set(error, 409, "closed", "the order was not paid in time");
	if (status == YKT_CONFLICT)
		return wire_error_set(error, 409, "paid", "the order is paid");

	return room_refuse(w, status, error);
}

int
op_order_confirm(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct confirming c = { .call = call, .ask = req };
	struct wire_order_confirm_rsp *answer = rsp;
	enum ykt_status status = ykt_store_run(w->p->store, confirm_read_tx, &c);
	const char *fault;

	if (status != YKT_OK)
		return confirm_refuse(w, status, error);
	fault = confirm_fault(w, &c);
	if (fault != NULL) {
		room_trace(w, YKT_TRACE_SECURITY, "order signature", 0);
		return wire_error_set(error, 403, fault, "not what the order says");
	}
	status = ykt_store_run(w->p->store, confirm_tx, &c);
	if (status != YKT_OK)
		return confirm_refuse(w, status, error);
	memcpy(answer->pay_token, c.prepay.pay_token, sizeof(answer->pay_token));

	return 200;
}

struct by_card {
	struct confirming c;
	const uint8_t *digest;
	uint8_t evidence[64]; /* element and counter, where a phone's signature stands */
};

static enum ykt_status
by_card_tx(struct ykt_tx *tx, void *arg)
{
	static const uint8_t no_device[64];
	const struct by_card *by = arg;

	return row_exec(tx,
	    "INSERT INTO confirmed(pay_id, digest, sig, device, at_ms) VALUES(?1, ?2, ?3, ?4, ?5)"
	    " ON CONFLICT(pay_id) DO NOTHING",
	    YKT_SQL_IN(ykt_sql_text(by->c.order.pay_id), ykt_sql_blob(ykt_bytes(by->digest, 32)),
		ykt_sql_blob(YKT_BYTES(by->evidence)), ykt_sql_blob(YKT_BYTES(no_device)),
		ykt_sql_int(by->c.call->now_ms)));
}

enum ykt_status
confirm_by_card(struct platform_worker *w, const struct op_call *call, const char *order_id,
    const struct confirm_card *card, struct prepay *ret_prepay)
{
	struct wire_order_confirm_req ask = { .amount_fen = 0 };
	struct by_card by = { .c = { .call = call, .ask = &ask } };
	uint8_t digest[32];
	enum ykt_status status;

	text_set(ask.order_id, sizeof(ask.order_id), order_id);
	memcpy(by.evidence, card->se_id, sizeof(card->se_id));
	ykt_set_u64(by.evidence + sizeof(card->se_id), (uint64_t)card->counter);
	by.digest = digest;
	status = ykt_store_run(w->p->store, confirm_read_tx, &by.c);
	if (status == YKT_OK)
		status = confirm_digest(w, &by.c, digest);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, by_card_tx, &by);
	if (status == YKT_OK)
		*ret_prepay = by.c.prepay;

	return status;
}
