/*
 * Scenes of the tear matrix: the issuer's commands to a purse, SCP02, the access
 * rules.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/tear_rare.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/purse_admin.h"
#include "card/purse_pin.h"
#include "card/scp02.h"
#include "card/sw.h"
#include "sim/tear_talk.h"

/* se.h: how many may fail in a row. */
#define CHANNELS_UNDONE 255

#define VERIFY_WRONG "0020000003" TEAR_PIN_WRONG
#define INIT_UPDATE  "8050000008010203040506070800"

/* What a rule for the purse is, and one that forbids the same. */
#define RULE "E213E10C4F08" TEAR_AID_PURSE "C100E303D00101"

bool
tear_prepare_reload_pin(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	uint8_t bytes[PURSE_PIN_MAX], mac[PURSE_MAC_LEN];
	struct ykt_buf pin = YKT_BUF(bytes);

	if (!tear_use_purse(card, iface) ||
	    !tear_need(
		card, tear_card_send_hex(card, iface, VERIFY_WRONG) == 0x63C2, "a wrong PIN") ||
	    !tear_need(card,
		ykt_hex_decode(TEAR_PIN_NEXT, strlen(TEAR_PIN_NEXT), &pin) == YKT_OK &&
		    purse_pin_reload_mac(card->crypto, PURSE_ALG_TDES, tear_purse_keys.pin_reload,
			ykt_buf_view(&pin), mac) == YKT_OK,
		"RELOAD PIN, building"))
		return false;
	cut->cmd.len = 0;
	purse_pin_reload_build(PURSE_ALG_TDES, ykt_buf_view(&pin), mac, &cut->cmd);

	return true;
}

bool
tear_prepare_unblock_pin(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	bool good = tear_use_purse(card, iface);

	for (uint16_t left = 3; left > 0 && good; left--)
		good = tear_need(card,
		    tear_card_send_hex(card, iface, VERIFY_WRONG) == (0x63C0 | (left - 1)),
		    "a wrong PIN");

	return good && tear_sm_key_build(
			   card, iface, tear_purse_keys.pin_unblock, "84240000", "", &cut->cmd);
}

bool
tear_prepare_limit(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	uint8_t bytes[PURSE_LIMIT_INIT_RSP_LEN], cmd_bytes[32];
	struct ykt_buf init = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	const char *hex = "805004010701" TEAR_TERMINAL "13";

	return tear_use_purse(card, iface) &&
	       tear_need(card,
		   ykt_hex_decode(hex, strlen(hex), &cmd) == YKT_OK &&
		       tear_card_send(card, iface, ykt_buf_view(&cmd), &init) == SW_OK,
		   "INITIALIZE FOR UPDATE") &&
	       tear_limit_build(card, ykt_buf_view(&init), 700, &cut->cmd);
}

bool
tear_prepare_own_file(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return tear_use_purse(card, iface) &&
	       tear_sm_build(card, iface, "04D68602", "C1C2C3C4", false, &cut->cmd);
}

/* One short command; the chain is cut in tests/se. */
bool
tear_prepare_picture(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return tear_use_purse(card, iface) &&
	       tear_sm_build(card, iface, "04D69B00", "D1D2D3D4D5D6D7D8", false, &cut->cmd);
}

/* A record behind the 16 bytes of its own key, which are as good as any others. */
static bool
append(struct tear_card *card, enum ykt_se_iface iface, const char *head, uint16_t id, size_t len,
    struct tear_cut *cut)
{
	uint8_t data[PURSE_KEY_LEN + SE_DATA_LEN];
	char hex[2 * sizeof(data) + 1];

	memset(data, 0xA7, sizeof(data));
	ykt_set_u16(data + PURSE_KEY_LEN, id);
	ykt_hex_encode(ykt_bytes(data, PURSE_KEY_LEN + len), hex);

	return tear_use_purse(card, iface) &&
	       tear_sm_key_build(card, iface, tear_purse_keys.record, head, hex, &cut->cmd);
}

bool
tear_prepare_append_journey(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return append(card, iface, "04E200D0", 0x2750, SE_DATA_LEN, cut);
}

bool
tear_prepare_append_trip(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return append(card, iface, "04E200F0", 0x0303, SE_TRIP_LEN, cut);
}

/* With the privilege that it needs. */
bool
tear_prepare_card_block(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	struct tear_channel channel;

	return tear_make_purse(card) &&
	       tear_channel_open(&channel, card, YKT_SE_WIRED, TEAR_AID_ISD, &tear_isd_keys) &&
	       tear_channel_ok(
		   &channel, "80E640000F000008" TEAR_AID_PURSE "0110000000", "card lock") &&
	       tear_need(card, tear_card_send_hex(card, iface, TEAR_SELECT_PURSE) == SW_OK,
		   "SELECT of the purse") &&
	       tear_sm_build(card, iface, "84160000", "", false, &cut->cmd);
}

static bool
make_scp02(struct tear_card *card, enum ykt_se_iface iface)
{
	return tear_card_blank_scp02(card) &&
	       tear_need(card, tear_card_send_hex(card, iface, "00A4040000") == SW_OK,
		   "SELECT of the issuer's domain");
}

bool
tear_prepare_scp02_initialize(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return make_scp02(card, iface) && tear_cut_hex(card, cut, INIT_UPDATE);
}

/* Cut before it took, the domain is closed for good. */
bool
tear_prepare_scp02_authenticate(
    struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	static const uint8_t challenge[SCP02_CHALLENGE_LEN] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t bytes[SCP02_INIT_RSP_LEN];
	struct ykt_buf rsp = YKT_BUF(bytes);
	struct scp02_keys keys;
	struct scp02_session session;
	bool good = make_scp02(card, iface) && tear_cut_hex(card, cut, INIT_UPDATE);

	for (unsigned i = 0; i < CHANNELS_UNDONE && good; i++)
		good = tear_need(card,
		    tear_card_send(card, iface, ykt_buf_view(&cut->cmd), &rsp) == SW_OK,
		    "INITIALIZE UPDATE");
	memcpy(keys.enc, tear_isd_keys.enc, sizeof(keys.enc));
	memcpy(keys.mac, tear_isd_keys.mac, sizeof(keys.mac));
	memcpy(keys.dek, tear_isd_keys.dek, sizeof(keys.dek));
	cut->cmd.len = 0;

	return good &&
	       tear_need(card,
		   scp02_authenticate_build(card->crypto, &keys, challenge, ykt_buf_view(&rsp),
		       SCP02_LEVEL_C_MAC | SCP02_LEVEL_C_DEC, &session, &cut->cmd) == YKT_OK,
		   "EXTERNAL AUTHENTICATE, building");
}

/* A command to the access rules, in an open channel; those before it are sent. */
static bool
rules(struct tear_card *card, enum ykt_se_iface iface, const char *first, const char *last,
    struct tear_cut *cut)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);
	struct tear_channel channel;

	return tear_make_purse(card) &&
	       tear_channel_open(&channel, card, iface, TEAR_AID_ISD, &tear_isd_keys) &&
	       tear_channel_ok(
		   &channel, "80E620000F000009" TEAR_AID_RULES "000000", "for the rules") &&
	       (first == NULL || tear_channel_ok(&channel, first, "an access rule")) &&
	       tear_need(card, ykt_hex_decode(last, strlen(last), &plain) == YKT_OK, "hex") &&
	       tear_channel_wrap(&channel, ykt_buf_view(&plain), &cut->cmd);
}

bool
tear_prepare_rule(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return rules(card, iface, NULL, "80E2900017F015" RULE, cut);
}

bool
tear_prepare_rules_deleted(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return rules(card, iface, "80E2900017F015" RULE, "80E2900002F100", cut);
}
