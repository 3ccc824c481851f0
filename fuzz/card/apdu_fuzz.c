/*
 * apdu_cmd_decode() and apdu_rsp_decode(): what is accepted comes back the same
 * when it is written again, what is refused leaves the output alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "card/apdu.h"
#include "fuzz.h"

#define OUT_MAX 70000

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static uint8_t raw[OUT_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	struct apdu_cmd cmd = { .cla = 0x5A };
	struct apdu_rsp rsp = { .sw = 0x1234 };
	struct ykt_bytes in = ykt_bytes(data, len);

	if (apdu_cmd_decode(in, &cmd) == YKT_OK) {
		apdu_cmd_encode(&cmd, &out);
		assert(ykt_bytes_equal(ykt_buf_view(&out), in));
	} else {
		assert(cmd.cla == 0x5A && cmd.data.data == NULL);
	}

	out.len = 0;
	if (apdu_rsp_decode(in, &rsp) == YKT_OK) {
		apdu_rsp_encode(&rsp, &out);
		assert(ykt_bytes_equal(ykt_buf_view(&out), in));
	} else {
		assert(rsp.sw == 0x1234);
	}

	return 0;
}
