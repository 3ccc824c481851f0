/*
 * The purse's commands and answers: reading, loading, secure messaging aside.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/purse_cmd.h"

#define CLA_ISO         0x00
#define P2_EXT_BY_ID    0xD0 /* SFI 1A << 3 */
#define EXT_ID_DATA_LEN 3
#define EXT_BY_ID       0x02
#define BALANCE_LEN     4
#define INIT_DATA_LEN   11

const uint8_t purse_aid[PURSE_AID_LEN] = { 0xA0, 0x00, 0x00, 0x06, 0x32, 0x01, 0x01, 0x05 };
const uint8_t purse_ppse_name[PURSE_PPSE_LEN] = { '2', 'P', 'A', 'Y', '.', 'S', 'Y', 'S', '.', 'D',
	'D', 'F', '0', '1' };

uint8_t
purse_p1_sfi(uint8_t sfi)
{
	return (uint8_t)(0x80 | sfi);
}

uint8_t
purse_p2_record(uint8_t sfi)
{
	return (uint8_t)(sfi << 3 | 0x04);
}

static void
build(uint8_t cla, uint8_t ins, uint8_t p1, uint8_t p2, struct ykt_bytes data, uint32_t ne,
    struct ykt_buf *out)
{
	const struct apdu_cmd cmd = { cla, ins, p1, p2, data, ne, false };

	apdu_cmd_encode(&cmd, out);
}

void
purse_select_build(struct ykt_bytes aid, struct ykt_buf *out)
{
	build(CLA_ISO, PURSE_INS_SELECT, PURSE_P1_SELECT_AID, 0, aid, APDU_SHORT_NE_MAX, out);
}

void
purse_select_next_build(struct ykt_bytes aid, struct ykt_buf *out)
{
	build(CLA_ISO, PURSE_INS_SELECT, PURSE_P1_SELECT_AID, PURSE_P2_SELECT_NEXT, aid,
	    APDU_SHORT_NE_MAX, out);
}

void
purse_read_binary_build(uint8_t sfi, uint8_t off, unsigned len, struct ykt_buf *out)
{
	build(CLA_ISO, PURSE_INS_READ_BINARY, purse_p1_sfi(sfi), off, (struct ykt_bytes){ 0 }, len,
	    out);
}

void
purse_read_record_build(uint8_t sfi, uint8_t number, struct ykt_buf *out)
{
	build(CLA_ISO, PURSE_INS_READ_RECORD, number, purse_p2_record(sfi), (struct ykt_bytes){ 0 },
	    APDU_SHORT_NE_MAX, out);
}

void
purse_read_by_id_build(uint16_t id, struct ykt_buf *out)
{
	uint8_t data[EXT_ID_DATA_LEN] = { EXT_BY_ID };

	ykt_set_u16(data + 1, id);
	build(PURSE_CLA, PURSE_INS_READ_EXT, 0, P2_EXT_BY_ID, YKT_BYTES(data), APDU_SHORT_NE_MAX,
	    out);
}

enum ykt_status
purse_read_by_id_decode(const struct apdu_cmd *cmd, uint16_t *ret_id)
{
	if (cmd->data.len != EXT_ID_DATA_LEN || cmd->data.data[0] != EXT_BY_ID)
		return YKT_E_FORMAT;
	*ret_id = ykt_get_u16(cmd->data.data + 1);

	return YKT_OK;
}

void
purse_get_challenge_build(unsigned len, struct ykt_buf *out)
{
	build(CLA_ISO, PURSE_INS_CHALLENGE, 0, 0, (struct ykt_bytes){ 0 }, len, out);
}

void
purse_get_response_build(unsigned len, struct ykt_buf *out)
{
	build(CLA_ISO, PURSE_INS_GET_RESPONSE, 0, 0, (struct ykt_bytes){ 0 }, len, out);
}

void
purse_balance_build(enum purse_balance_p1 which, struct ykt_buf *out)
{
	build(PURSE_CLA, PURSE_INS_BALANCE, (uint8_t)which, PURSE_P2_PURSE, (struct ykt_bytes){ 0 },
	    which == PURSE_BALANCE_ALL ? 16 : BALANCE_LEN, out);
}

enum ykt_status
purse_balance_rsp_decode(struct ykt_bytes data, uint32_t *ret_fen)
{
	struct ykt_rd rd = ykt_rd(data);
	uint32_t fen = ykt_rd_u32(&rd);

	if (ykt_rd_done(&rd) != YKT_OK || fen > PURSE_BALANCE_MAX)
		return YKT_E_FORMAT;
	*ret_fen = fen;

	return YKT_OK;
}

void
purse_init_build(const struct purse_init *init, struct ykt_buf *out)
{
	uint8_t raw[INIT_DATA_LEN];
	struct ykt_buf data = YKT_BUF(raw);
	uint8_t form = init->p1 & (uint8_t)~PURSE_KIND_SECOND;
	bool online = form == PURSE_INIT_LOAD || form == PURSE_INIT_UNLOAD;

	ykt_put_u8(&data, init->key_index);
	ykt_put_u32(&data, init->amount);
	ykt_put_mem(&data, init->terminal, PURSE_TERMINAL_LEN);
	build(PURSE_CLA, PURSE_INS_INITIALIZE, init->p1, PURSE_P2_PURSE, ykt_buf_view(&data),
	    online ? PURSE_LOAD_INIT_RSP_LEN : PURSE_PURCHASE_INIT_RSP_LEN, out);
}

enum ykt_status
purse_init_decode(const struct apdu_cmd *cmd, struct purse_init *ret_init)
{
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct purse_init init = { .p1 = cmd->p1 };

	init.key_index = ykt_rd_u8(&rd);
	init.amount = ykt_rd_u32(&rd);
	ykt_rd_copy(&rd, init.terminal, PURSE_TERMINAL_LEN);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_init = init;

	return YKT_OK;
}

void
purse_load_init_rsp_encode(const struct purse_load_init_rsp *rsp, struct ykt_buf *out)
{
	ykt_put_u32(out, rsp->balance);
	ykt_put_u16(out, rsp->online_seq);
	ykt_put_u8(out, rsp->key_version);
	ykt_put_u8(out, rsp->alg);
	ykt_put_mem(out, rsp->random, PURSE_RANDOM_LEN);
	ykt_put_mem(out, rsp->mac1, PURSE_MAC_LEN);
}

enum ykt_status
purse_load_init_rsp_decode(struct ykt_bytes data, struct purse_load_init_rsp *ret_rsp)
{
	struct ykt_rd rd = ykt_rd(data);
	struct purse_load_init_rsp rsp;

	rsp.balance = ykt_rd_u32(&rd);
	rsp.online_seq = ykt_rd_u16(&rd);
	rsp.key_version = ykt_rd_u8(&rd);
	rsp.alg = ykt_rd_u8(&rd);
	ykt_rd_copy(&rd, rsp.random, PURSE_RANDOM_LEN);
	ykt_rd_copy(&rd, rsp.mac1, PURSE_MAC_LEN);
	if (ykt_rd_done(&rd) != YKT_OK || rsp.balance > PURSE_BALANCE_MAX)
		return YKT_E_FORMAT;
	*ret_rsp = rsp;

	return YKT_OK;
}

void
purse_purchase_init_rsp_encode(const struct purse_purchase_init_rsp *rsp, struct ykt_buf *out)
{
	ykt_put_u32(out, rsp->balance);
	ykt_put_u16(out, rsp->offline_seq);
	ykt_put_u24(out, rsp->overdraft_limit);
	ykt_put_u8(out, rsp->key_version);
	ykt_put_u8(out, rsp->alg);
	ykt_put_mem(out, rsp->random, PURSE_RANDOM_LEN);
}

enum ykt_status
purse_purchase_init_rsp_decode(struct ykt_bytes data, struct purse_purchase_init_rsp *ret_rsp)
{
	struct ykt_rd rd = ykt_rd(data);
	struct purse_purchase_init_rsp rsp;

	rsp.balance = ykt_rd_u32(&rd);
	rsp.offline_seq = ykt_rd_u16(&rd);
	rsp.overdraft_limit = ykt_rd_u24(&rd);
	rsp.key_version = ykt_rd_u8(&rd);
	rsp.alg = ykt_rd_u8(&rd);
	ykt_rd_copy(&rd, rsp.random, PURSE_RANDOM_LEN);
	if (ykt_rd_done(&rd) != YKT_OK || rsp.balance > PURSE_BALANCE_MAX)
		return YKT_E_FORMAT;
	*ret_rsp = rsp;

	return YKT_OK;
}

void
purse_credit_build(const struct purse_credit *credit, struct ykt_buf *out)
{
	uint8_t raw[PURSE_DATETIME_LEN + PURSE_MAC_LEN];
	struct ykt_buf data = YKT_BUF(raw);

	ykt_put_mem(&data, credit->datetime, PURSE_DATETIME_LEN);
	ykt_put_mem(&data, credit->mac2, PURSE_MAC_LEN);
	build(PURSE_CLA, PURSE_INS_CREDIT, 0, 0, ykt_buf_view(&data), PURSE_MAC_LEN, out);
}

enum ykt_status
purse_credit_decode(const struct apdu_cmd *cmd, struct purse_credit *ret_credit)
{
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct purse_credit credit;

	ykt_rd_copy(&rd, credit.datetime, PURSE_DATETIME_LEN);
	ykt_rd_copy(&rd, credit.mac2, PURSE_MAC_LEN);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_credit = credit;

	return YKT_OK;
}

enum ykt_status
purse_credit_rsp_decode(struct ykt_bytes data, uint8_t ret_tac[PURSE_MAC_LEN])
{
	struct ykt_rd rd = ykt_rd(data);

	if (data.len != PURSE_MAC_LEN)
		return YKT_E_FORMAT;
	ykt_rd_copy(&rd, ret_tac, PURSE_MAC_LEN);

	return ykt_rd_done(&rd);
}
