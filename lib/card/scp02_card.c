/*
 * SCP02, the card end, and sensitive data.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "card/scp02_priv.h"
#include "crypto/block.h"
#include "crypto/pad.h"

#define BLOCK 8

enum ykt_status
scp02_start(struct crypto *crypto, const struct scp02_keys *keys, const uint8_t seq[SCP02_SEQ_LEN],
    const uint8_t host_challenge[SCP02_CHALLENGE_LEN],
    const uint8_t card_challenge[SCP02_CARD_CHALLENGE_LEN], struct scp02_session *ret_session,
    uint8_t ret_card[SCP02_MAC_LEN], uint8_t ret_host[SCP02_MAC_LEN])
{
	const struct ykt_bytes host = ykt_bytes(host_challenge, SCP02_CHALLENGE_LEN);
	uint8_t own[SCP02_SEQ_LEN + SCP02_CARD_CHALLENGE_LEN];
	uint8_t cryptograms[2][SCP02_MAC_LEN];
	struct scp02_session session;
	enum ykt_status status;

	memcpy(own, seq, SCP02_SEQ_LEN);
	memcpy(own + SCP02_SEQ_LEN, card_challenge, SCP02_CARD_CHALLENGE_LEN);
	status = scp02_derive(crypto, keys, seq, &session);
	if (status != YKT_OK)
		return status;
	status = scp02_cryptogram(crypto, session.s_enc, host, YKT_BYTES(own), cryptograms[0]);
	if (status == YKT_OK)
		status =
		    scp02_cryptogram(crypto, session.s_enc, YKT_BYTES(own), host, cryptograms[1]);
	if (status == YKT_OK) {
		memcpy(ret_card, cryptograms[0], SCP02_MAC_LEN);
		memcpy(ret_host, cryptograms[1], SCP02_MAC_LEN);
		*ret_session = session;
	}
	ykt_wipe(&session, sizeof(session));
	ykt_wipe(cryptograms, sizeof(cryptograms));

	return status;
}

enum ykt_status
scp02_authenticate_check(struct crypto *crypto, struct scp02_session *session,
    const struct apdu_cmd *cmd, const uint8_t host_cryptogram[SCP02_MAC_LEN])
{
	struct apdu_cmd plain = *cmd;
	uint8_t mac[SCP02_MAC_LEN];
	const uint8_t *sent;
	enum ykt_status status;
	bool right;

	if (cmd->p1 != SCP02_LEVEL_NONE && !scp02_level_known(cmd->p1))
		return YKT_E_ARG;
	if (cmd->data.len != 2 * SCP02_MAC_LEN)
		return YKT_E_FORMAT;
	sent = cmd->data.data;
	plain.data = ykt_bytes(sent, SCP02_MAC_LEN);
	status = scp02_command_mac(crypto, session, &plain, mac);
	if (status != YKT_OK)
		return status;
	right = ykt_ct_equal(sent, host_cryptogram, SCP02_MAC_LEN);
	right = ykt_ct_equal(sent + SCP02_MAC_LEN, mac, SCP02_MAC_LEN) && right;
	if (right)
		scp02_session_open(session, cmd->p1, mac);
	else
		status = YKT_E_MAC;
	ykt_wipe(mac, sizeof(mac));

	return status;
}

/* 3DES-CBC backwards with IV 0, and the padding off. bytes has room for in. */
static enum ykt_status
decipher(struct crypto *crypto, const uint8_t key[SCP02_KEY_LEN], struct ykt_bytes in,
    uint8_t *bytes, size_t *ret_len)
{
	static const uint8_t zero_iv[BLOCK];
	struct crypto_key cipher_key;
	enum ykt_status status;

	if (in.len % BLOCK != 0)
		return YKT_E_MAC;
	status = crypto_key_set(CRYPTO_TDES2, ykt_bytes(key, SCP02_KEY_LEN), &cipher_key);
	if (status != YKT_OK)
		return status;
	status = crypto_cbc_decrypt(crypto, &cipher_key, zero_iv, in, bytes);
	ykt_wipe(&cipher_key, sizeof(cipher_key));
	if (status == YKT_OK && crypto_unpad(ykt_bytes(bytes, in.len), BLOCK, ret_len) != YKT_OK)
		status = YKT_E_MAC;

	return status;
}

enum ykt_status
scp02_cmd_unwrap(struct crypto *crypto, struct scp02_session *session, struct ykt_bytes wrapped,
    struct ykt_buf *out)
{
	uint8_t bytes[APDU_SHORT_DATA_MAX + BLOCK];
	uint8_t mac[SCP02_MAC_LEN];
	struct ykt_bytes body;
	const uint8_t *sent;
	struct apdu_cmd cmd;
	enum ykt_status status = YKT_OK;

	if (session->level == 0)
		return YKT_E_STATE;
	if (apdu_cmd_decode(wrapped, &cmd) != YKT_OK || cmd.extended ||
	    cmd.data.len < SCP02_MAC_LEN)
		return YKT_E_FORMAT;
	if ((cmd.cla & APDU_CLA_SM) == 0)
		return YKT_E_MAC;

	sent = cmd.data.data + cmd.data.len - SCP02_MAC_LEN;
	body = ykt_bytes_sub(cmd.data, 0, cmd.data.len - SCP02_MAC_LEN);
	cmd.data = body;
	if ((session->level & SCP02_LEVEL_C_DEC) != 0 && body.len != 0) {
		size_t len = 0;

		status = decipher(crypto, session->s_enc, body, bytes, &len);
		cmd.data = ykt_bytes(bytes, len);
	}
	if (status == YKT_OK)
		status = scp02_command_mac(crypto, session, &cmd, mac);
	if (status == YKT_OK && !ykt_ct_equal(sent, mac, SCP02_MAC_LEN))
		status = YKT_E_MAC;
	if (status == YKT_OK) {
		cmd.cla &= (uint8_t)~APDU_CLA_SM;
		apdu_cmd_encode(&cmd, out);
		status = ykt_buf_done(out);
	}
	if (status == YKT_OK)
		memcpy(session->last_mac, mac, SCP02_MAC_LEN);
	ykt_wipe(bytes, sizeof(bytes));
	ykt_wipe(mac, sizeof(mac));

	return status;
}

static enum ykt_status
sensitive(struct crypto *crypto, const uint8_t dek[SCP02_KEY_LEN], struct ykt_bytes in,
    bool encrypt, struct ykt_buf *out)
{
	uint8_t bytes[SCP02_SENSITIVE_MAX];
	struct crypto_key key;
	enum ykt_status status;

	if (in.len == 0 || in.len % BLOCK != 0 || in.len > sizeof(bytes))
		return YKT_E_ARG;
	status = crypto_key_set(CRYPTO_TDES2, ykt_bytes(dek, SCP02_KEY_LEN), &key);
	if (status != YKT_OK)
		return status;
	status = encrypt ? crypto_ecb_encrypt(crypto, &key, in, bytes)
			 : crypto_ecb_decrypt(crypto, &key, in, bytes);
	if (status == YKT_OK) {
		ykt_put_mem(out, bytes, in.len);
		status = ykt_buf_done(out);
	}
	ykt_wipe(&key, sizeof(key));
	ykt_wipe(bytes, sizeof(bytes));

	return status;
}

enum ykt_status
scp02_dek_encrypt(struct crypto *crypto, const uint8_t dek[SCP02_KEY_LEN], struct ykt_bytes clear,
    struct ykt_buf *out)
{
	return sensitive(crypto, dek, clear, true, out);
}

enum ykt_status
scp02_dek_decrypt(struct crypto *crypto, const uint8_t dek[SCP02_KEY_LEN], struct ykt_bytes secret,
    struct ykt_buf *out)
{
	return sensitive(crypto, dek, secret, false, out);
}
