/*
 * card.unbind: a card that was bound is nobody's here again. What is on it stays on it: its
 * money leaves these books for those that it came from, and no fen moves on the card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "platform/claim.h"
#include "platform/rows.h"
#include "platform/users.h"
#include "wire/claim.h"
#include "wire/manage_msg.h"

struct parting {
	struct platform_worker *w;
	const struct op_call *call;
	const struct wire_card_unbind_req *ask;
	const char *fault;
};

/* The words are ours; the client's only have to agree. */
static const char *
yes_fault(const struct parting *u)
{
	struct platform_worker *w = u->w;
	uint8_t digest[32], text[WIRE_CARD_UNBIND_SIGN_LEN];

	if (wire_card_unbind_digest(w->crypto, u->ask->card_no, u->call->user_id, digest) !=
		YKT_OK ||
	    !ykt_ct_equal(digest, u->ask->digest, sizeof(digest)))
		return "digest";
	wire_card_unbind_to_sign(digest, u->ask->card_no, text);
	if (crypto_sm2_verify(w->crypto, &u->call->device, crypto_sm2_default_id, YKT_BYTES(text),
		u->ask->sig) != YKT_OK)
		return "signature";

	return NULL;
}

/* Money on its way to the card is the account's: it has to arrive, or go back, first. */
static enum ykt_status
check(struct ykt_tx *tx, struct parting *u, const struct card *card)
{
	int64_t orders = 0;
	const struct row_col cols[] = { ROW_INT(&orders) };
	enum ykt_status status = row_one(tx,
	    "SELECT COUNT(*) FROM ord WHERE card_no = ?1 AND card_no <> ''"
	    " AND state IN ('paid', 'opening', 'loading', 'refunding', 'case')",
	    YKT_SQL_IN(ykt_sql_text(u->ask->card_no)), cols, 1);

	if (!card->bound)
		u->fault = "card_own";
	else if (strcmp(card->state, CARD_ACTIVE) != 0)
		u->fault = "card_state";
	else if (orders != 0)
		u->fault = "orders";

	return status == YKT_OK && u->fault != NULL ? YKT_REFUSED : status;
}

static enum ykt_status
book(struct ykt_tx *tx, const struct parting *u)
{
	const char *card_no = u->ask->card_no;
	struct ledger_writer writer = room_writer(u->w, u->call->now_ms);
	struct ledger_draft draft = ledger_draft("unbound", card_no);
	int64_t as_of_ms = 0;
	ykt_fen shadow = 0;
	enum ykt_status status = ledger_balance(tx, LEDGER_CARD, card_no, &shadow, &as_of_ms);

	if (status != YKT_OK)
		return status;
	if (shadow >= 0)
		ledger_pair(&draft, LEDGER_CARD, card_no, LEDGER_OTHERS, "", shadow);
	else
		ledger_pair(&draft, LEDGER_OTHERS, "", LEDGER_CARD, card_no, -shadow);

	return ledger_post(tx, &writer, &draft);
}

/* YKT_DUPLICATE: it was his and is unbound already. */
static enum ykt_status
part_tx(struct ykt_tx *tx, void *arg)
{
	struct parting *u = arg;
	char owner[33] = "";
	const struct row_col cols[] = { ROW_TEXT(owner) };
	struct card card;
	enum ykt_status status = card_get(tx, u->w->p, u->ask->card_no, &card);

	u->fault = NULL;
	if (status == YKT_OK)
		status = row_one(tx, "SELECT user_id FROM card WHERE card_no = ?1",
		    YKT_SQL_IN(ykt_sql_text(u->ask->card_no)), cols, 1);
	if (status == YKT_OK && strcmp(owner, u->call->user_id) != 0)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK && strcmp(card.state, CARD_UNBOUND) == 0)
		return YKT_DUPLICATE;
	if (status == YKT_OK)
		status = check(tx, u, &card);
	if (status == YKT_OK)
		status = card_state_set(tx, u->ask->card_no, CARD_UNBOUND);
	if (status == YKT_OK)
		status = book(tx, u);
	/* The proof that bound it is used up with it. */
	if (status == YKT_OK)
		status = row_exec(tx, "DELETE FROM card_claim WHERE card_no = ?1",
		    YKT_SQL_IN(ykt_sql_text(u->ask->card_no)));

	return status;
}

int
op_card_unbind(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct parting u = { .w = w, .call = call, .ask = req };
	struct wire_card_lock_rsp *answer = rsp;
	char phone[21] = "";
	enum ykt_status status;

	if (!wire_card_no_valid(u.ask->card_no))
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "card number");
	status = user_step_up(w, call, u.ask->password, phone);
	if (status == YKT_DENIED)
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	u.fault = yes_fault(&u);
	if (u.fault != NULL) {
		room_trace(w, YKT_TRACE_SECURITY, "unbinding of a card", 0);
		return wire_error_set(error, 403, u.fault, "not what was shown");
	}
	status = ykt_store_run(w->p->store, part_tx, &u);
	if (status == YKT_REFUSED)
		return wire_error_set(error, 409, u.fault, "the card stays bound");
	if (status != YKT_OK && status != YKT_DUPLICATE)
		return room_refuse(w, status, error);
	text_set(answer->card_state, sizeof(answer->card_state), CARD_UNBOUND);

	return 200;
}
