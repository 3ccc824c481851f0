/*
 * Who pays an order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/payer_view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/flow_page.h"
#include "app/rows.h"
#include "app/window.h"

struct _AppPayerView {
	AdwBin parent_instance;
	GtkBox *box;
	GtkWidget *list;
	GtkCheckButton *usual; /* the first of its group; gone with the list */
	char *account;
	gboolean asked;
};

G_DEFINE_FINAL_TYPE(AppPayerView, app_payer_view, ADW_TYPE_BIN)

static void
on_choice(GtkCheckButton *button, AppPayerView *view)
{
	if (!gtk_check_button_get_active(button))
		return;
	g_free(view->account);
	view->account = g_strdup(g_object_get_data(G_OBJECT(button), "account"));
}

static void
add_payer(AppPayerView *view, const char *title, const char *subtitle, const char *account)
{
	GtkWidget *button = gtk_check_button_new();
	GtkWidget *row = g_object_new(APP_TYPE_ACTION_ROW, "title", title, "title-lines", 0,
	    "subtitle", subtitle, "subtitle-lines", 0, "activatable-widget", button, NULL);

	g_object_set_data_full(G_OBJECT(button), "account", g_strdup(account), g_free);
	g_signal_connect(button, "toggled", G_CALLBACK(on_choice), view);
	gtk_accessible_update_property(
	    GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
	gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
	adw_action_row_add_prefix(ADW_ACTION_ROW(row), button);
	gtk_check_button_set_group(GTK_CHECK_BUTTON(button), view->usual);
	if (view->usual == NULL) {
		view->usual = GTK_CHECK_BUTTON(button);
		gtk_check_button_set_active(view->usual, TRUE);
	}
	gtk_list_box_append(GTK_LIST_BOX(view->list), row);
}

/* The list begins with the first account that can pay. */
static void
add_account(AppPayerView *view, const AppRow *cells)
{
	const char *id = app_row_text(cells, "id");

	if (*id == '\0' || strcmp(app_row_text(cells, "state"), "bound") != 0)
		return;
	if (view->list == NULL) {
		view->list = app_rows_list();
		gtk_box_append(view->box, app_rows_heading(_("Who pays")));
		gtk_box_append(view->box, view->list);
		add_payer(view, _("The pay channel"), _("As usual"), "");
	}
	add_payer(view, app_row_text(cells, "number"),
	    _("Your bound account. It asks for your payment PIN."), id);
}

static void
on_accounts(GObject *owner, const AppScreen *result, int status)
{
	AppPayerView *view = APP_PAYER_VIEW(owner);
	AppRow cells;
	gsize at = 0;

	if (status != YKT_OK || result == NULL)
		return;
	while (app_screen_next_row(result, &at, &cells))
		add_account(view, &cells);
	gtk_widget_set_visible(GTK_WIDGET(view), view->list != NULL);
}

const char *
app_payer_view_get_account(AppPayerView *view)
{
	g_return_val_if_fail(APP_IS_PAYER_VIEW(view), "");

	return view->account != NULL ? view->account : "";
}

static void
app_payer_view_root(GtkWidget *widget)
{
	AppPayerView *view = APP_PAYER_VIEW(widget);
	GtkWidget *page = gtk_widget_get_ancestor(widget, APP_TYPE_FLOW_PAGE);
	AppWindow *window;

	GTK_WIDGET_CLASS(app_payer_view_parent_class)->root(widget);
	window = app_window_of(widget);
	if (window == NULL || view->asked)
		return;
	view->asked = TRUE;
	app_window_query_at(window, "accounts",
	    page != NULL ? app_flow_page_get_platform(APP_FLOW_PAGE(page)) : -1, G_OBJECT(view),
	    on_accounts);
}

static void
app_payer_view_finalize(GObject *object)
{
	g_free(APP_PAYER_VIEW(object)->account);
	G_OBJECT_CLASS(app_payer_view_parent_class)->finalize(object);
}

static void
app_payer_view_class_init(AppPayerViewClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = app_payer_view_finalize;
	GTK_WIDGET_CLASS(klass)->root = app_payer_view_root;
}

static void
app_payer_view_init(AppPayerView *view)
{
	view->box = GTK_BOX(gtk_box_new(GTK_ORIENTATION_VERTICAL, 6));
	adw_bin_set_child(ADW_BIN(view), GTK_WIDGET(view->box));
	gtk_widget_set_visible(GTK_WIDGET(view), FALSE);
}

AppPayerView *
app_payer_view_new(void)
{
	return g_object_new(APP_TYPE_PAYER_VIEW, NULL);
}
