/*
 * ykt_hex_decode() and ykt_hex_encode(): what is accepted comes back the same,
 * what is refused leaves the output alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <ykt/hex.h>

#include "fuzz.h"

#define OUT_MAX 64

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t raw[OUT_MAX] = { 0xA5 };
	uint8_t again[OUT_MAX];
	char text[2 * OUT_MAX + 1];
	struct ykt_buf out = YKT_BUF(raw);
	struct ykt_buf back = YKT_BUF(again);
	enum ykt_status status = ykt_hex_decode((const char *)data, len, &out);

	if (status != YKT_OK) {
		assert(status == YKT_E_FORMAT || status == YKT_E_SPACE);
		assert(out.len == 0 && !out.full && raw[0] == 0xA5);
		return 0;
	}

	assert(out.len <= len / 2);
	ykt_hex_encode(ykt_buf_view(&out), text);
	assert(strlen(text) == 2 * out.len);
	status = ykt_hex_decode(text, strlen(text), &back);
	assert(status == YKT_OK);
	assert(ykt_bytes_equal(ykt_buf_view(&out), ykt_buf_view(&back)));

	return 0;
}
