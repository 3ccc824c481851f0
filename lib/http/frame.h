/*
 * The framed connection: the second transport of 5.1.2.2 b) beside HTTPS, a
 * dedicated protocol of this project. TLS as HTTPS has it; inside, frames:
 *
 *   request  length(4) | method(1) | path length(2) | path | body
 *   answer   length(4) | code(2) | body
 *
 * length counts what follows it. The top bit of code says that the server ends the
 * connection with this answer. Numbers are big-endian, method is 0 for GET and
 * 1 for POST. One request at a time goes over a connection, its answer comes
 * before the next; there are no headers, so that there is nothing in them that two
 * readers could understand differently. What a path, a body and a code may be is
 * as with HTTPS.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HTTP_FRAME_H
#define HTTP_FRAME_H

#include <stdbool.h>

#include <ykt/driver/http.h>

#define FRAME_LEN          4
#define FRAME_REQUEST_HEAD 3
#define FRAME_ANSWER_HEAD  2
#define FRAME_REQUEST_MAX  (FRAME_REQUEST_HEAD + YKT_HTTP_PATH_MAX - 1 + YKT_HTTP_BODY_MAX)
#define FRAME_ANSWER_MAX   (FRAME_ANSWER_HEAD + YKT_HTTP_BODY_MAX)

/* Appends length and head of a request; path and body follow as they are. */
void frame_request_head(const struct ykt_http_request *req, struct ykt_buf *out);
void frame_answer_head(int code, bool last, size_t body_len, struct ykt_buf *out);

/*
 * What the head of a request says; path_len and body_len of bytes follow it.
 * frame_len is what the length said. YKT_E_FORMAT: no such method, an empty or
 * over-long path, or less than that in the frame.
 */
YKT_MUST_USE enum ykt_status frame_request_read(const uint8_t head[FRAME_REQUEST_HEAD],
    size_t frame_len, enum ykt_http_method *ret_method, size_t *ret_path_len, size_t *ret_body_len);

/* YKT_E_FORMAT: a code outside 100 to 599, or a frame that is none. */
YKT_MUST_USE enum ykt_status frame_answer_read(const uint8_t head[FRAME_ANSWER_HEAD],
    size_t frame_len, int *ret_code, bool *ret_last, size_t *ret_body_len);

#endif
