/*
 * Tokens (GP231 9.2, C.4): a domain that manages by delegation shows for each
 * change of the registry that the issuer agreed to just this one.
 *
 * The key is the issuer's, AES, version 70, identifier 1. A token is for a
 * command and not for a time: the same one is good again, which the issuer
 * limits by the AIDs it names.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <ykt/secret.h>

#include "card/gp.h"
#include "card/gp_token.h"

#define TOKEN_KEY_ID 1

uint16_t
se_token_check(const struct se_call *call)
{
	uint8_t self = call->side->scp.sd;
	const uint8_t *own = se_home(call->se, (uint32_t)SE_SD_OFF(self) + SE_SD_PRIVILEGES);
	const uint8_t *key = se_sd_key(call->se, 0, GP_TOKEN_KVN, TOKEN_KEY_ID);
	uint8_t bytes[GP_TOKEN_INPUT_MAX], right[GP_TOKEN_LEN];
	struct ykt_buf input = YKT_BUF(bytes);
	struct ykt_bytes token;
	uint16_t sw = SW_OK;

	/* Others may, or may not, for themselves: se_sd_manages() says. */
	if (self == 0 || (own[0] & GP_PRIV_DELEGATED) != GP_PRIV_DELEGATED ||
	    (own[1] & GP_PRIV2_AUTHORIZED) != 0)
		return SW_OK;
	if (gp_token_input(call->cmd, &input, &token) != YKT_OK)
		return SW_DATA;
	if (key == NULL || key[SE_SD_KEY_TYPE] != GP_KEY_TYPE_AES || token.len == 0)
		return SW_CONDITIONS;
	if (gp_token_make(call->se->crypto, ykt_bytes(key + SE_SD_KEY_VALUE, key[SE_SD_KEY_LEN]),
		ykt_buf_view(&input), right) != YKT_OK)
		sw = SW_EXEC_ERROR;
	else if (token.len != GP_TOKEN_LEN || !ykt_ct_equal(token.data, right, GP_TOKEN_LEN))
		sw = SW_SECURITY;
	ykt_wipe(right, sizeof(right));

	return sw;
}
