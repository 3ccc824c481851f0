/*
 * Scenes of the tear matrix: the identity application. Its key is the one before
 * or the one after, and no certificate outlives its key.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"
#include "sim/tear_rare.h"
#include "sim/tear_talk.h"

#define GENERATE "0046800000"
#define RIDE     "0046800100"
#define DELETE   "00E48000"
#define PERSO    "80E620000D000007" TEAR_AID_IDENT "00000000"
/* Grouping 9101: the generator of the curve stands for the platform's key. */
#define PLATFORM                                                                                   \
	"80E2880043910140"                                                                         \
	"32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"                         \
	"BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"

/* Selected, with a key pair if that is wanted. */
static bool
use_ident(struct tear_card *card, enum ykt_se_iface iface, bool key)
{
	return tear_make_purse(card) &&
	       tear_need(card, tear_card_send_hex(card, iface, TEAR_SELECT_IDENT) == SW_OK,
		   "SELECT of ident") &&
	       (!key ||
		   tear_need(card, tear_card_send_hex(card, iface, GENERATE) == SW_OK, "GENERATE"));
}

bool
tear_prepare_ident_first(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return use_ident(card, iface, false) && tear_cut_hex(card, cut, GENERATE);
}

bool
tear_prepare_ident_next(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return use_ident(card, iface, true) && tear_cut_hex(card, cut, GENERATE);
}

bool
tear_prepare_ident_ride(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return use_ident(card, iface, true) && tear_cut_hex(card, cut, RIDE);
}

/* Both keys go, or neither. */
bool
tear_prepare_ident_delete(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	return use_ident(card, iface, true) &&
	       tear_need(card, tear_card_send_hex(card, iface, RIDE) == SW_OK, "GENERATE") &&
	       tear_cut_hex(card, cut, DELETE);
}

bool
tear_prepare_ident_platform(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);
	struct tear_channel channel;

	return use_ident(card, iface, true) &&
	       tear_channel_open(&channel, card, iface, TEAR_AID_ISD, &tear_isd_keys) &&
	       tear_channel_ok(&channel, PERSO, "for ident") &&
	       tear_need(
		   card, ykt_hex_decode(PLATFORM, strlen(PLATFORM), &plain) == YKT_OK, "hex") &&
	       tear_channel_wrap(&channel, ykt_buf_view(&plain), &cut->cmd);
}
