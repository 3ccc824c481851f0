/*
 * Rows of lists, built from data.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_ROWS_H
#define APP_ROWS_H

#include <adwaita.h>

#include "app/calls.h"
#include "app/screen.h"

G_BEGIN_DECLS

/* A row that does something; assistive technology has it as the action "press". */
#define APP_TYPE_ACTION_ROW (app_action_row_get_type())
G_DECLARE_FINAL_TYPE(AppActionRow, app_action_row, APP, ACTION_ROW, AdwActionRow)

/* An empty list with the look of one card. */
GtkWidget *app_rows_list(void);
/* What stands above a list. */
GtkWidget *app_rows_heading(const char *title);

/* The picture at the beginning of a row. */
GtkWidget *app_rows_icon(const char *name);
/* A function, which starts when it is pressed. */
GtkWidget *app_rows_call(const AppCall *call);
/* A label and its value; NULL where there is nothing to show. */
GtkWidget *app_rows_field(const AppField *field);

/*
 * The tables of a screen, each in the way that its kind deserves, behind the
 * last child of box. limit: at most so many rows, 0 for all. Gives the number
 * of rows.
 */
guint app_rows_tables(GtkBox *box, const AppScreen *screen, guint limit);

G_END_DECLS

#endif
