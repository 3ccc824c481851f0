/*
 * Giving a card back (C5-RFD-1; 2.10 of the requirement notes): all that it holds
 * goes into the wallet, then its application leaves the element. Moving it out
 * (C5-MIG-1, 2.11) differs in where the money waits.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/device.h"
#include "client/element.h"
#include "client/manage.h"
#include "client/mask.h"
#include "client/unload.h"
#include "wire/shown.h"

enum { ANSWER_PASSWORD, ANSWER_OK };

/* What is to happen to which card. */
struct wish {
	enum wire_unload_purpose purpose;
	enum client_form form;
	const char *ok; /* the label to agree to */
	const char *function;
	const char *to; /* where the money goes */
};

static const struct wish wishes[] = {
	[WIRE_UNLOAD_RETURN] = { WIRE_UNLOAD_RETURN, CLIENT_FORM_RETURN, N_("Give the card back"),
	    "return", WIRE_UNLOAD_WALLET },
	[WIRE_UNLOAD_MOVE] = { WIRE_UNLOAD_MOVE, CLIENT_FORM_MOVE, N_("Move the card out"),
	    "move out", WIRE_UNLOAD_TICKET },
};

/* What became of the money, by how the unload stands. */
static void
say_money(struct ykt_client *client, const struct wire_unload *unload)
{
	switch (wire_token_find(&wire_unload_state, unload->state)) {
	case WIRE_UNLOAD_DONE:
		client->end.money =
		    strcmp(unload->ticket, "held") == 0 ? CLIENT_MONEY_TICKET : CLIENT_MONEY_WALLET;
		break;
	case WIRE_UNLOAD_CASE:
		client->end.money = CLIENT_MONEY_CASE;
		break;
	case WIRE_UNLOAD_BEGUN:
	case WIRE_UNLOAD_ASKED:
		client->end.money = CLIENT_MONEY_LEAVING;
		break;
	default:
		client->end.money = CLIENT_MONEY_STAYS;
	}
}

static enum ykt_status
ask_user(struct ykt_client *client, const struct wish *wish, const struct wire_unload *unload,
    struct wire_unload_begin_req *req)
{
	struct client_view *view = &client->view;
	struct ykt_answers answers;
	ykt_fen balance = 0;
	enum ykt_status status = client_purse_balance(client, &balance);

	if (status != YKT_OK)
		return status;
	client_view_card(view, "card", N_("Card"), unload->card_no);
	client_view_money(view, "balance", N_("Balance on the card"), balance);
	if (wish->purpose == WIRE_UNLOAD_RETURN)
		client_view_money(view, "fee", N_("Fee at most"), unload->fee_fen);
	client_view_text(view, "to", N_("Where to"),
	    wish->purpose == WIRE_UNLOAD_RETURN ? N_("your wallet")
						: N_("your card in another device"));
	client_view_input(view, YKT_FIELD_SECRET, "password", N_("Login password"), NULL);
	client_view_input(view, YKT_FIELD_CHECK, "ok", wish->ok, NULL);
	status = client_ask(client, wish->form, NULL, &answers);
	if (status == YKT_OK && strcmp(answers.text[ANSWER_OK], "1") != 0)
		status = YKT_CANCELLED;
	if (status == YKT_OK)
		client_text_copy(
		    req->password, sizeof(req->password), answers.text[ANSWER_PASSWORD]);
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

/* The user's yes to where the money goes and what it costs, as they stood on the screen. */
static enum ykt_status
sign_yes(struct ykt_client *client, const struct client_intent *intent,
    struct wire_unload_begin_req *req)
{
	const struct signer *device = NULL;
	const struct wire_unload_yes yes = { client_state(client)->user_id, req->card_no,
		req->purpose, req->to, req->fee_fen };
	uint8_t text[WIRE_SHOWN_SIGN_LEN];
	enum ykt_status status = client_device(client, &device);

	if (status == YKT_OK)
		status = wire_unload_digest(client->o.crypto, &yes, req->digest);
	if (status != YKT_OK)
		return status;
	client_text_copy(req->wish, sizeof(req->wish), intent->idem);
	wire_unload_to_sign(req->digest, req->wish, text);

	return signer_sign(device, YKT_BYTES(text), req->sig);
}

static bool
same_card(const struct client_intent *begun, const struct client_intent *wish)
{
	return begun->kind == CLIENT_INTENT_UNLOAD && strcmp(begun->card_no, wish->card_no) == 0;
}

/* An unload of this card that was begun before, or a new one. */
static enum ykt_status
intent_of(struct ykt_client *client, const char *card_no, struct client_intent *ret_intent)
{
	struct client_intent wish = { .kind = CLIENT_INTENT_UNLOAD };

	client_text_copy(wish.card_no, sizeof(wish.card_no), card_no);

	return client_intent_take(client, same_card, &wish, ret_intent);
}

/* That it is wanted is durable here first, then there; then the card is asked. */
static enum ykt_status
send_begin(struct ykt_client *client, struct wire_unload_begin_req *req,
    struct client_intent *intent, struct wire_unload *unload)
{
	struct wire_unload now;
	enum ykt_status status = sign_yes(client, intent, req), done;

	if (status == YKT_OK)
		status = client_call(client, "unload.begin", NULL, req, &now);
	if (status == YKT_OK) {
		*unload = now;
		return status;
	}
	if (client_refused(status)) {
		done = client_intent_done(client, intent);
		return done == YKT_OK ? status : done;
	}
	if (client_lost(status))
		client->end.money = CLIENT_MONEY_LEAVING;

	return status;
}

static enum ykt_status
start(struct ykt_client *client, const struct wish *wish, struct client_intent *intent,
    struct wire_unload *unload)
{
	struct wire_unload_begin_req req = { .card_no = "" };
	enum ykt_status status = YKT_OK;
	bool begun = wire_token_find(&wire_unload_state, unload->state) != WIRE_UNLOAD_NONE;

	if (begun && wire_token_find(&wire_unload_purpose, unload->purpose) != (int)wish->purpose) {
		client_reason(client, "unload_other");
		return YKT_REFUSED;
	}
	client_text_copy(req.card_no, sizeof(req.card_no), unload->card_no);
	wire_token_set(&wire_unload_purpose, (int)wish->purpose, req.purpose, sizeof(req.purpose));
	client_text_copy(req.to, sizeof(req.to), wish->to);
	req.fee_fen = wish->purpose == WIRE_UNLOAD_RETURN ? unload->fee_fen : 0;
	if (!begun)
		status = ask_user(client, wish, unload, &req);
	if (status == YKT_OK)
		status = intent_of(client, unload->card_no, intent);
	if (status == YKT_OK && !begun)
		status = send_begin(client, &req, intent, unload);
	ykt_wipe(&req, sizeof(req));

	return status;
}

/* Nothing is left to ask about. */
static bool
over(enum ykt_status status, enum ykt_status left)
{
	if (status == YKT_OK)
		return left != YKT_PENDING;

	return status == YKT_REFUSED || status == YKT_NOT_DONE || status == YKT_DISPUTED;
}

/*
 * The application out of the element. YKT_NOT_DONE: it stays, because the TSM says
 * so or it is another element's. YKT_PENDING: it goes on later.
 */
static enum ykt_status
leave(struct ykt_client *client, const char *card_no)
{
	struct client_target target = { .here = true };
	enum ykt_status status = client_se_id(client, &target.se_id);

	client_text_copy(target.card_no, sizeof(target.card_no), card_no);
	if (status == YKT_OK)
		status = client_manage_run(client, &target);
	if (status == YKT_NOT_DONE || status == YKT_WRONG_CARD)
		return YKT_NOT_DONE;

	return status == YKT_OK || status == YKT_E_DOWN ? status : YKT_PENDING;
}

/* The money first; the application goes when that is booked, and not before (I-26). */
static enum ykt_status
settle(struct ykt_client *client, const struct client_intent *intent, struct wire_unload *unload,
    enum ykt_status *ret_left)
{
	enum ykt_status status = client_unload_run(client, unload), done;

	*ret_left = YKT_PENDING;
	say_money(client, unload);
	if (status == YKT_REFUSED)
		client->end.money = CLIENT_MONEY_STAYS;
	if (status == YKT_OK)
		*ret_left = leave(client, unload->card_no);
	if (*ret_left == YKT_E_DOWN)
		return *ret_left;
	if (!over(status, *ret_left))
		return status;
	done = client_intent_done(client, intent);

	return done == YKT_OK ? status : done;
}

enum ykt_status
client_finish_unload(
    struct ykt_client *client, const struct client_intent *intent, struct wire_unload *ret_unload)
{
	enum ykt_status status, left = YKT_PENDING;

	memset(ret_unload, 0, sizeof(*ret_unload));
	client->end.money = CLIENT_MONEY_LEAVING;
	status = client_unload_get(client, intent->card_no, ret_unload);
	if (status == YKT_OK)
		status = settle(client, intent, ret_unload, &left);

	return status == YKT_OK && left == YKT_PENDING ? left : status;
}

/* What is left of the card is told, and goes on later. */
static void
show(struct ykt_client *client, const struct wire_unload *unload, enum ykt_status left)
{
	struct client_view *view = &client->view;
	const char *word;

	client_view_card(view, "card", N_("Card"), unload->card_no);
	client_view_money(view, "amount", N_("Off the card"), unload->amount_fen);
	if (unload->fee_fen != 0)
		client_view_money(view, "fee", N_("Fee"), unload->fee_fen);
	if (strcmp(unload->ticket, "held") == 0)
		client_view_time(view, "waits", N_("It waits until"), unload->expires_ms);
	if (left == YKT_OK)
		word = "left_gone";
	else
		word = left == YKT_NOT_DONE ? "left_stays" : "left_empty";
	client_view_text(view, "left", N_("In this device"), client_token_text(word));
}

static enum ykt_status
run(struct ykt_client *client, const struct wish *wish, const char *card_no)
{
	struct client_purse purse = { 0 };
	const struct wire_app *app = NULL;
	struct client_intent intent;
	struct wire_unload unload;
	enum ykt_status status, left = YKT_PENDING;

	if (!client_state(client)->session.open)
		return YKT_LOGIN_NEEDED;
	status = client_element_find(client, card_no, &purse, NULL);
	if (status == YKT_OK)
		status = client_descr_may(
		    client, ykt_bytes(purse.aid, purse.aid_len), wish->function, &app);
	if (status == YKT_OK)
		status = client_unload_get(client, purse.card_no, &unload);
	if (status != YKT_OK)
		return status;
	say_money(client, &unload);
	status = start(client, wish, &intent, &unload);
	if (status == YKT_OK)
		status = settle(client, &intent, &unload, &left);
	if (status == YKT_OK)
		show(client, &unload, left);

	return status;
}

enum ykt_status
ykt_client_return(struct ykt_client *client, const char *card_no)
{
	enum ykt_status status;

	client_begin(client);
	status = client_may(client, CLIENT_FLOW_RETURN);
	if (status == YKT_OK)
		status = run(client, &wishes[WIRE_UNLOAD_RETURN], card_no);

	return client_end(client, CLIENT_FLOW_RETURN, status);
}

enum ykt_status
ykt_client_move_out(struct ykt_client *client, const char *card_no)
{
	enum ykt_status status;

	client_begin(client);
	status = client_may(client, CLIENT_FLOW_MOVE_OUT);
	if (status == YKT_OK)
		status = run(client, &wishes[WIRE_UNLOAD_MOVE], card_no);

	return client_end(client, CLIENT_FLOW_MOVE_OUT, status);
}
