/*
 * Proactive commands from the state of the menu, straight into the answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/menu_priv.h"

#include "card/purse.h"
#include "card/tlv.h"
#include "card/usat_text.h"

#define ALPHA_MAX      (1 + 2 * MENU_TEXT_LEN_MAX)
#define ITEM_HEAD      3 /* tag, length, identifier */
#define PIN_DIGITS_MIN 4
#define PIN_DIGITS_MAX (2 * MENU_PIN_MAX)
/* Head of a command: D0 81 xx, details, devices. */
#define COMMAND_HEAD 12
#define LIST_ROOM    (USAT_COMMAND_MAX - COMMAND_HEAD)
/* UTF-8 of a page of records: each under 60 bytes of text and numbers. */
#define TEXT_MAX      360
#define TYPE_PURCHASE 0x06
#define TYPE_COMPOUND 0x09
#define TYPE_LOAD     0x02

/* Appends the text in the short form when it has one, else as UCS2. */
static void
put_alpha(struct ykt_buf *out, struct ykt_bytes utf8)
{
	if (usat_alpha_encode(USAT_FORM_GSM, utf8, out) != YKT_OK &&
	    usat_alpha_encode(USAT_FORM_UCS2, utf8, out) != YKT_OK)
		out->full = true; /* the package was judged: it has no such text */
}

static size_t
alpha_len(struct ykt_bytes utf8)
{
	uint8_t raw[ALPHA_MAX];
	struct ykt_buf out = YKT_BUF(raw);

	put_alpha(&out, utf8);

	return out.len;
}

static void
put_title(struct ykt_buf *out, struct ykt_bytes utf8)
{
	size_t mark;

	ykt_put_u8(out, USAT_TAG_ALPHA | USAT_CR);
	mark = out->len;
	put_alpha(out, utf8);
	tlv_end(out, mark);
}

static void
put_item(struct ykt_buf *out, uint8_t id, struct ykt_bytes utf8)
{
	size_t mark;

	ykt_put_u8(out, USAT_TAG_ITEM | USAT_CR);
	mark = out->len;
	ykt_put_u8(out, id);
	put_alpha(out, utf8);
	tlv_end(out, mark);
}

/* A text string element: 8-bit when the default alphabet has it all, else UCS2. */
static void
put_string(struct ykt_buf *out, struct ykt_bytes utf8)
{
	size_t mark;

	ykt_put_u8(out, USAT_TAG_TEXT | USAT_CR);
	mark = out->len;
	if (usat_text_encode(USAT_DCS_8BIT, utf8, out) != YKT_OK &&
	    usat_text_encode(USAT_DCS_UCS2, utf8, out) != YKT_OK)
		out->full = true;
	tlv_end(out, mark);
}

uint8_t
menu_page_end(const struct menu_pack *pack, const struct menu_screen *screen, uint8_t from)
{
	size_t room = LIST_ROOM - 2 - alpha_len(menu_pack_text(pack, screen->title));
	uint8_t end = from;

	/* Every page but one that shows all to the end leads to the next. */
	room -= ITEM_HEAD + alpha_len(menu_pack_text(pack, MENU_TEXT_MORE));
	for (; end < screen->item_count; end++) {
		struct menu_item item = menu_screen_item(screen, end);
		size_t len = ITEM_HEAD + alpha_len(menu_pack_text(pack, item.text));

		if (len > room)
			break;
		room -= len;
	}

	return end;
}

static void
put_list(const struct se_menu *menu, const struct menu_pack *pack, struct ykt_buf *out)
{
	struct menu_screen screen = menu_pack_screen(pack, menu->screen);
	uint8_t end = menu->show == MENU_SHOW_SET_UP ? screen.item_count
						     : menu_page_end(pack, &screen, menu->from);

	put_title(out, menu_pack_text(pack, screen.title));
	for (uint8_t i = menu->from; i < end; i++)
		put_item(
		    out, (uint8_t)(i + 1), menu_pack_text(pack, menu_screen_item(&screen, i).text));
	if (end < screen.item_count)
		put_item(out, MENU_ITEM_MORE, menu_pack_text(pack, MENU_TEXT_MORE));
}

static enum menu_text
record_text(uint8_t type)
{
	if (type == TYPE_LOAD)
		return MENU_TEXT_LOAD;

	return type == TYPE_PURCHASE || type == TYPE_COMPOUND ? MENU_TEXT_PURCHASE
							      : MENU_TEXT_OTHER;
}

static void
put_records(const struct se_menu *menu, const struct menu_pack *pack, struct ykt_buf *text)
{
	for (uint8_t i = 0; i < menu->count; i++) {
		const struct menu_record *record = &menu->records[i];

		if (i != 0)
			menu_put_ascii(text, "\n");
		menu_put_bcd(text, record->when[0]);
		menu_put_ascii(text, "-");
		menu_put_bcd(text, record->when[1]);
		menu_put_ascii(text, " ");
		menu_put_bcd(text, record->when[2]);
		menu_put_ascii(text, ":");
		menu_put_bcd(text, record->when[3]);
		menu_put_ascii(text, " ");
		menu_put_text(text, pack, record_text(record->type));
		menu_put_ascii(text, record->type == TYPE_LOAD ? " +" : " -");
		menu_put_fen(text, record->amount);
	}
}

static void
put_number(const struct se_menu *menu, const struct menu_pack *pack, struct ykt_buf *text)
{
	menu_put_text(text, pack, MENU_TEXT_NUMBER);
	menu_put_ascii(text, "\n");
	menu_put_ascii(text, menu->card.digits);
	menu_put_ascii(text, "\n");
	menu_put_text(text, pack, MENU_TEXT_VALID);
	menu_put_ascii(text, " ");
	for (size_t i = 0; i < sizeof(menu->card.end_date); i++) {
		if (i >= 2)
			menu_put_ascii(text, "-");
		menu_put_bcd(text, menu->card.end_date[i]);
	}
}

/* The UTF-8 of what DISPLAY TEXT and GET INPUT say. */
static void
put_words(const struct se_menu *menu, const struct menu_pack *pack, struct ykt_buf *text)
{
	switch ((enum menu_show)menu->show) {
	case MENU_SHOW_BALANCE:
		menu_put_text(text, pack, MENU_TEXT_BALANCE);
		menu_put_ascii(text, "\n");
		menu_put_fen(text, menu->fen);
		menu_put_ascii(text, " ");
		menu_put_text(text, pack, MENU_TEXT_YUAN);
		break;
	case MENU_SHOW_NUMBER:
		put_number(menu, pack, text);
		break;
	case MENU_SHOW_RECORDS:
		put_records(menu, pack, text);
		break;
	case MENU_SHOW_PIN_OLD:
		menu_put_text(text, pack, MENU_TEXT_PIN_OLD);
		break;
	case MENU_SHOW_PIN_NEW:
		menu_put_text(text, pack, MENU_TEXT_PIN_NEW);
		break;
	case MENU_SHOW_PIN_AGAIN:
		menu_put_text(text, pack, MENU_TEXT_PIN_AGAIN);
		break;
	case MENU_SHOW_PIN_WRONG:
		menu_put_text(text, pack, MENU_TEXT_PIN_WRONG);
		menu_put_ascii(text, " ");
		menu_put_bcd(text, (uint8_t)(menu->count / 10 << 4 | menu->count % 10));
		break;
	case MENU_SHOW_ASK:
	case MENU_SHOW_CONFIRM:
	case MENU_SHOW_ANSWER:
		menu_put_flow(menu, pack, text);
		break;
	default:
		ykt_put(text, menu_pack_text(pack, menu->text));
		break;
	}
}

uint8_t
menu_build_type(const struct se_menu *menu)
{
	switch ((enum menu_show)menu->show) {
	case MENU_SHOW_SET_UP:
		return USAT_SET_UP_MENU;
	case MENU_SHOW_LIST:
		return USAT_SELECT_ITEM;
	case MENU_SHOW_PIN_OLD:
	case MENU_SHOW_PIN_NEW:
	case MENU_SHOW_PIN_AGAIN:
	case MENU_SHOW_ASK:
		return USAT_GET_INPUT;
	case MENU_SHOW_CONFIRM:
		return USAT_GET_INKEY;
	default:
		return menu_net_shows(menu) ? menu_command_type(menu) : USAT_DISPLAY_TEXT;
	}
}

/* A PIN is typed in secret, and a bill has letters. */
static uint8_t
input_qualifier(const struct se_menu *menu)
{
	if (menu->show != MENU_SHOW_ASK || menu_flow_question(menu)->hidden)
		return USAT_Q_NO_ECHO;

	return menu->flow.ask == MENU_ASK_BILL ? USAT_Q_ALPHABET : 0;
}

uint8_t
menu_build_qualifier(const struct se_menu *menu)
{
	switch (menu_build_type(menu)) {
	case USAT_DISPLAY_TEXT:
		return USAT_Q_HIGH_PRIORITY | USAT_Q_WAIT_USER;
	case USAT_GET_INKEY:
		return USAT_Q_YES_NO;
	case USAT_GET_INPUT:
		return input_qualifier(menu);
	default:
		return menu_net_shows(menu) ? menu_command_qualifier(menu) : 0;
	}
}

/* The text, and for GET INPUT how much may be typed. */
static void
put_question(const struct se_menu *menu, const struct menu_pack *pack, struct ykt_buf *out)
{
	uint8_t digits[] = { PIN_DIGITS_MIN, PIN_DIGITS_MAX };
	uint8_t raw[TEXT_MAX];
	struct ykt_buf text = YKT_BUF(raw);

	put_words(menu, pack, &text);
	put_string(out, ykt_buf_view(&text));
	if (menu->show == MENU_SHOW_ASK) {
		digits[0] = menu_flow_question(menu)->min;
		digits[1] = menu_flow_question(menu)->max;
	}
	if (menu_build_type(menu) == USAT_GET_INPUT)
		usat_put(out, USAT_TAG_RESPONSE_LEN | USAT_CR, YKT_BYTES(digits));
	if (text.full)
		out->full = true;
}

void
menu_build(const struct se_menu *menu, const struct menu_os *os, struct ykt_buf *out)
{
	struct usat_head head = { menu->number, menu_build_type(menu), menu_build_qualifier(menu),
		USAT_UICC, USAT_TERMINAL };
	size_t mark;

	if (menu_net_shows(menu))
		head.dest = menu_command_dest(menu);
	else if (head.type == USAT_DISPLAY_TEXT)
		head.dest = USAT_DISPLAY;
	mark = usat_command_begin(out, &head);
	if (menu_net_shows(menu))
		menu_command_put(menu, os, out);
	else if (head.type == USAT_SET_UP_MENU || head.type == USAT_SELECT_ITEM)
		put_list(menu, os->pack, out);
	else
		put_question(menu, os->pack, out);
	usat_end(out, mark);
}
