/*
 * Load attempts in the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/permit.h"
#include "platform/rows.h"

enum ykt_status
attempt_get(struct ykt_tx *tx, const char *order_id, int64_t attempt, struct attempt *ret_attempt)
{
	struct attempt a = { .attempt = attempt };
	const struct row_col cols[] = { ROW_TEXT(a.order_id), ROW_TEXT(a.card_no),
		ROW_BLOB(a.terminal), ROW_TEXT(a.purpose), ROW_BYTES(a.init, &a.init_len),
		ROW_BYTES(a.datetime, &a.datetime_len), ROW_TEXT(a.result),
		ROW_BYTES(a.mac2, &a.mac2_len) };
	enum ykt_status status;

	status = row_one(tx,
	    "SELECT order_id, card_no, terminal, purpose, init, datetime, result, mac2"
	    " FROM attempt WHERE order_id = ?1 AND attempt = ?2",
	    YKT_SQL_IN(ykt_sql_text(order_id), ykt_sql_int(attempt)), cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_OK)
		*ret_attempt = a;

	return status;
}

enum ykt_status
attempt_add(struct ykt_tx *tx, const char *order_id, int64_t attempt, const char *card_no,
    const uint8_t terminal[6])
{
	return row_change_one(tx,
	    "INSERT INTO attempt(order_id, attempt, card_no, terminal, purpose, init, datetime,"
	    " result, mac2) VALUES(?1, ?2, ?3, ?4, '', x'', x'', '', x'') ON CONFLICT DO NOTHING",
	    YKT_SQL_IN(ykt_sql_text(order_id), ykt_sql_int(attempt), ykt_sql_text(card_no),
		ykt_sql_blob(ykt_bytes(terminal, 6))));
}

enum ykt_status
attempt_bind(struct ykt_tx *tx, const struct order *order, int64_t attempt, const char *purpose,
    const uint8_t init[16], const uint8_t datetime[7], struct attempt *ret_attempt)
{
	struct attempt a;
	enum ykt_status status;

	status = attempt_get(tx, order->order_id, attempt, &a);
	if (status == YKT_OK && attempt != order->attempt)
		status = YKT_EXPIRED;
	if (status != YKT_OK)
		return status;
	if (a.purpose[0] != '\0') {
		if (strcmp(a.purpose, purpose) != 0 ||
		    !ykt_bytes_equal(ykt_bytes(a.init, a.init_len), ykt_bytes(init, 16)))
			return YKT_MISMATCH;
		/* It is asked again, so what came before is not its last word. */
		if (strcmp(a.result, ATTEMPT_CREDIT) != 0 && a.result[0] != '\0')
			status = attempt_result(tx, &a, "", NULL);
	} else {
		status = row_change_one(tx,
		    "UPDATE attempt SET purpose = ?1, init = ?2, datetime = ?3"
		    " WHERE order_id = ?4 AND attempt = ?5",
		    YKT_SQL_IN(ykt_sql_text(purpose), ykt_sql_blob(ykt_bytes(init, 16)),
			ykt_sql_blob(ykt_bytes(datetime, 7)), ykt_sql_text(order->order_id),
			ykt_sql_int(attempt)));
		text_set(a.purpose, sizeof(a.purpose), purpose);
		memcpy(a.init, init, 16);
		memcpy(a.datetime, datetime, 7);
		a.init_len = 16;
		a.datetime_len = 7;
	}
	if (status == YKT_OK)
		*ret_attempt = a;

	return status;
}

enum ykt_status
attempt_result(
    struct ykt_tx *tx, const struct attempt *attempt, const char *result, const uint8_t *mac2)
{
	return row_change_one(tx,
	    "UPDATE attempt SET result = ?1, mac2 = ?2 WHERE order_id = ?3 AND attempt = ?4",
	    YKT_SQL_IN(ykt_sql_text(result),
		ykt_sql_blob(mac2 != NULL ? ykt_bytes(mac2, 4) : ykt_bytes("", 0)),
		ykt_sql_text(attempt->order_id), ykt_sql_int(attempt->attempt)));
}

enum ykt_status
attempt_given(struct ykt_tx *tx, const char *order_id, bool *ret_given)
{
	int64_t given = 0;
	const struct row_col cols[] = { ROW_INT(&given) };
	enum ykt_status status;

	/* An attempt without a result may have one at the key module. */
	status = row_one(tx,
	    "SELECT COUNT(*) FROM attempt WHERE order_id = ?1 AND purpose = 'load'"
	    " AND result NOT IN ('held', 'mac1')",
	    YKT_SQL_IN(ykt_sql_text(order_id)), cols, 1);
	if (status == YKT_OK)
		*ret_given = given != 0;

	return status;
}
