/*
 * Asking for the money of an order back. Where a MAC2 may have been given out,
 * the card proves first that it holds no such load, with an answer that is
 * fresh to the platform (R2a, R3).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/device.h"
#include "client/flow.h"
#include "client/mask.h"
#include "wire/shown.h"

#define PROOFS 3

/* The user's yes to the amount that stood on the screen, going back the way it came. */
static enum ykt_status
sign_yes(struct ykt_client *client, const struct client_intent *intent,
    struct wire_order_refund_req *req)
{
	const struct signer *device = NULL;
	uint8_t text[WIRE_SHOWN_SIGN_LEN];
	enum ykt_status status = client_device(client, &device);

	req->amount_fen = intent->amount_fen;
	client_text_copy(req->to, sizeof(req->to), WIRE_REFUND_ORIGIN);
	if (status == YKT_OK)
		status = wire_refund_digest(client->o.crypto, intent->order_id,
		    client_state(client)->user_id, req->amount_fen, req->to, req->digest);
	if (status != YKT_OK)
		return status;
	wire_refund_to_sign(req->digest, intent->idem, text);

	return signer_sign(device, YKT_BYTES(text), req->sig);
}

static enum ykt_status
ask_refund(
    struct ykt_client *client, const struct client_intent *intent, struct wire_order *ret_order)
{
	struct wire_order_refund_req req = { .has_attempt = intent->has_proof,
		.attempt = intent->attempt,
		.has_init = intent->has_proof };
	enum ykt_status status;

	client_text_copy(req.order_id, sizeof(req.order_id), intent->order_id);
	memcpy(req.init, intent->init, sizeof(req.init));
	(void)client_progress(client, N_("Asking for the refund"), 1, 2);
	status = sign_yes(client, intent, &req);

	return status == YKT_OK ? client_call(client, "order.refund", intent->idem, &req, ret_order)
				: status;
}

/*
 * The same wish with a proof is another request, under another key; the old key
 * goes with the old request.
 */
static enum ykt_status
prove(struct ykt_client *client, struct client_intent *intent)
{
	struct client_intent next;
	enum ykt_status status;

	status = client_intent_new(client, CLIENT_INTENT_REFUND, &next);
	if (status == YKT_OK) {
		client_text_copy(next.order_id, sizeof(next.order_id), intent->order_id);
		next.amount_fen = intent->amount_fen;
		status = client_load_prove(client, next.order_id, &next.attempt, next.init);
		next.has_proof = true;
	}
	if (status == YKT_OK)
		status = client_intent_done(client, intent);
	if (status == YKT_OK)
		status = client_intent_put(&client->store, &next);
	if (status == YKT_OK)
		*intent = next;

	return status;
}

static bool
wants_proof(const struct ykt_client *client, enum ykt_status status)
{
	return status == YKT_REFUSED &&
	       (client_error_is(client, "proof_needed") || client_error_is(client, "stale") ||
		   client_error_is(client, "attempt_used"));
}

/* What the platform's order means to somebody who wants a refund. */
static enum ykt_status
outcome(struct ykt_client *client, const struct wire_order *order)
{
	enum ykt_status status = client_order_final(client, order);

	switch (status) {
	case YKT_NOT_DONE: /* the order was not, so the refund was */
		return YKT_OK;
	case YKT_OK:
		return YKT_CONFLICT;
	case YKT_E_STATE:
		return YKT_UNKNOWN;
	default:
		return status;
	}
}

static enum ykt_status
refused(struct ykt_client *client)
{
	client->end.money = CLIENT_MONEY_NONE;
	if (client_error_is(client, "used")) {
		client->end.money = CLIENT_MONEY_LOADED;
		return YKT_CONFLICT;
	}
	if (client_error_is(client, "not_paid"))
		client->end.money = CLIENT_MONEY_UNTOUCHED;

	return YKT_REFUSED;
}

enum ykt_status
client_finish_refund(
    struct ykt_client *client, struct client_intent *intent, struct wire_order *ret_order)
{
	enum ykt_status status, done;
	bool over;

	memset(ret_order, 0, sizeof(*ret_order));
	client->end.money = CLIENT_MONEY_KEPT;
	status = ask_refund(client, intent, ret_order);
	for (int i = 0; i < PROOFS && wants_proof(client, status); i++) {
		status = prove(client, intent);
		if (status == YKT_OK)
			status = ask_refund(client, intent, ret_order);
	}
	over = status == YKT_OK || client_refused(status) || status == YKT_CONFLICT ||
	       status == YKT_WRONG_CARD;
	if (status == YKT_OK)
		status = outcome(client, ret_order);
	else if (status == YKT_REFUSED)
		status = refused(client);
	else if (status == YKT_CONFLICT)
		client->end.money = CLIENT_MONEY_LOADED;
	if (over && status != YKT_UNKNOWN) {
		done = client_intent_done(client, intent);
		if (done != YKT_OK)
			status = done;
	}

	return status;
}

static enum ykt_status
ask_user(struct ykt_client *client, const struct wire_order *order)
{
	struct ykt_answers answers;
	enum ykt_status status;

	client_show_order(client, order);
	client_view_money(&client->view, "back", N_("Goes back"), order->paid_fen);
	client_view_text(
	    &client->view, "to", N_("Where to"), client_token_text(WIRE_REFUND_ORIGIN));
	client_view_input(&client->view, YKT_FIELD_CHECK, "ok", N_("Give the money back"), NULL);
	status = client_ask(client, CLIENT_FORM_REFUND, NULL, &answers);
	if (status == YKT_OK && strcmp(answers.text[0], "1") != 0)
		status = YKT_CANCELLED;
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

static bool
same_order(const struct client_intent *begun, const struct client_intent *wish)
{
	return begun->kind == CLIENT_INTENT_REFUND &&
	       strcmp(begun->order_id, wish->order_id) == 0 &&
	       begun->amount_fen == wish->amount_fen;
}

/* A refund of this order that was begun before, or a new one. */
static enum ykt_status
begin(struct ykt_client *client, const struct wire_order *order, struct client_intent *ret_intent)
{
	struct client_intent wish = { .kind = CLIENT_INTENT_REFUND, .amount_fen = order->paid_fen };

	client_text_copy(wish.order_id, sizeof(wish.order_id), order->order_id);

	return client_intent_take(client, same_order, &wish, ret_intent);
}

/* The top-up of this order is not to be gone on with any more. */
static enum ykt_status
forget_topup(struct ykt_client *client, const char *order_id)
{
	const struct client_intent *old = client_intent_of(&client->store, order_id);
	struct client_intent copy;

	if (old == NULL)
		return YKT_OK;
	copy = *old;

	return client_intent_done(client, &copy);
}

static enum ykt_status
run(struct ykt_client *client, const char *order_id)
{
	struct client_intent intent;
	struct wire_order order;
	enum ykt_status status;

	if (!wire_id_valid(order_id))
		return YKT_NOT_FOUND;
	status = client_order_get(client, order_id, &order);
	if (status == YKT_OK)
		status = ask_user(client, &order);
	if (status == YKT_OK)
		status = begin(client, &order, &intent);
	if (status != YKT_OK)
		return status;
	status = client_finish_refund(client, &intent, &order);
	client_show_order(client, &order);
	if (status == YKT_OK || status == YKT_CONFLICT ||
	    client->end.money == CLIENT_MONEY_RETURNING) {
		enum ykt_status forgot = forget_topup(client, order_id);

		if (forgot != YKT_OK)
			status = forgot;
	}

	return status;
}

enum ykt_status
ykt_client_refund(struct ykt_client *client, const char *order_id)
{
	client_begin(client);

	return client_end(client, CLIENT_FLOW_REFUND, run(client, order_id));
}
