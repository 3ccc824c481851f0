/*
 * Command and response APDUs, ISO 7816-4 5.2 (short and extended lengths).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/apdu.h"

/* Ne of a present Le field: zero stands for the maximum. */
static uint32_t
ne_from_field(uint32_t field, uint32_t max)
{
	return field != 0 ? field : max;
}

/* What follows the header, when the first length byte is not zero or is alone. */
static void
body_short(struct ykt_rd *rd, struct apdu_cmd *cmd)
{
	uint8_t first = ykt_rd_u8(rd);

	if (rd->left == 0) {
		cmd->ne = ne_from_field(first, APDU_SHORT_NE_MAX);
		return;
	}

	cmd->data = ykt_rd_take(rd, first);
	if (rd->left != 0)
		cmd->ne = ne_from_field(ykt_rd_u8(rd), APDU_SHORT_NE_MAX);
}

/* What follows the header, when the first length byte is a zero with more. */
static void
body_extended(struct ykt_rd *rd, struct apdu_cmd *cmd)
{
	uint16_t first;

	cmd->extended = true;
	(void)ykt_rd_u8(rd);
	first = ykt_rd_u16(rd);
	if (rd->left == 0) {
		cmd->ne = ne_from_field(first, APDU_EXTENDED_NE_MAX);
		return;
	}

	if (first == 0)
		rd->bad = true;
	cmd->data = ykt_rd_take(rd, first);
	if (rd->left != 0)
		cmd->ne = ne_from_field(ykt_rd_u16(rd), APDU_EXTENDED_NE_MAX);
}

enum ykt_status
apdu_cmd_decode(struct ykt_bytes bytes, struct apdu_cmd *ret_cmd)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct ykt_bytes head = ykt_rd_take(&rd, APDU_HEADER_LEN);
	struct apdu_cmd cmd = { 0 };
	enum ykt_status status;

	if (rd.bad)
		return YKT_E_FORMAT;
	cmd.cla = head.data[0];
	cmd.ins = head.data[1];
	cmd.p1 = head.data[2];
	cmd.p2 = head.data[3];
	if (rd.left > 1 && rd.p[0] == 0)
		body_extended(&rd, &cmd);
	else if (rd.left > 0)
		body_short(&rd, &cmd);

	status = ykt_rd_done(&rd);
	if (status == YKT_OK)
		*ret_cmd = cmd;

	return status;
}

void
apdu_cmd_encode(const struct apdu_cmd *cmd, struct ykt_buf *out)
{
	bool extended =
	    cmd->extended || cmd->data.len > APDU_SHORT_DATA_MAX || cmd->ne > APDU_SHORT_NE_MAX;

	if (cmd->data.len > APDU_EXTENDED_DATA_MAX || cmd->ne > APDU_EXTENDED_NE_MAX) {
		out->full = true;
		return;
	}

	ykt_put_u8(out, cmd->cla);
	ykt_put_u8(out, cmd->ins);
	ykt_put_u8(out, cmd->p1);
	ykt_put_u8(out, cmd->p2);
	if (extended && (cmd->data.len != 0 || cmd->ne != 0))
		ykt_put_u8(out, 0);
	if (cmd->data.len != 0) {
		if (extended)
			ykt_put_u16(out, (uint16_t)cmd->data.len);
		else
			ykt_put_u8(out, (uint8_t)cmd->data.len);
		ykt_put(out, cmd->data);
	}
	if (cmd->ne != 0) {
		/* The maximum does not fit and wraps to the zero that stands for it. */
		if (extended)
			ykt_put_u16(out, (uint16_t)(cmd->ne & 0xFFFF));
		else
			ykt_put_u8(out, (uint8_t)(cmd->ne & 0xFF));
	}
}

void
apdu_cmd_shorten(struct apdu_cmd *cmd)
{
	if (cmd->data.len > APDU_SHORT_DATA_MAX)
		return;
	cmd->extended = false;
	if (cmd->ne > APDU_SHORT_NE_MAX)
		cmd->ne = APDU_SHORT_NE_MAX;
}

enum ykt_status
apdu_rsp_decode(struct ykt_bytes bytes, struct apdu_rsp *ret_rsp)
{
	if (bytes.len < APDU_SW_LEN || bytes.len > APDU_EXTENDED_NE_MAX + APDU_SW_LEN)
		return YKT_E_FORMAT;

	ret_rsp->data = ykt_bytes_sub(bytes, 0, bytes.len - APDU_SW_LEN);
	ret_rsp->sw = ykt_get_u16(bytes.data + bytes.len - APDU_SW_LEN);

	return YKT_OK;
}

void
apdu_rsp_encode(const struct apdu_rsp *rsp, struct ykt_buf *out)
{
	ykt_put(out, rsp->data);
	ykt_put_u16(out, rsp->sw);
}
