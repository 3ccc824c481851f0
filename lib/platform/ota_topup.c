/*
 * Top-ups from the menu: an order that is paid at once.
 *
 * What was paid and is not loaded comes first: until it is on the purse no other top-up
 * of that purse is ordered from the menu, so that a lost answer never pays twice.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/ota.h"

#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "card/menu_pack.h"
#include "platform/pay.h"
#include "platform/pin.h"
#include "platform/rows.h"

struct waiting {
	struct ota_ask *ask;
	const char *card_no;
	char order_id[33];
	char pay_id[33];
};

/* The order of this very packet, which was taken before. */
static enum ykt_status
begun_tx(struct ykt_tx *tx, void *arg)
{
	struct waiting *waiting = arg;
	const struct row_col cols[] = { ROW_TEXT(waiting->order_id) };

	return row_one(tx,
	    "SELECT order_id FROM idem WHERE user_id = ?1 AND op = 'order.topup' AND key = ?2",
	    YKT_SQL_IN(ykt_sql_text(waiting->ask->op.user_id), ykt_sql_text(waiting->ask->idem)),
	    cols, 1);
}

/* An order that went to the pay channel and of which nothing was heard since. */
static enum ykt_status
unpaid_tx(struct ykt_tx *tx, void *arg)
{
	struct waiting *waiting = arg;
	const struct row_col cols[] = { ROW_TEXT(waiting->pay_id) };

	return row_one(tx,
	    "SELECT o.pay_id FROM ord o JOIN prepay p ON p.pay_id = o.pay_id WHERE"
	    " o.user_id = ?1 AND o.card_no = ?2 AND o.kind = 'topup' AND o.state = 'created'"
	    " ORDER BY o.created_ms DESC LIMIT 1",
	    YKT_SQL_IN(ykt_sql_text(waiting->ask->op.user_id), ykt_sql_text(waiting->card_no)),
	    cols, 1);
}

/* YKT_NOT_FOUND: nothing waits for this purse. */
static enum ykt_status
find_waiting(struct waiting *waiting)
{
	struct ota_ask *ask = waiting->ask;
	enum ykt_status status = ykt_store_run(ask->w->p->store, unpaid_tx, waiting);

	/* Paid or not is the channel's word; when it cannot be asked, nothing new is begun. */
	if (status == YKT_OK) {
		status =
		    pay_check(ask->w, waiting->pay_id, ask->op.now_ms, ask->op.deadline_mono_ms);
		if (status != YKT_OK && status != YKT_PENDING)
			return status;
	} else if (status != YKT_NOT_FOUND) {
		return status;
	}

	return ota_oldest(ask, waiting->card_no, waiting->order_id);
}

void
ota_put_order(struct air_answer *answer, const char *order_id, ykt_fen amount)
{
	struct ykt_buf ref = YKT_BUF(answer->ref);

	/* Ids of the database are 32 hex digits; another would be no id at all. */
	if (ykt_hex_decode(order_id, strlen(order_id), &ref) == YKT_OK)
		answer->has |= AIR_HAS_REF;
	answer->has |= AIR_HAS_FEN;
	answer->fen = (int32_t)amount;
}

/* The user said yes in the menu, with his PIN; the channel hears it from us. */
static int
confirm(struct ota_ask *ask, const char *order_id, struct wire_error *error)
{
	struct platform_worker *w = ask->w;
	struct confirm_card card = { .counter = ask->card.counter };
	struct wire_psp_confirm_req req = { .amount_fen = 0 };
	struct wire_psp_confirm_rsp rsp;
	struct prepay prepay;
	enum ykt_status status;

	memcpy(card.se_id, ask->card.se_id, sizeof(card.se_id));
	status = confirm_by_card(w, &ask->op, order_id, &card, &prepay);
	if (status == YKT_OK) {
		text_set(req.prepay_id, sizeof(req.prepay_id), prepay.prepay_id);
		memcpy(req.pay_token, prepay.pay_token, sizeof(req.pay_token));
		req.amount_fen = prepay.amount_fen;
		status = wire_call(w->p->o.psp, WIRE_PATH_PSP_CONFIRM, &wire_psp_confirm_req_msg,
		    &req, &wire_psp_confirm_rsp_msg, &rsp, w->calls,
		    room_deadline(w, ask->op.deadline_mono_ms), NULL);
	}
	ykt_wipe(&prepay, sizeof(prepay));
	ykt_wipe(&req, sizeof(req));

	/* A notice of the channel was faster: it is paid. */
	return status == YKT_OK || status == YKT_CONFLICT ? 200 : room_refuse(w, status, error);
}

/* order.pay, the confirmation, and the channel's word that it has the money. */
static int
pay_order(struct ota_ask *ask, const char *order_id, struct wire_error *error)
{
	struct wire_order_id_req req = { { 0 } };
	struct wire_order_pay_rsp pay = { { 0 } };
	enum ykt_status status;
	int code;

	text_set(req.order_id, sizeof(req.order_id), order_id);
	code = op_order_pay(ask->w, &ask->op, &req, &pay, error);
	if (code == 409 && strcmp(error->error, "paid") == 0)
		return 200;
	if (code == 200)
		code = confirm(ask, order_id, error);
	if (code != 200)
		return code;
	status = pay_check(ask->w, order_id, ask->op.now_ms, ask->op.deadline_mono_ms);

	return status == YKT_OK ? 200 : room_refuse(ask->w, status, error);
}

static void
make_order(struct ota_ask *ask, const char *card_no, struct air_answer *answer)
{
	struct wire_order_topup_req req = { .amount_fen = ask->call.fen };
	struct wire_order order = { { 0 } };
	struct wire_error error = { 0 };
	int code = 500;

	text_set(req.card_no, sizeof(req.card_no), card_no);
	if (ota_op(ask, "order.topup") == YKT_OK)
		code = op_order_topup(ask->w, &ask->op, &req, &order, &error);
	if (code == 200)
		code = pay_order(ask, order.order_id, &error);
	if (code != 200) {
		ota_refuse_op(ask, answer, code, &error);
		return;
	}
	ota_put_order(answer, order.order_id, order.amount_fen);
	answer->next = AIR_LOAD_BEGIN;
}

struct pin_block
ota_pin(const struct ota_ask *ask)
{
	return (struct pin_block){ ykt_bytes(ask->pin, ask->pin_len), ask->pin_sid, WIRE_PIN_MENU };
}

bool
ota_pin_good(struct ota_ask *ask, struct air_answer *answer)
{
	const struct pin_block block = ota_pin(ask);
	struct wire_error error = { 0 };
	enum ykt_status status =
	    pin_check(ask->w, ask->op.user_id, &block, ask->op.deadline_mono_ms);

	if (status != YKT_OK)
		ota_refuse_op(ask, answer, pin_refuse(ask->w, status, &error), &error);

	return status == YKT_OK;
}

/* Not a second time before the first is on the purse: its load is what comes next. */
static void
point_to(struct ota_ask *ask, const char *order_id, struct air_answer *answer)
{
	struct order order;
	enum ykt_status status = order_find_own(ask->w, order_id, ask->op.user_id, &order);

	if (status != YKT_OK) {
		ota_refuse_status(ask, answer, status);
		return;
	}
	ota_refuse(ask, answer, AIR_STATE);
	ota_text_set(ask, answer,
	    ask->call.language == MENU_LANG_ZH ? "请先完成已付款的充值"
					       : "Finish the paid top-up first");
	ota_put_order(answer, order.order_id, order.amount_fen);
	answer->next = AIR_LOAD_BEGIN;
}

void
ota_topup(struct ota_ask *ask, struct air_answer *answer)
{
	char card_no[2 * AIR_SERIAL_LEN + 1] = "";
	struct waiting waiting = { .ask = ask, .card_no = card_no };
	enum ykt_status status = air_digits_text(ask->call.serial, AIR_SERIAL_LEN, card_no);

	if (!ota_pin_good(ask, answer))
		return;
	if (status == YKT_OK)
		status = ykt_store_run(ask->w->p->store, begun_tx, &waiting);
	if (status == YKT_OK) {
		make_order(ask, card_no, answer);
		return;
	}
	if (status == YKT_NOT_FOUND)
		status = find_waiting(&waiting);
	if (status == YKT_NOT_FOUND)
		make_order(ask, card_no, answer);
	else if (status == YKT_OK)
		point_to(ask, waiting.order_id, answer);
	else
		ota_refuse_status(ask, answer, status);
}
