/*
 * The scenes of the tear matrix. Where a command moves nothing but a counter of
 * failures, the scene stands at the counter's limit, so that a command shows it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/tear_scene.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/purse_cmd.h"
#include "card/purse_pin.h"
#include "card/sw.h"
#include "sim/tear_rare.h"
#include "sim/tear_talk.h"

/* se.h: how many may fail in a row. */
#define LOADS_UNFINISHED 200
#define MACS_WRONG       100
#define CHANNELS_UNDONE  255

static const struct scp03_keys keys_next = {
	.len = 16, .enc = "bench new enc 16", .mac = "bench new mac 16", .dek = "bench new dek 16"
};

bool
tear_cut_hex(struct tear_card *card, struct tear_cut *cut, const char *hex)
{
	cut->cmd.len = 0;
	return tear_need(card, ykt_hex_decode(hex, strlen(hex), &cut->cmd) == YKT_OK, "hex");
}

/* A purse in use: two loads and a purchase, so every slot has a past. */
bool
tear_use_purse(struct tear_card *card, enum ykt_se_iface iface)
{
	return tear_make_purse(card) &&
	       tear_need(card, tear_card_send_hex(card, iface, TEAR_SELECT_PURSE) == SW_OK,
		   "SELECT of the purse") &&
	       tear_need(card,
		   tear_load(card, iface, 5000) == SW_OK &&
		       tear_purchase(card, iface, 200) == SW_OK &&
		       tear_load(card, iface, 700) == SW_OK,
		   "the purse's past");
}

static bool
initialize(struct tear_card *card, enum ykt_se_iface iface, uint8_t p1, struct ykt_buf *ret_init)
{
	return tear_need(
	    card, tear_initialize(card, iface, p1, 1000, ret_init) == SW_OK, "INITIALIZE");
}

static bool
prepare_init_load(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	bool good = tear_use_purse(card, iface);

	for (unsigned i = 1; i < LOADS_UNFINISHED && good; i++)
		good = initialize(card, iface, PURSE_INIT_LOAD, NULL);

	return good && tear_cut_hex(card, cut, "805000020B01000003E8" TEAR_TERMINAL "10");
}

static bool
prepare_credit(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	uint8_t bytes[16];
	struct ykt_buf init = YKT_BUF(bytes);

	return tear_use_purse(card, iface) && initialize(card, iface, PURSE_INIT_LOAD, &init) &&
	       tear_credit_build(card, ykt_buf_view(&init), 1000, &cut->cmd);
}

static bool
prepare_unload(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	uint8_t bytes[16];
	struct ykt_buf init = YKT_BUF(bytes);

	return tear_use_purse(card, iface) && initialize(card, iface, PURSE_INIT_UNLOAD, &init) &&
	       tear_unload_build(card, ykt_buf_view(&init), 1000, &cut->cmd);
}

static bool
prepare_debit(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	uint8_t bytes[16];
	struct ykt_buf init = YKT_BUF(bytes);

	return tear_use_purse(card, iface) && initialize(card, iface, PURSE_INIT_PURCHASE, &init) &&
	       tear_debit_build(card, ykt_buf_view(&init), PURSE_TYPE_PURCHASE, 1000, &cut->cmd);
}

/* The largest atomic set: four records of 1A and one of 1E. */
static bool
prepare_capp(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	uint8_t bytes[16], record[SE_DATA_LEN], update[160];
	struct ykt_buf init = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(update);
	bool good = tear_use_purse(card, iface) && initialize(card, iface, PURSE_INIT_CAPP, &init);

	for (unsigned i = 0; i < 5 && good; i++) {
		memset(record, (int)(0xA0 + i), sizeof(record));
		ykt_set_u16(record, (uint16_t)(0x2701 + i));
		cmd.len = 0;
		purse_capp_update_build(i < 4 ? PURSE_SFI_JOURNEY : PURSE_SFI_TRIP,
		    ykt_bytes(record, i < 4 ? SE_DATA_LEN : SE_TRIP_LEN), &cmd);
		good = tear_need(card,
		    tear_card_send(card, iface, ykt_buf_view(&cmd), NULL) == SW_OK, "UPDATE CAPP");
	}

	return good &&
	       tear_debit_build(card, ykt_buf_view(&init), PURSE_TYPE_CAPP, 1000, &cut->cmd);
}

/* F1b: the rider taps while the phone is between INITIALIZE FOR LOAD and CREDIT. */
static bool
prepare_tap_over_load(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	uint8_t load_bytes[16], debit_bytes[16];
	struct ykt_buf load = YKT_BUF(load_bytes);
	struct ykt_buf debit = YKT_BUF(debit_bytes);

	return tear_use_purse(card, YKT_SE_WIRED) &&
	       initialize(card, YKT_SE_WIRED, PURSE_INIT_LOAD, &load) &&
	       tear_credit_build(card, ykt_buf_view(&load), 1000, &cut->stale) &&
	       tear_need(card, tear_card_send_hex(card, iface, TEAR_SELECT_PURSE) == SW_OK,
		   "SELECT by the gate") &&
	       initialize(card, iface, PURSE_INIT_PURCHASE, &debit) &&
	       tear_debit_build(card, ykt_buf_view(&debit), PURSE_TYPE_PURCHASE, 1000, &cut->cmd);
}

static bool
prepare_update_binary(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return tear_use_purse(card, iface) &&
	       tear_sm_build(card, iface, "04D69700", "000157", false, &cut->cmd);
}

static bool
prepare_update_record(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	uint8_t record[SE_DATA_LEN] = { 0x27, 0x01 };
	char hex[2 * SE_DATA_LEN + 1];

	memset(record + 2, 0xA5, sizeof(record) - 2);
	ykt_hex_encode(YKT_BYTES(record), hex);

	return tear_use_purse(card, iface) &&
	       tear_sm_build(card, iface, "04DC01D4", hex, false, &cut->cmd);
}

static bool
prepare_wrong_mac(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	bool good = tear_use_purse(card, iface);

	for (unsigned i = 1; i < MACS_WRONG && good; i++) {
		good = tear_sm_build(card, iface, "04D69700", "000157", true, &cut->cmd);
		good = good && tear_need(card,
				   tear_card_send(card, iface, ykt_buf_view(&cut->cmd), NULL) ==
				       SW_SM_WRONG,
				   "a wrong MAC");
	}

	return good && tear_sm_build(card, iface, "04D69700", "000157", true, &cut->cmd);
}

#define VERIFY(len, pin) "00200000" len pin

static bool
prepare_verify_wrong(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return tear_use_purse(card, iface) && tear_cut_hex(card, cut, VERIFY("03", TEAR_PIN_WRONG));
}

/* After a wrong one. I-25: the try is taken before the PIN is looked at. */
static bool
prepare_verify(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	const char *wrong = VERIFY("03", TEAR_PIN_WRONG);

	return tear_use_purse(card, iface) &&
	       tear_need(card, tear_card_send_hex(card, iface, wrong) == 0x63C2, "a wrong PIN") &&
	       tear_cut_hex(card, cut, VERIFY("03", TEAR_PIN)) &&
	       tear_need(card, ykt_hex_decode(wrong, strlen(wrong), &cut->guess) == YKT_OK, "hex");
}

static bool
prepare_change_pin(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	const char *wrong = VERIFY("03", TEAR_PIN_WRONG);

	return tear_use_purse(card, iface) &&
	       tear_cut_hex(card, cut, "805E010006" TEAR_PIN "FF" TEAR_PIN_NEXT) &&
	       tear_need(card, ykt_hex_decode(wrong, strlen(wrong), &cut->guess) == YKT_OK, "hex");
}

static bool
prepare_block(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return tear_use_purse(card, iface) &&
	       tear_sm_build(card, iface, "841E0000", "", false, &cut->cmd);
}

static bool
prepare_unblock(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return prepare_block(card, iface, cut) &&
	       tear_need(card, tear_card_send(card, iface, ykt_buf_view(&cut->cmd), NULL) == SW_OK,
		   "APPLICATION BLOCK") &&
	       tear_sm_build(card, iface, "84180000", "", false, &cut->cmd);
}

static bool
prepare_initialize_update(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return tear_make_ssd(card) &&
	       tear_need(card,
		   tear_card_send_hex(card, iface, "00A4040008" TEAR_AID_SSD "00") == SW_OK,
		   "SELECT of a domain") &&
	       tear_cut_hex(card, cut, "8050000008010203040506070800");
}

/* The last attempt that may succeed: cut before it took, the domain is closed for good. */
static bool
prepare_authenticate(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	struct tear_channel channel;
	bool good = tear_make_ssd(card);

	for (unsigned i = 0; i < CHANNELS_UNDONE && good; i++)
		good = tear_channel_begin(
		    &channel, card, iface, TEAR_AID_SSD, &tear_ssd_keys, &cut->cmd);

	return good;
}

/* A plain command, wrapped in an open channel with the domain. */
bool
tear_cut_plain(struct tear_card *card, enum ykt_se_iface iface, const char *aid,
    const struct scp03_keys *keys, const char *hex, struct tear_cut *cut)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);
	struct tear_channel channel;

	return tear_need(card, ykt_hex_decode(hex, strlen(hex), &plain) == YKT_OK, "hex") &&
	       tear_channel_open(&channel, card, iface, aid, keys) &&
	       tear_channel_wrap(&channel, ykt_buf_view(&plain), &cut->cmd);
}

static bool
prepare_install_ssd(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return tear_cut_plain(card, iface, TEAR_AID_ISD, &tear_isd_keys,
	    "80E60C002007A000000151535008A00000015153504108" TEAR_AID_SSD "018002C9000000", cut);
}

static bool
prepare_install_purse(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return tear_make_ssd(card) &&
	       tear_cut_plain(card, iface, TEAR_AID_ISD, &tear_isd_keys,
		   "80E604002007A000000632010108A00000063201010508" TEAR_AID_PURSE "010002C9000000",
		   cut);
}

static bool
prepare_extradite(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return tear_make_purse(card) &&
	       tear_cut_plain(card, iface, TEAR_AID_ISD, &tear_isd_keys,
		   "80E610001608" TEAR_AID_ISD "0008" TEAR_AID_PURSE "00000000", cut);
}

static bool
prepare_selectable(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return tear_make_personalised(card) &&
	       tear_cut_plain(card, iface, TEAR_AID_ISD, &tear_isd_keys,
		   "80E608000F000008" TEAR_AID_PURSE "01000000", cut);
}

/* Two of the three keys replaced would lock the domain for ever. */
static bool
prepare_put_key(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);
	struct tear_channel channel;

	return tear_make_ssd(card) &&
	       tear_put_key_build(
		   card, TEAR_KVN_SSD, TEAR_KVN_NEXT, &tear_ssd_keys, &keys_next, &plain) &&
	       tear_channel_open(&channel, card, iface, TEAR_AID_SSD, &tear_ssd_keys) &&
	       tear_channel_wrap(&channel, ykt_buf_view(&plain), &cut->cmd);
}

/* T20: the last block of the series that personalises. */
static bool
prepare_store_data(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	uint8_t bytes[600], block[APDU_SHORT_CMD_MAX];
	struct ykt_buf groups = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(block);
	struct tear_channel channel;
	const size_t first = 150;

	if (!tear_make_installed(card) ||
	    !tear_channel_open(&channel, card, iface, TEAR_AID_SSD, &tear_ssd_keys) ||
	    !tear_channel_ok(
		&channel, "80E620000E000008" TEAR_AID_PURSE "000000", "for personalization") ||
	    !tear_perso_build(card, &groups))
		return false;
	gp_store_data_build(GP_STORE_DGI, 0, ykt_bytes(bytes, first), &cmd);
	if (!tear_need(card, tear_channel_send(&channel, ykt_buf_view(&cmd), NULL) == SW_OK,
		"STORE DATA, first block"))
		return false;
	cmd.len = 0;
	gp_store_data_build(
	    GP_STORE_DGI | GP_STORE_LAST, 1, ykt_bytes(bytes + first, groups.len - first), &cmd);

	return tear_channel_wrap(&channel, ykt_buf_view(&cmd), &cut->cmd);
}

static bool
prepare_lock(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return tear_use_purse(card, iface) && tear_cut_plain(card, iface, TEAR_AID_ISD,
						  &tear_isd_keys, "80F0408008" TEAR_AID_PURSE, cut);
}

/* The contactless registry: the purse answers no gate any more. */
static bool
prepare_deactivate(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return tear_use_purse(card, YKT_SE_WIRED) &&
	       tear_need(card, tear_card_send_hex(card, iface, TEAR_SELECT_CRS) == SW_OK,
		   "SELECT of the contactless registry") &&
	       tear_cut_hex(card, cut, "80F001000A4F08" TEAR_AID_PURSE);
}

static bool
prepare_delete_purse(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return tear_use_purse(card, iface) &&
	       tear_cut_plain(card, iface, TEAR_AID_ISD, &tear_isd_keys,
		   "80E400000A4F08" TEAR_AID_PURSE "00", cut);
}

static bool
prepare_delete_related(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return tear_use_purse(card, iface) &&
	       tear_cut_plain(card, iface, TEAR_AID_ISD, &tear_isd_keys,
		   "80E400800A4F08" TEAR_AID_SSD "00", cut);
}

/* A package of our own form (card/gp_load.h), which names the purse's module. */
static bool
load_begin(struct tear_card *card, enum ykt_se_iface iface, struct tear_channel *channel)
{
	return tear_make_ssd(card) &&
	       tear_channel_open(channel, card, iface, TEAR_AID_ISD, &tear_isd_keys) &&
	       tear_channel_ok(channel, "80E602000C07A00000063201020000000000", "for load") &&
	       tear_channel_ok(channel, "80E8000002C41000", "LOAD, first block");
}

static bool
wrap_plain(
    struct tear_channel *channel, struct tear_card *card, const char *hex, struct tear_cut *cut)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);

	return tear_need(card, ykt_hex_decode(hex, strlen(hex), &plain) == YKT_OK, "hex") &&
	       tear_channel_wrap(channel, ykt_buf_view(&plain), &cut->cmd);
}

#define LOAD_LAST "80E8800110594B544C01010208A00000063201010500"

static bool
prepare_load_last(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	struct tear_channel channel;

	return load_begin(card, iface, &channel) && wrap_plain(&channel, card, LOAD_LAST, cut);
}

static bool
prepare_delete_package(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	struct tear_channel channel;

	return load_begin(card, iface, &channel) &&
	       tear_channel_ok(&channel, LOAD_LAST, "LOAD, last block") &&
	       wrap_plain(&channel, card, "80E40000094F07A000000632010200", cut);
}

const struct tear_scene tear_scenes[] = {
	{ "INITIALIZE FOR LOAD, the last allowed", prepare_init_load, SW_OK, TEAR_DEEP },
	{ "CREDIT FOR LOAD", prepare_credit, SW_OK, TEAR_DEEP | TEAR_STEP | TEAR_LOAD },
	{ "DEBIT FOR PURCHASE", prepare_debit, SW_OK, TEAR_DEEP | TEAR_STEP | TEAR_PURCHASE },
	{ "DEBIT FOR CAPP PURCHASE, four 1A and 1E", prepare_capp, SW_OK,
	    TEAR_DEEP | TEAR_STEP | TEAR_PURCHASE },
	{ "DEBIT by a gate in the middle of a load", prepare_tap_over_load, SW_OK,
	    TEAR_DEEP | TEAR_STEP | TEAR_PURCHASE | TEAR_AIR },
	{ "DEBIT FOR UNLOAD", prepare_unload, SW_OK, TEAR_DEEP | TEAR_STEP | TEAR_LOAD },
	{ "VERIFY with a wrong PIN", prepare_verify_wrong, 0x63C2, TEAR_DEEP | TEAR_OPENING },
	{ "VERIFY with the right PIN", prepare_verify, SW_OK, TEAR_DEEP | TEAR_OPENING },
	{ "CHANGE PIN", prepare_change_pin, SW_OK, TEAR_DEEP },
	{ "RELOAD PIN", tear_prepare_reload_pin, SW_OK, TEAR_DEEP },
	{ "UNBLOCK PIN", tear_prepare_unblock_pin, SW_OK, TEAR_DEEP },
	{ "UPDATE OVERDRAW LIMIT", tear_prepare_limit, SW_OK, TEAR_DEEP | TEAR_STEP | TEAR_LOAD },
	{ "UPDATE BINARY", prepare_update_binary, SW_OK, 0 },
	{ "UPDATE BINARY of the issuer's own file", tear_prepare_own_file, SW_OK, 0 },
	{ "UPDATE BINARY of a picture", tear_prepare_picture, SW_OK, TEAR_DEEP },
	{ "APPEND RECORD of file 1A", tear_prepare_append_journey, SW_OK, TEAR_DEEP },
	{ "APPEND RECORD of file 1E", tear_prepare_append_trip, SW_OK, TEAR_DEEP },
	{ "CARD BLOCK", tear_prepare_card_block, SW_OK, TEAR_DEEP },
	{ "UPDATE RECORD of file 1A", prepare_update_record, SW_OK, 0 },
	{ "a wrong MAC, the last allowed", prepare_wrong_mac, SW_SM_WRONG, TEAR_DEEP },
	{ "APPLICATION BLOCK", prepare_block, SW_OK, TEAR_DEEP },
	{ "APPLICATION UNBLOCK", prepare_unblock, SW_OK, TEAR_DEEP },
	{ "INITIALIZE UPDATE", prepare_initialize_update, SW_OK, TEAR_OPENING },
	{ "EXTERNAL AUTHENTICATE, the last allowed", prepare_authenticate, SW_OK, TEAR_DEEP },
	{ "INITIALIZE UPDATE of SCP02", tear_prepare_scp02_initialize, SW_OK, TEAR_OPENING },
	{ "EXTERNAL AUTHENTICATE of SCP02, the last", tear_prepare_scp02_authenticate, SW_OK,
	    TEAR_DEEP },
	{ "INSTALL of a domain", prepare_install_ssd, SW_OK, 0 },
	{ "INSTALL of a purse", prepare_install_purse, SW_OK, TEAR_DEEP },
	{ "INSTALL for extradition", prepare_extradite, SW_OK, 0 },
	{ "INSTALL make selectable", prepare_selectable, SW_OK, TEAR_DEEP },
	{ "PUT KEY of three", prepare_put_key, SW_OK, TEAR_DEEP },
	{ "STORE DATA, last block", prepare_store_data, SW_OK, TEAR_DEEP },
	{ "SET STATUS, locking", prepare_lock, SW_OK, 0 },
	{ "SET STATUS of the contactless registry", prepare_deactivate, SW_OK, TEAR_WIRE },
	{ "STORE DATA, an access rule", tear_prepare_rule, SW_OK, TEAR_DEEP },
	{ "STORE DATA, access rules deleted", tear_prepare_rules_deleted, SW_OK, TEAR_DEEP },
	{ "GENERATE of ident, the first key", tear_prepare_ident_first, SW_OK, TEAR_WIRE },
	{ "GENERATE of ident, another key", tear_prepare_ident_next, SW_OK, TEAR_WIRE },
	{ "GENERATE of ident, for ride codes", tear_prepare_ident_ride, SW_OK, TEAR_WIRE },
	{ "DELETE of ident's keys", tear_prepare_ident_delete, SW_OK, TEAR_WIRE },
	{ "STORE DATA, the platform's key", tear_prepare_ident_platform, SW_OK, TEAR_WIRE },
	{ "DELETE of a purse", prepare_delete_purse, SW_OK, TEAR_TWO_STEPS },
	{ "DELETE with dependents", prepare_delete_related, SW_OK, TEAR_TWO_STEPS },
	{ "LOAD, last block", prepare_load_last, SW_OK, TEAR_DEEP | TEAR_TWO_STEPS },
	{ "DELETE of a package", prepare_delete_package, SW_OK, TEAR_DEEP },
};
const size_t tear_scene_count = YKT_ARRAY_LEN(tear_scenes);
