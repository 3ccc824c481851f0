/*
 * One run of a function, seen from the window. The worker's thread reports; the
 * signals are emitted on the main thread:
 *
 *   progress (text, done, total)   a step began; text is a message id
 *   show (AppScreen)               a screen that goes on by itself
 *   ask (AppScreen)                answer with app_job_answer()
 *   keypad (AppPad)                answer with app_job_press()
 *   protect (on) -> gboolean       a secure screen is about to be shown, or is over: TRUE
 *                                  when the window guards it; the worker waits for that
 *   finished (status)              the result screen is app_job_get_result()
 *
 * A quiet job asks nobody: what would ask ends as cancelled.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_JOB_H
#define APP_JOB_H

#include <ykt/handset.h>

#include "app/calls.h"
#include "app/screen.h"

G_BEGIN_DECLS

/* A keypad at one showing. Whoever keeps it wipes it. */
typedef struct {
	char *label;
	char *fault;
	guint8 digit[YKT_KEYPAD_KEYS];
	guint entered;
	guint wanted;
} AppPad;

#define APP_TYPE_JOB (app_job_get_type())
G_DECLARE_FINAL_TYPE(AppJob, app_job, APP, JOB, GObject)

/* args: up to APP_ARGS_MAX texts, copied; an empty one is not said. */
AppJob *app_job_new(const AppCall *call, const char *const *args, gboolean quiet);

/* The platform that it is meant for, by its index in the worker; else whose the card is. */
void app_job_set_platform(AppJob *job, int platform);
/* -1: none was said. */
int app_job_get_platform(AppJob *job);
/* The card's digits that were said, or NULL. */
const char *app_job_get_card(AppJob *job);

const AppCall *app_job_get_call(AppJob *job);
/* Borrowed; NULL before the end. */
const AppScreen *app_job_get_result(AppJob *job);
gboolean app_job_is_quiet(AppJob *job);
/* TRUE when it closed the account, so that the client can only be freed. */
gboolean app_job_closed_account(AppJob *job);

/* The user's side. Copied; the caller wipes its own. */
void app_job_answer(AppJob *job, const struct ykt_answers *answers);
void app_job_press(AppJob *job, guint position);
/*
 * The window went to the background: a secure form or pad that is shown is given
 * back as hidden, and is asked again from nothing.
 */
void app_job_hide(AppJob *job);
/* What waits for the user ends at once; what works ends where the client says it is safe. */
void app_job_cancel(AppJob *job);
gboolean app_job_is_cancelled(AppJob *job);

/* The worker's side: its ui port, and the run itself, which blocks. */
struct ykt_ui app_job_ui(AppJob *job);
void app_job_run(AppJob *job, struct ykt_client *client, const struct ykt_clock *clock);
/* The same of all platforms, on one screen; ui leads to this job. */
void app_job_run_list(AppJob *job, const struct ykt_platform *platforms, gsize count,
    const struct ykt_ui *ui, const struct ykt_clock *clock);
/* Nobody is asked: the result says why (a message id). */
void app_job_refuse(AppJob *job, const char *why);
/* The same for the menu's row; the ui port in options leads to this job. */
void app_job_run_menu(AppJob *job, const struct ykt_handset_options *options);

G_END_DECLS

#endif
