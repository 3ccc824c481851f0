/*
 * host_trace: what is printed, and above all what is not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE

#include <string.h>
#include <unistd.h>

#include <ykt/hex.h>

#include "check.h"
#include "host/host_trace.h"

/* The line that an event makes. Static: valid until the next call. */
static const char *
line_of(const struct ykt_trace_event *event)
{
	static char line[4096];
	int ends[2];
	struct host_trace trace = { .program = "ykt-test" };
	struct ykt_trace port = host_trace_port(&trace);
	ssize_t len;

	assert_int_equal(pipe(ends), 0);
	trace.fd = ends[1];
	ykt_trace_event(&port, event);
	close(ends[1]);
	len = read(ends[0], line, sizeof(line) - 1);
	close(ends[0]);
	assert_true(len >= 0);
	line[len] = '\0';

	return line;
}

static const char *
apdu_line(const char *name, const char *hex)
{
	static uint8_t raw[512];
	struct ykt_buf buf = YKT_BUF(raw);

	assert_status(ykt_hex_decode(hex, strlen(hex), &buf), YKT_OK);

	return line_of(&(struct ykt_trace_event){
	    .kind = YKT_TRACE_APDU,
	    .room = "link",
	    .name = name,
	    .bytes = ykt_buf_view(&buf),
	});
}

static void
test_event_is_one_line_of_json(void **state)
{
	const char *line = line_of(&(struct ykt_trace_event){
	    .kind = YKT_TRACE_STATE, .room = "platform", .name = "order paid", .number = -42 });

	(void)state;
	/* {"time":"2026-11-23T00:00:00.000Z" */
	assert_int_equal(strncmp(line, "{\"time\":\"2", 10), 0);
	assert_int_equal(line[19], 'T');
	assert_int_equal(line[32], 'Z');
	assert_string_equal(line + 33,
	    "\",\"program\":\"ykt-test\",\"kind\":\"state\",\"room\":\"platform\","
	    "\"name\":\"order paid\",\"number\":-42}\n");
}

static void
test_public_commands_are_shown(void **state)
{
	static const char *commands[] = {
		"00A404000E325041592E5359532E444446303100",
		"00B0950000",
		"805C000204",
		"805000020B0100001388000000000001",
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(commands); i++)
		assert_non_null(strstr(apdu_line("command", commands[i]), commands[i]));
}

/* A canary stands where the secret would; it appears nowhere. */
static void
test_secrets_of_commands_are_never_printed(void **state)
{
	static const struct {
		const char *header;
		const char *why;
	} rows[] = {
		{ "00200000", "VERIFY PIN" },
		{ "0C200000", "VERIFY PIN under a MAC" },
		{ "00240000", "CHANGE REFERENCE DATA" },
		{ "002C0000", "RESET RETRY COUNTER" },
		{ "805E0100", "CHANGE PIN" },
		{ "80D80081", "PUT KEY" },
		{ "84D80081", "PUT KEY on a secure channel" },
		{ "80E29000", "STORE DATA" },
		{ "84820300", "EXTERNAL AUTHENTICATE" },
		{ "00820000", "EXTERNAL AUTHENTICATE of ISO 7816-4" },
		{ "80C20000", "ENVELOPE" },
		{ "84DC0100", "UPDATE RECORD" },
		{ "80FF0000", "unknown instruction" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		char command[64];
		const char *line;

		strcpy(command, rows[i].header);
		strcat(command, "06C0FFEEC0FFEE");
		line = apdu_line("command", command);
		assert_true_why(strstr(line, "C0FFEE") == NULL, rows[i].why);
		assert_true_why(strstr(line, rows[i].header) != NULL, rows[i].why);
		assert_true_why(strstr(line, "\"len\":11}") != NULL, rows[i].why);
	}
}

static void
test_answers_show_their_status_word_only(void **state)
{
	const char *line = apdu_line("response", "C0FFEEC0FFEE9000");

	(void)state;
	assert_null(strstr(line, "C0FFEE"));
	assert_non_null(strstr(line, "\"hex\":\"9000\",\"len\":8}"));
	assert_non_null(strstr(apdu_line("response", "90"), "\"hex\":\"\",\"len\":1}"));
	assert_non_null(strstr(apdu_line("response", ""), "\"hex\":\"\",\"len\":0}"));
}

static void
test_what_is_too_short_for_a_command_shows_nothing(void **state)
{
	(void)state;
	assert_non_null(strstr(apdu_line("command", "002000"), "\"hex\":\"\",\"len\":3}"));
}

static void
test_long_commands_are_cut(void **state)
{
	char command[2 * 260 + 1];
	const char *line;

	(void)state;
	memset(command, '1', sizeof(command) - 1);
	command[sizeof(command) - 1] = '\0';
	memcpy(command, "00A40400FF", 10);
	line = apdu_line("command", command);
	assert_non_null(strstr(line, "\"len\":260}"));
	assert_true(strlen(line) < 512);
}

static void
test_text_cannot_forge_a_line(void **state)
{
	const char *line = line_of(&(struct ykt_trace_event){
	    .kind = YKT_TRACE_ERROR, .room = "a\"b\\c", .name = "x\n{\"y\":1}\xE5" });

	(void)state;
	assert_non_null(strstr(line, "\"room\":\"a?b?c\""));
	assert_non_null(strstr(line, "\"name\":\"x?{?y?:1}?\""));
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void
test_line_that_does_not_fit_is_left_out(void **state)
{
	static char name[2000];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	assert_string_equal(line_of(&(struct ykt_trace_event){
				.kind = YKT_TRACE_ERROR, .room = "x", .name = name }),
	    "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event_is_one_line_of_json),
		cmocka_unit_test(test_public_commands_are_shown),
		cmocka_unit_test(test_secrets_of_commands_are_never_printed),
		cmocka_unit_test(test_answers_show_their_status_word_only),
		cmocka_unit_test(test_what_is_too_short_for_a_command_shows_nothing),
		cmocka_unit_test(test_long_commands_are_cut),
		cmocka_unit_test(test_text_cannot_forge_a_line),
		cmocka_unit_test(test_line_that_does_not_fit_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
