/*
 * Kept screens.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/screen.h"

#include <string.h>

#include <ykt/secret.h>

static gpointer
boxed_ref(gpointer screen)
{
	return app_screen_ref(screen);
}

static void
boxed_unref(gpointer screen)
{
	app_screen_unref(screen);
}

/* Not by G_DEFINE_BOXED_TYPE(), whose union of function pointers is no ISO C. */
GType
app_screen_get_type(void)
{
	static gsize type;

	if (g_once_init_enter(&type))
		g_once_init_leave(
		    &type, g_boxed_type_register_static("AppScreen", boxed_ref, boxed_unref));

	return type;
}

static void
copy_field(AppField *out, const struct ykt_field *field)
{
	out->id = g_strdup(field->id);
	out->label = g_strdup(field->label);
	out->value = g_strdup(field->value);
	out->number = field->number;
	out->kind = field->kind;
}

AppScreen *
app_screen_new(const struct ykt_screen *screen)
{
	AppScreen *copy = g_atomic_rc_box_new0(AppScreen);

	copy->id = g_strdup(screen->id);
	copy->title = g_strdup(screen->title);
	copy->text = g_strdup(screen->text);
	copy->tone = screen->tone;
	copy->secure = screen->secure;
	copy->count = screen->field_count;
	copy->fields = g_new0(AppField, screen->field_count);
	for (gsize i = 0; i < screen->field_count; i++)
		copy_field(&copy->fields[i], &screen->fields[i]);

	return copy;
}

AppScreen *
app_screen_ref(AppScreen *screen)
{
	return g_atomic_rc_box_acquire(screen);
}

static void
clear(gpointer data)
{
	AppScreen *screen = data;

	for (gsize i = 0; i < screen->count; i++) {
		AppField *field = &screen->fields[i];

		if (screen->secure && field->value != NULL)
			ykt_wipe(field->value, strlen(field->value));
		g_free(field->id);
		g_free(field->label);
		g_free(field->value);
	}
	g_free(screen->fields);
	g_free(screen->id);
	g_free(screen->title);
	g_free(screen->text);
}

void
app_screen_unref(AppScreen *screen)
{
	g_atomic_rc_box_release_full(screen, clear);
}

const AppField *
app_screen_field(const AppScreen *screen, const char *id)
{
	for (gsize i = 0; i < screen->count; i++) {
		if (strcmp(screen->fields[i].id, id) == 0)
			return &screen->fields[i];
	}

	return NULL;
}

gboolean
app_field_is_input(const AppField *field)
{
	return field->kind == YKT_FIELD_INPUT || field->kind == YKT_FIELD_SECRET ||
	       field->kind == YKT_FIELD_CHECK;
}

gboolean
app_field_is_cell(const AppField *field)
{
	return strchr(field->id, '.') != NULL;
}

const char *
app_field_column(const AppField *field)
{
	const char *point = strchr(field->id, '.');

	return point != NULL ? point + 1 : field->id;
}

/* Of one table: the ids agree up to and with the point. */
static gboolean
same_table(const AppField *a, const AppField *b)
{
	gsize len = (gsize)(app_field_column(a) - a->id);

	return strncmp(a->id, b->id, len) == 0;
}

gboolean
app_screen_next_row(const AppScreen *screen, gsize *at, AppRow *ret_row)
{
	const AppField *first;
	gsize begin = *at;
	gsize end;

	while (begin < screen->count && !app_field_is_cell(&screen->fields[begin]))
		begin++;
	if (begin == screen->count)
		return FALSE;
	first = &screen->fields[begin];
	for (end = begin + 1; end < screen->count; end++) {
		const AppField *field = &screen->fields[end];

		if (!app_field_is_cell(field) || !same_table(first, field) ||
		    strcmp(first->id, field->id) == 0)
			break;
	}
	*ret_row = (AppRow){ first, end - begin };
	*at = end;

	return TRUE;
}

gsize
app_screen_row_count(const AppScreen *screen)
{
	AppRow row;
	gsize at = 0;
	gsize count = 0;

	while (app_screen_next_row(screen, &at, &row))
		count++;

	return count;
}

const AppField *
app_row_cell(const AppRow *row, const char *column)
{
	for (gsize i = 0; i < row->count; i++) {
		if (strcmp(app_field_column(&row->cells[i]), column) == 0)
			return &row->cells[i];
	}

	return NULL;
}

const char *
app_row_text(const AppRow *row, const char *column)
{
	const AppField *cell = app_row_cell(row, column);

	return cell != NULL && cell->value != NULL ? cell->value : "";
}
