/*
 * SCP02: MACs of answers (GP231 E.4.6, E.5.3, E.5.4), both ends, and what opens
 * a session.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "card/scp02_priv.h"
#include "card/sw.h"
#include "crypto/mac.h"

/* Header, Lc, data, length of the answer, answer, status word. */
#define INPUT_MAX (APDU_HEADER_LEN + 1 + APDU_SHORT_DATA_MAX + 1 + APDU_SHORT_NE_MAX + APDU_SW_LEN)

bool
scp02_level_known(uint8_t level)
{
	uint8_t command = level & (uint8_t)~SCP02_LEVEL_R_MAC;

	return command == SCP02_LEVEL_C_MAC || command == (SCP02_LEVEL_C_MAC | SCP02_LEVEL_C_DEC);
}

void
scp02_session_open(struct scp02_session *session, uint8_t level, const uint8_t mac[SCP02_MAC_LEN])
{
	memcpy(session->last_mac, mac, SCP02_MAC_LEN);
	memcpy(session->last_r_mac, mac, SCP02_MAC_LEN);
	session->r_session = SCP02_R_NONE;
	session->level = level;
}

enum ykt_status
scp02_card_challenge(struct crypto *crypto, const struct scp02_keys *keys,
    const uint8_t seq[SCP02_SEQ_LEN], struct ykt_bytes aid,
    uint8_t ret_challenge[SCP02_CARD_CHALLENGE_LEN])
{
	static const uint8_t zero_iv[SCP02_MAC_LEN];
	uint8_t mac[SCP02_MAC_LEN];
	struct scp02_session session;
	enum ykt_status status = scp02_derive(crypto, keys, seq, &session);

	if (status != YKT_OK)
		return status;
	status = crypto_retail_mac(crypto, session.c_mac, zero_iv, aid, mac);
	if (status == YKT_OK)
		memcpy(ret_challenge, mac, SCP02_CARD_CHALLENGE_LEN);
	ykt_wipe(&session, sizeof(session));

	return status;
}

bool
scp02_r_mac_sent(const struct scp02_session *session)
{
	return (session->level & SCP02_LEVEL_R_MAC) != 0 || session->r_session == SCP02_R_EACH;
}

bool
scp02_r_mac_runs(const struct scp02_session *session)
{
	return scp02_r_mac_sent(session) || session->r_session == SCP02_R_SUM;
}

enum ykt_status
scp02_r_mac_begin(struct crypto *crypto, struct scp02_session *session, enum scp02_r_session kind,
    struct ykt_bytes data)
{
	static const uint8_t zero_iv[SCP02_MAC_LEN];
	uint8_t first[SCP02_MAC_LEN] = { 0 };
	enum ykt_status status = YKT_OK;

	if (session->level == 0 || scp02_r_mac_runs(session))
		return YKT_E_STATE;
	if (data.len > SCP02_R_DATA_MAX)
		return YKT_E_ARG;
	if (data.len != 0)
		status = crypto_retail_mac(crypto, session->r_mac, zero_iv, data, first);
	if (status != YKT_OK)
		return status;
	memcpy(session->last_r_mac, first, SCP02_MAC_LEN);
	session->r_session = (uint8_t)kind;

	return YKT_OK;
}

/* Over the command as it was before the C-MAC, and the answer. */
static enum ykt_status
response_mac(struct crypto *crypto, const struct scp02_session *session, const struct apdu_cmd *cmd,
    const struct apdu_rsp *rsp, uint8_t ret_mac[SCP02_MAC_LEN])
{
	uint8_t bytes[INPUT_MAX];
	struct ykt_buf input = YKT_BUF(bytes);
	enum ykt_status status;

	ykt_put_u8(&input, cmd->cla & (uint8_t) ~(APDU_CLA_SM | APDU_CLA_CHANNEL_MASK));
	ykt_put_u8(&input, cmd->ins);
	ykt_put_u8(&input, cmd->p1);
	ykt_put_u8(&input, cmd->p2);
	ykt_put_u8(&input, (uint8_t)cmd->data.len);
	ykt_put(&input, cmd->data);
	ykt_put_u8(&input, (uint8_t)rsp->data.len);
	ykt_put(&input, rsp->data);
	ykt_put_u16(&input, rsp->sw);
	status = ykt_buf_done(&input);
	if (status == YKT_OK)
		status = crypto_retail_mac(
		    crypto, session->r_mac, session->last_r_mac, ykt_buf_view(&input), ret_mac);
	ykt_wipe(bytes, sizeof(bytes));

	return status;
}

/* An error has no data, so no place for an R-MAC. */
static bool
carries_mac(const struct scp02_session *session, uint16_t sw)
{
	return scp02_r_mac_sent(session) &&
	       (sw == SW_OK || (sw & 0xFF00) == 0x6200 || (sw & 0xFF00) == 0x6300);
}

enum ykt_status
scp02_rsp_wrap(struct crypto *crypto, struct scp02_session *session, const struct apdu_cmd *plain,
    struct ykt_bytes rsp, struct ykt_buf *out)
{
	uint8_t mac[SCP02_MAC_LEN];
	struct apdu_rsp answer;
	enum ykt_status status;

	if (!scp02_r_mac_runs(session)) {
		ykt_put(out, rsp);
		return ykt_buf_done(out);
	}
	status = apdu_rsp_decode(rsp, &answer);
	if (status == YKT_OK)
		status = response_mac(crypto, session, plain, &answer, mac);
	if (status != YKT_OK)
		return status;
	ykt_put(out, answer.data);
	if (carries_mac(session, answer.sw))
		ykt_put_mem(out, mac, SCP02_MAC_LEN);
	ykt_put_u16(out, answer.sw);
	status = ykt_buf_done(out);
	if (status == YKT_OK)
		memcpy(session->last_r_mac, mac, SCP02_MAC_LEN);

	return status;
}

enum ykt_status
scp02_rsp_unwrap(struct crypto *crypto, struct scp02_session *session, struct ykt_bytes plain,
    struct ykt_bytes wrapped, struct ykt_buf *out)
{
	uint8_t mac[SCP02_MAC_LEN];
	struct ykt_bytes sent = { 0 };
	struct apdu_cmd cmd;
	struct apdu_rsp rsp;
	enum ykt_status status;

	if (apdu_cmd_decode(plain, &cmd) != YKT_OK || apdu_rsp_decode(wrapped, &rsp) != YKT_OK)
		return YKT_E_FORMAT;
	if (!scp02_r_mac_runs(session)) {
		ykt_put(out, wrapped);
		return ykt_buf_done(out);
	}
	/* Only an error without data may come without. */
	if (carries_mac(session, rsp.sw) || (scp02_r_mac_sent(session) && rsp.data.len != 0)) {
		if (rsp.data.len < SCP02_MAC_LEN)
			return YKT_E_MAC;
		sent = ykt_bytes_sub(rsp.data, rsp.data.len - SCP02_MAC_LEN, SCP02_MAC_LEN);
		rsp.data = ykt_bytes_sub(rsp.data, 0, rsp.data.len - SCP02_MAC_LEN);
	}
	status = response_mac(crypto, session, &cmd, &rsp, mac);
	if (status == YKT_OK && sent.len != 0 && !ykt_ct_equal(sent.data, mac, SCP02_MAC_LEN))
		status = YKT_E_MAC;
	if (status == YKT_OK) {
		apdu_rsp_encode(&rsp, out);
		status = ykt_buf_done(out);
	}
	if (status == YKT_OK)
		memcpy(session->last_r_mac, mac, SCP02_MAC_LEN);

	return status;
}
