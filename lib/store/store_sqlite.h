/*
 * The store port over SQLite: WAL, synchronous=FULL, one writer, group commit.
 *
 * Threaded, callers queue their functions to one writer thread, which runs as
 * many as wait inside one transaction, each in its own savepoint, and wakes
 * them all after the one COMMIT. Not threaded, run() executes at once in the
 * caller (the simulator, tools, tests).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef STORE_STORE_SQLITE_H
#define STORE_STORE_SQLITE_H

#include <stdbool.h>

#include <ykt/driver/store.h>
#include <ykt/env.h>

/* run() answers YKT_BUSY while this many functions wait for the writer (default). */
#define STORE_QUEUE_MAX 1024
/* At most this many functions share a COMMIT. */
#define STORE_BATCH_MAX 256

struct store_sqlite;

struct store_sqlite_options {
	const char *path; /* a file, made when missing (mode 0600), or ":memory:" */
	bool threaded;
	/* Versions 1, 2, 3 ... in order; see ykt/driver/store.h. */
	const struct ykt_store_migration *migrations;
	size_t migration_count;
	size_t queue_max; /* 0: STORE_QUEUE_MAX */
	/* Not 0: marks the file as this program's; another's is refused. */
	int32_t application_id;
	/* Tests only: a failed COMMIT does not stop the process (R12). */
	bool keep_after_io_error;
	const struct ykt_alloc *alloc; /* borrowed; outlives the store */
	const struct ykt_trace *trace; /* NULL, or told before abort() */
};

struct store_sqlite_counters {
	uint64_t commits;   /* COMMITs that wrote, each one disk sync */
	uint64_t functions; /* functions made durable by them */
	uint64_t refused;   /* YKT_BUSY answers */
};

/*
 * Opens the database for this process alone and brings its schema up to the
 * last migration, all in one transaction.
 *
 * YKT_E_ARG      an option is missing or migrations are not 1, 2, 3 ...
 * YKT_BUSY       another process (or another open in this one) has it
 * YKT_E_STATE    made by a newer program: its schema is not known here
 * YKT_MISMATCH   another program's database
 * YKT_E_FILE     not a regular file, or others than its owner may write it
 * YKT_E_CORRUPT  not a database, or damaged
 * YKT_E_STORE    cannot be opened, read-only, disk full, or a migration failed
 * YKT_E_NOMEM    no memory or no thread
 */
YKT_MUST_USE enum ykt_status
store_sqlite_open(const struct store_sqlite_options *options, struct store_sqlite **ret_store);

/*
 * The port; valid until close. Beside what ykt/driver/store.h says, run()
 * answers YKT_BUSY when the queue is full. After a COMMIT failed with an I/O
 * error the process is stopped by abort() (R12); a full disk is rolled back
 * and answered YKT_E_STORE.
 */
const struct ykt_store *store_sqlite_port(const struct store_sqlite *store);

struct store_sqlite_counters store_sqlite_counters(struct store_sqlite *store);

/*
 * Later run() calls get YKT_E_DOWN; what is queued is committed and answered
 * first. Takes the handle's address, accepts NULL in it, nulls it. No run() of
 * another thread may be entered after this returns.
 */
void store_sqlite_close(struct store_sqlite **store);

#endif
