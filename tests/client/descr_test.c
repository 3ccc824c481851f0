/*
 * Applications as descriptions (client/descr.h): what a list may be, what is kept, and
 * that nothing of money is sent against one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "client/descr.h"
#include "fake.h"
#include "wire/app_list.h"

static struct wire_app
good(uint8_t last)
{
	struct wire_app app = { .aid = { 8, { 0xA0, 0, 0, 6, 0x32, 1, 1, last } },
		.city = "9901",
		.name_zh = "甲市一卡通",
		.name_en = "City A card",
		.fee_fen = 2000,
		.min_load_fen = 1000,
		.max_load_fen = 50000,
		.cap_fen = 100000 };

	return app;
}

static void
bad_aid_short(struct wire_app *app)
{
	app->aid.len = 4;
}

static void
bad_aid_none(struct wire_app *app)
{
	app->aid.len = 0;
}

static void
bad_city_letters(struct wire_app *app)
{
	strcpy(app->city, "99O1");
}

static void
bad_city_short(struct wire_app *app)
{
	strcpy(app->city, "990");
}

static void
bad_name_empty(struct wire_app *app)
{
	app->name_en[0] = '\0';
}

static void
bad_name_control(struct wire_app *app)
{
	strcpy(app->name_zh, "a\033[2J");
}

static void
bad_name_bytes(struct wire_app *app)
{
	strcpy(app->name_zh, "\xE7\x94");
}

static void
bad_fee_below(struct wire_app *app)
{
	app->fee_fen = -1;
}

static void
bad_min_zero(struct wire_app *app)
{
	app->min_load_fen = 0;
}

static void
bad_min_over_max(struct wire_app *app)
{
	app->min_load_fen = app->max_load_fen + 1;
}

static void
bad_max_over_purse(struct wire_app *app)
{
	app->max_load_fen = 0x1000000;
}

static void
bad_cap_over_all(struct wire_app *app)
{
	app->cap_fen = INT64_MAX;
}

static void
bad_without(struct wire_app *app)
{
	app->has_without = true;
	strcpy(app->without, "return;\n");
}

static void
takes_no_list_that_is_none(void **state)
{
	static const struct {
		const char *why;
		void (*spoil)(struct wire_app *app);
	} rows[] = {
		{ "an AID of 4 bytes", bad_aid_short },
		{ "no AID", bad_aid_none },
		{ "a city with a letter", bad_city_letters },
		{ "a city of three digits", bad_city_short },
		{ "no name", bad_name_empty },
		{ "an escape in a name", bad_name_control },
		{ "half a character", bad_name_bytes },
		{ "a fee below zero", bad_fee_below },
		{ "a load of nothing", bad_min_zero },
		{ "the least over the most", bad_min_over_max },
		{ "more than a purse holds", bad_max_over_purse },
		{ "a cap that wraps", bad_cap_over_all },
		{ "words that are none", bad_without },
	};
	struct wire_app_list_rsp list = { .apps_count = 2, .apps = { good(1), good(2) } };

	(void)state;
	assert_true(client_descr_valid(&list));
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		list.apps[1] = good(2);
		rows[i].spoil(&list.apps[1]);
		assert_true_why(!client_descr_valid(&list), rows[i].why);
	}
	list.apps[1] = good(1);
	assert_true_why(!client_descr_valid(&list), "one AID twice");
	list.apps_count = WIRE_APPS_MAX + 1;
	assert_true_why(!client_descr_valid(&list), "more than fit");
}

/* One form to the byte, and of no other length; what is refused leaves the output alone. */
static void
reads_exactly_one_form(void **state)
{
	struct wire_app_list_rsp list = { .apps_count = 2, .apps = { good(1), good(2) } };
	static struct wire_app_list_rsp read, untouched;
	uint8_t bytes[CLIENT_DESCR_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	size_t len;

	(void)state;
	list.apps[1].has_without = true;
	strcpy(list.apps[1].without, "return,move out");
	wire_app_list_encode(&list, &out);
	assert_status(ykt_buf_done(&out), YKT_OK);
	len = out.len;
	assert_status(client_descr_decode(ykt_buf_view(&out), &read), YKT_OK);
	assert_int_equal(read.apps_count, 2);
	assert_string_equal(read.apps[1].without, "return,move out");
	assert_string_equal(read.apps[0].name_zh, "甲市一卡通");
	memset(&untouched, 0x5A, sizeof(untouched));
	read = untouched;
	for (size_t cut = 0; cut < len; cut++)
		assert_status(client_descr_decode(ykt_bytes(bytes, cut), &read), YKT_E_CORRUPT);
	bytes[len] = 0;
	assert_status(client_descr_decode(ykt_bytes(bytes, len + 1), &read), YKT_E_CORRUPT);
	bytes[8] = WIRE_APPS_MAX + 1;
	assert_status(client_descr_decode(ykt_bytes(bytes, len), &read), YKT_E_CORRUPT);
	assert_memory_equal(&read, &untouched, sizeof(read));
}

static struct fake_file *
kept(struct fake *fake)
{
	for (size_t i = 0; i < FAKE_FILES_MAX; i++) {
		if (strcmp(fake->files[i].name, CLIENT_FILE_DESCR) == 0)
			return &fake->files[i];
	}

	return NULL;
}

static void
restart(struct fake *fake)
{
	fake_stop(fake);
	assert_status(fake_start(fake), YKT_OK);
}

/* Asked for once, kept over a restart; a file that was changed is none. */
static void
keeps_what_the_platform_said(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_OK);
	assert_int_equal(fake.app_lists, 1);
	assert_non_null(kept(&fake));
	restart(&fake);
	assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_OK);
	assert_int_equal(fake.app_lists, 1);
	for (size_t at = 0; at < kept(&fake)->len; at += 13) {
		kept(&fake)->data[at] ^= 4;
		restart(&fake);
		assert_status(ykt_client_topup(fake.client, NULL, FAKE_MIN), YKT_OK);
		assert_int_equal(fake.app_lists, 2);
		fake.app_lists = 1;
	}
	fake_clear(&fake);
}

/* Nothing but the list is asked, no intent is kept, no money moves. */
static void
assert_not_sent(struct fake *fake)
{
	struct ykt_client_info info;

	ykt_client_info(fake->client, &info);
	assert_int_equal(info.open_intents, 0);
	assert_int_equal(fake->order_count, 0);
	assert_int_equal(fake->charged, 0);
	assert_int_equal(fake->card.commits, 0);
	assert_string_equal(fake->last_op, "app.list");
}

static void
refuses_a_card_of_another_platform_by_name(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.app_foreign = true;
	assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_REFUSED);
	assert_string_equal(
	    fake.result_reason, "The card is not of this platform: it issues no such application.");
	assert_not_sent(&fake);
	assert_status(ykt_client_return(fake.client, NULL), YKT_REFUSED);
	assert_not_sent(&fake);
	fake_clear(&fake);
}

static void
refuses_an_amount_before_anything_is_sent(void **state)
{
	static const ykt_fen amounts[] = { 1, FAKE_MIN - 1, 50001, FAKE_CAP };
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.app_max = 50000;
	for (size_t i = 0; i < YKT_ARRAY_LEN(amounts); i++) {
		assert_status(ykt_client_topup(fake.client, NULL, amounts[i]), YKT_OVER_LIMIT);
		assert_string_equal(
		    fake.result_reason, "The amount is outside what this card allows.");
		assert_not_sent(&fake);
	}
	assert_int_equal(fake.app_lists, 1);
	fake_clear(&fake);
}

/* The platform has raised the limit since: the old copy refuses nothing. */
static void
asks_again_before_it_refuses(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.app_max = 50000;
	assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_OK);
	restart(&fake);
	fake.app_max = 80000;
	assert_status(ykt_client_topup(fake.client, NULL, 60000), YKT_OK);
	assert_int_equal(fake.app_lists, 2);
	assert_int_equal(fake.card.balance, 63000);
	fake_clear(&fake);
}

static void
a_list_that_is_none_changes_nothing(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.app_bad = true;
	assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_E_SERVER);
	assert_not_sent(&fake);
	assert_null(kept(&fake));
	fake_clear(&fake);
}

static void
refuses_a_function_that_the_city_lacks(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 500);
	fake.app_without = "return,move out";
	assert_status(ykt_client_return(fake.client, NULL), YKT_REFUSED);
	assert_string_equal(fake.result_reason, "This city's card does not have that function.");
	assert_not_sent(&fake);
	assert_status(ykt_client_move_out(fake.client, NULL), YKT_REFUSED);
	assert_not_sent(&fake);
	assert_status(ykt_client_topup(fake.client, NULL, 3000), YKT_OK);
	fake_clear(&fake);
}

static void
means_a_card_by_its_last_digits(void **state)
{
	static const struct {
		const char *wish;
		bool meant;
	} rows[] = { { NULL, true }, { FAKE_CARD_NO, true }, { "3456", true }, { "123456", true },
		{ "456", false }, { "", false }, { "3457", false }, { "0" FAKE_CARD_NO, false },
		{ "****3456", false } };
	struct fake fake;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		fake_init(&fake);
		fake_login(&fake, true, 0);
		assert_status(ykt_client_topup(fake.client, rows[i].wish, 3000),
		    rows[i].meant ? YKT_OK : YKT_WRONG_CARD);
		assert_int_equal(fake.charged, rows[i].meant ? 3000 : 0);
		fake_clear(&fake);
	}
}

/* What a host of several platforms asks each of them. */
static void
knows_its_own_cards(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	assert_status(ykt_client_owns(fake.client, "3456"), YKT_OK);
	assert_status(ykt_client_owns(fake.client, FAKE_CARD_NO), YKT_OK);
	assert_status(ykt_client_owns(fake.client, "9999"), YKT_NOT_FOUND);
	assert_status(ykt_client_owns(fake.client, "456"), YKT_NOT_FOUND);
	/* In another device it is the account's all the same. */
	fake.card.gone = true;
	assert_status(ykt_client_owns(fake.client, "3456"), YKT_OK);
	assert_int_equal(fake.charged, 0);
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_no_list_that_is_none),
		cmocka_unit_test(reads_exactly_one_form),
		cmocka_unit_test(keeps_what_the_platform_said),
		cmocka_unit_test(refuses_a_card_of_another_platform_by_name),
		cmocka_unit_test(refuses_an_amount_before_anything_is_sent),
		cmocka_unit_test(asks_again_before_it_refuses),
		cmocka_unit_test(a_list_that_is_none_changes_nothing),
		cmocka_unit_test(refuses_a_function_that_the_city_lacks),
		cmocka_unit_test(means_a_card_by_its_last_digits),
		cmocka_unit_test(knows_its_own_cards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
