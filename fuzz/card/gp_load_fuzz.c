/*
 * gp_load_head_decode() and gp_dap_next(): what is accepted lies within the bytes,
 * comes back the same when it is built again, and a longer file changes nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>

#include "card/gp_load.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ykt_bytes bytes = ykt_bytes(data, len);
	struct gp_load_head head = { .version = 7 };
	struct gp_load_head again;
	enum ykt_status status = gp_load_head_decode(bytes, &head);
	uint8_t raw[GP_PACKAGE_HEAD];
	struct ykt_buf package = YKT_BUF(raw);
	struct gp_dap dap;
	struct ykt_rd rd;
	size_t used = 0;

	if (status != YKT_OK) {
		assert(status == YKT_NOT_FOUND || status == YKT_E_FORMAT);
		assert(head.version == 7 && head.data_at == 0);
		return 0;
	}
	assert(head.data_at <= len && head.block_at < head.data_at);
	gp_package_put(head.version, head.module, &package);
	assert(ykt_bytes_equal(ykt_buf_view(&package),
	    ykt_bytes_sub(bytes, head.block_at, head.data_at - head.block_at)));
	rd = ykt_rd(head.daps);
	while (gp_dap_next(&rd, &dap))
		used += dap.sd.len + dap.signature.len;
	assert(ykt_rd_done(&rd) == YKT_OK && used <= head.daps.len);
	assert(gp_load_head_decode(ykt_bytes(data, head.data_at), &again) == YKT_OK);
	assert(again.data_len == head.data_len && again.version == head.version);
	assert(head.data_at == 0 ||
	       gp_load_head_decode(ykt_bytes(data, head.data_at - 1), &again) == YKT_NOT_FOUND);

	return 0;
}
