/*
 * host_event_decode(): a refusal leaves the output alone; an accepted event is
 * the same bytes when it is written again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "card/host_cmd.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t raw[512];
	struct ykt_buf out = YKT_BUF(raw);
	struct host_event event = { 0 };

	if (size > sizeof(raw))
		return 0;
	if (host_event_decode(ykt_bytes(data, size), &event) != YKT_OK) {
		assert(event.aid.data == NULL && event.data.data == NULL);
		return 0;
	}
	host_event_encode(&event, &out);
	assert(ykt_bytes_equal(ykt_buf_view(&out), ykt_bytes(data, size)));

	return 0;
}
