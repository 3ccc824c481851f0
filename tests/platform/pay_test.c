/*
 * The pay channel: what is believed and what is not (T03).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench.h"

#include <string.h>

static struct bench *
with_unpaid(struct wire_order *ret_open)
{
	struct wire_order_id_req req;
	struct wire_order_pay_rsp pay;
	struct bench *b;

	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	*ret_open = bench_order_open(b);
	strcpy(req.order_id, ret_open->order_id);
	assert_int_equal(bench_ask(b, "order.pay", NULL, &req, &pay), 200);
	assert_int_equal(pay.amount_fen, BENCH_FEE + BENCH_LOAD);
	assert_string_equal(pay.payee, "yikatong 9901");
	return b;
}

static int64_t
journals(struct bench *b)
{
	return bench_number(b, "SELECT COUNT(*) FROM journal");
}

enum notice_twist {
	TWIST_ORDER,
	TWIST_PREPAY,
	TWIST_AMOUNT_LESS,
	TWIST_AMOUNT_MORE,
	TWIST_CURRENCY,
	TWIST_PAYEE,
	TWIST_STATE,
	TWIST_NOT_PAID,
	TWIST_SIGNATURE,
	TWIST_KEY_NAME,
	TWIST_UNSIGNED,
};

static int
twisted_signature(struct bench *b, const struct wire_pay_notice *notice, enum notice_twist twist)
{
	uint8_t bytes[4096];
	struct ykt_buf json = YKT_BUF(bytes);
	struct signer_soft signer;

	if (twist == TWIST_UNSIGNED) {
		assert_status(wire_encode(&wire_pay_notice_msg, notice, &json), YKT_OK);
		return bench_raw(b, WIRE_PATH_PAY_NOTICE, "payd", ykt_buf_view(&json));
	}
	signer_soft_init(&signer, b->other, twist == TWIST_SIGNATURE ? &b->device : &b->pay_key);
	assert_status(wire_signed_make(&signer.signer, twist == TWIST_KEY_NAME ? "payd2" : "payd",
			  &wire_pay_notice_msg, notice, &json),
	    YKT_OK);
	signer_soft_clear(&signer);
	return bench_raw(b, WIRE_PATH_PAY_NOTICE, "payd", ykt_buf_view(&json));
}

static int
twisted_send(struct bench *b, struct wire_pay_notice *n, enum notice_twist twist)
{
	switch (twist) {
	case TWIST_ORDER:
		n->order_id[31] = n->order_id[31] == '0' ? '1' : '0';
		break;
	case TWIST_PREPAY:
		n->prepay_id[31] ^= 1;
		break;
	case TWIST_AMOUNT_LESS:
		n->amount_fen--;
		break;
	case TWIST_AMOUNT_MORE:
		n->amount_fen++;
		break;
	case TWIST_CURRENCY:
		strcpy(n->currency, "HKD");
		break;
	case TWIST_PAYEE:
		strcpy(n->payee, "yikatong 9902");
		break;
	case TWIST_STATE:
		strcpy(n->state, "refunded");
		break;
	case TWIST_NOT_PAID:
		b->pays[0].paid = false;
		break;
	default:
		return twisted_signature(b, n, twist);
	}
	return model_notice_send(b, n);
}

static void
test_eleven_ways_to_lie(void **state)
{
	static const struct {
		const char *why;
		enum notice_twist twist;
		int code;
		const char *token;
	} rows[] = {
		{ "an order that is not there", TWIST_ORDER, 404, "not_found" },
		{ "another prepay", TWIST_PREPAY, 422, "prepay" },
		{ "one fen less", TWIST_AMOUNT_LESS, 422, "amount" },
		{ "one fen more", TWIST_AMOUNT_MORE, 422, "amount" },
		{ "another currency", TWIST_CURRENCY, 422, "currency" },
		{ "another payee", TWIST_PAYEE, 422, "payee" },
		{ "not paid, by its own word", TWIST_STATE, 422, "state" },
		{ "signed, but the channel denies it when asked", TWIST_NOT_PAID, 409,
		    "in_progress" },
		{ "signed by somebody else", TWIST_SIGNATURE, 403, "signature" },
		{ "under a key we do not know", TWIST_KEY_NAME, 403, "signature" },
		{ "not signed", TWIST_UNSIGNED, 400, "malformed" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct wire_order open;
		struct bench *b = with_unpaid(&open);
		struct wire_pay_notice notice;

		b->pays[0].paid = true;
		model_notice(b, &b->pays[0], &notice);
		assert_true_why(
		    twisted_send(b, &notice, rows[i].twist) == rows[i].code, rows[i].why);
		assert_string_equal(b->error.error, rows[i].token);
		assert_int_equal(journals(b), 0);
		assert_int_equal(
		    bench_number(b, "SELECT COUNT(*) FROM ord WHERE state <> 'created'"), 0);
		assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM notice"), 0);
		bench_close(&b);
	}
}

/* The notice is true, but asked back the channel speaks of another payment. */
static void
test_an_answer_about_another_payment_books_nothing(void **state)
{
	(void)state;
	for (int lie = PSP_ORDER; lie <= PSP_PREPAY; lie++) {
		struct wire_order open;
		struct bench *b = with_unpaid(&open);
		struct wire_pay_notice notice;

		b->pays[0].paid = true;
		b->psp_lie = (enum psp_lie)lie;
		model_notice(b, &b->pays[0], &notice);
		assert_int_equal(model_notice_send(b, &notice), 503);
		assert_string_equal(bench_order(b, open.order_id).state, "created");
		assert_int_equal(journals(b), 0);
		b->psp_lie = PSP_TRUE;
		assert_int_equal(model_notice_send(b, &notice), 200);
		bench_close(&b);
	}
}

/* The twelfth: a nonce that was spent on another payment. */
static void
test_a_nonce_counts_once(void **state)
{
	struct wire_order first, second;
	struct bench *b = with_unpaid(&first);
	struct wire_order_id_req req;
	struct wire_order_pay_rsp pay;
	struct wire_pay_notice notice, replay;

	(void)state;
	second = bench_order_open(b);
	strcpy(req.order_id, second.order_id);
	assert_int_equal(bench_ask(b, "order.pay", NULL, &req, &pay), 200);
	b->pays[0].paid = b->pays[1].paid = true;
	model_notice(b, &b->pays[0], &notice);
	assert_int_equal(model_notice_send(b, &notice), 200);
	model_notice(b, &b->pays[1], &replay);
	memcpy(replay.nonce, notice.nonce, sizeof(replay.nonce));
	assert_int_equal(model_notice_send(b, &replay), 409);
	assert_string_equal(b->error.error, "replay");
	assert_int_equal(journals(b), 1);
	bench_close(&b);
}

static void
test_a_thousand_copies_are_one_payment(void **state)
{
	struct wire_order open;
	struct bench *b = with_unpaid(&open);
	struct wire_pay_notice notice;

	(void)state;
	b->pays[0].paid = true;
	model_notice(b, &b->pays[0], &notice);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(model_notice_send(b, &notice), 200);
	model_notice(b, &b->pays[0], &notice); /* and under another id */
	assert_int_equal(model_notice_send(b, &notice), 200);
	assert_int_equal(journals(b), 1);
	assert_int_equal(bench_account(b, "PSP", ""), -BENCH_FEE - BENCH_LOAD);
	assert_string_equal(bench_order(b, open.order_id).state, "paid");
	bench_check_books(b);
	bench_close(&b);
}

static void
test_the_client_cannot_say_that_it_paid(void **state)
{
	struct wire_order open;
	struct bench *b = with_unpaid(&open);
	struct wire_order_id_req req;
	struct wire_open_begin_req begin = { .se_id = { 8, { 1 } } };
	struct wire_open_begin_rsp session;
	struct wire_load_begin_rsp load;

	(void)state;
	strcpy(req.order_id, open.order_id);
	strcpy(begin.order_id, open.order_id);
	assert_string_equal(bench_order(b, open.order_id).state, "created");
	assert_int_equal(bench_ask(b, "open.begin", NULL, &begin, &session), 409);
	assert_int_equal(bench_ask(b, "load.begin", NULL, &req, &load), 409);
	assert_int_equal(b->job_count, 0);
	bench_close(&b);
}

static void
test_a_lost_notice_is_made_up_for_by_asking(void **state)
{
	struct wire_order open;
	struct bench *b = with_unpaid(&open);

	(void)state;
	b->pays[0].paid = true;
	assert_string_equal(bench_order(b, open.order_id).state, "paid"); /* order.get asks */
	bench_close(&b);

	b = with_unpaid(&open);
	b->pays[0].paid = true;
	bench_settle(b); /* and so does the tick */
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord WHERE state = 'paid'"), 2);
	bench_check_books(b);
	bench_close(&b);
}

static void
test_an_unpaid_order_is_closed(void **state)
{
	struct wire_order open;
	struct bench *b = with_unpaid(&open);
	struct wire_order_id_req req;
	struct wire_order_pay_rsp pay;

	(void)state;
	b->psp_down = true; /* as long as the channel cannot be asked nothing is closed */
	b->now_ms += 40 * 60000;
	for (int i = 0; i < 10; i++) {
		unsigned done;

		assert_status(platform_tick(b->w, &done), YKT_OK);
		b->now_ms += 60000;
	}
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord WHERE state = 'created'"), 2);
	b->psp_down = false;
	bench_settle(b);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord WHERE state = 'closed'"), 2);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM work WHERE kind <> 5"), 0);
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	strcpy(req.order_id, open.order_id);
	assert_int_equal(bench_ask(b, "order.pay", NULL, &req, &pay), 409);
	assert_string_equal(b->error.error, "closed");
	bench_close(&b);
}

static void
test_an_order_that_never_went_to_pay_is_closed_too(void **state)
{
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	(void)bench_order_open(b);
	b->now_ms += 30 * 60000;
	bench_settle(b);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord WHERE state = 'closed'"), 2);
	bench_close(&b);
}

static void
test_a_late_payment_goes_back(void **state)
{
	struct wire_order open;
	struct bench *b = with_unpaid(&open);
	struct wire_pay_notice notice;

	(void)state;
	b->now_ms += 31 * 60000;
	bench_settle(b);
	b->pays[0].paid = true;
	model_notice(b, &b->pays[0], &notice);
	assert_int_equal(model_notice_send(b, &notice), 200);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord WHERE state = 'refunding'"), 2);
	bench_settle(b);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord WHERE state = 'refunded' AND"
					 " paid_fen = refunded_fen AND note = 'late_payment'"),
	    2);
	assert_int_equal(b->pays[0].refunded, BENCH_FEE + BENCH_LOAD);
	assert_int_equal(b->pays[0].refund_count, 2);
	assert_int_equal(bench_account(b, "PSP", ""), 0);
	/* A notice after the refund changes nothing. */
	model_notice(b, &b->pays[0], &notice);
	assert_int_equal(model_notice_send(b, &notice), 200);
	assert_int_equal(journals(b), 3);
	bench_check_books(b);
	bench_close(&b);
}

static void
test_pay_again_is_the_same_prepay(void **state)
{
	struct wire_order open;
	struct bench *b = with_unpaid(&open);
	struct wire_order_id_req req;
	struct wire_order_pay_rsp first, again;

	(void)state;
	strcpy(req.order_id, open.order_id);
	assert_int_equal(bench_ask(b, "order.pay", NULL, &req, &first), 200);
	assert_int_equal(bench_ask(b, "order.pay", NULL, &req, &again), 200);
	assert_memory_equal(&first, &again, sizeof(first));
	assert_int_equal(b->pay_count, 1);
	bench_pay(b, open.order_id);
	assert_int_equal(bench_ask(b, "order.pay", NULL, &req, &again), 409);
	assert_string_equal(b->error.error, "paid");
	bench_close(&b);
}

static void
test_the_channel_is_down(void **state)
{
	struct bench *b;
	struct wire_order open;
	struct wire_order_id_req req;
	struct wire_order_pay_rsp pay;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	open = bench_order_open(b);
	strcpy(req.order_id, open.order_id);
	b->psp_down = true;
	assert_int_equal(bench_ask(b, "order.pay", NULL, &req, &pay), 503);
	assert_string_equal(bench_order(b, open.order_id).state, "created");
	b->psp_down = false;
	assert_int_equal(bench_ask(b, "order.pay", NULL, &req, &pay), 200);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_eleven_ways_to_lie),
		cmocka_unit_test(test_an_answer_about_another_payment_books_nothing),
		cmocka_unit_test(test_a_nonce_counts_once),
		cmocka_unit_test(test_a_thousand_copies_are_one_payment),
		cmocka_unit_test(test_the_client_cannot_say_that_it_paid),
		cmocka_unit_test(test_a_lost_notice_is_made_up_for_by_asking),
		cmocka_unit_test(test_an_unpaid_order_is_closed),
		cmocka_unit_test(test_an_order_that_never_went_to_pay_is_closed_too),
		cmocka_unit_test(test_a_late_payment_goes_back),
		cmocka_unit_test(test_pay_again_is_the_same_prepay),
		cmocka_unit_test(test_the_channel_is_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
