/*
 * The thread that has the client.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/worker.h"

#include <glib/gi18n.h>
#include <string.h>

#include <ykt/driver/clock.h>
#include <ykt/host.h>

#include "app/text.h"
#include "app/version.h"

#define STOP_WAIT_US  (3 * G_TIME_SPAN_SECOND)
#define WAIT_SLICE_MS 100

struct _AppWorker {
	GObject parent_instance;
	AppConfig *config;
	GThread *thread;

	/* Main thread. */
	struct ykt_client_info info;
	gboolean ready;
	gboolean needs_recovery;

	GMutex lock;
	GCond wake;
	GQueue jobs; /* AppJob */
	AppJob *current;
	gboolean stopping;
	gboolean ended;

	/* The thread's own. */
	enum ykt_profile profile;
	struct ykt_client_options options;
	const struct ykt_clock *host_clock;
	struct ykt_clock clock;
	struct ykt_ui port; /* what the client has */
	struct ykt_ui ui;   /* where it leads: to the job that runs */
	struct ykt_host *host;
	struct ykt_client *client;
};

enum { CHANGED, FAILED, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

G_DEFINE_FINAL_TYPE(AppWorker, app_worker, G_TYPE_OBJECT)

/* --- news for the main thread ---------------------------------------------------- */

typedef struct {
	AppWorker *worker;
	struct ykt_client_info info;
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
	worker->info = news->info;
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
	if (worker->client != NULL) {
		ykt_client_info(worker->client, &news->info);
		news->needs_recovery = ykt_client_recover_needed(worker->client);
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
	return ykt_clock_wall(((AppWorker *)ctx)->host_clock);
}

static int64_t
clock_mono(void *ctx)
{
	return ykt_clock_mono(((AppWorker *)ctx)->host_clock);
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

/* --- opening and closing ------------------------------------------------------------ */

static char *
why_no_host(const AppWorker *worker, const char *what, enum ykt_status status)
{
	if (status == YKT_BUSY)
		return g_strdup(_("Another program is using this account's folder. Close it, then "
				  "start again."));
	if (what != NULL && strcmp(what, "ca_file") == 0)
		return g_strdup_printf(
		    _("The certificates cannot be read: %s"), worker->config->ca);
	if (what != NULL && strcmp(what, "state_folder") == 0)
		return g_strdup_printf(_("This folder cannot be used: %s"), worker->config->state);

	return g_strdup_printf("%s (%s)", _("The client cannot start."), ykt_status_name(status));
}

static char *
why_no_client(enum ykt_status status)
{
	if (status == YKT_E_CORRUPT)
		return g_strdup(_("What is saved here was changed, or belongs to another device. "
				  "Nothing was written to it. Move the folder away and log in "
				  "again: the platform finishes open orders."));
	if (status == YKT_MISMATCH)
		return g_strdup(_("This folder belongs to a client of the other profile. Nothing "
				  "was written to it."));

	return g_strdup_printf("%s (%s)", _("The client cannot start."), ykt_status_name(status));
}

static enum ykt_status
open_client(AppWorker *worker)
{
	worker->port = (struct ykt_ui){
		.ctx = worker,
		.show = ui_show,
		.ask = ui_ask,
		.progress = ui_progress,
		.result = ui_result,
		.keypad = ui_keypad,
		.protect = ui_protect,
	};
	worker->options = (struct ykt_client_options){
		.ui = &worker->port,
		.profile = worker->profile,
		.edition = YKT_EDITION_2016,
		.version = APP_VERSION,
	};
	memcpy(worker->options.platform_pub, worker->config->platform_pub,
	    sizeof(worker->options.platform_pub));
	memcpy(worker->options.pin_pub, worker->config->pin_pub, sizeof(worker->options.pin_pub));
	ykt_host_fill(worker->host, &worker->options);
	worker->host_clock = worker->options.env.clock;
	worker->clock = (struct ykt_clock){ worker, clock_wall, clock_mono, clock_wait };
	worker->options.env.clock = &worker->clock;

	return ykt_client_new(&worker->options, &worker->client);
}

static gboolean
open_all(AppWorker *worker)
{
	const AppConfig *config = worker->config;
	const struct ykt_host_options at = {
		.platform = config->platform,
		.tsm = config->tsm,
		.psp = config->psp,
		.ca_file = config->ca,
		.state_folder = config->state,
		.se_address = config->se != NULL && *config->se != '\0' ? config->se : NULL,
	};
	const char *what = NULL;
	enum ykt_status status = ykt_host_open(&at, &worker->host, &what);

	if (status != YKT_OK) {
		tell(worker, why_no_host(worker, what, status));
		return FALSE;
	}
	status = open_client(worker);
	tell(worker, status != YKT_OK ? why_no_client(status) : NULL);

	return status == YKT_OK;
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

/* After a closed account the client can only be freed: a new one begins over the empty folder. */
static void
renew(AppWorker *worker)
{
	ykt_client_free(&worker->client);
	if (open_client(worker) != YKT_OK)
		tell(worker, g_strdup(_("The client cannot start.")));
}

static void
run_menu(AppWorker *worker, AppJob *job)
{
	const struct ykt_handset_options options = {
		.se = worker->options.se,
		.clock = worker->options.env.clock,
		.ui = &worker->port,
		.sms = worker->config->sms_centre,
		.lang = app_text_is_chinese() ? "zh" : "en",
	};

	app_job_run_menu(job, &options);
}

static gpointer
work(gpointer data)
{
	AppWorker *worker = data;
	AppJob *job;

	if (open_all(worker)) {
		while (worker->client != NULL && (job = next_job(worker)) != NULL) {
			worker->ui = app_job_ui(job);
			if (app_job_get_call(job) == app_call_menu())
				run_menu(worker, job);
			else
				app_job_run(job, worker->client, worker->options.env.clock);
			if (app_job_closed_account(job))
				renew(worker);
			tell(worker, NULL);
			drop_current(worker);
		}
	}
	ykt_client_free(&worker->client);
	ykt_host_close(&worker->host);
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

	return worker->config;
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

	return &worker->info;
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
	worker->profile = profile != YKT_PROFILE_KEPT ? profile : config->profile;
	worker->thread = g_thread_new("client", work, worker);

	return worker;
}
