/*
 * Simulated servers: crash, wait until the old fibers are gone, start again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/server.h"

#include <assert.h>
#include <string.h>

#include <ykt/mem.h>

#include "crypto/core.h"
#include "store/store_sqlite.h"

static void
poke(struct server *server)
{
	server->tick_ms = SERVER_TICK_MS;
	server->poke = true;
	if (server->supervisor != NULL)
		sched_wake(server->sched, server->supervisor);
}

static void
crash(struct server *server)
{
	server->crashes++;
	sched_crash(&server->node);
	poke(server);
}

/* The room's store port: a place to crash, before or after the commit. */
static enum ykt_status
store_run(void *ctx, ykt_store_fn *fn, void *arg)
{
	struct server *server = ctx;
	const struct ykt_store *inner = store_sqlite_port(server->database);
	const struct fault *fault;
	enum ykt_status status;

	if (sched_node_current(server->sched) == NULL)
		return inner->run(inner->ctx, fn, arg);
	if (sched_yield_now(server->sched) != YKT_OK)
		return YKT_E_DOWN;
	fault = faults_pass(server->faults, SITE_STORE);
	if (fault != NULL && fault->kind == FAULT_CRASH_BEFORE) {
		crash(server);
		return YKT_E_DOWN;
	}
	status = inner->run(inner->ctx, fn, arg);
	if (fault == NULL)
		return status;
	crash(server);
	return YKT_E_DOWN;
}

static void
room_close(struct server *server)
{
	assert(server->idle == server->worker_count);
	while (server->worker_count > 0) {
		server->ops->worker_unmake(&server->workers[--server->worker_count]);
		server->idle--;
	}
	if (server->room != NULL)
		server->ops->unmake(&server->room);
}

static enum ykt_status
room_open(struct server *server)
{
	return server->ops->make(server, &server->room);
}

/* Only when no fiber of the time before the crash is left, but the caller. */
static void
reboot(struct server *server)
{
	if (server->node.tasks > 1 || server->idle != server->worker_count)
		return;
	room_close(server);
	if (room_open(server) == YKT_OK)
		server->node.down = false;
}

void
server_give(void *ctx, void *worker)
{
	struct server *server = ctx;

	server->workers[server->idle++] = worker;
}

static void *
server_borrow(struct server *server)
{
	void *worker = NULL;

	if (server->node.down || server->room == NULL)
		return NULL;
	if (server->idle > 0)
		return server->workers[--server->idle];
	if (server->worker_count == SERVER_WORKERS ||
	    server->ops->worker_make(server->room, server->crypto, &worker) != YKT_OK)
		return NULL;
	server->worker_count++;
	return worker;
}

void *
server_take(void *ctx)
{
	struct server *server = ctx;

	if (server->tick_ms > SERVER_TICK_MS && server->ops->tick != NULL)
		poke(server);
	return server_borrow(server);
}

/* Ticks once; the next comes soon after work, ever later without. */
static void
tick(struct server *server)
{
	void *worker = server->ops->tick == NULL ? NULL : server_borrow(server);
	unsigned done = 0;

	if (worker != NULL) {
		(void)server->ops->tick(worker, &done);
		server_give(server, worker);
	}
	if (done > 0)
		server->tick_ms = SERVER_TICK_MS;
	else if (server->tick_ms < SERVER_TICK_IDLE_MS)
		server->tick_ms *= 2;
}

/* The node's supervisor: ticks, and brings it back when it is down and empty. */
static void
tick_task(void *arg)
{
	struct server *server = arg;
	static const bool never = false;

	server->supervisor = sched_self(server->sched);
	while (!server->stop) {
		if (server->node.down) {
			sched_nap(server->sched, SERVER_REBOOT_MS, &never);
			reboot(server);
			continue;
		}
		server->poke = false;
		sched_nap(server->sched, server->tick_ms, &server->poke);
		/* Poked: something came in, and may be worth a look a little later. */
		if (server->poke && !server->stop && !server->node.down)
			sched_nap(server->sched, SERVER_TICK_MS, &server->stop);
		if (server->stop || server->node.down)
			continue;
		sched_rejoin(server->sched);
		tick(server);
	}
}

void
server_stop(struct server *server)
{
	server->stop = true;
	if (server->supervisor != NULL)
		poke(server);
}

enum ykt_status
server_tick_start(struct server *server)
{
	server->tick_ms = SERVER_TICK_MS;
	return sched_spawn(server->sched, &server->node, SERVER_TICK_MS, tick_task, server);
}

enum ykt_status
server_start(struct server *server, const char *name, const struct server_ops *ops,
    const void *config, struct sched *sched, struct faults *faults, struct crypto *crypto,
    uint64_t seed)
{
	struct ykt_store_migration migrations[SERVER_SCHEMA];
	struct store_sqlite_options options = { .path = ":memory:",
		.migrations = migrations,
		.migration_count = *ops->schema_count,
		.alloc = &ykt_alloc_libc };
	enum ykt_status status;

	assert(*ops->schema_count <= SERVER_SCHEMA);
	for (size_t i = 0; i < *ops->schema_count; i++)
		migrations[i] = (struct ykt_store_migration){ (int)i + 1, ops->schema[i] };

	memset(server, 0, sizeof(*server));
	server->node = (struct sched_node){ .name = name, .sched = sched };
	server->ops = ops;
	server->config = config;
	server->sched = sched;
	server->faults = faults;
	server->rng = rng_stream(seed, 0x5E12);
	sched_clock_init(&server->clock, &server->node);
	rng_port_init(&server->random, &server->rng);
	server->env = (struct ykt_env){
		.clock = &server->clock, .random = &server->random, .alloc = &ykt_alloc_libc
	};
	server->store = (struct ykt_store){ .ctx = server, .run = store_run };
	server->crypto = crypto;
	status = store_sqlite_open(&options, &server->database);
	if (status == YKT_OK)
		status = room_open(server);
	if (status != YKT_OK)
		server_clear(server);
	return status;
}

void
server_clear(struct server *server)
{
	if (server->ops == NULL)
		return;
	room_close(server);
	store_sqlite_close(&server->database);
	memset(server, 0, sizeof(*server));
}
