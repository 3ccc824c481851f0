/*
 * The rows by which the app calls the client: every function has one, and every
 * row a function.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include <gio/gio.h>
#include <string.h>

#include "app/calls.h"

static const AppCall *
call_of(const struct ykt_function *function)
{
	const AppCall *calls;
	gsize count = app_calls(&calls);

	for (gsize i = 0; i < count; i++) {
		if (strcmp(calls[i].function, function->id) == 0)
			return &calls[i];
	}

	return NULL;
}

static void
every_function_of_the_client_can_be_called(void **state)
{
	const struct ykt_function *functions;
	size_t count = ykt_functions(&functions);

	(void)state;
	assert_true(count > 20);
	for (size_t i = 0; i < count; i++) {
		if (call_of(&functions[i]) == NULL)
			fail_msg("app/calls.c has no row for %s", functions[i].id);
	}
}

static void
every_row_is_whole(void **state)
{
	const AppCall *calls;
	gsize count = app_calls(&calls);

	(void)state;
	for (gsize i = 0; i < count; i++) {
		assert_non_null(calls[i].run);
		assert_non_null(calls[i].icon);
		assert_true(calls[i].group < APP_GROUP_COUNT);
		assert_non_null(app_call_function(&calls[i]));
		assert_ptr_equal(app_call_find(calls[i].id), &calls[i]);
	}
}

/* What is asked of all platforms is what the row asks of one. */
static void
lists_ask_for_what_their_rows_do(void **state)
{
	static const struct {
		const char *id;
		struct ykt_list_ask ask;
	} rows[] = {
		{ "cards", { YKT_LIST_CARDS, 0, 0, false } },
		{ "apps", { YKT_LIST_APPS, 0, 0, false } },
		{ "balance", { YKT_LIST_BALANCE, 0, 0, false } },
		{ "records", { YKT_LIST_RECORDS, 0, 0, false } },
		{ "records between", { YKT_LIST_RECORDS, 86400000, 172800000, false } },
		{ "orders", { YKT_LIST_ORDERS, 0, 0, false } },
		{ "orders abnormal", { YKT_LIST_ORDERS, 0, 0, true } },
		{ "recover", { YKT_LIST_RECOVER, 0, 0, false } },
	};
	static const char *const days[APP_ARGS_MAX] = { "86400000", "86400000" };
	const AppCall *calls;
	gsize count = app_calls(&calls);
	gsize lists = 0;

	(void)state;
	for (gsize i = 0; i < count; i++)
		lists += calls[i].list != 0;
	assert_int_equal(lists, G_N_ELEMENTS(rows));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const AppCall *call = app_call_find(rows[i].id);
		struct ykt_list_ask ask = app_call_ask(call, days);

		assert_int_equal(call->list, 1 + rows[i].ask.list);
		assert_int_equal(ask.list, rows[i].ask.list);
		assert_int_equal(ask.from_ms, rows[i].ask.from_ms);
		assert_int_equal(ask.to_ms, rows[i].ask.to_ms);
		assert_int_equal(ask.abnormal, rows[i].ask.abnormal);
	}
}

/* Whose card it is decides where something is done: the argument must be known as one. */
static void
a_cards_digits_are_known_as_such(void **state)
{
	(void)state;
	assert_int_equal(app_call_card(app_call_find("topup")), 1);
	assert_int_equal(app_call_card(app_call_find("contactless")), 1);
	assert_int_equal(app_call_card(app_call_find("lock")), 0);
	assert_int_equal(app_call_card(app_call_find("unbind")), -1);
	assert_int_equal(app_call_card(app_call_find("cards")), -1);
}

/* The system's themes are not looked at: a sign is among the resources, or nothing is drawn. */
static void
every_row_has_its_sign(void **state)
{
	const AppCall *calls;
	gsize count = app_calls(&calls);

	(void)state;
	for (gsize i = 0; i < count; i++) {
		g_autofree char *path = g_strdup_printf(
		    "/org/yikatong/App/icons/scalable/actions/%s.symbolic.png", calls[i].icon);

		if (!g_resources_get_info(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL, NULL, NULL))
			fail_msg("%s: app/icons and app.gresource.xml have no %s", calls[i].id,
			    calls[i].icon);
	}
}

static void
a_profile_offers_what_the_client_has_for_it(void **state)
{
	(void)state;
	assert_true(app_call_offered(app_call_find("topup"), YKT_PROFILE_SE));
	assert_false(app_call_offered(app_call_find("topup"), YKT_PROFILE_SELESS));
	assert_true(app_call_offered(app_call_find("wallet topup"), YKT_PROFILE_SELESS));
}

static void
what_may_be_left_out_is_asked_on_request(void **state)
{
	(void)state;
	assert_true(app_call_asks(app_call_find("topup"), FALSE));
	assert_false(app_call_asks(app_call_find("default"), FALSE));
	assert_true(app_call_asks(app_call_find("default"), TRUE));
	assert_false(app_call_asks(app_call_find("balance"), TRUE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_function_of_the_client_can_be_called),
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(every_row_has_its_sign),
		cmocka_unit_test(lists_ask_for_what_their_rows_do),
		cmocka_unit_test(a_cards_digits_are_known_as_such),
		cmocka_unit_test(a_profile_offers_what_the_client_has_for_it),
		cmocka_unit_test(what_may_be_left_out_is_asked_on_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
