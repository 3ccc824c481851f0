/*
 * Tokens and receipts (GP231 9.2, 11.1.6, C.4, C.5): a domain that manages by
 * delegation shows for each change of the registry that the issuer agreed to just
 * this one, and gets back what shows the issuer that it was done.
 *
 * Both keys are the issuer's, versions 70 and 71, identifier 1. A token is for a
 * command and not for a time: the same one is good again, which the issuer limits
 * by the AIDs it names. Receipts are numbered by one counter of the card, in the
 * commit of the change; without their key there are none, and when the counter has
 * come to its end nothing is done by delegation any more.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <ykt/secret.h>

#include "card/gp.h"
#include "card/gp_receipt.h"
#include "card/gp_token.h"

#define KEY_ID      1
#define COUNTER_MAX 0xFFFFu

static bool
by_delegation(const struct se_call *call)
{
	uint8_t self = call->side->scp.sd;
	const uint8_t *own = se_home(call->se, (uint32_t)SE_SD_OFF(self) + SE_SD_PRIVILEGES);

	/* Others may, or may not, for themselves: se_sd_manages() says. */
	return self != 0 && (own[0] & GP_PRIV_DELEGATED) == GP_PRIV_DELEGATED &&
	       (own[1] & GP_PRIV2_AUTHORIZED) == 0;
}

uint16_t
se_token_check(const struct se_call *call)
{
	uint8_t bytes[GP_TOKEN_INPUT_MAX], key_bytes[GP_SIGN_KEY_MAX];
	struct ykt_buf input = YKT_BUF(bytes);
	struct gp_sign_key key;
	struct ykt_bytes token;
	enum ykt_status status;

	if (!by_delegation(call))
		return SW_OK;
	if (gp_token_input(call->cmd, &input, &token) != YKT_OK)
		return SW_DATA;
	if (token.len == 0 || !se_sd_sign_key(call->se, 0, GP_TOKEN_KVN, KEY_ID, key_bytes, &key))
		return SW_CONDITIONS;
	status = gp_sign_check(call->se->crypto, &key, ykt_buf_view(&input), token);
	ykt_wipe(key_bytes, sizeof(key_bytes));
	if (status == YKT_E_MAC)
		return SW_SECURITY;

	return status == YKT_OK ? SW_OK : SW_EXEC_ERROR;
}

/* The receipt and its confirmation, as the answer has them. */
static uint16_t
make_receipt(struct se *se, const struct gp_sign_key *key, uint16_t counter,
    const struct ykt_bytes *fields, size_t count, struct ykt_buf *out)
{
	uint8_t bytes[GP_CONFIRMATION_MAX], input_bytes[GP_RECEIPT_INPUT_MAX];
	uint8_t mac_bytes[GP_SIGN_MAC_MAX], number_bytes[GP_RECEIPT_NUMBER_MAX];
	struct ykt_buf confirmation = YKT_BUF(bytes);
	struct ykt_buf input = YKT_BUF(input_bytes);
	struct ykt_buf mac = YKT_BUF(mac_bytes);
	struct ykt_buf number = YKT_BUF(number_bytes);

	ykt_put(&number, se_sd_number(se, 0, SE_NUMBER_IIN));
	ykt_put(&number, se_sd_number(se, 0, SE_NUMBER_CIN));
	gp_confirmation_put(counter, ykt_buf_view(&number), &confirmation);
	gp_receipt_input_put(ykt_buf_view(&confirmation), fields, count, &input);
	if (ykt_buf_done(&input) != YKT_OK ||
	    gp_sign_make(se->crypto, key, ykt_buf_view(&input), &mac) != YKT_OK)
		return SW_EXEC_ERROR;
	ykt_put_u8(out, (uint8_t)mac.len);
	ykt_put(out, ykt_buf_view(&mac));
	ykt_put(out, ykt_buf_view(&confirmation));

	return SW_OK;
}

uint16_t
se_receipt_commit(struct se_call *call, const struct ykt_bytes *fields, size_t count)
{
	uint16_t counter = ykt_get_u16(se_home(call->se, SE_CONFIRMATIONS));
	uint8_t key_bytes[GP_SIGN_KEY_MAX], bytes[1 + GP_SIGN_MAC_MAX + GP_CONFIRMATION_MAX];
	struct ykt_buf answer = YKT_BUF(bytes);
	struct gp_sign_key key;
	uint8_t next[2];
	uint16_t sw = SW_OK;

	if (by_delegation(call) &&
	    se_sd_sign_key(call->se, 0, GP_RECEIPT_KVN, KEY_ID, key_bytes, &key)) {
		if (counter == COUNTER_MAX)
			sw = SW_CONDITIONS;
		else
			sw = make_receipt(
			    call->se, &key, (uint16_t)(counter + 1), fields, count, &answer);
		ykt_set_u16(next, (uint16_t)(counter + 1));
		se_tx_put(call->se, SE_CONFIRMATIONS, YKT_BYTES(next));
		ykt_wipe(key_bytes, sizeof(key_bytes));
	} else {
		ykt_put_u8(&answer, 0);
	}
	if (sw == SW_OK)
		sw = se_tx_commit(call->se);
	if (sw == SW_OK)
		ykt_put(call->out, ykt_buf_view(&answer));

	return sw;
}
