/*
 * A load through the card: the platform's APDUs go down as scripts, what the purse
 * answered comes up. The steps are those of a phone client (docs/protocol.md section 3).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/ota.h"

#include <string.h>

#include "card/purse_cmd.h"
#include "card/sw.h"
#include "platform/pay.h"
#include "platform/rows.h"

struct oldest {
	const char *user_id;
	const char *card_no;
	char order_id[33];
};

/* The one that was begun, before those that were not. */
static enum ykt_status
oldest_tx(struct ykt_tx *tx, void *arg)
{
	struct oldest *oldest = arg;
	const struct row_col cols[] = { ROW_TEXT(oldest->order_id) };

	return row_one(tx,
	    "SELECT order_id FROM ord WHERE user_id = ?1 AND card_no = ?2 AND kind = 'topup' AND"
	    " state IN ('paid', 'loading') ORDER BY state, created_ms, order_id LIMIT 1",
	    YKT_SQL_IN(ykt_sql_text(oldest->user_id), ykt_sql_text(oldest->card_no)), cols, 1);
}

enum ykt_status
ota_oldest(struct ota_ask *ask, const char *card_no, char ret_order_id[33])
{
	struct oldest oldest = { .user_id = ask->op.user_id, .card_no = card_no };
	enum ykt_status status = ykt_store_run(ask->w->p->store, oldest_tx, &oldest);

	if (status == YKT_OK)
		text_set(ret_order_id, sizeof(oldest.order_id), oldest.order_id);

	return status;
}

/* The order that the call names, of the purse that it names. */
static enum ykt_status
find_order(struct ota_ask *ask, struct order *ret_order)
{
	static const uint8_t none[AIR_REF_LEN];
	char card_no[2 * AIR_SERIAL_LEN + 1] = "";
	char order_id[33];
	struct order order;
	enum ykt_status status = air_digits_text(ask->call.serial, AIR_SERIAL_LEN, card_no);

	wire_id_text(ask->call.ref, order_id);
	if (status == YKT_OK && ykt_bytes_equal(YKT_BYTES(ask->call.ref), YKT_BYTES(none)))
		status = ota_oldest(ask, card_no, order_id);
	if (status == YKT_OK)
		status = order_find_own(ask->w, order_id, ask->op.user_id, &order);
	if (status == YKT_OK && strcmp(order.card_no, card_no) != 0)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK)
		*ret_order = order;

	return status;
}

static void
put_script(struct ota_ask *ask, struct air_answer *answer, const struct ykt_buf *command)
{
	struct ykt_buf script = YKT_BUF(ask->script);

	air_script_put(&script, ykt_buf_view(command));
	answer->has |= AIR_HAS_SCRIPT;
	answer->data = ykt_buf_view(&script);
}

static void
put_initialize(
    struct ota_ask *ask, const struct wire_load_begin_rsp *begin, struct air_answer *answer)
{
	struct purse_init init = { .p1 = PURSE_INIT_LOAD,
		.key_index = PURSE_KEY_INDEX,
		.amount = (uint32_t)begin->amount_fen };
	uint8_t bytes[32];
	struct ykt_buf command = YKT_BUF(bytes);

	memcpy(init.terminal, begin->terminal, sizeof(init.terminal));
	purse_init_build(&init, &command);
	put_script(ask, answer, &command);
}

void
ota_load_begin(struct ota_ask *ask, struct air_answer *answer)
{
	struct wire_order_id_req req = { { 0 } };
	struct wire_load_begin_rsp begin = { 0 };
	struct wire_error error = { 0 };
	struct order order;
	enum ykt_status status = find_order(ask, &order);
	int code;

	if (status == YKT_NOT_FOUND) {
		ota_refuse(ask, answer, AIR_NOTHING);
		return;
	}
	if (status != YKT_OK) {
		ota_refuse_status(ask, answer, status);
		return;
	}
	text_set(req.order_id, sizeof(req.order_id), order.order_id);
	code = op_load_begin(ask->w, &ask->op, &req, &begin, &error);
	if (code != 200) {
		ota_refuse_op(ask, answer, code, &error);
		return;
	}
	ota_put_order(answer, order.order_id, begin.amount_fen);
	answer->attempt = (uint16_t)begin.attempt;
	put_initialize(ask, &begin, answer);
	answer->next = AIR_LOAD_REQUEST;
}

/* What fails here is not lost: another attempt proves where the money is. */
static void
refuse_load(struct ota_ask *ask, struct air_answer *answer, int code, struct wire_error *error)
{
	const bool again = strcmp(error->error, "tac") == 0 || strcmp(error->error, "stale") == 0 ||
			   strcmp(error->error, "attempt_used") == 0;

	ota_refuse_op(ask, answer, code, error);
	if (again)
		answer->next = AIR_LOAD_BEGIN;
}

static void
put_credit(struct ota_ask *ask, const struct wire_load_request_rsp *rsp, struct air_answer *answer)
{
	struct purse_credit credit = { 0 };
	uint8_t bytes[32];
	struct ykt_buf command = YKT_BUF(bytes);

	memcpy(credit.datetime, rsp->datetime, sizeof(credit.datetime));
	memcpy(credit.mac2, rsp->mac2, sizeof(credit.mac2));
	purse_credit_build(&credit, &command);
	put_script(ask, answer, &command);
	answer->next = AIR_LOAD_CONFIRM;
}

void
ota_load_request(struct ota_ask *ask, struct air_answer *answer)
{
	struct wire_load_request_req req = { .attempt = ask->call.attempt };
	struct wire_load_request_rsp rsp = { .result = "" };
	struct wire_error error = { 0 };
	struct order order;
	enum ykt_status status;
	int code;

	wire_id_text(ask->call.ref, req.order_id);
	if (ask->call.sw != SW_OK || ask->call.data.len != sizeof(req.init)) {
		ota_refuse(ask, answer, AIR_STATE);
		return;
	}
	status = order_find_own(ask->w, req.order_id, ask->op.user_id, &order);
	if (status != YKT_OK) {
		ota_refuse_status(ask, answer, status);
		return;
	}
	text_set(req.card_no, sizeof(req.card_no), order.card_no);
	memcpy(req.init, ask->call.data.data, sizeof(req.init));
	code = op_load_request(ask->w, &ask->op, &req, &rsp, &error);
	if (code != 200) {
		refuse_load(ask, answer, code, &error);
		return;
	}
	ota_put_order(answer, order.order_id, order.amount_fen);
	answer->attempt = ask->call.attempt;
	if (rsp.has_mac2)
		put_credit(ask, &rsp, answer);
}

void
ota_load_confirm(struct ota_ask *ask, struct air_answer *answer)
{
	struct wire_load_confirm_req req = { .attempt = ask->call.attempt, .credited = true };
	struct wire_order order = { { 0 } };
	struct wire_error error = { 0 };
	int code;

	/* Not credited, or the purse's answer was lost: the next INITIALIZE tells. */
	if (ask->call.sw != SW_OK || ask->call.data.len != sizeof(req.tac)) {
		ota_refuse(ask, answer, AIR_LATER);
		return;
	}
	wire_id_text(ask->call.ref, req.order_id);
	memcpy(req.tac, ask->call.data.data, sizeof(req.tac));
	code = op_load_confirm(ask->w, &ask->op, &req, &order, &error);
	if (code != 200)
		refuse_load(ask, answer, code, &error);
	else
		ota_put_order(answer, order.order_id, order.amount_fen);
}
