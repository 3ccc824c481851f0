/*
 * The handle of the SQLite store: made, asked, closed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include <ykt/mem.h>

#include "store/store_internal.h"

static bool
options_valid(const struct store_sqlite_options *options)
{
	if (options->path == NULL || options->path[0] == '\0' || options->alloc == NULL)
		return false;
	if (options->migration_count > 0 && options->migrations == NULL)
		return false;
	for (size_t i = 0; i < options->migration_count; i++)
		if (options->migrations[i].version != (int)i + 1 ||
		    options->migrations[i].sql == NULL)
			return false;
	return true;
}

static void
store_free(struct store_sqlite **store)
{
	const struct ykt_alloc *alloc = (*store)->alloc;

	store_db_close(*store);
	(void)pthread_cond_destroy(&(*store)->work);
	(void)pthread_mutex_destroy(&(*store)->lock);
	ykt_mem_put(alloc, store, sizeof(**store));
}

enum ykt_status
store_sqlite_open(const struct store_sqlite_options *options, struct store_sqlite **ret_store)
{
	struct store_sqlite *store;
	enum ykt_status status;

	if (!options_valid(options))
		return YKT_E_ARG;
	store = ykt_mem_get(options->alloc, sizeof(*store));
	if (store == NULL)
		return YKT_E_NOMEM;
	store->alloc = options->alloc;
	store->trace = options->trace;
	store->threaded = options->threaded;
	store->keep_after_io_error = options->keep_after_io_error;
	store->queue_max = options->queue_max != 0 ? options->queue_max : STORE_QUEUE_MAX;
	store->port.ctx = store;
	store->port.run = options->threaded ? store_run_queued : store_run_here;
	(void)pthread_mutex_init(&store->lock, NULL);
	(void)pthread_cond_init(&store->work, NULL);
	status = store_db_open(store, options);
	if (status == YKT_OK && store->threaded &&
	    pthread_create(&store->thread, NULL, store_writer_main, store) != 0)
		status = YKT_E_NOMEM;
	if (status == YKT_OK)
		*ret_store = store;
	else
		store_free(&store);
	return status;
}

const struct ykt_store *
store_sqlite_port(const struct store_sqlite *store)
{
	return &store->port;
}

struct store_sqlite_counters
store_sqlite_counters(struct store_sqlite *store)
{
	struct store_sqlite_counters counters;

	(void)pthread_mutex_lock(&store->lock);
	counters = store->counters;
	(void)pthread_mutex_unlock(&store->lock);
	return counters;
}

void
store_sqlite_close(struct store_sqlite **store)
{
	if (*store == NULL)
		return;
	if ((*store)->threaded) {
		(void)pthread_mutex_lock(&(*store)->lock);
		(*store)->stopping = true;
		(void)pthread_cond_signal(&(*store)->work);
		(void)pthread_mutex_unlock(&(*store)->lock);
		(void)pthread_join((*store)->thread, NULL);
		(void)pthread_mutex_lock(&(*store)->lock);
		while ((*store)->inside > 0)
			(void)pthread_cond_wait(&(*store)->work, &(*store)->lock);
		(void)pthread_mutex_unlock(&(*store)->lock);
	}
	store_free(store);
}
