/*
 * Refusals: their body, their codes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "wire/error.h"
#include "wire/field.h"

static const struct wire_field wire_error_fields[] = {
	FIELD_TEXT(wire_error, error),
	FIELD_TEXT(wire_error, detail),
	FIELD_TEXT_OPT(wire_error, order_id),
	FIELD_INT_OPT(wire_error, limit_fen, 0, WIRE_FEN_MAX),
};
MESSAGE(wire_error, "error");

static void
copy_cut(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len >= size) {
		len = size - 1;
		/* Not into the middle of a character. */
		while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
			len--;
	}
	memcpy(out, text, len);
	out[len] = '\0';
}

int
wire_error_set(struct wire_error *error, int code, const char *token, const char *detail)
{
	memset(error, 0, sizeof(*error));
	copy_cut(error->error, sizeof(error->error), token);
	copy_cut(error->detail, sizeof(error->detail), detail != NULL ? detail : "");

	return code;
}

enum ykt_status
wire_error_encode(const char *token, const char *detail, struct ykt_buf *json)
{
	struct wire_error error;

	(void)wire_error_set(&error, 0, token, detail);

	return wire_encode(&wire_error_msg, &error, json);
}

enum ykt_status
wire_code_status(int code)
{
	switch (code) {
	case 200:
		return YKT_OK;
	case 401:
		return YKT_LOGIN_NEEDED;
	case 403:
		return YKT_DENIED;
	case 404:
		return YKT_NOT_FOUND;
	case 409:
	case 503:
		return YKT_BUSY;
	case 422:
		return YKT_MISMATCH;
	case 429:
		return YKT_OVER_LIMIT;
	default:
		break;
	}
	if (code >= 400 && code < 500)
		return YKT_REFUSED;

	return code >= 500 && code < 600 ? YKT_UNKNOWN : YKT_E_SERVER;
}

int
wire_status_code(enum ykt_status status)
{
	switch (status) {
	case YKT_OK:
		return 200;
	case YKT_LOGIN_NEEDED:
		return 401;
	case YKT_DENIED:
		return 403;
	case YKT_NOT_FOUND:
		return 404;
	case YKT_BUSY:
	case YKT_CONFLICT:
	case YKT_PENDING:
		return 409;
	case YKT_MISMATCH:
		return 422;
	case YKT_OVER_LIMIT:
		return 429;
	case YKT_REFUSED:
	case YKT_E_FORMAT:
		return 400;
	case YKT_E_NET:
	case YKT_E_NET_UNKNOWN:
	case YKT_E_DEADLINE:
	case YKT_E_DOWN:
	case YKT_E_STORE:
		return 503;
	default:
		return 500;
	}
}
