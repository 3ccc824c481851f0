/*
 * SCP03: protected commands and responses, GP Amendment D 6.2, both ends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/scp03.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/scp03_priv.h"
#include "crypto/block.h"
#include "crypto/pad.h"

#define WORK_MAX        (APDU_SHORT_NE_MAX + SCP03_BLOCK)
#define RESPONSE_MARK   0x80 /* top byte of the counter for response ciphering */
#define CLA_CHANNEL_4UP 0x40

static void
counter_step(uint8_t counter[SCP03_BLOCK])
{
	for (size_t i = SCP03_BLOCK; i-- > 0;)
		if (++counter[i] != 0)
			return;
}

enum ykt_status
scp03_cipher(struct crypto *crypto, const struct scp03_session *session, bool response,
    bool encrypt, struct ykt_bytes in, uint8_t *out)
{
	uint8_t icv[SCP03_BLOCK];
	struct crypto_key key;
	enum ykt_status status;

	memcpy(icv, session->counter, sizeof(icv));
	if (response)
		icv[0] = RESPONSE_MARK;
	status =
	    crypto_key_set(CRYPTO_AES, ykt_bytes(session->keys.s_enc, session->keys.len), &key);
	if (status != YKT_OK)
		return status;

	status = crypto_ecb_encrypt(crypto, &key, YKT_BYTES(icv), icv);
	if (status == YKT_OK && encrypt)
		status = crypto_cbc_encrypt(crypto, &key, icv, in, out);
	else if (status == YKT_OK)
		status = crypto_cbc_decrypt(crypto, &key, icv, in, out);
	ykt_wipe(&key, sizeof(key));
	ykt_wipe(icv, sizeof(icv));

	return status;
}

enum ykt_status
scp03_command_mac(struct crypto *crypto, const struct scp03_session *session,
    const struct apdu_cmd *cmd, struct ykt_bytes data, uint8_t ret_mac[SCP03_BLOCK])
{
	uint8_t header_bytes[APDU_HEADER_LEN + 3];
	struct ykt_buf header = YKT_BUF(header_bytes);
	uint8_t len = (uint8_t)(data.len + SCP03_MAC_LEN);

	ykt_put_u8(&header, (uint8_t)((cmd->cla & ~APDU_CLA_CHANNEL_MASK) | APDU_CLA_SM));
	ykt_put_u8(&header, cmd->ins);
	ykt_put_u8(&header, cmd->p1);
	ykt_put_u8(&header, cmd->p2);
	if (cmd->extended)
		ykt_put_u16(&header, 0);
	ykt_put_u8(&header, len);

	const struct ykt_bytes parts[] = { YKT_BYTES(session->chain), ykt_buf_view(&header), data };

	return scp03_mac(
	    crypto, session->keys.s_mac, session->keys.len, parts, YKT_ARRAY_LEN(parts), ret_mac);
}

enum ykt_status
scp03_cmd_wrap(struct crypto *crypto, struct scp03_session *session, struct ykt_bytes plain,
    struct ykt_buf *out)
{
	struct scp03_session next = *session;
	uint8_t raw[WORK_MAX];
	struct ykt_buf data = YKT_BUF(raw);
	struct apdu_cmd cmd;
	enum ykt_status status = YKT_OK;

	if (session->level == 0)
		return YKT_E_STATE;
	if (apdu_cmd_decode(plain, &cmd) != YKT_OK || cmd.extended ||
	    (cmd.cla & CLA_CHANNEL_4UP) != 0)
		return YKT_E_ARG;

	counter_step(next.counter);
	ykt_put(&data, cmd.data);
	if ((session->level & SCP03_LEVEL_C_ENC) != 0 && cmd.data.len != 0) {
		crypto_pad(&data, SCP03_BLOCK);
		status = scp03_cipher(crypto, &next, false, true, ykt_buf_view(&data), raw);
	}
	if (status == YKT_OK && data.len + SCP03_MAC_LEN > APDU_SHORT_DATA_MAX)
		status = YKT_E_ARG;
	if (status == YKT_OK)
		status = scp03_command_mac(crypto, session, &cmd, ykt_buf_view(&data), next.chain);
	if (status == YKT_OK) {
		ykt_put_mem(&data, next.chain, SCP03_MAC_LEN);
		cmd.cla |= APDU_CLA_SM;
		cmd.data = ykt_buf_view(&data);
		apdu_cmd_encode(&cmd, out);
		status = ykt_buf_done(out);
	}
	if (status == YKT_OK)
		*session = next;
	ykt_wipe(&next, sizeof(next));
	ykt_wipe(raw, sizeof(raw));

	return status;
}

/* Deciphers into data (which holds the ciphertext) and drops the padding. */
static enum ykt_status
decipher(
    struct crypto *crypto, const struct scp03_session *session, bool response, struct ykt_buf *data)
{
	enum ykt_status status;
	size_t len;

	if (data->len % SCP03_BLOCK != 0)
		return YKT_E_MAC;
	status = scp03_cipher(crypto, session, response, false, ykt_buf_view(data), data->data);
	if (status == YKT_OK && crypto_unpad(ykt_buf_view(data), SCP03_BLOCK, &len) != YKT_OK)
		status = YKT_E_MAC;
	if (status == YKT_OK)
		data->len = len;

	return status;
}

enum ykt_status
scp03_cmd_unwrap(struct crypto *crypto, struct scp03_session *session, struct ykt_bytes wrapped,
    struct ykt_buf *out)
{
	struct scp03_session next = *session;
	uint8_t raw[WORK_MAX];
	struct ykt_buf data = YKT_BUF(raw);
	struct ykt_bytes body;
	struct apdu_cmd cmd;
	enum ykt_status status;

	if (session->level == 0)
		return YKT_E_STATE;
	if (apdu_cmd_decode(wrapped, &cmd) != YKT_OK || cmd.data.len > APDU_SHORT_DATA_MAX)
		return YKT_E_FORMAT;
	if ((cmd.cla & APDU_CLA_SM) == 0)
		return YKT_E_MAC;
	if (cmd.data.len < SCP03_MAC_LEN)
		return YKT_E_FORMAT;

	body = ykt_bytes_sub(cmd.data, 0, cmd.data.len - SCP03_MAC_LEN);
	counter_step(next.counter);
	ykt_put(&data, body);
	status = scp03_command_mac(crypto, session, &cmd, body, next.chain);
	if (status == YKT_OK && !ykt_ct_equal(next.chain, cmd.data.data + body.len, SCP03_MAC_LEN))
		status = YKT_E_MAC;
	if (status == YKT_OK && (session->level & SCP03_LEVEL_C_ENC) != 0 && body.len != 0)
		status = decipher(crypto, &next, false, &data);
	if (status == YKT_OK) {
		cmd.cla &= (uint8_t)~APDU_CLA_SM;
		cmd.data = ykt_buf_view(&data);
		apdu_cmd_shorten(&cmd);
		apdu_cmd_encode(&cmd, out);
		status = ykt_buf_done(out);
	}
	if (status == YKT_OK)
		*session = next;
	ykt_wipe(&next, sizeof(next));
	ykt_wipe(raw, sizeof(raw));

	return status;
}

/* GP Amendment D 6.2.5: success and warnings are protected, errors come bare. */
static bool
sw_protected(uint16_t sw)
{
	return sw == 0x9000 || (sw & 0xFF00) == 0x6200 || (sw & 0xFF00) == 0x6300;
}

static enum ykt_status
response_mac(struct crypto *crypto, const struct scp03_session *session, struct ykt_bytes data,
    uint16_t sw, uint8_t ret_mac[SCP03_BLOCK])
{
	uint8_t sw_raw[APDU_SW_LEN];
	const struct ykt_bytes parts[] = { YKT_BYTES(session->chain), data, YKT_BYTES(sw_raw) };

	ykt_set_u16(sw_raw, sw);

	return scp03_mac(
	    crypto, session->keys.s_rmac, session->keys.len, parts, YKT_ARRAY_LEN(parts), ret_mac);
}

enum ykt_status
scp03_rsp_unwrap(struct crypto *crypto, const struct scp03_session *session,
    struct ykt_bytes wrapped, struct ykt_buf *out)
{
	uint8_t raw[WORK_MAX];
	struct ykt_buf data = YKT_BUF(raw);
	uint8_t mac[SCP03_BLOCK];
	struct ykt_bytes body;
	struct apdu_rsp rsp;
	enum ykt_status status;

	if (apdu_rsp_decode(wrapped, &rsp) != YKT_OK)
		return YKT_E_FORMAT;
	if ((session->level & SCP03_LEVEL_R_MAC) == 0 ||
	    (!sw_protected(rsp.sw) && rsp.data.len == 0)) {
		ykt_put(out, wrapped);
		return ykt_buf_done(out);
	}
	if (rsp.data.len < SCP03_MAC_LEN || rsp.data.len > sizeof(raw))
		return YKT_E_MAC;

	body = ykt_bytes_sub(rsp.data, 0, rsp.data.len - SCP03_MAC_LEN);
	ykt_put(&data, body);
	status = response_mac(crypto, session, body, rsp.sw, mac);
	if (status == YKT_OK && !ykt_ct_equal(mac, rsp.data.data + body.len, SCP03_MAC_LEN))
		status = YKT_E_MAC;
	if (status == YKT_OK && (session->level & SCP03_LEVEL_R_ENC) != 0 && body.len != 0)
		status = decipher(crypto, session, true, &data);
	if (status == YKT_OK) {
		rsp.data = ykt_buf_view(&data);
		apdu_rsp_encode(&rsp, out);
		status = ykt_buf_done(out);
	}
	ykt_wipe(raw, sizeof(raw));

	return status;
}

enum ykt_status
scp03_rsp_wrap(struct crypto *crypto, const struct scp03_session *session, struct ykt_bytes plain,
    struct ykt_buf *out)
{
	uint8_t raw[WORK_MAX];
	struct ykt_buf data = YKT_BUF(raw);
	uint8_t mac[SCP03_BLOCK];
	struct apdu_rsp rsp;
	enum ykt_status status = YKT_OK;

	if (apdu_rsp_decode(plain, &rsp) != YKT_OK)
		return YKT_E_FORMAT;
	if ((session->level & SCP03_LEVEL_R_MAC) == 0 || !sw_protected(rsp.sw)) {
		ykt_put(out, plain);
		return ykt_buf_done(out);
	}

	ykt_put(&data, rsp.data);
	if ((session->level & SCP03_LEVEL_R_ENC) != 0 && rsp.data.len != 0) {
		crypto_pad(&data, SCP03_BLOCK);
		if (!data.full)
			status =
			    scp03_cipher(crypto, session, true, true, ykt_buf_view(&data), raw);
	}
	if (data.full)
		status = YKT_E_SPACE;
	if (status == YKT_OK)
		status = response_mac(crypto, session, ykt_buf_view(&data), rsp.sw, mac);
	if (status == YKT_OK) {
		ykt_put(out, ykt_buf_view(&data));
		ykt_put_mem(out, mac, SCP03_MAC_LEN);
		ykt_put_u16(out, rsp.sw);
		status = ykt_buf_done(out);
	}
	ykt_wipe(raw, sizeof(raw));

	return status;
}
