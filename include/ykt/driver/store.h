/*
 * Port: the database.
 *
 * run() executes fn inside one transaction and returns when its COMMIT is
 * durable. Backends may batch (group commit, one savepoint a function) and may
 * run fn again after a rollback, so fn touches SQL and its own output only: no
 * keys, no HTTP, no clock, no state that a second run would see.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_DRIVER_STORE_H
#define YKT_DRIVER_STORE_H

#include <ykt/bytes.h>

enum ykt_sql_type { YKT_SQL_NULL, YKT_SQL_INT, YKT_SQL_TEXT, YKT_SQL_BLOB };

/* A value in or out. bytes of a row are borrowed until the row function returns. */
struct ykt_sql_val {
	enum ykt_sql_type type;
	int64_t i;
	struct ykt_bytes bytes; /* TEXT (UTF-8, no NUL counted) or BLOB */
};

struct ykt_sql_val ykt_sql_null(void);
struct ykt_sql_val ykt_sql_int(int64_t v);
/* NULL gives the SQL NULL. */
struct ykt_sql_val ykt_sql_text(const char *text);
struct ykt_sql_val ykt_sql_blob(struct ykt_bytes bytes);

/* Called once a row. A status other than YKT_OK stops and is returned. */
typedef enum ykt_status ykt_sql_row(void *arg, const struct ykt_sql_val *cols, size_t count);

/* The handle that fn gets; valid inside fn only. */
struct ykt_tx {
	void *ctx;
	/*
	 * sql is a string literal with ?1, ?2 ... (its address is the statement
	 * cache's key). row may be NULL. *ret_changed (may be NULL) gets the number
	 * of rows changed. YKT_CONFLICT: a unique or primary key constraint held.
	 * YKT_E_STORE: anything else.
	 */
	enum ykt_status (*query)(void *ctx, const char *sql, const struct ykt_sql_val *in,
	    size_t in_count, ykt_sql_row *row, void *row_arg, int64_t *ret_changed);
};

typedef enum ykt_status ykt_store_fn(struct ykt_tx *tx, void *arg);

struct ykt_store {
	void *ctx;
	/*
	 * YKT_OK: fn returned YKT_OK and is durable. Any other status of fn: rolled
	 * back, and returned as it is. YKT_E_STORE: not committed.
	 * YKT_E_STORE_UNKNOWN: the commit may have happened. YKT_E_DOWN: stopping.
	 */
	enum ykt_status (*run)(void *ctx, ykt_store_fn *fn, void *arg);
};

/*
 * One step of a room's schema, applied at open by the backend. A room exports
 * a constant array of them, versions 1, 2, 3 ...; a released step never
 * changes. sql holds any number of statements, no BEGIN or COMMIT.
 */
struct ykt_store_migration {
	int version;
	const char *sql;
};

YKT_MUST_USE enum ykt_status
ykt_store_run(const struct ykt_store *store, ykt_store_fn *fn, void *arg);

/* Shorthands inside fn; the array of values is built at the call. */
YKT_MUST_USE enum ykt_status
ykt_tx_query(struct ykt_tx *tx, const char *sql, const struct ykt_sql_val *in, size_t in_count,
    ykt_sql_row *row, void *row_arg, int64_t *ret_changed);

#define YKT_SQL_IN(...)                                                                            \
	((const struct ykt_sql_val[]){ __VA_ARGS__ }),                                             \
	    (sizeof((const struct ykt_sql_val[]){ __VA_ARGS__ }) / sizeof(struct ykt_sql_val))

#endif
