/*
 * Numbers as text, for the menu.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/menu_priv.h"

#define FEN_DIGITS_MAX 10 /* of 32 bits */

void
menu_put_text(struct ykt_buf *out, const struct menu_pack *pack, enum menu_text text)
{
	ykt_put(out, menu_pack_text(pack, (uint8_t)text));
}

void
menu_put_ascii(struct ykt_buf *out, const char *text)
{
	ykt_put(out, ykt_bytes_str(text));
}

void
menu_put_bcd(struct ykt_buf *out, uint8_t byte)
{
	ykt_put_u8(out, (uint8_t)('0' + (byte >> 4 & 0x0F) % 10));
	ykt_put_u8(out, (uint8_t)('0' + (byte & 0x0F) % 10));
}

void
menu_put_fen(struct ykt_buf *out, uint32_t fen)
{
	uint8_t digits[FEN_DIGITS_MAX];
	size_t at = sizeof(digits);
	uint32_t yuan = fen / 100;

	do {
		digits[--at] = (uint8_t)('0' + yuan % 10);
		yuan /= 10;
	} while (yuan != 0);
	ykt_put_mem(out, digits + at, sizeof(digits) - at);
	ykt_put_u8(out, '.');
	ykt_put_u8(out, (uint8_t)('0' + fen / 10 % 10));
	ykt_put_u8(out, (uint8_t)('0' + fen % 10));
}

void
menu_put_yuan(struct ykt_buf *out, const struct menu_pack *pack, int64_t fen)
{
	if (fen < 0)
		menu_put_ascii(out, "-");
	menu_put_fen(out, (uint32_t)(fen < 0 ? -fen : fen));
	menu_put_ascii(out, " ");
	menu_put_text(out, pack, MENU_TEXT_YUAN);
}

static void
put_confirm(const struct se_menu *menu, const struct menu_pack *pack, struct ykt_buf *text)
{
	const struct menu_flow *flow = &menu->flow;

	if (flow->op == MENU_OP_REGISTER) {
		menu_put_text(text, pack, MENU_TEXT_CONSENT);
		return;
	}
	if (flow->op == MENU_OP_PAY)
		ykt_put_mem(text, flow->text, flow->text_len);
	else
		menu_put_text(text, pack, MENU_TEXT_LOAD);
	menu_put_ascii(text, "\n");
	menu_put_yuan(text, pack, flow->fen);
	menu_put_ascii(text, "?");
}

static void
put_answer(const struct se_menu *menu, const struct menu_pack *pack, struct ykt_buf *text)
{
	const struct menu_flow *flow = &menu->flow;
	bool failed = menu->text == MENU_TEXT_FAILED;

	/* Why it failed is better than that it did; what was done stands before of what. */
	if (!failed || flow->text_len == 0)
		ykt_put(text, menu_pack_text(pack, menu->text));
	if (!failed && flow->text_len != 0)
		menu_put_ascii(text, "\n");
	ykt_put_mem(text, flow->text, flow->text_len);
	if (flow->has_fen) {
		menu_put_ascii(text, "\n");
		menu_put_yuan(text, pack, flow->shown_fen);
	}
	if (flow->has_balance) {
		menu_put_ascii(text, "\n");
		menu_put_text(text, pack, MENU_TEXT_BALANCE);
		menu_put_ascii(text, " ");
		menu_put_yuan(text, pack, flow->balance);
	}
}

void
menu_put_flow(const struct se_menu *menu, const struct menu_pack *pack, struct ykt_buf *text)
{
	if (menu->show == MENU_SHOW_ASK)
		menu_put_text(text, pack, (enum menu_text)menu_flow_question(menu)->text);
	else if (menu->show == MENU_SHOW_CONFIRM)
		put_confirm(menu, pack, text);
	else
		put_answer(menu, pack, text);
}
