/*
 * Taking taps of other cities' cards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/acquirer.h"

#include <string.h>

#include "platform/rows.h"
#include "platform/work.h"

struct foreign {
	struct ykt_tx *tx;
	const struct ledger_writer *writer;
	const struct platform *p;
	const struct platform_peer *peer;
	const struct wire_tap *tap;
	char ref[TAP_REF_MAX];
};

static enum ykt_status
foreign_post(const struct foreign *f)
{
	struct ledger_draft draft = ledger_draft("provisional", f->ref);
	enum ykt_status status;

	if (f->tap->confirmed) {
		ledger_pair(&draft, LEDGER_CLEARING, f->peer->city, LEDGER_MERCHANT, f->p->o.city,
		    f->tap->amount_fen);
		status = ledger_post(f->tx, f->writer, &draft);
		if (status != YKT_OK)
			return status;
	}

	return work_add(f->tx, WORK_CLEAR, f->peer->city, f->writer->now_ms, f->writer->now_ms);
}

static enum ykt_status
foreign_case(const struct foreign *f, enum wire_upload_result *ret_result)
{
	enum ykt_status status;

	status = room_case(f->tx, "tap", f->ref, f->writer->now_ms);
	if (status == YKT_OK)
		status = tap_refuse(f->tx, f->p->o.city, f->tap, "case", f->writer->now_ms);
	*ret_result = WIRE_UPLOAD_CASE;

	return status;
}

static enum ykt_status
foreign_again(const struct foreign *f, enum wire_upload_result *ret_result)
{
	struct tap_row row;
	struct wire_tap before;
	uint8_t record[TAP_RECORD_LEN];
	enum ykt_status status;

	status = tap_find(f->tx, f->p->o.city, f->tap, &row);
	if (status != YKT_OK)
		return status;
	tap_encode(f->tap, record);
	*ret_result = WIRE_UPLOAD_DUPLICATE;
	if (ykt_bytes_equal(YKT_BYTES(record), YKT_BYTES(row.record)))
		return YKT_OK;
	tap_decode(row.record, &before);
	if (row.valid != -1 || !tap_same_ride(&before, f->tap))
		return foreign_case(f, ret_result);
	if (!f->tap->confirmed)
		return YKT_OK;
	if (before.confirmed)
		return foreign_case(f, ret_result); /* the same ride under another TAC */
	status = row_change_one(f->tx,
	    "UPDATE tap SET state = 'provisional', send = 1, record = ?1 WHERE tap_id = ?2",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(record)), ykt_sql_int(row.tap_id)));
	*ret_result = WIRE_UPLOAD_POSTED;

	return status == YKT_OK ? foreign_post(f) : status;
}

enum ykt_status
acquirer_take(struct ykt_tx *tx, const struct ledger_writer *writer, const struct platform *p,
    const struct platform_peer *peer, const struct wire_tap *tap,
    enum wire_upload_result *ret_result)
{
	struct foreign f = { .tx = tx, .writer = writer, .p = p, .peer = peer, .tap = tap };
	const struct tap_new fresh = {
		.tap = tap,
		.acquirer = p->o.city,
		.issuer = peer->city,
		.state = tap->confirmed ? TAP_PROVISIONAL : TAP_FORWARD,
		.valid = -1,
		.send = 1,
	};
	bool is_new = false;
	enum ykt_status status;

	tap_ref(p->o.city, tap, f.ref);
	status = tap_insert(tx, &fresh, &is_new);
	if (status == YKT_OK && !is_new)
		return foreign_again(&f, ret_result);
	if (status == YKT_OK)
		status = foreign_post(&f);
	*ret_result = tap->confirmed ? WIRE_UPLOAD_POSTED : WIRE_UPLOAD_SUSPENSE;

	return status;
}
