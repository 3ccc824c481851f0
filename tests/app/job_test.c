/*
 * The guard of secure screens, between the worker's thread and the window's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include "app/job.h"

static struct ykt_ui port;
static enum ykt_status answers[2];

static enum ykt_status
ask_twice(struct ykt_client *client, const char *const *args)
{
	(void)client;
	(void)args;
	answers[0] = port.protect(port.ctx, true);
	answers[1] = port.protect(port.ctx, false);

	return YKT_OK;
}

static const AppCall call = { .id = "test", .function = "test", .run = ask_twice };

struct world {
	GMainLoop *loop;
	AppJob *job;
	gboolean can;
	guint on;
	guint off;
};

static gboolean
protect(AppJob *job, gboolean on, struct world *w)
{
	(void)job;
	if (on)
		w->on++;
	else
		w->off++;

	return w->can;
}

static void
finished(AppJob *job, int status, struct world *w)
{
	(void)job;
	(void)status;
	g_main_loop_quit(w->loop);
}

static gpointer
work(gpointer data)
{
	app_job_run(data, NULL, NULL);

	return NULL;
}

static void
run(struct world *w, gboolean quiet, gboolean heard)
{
	GThread *thread;

	w->loop = g_main_loop_new(NULL, FALSE);
	w->job = app_job_new(&call, NULL, quiet);
	port = app_job_ui(w->job);
	answers[0] = answers[1] = YKT_E_ARG;
	if (heard)
		g_signal_connect(w->job, "protect", G_CALLBACK(protect), w);
	g_signal_connect(w->job, "finished", G_CALLBACK(finished), w);
	thread = g_thread_new("client", work, w->job);
	g_main_loop_run(w->loop);
	g_thread_join(thread);
	g_object_unref(w->job);
	g_main_loop_unref(w->loop);
}

static void
a_window_guards_before_a_secret_is_shown(void **state)
{
	struct world w = { .can = TRUE };

	(void)state;
	run(&w, FALSE, TRUE);
	assert_int_equal(answers[0], YKT_OK);
	assert_int_equal(answers[1], YKT_OK);
	assert_int_equal(w.on, 1);
	assert_int_equal(w.off, 1);
}

static void
a_window_that_cannot_is_shown_nothing(void **state)
{
	struct world w = { .can = FALSE };

	(void)state;
	run(&w, FALSE, TRUE);
	assert_int_equal(answers[0], YKT_E_DRIVER);
}

static void
without_a_window_nothing_is_shown(void **state)
{
	struct world w = { .can = TRUE };

	(void)state;
	run(&w, FALSE, FALSE);
	assert_int_equal(answers[0], YKT_E_DRIVER);
	assert_int_equal(w.on, 0);
}

/* What asks nobody draws nothing. */
static void
a_quiet_job_needs_no_guard(void **state)
{
	struct world w = { .can = FALSE };

	(void)state;
	run(&w, TRUE, TRUE);
	assert_int_equal(answers[0], YKT_OK);
	assert_int_equal(w.on, 0);
}

/* The window's thread may be waiting for the worker's to end: nobody waits for it. */
static void
a_cancelled_job_waits_for_no_window(void **state)
{
	AppJob *job = app_job_new(&call, NULL, FALSE);

	(void)state;
	port = app_job_ui(job);
	app_job_cancel(job);
	app_job_run(job, NULL, NULL);
	assert_int_equal(answers[0], YKT_E_DOWN);
	while (g_main_context_iteration(NULL, FALSE))
		continue;
	g_object_unref(job);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_window_guards_before_a_secret_is_shown),
		cmocka_unit_test(a_window_that_cannot_is_shown_nothing),
		cmocka_unit_test(without_a_window_nothing_is_shown),
		cmocka_unit_test(a_quiet_job_needs_no_guard),
		cmocka_unit_test(a_cancelled_job_waits_for_no_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
