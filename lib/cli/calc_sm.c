/*
 * Calculation: the MAC of secure messaging.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/calc_priv.h"

#include <ykt/secret.h>

#include "card/apdu.h"
#include "cli/jsonput.h"

#define SM_INPUT_MAX 512

/*
 * The MAC's input from a command without its MAC. Lc may count the MAC already
 * or not.
 */
static enum ykt_status
sm_input(struct calc_args *args, struct ykt_buf *input)
{
	size_t data_len;
	size_t lc;
	enum ykt_status status = calc_args_bytes(args, "command", 0, input);

	if (status == YKT_NOT_FOUND)
		return YKT_E_FORMAT;
	if (status != YKT_OK)
		return status;
	if (input->len == APDU_HEADER_LEN)
		ykt_put_u8(input, 0);
	if (input->len <= APDU_HEADER_LEN)
		return calc_bad(args, "command: too short");

	data_len = input->len - APDU_HEADER_LEN - 1;
	lc = input->data[APDU_HEADER_LEN];
	if ((lc != data_len && lc != data_len + PURSE_MAC_LEN) ||
	    data_len + PURSE_MAC_LEN > APDU_SHORT_DATA_MAX)
		return calc_bad(args, "command: its length does not agree with its data");
	input->data[APDU_HEADER_LEN] = (uint8_t)(data_len + PURSE_MAC_LEN);

	return YKT_OK;
}

enum ykt_status
calc_sm_mac(struct crypto *crypto, struct calc_args *args, json_t *object)
{
	uint8_t key[PURSE_KEY_LEN] = { 0 };
	uint8_t challenge_raw[16];
	uint8_t input_raw[SM_INPUT_MAX];
	struct ykt_buf challenge = YKT_BUF(challenge_raw);
	struct ykt_buf input = YKT_BUF(input_raw);
	uint8_t mac[PURSE_MAC_LEN];
	enum purse_alg alg;
	enum ykt_status status = calc_get_alg(args, object, &alg);

	if (status == YKT_OK)
		status = calc_get_key(crypto, args, alg, "key", key);
	if (status == YKT_OK)
		status = calc_args_bytes(args, "challenge", 0, &challenge);
	if (status == YKT_OK && calc_args_has(args, "data"))
		status = calc_args_bytes(args, "data", 0, &input);
	else if (status == YKT_OK)
		status = sm_input(args, &input);
	if (status == YKT_OK) {
		status = purse_sm_mac(
		    crypto, alg, key, ykt_buf_view(&challenge), ykt_buf_view(&input), mac);
		if (status == YKT_E_ARG)
			status = calc_bad(args, "challenge: too long");
	}
	if (status == YKT_OK) {
		jsonput_hex(object, "mac_input", ykt_buf_view(&input));
		jsonput_hex(object, "MAC", YKT_BYTES(mac));
		ykt_put_mem(&input, mac, sizeof(mac));
		if (!calc_args_has(args, "data"))
			jsonput_hex(object, "command", ykt_buf_view(&input));
	}
	ykt_wipe(key, sizeof(key));

	return status == YKT_NOT_FOUND ? YKT_E_FORMAT : status;
}
