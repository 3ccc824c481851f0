/*
 * ykt inspect: every real trip record by column, each kind, many lines.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "cli_check.h"

#define COLUMNS 14

static struct run the_run;

static const char *
text_of(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	if (!json_is_string(value))
		fail_msg("no text %s", name);

	return json_string_value(value);
}

static void
check_columns(const json_t *object, char *names[COLUMNS], char *values[COLUMNS])
{
	/* The first column is the record itself. */
	for (size_t i = 1; i < COLUMNS; i++) {
		const json_t *value = json_object_get(object, names[i]);

		if (json_is_integer(value))
			assert_int_equal(json_integer_value(value), strtoll(values[i], NULL, 10));
		else
			assert_string_equal(text_of(object, names[i]), values[i]);
	}
}

static void
split(char *line, char *columns[COLUMNS])
{
	line[strcspn(line, "\r\n")] = '\0';
	for (size_t i = 0; i < COLUMNS; i++) {
		assert_non_null(line);
		columns[i] = line;
		line = strchr(line, ',');
		if (line != NULL)
			*line++ = '\0';
	}
}

static void
test_every_column_of_every_real_trip(void **state)
{
	FILE *file = fopen(VECTORS "/trip_records_1e.csv", "r");
	char head[1024];
	char line[1024];
	char command[1100];
	char *names[COLUMNS];
	char *values[COLUMNS];
	unsigned rows = 0;

	(void)state;
	assert_non_null(file);
	assert_non_null(fgets(head, sizeof(head), file));
	split(head, names);
	while (fgets(line, sizeof(line), file) != NULL) {
		json_t *object;

		split(line, values);
		snprintf(command, sizeof(command), "inspect trip %s", values[0]);
		assert_int_equal(run_command(&the_run, command, ""), CLI_OK);
		object = run_json(&the_run, 0);
		check_columns(object, names, values);
		json_decref(object);
		rows++;
	}
	fclose(file);
	assert_int_equal(rows, 43);
}

#define INFO "00083010FFFFFFFF02010310483001000600000020220301204912310000"

static void
test_each_kind_says_what_it_found(void **state)
{
	static const struct {
		const char *command;
		const char *name;
		const char *text;
	} rows[] = {
		{ "inspect apdu 805000020B010000138831000000000110", "name",
		    "INITIALIZE FOR LOAD" },
		{ "inspect apdu 805030000801020304050607 0800", "name", "INITIALIZE UPDATE" },
		{ "inspect apdu 00 B0 95 00 1E", "ins", "B0" },
		{ "inspect file15 " INFO, "issuer", "00083010FFFFFFFF" },
		{ "inspect file15 " INFO, "serial", "03104830010006000000" },
		{ "inspect file15 " INFO, "card_number", "3104830010006000000" },
		{ "inspect file15 " INFO, "start_date", "20220301" },
		{ "inspect file15 " INFO, "app_type", "02" },
		{ "inspect fci 6F318408A000000632010105A5259F0801029F0C1E" INFO, "aid",
		    "A000000632010105" },
		{ "inspect fci 6F318408A000000632010105A5259F0801029F0C1E" INFO "6A81", "sw",
		    "6A81" },
		{ "inspect fci 6F318408A000000632010105A5259F0801029F0C1E" INFO "9000", "aid",
		    "A000000632010105" },
		{ "inspect fci 6F1C 8408A000000632010105 A510 9F510400 0000C8 9F080102"
		  " DF7102012C",
		    "balance", "000000C8" },
		{ "inspect fci 6F14 8408A000000632010105 A508 9F080102 DF7101AB", "second_balance",
		    "AB" },
		{ "inspect log 00B0000000000000A00941310062938820240310195719", "terminal",
		    "413100629388" },
		{ "inspect log 00B0000000000000A00941310062938820240310195719",
		    "overdraft_or_balance", "000000" },
		{ "inspect log 00B0000000000000A00941310062938820240310195719", "time", "195719" },
		{ "inspect log 00B0000000000000A00941310062938820240310195719", "type_name",
		    "compound purchase" },
		{ "inspect log 00B0000000000000A09341310062938820240310195719", "type_name",
		    "purchase under a grey lock" },
		{ "inspect sw 6A82", "sw_text", "no such file or application" },
		{ "inspect sw 90 00", "outcome", "YKT_OK" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *object;

		if (run_command(&the_run, rows[i].command, "") != CLI_OK)
			fail_msg("%s: %s", rows[i].command, the_run.out);
		assert_int_equal(run_lines(&the_run), 1);
		object = run_json(&the_run, 0);
		assert_string_equal(text_of(object, rows[i].name), rows[i].text);
		json_decref(object);
	}
}

static void
test_amounts_are_integers(void **state)
{
	json_t *object;

	(void)state;
	assert_int_equal(
	    run_command(&the_run, "inspect log 00B0000000000000A00941310062938820240310195719", ""),
	    CLI_OK);
	object = run_json(&the_run, 0);
	assert_int_equal(json_integer_value(json_object_get(object, "amount")), 160);
	assert_int_equal(json_integer_value(json_object_get(object, "seq")), 176);
	json_decref(object);
}

static void
journey_command(char *command, const char *head)
{
	strcpy(command, "inspect journey ");
	strcat(command, head);
	for (size_t i = strlen(head); i < 256; i++)
		strcat(command, "0");
}

static void
test_journeys_by_their_id(void **state)
{
	static const struct {
		const char *head;
		const char *name;
		const char *text;
	} rows[] = {
		{ "27017D010100310517000000000101", "status_name", "entered" },
		{ "27017D010100310517000000000101", "id", "2701" },
		{ "27027D010100310517000000000101", "status_name", "boarded" },
		{ "27037D0101", "id", "2703" },
	};
	char command[600];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *object;

		journey_command(command, rows[i].head);
		assert_int_equal(run_command(&the_run, command, ""), CLI_OK);
		object = run_json(&the_run, 0);
		assert_string_equal(text_of(object, rows[i].name), rows[i].text);
		json_decref(object);
	}
	journey_command(command, "2801");
	assert_int_equal(run_command(&the_run, command, ""), CLI_FAILED);
}

static void
test_tlv_keeps_its_tree(void **state)
{
	json_t *object;
	json_t *outer;

	(void)state;
	assert_int_equal(run_command(&the_run, "inspect tlv 6F068404A0000006 9F0C00", ""), CLI_OK);
	object = run_json(&the_run, 0);
	assert_int_equal(json_array_size(json_object_get(object, "elements")), 2);
	outer = json_array_get(json_object_get(object, "elements"), 0);
	assert_string_equal(text_of(outer, "tag"), "6F");
	outer = json_array_get(json_object_get(outer, "children"), 0);
	assert_string_equal(text_of(outer, "value"), "A0000006");
	json_decref(object);
}

static void
test_a_bad_line_does_not_stop_the_others(void **state)
{
	json_t *object;

	(void)state;
	assert_int_equal(
	    run_command(&the_run, "inspect sw -", "9000\n\nzz\n6A8\n6283"), CLI_FAILED);
	assert_int_equal(run_lines(&the_run), 4);
	object = run_json(&the_run, 1);
	assert_int_equal(json_integer_value(json_object_get(object, "line")), 3);
	assert_non_null(json_object_get(object, "error"));
	json_decref(object);
	object = run_json(&the_run, 3);
	assert_string_equal(text_of(object, "sw"), "6283");
	json_decref(object);

	assert_int_equal(run_command(&the_run, "inspect sw -", "9000\r\n6A82\r\n"), CLI_OK);
	assert_int_equal(run_lines(&the_run), 2);
}

static void
test_a_nul_does_not_end_a_line(void **state)
{
	static char line[CLI_LINE_MAX];
	char input[] = "9000\0zz\n6A82";
	struct cli cli = { .in = fmemopen(input, sizeof(input) - 1, "r") };
	bool whole;

	(void)state;
	assert_non_null(cli.in);
	assert_true(cli_line(&cli, line, &whole));
	assert_true(whole);
	assert_string_equal(line, "9000?zz");
	assert_true(cli_line(&cli, line, &whole));
	assert_string_equal(line, "6A82");
	assert_false(cli_line(&cli, line, &whole));
	(void)fclose(cli.in);
}

static void
test_a_line_that_is_too_long_is_an_error_not_two_lines(void **state)
{
	static char input[CLI_LINE_MAX + 100];

	(void)state;
	memset(input, '9', sizeof(input) - 8);
	strcpy(input + sizeof(input) - 8, "\n9000\n");
	assert_int_equal(run_command(&the_run, "inspect sw -", input), CLI_FAILED);
	assert_int_equal(run_lines(&the_run), 2);
	assert_non_null(strstr(the_run.out, "line too long"));
}

static void
test_several_arguments_are_several_values(void **state)
{
	(void)state;
	assert_int_equal(run_command(&the_run, "inspect sw 9000 6A82 xx", ""), CLI_FAILED);
	assert_int_equal(run_lines(&the_run), 3);
}

static void
test_malformed_bytes_are_errors(void **state)
{
	static const char *const rows[] = { "inspect file15 00", "inspect file15 " INFO "00",
		"inspect apdu 00A404", "inspect tlv 6F80", "inspect tlv 5A81FF00",
		"inspect fci 9000", "inspect fci 6F009000",
		"inspect fci 6F318408A000000632010105A5259F0801029F0C1E" INFO "0000",
		"inspect log 00", "inspect trip FF", "inspect journey 2701", "inspect sw 90",
		"inspect file16 00", "inspect file17 00" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *object;

		assert_int_equal(run_command(&the_run, rows[i], ""), CLI_FAILED);
		object = run_json(&the_run, 0);
		assert_non_null(json_object_get(object, "error"));
		json_decref(object);
	}
}

static void
test_usage_errors(void **state)
{
	static const char *const rows[] = { "inspect", "inspect sw", "inspect nothing 00",
		"nothing" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(run_command(&the_run, rows[i], ""), CLI_USAGE);
		assert_true(strlen(the_run.err) > 0 && strlen(the_run.out) == 0);
	}
	assert_int_equal(run_command(&the_run, "inspect --help", ""), CLI_OK);
	assert_non_null(strstr(the_run.out, "journey"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_column_of_every_real_trip),
		cmocka_unit_test(test_each_kind_says_what_it_found),
		cmocka_unit_test(test_amounts_are_integers),
		cmocka_unit_test(test_journeys_by_their_id),
		cmocka_unit_test(test_tlv_keeps_its_tree),
		cmocka_unit_test(test_a_bad_line_does_not_stop_the_others),
		cmocka_unit_test(test_a_nul_does_not_end_a_line),
		cmocka_unit_test(test_a_line_that_is_too_long_is_an_error_not_two_lines),
		cmocka_unit_test(test_several_arguments_are_several_values),
		cmocka_unit_test(test_malformed_bytes_are_errors),
		cmocka_unit_test(test_usage_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
