/*
 * One run of a function.
 *
 * The worker's thread reports by idle sources and waits on a condition for the
 * user. Everything below "lock" is touched by both threads.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/job.h"

#include <string.h>

#include <ykt/driver/clock.h>
#include <ykt/mem.h>
#include <ykt/secret.h>

typedef enum { WAITS_NOT, WAITS_ANSWER, WAITS_PRESS } Waits;

struct _AppJob {
	GObject parent_instance;
	const AppCall *call;
	char *args[APP_ARGS_MAX];
	gboolean quiet;
	int platform;
	AppScreen *result;
	gboolean closed_account;

	GMutex lock;
	GCond wake;
	Waits waits;
	gboolean guard_told;
	gboolean guarded;
	gboolean answered;
	gboolean cancelled;
	gboolean hidden;
	struct ykt_answers answers;
	guint press;
	const struct ykt_clock *clock;
};

enum { PROGRESS, SHOW, ASK, KEYPAD, PROTECT, FINISHED, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

G_DEFINE_FINAL_TYPE(AppJob, app_job, G_TYPE_OBJECT)

/* --- from the worker to the window ------------------------------------------- */

typedef struct {
	AppJob *job;
	guint signal;
	AppScreen *screen;
	AppPad *pad;
	char *text;
	guint done;
	guint total;
	gboolean on;
	int status;
} Note;

static void
pad_free(AppPad *pad)
{
	g_free(pad->label);
	g_free(pad->fault);
	ykt_wipe(pad, sizeof(*pad));
	g_free(pad);
}

static void
note_free(gpointer data)
{
	Note *note = data;

	g_clear_pointer(&note->screen, app_screen_unref);
	g_clear_pointer(&note->pad, pad_free);
	g_free(note->text);
	g_object_unref(note->job);
	g_free(note);
}

static void
deliver_guard(AppJob *job, gboolean on)
{
	gboolean guarded = FALSE;

	g_signal_emit(job, signals[PROTECT], 0, on, &guarded);
	g_mutex_lock(&job->lock);
	job->guard_told = TRUE;
	job->guarded = guarded;
	g_cond_signal(&job->wake);
	g_mutex_unlock(&job->lock);
}

static gboolean
deliver(gpointer data)
{
	Note *note = data;
	AppJob *job = note->job;

	if (note->signal == PROGRESS)
		g_signal_emit(job, signals[PROGRESS], 0, note->text, note->done, note->total);
	else if (note->signal == KEYPAD)
		g_signal_emit(job, signals[KEYPAD], 0, note->pad);
	else if (note->signal == PROTECT)
		deliver_guard(job, note->on);
	else if (note->signal == FINISHED)
		g_signal_emit(job, signals[FINISHED], 0, note->status);
	else
		g_signal_emit(job, signals[note->signal], 0, note->screen);

	return G_SOURCE_REMOVE;
}

static Note *
note_new(AppJob *job, guint signal)
{
	Note *note = g_new0(Note, 1);

	note->job = g_object_ref(job);
	note->signal = signal;

	return note;
}

static void
send(Note *note)
{
	g_idle_add_full(G_PRIORITY_DEFAULT, deliver, note, note_free);
}

/* --- the ui port, on the worker's thread --------------------------------------- */

/* Until the user answered, or the deadline; the lock is held. */
static enum ykt_status
wait_for_user(AppJob *job, Waits waits, gint64 deadline_mono_ms)
{
	gint64 left_ms = deadline_mono_ms - ykt_clock_mono(job->clock);
	gint64 until = g_get_monotonic_time() + left_ms * 1000;
	enum ykt_status status = YKT_OK;

	job->waits = waits;
	job->answered = FALSE;
	job->hidden = FALSE;
	while (!job->answered && !job->cancelled && status == YKT_OK) {
		if (job->hidden)
			status = YKT_HIDDEN;
		else if (!g_cond_wait_until(&job->wake, &job->lock, until))
			status = YKT_E_DEADLINE;
	}
	job->waits = WAITS_NOT;

	return job->cancelled ? YKT_CANCELLED : status;
}

static void
ui_show(void *ctx, const struct ykt_screen *screen)
{
	AppJob *job = ctx;
	Note *note;

	if (job->quiet)
		return;
	note = note_new(job, SHOW);
	note->screen = app_screen_new(screen);
	send(note);
}

static enum ykt_status
ui_ask(void *ctx, const struct ykt_screen *screen, struct ykt_answers *ret_answers,
    int64_t deadline_mono_ms)
{
	AppJob *job = ctx;
	enum ykt_status status;
	Note *note;

	if (job->quiet)
		return YKT_CANCELLED;
	note = note_new(job, ASK);
	note->screen = app_screen_new(screen);
	g_mutex_lock(&job->lock);
	send(note);
	status = wait_for_user(job, WAITS_ANSWER, deadline_mono_ms);
	if (status == YKT_OK)
		*ret_answers = job->answers;
	ykt_wipe(&job->answers, sizeof(job->answers));
	g_mutex_unlock(&job->lock);

	return status;
}

static enum ykt_status
ui_keypad(void *ctx, const struct ykt_keypad *pad, unsigned *ret_press, int64_t deadline_mono_ms)
{
	AppJob *job = ctx;
	enum ykt_status status;
	Note *note;

	if (job->quiet)
		return YKT_CANCELLED;
	note = note_new(job, KEYPAD);
	note->pad = g_new0(AppPad, 1);
	note->pad->label = g_strdup(pad->label);
	note->pad->fault = g_strdup(pad->fault);
	memcpy(note->pad->digit, pad->digit, sizeof(note->pad->digit));
	note->pad->entered = pad->entered;
	note->pad->wanted = pad->wanted;
	g_mutex_lock(&job->lock);
	send(note);
	status = wait_for_user(job, WAITS_PRESS, deadline_mono_ms);
	if (status == YKT_OK)
		*ret_press = job->press;
	job->press = 0;
	g_mutex_unlock(&job->lock);

	return status;
}

/* No secret is on its way before the window says that it can cover it. */
static enum ykt_status
ui_protect(void *ctx, bool on)
{
	AppJob *job = ctx;
	enum ykt_status status = YKT_OK;
	Note *note;

	if (job->quiet)
		return YKT_OK;
	note = note_new(job, PROTECT);
	note->on = on;
	g_mutex_lock(&job->lock);
	job->guard_told = FALSE;
	send(note);
	while (!job->guard_told && !job->cancelled)
		g_cond_wait(&job->wake, &job->lock);
	if (!job->guard_told)
		status = YKT_E_DOWN;
	else if (on && !job->guarded)
		status = YKT_E_DRIVER;
	g_mutex_unlock(&job->lock);

	return status;
}

static bool
ui_progress(void *ctx, const char *text, unsigned done, unsigned total)
{
	AppJob *job = ctx;
	Note *note = note_new(job, PROGRESS);

	note->text = g_strdup(text);
	note->done = done;
	note->total = total;
	send(note);

	return app_job_is_cancelled(job);
}

static void
ui_result(void *ctx, const struct ykt_screen *screen)
{
	AppJob *job = ctx;

	g_clear_pointer(&job->result, app_screen_unref);
	job->result = app_screen_new(screen);
}

struct ykt_ui
app_job_ui(AppJob *job)
{
	return (struct ykt_ui){
		.ctx = job,
		.show = ui_show,
		.ask = ui_ask,
		.progress = ui_progress,
		.result = ui_result,
		.keypad = ui_keypad,
		.protect = ui_protect,
	};
}

void
app_job_run(AppJob *job, struct ykt_client *client, const struct ykt_clock *clock)
{
	Note *note = note_new(job, FINISHED);

	job->clock = clock;
	note->status = job->call->run(client, (const char *const *)job->args);
	job->closed_account =
	    note->status == YKT_OK && strcmp(job->call->function, "deregister") == 0;
	send(note);
}

void
app_job_run_list(AppJob *job, const struct ykt_platform *platforms, gsize count,
    const struct ykt_ui *ui, const struct ykt_clock *clock)
{
	const struct ykt_list_ask ask = app_call_ask(job->call, (const char *const *)job->args);
	Note *note = note_new(job, FINISHED);

	job->clock = clock;
	note->status = ykt_lists_show(platforms, count, &ask, &ykt_alloc_libc, ui);
	send(note);
}

void
app_job_refuse(AppJob *job, const char *why)
{
	const struct ykt_screen screen = { .id = "refused",
		.title = app_call_title(job->call),
		.text = why,
		.tone = YKT_TONE_BAD };
	Note *note = note_new(job, FINISHED);

	ui_result(job, &screen);
	note->status = YKT_E_ARG;
	send(note);
}

void
app_job_run_menu(AppJob *job, const struct ykt_handset_options *options)
{
	Note *note = note_new(job, FINISHED);

	job->clock = options->clock;
	note->status = ykt_handset_run(options);
	send(note);
}

/* --- the user's side ------------------------------------------------------------ */

void
app_job_answer(AppJob *job, const struct ykt_answers *answers)
{
	g_return_if_fail(APP_IS_JOB(job));
	g_mutex_lock(&job->lock);
	if (job->waits == WAITS_ANSWER) {
		job->answers = *answers;
		job->answered = TRUE;
		g_cond_signal(&job->wake);
	}
	g_mutex_unlock(&job->lock);
}

void
app_job_press(AppJob *job, guint position)
{
	g_return_if_fail(APP_IS_JOB(job));
	g_mutex_lock(&job->lock);
	if (job->waits == WAITS_PRESS && !job->answered) {
		job->press = position;
		job->answered = TRUE;
		g_cond_signal(&job->wake);
	}
	g_mutex_unlock(&job->lock);
}

void
app_job_hide(AppJob *job)
{
	g_return_if_fail(APP_IS_JOB(job));
	g_mutex_lock(&job->lock);
	job->hidden = TRUE;
	g_cond_signal(&job->wake);
	g_mutex_unlock(&job->lock);
}

void
app_job_cancel(AppJob *job)
{
	g_return_if_fail(APP_IS_JOB(job));
	g_mutex_lock(&job->lock);
	job->cancelled = TRUE;
	g_cond_signal(&job->wake);
	g_mutex_unlock(&job->lock);
}

gboolean
app_job_is_cancelled(AppJob *job)
{
	gboolean cancelled;

	g_return_val_if_fail(APP_IS_JOB(job), FALSE);
	g_mutex_lock(&job->lock);
	cancelled = job->cancelled;
	g_mutex_unlock(&job->lock);

	return cancelled;
}

void
app_job_set_platform(AppJob *job, int platform)
{
	g_return_if_fail(APP_IS_JOB(job));
	job->platform = platform;
}

int
app_job_get_platform(AppJob *job)
{
	return APP_IS_JOB(job) ? job->platform : -1;
}

const char *
app_job_get_card(AppJob *job)
{
	int card = app_call_card(job->call);

	return card >= 0 ? job->args[card] : NULL;
}

const AppCall *
app_job_get_call(AppJob *job)
{
	g_return_val_if_fail(APP_IS_JOB(job), NULL);

	return job->call;
}

const AppScreen *
app_job_get_result(AppJob *job)
{
	g_return_val_if_fail(APP_IS_JOB(job), NULL);

	return job->result;
}

gboolean
app_job_is_quiet(AppJob *job)
{
	g_return_val_if_fail(APP_IS_JOB(job), TRUE);

	return job->quiet;
}

gboolean
app_job_closed_account(AppJob *job)
{
	g_return_val_if_fail(APP_IS_JOB(job), FALSE);

	return job->closed_account;
}

/* --- the object ----------------------------------------------------------------- */

static void
app_job_finalize(GObject *object)
{
	AppJob *job = APP_JOB(object);

	for (gsize i = 0; i < APP_ARGS_MAX; i++)
		g_free(job->args[i]);
	g_clear_pointer(&job->result, app_screen_unref);
	g_mutex_clear(&job->lock);
	g_cond_clear(&job->wake);
	G_OBJECT_CLASS(app_job_parent_class)->finalize(object);
}

static void
app_job_class_init(AppJobClass *klass)
{
	GType type = G_TYPE_FROM_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = app_job_finalize;
	signals[PROGRESS] = g_signal_new("progress", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
	    G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_UINT, G_TYPE_UINT);
	signals[SHOW] = g_signal_new(
	    "show", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, APP_TYPE_SCREEN);
	signals[ASK] = g_signal_new(
	    "ask", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, APP_TYPE_SCREEN);
	signals[KEYPAD] = g_signal_new(
	    "keypad", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
	signals[PROTECT] = g_signal_new("protect", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
	    G_TYPE_BOOLEAN, 1, G_TYPE_BOOLEAN);
	signals[FINISHED] = g_signal_new(
	    "finished", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
app_job_init(AppJob *job)
{
	g_mutex_init(&job->lock);
	g_cond_init(&job->wake);
}

AppJob *
app_job_new(const AppCall *call, const char *const *args, gboolean quiet)
{
	AppJob *job = g_object_new(APP_TYPE_JOB, NULL);

	job->call = call;
	job->quiet = quiet;
	job->platform = -1;
	for (gsize i = 0; args != NULL && i < APP_ARGS_MAX; i++)
		job->args[i] = args[i] != NULL && *args[i] != '\0' ? g_strdup(args[i]) : NULL;

	return job;
}
