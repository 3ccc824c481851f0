/*
 * The program.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/application.h"

#include <glib/gi18n.h>
#include <malloc.h>

#include "app/selfcheck.h"
#include "app/version.h"
#include "app/window.h"
#include "app/worker.h"

#define SETTLED_S 2 /* by then the first page stands */

struct _AppApplication {
	AdwApplication parent_instance;
	AppWorker *worker;
	char *config_path;
	char *profile_name;
};

G_DEFINE_FINAL_TYPE(AppApplication, app_application, ADW_TYPE_APPLICATION)

/* NULL: *ret_fault says why. */
static AppWorker *
open_worker(AppApplication *app, char **ret_fault)
{
	enum ykt_profile profile = YKT_PROFILE_KEPT;
	AppConfig *config;

	if (app->config_path == NULL)
		app->config_path = app_config_find();
	if (app->config_path == NULL) {
		*ret_fault = g_strdup(_("There is no configuration yet. “make run” makes one."));
		return NULL;
	}
	if (app->profile_name != NULL && ykt_profile_of(app->profile_name, &profile) != YKT_OK) {
		*ret_fault = g_strdup_printf(_("No such profile: %s"), app->profile_name);
		return NULL;
	}
	config = app_config_read(app->config_path, ret_fault);

	return config != NULL ? app_worker_new(config, profile) : NULL;
}

/*
 * Every sign that is drawn is a ready picture among the resources. Without the
 * system's themes nothing loads librsvg, which is 10 MB.
 */
static void
use_own_signs(void)
{
	static const char *const nowhere[] = { NULL };
	static const char *const here[] = { "/org/yikatong/App/icons", NULL };
	GdkDisplay *display = gdk_display_get_default();
	GtkIconTheme *signs = display != NULL ? gtk_icon_theme_get_for_display(display) : NULL;

	if (signs == NULL)
		return;
	gtk_icon_theme_set_search_path(signs, nowhere);
	gtk_icon_theme_set_resource_path(signs, here);
}

/* What only the start needed goes back to the system. */
static gboolean
give_memory_back(gpointer data)
{
	(void)data;
#ifdef __GLIBC__
	malloc_trim(0);
#endif

	return G_SOURCE_REMOVE;
}

static void
app_application_startup(GApplication *application)
{
	G_APPLICATION_CLASS(app_application_parent_class)->startup(application);
	use_own_signs();
}

static void
app_application_activate(GApplication *application)
{
	AppApplication *app = APP_APPLICATION(application);
	GtkWindow *window = gtk_application_get_active_window(GTK_APPLICATION(application));
	g_autofree char *fault = NULL;

	if (window == NULL) {
		app->worker = open_worker(app, &fault);
		window = GTK_WINDOW(app_window_new(GTK_APPLICATION(application), app->worker));
		if (fault != NULL)
			app_window_fail(APP_WINDOW(window), fault);
	}
	gtk_window_present(window);
	g_timeout_add_seconds(SETTLED_S, give_memory_back, NULL);
}

static gint
app_application_handle_local_options(GApplication *application, GVariantDict *options)
{
	AppApplication *app = APP_APPLICATION(application);

	if (g_variant_dict_contains(options, "version")) {
		g_print("ykt-app %s\n", APP_VERSION);
		return 0;
	}
	g_variant_dict_lookup(options, "config", "^ay", &app->config_path);
	g_variant_dict_lookup(options, "profile", "s", &app->profile_name);
	if (g_variant_dict_contains(options, "selfcheck")) {
		if (app->config_path == NULL)
			app->config_path = app_config_find();
		return app->config_path != NULL ? app_selfcheck(app->config_path) : 2;
	}

	return -1;
}

static void
app_application_shutdown(GApplication *application)
{
	AppApplication *app = APP_APPLICATION(application);

	if (app->worker != NULL)
		app_worker_stop(app->worker);
	g_clear_object(&app->worker);
	G_APPLICATION_CLASS(app_application_parent_class)->shutdown(application);
}

static void
app_application_finalize(GObject *object)
{
	AppApplication *app = APP_APPLICATION(object);

	g_free(app->config_path);
	g_free(app->profile_name);
	G_OBJECT_CLASS(app_application_parent_class)->finalize(object);
}

static void
app_application_class_init(AppApplicationClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = app_application_finalize;
	G_APPLICATION_CLASS(klass)->startup = app_application_startup;
	G_APPLICATION_CLASS(klass)->activate = app_application_activate;
	G_APPLICATION_CLASS(klass)->handle_local_options = app_application_handle_local_options;
	G_APPLICATION_CLASS(klass)->shutdown = app_application_shutdown;
}

static void
app_application_init(AppApplication *app)
{
	static const GOptionEntry entries[] = {
		{ "config", 'c', 0, G_OPTION_ARG_FILENAME, NULL,
		    "the client's configuration (default: $YKT_STATE/client.json, var/client.json)",
		    "FILE" },
		{ "profile", 'p', 0, G_OPTION_ARG_STRING, NULL,
		    "with a secure element or without one", "se|seless" },
		{ "selfcheck", 0, 0, G_OPTION_ARG_NONE, NULL,
		    "compare this program with what was signed; the exit code says it", NULL },
		{ "version", 0, 0, G_OPTION_ARG_NONE, NULL, "print the version", NULL },
		{ 0 },
	};

	g_application_add_main_option_entries(G_APPLICATION(app), entries);
	gtk_application_set_accels_for_action(
	    GTK_APPLICATION(app), "win.back", (const char *const[]){ "Escape", "<Alt>Left", NULL });
	gtk_application_set_accels_for_action(
	    GTK_APPLICATION(app), "win.refresh", (const char *const[]){ "F5", "<Control>r", NULL });
	gtk_application_set_accels_for_action(
	    GTK_APPLICATION(app), "window.close", (const char *const[]){ "<Control>q", NULL });
}

AppApplication *
app_application_new(void)
{
	return g_object_new(APP_TYPE_APPLICATION, "application-id", APP_ID, "flags",
	    G_APPLICATION_NON_UNIQUE, "resource-base-path", "/org/yikatong/App", NULL);
}
