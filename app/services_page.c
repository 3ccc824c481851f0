/*
 * Functions in groups.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/services_page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/fit.h"
#include "app/platform_rows.h"
#include "app/rows.h"
#include "app/text.h"

struct _AppServicesPage {
	AdwBin parent_instance;
	gboolean told;
	gboolean filled; /* with what info says */
	gboolean personal;
	struct ykt_client_info info;
	AppWorker *worker;
	char *platforms; /* what is known of them */
	GtkBox *list;
};

G_DEFINE_FINAL_TYPE(AppServicesPage, app_services_page, ADW_TYPE_BIN)

static gboolean
same(const struct ykt_client_info *a, const struct ykt_client_info *b)
{
	return a->registered == b->registered && a->logged_in == b->logged_in &&
	       a->profile == b->profile && strcmp(a->phone, b->phone) == 0 &&
	       strcmp(a->name, b->name) == 0;
}

/* Login where one is logged in, and the like, would only mislead. */
static gboolean
fits_now(const AppCall *call, const struct ykt_client_info *info)
{
	if (strcmp(call->id, "login") == 0 || strcmp(call->id, "reset") == 0)
		return !info->logged_in;
	if (strcmp(call->id, "logout") == 0)
		return info->logged_in;
	if (strcmp(call->id, "register") == 0)
		return !info->registered && !info->logged_in;

	return TRUE;
}

static void
add_group(AppServicesPage *page, AppGroup group, const struct ykt_client_info *info)
{
	const AppCall *calls;
	gsize count = app_calls(&calls);
	GtkWidget *list = NULL;

	for (gsize i = 0; i < count; i++) {
		if (calls[i].group != group || !app_call_offered(&calls[i], info->profile) ||
		    !fits_now(&calls[i], info))
			continue;
		if (list == NULL) {
			list = app_rows_list();
			gtk_box_append(page->list, app_rows_heading(_(app_group_title(group))));
			gtk_box_append(page->list, list);
		}
		gtk_list_box_append(GTK_LIST_BOX(list), app_rows_call(&calls[i]));
	}
	if (list != NULL && app_call_menu()->group == group &&
	    app_call_offered(app_call_menu(), info->profile))
		gtk_list_box_append(GTK_LIST_BOX(list), app_rows_call(app_call_menu()));
}

static gboolean
has_call(const struct ykt_function *function)
{
	const AppCall *calls;
	gsize count = app_calls(&calls);

	for (gsize i = 0; i < count; i++) {
		if (strcmp(calls[i].function, function->id) == 0)
			return TRUE;
	}

	return FALSE;
}

/* What the client has and this program cannot start yet is named all the same. */
static void
add_others(AppServicesPage *page, const struct ykt_client_info *info)
{
	const struct ykt_function *functions;
	gsize count = ykt_functions(&functions);
	GtkWidget *list = NULL;

	for (gsize i = 0; i < count; i++) {
		GtkWidget *row;

		if (has_call(&functions[i]) || functions[i].why_not[info->profile] != NULL)
			continue;
		if (list == NULL) {
			list = app_rows_list();
			gtk_box_append(
			    page->list, app_rows_heading(_(app_group_title(APP_GROUP_OTHER))));
			gtk_box_append(page->list, list);
		}
		row = g_object_new(ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title",
		    app_text_tr(functions[i].title), "subtitle", app_text_tr(functions[i].what),
		    NULL);
		gtk_widget_set_sensitive(row, FALSE);
		gtk_list_box_append(GTK_LIST_BOX(list), row);
	}
}

static void
add_person(AppServicesPage *page, const struct ykt_client_info *info)
{
	const char *name = *info->name != '\0' ? info->name : _("Not logged in");
	GtkWidget *avatar = adw_avatar_new(56, name, *info->name != '\0');
	GtkWidget *row = g_object_new(
	    ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", name, "subtitle", info->phone, NULL);
	GtkWidget *list = app_rows_list();

	gtk_widget_set_margin_top(avatar, 8);
	gtk_widget_set_margin_bottom(avatar, 8);
	adw_action_row_add_prefix(ADW_ACTION_ROW(row), avatar);
	gtk_widget_add_css_class(row, "person");
	gtk_list_box_append(GTK_LIST_BOX(list), row);
	gtk_box_append(page->list, list);
}

static void
add_about(AppServicesPage *page)
{
	GtkWidget *list = app_rows_list();
	GtkWidget *icon = app_rows_icon("app-info-symbolic");
	GtkWidget *row = g_object_new(APP_TYPE_ACTION_ROW, "title", _("About"), "subtitle",
	    _("Version, licences, what it follows"), "action-name", "win.about", NULL);

	adw_action_row_add_prefix(ADW_ACTION_ROW(row), icon);
	gtk_list_box_append(GTK_LIST_BOX(list), row);
	gtk_widget_set_margin_top(list, 12);
	gtk_box_append(page->list, list);
}

/* Not before it is looked at: forty rows with their signs take time and memory. */
static void
fill(AppServicesPage *page)
{
	const struct ykt_client_info *info = &page->info;
	GtkWidget *child;

	if (page->filled || !page->told || !gtk_widget_get_mapped(GTK_WIDGET(page)))
		return;
	page->filled = TRUE;
	while ((child = gtk_widget_get_first_child(GTK_WIDGET(page->list))) != NULL)
		gtk_box_remove(page->list, child);
	if (page->personal) {
		add_person(page, info);
		app_platform_rows_choice(page->list, page->worker);
		add_group(page, APP_GROUP_ACCOUNT, info);
		add_group(page, APP_GROUP_SECURITY, info);
		add_about(page);
		app_fit(GTK_WIDGET(page->list));
		return;
	}
	add_group(page, APP_GROUP_RIDE, info);
	add_group(page, APP_GROUP_MONEY, info);
	add_group(page, APP_GROUP_CARDS, info);
	add_group(page, APP_GROUP_OTHER, info);
	add_others(page, info);
	app_fit(GTK_WIDGET(page->list));
}

void
app_services_page_fill(AppServicesPage *page, AppWorker *worker, gboolean personal)
{
	const struct ykt_client_info *info = app_worker_get_info(worker);
	g_autofree char *platforms = app_platform_rows_state(worker);

	g_return_if_fail(APP_IS_SERVICES_PAGE(page));
	if (page->told && same(&page->info, info) && g_strcmp0(page->platforms, platforms) == 0)
		return;
	g_set_object(&page->worker, worker);
	g_free(page->platforms);
	page->platforms = g_steal_pointer(&platforms);
	page->told = TRUE;
	page->filled = FALSE;
	page->personal = personal;
	page->info = *info;
	fill(page);
}

static void
app_services_page_map(GtkWidget *widget)
{
	GTK_WIDGET_CLASS(app_services_page_parent_class)->map(widget);
	fill(APP_SERVICES_PAGE(widget));
}

static void
app_services_page_dispose(GObject *object)
{
	AppServicesPage *page = APP_SERVICES_PAGE(object);

	g_clear_object(&page->worker);
	g_clear_pointer(&page->platforms, g_free);
	G_OBJECT_CLASS(app_services_page_parent_class)->dispose(object);
}

static void
app_services_page_class_init(AppServicesPageClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = app_services_page_dispose;
	widget_class->map = app_services_page_map;
	gtk_widget_class_set_template_from_resource(
	    widget_class, "/org/yikatong/App/ui/services_page.ui");
	gtk_widget_class_bind_template_child(widget_class, AppServicesPage, list);
}

static void
app_services_page_init(AppServicesPage *page)
{
	gtk_widget_init_template(GTK_WIDGET(page));
}
