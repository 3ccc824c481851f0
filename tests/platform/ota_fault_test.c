/*
 * The OTA gateway when things go wrong: packets again, changed, late, of others; answers
 * that are lost; parts that are away; a gateway that dies at any moment.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "air_kit.h"
#include "wallets.h"

/* A photograph of what must not have moved. */
static int64_t
rows(struct air *air)
{
	return bench_number(air->b,
	    "SELECT (SELECT COUNT(*) FROM ord) + (SELECT COUNT(*) FROM user) +"
	    " (SELECT COUNT(*) FROM journal) + (SELECT COUNT(*) FROM attempt) +"
	    " (SELECT COUNT(*) FROM idem) + (SELECT COUNT(*) FROM ota_card) +"
	    " (SELECT COUNT(*) FROM ota_push) + (SELECT COALESCE(SUM(counter), 0) FROM ota_card)");
}

static void
test_the_same_packet_gets_the_same_bytes(void **state)
{
	struct air *air = air_rider();
	struct air_call call = air_call_of(air, AIR_LOAD_BEGIN);
	uint8_t first[AIR_RESPONSE_MAX];
	struct air_answer answer;
	size_t len;
	int64_t before;

	(void)state;
	air_make(air, &call);
	assert_int_equal(air_send(air, &answer), OTA_STATUS_OK);
	len = air->response_len;
	memcpy(first, air->response, len);
	before = rows(air);
	for (int i = 0; i < 3; i++) {
		if (i == 2)
			bench_restart(air->b);
		air->b->now_ms += 5000;
		assert_int_equal(air_send(air, &answer), OTA_STATUS_OK);
		assert_int_equal(air->response_len, len);
		assert_memory_equal(air->response, first, len);
	}
	assert_int_equal(rows(air), before);
	air_close(&air);
}

/* Below the last, and the last with other content. */
static void
test_a_counter_that_is_not_higher(void **state)
{
	struct air *air = air_rider();
	struct air_call call = air_call_of(air, AIR_BALANCE);
	uint8_t old[AIR_MESSAGE_MAX];
	struct air_answer answer;
	size_t old_len;
	int64_t before;

	(void)state;
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
	old_len = air->message_len;
	memcpy(old, air->message, old_len);
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
	before = rows(air);
	memcpy(air->message, old, old_len);
	air->message_len = old_len;
	assert_int_equal(air_send(air, &answer), OTA_STATUS_COUNTER_LOW);
	/* The last counter, another call. */
	air->counter--;
	call = air_call_of(air, AIR_LOAD_BEGIN);
	air_make(air, &call);
	assert_int_equal(air_send(air, &answer), OTA_STATUS_COUNTER_LOW);
	air->counter = 0;
	air_make(air, &call);
	assert_int_equal(air_send(air, &answer), OTA_STATUS_COUNTER_LOW);
	assert_int_equal(rows(air), before);
	air_close(&air);
}

/* Any bit of the message: a status or silence, and nothing has moved. */
static void
test_a_message_with_a_bit_changed(void **state)
{
	struct air *air = air_rider();
	struct air_call call = air_call_of(air, AIR_TOPUP);
	struct air_answer answer;
	int64_t before;

	(void)state;
	assert_int_equal(air_load(air, NULL), AIR_DONE);
	call.fen = 3000;
	air_make(air, &call);
	before = rows(air);
	for (size_t bit = 0; bit < 8 * air->message_len; bit += 3) {
		struct ykt_buf out = YKT_BUF(air->response);

		air->message[bit / 8] ^= (uint8_t)(1u << bit % 8);
		(void)!platform_ota_packet(
		    air->b->w, ykt_bytes(air->message, air->message_len), false, &out);
		air->message[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_int_equal(rows(air), before);
	assert_int_equal(air->b->psp_confirms, 0);
	assert_int_equal(air_send(air, &answer), OTA_STATUS_OK);
	assert_int_equal(answer.status, AIR_DONE);
	air_close(&air);
}

static void
test_messages_that_are_none(void **state)
{
	struct air *air = air_rider();
	struct air_call call = air_call_of(air, AIR_BALANCE);
	struct air_answer answer;
	int64_t before = rows(air);

	(void)state;
	air_make(air, &call);
	for (size_t len = 0; len < air->message_len; len++) {
		struct ykt_buf out = YKT_BUF(air->response);

		assert_status(
		    platform_ota_packet(air->b->w, ykt_bytes(air->message, len), false, &out),
		    YKT_E_FORMAT);
		assert_int_equal(out.len, 0);
	}
	air->message[air->message_len++] = 0;
	assert_int_equal(air_send(air, &answer), AIR_NOTHING_CAME);
	assert_int_equal(rows(air), before);
	air_close(&air);
}

/* A packet under another element's name, and one of an element that nobody made. */
static void
test_the_packet_of_another_element(void **state)
{
	struct air *air = air_rider();
	struct air_call call = air_call_of(air, AIR_BALANCE);
	struct ykt_buf out = YKT_BUF(air->response);
	int64_t before;

	(void)state;
	air_make(air, &call);
	before = rows(air);
	memset(air->message, 0x22, AIR_IDENTITY_LEN);
	assert_status(
	    platform_ota_packet(air->b->w, ykt_bytes(air->message, air->message_len), false, &out),
	    YKT_OK);
	assert_int_equal(rows(air), before);
	air_close(&air);
}

static void
test_too_many_calls_in_a_minute(void **state)
{
	struct air *air = air_rider();
	struct air_call call = air_call_of(air, AIR_TOPUP);
	struct air_answer answer;
	int status = AIR_DONE;
	unsigned calls = 0;

	(void)state;
	call.fen = 3000;
	for (; calls < 100 && status != AIR_LATER; calls++)
		status = air_ask(air, &call, &answer);
	assert_in_range(calls, 20, 31);
	assert_int_equal(air->b->psp_confirms, 0);
	air->b->now_ms += 61000;
	assert_int_equal(air_load(air, NULL), AIR_DONE);
	air_close(&air);
}

/* What a scenario does: the call, prepared; what must hold when its answer came at last. */
struct scene {
	const char *name;
	void (*prepare)(struct air *air, struct air_call *call);
	void (*check)(struct air *air, const struct air_answer *answer);
};

static void
prepare_topup(struct air *air, struct air_call *call)
{
	assert_int_equal(air_load(air, NULL), AIR_DONE);
	*call = air_call_of(air, AIR_TOPUP);
	call->fen = 3000;
}

/* The user asks again, as he would: what was paid already is what comes next. */
static void
ask_again(struct air *air)
{
	struct air_call call = air_call_of(air, AIR_TOPUP);
	struct air_answer answer;
	int status;

	call.fen = 3000;
	status = air_ask(air, &call, &answer);
	assert_true(status == AIR_DONE || status == AIR_STATE);
	assert_int_equal(answer.next, AIR_LOAD_BEGIN);
	assert_int_equal(answer.fen, 3000);
}

/* The channel took the money once, and it is on the purse once. */
static void
check_topup(struct air *air, const struct air_answer *answer)
{
	assert_true(answer->status == AIR_DONE || answer->status == AIR_LATER);
	if (answer->status == AIR_LATER)
		ask_again(air);
	assert_int_equal(air->b->psp_confirms, 1);
	assert_int_equal(bench_number(air->b,
			     "SELECT COUNT(*) FROM ord WHERE amount_fen = 3000 AND state = 'paid'"),
	    1);
	air->b->now_ms += 61000;
	assert_int_equal(air_load(air, NULL), AIR_DONE);
	assert_int_equal(air_load(air, NULL), AIR_NOTHING);
	assert_int_equal(model_card(air->b, air->card_no)->balance, BENCH_LOAD + 3000);
	assert_int_equal(bench_account(air->b, "SH:", air->card_no), BENCH_LOAD + 3000);
}

static void
prepare_register(struct air *air, struct air_call *call)
{
	struct air_answer answer;

	air->b->now_ms += 61000;
	*call = air_call_of(air, AIR_OTP);
	assert_status(
	    air_digits_pack(ykt_bytes_str(BENCH_PHONE2), call->phone, AIR_PHONE_LEN), YKT_OK);
	assert_int_equal(air_ask(air, call, &answer), AIR_DONE);
	*call = air_call_of(air, AIR_REGISTER);
	assert_status(
	    air_digits_pack(ykt_bytes_str(BENCH_PHONE2), call->phone, AIR_PHONE_LEN), YKT_OK);
}

static void
check_register(struct air *air, const struct air_answer *answer)
{
	int64_t users =
	    bench_number(air->b, "SELECT COUNT(*) FROM user WHERE phone = '" BENCH_PHONE2 "'");

	assert_in_range(users, 0, 1);
	assert_true(users == 1 || answer->status != AIR_DONE);
	assert_int_equal(bench_number(air->b,
			     "SELECT COUNT(*) FROM ota_card c JOIN user u ON u.user_id = c.user_id"
			     " WHERE u.phone = '" BENCH_PHONE2 "'"),
	    users);
	assert_int_equal(bench_number(air->b, "SELECT COUNT(*) FROM pin"), 1 + users);
}

static char bill_id[33];

static void
prepare_pay(struct air *air, struct air_call *call)
{
	struct wire_bill bill;

	(void)wallet_topup(air->b, 5000);
	assert_int_equal(merchant_bill(air->b, WALLET_MERCHANT, "r1", 1200, &bill), 200);
	strcpy(bill_id, bill.bill_id);
	*call = air_call_of(air, AIR_PAY);
	call->fen = 1200;
	for (size_t i = 0; i < 32; i++) {
		const char *digits = "0123456789abcdef";

		call->ref[i / 2] =
		    (uint8_t)(call->ref[i / 2] << 4 | (strchr(digits, bill_id[i]) - digits));
	}
}

static void
check_pay(struct air *air, const struct air_answer *answer)
{
	int64_t paid = bench_number(air->b, "SELECT COUNT(*) FROM bill WHERE state = 'paid'");

	assert_true(paid == 1 || answer->status != AIR_DONE);
	assert_int_equal(bench_number(air->b, "SELECT SUM(fen) FROM bal WHERE account LIKE 'U:%'"),
	    5000 - 1200 * paid);
}

/*
 * The n-th thing outside fails in each way; then everything is well again, the gateway
 * perhaps another process, and the menu sends what it sent. Until n is past the end.
 */
static void
sweep(const struct scene *scene, enum bench_fault fault)
{
	bool fired = true;

	for (unsigned n = 1; fired; n++) {
		struct air *air = air_rider();
		struct air_answer answer = { 0 };
		struct air_call call;
		int status = AIR_NOTHING_CAME;

		assert_in_range(n, 1, 200);
		scene->prepare(air, &call);
		air_make(air, &call);
		air->b->calls = 0;
		air->b->fail_at = n;
		air->b->fault = fault;
		status = air_send(air, &answer);
		fired = air->b->fired;
		air->b->fail_at = 0;
		air->b->fault = BENCH_FAULT_NONE;
		if (air->b->down) {
			air->b->down = false;
			bench_restart(air->b);
		}
		for (int i = 0; i < 3 && status == AIR_NOTHING_CAME; i++)
			status = air_send(air, &answer);
		assert_int_equal(status, OTA_STATUS_OK);
		scene->check(air, &answer);
		bench_check_books(air->b);
		air_close(&air);
	}
}

static void
sweep_all(const struct scene *scene)
{
	sweep(scene, BENCH_FAULT_BEFORE);
	sweep(scene, BENCH_FAULT_LOST);
	sweep(scene, BENCH_FAULT_DOWN);
	sweep(scene, BENCH_FAULT_DOWN_AFTER);
}

static void
test_a_top_up_with_a_fault_anywhere(void **state)
{
	static const struct scene scene = { "topup", prepare_topup, check_topup };

	(void)state;
	sweep_all(&scene);
}

static void
test_a_registration_with_a_fault_anywhere(void **state)
{
	static const struct scene scene = { "register", prepare_register, check_register };

	(void)state;
	sweep_all(&scene);
}

static void
test_a_payment_with_a_fault_anywhere(void **state)
{
	static const struct scene scene = { "pay", prepare_pay, check_pay };

	(void)state;
	sweep_all(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_same_packet_gets_the_same_bytes),
		cmocka_unit_test(test_a_counter_that_is_not_higher),
		cmocka_unit_test(test_a_message_with_a_bit_changed),
		cmocka_unit_test(test_messages_that_are_none),
		cmocka_unit_test(test_the_packet_of_another_element),
		cmocka_unit_test(test_too_many_calls_in_a_minute),
		cmocka_unit_test(test_a_top_up_with_a_fault_anywhere),
		cmocka_unit_test(test_a_registration_with_a_fault_anywhere),
		cmocka_unit_test(test_a_payment_with_a_fault_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
