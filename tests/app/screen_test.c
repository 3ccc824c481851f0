/*
 * Kept screens: copies, fields, rows of tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include "app/screen.h"

static const struct ykt_field fields[] = {
	{ "card", "Card", YKT_FIELD_CARD, "310599*********0012", 0 },
	{ "record.time", "Time", YKT_FIELD_TIME, NULL, 1000 },
	{ "record.kind", "What", YKT_FIELD_TEXT, "ride", 0 },
	{ "record.time", "Time", YKT_FIELD_TIME, NULL, 2000 },
	{ "order.id", "Order", YKT_FIELD_TEXT, "ab", 0 },
	{ "ok", "Pay", YKT_FIELD_CHECK, "0", 0 },
};

static AppScreen *
copy(void)
{
	const struct ykt_screen screen = { "records_result", "Records", NULL, YKT_TONE_GOOD, fields,
		sizeof(fields) / sizeof(fields[0]), true };

	return app_screen_new(&screen);
}

static void
a_copy_has_its_own_texts(void **state)
{
	g_autoptr(AppScreen) screen = copy();

	(void)state;
	assert_string_equal(screen->id, "records_result");
	assert_null(screen->text);
	assert_true(screen->secure);
	assert_int_equal(screen->count, 6);
	assert_string_equal(screen->fields[0].value, fields[0].value);
	assert_ptr_not_equal(screen->fields[0].value, fields[0].value);
	assert_int_equal(screen->fields[1].number, 1000);
}

static void
a_field_is_found_by_its_whole_id(void **state)
{
	g_autoptr(AppScreen) screen = copy();

	(void)state;
	assert_ptr_equal(app_screen_field(screen, "ok"), &screen->fields[5]);
	assert_null(app_screen_field(screen, "record"));
	assert_null(app_screen_field(screen, "o"));
}

static void
inputs_and_cells_are_told_apart(void **state)
{
	g_autoptr(AppScreen) screen = copy();

	(void)state;
	assert_true(app_field_is_input(&screen->fields[5]));
	assert_false(app_field_is_input(&screen->fields[0]));
	assert_true(app_field_is_cell(&screen->fields[1]));
	assert_false(app_field_is_cell(&screen->fields[0]));
	assert_string_equal(app_field_column(&screen->fields[1]), "time");
	assert_string_equal(app_field_column(&screen->fields[0]), "card");
}

static void
a_row_begins_with_each_repeat_of_the_first_column(void **state)
{
	g_autoptr(AppScreen) screen = copy();
	gsize at = 0;
	AppRow row;

	(void)state;
	assert_int_equal(app_screen_row_count(screen), 3);
	assert_true(app_screen_next_row(screen, &at, &row));
	assert_int_equal(row.count, 2);
	assert_string_equal(app_row_text(&row, "kind"), "ride");
	assert_true(app_screen_next_row(screen, &at, &row));
	assert_int_equal(row.count, 1);
	assert_int_equal(app_row_cell(&row, "time")->number, 2000);
	assert_null(app_row_cell(&row, "kind"));
	assert_string_equal(app_row_text(&row, "kind"), "");
	assert_true(app_screen_next_row(screen, &at, &row));
	assert_string_equal(app_row_text(&row, "id"), "ab");
	assert_false(app_screen_next_row(screen, &at, &row));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_has_its_own_texts),
		cmocka_unit_test(a_field_is_found_by_its_whole_id),
		cmocka_unit_test(inputs_and_cells_are_told_apart),
		cmocka_unit_test(a_row_begins_with_each_repeat_of_the_first_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
