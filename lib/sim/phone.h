/*
 * A simulated phone: its secure element, its client, its user.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_PHONE_H
#define SIM_PHONE_H

#include <ykt/client.h>

#include "link/se_link.h"
#include "sim/disk.h"
#include "sim/element.h"
#include "sim/net.h"
#include "sim/person.h"

enum phone_server { PHONE_PLATFORM, PHONE_TSM, PHONE_PSP, PHONE_SERVERS };

/* Address stable. paths are filled by the world before phone_start(). */
struct phone {
	struct sched_node node;
	struct sched *sched;
	struct ykt_clock clock;
	struct ykt_random random;
	struct rng rng;
	struct disk disk;
	struct person person;
	struct element element;
	struct se_link wired;
	struct se_link air; /* the gate's side of the same element */
	struct ykt_clock air_clock;
	struct net_path paths[PHONE_SERVERS];
	struct ykt_http https[PHONE_SERVERS];
	struct ykt_client_options options;
	struct ykt_client *client;
	uint64_t crashes;
};

/* A blank element with its initial keys, and a client without a user. */
YKT_MUST_USE enum ykt_status phone_start(struct phone *phone, const char *number,
    const struct se_params *params, struct sched *sched, struct faults *faults,
    struct crypto *crypto, uint64_t *hash, uint64_t seed);
void phone_clear(struct phone *phone);

/* After a crash, when none of its tasks is left: a new client over the same files. */
YKT_MUST_USE enum ykt_status phone_restart(struct phone *phone);

#endif
