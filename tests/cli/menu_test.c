/*
 * ykt menu: packages from text, in both languages, and lines that are none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "card/menu_pack.h"
#include "check.h"
#include "cli_check.h"
#include "crypto/core.h"

static struct run the_run;

/* "TEST menu root key, not for use!" */
#define KEY  "54455354206D656E7520726F6F74206B65792C206E6F7420666F722075736521"
#define GOOD "version 3\nscreen a \"Transport card\"\nitem \"Balance\" balance\n"

static void
read_package(const json_t *object, uint8_t bytes[MENU_PACK_MAX], struct menu_pack *ret_pack)
{
	const char *hex = json_string_value(json_object_get(object, "package"));
	const char *root = json_string_value(json_object_get(object, "root"));
	struct crypto_sm2_pub pub;
	struct ykt_buf package = { bytes, 0, MENU_PACK_MAX, false };
	struct ykt_buf key = YKT_BUF(pub.xy);

	assert_non_null(hex);
	assert_non_null(root);
	assert_status(ykt_hex_decode(hex, strlen(hex), &package), YKT_OK);
	assert_status(ykt_hex_decode(root, strlen(root), &key), YKT_OK);
	assert_status(
	    menu_pack_verify(the_run.cli.crypto, &pub, ykt_buf_view(&package), ret_pack), YKT_OK);
}

static void
check_language(enum messages_lang lang, const char *title, const char *yuan)
{
	uint8_t bytes[MENU_PACK_MAX];
	struct menu_pack pack;
	json_t *object;

	the_run.cli.lang = lang;
	assert_int_equal(run_command(&the_run, "menu --key " KEY, GOOD), CLI_OK);
	object = run_json(&the_run, 0);
	read_package(object, bytes, &pack);
	assert_int_equal(pack.version, 3);
	assert_true(ykt_bytes_equal(
	    menu_pack_text(&pack, menu_pack_screen(&pack, 0).title), ykt_bytes_str(title)));
	assert_true(ykt_bytes_equal(menu_pack_text(&pack, MENU_TEXT_YUAN), ykt_bytes_str(yuan)));
	json_decref(object);
	the_run.cli.lang = MESSAGES_EN;
}

static void
test_the_language_is_that_of_the_program(void **state)
{
	(void)state;
	check_language(MESSAGES_EN, "Transport card", "yuan");
	check_language(MESSAGES_ZH, "交通卡", "元");
}

static void
test_a_number_takes_the_place_of_the_version(void **state)
{
	json_t *object;

	(void)state;
	assert_int_equal(run_command(&the_run, "menu --key " KEY " --number 9", GOOD), CLI_OK);
	object = run_json(&the_run, 0);
	assert_int_equal(json_integer_value(json_object_get(object, "version")), 9);
	json_decref(object);
}

/* Where the menu calls, and the items that do. */
static void
test_a_gateway_and_its_items(void **state)
{
	static const struct menu_item want[] = {
		{ 0, MENU_OP_BALANCE, 0 },
		{ 0, MENU_OP_TOPUP, 100 },
		{ 0, MENU_OP_TOPUP, 0 },
		{ 0, MENU_OP_BEARER, MENU_BEARER_SMS },
		{ 0, MENU_OP_UPDATE, 0 },
	};
	static const char source[] = "gateway 127.0.0.1 udp 9001 tcp 9000\nsms 10690001\n" GOOD
				     "item \"Balance\" topup 1000\nitem \"Balance\" topup\n"
				     "item \"Balance\" bearer sms\nitem \"Balance\" update\n";
	uint8_t bytes[MENU_PACK_MAX];
	struct menu_pack pack;
	struct menu_screen screen;
	json_t *object;

	(void)state;
	assert_int_equal(run_command(&the_run, "menu --key " KEY, source), CLI_OK);
	object = run_json(&the_run, 0);
	read_package(object, bytes, &pack);
	assert_int_equal(pack.gateway.tcp_port, 9000);
	assert_int_equal(pack.gateway.udp_port, 9001);
	assert_true(ykt_bytes_equal(pack.gateway.address, ykt_bytes("\x7F\x00\x00\x01", 4)));
	assert_true(ykt_bytes_equal(pack.gateway.sms, ykt_bytes("\x01\x96\x00\x10", 4)));
	screen = menu_pack_screen(&pack, 0);
	assert_int_equal(screen.item_count, 5);
	for (uint8_t i = 0; i < 5; i++) {
		assert_int_equal(menu_screen_item(&screen, i).op, want[i].op);
		assert_int_equal(menu_screen_item(&screen, i).arg, want[i].arg);
	}
	json_decref(object);
}

static void
test_sources_that_are_none(void **state)
{
	static const struct {
		const char *source;
		const char *error;
	} rows[] = {
		{ "# nothing\n", "no version" },
		{ "version 1\n", "no screen" },
		{ "version 0\n", "1: version" },
		{ "version 65536\n", "1: version" },
		{ "version -1\n", "1: version" },
		{ "version 1 2\n", "1: version" },
		{ "version 1\nversion 2\n", "2: version" },
		{ "menu\n", "1: a line" },
		{ "screen a\n", "1: screen" },
		{ "screen a b\n", "1: a text" },
		{ "screen \"a\" \"b\"\n", "1: screen" },
		{ "screen a \"A\nitem\n", "1: an open quote" },
		{ "screen a \"A\" in b c d\n", "1: an open quote" },
		{ "screen a \"A\"\nscreen a \"B\"\n", "2: that screen" },
		{ "item \"A\" balance\n", "1: an item" },
		{ "screen a \"A\"\nitem \"B\" fly\n", "2: no such operation" },
		{ "screen a \"A\"\nitem \"B\"\n", "2: a text" },
		{ "gateway 127.0.0.1\n", "1: gateway" },
		{ "gateway here tcp 1\n", "1: gateway" },
		{ "gateway 127.0.0.1 tcp 0\n", "1: gateway" },
		{ "gateway 127.0.0.1 tcp 65536\n", "1: gateway" },
		{ "gateway 127.0.0.1 tcp 1 tcp 2\n", "1: gateway" },
		{ "gateway 127.0.0.1 sctp 1\n", "1: gateway" },
		{ "gateway 127.0.0.1 tcp 1\ngateway 127.0.0.1 udp 1\n", "2: gateway" },
		{ "sms\n", "1: sms" },
		{ "sms 106\n", "1: sms" },
		{ "sms 10a0\n", "1: sms" },
		{ "sms 1069000110690001106900\n", "1: sms" },
		{ "sms 1069\nsms 1069\n", "2: sms" },
		{ "screen a \"A\"\nitem \"B\" topup 15\n", "2: no such operation" },
		{ "screen a \"A\"\nitem \"B\" topup 0\n", "2: no such operation" },
		{ "screen a \"A\"\nitem \"B\" topup 1010\n", "2: no such operation" },
		{ "screen a \"A\"\nitem \"B\" bearer mail\n", "2: no such operation" },
		{ "screen a \"A\"\nitem \"B\" pay 1\n", "2: no such operation" },
		{ GOOD "item \"B\" screen b\n", "a screen that is not there" },
		{ GOOD "screen b \"B\" in c\nitem \"B\" balance\n", "a screen that is not there" },
		{ GOOD "screen b \"B\"\n", "an empty screen" },
		{ GOOD "item \"B\" screen a\n", "more than a package" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    run_command(&the_run, "menu --key " KEY, rows[i].source), CLI_FAILED);
		if (strstr(the_run.err, rows[i].error) == NULL)
			fail_msg("%s: %s", rows[i].source, the_run.err);
		assert_int_equal(run_lines(&the_run), 0);
	}
}

static void
test_wrong_options(void **state)
{
	static const char *const rows[] = { "menu", "menu --key", "menu --key 00",
		"menu --key " KEY " --key " KEY, "menu --bogus 1",
		"menu --key 0000000000000000000000000000000000000000000000000000000000000000" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(run_command(&the_run, rows[i], GOOD), CLI_USAGE);
}

static int
setup(void **state)
{
	(void)state;

	return crypto_new(&ykt_alloc_libc, NULL, &the_run.cli.crypto) == YKT_OK ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	crypto_free(&the_run.cli.crypto);

	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_language_is_that_of_the_program),
		cmocka_unit_test(test_a_number_takes_the_place_of_the_version),
		cmocka_unit_test(test_a_gateway_and_its_items),
		cmocka_unit_test(test_sources_that_are_none),
		cmocka_unit_test(test_wrong_options),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
