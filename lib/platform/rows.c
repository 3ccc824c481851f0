/*
 * Typed rows, and the few texts that the room composes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/rows.h"

#include <assert.h>
#include <string.h>

static enum ykt_status
col_fill(const struct ykt_sql_val *val, const struct row_col *col)
{
	bool text = col->kind == ROW_KIND_TEXT;

	if (col->kind == ROW_KIND_INT) {
		if (val->type != YKT_SQL_INT)
			return YKT_E_CORRUPT;
		*(int64_t *)col->out = val->i;
		return YKT_OK;
	}
	if (val->type != (text ? YKT_SQL_TEXT : YKT_SQL_BLOB))
		return YKT_E_CORRUPT;
	if (val->bytes.len + (text ? 1 : 0) > col->size)
		return YKT_E_CORRUPT;
	if (col->kind == ROW_KIND_BLOB && val->bytes.len != col->size)
		return YKT_E_CORRUPT;
	if (val->bytes.len != 0)
		memcpy(col->out, val->bytes.data, val->bytes.len);
	if (text)
		((char *)col->out)[val->bytes.len] = '\0';
	if (col->ret_len != NULL)
		*col->ret_len = val->bytes.len;

	return YKT_OK;
}

enum ykt_status
row_fill(const struct ykt_sql_val *vals, size_t val_count, const struct row_col *cols, size_t count)
{
	if (val_count != count)
		return YKT_E_CORRUPT;
	for (size_t i = 0; i < count; i++) {
		if (col_fill(&vals[i], &cols[i]) != YKT_OK)
			return YKT_E_CORRUPT;
	}

	return YKT_OK;
}

struct one {
	const struct row_col *cols;
	size_t count;
	bool found;
};

static enum ykt_status
one_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct one *one = arg;

	one->found = true;
	return row_fill(vals, count, one->cols, one->count);
}

enum ykt_status
row_one(struct ykt_tx *tx, const char *sql, const struct ykt_sql_val *in, size_t in_count,
    const struct row_col *cols, size_t count)
{
	struct one one = { cols, count, false };
	enum ykt_status status;

	status = ykt_tx_query(tx, sql, in, in_count, one_row, &one, NULL);
	if (status == YKT_OK && !one.found)
		status = YKT_NOT_FOUND;

	return status;
}

enum ykt_status
row_change_one(struct ykt_tx *tx, const char *sql, const struct ykt_sql_val *in, size_t in_count)
{
	enum ykt_status status;
	int64_t changed = 0;

	status = ykt_tx_query(tx, sql, in, in_count, NULL, NULL, &changed);
	if (status == YKT_OK && changed != 1)
		status = YKT_CONFLICT;

	return status;
}

enum ykt_status
row_exec(struct ykt_tx *tx, const char *sql, const struct ykt_sql_val *in, size_t in_count)
{
	return ykt_tx_query(tx, sql, in, in_count, NULL, NULL, NULL);
}

void
text_set(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);

	assert(len < size);
	memcpy(out, text, len + 1);
}

void
text_add(char *out, size_t size, const char *text)
{
	size_t have = strlen(out);
	size_t len = strlen(text);

	if (len > size - 1 - have)
		len = size - 1 - have;
	memcpy(out + have, text, len);
	out[have + len] = '\0';
}

void
text_add_int(char *out, size_t size, int64_t value, unsigned width)
{
	char digits[24];
	size_t at = sizeof(digits) - 1;

	assert(value >= 0 && width <= 20);
	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0 || sizeof(digits) - 1 - at < width);
	text_add(out, size, digits + at);
}
