/*
 * Idempotency keys in the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/idem.h"

#include <assert.h>

#include <ykt/secret.h>

#include "platform/rows.h"

enum ykt_status
idem_find(struct ykt_tx *tx, const struct op_call *call, struct idem_row *ret_row)
{
	struct idem_row row = { 0 };
	uint8_t fingerprint[32];
	int64_t busy_ms;
	const struct row_col cols[] = { ROW_BLOB(fingerprint), ROW_TEXT(row.order_id),
		ROW_INT(&busy_ms), ROW_BYTES(row.answer, &row.answer_len) };
	enum ykt_status status;

	status = row_one(tx,
	    "SELECT fingerprint, order_id, busy_ms, COALESCE(answer, x'') FROM idem"
	    " WHERE user_id = ?1 AND op = ?2 AND key = ?3",
	    YKT_SQL_IN(
		ykt_sql_text(call->user_id), ykt_sql_text(call->op->op), ykt_sql_text(call->idem)),
	    cols, YKT_ARRAY_LEN(cols));
	if (status != YKT_OK)
		return status;
	if (!ykt_ct_equal(fingerprint, call->fingerprint, sizeof(fingerprint)))
		return YKT_MISMATCH;
	if (row.answer_len == 0 && call->now_ms < busy_ms)
		return YKT_BUSY;
	*ret_row = row;

	return YKT_OK;
}

enum ykt_status
idem_put(
    struct ykt_tx *tx, const struct op_call *call, const char *order_id, struct ykt_bytes answer)
{
	struct ykt_sql_val stored = answer.len != 0 ? ykt_sql_blob(answer) : ykt_sql_null();

	/* An answer, once there, never changes. */
	return row_change_one(tx,
	    "INSERT INTO idem(user_id, op, key, fingerprint, order_id, busy_ms, answer)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(user_id, op, key) DO UPDATE"
	    " SET busy_ms = excluded.busy_ms, answer = excluded.answer"
	    " WHERE idem.answer IS NULL AND idem.fingerprint = excluded.fingerprint"
	    " AND idem.order_id = excluded.order_id",
	    YKT_SQL_IN(ykt_sql_text(call->user_id), ykt_sql_text(call->op->op),
		ykt_sql_text(call->idem), ykt_sql_blob(YKT_BYTES(call->fingerprint)),
		ykt_sql_text(order_id), ykt_sql_int(call->now_ms + IDEM_LEASE_MS), stored));
}

enum ykt_status
idem_release(struct ykt_tx *tx, const struct op_call *call)
{
	return row_exec(tx,
	    "UPDATE idem SET busy_ms = 0 WHERE user_id = ?1 AND op = ?2 AND key = ?3"
	    " AND answer IS NULL",
	    YKT_SQL_IN(
		ykt_sql_text(call->user_id), ykt_sql_text(call->op->op), ykt_sql_text(call->idem)));
}

enum ykt_status
idem_order_encode(const struct wire_order *order, uint8_t *out, size_t size, size_t *ret_len)
{
	struct ykt_buf json = { out, 0, size, false };
	enum ykt_status status = wire_encode(&wire_order_msg, order, &json);

	if (status == YKT_OK)
		*ret_len = json.len;

	return status;
}

enum ykt_status
idem_order_decode(const struct idem_row *row, struct wire_order *ret_order)
{
	enum ykt_status status;

	status = wire_decode(&wire_order_msg, ykt_bytes(row->answer, row->answer_len), ret_order);

	return status == YKT_OK ? YKT_OK : YKT_E_CORRUPT;
}
