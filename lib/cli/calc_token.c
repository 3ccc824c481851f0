/*
 * Calculation of a token of delegated management.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/calc_priv.h"

#include <ykt/secret.h>

#include "card/gp_token.h"
#include "cli/jsonput.h"

#define KEY_MAX 32

/* The command as it is: its token is taken out, and judged when there is one. */
static enum ykt_status
put_token(struct crypto *crypto, struct calc_args *args, struct ykt_bytes key,
    const struct apdu_cmd *cmd, json_t *object)
{
	uint8_t raw[GP_TOKEN_INPUT_MAX];
	uint8_t raw_out[APDU_SHORT_CMD_MAX];
	struct ykt_buf input = YKT_BUF(raw);
	struct ykt_buf out = YKT_BUF(raw_out);
	uint8_t token[GP_TOKEN_LEN];
	struct ykt_bytes old;
	enum ykt_status status = gp_token_input(cmd, &input, &old);

	if (status != YKT_OK)
		return calc_bad(args, "command: must be an INSTALL or a DELETE, in the clear");
	status = gp_token_make(crypto, key, ykt_buf_view(&input), token);
	if (status == YKT_E_ARG)
		status = calc_bad(args, "key: must have 16, 24 or 32 bytes");
	if (status != YKT_OK)
		return status;
	jsonput_hex(object, "token_input", ykt_buf_view(&input));
	jsonput_hex(object, "token", YKT_BYTES(token));
	if (old.len != 0) {
		bool right = old.len == GP_TOKEN_LEN && ykt_ct_equal(old.data, token, GP_TOKEN_LEN);

		json_object_set_new(object, "token_ok", json_boolean(right));
		return YKT_OK;
	}
	if (gp_token_attach(cmd, token, &out) != YKT_OK)
		return calc_bad(args, "command: too long to carry a token");
	jsonput_hex(object, "command", ykt_buf_view(&out));

	return YKT_OK;
}

enum ykt_status
calc_token(struct crypto *crypto, struct calc_args *args, json_t *object)
{
	uint8_t key_bytes[KEY_MAX];
	uint8_t raw[APDU_SHORT_CMD_MAX];
	struct ykt_buf key = YKT_BUF(key_bytes);
	struct ykt_buf command = YKT_BUF(raw);
	struct apdu_cmd cmd;
	enum ykt_status status = calc_args_bytes(args, "key", 0, &key);

	if (status == YKT_OK)
		status = calc_args_bytes(args, "command", 0, &command);
	if (status == YKT_NOT_FOUND)
		status = calc_bad(args, "key, command: both are needed");
	if (status == YKT_OK && apdu_cmd_decode(ykt_buf_view(&command), &cmd) != YKT_OK)
		status = calc_bad(args, "command: not a command APDU");
	if (status == YKT_OK)
		status = put_token(crypto, args, ykt_buf_view(&key), &cmd, object);
	ykt_wipe(key_bytes, sizeof(key_bytes));

	return status;
}
