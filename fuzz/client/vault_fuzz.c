/*
 * client_vault_decode(): what it takes comes back the same when it is encoded,
 * what it refuses leaves the output alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "client/vault.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct client_vault_data inside;
	uint8_t bytes[CLIENT_VAULT_MAX];
	struct ykt_buf again = YKT_BUF(bytes);

	memset(&inside, 0x5A, sizeof(inside));
	if (client_vault_decode(ykt_bytes(data, len), &inside) != YKT_OK) {
		for (size_t i = 0; i < sizeof(inside); i++)
			assert(((const uint8_t *)&inside)[i] == 0x5A);
		return 0;
	}
	client_vault_encode(&inside, &again);
	assert(!again.full);
	assert(ykt_bytes_equal(ykt_buf_view(&again), ykt_bytes(data, len)));

	return 0;
}
