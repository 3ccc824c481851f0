/*
 * Rows about the user's payment platforms, where there are several.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_PLATFORM_ROWS_H
#define APP_PLATFORM_ROWS_H

#include <adwaita.h>

#include "app/screen.h"
#include "app/worker.h"

G_BEGIN_DECLS

/* Which platform could not be asked for what the screen shows, and why: a row each. */
guint app_platform_rows_faults(GtkBox *box, const AppScreen *screen);

/* The platforms to choose from, under a heading; nothing with one alone. */
void app_platform_rows_choice(GtkBox *box, AppWorker *worker);

/* What those rows say, as one text that changes when they do; to free. */
char *app_platform_rows_state(AppWorker *worker);

/* TRUE for a screen of several platforms. */
gboolean app_platform_rows_joined(const AppScreen *screen);

G_END_DECLS

#endif
