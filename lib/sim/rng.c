/*
 * SplitMix64: a counter through a mixing function (Steele, Lea, Flood 2014).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/rng.h"

#include <stddef.h>

#define RNG_STEP 0x9E3779B97F4A7C15u

static uint64_t
mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

struct rng
rng_stream(uint64_t seed, uint64_t name)
{
	return (struct rng){ .state = mix(seed + RNG_STEP) ^ mix(~name * RNG_STEP) };
}

uint64_t
rng_next(struct rng *rng)
{
	rng->state += RNG_STEP;
	return mix(rng->state);
}

uint32_t
rng_below(struct rng *rng, uint32_t limit)
{
	return (uint32_t)(((rng_next(rng) >> 32) * (uint64_t)limit) >> 32);
}

bool
rng_chance(struct rng *rng, uint32_t per_mille)
{
	return rng_below(rng, 1000) < per_mille;
}

static enum ykt_status
fill(void *ctx, uint8_t *out, size_t len)
{
	struct rng *rng = ctx;

	for (size_t i = 0; i < len; i += 8) {
		uint64_t word = rng_next(rng);

		for (size_t j = 0; j < 8 && i + j < len; j++)
			out[i + j] = (uint8_t)(word >> (8 * j));
	}
	return YKT_OK;
}

void
rng_port_init(struct ykt_random *port, struct rng *rng)
{
	*port = (struct ykt_random){ .ctx = rng, .fill = fill };
}
