/*
 * Unconfirmed taps: the card's own later records decide (R5). The money of a
 * debit that happened goes back to the rider by default, never to the merchant.
 *
 * What is decided for one counter depends only on the records that are here, not
 * on the order in which they came: a late record may turn a decision, and the
 * books then show the way back as an entry of its own.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/claim.h"
#include "platform/issuer.h"
#include "platform/rows.h"

/* Torn taps of one card at one counter, and counters in doubt: more is not a rider. */
#define DOUBT_MAX 16

struct doubt {
	int64_t tap_id;
	ykt_fen amount_fen;
	int64_t time_ms;
	char state[17];
	ykt_fen balance_fen; /* before it, as the terminal read it */
};

/* All that is known about one counter of one card. */
struct doubts {
	struct doubt rows[DOUBT_MAX];
	size_t count;
	bool exact;    /* a valid tap has this very counter */
	bool later;    /* a valid tap has a higher one */
	bool has_next; /* and it is the very next: */
	ykt_fen next_balance_fen;
};

static enum ykt_status
doubt_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct doubts *doubts = arg;
	struct doubt *d = &doubts->rows[doubts->count];
	uint8_t record[TAP_RECORD_LEN];
	struct wire_tap tap;
	const struct row_col cols[] = { ROW_INT(&d->tap_id), ROW_INT(&d->amount_fen),
		ROW_INT(&d->time_ms), ROW_TEXT(d->state), ROW_BLOB(record) };
	enum ykt_status status;

	if (doubts->count == DOUBT_MAX)
		return YKT_E_SPACE;
	doubts->count++;
	status = row_fill(vals, count, cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_OK) {
		tap_decode(record, &tap);
		d->balance_fen = tap.balance_fen;
	}

	return status;
}

/* The lowest valid counter from seq on. */
static enum ykt_status
doubts_next(struct ykt_tx *tx, const char *card_no, int64_t seq, struct doubts *doubts)
{
	int64_t next = 0;
	uint8_t record[TAP_RECORD_LEN];
	struct wire_tap tap;
	const struct row_col cols[] = { ROW_INT(&next), ROW_BLOB(record) };
	enum ykt_status status;

	status = row_one(tx,
	    "SELECT offline_seq, record FROM tap WHERE card_no = ?1 AND valid = 1"
	    " AND offline_seq >= ?2 ORDER BY offline_seq LIMIT 1",
	    YKT_SQL_IN(ykt_sql_text(card_no), ykt_sql_int(seq)), cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_NOT_FOUND)
		return YKT_OK;
	if (status != YKT_OK)
		return status;
	doubts->exact = next == seq;
	doubts->later = next > seq;
	doubts->has_next = next == seq + 1;
	if (doubts->has_next) {
		tap_decode(record, &tap);
		doubts->next_balance_fen = tap.balance_fen;
	}

	return YKT_OK;
}

static bool
later_than(const struct doubt *a, const struct doubt *b)
{
	return a->time_ms != b->time_ms ? a->time_ms > b->time_ms : a->tap_id > b->tap_id;
}

/*
 * Of several torn taps at one counter one at most happened. The balance that the
 * next tap found tells which; where a load came between, it is the last one: the
 * card showed each later terminal that the earlier ones had not counted.
 */
static const struct doubt *
doubts_winner(const struct doubts *doubts)
{
	const struct doubt *winner = NULL, *fitting = NULL;

	if (!doubts->later) /* nobody, when the counter itself was used */
		return NULL;
	for (size_t i = 0; i < doubts->count; i++) {
		const struct doubt *d = &doubts->rows[i];

		if (winner == NULL || later_than(d, winner))
			winner = d;
		if (doubts->has_next &&
		    d->balance_fen - d->amount_fen == doubts->next_balance_fen &&
		    (fitting == NULL || later_than(d, fitting)))
			fitting = d;
	}

	return fitting != NULL ? fitting : winner;
}

/* SH (or whose books it is in) to SUS to U, or with back the way back; both steps show. */
static enum ykt_status
doubt_post(struct ykt_tx *tx, const struct ledger_writer *writer, const char *card_no, int64_t seq,
    const struct doubt *d, bool back)
{
	struct ledger_draft draft;
	char user_id[33], ref[TAP_REF_MAX] = "tap ";
	const struct row_col cols[] = { ROW_TEXT(user_id) };
	const char *class, *name;
	ykt_fen amount = d->amount_fen;
	enum ykt_status status;

	text_add_int(ref, sizeof(ref), d->tap_id, 1);
	draft = ledger_draft(back ? "suspense_back" : "suspense", ref);
	status = row_one(tx, "SELECT user_id FROM card WHERE card_no = ?1",
	    YKT_SQL_IN(ykt_sql_text(card_no)), cols, 1);
	if (status == YKT_OK)
		status = claim_books(tx, card_no, seq, &class, &name);
	if (status != YKT_OK)
		return status;
	if (back) {
		ledger_pair(&draft, LEDGER_USER, user_id, LEDGER_SUSPENSE, "", amount);
		ledger_pair(&draft, LEDGER_SUSPENSE, "", class, name, amount);
	} else {
		ledger_pair(&draft, class, name, LEDGER_SUSPENSE, "", amount);
		ledger_pair(&draft, LEDGER_SUSPENSE, "", LEDGER_USER, user_id, amount);
	}

	return ledger_post(tx, writer, &draft);
}

static enum ykt_status
doubt_settle(struct ykt_tx *tx, const struct ledger_writer *writer, const char *card_no,
    int64_t seq, const struct doubt *d, bool happened)
{
	const char *to = happened ? TAP_SUSPENSE_DONE : TAP_SUSPENSE_VOID;
	bool given = strcmp(d->state, TAP_SUSPENSE_DONE) == 0;
	enum ykt_status status = YKT_OK;

	if (strcmp(d->state, to) == 0)
		return YKT_OK;
	if (happened != given)
		status = doubt_post(tx, writer, card_no, seq, d, given);
	if (status == YKT_OK)
		status = row_change_one(tx, "UPDATE tap SET state = ?1 WHERE tap_id = ?2",
		    YKT_SQL_IN(ykt_sql_text(to), ykt_sql_int(d->tap_id)));

	return status;
}

/* Judges every unconfirmed tap of the card at one counter. */
static enum ykt_status
counter_settle(
    struct ykt_tx *tx, const struct ledger_writer *writer, const char *card_no, int64_t seq)
{
	struct doubts doubts = { .count = 0 };
	const struct doubt *winner;
	enum ykt_status status;

	status = ykt_tx_query(tx,
	    "SELECT tap_id, amount_fen, time_ms, state, record FROM tap WHERE card_no = ?1"
	    " AND valid = 0 AND offline_seq = ?2 LIMIT 17",
	    YKT_SQL_IN(ykt_sql_text(card_no), ykt_sql_int(seq)), doubt_row, &doubts, NULL);
	if (status == YKT_OK)
		status = doubts_next(tx, card_no, seq, &doubts);
	if (status != YKT_OK || (!doubts.exact && !doubts.later))
		return status;
	winner = doubts_winner(&doubts);
	for (size_t i = 0; i < doubts.count && status == YKT_OK; i++)
		status = doubt_settle(
		    tx, writer, card_no, seq, &doubts.rows[i], &doubts.rows[i] == winner);

	return status;
}

struct counters {
	int64_t seqs[DOUBT_MAX];
	size_t count;
};

static enum ykt_status
counter_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct counters *counters = arg;
	const struct row_col cols[] = { ROW_INT(&counters->seqs[counters->count]) };

	if (counters->count == DOUBT_MAX)
		return YKT_E_SPACE;
	counters->count++;

	return row_fill(vals, count, cols, 1);
}

enum ykt_status
suspense_settle(
    struct ykt_tx *tx, const struct ledger_writer *writer, const char *card_no, int64_t offline_seq)
{
	struct counters counters = { .count = 0 };
	enum ykt_status status;

	status = ykt_tx_query(tx,
	    "SELECT DISTINCT offline_seq FROM tap WHERE card_no = ?1 AND valid = 0"
	    " AND offline_seq <= ?2 ORDER BY offline_seq DESC LIMIT 16",
	    YKT_SQL_IN(ykt_sql_text(card_no), ykt_sql_int(offline_seq)), counter_row, &counters,
	    NULL);
	for (size_t i = 0; i < counters.count && status == YKT_OK; i++)
		status = counter_settle(tx, writer, card_no, counters.seqs[i]);

	return status;
}

enum ykt_status
suspense_arrive(struct ykt_tx *tx, const struct ledger_writer *writer, const struct wire_tap *tap)
{
	return counter_settle(tx, writer, tap->card_no, tap->offline_seq);
}

enum ykt_status
suspense_undo(struct ykt_tx *tx, const struct ledger_writer *writer, const struct tap_row *row,
    const struct wire_tap *tap)
{
	const struct doubt d = { .tap_id = row->tap_id, .amount_fen = tap->amount_fen };

	if (strcmp(row->state, TAP_SUSPENSE_DONE) != 0)
		return YKT_OK;

	return doubt_post(tx, writer, tap->card_no, tap->offline_seq, &d, true);
}
