/*
 * Single permits: find, commit by TAC; and the cards that may have one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "keys/permit.h"

struct find {
	const char *order_id;
	int64_t attempt;
	bool found;
	struct permit_row row;
};

static void
copy_text(struct ykt_bytes from, char *to, size_t size)
{
	size_t len = from.len < size - 1 ? from.len : size - 1;

	memcpy(to, from.data, len);
	to[len] = '\0';
}

static enum ykt_status
read_row(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct find *find = arg;
	struct permit_row *row = &find->row;

	if (count != 9 || cols[4].bytes.len != sizeof(row->terminal) ||
	    cols[5].bytes.len != sizeof(row->datetime))
		return YKT_E_CORRUPT;
	find->found = true;
	copy_text(cols[0].bytes, row->card_no, sizeof(row->card_no));
	row->counter = (uint16_t)cols[1].i;
	row->balance = (uint32_t)cols[2].i;
	row->amount = (uint32_t)cols[3].i;
	memcpy(row->terminal, cols[4].bytes.data, sizeof(row->terminal));
	memcpy(row->datetime, cols[5].bytes.data, sizeof(row->datetime));
	copy_text(cols[6].bytes, row->state, sizeof(row->state));
	row->alg = cols[7].i;
	row->type = (uint8_t)cols[8].i;
	return YKT_OK;
}

static enum ykt_status
find_tx(struct ykt_tx *tx, void *arg)
{
	struct find *find = arg;
	enum ykt_status status = ykt_tx_query(tx,
	    "SELECT p.card_no, p.counter, p.balance, p.amount, p.terminal, p.datetime, p.state,"
	    " c.alg, p.type FROM permit p JOIN card c USING (card_no)"
	    " WHERE p.order_id = ?1 AND p.attempt = ?2",
	    YKT_SQL_IN(ykt_sql_text(find->order_id), ykt_sql_int(find->attempt)), read_row, find,
	    NULL);

	if (status != YKT_OK)
		return status;
	return find->found ? YKT_OK : YKT_NOT_FOUND;
}

enum ykt_status
permit_find(const struct ykt_store *store, const char *order_id, int64_t attempt,
    struct permit_row *ret_row)
{
	struct find find = { .order_id = order_id, .attempt = attempt };
	enum ykt_status status = ykt_store_run(store, find_tx, &find);

	if (status == YKT_OK)
		*ret_row = find.row;
	return status;
}

static enum ykt_status
commit_tx(struct ykt_tx *tx, void *arg)
{
	struct find *find = arg;
	enum ykt_status status = find_tx(tx, find);

	if (status != YKT_OK || strcmp(find->row.state, "committed") == 0)
		return status;
	if (strcmp(find->row.state, "live") != 0)
		return YKT_DISPUTED;
	status = ykt_tx_query(tx,
	    "UPDATE permit SET state = 'committed' WHERE order_id = ?1 AND attempt = ?2",
	    YKT_SQL_IN(ykt_sql_text(find->order_id), ykt_sql_int(find->attempt)), NULL, NULL, NULL);
	if (status != YKT_OK)
		return status;
	return ykt_tx_query(tx, "UPDATE card SET counter = ?2 WHERE card_no = ?1",
	    YKT_SQL_IN(ykt_sql_text(find->row.card_no), ykt_sql_int(find->row.counter + 1)), NULL,
	    NULL, NULL);
}

enum ykt_status
permit_commit(const struct ykt_store *store, const char *order_id, int64_t attempt)
{
	struct find find = { .order_id = order_id, .attempt = attempt };

	return ykt_store_run(store, commit_tx, &find);
}

struct add {
	const char *card_no;
	struct ykt_bytes se_id;
	int64_t alg;
	int64_t now_ms;
	bool same;
};

static enum ykt_status
read_same(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct add *add = arg;

	add->same = count == 1 && ykt_bytes_equal(cols[0].bytes, add->se_id);
	return YKT_OK;
}

static enum ykt_status
add_tx(struct ykt_tx *tx, void *arg)
{
	struct add *add = arg;
	enum ykt_status status = ykt_tx_query(tx,
	    "INSERT INTO card (card_no, se_id, alg, made_ms) VALUES (?1, ?2, ?3, ?4)",
	    YKT_SQL_IN(ykt_sql_text(add->card_no), ykt_sql_blob(add->se_id), ykt_sql_int(add->alg),
		ykt_sql_int(add->now_ms)),
	    NULL, NULL, NULL);

	if (status != YKT_CONFLICT)
		return status;
	status = ykt_tx_query(tx, "SELECT se_id FROM card WHERE card_no = ?1",
	    YKT_SQL_IN(ykt_sql_text(add->card_no)), read_same, add, NULL);
	if (status != YKT_OK)
		return status;
	return add->same ? YKT_OK : YKT_CONFLICT;
}

enum ykt_status
permit_card_add(const struct ykt_store *store, const char *card_no, struct ykt_bytes se_id,
    int64_t alg, int64_t now_ms)
{
	struct add add = { .card_no = card_no, .se_id = se_id, .alg = alg, .now_ms = now_ms };

	return ykt_store_run(store, add_tx, &add);
}
