/*
 * The purse's commands and answers: the tap, its proof, and the PSAM's part.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/purse_cmd.h"

#define P1_DEBIT          0x01
#define PROOF_DATA_LEN    2
#define PROOF_RSP_LEN     8
#define MAC1_FIXED_LEN    0x14
#define MAC1_DATA_MAX     (MAC1_FIXED_LEN + PSAM_FACTORS_MAX * PURSE_FACTOR_LEN)
#define MAC1_RSP_LEN      8
#define TERMINAL_SFI      0x16
#define TERMINAL_FILE_LEN PURSE_TERMINAL_LEN
#define CAPP_P2_LOW       0x07

static void
build(uint8_t ins, uint8_t p1, uint8_t p2, struct ykt_bytes data, uint32_t ne, struct ykt_buf *out)
{
	const struct apdu_cmd cmd = { PURSE_CLA, ins, p1, p2, data, ne, false };

	apdu_cmd_encode(&cmd, out);
}

void
purse_capp_update_build(uint8_t sfi, struct ykt_bytes record, struct ykt_buf *out)
{
	uint8_t p1 = 0;

	if (sfi == PURSE_SFI_JOURNEY && record.len >= 2)
		p1 = record.data[1];
	build(PURSE_INS_UPDATE_CAPP, p1, (uint8_t)(sfi << 3), record, 0, out);
}

enum ykt_status
purse_capp_update_decode(const struct apdu_cmd *cmd, struct purse_capp_update *ret_update)
{
	unsigned low = cmd->p2 & CAPP_P2_LOW;

	if (low != 0 && low != 3 && low != 4)
		return YKT_E_ARG;
	if (cmd->data.len == 0)
		return YKT_E_FORMAT;

	ret_update->p1 = cmd->p1;
	ret_update->sfi = cmd->p2 >> 3;
	ret_update->record = cmd->data;

	return YKT_OK;
}

void
purse_debit_build(const struct purse_debit *debit, struct ykt_buf *out)
{
	uint8_t raw[4 + PURSE_DATETIME_LEN + PURSE_MAC_LEN];
	struct ykt_buf data = YKT_BUF(raw);

	ykt_put_u32(&data, debit->terminal_seq);
	ykt_put_mem(&data, debit->datetime, PURSE_DATETIME_LEN);
	ykt_put_mem(&data, debit->mac1, PURSE_MAC_LEN);
	build(PURSE_INS_DEBIT, P1_DEBIT, 0, ykt_buf_view(&data), PURSE_DEBIT_RSP_LEN, out);
}

enum ykt_status
purse_debit_decode(const struct apdu_cmd *cmd, struct purse_debit *ret_debit)
{
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct purse_debit debit;

	debit.terminal_seq = ykt_rd_u32(&rd);
	ykt_rd_copy(&rd, debit.datetime, PURSE_DATETIME_LEN);
	ykt_rd_copy(&rd, debit.mac1, PURSE_MAC_LEN);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_debit = debit;

	return YKT_OK;
}

void
purse_debit_rsp_encode(const struct purse_debit_rsp *rsp, struct ykt_buf *out)
{
	ykt_put_mem(out, rsp->tac, PURSE_MAC_LEN);
	ykt_put_mem(out, rsp->mac2, PURSE_MAC_LEN);
}

enum ykt_status
purse_debit_rsp_decode(struct ykt_bytes data, struct purse_debit_rsp *ret_rsp)
{
	struct ykt_rd rd = ykt_rd(data);
	struct purse_debit_rsp rsp;

	ykt_rd_copy(&rd, rsp.tac, PURSE_MAC_LEN);
	ykt_rd_copy(&rd, rsp.mac2, PURSE_MAC_LEN);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_rsp = rsp;

	return YKT_OK;
}

void
purse_proof_build(const struct purse_proof *proof, struct ykt_buf *out)
{
	uint8_t data[PROOF_DATA_LEN];

	ykt_set_u16(data, proof->seq);
	build(PURSE_INS_PROOF, 0, proof->type, YKT_BYTES(data), PROOF_RSP_LEN, out);
}

enum ykt_status
purse_proof_decode(const struct apdu_cmd *cmd, struct purse_proof *ret_proof)
{
	if (cmd->data.len != PROOF_DATA_LEN)
		return YKT_E_FORMAT;
	ret_proof->type = cmd->p2;
	ret_proof->seq = ykt_get_u16(cmd->data.data);

	return YKT_OK;
}

void
purse_proof_rsp_encode(const struct purse_proof_rsp *rsp, struct ykt_buf *out)
{
	ykt_put_mem(out, rsp->mac, PURSE_MAC_LEN);
	ykt_put_mem(out, rsp->tac, PURSE_MAC_LEN);
}

enum ykt_status
purse_proof_rsp_decode(struct ykt_bytes data, struct purse_proof_rsp *ret_rsp)
{
	struct ykt_rd rd = ykt_rd(data);
	struct purse_proof_rsp rsp;

	ykt_rd_copy(&rd, rsp.mac, PURSE_MAC_LEN);
	ykt_rd_copy(&rd, rsp.tac, PURSE_MAC_LEN);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_rsp = rsp;

	return YKT_OK;
}

void
psam_mac1_build(const struct psam_mac1 *cmd, struct ykt_buf *out)
{
	uint8_t raw[MAC1_DATA_MAX];
	struct ykt_buf data = YKT_BUF(raw);

	ykt_put_mem(&data, cmd->random, PURSE_RANDOM_LEN);
	ykt_put_u16(&data, cmd->offline_seq);
	ykt_put_u32(&data, cmd->amount);
	ykt_put_u8(&data, cmd->type);
	ykt_put_mem(&data, cmd->datetime, PURSE_DATETIME_LEN);
	ykt_put_u8(&data, cmd->key_version);
	ykt_put_u8(&data, cmd->alg);
	if (cmd->factor_count > PSAM_FACTORS_MAX)
		out->full = true;
	else
		ykt_put_mem(&data, cmd->factors, (size_t)cmd->factor_count * PURSE_FACTOR_LEN);
	build(PSAM_INS_MAC1, 0, 0, ykt_buf_view(&data), MAC1_RSP_LEN, out);
}

enum ykt_status
psam_mac1_decode(const struct apdu_cmd *cmd, struct psam_mac1 *ret_cmd)
{
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct psam_mac1 mac1 = { 0 };

	ykt_rd_copy(&rd, mac1.random, PURSE_RANDOM_LEN);
	mac1.offline_seq = ykt_rd_u16(&rd);
	mac1.amount = ykt_rd_u32(&rd);
	mac1.type = ykt_rd_u8(&rd);
	ykt_rd_copy(&rd, mac1.datetime, PURSE_DATETIME_LEN);
	mac1.key_version = ykt_rd_u8(&rd);
	mac1.alg = ykt_rd_u8(&rd);
	while (rd.left != 0 && mac1.factor_count < PSAM_FACTORS_MAX)
		ykt_rd_copy(&rd, mac1.factors[mac1.factor_count++], PURSE_FACTOR_LEN);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_cmd = mac1;

	return YKT_OK;
}

void
psam_mac1_rsp_encode(const struct psam_mac1_rsp *rsp, struct ykt_buf *out)
{
	ykt_put_u32(out, rsp->terminal_seq);
	ykt_put_mem(out, rsp->mac1, PURSE_MAC_LEN);
}

enum ykt_status
psam_mac1_rsp_decode(struct ykt_bytes data, struct psam_mac1_rsp *ret_rsp)
{
	struct ykt_rd rd = ykt_rd(data);
	struct psam_mac1_rsp rsp;

	rsp.terminal_seq = ykt_rd_u32(&rd);
	ykt_rd_copy(&rd, rsp.mac1, PURSE_MAC_LEN);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_rsp = rsp;

	return YKT_OK;
}

void
psam_mac2_build(const uint8_t mac2[PURSE_MAC_LEN], struct ykt_buf *out)
{
	build(PSAM_INS_MAC2, 0, 0, ykt_bytes(mac2, PURSE_MAC_LEN), 0, out);
}

/* A field of exactly len bytes. */
static enum ykt_status
copy_exact(struct ykt_bytes data, size_t len, uint8_t *ret)
{
	struct ykt_rd rd = ykt_rd(data);

	if (data.len != len)
		return YKT_E_FORMAT;
	ykt_rd_copy(&rd, ret, len);

	return ykt_rd_done(&rd);
}

enum ykt_status
psam_mac2_decode(const struct apdu_cmd *cmd, uint8_t ret_mac2[PURSE_MAC_LEN])
{
	return copy_exact(cmd->data, PURSE_MAC_LEN, ret_mac2);
}

void
psam_terminal_build(struct ykt_buf *out)
{
	purse_read_binary_build(TERMINAL_SFI, 0, TERMINAL_FILE_LEN, out);
}

enum ykt_status
psam_terminal_rsp_decode(struct ykt_bytes data, uint8_t ret_terminal[PURSE_TERMINAL_LEN])
{
	return copy_exact(data, PURSE_TERMINAL_LEN, ret_terminal);
}
