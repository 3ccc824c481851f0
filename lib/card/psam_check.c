/*
 * The PSAM's check of a transaction proof.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/psam_check.h"

#include <string.h>

void
psam_check_build(uint32_t terminal_seq, const uint8_t mac2[PURSE_MAC_LEN], struct ykt_buf *out)
{
	uint8_t data[4 + PURSE_MAC_LEN];
	struct apdu_cmd cmd = { .cla = 0x80, .ins = PSAM_INS_CHECK, .data = YKT_BYTES(data) };

	ykt_set_u32(data, terminal_seq);
	memcpy(data + 4, mac2, PURSE_MAC_LEN);
	apdu_cmd_encode(&cmd, out);
}

enum ykt_status
psam_check_decode(
    const struct apdu_cmd *cmd, uint32_t *ret_terminal_seq, uint8_t ret_mac2[PURSE_MAC_LEN])
{
	if (cmd->data.len != 4 + PURSE_MAC_LEN)
		return YKT_E_FORMAT;
	*ret_terminal_seq = ykt_get_u32(cmd->data.data);
	memcpy(ret_mac2, cmd->data.data + 4, PURSE_MAC_LEN);
	return YKT_OK;
}
