/*
 * The simulator's own numbers: one 64-bit seed, any number of independent
 * streams, the same on every machine. Not for keys outside the simulator.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_RNG_H
#define SIM_RNG_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/driver/random.h>

struct rng {
	uint64_t state;
};

/* A stream of its own for each (seed, name) pair. */
struct rng rng_stream(uint64_t seed, uint64_t name);
uint64_t rng_next(struct rng *rng);
/* 0 <= result < limit; limit > 0. */
uint32_t rng_below(struct rng *rng, uint32_t limit);
/* True with per_mille / 1000. */
bool rng_chance(struct rng *rng, uint32_t per_mille);
/* The random port of a node. The rng outlives it. */
void rng_port_init(struct ykt_random *port, struct rng *rng);

#endif
