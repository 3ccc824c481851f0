/*
 * The results of several platforms on one screen. What does not fit any more is left out,
 * whole.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/all_ui.h"

#include <stdio.h>
#include <string.h>

/* Marks a message id: its Chinese is in po/. */
#define N_(text) text

#define TABLE_MAX 32

static void
all_show(void *ctx, const struct ykt_screen *screen)
{
	const struct ykt_ui *under = ((struct all_ui *)ctx)->under;

	under->show(under->ctx, screen);
}

static enum ykt_status
all_ask(void *ctx, const struct ykt_screen *screen, struct ykt_answers *ret_answers,
    int64_t deadline_mono_ms)
{
	const struct ykt_ui *under = ((struct all_ui *)ctx)->under;

	return under->ask(under->ctx, screen, ret_answers, deadline_mono_ms);
}

static bool
all_progress(void *ctx, const char *text, unsigned done, unsigned total)
{
	const struct ykt_ui *under = ((struct all_ui *)ctx)->under;

	return under->progress(under->ctx, text, done, total);
}

static enum ykt_status
all_keypad(void *ctx, const struct ykt_keypad *pad, unsigned *ret_press, int64_t deadline_mono_ms)
{
	const struct ykt_ui *under = ((struct all_ui *)ctx)->under;

	return under->keypad(under->ctx, pad, ret_press, deadline_mono_ms);
}

static enum ykt_status
all_protect(void *ctx, bool on)
{
	const struct ykt_ui *under = ((struct all_ui *)ctx)->under;

	return under->protect(under->ctx, on);
}

/* A copy that lives as long as the screen does. */
static const char *
keep(struct all_ui *all, const char *value)
{
	const size_t size = strlen(value) + 1;
	char *copy = all->values + all->used;

	if (size > sizeof(all->values) - all->used)
		return NULL;
	memcpy(copy, value, size);
	all->used += size;

	return copy;
}

static void
add(struct all_ui *all, const struct ykt_field *field)
{
	struct ykt_field copy = *field;

	if (field->value != NULL)
		copy.value = keep(all, field->value);
	if (all->count < ALL_FIELDS_MAX && (field->value == NULL || copy.value != NULL))
		all->fields[all->count++] = copy;
}

/* id: of the cell that names the platform. */
static void
add_name(struct all_ui *all, const char *id)
{
	const struct ykt_field field = {
		.id = id, .label = N_("Platform"), .kind = YKT_FIELD_TEXT, .value = all->name
	};
	const char *kept = keep(all, id);

	if (kept == NULL)
		return;
	add(all, &field);
	if (all->count > 0)
		all->fields[all->count - 1].id = kept;
}

/* The first cell of a row: the first of its table, and every one called the same. */
static bool
begins_row(const struct ykt_screen *screen, size_t at)
{
	const char *id = screen->fields[at].id, *point = strchr(id, '.');
	const size_t len = point != NULL ? (size_t)(point - id) + 1 : 0;

	for (size_t i = 0; len != 0 && i <= at; i++) {
		if (strncmp(screen->fields[i].id, id, len) == 0)
			return strcmp(screen->fields[i].id, id) == 0;
	}

	return false;
}

static void
add_cells(struct all_ui *all, const struct ykt_screen *screen)
{
	for (size_t i = 0; i < screen->field_count; i++) {
		const char *id = screen->fields[i].id, *point = strchr(id, '.');
		char cell[TABLE_MAX + sizeof(".platform")];

		if (begins_row(screen, i)) {
			snprintf(cell, sizeof(cell), "%.*s.platform", (int)(point - id), id);
			add_name(all, cell);
		}
		if (point != NULL)
			add(all, &screen->fields[i]);
	}
}

/* What stands in no table, under the platform's name; what was said, when it is not good. */
static void
add_plain(struct all_ui *all, const struct ykt_screen *screen)
{
	bool named = false;

	for (size_t i = 0; i < screen->field_count; i++) {
		if (strchr(screen->fields[i].id, '.') != NULL)
			continue;
		if (!named)
			add_name(all, "platform");
		named = true;
		add(all, &screen->fields[i]);
	}
	if (screen->tone == YKT_TONE_GOOD || screen->text == NULL)
		return;
	if (!named)
		add_name(all, "platform");
	add(all, &(struct ykt_field){
		     .id = "platform_text", .label = N_("Result"), .value = screen->text });
}

static enum ykt_screen_tone
worse(enum ykt_screen_tone a, enum ykt_screen_tone b)
{
	static const int rank[] = {
		[YKT_TONE_PLAIN] = 1, [YKT_TONE_GOOD] = 0, [YKT_TONE_WAIT] = 2, [YKT_TONE_BAD] = 3
	};

	return rank[a] >= rank[b] ? a : b;
}

static void
all_result(void *ctx, const struct ykt_screen *screen)
{
	struct all_ui *all = ctx;

	if (all->results++ == 0) {
		all->id = screen->id;
		all->title = screen->title;
		all->text = screen->text;
		all->tone = screen->tone;
	}
	if (all->text != NULL && (screen->text == NULL || strcmp(all->text, screen->text) != 0))
		all->text = NULL;
	all->tone = worse(all->tone, screen->tone);
	all->shown = true;
	add_cells(all, screen);
	add_plain(all, screen);
}

void
all_ui_init(struct all_ui *all, const struct ykt_ui *under)
{
	memset(all, 0, sizeof(*all));
	all->under = under;
	all->port = (struct ykt_ui){ .ctx = all,
		.show = all_show,
		.ask = all_ask,
		.progress = all_progress,
		.result = all_result,
		.keypad = under->keypad != NULL ? all_keypad : NULL,
		.protect = under->protect != NULL ? all_protect : NULL };
}

void
all_ui_platform(struct all_ui *all, const char *name)
{
	all->name = name;
	all->shown = false;
}

void
all_ui_away(struct all_ui *all)
{
	if (all->shown)
		return;
	add_name(all, "platform");
	add(all, &(struct ykt_field){ .id = "platform_text",
		     .label = N_("Result"),
		     .value = N_("It could not be asked.") });
	all->tone = worse(all->tone, YKT_TONE_BAD);
}

void
all_ui_end(struct all_ui *all)
{
	const struct ykt_screen screen = { .id = all->id != NULL ? all->id : "all_result",
		.title = all->title != NULL ? all->title : N_("All platforms"),
		.text = all->text,
		.tone = all->tone,
		.fields = all->fields,
		.field_count = all->count };

	all->under->result(all->under->ctx, &screen);
}
