/*
 * Secure screens in a terminal: what is left on it, and Ctrl-Z.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "cli/term_secure.h"

#include "check.h"

#define ENTER "\033[?1049h"
#define LEAVE "\033[2J\033[H\033[?1049l"

struct desk {
	struct term_ui term;
	char *out;
	size_t out_len;
	FILE *out_stream;
	FILE *in;
};

static void
desk_start(struct desk *desk, FILE *in, struct term_ui_options options)
{
	desk->in = in;
	desk->out_stream = open_memstream(&desk->out, &desk->out_len);
	assert_non_null(desk->in);
	assert_non_null(desk->out_stream);
	options.in = desk->in;
	options.out = desk->out_stream;
	term_ui_init(&desk->term, &options);
}

static void
desk_open(struct desk *desk, const char *input, struct term_ui_options options)
{
	desk_start(desk, fmemopen((void *)(uintptr_t)input, strlen(input), "r"), options);
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

static const struct ykt_field fields[] = {
	{ "phone", "Phone number", YKT_FIELD_INPUT, "", 0 },
	{ "password", "Password", YKT_FIELD_SECRET, "", 0 },
};
static const struct ykt_screen login = {
	.id = "login_form", .title = "Login", .fields = fields, .field_count = 2, .secure = true
};
static const struct ykt_screen result = { .id = "login_result", .title = "Login done" };
static const struct ykt_keypad pad = { "pin", "Payment PIN", NULL, { 7, 2, 9, 1, 8, 4, 0, 3, 6, 5 },
	0, 6 };
static const struct term_ui_options person = { .terminal = true, .prompt = true };

static void
a_secure_form_is_cleared_from_the_terminal_when_it_is_left(void **state)
{
	struct ykt_answers answers = { 0 };
	struct desk desk;
	const char *enter, *leave, *form;

	(void)state;
	desk_open(&desk, "13812345678\nopen sesame\n", person);
	assert_status(desk.term.port.protect(&desk.term, true), YKT_OK);
	assert_status(desk.term.port.ask(&desk.term, &login, &answers, 0), YKT_OK);
	assert_status(desk.term.port.protect(&desk.term, false), YKT_OK);
	desk.term.port.result(&desk.term, &result);
	enter = strstr(desk_text(&desk), ENTER);
	assert_non_null(enter);
	form = strstr(enter, "Phone number");
	assert_non_null(form);
	leave = strstr(form, LEAVE);
	assert_non_null(leave);
	/* What is said afterwards stays. */
	assert_non_null(strstr(leave, "Login done"));
	assert_null(strstr(leave + 1, ENTER));
	desk_close(&desk);
}

static void
the_keypad_is_cleared_too(void **state)
{
	struct desk desk;
	unsigned press = 99;
	const char *shown;

	(void)state;
	desk_open(&desk, "qweasd\n", person);
	assert_status(desk.term.port.protect(&desk.term, true), YKT_OK);
	assert_status(desk.term.port.keypad(&desk.term, &pad, &press, 0), YKT_OK);
	assert_int_equal(press, 0);
	assert_status(desk.term.port.protect(&desk.term, false), YKT_OK);
	shown = strstr(desk_text(&desk), "q=7");
	assert_non_null(shown);
	assert_true(strstr(desk.out, ENTER) < shown);
	assert_non_null(strstr(shown, LEAVE));
	desk_close(&desk);
}

/* A pipe keeps what it is given; a plain form may stay. */
static void
nothing_else_takes_the_alternate_screen(void **state)
{
	static const struct term_ui_options kinds[] = { { 0 }, { .terminal = true },
		{ .prompt = true } };
	struct ykt_answers answers = { 0 };
	struct ykt_screen plain = login;
	struct desk desk;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(kinds); i++) {
		desk_open(&desk, "13812345678\nopen sesame\n", kinds[i]);
		assert_status(desk.term.port.protect(&desk.term, true), YKT_OK);
		assert_status(desk.term.port.ask(&desk.term, &login, &answers, 0), YKT_OK);
		assert_status(desk.term.port.protect(&desk.term, false), YKT_OK);
		assert_null(strstr(desk_text(&desk), "1049"));
		desk_close(&desk);
	}
	plain.secure = false;
	desk_open(&desk, "13812345678\nopen sesame\n", person);
	assert_status(desk.term.port.ask(&desk.term, &plain, &answers, 0), YKT_OK);
	assert_null(strstr(desk_text(&desk), "1049"));
	desk_close(&desk);
}

/* A result that is secure, such as a ride code, is what the user wants to keep looking at. */
static void
a_secure_result_stays_on_the_terminal(void **state)
{
	struct ykt_screen code = result;
	struct desk desk;

	(void)state;
	code.secure = true;
	desk_open(&desk, "x", person);
	assert_status(desk.term.port.protect(&desk.term, true), YKT_OK);
	desk.term.port.result(&desk.term, &code);
	assert_status(desk.term.port.protect(&desk.term, false), YKT_OK);
	assert_null(strstr(desk_text(&desk), "1049"));
	desk_close(&desk);
}

static unsigned suspended;
static struct desk *suspended_desk;

/* Where a shell would stand: everything secure has left the terminal by now. */
static void
suspend(void)
{
	const char *text = desk_text(suspended_desk);
	const size_t len = strlen(text);

	assert_true(len >= strlen(LEAVE));
	assert_string_equal(text + len - strlen(LEAVE), LEAVE);
	suspended++;
}

static void
ctrl_z_clears_the_screen_and_what_was_typed(void **state)
{
	static const struct ykt_answers none;
	struct term_ui_options options = person;
	struct ykt_answers answers = { 0 };
	struct desk desk;
	unsigned press = 99;

	(void)state;
	options.suspend = suspend;
	suspended = 0;
	suspended_desk = &desk;
	desk_open(&desk, "13812345678\nopen ses\x1A", options);
	assert_status(desk.term.port.protect(&desk.term, true), YKT_OK);
	assert_status(desk.term.port.ask(&desk.term, &login, &answers, 0), YKT_HIDDEN);
	assert_int_equal(suspended, 1);
	assert_string_equal(answers.text[1], none.text[1]);
	assert_null(strstr(desk_text(&desk), "ses"));
	desk_close(&desk);

	/* At the pad: no press of it is left. */
	desk_open(&desk,
	    "qwe\x1A"
	    "asdzxc\n",
	    options);
	assert_status(desk.term.port.protect(&desk.term, true), YKT_OK);
	assert_status(desk.term.port.keypad(&desk.term, &pad, &press, 0), YKT_HIDDEN);
	assert_int_equal(suspended, 2);
	assert_int_equal(desk.term.press_count, 0);
	assert_status(desk.term.port.keypad(&desk.term, &pad, &press, 0), YKT_OK);
	assert_int_equal(press, 3);
	desk_close(&desk);
}

/* In a file or a pipe the byte is one like any other. */
static void
ctrl_z_means_nothing_without_a_person(void **state)
{
	struct ykt_answers answers = { 0 };
	struct desk desk;

	(void)state;
	desk_open(&desk, "138\nopen\x1Asesame\n", (struct term_ui_options){ 0 });
	assert_status(desk.term.port.ask(&desk.term, &login, &answers, 0), YKT_OK);
	assert_string_equal(answers.text[1], "open\x1Asesame");
	desk_close(&desk);
}

/* Both ends of a real terminal. */
static FILE *
terminal(int *ret_keyboard)
{
	int keyboard = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	int line;

	assert_true(keyboard >= 0);
	assert_int_equal(grantpt(keyboard), 0);
	assert_int_equal(unlockpt(keyboard), 0);
	line = open(ptsname(keyboard), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(line >= 0);
	*ret_keyboard = keyboard;

	return fdopen(line, "r+");
}

/* Types once the terminal was told that Ctrl-Z is no signal now. */
static pid_t
typist(int keyboard, const char *keys)
{
	struct termios now;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child != 0)
		return child;
	for (int i = 0; i < 5000; i++) {
		if (tcgetattr(keyboard, &now) == 0 && now.c_cc[VSUSP] == _POSIX_VDISABLE)
			_exit(write(keyboard, keys, strlen(keys)) > 0 ? 0 : 1);
		usleep(1000);
	}
	_exit(1);
}

static void
typed(pid_t child)
{
	int code = -1;

	assert_int_equal(waitpid(child, &code, 0), child);
	assert_int_equal(code, 0);
}

/* Without a line feed, and without the signal; the terminal is as it was afterwards. */
static void
a_real_terminal_hands_ctrl_z_over(void **state)
{
	struct termios before, after;
	struct term_ui_options options = person;
	struct desk desk;
	char line[64];
	pid_t child;
	int keyboard;
	FILE *in = terminal(&keyboard);

	(void)state;
	desk_start(&desk, in, options);
	assert_int_equal(tcgetattr(fileno(in), &before), 0);
	child = typist(keyboard, "open ses\x1A");
	assert_status(term_type(&desk.term, true, line, sizeof(line)), YKT_HIDDEN);
	typed(child);
	assert_string_equal(line, "");
	child = typist(keyboard, "next\n");
	assert_status(term_type(&desk.term, false, line, sizeof(line)), YKT_OK);
	typed(child);
	assert_string_equal(line, "next");
	assert_int_equal(tcgetattr(fileno(in), &after), 0);
	assert_int_equal(after.c_lflag, before.c_lflag);
	assert_int_equal(after.c_cc[VSUSP], before.c_cc[VSUSP]);
	assert_int_equal(after.c_cc[VEOL], before.c_cc[VEOL]);
	desk_close(&desk);
	close(keyboard);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secure_form_is_cleared_from_the_terminal_when_it_is_left),
		cmocka_unit_test(the_keypad_is_cleared_too),
		cmocka_unit_test(nothing_else_takes_the_alternate_screen),
		cmocka_unit_test(a_secure_result_stays_on_the_terminal),
		cmocka_unit_test(ctrl_z_clears_the_screen_and_what_was_typed),
		cmocka_unit_test(ctrl_z_means_nothing_without_a_person),
		cmocka_unit_test(a_real_terminal_hands_ctrl_z_over),
	};

	setlocale(LC_CTYPE, "C.UTF-8");

	return cmocka_run_group_tests(tests, NULL, NULL);
}
