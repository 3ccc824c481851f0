/*
 * A simulated server: one room over its database, with workers, restarts and
 * the paths that lead to it.
 *
 * The database is what survives a crash. The room and its workers are made
 * anew from it when the node comes back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include <ykt/driver/http.h>
#include <ykt/driver/store.h>
#include <ykt/env.h>

#include "sim/faults.h"
#include "sim/sched.h"

struct crypto;
struct store_sqlite;
struct server;

#define SERVER_WORKERS   24
#define SERVER_REBOOT_MS 2000
/* After work the next tick comes soon; without any they grow rare. */
#define SERVER_TICK_MS      2000
#define SERVER_TICK_IDLE_MS (5 * 60 * 1000)
#define SERVER_SCHEMA       32

/* How to make and drive one kind of room; the joiner's table. */
struct server_ops {
	const char *const *schema; /* numbered SQL texts, as the room exports them */
	const size_t *schema_count;
	/* config is server->config; the room uses server->env and server->store. */
	enum ykt_status (*make)(struct server *server, void **ret_room);
	void (*unmake)(void **room);
	enum ykt_status (*worker_make)(void *room, struct crypto *crypto, void **ret_worker);
	void (*worker_unmake)(void **worker);
	ykt_http_handler *handle;
	/* NULL when the room has no periodic work. */
	enum ykt_status (*tick)(void *worker, unsigned *ret_done);
};

/* Address stable. */
struct server {
	struct sched_node node;
	const struct server_ops *ops;
	const void *config;
	struct sched *sched;
	struct faults *faults;
	struct ykt_clock clock;
	struct ykt_random random;
	struct rng rng;
	struct ykt_env env;
	struct store_sqlite *database;
	struct ykt_store store; /* the room's port: the database with crashes */
	struct crypto *crypto;  /* borrowed: one serves the whole world, fibers take turns */
	void *room;
	void *workers[SERVER_WORKERS];
	size_t idle; /* workers[0..idle) are free */
	size_t worker_count;
	uint64_t crashes;
	struct sched_task *supervisor;
	int64_t tick_ms; /* the present wait between ticks */
	bool poke;       /* the supervisor is to look at once */
	bool stop;       /* no more ticks, no more reboots */
};

/* Opens an empty database in memory and starts the room. */
YKT_MUST_USE enum ykt_status server_start(struct server *server, const char *name,
    const struct server_ops *ops, const void *config, struct sched *sched, struct faults *faults,
    struct crypto *crypto, uint64_t seed);
/* Every task of its node must have ended. Accepts a server that never started. */
void server_clear(struct server *server);

/* The two halves that a net_path wants. */
void *server_take(void *server);
void server_give(void *server, void *worker);

/* Starts the periodic task; it ends at server_stop(). */
YKT_MUST_USE enum ykt_status server_tick_start(struct server *server);

void server_stop(struct server *server);

#endif
