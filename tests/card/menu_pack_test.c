/*
 * Menu packages: made and read the same, and everything that is none refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/menu_pack.h"
#include "card_check.h"

#define FIRST_TEXT 16 /* offset of the first text's length */

struct made {
	uint8_t bytes[MENU_PACK_MAX];
	struct ykt_buf out;
	struct crypto_sm2_key key;
};

static void
make_with(
    struct crypto *c, struct made *made, size_t root_items, const struct menu_gateway *gateway)
{
	uint8_t d[32];
	struct menu_item items[MENU_ITEMS_MAX];
	struct menu_maker maker;

	memcpy(d, "TEST menu root key, not for use!", sizeof(d));
	assert_status(crypto_sm2_key_set(c, d, &made->key), YKT_OK);
	made->out = YKT_BUF(made->bytes);
	for (size_t i = 0; i < MENU_ITEMS_MAX; i++)
		items[i] = (struct menu_item){ MENU_TEXT_BALANCE, MENU_OP_SCREEN, 1 };
	menu_pack_begin(&maker, MENU_LANG_EN, 7, &made->out);
	if (gateway != NULL)
		menu_pack_put_gateway(&maker, gateway);
	for (size_t i = 0; i < MENU_TEXT_COUNT; i++)
		menu_pack_put_text(&maker, ykt_bytes_str(menu_text_msgids[i]));
	menu_pack_put_text(&maker, ykt_bytes_str("交通卡"));
	menu_pack_put_screen(&maker, MENU_TEXT_COUNT, 0, items, root_items);
	items[0] = (struct menu_item){ MENU_TEXT_NUMBER, MENU_OP_NUMBER, 0 };
	menu_pack_put_screen(&maker, MENU_TEXT_NUMBER, 0, items, 1);
	if (menu_pack_end(&maker, c, &made->key) != YKT_OK)
		assert_int_equal(made->out.len, 0);
}

static void
make(struct crypto *c, struct made *made, size_t root_items)
{
	make_with(c, made, root_items, NULL);
}

static void
test_what_is_made_is_read(void **state)
{
	struct made made;
	struct menu_pack pack;
	struct menu_screen screen;

	make(*state, &made, 3);
	assert_int_equal(menu_pack_len(ykt_buf_view(&made.out)), made.out.len);
	assert_status(
	    menu_pack_verify(*state, &made.key.pub, ykt_buf_view(&made.out), &pack), YKT_OK);
	assert_int_equal(pack.version, 7);
	assert_int_equal(pack.language, MENU_LANG_EN);
	assert_int_equal(pack.screen_count, 2);
	assert_true(
	    ykt_bytes_equal(menu_pack_text(&pack, MENU_TEXT_COUNT), ykt_bytes_str("交通卡")));
	assert_true(ykt_bytes_equal(menu_pack_text(&pack, MENU_TEXT_YUAN), ykt_bytes_str("yuan")));
	screen = menu_pack_screen(&pack, 1);
	assert_int_equal(screen.title, MENU_TEXT_NUMBER);
	assert_int_equal(screen.item_count, 1);
	assert_int_equal(menu_screen_item(&screen, 0).op, MENU_OP_NUMBER);
	screen = menu_pack_screen(&pack, MENU_ROOT);
	assert_int_equal(menu_screen_item(&screen, 2).arg, 1);
}

/* Where to call, in both directions; what fits no gateway is none. */
static void
test_gateways(void **state)
{
	static const uint8_t bytes[17] = { 127, 0, 0, 1 };
	static const struct {
		uint16_t port;
		uint8_t address_len;
		uint8_t sms_len;
		bool good;
	} rows[] = {
		{ 9000, 4, 4, true },
		{ 9000, 16, 10, true },
		{ 0, 0, 4, true },
		{ 9000, 0, 4, false },
		{ 9000, 5, 4, false },
		{ 9000, 17, 4, false },
		{ 9000, 4, 11, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct menu_gateway gateway = { rows[i].port, rows[i].port,
			ykt_bytes(bytes, rows[i].address_len), ykt_bytes(bytes, rows[i].sms_len) };
		struct made made;
		struct menu_pack pack = { 0 }, view = { 0 };

		make_with(*state, &made, 3, &gateway);
		assert_int_equal(made.out.len != 0, rows[i].good);
		if (!rows[i].good)
			continue;
		assert_status(menu_pack_open(ykt_bytes_sub(ykt_buf_view(&made.out), 0,
						 made.out.len - CRYPTO_SM2_SIG_LEN),
				  &pack),
		    YKT_OK);
		assert_status(menu_pack_view(ykt_bytes_sub(ykt_buf_view(&made.out), 0,
						 made.out.len - CRYPTO_SM2_SIG_LEN),
				  &view),
		    YKT_OK);
		assert_memory_equal(&pack, &view, sizeof(pack));
		assert_int_equal(pack.gateway.tcp_port, rows[i].port);
		assert_int_equal(pack.gateway.udp_port, rows[i].port);
		assert_true(ykt_bytes_equal(pack.gateway.address, gateway.address));
		assert_true(ykt_bytes_equal(pack.gateway.sms, gateway.sms));
	}
}

/* Arguments of the operations that call the platform. */
static void
test_arguments_of_operations(void **state)
{
	static const struct {
		struct menu_item item;
		bool good;
	} rows[] = {
		{ { MENU_TEXT_LOAD, MENU_OP_TOPUP, 0 }, true },
		{ { MENU_TEXT_LOAD, MENU_OP_TOPUP, MENU_TILES_MAX }, true },
		{ { MENU_TEXT_LOAD, MENU_OP_TOPUP, MENU_TILES_MAX + 1 }, false },
		{ { MENU_TEXT_LOAD, MENU_OP_BEARER, 0 }, false },
		{ { MENU_TEXT_LOAD, MENU_OP_BEARER, MENU_BEARER_SMS }, true },
		{ { MENU_TEXT_LOAD, MENU_OP_BEARER, MENU_BEARER_SMS + 1 }, false },
		{ { MENU_TEXT_LOAD, MENU_OP_PAY, 1 }, false },
		{ { MENU_TEXT_LOAD, MENU_OP_UPDATE, 0 }, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made made;
		struct menu_maker maker;

		make(*state, &made, 3);
		made.out.len = 0;
		menu_pack_begin(&maker, MENU_LANG_EN, 7, &made.out);
		for (size_t k = 0; k < MENU_TEXT_COUNT; k++)
			menu_pack_put_text(&maker, ykt_bytes_str(menu_text_msgids[k]));
		menu_pack_put_screen(&maker, 0, 0, &rows[i].item, 1);
		assert_status(
		    menu_pack_end(&maker, *state, &made.key), rows[i].good ? YKT_OK : YKT_E_FORMAT);
	}
}

/* SET UP MENU has one page: what does not fit it is no package. */
static void
test_a_first_screen_that_is_too_long(void **state)
{
	struct made made;

	make(*state, &made, 20);
	assert_int_not_equal(made.out.len, 0);
	make(*state, &made, 28);
	assert_int_equal(made.out.len, 0);
}

static void
test_packages_that_are_none(void **state)
{
	struct made made;
	struct ykt_bytes all;
	struct menu_pack pack = { .version = 0x5A };
	struct crypto_sm2_pub other = { { 0 } };

	make(*state, &made, 3);
	all = ykt_buf_view(&made.out);
	for (size_t len = 0; len < all.len; len++)
		assert_int_not_equal(
		    menu_pack_verify(*state, &made.key.pub, ykt_bytes_sub(all, 0, len), &pack),
		    YKT_OK);
	for (size_t at = 0; at < all.len; at += 5) {
		made.bytes[at] ^= 0x80;
		assert_int_not_equal(menu_pack_verify(*state, &made.key.pub, all, &pack), YKT_OK);
		made.bytes[at] ^= 0x80;
	}
	assert_status(menu_pack_verify(*state, &other, all, &pack), YKT_E_MAC);
	assert_int_equal(pack.version, 0x5A);
}

/* The body alone, one byte of it wrong in a way that matters. */
static void
test_bodies_that_are_none(void **state)
{
	static const struct {
		const char *why;
		int at; /* from the end when negative */
		uint8_t value;
	} rows[] = {
		{ "another format", 2, 1 },
		{ "a language", 3, 2 },
		{ "version 0", 5, 0 },
		{ "its length", 7, 1 },
		{ "no screens", 8, 0 },
		{ "screens that are not there", 8, 3 },
		{ "a screen less", 8, 1 },
		{ "too few texts", 9, MENU_TEXT_COUNT - 1 },
		{ "a TCP port without an address", 11, 1 },
		{ "a UDP port without an address", 13, 1 },
		{ "an address of three bytes", 14, 3 },
		{ "a number of eleven bytes", 15, 11 },
		{ "an empty text", FIRST_TEXT, 0 },
		{ "a text over its maximum", FIRST_TEXT, MENU_TEXT_LEN_MAX + 1 },
		{ "a text that is no UTF-8", FIRST_TEXT + 1, 0xFF },
		{ "an operation with an argument", -1, 1 },
		{ "an operation", -2, MENU_OP_COUNT },
		{ "operation 0", -2, 0 },
		{ "the text of an item", -3, MENU_TEXT_COUNT + 1 },
		{ "items that are not there", -4, 2 },
		{ "no items", -4, 0 },
		{ "a parent", -5, 2 },
		{ "a title", -6, MENU_TEXT_COUNT + 1 },
		{ "a screen that is the first", -7, 0 },
		{ "a screen that is not there", -7, 2 },
	};
	struct made made;
	struct ykt_bytes body;

	make(*state, &made, 3);
	body = ykt_bytes(made.bytes, made.out.len - CRYPTO_SM2_SIG_LEN);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t at = rows[i].at < 0 ? body.len - (size_t)-rows[i].at : (size_t)rows[i].at;
		struct menu_pack pack = { .version = 0x5A };
		uint8_t was = made.bytes[at];

		made.bytes[at] = rows[i].value;
		assert_status_why(menu_pack_open(body, &pack), YKT_E_FORMAT, rows[i].why);
		assert_true_why(pack.version == 0x5A, rows[i].why);
		/* All but the texts is judged every time. */
		if (rows[i].at < FIRST_TEXT) {
			assert_status_why(menu_pack_view(body, &pack), YKT_E_FORMAT, rows[i].why);
			assert_true_why(pack.version == 0x5A, rows[i].why);
		}
		made.bytes[at] = was;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_made_is_read),
		cmocka_unit_test(test_a_first_screen_that_is_too_long),
		cmocka_unit_test(test_gateways),
		cmocka_unit_test(test_arguments_of_operations),
		cmocka_unit_test(test_packages_that_are_none),
		cmocka_unit_test(test_bodies_that_are_none),
	};

	return cmocka_run_group_tests(tests, crypto_setup, crypto_teardown);
}
