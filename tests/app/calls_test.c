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
		cmocka_unit_test(a_profile_offers_what_the_client_has_for_it),
		cmocka_unit_test(what_may_be_left_out_is_asked_on_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
