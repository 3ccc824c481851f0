/*
 * The window: the main pages, and what is pushed over them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_WINDOW_H
#define APP_WINDOW_H

#include <adwaita.h>

#include "app/worker.h"

G_BEGIN_DECLS

#define APP_TYPE_WINDOW (app_window_get_type())
G_DECLARE_FINAL_TYPE(AppWindow, app_window, APP, WINDOW, AdwApplicationWindow)

/* worker may be NULL: then app_window_fail() says why. */
AppWindow *app_window_new(GtkApplication *application, AppWorker *worker);

void app_window_fail(AppWindow *window, const char *why);

/*
 * Runs a function on a page of its own; args may be NULL: what is needed is asked there.
 * target may be NULL: the platform is the card's, or the one that is worked at.
 */
void app_window_start(
    AppWindow *window, const AppCall *call, const char *const *args, const AppTarget *target);

/* Runs one without a page; done has the result screen (or NULL). owner may go before. */
typedef void AppQueryDone(GObject *owner, const AppScreen *result, int status);
void app_window_query(AppWindow *window, const char *call_id, GObject *owner, AppQueryDone *done);
/* The same at this platform; -1: where everything is done that names no other. */
void app_window_query_at(
    AppWindow *window, const char *call_id, int platform, GObject *owner, AppQueryDone *done);

AppWorker *app_window_get_worker(AppWindow *window);

void app_window_push(AppWindow *window, GtkWidget *page);
void app_window_pop(AppWindow *window);
/* The window of any widget in it; NULL outside. */
AppWindow *app_window_of(GtkWidget *widget);

/* What is on the screen is secret until this is called with FALSE. Counts. */
void app_window_set_secret(AppWindow *window, gboolean secret);

G_END_DECLS

#endif
