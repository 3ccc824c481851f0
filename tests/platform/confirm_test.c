/*
 * order.confirm: the token that the pay channel wants is given for a signature
 * over exactly what the order says (C5-HCI-7), and for nothing else.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "bad.h"
#include "crypto/signer.h"
#include "wire/shown.h"

#define AMOUNT 5000

/* An order that waits to be paid, and the screen that shows it truly. */
struct ready {
	struct bench *b;
	struct wire_order order;
	struct wire_order_pay_rsp pay;
	struct wire_shown shown;
};

enum debit { TOPUP, OPENING, WALLET };

static void
make_order(struct ready *r, enum debit debit)
{
	struct wire_order_topup_req topup = { .amount_fen = AMOUNT };
	const struct wire_order_wallet_req wallet = { .amount_fen = AMOUNT };

	if (debit == TOPUP) {
		(void)bench_card(r->b, topup.card_no);
		assert_int_equal(
		    bench_ask(r->b, "order.topup", bench_idem(r->b), &topup, &r->order), 200);
	} else if (debit == OPENING)
		r->order = bench_order_open(r->b);
	else
		assert_int_equal(
		    bench_ask(r->b, "order.wallet", bench_idem(r->b), &wallet, &r->order), 200);
}

static void
start(struct ready *r, enum debit debit)
{
	struct wire_order_id_req id;

	memset(r, 0, sizeof(*r));
	bench_open(&r->b);
	bench_register(r->b, BENCH_PHONE);
	make_order(r, debit);
	strcpy(id.order_id, r->order.order_id);
	assert_int_equal(bench_ask(r->b, "order.pay", NULL, &id, &r->pay), 200);
	r->shown = (struct wire_shown){
		.order_id = r->order.order_id,
		.user_id = r->b->user_id,
		.kind = r->order.kind,
		.card_no = debit == TOPUP ? r->order.card_no : "",
		.city = debit == OPENING ? r->order.city : "",
		.payee = r->pay.payee,
		.amount_fen = r->pay.amount_fen,
		.fee_fen = debit == OPENING ? r->order.amount_fen : 0,
	};
	r->shown.load_fen = r->shown.amount_fen - r->shown.fee_fen;
}

static struct wire_order_confirm_req
sign(const struct ready *r, const struct wire_shown *shown, const char *prepay_id)
{
	struct wire_order_confirm_req req = { .amount_fen = shown->amount_fen };
	uint8_t text[WIRE_SHOWN_SIGN_LEN];
	struct signer_soft device;

	strcpy(req.order_id, r->order.order_id);
	assert_status(wire_shown_digest(r->b->other, shown, req.digest), YKT_OK);
	wire_shown_to_sign(req.digest, prepay_id, text);
	signer_soft_init(&device, r->b->other, &r->b->device);
	assert_status(signer_sign(&device.signer, YKT_BYTES(text), req.sig), YKT_OK);
	signer_soft_clear(&device);

	return req;
}

static void
test_what_was_shown_and_signed_may_be_paid(void **state)
{
	(void)state;
	for (enum debit debit = TOPUP; debit <= WALLET; debit++) {
		struct wire_order_confirm_req req;
		struct wire_order_confirm_rsp rsp = { 0 };
		struct ready r;

		start(&r, debit);
		req = sign(&r, &r.shown, r.pay.prepay_id);
		/* Also after a lost answer, and from another process. */
		for (int i = 0; i < 3; i++) {
			assert_int_equal(bench_ask(r.b, "order.confirm", NULL, &req, &rsp), 200);
			assert_int_equal(rsp.pay_token[0], 0x77);
			bench_restart(r.b);
		}
		assert_int_equal(bench_number(r.b, "SELECT COUNT(*) FROM confirmed"), 1);
		assert_int_equal(
		    bench_number(r.b, "SELECT COUNT(*) FROM confirmed WHERE length(sig) = 64"), 1);
		bench_check_books(r.b);
		bench_close(&r.b);
	}
}

/* One field of the screen at a time is another one. */
static void
test_another_screen_gets_no_token(void **state)
{
	static const char other[] = "00000000000000000000000000000002";

	(void)state;
	for (enum debit debit = TOPUP; debit <= WALLET; debit++) {
		struct ready r;

		start(&r, debit);
		for (int row = 0; row < 10; row++) {
			struct wire_order_confirm_rsp rsp = { 0 };
			struct wire_order_confirm_req req;
			struct wire_shown seen = r.shown;
			const char *prepay_id = r.pay.prepay_id;
			const char *token = "digest";
			uint64_t before;

			if (row == 0)
				seen.payee = "Somebody else";
			if (row == 1)
				seen.kind = debit == WALLET ? "topup" : "wallet";
			if (row == 2)
				seen.card_no = "03101234567890999999";
			if (row == 3)
				seen.city = "9902";
			if (row == 4)
				seen.fee_fen += 1;
			if (row == 5)
				seen.load_fen -= 1;
			if (row == 6)
				seen.user_id = other;
			if (row == 7)
				seen.amount_fen = 1;
			if (row == 8)
				prepay_id = other;
			req = sign(&r, &seen, prepay_id);
			if (row == 7)
				token = "amount";
			if (row >= 8)
				token = "signature";
			if (row == 9)
				req.sig[10] ^= 1;
			before = bad_state(r.b);
			assert_int_equal(bench_ask(r.b, "order.confirm", NULL, &req, &rsp), 403);
			assert_string_equal(r.b->error.error, token);
			assert_int_equal(rsp.pay_token[0], 0);
			assert_true(bad_state(r.b) == before);
		}
		assert_int_equal(bench_number(r.b, "SELECT COUNT(*) FROM confirmed"), 0);
		bench_close(&r.b);
	}
}

static void
test_what_cannot_be_confirmed(void **state)
{
	struct wire_order_confirm_rsp rsp = { 0 };
	struct wire_order_confirm_req req;
	struct wire_order again;
	struct ready r;
	uint64_t before;

	(void)state;
	start(&r, WALLET);
	req = sign(&r, &r.shown, r.pay.prepay_id);
	/* Nobody's order; one that was never asked to be paid; and, below, one that is paid. */
	strcpy(req.order_id, "00000000000000000000000000000002");
	before = bad_state(r.b);
	assert_int_equal(bench_ask(r.b, "order.confirm", NULL, &req, &rsp), 404);
	assert_true(bad_state(r.b) == before);
	again = r.order;
	make_order(&r, WALLET);
	req = sign(&r, &r.shown, r.pay.prepay_id);
	before = bad_state(r.b);
	assert_int_equal(bench_ask(r.b, "order.confirm", NULL, &req, &rsp), 404);
	assert_true(bad_state(r.b) == before);
	r.order = again;
	bench_pay(r.b, r.order.order_id);
	req = sign(&r, &r.shown, r.pay.prepay_id);
	before = bad_state(r.b);
	assert_int_equal(bench_ask(r.b, "order.confirm", NULL, &req, &rsp), 409);
	assert_string_equal(r.b->error.error, "paid");
	assert_int_equal(rsp.pay_token[0], 0);
	assert_true(bad_state(r.b) == before);
	bench_close(&r.b);
}

/* Another user with the same words, signed by his own key. */
static void
test_another_user_confirms_nothing(void **state)
{
	struct wire_order_confirm_rsp rsp = { 0 };
	struct wire_order_confirm_req req;
	struct ready r;

	(void)state;
	start(&r, WALLET);
	bench_register(r.b, BENCH_PHONE2);
	req = sign(&r, &r.shown, r.pay.prepay_id);
	assert_int_equal(bench_ask(r.b, "order.confirm", NULL, &req, &rsp), 404);
	assert_int_equal(rsp.pay_token[0], 0);
	assert_int_equal(bench_number(r.b, "SELECT COUNT(*) FROM confirmed"), 0);
	bench_close(&r.b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_shown_and_signed_may_be_paid),
		cmocka_unit_test(test_another_screen_gets_no_token),
		cmocka_unit_test(test_what_cannot_be_confirmed),
		cmocka_unit_test(test_another_user_confirms_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
