/*
 * SCP03: key derivation, cryptograms, the opening exchange, key transport.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/scp03.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/gp.h"
#include "card/scp03_priv.h"
#include "crypto/block.h"
#include "crypto/mac.h"

#define SCP_ID 0x03

/* Derivation constants, GP Amendment D table 4-1. */
#define KDF_CARD_CRYPTOGRAM 0x00
#define KDF_HOST_CRYPTOGRAM 0x01
#define KDF_CARD_CHALLENGE  0x02
#define KDF_S_ENC           0x04
#define KDF_S_MAC           0x06
#define KDF_S_RMAC          0x07
#define KDF_LABEL_ZEROS     11

void
scp03_initialize_build(
    uint8_t key_version, const uint8_t host_challenge[SCP03_CHALLENGE_LEN], struct ykt_buf *out)
{
	const struct apdu_cmd cmd = { GP_CLA, GP_INS_INITIALIZE_UPDATE, key_version, 0,
		ykt_bytes(host_challenge, SCP03_CHALLENGE_LEN), APDU_SHORT_NE_MAX, false };

	apdu_cmd_encode(&cmd, out);
}

enum ykt_status
scp03_init_rsp_decode(struct ykt_bytes data, struct scp03_init_rsp *ret_rsp)
{
	struct ykt_rd rd = ykt_rd(data);
	struct scp03_init_rsp rsp = { 0 };

	ykt_rd_copy(&rd, rsp.diversification, SCP03_DIV_LEN);
	rsp.key_version = ykt_rd_u8(&rd);
	if (ykt_rd_u8(&rd) != SCP_ID)
		rd.bad = true;
	rsp.i = ykt_rd_u8(&rd);
	ykt_rd_copy(&rd, rsp.challenge, SCP03_CHALLENGE_LEN);
	ykt_rd_copy(&rd, rsp.cryptogram, SCP03_MAC_LEN);
	if ((rsp.i & SCP03_I_PSEUDO_RANDOM) != 0)
		ykt_rd_copy(&rd, rsp.seq, SCP03_SEQ_LEN);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_rsp = rsp;

	return YKT_OK;
}

void
scp03_init_rsp_encode(const struct scp03_init_rsp *rsp, struct ykt_buf *out)
{
	ykt_put_mem(out, rsp->diversification, SCP03_DIV_LEN);
	ykt_put_u8(out, rsp->key_version);
	ykt_put_u8(out, SCP_ID);
	ykt_put_u8(out, rsp->i);
	ykt_put_mem(out, rsp->challenge, SCP03_CHALLENGE_LEN);
	ykt_put_mem(out, rsp->cryptogram, SCP03_MAC_LEN);
	if ((rsp->i & SCP03_I_PSEUDO_RANDOM) != 0)
		ykt_put_mem(out, rsp->seq, SCP03_SEQ_LEN);
}

enum ykt_status
scp03_mac(struct crypto *crypto, const uint8_t *key, size_t key_len, const struct ykt_bytes *parts,
    size_t count, uint8_t ret_mac[SCP03_BLOCK])
{
	struct crypto_key mac_key;
	enum ykt_status status;

	status = crypto_key_set(CRYPTO_AES, ykt_bytes(key, key_len), &mac_key);
	if (status != YKT_OK)
		return status;
	status = crypto_cmac(crypto, &mac_key, parts, count, ret_mac);
	ykt_wipe(&mac_key, sizeof(mac_key));

	return status;
}

/* SP 800-108 in counter mode over CMAC, GP Amendment D 4.1.5. len is at most 32. */
static enum ykt_status
kdf(struct crypto *crypto, const uint8_t *key, size_t key_len, uint8_t constant,
    struct ykt_bytes context1, struct ykt_bytes context2, size_t len, uint8_t *ret)
{
	uint8_t blocks[2 * SCP03_BLOCK];
	enum ykt_status status = YKT_OK;

	for (uint8_t i = 0; i < 2 && i * (size_t)SCP03_BLOCK < len && status == YKT_OK; i++) {
		uint8_t raw[KDF_LABEL_ZEROS + 5];
		struct ykt_buf fixed = YKT_BUF(raw);

		ykt_put_fill(&fixed, 0, KDF_LABEL_ZEROS);
		ykt_put_u8(&fixed, constant);
		ykt_put_u8(&fixed, 0);
		ykt_put_u16(&fixed, (uint16_t)(len * 8));
		ykt_put_u8(&fixed, i + 1);

		const struct ykt_bytes parts[] = { ykt_buf_view(&fixed), context1, context2 };

		status = scp03_mac(
		    crypto, key, key_len, parts, YKT_ARRAY_LEN(parts), blocks + i * SCP03_BLOCK);
	}
	if (status == YKT_OK)
		memcpy(ret, blocks, len);
	ykt_wipe(blocks, sizeof(blocks));

	return status;
}

enum ykt_status
scp03_derive(struct crypto *crypto, const struct scp03_keys *keys,
    const uint8_t host_challenge[SCP03_CHALLENGE_LEN],
    const uint8_t card_challenge[SCP03_CHALLENGE_LEN], struct scp03_session_keys *ret_keys)
{
	const struct ykt_bytes host = ykt_bytes(host_challenge, SCP03_CHALLENGE_LEN);
	const struct ykt_bytes card = ykt_bytes(card_challenge, SCP03_CHALLENGE_LEN);
	struct scp03_session_keys session = { .len = keys->len };
	enum ykt_status status;

	if (keys->len != 16 && keys->len != 24 && keys->len != 32)
		return YKT_E_ARG;

	status = kdf(crypto, keys->enc, keys->len, KDF_S_ENC, host, card, keys->len, session.s_enc);
	if (status == YKT_OK)
		status = kdf(
		    crypto, keys->mac, keys->len, KDF_S_MAC, host, card, keys->len, session.s_mac);
	if (status == YKT_OK)
		status = kdf(crypto, keys->mac, keys->len, KDF_S_RMAC, host, card, keys->len,
		    session.s_rmac);
	if (status == YKT_OK)
		*ret_keys = session;
	ykt_wipe(&session, sizeof(session));

	return status;
}

enum ykt_status
scp03_cryptograms(struct crypto *crypto, const struct scp03_session_keys *keys,
    const uint8_t host_challenge[SCP03_CHALLENGE_LEN],
    const uint8_t card_challenge[SCP03_CHALLENGE_LEN], uint8_t ret_card[SCP03_MAC_LEN],
    uint8_t ret_host[SCP03_MAC_LEN])
{
	const struct ykt_bytes host = ykt_bytes(host_challenge, SCP03_CHALLENGE_LEN);
	const struct ykt_bytes card = ykt_bytes(card_challenge, SCP03_CHALLENGE_LEN);
	uint8_t card_cryptogram[SCP03_MAC_LEN];
	uint8_t host_cryptogram[SCP03_MAC_LEN];
	enum ykt_status status;

	status = kdf(crypto, keys->s_mac, keys->len, KDF_CARD_CRYPTOGRAM, host, card, SCP03_MAC_LEN,
	    card_cryptogram);
	if (status == YKT_OK)
		status = kdf(crypto, keys->s_mac, keys->len, KDF_HOST_CRYPTOGRAM, host, card,
		    SCP03_MAC_LEN, host_cryptogram);
	if (status == YKT_OK) {
		memcpy(ret_card, card_cryptogram, SCP03_MAC_LEN);
		memcpy(ret_host, host_cryptogram, SCP03_MAC_LEN);
	}
	ykt_wipe(card_cryptogram, sizeof(card_cryptogram));
	ykt_wipe(host_cryptogram, sizeof(host_cryptogram));

	return status;
}

enum ykt_status
scp03_card_challenge(struct crypto *crypto, const struct scp03_keys *keys,
    const uint8_t seq[SCP03_SEQ_LEN], struct ykt_bytes sd_aid,
    uint8_t ret_challenge[SCP03_CHALLENGE_LEN])
{
	return kdf(crypto, keys->enc, keys->len, KDF_CARD_CHALLENGE, ykt_bytes(seq, SCP03_SEQ_LEN),
	    sd_aid, SCP03_CHALLENGE_LEN, ret_challenge);
}

void
scp03_session_init(struct scp03_session *session, const struct scp03_session_keys *keys)
{
	*session = (struct scp03_session){ .keys = *keys };
}

bool
scp03_level_known(uint8_t level)
{
	/* Response levels need their command levels, ciphering needs the MAC. */
	return level == 0x01 || level == 0x03 || level == 0x11 || level == 0x13 || level == 0x33;
}

static void
session_open(struct scp03_session *session, uint8_t level, const uint8_t chain[SCP03_BLOCK])
{
	memcpy(session->chain, chain, SCP03_BLOCK);
	memset(session->counter, 0, sizeof(session->counter));
	session->level = level;
}

enum ykt_status
scp03_authenticate_build(struct crypto *crypto, struct scp03_session *session, uint8_t level,
    const uint8_t host_cryptogram[SCP03_MAC_LEN], struct ykt_buf *out)
{
	uint8_t mac[SCP03_BLOCK];
	uint8_t data[2 * SCP03_MAC_LEN];
	struct apdu_cmd cmd = { GP_CLA | APDU_CLA_SM, GP_INS_EXTERNAL_AUTHENTICATE, level, 0,
		YKT_BYTES(data), 0, false };
	enum ykt_status status;

	if (session->level != 0)
		return YKT_E_STATE;
	if (!scp03_level_known(level))
		return YKT_E_ARG;
	status = scp03_command_mac(
	    crypto, session, &cmd, ykt_bytes(host_cryptogram, SCP03_MAC_LEN), mac);
	if (status != YKT_OK)
		return status;

	memcpy(data, host_cryptogram, SCP03_MAC_LEN);
	memcpy(data + SCP03_MAC_LEN, mac, SCP03_MAC_LEN);
	apdu_cmd_encode(&cmd, out);
	session_open(session, level, mac);

	return ykt_buf_done(out);
}

enum ykt_status
scp03_authenticate_check(struct crypto *crypto, struct scp03_session *session,
    const struct apdu_cmd *cmd, const uint8_t host_cryptogram[SCP03_MAC_LEN])
{
	uint8_t mac[SCP03_BLOCK];
	bool good;
	enum ykt_status status;

	if (session->level != 0)
		return YKT_E_STATE;
	if (cmd->data.len != 2 * SCP03_MAC_LEN)
		return YKT_E_FORMAT;
	if (cmd->p1 != SCP03_LEVEL_NONE && !scp03_level_known(cmd->p1))
		return YKT_E_ARG;
	status = scp03_command_mac(
	    crypto, session, cmd, ykt_bytes_sub(cmd->data, 0, SCP03_MAC_LEN), mac);
	if (status != YKT_OK)
		return status;

	good = ykt_ct_equal(cmd->data.data, host_cryptogram, SCP03_MAC_LEN);
	good = ykt_ct_equal(cmd->data.data + SCP03_MAC_LEN, mac, SCP03_MAC_LEN) && good;
	if (good && (cmd->cla & APDU_CLA_SM) != 0)
		session_open(session, cmd->p1, mac);
	else
		status = YKT_E_MAC;
	ykt_wipe(mac, sizeof(mac));

	return status;
}

enum ykt_status
scp03_dek_encrypt(struct crypto *crypto, const uint8_t *dek, size_t dek_len, struct ykt_bytes clear,
    struct ykt_buf *out)
{
	static const uint8_t zero[SCP03_BLOCK];
	uint8_t block[SCP03_SENSITIVE_MAX] = { 0 };
	size_t len = (clear.len + SCP03_BLOCK - 1) / SCP03_BLOCK * SCP03_BLOCK;
	struct crypto_key key;
	enum ykt_status status;

	if (clear.len == 0 || len > sizeof(block))
		return YKT_E_ARG;
	status = crypto_key_set(CRYPTO_AES, ykt_bytes(dek, dek_len), &key);
	if (status != YKT_OK)
		return status;

	memcpy(block, clear.data, clear.len);
	status = crypto_cbc_encrypt(crypto, &key, zero, ykt_bytes(block, len), block);
	if (status == YKT_OK) {
		ykt_put_mem(out, block, len);
		status = ykt_buf_done(out);
	}
	ykt_wipe(&key, sizeof(key));
	ykt_wipe(block, sizeof(block));

	return status;
}

enum ykt_status
scp03_dek_decrypt(struct crypto *crypto, const uint8_t *dek, size_t dek_len,
    struct ykt_bytes secret, struct ykt_buf *out)
{
	static const uint8_t zero[SCP03_BLOCK];
	uint8_t clear[SCP03_SENSITIVE_MAX];
	struct crypto_key key;
	enum ykt_status status;

	if (secret.len == 0 || secret.len % SCP03_BLOCK != 0 || secret.len > sizeof(clear))
		return YKT_E_ARG;
	status = crypto_key_set(CRYPTO_AES, ykt_bytes(dek, dek_len), &key);
	if (status != YKT_OK)
		return status;

	status = crypto_cbc_decrypt(crypto, &key, zero, secret, clear);
	if (status == YKT_OK) {
		ykt_put_mem(out, clear, secret.len);
		status = ykt_buf_done(out);
	}
	ykt_wipe(&key, sizeof(key));
	ykt_wipe(clear, sizeof(clear));

	return status;
}
