/*
 * A card of the simulated world: the real card OS over a memory that tears,
 * behind ports that lose, cut and delay what passes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_ELEMENT_H
#define SIM_ELEMENT_H

#include <ykt/driver/nvm.h>
#include <ykt/driver/se.h>

#include "se/image.h"
#include "se/se.h"
#include "sim/faults.h"
#include "sim/sched.h"

struct element;

/* What the fault "a tap between" runs before the command that it strikes; or a DELETE. */
typedef void element_between(void *arg);

struct element_side {
	struct element *element;
	struct ykt_se port;
	enum fault_site site;
};

/*
 * Address stable from element_init() to element_clear(). power is false after a
 * torn write, until the next command finds a card that must start again.
 */
struct element {
	struct se card;
	struct ykt_nvm nvm;
	struct crypto *crypto;
	const struct ykt_random *random;
	struct sched *sched;
	struct faults *faults;
	uint64_t *hash;
	element_between *between;
	void *between_arg;
	element_between *leaving; /* or NULL: looks at the card before a DELETE comes */
	bool power;
	bool in_between;
	bool torn; /* power went during the command that runs now */
	struct rng noise;
	struct element_side side[2];
	uint8_t image[SE_IMAGE_SIZE];
};

/* Prepares ports and memory; the image is zeros until se_format(). */
void element_init(struct element *element, struct sched *sched, struct faults *faults,
    struct crypto *crypto, const struct ykt_random *random, uint64_t *hash, uint64_t seed);

/* The phone's clock gives an exchange this much virtual time. */
#define ELEMENT_APDU_MS 5

#endif
