/*
 * crs_entry_next(): whatever a card answers, entries point into it and are
 * written again as they were read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "card/crs.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ykt_rd rd = ykt_rd(ykt_bytes(data, len));
	struct crs_entry entry;

	while (crs_entry_next(&rd, &entry)) {
		uint8_t space[64];
		struct ykt_buf out = YKT_BUF(space);
		struct crs_entry again;
		struct ykt_rd back;

		assert(entry.aid.data > data && entry.aid.data + entry.aid.len <= data + len);
		assert(entry.aid.len >= CRS_NAME_MIN && entry.aid.len <= CRS_NAME_MAX);
		crs_entry_encode(&entry, true, &out);
		assert(!out.full);
		back = ykt_rd(ykt_buf_view(&out));
		assert(crs_entry_next(&back, &again));
		assert(ykt_bytes_equal(entry.aid, again.aid) && entry.life == again.life &&
		       entry.air == again.air && entry.preferred == again.preferred);
	}

	return 0;
}
