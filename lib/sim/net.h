/*
 * The network between the nodes: an http port that runs the far handler as a
 * fiber on the far node, late, twice, or never, as the faults say.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_NET_H
#define SIM_NET_H

#include <ykt/driver/alloc.h>
#include <ykt/driver/http.h>

#include "sim/faults.h"
#include "sim/sched.h"

/*
 * One direction between two nodes. Filled by the world, address stable.
 * take and give lend a worker of the far server to one request at a time;
 * take returns NULL when the far node is down or rebuilding.
 */
struct net_path {
	struct sched *sched;
	struct faults *faults;
	enum fault_site site;
	struct sched_node *far;
	const char *peer; /* the near node's certificate name, "" for a phone */
	ykt_http_handler *handler;
	void *(*take)(void *far_ctx);
	void (*give)(void *far_ctx, void *worker);
	void *far_ctx;
	uint64_t *hash; /* the run's trace hash, mixed at each delivery */
};

#define NET_ONE_WAY_MS 20
#define NET_REORDER_MS 15000

/* The port of a path. A call waits at most until its deadline. */
void net_port_init(struct ykt_http *port, struct net_path *path);

/* Mixes bytes into a 64-bit trace hash (FNV-1a). */
void net_hash_mix(uint64_t *hash, const void *data, size_t len);

#endif
