/*
 * Unloads in the database and in the books.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/unload.h"

#include <string.h>

#include "platform/card_job.h"
#include "platform/rows.h"
#include "platform/work.h"

enum ykt_status
unload_from_row(const struct ykt_sql_val *vals, size_t count, struct unload *ret_unload)
{
	struct unload u = { .amount_fen = 0 };
	char purpose[9], state[17], ticket[17];
	const struct row_col cols[] = { ROW_TEXT(u.unload_id), ROW_TEXT(u.user_id),
		ROW_TEXT(u.card_no), ROW_TEXT(purpose), ROW_TEXT(state), ROW_INT(&u.amount_fen),
		ROW_INT(&u.fee_fen), ROW_INT(&u.attempt), ROW_INT(&u.created_ms),
		ROW_INT(&u.changed_ms), ROW_TEXT(ticket), ROW_INT(&u.expires_ms),
		ROW_TEXT(u.order_id) };
	enum ykt_status status = row_fill(vals, count, cols, YKT_ARRAY_LEN(cols));
	int as_purpose, as_state, as_ticket;

	if (status != YKT_OK)
		return status;
	as_purpose = wire_token_find(&wire_unload_purpose, purpose);
	as_state = wire_token_find(&wire_unload_state, state);
	as_ticket = wire_token_find(&wire_unload_ticket, ticket);
	if (as_purpose < 0 || as_state < 0 || as_ticket < 0)
		return YKT_E_CORRUPT;
	u.purpose = (enum wire_unload_purpose)as_purpose;
	u.state = (enum wire_unload_state)as_state;
	u.ticket = (enum wire_unload_ticket)as_ticket;
	*ret_unload = u;

	return YKT_OK;
}

static enum ykt_status
read_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	return unload_from_row(vals, count, arg);
}

static enum ykt_status
get(struct ykt_tx *tx, const char *sql, const char *key, struct unload *ret_unload)
{
	struct unload unload = { .unload_id = "" };
	enum ykt_status status =
	    ykt_tx_query(tx, sql, YKT_SQL_IN(ykt_sql_text(key)), read_row, &unload, NULL);

	if (status == YKT_OK && unload.unload_id[0] == '\0')
		status = YKT_NOT_FOUND;
	if (status == YKT_OK)
		*ret_unload = unload;

	return status;
}

enum ykt_status
unload_get(struct ykt_tx *tx, const char *unload_id, struct unload *ret_unload)
{
	return get(tx, "SELECT " UNLOAD_COLUMNS " FROM unload WHERE unload_id = ?1", unload_id,
	    ret_unload);
}

enum ykt_status
unload_get_own(
    struct ykt_tx *tx, const char *unload_id, const char *user_id, struct unload *ret_unload)
{
	struct unload unload;
	enum ykt_status status = unload_get(tx, unload_id, &unload);

	if (status == YKT_OK && strcmp(unload.user_id, user_id) != 0)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK)
		*ret_unload = unload;

	return status;
}

enum ykt_status
unload_of_card(struct ykt_tx *tx, const char *card_no, struct unload *ret_unload)
{
	return get(tx,
	    "SELECT " UNLOAD_COLUMNS " FROM unload WHERE card_no = ?1 AND state <> 'closed'",
	    card_no, ret_unload);
}

enum ykt_status
unload_insert(struct ykt_tx *tx, const struct unload *u)
{
	return row_exec(tx,
	    "INSERT INTO unload(" UNLOAD_COLUMNS ")"
	    " VALUES(?1, ?2, ?3, ?4, 'begun', 0, 0, 0, ?5, ?5, '', 0, '')",
	    YKT_SQL_IN(ykt_sql_text(u->unload_id), ykt_sql_text(u->user_id),
		ykt_sql_text(u->card_no),
		ykt_sql_text(wire_token_text(&wire_unload_purpose, (int)u->purpose)),
		ykt_sql_int(u->created_ms)));
}

enum ykt_status
unload_move(struct ykt_tx *tx, struct unload *u, enum wire_unload_state to, int64_t now_ms)
{
	enum ykt_status status = row_change_one(tx,
	    "UPDATE unload SET state = ?1, changed_ms = ?2, amount_fen = ?3, fee_fen = ?4,"
	    " ticket = ?5, expires_ms = ?6 WHERE unload_id = ?7 AND state = ?8",
	    YKT_SQL_IN(ykt_sql_text(wire_token_text(&wire_unload_state, (int)to)),
		ykt_sql_int(now_ms), ykt_sql_int(u->amount_fen), ykt_sql_int(u->fee_fen),
		ykt_sql_text(wire_token_text(&wire_unload_ticket, (int)u->ticket)),
		ykt_sql_int(u->expires_ms), ykt_sql_text(u->unload_id),
		ykt_sql_text(wire_token_text(&wire_unload_state, (int)u->state))));

	if (status == YKT_OK) {
		u->state = to;
		u->changed_ms = now_ms;
	}

	return status;
}

/* Where the money goes, and what is ours of it. account: on its way into a bound one. */
static void
draft_fill(struct ledger_draft *draft, const struct unload *u, bool account)
{
	ledger_line(draft, LEDGER_CARD, u->card_no, -u->amount_fen);
	if (u->purpose == WIRE_UNLOAD_MOVE) {
		ledger_line(draft, LEDGER_TICKET, u->unload_id, u->amount_fen);
		return;
	}
	ledger_line(draft, account ? LEDGER_PAYOUT : LEDGER_USER,
	    account ? u->unload_id : u->user_id, u->amount_fen - u->fee_fen);
	ledger_line(draft, LEDGER_FEE, "", u->fee_fen);
}

/* Never more than its user agreed to, whatever a return costs by now. */
static enum ykt_status
fee_fill(struct ykt_tx *tx, struct unload *u, const struct platform_app *app, ykt_fen amount)
{
	ykt_fen fee = app->return_fee_fen;
	enum ykt_status status = unload_fee_most(tx, u->unload_id, &fee);

	if (status != YKT_OK)
		return status;
	u->amount_fen = amount;
	if (u->purpose == WIRE_UNLOAD_RETURN)
		u->fee_fen = fee < amount ? fee : amount;

	return YKT_OK;
}

static enum ykt_status
ticket_open(struct ykt_tx *tx, const struct platform *p, struct unload *u, int64_t now_ms)
{
	if (u->purpose != WIRE_UNLOAD_MOVE || u->amount_fen == 0)
		return YKT_OK;
	u->ticket = WIRE_TICKET_HELD;
	u->expires_ms = now_ms + p->o.settings.ticket_life_ms;

	return work_add(tx, WORK_TICKET, u->unload_id, u->expires_ms, now_ms);
}

/*
 * What is empty leaves the element, whenever its device comes. The job has the
 * unload's id, which no other job ever had.
 */
static enum ykt_status
empty_card(struct ykt_tx *tx, const struct platform *p, const struct unload *u, int64_t now_ms)
{
	struct card_job job = { .kind = WIRE_JOB_DELETE };
	enum ykt_status status = card_state_set(tx, u->card_no, CARD_EMPTY);

	text_set(job.job_id, sizeof(job.job_id), u->unload_id);
	text_set(job.card_no, sizeof(job.card_no), u->card_no);
	text_set(job.state, sizeof(job.state), CARD_JOB_ASKED);
	text_set(job.after, sizeof(job.after), CARD_DELETED);
	if (status == YKT_OK)
		status = card_job_yield(tx, u->card_no, now_ms);
	if (status == YKT_OK)
		status = card_job_add(tx, p, &job, now_ms);

	/* One that was not opened here stays where it is. */
	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

enum ykt_status
unload_book(struct ykt_tx *tx, struct platform_worker *w, const char *unload_id, ykt_fen amount,
    int64_t now_ms)
{
	struct ledger_writer writer = room_writer(w, now_ms);
	struct ledger_draft draft = ledger_draft("unloaded", unload_id);
	struct unload u;
	struct card card;
	bool account = false;
	enum ykt_status status = unload_get(tx, unload_id, &u);

	if (status != YKT_OK || u.state == WIRE_UNLOAD_DONE)
		return status;
	if (u.state != WIRE_UNLOAD_ASKED && (u.state != WIRE_UNLOAD_BEGUN || amount != 0))
		return room_case(tx, "unload", unload_id, now_ms);
	status = card_get(tx, w->p, u.card_no, &card);
	if (status == YKT_OK)
		status = fee_fill(tx, &u, card.app, amount);
	if (status == YKT_OK && u.purpose == WIRE_UNLOAD_RETURN)
		status = unload_pay_out(tx, &u, amount - u.fee_fen, now_ms, &account);
	if (status != YKT_OK)
		return status;
	draft_fill(&draft, &u, account);
	status = ticket_open(tx, w->p, &u, now_ms);
	if (status == YKT_OK)
		status = unload_move(tx, &u, WIRE_UNLOAD_DONE, now_ms);
	if (status == YKT_OK)
		status = ledger_post(tx, &writer, &draft);
	if (status == YKT_OK)
		status = empty_card(tx, w->p, &u, now_ms);

	return status;
}

enum ykt_status
unload_is_asked(struct ykt_tx *tx, const char *unload_id)
{
	struct unload u;
	enum ykt_status status = unload_get(tx, unload_id, &u);

	return status == YKT_OK && u.state != WIRE_UNLOAD_ASKED ? YKT_CONFLICT : status;
}

enum ykt_status
unload_fail(struct ykt_tx *tx, const char *unload_id, int64_t now_ms)
{
	struct unload u;
	enum ykt_status status = unload_get(tx, unload_id, &u);

	if (status == YKT_OK && (u.state == WIRE_UNLOAD_BEGUN || u.state == WIRE_UNLOAD_ASKED))
		status = unload_move(tx, &u, WIRE_UNLOAD_CASE, now_ms);

	return status;
}

void
unload_to_wire(const struct unload *u, struct wire_unload *ret)
{
	memset(ret, 0, sizeof(*ret));
	text_set(ret->unload_id, sizeof(ret->unload_id), u->unload_id);
	text_set(ret->card_no, sizeof(ret->card_no), u->card_no);
	wire_token_set(&wire_unload_purpose, (int)u->purpose, ret->purpose, sizeof(ret->purpose));
	wire_token_set(&wire_unload_state, (int)u->state, ret->state, sizeof(ret->state));
	ret->amount_fen = u->amount_fen;
	ret->fee_fen = u->fee_fen;
	ret->created_ms = u->created_ms;
	wire_token_set(&wire_unload_ticket, (int)u->ticket, ret->ticket, sizeof(ret->ticket));
	ret->expires_ms = u->expires_ms;
}
