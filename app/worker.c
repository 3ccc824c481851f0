/*
 * The thread that has the client.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/worker.h"

#include <glib/gi18n.h>
#include <string.h>

#include <ykt/driver/clock.h>

#include "app/platforms.h"
#include "app/text.h"

#define STOP_WAIT_US  (3 * G_TIME_SPAN_SECOND)
#define WAIT_SLICE_MS 100

struct _AppWorker {
	GObject parent_instance;
	AppConfig *config;
	GThread *thread;

	/* Main thread. */
	struct ykt_client_info infos[YKT_PLATFORMS_MAX];
	gboolean open[YKT_PLATFORMS_MAX];
	gboolean ready;
	gboolean needs_recovery;

	GMutex lock;
	GCond wake;
	GQueue jobs; /* AppJob */
	AppJob *current;
	guint chosen; /* the platform that is worked at */
	gboolean stopping;
	gboolean ended;

	/* The thread's own. */
	struct ykt_clock clock;
	struct ykt_ui port; /* what the clients have */
	struct ykt_ui ui;   /* where it leads: to the job that runs */
	AppPlatforms platforms;
};

enum { CHANGED, FAILED, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

G_DEFINE_FINAL_TYPE(AppWorker, app_worker, G_TYPE_OBJECT)

/* --- news for the main thread ---------------------------------------------------- */

typedef struct {
	AppWorker *worker;
	struct ykt_client_info infos[YKT_PLATFORMS_MAX];
	gboolean open[YKT_PLATFORMS_MAX];
	gboolean needs_recovery;
	char *fault; /* NULL: the client is open */
} News;

static void
news_free(gpointer data)
{
	News *news = data;

	g_object_unref(news->worker);
	g_free(news->fault);
	g_free(news);
}

static gboolean
news_deliver(gpointer data)
{
	News *news = data;
	AppWorker *worker = news->worker;

	worker->ready = news->fault == NULL;
	memcpy(worker->infos, news->infos, sizeof(worker->infos));
	memcpy(worker->open, news->open, sizeof(worker->open));
	worker->needs_recovery = news->needs_recovery;
	if (news->fault != NULL)
		g_signal_emit(worker, signals[FAILED], 0, news->fault);
	else
		g_signal_emit(worker, signals[CHANGED], 0);

	return G_SOURCE_REMOVE;
}

/* fault is taken; NULL: the client is open. */
static void
tell(AppWorker *worker, char *fault)
{
	News *news = g_new0(News, 1);

	news->worker = g_object_ref(worker);
	news->fault = fault;
	for (guint i = 0; i < worker->platforms.count; i++) {
		const struct ykt_client *client = worker->platforms.at[i].client;

		news->open[i] = client != NULL;
		if (client == NULL)
			continue;
		ykt_client_info(client, &news->infos[i]);
		news->needs_recovery |=
		    news->infos[i].logged_in && ykt_client_recover_needed(client);
	}
	g_idle_add_full(G_PRIORITY_DEFAULT, news_deliver, news, news_free);
}

/* --- the ui port: that of the job which runs --------------------------------------- */

static void
ui_show(void *ctx, const struct ykt_screen *screen)
{
	const struct ykt_ui *ui = &((AppWorker *)ctx)->ui;

	ui->show(ui->ctx, screen);
}

static enum ykt_status
ui_ask(void *ctx, const struct ykt_screen *screen, struct ykt_answers *ret_answers,
    int64_t deadline_mono_ms)
{
	const struct ykt_ui *ui = &((AppWorker *)ctx)->ui;

	return ui->ask(ui->ctx, screen, ret_answers, deadline_mono_ms);
}

static bool
ui_progress(void *ctx, const char *text, unsigned done, unsigned total)
{
	const struct ykt_ui *ui = &((AppWorker *)ctx)->ui;

	return ui->progress(ui->ctx, text, done, total);
}

static void
ui_result(void *ctx, const struct ykt_screen *screen)
{
	const struct ykt_ui *ui = &((AppWorker *)ctx)->ui;

	ui->result(ui->ctx, screen);
}

static enum ykt_status
ui_keypad(void *ctx, const struct ykt_keypad *pad, unsigned *ret_press, int64_t deadline_mono_ms)
{
	const struct ykt_ui *ui = &((AppWorker *)ctx)->ui;

	return ui->keypad(ui->ctx, pad, ret_press, deadline_mono_ms);
}

static enum ykt_status
ui_protect(void *ctx, bool on)
{
	const struct ykt_ui *ui = &((AppWorker *)ctx)->ui;

	return ui->protect(ui->ctx, on);
}

/* --- the clock port: the host's, but a wait ends when the program does ------------------ */

static int64_t
clock_wall(void *ctx)
{
	return ykt_clock_wall(((AppWorker *)ctx)->platforms.host_clock);
}

static int64_t
clock_mono(void *ctx)
{
	return ykt_clock_mono(((AppWorker *)ctx)->platforms.host_clock);
}

/* The lock is held. A ride code on show is given up at once: nothing hangs on it. */
static gboolean
given_up(AppWorker *worker)
{
	return worker->stopping ||
	       (worker->current != NULL && app_job_get_call(worker->current)->shows &&
		   app_job_is_cancelled(worker->current));
}

static enum ykt_status
clock_wait(void *ctx, int64_t until_mono_ms)
{
	AppWorker *worker = ctx;
	gboolean down;

	g_mutex_lock(&worker->lock);
	while (!(down = given_up(worker)) && clock_mono(worker) < until_mono_ms) {
		gint64 left_ms = MIN(until_mono_ms - clock_mono(worker), WAIT_SLICE_MS);

		g_cond_wait_until(
		    &worker->wake, &worker->lock, g_get_monotonic_time() + left_ms * 1000);
	}
	g_mutex_unlock(&worker->lock);

	return down ? YKT_E_DOWN : YKT_OK;
}

/* --- the thread ---------------------------------------------------------------------- */

/* The next job, which becomes the current one; NULL: stop. */
static AppJob *
next_job(AppWorker *worker)
{
	AppJob *job = NULL;

	g_mutex_lock(&worker->lock);
	while (!worker->stopping && g_queue_is_empty(&worker->jobs))
		g_cond_wait(&worker->wake, &worker->lock);
	if (!worker->stopping)
		job = g_queue_pop_head(&worker->jobs);
	worker->current = job;
	g_mutex_unlock(&worker->lock);

	return job;
}

static void
drop_current(AppWorker *worker)
{
	AppJob *job;

	g_mutex_lock(&worker->lock);
	job = g_steal_pointer(&worker->current);
	g_mutex_unlock(&worker->lock);
	g_object_unref(job);
}

static void
run_menu(AppWorker *worker, AppJob *job, const AppPlatform *platform)
{
	const struct ykt_handset_options options = {
		.se = platform->options.se,
		.clock = platform->options.env.clock,
		.ui = &worker->port,
		.sms = platform->config->sms_centre,
		.lang = app_text_is_chinese() ? "zh" : "en",
	};

	app_job_run_menu(job, &options);
}

static guint
chosen(AppWorker *worker)
{
	guint at;

	g_mutex_lock(&worker->lock);
	at = worker->chosen;
	g_mutex_unlock(&worker->lock);

	return at;
}

/* After a closed account the client can only be freed: a new one begins over the empty folder. */
static void
run_at(AppWorker *worker, AppJob *job, guint at)
{
	const AppPlatform *platform = &worker->platforms.at[at];

	if (app_job_get_call(job) == app_call_menu())
		run_menu(worker, job, platform);
	else
		app_job_run(job, platform->client, platform->options.env.clock);
	if (app_job_closed_account(job) && app_platforms_renew(&worker->platforms, at) != YKT_OK &&
	    at == 0)
		tell(worker, g_strdup(_("The client cannot start.")));
}

static void
run_job(AppWorker *worker, AppJob *job)
{
	struct ykt_platform list[YKT_PLATFORMS_MAX];
	gsize count = app_platforms_list(&worker->platforms, list);
	const char *fault;
	guint at = chosen(worker);

	worker->ui = app_job_ui(job);
	if (app_job_get_call(job)->list != 0 && count > 1) {
		app_job_run_list(job, list, count, &worker->port, &worker->clock);
		return;
	}
	fault = app_platforms_find(
	    &worker->platforms, app_job_get_platform(job), app_job_get_card(job), &at);
	if (fault != NULL)
		app_job_refuse(job, fault);
	else
		run_at(worker, job, at);
}

static gpointer
work(gpointer data)
{
	AppWorker *worker = data;
	char *fault = app_platforms_open(&worker->platforms, worker->config);
	gboolean open = fault == NULL;
	AppJob *job;

	tell(worker, fault);
	while (open && worker->platforms.at[0].client != NULL && (job = next_job(worker)) != NULL) {
		run_job(worker, job);
		tell(worker, NULL);
		drop_current(worker);
	}
	app_platforms_close(&worker->platforms);
	g_mutex_lock(&worker->lock);
	worker->ended = TRUE;
	g_cond_broadcast(&worker->wake);
	g_mutex_unlock(&worker->lock);

	return NULL;
}

void
app_worker_run(AppWorker *worker, AppJob *job)
{
	g_return_if_fail(APP_IS_WORKER(worker));
	g_mutex_lock(&worker->lock);
	if (app_job_is_quiet(job))
		g_queue_push_tail(&worker->jobs, g_object_ref(job));
	else
		g_queue_push_head(&worker->jobs, g_object_ref(job));
	g_cond_signal(&worker->wake);
	g_mutex_unlock(&worker->lock);
}

void
app_worker_stop(AppWorker *worker)
{
	gint64 until = g_get_monotonic_time() + STOP_WAIT_US;
	gboolean waiting = TRUE;

	g_return_if_fail(APP_IS_WORKER(worker));
	if (worker->thread == NULL)
		return;
	g_mutex_lock(&worker->lock);
	worker->stopping = TRUE;
	if (worker->current != NULL)
		app_job_cancel(worker->current);
	g_cond_broadcast(&worker->wake);
	while (!worker->ended && waiting)
		waiting = g_cond_wait_until(&worker->wake, &worker->lock, until);
	g_mutex_unlock(&worker->lock);
	if (worker->ended)
		g_thread_join(g_steal_pointer(&worker->thread));
	else
		g_thread_unref(g_steal_pointer(&worker->thread));
}

const AppConfig *
app_worker_get_config(AppWorker *worker)
{
	g_return_val_if_fail(APP_IS_WORKER(worker), NULL);

	return app_platforms_config(worker->config, worker->chosen);
}

guint
app_worker_platforms(AppWorker *worker)
{
	g_return_val_if_fail(APP_IS_WORKER(worker), 0);

	return app_platforms_count(worker->config);
}

const char *
app_worker_platform_name(AppWorker *worker, guint i)
{
	g_return_val_if_fail(APP_IS_WORKER(worker), NULL);

	return app_platforms_config(worker->config, i)->name;
}

int
app_worker_platform_find(AppWorker *worker, const char *name)
{
	g_return_val_if_fail(APP_IS_WORKER(worker), -1);
	for (guint i = 0; name != NULL && i < app_worker_platforms(worker); i++) {
		if (strcmp(app_worker_platform_name(worker, i), name) == 0)
			return (int)i;
	}

	return -1;
}

const struct ykt_client_info *
app_worker_platform_info(AppWorker *worker, guint i)
{
	g_return_val_if_fail(APP_IS_WORKER(worker), NULL);

	return worker->open[i] ? &worker->infos[i] : NULL;
}

guint
app_worker_get_platform(AppWorker *worker)
{
	g_return_val_if_fail(APP_IS_WORKER(worker), 0);

	return worker->chosen;
}

void
app_worker_set_platform(AppWorker *worker, guint i)
{
	g_return_if_fail(APP_IS_WORKER(worker));
	g_mutex_lock(&worker->lock);
	worker->chosen = i;
	g_mutex_unlock(&worker->lock);
	g_signal_emit(worker, signals[CHANGED], 0);
}

gboolean
app_worker_is_ready(AppWorker *worker)
{
	g_return_val_if_fail(APP_IS_WORKER(worker), FALSE);

	return worker->ready;
}

const struct ykt_client_info *
app_worker_get_info(AppWorker *worker)
{
	g_return_val_if_fail(APP_IS_WORKER(worker), NULL);

	return &worker->infos[worker->chosen];
}

gboolean
app_worker_needs_recovery(AppWorker *worker)
{
	g_return_val_if_fail(APP_IS_WORKER(worker), FALSE);

	return worker->needs_recovery;
}

/* --- the object ------------------------------------------------------------------------ */

static void
app_worker_finalize(GObject *object)
{
	AppWorker *worker = APP_WORKER(object);

	g_queue_clear_full(&worker->jobs, g_object_unref);
	g_mutex_clear(&worker->lock);
	g_cond_clear(&worker->wake);
	g_clear_pointer(&worker->config, app_config_free);
	G_OBJECT_CLASS(app_worker_parent_class)->finalize(object);
}

static void
app_worker_class_init(AppWorkerClass *klass)
{
	GType type = G_TYPE_FROM_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = app_worker_finalize;
	signals[CHANGED] =
	    g_signal_new("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	signals[FAILED] = g_signal_new(
	    "failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
app_worker_init(AppWorker *worker)
{
	g_mutex_init(&worker->lock);
	g_cond_init(&worker->wake);
	g_queue_init(&worker->jobs);
}

AppWorker *
app_worker_new(AppConfig *config, enum ykt_profile profile)
{
	AppWorker *worker = g_object_new(APP_TYPE_WORKER, NULL);

	worker->config = config;
	worker->clock = (struct ykt_clock){ worker, clock_wall, clock_mono, clock_wait };
	worker->port = (struct ykt_ui){
		.ctx = worker,
		.show = ui_show,
		.ask = ui_ask,
		.progress = ui_progress,
		.result = ui_result,
		.keypad = ui_keypad,
		.protect = ui_protect,
	};
	worker->platforms =
	    (AppPlatforms){ .ui = &worker->port, .clock = &worker->clock, .profile = profile };
	worker->thread = g_thread_new("client", work, worker);

	return worker;
}
