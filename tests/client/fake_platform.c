/*
 * The platform of the world: accounts, orders, permits.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fake.h"

#include <stdio.h>
#include <string.h>

#include "card/purse_cmd.h"
#include "check.h"
#include "crypto/digest.h"

static const uint8_t app_aid[8] = { 0xA0, 0, 0, 6, 0x32, 1, 1, 5 };

struct fake_order *
fake_order(struct fake *fake, const char *order_id)
{
	for (size_t i = 0; i < fake->order_count; i++) {
		if (strcmp(fake->orders[i].wire.order_id, order_id) == 0)
			return &fake->orders[i];
	}

	return NULL;
}

static ykt_fen
sum(const struct fake *fake, size_t off)
{
	ykt_fen total = 0;

	for (size_t i = 0; i < fake->order_count; i++)
		total +=
		    *(const int64_t *)(const void *)((const uint8_t *)&fake->orders[i].wire + off);

	return total;
}

ykt_fen
fake_paid(const struct fake *fake)
{
	return sum(fake, offsetof(struct wire_order, paid_fen));
}

ykt_fen
fake_loaded(const struct fake *fake)
{
	return sum(fake, offsetof(struct wire_order, loaded_fen));
}

ykt_fen
fake_refunded(const struct fake *fake)
{
	return sum(fake, offsetof(struct wire_order, refunded_fen));
}

static struct fake_order *
order_add(struct fake *fake, const char *kind, ykt_fen amount)
{
	struct fake_order *order = &fake->orders[fake->order_count];

	assert_true(fake->order_count < FAKE_ORDERS_MAX);
	memset(order, 0, sizeof(*order));
	fake->order_count++;
	snprintf(order->wire.order_id, 33, "%032zx", 0xabc000 + fake->order_count);
	strcpy(order->wire.kind, kind);
	strcpy(order->wire.state, "created");
	strcpy(order->wire.city, fake_city_told(fake));
	memcpy(order->wire.aid.data, app_aid, 8);
	order->wire.aid.len = 8;
	order->wire.amount_fen = amount;
	order->wire.created_ms = fake->now_ms;

	return order;
}

static bool
ticket_fits(const struct fake *fake, const struct wire_order_open_req *req)
{
	const struct wire_unload *wire = &fake->unload.wire;

	return strcmp(wire->ticket, "held") == 0 && strcmp(wire->unload_id, req->ticket) == 0 &&
	       wire->amount_fen == req->first_load_fen;
}

/* I-10: the same key and body give the same order, another body is refused. */
static int
order_make(struct fake *fake, const struct wire_request *request, const struct wire_op *op,
    const void *req, struct wire_order *rsp, struct wire_error *error)
{
	const struct wire_order_topup_req *topup = req;
	const struct wire_order_open_req *open = req;
	const struct wire_order_wallet_req *wallet = req;
	bool opening = strcmp(op->op, "order.open") == 0;
	bool into_wallet = strcmp(op->op, "order.wallet") == 0;
	uint8_t print[32];
	struct fake_order *order;

	assert_status(crypto_sm3(fake->crypto, &request->body, 1, print), YKT_OK);
	for (size_t i = 0; i < fake->order_count; i++) {
		if (strcmp(fake->orders[i].idem, request->idem) != 0)
			continue;
		if (memcmp(fake->orders[i].print, print, 32) != 0)
			return wire_error_set(error, 422, WIRE_ERR_MISMATCH, NULL);
		*rsp = fake->orders[i].wire;
		return 200;
	}
	if (into_wallet) {
		order = order_add(fake, "wallet", wallet->amount_fen);
		strcpy(order->idem, request->idem);
		memcpy(order->print, print, 32);
		*rsp = order->wire;
		return 200;
	}
	if (!opening && (topup->amount_fen < FAKE_MIN || topup->amount_fen > FAKE_CAP))
		return wire_error_set(error, 400, "amount", NULL);
	if (opening && open->has_ticket && !ticket_fits(fake, open))
		return wire_error_set(error, 409, "ticket", NULL);
	order = order_add(fake, opening ? "open" : "topup",
	    !opening           ? topup->amount_fen
	    : open->has_ticket ? 0
			       : FAKE_FEE);
	strcpy(order->idem, request->idem);
	memcpy(order->print, print, 32);
	if (opening) {
		struct fake_order *child = order_add(fake, "topup", open->first_load_fen);

		strcpy(child->wire.parent_id, order->wire.order_id);
		if (open->has_ticket) {
			strcpy(order->wire.state, "paid");
			strcpy(child->wire.state, "paid");
			child->wire.paid_fen = child->wire.amount_fen;
			strcpy(fake->unload.wire.ticket, "used");
		}
	} else
		strcpy(order->wire.card_no, topup->card_no);
	*rsp = order->wire;

	return 200;
}

static int
load_begin(struct fake *fake, struct fake_order *order, struct wire_load_begin_rsp *rsp,
    struct wire_error *error)
{
	const char *state = order->wire.state;

	if (strcmp(state, "paid") != 0 && strcmp(state, "loading") != 0)
		return wire_error_set(error, 409, "order_state", NULL);
	order->attempt++;
	memset(order->terminal, 0, 6);
	ykt_set_u32(order->terminal + 2, ++fake->nonce * 2654435761u);
	rsp->attempt = order->attempt;
	memcpy(rsp->terminal, order->terminal, 6);
	rsp->amount_fen = order->wire.amount_fen;
	strcpy(rsp->card_no, order->wire.card_no);

	return 200;
}

static struct fake_order *
permit_holder(struct fake *fake)
{
	for (size_t i = 0; i < fake->order_count; i++) {
		if (fake->orders[i].permit)
			return &fake->orders[i];
	}

	return NULL;
}

static void
book_loaded(struct fake_order *order)
{
	assert_string_equal(order->wire.state, "loading");
	strcpy(order->wire.state, "loaded");
	order->wire.loaded_fen = order->wire.amount_fen;
	order->permit = false;
}

/* The rules of section 3. init's random names the INITIALIZE, its MAC1 the amount. */
static int
load_request(struct fake *fake, struct fake_order *order, const struct wire_load_request_req *req,
    struct wire_load_request_rsp *rsp, struct wire_error *error)
{
	struct fake_order *holder = permit_holder(fake);
	struct purse_load_init_rsp init;

	if (strcmp(order->wire.state, "loaded") == 0) {
		strcpy(rsp->result, "loaded");
		return 200;
	}
	if (req->attempt != order->attempt)
		return wire_error_set(error, 409, "stale", NULL);
	assert_status(purse_load_init_rsp_decode(YKT_BYTES(req->init), &init), YKT_OK);
	if (memcmp(init.random, order->terminal + 2, 4) != 0 ||
	    ykt_get_u32(init.mac1) != (req->attest ? 0 : order->wire.amount_fen))
		return wire_error_set(error, 403, "mac1", NULL);
	if (!req->attest)
		strcpy(order->wire.state, "loading");
	if (holder != NULL && init.online_seq == holder->permit_n + 1) {
		book_loaded(holder);
		if (holder == order) {
			strcpy(rsp->result, "loaded");
			return 200;
		}
		holder = NULL;
	}
	if (holder != NULL && holder != order) {
		wire_error_set(error, 409, WIRE_ERR_HELD, NULL);
		error->has_order_id = true;
		strcpy(error->order_id, holder->wire.order_id);
		return 409;
	}
	if (req->attest) {
		strcpy(rsp->result, "not_loaded");
		return 200;
	}
	order->permit = order->given = true;
	order->permit_n = init.online_seq;
	strcpy(rsp->result, "credit");
	rsp->has_datetime = rsp->has_mac2 = true;
	memset(rsp->datetime, 0x20, 7);
	for (int i = 0; i < 4; i++)
		rsp->mac2[i] = order->terminal[2 + i] ^ 0xFF;

	return 200;
}

static int
load_confirm(struct fake_order *order, const struct wire_load_confirm_req *req,
    struct wire_order *rsp, struct wire_error *error)
{
	if (strcmp(order->wire.state, "loading") == 0) {
		if (memcmp(req->tac, order->terminal + 2, 4) != 0)
			return wire_error_set(error, 403, "tac", NULL);
		book_loaded(order);
	}
	*rsp = order->wire;

	return 200;
}

static int
order_refund(struct fake *fake, struct fake_order *order, const struct wire_order_refund_req *req,
    struct wire_order *rsp, struct wire_error *error)
{
	struct purse_load_init_rsp init;
	const char *fault = fake_refund_fault(fake, order, req);

	if (fault != NULL)
		return wire_error_set(error, 403, fault, NULL);
	if (strcmp(order->wire.state, "created") == 0 || strcmp(order->wire.state, "closed") == 0)
		return wire_error_set(error, 409, "not_paid", NULL);
	if (strcmp(order->wire.state, "loaded") == 0 || strcmp(order->wire.state, "opened") == 0)
		return wire_error_set(error, 409, "used", NULL);
	if (strcmp(order->wire.state, "loading") == 0 && order->given) {
		if (!req->has_attempt)
			return wire_error_set(error, 409, "proof_needed", NULL);
		if (req->attempt != order->attempt)
			return wire_error_set(error, 409, "stale", NULL);
		assert_status(purse_load_init_rsp_decode(YKT_BYTES(req->init), &init), YKT_OK);
		if (memcmp(init.random, order->terminal + 2, 4) != 0)
			return wire_error_set(error, 403, "mac1", NULL);
		if (init.online_seq == order->permit_n + 1)
			book_loaded(order);
	}
	if (strcmp(order->wire.state, "loaded") != 0 &&
	    strcmp(order->wire.state, "refunded") != 0) {
		strcpy(order->wire.state, "refunded");
		order->wire.refunded_fen = order->wire.paid_fen;
		order->permit = false;
		fake->charged -= order->wire.paid_fen;
	}
	*rsp = order->wire;

	return 200;
}

static int
open_begin(struct fake *fake, struct fake_order *order, struct wire_open_begin_rsp *rsp,
    struct wire_error *error)
{
	if (strcmp(order->wire.state, "paid") != 0 && strcmp(order->wire.state, "opening") != 0)
		return wire_error_set(error, 409, "order_state", NULL);
	strcpy(order->wire.state, "opening");
	fake->manage.kind[0] = '\0';
	strcpy(fake->manage.card_state, "active");
	fake->tsm_sessions++;
	fake->tsm_step = 0;
	fake->tsm_last_len = 0;
	memset(fake->session_id, (int)fake->tsm_sessions, 16);
	memcpy(rsp->session_id, fake->session_id, 16);

	return 200;
}

static void
open_status(struct fake *fake, struct fake_order *order, struct wire_order *rsp)
{
	if (strcmp(order->wire.state, "opening") == 0 && fake->tsm_step == 2) {
		strcpy(order->wire.state, "opened");
		order->wire.loaded_fen = order->wire.amount_fen;
		strcpy(order->wire.card_no, FAKE_CARD_NO);
		for (size_t i = 0; i < fake->order_count; i++) {
			if (strcmp(fake->orders[i].wire.parent_id, order->wire.order_id) == 0)
				strcpy(fake->orders[i].wire.card_no, FAKE_CARD_NO);
		}
	}
	*rsp = order->wire;
}

static void
order_list(
    struct fake *fake, const struct wire_order_list_req *req, struct wire_order_list_rsp *rsp)
{
	for (size_t i = fake->order_count; i > 0; i--) {
		const struct wire_order *order = &fake->orders[i - 1].wire;
		bool odd =
		    strcmp(order->state, "paid") == 0 || strcmp(order->state, "loading") == 0 ||
		    strcmp(order->state, "opening") == 0 || strcmp(order->state, "case") == 0;

		if (!req->abnormal || odd)
			rsp->orders[rsp->orders_count++] = *order;
	}
}

static int
op_user(struct fake *fake, const struct wire_op *op, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_user_register_req *reg = req;
	const struct wire_user_login_req *login = req;
	struct wire_user_login_rsp *in = rsp;

	if (strcmp(op->op, "otp.send") == 0) {
		fake->code_sent = true;
		return 200;
	}
	if (strcmp(op->op, "user.reset") == 0) {
		const struct wire_user_reset_req *reset = req;

		if (strcmp(reset->otp, FAKE_OTP) != 0 || strcmp(reset->name, "林 小雨") != 0)
			return wire_error_set(error, 403, WIRE_ERR_OTP_WRONG, NULL);
		strcpy(fake->password, reset->password);
		fake->session_open = false;
		return 200;
	}
	if (strcmp(op->op, "user.register") == 0) {
		assert_true(reg->consent && fake->code_sent);
		assert_int_equal(reg->se_id.len, fake->no_se ? 0 : 16);
		if (strcmp(reg->otp, FAKE_OTP) != 0)
			return wire_error_set(error, 403, WIRE_ERR_OTP_WRONG, NULL);
		fake->registered = true;
		strcpy(((struct wire_user_register_rsp *)rsp)->user_id,
		    "0123456789abcdef0123456789abcdef");
		fake_cert_register(fake, reg, rsp);
		return 200;
	}
	if (!fake->registered || strcmp(login->phone, FAKE_PHONE) != 0 ||
	    strcmp(login->password, fake->password) != 0 || fake->closed)
		return wire_error_set(error, 401, WIRE_ERR_LOGIN_FAILED, NULL);
	if (fake_cert_login(fake, login, in, error) != 200)
		return 403;
	fake->session_open = true;
	fake->ctr = 0;
	memset(fake->sid, (int)fake->ops, 16);
	memcpy(in->sid, fake->sid, 16);
	strcpy(in->user_id, "0123456789abcdef0123456789abcdef");
	strcpy(in->name, "林 小雨");
	in->idle_ms = 300000;
	in->absolute_ms = 1800000;
	in->has_advice = fake->advice != NULL;
	if (in->has_advice)
		strcpy(in->advice, fake->advice);

	return 200;
}

void
fake_fill_card(struct fake *fake, struct wire_card *card)
{
	strcpy(card->card_no, FAKE_CARD_NO);
	memcpy(card->aid.data, app_aid, 8);
	card->aid.len = 8;
	strcpy(card->city, FAKE_CITY);
	strcpy(card->state, fake->manage.card_state);
	card->balance_fen = fake->card.balance;
	card->as_of_ms = fake->now_ms;
}

static int
op_order(struct fake *fake, const struct wire_request *request, const struct wire_op *op,
    const void *req, void *rsp, struct wire_error *error)
{
	/* Every such request begins with the order's id. */
	struct fake_order *order = fake_order(fake, req);

	if (strcmp(op->op, "order.open") == 0 || strcmp(op->op, "order.topup") == 0 ||
	    strcmp(op->op, "order.wallet") == 0)
		return order_make(fake, request, op, req, rsp, error);
	if (strcmp(op->op, "order.list") == 0) {
		order_list(fake, req, rsp);
		return 200;
	}
	if (order == NULL)
		return wire_error_set(error, 404, WIRE_ERR_NOT_FOUND, NULL);
	if (strcmp(op->op, "order.pay") == 0)
		return fake_order_pay(fake, order, rsp, error);
	if (strcmp(op->op, "order.confirm") == 0)
		return fake_order_confirm(fake, order, req, rsp, error);
	if (strcmp(op->op, "order.charge") == 0)
		return fake_order_charge(fake, order, req, rsp, error);
	if (strcmp(op->op, "order.refund") == 0)
		return strcpy(fake->refund_idem, request->idem),
		       order_refund(fake, order, req, rsp, error);
	if (strcmp(op->op, "load.begin") == 0)
		return load_begin(fake, order, rsp, error);
	if (strcmp(op->op, "load.request") == 0)
		return load_request(fake, order, req, rsp, error);
	if (strcmp(op->op, "load.confirm") == 0)
		return load_confirm(order, req, rsp, error);
	if (strcmp(op->op, "open.begin") == 0)
		return open_begin(fake, order, rsp, error);
	if (strcmp(op->op, "open.status") == 0) {
		open_status(fake, order, rsp);
		return 200;
	}
	*(struct wire_order *)rsp = order->wire;

	return 200;
}

static int
refuse(const struct fake *fake, struct wire_error *error)
{
	int code = wire_error_set(error, fake->refuse_code, fake->refuse_token, NULL);

	error->has_limit_fen = fake->refuse_limit != 0;
	error->limit_fen = fake->refuse_limit;

	return code;
}

int
fake_op(struct fake *fake, const struct wire_request *request, const struct wire_op *op,
    const void *req, void *rsp, struct wire_error *error)
{
	if (fake->refuse_op != NULL && strcmp(fake->refuse_op, op->op) == 0 &&
	    (fake->refuse_skip == 0 || fake->refuse_skip-- == 0))
		return refuse(fake, error);
	if (wire_op_guest(op))
		return fake_update_op(fake, op, req, rsp, error);
	if (op->open)
		return op_user(fake, op, req, rsp, error);
	if (strcmp(op->op, "user.logout") == 0) {
		fake->session_open = false;
		return 200;
	}
	if (strcmp(op->op, "app.list") == 0) {
		fake_app_list(fake, app_aid, rsp);
		return 200;
	}
	if (strncmp(op->op, "card.", 5) == 0 && strcmp(op->op, "card.records") != 0)
		return fake_card_op(fake, op, req, rsp, error);
	if (strncmp(op->op, "account.", 8) == 0)
		return fake_bank_op(fake, request, op, req, rsp, error);
	if (strncmp(op->op, "unload.", 7) == 0 || strncmp(op->op, "wallet.", 7) == 0 ||
	    strncmp(op->op, "bill.", 5) == 0 || strncmp(op->op, "pin.", 4) == 0 ||
	    strncmp(op->op, "code.", 5) == 0 || strcmp(op->op, "card.records") == 0 ||
	    strcmp(op->op, "user.password") == 0 || strcmp(op->op, "user.close") == 0)
		return fake_wallet_op(fake, request, op, req, rsp, error);

	return op_order(fake, request, op, req, rsp, error);
}

void
fake_platform_init(struct fake *fake)
{
	struct crypto_sm2_key key;

	strcpy(fake->manage.card_state, "active");
	assert_status(crypto_sm2_generate(fake->crypto, &fake->random, &key), YKT_OK);
	fake->wrong_pub = key.pub;
	assert_status(crypto_sm2_generate(fake->crypto, &fake->random, &key), YKT_OK);
	signer_soft_init(&fake->key, fake->crypto, &key);
	assert_status(crypto_sm2_generate(fake->crypto, &fake->random, &key), YKT_OK);
	signer_soft_init(&fake->pin_module, fake->crypto, &key);
	assert_status(crypto_sm2_generate(fake->crypto, &fake->random, &fake->institution), YKT_OK);
}
