/*
 * The body of every refusal, and its tokens.
 *
 * Codes (docs/protocol.md section 1): 400 malformed, 401 no or ended session,
 * 403 not allowed, 404 no such thing, 405 method, 409 in progress or held, 413
 * too large, 422 same key with other content, 429 too often, 500 our fault, 503
 * busy or a part behind is down.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_ERROR_H
#define WIRE_ERROR_H

#include "wire/json.h"

/* The tokens that more than one room uses; a room may have its own besides. */
#define WIRE_ERR_MALFORMED    "malformed"    /* 400 */
#define WIRE_ERR_CLOCK        "clock"        /* 400, time off by more than 10 minutes */
#define WIRE_ERR_UNKNOWN_OP   "unknown_op"   /* 400 */
#define WIRE_ERR_SEAL         "seal"         /* 403, one answer for every bad seal */
#define WIRE_ERR_NO_SESSION   "no_session"   /* 401 */
#define WIRE_ERR_LOGIN_FAILED "login_failed" /* 401 */
#define WIRE_ERR_OTP_WRONG    "otp_wrong"    /* 403 */
#define WIRE_ERR_FORBIDDEN    "forbidden"    /* 403 */
#define WIRE_ERR_NOT_FOUND    "not_found"    /* 404 */
#define WIRE_ERR_METHOD       "method"       /* 405 */
#define WIRE_ERR_REPLAY       "replay"       /* 409 */
#define WIRE_ERR_HELD         "held"         /* 409, order_id names the holder */
#define WIRE_ERR_IN_PROGRESS  "in_progress"  /* 409 */
#define WIRE_ERR_TOO_LARGE    "too_large"    /* 413 */
#define WIRE_ERR_MISMATCH     "mismatch"     /* 422 */
#define WIRE_ERR_TOO_OFTEN    "too_often"    /* 429 */
#define WIRE_ERR_INTERNAL     "internal"     /* 500 */
#define WIRE_ERR_BUSY         "busy"         /* 503 */

struct wire_error {
	char error[33];
	char detail[161]; /* English, for logs; never a secret */
	bool has_order_id;
	char order_id[33];
	bool has_limit_fen; /* of cap: what may be held at most */
	int64_t limit_fen;
};
extern const struct wire_message wire_error_msg;

/*
 * Fills *error with token and detail (cut to what fits; NULL for none), without
 * an order. Gives back code, so that a handler ends in
 * return wire_error_set(error, 404, WIRE_ERR_NOT_FOUND, "no such order").
 */
int wire_error_set(struct wire_error *error, int code, const char *token, const char *detail);

/* Appends the body of a refusal; as wire_encode(). */
YKT_MUST_USE enum ykt_status
wire_error_encode(const char *token, const char *detail, struct ykt_buf *json);

/*
 * An answer's code as a status: 200 OK, 401 LOGIN_NEEDED, 403 DENIED, 404
 * NOT_FOUND, 409 and 503 BUSY, 422 MISMATCH, 429 OVER_LIMIT, any other 4xx
 * REFUSED, any other 5xx UNKNOWN, all else YKT_E_SERVER.
 */
enum ykt_status wire_code_status(int code);

/* The way back, for a server that passes on what a part behind it said. */
int wire_status_code(enum ykt_status status);

#endif
