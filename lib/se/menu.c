/*
 * The event machine of the menu application.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/menu_priv.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/purse_pin.h"
#include "card/sw.h"
#include "card/usat_text.h"

#define NUMBER_MAX   254
#define REPEATS_MAX  3
#define REPEAT_FIRST 0x20 /* results 20 to 21: for now only */
#define REPEAT_LAST  0x21
#define NEVER_FIRST  0x30
#define DONE_LAST    0x0F
#define INPUT_MAX    64

/* Bits of a profile (TS 102 223 5.2, grade D): byte from 1, mask. */
static const struct {
	uint8_t byte;
	uint8_t mask;
} needed[] = {
	{ 1, 0x08 }, /* menu selection */
	{ 3, 0x05 }, /* DISPLAY TEXT, GET INPUT */
	{ 4, 0x21 }, /* SELECT ITEM, SET UP MENU */
};

/* What each way to the platform needs beside; every row of a bit must hold. */
static const struct {
	uint8_t can; /* MENU_CAN_x */
	uint8_t byte;
	uint8_t mask;
} abilities[] = {
	{ MENU_CAN_ASK, 3, 0x02 },                               /* GET INKEY */
	{ MENU_CAN_ASK, 8, 0x08 },                               /* with yes or no */
	{ MENU_CAN_TCP | MENU_CAN_UDP | MENU_CAN_SMS, 1, 0x20 }, /* timer expiration */
	{ MENU_CAN_TCP | MENU_CAN_UDP | MENU_CAN_SMS, 8, 0x01 }, /* TIMER MANAGEMENT */
	{ MENU_CAN_TCP | MENU_CAN_UDP, 5, 0x01 },                /* SET UP EVENT LIST */
	{ MENU_CAN_TCP | MENU_CAN_UDP, 6, 0x0C },  /* data available, channel status */
	{ MENU_CAN_TCP | MENU_CAN_UDP, 12, 0x0F }, /* OPEN CHANNEL to SEND DATA */
	{ MENU_CAN_TCP | MENU_CAN_UDP, 13, 0x02 }, /* packet data */
	{ MENU_CAN_TCP, 17, 0x01 }, { MENU_CAN_UDP, 17, 0x02 },
	{ MENU_CAN_SMS, 1, 0x02 }, /* SMS-PP download */
	{ MENU_CAN_SMS, 4, 0x02 }, /* SEND SHORT MESSAGE */
};

static bool
has_bits(struct ykt_bytes profile, uint8_t byte, uint8_t mask)
{
	return profile.len >= byte && (profile.data[byte - 1] & mask) == mask;
}

static uint8_t
abilities_of(struct ykt_bytes profile)
{
	uint8_t can = MENU_CAN_ASK | MENU_CAN_TCP | MENU_CAN_UDP | MENU_CAN_SMS;

	for (size_t i = 0; i < YKT_ARRAY_LEN(abilities); i++)
		if (!has_bits(profile, abilities[i].byte, abilities[i].mask))
			can &= (uint8_t)~abilities[i].can;

	return can;
}

/* Kept: what the handset can do, and what is still open in the element. */
static void
end(struct se_menu *menu)
{
	const struct se_menu kept = { .ready = menu->ready,
		.number = menu->number,
		.can = menu->can,
		.purse_channel = menu->purse_channel };

	ykt_wipe(menu, sizeof(*menu));
	menu->ready = kept.ready;
	menu->number = kept.number;
	menu->can = kept.can;
	menu->purse_channel = kept.purse_channel;
}

void
menu_issue(struct se_menu *menu)
{
	menu->wait = MENU_PENDING;
	menu->number = (uint8_t)(menu->number % NUMBER_MAX + 1);
}

static void
show_list(struct se_menu *menu, uint8_t screen, uint8_t from)
{
	menu->show = MENU_SHOW_LIST;
	menu->screen = screen;
	menu->from = from;
	menu_issue(menu);
}

void
menu_go_back(struct se_menu *menu)
{
	uint8_t screen = menu->screen;

	end(menu);
	if (screen != MENU_ROOT)
		show_list(menu, screen, 0);
}

void
menu_restart(struct se_menu *menu)
{
	end(menu);
	if (menu->ready) {
		menu->show = MENU_SHOW_SET_UP;
		menu_issue(menu);
	}
}

uint16_t
menu_profile(struct se_menu *menu, struct ykt_bytes profile)
{
	bool ready = true;

	for (size_t i = 0; i < YKT_ARRAY_LEN(needed); i++)
		ready = ready && has_bits(profile, needed[i].byte, needed[i].mask);
	end(menu);
	menu->number = 0;
	menu->ready = ready;
	menu->can = abilities_of(profile);
	menu_restart(menu);

	return SW_OK;
}

/* The records from menu->from on; after the last one the list again. */
static void
show_records(struct se_menu *menu, const struct menu_os *os)
{
	if (menu_read_records(menu, os))
		menu_issue(menu);
	else
		menu_go_back(menu);
}

static void
run_item(struct se_menu *menu, const struct menu_os *os, struct menu_item item)
{
	menu->from = 0;
	switch ((enum menu_op)item.op) {
	case MENU_OP_SCREEN:
		show_list(menu, item.arg, 0);
		return;
	case MENU_OP_TEXT:
		menu->show = MENU_SHOW_TEXT;
		menu->text = item.arg;
		break;
	case MENU_OP_BALANCE:
		menu_read_balance(menu, os);
		break;
	case MENU_OP_RECORDS:
		show_records(menu, os);
		return;
	case MENU_OP_NUMBER:
		menu_read_number(menu, os);
		break;
	case MENU_OP_PIN:
		menu->show = MENU_SHOW_PIN_OLD;
		break;
	default:
		menu_flow_begin(menu, os, item);
		return;
	}
	menu_issue(menu);
}

uint16_t
menu_envelope(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes data)
{
	struct menu_screen root = menu_pack_screen(os->pack, MENU_ROOT);
	struct usat_envelope envelope;
	struct ykt_bytes id;

	if (!menu->ready)
		return SW_CONDITIONS;
	if (usat_envelope_decode(data, &envelope) != YKT_OK)
		return SW_DATA;
	if (envelope.tag == USAT_EVENT || envelope.tag == USAT_TIMER_EXPIRATION)
		return menu_net_event(menu, os, &envelope);
	if (envelope.tag != USAT_MENU_SELECTION || envelope.source != USAT_KEYPAD ||
	    envelope.dest != USAT_UICC)
		return SW_DATA;
	if (!usat_find(envelope.body, USAT_TAG_ITEM_ID, &id) || id.len != 1 || id.data[0] == 0 ||
	    id.data[0] > root.item_count)
		return SW_DATA;
	if (menu->wait != MENU_IDLE || menu->flow.waits)
		return SW_TOOLKIT_BUSY;
	end(menu);
	/* Of a load that a restart of the menu cut off. */
	menu_load_leave(menu, os);
	run_item(menu, os, menu_screen_item(&root, (uint8_t)(id.data[0] - 1)));

	return SW_OK;
}

/* The user chose an item of the list that was shown. */
static uint16_t
take_choice(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes body)
{
	struct menu_screen screen = menu_pack_screen(os->pack, menu->screen);
	uint8_t page_end = menu_page_end(os->pack, &screen, menu->from);
	struct ykt_bytes id;

	if (!usat_find(body, USAT_TAG_ITEM_ID, &id) || id.len != 1)
		return SW_DATA;
	if (id.data[0] == MENU_ITEM_MORE && page_end < screen.item_count)
		show_list(menu, menu->screen, page_end);
	else if (id.data[0] > menu->from && id.data[0] <= page_end)
		run_item(menu, os, menu_screen_item(&screen, (uint8_t)(id.data[0] - 1)));
	else
		return SW_DATA;

	return SW_OK;
}

/* Digits to BCD, an odd one before a nibble F (card/purse_pin.h). */
static bool
read_pin(struct ykt_bytes body, struct menu_pin *ret_pin)
{
	uint8_t raw[INPUT_MAX];
	struct ykt_buf digits = YKT_BUF(raw);
	struct menu_pin pin = { 0 };
	struct ykt_bytes value;
	bool good = usat_find(body, USAT_TAG_TEXT, &value) &&
		    usat_text_decode(value, &digits) == YKT_OK && digits.len >= 2 * PURSE_PIN_MIN &&
		    digits.len <= 2 * MENU_PIN_MAX;

	for (size_t i = 0; good && i < digits.len; i++) {
		good = raw[i] >= '0' && raw[i] <= '9';
		if (i % 2 == 0)
			pin.bytes[pin.len++] = (uint8_t)((raw[i] - '0') << 4 | 0x0F);
		else
			pin.bytes[i / 2] = (uint8_t)((pin.bytes[i / 2] & 0xF0) | (raw[i] - '0'));
	}
	if (good)
		*ret_pin = pin;
	ykt_wipe(raw, sizeof(raw));
	ykt_wipe(&pin, sizeof(pin));

	return good;
}

/* An answer to one of the three questions for a PIN. */
static uint16_t
take_pin(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes body)
{
	struct menu_pin pin;

	if (!read_pin(body, &pin))
		return SW_DATA;
	switch (menu->show) {
	case MENU_SHOW_PIN_OLD:
		menu->pin.old = pin;
		menu->show = MENU_SHOW_PIN_NEW;
		break;
	case MENU_SHOW_PIN_NEW:
		menu->pin.fresh = pin;
		menu->show = MENU_SHOW_PIN_AGAIN;
		break;
	default:
		if (ykt_ct_equal(&menu->pin.fresh, &pin, sizeof(pin))) {
			menu_change_pin(menu, os);
		} else {
			ykt_wipe(&menu->pin, sizeof(menu->pin));
			menu->show = MENU_SHOW_TEXT;
			menu->text = MENU_TEXT_PIN_DIFFER;
		}
		break;
	}
	ykt_wipe(&pin, sizeof(pin));
	menu_issue(menu);

	return SW_OK;
}

/* The command was carried out. */
static uint16_t
take_done(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes body)
{
	menu->repeats = 0;
	if (menu_net_shows(menu))
		return menu_net_done(menu, os, body);
	switch (menu_build_type(menu)) {
	case USAT_SELECT_ITEM:
		return take_choice(menu, os, body);
	case USAT_GET_INKEY:
		return menu_flow_key(menu, os, body);
	case USAT_GET_INPUT:
		return menu->show == MENU_SHOW_ASK ? menu_flow_typed(menu, os, body)
						   : take_pin(menu, os, body);
	case USAT_SET_UP_MENU:
		end(menu);
		menu_load_leave(menu, os);
		menu_flow_resume(menu, os, true);
		return SW_OK;
	default:
		break;
	}
	if (menu->show == MENU_SHOW_RECORDS) {
		menu->from = (uint8_t)(menu->from + menu->count);
		show_records(menu, os);
	} else {
		menu_go_back(menu);
	}

	return SW_OK;
}

/* Back: from a list to its parent, from anything else to its list. */
static void
take_back(struct se_menu *menu, const struct menu_os *os)
{
	if (menu->show == MENU_SHOW_LIST)
		menu->screen = menu_pack_screen(os->pack, menu->screen).parent;
	menu_go_back(menu);
}

/* The command was not carried out. */
static void
take_failure(struct se_menu *menu, const struct menu_os *os, uint8_t result)
{
	uint8_t repeats = menu->repeats;

	if (result >= REPEAT_FIRST && result <= REPEAT_LAST && repeats < REPEATS_MAX) {
		menu->repeats++;
		menu_issue(menu);
	} else if (menu_net_shows(menu)) {
		menu->repeats = 0;
		menu_net_failed(menu, os);
	} else if (result == USAT_USER_BACK) {
		take_back(menu, os);
	} else if (result == USAT_USER_HELP) {
		menu_issue(menu); /* there is no help: the same again */
	} else {
		end(menu);
	}
}

uint16_t
menu_response(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes data,
    enum menu_verdict *ret_verdict)
{
	bool set_up = menu->show == MENU_SHOW_SET_UP;
	struct usat_response response;
	uint16_t sw = SW_OK;

	*ret_verdict = MENU_GOES_ON;
	if (menu->wait != MENU_FETCHED)
		return SW_CONDITIONS;
	if (usat_response_decode(data, &response) != YKT_OK ||
	    response.head.number != menu->number || response.head.type != menu_build_type(menu) ||
	    response.head.qualifier != menu_build_qualifier(menu) ||
	    response.head.dest != USAT_UICC)
		return SW_DATA;
	if (response.result <= DONE_LAST) {
		sw = take_done(menu, os, response.body);
		if (sw == SW_OK && set_up)
			*ret_verdict = MENU_SET_UP;
	} else {
		if (set_up && response.result >= NEVER_FIRST)
			*ret_verdict = MENU_SET_UP_REFUSED;
		take_failure(menu, os, response.result);
	}

	return sw;
}

uint16_t
menu_fetch(struct se_menu *menu, const struct menu_os *os, struct ykt_buf *out)
{
	if (menu->wait != MENU_PENDING)
		return SW_CONDITIONS;
	menu_build(menu, os, out);
	menu->wait = MENU_FETCHED;

	return SW_OK;
}

size_t
menu_waiting(const struct se_menu *menu, const struct menu_os *os, struct ykt_buf *scratch)
{
	size_t start = scratch->len;
	size_t len;

	if (menu->wait != MENU_PENDING)
		return 0;
	menu_build(menu, os, scratch);
	len = scratch->len - start;
	scratch->len = start;

	return scratch->full || len > USAT_COMMAND_MAX ? 0 : len;
}
