/*
 * unload.get and unload.begin (docs/protocol.md section 11).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/rows.h"
#include "platform/unload.h"
#include "platform/users.h"

int
unload_refuse(struct platform_worker *w, enum ykt_status status, struct wire_error *error)
{
	switch (status) {
	case YKT_E_STATE:
		return wire_error_set(error, 409, "unload_state", "ask unload.get");
	case YKT_BLOCKED:
		return wire_error_set(error, 409, "card_state", "the card is not in use");
	case YKT_WRONG_CARD:
		return wire_error_set(error, 403, "wrong_card", "not this card's answer");
	case YKT_EXPIRED:
		return wire_error_set(error, 409, "stale", "a later attempt was begun");
	case YKT_REFUSED:
		return wire_error_set(error, 409, "card_foreign", "it was opened elsewhere");
	case YKT_OVER_LIMIT:
		return wire_error_set(error, 400, "amount", "not what the card holds");
	case YKT_PENDING:
		return wire_error_set(error, 409, "orders", "a load of the card is unfinished");
	default:
		return room_refuse(w, status, error);
	}
}

struct looking {
	const struct platform *p;
	const struct op_call *call;
	const char *card_no;
	struct unload unload;
	struct card card;
	bool there;
	ykt_fen fee_fen; /* what a return costs, of this one or of one that began now */
};

static enum ykt_status
look(struct ykt_tx *tx, struct looking *l)
{
	enum ykt_status status = card_get(tx, l->p, l->card_no, &l->card);

	if (status == YKT_OK && strcmp(l->card.user_id, l->call->user_id) != 0)
		status = YKT_NOT_FOUND;
	if (status != YKT_OK)
		return status;
	l->fee_fen = l->card.app->return_fee_fen;
	status = unload_of_card(tx, l->card_no, &l->unload);
	l->there = status == YKT_OK;
	if (l->there)
		status = unload_fee_most(tx, l->unload.unload_id, &l->fee_fen);

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

static enum ykt_status
look_tx(struct ykt_tx *tx, void *arg)
{
	return look(tx, arg);
}

/* Before it is begun and until it is done: the fee that would be taken. */
static void
answer_fill(const struct looking *l, struct wire_unload *ret)
{
	struct unload none = { .state = WIRE_UNLOAD_NONE };

	text_set(none.card_no, sizeof(none.card_no), l->card_no);
	unload_to_wire(l->there ? &l->unload : &none, ret);
	if (!l->there ||
	    (l->unload.state != WIRE_UNLOAD_DONE && l->unload.purpose == WIRE_UNLOAD_RETURN))
		ret->fee_fen = l->fee_fen;
}

int
op_unload_get(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_unload_get_req *ask = req;
	struct looking l = { .p = w->p, .call = call, .card_no = ask->card_no };
	enum ykt_status status = ykt_store_run(w->p->store, look_tx, &l);

	if (status != YKT_OK)
		return unload_refuse(w, status, error);
	answer_fill(&l, rsp);

	return 200;
}

struct beginning {
	struct looking look;
	enum wire_unload_purpose purpose;
	const struct wire_unload_begin_req *ask;
	bool used;                   /* the same yes began another one */
	const char *fault;           /* a token: why the money cannot go there */
	char account[BANK_TEXT_MAX]; /* that it goes to, "": none */
	char id[1][33];
};

/* YKT_PENDING: money of this card is on its way to it. */
static enum ykt_status
no_loads(struct ykt_tx *tx, const char *card_no)
{
	int64_t count = 0;
	const struct row_col cols[] = { ROW_INT(&count) };
	enum ykt_status status = row_one(tx,
	    "SELECT COUNT(*) FROM ord WHERE card_no = ?1 AND card_no <> '' AND kind = 'topup'"
	    " AND state IN ('paid', 'loading', 'case')",
	    YKT_SQL_IN(ykt_sql_text(card_no)), cols, 1);

	return status == YKT_OK && count != 0 ? YKT_PENDING : status;
}

/* YKT_REFUSED: see fault. */
static enum ykt_status
account(struct ykt_tx *tx, struct beginning *b)
{
	enum ykt_status status;

	b->fault = NULL;
	if (!unload_to_account(b->ask->purpose, b->ask->to))
		return YKT_OK;
	status = unload_account(tx, b->look.call->user_id, b->ask->to, b->account, &b->fault);

	return status == YKT_OK && b->fault != NULL ? YKT_REFUSED : status;
}

static enum ykt_status
first_tx(struct ykt_tx *tx, void *arg)
{
	struct beginning *b = arg;
	enum ykt_status status = look(tx, &b->look);

	return status == YKT_OK ? account(tx, b) : status;
}

/* Begun once; who wants the same, and the money in the same place, finds it. */
static enum ykt_status
begin_tx(struct ykt_tx *tx, void *arg)
{
	struct beginning *b = arg;
	struct looking *l = &b->look;
	enum ykt_status status = look(tx, l);

	b->used = false;
	if (status != YKT_OK)
		return status;
	if (l->there && l->unload.purpose != b->purpose)
		return YKT_E_STATE;
	if (l->there)
		return unload_yes_same(tx, l->unload.unload_id, b->ask);
	if (strcmp(l->card.state, CARD_ACTIVE) != 0)
		return YKT_BLOCKED;
	if (l->card.bound)
		return YKT_REFUSED;
	status = no_loads(tx, l->card_no);
	if (status == YKT_OK)
		status = account(tx, b);
	if (status != YKT_OK)
		return status;
	l->unload = (struct unload){
		.purpose = b->purpose, .state = WIRE_UNLOAD_BEGUN, .created_ms = l->call->now_ms
	};
	text_set(l->unload.unload_id, sizeof(l->unload.unload_id), b->id[0]);
	text_set(l->unload.user_id, sizeof(l->unload.user_id), l->call->user_id);
	text_set(l->unload.card_no, sizeof(l->unload.card_no), l->card_no);
	status = unload_insert(tx, &l->unload);
	if (status == YKT_OK) {
		status = unload_yes_keep(tx, l->call, b->id[0], b->ask);
		b->used = status == YKT_CONFLICT;
	}
	if (status == YKT_OK)
		status = card_state_set(tx, l->card_no, CARD_LEAVING);
	l->there = status == YKT_OK;

	return status;
}

/* Of what is signed the figures are ours; the client's only have to agree. */
static int
judge_yes(struct platform_worker *w, struct beginning *b, struct wire_error *error)
{
	ykt_fen fee = b->purpose == WIRE_UNLOAD_RETURN ? b->look.fee_fen : 0;
	const char *fault;

	/* Something else was begun with the card: that is the answer. */
	if (b->look.there && b->look.unload.purpose != b->purpose)
		return 0;
	fault = unload_yes_fault(w, b->look.call, b->ask, fee, b->account);
	if (fault == NULL)
		return 0;
	room_trace(w, YKT_TRACE_SECURITY, "unload signature", 0);

	return wire_error_set(error, 403, fault, "not what the card and its return say");
}

int
op_unload_begin(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_unload_begin_req *ask = req;
	struct beginning b = { .look = { .p = w->p, .call = call, .card_no = ask->card_no },
		.ask = ask };
	int purpose = wire_token_find(&wire_unload_purpose, ask->purpose);
	char phone[21] = "";
	enum ykt_status status;
	int code = 0;

	if (purpose < 0 || !wire_id_valid(ask->wish))
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "purpose or wish");
	b.purpose = (enum wire_unload_purpose)purpose;
	status = user_step_up(w, call, ask->password, phone);
	if (status == YKT_DENIED)
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, first_tx, &b);
	if (status == YKT_OK)
		code = judge_yes(w, &b, error);
	if (code != 0)
		return code;
	if (status == YKT_OK)
		status = room_ids(w, b.id, 1);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, begin_tx, &b);
	if (b.fault != NULL)
		return wire_error_set(error, 409, b.fault, "the money cannot go there");
	if (b.used)
		return wire_error_set(error, 403, "signature", "it was used before");
	if (status != YKT_OK)
		return unload_refuse(w, status, error);
	answer_fill(&b.look, rsp);

	return 200;
}
