/*
 * Binding a transport card that the platform did not open (C5-BND-1). Who holds it shows it
 * by the card itself: its answer to INITIALIZE FOR LOAD of nothing, under a number that the
 * platform chose just now. Nothing is written on the card and no money moves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/sw.h"
#include "client/element.h"
#include "client/flow.h"
#include "client/mask.h"
#include "client/round.h"
#include "wire/claim_msg.h"

#define PROOFS 3
#define STEPS  3

/* The only card here that the account does not have. YKT_CONFLICT: it has them all. */
static enum ykt_status
find_strange(struct ykt_client *client, char ret_card_no[CLIENT_CARD_NO_LEN])
{
	const struct wire_empty none = { 0 };
	struct wire_card_list_rsp *list = &client->lists.cards;
	struct client_element element;
	size_t numbered = 0, strange = 0;
	enum ykt_status status = client_element_read(client, &element);

	if (status == YKT_OK)
		status = client_call(client, "card.list", NULL, &none, list);
	for (size_t i = 0; status == YKT_OK && i < element.count; i++) {
		const char *card_no = element.purses[i].card_no;
		bool known = card_no[0] == '\0';

		numbered += !known;
		for (size_t k = 0; k < list->cards_count && !known; k++)
			known = strcmp(list->cards[k].card_no, card_no) == 0;
		if (!known && strange++ == 0)
			memcpy(ret_card_no, card_no, CLIENT_CARD_NO_LEN);
	}
	if (status == YKT_OK && strange == 0)
		status = numbered == 0 ? YKT_NOT_FOUND : YKT_CONFLICT;

	return status == YKT_OK && strange > 1 ? YKT_E_ARG : status;
}

static enum ykt_status
find(struct ykt_client *client, const char *wish, struct client_purse *purse)
{
	char card_no[CLIENT_CARD_NO_LEN];
	enum ykt_status status = YKT_OK;

	if (wish == NULL) {
		status = find_strange(client, card_no);
		wish = card_no;
	}
	if (status == YKT_OK)
		status = client_element_find(client, wish, purse, NULL);
	if (status == YKT_OK)
		status = client_purse_balance(client, &purse->balance);
	if (status == YKT_E_LINK)
		client_reason(client, "no_element");

	return status;
}

static void
show(struct ykt_client *client, const struct client_purse *purse)
{
	client_view_card(&client->view, "card", N_("Card"), purse->card_no);
	client_view_money(&client->view, "balance", N_("Balance"), purse->balance);
}

static enum ykt_status
ask_user(struct ykt_client *client, const struct client_purse *purse)
{
	struct ykt_answers answers;
	enum ykt_status status;

	show(client, purse);
	client_view_input(
	    &client->view, YKT_FIELD_CHECK, "ok", N_("Bind the card to the account"), NULL);
	status = client_ask(client, CLIENT_FORM_BIND_CARD, NULL, &answers);
	if (status == YKT_OK && strcmp(answers.text[0], "1") != 0)
		status = YKT_CANCELLED;
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

/* INITIALIZE FOR CAPP PURCHASE of nothing, which is never followed by a debit. */
static enum ykt_status
ask_offline(struct ykt_client *client, const uint8_t terminal[PURSE_TERMINAL_LEN],
    struct purse_purchase_init_rsp *ret_rsp, uint16_t *ret_sw)
{
	struct purse_init init = { .p1 = PURSE_INIT_CAPP, .key_index = PURSE_KEY_INDEX };
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct client_rsp rsp;
	enum ykt_status status;

	memcpy(init.terminal, terminal, sizeof(init.terminal));
	purse_init_build(&init, &out);
	status = client_card_do(client, &out, &rsp);
	*ret_sw = rsp.sw;

	return status == YKT_OK ? purse_purchase_init_rsp_decode(rsp.data, ret_rsp) : status;
}

/* The proof, and the offline counter that it belongs to. YKT_BUSY: a ride came between. */
static enum ykt_status
ask_card(struct ykt_client *client, const struct client_purse *purse,
    const struct wire_card_claim_rsp *claim, struct wire_card_bind_req *req)
{
	struct purse_purchase_init_rsp before = { 0 }, behind = { 0 };
	char card_no[CLIENT_CARD_NO_LEN];
	uint16_t sw = 0;
	enum ykt_status status = client_element_select(client, purse->card_no, card_no, NULL);

	if (status != YKT_OK)
		return status == YKT_NOT_FOUND ? YKT_WRONG_CARD : status;
	status = ask_offline(client, claim->terminal, &before, &sw);
	if (status == YKT_OK)
		status = client_purse_init(client, 0, claim->terminal, req->init, &sw);
	if (status == YKT_OK)
		status = ask_offline(client, claim->terminal, &behind, &sw);
	if (status == YKT_LOW_BALANCE) {
		client_reason(client, "card_arrears");
		return YKT_REFUSED;
	}
	if (status != YKT_OK)
		return client_init_outcome(client, status, sw);
	req->attempt = claim->attempt;
	req->offline_seq = behind.offline_seq;
	req->overdraft_fen = behind.overdraft_limit;
	client_text_copy(req->card_no, sizeof(req->card_no), purse->card_no);

	return before.offline_seq == behind.offline_seq ? YKT_OK : YKT_BUSY;
}

/* An answer was lost: whether the card is the account's tells whether it was bound. */
static enum ykt_status
look(struct ykt_client *client, const char *card_no, struct wire_card *ret_card)
{
	struct wire_card_balance_req req = { .card_no = "" };
	enum ykt_status status;

	client_text_copy(req.card_no, sizeof(req.card_no), card_no);
	status = client_call(client, "card.balance", NULL, &req, ret_card);

	return status == YKT_OK || status == YKT_E_DOWN ? status : YKT_UNKNOWN;
}

/* What the platform's no comes to; its token is the reason. */
static enum ykt_status
refusal(const struct ykt_client *client, enum ykt_status status)
{
	static const struct {
		const char *token;
		enum ykt_status status;
	} rows[] = {
		{ "card_bound", YKT_CONFLICT },
		{ "card_issuer", YKT_MISMATCH },
		{ "card_kind", YKT_MISMATCH },
		{ "card_locked", YKT_BLOCKED },
		{ "card_returned", YKT_EXPIRED },
		{ "case", YKT_DISPUTED },
		{ "held", YKT_REFUSED },
	};

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		if (client_error_is(client, rows[i].token))
			return rows[i].status;
	}

	return status;
}

/* The platform wants a proof under a number of now. */
static bool
wants_another(const struct ykt_client *client, enum ykt_status status)
{
	return status == YKT_REFUSED &&
	       (client_error_is(client, "stale") || client_error_is(client, "attempt_used") ||
		   client_error_is(client, "proof_needed"));
}

static enum ykt_status
prove(struct ykt_client *client, const struct client_purse *purse,
    const struct wire_card_claim_req *claim, struct wire_card *card)
{
	struct wire_card_claim_rsp begun = { 0 };
	struct wire_card_bind_req req = { .card_no = "" };
	enum ykt_status status;

	(void)client_progress(client, N_("Asking the card for a proof"), 1, STEPS);
	status = client_call(client, "card.claim", NULL, claim, &begun);
	if (status != YKT_OK)
		return status;
	status = ask_card(client, purse, &begun, &req);
	if (status != YKT_OK)
		return status;
	(void)client_progress(client, N_("Binding the card"), 2, STEPS);
	status = client_call(client, "card.bind", NULL, &req, card);
	if (client_lost(status) && status != YKT_E_DOWN)
		status = look(client, purse->card_no, card);

	return status;
}

static enum ykt_status
bind_one(struct ykt_client *client, const struct client_purse *purse)
{
	struct wire_card_claim_req claim = { .card_no = "", .aid.len = purse->aid_len };
	struct wire_card card = { .card_no = "" };
	enum ykt_status status = YKT_BUSY;

	client_text_copy(claim.card_no, sizeof(claim.card_no), purse->card_no);
	memcpy(claim.aid.data, purse->aid, purse->aid_len);
	memcpy(claim.issuer, purse->issuer, sizeof(claim.issuer));
	for (int i = 0; i < PROOFS; i++) {
		memset(&client->error, 0, sizeof(client->error));
		status = prove(client, purse, &claim, &card);
		if (!wants_another(client, status) &&
		    (status != YKT_BUSY || client->error.error[0] != '\0'))
			break;
	}
	if (status == YKT_OK && strcmp(card.card_no, purse->card_no) != 0)
		status = YKT_E_SERVER;
	if (status == YKT_BUSY && client_error_is(client, "held"))
		client_reason(client, "held");

	return refusal(client, status);
}

static enum ykt_status
run(struct ykt_client *client, const char *wish, struct client_purse *purse)
{
	enum ykt_status status = client_may(client, CLIENT_FLOW_BIND_CARD);

	if (status == YKT_OK && !client_state(client)->session.open)
		status = YKT_LOGIN_NEEDED;
	if (status == YKT_OK)
		status = find(client, wish, purse);
	if (status == YKT_OK)
		status = ask_user(client, purse);

	return status == YKT_OK ? bind_one(client, purse) : status;
}

enum ykt_status
ykt_client_bind_card(struct ykt_client *client, const char *card_no)
{
	struct client_purse purse = { .card_no = "" };
	enum ykt_status status;

	client_begin(client);
	client->end.money = CLIENT_MONEY_STAYS;
	status = run(client, card_no, &purse);
	if (purse.card_no[0] != '\0')
		show(client, &purse);
	else
		client->end.money = CLIENT_MONEY_NONE;

	return client_end(client, CLIENT_FLOW_BIND_CARD, status);
}
