/*
 * Tokens of delegated management.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/gp_token.h"

#include "card/gp.h"
#include "card/tlv.h"

#define TAG_TOKEN      0x9E
#define FIELDS_LOAD    5
#define FIELDS_INSTALL 6

/* The length of the fields before the token; false when they do not add up. */
static bool
split_install(const struct apdu_cmd *cmd, size_t *ret_len, struct ykt_bytes *ret_token)
{
	size_t count = cmd->p1 == GP_INSTALL_LOAD ? FIELDS_LOAD : FIELDS_INSTALL;
	struct ykt_rd rd = ykt_rd(cmd->data);

	for (size_t i = 0; i + 1 < count; i++)
		(void)tlv_rd_lv(&rd);
	if (rd.bad)
		return false;
	*ret_len = cmd->data.len - rd.left;
	*ret_token = tlv_rd_lv(&rd);

	return ykt_rd_done(&rd) == YKT_OK;
}

static bool
split_delete(const struct apdu_cmd *cmd, size_t *ret_len, struct ykt_bytes *ret_token)
{
	struct ykt_rd rd = ykt_rd(cmd->data);
	size_t before = 0;
	struct tlv tlv;

	*ret_len = cmd->data.len;
	*ret_token = ykt_bytes(NULL, 0);
	while (tlv_next(&rd, &tlv)) {
		if (tlv.tag == TAG_TOKEN) {
			*ret_len = before;
			*ret_token = tlv.value;
			return ykt_rd_done(&rd) == YKT_OK;
		}
		before = cmd->data.len - rd.left;
	}

	return ykt_rd_done(&rd) == YKT_OK && cmd->data.len > 0;
}

static bool
split(const struct apdu_cmd *cmd, size_t *ret_len, struct ykt_bytes *ret_token)
{
	if (cmd->extended || (cmd->cla & ~APDU_CLA_CHANNEL_MASK) != GP_CLA)
		return false;
	if (cmd->ins == GP_INS_INSTALL)
		return split_install(cmd, ret_len, ret_token);

	return cmd->ins == GP_INS_DELETE && split_delete(cmd, ret_len, ret_token);
}

enum ykt_status
gp_token_input(const struct apdu_cmd *cmd, struct ykt_buf *out, struct ykt_bytes *ret_token)
{
	struct ykt_bytes token;
	size_t len;

	if (!split(cmd, &len, &token))
		return YKT_E_FORMAT;
	ykt_put_u8(out, cmd->p1);
	ykt_put_u8(out, cmd->p2);
	ykt_put_u8(out, (uint8_t)len);
	ykt_put(out, ykt_bytes_sub(cmd->data, 0, len));
	*ret_token = token;

	return YKT_OK;
}

enum ykt_status
gp_token_attach(const struct apdu_cmd *cmd, struct ykt_bytes token, struct ykt_buf *out)
{
	uint8_t raw[APDU_SHORT_DATA_MAX];
	struct ykt_buf data = YKT_BUF(raw);
	struct apdu_cmd with = *cmd;
	struct ykt_bytes old;
	size_t len;

	if (!split(cmd, &len, &old))
		return YKT_E_FORMAT;
	ykt_put(&data, ykt_bytes_sub(cmd->data, 0, len));
	if (cmd->ins == GP_INS_DELETE)
		ykt_put_u8(&data, TAG_TOKEN);
	tlv_put_len(&data, token.len);
	ykt_put(&data, token);
	if (data.full)
		return YKT_E_SPACE;
	with.data = ykt_buf_view(&data);
	apdu_cmd_encode(&with, out);

	return ykt_buf_done(out);
}
