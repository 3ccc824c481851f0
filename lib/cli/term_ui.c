/*
 * The ui port in a terminal: questions, progress, and what a screen begins with.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include "cli/term_ui.h"

#include <string.h>

#include <ykt/secret.h>

#include "cli/term_keypad.h"
#include "cli/term_print.h"
#include "cli/term_secure.h"

#define TYPED_MAX 512
#define BAR_WIDTH 20
#define CODE_LEN  6

static const char *
text(const struct term_ui *term, const char *msgid)
{
	return messages_text(term->o.lang, msgid);
}

/* Leaves the line that the progress stands on. */
void
term_end_progress(struct term_ui *term)
{
	if (term->in_progress && term->o.terminal)
		fputs("\r\033[K", term->o.out);
	term->in_progress = false;
	term->step = NULL;
}

static bool
ui_progress(void *ctx, const char *step, unsigned done, unsigned total)
{
	struct term_ui *term = ctx;
	char bar[BAR_WIDTH + 1];
	unsigned full = total == 0 || done >= total ? BAR_WIDTH : BAR_WIDTH * done / total;

	if (term->o.quiet)
		return false;
	if (!term->o.terminal) {
		if (term->step == NULL || strcmp(term->step, step) != 0)
			fprintf(term->o.out, "... %s\n", text(term, step));
		term->step = step;
		return false;
	}
	memset(bar, '.', BAR_WIDTH);
	memset(bar, '#', full);
	bar[BAR_WIDTH] = '\0';
	fprintf(term->o.out, "\r\033[K[%s] %s", bar, text(term, step));
	fflush(term->o.out);
	term->in_progress = true;

	return false;
}

/* Without its line end; false at the end of the stream, or when a signal came. */
static bool
read_line(FILE *in, char *line, size_t size)
{
	size_t len;

	if (fgets(line, (int)size, in) == NULL)
		return false;
	len = strlen(line);
	/* The rest of a line that is too long belongs to nobody. */
	if (len + 1 == size && line[len - 1] != '\n') {
		int c;

		while ((c = getc(in)) != '\n' && c != EOF)
			continue;
	}
	while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
		line[--len] = '\0';

	return true;
}

/* An answer from the file of answers. The last line of a name counts. */
bool
term_prepared(struct term_ui *term, const char *id, char *line, size_t size)
{
	char found[TYPED_MAX];
	size_t len = strlen(id);
	bool have = false;

	if (term->o.answers == NULL)
		return false;
	rewind(term->o.answers);
	while (read_line(term->o.answers, found, sizeof(found))) {
		if (strncmp(found, id, len) != 0 || found[len] != '=')
			continue;
		snprintf(line, size, "%s", found + len + 1);
		have = true;
	}
	ykt_wipe(found, sizeof(found));

	return have;
}

/* The last six digits of the newest message to this phone. */
static bool
message_code(struct term_ui *term, char *line, size_t size)
{
	FILE *sink = term->o.sms_sink != NULL ? fopen(term->o.sms_sink, "r") : NULL;
	size_t phone_len = strlen(term->phone);
	char message[TYPED_MAX];
	bool have = false;

	if (sink == NULL)
		return false;
	while (read_line(sink, message, sizeof(message))) {
		size_t len = strlen(message);

		if (len < CODE_LEN || strncmp(message, term->phone, phone_len) != 0 ||
		    strspn(message + len - CODE_LEN, "0123456789") != CODE_LEN)
			continue;
		snprintf(line, size, "%s", message + len - CODE_LEN);
		have = true;
	}
	(void)fclose(sink);
	if (have)
		fprintf(term->o.out, "%s%s%s\n", text(term, "Message received (development)"),
		    text(term, ": "), line);
	ykt_wipe(message, sizeof(message));

	return have;
}

static void
prompt(struct term_ui *term, const struct ykt_field *field)
{
	const char *label = text(term, field->label);
	const char *colon = text(term, ": ");

	if (!term->o.prompt)
		return;
	if (field->kind == YKT_FIELD_CHECK)
		fprintf(term->o.out, "%s [y/N]%s", label, colon);
	else if (field->kind == YKT_FIELD_INPUT && field->value[0] != '\0')
		fprintf(term->o.out, "%s [%s]%s", label, field->value, colon);
	else
		fprintf(term->o.out, "%s%s", label, colon);
	fflush(term->o.out);
}

static bool
is_yes(const char *line)
{
	static const char *const words[] = { "y", "Y", "yes", "Yes", "YES", "1", "是", "同意" };

	for (size_t i = 0; i < YKT_ARRAY_LEN(words); i++) {
		if (strcmp(words[i], line) == 0)
			return true;
	}

	return false;
}

/* YKT_CANCELLED: there is nothing more to read. YKT_HIDDEN: Ctrl-Z. */
static enum ykt_status
answer(struct term_ui *term, const struct ykt_field *field, char *out, size_t size)
{
	bool check = field->kind == YKT_FIELD_CHECK;
	bool have = term_prepared(term, field->id, out, size);

	if (!have && check && term->o.yes) {
		fprintf(term->o.out, "%s%s%s\n", text(term, field->label), text(term, ": "),
		    text(term, "yes"));
		snprintf(out, size, "1");
		have = true;
	}
	if (!have && strcmp(field->id, "otp") == 0)
		have = message_code(term, out, size);
	if (!have) {
		enum ykt_status status;

		prompt(term, field);
		status = term_type(term, field->kind == YKT_FIELD_SECRET, out, size);
		if (status != YKT_OK)
			return status;
		if (out[0] == '\0' && field->kind == YKT_FIELD_INPUT)
			snprintf(out, size, "%s", field->value);
	}
	if (check)
		snprintf(out, size, "%s", is_yes(out) ? "1" : "0");
	if (strcmp(field->id, "phone") == 0)
		snprintf(term->phone, sizeof(term->phone), "%.*s", TERM_PHONE_MAX - 1, out);

	return YKT_OK;
}

static enum ykt_status
ui_ask(void *ctx, const struct ykt_screen *screen, struct ykt_answers *ret_answers,
    int64_t deadline_mono_ms)
{
	struct term_ui *term = ctx;
	enum ykt_status status = YKT_OK;
	size_t n = 0;

	(void)deadline_mono_ms; /* a person at a keyboard is waited for */
	term_end_progress(term);
	term_secure_enter(term, screen->secure);
	term_print_screen(&term->o, screen);
	for (size_t i = 0; i < screen->field_count && status == YKT_OK; i++) {
		const struct ykt_field *field = &screen->fields[i];

		if (field->kind != YKT_FIELD_INPUT && field->kind != YKT_FIELD_SECRET &&
		    field->kind != YKT_FIELD_CHECK)
			continue;
		if (n == YKT_ANSWERS_MAX)
			return YKT_E_DRIVER;
		status = answer(term, field, ret_answers->text[n], YKT_ANSWER_MAX);
		n++;
	}
	if (status == YKT_HIDDEN)
		term_secure_suspend(term);

	return status;
}

static void
ui_show(void *ctx, const struct ykt_screen *screen)
{
	struct term_ui *term = ctx;

	term_end_progress(term);
	term_secure_leave(term);
	term_print_screen(&term->o, screen);
	fflush(term->o.out);
}

static void
ui_result(void *ctx, const struct ykt_screen *screen)
{
	struct term_ui *term = ctx;

	term->results++;
	ui_show(ctx, screen);
}

void
term_ui_init(struct term_ui *term, const struct term_ui_options *options)
{
	memset(term, 0, sizeof(*term));
	term->o = *options;
	term->port = (struct ykt_ui){
		.ctx = term,
		.show = ui_show,
		.ask = ui_ask,
		.progress = ui_progress,
		.result = ui_result,
		.keypad = term_keypad,
		.protect = term_protect,
	};
}

void
term_ui_clear(struct term_ui *term)
{
	term_end_progress(term);
	term_secure_leave(term);
	ykt_wipe(term, sizeof(*term));
}
