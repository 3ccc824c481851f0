/*
 * The menu and the platform when something is lost: no way, no answer, a wrong answer,
 * a tap in between, and the power at any write. An order that is paid is loaded once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gate_kit.h"

#include <string.h>

#include "card/purse_cmd.h"
#include "card/sw.h"

static const struct kit purse = { .pin = KIT_PIN, .tries = 3 };

static struct air_answer
paid_order(uint8_t ref)
{
	struct air_answer answer = {
		.next = AIR_LOAD_BEGIN, .has = AIR_HAS_REF | AIR_HAS_FEN, .fen = 5000
	};

	memset(answer.ref, ref, sizeof(answer.ref));

	return answer;
}

/* The packet again and again, the same to the byte; then the question stays open. */
static void
test_no_answer(void **state)
{
	struct card *card = gate_card(&purse, false);
	uint8_t first[AIR_MESSAGE_MAX];
	struct gate gate;
	size_t len;

	(void)state;
	gate_start(&gate, card);
	gate_call_topup(&gate);
	len = gate.packet.len;
	memcpy(first, gate.packet_bytes, len);
	for (unsigned i = 1; i < 3; i++) {
		gate_time(&gate);
		gate_called(&gate, AIR_TOPUP);
		assert_int_equal(gate.packet.len, len);
		assert_memory_equal(gate.packet_bytes, first, len);
	}
	assert_string_equal(gate.log, "events tcp send timer close events tcp send timer close "
				      "events tcp send timer");
	gate_time(&gate);
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "无应答，稍后查询");
	assert_int_equal(gate.sends, 3);
	gate_ok(&gate);
	phone_idles(&gate.phone);
	/* Another operation is not begun before the first one's outcome is known. */
	gate_choose(&gate, GATE_PAY);
	gate_called(&gate, AIR_TOPUP);
	assert_memory_equal(gate.packet_bytes, first, len);
	gate_time(&gate);
	gate_time(&gate);
	gate_time(&gate);
	gate_ok(&gate);
	/* Nor forgotten: it is asked again at the next start, after a cut too. */
	assert_int_equal(card_boot(card), YKT_OK);
	gate_restart(&gate);
	gate_called(&gate, AIR_TOPUP);
	assert_memory_equal(gate.packet_bytes, first, len);
	gate_say(&gate, AIR_FUNDS, "余额不足");
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "余额不足");
	gate_ok(&gate);
	gate_restart(&gate);
	phone_idles(&gate.phone);
	assert_int_equal(gate.sends, 0);
	card_free(&card);
}

/* At a start without a gateway the user is left alone. */
static void
test_a_silent_start(void **state)
{
	struct card *card = gate_card(&purse, false);
	struct gate gate;

	(void)state;
	gate_start(&gate, card);
	gate_call_topup(&gate);
	assert_int_equal(card_boot(card), YKT_OK);
	gate_restart(&gate);
	for (unsigned i = 0; i < 3; i++)
		gate_time(&gate);
	phone_idles(&gate.phone);
	gate.deaf = true;
	gate_restart(&gate);
	phone_idles(&gate.phone);
	gate.deaf = false;
	gate_restart(&gate);
	gate_called(&gate, AIR_TOPUP);
	card_free(&card);
}

/* Nothing could be sent: one way after the other, then nothing has changed. */
static void
test_no_way(void **state)
{
	struct card *card = gate_card(&purse, false);
	struct gate gate;

	(void)state;
	gate_start(&gate, card);
	gate.deaf = true;
	gate_call_topup(&gate);
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "未连接，无变化");
	assert_string_equal(gate.log, "events tcp events udp sms sms sms");
	gate_ok(&gate);
	gate.deaf = false;
	gate_restart(&gate);
	phone_idles(&gate.phone);
	card_free(&card);
}

/* On a stream the connection is over; a datagram that is none does not count. */
static void
test_noise(void **state)
{
	struct card *card = gate_card(&purse, false);
	struct gate gate;

	(void)state;
	gate_start(&gate, card);
	gate_call_topup(&gate);
	gate_noise(&gate, ykt_bytes("\x00\x05hello", 7));
	assert_string_equal(
	    gate.log, "events tcp send timer receive stop close events tcp send timer");
	gate_noise(&gate, ykt_bytes("\xFF\xFF", 2));
	gate_called(&gate, AIR_TOPUP);
	assert_int_equal(gate.sends, 3);
	gate_say(&gate, AIR_REFUSED, "不行");
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "不行");
	gate_ok(&gate);
	gate_choose(&gate, GATE_UDP);
	gate_ok(&gate);
	gate.sends = 0;
	gate_call_topup(&gate);
	for (unsigned i = 0; i < 10; i++)
		gate_noise(&gate, ykt_bytes("hello", 5));
	phone_idles(&gate.phone);
	assert_int_equal(gate.sends, 1);
	gate_say(&gate, AIR_REFUSED, "不行");
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "不行");
	card_free(&card);
}

/* An answer to another call, or made for nobody, is none. */
static void
test_answers_to_other_calls(void **state)
{
	struct card *card = gate_card(&purse, false);
	struct gate gate;

	(void)state;
	gate_start(&gate, card);
	gate_choose(&gate, GATE_UDP);
	gate_ok(&gate);
	gate_choose(&gate, GATE_ACCOUNT);
	gate.counter--;
	gate_say(&gate, AIR_DONE, "旧");
	phone_idles(&gate.phone);
	gate.counter += 2;
	gate_say(&gate, AIR_DONE, "新");
	phone_idles(&gate.phone);
	gate.counter--;
	gate_say(&gate, AIR_DONE, "对");
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "余额\n对");
	card_free(&card);
}

static void
test_a_connection_that_ends(void **state)
{
	struct card *card = gate_card(&purse, false);
	struct gate gate;

	(void)state;
	gate_start(&gate, card);
	gate_call_topup(&gate);
	gate_drop(&gate);
	gate_called(&gate, AIR_TOPUP);
	assert_string_equal(gate.log, "events tcp send timer stop close events tcp send timer");
	gate_drop(&gate);
	gate_drop(&gate);
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "无应答，稍后查询");
	card_free(&card);
}

/* While the answer is awaited the menu is busy, and strange events do nothing. */
static void
test_what_comes_while_it_waits(void **state)
{
	static const char *const rows[] = {
		"80C200000ED70C82028281A40102A503000000",     /* another timer */
		"80C2000010D60E99010982028281B8028200B70104", /* another channel */
		"80C200000AD60899010482028281",               /* another event */
		"80C200000BD109820282818B03 040011",          /* from nowhere */
	};
	struct card *card = gate_card(&purse, false);
	struct gate gate;

	(void)state;
	gate_start(&gate, card);
	gate_call_topup(&gate);
	expect(card, "80C2000009D30782020181900101", "9300");
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		(void)card_hex(card, YKT_SE_WIRED, rows[i]);
	gate_called(&gate, AIR_TOPUP);
	assert_int_equal(gate.sends, 1);
	gate_say(&gate, AIR_REFUSED, "不行");
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "不行");
	card_free(&card);
}

/* Answers of a load that make no sense, and a platform that wants it for ever. */
static void
test_loads_that_lead_nowhere(void **state)
{
	struct card *card = gate_card(&purse, false);
	const struct air_answer again = paid_order(0xA1);
	struct gate gate;
	unsigned begun = 0;

	(void)state;
	gate_start(&gate, card);
	gate_call_topup(&gate);
	while (gate.phone.len == 0) {
		begun++;
		assert_true(begun < 10);
		gate_reply(&gate, &again);
	}
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "操作失败");
	assert_int_equal(begun, 4);
	assert_int_equal(gate_balance(card), 0);
	card_free(&card);
}

/* A tap ends the purse's transaction: CREDIT is refused, said so, and it begins anew. */
static void
test_a_tap_in_the_middle_of_a_load(void **state)
{
	struct card *card = gate_card(&purse, false);
	const struct air_answer paid = paid_order(0xA1);
	struct gate gate;

	(void)state;
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1000), SW_OK);
	gate_start(&gate, card);
	gate_call_topup(&gate);
	gate_reply(&gate, &paid);
	gate_answer_begin(&gate, 0xA1, 5000);
	(void)card_hex(card, YKT_SE_CONTACTLESS, SELECT_PURSE);
	assert_int_equal(terminal_purchase(card, YKT_SE_CONTACTLESS, 200, 1), SW_OK);
	gate_answer_request(&gate, 0xA1, 5000);
	gate_called(&gate, AIR_LOAD_CONFIRM);
	assert_int_not_equal(gate.call.sw, SW_OK);
	assert_int_equal(gate.call.data.len, 0);
	gate_reply(&gate, &paid);
	gate_called(&gate, AIR_LOAD_BEGIN);
	gate_answer_begin(&gate, 0xA1, 5000);
	gate_answer_request(&gate, 0xA1, 5000);
	assert_int_equal(gate.call.sw, SW_OK);
	gate_answer_confirm(&gate, 0xA1, 5000);
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "充值\n50.00 元\n余额 58.00 元");
	card_free(&card);
}

static void
test_a_card_without_a_purse(void **state)
{
	static const uint8_t items[] = { GATE_ACCOUNT, GATE_COLLECT };
	struct card *card = gate_card(NULL, false);
	struct gate gate;

	(void)state;
	gate_start(&gate, card);
	for (size_t i = 0; i < sizeof(items); i++) {
		gate_choose(&gate, items[i]);
		phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "没有交通卡");
		gate_ok(&gate);
	}
	assert_int_equal(gate.sends, 0);
	card_free(&card);
}

/* A platform with one order: it answers by counter, and counts what it was told. */
struct model {
	unsigned orders; /* that were paid */
	bool done;       /* the load is confirmed */
	bool issued;     /* a CREDIT was given for seq */
	uint16_t seq;
	uint64_t answered; /* counter of the newest call that was answered */
	uint8_t answers;
};

static void
serve_request(struct gate *gate, struct model *model)
{
	struct purse_load_init_rsp rsp;
	struct air_answer has_it = { .has = AIR_HAS_REF };

	assert_int_equal(gate->call.sw, SW_OK);
	assert_int_equal(purse_load_init_rsp_decode(gate->call.data, &rsp), YKT_OK);
	if (model->issued && rsp.online_seq != model->seq) {
		model->done = true;
		gate_reply(gate, &has_it);
		return;
	}
	model->issued = true;
	model->seq = rsp.online_seq;
	gate_answer_request(gate, 0xA1, 5000);
}

/* Answers the last call. */
static void
serve(struct gate *gate, struct model *model)
{
	const struct air_answer paid = paid_order(0xA1);

	/* A packet that comes again is of the newest call: nothing may be forgotten. */
	assert_true(gate->counter >= model->answered);
	switch (gate->call.op) {
	case AIR_TOPUP:
		if (gate->counter != model->answered)
			model->orders++;
		model->answered = gate->counter;
		gate_reply(gate, &paid);
		break;
	case AIR_LOAD_BEGIN:
		model->answered = gate->counter;
		if (model->orders == 0 || model->done)
			gate_say(gate, AIR_NOTHING, "没有");
		else
			gate_answer_begin(gate, 0xA1, 5000);
		break;
	case AIR_LOAD_REQUEST:
		model->answered = gate->counter;
		serve_request(gate, model);
		break;
	default:
		model->answered = gate->counter;
		assert_int_equal(gate->call.op, AIR_LOAD_CONFIRM);
		assert_int_equal(gate->call.sw, SW_OK);
		model->done = true;
		gate_answer_confirm(gate, 0xA1, 5000);
		break;
	}
}

/* Serves until the menu has something to show, idles without a call, or died. */
static void
serve_all(struct gate *gate, struct model *model)
{
	for (unsigned i = 0; i < 20 && !gate->card->nvm.off; i++) {
		unsigned sends = gate->sends;

		if (gate->phone.len != 0 || sends == 0)
			return;
		gate->sends = 0;
		serve(gate, model);
	}
}

/* The whole top-up with a cut at one write; true when the cut came. */
static bool
cut_once(unsigned at, enum tear tear)
{
	struct card *card = gate_card(&purse, false);
	struct model model = { 0 };
	struct gate gate;
	bool fired;

	gate_start(&gate, card);
	nvm_fault(&card->nvm, at, FAULT_CUT, tear);
	gate_call_topup(&gate);
	serve_all(&gate, &model);
	fired = card->nvm.fired;
	nvm_power(&card->nvm);
	assert_int_equal(card_boot(card), YKT_OK);
	gate_restart(&gate);
	serve_all(&gate, &model);
	if (gate.phone.len != 0) {
		gate_ok(&gate);
		phone_idles(&gate.phone);
	}
	/* What was paid has been loaded, once; or nothing was ever ordered. */
	assert_true(model.orders <= 1);
	assert_true(model.done == (model.orders == 1));
	assert_int_equal(gate_balance(card), model.orders * 5000);
	/* Nothing is left open. */
	gate_restart(&gate);
	phone_idles(&gate.phone);
	assert_int_equal(gate.sends, 0);
	card_free(&card);

	return fired;
}

static void
test_the_power_at_any_write(void **state)
{
	static const enum tear tears[] = { TEAR_OLD, TEAR_NEW, TEAR_PREFIX_HALF, TEAR_RANDOM };
	unsigned cuts = 0;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(tears); i++) {
		unsigned at = 1;

		while (cut_once(at, tears[i]))
			at++;
		cuts += at - 1;
	}
	assert_true(cuts > 40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_a_silent_start),
		cmocka_unit_test(test_no_way),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_answers_to_other_calls),
		cmocka_unit_test(test_a_connection_that_ends),
		cmocka_unit_test(test_what_comes_while_it_waits),
		cmocka_unit_test(test_loads_that_lead_nowhere),
		cmocka_unit_test(test_a_tap_in_the_middle_of_a_load),
		cmocka_unit_test(test_a_card_without_a_purse),
		cmocka_unit_test(test_the_power_at_any_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
