/*
 * EXTERNAL AUTHENTICATE of the identity applet: the authority's signature over
 * the challenge before and the element's identity. There is no count of
 * failures: a signature is not guessed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/ident.h"

#include <string.h>

#include "card/ident.h"

_Static_assert(SE_CHALLENGE_LEN == IDENT_CHALLENGE_LEN, "one GET CHALLENGE for all");

uint16_t
se_ident_external(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	struct se_side *side = call->side;
	const uint8_t *entry = se_ident(call);
	uint8_t text[IDENT_EXTERNAL_TEXT];
	struct crypto_sm2_pub authority;
	uint8_t challenge_len = side->challenge_len;
	enum ykt_status status;

	if (cmd->p1 != 0 || cmd->p2 != 0)
		return SW_P1P2;
	if (cmd->data.len != CRYPTO_SM2_SIG_LEN)
		return SW_LENGTH;
	if (!se_ident_has(call, SE_IDENT_HAS_AUTHORITY))
		return SW_DATA_NOT_FOUND;
	side->challenge_len = 0;
	side->rights &= (uint8_t)~SE_RIGHT_EXTERNAL;
	if (challenge_len != IDENT_CHALLENGE_LEN)
		return SW_NO_CHALLENGE;
	ident_external_text(side->challenge, se_home(call->se, SE_HEAD_IDENTITY), text);
	memcpy(authority.xy, entry + SE_IDENT_AUTHORITY, sizeof(authority.xy));
	status = crypto_sm2_verify(
	    call->se->crypto, &authority, ident_id_external, YKT_BYTES(text), cmd->data.data);
	if (status == YKT_E_MAC)
		return SW_SM_WRONG;
	if (status != YKT_OK)
		return SW_EXEC_ERROR;
	side->rights |= SE_RIGHT_EXTERNAL;

	return SW_OK;
}
