/*
 * The menu and the purse: standard APDUs on a logical channel of its own.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/menu_priv.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/apdu.h"
#include "card/files.h"
#include "card/purse_cmd.h"
#include "card/purse_pin.h"
#include "card/sw.h"

static const uint8_t channel_open[] = { 0x00, 0x70, 0x00, 0x00, 0x01 };

void
menu_talk_again(struct menu_talk *talk, const struct menu_os *os, uint8_t channel)
{
	memset(talk, 0, sizeof(*talk));
	talk->os = os;
	talk->channel = channel;
	talk->cmd = YKT_BUF(talk->cmd_bytes);
	talk->data = YKT_BUF(talk->data_bytes);
}

uint16_t
menu_talk_send(struct menu_talk *talk)
{
	uint16_t sw;

	talk->data.len = 0;
	talk->cmd_bytes[0] |= talk->channel;
	sw = talk->os->exchange(talk->os->ctx, ykt_buf_view(&talk->cmd), &talk->data);
	talk->cmd.len = 0;

	return talk->data.full ? SW_UNKNOWN : sw;
}

void
menu_talk_end(struct menu_talk *talk)
{
	const uint8_t close[] = { 0x00, 0x70, 0x80, talk->channel };

	if (talk->channel != 0) {
		talk->channel = 0;
		talk->cmd.len = 0;
		ykt_put(&talk->cmd, YKT_BYTES(close));
		(void)menu_talk_send(talk); /* nothing would be different if it stayed open */
	}
	ykt_wipe(talk, sizeof(*talk));
}

uint16_t
menu_talk_open(struct menu_talk *talk, const struct menu_os *os, struct ykt_bytes aid)
{
	uint16_t sw;

	menu_talk_again(talk, os, 0);
	ykt_put(&talk->cmd, YKT_BYTES(channel_open));
	sw = menu_talk_send(talk);
	if (sw != SW_OK || talk->data.len != 1)
		return SW_CONDITIONS;
	talk->channel = talk->data_bytes[0] & APDU_CLA_CHANNEL_MASK;
	purse_select_build(aid, &talk->cmd);

	return menu_talk_send(talk);
}

uint16_t
menu_talk_purse(struct menu_talk *talk, const struct menu_os *os)
{
	return menu_talk_open(talk, os, YKT_BYTES(purse_aid));
}

enum menu_text
menu_refusal(uint16_t sw)
{
	switch (sw) {
	case SW_FILE_NOT_FOUND:
		return MENU_TEXT_NO_CARD;
	case SW_CONDITIONS:
		return MENU_TEXT_BUSY;
	default:
		return MENU_TEXT_FAILED;
	}
}

static void
show_refusal(struct se_menu *menu, uint16_t sw)
{
	menu->show = MENU_SHOW_TEXT;
	menu->text = (uint8_t)menu_refusal(sw);
}

void
menu_read_balance(struct se_menu *menu, const struct menu_os *os)
{
	struct menu_talk talk;
	uint32_t fen = 0;
	uint16_t sw = menu_talk_purse(&talk, os);

	if (sw == SW_OK) {
		purse_balance_build(PURSE_BALANCE_AVAILABLE, &talk.cmd);
		sw = menu_talk_send(&talk);
	}
	if (sw == SW_OK && purse_balance_rsp_decode(ykt_buf_view(&talk.data), &fen) != YKT_OK)
		sw = SW_UNKNOWN;
	menu_talk_end(&talk);
	if (sw != SW_OK) {
		show_refusal(menu, sw);
		return;
	}
	menu->show = MENU_SHOW_BALANCE;
	menu->fen = fen;
}

void
menu_read_number(struct se_menu *menu, const struct menu_os *os)
{
	struct file15 file = { 0 };
	char digits[CARD_NUMBER_MAX];
	struct menu_talk talk;
	uint16_t sw = menu_talk_purse(&talk, os);

	if (sw == SW_OK) {
		purse_read_binary_build(PURSE_SFI_INFO, 0, FILE15_LEN, &talk.cmd);
		sw = menu_talk_send(&talk);
	}
	if (sw == SW_OK && (file15_decode(ykt_buf_view(&talk.data), &file) != YKT_OK ||
			       file15_number(&file, digits) != YKT_OK))
		sw = SW_UNKNOWN;
	menu_talk_end(&talk);
	if (sw != SW_OK) {
		show_refusal(menu, sw);
		return;
	}
	menu->show = MENU_SHOW_NUMBER;
	_Static_assert(sizeof(menu->card.digits) >= sizeof(digits), "a card number fits");
	memcpy(menu->card.digits, digits, sizeof(digits));
	memcpy(menu->card.end_date, file.end_date, sizeof(file.end_date));
}

/* One record of file 18; false when there is none of that number. */
static bool
read_record(
    struct menu_talk *talk, uint8_t number, struct menu_record *ret_record, uint16_t *ret_sw)
{
	struct record_log log;

	purse_read_record_build(PURSE_SFI_LOG, number, &talk->cmd);
	*ret_sw = menu_talk_send(talk);
	if (*ret_sw == SW_RECORD_NOT_FOUND ||
	    (*ret_sw == SW_OK && record_empty(ykt_buf_view(&talk->data)))) {
		*ret_sw = SW_OK;
		return false;
	}
	if (*ret_sw == SW_OK && record_log_decode(ykt_buf_view(&talk->data), &log) != YKT_OK)
		*ret_sw = SW_UNKNOWN;
	if (*ret_sw != SW_OK)
		return false;
	ret_record->type = log.type;
	ret_record->amount = log.amount;
	memcpy(ret_record->when, log.date + 2, 2);
	memcpy(ret_record->when + 2, log.time, 2);

	return true;
}

bool
menu_read_records(struct se_menu *menu, const struct menu_os *os)
{
	struct menu_talk talk;
	uint16_t sw = menu_talk_purse(&talk, os);
	uint8_t count = 0;

	while (sw == SW_OK && count < MENU_PAGE_RECORDS && menu->from + count < RECORD_LOG_COUNT &&
	       read_record(&talk, (uint8_t)(menu->from + count + 1), &menu->records[count], &sw))
		count++;
	menu_talk_end(&talk);
	if (sw != SW_OK) {
		show_refusal(menu, sw);
		return true;
	}
	menu->count = count;
	menu->show = MENU_SHOW_RECORDS;
	if (count == 0 && menu->from == 0) {
		menu->show = MENU_SHOW_TEXT;
		menu->text = MENU_TEXT_NO_RECORDS;
		return true;
	}

	return count != 0;
}

/* The word of CHANGE PIN as a screen. */
static void
show_pin_end(struct se_menu *menu, uint16_t sw)
{
	unsigned left;

	menu->show = MENU_SHOW_TEXT;
	if (sw == SW_OK) {
		menu->text = MENU_TEXT_PIN_DONE;
	} else if (sw_tries_left(sw, &left)) {
		menu->show = MENU_SHOW_PIN_WRONG;
		menu->count = (uint8_t)left;
	} else if (sw == SW_AUTH_BLOCKED) {
		menu->text = MENU_TEXT_PIN_BLOCKED;
	} else {
		menu->text = MENU_TEXT_FAILED;
	}
}

void
menu_change_pin(struct se_menu *menu, const struct menu_os *os)
{
	struct menu_talk talk;
	uint16_t sw = menu_talk_purse(&talk, os);
	bool selected = sw == SW_OK;

	if (selected) {
		purse_pin_change_build(ykt_bytes(menu->pin.old.bytes, menu->pin.old.len),
		    ykt_bytes(menu->pin.fresh.bytes, menu->pin.fresh.len), &talk.cmd);
		sw = menu_talk_send(&talk);
	}
	menu_talk_end(&talk);
	ykt_wipe(&menu->pin, sizeof(menu->pin));
	if (selected)
		show_pin_end(menu, sw);
	else
		show_refusal(menu, sw);
}
