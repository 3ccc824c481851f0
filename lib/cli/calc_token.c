/*
 * Calculation of a token of delegated management.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/calc_priv.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/gp.h"
#include "card/gp_sign.h"
#include "card/gp_token.h"
#include "cli/jsonput.h"
#include "crypto/sm2.h"

#define KEY_MAX 32

/* What --alg says of the key: aes without it, 3des, or sm2, whose key is the private one. */
static enum ykt_status
get_type(struct calc_args *args, uint8_t *ret_type)
{
	static const struct {
		const char *name;
		uint8_t type;
	} table[] = {
		{ "aes", GP_KEY_TYPE_AES },
		{ "3des", GP_KEY_TYPE_DES },
		{ "sm2", GP_KEY_TYPE_ECC_PRIVATE },
	};
	const char *name = calc_args_has(args, "alg") ? calc_args_text(args, "alg") : table[0].name;

	for (size_t i = 0; i < YKT_ARRAY_LEN(table); i++) {
		if (strcmp(table[i].name, name) != 0)
			continue;
		*ret_type = table[i].type;
		return YKT_OK;
	}

	return calc_bad(args, "alg: must be aes, 3des or sm2");
}

/* The token that the command carries; the public key of an SM2 pair is what checks. */
static enum ykt_status
put_verdict(struct crypto *crypto, const struct gp_sign_key *key, struct ykt_bytes input,
    struct ykt_bytes token, json_t *object)
{
	struct gp_sign_key check = *key;
	struct crypto_sm2_key pair;
	enum ykt_status status = YKT_OK;

	if (key->type == GP_KEY_TYPE_ECC_PRIVATE) {
		status = crypto_sm2_key_set(crypto, key->bytes.data, &pair);
		check = (struct gp_sign_key){ GP_KEY_TYPE_ECC_PUBLIC, YKT_BYTES(pair.pub.xy) };
	}
	if (status == YKT_OK)
		status = gp_sign_check(crypto, &check, input, token);
	if (status == YKT_OK || status == YKT_E_MAC) {
		json_object_set_new(object, "token_ok", json_boolean(status == YKT_OK));
		status = YKT_OK;
	}
	ykt_wipe(&pair, sizeof(pair));

	return status;
}

/* The command as it is: its token is taken out, and judged when there is one. */
static enum ykt_status
put_token(struct crypto *crypto, struct calc_args *args, const struct gp_sign_key *key,
    const struct apdu_cmd *cmd, json_t *object)
{
	uint8_t raw[GP_TOKEN_INPUT_MAX];
	uint8_t raw_out[APDU_SHORT_CMD_MAX], raw_token[GP_SIGN_MAX];
	struct ykt_buf input = YKT_BUF(raw);
	struct ykt_buf out = YKT_BUF(raw_out);
	struct ykt_buf token = YKT_BUF(raw_token);
	struct ykt_bytes old;
	enum ykt_status status = gp_token_input(cmd, &input, &old);

	if (status != YKT_OK)
		return calc_bad(args, "command: must be an INSTALL or a DELETE, in the clear");
	status = gp_sign_make(crypto, key, ykt_buf_view(&input), &token);
	if (status == YKT_E_ARG || status == YKT_E_KEY)
		status = calc_bad(
		    args, "key: 16, 24 or 32 bytes of AES, 16 of 3DES, 32 of a private SM2 key");
	if (status != YKT_OK)
		return status;
	jsonput_hex(object, "token_input", ykt_buf_view(&input));
	jsonput_hex(object, "token", ykt_buf_view(&token));
	if (old.len != 0)
		return put_verdict(crypto, key, ykt_buf_view(&input), old, object);
	if (gp_token_attach(cmd, ykt_buf_view(&token), &out) != YKT_OK)
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
	struct gp_sign_key sign_key;
	struct apdu_cmd cmd;
	enum ykt_status status = calc_args_bytes(args, "key", 0, &key);

	if (status == YKT_OK)
		status = calc_args_bytes(args, "command", 0, &command);
	if (status == YKT_NOT_FOUND)
		status = calc_bad(args, "key, command: both are needed");
	if (status == YKT_OK && apdu_cmd_decode(ykt_buf_view(&command), &cmd) != YKT_OK)
		status = calc_bad(args, "command: not a command APDU");
	if (status == YKT_OK)
		status = get_type(args, &sign_key.type);
	sign_key.bytes = ykt_buf_view(&key);
	if (status == YKT_OK)
		status = put_token(crypto, args, &sign_key, &cmd, object);
	ykt_wipe(key_bytes, sizeof(key_bytes));

	return status;
}
