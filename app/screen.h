/*
 * A screen of the client, kept: a deep copy that may go from the worker's
 * thread to the window's. Values of secure screens are wiped with the last
 * reference.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_SCREEN_H
#define APP_SCREEN_H

#include <glib-object.h>

#include <ykt/driver/ui.h>

G_BEGIN_DECLS

typedef struct {
	char *id;
	char *label; /* message id */
	char *value; /* NULL where the kind has a number */
	gint64 number;
	enum ykt_field_kind kind;
} AppField;

typedef struct {
	char *id;
	char *title; /* message id */
	char *text;  /* message id, or NULL */
	AppField *fields;
	gsize count;
	enum ykt_screen_tone tone;
	gboolean secure;
} AppScreen;

/* One row of a table: cells whose ids begin with the table's name and a point. Borrowed. */
typedef struct {
	const AppField *cells;
	gsize count;
} AppRow;

AppScreen *app_screen_new(const struct ykt_screen *screen);
AppScreen *app_screen_ref(AppScreen *screen);
void app_screen_unref(AppScreen *screen);

#define APP_TYPE_SCREEN (app_screen_get_type())
GType app_screen_get_type(void);

/* By its whole id; NULL when the screen has none. */
const AppField *app_screen_field(const AppScreen *screen, const char *id);

gboolean app_field_is_input(const AppField *field);
gboolean app_field_is_cell(const AppField *field);
/* What stands behind the point; the id itself without one. */
const char *app_field_column(const AppField *field);

/*
 * The next row of any table from *at on (0 to begin with); FALSE behind the
 * last. A row begins with each repeat of its table's first column.
 */
gboolean app_screen_next_row(const AppScreen *screen, gsize *at, AppRow *ret_row);
gsize app_screen_row_count(const AppScreen *screen);
/* By the part behind the point; NULL when the row has none. */
const AppField *app_row_cell(const AppRow *row, const char *column);
/* The text of a cell, or "". */
const char *app_row_text(const AppRow *row, const char *column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AppScreen, app_screen_unref)

G_END_DECLS

#endif
