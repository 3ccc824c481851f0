/*
 * The menu application: what a handset may answer, and what is refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "menu_kit.h"

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
test_what_a_handset_may_answer(void **state)
{
	static const struct {
		uint8_t result;
		bool again;
	} rows[] = {
		{ USAT_USER_ENDED, false },
		{ USAT_USER_BACK, false },
		{ USAT_NO_RESPONSE, false },
		{ USAT_USER_HELP, true },
		{ USAT_TERMINAL_BUSY, true },
		{ USAT_NETWORK_BUSY, true },
		{ USAT_USER_REFUSED, false },
		{ USAT_BEYOND, false },
		{ USAT_TYPE_UNKNOWN, false },
		{ USAT_DATA_UNKNOWN, false },
		{ USAT_VALUES_MISSING, false },
		{ USAT_BIP_ERROR, false },
	};
	struct card *card = card_with_menu();
	struct phone phone;

	(void)state;
	phone_ready(&phone, card);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		phone_choose(&phone, 1);
		phone_answer(&phone, rows[i].result, no_body);
		assert_int_equal(phone.len != 0, rows[i].again);
		if (rows[i].again) {
			phone_sees(&phone, USAT_SELECT_ITEM, "我的卡");
			phone_answer(&phone, USAT_USER_ENDED, no_body);
		}
		phone_idles(&phone);
	}
	/* Busy for ever ends it. */
	phone_choose(&phone, 1);
	for (unsigned i = 0; i < 3; i++) {
		phone_answer(&phone, USAT_TERMINAL_BUSY, no_body);
		phone_sees(&phone, USAT_SELECT_ITEM, "我的卡");
	}
	phone_answer(&phone, USAT_TERMINAL_BUSY, no_body);
	phone_idles(&phone);
	card_free(&card);
}

static void
test_one_command_at_a_time(void **state)
{
	struct card *card = card_with_menu();
	struct phone phone;

	(void)state;
	phone_ready(&phone, card);
	phone_choose(&phone, 1);
	phone_sees(&phone, USAT_SELECT_ITEM, "我的卡");
	/* It is out: nothing else begins, nothing is fetched twice. */
	expect(card, "80C2000009D30782020181900102", "9300");
	expect(card, "8012000000", "6985");
	/* And it is still answered. */
	phone_pick(&phone, 1);
	phone_sees(&phone, USAT_DISPLAY_TEXT, "余额\n47.34 元");
	card_free(&card);
}

static void
test_bad_toolkit_commands_change_nothing(void **state)
{
	static const struct kit_row rows[] = {
		{ "no such item", "80C2000009D30782020181900105", SW_DATA },
		{ "item 0", "80C2000009D30782020181900100", SW_DATA },
		{ "an item of two bytes", "80C200000AD3088202018190020101", SW_DATA },
		{ "no item", "80C2000006D30482020181", SW_DATA },
		{ "an envelope cut", "80C2000008D307820201819001", SW_DATA },
		{ "another envelope", "80C2000009D60782020181900101", SW_DATA },
		{ "from the display", "80C2000009D30782020281900101", SW_DATA },
		{ "no envelope at all", "80C20000", SW_DATA },
		{ "P1", "80C2010009D30782020181900101", SW_P1P2 },
		{ "an answer to nothing", "801400000C810301250082028281830100", SW_CONDITIONS },
		{ "FETCH of nothing", "8012000010", SW_CONDITIONS },
		{ "FETCH without Le", "80120000", SW_LENGTH },
		{ "extended", "80C20000000009D30782020181900101", SW_LENGTH },
	};
	struct card *card = card_with_menu();
	struct phone phone;

	(void)state;
	phone_ready(&phone, card);
	kit_refusals(card, rows, YKT_ARRAY_LEN(rows));
	phone_choose(&phone, 3);
	phone_sees(&phone, USAT_DISPLAY_TEXT, "余额\n47.34 元");
	card_free(&card);
}

static void
test_answers_that_are_none_leave_the_command_out(void **state)
{
	static const struct kit_row rows[] = {
		{ "another number", "801400000F810309240082028281830100900101", SW_DATA },
		{ "another type", "801400000F810302210082028281830100900101", SW_DATA },
		{ "another qualifier", "801400000F810302240182028281830100900101", SW_DATA },
		{ "to the display", "801400000F810302240082028202830100900101", SW_DATA },
		{ "no result", "8014000009810302240082028281", SW_DATA },
		{ "no item", "801400000C810302240082028281830100", SW_DATA },
		{ "an item of another page", "801400000F810302240082028281830100900104", SW_DATA },
		{ "item 0", "801400000F810302240082028281830100900100", SW_DATA },
		{ "a next page that is none", "801400000F8103022400820282818301009001FE", SW_DATA },
	};
	struct card *card = card_with_menu();
	struct phone phone;

	(void)state;
	phone_ready(&phone, card);
	phone_choose(&phone, 1);
	assert_int_equal(phone.command.head.number, 2);
	kit_refusals(card, rows, YKT_ARRAY_LEN(rows));
	phone_pick(&phone, 1);
	phone_sees(&phone, USAT_DISPLAY_TEXT, "余额\n47.34 元");
	card_free(&card);
}

static void
test_input_that_is_no_pin_is_refused(void **state)
{
	static const char *const texts[] = { "123", "1234567890123", "12a4", "", "１２３４" };
	struct card *card = card_with_menu();
	struct phone phone;

	(void)state;
	phone_ready(&phone, card);
	phone_choose(&phone, 2);
	phone_pick(&phone, 1);
	for (size_t i = 0; i < YKT_ARRAY_LEN(texts); i++) {
		phone_type(&phone, texts[i]);
		assert_int_equal(phone.sw, SW_DATA);
	}
	phone_type(&phone, "1234");
	phone_sees(&phone, USAT_GET_INPUT, "新密码");
	card_free(&card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_handset_may_answer),
		cmocka_unit_test(test_one_command_at_a_time),
		cmocka_unit_test(test_bad_toolkit_commands_change_nothing),
		cmocka_unit_test(test_answers_that_are_none_leave_the_command_out),
		cmocka_unit_test(test_input_that_is_no_pin_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
