/*
 * The thread that has the client: opens it, runs jobs one after another, closes
 * it. Jobs of the user go before quiet ones that wait.
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
const AppConfig *app_worker_get_config(AppWorker *worker);

gboolean app_worker_is_ready(AppWorker *worker);
/* As of the last "changed". */
const struct ykt_client_info *app_worker_get_info(AppWorker *worker);
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
