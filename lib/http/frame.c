/*
 * Frames of the second transport.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/frame.h"

#include <string.h>

#define LAST 0x8000

void
frame_request_head(const struct ykt_http_request *req, struct ykt_buf *out)
{
	const size_t path_len = strlen(req->path);

	ykt_put_u32(out, (uint32_t)(FRAME_REQUEST_HEAD + path_len + req->body.len));
	ykt_put_u8(out, req->method == YKT_HTTP_POST ? 1 : 0);
	ykt_put_u16(out, (uint16_t)path_len);
}

void
frame_answer_head(int code, bool last, size_t body_len, struct ykt_buf *out)
{
	ykt_put_u32(out, (uint32_t)(FRAME_ANSWER_HEAD + body_len));
	ykt_put_u16(out, (uint16_t)(last ? code | LAST : code));
}

enum ykt_status
frame_request_read(const uint8_t head[FRAME_REQUEST_HEAD], size_t frame_len,
    enum ykt_http_method *ret_method, size_t *ret_path_len, size_t *ret_body_len)
{
	const size_t path_len = ykt_get_u16(head + 1);

	if (head[0] > 1 || path_len == 0 || path_len >= YKT_HTTP_PATH_MAX ||
	    frame_len < FRAME_REQUEST_HEAD + path_len)
		return YKT_E_FORMAT;
	*ret_method = head[0] == 1 ? YKT_HTTP_POST : YKT_HTTP_GET;
	*ret_path_len = path_len;
	*ret_body_len = frame_len - FRAME_REQUEST_HEAD - path_len;

	return YKT_OK;
}

enum ykt_status
frame_answer_read(const uint8_t head[FRAME_ANSWER_HEAD], size_t frame_len, int *ret_code,
    bool *ret_last, size_t *ret_body_len)
{
	const unsigned word = ykt_get_u16(head);
	const int code = (int)(word & ~(unsigned)LAST);

	if (frame_len < FRAME_ANSWER_HEAD || code < 100 || code > 599)
		return YKT_E_FORMAT;
	*ret_code = code;
	*ret_last = (word & LAST) != 0;
	*ret_body_len = frame_len - FRAME_ANSWER_HEAD;

	return YKT_OK;
}
