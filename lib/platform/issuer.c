/*
 * Taking taps of our own cards (I-14, I-15).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/issuer.h"

#include <string.h>

#include "platform/chain.h"
#include "platform/claim.h"
#include "platform/rows.h"

struct take {
	struct ykt_tx *tx;
	const struct ledger_writer *writer;
	const struct platform *p;
	const char *acquirer;
	const struct wire_tap *tap;
	char ref[TAP_REF_MAX];
};

static enum ykt_status
take_case(const struct take *take, enum issuer_verdict *ret_verdict)
{
	enum ykt_status status;

	status = room_case(take->tx, "tap", take->ref, take->writer->now_ms);
	if (status == YKT_OK)
		status =
		    tap_refuse(take->tx, take->acquirer, take->tap, "case", take->writer->now_ms);
	*ret_verdict = ISSUER_CASE;

	return status;
}

/* Spending beyond every load that could be on the card: somebody must look. */
static enum ykt_status
shadow_watch(const struct take *take)
{
	int64_t bad = 0;
	const struct row_col cols[] = { ROW_INT(&bad) };
	enum ykt_status status;

	status = row_one(take->tx,
	    "SELECT COUNT(*) FROM bal WHERE account = 'SH:' || ?1 AND fen < 0 AND fen +"
	    " COALESCE((SELECT SUM(amount_fen) FROM ord WHERE card_no = ?1 AND card_no <> ''"
	    " AND kind = 'topup' AND state = 'loading'), 0) < -?2",
	    YKT_SQL_IN(
		ykt_sql_text(take->tap->card_no), ykt_sql_int(take->p->o.settings.tap_cap_fen)),
	    cols, 1);
	if (status == YKT_OK && bad != 0)
		status = room_case(take->tx, "shadow", take->tap->card_no, take->writer->now_ms);

	return status;
}

static enum ykt_status
take_post(const struct take *take)
{
	struct ledger_draft draft = ledger_draft("tap", take->ref);
	bool own = strcmp(take->acquirer, take->p->o.city) == 0;
	const char *class, *name;
	enum ykt_status status =
	    claim_books(take->tx, take->tap->card_no, take->tap->offline_seq, &class, &name);

	if (status != YKT_OK)
		return status;
	ledger_pair(&draft, class, name, own ? LEDGER_MERCHANT : LEDGER_CLEARING, take->acquirer,
	    take->tap->amount_fen);
	status = ledger_post(take->tx, take->writer, &draft);
	if (status == YKT_OK)
		status = suspense_settle(
		    take->tx, take->writer, take->tap->card_no, take->tap->offline_seq);
	if (status == YKT_OK && take->tap->amount_fen != 0)
		status = shadow_watch(take);
	if (status == YKT_OK)
		status = chain_check(take->tx, take->tap, take->writer->now_ms);

	return status;
}

static const char *
final_state(const struct take *take)
{
	return strcmp(take->acquirer, take->p->o.city) == 0 ? TAP_POSTED : TAP_ACCEPTED;
}

/* The ride came first without and now with its TAC (R5: a re-tap finished it). */
static enum ykt_status
take_confirmed(const struct take *take, const struct tap_row *row, enum issuer_verdict *ret_verdict)
{
	const struct wire_tap *tap = take->tap;
	uint8_t record[TAP_RECORD_LEN];
	int64_t changed = 0;
	enum ykt_status status;

	tap_encode(tap, record);
	status = ykt_tx_query(take->tx,
	    "UPDATE tap SET state = ?1, valid = 1, record = ?2 WHERE tap_id = ?3 AND valid = 0"
	    " AND NOT EXISTS (SELECT 1 FROM tap t WHERE t.card_no = ?4 AND t.offline_seq = ?5"
	    " AND t.valid = 1)",
	    YKT_SQL_IN(ykt_sql_text(final_state(take)), ykt_sql_blob(YKT_BYTES(record)),
		ykt_sql_int(row->tap_id), ykt_sql_text(tap->card_no),
		ykt_sql_int(tap->offline_seq)),
	    NULL, NULL, &changed);
	if (status == YKT_OK && changed == 0)
		return take_case(take, ret_verdict);
	if (status == YKT_OK)
		status = suspense_undo(take->tx, take->writer, row, tap);
	if (status == YKT_OK)
		status = take_post(take);
	*ret_verdict = ISSUER_TAKEN;

	return status;
}

/* The insert met a key: the same record, its better version, or a case. */
static enum ykt_status
take_again(const struct take *take, bool tac_good, enum issuer_verdict *ret_verdict)
{
	struct tap_row row;
	struct wire_tap before;
	uint8_t record[TAP_RECORD_LEN];
	enum ykt_status status;

	status = tap_find(take->tx, take->acquirer, take->tap, &row);
	/* Its counter is taken by another ride, or the card is none of ours. */
	if (status == YKT_NOT_FOUND)
		return take_case(take, ret_verdict);
	if (status != YKT_OK)
		return status;
	tap_encode(take->tap, record);
	if (ykt_bytes_equal(YKT_BYTES(record), YKT_BYTES(row.record))) {
		*ret_verdict = ISSUER_DUPLICATE;
		return YKT_OK;
	}
	tap_decode(row.record, &before);
	if (tap_same_ride(&before, take->tap)) {
		if (row.valid == 0 && tac_good)
			return take_confirmed(take, &row, ret_verdict);
		/* The doubtful version of a ride that is settled says nothing new. */
		if (row.valid == 1 && !take->tap->confirmed) {
			*ret_verdict = ISSUER_DUPLICATE;
			return YKT_OK;
		}
	}

	return take_case(take, ret_verdict);
}

static enum ykt_status
take_bad(const struct take *take, enum issuer_verdict *ret_verdict)
{
	struct tap_row row;
	enum ykt_status status = tap_find(take->tx, take->acquirer, take->tap, &row);

	if (status == YKT_OK)
		return take_case(take, ret_verdict); /* an edited copy of a known record */
	if (status == YKT_NOT_FOUND)
		status =
		    tap_refuse(take->tx, take->acquirer, take->tap, "tac", take->writer->now_ms);
	*ret_verdict = ISSUER_BAD_TAC;

	return status;
}

enum ykt_status
issuer_take(struct ykt_tx *tx, const struct ledger_writer *writer, const struct platform *p,
    const char *acquirer, const struct wire_tap *tap, bool tac_good,
    enum issuer_verdict *ret_verdict)
{
	struct take take = { .tx = tx, .writer = writer, .p = p, .acquirer = acquirer, .tap = tap };
	struct tap_new fresh = { .tap = tap, .acquirer = acquirer, .issuer = p->o.city };
	bool is_new = false;
	enum ykt_status status;

	tap_ref(acquirer, tap, take.ref);
	if (tap->confirmed && !tac_good)
		return take_bad(&take, ret_verdict);
	fresh.state = tap->confirmed ? final_state(&take) : TAP_SUSPENSE;
	fresh.valid = tap->confirmed ? 1 : 0;
	status = tap_insert(tx, &fresh, &is_new);
	if (status == YKT_OK && !is_new)
		return take_again(&take, tac_good, ret_verdict);
	if (status == YKT_OK)
		status = chain_seen(tx, CHAIN_CARD, tap->card_no, tap->offline_seq, writer->now_ms);
	if (status != YKT_OK)
		return status;
	if (tap->confirmed) {
		*ret_verdict = ISSUER_TAKEN;
		return take_post(&take);
	}
	*ret_verdict = ISSUER_SUSPENSE;

	return suspense_arrive(tx, writer, tap);
}
