/*
 * The query slot: typed values in, typed rows out, one statement cache.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "store/store_internal.h"

int
store_control_step(struct store_sqlite *store, enum store_control which)
{
	int rc = sqlite3_step(store->control[which]);

	(void)sqlite3_reset(store->control[which]);
	return rc;
}

static struct store_cached *
cache_slot(struct store_sqlite *store, const char *sql)
{
	size_t slot = (size_t)(((uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15)) >> 40);

	/* Never full (STORE_CACHE_MAX), so an empty slot ends every search. */
	for (;; slot++) {
		struct store_cached *entry = &store->cache[slot % STORE_CACHE_SLOTS];

		if (entry->sql == sql || entry->sql == NULL)
			return entry;
	}
}

/* One statement and nothing behind it. */
static int
prepare(struct store_sqlite *store, const char *sql, unsigned flags, sqlite3_stmt **ret_stmt)
{
	const char *tail = NULL;
	sqlite3_stmt *stmt = NULL;
	int rc;

	rc = sqlite3_prepare_v3(store->db, sql, -1, flags, &stmt, &tail);
	if (rc != SQLITE_OK)
		return rc;
	if (stmt == NULL || tail[strspn(tail, " \t\n;")] != '\0') {
		(void)sqlite3_finalize(stmt);
		return SQLITE_MISUSE;
	}
	*ret_stmt = stmt;
	return SQLITE_OK;
}

/*
 * *ret_owned is set when the caller must finalize: the cached one is in use
 * (a query inside a row function), or the cache is full, or the same address
 * holds other text now.
 */
static int
statement_get(struct store_sqlite *store, const char *sql, sqlite3_stmt **ret_stmt, bool *ret_owned)
{
	struct store_cached *entry = cache_slot(store, sql);
	int rc;

	if (entry->sql == sql && !sqlite3_stmt_busy(entry->stmt) &&
	    strcmp(sqlite3_sql(entry->stmt), sql) == 0) {
		*ret_stmt = entry->stmt;
		*ret_owned = false;
		return SQLITE_OK;
	}
	*ret_owned = entry->sql != NULL || store->cached == STORE_CACHE_MAX;
	rc = prepare(store, sql, *ret_owned ? 0 : SQLITE_PREPARE_PERSISTENT, ret_stmt);
	if (rc == SQLITE_OK && !*ret_owned) {
		entry->sql = sql;
		entry->stmt = *ret_stmt;
		store->cached++;
	}
	return rc;
}

/* Values are borrowed by the statement until it is reset at the query's end. */
static int
bind_all(sqlite3_stmt *stmt, const struct ykt_sql_val *in, size_t in_count)
{
	int rc = SQLITE_OK;

	if (in_count != (size_t)sqlite3_bind_parameter_count(stmt))
		return SQLITE_MISUSE;
	for (size_t i = 0; rc == SQLITE_OK && i < in_count; i++) {
		/* A NULL pointer would bind NULL instead of an empty value. */
		const void *data = in[i].bytes.len == 0 ? "" : (const void *)in[i].bytes.data;
		int at = (int)i + 1;

		switch (in[i].type) {
		case YKT_SQL_NULL:
			rc = sqlite3_bind_null(stmt, at);
			break;
		case YKT_SQL_INT:
			rc = sqlite3_bind_int64(stmt, at, in[i].i);
			break;
		case YKT_SQL_TEXT:
			rc = sqlite3_bind_text64(
			    stmt, at, data, in[i].bytes.len, SQLITE_STATIC, SQLITE_UTF8);
			break;
		case YKT_SQL_BLOB:
			rc = sqlite3_bind_blob64(stmt, at, data, in[i].bytes.len, SQLITE_STATIC);
			break;
		default:
			rc = SQLITE_MISUSE;
		}
	}
	return rc;
}

static bool
column_get(sqlite3_stmt *stmt, int at, struct ykt_sql_val *ret_val)
{
	struct ykt_sql_val val = { YKT_SQL_NULL, 0, { NULL, 0 } };

	switch (sqlite3_column_type(stmt, at)) {
	case SQLITE_NULL:
		break;
	case SQLITE_INTEGER:
		val.type = YKT_SQL_INT;
		val.i = sqlite3_column_int64(stmt, at);
		break;
	case SQLITE_TEXT:
		val.type = YKT_SQL_TEXT;
		val.bytes.data = sqlite3_column_text(stmt, at);
		val.bytes.len = (size_t)sqlite3_column_bytes(stmt, at);
		break;
	case SQLITE_BLOB:
		val.type = YKT_SQL_BLOB;
		val.bytes.data = sqlite3_column_blob(stmt, at);
		val.bytes.len = (size_t)sqlite3_column_bytes(stmt, at);
		break;
	default: /* a floating number has no place in these books */
		return false;
	}
	*ret_val = val;
	return true;
}

static enum ykt_status
row_deliver(sqlite3_stmt *stmt, ykt_sql_row *row, void *row_arg)
{
	struct ykt_sql_val cols[STORE_COLS_MAX];
	int count = sqlite3_column_count(stmt);

	if (count > STORE_COLS_MAX)
		return YKT_E_STORE;
	for (int i = 0; i < count; i++)
		if (!column_get(stmt, i, &cols[i]))
			return YKT_E_STORE;
	return row(row_arg, cols, (size_t)count);
}

static enum ykt_status
step_status(struct store_sqlite *store, int rc)
{
	switch (rc) {
	case SQLITE_OK:
	case SQLITE_DONE:
		return YKT_OK;
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return YKT_CONFLICT;
	default:
		store->failed = true;
		return YKT_E_STORE;
	}
}

static enum ykt_status
step_all(struct store_sqlite *store, sqlite3_stmt *stmt, ykt_sql_row *row, void *row_arg)
{
	enum ykt_status status = YKT_OK;
	int rc;

	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (row != NULL)
			status = row_deliver(stmt, row, row_arg);
		if (status != YKT_OK)
			return status;
	}
	return step_status(store, rc);
}

enum ykt_status
store_tx_query(void *ctx, const char *sql, const struct ykt_sql_val *in, size_t in_count,
    ykt_sql_row *row, void *row_arg, int64_t *ret_changed)
{
	struct store_sqlite *store = ctx;
	sqlite3_stmt *stmt = NULL;
	enum ykt_status status;
	bool owned = false;
	int rc;

	assert(store->in_function && sql != NULL && in_count <= STORE_PARAMS_MAX);
	rc = statement_get(store, sql, &stmt, &owned);
	if (rc == SQLITE_OK)
		rc = bind_all(stmt, in, in_count);
	status = rc == SQLITE_OK ? step_all(store, stmt, row, row_arg) : step_status(store, rc);
	if (status == YKT_OK && ret_changed != NULL)
		*ret_changed = sqlite3_stmt_readonly(stmt) ? 0 : sqlite3_changes64(store->db);
	if (stmt != NULL && owned) {
		(void)sqlite3_finalize(stmt);
	} else if (stmt != NULL) {
		(void)sqlite3_reset(stmt);
		(void)sqlite3_clear_bindings(stmt);
	}
	return status;
}
