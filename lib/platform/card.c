/*
 * The issuer's cards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/card.h"

#include <assert.h>
#include <string.h>

#include "platform/limit.h"
#include "platform/rows.h"

#define SEQ_DIGITS   10
#define NUMBER_TRIES 1000 /* numbers in a row that cards of elsewhere may have */

void
card_number(const char *iin, int64_t seq, char ret_card_no[21])
{
	unsigned sum = 0;

	ret_card_no[0] = '0';
	ret_card_no[1] = '\0';
	text_add(ret_card_no, 21, iin);
	text_add_int(ret_card_no, 21, seq, SEQ_DIGITS);
	/* From the digit beside the check digit, every second one counts double. */
	for (size_t i = 0; i < 18; i++) {
		unsigned digit = (unsigned)(ret_card_no[18 - i] - '0');

		if (i % 2 == 0)
			digit *= 2;
		sum += digit > 9 ? digit - 9 : digit;
	}
	text_add_int(ret_card_no, 21, (10 - sum % 10) % 10, 1);
}

enum ykt_status
card_get(struct ykt_tx *tx, const struct platform *p, const char *card_no, struct card *ret_card)
{
	struct card card = { 0 };
	uint8_t aid[16];
	size_t aid_len = 0;
	int64_t bound = 0;
	const struct row_col cols[] = { ROW_TEXT(card.card_no), ROW_TEXT(card.user_id),
		ROW_BYTES(aid, &aid_len), ROW_TEXT(card.state), ROW_INT(&bound) };
	enum ykt_status status;

	status =
	    row_one(tx, "SELECT card_no, user_id, aid, state, bound FROM card WHERE card_no = ?1",
		YKT_SQL_IN(ykt_sql_text(card_no)), cols, YKT_ARRAY_LEN(cols));
	if (status != YKT_OK)
		return status;
	card.bound = bound != 0;
	if (strcmp(card.state, CARD_UNBOUND) == 0)
		card.user_id[0] = '\0';
	card.app = room_app(p, aid, aid_len);
	if (card.app == NULL)
		return YKT_E_CORRUPT;
	*ret_card = card;

	return YKT_OK;
}

struct card_finding {
	const struct platform *p;
	const char *card_no;
	const char *user_id;
	struct card card;
};

static enum ykt_status
card_find_tx(struct ykt_tx *tx, void *arg)
{
	struct card_finding *find = arg;
	enum ykt_status status = card_get(tx, find->p, find->card_no, &find->card);

	if (status == YKT_OK && strcmp(find->card.user_id, find->user_id) != 0)
		status = YKT_NOT_FOUND;

	return status;
}

enum ykt_status
card_find(
    struct platform_worker *w, const char *card_no, const char *user_id, struct card *ret_card)
{
	struct card_finding find = { .p = w->p, .card_no = card_no, .user_id = user_id };
	enum ykt_status status = ykt_store_run(w->p->store, card_find_tx, &find);

	if (status == YKT_OK)
		*ret_card = find.card;

	return status;
}

/* The next number of the IIN that no card has: one that was bound may have been given elsewhere. */
static enum ykt_status
next_number(struct ykt_tx *tx, const struct platform_app *app, char ret_card_no[21])
{
	int64_t seq = 0, taken = 1;
	const struct row_col cols[] = { ROW_INT(&seq) }, found[] = { ROW_INT(&taken) };
	enum ykt_status status = YKT_OK;

	for (unsigned i = 0; i < NUMBER_TRIES && taken != 0; i++) {
		status = row_one(tx,
		    "INSERT INTO card_seq(iin, next) VALUES(?1, 1)"
		    " ON CONFLICT(iin) DO UPDATE SET next = next + 1 RETURNING next",
		    YKT_SQL_IN(ykt_sql_text(app->iin)), cols, 1);
		if (status != YKT_OK)
			return status;
		if (seq > INT64_C(9999999999))
			return YKT_OVER_LIMIT;
		card_number(app->iin, seq, ret_card_no);
		status = row_one(tx, "SELECT COUNT(*) FROM card WHERE card_no = ?1",
		    YKT_SQL_IN(ykt_sql_text(ret_card_no)), found, 1);
		if (status != YKT_OK)
			return status;
	}

	return taken == 0 ? YKT_OK : YKT_OVER_LIMIT;
}

enum ykt_status
card_open(struct ykt_tx *tx, const struct platform_app *app, const char *user_id,
    const char *order_id, int64_t now_ms, char ret_card_no[21])
{
	enum ykt_status status = next_number(tx, app, ret_card_no);

	if (status != YKT_OK)
		return status;

	return row_exec(tx,
	    "INSERT INTO card(card_no, user_id, aid, state, order_id, created_ms)"
	    " VALUES(?1, ?2, ?3, 'opening', ?4, ?5)",
	    YKT_SQL_IN(ykt_sql_text(ret_card_no), ykt_sql_text(user_id),
		ykt_sql_blob(ykt_bytes(app->aid, app->aid_len)), ykt_sql_text(order_id),
		ykt_sql_int(now_ms)));
}

enum ykt_status
card_state_set(struct ykt_tx *tx, const char *card_no, const char *state)
{
	return row_change_one(tx, "UPDATE card SET state = ?1 WHERE card_no = ?2",
	    YKT_SQL_IN(ykt_sql_text(state), ykt_sql_text(card_no)));
}

enum ykt_status
card_room_for_one(struct ykt_tx *tx, const char *user_id)
{
	int64_t cards = 0;
	const struct row_col cols[] = { ROW_INT(&cards) };
	enum ykt_status status;

	status = row_one(tx,
	    "SELECT (SELECT COUNT(*) FROM card WHERE user_id = ?1 AND state NOT IN ('void', "
	    "'deleted', 'empty', 'unbound')) +"
	    " (SELECT COUNT(*) FROM ord WHERE user_id = ?1 AND kind = 'open'"
	    " AND state IN ('created', 'paid'))",
	    YKT_SQL_IN(ykt_sql_text(user_id)), cols, 1);

	return status == YKT_OK && cards >= WIRE_CARDS_MAX ? YKT_OVER_LIMIT : status;
}

enum ykt_status
card_may_load(struct ykt_tx *tx, const struct platform *p, const char *user_id,
    const struct order *order, ykt_fen *ret_limit)
{
	struct card card;
	int64_t held = 0;
	const struct row_col cols[] = { ROW_INT(&held) };
	ykt_fen sum;
	enum ykt_status status;

	status = card_get(tx, p, order->card_no, &card);
	if (status == YKT_OK && strcmp(card.user_id, user_id) != 0)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK && strcmp(card.state, CARD_ACTIVE) != 0)
		status = YKT_BLOCKED;
	if (status == YKT_OK)
		status = row_one(tx,
		    "SELECT COALESCE((SELECT fen FROM bal WHERE account = 'SH:' || ?1), 0) +"
		    " COALESCE((SELECT SUM(amount_fen) FROM ord WHERE card_no = ?1 AND card_no <> "
		    "''"
		    " AND kind = 'topup' AND state IN ('paid', 'loading')), 0)",
		    YKT_SQL_IN(ykt_sql_text(order->card_no)), cols, 1);
	if (status == YKT_OK)
		status = ykt_fen_add(held, order->amount_fen, &sum);
	if (status == YKT_OK)
		status = limit_card(tx, p, card.app, user_id, ret_limit);
	if (status == YKT_OK && sum > *ret_limit)
		status = YKT_OVER_LIMIT;

	return status;
}
