/*
 * The window.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/window.h"

#include <glib/gi18n.h>

#include "app/about.h"
#include "app/fit.h"
#include "app/flow_page.h"
#include "app/home_page.h"
#include "app/services_page.h"
#include "app/shown.h"
#include "app/trips_page.h"
#include "app/welcome_page.h"

struct _AppWindow {
	AdwApplicationWindow parent_instance;
	AppWorker *worker;
	guint secrets;
	GPtrArray *gone; /* pages that slide out; removed when the slide is over */
	guint narrow;    /* an idle source, or 0 */

	GtkWidget *cover;
	AdwToastOverlay *toasts;
	AdwLeaflet *pages;
	GtkStack *front;
	AdwStatusPage *fault;
	AdwViewSwitcherTitle *switcher_title;
	AdwViewSwitcherBar *switcher_bar;
	AdwViewStack *tabs;
	AppWelcomePage *welcome;
	AppHomePage *home;
	AppTripsPage *trips;
	AppServicesPage *services;
	AppServicesPage *me;
};

G_DEFINE_FINAL_TYPE(AppWindow, app_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- tabs: above in a wide window, below in a narrow one ------------------------------- */

static gboolean
show_bar(gpointer data)
{
	AppWindow *window = data;

	window->narrow = 0;
	adw_view_switcher_bar_set_reveal(window->switcher_bar,
	    adw_view_switcher_title_get_title_visible(window->switcher_title));

	return G_SOURCE_REMOVE;
}

/*
 * It is found while the window is laid out. What is shown at once then, as it is without
 * animations, would get no place: it is shown before the next picture.
 */
static void
on_narrow(AppWindow *window)
{
	if (window->narrow == 0)
		window->narrow = g_idle_add_full(G_PRIORITY_HIGH_IDLE, show_bar, window, NULL);
}

/* --- pages over the main one ---------------------------------------------------- */

static void
remove_gone(AppWindow *window)
{
	for (guint i = 0; i < window->gone->len; i++)
		adw_leaflet_remove(window->pages, g_ptr_array_index(window->gone, i));
	g_ptr_array_set_size(window->gone, 0);
}

static void
on_transition(AppWindow *window)
{
	if (!adw_leaflet_get_child_transition_running(window->pages))
		remove_gone(window);
}

void
app_window_push(AppWindow *window, GtkWidget *page)
{
	g_return_if_fail(APP_IS_WINDOW(window));
	app_fit(page);
	adw_leaflet_append(window->pages, page);
	adw_leaflet_set_visible_child(window->pages, page);
	gtk_widget_child_focus(page, GTK_DIR_TAB_FORWARD);
}

void
app_window_pop(AppWindow *window)
{
	GtkWidget *page;
	GtkWidget *before;

	g_return_if_fail(APP_IS_WINDOW(window));
	page = adw_leaflet_get_visible_child(window->pages);
	before = adw_leaflet_get_adjacent_child(window->pages, ADW_NAVIGATION_DIRECTION_BACK);
	if (before == NULL)
		return;
	adw_leaflet_set_visible_child(window->pages, before);
	g_ptr_array_add(window->gone, page);
	if (!adw_leaflet_get_child_transition_running(window->pages))
		remove_gone(window);
}

static void
go_back(GtkWidget *widget, const char *action, GVariant *parameter)
{
	AppWindow *window = APP_WINDOW(widget);
	GtkWidget *page = adw_leaflet_get_visible_child(window->pages);

	(void)action;
	(void)parameter;
	if (APP_IS_FLOW_PAGE(page))
		app_flow_page_leave(APP_FLOW_PAGE(page));
	else
		app_window_pop(window);
}

/* --- functions -------------------------------------------------------------------- */

void
app_window_start(
    AppWindow *window, const AppCall *call, const char *const *args, const AppTarget *target)
{
	g_return_if_fail(APP_IS_WINDOW(window));
	if (window->worker == NULL)
		return;
	app_window_push(window, GTK_WIDGET(app_flow_page_new(window->worker, call, args,
				    app_home_page_has_several_cards(window->home), target)));
}

static void
start_call(GtkWidget *widget, const char *action, GVariant *parameter)
{
	const AppCall *call = app_call_find(g_variant_get_string(parameter, NULL));
	AppWindow *window = APP_WINDOW(widget);
	AppTarget target = { NULL, NULL };
	gboolean home = g_strcmp0(adw_view_stack_get_visible_child_name(window->tabs), "home") == 0;

	(void)action;
	if (call == NULL)
		return;
	/* On the first page a function is for the card that is in front. */
	if (home && app_call_card(call) >= 0)
		app_home_page_in_front(window->home, &target);
	app_window_start(window, call, NULL, &target);
}

typedef struct {
	GWeakRef owner;
	AppQueryDone *done;
} Query;

static void
query_free(gpointer data, GClosure *closure)
{
	Query *query = data;

	(void)closure;
	g_weak_ref_clear(&query->owner);
	g_free(query);
}

static void
query_finished(AppJob *job, int status, gpointer data)
{
	Query *query = data;
	g_autoptr(GObject) owner = g_weak_ref_get(&query->owner);

	if (owner == NULL)
		return;
	query->done(owner, app_job_get_result(job), status);
	if (GTK_IS_WIDGET(owner))
		app_fit(GTK_WIDGET(owner));
}

void
app_window_query(AppWindow *window, const char *call_id, GObject *owner, AppQueryDone *done)
{
	app_window_query_at(window, call_id, -1, owner, done);
}

void
app_window_query_at(
    AppWindow *window, const char *call_id, int platform, GObject *owner, AppQueryDone *done)
{
	const AppCall *call = app_call_find(call_id);
	g_autoptr(AppJob) job = NULL;
	Query *query;

	g_return_if_fail(APP_IS_WINDOW(window));
	if (window->worker == NULL || call == NULL)
		return;
	query = g_new0(Query, 1);
	g_weak_ref_init(&query->owner, owner);
	query->done = done;
	job = app_job_new(call, NULL, TRUE);
	app_job_set_platform(job, platform);
	g_signal_connect_data(job, "finished", G_CALLBACK(query_finished), query, query_free, 0);
	app_worker_run(window->worker, job);
}

/* --- the main page ------------------------------------------------------------------ */

static void
refresh(AppWindow *window)
{
	app_home_page_refresh(window->home, window);
	app_trips_page_forget(window->trips);
	if (g_strcmp0(adw_view_stack_get_visible_child_name(window->tabs), "trips") == 0)
		app_trips_page_show(window->trips, window);
}

static void
do_refresh(GtkWidget *widget, const char *action, GVariant *parameter)
{
	(void)action;
	(void)parameter;
	refresh(APP_WINDOW(widget));
}

static void
on_tab(AppWindow *window)
{
	if (g_strcmp0(adw_view_stack_get_visible_child_name(window->tabs), "trips") == 0)
		app_trips_page_show(window->trips, window);
}

static void
on_worker_changed(AppWindow *window)
{
	const struct ykt_client_info *info = app_worker_get_info(window->worker);
	gboolean known = FALSE;

	for (guint i = 0; i < app_worker_platforms(window->worker); i++) {
		const struct ykt_client_info *one = app_worker_platform_info(window->worker, i);

		known = known || (one != NULL && (one->registered || one->logged_in));
	}
	app_services_page_fill(window->services, window->worker, FALSE);
	app_services_page_fill(window->me, window->worker, TRUE);
	app_home_page_set_info(window->home, window->worker);
	app_welcome_page_set_profile(window->welcome, info->profile);
	gtk_stack_set_visible_child_name(window->front, known ? "tabs" : "welcome");
}

/* What a function changed is shown as it is now. */
static void
on_flow_over(GtkWidget *widget, const char *action, GVariant *parameter)
{
	(void)action;
	(void)parameter;
	app_window_pop(APP_WINDOW(widget));
	refresh(APP_WINDOW(widget));
}

/* What a result tells the user to do next takes the place of its page. */
static void
start_next(GtkWidget *widget, const char *action, GVariant *parameter)
{
	AppWindow *window = APP_WINDOW(widget);
	GtkWidget *page = adw_leaflet_get_visible_child(window->pages);
	int at = APP_IS_FLOW_PAGE(page) ? app_flow_page_get_platform(APP_FLOW_PAGE(page)) : -1;
	const AppCall *call = app_call_find(g_variant_get_string(parameter, NULL));
	const AppTarget target = { NULL,
		at >= 0 ? app_worker_platform_name(window->worker, (guint)at) : NULL };

	(void)action;
	app_window_pop(window);
	if (call != NULL)
		app_window_start(window, call, NULL, &target);
}

static void
show_about(GtkWidget *widget, const char *action, GVariant *parameter)
{
	(void)action;
	(void)parameter;
	app_about_show(GTK_WINDOW(widget));
}

void
app_window_fail(AppWindow *window, const char *why)
{
	g_return_if_fail(APP_IS_WINDOW(window));
	adw_status_page_set_description(window->fault, why);
	gtk_stack_set_visible_child_name(window->front, "fault");
}

/* --- secrets --------------------------------------------------------------------------- */

static void
update_cover(AppWindow *window)
{
	gboolean covered = window->secrets > 0 && !gtk_window_is_active(GTK_WINDOW(window));

	gtk_widget_set_visible(window->cover, covered);
	gtk_accessible_update_state(
	    GTK_ACCESSIBLE(window->toasts), GTK_ACCESSIBLE_STATE_HIDDEN, covered, -1);
}

void
app_window_set_secret(AppWindow *window, gboolean secret)
{
	g_return_if_fail(APP_IS_WINDOW(window));
	if (secret)
		window->secrets++;
	else if (window->secrets > 0)
		window->secrets--;
	update_cover(window);
}

/* --- the object -------------------------------------------------------------------------- */

AppWindow *
app_window_of(GtkWidget *widget)
{
	GtkRoot *root = gtk_widget_get_root(widget);

	return APP_IS_WINDOW(root) ? APP_WINDOW(root) : NULL;
}

AppWorker *
app_window_get_worker(AppWindow *window)
{
	g_return_val_if_fail(APP_IS_WINDOW(window), NULL);

	return window->worker;
}

static void
app_window_dispose(GObject *object)
{
	AppWindow *window = APP_WINDOW(object);

	if (window->worker != NULL)
		g_signal_handlers_disconnect_by_data(window->worker, window);
	g_clear_object(&window->worker);
	g_clear_handle_id(&window->narrow, g_source_remove);
	g_clear_pointer(&window->gone, g_ptr_array_unref);
	G_OBJECT_CLASS(app_window_parent_class)->dispose(object);
}

static void
app_window_class_init(AppWindowClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = app_window_dispose;
	g_type_ensure(APP_TYPE_WELCOME_PAGE);
	g_type_ensure(APP_TYPE_HOME_PAGE);
	g_type_ensure(APP_TYPE_TRIPS_PAGE);
	g_type_ensure(APP_TYPE_SERVICES_PAGE);
	gtk_widget_class_set_template_from_resource(widget_class, "/org/yikatong/App/ui/window.ui");
	gtk_widget_class_bind_template_child(widget_class, AppWindow, cover);
	gtk_widget_class_bind_template_child(widget_class, AppWindow, toasts);
	gtk_widget_class_bind_template_child(widget_class, AppWindow, pages);
	gtk_widget_class_bind_template_child(widget_class, AppWindow, front);
	gtk_widget_class_bind_template_child(widget_class, AppWindow, fault);
	gtk_widget_class_bind_template_child(widget_class, AppWindow, switcher_title);
	gtk_widget_class_bind_template_child(widget_class, AppWindow, switcher_bar);
	gtk_widget_class_bind_template_child(widget_class, AppWindow, tabs);
	gtk_widget_class_bind_template_child(widget_class, AppWindow, welcome);
	gtk_widget_class_bind_template_child(widget_class, AppWindow, home);
	gtk_widget_class_bind_template_child(widget_class, AppWindow, trips);
	gtk_widget_class_bind_template_child(widget_class, AppWindow, services);
	gtk_widget_class_bind_template_child(widget_class, AppWindow, me);
	gtk_widget_class_bind_template_callback(widget_class, on_narrow);
	gtk_widget_class_bind_template_callback(widget_class, on_transition);
	gtk_widget_class_install_action(widget_class, "win.call", "s", start_call);
	gtk_widget_class_install_action(widget_class, "win.next-call", "s", start_next);
	gtk_widget_class_install_action(widget_class, "win.back", NULL, go_back);
	gtk_widget_class_install_action(widget_class, "win.refresh", NULL, do_refresh);
	gtk_widget_class_install_action(widget_class, "win.flow-over", NULL, on_flow_over);
	gtk_widget_class_install_action(widget_class, "win.about", NULL, show_about);
}

static void
app_window_init(AppWindow *window)
{
	window->gone = g_ptr_array_new();
	gtk_widget_init_template(GTK_WIDGET(window));
	app_shown_follow(GTK_WIDGET(window->pages));
	app_shown_follow(GTK_WIDGET(window->front));
	app_shown_follow(GTK_WIDGET(window->tabs));
	app_fit(GTK_WIDGET(window));
	on_narrow(window);
	g_signal_connect(window, "notify::is-active", G_CALLBACK(update_cover), NULL);
	g_signal_connect_swapped(window->tabs, "notify::visible-child", G_CALLBACK(on_tab), window);
}

AppWindow *
app_window_new(GtkApplication *application, AppWorker *worker)
{
	AppWindow *window = g_object_new(APP_TYPE_WINDOW, "application", application, NULL);

	if (worker == NULL)
		return window;
	window->worker = g_object_ref(worker);
	g_signal_connect_swapped(worker, "changed", G_CALLBACK(on_worker_changed), window);
	g_signal_connect_swapped(worker, "failed", G_CALLBACK(app_window_fail), window);

	return window;
}
