/*
 * A row with a day, and the calendar that a press on it shows below. Days are those of
 * UTC+8, as cards have them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_DAY_ROW_H
#define APP_DAY_ROW_H

#include <adwaita.h>

G_BEGIN_DECLS

/* At first it is so many days before today. The calendar is given back, for app_day_row_ms(). */
GtkWidget *app_day_row_add(GtkListBox *list, const char *title, guint days_ago);
/* The beginning of the day, UTC milliseconds. */
gint64 app_day_row_ms(GtkCalendar *calendar);

G_END_DECLS

#endif
