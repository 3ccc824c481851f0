/*
 * The menu and the platform: register, top up, pay and what else calls the gateway,
 * over TCP, UDP and short messages; what is sent, what is shown, what reaches the purse.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gate_kit.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"

static const struct kit purse = { .pin = KIT_PIN, .tries = 3 };

static void
assert_bytes(const uint8_t *bytes, const char *hex, size_t len)
{
	uint8_t want[32];
	struct ykt_buf out = YKT_BUF(want);

	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &out), YKT_OK);
	assert_int_equal(out.len, len);
	assert_memory_equal(bytes, want, len);
}

/* A top-up by a tile: confirmed with its amount, paid, loaded; all over one connection. */
static void
test_top_up(void **state)
{
	struct card *card = gate_card(&purse, false);
	struct gate gate;
	struct air_answer paid = {
		.next = AIR_LOAD_BEGIN, .has = AIR_HAS_REF | AIR_HAS_FEN, .fen = 5000
	};

	(void)state;
	gate_start(&gate, card);
	phone_idles(&gate.phone);
	gate_choose(&gate, GATE_TOPUP_50);
	phone_sees(&gate.phone, USAT_GET_INKEY, "充值\n50.00 元?");
	gate_key(&gate, true);
	phone_sees(&gate.phone, USAT_GET_INPUT, "支付密码");
	assert_int_equal(gate.phone.command.head.qualifier, USAT_Q_NO_ECHO);
	gate_type(&gate, "123456");
	gate_called(&gate, AIR_TOPUP);
	assert_bytes(gate.call.pin, "123456", 3);
	assert_bytes(gate.call.serial, "03105170000000000001", 10);
	assert_int_equal(gate.call.fen, 5000);
	memset(paid.ref, 0xA1, sizeof(paid.ref));
	gate_reply(&gate, &paid);
	gate_called(&gate, AIR_LOAD_BEGIN);
	assert_memory_equal(gate.call.ref, paid.ref, sizeof(paid.ref));
	gate_answer_begin(&gate, 0xA1, 5000);
	gate_called(&gate, AIR_LOAD_REQUEST);
	assert_int_equal(gate.call.attempt, 1);
	assert_int_equal(gate.call.data.len, 16);
	gate_answer_request(&gate, 0xA1, 5000);
	gate_called(&gate, AIR_LOAD_CONFIRM);
	assert_int_equal(gate.call.sw, SW_OK);
	assert_int_equal(gate.call.data.len, 4);
	gate_answer_confirm(&gate, 0xA1, 5000);
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "充值\n50.00 元\n余额 50.00 元");
	assert_string_equal(gate.log,
	    "events tcp send timer receive send timer receive send timer receive send timer "
	    "receive stop close");
	gate_ok(&gate);
	phone_idles(&gate.phone);
	assert_int_equal(gate_balance(card), 5000);
	/* No channel of the element stays open. */
	expect(card, "0070000001", "019000");
	/* And nothing is left to ask for. */
	gate_restart(&gate);
	phone_idles(&gate.phone);
	assert_string_equal(gate.log, "");
	card_free(&card);
}

static void
test_an_amount_that_is_typed(void **state)
{
	static const char *const none[] = { "0", "1001", "9999" };
	struct card *card = gate_card(&purse, false);
	struct gate gate;

	(void)state;
	gate_start(&gate, card);
	for (size_t i = 0; i < YKT_ARRAY_LEN(none); i++) {
		gate_choose(&gate, GATE_TOPUP);
		phone_sees(&gate.phone, USAT_GET_INPUT, "金额（元）");
		gate_type(&gate, none[i]);
		assert_int_equal(gate.phone.sw, SW_DATA);
		phone_answer(&gate.phone, USAT_USER_ENDED, ykt_bytes(NULL, 0));
		phone_idles(&gate.phone);
	}
	gate_choose(&gate, GATE_TOPUP);
	gate_type(&gate, "123");
	phone_sees(&gate.phone, USAT_GET_INKEY, "充值\n123.00 元?");
	/* No is no: nothing was sent. */
	gate_key(&gate, false);
	phone_idles(&gate.phone);
	assert_int_equal(gate.sends, 0);
	card_free(&card);
}

static void
test_register(void **state)
{
	struct card *card = gate_card(&purse, false);
	struct gate gate;

	(void)state;
	gate_start(&gate, card);
	gate_choose(&gate, GATE_REGISTER);
	phone_sees(&gate.phone, USAT_GET_INPUT, "手机号");
	gate_type(&gate, "13800138000");
	phone_sees(&gate.phone, USAT_GET_INKEY, "同意账户条款？");
	gate_key(&gate, true);
	gate_called(&gate, AIR_OTP);
	assert_bytes(gate.call.phone, "13800138000F", 6);
	gate_say(&gate, AIR_DONE, "");
	phone_sees(&gate.phone, USAT_GET_INPUT, "短信验证码");
	gate_type(&gate, "654321");
	phone_sees(&gate.phone, USAT_GET_INPUT, "设置支付密码");
	gate_type(&gate, "111222");
	phone_sees(&gate.phone, USAT_GET_INPUT, "再输一次");
	gate_type(&gate, "111222");
	gate_called(&gate, AIR_REGISTER);
	assert_bytes(gate.call.phone, "13800138000F", 6);
	assert_bytes(gate.call.code, "654321", 3);
	assert_bytes(gate.call.pin, "111222", 3);
	assert_true(gate.call.consent);
	gate_say(&gate, AIR_DONE, "");
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "已注册");
	gate_ok(&gate);
	phone_idles(&gate.phone);
	card_free(&card);
}

static void
test_two_pins_that_differ(void **state)
{
	struct card *card = gate_card(&purse, false);
	struct gate gate;

	(void)state;
	gate_start(&gate, card);
	gate_choose(&gate, GATE_REGISTER);
	gate_type(&gate, "13800138000");
	gate_key(&gate, true);
	gate_say(&gate, AIR_DONE, "");
	gate_type(&gate, "654321");
	gate_type(&gate, "111222");
	gate_type(&gate, "111223");
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "两次输入不一致");
	assert_int_equal(gate.sends, 1);
	card_free(&card);
}

/* Amount and payee on the screen are those of the call that pays. */
static void
test_pay_a_bill(void **state)
{
	struct card *card = gate_card(NULL, false);
	struct gate gate;
	struct air_answer bill = { .next = AIR_PAY,
		.has = AIR_HAS_REF | AIR_HAS_FEN,
		.fen = 1234,
		.text = ykt_bytes_str("面馆 牛肉面") };
	const struct air_answer paid = {
		.has = AIR_HAS_FEN, .fen = 1234, .text = ykt_bytes_str("面馆")
	};

	(void)state;
	gate_start(&gate, card);
	gate_choose(&gate, GATE_PAY);
	phone_sees(&gate.phone, USAT_GET_INPUT, "账单号");
	assert_int_equal(gate.phone.command.head.qualifier, USAT_Q_ALPHABET);
	gate_type(&gate, "1a2B3c7");
	gate_called(&gate, AIR_BILL);
	assert_int_equal(gate.call.bill_digits, 7);
	assert_bytes(gate.call.bill, "1A2B3C70", 4);
	memset(bill.ref, 0xB7, sizeof(bill.ref));
	gate_reply(&gate, &bill);
	phone_sees(&gate.phone, USAT_GET_INKEY, "面馆 牛肉面\n12.34 元?");
	gate_key(&gate, true);
	gate_type(&gate, "123456");
	gate_called(&gate, AIR_PAY);
	assert_memory_equal(gate.call.ref, bill.ref, sizeof(bill.ref));
	assert_int_equal(gate.call.fen, 1234);
	gate_reply(&gate, &paid);
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "已支付\n面馆\n12.34 元");
	card_free(&card);
}

static void
test_bills_that_are_none(void **state)
{
	static const struct air_answer answers[] = {
		{ .has = AIR_HAS_FEN, .fen = 5 },
		{ .has = AIR_HAS_REF },
		{ .has = AIR_HAS_REF | AIR_HAS_FEN, .fen = 0 },
		{ .has = AIR_HAS_REF | AIR_HAS_FEN, .fen = -5 },
	};
	struct card *card = gate_card(NULL, false);
	struct gate gate;

	(void)state;
	gate_start(&gate, card);
	gate_choose(&gate, GATE_PAY);
	gate_type(&gate, "12345G");
	assert_int_equal(gate.phone.sw, SW_DATA);
	phone_answer(&gate.phone, USAT_USER_ENDED, ykt_bytes(NULL, 0));
	for (size_t i = 0; i < YKT_ARRAY_LEN(answers); i++) {
		gate_choose(&gate, GATE_PAY);
		gate_type(&gate, "123456");
		gate_reply(&gate, &answers[i]);
		phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "操作失败");
		gate_ok(&gate);
	}
	card_free(&card);
}

static void
test_the_platforms_view(void **state)
{
	struct card *card = gate_card(&purse, false);
	struct gate gate;
	const struct air_answer answer = { .has = AIR_HAS_FEN, .fen = -321 };

	(void)state;
	gate_start(&gate, card);
	gate_choose(&gate, GATE_ACCOUNT);
	gate_called(&gate, AIR_BALANCE);
	gate_reply(&gate, &answer);
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "余额\n-3.21 元");
	card_free(&card);
}

/* What waits is loaded; nothing waits. */
static void
test_collect(void **state)
{
	static const uint8_t zeros[AIR_REF_LEN];
	struct card *card = gate_card(&purse, false);
	struct gate gate;

	(void)state;
	gate_start(&gate, card);
	gate_choose(&gate, GATE_COLLECT);
	gate_called(&gate, AIR_LOAD_BEGIN);
	assert_memory_equal(gate.call.ref, zeros, sizeof(zeros));
	gate_say(&gate, AIR_NOTHING, "没有待充值订单");
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "没有待充值订单");
	gate_ok(&gate);
	gate_choose(&gate, GATE_COLLECT);
	gate_answer_begin(&gate, 0xC3, 700);
	gate_answer_request(&gate, 0xC3, 700);
	gate_answer_confirm(&gate, 0xC3, 700);
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "充值\n7.00 元\n余额 7.00 元");
	card_free(&card);
}

/* The same load by datagrams, and by short messages, chosen in the settings. */
static void
test_other_bearers(void **state)
{
	static const struct {
		enum gate_item item;
		const char *log;
	} rows[] = {
		{ GATE_UDP, "events udp send timer receive send timer receive send timer receive "
			    "stop close" },
		{ GATE_SMS, "sms timer sms timer sms timer stop" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct card *card = gate_card(&purse, false);
		struct gate gate;

		gate_start(&gate, card);
		gate_choose(&gate, (uint8_t)rows[i].item);
		phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "已保存");
		gate_ok(&gate);
		/* The setting outlives the power. */
		assert_int_equal(card_boot(card), YKT_OK);
		gate_restart(&gate);
		gate_choose(&gate, GATE_COLLECT);
		gate_answer_begin(&gate, 0xC3, 700);
		gate_answer_request(&gate, 0xC3, 700);
		gate_answer_confirm(&gate, 0xC3, 700);
		phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "充值\n7.00 元\n余额 7.00 元");
		assert_string_equal(gate.log, rows[i].log);
		card_free(&card);
	}
}

static void
test_a_card_of_3des_calls(void **state)
{
	struct card *card = gate_card(&purse, true);
	struct gate gate;

	(void)state;
	gate_start_tdes(&gate, card);
	gate_choose(&gate, GATE_ACCOUNT);
	gate_called(&gate, AIR_BALANCE);
	gate_say(&gate, AIR_REFUSED, "不行");
	phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "不行");
	card_free(&card);
}

/* Data comes in pieces, and the menu puts them together. */
static void
test_answers_in_pieces(void **state)
{
	static const size_t chunks[] = { 1, 2, 3, 50, 200 };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(chunks); i++) {
		struct card *card = gate_card(&purse, false);
		struct gate gate;

		gate_start(&gate, card);
		gate.log[0] = '\0';
		gate_choose(&gate, GATE_COLLECT);
		gate.chunk = chunks[i];
		/* A log of so many words would not fit: only the last matters. */
		gate_say(&gate, AIR_NOTHING, "没有");
		phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "没有");
		card_free(&card);
	}
}

/* Without a way, without keys, without yes and no: said, and nothing asked. */
static void
test_phones_and_cards_that_cannot(void **state)
{
	static const char *const profiles[] = {
		"8010000012 29008F210100000F08000000000000000000", /* no network */
		"8010000012 2B008D23010C000F0800001F420000000300", /* no GET INKEY */
		"8010000004 0B001521",
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(profiles); i++) {
		struct card *card = gate_card(&purse, false);
		uint8_t bytes[64];
		struct ykt_buf cmd = YKT_BUF(bytes);
		struct gate gate;

		gate_start(&gate, card);
		assert_int_equal(ykt_hex_decode(profiles[i], strlen(profiles[i]), &cmd), YKT_OK);
		phone_send(&gate.phone, ykt_buf_view(&cmd));
		phone_answer(&gate.phone, USAT_DONE, ykt_bytes(NULL, 0));
		gate_choose(&gate, GATE_COLLECT);
		phone_sees(&gate.phone, USAT_DISPLAY_TEXT, "无法办理");
		assert_int_equal(gate.sends, 0);
		card_free(&card);
	}
}

/* The purse hears what a terminal would say, on a channel of its own, and no more. */
struct heard {
	char commands[2000];
};

static void
hear(void *ctx, const struct ykt_trace_event *event)
{
	struct heard *heard = ctx;
	char hex[600];

	if (strcmp(event->name, "command") != 0)
		return;
	ykt_hex_encode(ykt_bytes_sub(event->bytes, 0, 4), hex);
	assert_true(strlen(heard->commands) + 12 < sizeof(heard->commands));
	strcat(heard->commands, hex);
	strcat(heard->commands, " ");
}

static void
test_the_purse_is_reached_by_apdu_only(void **state)
{
	struct card *card = gate_card(&purse, false);
	static struct heard heard;
	const struct ykt_trace trace = { .ctx = &heard, .event = hear };
	struct gate gate;

	(void)state;
	gate_start(&gate, card);
	se_set_trace(&card->se, &trace);
	gate_choose(&gate, GATE_COLLECT);
	/* The serial. */
	assert_string_equal(heard.commands, "00700000 01A40400 01B09500 00708001 ");
	heard.commands[0] = '\0';
	gate_answer_begin(&gate, 0xC3, 700);
	/* A channel, the purse, INITIALIZE FOR LOAD. */
	assert_string_equal(heard.commands, "00700000 01A40400 81500002 ");
	heard.commands[0] = '\0';
	gate_answer_request(&gate, 0xC3, 700);
	/* CREDIT FOR LOAD where INITIALIZE was, and the channel's end. */
	assert_string_equal(heard.commands, "81520000 00708001 ");
	se_set_trace(&card->se, NULL);
	card_free(&card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_top_up),
		cmocka_unit_test(test_an_amount_that_is_typed),
		cmocka_unit_test(test_register),
		cmocka_unit_test(test_two_pins_that_differ),
		cmocka_unit_test(test_pay_a_bill),
		cmocka_unit_test(test_bills_that_are_none),
		cmocka_unit_test(test_the_platforms_view),
		cmocka_unit_test(test_collect),
		cmocka_unit_test(test_other_bearers),
		cmocka_unit_test(test_a_card_of_3des_calls),
		cmocka_unit_test(test_answers_in_pieces),
		cmocka_unit_test(test_phones_and_cards_that_cannot),
		cmocka_unit_test(test_the_purse_is_reached_by_apdu_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
