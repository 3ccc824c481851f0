/*
 * A screen on a stream: a heading, what happened, then the fields in two columns
 * and the tables, as wide as the characters really are.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/term_print.h"

#include <string.h>

#include <libsmartcols.h>

#include <ykt/civil.h>
#include <ykt/money.h>

#include "cli/code_draw.h"
#include "cli/names.h"
#include "client/screens.h"

#define COLUMNS_MAX 8
#define TABLE_MAX   32 /* of a table's name */

static const char *
text(const struct term_ui_options *o, const char *msgid)
{
	return msgid[0] == '\0' ? "" : messages_text(o->lang, msgid);
}

static void
colour(const struct term_ui_options *o, const char *code)
{
	if (o->terminal)
		fprintf(o->out, "\033[%sm", code);
}

static bool
is_input(const struct ykt_field *field)
{
	return field->kind == YKT_FIELD_INPUT || field->kind == YKT_FIELD_SECRET ||
	       field->kind == YKT_FIELD_CHECK;
}

/* The value as people read it; either constant, or in buffer. */
static const char *
value_text(const struct term_ui_options *o, const struct ykt_field *field, char buffer[64])
{
	char fen[YKT_FEN_TEXT_MAX];

	switch (field->kind) {
	case YKT_FIELD_MONEY:
		ykt_fen_text(field->number, fen);
		snprintf(buffer, 64, "%s %s", fen, text(o, "yuan"));
		return buffer;
	case YKT_FIELD_TIME:
		if (field->number <= 0)
			return "";
		ykt_civil_text(field->number, buffer);
		return buffer;
	default:
		if (field->value == NULL)
			return "";
		if (strcmp(field->id, "record.stop") == 0) {
			const struct names_place place = names_stop(field->value);

			snprintf(buffer, 64, "%s %s", place.line, place.station);
			return buffer[0] == ' ' ? "" : buffer;
		}
		return client_value_is_message(field->id) ? text(o, field->value) : field->value;
	}
}

/* What comes from outside may hold anything: no control characters to a terminal. */
static void
clean(char *line)
{
	for (unsigned char *p = (unsigned char *)line; *p != '\0'; p++) {
		if (*p < 0x20 || *p == 0x7F || (p[0] == 0xC2 && p[1] >= 0x80 && p[1] < 0xA0))
			*p = '?';
	}
}

static void
set_cell(struct libscols_line *line, size_t column, const char *value)
{
	char copy[256];

	snprintf(copy, sizeof(copy), "%s", value);
	clean(copy);
	scols_line_set_data(line, column, copy);
}

static struct libscols_table *
table_new(const struct term_ui_options *o, bool headings)
{
	struct libscols_table *table = scols_new_table();

	if (table == NULL)
		return NULL;
	scols_table_set_stream(table, o->out);
	scols_table_enable_noheadings(table, headings ? 0 : 1);
	scols_table_set_column_separator(table, "  ");

	return table;
}

static void
table_end(const struct term_ui_options *o, struct libscols_table *table)
{
	scols_print_table(table);
	fputc('\n', o->out);
	scols_unref_table(table);
}

/* Fields without a point: label and value. */
static void
print_fields(const struct term_ui_options *o, const struct ykt_screen *screen)
{
	struct libscols_table *table = table_new(o, false);
	size_t lines = 0;

	if (table == NULL)
		return;
	scols_table_new_column(table, "", 0, 0);
	scols_table_new_column(table, "", 0, SCOLS_FL_WRAP);
	for (size_t i = 0; i < screen->field_count; i++) {
		const struct ykt_field *field = &screen->fields[i];
		struct libscols_line *line;
		char buffer[64];

		if (is_input(field) || strchr(field->id, '.') != NULL ||
		    field->kind == YKT_FIELD_CODE)
			continue;
		line = scols_table_new_line(table, NULL);
		if (line == NULL)
			break;
		set_cell(line, 0, text(o, field->label));
		set_cell(line, 1, value_text(o, field, buffer));
		lines++;
	}
	if (lines != 0)
		table_end(o, table);
	else
		scols_unref_table(table);
}

static bool
in_table(const struct ykt_field *field, const char *name)
{
	size_t len = strlen(name);

	return strncmp(field->id, name, len) == 0 && field->id[len] == '.';
}

/* The columns of a table are the cells of its first row. */
static size_t
columns(const struct term_ui_options *o, const struct ykt_screen *screen, size_t first,
    const char *name, const char *ids[COLUMNS_MAX], struct libscols_table *table)
{
	size_t count = 0;

	for (size_t i = first; i < screen->field_count && count < COLUMNS_MAX; i++) {
		const struct ykt_field *field = &screen->fields[i];

		if (!in_table(field, name) || (count > 0 && strcmp(field->id, ids[0]) == 0))
			break;
		ids[count++] = field->id;
		scols_table_new_column(table, text(o, field->label), 0,
		    field->kind == YKT_FIELD_MONEY ? SCOLS_FL_RIGHT : 0);
	}

	return count;
}

static void
print_table(const struct term_ui_options *o, const struct ykt_screen *screen, size_t first,
    const char *name)
{
	struct libscols_table *table = table_new(o, true);
	struct libscols_line *line = NULL;
	const char *ids[COLUMNS_MAX];
	size_t count;

	if (table == NULL)
		return;
	count = columns(o, screen, first, name, ids, table);
	for (size_t i = first; i < screen->field_count; i++) {
		const struct ykt_field *field = &screen->fields[i];
		char buffer[64];

		if (!in_table(field, name))
			continue;
		if (strcmp(field->id, ids[0]) == 0)
			line = scols_table_new_line(table, NULL);
		for (size_t c = 0; line != NULL && c < count; c++) {
			if (strcmp(field->id, ids[c]) == 0)
				set_cell(line, c, value_text(o, field, buffer));
		}
	}
	table_end(o, table);
}

/* Each table once, where its first cell stands. */
static void
print_tables(const struct term_ui_options *o, const struct ykt_screen *screen)
{
	char last[TABLE_MAX] = "";

	for (size_t i = 0; i < screen->field_count; i++) {
		const struct ykt_field *field = &screen->fields[i];
		const char *point = strchr(field->id, '.');
		char name[TABLE_MAX];

		if (point == NULL || (size_t)(point - field->id) >= sizeof(name))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(point - field->id), field->id);
		if (strcmp(name, last) == 0)
			continue;
		print_table(o, screen, i, name);
		memcpy(last, name, sizeof(last));
	}
}

static const char *
tone_colour(enum ykt_screen_tone tone)
{
	switch (tone) {
	case YKT_TONE_GOOD:
		return "32";
	case YKT_TONE_BAD:
		return "31";
	case YKT_TONE_WAIT:
		return "33";
	default:
		return "0";
	}
}

void
term_print_screen(const struct term_ui_options *o, const struct ykt_screen *screen)
{
	colour(o, "1");
	fprintf(o->out, "== %s ==\n", text(o, screen->title));
	colour(o, "0");
	if (screen->text != NULL) {
		colour(o, tone_colour(screen->tone));
		fprintf(o->out, "%s\n", text(o, screen->text));
		colour(o, "0");
	}
	for (size_t i = 0; i < screen->field_count; i++) {
		if (screen->fields[i].kind == YKT_FIELD_CODE)
			code_draw(o, screen->fields[i].value);
	}
	print_tables(o, screen);
	print_fields(o, screen);
}
