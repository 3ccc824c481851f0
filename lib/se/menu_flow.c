/*
 * What the menu does with the platform: register, top up, pay, and what was left open.
 *
 * Questions first, then a call (card/air_call.h); menu_answer.c has what came of it. What is paid
 * is confirmed with the amount that goes into the call. A load is three calls, and the
 * answers of the purse in between come from the purse alone (menu_load.c).
 *
 * What a cut or a dead network leaves is asked for at the next start of the handset, or
 * before the next operation: a call that may have counted goes again as it was, and a
 * load begins anew, for the platform sees at INITIALIZE FOR LOAD what the purse has.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/menu_priv.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/purse.h"
#include "card/sw.h"
#include "card/usat_text.h"

#define LOADS_MAX   3    /* beginnings of one load before the user is told */
#define TILE_FEN    1000 /* of one in the argument of an item */
#define YUAN_DIGITS 4
#define HIDDEN      true

/* A question: its text, how many characters, and whether they are shown. */
static const struct menu_question questions[] = {
	[MENU_ASK_PHONE] = { MENU_TEXT_PHONE, 11, 11, false },
	[MENU_ASK_CODE] = { MENU_TEXT_CODE, 6, 6, false },
	[MENU_ASK_PIN] = { MENU_TEXT_PAY_PIN, 6, 6, HIDDEN },
	[MENU_ASK_PIN_NEW] = { MENU_TEXT_PAY_PIN_NEW, 6, 6, HIDDEN },
	[MENU_ASK_PIN_AGAIN] = { MENU_TEXT_PAY_PIN_AGAIN, 6, 6, HIDDEN },
	[MENU_ASK_YUAN] = { MENU_TEXT_AMOUNT, 1, YUAN_DIGITS, false },
	[MENU_ASK_BILL] = { MENU_TEXT_BILL, AIR_BILL_MIN, AIR_BILL_MAX, false },
};

const struct menu_question *
menu_flow_question(const struct se_menu *menu)
{
	return &questions[menu->flow.ask];
}

bool
menu_flow_is_load(uint8_t call)
{
	return call == AIR_LOAD_BEGIN || call == AIR_LOAD_REQUEST || call == AIR_LOAD_CONFIRM;
}

/* Calls that change something at the platform. */
static bool
lasts(uint8_t call)
{
	return call == AIR_REGISTER || call == AIR_TOPUP || call == AIR_PAY ||
	       menu_flow_is_load(call);
}

bool
menu_flow_keeps(const struct se_menu *menu)
{
	static const uint8_t none[AIR_REF_LEN];
	bool known = !ykt_bytes_equal(YKT_BYTES(menu->flow.ref), YKT_BYTES(none));

	return lasts(menu->flow.call) &&
	       (menu->flow.sent || (menu_flow_is_load(menu->flow.call) && known));
}

static void
show(struct se_menu *menu, enum menu_show what)
{
	menu->show = (uint8_t)what;
	menu_issue(menu);
}

static void
ask(struct se_menu *menu, enum menu_ask question)
{
	menu->flow.ask = (uint8_t)question;
	show(menu, MENU_SHOW_ASK);
}

/* One of the package's texts, once the connection is over; or nothing, when it is silent. */
void
menu_flow_say(struct se_menu *menu, const struct menu_os *os, enum menu_text text)
{
	menu->flow.text_len = 0;
	menu->flow.has_fen = false;
	menu->text = (uint8_t)text;
	menu_load_leave(menu, os);
	menu_net_finish(menu, os, menu->flow.silent ? MENU_SHOW_NOTHING : MENU_SHOW_ANSWER);
}

/* Seals, writes down and sends a call; the call is wiped. */
static void
send_call(struct se_menu *menu, const struct menu_os *os, struct air_call *call)
{
	struct menu_call record = { .op = call->op };
	uint8_t bytes[AIR_CALL_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);
	bool good;

	call->language = os->pack->language;
	memcpy(record.ref, call->ref, sizeof(record.ref));
	air_call_encode(call, &plain);
	good = !plain.full && os->air->post(os->ctx, &record, ykt_buf_view(&plain)) == SW_OK;
	ykt_wipe(bytes, sizeof(bytes));
	menu->flow.call = call->op;
	menu->flow.sent = false;
	ykt_wipe(call, sizeof(*call));
	if (good)
		menu_net_send(menu, os);
	else
		menu_flow_say(menu, os, MENU_TEXT_FAILED);
}

void
menu_flow_load(struct se_menu *menu, const struct menu_os *os)
{
	struct air_call call = { .op = AIR_LOAD_BEGIN };
	enum menu_text why = MENU_TEXT_FAILED;

	memcpy(call.ref, menu->flow.ref, sizeof(call.ref));
	if (menu->flow.loads++ < LOADS_MAX && menu_load_serial(os, call.serial, &why)) {
		send_call(menu, os, &call);
		return;
	}
	/* The money waits at the platform, also when nothing here remembers it. */
	(void)os->air->close(os->ctx);
	menu_flow_say(menu, os, why);
}

void
menu_flow_report(struct se_menu *menu, const struct menu_os *os, const struct air_answer *answer)
{
	uint8_t bytes[AIR_DATA_MAX];
	struct ykt_buf data = YKT_BUF(bytes);
	struct air_call call = { .op = answer->next, .attempt = answer->attempt };

	memcpy(menu->flow.ref, answer->ref, sizeof(menu->flow.ref));
	memcpy(call.ref, answer->ref, sizeof(call.ref));
	call.sw = menu_load_run(menu, os, answer->data, &data);
	call.data = ykt_buf_view(&data);
	if (answer->next == AIR_LOAD_CONFIRM)
		menu_load_leave(menu, os);
	send_call(menu, os, &call);
}

static void
call_bill(struct se_menu *menu, const struct menu_os *os)
{
	struct air_call call = { .op = AIR_BILL, .bill_digits = menu->flow.bill_digits };

	memcpy(call.bill, menu->flow.bill, sizeof(call.bill));
	send_call(menu, os, &call);
}

/* TOPUP or PAY, with the amount that was confirmed. */
static void
call_money(struct se_menu *menu, const struct menu_os *os)
{
	struct air_call call = { .op = menu->flow.op == MENU_OP_PAY ? AIR_PAY : AIR_TOPUP,
		.fen = menu->flow.fen };
	enum menu_text why = MENU_TEXT_FAILED;
	bool good = true;

	memcpy(call.pin, menu->flow.pin, sizeof(call.pin));
	ykt_wipe(menu->flow.pin, sizeof(menu->flow.pin));
	if (call.op == AIR_PAY)
		memcpy(call.ref, menu->flow.ref, sizeof(call.ref));
	else
		good = menu_load_serial(os, call.serial, &why);
	if (good)
		send_call(menu, os, &call);
	else
		menu_flow_say(menu, os, why);
	ykt_wipe(&call, sizeof(call));
}

static void
call_account(struct se_menu *menu, const struct menu_os *os, enum air_op op)
{
	struct air_call call = { .op = (uint8_t)op, .consent = true };

	memcpy(call.phone, menu->flow.phone, sizeof(call.phone));
	memcpy(call.code, menu->flow.code, sizeof(call.code));
	memcpy(call.pin, menu->flow.pin, sizeof(call.pin));
	if (op == AIR_REGISTER)
		ykt_wipe(menu->flow.pin, sizeof(menu->flow.pin));
	send_call(menu, os, &call);
}

static void
call_balance(struct se_menu *menu, const struct menu_os *os)
{
	struct air_call call = { .op = AIR_BALANCE };
	enum menu_text why = MENU_TEXT_FAILED;

	if (menu_load_serial(os, call.serial, &why))
		send_call(menu, os, &call);
	else
		menu_flow_say(menu, os, why);
}

void
menu_flow_update(struct se_menu *menu, const struct menu_os *os, enum air_op op)
{
	struct air_call call = { .op = (uint8_t)op,
		.version = op == AIR_MENU ? os->pack->version : menu->flow.version,
		.offset = menu->flow.offset,
		.max = menu->flow.bearer == MENU_BEARER_SMS ? AIR_BLOCK_SMS : AIR_BLOCK_MAX };

	send_call(menu, os, &call);
}

void
menu_flow_resume(struct se_menu *menu, const struct menu_os *os, bool silent)
{
	struct menu_call record;

	if (!os->air->pending(os->ctx, &record) || menu_net_bearer(menu, os) == MENU_BEARER_NONE)
		return;
	menu->flow.silent = silent;
	menu->flow.op = MENU_OP_COLLECT;
	memcpy(menu->flow.ref, record.ref, sizeof(menu->flow.ref));
	if (record.op == AIR_LOAD_BEGIN || record.op == AIR_LOAD_REQUEST) {
		menu_flow_load(menu, os);
	} else if (lasts(record.op)) {
		menu->flow.call = record.op;
		menu->flow.sent = true;
		menu_net_send(menu, os);
	} else {
		(void)os->air->close(os->ctx);
	}
}

static void
set_bearer(struct se_menu *menu, const struct menu_os *os, uint8_t bearer)
{
	menu->text =
	    os->air->set_bearer(os->ctx, bearer) == SW_OK ? MENU_TEXT_SAVED : MENU_TEXT_FAILED;
	show(menu, MENU_SHOW_TEXT);
}

/* The first question of an operation, or its first call. */
static void
begin(struct se_menu *menu, const struct menu_os *os, struct menu_item item)
{
	switch ((enum menu_op)item.op) {
	case MENU_OP_REGISTER:
		ask(menu, MENU_ASK_PHONE);
		break;
	case MENU_OP_TOPUP:
		menu->flow.fen = (uint32_t)item.arg * TILE_FEN;
		if (item.arg == 0)
			ask(menu, MENU_ASK_YUAN);
		else
			show(menu, MENU_SHOW_CONFIRM);
		break;
	case MENU_OP_PAY:
		ask(menu, MENU_ASK_BILL);
		break;
	case MENU_OP_ACCOUNT:
		call_balance(menu, os);
		break;
	case MENU_OP_COLLECT:
		menu_flow_load(menu, os);
		break;
	default:
		menu_flow_update(menu, os, AIR_MENU);
		break;
	}
}

void
menu_flow_begin(struct se_menu *menu, const struct menu_os *os, struct menu_item item)
{
	struct menu_call record;

	memset(&menu->flow, 0, sizeof(menu->flow));
	menu->flow.op = item.op;
	if (item.op == MENU_OP_BEARER) {
		set_bearer(menu, os, item.arg);
	} else if (!os->air->able(os->ctx) || (menu->can & MENU_CAN_ASK) == 0 ||
		   menu_net_bearer(menu, os) == MENU_BEARER_NONE) {
		menu->text = MENU_TEXT_NOT_ABLE;
		show(menu, MENU_SHOW_TEXT);
	} else if (os->air->pending(os->ctx, &record) && lasts(record.op)) {
		menu_flow_resume(menu, os, false);
	} else {
		menu->flow.bearer = menu_net_bearer(menu, os);
		begin(menu, os, item);
	}
}

/* Hex digits of a bill, in nibbles, an odd one before a nibble 0. */
static bool
take_bill(struct se_menu *menu, struct ykt_bytes typed)
{
	memset(menu->flow.bill, 0, sizeof(menu->flow.bill));
	for (size_t i = 0; i < typed.len; i++) {
		uint8_t c = typed.data[i];
		uint8_t nibble;

		if (c >= '0' && c <= '9')
			nibble = (uint8_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			nibble = (uint8_t)((c | 0x20) - 'a' + 10);
		else
			return false;
		menu->flow.bill[i / 2] |= (uint8_t)(i % 2 == 0 ? nibble << 4 : nibble);
	}
	menu->flow.bill_digits = (uint8_t)typed.len;

	return true;
}

static bool
take_yuan(struct se_menu *menu, struct ykt_bytes typed)
{
	uint32_t yuan = 0;

	for (size_t i = 0; i < typed.len; i++) {
		if (typed.data[i] < '0' || typed.data[i] > '9')
			return false;
		yuan = yuan * 10 + (uint32_t)(typed.data[i] - '0');
	}
	menu->flow.fen = yuan * 100;

	return yuan != 0 && menu->flow.fen <= MENU_TILES_MAX * TILE_FEN;
}

/* The new PIN once more: the same, or the operation is over. */
static void
take_again(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes typed)
{
	uint8_t again[AIR_PIN_LEN] = { 0 };
	bool same = air_digits_pack(typed, again, sizeof(again)) == YKT_OK &&
		    ykt_ct_equal(again, menu->flow.pin, sizeof(again));

	ykt_wipe(again, sizeof(again));
	if (same)
		call_account(menu, os, AIR_REGISTER);
	else
		menu_flow_say(menu, os, MENU_TEXT_PIN_DIFFER);
}

/* What was typed answers the question; false: it does not. */
static bool
take_typed(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes typed)
{
	struct menu_flow *flow = &menu->flow;

	switch ((enum menu_ask)flow->ask) {
	case MENU_ASK_PHONE:
		if (air_digits_pack(typed, flow->phone, sizeof(flow->phone)) != YKT_OK)
			return false;
		show(menu, MENU_SHOW_CONFIRM);
		return true;
	case MENU_ASK_CODE:
		if (air_digits_pack(typed, flow->code, sizeof(flow->code)) != YKT_OK)
			return false;
		ask(menu, MENU_ASK_PIN_NEW);
		return true;
	case MENU_ASK_PIN_NEW:
		if (air_digits_pack(typed, flow->pin, sizeof(flow->pin)) != YKT_OK)
			return false;
		ask(menu, MENU_ASK_PIN_AGAIN);
		return true;
	case MENU_ASK_PIN_AGAIN:
		take_again(menu, os, typed);
		return true;
	case MENU_ASK_PIN:
		if (air_digits_pack(typed, flow->pin, sizeof(flow->pin)) != YKT_OK)
			return false;
		call_money(menu, os);
		return true;
	case MENU_ASK_YUAN:
		if (!take_yuan(menu, typed))
			return false;
		show(menu, MENU_SHOW_CONFIRM);
		return true;
	case MENU_ASK_BILL:
		if (!take_bill(menu, typed))
			return false;
		call_bill(menu, os);
		return true;
	case MENU_ASK_COUNT:
		break;
	}

	return false;
}

uint16_t
menu_flow_typed(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes body)
{
	const struct menu_question *question = menu_flow_question(menu);
	uint8_t bytes[AIR_BILL_MAX];
	struct ykt_buf typed = YKT_BUF(bytes);
	struct ykt_bytes value;
	bool good = usat_find(body, USAT_TAG_TEXT, &value) &&
		    usat_text_decode(value, &typed) == YKT_OK && typed.len >= question->min &&
		    typed.len <= question->max && take_typed(menu, os, ykt_buf_view(&typed));

	ykt_wipe(bytes, sizeof(bytes));

	return good ? SW_OK : SW_DATA;
}

/* GET INKEY with yes or no: 01 or 00 behind its coding. */
uint16_t
menu_flow_key(struct se_menu *menu, const struct menu_os *os, struct ykt_bytes body)
{
	struct ykt_bytes value;

	if (!usat_find(body, USAT_TAG_TEXT, &value) || value.len != 2 || value.data[1] > 1)
		return SW_DATA;
	if (value.data[1] == 0)
		menu_go_back(menu);
	else if (menu->flow.op == MENU_OP_REGISTER)
		call_account(menu, os, AIR_OTP);
	else
		ask(menu, MENU_ASK_PIN);

	return SW_OK;
}
