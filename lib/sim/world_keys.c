/*
 * Keys of the simulated cities: marked as test keys, like all that is not real.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/world_keys.h"

#include <string.h>

#include "se/psam.h"

static enum ykt_status
root(const struct ykt_random *random, uint8_t out[KEYS_ROOT_LEN])
{
	memcpy(out, KEYS_TEST_MARK, 4);
	return ykt_random_fill(random, out + 4, KEYS_ROOT_LEN - 4);
}

static enum ykt_status
city_roots(const struct ykt_random *random, struct keys_roots *roots)
{
	uint8_t *const own[] = { roots->load, roots->tac, roots->maintenance, roots->isd,
		roots->ssd, roots->unload };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		enum ykt_status status = root(random, own[i]);

		if (status != YKT_OK)
			return status;
	}
	roots->has_unload = true;
	memcpy(roots->psam, SE_PSAM_TEST_TRANSPORT, sizeof(roots->psam));
	return YKT_OK;
}

enum ykt_status
world_keys_make(struct crypto *crypto, const struct ykt_random *random, struct world_keys *ret_keys)
{
	uint8_t national[KEYS_ROOT_LEN];
	enum ykt_status status = root(random, national);

	for (size_t city = 0; city < 2 && status == YKT_OK; city++) {
		ret_keys->roots[city] = (struct keys_roots){ 0 };
		memcpy(ret_keys->roots[city].purchase, national, sizeof(national));
		status = city_roots(random, &ret_keys->roots[city]);
		if (status == YKT_OK)
			status = crypto_sm2_generate(crypto, random, &ret_keys->seal[city]);
		if (status == YKT_OK)
			status = crypto_sm2_generate(crypto, random, &ret_keys->sign[city]);
	}
	if (status == YKT_OK)
		status = crypto_sm2_generate(crypto, random, &ret_keys->pay);
	return status;
}
