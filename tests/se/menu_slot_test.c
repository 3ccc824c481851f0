/*
 * Menu packages on the card: download, upgrade, the way back, no downgrade, and a
 * working menu after a cut at any write (C5-ARC-12, C5-UPD-1).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "menu_kit.h"

#include <stdlib.h>
#include <string.h>

#include "card/sw.h"

static const struct ykt_bytes no_body;

#define INFO "80CA000000"

/* SELECT and the state: active, trial, version, floor. */
static void
info(struct card *card, const char *hex)
{
	expect_sw(card, SW_OK, SELECT_MENU);
	expect(card, INFO, hex);
}

static uint16_t
load(struct card *card, uint16_t version)
{
	uint8_t bytes[MENU_PACK_MAX];
	struct ykt_buf package = YKT_BUF(bytes);

	menu_package(card, version, false, &package);

	return menu_load(card, ykt_buf_view(&package));
}

static void
test_download_and_upgrade(void **state)
{
	struct card *card = menu_card(NULL);
	struct phone phone;

	(void)state;
	info(card, "0000000000009000");
	expect(card, MENU_PROFILE, "9000");
	menu_install(card, 1);
	info(card, "0101000100009000");
	phone_ready(&phone, card);
	info(card, "0100000100019000");
	menu_install(card, 2);
	info(card, "0201000200019000");
	phone_start(&phone, card);
	phone_sees(&phone, USAT_SET_UP_MENU, "交通卡2");
	phone_answer(&phone, USAT_DONE, no_body);
	info(card, "0200000200029000");
	menu_install(card, 7);
	info(card, "0101000700029000");
	/* It is durable. */
	assert_int_equal(card_boot(card), YKT_OK);
	phone_ready(&phone, card);
	info(card, "0100000700079000");
	card_free(&card);
}

static void
test_no_downgrade(void **state)
{
	static const uint16_t versions[] = { 5, 4, 1 };
	struct card *card = menu_card(NULL);
	struct phone phone;

	(void)state;
	menu_install(card, 5);
	phone_ready(&phone, card);
	for (size_t i = 0; i < YKT_ARRAY_LEN(versions); i++) {
		assert_int_equal(load(card, versions[i]), SW_CONDITIONS);
		info(card, "0100000500059000");
	}
	phone_start(&phone, card);
	phone_sees(&phone, USAT_SET_UP_MENU, "交通卡5");
	expect_sw(card, SW_OK, SELECT_MENU);
	expect(card, "80E40000", "6985");
	card_free(&card);
}

/* Three ways back, while it is on trial. */
static void
test_the_way_back_on_command(void **state)
{
	struct card *card = menu_card(NULL);
	struct phone phone;

	(void)state;
	menu_install(card, 1);
	phone_ready(&phone, card);
	menu_install(card, 2);
	expect(card, "80E40000", "9000");
	info(card, "0100000100019000");
	phone_ready(&phone, card);
	/* The same version may come again. */
	menu_install(card, 2);
	phone_ready(&phone, card);
	info(card, "0200000200029000");
	card_free(&card);
}

static void
test_the_way_back_when_the_handset_refuses(void **state)
{
	struct card *card = menu_card(NULL);
	struct phone phone;

	(void)state;
	menu_install(card, 1);
	phone_ready(&phone, card);
	menu_install(card, 2);
	phone_start(&phone, card);
	phone_sees(&phone, USAT_SET_UP_MENU, "交通卡2");
	phone_answer(&phone, USAT_DATA_UNKNOWN, no_body);
	/* The old menu is offered at once. */
	phone_sees(&phone, USAT_SET_UP_MENU, "交通卡1");
	phone_answer(&phone, USAT_DONE, no_body);
	info(card, "0100000100019000");
	card_free(&card);
}

static void
test_the_way_back_after_starts_without_an_answer(void **state)
{
	struct card *card = menu_card(NULL);
	struct phone phone;

	(void)state;
	menu_install(card, 1);
	phone_ready(&phone, card);
	menu_install(card, 2);
	for (unsigned i = 0; i < 3; i++) {
		phone_start(&phone, card);
		phone_sees(&phone, USAT_SET_UP_MENU, "交通卡2");
		assert_int_equal(card_boot(card), YKT_OK);
	}
	phone_start(&phone, card);
	phone_sees(&phone, USAT_SET_UP_MENU, "交通卡1");
	card_free(&card);
}

static void
test_the_first_package_has_no_way_back_but_none(void **state)
{
	struct card *card = menu_card(NULL);
	struct phone phone;

	(void)state;
	menu_install(card, 1);
	phone_start(&phone, card);
	phone_answer(&phone, USAT_BEYOND, no_body);
	phone_idles(&phone);
	info(card, "0000000000009000");
	expect(card, "80C2000009D30782020181900101", "6985");
	card_free(&card);
}

static void
test_no_load_while_on_trial(void **state)
{
	struct card *card = menu_card(NULL);
	uint8_t bytes[MENU_PACK_MAX];
	struct ykt_buf package = YKT_BUF(bytes);
	struct snapshot *before;

	(void)state;
	menu_install(card, 1);
	menu_package(card, 2, false, &package);
	before = kit_before(card);
	expect(card, "80E80000015A", "6985");
	kit_same(card, before, "on trial");
	card_free(&card);
}

/* Each way in which a package can be wrong; the active one stays. */
static void
test_bad_packages_are_refused(void **state)
{
	struct card *card = menu_card(NULL);
	uint8_t bytes[MENU_PACK_MAX];
	struct ykt_buf package = YKT_BUF(bytes);
	struct phone phone;

	(void)state;
	menu_install(card, 1);
	phone_ready(&phone, card);
	menu_package(card, 2, true, &package);
	assert_int_equal(menu_load(card, ykt_buf_view(&package)), SW_SECURITY);
	menu_package(card, 2, false, &package);
	for (size_t at = 0; at < package.len; at += 37) {
		uint16_t sw;

		bytes[at] ^= 0x01;
		sw = menu_load(card, ykt_buf_view(&package));
		bytes[at] ^= 0x01;
		assert_true(sw == SW_SECURITY || sw == SW_DATA);
		info(card, "0100000100019000");
	}
	assert_int_equal(
	    menu_load(card, ykt_bytes_sub(ykt_buf_view(&package), 0, package.len - 1)), SW_DATA);
	assert_int_equal(menu_load(card, ykt_bytes(bytes, 20)), SW_DATA);
	info(card, "0100000100019000");
	phone_start(&phone, card);
	phone_sees(&phone, USAT_SET_UP_MENU, "交通卡1");
	phone_answer(&phone, USAT_DONE, no_body);
	assert_int_equal(menu_load(card, ykt_buf_view(&package)), SW_OK);
	card_free(&card);
}

static void
test_bad_commands_to_the_menu(void **state)
{
	static const struct kit_row rows[] = {
		{ "a block out of turn", "80E80001015A", SW_P1P2 },
		{ "P1", "80E80100015A", SW_P1P2 },
		{ "nothing", "80E80000", SW_LENGTH },
		{ "no trial", "80E40000", SW_CONDITIONS },
		{ "ROLLBACK with data", "80E400000100", SW_LENGTH },
		{ "ROLLBACK, P1", "80E40100", SW_P1P2 },
		{ "GET DATA, P2", "80CA000100", SW_P1P2 },
		{ "another class", "00E80000015A", SW_CLA },
		{ "another instruction", "80FE000000", SW_INS },
	};
	struct card *card = menu_card(NULL);

	(void)state;
	expect_sw(card, SW_OK, SELECT_MENU);
	kit_refusals(card, rows, YKT_ARRAY_LEN(rows));
	card_free(&card);
}

/* A slot holds 1,536 bytes; a card without a root takes nothing. */
static void
test_too_long_and_no_root(void **state)
{
	struct card *card = menu_card(NULL);
	uint8_t cmd[5 + 255] = { 0x80, 0xE8, 0x00, 0x00, 0xFF };
	struct card *other = card_new();
	uint8_t bytes[MENU_PACK_MAX];
	struct ykt_buf package = YKT_BUF(bytes);

	(void)state;
	expect_sw(card, SW_OK, SELECT_MENU);
	for (uint8_t i = 0; i < 6; i++) {
		cmd[3] = i;
		assert_int_equal(card_send(card, YKT_SE_WIRED, YKT_BYTES(cmd), NULL), SW_OK);
	}
	cmd[3] = 6;
	assert_int_equal(card_send(card, YKT_SE_WIRED, YKT_BYTES(cmd), NULL), SW_NO_SPACE);
	menu_package(other, 1, false, &package);
	assert_int_equal(menu_load(other, ykt_buf_view(&package)), SW_SECURITY);
	card_free(&card);
	card_free(&other);
}

/* After a cut a phone gets the old menu or the new one, whole, and can use it. */
static void
check_menu_works(struct card *card, bool *ret_new)
{
	struct phone phone;

	phone_start(&phone, card);
	assert_int_equal(phone.command.head.type, USAT_SET_UP_MENU);
	*ret_new = memcmp(phone.bytes + phone.len - phone.command.body.len,
		       "\x85\x09\x80\x4E\xA4\x90\x1A\x53\x61\x00\x32", 11) == 0;
	phone_answer(&phone, USAT_DONE, no_body);
	phone_idles(&phone);
	phone_choose(&phone, 1);
	phone_sees(&phone, USAT_SELECT_ITEM, "我的卡");
}

static void
test_a_cut_anywhere_in_an_upgrade_leaves_a_working_menu(void **state)
{
	uint8_t bytes[MENU_PACK_MAX];
	struct ykt_buf package = YKT_BUF(bytes);
	unsigned old_seen = 0;
	unsigned new_seen = 0;

	(void)state;
	for (unsigned at = 1;; at++) {
		struct card *card = menu_card(NULL);
		struct phone phone;
		uint8_t cmd_bytes[300];
		struct ykt_buf cmd = YKT_BUF(cmd_bytes);
		bool fired;
		bool is_new = false;

		menu_install(card, 1);
		phone_ready(&phone, card);
		menu_package(card, 2, false, &package);
		expect_sw(card, SW_OK, SELECT_MENU);
		card->nvm.seed = at;
		nvm_fault(&card->nvm, at, FAULT_CUT, (enum tear)(at % TEAR_COUNT));
		/* The phone goes on sending, as phones do. */
		for (size_t i = 0; i < package.len; i += 240) {
			struct ykt_bytes block = ykt_bytes_sub(ykt_buf_view(&package), i, 240);

			cmd.len = 0;
			ykt_put_u16(&cmd, 0x80E8);
			ykt_put_u8(&cmd, i + block.len == package.len ? 0x80 : 0);
			ykt_put_u8(&cmd, (uint8_t)(i / 240));
			ykt_put_u8(&cmd, (uint8_t)block.len);
			ykt_put(&cmd, block);
			card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL);
		}
		card_send(
		    card, YKT_SE_WIRED, ykt_bytes("\x80\x10\x00\x00\x04\x08\x00\x15\x21", 9), NULL);
		fired = card->nvm.fired;
		nvm_power(&card->nvm);
		assert_int_equal(card_boot(card), YKT_OK);
		check_menu_works(card, &is_new);
		new_seen += is_new ? 1 : 0;
		old_seen += is_new ? 0 : 1;
		card_free(&card);
		if (!fired)
			break;
	}
	assert_true(old_seen > 0 && new_seen > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_download_and_upgrade),
		cmocka_unit_test(test_no_downgrade),
		cmocka_unit_test(test_the_way_back_on_command),
		cmocka_unit_test(test_the_way_back_when_the_handset_refuses),
		cmocka_unit_test(test_the_way_back_after_starts_without_an_answer),
		cmocka_unit_test(test_the_first_package_has_no_way_back_but_none),
		cmocka_unit_test(test_no_load_while_on_trial),
		cmocka_unit_test(test_bad_packages_are_refused),
		cmocka_unit_test(test_bad_commands_to_the_menu),
		cmocka_unit_test(test_too_long_and_no_root),
		cmocka_unit_test(test_a_cut_anywhere_in_an_upgrade_leaves_a_working_menu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
