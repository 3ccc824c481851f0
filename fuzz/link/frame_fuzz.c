/*
 * se_frame_decode() and se_frame_encode(): whatever a reader sends, frame after
 * frame, stays inside what came and comes back the same.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "fuzz.h"
#include "link/se_frame.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static uint8_t again[SE_FRAME_MAX];
	struct ykt_bytes left = ykt_bytes(data, len);

	while (left.len > 0) {
		struct ykt_buf out = YKT_BUF(again);
		struct se_frame frame = { .apdu = { NULL, 77 } };
		const uint8_t control_byte = 0;
		struct ykt_bytes content = { &control_byte, 1 };
		uint8_t control;
		size_t used = 0;
		enum ykt_status status = se_frame_decode(left, &frame, &used);

		if (status != YKT_OK) {
			assert(status == YKT_PENDING || status == YKT_E_FORMAT);
			assert(used == 0 && frame.apdu.len == 77);
			return 0;
		}
		assert(used > SE_FRAME_HEAD && used <= left.len);
		if (frame.kind == SE_FRAME_CONTROL) {
			control = (uint8_t)frame.control;
			content.data = &control;
		} else {
			content = frame.apdu;
			assert(content.data == left.data + SE_FRAME_HEAD);
		}
		assert(se_frame_encode(content, &out) == YKT_OK);
		assert(ykt_bytes_equal(ykt_buf_view(&out), ykt_bytes_sub(left, 0, used)));
		left = ykt_bytes_sub(left, used, left.len);
	}
	return 0;
}
