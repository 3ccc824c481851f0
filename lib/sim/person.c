/*
 * The rider's part of every dialogue.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/person.h"

#include <stdio.h>
#include <string.h>

#define CODE_LEN 6

static void
show(void *ctx, const struct ykt_screen *screen)
{
	(void)ctx;
	(void)screen;
}

static const char *
answer_to(const struct person *person, const struct ykt_field *field)
{
	if (field->kind == YKT_FIELD_CHECK)
		return "1";
	if (strcmp(field->id, "phone") == 0)
		return person->phone;
	if (strcmp(field->id, "otp") == 0)
		return person->otp;
	if (strcmp(field->id, "name") == 0)
		return "rider";
	if (field->kind == YKT_FIELD_SECRET)
		return "a sentence that nobody guesses";
	return field->value == NULL ? "" : field->value;
}

static enum ykt_status
ask(void *ctx, const struct ykt_screen *screen, struct ykt_answers *ret_answers,
    int64_t deadline_mono_ms)
{
	const struct person *person = ctx;
	size_t next = 0;

	(void)deadline_mono_ms;
	memset(ret_answers, 0, sizeof(*ret_answers));
	for (size_t i = 0; i < screen->field_count; i++) {
		const struct ykt_field *field = &screen->fields[i];

		if (field->kind != YKT_FIELD_INPUT && field->kind != YKT_FIELD_SECRET &&
		    field->kind != YKT_FIELD_CHECK)
			continue;
		if (next == YKT_ANSWERS_MAX)
			return YKT_E_SPACE;
		(void)snprintf(
		    ret_answers->text[next++], YKT_ANSWER_MAX, "%s", answer_to(person, field));
	}
	return YKT_OK;
}

static bool
progress(void *ctx, const char *text, unsigned done, unsigned total)
{
	(void)ctx;
	(void)text;
	(void)done;
	(void)total;
	return false;
}

static void
result(void *ctx, const struct ykt_screen *screen)
{
	struct person *person = ctx;

	person->results++;
	person->last_tone = screen->tone;
	(void)snprintf(person->last, sizeof(person->last), "%s", screen->id);
}

void
person_init(struct person *person, const char *phone)
{
	memset(person, 0, sizeof(*person));
	(void)snprintf(person->phone, sizeof(person->phone), "%s", phone);
	person->port = (struct ykt_ui){
		.ctx = person, .show = show, .ask = ask, .progress = progress, .result = result
	};
}

void
person_sms(struct person *person, const char *text)
{
	size_t run = 0;

	for (const char *p = text; *p != '\0'; p++) {
		run = *p >= '0' && *p <= '9' ? run + 1 : 0;
		if (run == CODE_LEN && (p[1] < '0' || p[1] > '9')) {
			memcpy(person->otp, p + 1 - CODE_LEN, CODE_LEN);
			person->otp[CODE_LEN] = '\0';
			return;
		}
	}
}
