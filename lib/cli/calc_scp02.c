/*
 * Calculation of a whole SCP02 session, the host end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/calc_channel.h"
#include "cli/calc_priv.h"

#include <ykt/secret.h>

#include "card/scp02.h"
#include "cli/jsonput.h"

#define APDU_BUF_MAX  512
#define DEFAULT_LEVEL 0x01
#define HEAD_LEN      12 /* diversification data, key version, protocol */

static enum ykt_status
get_keys(struct calc_args *args, struct scp02_keys *keys)
{
	enum ykt_status status = calc_args_copy(args, "enc", keys->enc, SCP02_KEY_LEN);

	if (status == YKT_OK)
		status = calc_args_copy(args, "mac", keys->mac, SCP02_KEY_LEN);
	if (status == YKT_OK && calc_args_has(args, "dek"))
		status = calc_args_copy(args, "dek", keys->dek, SCP02_KEY_LEN);

	return status;
}

static void
put_keys(json_t *object, const struct scp02_session *session, bool dek)
{
	json_t *derived = json_object();

	jsonput_hex(derived, "S_ENC", YKT_BYTES(session->s_enc));
	jsonput_hex(derived, "C_MAC", YKT_BYTES(session->c_mac));
	jsonput_hex(derived, "R_MAC", YKT_BYTES(session->r_mac));
	if (dek)
		jsonput_hex(derived, "DEK", YKT_BYTES(session->dek));
	json_object_set_new(object, "derived_session_keys", derived);
}

static enum ykt_status
wrap(struct crypto *crypto, void *session, struct ykt_bytes plain, struct ykt_buf *out)
{
	return scp02_cmd_wrap(crypto, session, plain, out);
}

static enum ykt_status
unwrap(struct crypto *crypto, void *session, struct ykt_bytes plain, struct ykt_bytes wrapped,
    struct ykt_buf *out)
{
	return scp02_rsp_unwrap(crypto, session, plain, wrapped, out);
}

/* EXTERNAL AUTHENTICATE and what follows, for a card that has proved itself. */
static enum ykt_status
run_session(struct crypto *crypto, struct calc_args *args, const struct scp02_keys *keys,
    const uint8_t host_challenge[SCP02_CHALLENGE_LEN], struct ykt_bytes rsp, json_t *object)
{
	struct scp02_session session = { 0 };
	const struct calc_channel channel = { crypto, &session, wrap, unwrap };
	uint8_t raw[APDU_BUF_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	uint32_t level = DEFAULT_LEVEL;
	enum ykt_status status = YKT_OK;

	if (calc_args_has(args, "level"))
		status = calc_args_number(args, "level", 1, &level);
	if (status == YKT_OK)
		status = scp02_authenticate_build(
		    crypto, keys, host_challenge, rsp, (uint8_t)level, &session, &out);
	if (status == YKT_E_ARG)
		status = calc_bad(args, "level: must be 01, 03, 11 or 13");
	if (status == YKT_OK) {
		jsonput_u8(object, "security_level", (uint8_t)level);
		jsonput_hex(object, "external_authenticate", ykt_buf_view(&out));
		status = calc_channel_run(&channel, args, object);
	}
	ykt_wipe(&session, sizeof(session));

	return status;
}

/* The answer, without the status word that a reader shows behind it. */
static enum ykt_status
get_answer(struct calc_args *args, struct ykt_buf *rsp)
{
	enum ykt_status status = calc_args_bytes(args, "initialize-update-response", 0, rsp);

	if (status == YKT_OK && rsp->len == SCP02_INIT_RSP_LEN + 2 &&
	    ykt_get_u16(rsp->data + SCP02_INIT_RSP_LEN) == 0x9000)
		rsp->len -= 2;
	if (status == YKT_OK && (rsp->len != SCP02_INIT_RSP_LEN || rsp->data[HEAD_LEN - 1] != 0x02))
		status = calc_bad(args, "initialize-update-response: not an SCP02 answer");

	return status;
}

enum ykt_status
calc_scp02(struct crypto *crypto, struct calc_args *args, json_t *object)
{
	struct scp02_keys keys = { 0 };
	struct scp02_session session = { 0 };
	uint8_t host_challenge[SCP02_CHALLENGE_LEN];
	uint8_t raw[APDU_BUF_MAX];
	struct ykt_buf rsp = YKT_BUF(raw);
	uint8_t card[SCP02_MAC_LEN];
	uint8_t host[SCP02_MAC_LEN];
	bool right = false;
	enum ykt_status status = get_keys(args, &keys);

	if (status == YKT_OK)
		status =
		    calc_args_copy(args, "host-challenge", host_challenge, sizeof(host_challenge));
	if (status == YKT_OK)
		status = get_answer(args, &rsp);
	if (status == YKT_OK)
		status = scp02_start(crypto, &keys, raw + HEAD_LEN, host_challenge,
		    raw + HEAD_LEN + SCP02_SEQ_LEN, &session, card, host);
	if (status == YKT_OK) {
		right = ykt_ct_equal(card, raw + SCP02_INIT_RSP_LEN - SCP02_MAC_LEN, sizeof(card));
		put_keys(object, &session, calc_args_has(args, "dek"));
		jsonput_hex(object, "card_cryptogram", YKT_BYTES(card));
		json_object_set_new(object, "card_cryptogram_ok", json_boolean(right));
		jsonput_hex(object, "host_cryptogram", YKT_BYTES(host));
	}
	/* Nothing is said to a card that does not know the keys. */
	if (status == YKT_OK && right)
		status =
		    run_session(crypto, args, &keys, host_challenge, ykt_buf_view(&rsp), object);
	ykt_wipe(&keys, sizeof(keys));
	ykt_wipe(&session, sizeof(session));

	return status == YKT_NOT_FOUND ? YKT_E_FORMAT : status;
}
