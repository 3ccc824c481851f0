/*
 * client_descr_decode(): what it takes is a valid list and comes back the same when it
 * is encoded, what it refuses leaves the output alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "client/descr.h"
#include "wire/app_list.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct wire_app_list_rsp list;
	uint8_t bytes[CLIENT_DESCR_MAX];
	struct ykt_buf again = YKT_BUF(bytes);

	memset(&list, 0x5A, sizeof(list));
	if (client_descr_decode(ykt_bytes(data, len), &list) != YKT_OK) {
		for (size_t i = 0; i < sizeof(list); i++)
			assert(((const uint8_t *)&list)[i] == 0x5A);
		return 0;
	}
	assert(client_descr_valid(&list));
	wire_app_list_encode(&list, &again);
	assert(!again.full);
	assert(ykt_bytes_equal(ykt_buf_view(&again), ykt_bytes(data, len)));

	return 0;
}
