/*
 * Rows of a query into C variables, with their types checked: what a database
 * holds is believed no more than any other input.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_ROWS_H
#define PLATFORM_ROWS_H

#include <ykt/driver/store.h>

enum row_kind { ROW_KIND_INT, ROW_KIND_TEXT, ROW_KIND_BLOB, ROW_KIND_BYTES };

/* Where one column goes. */
struct row_col {
	enum row_kind kind;
	void *out;
	size_t size;
	size_t *ret_len;
};

/* An int64_t; a char array; a blob of exactly the array's size; a blob up to it. */
#define ROW_INT(p)                                                                                 \
	{                                                                                          \
		ROW_KIND_INT, (p), sizeof(int64_t), NULL                                           \
	}
#define ROW_TEXT(array)                                                                            \
	{                                                                                          \
		ROW_KIND_TEXT, (array), sizeof(array), NULL                                        \
	}
#define ROW_BLOB(array)                                                                            \
	{                                                                                          \
		ROW_KIND_BLOB, (array), sizeof(array), NULL                                        \
	}
#define ROW_BYTES(a, lenp)                                                                         \
	{                                                                                          \
		ROW_KIND_BYTES, (a), sizeof(a), (lenp)                                             \
	}

/* Copies one row. YKT_E_CORRUPT: another type, too long, or another count. */
YKT_MUST_USE enum ykt_status row_fill(
    const struct ykt_sql_val *vals, size_t val_count, const struct row_col *cols, size_t count);

/*
 * Runs a query of at most one row into cols. YKT_NOT_FOUND: no row; the outputs
 * are untouched.
 */
YKT_MUST_USE enum ykt_status row_one(struct ykt_tx *tx, const char *sql,
    const struct ykt_sql_val *in, size_t in_count, const struct row_col *cols, size_t count);

/* Runs a statement that must change exactly one row; YKT_CONFLICT otherwise. */
YKT_MUST_USE enum ykt_status
row_change_one(struct ykt_tx *tx, const char *sql, const struct ykt_sql_val *in, size_t in_count);

/* Runs a statement whose number of changes does not matter. */
YKT_MUST_USE enum ykt_status
row_exec(struct ykt_tx *tx, const char *sql, const struct ykt_sql_val *in, size_t in_count);

/* Copies a text that must fit (asserted): for ids and tokens of known length. */
void text_set(char *out, size_t size, const char *text);
/* Appends; what does not fit is cut. For texts that people read. */
void text_add(char *out, size_t size, const char *text);
/* Appends the decimal digits of value (>= 0), padded with zeros to width. */
void text_add_int(char *out, size_t size, int64_t value, unsigned width);

#endif
