/*
 * The second tab.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/trips_page.h"

#include <glib/gi18n.h>

#include "app/platform_rows.h"
#include "app/rows.h"
#include "app/shown.h"
#include "app/text.h"

struct _AppTripsPage {
	AdwBin parent_instance;
	gboolean fresh;

	GtkStack *stack;
	GtkBox *list;
	AdwStatusPage *nothing;
};

G_DEFINE_FINAL_TYPE(AppTripsPage, app_trips_page, ADW_TYPE_BIN)

static void
clear(AppTripsPage *page)
{
	GtkWidget *child;

	while ((child = gtk_widget_get_first_child(GTK_WIDGET(page->list))) != NULL)
		gtk_box_remove(page->list, child);
}

static void
on_records(GObject *owner, const AppScreen *result, int status)
{
	AppTripsPage *page = APP_TRIPS_PAGE(owner);
	guint count = 0;

	clear(page);
	/* A source or a platform may be missing: that is said above the list. */
	if (status == YKT_OK && result != NULL) {
		count = app_platform_rows_faults(page->list, result);
		count += app_rows_tables(page->list, result, 0);
	}
	page->fresh = status == YKT_OK;
	if (count == 0)
		adw_status_page_set_description(
		    page->nothing, status != YKT_OK && result != NULL && result->text != NULL
				       ? app_text_tr(result->text)
				       : _("Rides, top-ups and payments will stand here."));
	gtk_stack_set_visible_child_name(page->stack, count > 0 ? "list" : "nothing");
}

void
app_trips_page_show(AppTripsPage *page, AppWindow *window)
{
	g_return_if_fail(APP_IS_TRIPS_PAGE(page));
	if (page->fresh)
		return;
	page->fresh = TRUE;
	if (gtk_widget_get_first_child(GTK_WIDGET(page->list)) == NULL)
		gtk_stack_set_visible_child_name(page->stack, "waiting");
	app_window_query(window, "records", G_OBJECT(page), on_records);
}

void
app_trips_page_forget(AppTripsPage *page)
{
	g_return_if_fail(APP_IS_TRIPS_PAGE(page));
	page->fresh = FALSE;
}

static void
app_trips_page_class_init(AppTripsPageClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	gtk_widget_class_set_template_from_resource(
	    widget_class, "/org/yikatong/App/ui/trips_page.ui");
	gtk_widget_class_bind_template_child(widget_class, AppTripsPage, stack);
	gtk_widget_class_bind_template_child(widget_class, AppTripsPage, list);
	gtk_widget_class_bind_template_child(widget_class, AppTripsPage, nothing);
}

static void
app_trips_page_init(AppTripsPage *page)
{
	gtk_widget_init_template(GTK_WIDGET(page));
	app_shown_follow(GTK_WIDGET(page->stack));
}
