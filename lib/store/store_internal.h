/*
 * What the files of the SQLite store share; nobody else includes this.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef STORE_STORE_INTERNAL_H
#define STORE_STORE_INTERNAL_H

#include <pthread.h>
#include <sqlite3.h>

#include "store/store_sqlite.h"

#define STORE_CACHE_SLOTS 1024 /* a power of two */
#define STORE_CACHE_MAX   768
#define STORE_COLS_MAX    64
#define STORE_PARAMS_MAX  64

/* The statements that steer transactions; never refused by the authorizer. */
enum store_control {
	STORE_BEGIN,
	STORE_COMMIT,
	STORE_ROLLBACK,
	STORE_SAVEPOINT,
	STORE_RELEASE,
	STORE_ROLLBACK_TO,
	STORE_CONTROL_COUNT
};

struct store_cached {
	const char *sql; /* the literal's address is the key */
	sqlite3_stmt *stmt;
};

/* One waiting run(); lives on the caller's stack. */
struct store_request {
	ykt_store_fn *fn;
	void *arg;
	enum ykt_status status;
	bool done;
	pthread_cond_t wake;
	struct store_request *next;
};

struct store_sqlite {
	struct ykt_store port;
	const struct ykt_alloc *alloc;
	const struct ykt_trace *trace;
	sqlite3 *db;
	sqlite3_stmt *control[STORE_CONTROL_COUNT];
	struct store_cached cache[STORE_CACHE_SLOTS];
	size_t cached;
	bool threaded;
	bool keep_after_io_error;
	bool running;     /* a batch is being run: run() from inside fn is refused */
	bool in_function; /* the caller's function has the connection */
	bool failed;      /* a query of this fn failed in a way fn must not swallow */

	/* Guards all below; the rest belongs to whoever runs a batch. */
	pthread_mutex_t lock;
	pthread_cond_t work;
	pthread_t thread;
	struct store_request *head;
	struct store_request *tail;
	size_t queued;
	size_t queue_max;
	size_t inside; /* threads in run() */
	bool stopping;
	struct store_sqlite_counters counters;
};

/* Opens the file, sets it up and applies migrations; errors as store_sqlite_open. */
YKT_MUST_USE enum ykt_status
store_db_open(struct store_sqlite *store, const struct store_sqlite_options *options);
/* Finalizes every statement and closes; accepts a store that never opened. */
void store_db_close(struct store_sqlite *store);
/* An SQLite result code as an opening status. */
enum ykt_status store_db_status(int rc);

/* The query slot of struct ykt_tx; ctx is the store. */
enum ykt_status store_tx_query(void *ctx, const char *sql, const struct ykt_sql_val *in,
    size_t in_count, ykt_sql_row *row, void *row_arg, int64_t *ret_changed);

/* Steps one control statement; an SQLite result code, SQLITE_DONE when well. */
int store_control_step(struct store_sqlite *store, enum store_control which);

/* Runs count (1..STORE_BATCH_MAX) requests in as few transactions as it takes. */
void store_batch_run(struct store_sqlite *store, struct store_request **requests, size_t count);

/* The writer thread; arg is the store. */
void *store_writer_main(void *arg);
/* run() of a threaded and of an unthreaded store. */
enum ykt_status store_run_queued(void *ctx, ykt_store_fn *fn, void *arg);
enum ykt_status store_run_here(void *ctx, ykt_store_fn *fn, void *arg);

#endif
