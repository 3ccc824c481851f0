/*
 * Heads of frames: what they say never passes what the frame holds, and what is
 * read is written again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "fuzz.h"
#include "http/frame.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	enum ykt_http_method method = YKT_HTTP_GET;
	size_t path_len = 0;
	size_t body_len = 0;
	bool last = false;
	size_t frame_len;
	int code = 0;

	if (len < FRAME_LEN + FRAME_REQUEST_HEAD)
		return 0;
	frame_len = ykt_get_u32(data);
	if (frame_request_read(data + FRAME_LEN, frame_len, &method, &path_len, &body_len) ==
	    YKT_OK) {
		assert(path_len > 0 && path_len < YKT_HTTP_PATH_MAX);
		assert(FRAME_REQUEST_HEAD + path_len + body_len == frame_len);
	}
	if (frame_answer_read(data + FRAME_LEN, frame_len, &code, &last, &body_len) == YKT_OK) {
		uint8_t space[FRAME_LEN + FRAME_ANSWER_HEAD];
		struct ykt_buf out = YKT_BUF(space);

		frame_answer_head(code, last, body_len, &out);
		assert(ykt_bytes_equal(ykt_buf_view(&out), ykt_bytes(data, sizeof(space))));
	}

	return 0;
}
