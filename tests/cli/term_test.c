/*
 * The terminal as a user interface, and the command lines of the client.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/client_cmd.h"
#include "cli/term_ui.h"
#include "cli_check.h"

#include "check.h"

struct desk {
	struct term_ui term;
	char *out;
	size_t out_len;
	FILE *out_stream;
	FILE *in;
};

static void
desk_open(struct desk *desk, const char *input, struct term_ui_options options)
{
	desk->out_stream = open_memstream(&desk->out, &desk->out_len);
	desk->in = fmemopen((void *)(uintptr_t)input, strlen(input), "r");
	assert_non_null(desk->out_stream);
	assert_non_null(desk->in);
	options.in = desk->in;
	options.out = desk->out_stream;
	term_ui_init(&desk->term, &options);
}

static const char *
desk_text(struct desk *desk)
{
	fflush(desk->out_stream);

	return desk->out;
}

static void
desk_close(struct desk *desk)
{
	term_ui_clear(&desk->term);
	fclose(desk->out_stream);
	fclose(desk->in);
	free(desk->out);
}

static const struct ykt_field form[] = {
	{ "consent", "I agree", YKT_FIELD_CHECK, "", 0 },
	{ "phone", "Phone number", YKT_FIELD_INPUT, "13812345678", 0 },
	{ "password", "Password", YKT_FIELD_SECRET, "", 0 },
	{ "otp", "One-time code", YKT_FIELD_SECRET, "", 0 },
};

static struct ykt_screen
screen_of(const struct ykt_field *fields, size_t count)
{
	return (struct ykt_screen){
		.id = "test", .title = "Login", .fields = fields, .field_count = count
	};
}

static const struct ykt_keypad pad = { "pin", "Payment PIN", NULL, { 7, 2, 9, 1, 8, 4, 0, 3, 6, 5 },
	0, 6 };

/* Six presses, as positions in text; "" when the terminal gave up. */
static void
type_pin(struct desk *desk, char out[7])
{
	struct ykt_keypad now = pad;

	memset(out, 0, 7);
	for (now.entered = 0; now.entered < now.wanted; now.entered++) {
		unsigned press = 99;

		if (desk->term.port.keypad(&desk->term, &now, &press, 0) != YKT_OK) {
			out[0] = '\0';
			return;
		}
		assert_in_range(press, 0, 9);
		out[now.entered] = (char)('0' + press);
	}
}

static void
types_a_pin_by_position(void **state)
{
	static const struct {
		const char *typed;
		const char *positions;
	} rows[] = {
		{ "qweasd\n", "012345" },
		{ "zxc qz\n", "678906" },
		{ "12345\n729184\nqq\n", "" }, /* digits are no keys, and three lines are enough */
		{ "qweas\nQWEASD\n zzzzz\n", "966666" },
		{ "qweasdz\nqwe\n", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct desk desk;
		char positions[7];

		desk_open(&desk, rows[i].typed[0] != '\0' ? rows[i].typed : "\n",
		    (struct term_ui_options){ 0 });
		type_pin(&desk, positions);
		assert_string_equal(positions, rows[i].positions);
		assert_non_null(strstr(desk_text(&desk), "q=7  w=2  e=9\n"));
		assert_non_null(strstr(desk_text(&desk), "space=5"));
		/* What was typed is never printed. */
		assert_null(strstr(desk_text(&desk), "qwe"));
		desk_close(&desk);
	}
}

static void
takes_a_prepared_pin_where_its_digits_stand(void **state)
{
	static const struct {
		const char *answers;
		const char *positions;
	} rows[] = {
		{ "pin=729184\n", "012345" },
		{ "pin=000000\npin=563063\n", "987687" },
		{ "pin=72918\n", "" },
		{ "pin=7291x4\n", "" },
		{ "pin=qweasd\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct desk desk;
		char positions[7];
		FILE *answers =
		    fmemopen((void *)(uintptr_t)rows[i].answers, strlen(rows[i].answers), "r");

		assert_non_null(answers);
		desk_open(&desk, "\n", (struct term_ui_options){ .answers = answers });
		type_pin(&desk, positions);
		assert_string_equal(positions, rows[i].positions);
		desk_close(&desk);
		fclose(answers);
	}
}

static void
prints_fields_and_tables_as_wide_as_they_are(void **state)
{
	static const struct ykt_field fields[] = {
		{ "order.id", "Order", YKT_FIELD_TEXT, "a1", 0 },
		{ "order.state", "State", YKT_FIELD_TEXT, "paid", 0 },
		{ "order.amount", "Amount", YKT_FIELD_MONEY, NULL, 5000 },
		{ "order.id", "Order", YKT_FIELD_TEXT, "a2", 0 },
		{ "order.state", "State", YKT_FIELD_TEXT, "under inspection", 0 },
		{ "order.amount", "Amount", YKT_FIELD_MONEY, NULL, 100 },
		{ "name", "Name", YKT_FIELD_TEXT, "paid", 0 },
		{ "when", "As of", YKT_FIELD_TIME, NULL, INT64_C(1795392000000) },
	};
	const struct ykt_screen screen = screen_of(fields, YKT_ARRAY_LEN(fields));
	struct desk desk;

	(void)state;
	desk_open(&desk, "x", (struct term_ui_options){ .lang = MESSAGES_EN });
	desk.term.port.result(&desk.term, &screen);
	assert_string_equal(desk_text(&desk), "== Login ==\n"
					      "Order  State                 Amount\n"
					      "a1     paid              50.00 yuan\n"
					      "a2     under inspection   1.00 yuan\n"
					      "\n"
					      "Name   paid\n"
					      "As of  2026-11-23 08:00:00\n"
					      "\n");
	assert_int_equal(desk.term.results, 1);
	desk_close(&desk);

	/* Chinese: two columns a character; a name is data and stays as it is. */
	desk_open(&desk, "x", (struct term_ui_options){ .lang = MESSAGES_ZH });
	desk.term.port.show(&desk.term, &screen);
	assert_string_equal(desk_text(&desk), "== 登录 ==\n"
					      "订单号  状态            金额\n"
					      "a1      已支付      50.00 元\n"
					      "a2      人工处理中   1.00 元\n"
					      "\n"
					      "姓名  paid\n"
					      "截至  2026-11-23 08:00:00\n"
					      "\n");
	desk_close(&desk);
}

static void
lets_no_control_character_through(void **state)
{
	static const struct ykt_field fields[] = {
		{ "name", "Name", YKT_FIELD_TEXT, "a\033[2Jb\x7F", 0 },
		{ "row.name", "Name", YKT_FIELD_TEXT, "c\r\nd", 0 },
	};
	const struct ykt_screen screen = screen_of(fields, YKT_ARRAY_LEN(fields));
	struct desk desk;

	(void)state;
	desk_open(&desk, "x", (struct term_ui_options){ 0 });
	desk.term.port.show(&desk.term, &screen);
	assert_non_null(strstr(desk_text(&desk), "a?[2Jb?"));
	assert_non_null(strstr(desk_text(&desk), "c??d"));
	assert_null(strchr(desk.out, '\033'));
	desk_close(&desk);
}

static void
reads_answers_a_line_each(void **state)
{
	const struct ykt_screen screen = screen_of(form, YKT_ARRAY_LEN(form));
	struct ykt_answers answers = { 0 };
	struct desk desk;

	(void)state;
	desk_open(&desk, "y\r\n\nopen sesame\n123456\n", (struct term_ui_options){ 0 });
	assert_status(desk.term.port.ask(&desk.term, &screen, &answers, 0), YKT_OK);
	assert_string_equal(answers.text[0], "1");
	assert_string_equal(answers.text[1], "13812345678"); /* the proposal */
	assert_string_equal(answers.text[2], "open sesame");
	assert_string_equal(answers.text[3], "123456");
	/* What was typed in secret is not on the screen. */
	assert_null(strstr(desk_text(&desk), "sesame"));
	/* The end of the input is a no. */
	assert_status(desk.term.port.ask(&desk.term, &screen, &answers, 0), YKT_CANCELLED);
	desk_close(&desk);
}

static void
takes_only_a_yes_for_a_yes(void **state)
{
	static const struct {
		const char *typed;
		const char *answer;
	} rows[] = { { "y\n", "1" }, { "是\n", "1" }, { "1\n", "1" }, { "n\n", "0" }, { "\n", "0" },
		{ "yep\n", "0" }, { "0\n", "0" } };
	const struct ykt_screen screen = screen_of(form, 1);

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct ykt_answers answers = { 0 };
		struct desk desk;

		desk_open(&desk, rows[i].typed, (struct term_ui_options){ 0 });
		assert_status(desk.term.port.ask(&desk.term, &screen, &answers, 0), YKT_OK);
		assert_string_equal(answers.text[0], rows[i].answer);
		desk_close(&desk);
	}
}

static FILE *
file_of(const char *text, char path[32])
{
	FILE *file;

	strcpy(path, "ykt-term-XXXXXX");
	file = fdopen(mkstemp(path), "w+");
	assert_non_null(file);
	fputs(text, file);
	rewind(file);

	return file;
}

static void
prefers_prepared_answers_and_the_newest_message(void **state)
{
	static const char messages[] = "13812345678 yikatong: 111111\n"
				       "13812345678 yikatong: 222222\n"
				       "13900000000 yikatong: 333333\n"
				       "13812345678 no code in this one\n";
	const struct ykt_screen screen = screen_of(form, YKT_ARRAY_LEN(form));
	struct ykt_answers answers = { 0 };
	char sink_path[32], path[32];
	FILE *sink = file_of(messages, sink_path);
	FILE *prepared = file_of("password=first\nphone=13812345678\npassword=last one\n", path);
	struct desk desk;

	(void)state;
	desk_open(&desk, "x",
	    (struct term_ui_options){ .yes = true, .answers = prepared, .sms_sink = sink_path });
	for (int i = 0; i < 2; i++) { /* the same again: the file is not used up */
		assert_status(desk.term.port.ask(&desk.term, &screen, &answers, 0), YKT_OK);
		assert_string_equal(answers.text[0], "1");
		assert_string_equal(answers.text[2], "last one");
		assert_string_equal(answers.text[3], "222222");
	}
	assert_null(strstr(desk_text(&desk), "last one"));
	desk_close(&desk);
	fclose(sink);
	fclose(prepared);
	unlink(sink_path);
	unlink(path);
}

static void
shows_progress_as_plain_lines_or_in_place(void **state)
{
	struct desk desk;

	(void)state;
	desk_open(&desk, "x", (struct term_ui_options){ 0 });
	assert_false(desk.term.port.progress(&desk.term, "Logging in", 1, 3));
	assert_false(desk.term.port.progress(&desk.term, "Logging in", 2, 3));
	assert_false(desk.term.port.progress(&desk.term, "Registering", 3, 3));
	assert_string_equal(desk_text(&desk), "... Logging in\n... Registering\n");
	desk_close(&desk);

	desk_open(&desk, "x", (struct term_ui_options){ .terminal = true });
	assert_false(desk.term.port.progress(&desk.term, "Logging in", 1, 2));
	assert_string_equal(desk_text(&desk), "\r\033[K[##########..........] Logging in");
	desk_close(&desk);

	desk_open(&desk, "x", (struct term_ui_options){ .quiet = true });
	assert_false(desk.term.port.progress(&desk.term, "Logging in", 1, 2));
	assert_string_equal(desk_text(&desk), "");
	desk_close(&desk);
}

static void
maps_statuses_to_documented_exit_codes(void **state)
{
	static const struct {
		enum ykt_status status;
		int code;
	} rows[] = { { YKT_OK, 0 }, { YKT_REFUSED, 1 }, { YKT_DENIED, 1 }, { YKT_E_NET, 1 },
		{ YKT_OVER_LIMIT, 1 }, { YKT_E_LINK, 3 }, { YKT_WRONG_CARD, 5 }, { YKT_BLOCKED, 6 },
		{ YKT_EXPIRED, 7 }, { YKT_LOGIN_NEEDED, 8 }, { YKT_PENDING, 9 }, { YKT_UNKNOWN, 9 },
		{ YKT_DISPUTED, 9 }, { YKT_E_DOWN, 9 }, { YKT_CANCELLED, 10 } };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		assert_int_equal(client_exit_code(rows[i].status), rows[i].code);
}

/* A client that cannot be opened: what matters is whether it was tried. */
struct closed {
	unsigned opened;
	enum ykt_status status;
	const char *config;
	enum ykt_profile profile;
};

static enum ykt_status
closed_open(void *ctx, const char *config, enum ykt_profile profile, FILE *err,
    const struct ykt_ui *ui, struct ykt_client **ret_client, const char **ret_sms_sink)
{
	struct closed *closed = ctx;

	closed->profile = profile;

	(void)err;
	(void)ret_client;
	(void)ret_sms_sink;
	assert_non_null(ui->result);
	closed->opened++;
	closed->config = config;

	return closed->status;
}

static void
closed_close(void *ctx)
{
	(void)ctx;
	fail_msg("closed what was never opened");
}

static const struct {
	const char *line;
	bool opens;
	int code;
} command_lines[] = {
	{ "register", true, 1 },
	{ "login --yes --quiet", true, 1 },
	{ "open --city 9901 --load 30.50", true, 1 },
	{ "open --load 30 --city 9901", true, 1 },
	{ "topup 50", true, 1 },
	{ "topup --card 03101234567890123456 0.01", true, 1 },
	{ "topup 50 --config x.json", true, 1 },
	{ "orders --abnormal", true, 1 },
	{ "refund 0123", true, 1 },
	{ "topup", false, 2 },
	{ "topup 50 60", false, 2 },
	{ "topup -50", false, 2 },
	{ "topup 5e1", false, 2 },
	{ "topup 50.001", false, 2 },
	{ "topup ５０", false, 2 },
	{ "topup --abnormal 50", false, 2 },
	{ "open --load", false, 2 },
	{ "open --load x", false, 2 },
	{ "open 9901", false, 2 },
	{ "cards --card 1", false, 2 },
	{ "balance --city 9901", false, 2 },
	{ "login --password x", false, 2 },
	{ "refund", false, 2 },
	{ "recover now", false, 2 },
	{ "login --answers /no/such/file", false, 2 },
	{ "topup --help", false, 0 },
	{ "register --profile seless", true, 1 },
	{ "login --profile se", true, 1 },
	{ "register --profile sim", false, 2 },
	{ "balance --profile se", false, 2 },
	{ "wallet", true, 1 },
	{ "wallet topup 50", true, 1 },
	{ "wallet topup --yes 0.01", true, 1 },
	{ "wallet topup", false, 2 },
	{ "wallet topup x", false, 2 },
	{ "wallet 50", false, 2 },
	{ "pay b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1", true, 1 },
	{ "pay", false, 2 },
	{ "pin", true, 1 },
	{ "pin 123456", false, 2 },
	{ "pin reset", true, 1 },
	{ "password", true, 1 },
	{ "reset", true, 1 },
	{ "deregister", true, 1 },
	{ "delete 03101234567890123456", false, 2 },
	{ "apps update --card 03101234567890123456", true, 1 },
	{ "lock --card 3456", true, 1 },
	{ "lock 3456", false, 2 },
	{ "unlock --card 3456", true, 1 },
	{ "code", false, 2 },
	{ "code hide", false, 2 },
	{ "code open", true, 1 },
	{ "code show --watch", true, 1 },
	{ "code show --png a.png --svg a.svg", true, 1 },
	{ "code open --watch", false, 2 },
	{ "functions --all", false, 2 },
	{ "functions", false, 0 },
};

static void
understands_command_lines(void **state)
{

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(command_lines); i++) {
		static struct run run;
		struct closed closed = { .status = YKT_E_FILE };
		struct client_app app = { &closed, closed_open, closed_close };
		int code;

		memset(&run, 0, sizeof(run));
		run.cli.app = &app;
		code = run_command(&run, command_lines[i].line, "");
		assert_true_why(code == command_lines[i].code, command_lines[i].line);
		assert_true_why(
		    (closed.opened == 1) == command_lines[i].opens, command_lines[i].line);
		if (command_lines[i].code == 2)
			assert_true_why(
			    run.err[0] != '\0' && run.out[0] == '\0', command_lines[i].line);
	}
}

static void
names_the_configuration_and_tells_a_bad_one_as_usage(void **state)
{
	static struct run run;
	struct closed closed = { .status = YKT_E_ARG };
	struct client_app app = { &closed, closed_open, closed_close };

	(void)state;
	run.cli.app = &app;
	assert_int_equal(run_command(&run, "cards --config here.json", ""), CLI_USAGE);
	assert_int_equal(closed.opened, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_a_pin_by_position),
		cmocka_unit_test(takes_a_prepared_pin_where_its_digits_stand),
		cmocka_unit_test(prints_fields_and_tables_as_wide_as_they_are),
		cmocka_unit_test(lets_no_control_character_through),
		cmocka_unit_test(reads_answers_a_line_each),
		cmocka_unit_test(takes_only_a_yes_for_a_yes),
		cmocka_unit_test(prefers_prepared_answers_and_the_newest_message),
		cmocka_unit_test(shows_progress_as_plain_lines_or_in_place),
		cmocka_unit_test(maps_statuses_to_documented_exit_codes),
		cmocka_unit_test(understands_command_lines),
		cmocka_unit_test(names_the_configuration_and_tells_a_bad_one_as_usage),
	};

	/* Tables need to know how wide a character is. */
	setlocale(LC_CTYPE, "C.UTF-8");

	return cmocka_run_group_tests(tests, NULL, NULL);
}
