/*
 * The keys of a simulated pair of cities, all from the seed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_WORLD_KEYS_H
#define SIM_WORLD_KEYS_H

#include "crypto/sm2.h"
#include "keys/keys.h"

struct world_keys {
	struct keys_roots roots[2];
	struct crypto_sm2_key seal[2];
	struct crypto_sm2_key sign[2];
	struct crypto_sm2_key pay;
};

YKT_MUST_USE enum ykt_status world_keys_make(
    struct crypto *crypto, const struct ykt_random *random, struct world_keys *ret_keys);

#endif
