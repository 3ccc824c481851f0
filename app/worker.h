/*
 * The thread that has the clients, one for each platform of the user: opens them, runs
 * jobs one after another, closes them. Jobs of the user go before quiet ones that wait.
 *
 * Signals, on the main thread:
 *   changed                  what app_worker_get_info() says may be different
 *   failed (why)             the client could not be opened; a text for the user
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_WORKER_H
#define APP_WORKER_H

#include "app/config.h"
#include "app/job.h"

G_BEGIN_DECLS

#define APP_TYPE_WORKER (app_worker_get_type())
G_DECLARE_FINAL_TYPE(AppWorker, app_worker, APP, WORKER, GObject)

/* Takes the configuration; begins to open the client. */
AppWorker *app_worker_new(AppConfig *config, enum ykt_profile profile);
/* Of the platform that is worked at. */
const AppConfig *app_worker_get_config(AppWorker *worker);

/* The user's platforms, by index, and the one that is worked at: what is not a list, and of
 * no card, is asked of it. */
guint app_worker_platforms(AppWorker *worker);
const char *app_worker_platform_name(AppWorker *worker, guint i);
/* -1: none is called so. */
int app_worker_platform_find(AppWorker *worker, const char *name);
/* NULL: it could not be opened. As of the last "changed". */
const struct ykt_client_info *app_worker_platform_info(AppWorker *worker, guint i);
guint app_worker_get_platform(AppWorker *worker);
/* Emits "changed". */
void app_worker_set_platform(AppWorker *worker, guint i);

gboolean app_worker_is_ready(AppWorker *worker);
/* Of the platform that is worked at, as of the last "changed". */
const struct ykt_client_info *app_worker_get_info(AppWorker *worker);
/* Of any platform. */
gboolean app_worker_needs_recovery(AppWorker *worker);

/* Takes a reference. */
void app_worker_run(AppWorker *worker, AppJob *job);

/*
 * Cancels what runs and ends the thread. Waits a while; a client that is still
 * at work is left to the end of the process, which it is made for.
 */
void app_worker_stop(AppWorker *worker);

G_END_DECLS

#endif
