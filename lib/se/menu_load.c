/*
 * The menu's dealings with the element for the platform, all by APDU through the
 * dispatcher: scripts of a load to the purse, its number, blocks of a new menu.
 *
 * The channel on which INITIALIZE FOR LOAD ran stays open until CREDIT FOR LOAD came, or
 * the load was given up: the purse takes the one only where the other was.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/menu_priv.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/apdu.h"
#include "card/files.h"
#include "card/purse_cmd.h"
#include "card/sw.h"

#define LOAD_INS 0xE8
#define P1_LAST  0x80

bool
menu_load_serial(
    const struct menu_os *os, uint8_t ret_serial[AIR_SERIAL_LEN], enum menu_text *ret_why)
{
	struct file15 file = { 0 };
	struct menu_talk talk;
	uint16_t sw = menu_talk_purse(&talk, os);

	_Static_assert(sizeof(file.serial) == AIR_SERIAL_LEN, "a serial fits a call");
	if (sw == SW_OK) {
		purse_read_binary_build(PURSE_SFI_INFO, 0, FILE15_LEN, &talk.cmd);
		sw = menu_talk_send(&talk);
	}
	if (sw == SW_OK && file15_decode(ykt_buf_view(&talk.data), &file) != YKT_OK)
		sw = SW_UNKNOWN;
	menu_talk_end(&talk);
	if (sw != SW_OK) {
		*ret_why = menu_refusal(sw);
		return false;
	}
	memcpy(ret_serial, file.serial, AIR_SERIAL_LEN);

	return true;
}

bool
menu_load_balance(const struct menu_os *os, uint32_t *ret_fen)
{
	struct menu_talk talk;
	uint16_t sw = menu_talk_purse(&talk, os);
	bool good;

	if (sw == SW_OK) {
		purse_balance_build(PURSE_BALANCE_AVAILABLE, &talk.cmd);
		sw = menu_talk_send(&talk);
	}
	good = sw == SW_OK && purse_balance_rsp_decode(ykt_buf_view(&talk.data), ret_fen) == YKT_OK;
	menu_talk_end(&talk);

	return good;
}

/* The channel of the load, opened unless it is there. */
static uint16_t
enter(struct se_menu *menu, const struct menu_os *os, struct menu_talk *talk)
{
	uint16_t sw = SW_OK;

	if (menu->purse_channel != 0)
		menu_talk_again(talk, os, menu->purse_channel);
	else
		sw = menu_talk_purse(talk, os);
	menu->purse_channel = talk->channel;

	return sw;
}

uint16_t
menu_load_run(
    struct se_menu *menu, const struct menu_os *os, struct ykt_bytes script, struct ykt_buf *data)
{
	struct ykt_rd rd = ykt_rd(script);
	struct ykt_bytes command;
	struct menu_talk talk;
	uint16_t sw = enter(menu, os, &talk);

	while (sw == SW_OK && air_script_next(&rd, &command)) {
		ykt_put(&talk.cmd, command);
		sw = talk.cmd.full ? SW_LENGTH : menu_talk_send(&talk);
	}
	data->len = 0;
	if (sw == SW_OK)
		ykt_put(data, ykt_buf_view(&talk.data));
	if (data->full) {
		data->len = 0;
		sw = SW_UNKNOWN;
	}
	ykt_wipe(&talk, sizeof(talk));

	return sw;
}

void
menu_load_leave(struct se_menu *menu, const struct menu_os *os)
{
	struct menu_talk talk;

	if (menu->purse_channel == 0)
		return;
	menu_talk_again(&talk, os, menu->purse_channel);
	menu->purse_channel = 0;
	menu_talk_end(&talk);
}

/* SELECT of the menu itself, on a channel of its own. */
static uint16_t
call_self(struct menu_talk *talk, const struct menu_os *os)
{
	return menu_talk_open(talk, os, ykt_bytes(SE_AID_MENU, sizeof(SE_AID_MENU) - 1));
}

uint16_t
menu_load_block(const struct menu_os *os, struct ykt_bytes block, uint8_t number, bool last)
{
	const struct apdu_cmd cmd = { .cla = USAT_CLA,
		.ins = LOAD_INS,
		.p1 = last ? P1_LAST : 0,
		.p2 = number,
		.data = block };
	struct menu_talk talk;
	uint16_t sw = call_self(&talk, os);

	if (sw == SW_OK) {
		apdu_cmd_encode(&cmd, &talk.cmd);
		sw = talk.cmd.full ? SW_LENGTH : menu_talk_send(&talk);
	}
	menu_talk_end(&talk);

	return sw;
}
