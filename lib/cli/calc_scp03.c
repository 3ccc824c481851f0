/*
 * Calculation of a whole SCP03 session, the host end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/calc_channel.h"
#include "cli/calc_priv.h"

#include <ykt/secret.h>

#include "card/scp03.h"
#include "cli/jsonput.h"

#define APDU_BUF_MAX  512
#define DEFAULT_LEVEL 0x01

/* The keys must be of one length; the data encryption key may be left out. */
static enum ykt_status
get_keys(struct calc_args *args, struct scp03_keys *keys)
{
	static const char *const names[] = { "enc", "mac", "dek" };
	uint8_t *const places[] = { keys->enc, keys->mac, keys->dek };
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < YKT_ARRAY_LEN(names) && status == YKT_OK; i++) {
		struct ykt_buf value = { places[i], 0, SCP03_KEY_MAX, false };

		if (i == 2 && !calc_args_has(args, "dek"))
			break;
		status = calc_args_bytes(args, names[i], 0, &value);
		if (status == YKT_OK && i == 0)
			keys->len = (uint8_t)value.len;
		if (status == YKT_OK && value.len != keys->len)
			status = calc_bad(args, "enc, mac, dek: must have the same length");
	}
	if (status == YKT_OK && keys->len != 16 && keys->len != 24 && keys->len != 32)
		status = calc_bad(args, "enc: must have 16, 24 or 32 bytes");

	return status == YKT_NOT_FOUND ? YKT_E_FORMAT : status;
}

static void
put_keys(json_t *object, const struct scp03_session_keys *keys)
{
	json_t *derived = json_object();

	jsonput_hex(derived, "S_ENC", ykt_bytes(keys->s_enc, keys->len));
	jsonput_hex(derived, "S_MAC", ykt_bytes(keys->s_mac, keys->len));
	jsonput_hex(derived, "S_RMAC", ykt_bytes(keys->s_rmac, keys->len));
	json_object_set_new(object, "derived_session_keys", derived);
}

static enum ykt_status
wrap(struct crypto *crypto, void *session, struct ykt_bytes plain, struct ykt_buf *out)
{
	return scp03_cmd_wrap(crypto, session, plain, out);
}

static enum ykt_status
unwrap(struct crypto *crypto, void *session, struct ykt_bytes plain, struct ykt_bytes wrapped,
    struct ykt_buf *out)
{
	(void)plain;

	return scp03_rsp_unwrap(crypto, session, wrapped, out);
}

/* EXTERNAL AUTHENTICATE and what follows, once both cryptograms are known. */
static enum ykt_status
run_session(struct crypto *crypto, struct calc_args *args, const struct scp03_session_keys *keys,
    const uint8_t host_cryptogram[SCP03_MAC_LEN], json_t *object)
{
	struct scp03_session session;
	const struct calc_channel channel = { crypto, &session, wrap, unwrap };
	uint8_t raw[APDU_BUF_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	uint32_t level = DEFAULT_LEVEL;
	enum ykt_status status = YKT_OK;

	if (calc_args_has(args, "level"))
		status = calc_args_number(args, "level", 1, &level);
	if (status != YKT_OK)
		return status;

	scp03_session_init(&session, keys);
	status = scp03_authenticate_build(crypto, &session, (uint8_t)level, host_cryptogram, &out);
	if (status == YKT_E_ARG)
		status = calc_bad(args, "level: must be 01, 03, 11, 13 or 33");
	if (status == YKT_OK) {
		jsonput_u8(object, "security_level", (uint8_t)level);
		jsonput_hex(object, "external_authenticate", ykt_buf_view(&out));
		status = calc_channel_run(&channel, args, object);
	}
	ykt_wipe(&session, sizeof(session));

	return status;
}

enum ykt_status
calc_scp03(struct crypto *crypto, struct calc_args *args, json_t *object)
{
	struct scp03_keys keys = { 0 };
	struct scp03_session_keys session_keys = { 0 };
	struct scp03_init_rsp init = { 0 };
	uint8_t host_challenge[SCP03_CHALLENGE_LEN];
	uint8_t raw[APDU_BUF_MAX];
	struct ykt_buf rsp = YKT_BUF(raw);
	uint8_t card[SCP03_MAC_LEN];
	uint8_t host[SCP03_MAC_LEN];
	enum ykt_status status = get_keys(args, &keys);

	if (status == YKT_OK)
		status =
		    calc_args_copy(args, "host-challenge", host_challenge, sizeof(host_challenge));
	if (status == YKT_OK)
		status = calc_args_bytes(args, "initialize-update-response", 0, &rsp);
	/* With its status word, as a reader shows it, or without. */
	if (status == YKT_OK && rsp.len > 2 && ykt_get_u16(raw + rsp.len - 2) == 0x9000 &&
	    scp03_init_rsp_decode(ykt_buf_view(&rsp), &init) != YKT_OK)
		rsp.len -= 2;
	if (status == YKT_OK && scp03_init_rsp_decode(ykt_buf_view(&rsp), &init) != YKT_OK)
		status = calc_bad(args, "initialize-update-response: not an SCP03 answer");
	if (status == YKT_OK)
		status = scp03_derive(crypto, &keys, host_challenge, init.challenge, &session_keys);
	if (status == YKT_OK)
		status = scp03_cryptograms(
		    crypto, &session_keys, host_challenge, init.challenge, card, host);
	if (status == YKT_OK) {
		put_keys(object, &session_keys);
		jsonput_hex(object, "card_cryptogram", YKT_BYTES(card));
		json_object_set_new(object, "card_cryptogram_ok",
		    json_boolean(ykt_ct_equal(card, init.cryptogram, sizeof(card))));
		jsonput_hex(object, "host_cryptogram", YKT_BYTES(host));
		status = run_session(crypto, args, &session_keys, host, object);
	}
	ykt_wipe(&keys, sizeof(keys));
	ykt_wipe(&session_keys, sizeof(session_keys));

	return status == YKT_NOT_FOUND ? YKT_E_FORMAT : status;
}
