/*
 * client_state_decode(): what it takes comes back the same when it is encoded,
 * what it refuses leaves the output alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "client/store.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct client_state state;
	uint8_t bytes[CLIENT_STORE_MAX];
	struct ykt_buf again = YKT_BUF(bytes);

	memset(&state, 0x5A, sizeof(state));
	if (client_state_decode(ykt_bytes(data, len), &state) != YKT_OK) {
		for (size_t i = 0; i < sizeof(state); i++)
			assert(((const uint8_t *)&state)[i] == 0x5A);
		return 0;
	}
	client_state_encode(&state, &again);
	assert(!again.full);
	assert(ykt_bytes_equal(ykt_buf_view(&again), ykt_bytes(data, len)));

	return 0;
}
