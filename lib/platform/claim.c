/*
 * card.claim: the terminal number for a proof; and the rows of claims.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/claim.h"

#include <string.h>

#include "platform/permit.h"
#include "platform/rows.h"

#define TERMINAL_TRIES 8

enum ykt_status
claim_get(struct ykt_tx *tx, const struct platform *p, const char *card_no, const char *user_id,
    struct claim *ret_claim)
{
	struct claim claim = { .attempt = 0 };
	uint8_t aid[16];
	size_t aid_len = 0;
	const struct row_col cols[] = { ROW_TEXT(claim.claim_id), ROW_BYTES(aid, &aid_len),
		ROW_INT(&claim.attempt), ROW_INT(&claim.begun_ms) };
	enum ykt_status status = row_one(tx,
	    "SELECT claim_id, aid, attempt, begun_ms FROM card_claim"
	    " WHERE card_no = ?1 AND user_id = ?2",
	    YKT_SQL_IN(ykt_sql_text(card_no), ykt_sql_text(user_id)), cols, YKT_ARRAY_LEN(cols));

	if (status != YKT_OK)
		return status;
	text_set(claim.card_no, sizeof(claim.card_no), card_no);
	text_set(claim.user_id, sizeof(claim.user_id), user_id);
	claim.app = room_app(p, aid, aid_len);
	if (claim.app == NULL)
		return YKT_E_CORRUPT;
	*ret_claim = claim;

	return YKT_OK;
}

/* Why a card with a row is not free; NULL: it is. */
static const char *
card_fault(const struct card *card, const char *user_id)
{
	static const char *const locked[] = { CARD_LOCKING, CARD_LOCKED, CARD_UNLOCKING };

	if (strcmp(card->state, CARD_UNBOUND) == 0)
		return NULL;
	for (size_t i = 0; i < YKT_ARRAY_LEN(locked); i++) {
		if (strcmp(card->state, locked[i]) == 0)
			return "card_locked";
	}
	if (strcmp(card->state, CARD_ACTIVE) != 0 && strcmp(card->state, CARD_OPENING) != 0)
		return "card_returned";

	return strcmp(card->user_id, user_id) == 0 ? "card_bound" : "card_taken";
}

/* A number is no secret: guesses at its proof are counted by who makes them. */
static enum ykt_status
check_tries(
    struct ykt_tx *tx, const char *card_no, const struct op_call *call, const char **ret_fault)
{
	int64_t wrong = 0, open = 0;
	const struct row_col cols[] = { ROW_INT(&wrong), ROW_INT(&open) };
	enum ykt_status status = row_one(tx,
	    "SELECT COALESCE(SUM(CASE WHEN wrong_ms > ?2 THEN wrong ELSE 0 END), 0),"
	    " COUNT(CASE WHEN card_no <> ?3 THEN 1 END) FROM card_claim WHERE user_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(call->user_id), ykt_sql_int(call->now_ms - CLAIM_WRONG_MS),
		ykt_sql_text(card_no)),
	    cols, YKT_ARRAY_LEN(cols));

	if (status == YKT_OK && (wrong >= CLAIM_WRONG_MAX || open >= CLAIM_OPEN_MAX)) {
		*ret_fault = WIRE_ERR_TOO_OFTEN;
		status = YKT_REFUSED;
	}

	return status;
}

enum ykt_status
claim_allowed(struct ykt_tx *tx, const struct platform *p, const char *card_no,
    const struct op_call *call, const char **ret_fault)
{
	struct card card;
	enum ykt_status status = card_get(tx, p, card_no, &card);

	if (status == YKT_OK && card_fault(&card, call->user_id) != NULL) {
		*ret_fault = card_fault(&card, call->user_id);
		return YKT_REFUSED;
	}
	if (status == YKT_OK || status == YKT_NOT_FOUND)
		status = card_room_for_one(tx, call->user_id);
	if (status == YKT_OVER_LIMIT) {
		*ret_fault = "cards_most";
		status = YKT_REFUSED;
	}

	return status == YKT_OK ? check_tries(tx, card_no, call, ret_fault) : status;
}

int
claim_refuse(struct wire_error *error, const char *fault)
{
	bool often = strcmp(fault, WIRE_ERR_TOO_OFTEN) == 0;

	return wire_error_set(error, often ? 429 : 409, fault, "the card is not bound");
}

enum ykt_status
claim_books(struct ykt_tx *tx, const char *card_no, int64_t seq, const char **ret_class,
    const char **ret_name)
{
	int64_t elsewhere = 0;
	const struct row_col cols[] = { ROW_INT(&elsewhere) };
	enum ykt_status status = row_one(tx,
	    "SELECT COUNT(*) FROM card WHERE card_no = ?1 AND bound = 1"
	    " AND (state = 'unbound' OR bound_seq > ?2)",
	    YKT_SQL_IN(ykt_sql_text(card_no), ykt_sql_int(seq)), cols, 1);

	if (status == YKT_OK) {
		*ret_class = elsewhere != 0 ? LEDGER_OTHERS : LEDGER_CARD;
		*ret_name = elsewhere != 0 ? "" : card_no;
	}

	return status;
}

struct claiming {
	const struct platform *p;
	const struct op_call *call;
	const struct wire_card_claim_req *ask;
	const struct platform_app *app;
	char fresh_id[33];
	uint8_t terminal[6];
	struct claim claim;
	const char *fault;
};

/* YKT_CONFLICT: this terminal number was used with the card before. */
static enum ykt_status
claiming_tx(struct ykt_tx *tx, void *arg)
{
	struct claiming *c = arg;
	const char *card_no = c->ask->card_no;
	enum ykt_status status = claim_allowed(tx, c->p, card_no, c->call, &c->fault);

	if (status == YKT_OK)
		status = row_exec(tx,
		    "INSERT INTO card_claim(card_no, user_id, claim_id, aid, attempt, begun_ms,"
		    " wrong, wrong_ms) VALUES(?1, ?2, ?3, ?4, 1, ?5, 0, 0)"
		    " ON CONFLICT(card_no, user_id) DO UPDATE SET attempt = attempt + 1,"
		    " aid = excluded.aid, begun_ms = excluded.begun_ms",
		    YKT_SQL_IN(ykt_sql_text(card_no), ykt_sql_text(c->call->user_id),
			ykt_sql_text(c->fresh_id),
			ykt_sql_blob(ykt_bytes(c->app->aid, c->app->aid_len)),
			ykt_sql_int(c->call->now_ms)));
	if (status == YKT_OK)
		status = claim_get(tx, c->p, card_no, c->call->user_id, &c->claim);
	if (status == YKT_OK)
		status = attempt_add(tx, c->claim.claim_id, c->claim.attempt, card_no, c->terminal);

	return status;
}

int
op_card_claim(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct claiming c = { .p = w->p, .call = call, .ask = req };
	struct wire_card_claim_rsp *answer = rsp;
	enum ykt_status status;

	if (!wire_card_no_valid(c.ask->card_no))
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "card number");
	c.app = room_app(w->p, c.ask->aid.data, c.ask->aid.len);
	if (c.app == NULL || !ykt_bytes_equal(YKT_BYTES(c.ask->issuer), YKT_BYTES(w->p->o.issuer)))
		return claim_refuse(error, "card_issuer");
	status = room_ids(w, &c.fresh_id, 1);
	memcpy(c.terminal, w->p->o.channel, 2);
	for (int i = 0; i < TERMINAL_TRIES && (status == YKT_OK || status == YKT_CONFLICT); i++) {
		status = ykt_random_fill(w->p->env->random, c.terminal + 2, 4);
		if (status == YKT_OK)
			status = ykt_store_run(w->p->store, claiming_tx, &c);
		if (status == YKT_OK)
			break;
	}
	if (status == YKT_REFUSED)
		return claim_refuse(error, c.fault);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	answer->attempt = c.claim.attempt;
	memcpy(answer->terminal, c.terminal, sizeof(answer->terminal));

	return 200;
}
