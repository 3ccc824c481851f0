/*
 * Grey lock, byte by byte. See purse_grey.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/purse_grey.h"

#include <string.h>

#include "crypto/mac.h"

#define INIT_LEN   (1 + PURSE_TERMINAL_LEN)
#define LOCK_LEN   (4 + PURSE_RANDOM_LEN + PURSE_DATETIME_LEN + PURSE_MAC_LEN)
#define DEBIT_LEN  (4 + 2 + PURSE_TERMINAL_LEN + 4 + PURSE_DATETIME_LEN + PURSE_MAC_LEN)
#define UNLOCK_LEN (4 + PURSE_DATETIME_LEN + PURSE_MAC_LEN)

#define COPY(rd, field) ykt_rd_copy((rd), (field), sizeof(field))
#define PUT(out, field) ykt_put_mem((out), (field), sizeof(field))

static void
build(uint8_t ins, uint8_t p1, uint8_t p2, struct ykt_bytes data, uint32_t ne, struct ykt_buf *out)
{
	const struct apdu_cmd cmd = { PURSE_CLA_GREY, ins, p1, p2, data, ne, false };

	apdu_cmd_encode(&cmd, out);
}

void
purse_grey_init_build(uint8_t p1, const struct purse_grey_init *init, struct ykt_buf *out)
{
	uint8_t raw[INIT_LEN];
	struct ykt_buf data = YKT_BUF(raw);

	ykt_put_u8(&data, init->key_index);
	PUT(&data, init->terminal);
	build(PURSE_INS_GREY_INIT, p1, PURSE_P2_PURSE, ykt_buf_view(&data),
	    p1 == PURSE_P1_GREY_LOCK ? PURSE_PURCHASE_INIT_RSP_LEN : PURSE_GREY_UNLOCK_INIT_RSP_LEN,
	    out);
}

enum ykt_status
purse_grey_init_decode(const struct apdu_cmd *cmd, struct purse_grey_init *ret_init)
{
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct purse_grey_init init;

	init.key_index = ykt_rd_u8(&rd);
	COPY(&rd, init.terminal);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_init = init;

	return YKT_OK;
}

void
purse_grey_unlock_rsp_encode(const struct purse_grey_unlock_rsp *rsp, struct ykt_buf *out)
{
	ykt_put_u32(out, rsp->balance);
	ykt_put_u16(out, rsp->offline_seq);
	ykt_put_u16(out, rsp->online_seq);
	ykt_put_u8(out, rsp->key_version);
	ykt_put_u8(out, rsp->alg);
	PUT(out, rsp->random);
	PUT(out, rsp->mac1);
}

enum ykt_status
purse_grey_unlock_rsp_decode(struct ykt_bytes data, struct purse_grey_unlock_rsp *ret_rsp)
{
	struct ykt_rd rd = ykt_rd(data);
	struct purse_grey_unlock_rsp rsp;

	rsp.balance = ykt_rd_u32(&rd);
	rsp.offline_seq = ykt_rd_u16(&rd);
	rsp.online_seq = ykt_rd_u16(&rd);
	rsp.key_version = ykt_rd_u8(&rd);
	rsp.alg = ykt_rd_u8(&rd);
	COPY(&rd, rsp.random);
	COPY(&rd, rsp.mac1);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_rsp = rsp;

	return YKT_OK;
}

void
purse_grey_lock_build(const struct purse_grey_lock *lock, struct ykt_buf *out)
{
	uint8_t raw[LOCK_LEN];
	struct ykt_buf data = YKT_BUF(raw);

	ykt_put_u32(&data, lock->terminal_seq);
	PUT(&data, lock->terminal_random);
	PUT(&data, lock->datetime);
	PUT(&data, lock->mac1);
	build(PURSE_INS_GREY_LOCK, PURSE_P1_GREY_LOCK, 0, ykt_buf_view(&data), 2 * PURSE_MAC_LEN,
	    out);
}

enum ykt_status
purse_grey_lock_decode(const struct apdu_cmd *cmd, struct purse_grey_lock *ret_lock)
{
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct purse_grey_lock lock;

	lock.terminal_seq = ykt_rd_u32(&rd);
	COPY(&rd, lock.terminal_random);
	COPY(&rd, lock.datetime);
	COPY(&rd, lock.mac1);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_lock = lock;

	return YKT_OK;
}

void
purse_grey_debit_build(const struct purse_grey_debit *debit, struct ykt_buf *out)
{
	uint8_t raw[DEBIT_LEN];
	struct ykt_buf data = YKT_BUF(raw);

	ykt_put_u32(&data, debit->amount);
	ykt_put_u16(&data, debit->offline_seq);
	PUT(&data, debit->terminal);
	ykt_put_u32(&data, debit->terminal_seq);
	PUT(&data, debit->datetime);
	PUT(&data, debit->gmac);
	build(PURSE_INS_GREY_DEBIT, PURSE_P1_GREY_LOCK, PURSE_P2_PURSE, ykt_buf_view(&data),
	    PURSE_MAC_LEN, out);
}

enum ykt_status
purse_grey_debit_decode(const struct apdu_cmd *cmd, struct purse_grey_debit *ret_debit)
{
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct purse_grey_debit debit;

	debit.amount = ykt_rd_u32(&rd);
	debit.offline_seq = ykt_rd_u16(&rd);
	COPY(&rd, debit.terminal);
	debit.terminal_seq = ykt_rd_u32(&rd);
	COPY(&rd, debit.datetime);
	COPY(&rd, debit.gmac);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_debit = debit;

	return YKT_OK;
}

void
purse_grey_unlock_build(const struct purse_grey_unlock *unlock, struct ykt_buf *out)
{
	uint8_t raw[UNLOCK_LEN];
	struct ykt_buf data = YKT_BUF(raw);

	ykt_put_u32(&data, unlock->amount);
	PUT(&data, unlock->datetime);
	PUT(&data, unlock->mac2);
	build(
	    PURSE_INS_GREY_DEBIT, PURSE_P1_GREY_UNLOCK, 0, ykt_buf_view(&data), PURSE_MAC_LEN, out);
}

enum ykt_status
purse_grey_unlock_decode(const struct apdu_cmd *cmd, struct purse_grey_unlock *ret_unlock)
{
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct purse_grey_unlock unlock;

	unlock.amount = ykt_rd_u32(&rd);
	COPY(&rd, unlock.datetime);
	COPY(&rd, unlock.mac2);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_unlock = unlock;

	return YKT_OK;
}

void
purse_grey_proof_encode(const struct purse_grey_proof *proof, uint8_t ret[PURSE_GREY_PROOF_LEN])
{
	struct ykt_buf out = { ret, 0, PURSE_GREY_PROOF_LEN, false };

	ykt_put_u8(&out, proof->state);
	ykt_put_u8(&out, proof->type);
	ykt_put_u8(&out, proof->purse);
	ykt_put_u32(&out, proof->balance);
	ykt_put_u16(&out, proof->offline_seq);
	PUT(&out, proof->terminal);
	PUT(&out, proof->datetime);
	PUT(&out, proof->mac2);
	PUT(&out, proof->tac);
}

enum ykt_status
purse_grey_proof_decode(struct ykt_bytes data, struct purse_grey_proof *ret_proof)
{
	struct ykt_rd rd = ykt_rd(data);
	struct purse_grey_proof proof;

	proof.state = ykt_rd_u8(&rd);
	proof.type = ykt_rd_u8(&rd);
	proof.purse = ykt_rd_u8(&rd);
	proof.balance = ykt_rd_u32(&rd);
	proof.offline_seq = ykt_rd_u16(&rd);
	COPY(&rd, proof.terminal);
	COPY(&rd, proof.datetime);
	COPY(&rd, proof.mac2);
	COPY(&rd, proof.tac);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_proof = proof;

	return YKT_OK;
}

enum ykt_status
purse_grey_session(struct crypto *crypto, const uint8_t dpk[PURSE_KEY_LEN],
    const uint8_t random[PURSE_RANDOM_LEN], uint16_t offline_seq,
    const struct purse_grey_lock *lock, struct purse_session *ret_session)
{
	struct purse_session middle;
	struct purse_session session = { .alg = PURSE_ALG_TDES };
	static const uint8_t zero[8];
	enum ykt_status status = purse_session_purchase(
	    crypto, PURSE_ALG_TDES, dpk, random, offline_seq, lock->terminal_seq, &middle);

	/* One block with its padding: the MAC is the ciphertext. */
	if (status == YKT_OK)
		status = crypto_des_cbc_mac(
		    crypto, middle.key, zero, YKT_BYTES(lock->terminal_random), session.key);
	if (status == YKT_OK)
		*ret_session = session;
	purse_session_clear(&middle);
	purse_session_clear(&session);

	return status;
}

enum ykt_status
purse_grey_mac1(struct crypto *crypto, const struct purse_session *session,
    const struct purse_grey_init *init, const struct purse_grey_lock *lock,
    uint8_t ret_mac[PURSE_MAC_LEN])
{
	uint8_t raw[1 + PURSE_TERMINAL_LEN + PURSE_DATETIME_LEN];
	struct ykt_buf input = YKT_BUF(raw);

	ykt_put_u8(&input, PURSE_TYPE_GREY_LOCK);
	PUT(&input, init->terminal);
	PUT(&input, lock->datetime);

	return purse_mac(crypto, session, ykt_buf_view(&input), ret_mac);
}

enum ykt_status
purse_grey_gmac(struct crypto *crypto, const uint8_t dgk[PURSE_KEY_LEN],
    const struct purse_grey_debit *debit, uint8_t ret_mac[PURSE_MAC_LEN])
{
	static const uint8_t random[PURSE_RANDOM_LEN];
	uint8_t raw[4 + 1 + 2];
	struct ykt_buf input = YKT_BUF(raw);
	struct purse_session session;
	enum ykt_status status =
	    purse_session_load(crypto, PURSE_ALG_TDES, dgk, random, debit->offline_seq, &session);

	if (status != YKT_OK)
		return status;
	ykt_put_u32(&input, debit->amount);
	ykt_put_u8(&input, PURSE_TYPE_GREY_DEBIT);
	ykt_put_u16(&input, debit->offline_seq);
	status = purse_mac(crypto, &session, ykt_buf_view(&input), ret_mac);
	purse_session_clear(&session);

	return status;
}

enum ykt_status
purse_grey_unlock_mac1(struct crypto *crypto, const struct purse_session *session,
    const struct purse_grey_unlock_rsp *rsp, const uint8_t terminal[PURSE_TERMINAL_LEN],
    uint8_t ret_mac[PURSE_MAC_LEN])
{
	uint8_t raw[4 + 2 + 1 + PURSE_TERMINAL_LEN];
	struct ykt_buf input = YKT_BUF(raw);

	ykt_put_u32(&input, rsp->balance);
	ykt_put_u16(&input, rsp->offline_seq);
	ykt_put_u8(&input, PURSE_TYPE_GREY_UNLOCK);
	ykt_put_mem(&input, terminal, PURSE_TERMINAL_LEN);

	return purse_mac(crypto, session, ykt_buf_view(&input), ret_mac);
}
