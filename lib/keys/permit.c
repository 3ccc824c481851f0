/*
 * The permit decision of docs/protocol.md section 3, as one transaction.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keys/permit.h"

#include <string.h>

#include "keys/internal.h"

struct card_row {
	bool found;
	int64_t counter;
	int64_t mac1_wrong;
};

struct live_row {
	bool found;
	char order_id[33];
	int64_t attempt;
	int64_t counter;
	int64_t amount;
	int64_t type;
	uint8_t terminal[PURSE_TERMINAL_LEN];
	uint8_t datetime[PURSE_DATETIME_LEN];
	uint8_t random[PURSE_RANDOM_LEN];
};

static void
copy_text(struct ykt_bytes from, char *to, size_t size)
{
	size_t len = from.len < size - 1 ? from.len : size - 1;

	memcpy(to, from.data, len);
	to[len] = '\0';
}

static enum ykt_status
copy_blob(const struct ykt_sql_val *col, uint8_t *to, size_t len)
{
	if (col->type != YKT_SQL_BLOB || col->bytes.len != len)
		return YKT_E_CORRUPT;
	memcpy(to, col->bytes.data, len);
	return YKT_OK;
}

static enum ykt_status
read_card(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct card_row *row = arg;

	if (count != 2)
		return YKT_E_INTERNAL;
	*row = (struct card_row){ .found = true, .counter = cols[0].i, .mac1_wrong = cols[1].i };
	return YKT_OK;
}

static enum ykt_status
read_live(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct live_row *row = arg;

	if (count != 8)
		return YKT_E_INTERNAL;
	row->found = true;
	copy_text(cols[0].bytes, row->order_id, sizeof(row->order_id));
	row->attempt = cols[1].i;
	row->counter = cols[2].i;
	row->amount = cols[3].i;
	row->type = cols[7].i;
	if (copy_blob(&cols[4], row->terminal, sizeof(row->terminal)) != YKT_OK ||
	    copy_blob(&cols[5], row->datetime, sizeof(row->datetime)) != YKT_OK ||
	    copy_blob(&cols[6], row->random, sizeof(row->random)) != YKT_OK)
		return YKT_E_CORRUPT;
	return YKT_OK;
}

static enum ykt_status
card_get(struct ykt_tx *tx, const char *card_no, struct card_row *ret_row)
{
	enum ykt_status status =
	    ykt_tx_query(tx, "SELECT counter, mac1_wrong FROM card WHERE card_no = ?1",
		YKT_SQL_IN(ykt_sql_text(card_no)), read_card, ret_row, NULL);

	if (status != YKT_OK)
		return status;
	return ret_row->found ? YKT_OK : YKT_NOT_FOUND;
}

static enum ykt_status
live_get(struct ykt_tx *tx, const char *card_no, struct live_row *ret_row)
{
	return ykt_tx_query(tx,
	    "SELECT order_id, attempt, counter, amount, terminal, datetime, random, type"
	    " FROM permit WHERE card_no = ?1 AND state = 'live'",
	    YKT_SQL_IN(ykt_sql_text(card_no)), read_live, ret_row, NULL);
}

static enum ykt_status
live_end(struct ykt_tx *tx, const char *card_no, const char *state)
{
	return ykt_tx_query(tx,
	    "UPDATE permit SET state = ?2 WHERE card_no = ?1 AND state = 'live'",
	    YKT_SQL_IN(ykt_sql_text(card_no), ykt_sql_text(state)), NULL, NULL, NULL);
}

static enum ykt_status
card_advance(struct ykt_tx *tx, const char *card_no, int64_t counter)
{
	return ykt_tx_query(tx, "UPDATE card SET counter = ?2 WHERE card_no = ?1",
	    YKT_SQL_IN(ykt_sql_text(card_no), ykt_sql_int(counter)), NULL, NULL, NULL);
}

static enum ykt_status
live_add(struct ykt_tx *tx, const struct permit_ask *ask)
{
	enum ykt_status status = ykt_tx_query(tx,
	    "INSERT INTO permit (order_id, attempt, card_no, counter, balance, amount, terminal,"
	    " datetime, random, state, made_ms, type)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'live', ?10, ?11)",
	    YKT_SQL_IN(ykt_sql_text(ask->order_id), ykt_sql_int(ask->attempt),
		ykt_sql_text(ask->card_no), ykt_sql_int(ask->counter), ykt_sql_int(ask->balance),
		ykt_sql_int(ask->amount), ykt_sql_blob(YKT_BYTES(ask->terminal)),
		ykt_sql_blob(YKT_BYTES(ask->datetime)), ykt_sql_blob(YKT_BYTES(ask->random)),
		ykt_sql_int(ask->now_ms), ykt_sql_int(ask->type)),
	    NULL, NULL, NULL);

	/* An attempt or a terminal number used before: a proof that is not fresh (R2a). */
	return status == YKT_CONFLICT ? YKT_MISMATCH : status;
}

struct decide {
	const struct permit_ask *ask;
	struct permit_answer answer;
};

static enum ykt_status
answer(struct decide *decide, enum permit_outcome outcome, const char *holder)
{
	decide->answer.outcome = outcome;
	copy_text(ykt_bytes_str(holder), decide->answer.holder, sizeof(decide->answer.holder));
	return YKT_OK;
}

struct used {
	bool found;
	int64_t number; /* its first column */
};

static enum ykt_status
read_used(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct used *used = arg;

	used->found = count > 0;
	used->number = count > 0 ? cols[0].i : 0;
	return YKT_OK;
}

/*
 * A random that stood in a permit at this counter would bring that permit's MAC2
 * back to life: INITIALIZE once more with the old terminal number, and the card
 * waits for it again, whatever was released or refunded since (R2a, I-5). Zeros
 * are what a card without a source of randomness gives.
 */
static enum ykt_status
random_fresh(struct ykt_tx *tx, const struct permit_ask *ask)
{
	static const uint8_t zeros[PURSE_RANDOM_LEN];
	struct used used = { .found = false };
	enum ykt_status status;

	if (ykt_bytes_equal(YKT_BYTES(ask->random), YKT_BYTES(zeros)))
		return YKT_MISMATCH;
	status = ykt_tx_query(tx,
	    "SELECT 1 FROM permit WHERE card_no = ?1 AND counter = ?2 AND random = ?3",
	    YKT_SQL_IN(ykt_sql_text(ask->card_no), ykt_sql_int(ask->counter),
		ykt_sql_blob(YKT_BYTES(ask->random))),
	    read_used, &used, NULL);

	return status == YKT_OK && used.found ? YKT_MISMATCH : status;
}

/* The order is given up: a request for it that is still on its way finds this. */
static enum ykt_status
order_gone(struct ykt_tx *tx, const struct permit_ask *ask)
{
	return ykt_tx_query(tx,
	    "INSERT INTO gone (order_id, made_ms) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
	    YKT_SQL_IN(ykt_sql_text(ask->order_id), ykt_sql_int(ask->now_ms)), NULL, NULL, NULL);
}

/* YKT_MISMATCH: a permit is asked for an order that was given up. */
static enum ykt_status
check_gone(struct ykt_tx *tx, const struct permit_ask *ask)
{
	struct used gone = { .found = false };
	enum ykt_status status = YKT_OK;

	if (!ask->attest)
		status = ykt_tx_query(tx, "SELECT 1 FROM gone WHERE order_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(ask->order_id)), read_used, &gone, NULL);
	return status == YKT_OK && gone.found ? YKT_MISMATCH : status;
}

/* A good MAC1 ends a row of wrong ones; a row that is too long has no end. */
static enum ykt_status
mac1_good(struct ykt_tx *tx, const char *card_no)
{
	return ykt_tx_query(tx, "UPDATE card SET mac1_wrong = 0 WHERE card_no = ?1",
	    YKT_SQL_IN(ykt_sql_text(card_no)), NULL, NULL, NULL);
}

/* The counter is where the card's history says, and nobody holds it. */
static enum ykt_status
decide_free(struct ykt_tx *tx, struct decide *decide)
{
	enum ykt_status status = random_fresh(tx, decide->ask);

	if (status == YKT_OK && decide->ask->release)
		status = order_gone(tx, decide->ask);
	if (status != YKT_OK)
		return status;
	if (decide->ask->attest)
		return answer(decide, PERMIT_NOT_LOADED, "");
	status = live_add(tx, decide->ask);
	return status == YKT_OK ? answer(decide, PERMIT_CREDIT, "") : status;
}

/* The same attempt asks again: the same answer, for the same bytes only (I-5). */
static enum ykt_status
decide_again(struct decide *decide, const struct live_row *live)
{
	const struct permit_ask *ask = decide->ask;

	if (!ykt_bytes_equal(YKT_BYTES(ask->random), YKT_BYTES(live->random)) ||
	    !ykt_bytes_equal(YKT_BYTES(ask->terminal), YKT_BYTES(live->terminal)) ||
	    !ykt_bytes_equal(YKT_BYTES(ask->datetime), YKT_BYTES(live->datetime)) ||
	    live->amount != ask->amount)
		return YKT_MISMATCH;
	return answer(decide, PERMIT_CREDIT, "");
}

/* The holder asks at the counter that it holds. */
static enum ykt_status
decide_holder(struct ykt_tx *tx, struct decide *decide, const struct live_row *live)
{
	const struct permit_ask *ask = decide->ask;
	enum ykt_status status;

	if (ask->attempt < live->attempt || (ask->attest && ask->attempt == live->attempt))
		return YKT_MISMATCH; /* made before the MAC2 went out: proves nothing (R2a) */
	if (!ask->attest && ask->type != live->type)
		return YKT_MISMATCH; /* an order is a load or an unload for ever */
	if (!ask->attest && ask->attempt == live->attempt)
		return decide_again(decide, live);
	if (ask->attest && !ask->release)
		return decide_free(tx, decide);
	status = live_end(tx, ask->card_no, ask->attest ? "released" : "dead");
	if (status != YKT_OK)
		return status;
	return decide_free(tx, decide);
}

/* The counter stands one past the live permit: its holder was credited. */
static enum ykt_status
decide_committed(struct ykt_tx *tx, struct decide *decide, const struct live_row *live)
{
	enum ykt_status status = live_end(tx, decide->ask->card_no, "committed");

	if (status == YKT_OK)
		status = card_advance(tx, decide->ask->card_no, live->counter + 1);
	if (status != YKT_OK)
		return status;
	decide->answer.amount = live->amount;
	return answer(decide, PERMIT_COMMITTED, live->order_id);
}

/* The order itself was credited before: say so again, whatever came since. */
static enum ykt_status
decide_done(struct ykt_tx *tx, struct decide *decide, bool *ret_done)
{
	struct used used = { .found = false };
	enum ykt_status status = ykt_tx_query(tx,
	    "SELECT amount FROM permit WHERE order_id = ?1 AND card_no = ?2"
	    " AND state = 'committed'",
	    YKT_SQL_IN(ykt_sql_text(decide->ask->order_id), ykt_sql_text(decide->ask->card_no)),
	    read_used, &used, NULL);

	*ret_done = used.found;
	if (status != YKT_OK || !used.found)
		return status;
	decide->answer.amount = used.number;
	return answer(decide, PERMIT_COMMITTED, decide->ask->order_id);
}

static enum ykt_status
decide_tx(struct ykt_tx *tx, void *arg)
{
	struct decide *decide = arg;
	const struct permit_ask *ask = decide->ask;
	struct card_row card = { false };
	struct live_row live = { false };
	bool done = false;
	enum ykt_status status = card_get(tx, ask->card_no, &card);

	if (status == YKT_OK && card.mac1_wrong >= KEYS_MAC1_LIMIT)
		status = YKT_BLOCKED;
	if (status == YKT_OK && card.mac1_wrong > 0)
		status = mac1_good(tx, ask->card_no);
	if (status == YKT_OK)
		status = decide_done(tx, decide, &done);
	if (status == YKT_OK && !done)
		status = check_gone(tx, ask);
	if (status != YKT_OK || done)
		return status;
	status = live_get(tx, ask->card_no, &live);
	if (status != YKT_OK)
		return status;
	if (!live.found)
		return ask->counter == card.counter ? decide_free(tx, decide)
						    : answer(decide, PERMIT_CASE, "");
	if (ask->counter == live.counter + 1)
		return decide_committed(tx, decide, &live);
	if (ask->counter != live.counter)
		return answer(decide, PERMIT_CASE, "");
	if (strcmp(live.order_id, ask->order_id) != 0)
		return answer(decide, PERMIT_HELD, live.order_id);
	return decide_holder(tx, decide, &live);
}

enum ykt_status
permit_decide(
    const struct ykt_store *store, const struct permit_ask *ask, struct permit_answer *ret_answer)
{
	struct decide decide = { .ask = ask };
	enum ykt_status status = ykt_store_run(store, decide_tx, &decide);

	if (status == YKT_OK)
		*ret_answer = decide.answer;
	return status;
}

static enum ykt_status
wrong_tx(struct ykt_tx *tx, void *arg)
{
	struct card_row card = { false };
	enum ykt_status status = card_get(tx, arg, &card);

	if (status != YKT_OK)
		return status;
	if (card.mac1_wrong >= KEYS_MAC1_LIMIT)
		return YKT_BLOCKED;
	return ykt_tx_query(tx, "UPDATE card SET mac1_wrong = mac1_wrong + 1 WHERE card_no = ?1",
	    YKT_SQL_IN(ykt_sql_text(arg)), NULL, NULL, NULL);
}

enum ykt_status
permit_mac1_wrong(const struct ykt_store *store, const char *card_no)
{
	char copy[21];

	copy_text(ykt_bytes_str(card_no), copy, sizeof(copy));
	return ykt_store_run(store, wrong_tx, copy);
}
