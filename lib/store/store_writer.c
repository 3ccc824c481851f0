/*
 * Group commit: many functions, each in its savepoint, one COMMIT.
 *
 * No answer leaves before the COMMIT is durable, not even a refusal: a function
 * may have refused because of what an earlier one of the same batch wrote.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>

#include "store/store_internal.h"

static void
answer_all(struct store_request **requests, size_t count, enum ykt_status status)
{
	for (size_t i = 0; i < count; i++)
		requests[i]->status = status;
}

/*
 * Runs one function in a savepoint. False when the transaction around it is
 * lost: SQLite rolls all of it back on some errors (disk full, no memory).
 */
static bool
function_run(struct store_sqlite *store, struct store_request *request)
{
	struct ykt_tx tx = { .ctx = store, .query = store_tx_query };

	if (store_control_step(store, STORE_SAVEPOINT) != SQLITE_DONE)
		return false;
	store->failed = false;
	store->in_function = true;
	request->status = request->fn(&tx, request->arg);
	store->in_function = false;
	if (sqlite3_get_autocommit(store->db))
		return false;
	/* A function that overlooked a failed query must not half succeed. */
	if (request->status == YKT_OK && store->failed)
		request->status = YKT_E_STORE;
	if (request->status != YKT_OK &&
	    store_control_step(store, STORE_ROLLBACK_TO) != SQLITE_DONE)
		return false;
	return store_control_step(store, STORE_RELEASE) == SQLITE_DONE;
}

/* R12: after a failed sync nobody knows what the disk holds; start again. */
static enum ykt_status
commit_io_error(struct store_sqlite *store, int rc)
{
	struct ykt_trace_event event = { .kind = YKT_TRACE_ERROR,
		.room = "store",
		.name = "commit: input/output error",
		.number = rc };

	ykt_trace_event(store->trace, &event);
	if (!store->keep_after_io_error)
		abort();
	return YKT_E_STORE_UNKNOWN;
}

/* YKT_OK, YKT_E_STORE, YKT_E_STORE_UNKNOWN, or YKT_CONFLICT: a deferred constraint. */
static enum ykt_status
batch_commit(struct store_sqlite *store)
{
	int rc = store_control_step(store, STORE_COMMIT);

	switch (rc & 0xFF) {
	case SQLITE_DONE:
		return YKT_OK;
	case SQLITE_CONSTRAINT:
		return YKT_CONFLICT;
	case SQLITE_IOERR:
		return commit_io_error(store, rc);
	default:
		return YKT_E_STORE;
	}
}

static void
batch_count(struct store_sqlite *store, size_t functions)
{
	(void)pthread_mutex_lock(&store->lock);
	store->counters.commits++;
	store->counters.functions += functions;
	(void)pthread_mutex_unlock(&store->lock);
}

/* One transaction. YKT_CONFLICT: all rolled back because of one; run each alone. */
static enum ykt_status
batch_once(struct store_sqlite *store, struct store_request **requests, size_t count)
{
	int64_t changes_before = sqlite3_total_changes64(store->db);
	enum ykt_status status = YKT_E_STORE;
	size_t succeeded = 0;

	if (store_control_step(store, STORE_BEGIN) != SQLITE_DONE)
		goto out;
	for (size_t i = 0; i < count; i++) {
		if (!function_run(store, requests[i]))
			goto out;
		succeeded += requests[i]->status == YKT_OK;
	}
	status = succeeded == 0 ? YKT_OK : batch_commit(store);
	if (status == YKT_OK && succeeded > 0 &&
	    sqlite3_total_changes64(store->db) != changes_before)
		batch_count(store, succeeded);
out:
	if (!sqlite3_get_autocommit(store->db))
		(void)store_control_step(store, STORE_ROLLBACK);
	if (status != YKT_OK)
		answer_all(requests, count, status);
	return status;
}

void
store_batch_run(struct store_sqlite *store, struct store_request **requests, size_t count)
{
	store->running = true;
	if (batch_once(store, requests, count) == YKT_CONFLICT)
		for (size_t i = 0; i < count; i++)
			if (batch_once(store, &requests[i], 1) == YKT_CONFLICT)
				requests[i]->status = YKT_E_STORE;
	store->running = false;
}

enum ykt_status
store_run_here(void *ctx, ykt_store_fn *fn, void *arg)
{
	struct store_sqlite *store = ctx;
	struct store_request request = { .fn = fn, .arg = arg };
	struct store_request *requests[1] = { &request };

	if (store->running)
		return YKT_E_STATE;
	store_batch_run(store, requests, 1);
	return request.status;
}

/* Takes up to STORE_BATCH_MAX requests off the queue; the lock is held. */
static size_t
queue_take(struct store_sqlite *store, struct store_request **requests)
{
	size_t count = 0;

	while (count < STORE_BATCH_MAX && store->head != NULL) {
		requests[count++] = store->head;
		store->head = store->head->next;
	}
	if (store->head == NULL)
		store->tail = NULL;
	store->queued -= count;
	return count;
}

void *
store_writer_main(void *arg)
{
	struct store_sqlite *store = arg;
	struct store_request *requests[STORE_BATCH_MAX];
	size_t count;

	(void)pthread_mutex_lock(&store->lock);
	for (;;) {
		while (store->head == NULL && !store->stopping)
			(void)pthread_cond_wait(&store->work, &store->lock);
		count = queue_take(store, requests);
		if (count == 0)
			break;
		(void)pthread_mutex_unlock(&store->lock);
		store_batch_run(store, requests, count);
		(void)pthread_mutex_lock(&store->lock);
		for (size_t i = 0; i < count; i++) {
			requests[i]->done = true;
			(void)pthread_cond_signal(&requests[i]->wake);
		}
	}
	(void)pthread_mutex_unlock(&store->lock);
	return NULL;
}

enum ykt_status
store_run_queued(void *ctx, ykt_store_fn *fn, void *arg)
{
	struct store_sqlite *store = ctx;
	struct store_request request = { .fn = fn, .arg = arg };

	/* The writer would wait for itself. */
	if (pthread_equal(pthread_self(), store->thread))
		return YKT_E_STATE;
	(void)pthread_mutex_lock(&store->lock);
	store->inside++;
	if (store->stopping) {
		request.status = YKT_E_DOWN;
	} else if (store->queued == store->queue_max) {
		store->counters.refused++;
		request.status = YKT_BUSY;
	} else {
		(void)pthread_cond_init(&request.wake, NULL);
		if (store->tail != NULL)
			store->tail->next = &request;
		else
			store->head = &request;
		store->tail = &request;
		store->queued++;
		(void)pthread_cond_signal(&store->work);
		while (!request.done)
			(void)pthread_cond_wait(&request.wake, &store->lock);
		(void)pthread_cond_destroy(&request.wake);
	}
	/* close waits for the last one to be out. */
	if (--store->inside == 0 && store->stopping)
		(void)pthread_cond_broadcast(&store->work);
	(void)pthread_mutex_unlock(&store->lock);
	return request.status;
}
