/*
 * Calls of the menu that need little: the table of all, one-time codes, balances, and
 * menu packages, block by block.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/ota.h"

#include <string.h>

#include <ykt/secret.h>

#include "crypto/digest.h"
#include "platform/ota_row.h"

static ota_handler *const handlers[AIR_OP_COUNT] = {
	[AIR_OTP] = ota_otp,
	[AIR_REGISTER] = ota_register,
	[AIR_TOPUP] = ota_topup,
	[AIR_LOAD_BEGIN] = ota_load_begin,
	[AIR_LOAD_REQUEST] = ota_load_request,
	[AIR_LOAD_CONFIRM] = ota_load_confirm,
	[AIR_BILL] = ota_bill,
	[AIR_PAY] = ota_pay,
	[AIR_BALANCE] = ota_balance,
	[AIR_MENU] = ota_menu,
	[AIR_MENU_BLOCK] = ota_menu_block,
};

/* Without an account: the way to one, and menus. */
static bool
is_open(uint8_t op)
{
	return op == AIR_OTP || op == AIR_REGISTER || op == AIR_MENU || op == AIR_MENU_BLOCK;
}

void
ota_answer(struct ota_ask *ask, struct air_answer *answer)
{
	const struct ota_card *card = &ask->card;
	const struct platform_menu *newest = ota_menu_newest(ask->w->p, card->language);

	if (ask->over_limit)
		ota_refuse(ask, answer, AIR_LATER);
	else if (card->user_id[0] == '\0' && !is_open(ask->call.op))
		ota_refuse(ask, answer, AIR_NOT_REGISTERED);
	else
		handlers[ask->call.op](ask, answer);
	if (card->menu_version != 0 && newest != NULL && newest->version > card->menu_version &&
	    ask->call.op != AIR_MENU && ask->call.op != AIR_MENU_BLOCK)
		answer->has |= AIR_HAS_NEWER;
}

/* The call's bytes; where its PIN was there are zeros. */
enum ykt_status
ota_op(struct ota_ask *ask, const char *name)
{
	uint8_t bytes[AIR_CALL_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);
	struct ykt_bytes view;
	enum ykt_status status;

	air_call_encode(&ask->call, &plain);
	status = ykt_buf_done(&plain);
	view = ykt_buf_view(&plain);
	if (status == YKT_OK)
		status = crypto_sm3(ask->w->crypto, &view, 1, ask->op.fingerprint);
	ask->op.op = wire_op_find(name);

	return status == YKT_OK && ask->op.op == NULL ? YKT_E_ARG : status;
}

void
ota_otp(struct ota_ask *ask, struct air_answer *answer)
{
	struct wire_otp_send_req req = { .purpose = "register" };
	struct wire_otp_send_rsp rsp;
	struct wire_error error = { 0 };
	int code;

	if (air_digits_text(ask->call.phone, AIR_PHONE_LEN, req.phone) != YKT_OK) {
		ota_refuse(ask, answer, AIR_REFUSED);
		return;
	}
	code = op_otp_send(ask->w, &ask->op, &req, &rsp, &error);
	if (code != 200)
		ota_refuse_op(ask, answer, code, &error);
	else
		answer->next = AIR_REGISTER;
}

void
ota_balance(struct ota_ask *ask, struct air_answer *answer)
{
	struct wire_card_balance_req req;
	struct wire_card rsp = { 0 };
	struct wire_error error = { 0 };
	int code;

	if (air_digits_text(ask->call.serial, AIR_SERIAL_LEN, req.card_no) != YKT_OK) {
		ota_refuse(ask, answer, AIR_REFUSED);
		return;
	}
	code = op_card_balance(ask->w, &ask->op, &req, &rsp, &error);
	if (code != 200 || rsp.balance_fen > INT32_MAX || rsp.balance_fen < INT32_MIN) {
		ota_refuse_op(ask, answer, code, &error);
		return;
	}
	answer->has |= AIR_HAS_FEN;
	answer->fen = (int32_t)rsp.balance_fen;
}

const struct platform_menu *
ota_menu_newest(const struct platform *p, int64_t language)
{
	const struct platform_menu *newest = NULL;

	for (size_t i = 0; i < p->o.menu_count; i++) {
		const struct platform_menu *menu = &p->o.menus[i];

		if (menu->language == language &&
		    (newest == NULL || menu->version > newest->version))
			newest = menu;
	}

	return newest;
}

void
ota_menu(struct ota_ask *ask, struct air_answer *answer)
{
	const struct platform_menu *menu = ota_menu_newest(ask->w->p, ask->call.language);
	enum ykt_status status =
	    ota_row_menu(ask->w, ask->card.se_id, ask->call.version, ask->call.language);

	if (status != YKT_OK) {
		ota_refuse_status(ask, answer, status);
	} else if (menu == NULL || menu->version <= ask->call.version) {
		ota_refuse(ask, answer, AIR_NOTHING);
	} else {
		answer->has |= AIR_HAS_MENU;
		answer->version = (uint16_t)menu->version;
		answer->at = (uint16_t)menu->len;
		answer->next = AIR_MENU_BLOCK;
	}
}

/* Bytes of the package that the call names, and of no other: one that has gone is not mixed. */
void
ota_menu_block(struct ota_ask *ask, struct air_answer *answer)
{
	const struct platform_menu *menu = ota_menu_newest(ask->w->p, ask->call.language);
	size_t most = ask->plain_max - AIR_BLOCK_HEAD;

	if (menu == NULL || menu->version != ask->call.version) {
		ota_refuse(ask, answer, AIR_NOT_FOUND);
		answer->next = AIR_MENU;
		return;
	}
	if (ask->call.offset >= menu->len) {
		ota_refuse(ask, answer, AIR_STATE);
		return;
	}
	if (most > ask->call.max)
		most = ask->call.max;
	answer->has |= AIR_HAS_MENU | AIR_HAS_BLOCK;
	answer->version = ask->call.version;
	answer->at = ask->call.offset;
	answer->data = ykt_bytes_sub(ykt_bytes(menu->package, menu->len), ask->call.offset, most);
	if (ask->call.offset + answer->data.len < menu->len)
		answer->next = AIR_MENU_BLOCK;
}
