/*
 * What a manager of its domains says to the card on the tear bench.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/tear_talk.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/purse_cmd.h"
#include "card/purse_perso.h"
#include "card/sw.h"

#define LEVEL_ALL (SCP03_LEVEL_C_MAC | SCP03_LEVEL_C_ENC | SCP03_LEVEL_R_MAC | SCP03_LEVEL_R_ENC)
#define DATETIME  "20250102030405"
#define FILE15                                                                                     \
	"01011000FFFFFFFF"                                                                         \
	"0201"                                                                                     \
	"03105170000000000001"                                                                     \
	"20250101"                                                                                 \
	"20351231"                                                                                 \
	"0000"
#define FILE17                                                                                     \
	"00000156110010000001"                                                                     \
	"01"                                                                                       \
	"00000000000000000000000000000000000000000000000000"                                       \
	"000000000000000000000000000000000000000000000000"
#define PARAMS "0186A00000000001" /* cap 100000 fen, limit 0, 3DES */
#define IDS    "270127022703270427052706270727082709270A270B270C270D270E270F27102711"
#define FILES  "0600100000"

/* Keys of this bench alone: no card outside it has them. */
const struct scp03_keys tear_isd_keys = {
	.len = 16, .enc = "bench isd enc 16", .mac = "bench isd mac 16", .dek = "bench isd dek 16"
};
const struct scp03_keys tear_ssd_keys = {
	.len = 16, .enc = "bench ssd enc 16", .mac = "bench ssd mac 16", .dek = "bench ssd dek 16"
};
const struct tear_purse_keys tear_purse_keys = { .load = "bench purse load",
	.purchase = "bench purse debt",
	.tac = "bench purse tac.",
	.maintenance = "bench purse damk",
	.unload = "bench purse dulk",
	.overdraft = "bench purse duk.",
	.pin_unblock = "bench purse dpuk",
	.pin_reload = "bench purse drpk",
	.record = "bench purse open" };

static bool
put_hex(struct tear_card *card, const char *hex, struct ykt_buf *out)
{
	return tear_need(card, ykt_hex_decode(hex, strlen(hex), out) == YKT_OK, "hex");
}

bool
tear_channel_begin(struct tear_channel *channel, struct tear_card *card, enum ykt_se_iface iface,
    const char *aid_hex, const struct scp03_keys *keys, struct ykt_buf *cmd)
{
	static const uint8_t challenge[SCP03_CHALLENGE_LEN] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t aid_bytes[16], answer_bytes[64];
	uint8_t card_cryptogram[SCP03_MAC_LEN], host_cryptogram[SCP03_MAC_LEN];
	struct ykt_buf aid = YKT_BUF(aid_bytes);
	struct ykt_buf answer = YKT_BUF(answer_bytes);
	struct scp03_session_keys session_keys;
	struct scp03_init_rsp rsp;

	*channel = (struct tear_channel){ .card = card, .iface = iface };
	if (!put_hex(card, aid_hex, &aid))
		return false;
	cmd->len = 0;
	purse_select_build(ykt_buf_view(&aid), cmd);
	if (!tear_need(card, tear_card_send(card, iface, ykt_buf_view(cmd), NULL) == SW_OK,
		"SELECT of a domain"))
		return false;
	cmd->len = 0;
	scp03_initialize_build(0, challenge, cmd);
	if (!tear_need(card,
		tear_card_send(card, iface, ykt_buf_view(cmd), &answer) == SW_OK &&
		    scp03_init_rsp_decode(ykt_buf_view(&answer), &rsp) == YKT_OK &&
		    scp03_derive(card->crypto, keys, challenge, rsp.challenge, &session_keys) ==
			YKT_OK &&
		    scp03_cryptograms(card->crypto, &session_keys, challenge, rsp.challenge,
			card_cryptogram, host_cryptogram) == YKT_OK,
		"INITIALIZE UPDATE"))
		return false;
	scp03_session_init(&channel->session, &session_keys);
	cmd->len = 0;
	return tear_need(card,
	    scp03_authenticate_build(
		card->crypto, &channel->session, LEVEL_ALL, host_cryptogram, cmd) == YKT_OK,
	    "EXTERNAL AUTHENTICATE, building");
}

bool
tear_channel_open(struct tear_channel *channel, struct tear_card *card, enum ykt_se_iface iface,
    const char *aid_hex, const struct scp03_keys *keys)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);

	return tear_channel_begin(channel, card, iface, aid_hex, keys, &cmd) &&
	       tear_need(card, tear_card_send(card, iface, ykt_buf_view(&cmd), NULL) == SW_OK,
		   "EXTERNAL AUTHENTICATE");
}

bool
tear_channel_wrap(struct tear_channel *channel, struct ykt_bytes plain, struct ykt_buf *ret_cmd)
{
	ret_cmd->len = 0;
	return tear_need(channel->card,
	    scp03_cmd_wrap(channel->card->crypto, &channel->session, plain, ret_cmd) == YKT_OK,
	    "wrapping a command");
}

uint16_t
tear_channel_send(struct tear_channel *channel, struct ykt_bytes plain, struct ykt_buf *ret_data)
{
	uint8_t cmd_bytes[APDU_SHORT_CMD_MAX], answer_bytes[SE_RSP_MAX], data_bytes[SE_RSP_MAX];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf answer = YKT_BUF(answer_bytes);
	struct ykt_buf data = YKT_BUF(data_bytes);
	uint16_t sw;

	if (!tear_channel_wrap(channel, plain, &cmd))
		return 0;
	sw = tear_card_send(channel->card, channel->iface, ykt_buf_view(&cmd), &answer);
	ykt_put_u16(&answer, sw);
	if (scp03_rsp_unwrap(
		channel->card->crypto, &channel->session, ykt_buf_view(&answer), &data) != YKT_OK)
		return 0;
	if (ret_data != NULL) {
		ret_data->len = 0;
		ykt_put_mem(ret_data, data_bytes, data.len - APDU_SW_LEN);
	}

	return sw;
}

bool
tear_channel_ok(struct tear_channel *channel, const char *plain_hex, const char *what)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);

	return put_hex(channel->card, plain_hex, &plain) &&
	       tear_need(channel->card,
		   tear_channel_send(channel, ykt_buf_view(&plain), NULL) == SW_OK, what);
}

bool
tear_put_key_build(struct tear_card *card, uint8_t old_version, uint8_t new_version,
    const struct scp03_keys *dek, const struct scp03_keys *keys, struct ykt_buf *ret_plain)
{
	const uint8_t *const clear[3] = { keys->enc, keys->mac, keys->dek };
	struct gp_put_key put = {
		.old_version = old_version, .new_version = new_version, .first_id = 1, .count = 3
	};
	uint8_t secret_bytes[3][16];
	bool good = true;

	for (size_t i = 0; i < 3; i++) {
		struct ykt_buf secret = YKT_BUF(secret_bytes[i]);

		put.keys[i].type = GP_KEY_TYPE_AES;
		put.keys[i].len = 16;
		good = good &&
		       scp03_dek_encrypt(card->crypto, dek->dek, dek->len, ykt_bytes(clear[i], 16),
			   &secret) == YKT_OK &&
		       gp_kcv_aes(card->crypto, clear[i], 16, put.keys[i].kcv) == YKT_OK;
		put.keys[i].component = ykt_buf_view(&secret);
	}
	ret_plain->len = 0;
	gp_put_key_build(&put, ret_plain);

	return tear_need(card, good, "PUT KEY, building");
}

static bool
put_perso_key(struct tear_card *card, uint8_t usage, const uint8_t *bytes, struct ykt_buf *out)
{
	struct perso_key key = { .usage = usage, .index = 1, .version = 1, .alg = PURSE_ALG_TDES };

	memcpy(key.key, bytes, sizeof(key.key));
	if (!tear_need(card, perso_kcv(card->crypto, &key, key.kcv) == YKT_OK, "a check value"))
		return false;
	perso_key_encode(&key, out);

	return true;
}

static bool
put_group(struct tear_card *card, uint16_t tag, const char *hex, struct ykt_buf *out)
{
	uint8_t bytes[64];
	struct ykt_buf group = YKT_BUF(bytes);

	if (!put_hex(card, hex, &group))
		return false;
	dgi_put(out, tag, ykt_buf_view(&group));

	return true;
}

/* Tries 3, and the PIN: enciphered like the keys. */
static bool
put_pin(struct tear_card *card, struct ykt_buf *out)
{
	uint8_t bytes[16];
	struct ykt_buf secret = YKT_BUF(bytes);

	if (!tear_need(card,
		scp03_dek_encrypt(card->crypto, tear_ssd_keys.dek, tear_ssd_keys.len,
		    ykt_bytes("\x03\x03\x12\x34\x56", 5), &secret) == YKT_OK,
		"ciphering the PIN"))
		return false;
	dgi_put(out, PERSO_DGI_PIN, ykt_buf_view(&secret));

	return true;
}

bool
tear_perso_build(struct tear_card *card, struct ykt_buf *ret_groups)
{
	uint8_t clear_bytes[256], secret_bytes[256];
	struct ykt_buf clear = YKT_BUF(clear_bytes);
	struct ykt_buf secret = YKT_BUF(secret_bytes);

	if (!put_group(card, PERSO_DGI_FILE15, FILE15, ret_groups) ||
	    !put_group(card, PERSO_DGI_FILE17, FILE17, ret_groups) ||
	    !put_group(card, PERSO_DGI_PARAMS, PARAMS, ret_groups) ||
	    !put_perso_key(card, PERSO_KEY_LOAD, tear_purse_keys.load, &clear) ||
	    !put_perso_key(card, PERSO_KEY_PURCHASE, tear_purse_keys.purchase, &clear) ||
	    !put_perso_key(card, PERSO_KEY_TAC, tear_purse_keys.tac, &clear) ||
	    !put_perso_key(card, PERSO_KEY_MAINTENANCE, tear_purse_keys.maintenance, &clear) ||
	    !put_perso_key(card, PERSO_KEY_UNLOAD, tear_purse_keys.unload, &clear) ||
	    !put_perso_key(card, PERSO_KEY_OVERDRAFT, tear_purse_keys.overdraft, &clear) ||
	    !put_perso_key(card, PERSO_KEY_PIN_UNBLOCK, tear_purse_keys.pin_unblock, &clear) ||
	    !put_perso_key(card, PERSO_KEY_PIN_RELOAD, tear_purse_keys.pin_reload, &clear) ||
	    !put_perso_key(card, PERSO_KEY_RECORD, tear_purse_keys.record, &clear) ||
	    !tear_need(card,
		scp03_dek_encrypt(card->crypto, tear_ssd_keys.dek, tear_ssd_keys.len,
		    ykt_buf_view(&clear), &secret) == YKT_OK,
		"ciphering the purse's keys"))
		return false;
	dgi_put(ret_groups, PERSO_DGI_KEYS, ykt_buf_view(&secret));
	if (!put_pin(card, ret_groups) || !put_group(card, PERSO_DGI_IDS, IDS, ret_groups) ||
	    !put_group(card, PERSO_DGI_FILES, FILES, ret_groups))
		return false;

	return tear_need(card, !ret_groups->full, "room for the groupings");
}

bool
tear_make_ssd(struct tear_card *card)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);
	struct tear_channel channel;

	return tear_channel_open(&channel, card, YKT_SE_WIRED, TEAR_AID_ISD, &tear_isd_keys) &&
	       tear_channel_ok(&channel,
		   "80E60C002007A000000151535008A00000015153504108" TEAR_AID_SSD "018002C9000000",
		   "INSTALL of a domain") &&
	       tear_channel_open(&channel, card, YKT_SE_WIRED, TEAR_AID_SSD, &tear_isd_keys) &&
	       tear_put_key_build(card, 0, TEAR_KVN_SSD, &tear_isd_keys, &tear_ssd_keys, &plain) &&
	       tear_need(card, tear_channel_send(&channel, ykt_buf_view(&plain), NULL) == SW_OK,
		   "PUT KEY");
}

bool
tear_make_installed(struct tear_card *card)
{
	struct tear_channel channel;

	return tear_make_ssd(card) &&
	       tear_channel_open(&channel, card, YKT_SE_WIRED, TEAR_AID_ISD, &tear_isd_keys) &&
	       tear_channel_ok(&channel,
		   "80E604002007A000000632010108A00000063201010508" TEAR_AID_PURSE "010002C9000000",
		   "INSTALL of a purse") &&
	       tear_channel_ok(&channel,
		   "80E610001608" TEAR_AID_SSD "0008" TEAR_AID_PURSE "00000000", "extradition");
}

bool
tear_make_personalised(struct tear_card *card)
{
	uint8_t bytes[600], block[APDU_SHORT_CMD_MAX];
	struct ykt_buf groups = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(block);
	struct tear_channel channel;
	const size_t chunk = 200;
	uint8_t number = 0;

	if (!tear_make_installed(card) ||
	    !tear_channel_open(&channel, card, YKT_SE_WIRED, TEAR_AID_SSD, &tear_ssd_keys) ||
	    !tear_channel_ok(
		&channel, "80E620000E000008" TEAR_AID_PURSE "000000", "for personalization") ||
	    !tear_perso_build(card, &groups))
		return false;
	for (size_t at = 0; at < groups.len; at += chunk) {
		uint8_t last = at + chunk >= groups.len ? GP_STORE_LAST : 0;

		cmd.len = 0;
		gp_store_data_build(GP_STORE_DGI | last, number++,
		    ykt_bytes_sub(ykt_buf_view(&groups), at, chunk), &cmd);
		if (!tear_need(card, tear_channel_send(&channel, ykt_buf_view(&cmd), NULL) == SW_OK,
			"STORE DATA"))
			return false;
	}

	return true;
}

bool
tear_make_purse(struct tear_card *card)
{
	struct tear_channel channel;

	return tear_make_personalised(card) &&
	       tear_channel_open(&channel, card, YKT_SE_WIRED, TEAR_AID_ISD, &tear_isd_keys) &&
	       tear_channel_ok(
		   &channel, "80E608000F000008" TEAR_AID_PURSE "01000000", "make selectable");
}
