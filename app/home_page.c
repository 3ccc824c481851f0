/*
 * The first tab.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/home_page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/card_view.h"
#include "app/platform_rows.h"
#include "app/rows.h"
#include "app/text.h"

#define RECENT 3

struct _AppHomePage {
	AdwBin parent_instance;
	gboolean told;
	enum ykt_profile profile;
	gboolean several; /* platforms */
	guint sessions;   /* a bit for each platform with one */
	AppScreen *apps;  /* the cards in the element, with their balances */

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
 * The account's row for a card of the element, by its masked number and platform; FALSE:
 * none, or several, since masked numbers of two cities may be the same.
 */
static gboolean
account_row(const AppScreen *cards, const AppRow *purse, AppRow *ret_row)
{
	const char *masked = app_row_text(purse, "card");
	const char *platform = app_row_text(purse, "platform");
	guint found = 0;
	AppRow row;
	gsize at = 0;

	while (cards != NULL && app_screen_next_row(cards, &at, &row)) {
		if (strcmp(app_row_text(&row, "number"), masked) != 0 ||
		    strcmp(app_row_text(&row, "platform"), platform) != 0)
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
	g_autofree char *city = NULL;
	g_autofree char *title = NULL;
	g_autofree char *money = NULL;
	g_autofree char *note = app_card_view_note(purse);
	AppRow account;

	if (account_row(cards, purse, &account))
		city = app_text_city(app_row_text(&account, "city"));
	else
		city = g_strdup(_("Transport card"));
	title = app_card_view_title(city, app_row_text(purse, "platform"));
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

/* balance may be NULL: it is not known. */
static void
add_wallet(AppHomePage *page, const char *platform, const AppField *balance)
{
	g_autofree char *money = balance != NULL ? app_text_money(balance->number) : g_strdup("—");
	g_autofree char *title = app_card_view_title(_("Wallet"), platform);
	GtkWidget *card = app_card_view_new();

	app_card_view_set(APP_CARD_VIEW(card), title, "", money, NULL);
	add_card(page, card);
}

/* Of each platform that said so. */
static void
on_wallet(GObject *owner, const AppScreen *result, int status)
{
	AppHomePage *page = APP_HOME_PAGE(owner);
	const char *platform = "";
	guint count = 0;

	clear_cards(page);
	for (gsize i = 0; status == YKT_OK && result != NULL && i < result->count; i++) {
		const AppField *field = &result->fields[i];

		if (strcmp(field->id, "platform") == 0)
			platform = field->value;
		if (strcmp(field->id, "balance_wallet") != 0)
			continue;
		add_wallet(page, platform, field);
		count++;
	}
	if (count == 0)
		add_wallet(page, "", NULL);
	show_count(page, MAX(count, 1));
}

static void
on_records(GObject *owner, const AppScreen *result, int status)
{
	AppHomePage *page = APP_HOME_PAGE(owner);
	GtkWidget *child;

	while ((child = gtk_widget_get_first_child(GTK_WIDGET(page->recent))) != NULL)
		gtk_box_remove(page->recent, child);
	if (result != NULL && app_platform_rows_joined(result))
		app_platform_rows_faults(page->recent, result);
	if (status == YKT_OK && result != NULL)
		app_rows_tables(page->recent, result, RECENT);
}

void
app_home_page_refresh(AppHomePage *page, AppWindow *window)
{
	GObject *owner = G_OBJECT(page);

	g_return_if_fail(APP_IS_HOME_PAGE(page));
	if (page->profile == YKT_PROFILE_SELESS) {
		app_window_query(window, page->several ? "balance" : "wallet", owner, on_wallet);
	} else {
		app_window_query(window, "apps", owner, on_apps);
		if (page->sessions != 0)
			app_window_query(window, "cards", owner, on_cards);
	}
	if (page->sessions != 0 || page->profile == YKT_PROFILE_SE)
		app_window_query(window, "records", owner, on_records);
}

void
app_home_page_set_info(AppHomePage *page, AppWorker *worker)
{
	AppWindow *window = app_window_of(GTK_WIDGET(page));
	const struct ykt_client_info *info = app_worker_get_info(worker);
	guint count = app_worker_platforms(worker);
	guint sessions = 0;
	gboolean known = FALSE;
	gboolean open = FALSE;
	gboolean again;

	for (guint i = 0; i < count; i++) {
		const struct ykt_client_info *one = app_worker_platform_info(worker, i);

		if (one == NULL)
			continue;
		sessions |= one->logged_in ? 1u << i : 0;
		known = known || one->registered || one->logged_in;
		open = open || (one->logged_in && one->open_intents > 0);
	}
	again = !page->told || page->sessions != sessions;
	page->told = TRUE;
	page->profile = info->profile;
	page->sessions = sessions;
	page->several = count > 1;
	gtk_widget_set_visible(page->login_row, !info->logged_in);
	gtk_widget_set_visible(page->recover_row, open || app_worker_needs_recovery(worker));
	gtk_widget_set_visible(page->quick_se, info->profile == YKT_PROFILE_SE);
	gtk_widget_set_visible(page->quick_seless, info->profile == YKT_PROFILE_SELESS);
	if (again && window != NULL && known)
		app_home_page_refresh(page, window);
}

gboolean
app_home_page_has_several_cards(AppHomePage *page)
{
	g_return_val_if_fail(APP_IS_HOME_PAGE(page), FALSE);

	return page->apps != NULL && app_screen_row_count(page->apps) > 1;
}

/* The row of the picture that is in front. */
void
app_home_page_in_front(AppHomePage *page, AppTarget *target)
{
	guint at;
	AppRow row;
	gsize from = 0;
	gboolean there = TRUE;

	g_return_if_fail(APP_IS_HOME_PAGE(page));
	if (!app_home_page_has_several_cards(page))
		return;
	at = (guint)(adw_carousel_get_position(page->cards) + 0.5);
	for (guint i = 0; i <= at && there; i++)
		there = app_screen_next_row(page->apps, &from, &row);
	if (there)
		*target = app_card_view_target(&row);
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
