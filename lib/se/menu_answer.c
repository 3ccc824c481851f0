/*
 * What the platform answered to a call of the menu, and what is shown of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/menu_priv.h"

#include <string.h>

#include "card/purse.h"
#include "card/sw.h"

/* Keeps what is to be shown: it lies where the next answer comes. */
static void
keep(struct se_menu *menu, const struct air_answer *answer)
{
	menu->flow.text_len = (uint8_t)answer->text.len;
	if (answer->text.len != 0)
		memcpy(menu->flow.text, answer->text.data, answer->text.len);
	menu->flow.has_fen = (answer->has & AIR_HAS_FEN) != 0;
	menu->flow.shown_fen = answer->fen;
}

/* The end of an operation. */
static void
tell(struct se_menu *menu, const struct menu_os *os, enum menu_text otherwise)
{
	menu->text = (uint8_t)otherwise;
	menu_load_leave(menu, os);
	menu_net_finish(menu, os, MENU_SHOW_ANSWER);
}

static void
take_refusal(struct se_menu *menu, const struct menu_os *os, const struct air_answer *answer)
{
	uint8_t call = menu->flow.call;

	keep(menu, answer);
	menu->flow.has_fen = false;
	/* Not credited, or not believed yet: what the purse says to the next one tells. */
	if (answer->status == AIR_LATER && call == AIR_LOAD_CONFIRM) {
		menu_flow_load(menu, os);
		return;
	}
	/* A load that is only late is begun again another time. */
	if (answer->status != AIR_LATER || (call != AIR_LOAD_BEGIN && call != AIR_LOAD_REQUEST))
		(void)os->air->close(os->ctx);
	if (answer->status == AIR_NOTHING && menu->flow.silent)
		menu_net_finish(menu, os, MENU_SHOW_NOTHING);
	else
		tell(menu, os, MENU_TEXT_FAILED);
}

/* The bill as it will be paid: amount and order in the call are those on the screen. */
static void
take_bill_answer(struct se_menu *menu, const struct menu_os *os, const struct air_answer *answer)
{
	(void)os->air->close(os->ctx);
	if ((answer->has & AIR_HAS_REF) == 0 || (answer->has & AIR_HAS_FEN) == 0 ||
	    answer->fen <= 0 || (uint32_t)answer->fen > PURSE_BALANCE_MAX) {
		menu_flow_say(menu, os, MENU_TEXT_FAILED);
		return;
	}
	keep(menu, answer);
	menu->flow.fen = (uint32_t)answer->fen;
	memcpy(menu->flow.ref, answer->ref, sizeof(menu->flow.ref));
	menu_net_finish(menu, os, MENU_SHOW_CONFIRM);
}

/* Version and length of a newer menu; its blocks follow. */
static void
take_menu(struct se_menu *menu, const struct menu_os *os, const struct air_answer *answer)
{
	if ((answer->has & AIR_HAS_MENU) == 0 || answer->version <= os->pack->version ||
	    answer->at == 0 || answer->at > MENU_PACK_MAX) {
		(void)os->air->close(os->ctx);
		menu_flow_say(menu, os, MENU_TEXT_NEWEST);
		return;
	}
	menu->flow.version = answer->version;
	menu->flow.size = answer->at;
	menu_flow_update(menu, os, AIR_MENU_BLOCK);
}

/* A block goes to the loader; the last one when the connection is over. */
static void
take_block(struct se_menu *menu, const struct menu_os *os, const struct air_answer *answer)
{
	struct menu_flow *flow = &menu->flow;
	size_t len = answer->data.len;

	if ((answer->has & AIR_HAS_BLOCK) == 0 || answer->version != flow->version ||
	    answer->at != flow->offset || len > (size_t)(flow->size - flow->offset)) {
		(void)os->air->close(os->ctx);
		menu_flow_say(menu, os, MENU_TEXT_FAILED);
		return;
	}
	if (flow->offset + len == flow->size) {
		(void)os->air->close(os->ctx);
		memmove(flow->rx, answer->data.data, len);
		flow->rx_len = (uint8_t)len;
		menu_net_finish(menu, os, MENU_SHOW_LOADED);
		return;
	}
	if (menu_load_block(os, answer->data, flow->block, false) != SW_OK) {
		(void)os->air->close(os->ctx);
		menu_flow_say(menu, os, MENU_TEXT_FAILED);
		return;
	}
	flow->block++;
	flow->offset = (uint16_t)(flow->offset + len);
	menu_flow_update(menu, os, AIR_MENU_BLOCK);
}

/* A good answer after which no load goes on, by its call. */
static void
take_end(struct se_menu *menu, const struct menu_os *os, const struct air_answer *answer)
{
	static const uint8_t texts[AIR_OP_COUNT] = {
		[AIR_REGISTER] = MENU_TEXT_REGISTERED,
		[AIR_TOPUP] = MENU_TEXT_LOAD,
		[AIR_LOAD_BEGIN] = MENU_TEXT_LOAD,
		[AIR_LOAD_REQUEST] = MENU_TEXT_LOAD,
		[AIR_LOAD_CONFIRM] = MENU_TEXT_LOAD,
		[AIR_PAY] = MENU_TEXT_PAID,
		[AIR_BALANCE] = MENU_TEXT_BALANCE,
	};

	switch (menu->flow.call) {
	case AIR_OTP:
		(void)os->air->close(os->ctx);
		menu->flow.ask = MENU_ASK_CODE;
		menu_net_finish(menu, os, MENU_SHOW_ASK);
		break;
	case AIR_BILL:
		take_bill_answer(menu, os, answer);
		break;
	case AIR_MENU:
		take_menu(menu, os, answer);
		break;
	case AIR_MENU_BLOCK:
		take_block(menu, os, answer);
		break;
	default:
		keep(menu, answer);
		(void)os->air->close(os->ctx);
		tell(menu, os, (enum menu_text)texts[menu->flow.call]);
		break;
	}
}

void
menu_flow_answer(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes plain)
{
	struct air_answer answer;
	bool script;

	if (air_answer_decode(plain, &answer) != YKT_OK) {
		(void)os->air->close(os->ctx);
		menu_flow_say(menu, os, MENU_TEXT_FAILED);
		return;
	}
	script = (answer.has & AIR_HAS_SCRIPT) != 0 && (answer.has & AIR_HAS_REF) != 0;
	if (answer.next == AIR_LOAD_BEGIN) {
		if ((answer.has & AIR_HAS_REF) != 0)
			memcpy(menu->flow.ref, answer.ref, sizeof(menu->flow.ref));
		menu_load_leave(menu, os);
		menu_flow_load(menu, os);
	} else if (answer.status != AIR_DONE) {
		take_refusal(menu, os, &answer);
	} else if (script && (answer.next == AIR_LOAD_REQUEST || answer.next == AIR_LOAD_CONFIRM)) {
		menu_flow_report(menu, os, &answer);
	} else {
		take_end(menu, os, &answer);
	}
}

void
menu_flow_go_on(struct se_menu *menu, const struct menu_os *os)
{
	enum menu_show then = (enum menu_show)menu->flow.then;

	if (then == MENU_SHOW_NOTHING) {
		menu_go_back(menu);
		return;
	}
	/* Taken, it takes this menu's place: nothing of it is touched any more. */
	if (then == MENU_SHOW_LOADED) {
		if (menu_load_block(os, ykt_bytes(menu->flow.rx, menu->flow.rx_len),
			menu->flow.block, true) == SW_OK)
			return;
		menu->text = MENU_TEXT_FAILED;
		then = MENU_SHOW_TEXT;
	}
	if (then == MENU_SHOW_ANSWER && menu_flow_is_load(menu->flow.call) &&
	    menu->text == MENU_TEXT_LOAD)
		menu->flow.has_balance = menu_load_balance(os, &menu->flow.balance);
	menu->show = (uint8_t)then;
	menu_issue(menu);
}
