/*
 * SCP02, GP231 appendix E: derivation, cryptograms, MACs, and the host end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/scp02.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/gp.h"
#include "card/scp02_priv.h"
#include "crypto/block.h"
#include "crypto/mac.h"
#include "crypto/pad.h"

#define SCP_ID         0x02
#define MAC_LEN        8
#define CHALLENGE_LEN  8
#define CARD_CHALLENGE 6
#define SEQ_LEN        2

/* Derivation constants of session keys, GP231 E.4.1. */
#define DERIVE_C_MAC 0x0101
#define DERIVE_R_MAC 0x0102
#define DERIVE_DEK   0x0181
#define DERIVE_ENC   0x0182

static const uint8_t zero_iv[8];

static enum ykt_status
cbc(struct crypto *crypto, const uint8_t key[SCP02_KEY_LEN], struct ykt_bytes in, uint8_t *out)
{
	struct crypto_key cipher_key;
	enum ykt_status status;

	status = crypto_key_set(CRYPTO_TDES2, ykt_bytes(key, SCP02_KEY_LEN), &cipher_key);
	if (status != YKT_OK)
		return status;
	status = crypto_cbc_encrypt(crypto, &cipher_key, zero_iv, in, out);
	ykt_wipe(&cipher_key, sizeof(cipher_key));

	return status;
}

static enum ykt_status
derive_one(struct crypto *crypto, const uint8_t key[SCP02_KEY_LEN], uint16_t constant,
    const uint8_t seq[SEQ_LEN], uint8_t ret_key[SCP02_KEY_LEN])
{
	uint8_t data[SCP02_KEY_LEN] = { 0 };

	ykt_set_u16(data, constant);
	memcpy(data + 2, seq, SEQ_LEN);

	return cbc(crypto, key, YKT_BYTES(data), ret_key);
}

enum ykt_status
scp02_derive(struct crypto *crypto, const struct scp02_keys *keys, const uint8_t seq[2],
    struct scp02_session *ret_session)
{
	struct scp02_session session = { 0 };
	enum ykt_status status;

	status = derive_one(crypto, keys->enc, DERIVE_ENC, seq, session.s_enc);
	if (status == YKT_OK)
		status = derive_one(crypto, keys->mac, DERIVE_C_MAC, seq, session.c_mac);
	if (status == YKT_OK)
		status = derive_one(crypto, keys->mac, DERIVE_R_MAC, seq, session.r_mac);
	if (status == YKT_OK)
		status = derive_one(crypto, keys->dek, DERIVE_DEK, seq, session.dek);
	if (status == YKT_OK)
		*ret_session = session;
	ykt_wipe(&session, sizeof(session));

	return status;
}

enum ykt_status
scp02_cryptogram(struct crypto *crypto, const uint8_t key[SCP02_KEY_LEN], struct ykt_bytes first,
    struct ykt_bytes second, uint8_t ret[MAC_LEN])
{
	uint8_t raw[24];
	struct ykt_buf data = YKT_BUF(raw);
	enum ykt_status status;

	ykt_put(&data, first);
	ykt_put(&data, second);
	crypto_pad(&data, sizeof(zero_iv));
	status = cbc(crypto, key, YKT_BYTES(raw), raw);
	if (status == YKT_OK)
		memcpy(ret, raw + sizeof(raw) - MAC_LEN, MAC_LEN);
	ykt_wipe(raw, sizeof(raw));

	return status;
}

enum ykt_status
scp02_command_mac(struct crypto *crypto, const struct scp02_session *session,
    const struct apdu_cmd *cmd, uint8_t ret_mac[MAC_LEN])
{
	uint8_t raw[APDU_SHORT_CMD_MAX];
	struct ykt_buf input = YKT_BUF(raw);
	uint8_t iv[MAC_LEN] = { 0 };
	struct crypto_key half;
	enum ykt_status status = YKT_OK;

	ykt_put_u8(&input, cmd->cla | APDU_CLA_SM);
	ykt_put_u8(&input, cmd->ins);
	ykt_put_u8(&input, cmd->p1);
	ykt_put_u8(&input, cmd->p2);
	ykt_put_u8(&input, (uint8_t)(cmd->data.len + MAC_LEN));
	ykt_put(&input, cmd->data);
	if (session->level != 0) {
		status = crypto_key_set(CRYPTO_DES, ykt_bytes(session->c_mac, 8), &half);
		if (status == YKT_OK)
			status =
			    crypto_ecb_encrypt(crypto, &half, YKT_BYTES(session->last_mac), iv);
		ykt_wipe(&half, sizeof(half));
	}
	if (status == YKT_OK)
		status =
		    crypto_retail_mac(crypto, session->c_mac, iv, ykt_buf_view(&input), ret_mac);

	return status;
}

enum ykt_status
scp02_authenticate_build(struct crypto *crypto, const struct scp02_keys *keys,
    const uint8_t host_challenge[8], struct ykt_bytes init_rsp, uint8_t level,
    struct scp02_session *ret_session, struct ykt_buf *out)
{
	const struct ykt_bytes host = ykt_bytes(host_challenge, CHALLENGE_LEN);
	struct ykt_rd rd = ykt_rd(init_rsp);
	struct scp02_session session = { 0 };
	uint8_t seq_and_card[SEQ_LEN + CARD_CHALLENGE];
	uint8_t card[MAC_LEN];
	uint8_t expected[MAC_LEN];
	uint8_t data[2 * MAC_LEN];
	struct apdu_cmd cmd = { GP_CLA | APDU_CLA_SM, GP_INS_EXTERNAL_AUTHENTICATE, level, 0,
		ykt_bytes(data, MAC_LEN), 0, false };
	enum ykt_status status;

	(void)ykt_rd_take(&rd, 11); /* diversification data and key version */
	if (ykt_rd_u8(&rd) != SCP_ID)
		rd.bad = true;
	ykt_rd_copy(&rd, seq_and_card, sizeof(seq_and_card));
	ykt_rd_copy(&rd, card, sizeof(card));
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	if (!scp02_level_known(level))
		return YKT_E_ARG;

	status = scp02_derive(crypto, keys, seq_and_card, &session);
	if (status == YKT_OK)
		status = scp02_cryptogram(
		    crypto, session.s_enc, host, YKT_BYTES(seq_and_card), expected);
	if (status == YKT_OK && !ykt_ct_equal(card, expected, MAC_LEN))
		status = YKT_E_MAC;
	if (status == YKT_OK)
		status =
		    scp02_cryptogram(crypto, session.s_enc, YKT_BYTES(seq_and_card), host, data);
	if (status == YKT_OK)
		status = scp02_command_mac(crypto, &session, &cmd, data + MAC_LEN);
	if (status == YKT_OK) {
		cmd.data = YKT_BYTES(data);
		apdu_cmd_encode(&cmd, out);
		status = ykt_buf_done(out);
	}
	if (status == YKT_OK) {
		scp02_session_open(&session, level, data + MAC_LEN);
		*ret_session = session;
	}
	ykt_wipe(&session, sizeof(session));

	return status;
}

enum ykt_status
scp02_cmd_wrap(struct crypto *crypto, struct scp02_session *session, struct ykt_bytes plain,
    struct ykt_buf *out)
{
	uint8_t raw[APDU_SHORT_CMD_MAX];
	struct ykt_buf data = YKT_BUF(raw);
	uint8_t mac[MAC_LEN];
	struct apdu_cmd cmd;
	enum ykt_status status;

	if (session->level == 0)
		return YKT_E_STATE;
	if (apdu_cmd_decode(plain, &cmd) != YKT_OK || cmd.extended ||
	    cmd.data.len + 2 * MAC_LEN > APDU_SHORT_DATA_MAX)
		return YKT_E_ARG;

	status = scp02_command_mac(crypto, session, &cmd, mac);
	ykt_put(&data, cmd.data);
	if (status == YKT_OK && (session->level & SCP02_LEVEL_C_DEC) != 0 && cmd.data.len != 0) {
		crypto_pad(&data, MAC_LEN);
		status = cbc(crypto, session->s_enc, ykt_buf_view(&data), raw);
	}
	if (status == YKT_OK) {
		ykt_put_mem(&data, mac, MAC_LEN);
		cmd.cla |= APDU_CLA_SM;
		cmd.data = ykt_buf_view(&data);
		apdu_cmd_encode(&cmd, out);
		status = ykt_buf_done(out);
	}
	if (status == YKT_OK)
		memcpy(session->last_mac, mac, MAC_LEN);
	ykt_wipe(raw, sizeof(raw));

	return status;
}
