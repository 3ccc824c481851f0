/*
 * The first tab.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/home_page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/card_view.h"
#include "app/rows.h"
#include "app/text.h"

#define RECENT 3

struct _AppHomePage {
	AdwBin parent_instance;
	gboolean told;
	enum ykt_profile profile;
	gboolean logged_in;
	AppScreen *apps; /* the cards in the element, with their balances */

	GtkWidget *login_row;
	GtkWidget *recover_row;
	AdwCarousel *cards;
	GtkWidget *dots;
	GtkWidget *empty;
	GtkWidget *quick_se;
	GtkWidget *quick_seless;
	GtkBox *recent;
};

G_DEFINE_FINAL_TYPE(AppHomePage, app_home_page, ADW_TYPE_BIN)

static void
clear_cards(AppHomePage *page)
{
	GtkWidget *child;

	while ((child = gtk_widget_get_first_child(GTK_WIDGET(page->cards))) != NULL)
		adw_carousel_remove(page->cards, child);
}

static void
add_card(AppHomePage *page, GtkWidget *card)
{
	gtk_widget_set_hexpand(card, TRUE);
	adw_carousel_append(page->cards, card);
}

static void
show_count(AppHomePage *page, guint count)
{
	gtk_widget_set_visible(GTK_WIDGET(page->cards), count > 0);
	gtk_widget_set_visible(page->dots, count > 1);
	gtk_widget_set_visible(page->empty, count == 0 && page->profile == YKT_PROFILE_SE);
}

/*
 * The account's row for a card of the element, by its masked number; FALSE: none,
 * or several, since masked numbers of two cities may be the same.
 */
static gboolean
account_row(const AppScreen *cards, const char *masked, AppRow *ret_row)
{
	guint found = 0;
	AppRow row;
	gsize at = 0;

	while (cards != NULL && app_screen_next_row(cards, &at, &row)) {
		if (strcmp(app_row_text(&row, "number"), masked) != 0)
			continue;
		*ret_row = row;
		found++;
	}

	return found == 1;
}

/* The picture of a card in the element, with its city where the account knows it. */
static void
add_purse(AppHomePage *page, const AppRow *purse, const AppScreen *cards)
{
	const char *masked = app_row_text(purse, "card");
	const AppField *balance = app_row_cell(purse, "balance");
	GtkWidget *card = app_card_view_new();
	g_autofree char *title = NULL;
	g_autofree char *money = NULL;
	g_autofree char *note = app_card_view_note(purse);
	AppRow account;

	if (account_row(cards, masked, &account))
		title = app_text_city(app_row_text(&account, "city"));
	else
		title = g_strdup(_("Transport card"));
	money = balance != NULL && balance->kind == YKT_FIELD_MONEY
		    ? app_text_money(balance->number)
		    : g_strdup("—");
	app_card_view_set(APP_CARD_VIEW(card), title, masked, money, note);
	add_card(page, card);
}

static void
show_purses(AppHomePage *page, const AppScreen *cards)
{
	guint count = 0;
	AppRow purse;
	gsize at = 0;

	clear_cards(page);
	while (page->apps != NULL && app_screen_next_row(page->apps, &at, &purse)) {
		add_purse(page, &purse, cards);
		count++;
	}
	show_count(page, count);
}

static void
on_cards(GObject *owner, const AppScreen *result, int status)
{
	if (status == YKT_OK)
		show_purses(APP_HOME_PAGE(owner), result);
}

static void
on_apps(GObject *owner, const AppScreen *result, int status)
{
	AppHomePage *page = APP_HOME_PAGE(owner);

	g_clear_pointer(&page->apps, app_screen_unref);
	if (status == YKT_OK && result != NULL)
		page->apps = app_screen_ref((AppScreen *)result);
	show_purses(page, NULL);
}

static void
on_wallet(GObject *owner, const AppScreen *result, int status)
{
	AppHomePage *page = APP_HOME_PAGE(owner);
	const AppField *balance =
	    status == YKT_OK && result != NULL ? app_screen_field(result, "balance_wallet") : NULL;
	g_autofree char *money = balance != NULL ? app_text_money(balance->number) : g_strdup("—");
	GtkWidget *card = app_card_view_new();

	clear_cards(page);
	app_card_view_set(APP_CARD_VIEW(card), _("Wallet"), "", money, NULL);
	add_card(page, card);
	show_count(page, 1);
}

static void
on_records(GObject *owner, const AppScreen *result, int status)
{
	AppHomePage *page = APP_HOME_PAGE(owner);
	GtkWidget *child;

	while ((child = gtk_widget_get_first_child(GTK_WIDGET(page->recent))) != NULL)
		gtk_box_remove(page->recent, child);
	if (status == YKT_OK && result != NULL)
		app_rows_tables(page->recent, result, RECENT);
}

void
app_home_page_refresh(AppHomePage *page, AppWindow *window)
{
	GObject *owner = G_OBJECT(page);

	g_return_if_fail(APP_IS_HOME_PAGE(page));
	if (page->profile == YKT_PROFILE_SELESS) {
		app_window_query(window, "wallet", owner, on_wallet);
	} else {
		app_window_query(window, "apps", owner, on_apps);
		if (page->logged_in)
			app_window_query(window, "cards", owner, on_cards);
	}
	if (page->logged_in || page->profile == YKT_PROFILE_SE)
		app_window_query(window, "records", owner, on_records);
}

void
app_home_page_set_info(
    AppHomePage *page, const struct ykt_client_info *info, gboolean needs_recovery)
{
	AppWindow *window = app_window_of(GTK_WIDGET(page));
	gboolean again = !page->told || page->logged_in != info->logged_in;

	page->told = TRUE;
	page->profile = info->profile;
	page->logged_in = info->logged_in;
	gtk_widget_set_visible(page->login_row, !info->logged_in);
	gtk_widget_set_visible(
	    page->recover_row, info->logged_in && (needs_recovery || info->open_intents > 0));
	gtk_widget_set_visible(page->quick_se, info->profile == YKT_PROFILE_SE);
	gtk_widget_set_visible(page->quick_seless, info->profile == YKT_PROFILE_SELESS);
	if (again && window != NULL && (info->registered || info->logged_in))
		app_home_page_refresh(page, window);
}

gboolean
app_home_page_has_several_cards(AppHomePage *page)
{
	g_return_val_if_fail(APP_IS_HOME_PAGE(page), FALSE);

	return page->apps != NULL && app_screen_row_count(page->apps) > 1;
}

static void
app_home_page_finalize(GObject *object)
{
	g_clear_pointer(&APP_HOME_PAGE(object)->apps, app_screen_unref);
	G_OBJECT_CLASS(app_home_page_parent_class)->finalize(object);
}

static void
app_home_page_class_init(AppHomePageClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = app_home_page_finalize;
	g_type_ensure(APP_TYPE_ACTION_ROW);
	gtk_widget_class_set_template_from_resource(
	    widget_class, "/org/yikatong/App/ui/home_page.ui");
	gtk_widget_class_bind_template_child(widget_class, AppHomePage, login_row);
	gtk_widget_class_bind_template_child(widget_class, AppHomePage, recover_row);
	gtk_widget_class_bind_template_child(widget_class, AppHomePage, cards);
	gtk_widget_class_bind_template_child(widget_class, AppHomePage, dots);
	gtk_widget_class_bind_template_child(widget_class, AppHomePage, empty);
	gtk_widget_class_bind_template_child(widget_class, AppHomePage, quick_se);
	gtk_widget_class_bind_template_child(widget_class, AppHomePage, quick_seless);
	gtk_widget_class_bind_template_child(widget_class, AppHomePage, recent);
}

static void
app_home_page_init(AppHomePage *page)
{
	gtk_widget_init_template(GTK_WIDGET(page));
}
