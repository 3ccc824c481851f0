/*
 * A simulated validator: its machine, its PSAM, its durable files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_GATE_H
#define SIM_GATE_H

#include "link/se_link.h"
#include "se/psam.h"
#include "sim/disk.h"
#include "sim/net.h"
#include "validator/validator.h"

#define GATE_OPENED_MAX 64

/* One opening of the gate, as the world saw it. */
struct gate_opened {
	char card_no[VALIDATOR_CARD_NO_MAX];
	ykt_fen amount;
	bool recovered;
};

/* Address stable. options is completed here: env, psam, file. */
struct gate {
	struct sched_node node;
	struct sched *sched;
	struct ykt_clock clock;
	struct ykt_random random;
	struct rng rng;
	struct disk disk;
	struct ykt_http http;
	struct net_path path;
	struct validator_options options;
	struct validator *validator;
	struct se_psam psam;
	struct se_psam_port psam_port;
	struct ykt_nvm psam_nvm;
	uint8_t psam_image[SE_PSAM_IMAGE_SIZE];
	uint64_t opened; /* times the gate opened */
	uint64_t crashes;
};

/*
 * Makes the gate with a PSAM personalised from dgis (docs/protocol.md, psam.make),
 * and starts its validator.
 */
YKT_MUST_USE enum ykt_status gate_start(struct gate *gate, const char *name, struct sched *sched,
    struct faults *faults, struct crypto *crypto, struct ykt_bytes dgis, uint64_t seed);
void gate_clear(struct gate *gate);

/* After a crash, when none of its tasks is left: the machine starts again. */
YKT_MUST_USE enum ykt_status gate_restart(struct gate *gate);

#endif
