/*
 * The keypad in a terminal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/term_keypad.h"

#include <stdio.h>
#include <string.h>

#include <ykt/secret.h>

#include "cli/term_secure.h"

#define TRIES     3
#define TYPED_MAX 64

/* Where the keys lie on most keyboards: three rows of three, and one below. */
static const char letters[YKT_KEYPAD_KEYS + 1] = "qweasdzxc ";

static const char *
text(const struct term_ui *term, const char *msgid)
{
	return messages_text(term->o.lang, msgid);
}

static void
print_pad(const struct term_ui *term, const struct ykt_keypad *pad)
{
	FILE *out = term->o.out;

	fprintf(out, "== %s ==\n", text(term, pad->label));
	if (pad->fault != NULL)
		fprintf(out, "%s%s%s\n", text(term, "Not accepted"), text(term, ": "),
		    text(term, pad->fault));
	fprintf(
	    out, "%s\n", text(term, "The keys are shuffled: type the letter beside each digit."));
	for (unsigned i = 0; i < YKT_KEYPAD_KEYS - 1; i++)
		fprintf(out, "  %c=%u%s", letters[i], pad->digit[i], i % 3 == 2 ? "\n" : "");
	fprintf(out, "  %s=%u\n", text(term, "space"), pad->digit[YKT_KEYPAD_KEYS - 1]);
	fflush(out);
}

/* The typed letters as positions; false when they are not exactly those that are wanted. */
static bool
take_letters(struct term_ui *term, const struct ykt_keypad *pad, const char *line)
{
	const size_t len = strlen(line);

	if (len != pad->wanted || len > TERM_PRESSES)
		return false;
	for (size_t i = 0; i < len; i++) {
		const char *at = strchr(letters, line[i]);

		if (at == NULL)
			return false;
		term->pressed[i] = (uint8_t)(at - letters);
	}
	term->press_count = len;

	return true;
}

/* Prepared digits, where they stand on this pad. */
static bool
take_digits(struct term_ui *term, const struct ykt_keypad *pad, const char *line)
{
	const size_t len = strlen(line);

	if (len != pad->wanted || len > TERM_PRESSES)
		return false;
	for (size_t i = 0; i < len; i++) {
		uint8_t at = 0;

		while (at < YKT_KEYPAD_KEYS && pad->digit[at] != (uint8_t)(line[i] - '0'))
			at++;
		if (at == YKT_KEYPAD_KEYS)
			return false;
		term->pressed[i] = at;
	}
	term->press_count = len;

	return true;
}

/* As many tries as a person gets. YKT_CANCELLED: none of them was a PIN. */
static enum ykt_status
type_letters(struct term_ui *term, const struct ykt_keypad *pad)
{
	enum ykt_status status = YKT_CANCELLED;
	char line[TYPED_MAX];
	bool have = false;

	for (int try = 0; !have && try < TRIES; try++) {
		print_pad(term, pad);
		status = term_type(term, true, line, sizeof(line));
		if (status != YKT_OK)
			break;
		have = take_letters(term, pad, line);
		if (!have)
			fprintf(term->o.out, "%s\n",
			    text(term, "Six of these letters are wanted, and nothing else."));
	}
	ykt_wipe(line, sizeof(line));
	if (status == YKT_OK && !have)
		status = YKT_CANCELLED;

	return status;
}

static enum ykt_status
fill(struct term_ui *term, const struct ykt_keypad *pad)
{
	char line[TYPED_MAX] = "";
	enum ykt_status status;

	term->press_taken = term->press_count = 0;
	if (term_prepared(term, pad->id, line, sizeof(line)))
		status = take_digits(term, pad, line) ? YKT_OK : YKT_CANCELLED;
	else {
		term_secure_enter(term, true);
		status = type_letters(term, pad);
		if (status == YKT_HIDDEN)
			term_secure_suspend(term);
	}
	ykt_wipe(line, sizeof(line));

	return status;
}

enum ykt_status
term_keypad(void *ctx, const struct ykt_keypad *pad, unsigned *ret_press, int64_t deadline_mono_ms)
{
	struct term_ui *term = ctx;
	enum ykt_status status = YKT_OK;

	(void)deadline_mono_ms; /* a person at a keyboard is waited for */
	if (pad->entered == 0) {
		term_end_progress(term);
		status = fill(term, pad);
	}
	if (status != YKT_OK)
		return status;
	if (term->press_taken >= term->press_count)
		return YKT_CANCELLED;
	*ret_press = term->pressed[term->press_taken];
	term->pressed[term->press_taken++] = 0;

	return YKT_OK;
}
