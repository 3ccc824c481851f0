/*
 * store.commit: how many transactions one disk sync makes durable with 64 in
 * flight, against bare appends that are each synced, in the same run.
 *
 * Syncs are counted where they happen: this program's own fdatasync() and
 * fsync() stand before the C library's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <ykt/mem.h>

#include "store/store_sqlite.h"

#define IN_FLIGHT  64
#define PER_THREAD 250
#define APPENDS    2000
#define PAGE       4096

static atomic_ulong syncs;

int
fdatasync(int fd)
{
	atomic_fetch_add(&syncs, 1);
	return (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	atomic_fetch_add(&syncs, 1);
	return (int)syscall(SYS_fsync, fd);
}

static const struct ykt_store_migration schema[] = {
	{ 1, "CREATE TABLE account (id INTEGER PRIMARY KEY, fen INTEGER NOT NULL) STRICT;"
	     "CREATE TABLE posting (id INTEGER PRIMARY KEY, account INTEGER NOT NULL,"
	     " fen INTEGER NOT NULL) STRICT;"
	     "CREATE INDEX posting_account ON posting (account);" },
};

struct caller {
	pthread_t thread;
	const struct ykt_store *store;
	int64_t account;
	enum ykt_status status;
};

static double
now_s(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static enum ykt_status
account_make(struct ykt_tx *tx, void *arg)
{
	const struct caller *caller = arg;

	return ykt_tx_query(tx, "INSERT INTO account VALUES (?1, 0)",
	    YKT_SQL_IN(ykt_sql_int(caller->account)), NULL, NULL, NULL);
}

/* A posting, its index entry and a balance: what one money step writes. */
static enum ykt_status
post(struct ykt_tx *tx, void *arg)
{
	const struct caller *caller = arg;
	enum ykt_status status;

	status = ykt_tx_query(tx, "INSERT INTO posting (account, fen) VALUES (?1, 1)",
	    YKT_SQL_IN(ykt_sql_int(caller->account)), NULL, NULL, NULL);
	if (status == YKT_OK)
		status = ykt_tx_query(tx, "UPDATE account SET fen = fen + 1 WHERE id = ?1",
		    YKT_SQL_IN(ykt_sql_int(caller->account)), NULL, NULL, NULL);
	return status;
}

static void *
caller_main(void *arg)
{
	struct caller *caller = arg;

	for (int i = 0; i < PER_THREAD && caller->status == YKT_OK; i++)
		caller->status = ykt_store_run(caller->store, post, caller);
	return NULL;
}

/* Transactions a second; *ret_per_sync: transactions a sync. Negative: failed. */
static double
measure_store(const char *path, double *ret_per_sync)
{
	const struct store_sqlite_options options = { .path = path,
		.threaded = true,
		.migrations = schema,
		.migration_count = 1,
		.alloc = &ykt_alloc_libc };
	static struct caller callers[IN_FLIGHT];
	struct store_sqlite *store = NULL;
	unsigned long syncs_before;
	bool failed = false;
	double start;
	double rate;

	if (store_sqlite_open(&options, &store) != YKT_OK)
		return -1;
	for (int i = 0; i < IN_FLIGHT; i++) {
		callers[i].store = store_sqlite_port(store);
		callers[i].account = i + 1;
		callers[i].status = ykt_store_run(callers[i].store, account_make, &callers[i]);
	}
	syncs_before = atomic_load(&syncs);
	start = now_s();
	for (int i = 0; i < IN_FLIGHT; i++)
		if (pthread_create(&callers[i].thread, NULL, caller_main, &callers[i]) != 0)
			exit(1);
	for (int i = 0; i < IN_FLIGHT; i++) {
		(void)pthread_join(callers[i].thread, NULL);
		failed = failed || callers[i].status != YKT_OK;
	}
	rate = IN_FLIGHT * PER_THREAD / (now_s() - start);
	*ret_per_sync =
	    (double)(IN_FLIGHT * PER_THREAD) / (double)(atomic_load(&syncs) - syncs_before);
	store_sqlite_close(&store);
	return failed ? -1 : rate;
}

/* The probe: one page appended, one sync, again. */
static double
measure_appends(const char *path, double *ret_per_sync)
{
	static const char page[PAGE] = { 1 };
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	unsigned long syncs_before = atomic_load(&syncs);
	bool failed = fd < 0;
	double start = now_s();
	double rate;

	for (int i = 0; i < APPENDS && !failed; i++)
		failed = write(fd, page, sizeof(page)) != sizeof(page) || fdatasync(fd) != 0;
	rate = APPENDS / (now_s() - start);
	*ret_per_sync = (double)APPENDS / (double)(atomic_load(&syncs) - syncs_before);
	if (fd >= 0)
		(void)close(fd);
	(void)unlink(path);
	return failed ? -1 : rate;
}

static void
print(const char *name, double value, const char *unit, double limit)
{
	(void)printf("{\"name\": \"%s\", \"value\": %.2f, \"unit\": \"%s\", \"limit\": %.2f, "
		     "\"ratio\": %.3f}\n",
	    name, value, unit, limit, value / limit);
}

/* Works in a new folder under the current one, so on the disk of the build. */
int
main(void)
{
	char folder[] = "./store-bench-XXXXXX";
	double append_rate = -1;
	double append_per_sync = 0;
	double rate = -1;
	double per_sync = 0;

	if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
		(void)fprintf(stderr, "store bench: no folder can be made here\n");
		return 1;
	}
	append_rate = measure_appends("appends", &append_per_sync);
	rate = measure_store("bench.db", &per_sync);
	(void)unlink("bench.db");
	if (chdir("..") != 0 || rmdir(folder) != 0)
		(void)fprintf(stderr, "store bench: %s is left over\n", folder);
	if (append_rate < 0 || rate < 0) {
		(void)fprintf(stderr, "store bench: the disk or the store failed\n");
		return 1;
	}
	print("store.commit", per_sync, "transactions/sync", append_per_sync);
	print("store.commit.rate", rate, "transactions/s", append_rate);
	return 0;
}
