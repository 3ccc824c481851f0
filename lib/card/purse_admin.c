/*
 * Unload, overdraft limit, and what enciphers with a card key.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/purse_admin.h"

#include <ykt/secret.h>

#include "crypto/block.h"

#define INPUT_MAX 32

static void
build(uint8_t ins, uint8_t p1, uint8_t p2, struct ykt_bytes data, uint32_t ne, struct ykt_buf *out)
{
	const struct apdu_cmd cmd = { PURSE_CLA, ins, p1, p2, data, ne, false };

	apdu_cmd_encode(&cmd, out);
}

void
purse_unload_build(uint8_t kind, const struct purse_credit *credit, struct ykt_buf *out)
{
	uint8_t raw[PURSE_DATETIME_LEN + PURSE_MAC_LEN];
	struct ykt_buf data = YKT_BUF(raw);

	ykt_put_mem(&data, credit->datetime, PURSE_DATETIME_LEN);
	ykt_put_mem(&data, credit->mac2, PURSE_MAC_LEN);
	build(PURSE_INS_DEBIT, kind | PURSE_P1_UNLOAD, 0, ykt_buf_view(&data), PURSE_MAC_LEN, out);
}

void
purse_limit_init_build(uint8_t kind, const struct purse_limit_init *init, struct ykt_buf *out)
{
	uint8_t raw[1 + PURSE_TERMINAL_LEN];
	struct ykt_buf data = YKT_BUF(raw);

	ykt_put_u8(&data, init->key_index);
	ykt_put_mem(&data, init->terminal, PURSE_TERMINAL_LEN);
	build(PURSE_INS_INITIALIZE, kind | PURSE_INIT_UPDATE, PURSE_P2_PASSBOOK,
	    ykt_buf_view(&data), PURSE_LIMIT_INIT_RSP_LEN, out);
}

enum ykt_status
purse_limit_init_decode(const struct apdu_cmd *cmd, struct purse_limit_init *ret_init)
{
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct purse_limit_init init;

	init.key_index = ykt_rd_u8(&rd);
	ykt_rd_copy(&rd, init.terminal, PURSE_TERMINAL_LEN);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_init = init;

	return YKT_OK;
}

void
purse_limit_init_rsp_encode(const struct purse_limit_init_rsp *rsp, struct ykt_buf *out)
{
	ykt_put_u32(out, rsp->balance);
	ykt_put_u16(out, rsp->online_seq);
	ykt_put_u24(out, rsp->limit);
	ykt_put_u8(out, rsp->key_version);
	ykt_put_u8(out, rsp->alg);
	ykt_put_mem(out, rsp->random, PURSE_RANDOM_LEN);
	ykt_put_mem(out, rsp->mac1, PURSE_MAC_LEN);
}

enum ykt_status
purse_limit_init_rsp_decode(struct ykt_bytes data, struct purse_limit_init_rsp *ret_rsp)
{
	struct ykt_rd rd = ykt_rd(data);
	struct purse_limit_init_rsp rsp;

	rsp.balance = ykt_rd_u32(&rd);
	rsp.online_seq = ykt_rd_u16(&rd);
	rsp.limit = ykt_rd_u24(&rd);
	rsp.key_version = ykt_rd_u8(&rd);
	rsp.alg = ykt_rd_u8(&rd);
	ykt_rd_copy(&rd, rsp.random, PURSE_RANDOM_LEN);
	ykt_rd_copy(&rd, rsp.mac1, PURSE_MAC_LEN);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_rsp = rsp;

	return YKT_OK;
}

void
purse_limit_update_build(const struct purse_limit_update *update, struct ykt_buf *out)
{
	uint8_t raw[3 + PURSE_DATETIME_LEN + PURSE_MAC_LEN];
	struct ykt_buf data = YKT_BUF(raw);

	ykt_put_u24(&data, update->limit);
	ykt_put_mem(&data, update->datetime, PURSE_DATETIME_LEN);
	ykt_put_mem(&data, update->mac2, PURSE_MAC_LEN);
	build(PURSE_INS_UPDATE_LIMIT, 0, 0, ykt_buf_view(&data), PURSE_MAC_LEN, out);
}

enum ykt_status
purse_limit_update_decode(const struct apdu_cmd *cmd, struct purse_limit_update *ret_update)
{
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct purse_limit_update update;

	update.limit = ykt_rd_u24(&rd);
	ykt_rd_copy(&rd, update.datetime, PURSE_DATETIME_LEN);
	ykt_rd_copy(&rd, update.mac2, PURSE_MAC_LEN);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_update = update;

	return YKT_OK;
}

enum ykt_status
purse_limit_mac1(struct crypto *crypto, const struct purse_session *session,
    const struct purse_limit *limit, uint8_t ret_mac[PURSE_MAC_LEN])
{
	uint8_t raw[INPUT_MAX];
	struct ykt_buf input = YKT_BUF(raw);

	ykt_put_u32(&input, limit->balance);
	ykt_put_u24(&input, limit->limit);
	ykt_put_u8(&input, PURSE_TYPE_OVERDRAFT);
	ykt_put_mem(&input, limit->terminal, PURSE_TERMINAL_LEN);

	return purse_mac(crypto, session, ykt_buf_view(&input), ret_mac);
}

static void
put_update(struct ykt_buf *input, const struct purse_limit *limit)
{
	ykt_put_u24(input, limit->limit);
	ykt_put_u8(input, PURSE_TYPE_OVERDRAFT);
	ykt_put_mem(input, limit->terminal, PURSE_TERMINAL_LEN);
	ykt_put_mem(input, limit->datetime, PURSE_DATETIME_LEN);
}

enum ykt_status
purse_limit_mac2(struct crypto *crypto, const struct purse_session *session,
    const struct purse_limit *limit, uint8_t ret_mac[PURSE_MAC_LEN])
{
	uint8_t raw[INPUT_MAX];
	struct ykt_buf input = YKT_BUF(raw);

	put_update(&input, limit);

	return purse_mac(crypto, session, ykt_buf_view(&input), ret_mac);
}

enum ykt_status
purse_limit_tac(struct crypto *crypto, enum purse_alg alg, const uint8_t dtk[PURSE_KEY_LEN],
    const struct purse_limit *limit, uint8_t ret_tac[PURSE_MAC_LEN])
{
	uint8_t raw[INPUT_MAX];
	struct ykt_buf input = YKT_BUF(raw);
	struct purse_session key;
	enum ykt_status status = purse_tac_key(alg, dtk, &key);

	ykt_put_u32(&input, limit->balance);
	ykt_put_u16(&input, limit->online_seq);
	put_update(&input, limit);
	if (status == YKT_OK) {
		status = purse_mac(crypto, &key, ykt_buf_view(&input), ret_tac);
		purse_session_clear(&key);
	}

	return status;
}

size_t
purse_block_len(enum purse_alg alg)
{
	switch (alg) {
	case PURSE_ALG_TDES:
		return 8;
	case PURSE_ALG_SM4:
		return 16;
	}

	return 0;
}

/* Either direction; YKT_E_ARG unless whole blocks. */
static enum ykt_status
crypt(struct crypto *crypto, enum purse_alg alg, const uint8_t key[PURSE_KEY_LEN],
    struct ykt_bytes in, bool decrypt, uint8_t *out)
{
	struct crypto_key cipher_key;
	size_t block = purse_block_len(alg);
	enum ykt_status status;

	if (block == 0 || in.len == 0 || in.len % block != 0)
		return YKT_E_ARG;

	status = crypto_key_set(alg == PURSE_ALG_SM4 ? CRYPTO_SM4 : CRYPTO_TDES2,
	    ykt_bytes(key, PURSE_KEY_LEN), &cipher_key);
	if (status == YKT_OK)
		status = decrypt ? crypto_ecb_decrypt(crypto, &cipher_key, in, out)
				 : crypto_ecb_encrypt(crypto, &cipher_key, in, out);
	ykt_wipe(&cipher_key, sizeof(cipher_key));

	return status;
}

enum ykt_status
purse_encipher(struct crypto *crypto, enum purse_alg alg, const uint8_t key[PURSE_KEY_LEN],
    struct ykt_bytes in, uint8_t *out)
{
	return crypt(crypto, alg, key, in, false, out);
}

enum ykt_status
purse_decipher(struct crypto *crypto, enum purse_alg alg, const uint8_t key[PURSE_KEY_LEN],
    struct ykt_bytes in, uint8_t *out)
{
	return crypt(crypto, alg, key, in, true, out);
}
