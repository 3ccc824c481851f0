/*
 * The menu application: what a phone sees of it, that it reaches the purse by APDU
 * and no other way, and whom it serves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "menu_kit.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"

static const struct kit with_pin = { .pin = KIT_PIN, .tries = 3 };
static const struct ykt_bytes no_body;

static struct card *
card_with_menu(void)
{
	struct card *card = menu_card(&with_pin);

	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 5000), SW_OK);
	assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 266, 1), SW_OK);
	menu_install(card, 1);

	return card;
}

static void
test_the_menu_is_set_up_after_the_profile(void **state)
{
	struct card *card = card_with_menu();
	struct phone phone;

	(void)state;
	/* Nothing is asked before the first TERMINAL PROFILE. */
	expect(card, "8012000000", "6985");
	expect(card, "80C2000009D30782020181900101", "6985");
	phone_start(&phone, card);
	phone_sees(&phone, USAT_SET_UP_MENU, "交通卡1");
	phone_lists(&phone, "1 我的卡|2 设置|3 余额|4 你好");
	phone_answer(&phone, USAT_DONE, no_body);
	phone_idles(&phone);
	expect(card, "8012000000", "6985");
	card_free(&card);
}

static void
test_balance_number_and_records_of_the_purse(void **state)
{
	struct card *card = card_with_menu();
	struct phone phone;

	(void)state;
	phone_ready(&phone, card);
	phone_choose(&phone, 1);
	phone_sees(&phone, USAT_SELECT_ITEM, "我的卡");
	phone_lists(&phone, "1 余额|2 消费|3 卡号");
	phone_pick(&phone, 1);
	phone_sees(&phone, USAT_DISPLAY_TEXT, "余额\n47.34 元");
	/* Back in the list it was chosen from. */
	phone_answer(&phone, USAT_DONE, no_body);
	phone_sees(&phone, USAT_SELECT_ITEM, "我的卡");
	phone_pick(&phone, 3);
	phone_sees(&phone, USAT_DISPLAY_TEXT, "卡号\n3105170000000000001\n有效期至 2035-12-31");
	phone_answer(&phone, USAT_USER_BACK, no_body);
	phone_sees(&phone, USAT_SELECT_ITEM, "我的卡");
	phone_pick(&phone, 2);
	phone_sees(&phone, USAT_DISPLAY_TEXT, "01-02 03:04 消费 -2.66\n01-02 03:04 充值 +50.00");
	phone_answer(&phone, USAT_DONE, no_body);
	phone_sees(&phone, USAT_SELECT_ITEM, "我的卡");
	phone_answer(&phone, USAT_USER_BACK, no_body);
	phone_idles(&phone);
	card_free(&card);
}

static void
test_records_are_paged(void **state)
{
	struct card *card = card_with_menu();
	struct phone phone;
	unsigned pages = 0;

	(void)state;
	expect_sw(card, SW_OK, SELECT_PURSE);
	for (unsigned i = 0; i < 12; i++)
		assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 1, i + 2), SW_OK);
	phone_ready(&phone, card);
	phone_choose(&phone, 1);
	phone_pick(&phone, 2);
	while (phone.command.head.type == USAT_DISPLAY_TEXT) {
		assert_true(phone.len <= USAT_COMMAND_MAX);
		pages++;
		phone_answer(&phone, USAT_DONE, no_body);
	}
	/* Ten records, four a page. */
	assert_int_equal(pages, 3);
	phone_sees(&phone, USAT_SELECT_ITEM, "我的卡");
	card_free(&card);
}

static void
test_long_lists_are_paged(void **state)
{
	struct card *card = card_with_menu();
	struct phone phone;
	unsigned pages = 1;

	(void)state;
	phone_ready(&phone, card);
	phone_choose(&phone, 4);
	phone_sees(&phone, USAT_SELECT_ITEM, "你好");
	while (pages < 10) {
		struct ykt_bytes body = phone.command.body;

		/* The last item of all but the last page leads on. */
		if (body.data[body.len - 1 - 6] != 0x80 || phone.len < 200)
			break;
		phone_pick(&phone, 0xFE);
		if (phone.len == 0)
			break;
		pages++;
	}
	assert_in_range(pages, 2, 6);
	phone_pick(&phone, MENU_ITEMS_MAX);
	phone_sees(&phone, USAT_DISPLAY_TEXT, "其他");
	card_free(&card);
}

/* What the trace port hears is every APDU, and all that passes (C5-ARC-10, C5-ARC-13). */
struct heard {
	unsigned count;
	char commands[16][128];
};

static void
hear(void *ctx, const struct ykt_trace_event *event)
{
	struct heard *heard = ctx;

	assert_int_equal(event->kind, YKT_TRACE_APDU);
	assert_string_equal(event->room, "se");
	if (strcmp(event->name, "command") != 0)
		return;
	assert_in_range(event->bytes.len, 4, 60);
	assert_in_range(heard->count, 0, 15);
	ykt_hex_encode(event->bytes, heard->commands[heard->count++]);
}

static void
test_the_purse_is_reached_by_standard_commands_only(void **state)
{
	static const char *const expected[] = { "0070000001", "01A4040008A00000063201010500",
		"815C000204", "00708001" };
	struct card *card = card_with_menu();
	struct heard heard = { 0 };
	const struct ykt_trace trace = { &heard, hear };
	struct phone phone;

	(void)state;
	phone_ready(&phone, card);
	se_set_trace(&card->se, &trace);
	phone_choose(&phone, 3);
	phone_sees(&phone, USAT_DISPLAY_TEXT, "余额\n47.34 元");
	assert_int_equal(heard.count, YKT_ARRAY_LEN(expected));
	for (size_t i = 0; i < YKT_ARRAY_LEN(expected); i++)
		assert_string_equal(heard.commands[i], expected[i]);
	/* No channel stays open: the next one gets the same number. */
	expect(card, "0070000001", "019000");
	card_free(&card);
}

static void
test_the_pin_is_changed(void **state)
{
	struct card *card = card_with_menu();
	struct phone phone;

	(void)state;
	phone_ready(&phone, card);
	phone_choose(&phone, 2);
	phone_pick(&phone, 1);
	phone_sees(&phone, USAT_GET_INPUT, "当前密码");
	assert_int_equal(phone.command.head.qualifier, USAT_Q_NO_ECHO);
	phone_type(&phone, "123456");
	phone_sees(&phone, USAT_GET_INPUT, "新密码");
	phone_type(&phone, "65432");
	phone_sees(&phone, USAT_GET_INPUT, "再次输入新密码");
	phone_type(&phone, "65432");
	phone_sees(&phone, USAT_DISPLAY_TEXT, "密码已修改");
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect(card, "002000000365432F", "9000");
	expect(card, "0020000003123456", "63C2");
	card_free(&card);
}

static void
change_pin(struct phone *phone, const char *old, const char *fresh, const char *again)
{
	phone_choose(phone, 2);
	phone_pick(phone, 1);
	phone_type(phone, old);
	phone_type(phone, fresh);
	phone_type(phone, again);
}

static void
test_a_wrong_pin_costs_a_try_and_no_more(void **state)
{
	struct card *card = card_with_menu();
	struct phone phone;

	(void)state;
	phone_ready(&phone, card);
	change_pin(&phone, "123456", "6543", "6544");
	phone_sees(&phone, USAT_DISPLAY_TEXT, "两次输入不一致");
	phone_answer(&phone, USAT_USER_ENDED, no_body);
	change_pin(&phone, "1111", "6543", "6543");
	phone_sees(&phone, USAT_DISPLAY_TEXT, "密码错误，剩余次数： 02");
	phone_answer(&phone, USAT_USER_ENDED, no_body);
	change_pin(&phone, "1111", "6543", "6543");
	phone_answer(&phone, USAT_USER_ENDED, no_body);
	change_pin(&phone, "1111", "6543", "6543");
	phone_sees(&phone, USAT_DISPLAY_TEXT, "密码错误，剩余次数： 00");
	phone_answer(&phone, USAT_USER_ENDED, no_body);
	change_pin(&phone, "123456", "6543", "6543");
	phone_sees(&phone, USAT_DISPLAY_TEXT, "密码已锁定");
	card_free(&card);
}

static void
test_a_card_without_a_purse_says_so(void **state)
{
	struct card *card = menu_card(NULL);
	struct phone phone;

	(void)state;
	menu_install(card, 1);
	phone_ready(&phone, card);
	phone_choose(&phone, 3);
	phone_sees(&phone, USAT_DISPLAY_TEXT, "没有交通卡");
	phone_answer(&phone, USAT_DONE, no_body);
	phone_idles(&phone);
	card_free(&card);
}

/* A tap between INITIALIZE and DEBIT is not disturbed by a look at the balance. */
static void
test_a_tap_goes_first(void **state)
{
	struct card *card = card_with_menu();
	struct phone phone;
	struct snapshot *before;

	(void)state;
	phone_ready(&phone, card);
	expect_on(card, YKT_SE_CONTACTLESS, "00A4040008" AID_PURSE "00",
	    card_hex(card, YKT_SE_CONTACTLESS, SELECT_PURSE));
	assert_non_null(
	    card_hex(card, YKT_SE_CONTACTLESS, "805001020B01000003E8" TERMINAL_HEX "0F"));
	before = kit_before(card);
	phone_choose(&phone, 3);
	phone_sees(&phone, USAT_DISPLAY_TEXT, "卡片正在使用");
	kit_same(card, before, "a look");
	assert_int_equal(card->se.purse.state, SE_PURSE_DEBIT);
	card_free(&card);
}

static void
test_no_channel_is_free(void **state)
{
	struct card *card = card_with_menu();
	struct phone phone;

	(void)state;
	phone_ready(&phone, card);
	expect(card, "0070000001", "019000");
	expect(card, "0070000001", "029000");
	expect(card, "0070000001", "039000");
	phone_choose(&phone, 3);
	phone_sees(&phone, USAT_DISPLAY_TEXT, "卡片正在使用");
	card_free(&card);
}

/* A handset that lacks something, or says nothing, is asked nothing. */
static void
test_profiles_that_lack_something(void **state)
{
	static const char *const rows[] = { "80100000", "801000000100", "801000000408001500",
		"801000000408001420", "801000000400001521" };
	struct card *card = card_with_menu();

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		expect(card, rows[i], "9000");
		expect(card, "8012000000", "6985");
		expect(card, "80C2000009D30782020181900101", "6985");
	}
	card_free(&card);
}

/* The toolkit is the phone's: not the air's, not an application's, not on a channel. */
static void
test_who_may_not_use_the_toolkit(void **state)
{
	static const uint8_t hash[20] = { 1 };
	struct card *card = card_with_menu();

	(void)state;
	expect_on(card, YKT_SE_CONTACTLESS, MENU_PROFILE, "6D00");
	expect_on(card, YKT_SE_CONTACTLESS, SELECT_MENU, "6A82");
	expect(card, "0070000001", "019000");
	expect(card, "81100000040800152100", "6D00");
	assert_int_equal(se_set_caller(&card->se, YKT_SE_WIRED, 0, YKT_BYTES(hash)), YKT_OK);
	expect(card, MENU_PROFILE, "6982");
	card_free(&card);
}

/* A warm reset of the phone's side ends the session. */
static void
test_a_reset_ends_the_session(void **state)
{
	struct card *card = card_with_menu();
	struct phone phone;
	uint8_t bytes[64];
	struct ykt_buf atr = YKT_BUF(bytes);

	(void)state;
	phone_ready(&phone, card);
	phone_choose(&phone, 1);
	se_reset(&card->se, YKT_SE_WIRED, &atr);
	expect(card, "801400000F810302240082028281830100900101", "6985");
	phone_ready(&phone, card);
	card_free(&card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_menu_is_set_up_after_the_profile),
		cmocka_unit_test(test_balance_number_and_records_of_the_purse),
		cmocka_unit_test(test_records_are_paged),
		cmocka_unit_test(test_long_lists_are_paged),
		cmocka_unit_test(test_the_purse_is_reached_by_standard_commands_only),
		cmocka_unit_test(test_the_pin_is_changed),
		cmocka_unit_test(test_a_wrong_pin_costs_a_try_and_no_more),
		cmocka_unit_test(test_a_card_without_a_purse_says_so),
		cmocka_unit_test(test_a_tap_goes_first),
		cmocka_unit_test(test_no_channel_is_free),
		cmocka_unit_test(test_profiles_that_lack_something),
		cmocka_unit_test(test_who_may_not_use_the_toolkit),
		cmocka_unit_test(test_a_reset_ends_the_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
