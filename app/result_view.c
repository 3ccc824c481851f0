/*
 * The screen that ends a function.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/result_view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/platform_rows.h"
#include "app/rows.h"
#include "app/text.h"

struct _AppResultView {
	AdwBin parent_instance;

	GtkBox *box;
	GtkImage *icon;
	GtkLabel *text;
	GtkLabel *amount;
	GtkButton *next;
};

G_DEFINE_FINAL_TYPE(AppResultView, app_result_view, ADW_TYPE_BIN)

static const struct {
	const char *icon;
	const char *style;
} tones[] = {
	[YKT_TONE_PLAIN] = { "app-info-symbolic", "tone-plain" },
	[YKT_TONE_GOOD] = { "app-done-symbolic", "tone-good" },
	[YKT_TONE_BAD] = { "app-cross-symbolic", "tone-bad" },
	[YKT_TONE_WAIT] = { "app-clock-symbolic", "tone-wait" },
};

static void
set_tone(AppResultView *view, enum ykt_screen_tone tone)
{
	guint i = (guint)tone < G_N_ELEMENTS(tones) ? (guint)tone : 0;

	gtk_image_set_from_icon_name(view->icon, tones[i].icon);
	gtk_widget_add_css_class(GTK_WIDGET(view->icon), tones[i].style);
}

/* The number that the user came for: an amount that moved, or a balance. */
static const AppField *
hero_of(const AppScreen *screen)
{
	static const char *const ids[] = { "amount", "balance_wallet", "balance_card",
		"balance_account" };

	if (screen->tone == YKT_TONE_BAD || app_platform_rows_joined(screen))
		return NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
		const AppField *field = app_screen_field(screen, ids[i]);

		if (field != NULL && field->kind == YKT_FIELD_MONEY)
			return field;
	}

	return NULL;
}

static void
set_hero(AppResultView *view, const AppField *hero)
{
	g_autofree char *money = hero != NULL ? app_text_money(hero->number) : NULL;

	gtk_widget_set_visible(GTK_WIDGET(view->amount), money != NULL);
	if (money != NULL)
		gtk_label_set_text(view->amount, money);
}

static void
add_facts(AppResultView *view, const AppScreen *screen, const AppField *hero)
{
	GtkWidget *list = NULL;

	for (gsize i = 0; i < screen->count; i++) {
		const AppField *field = &screen->fields[i];
		/* Of two numbers of the same kind each keeps its label. */
		gboolean shown = field == hero && strcmp(field->id, "amount") == 0;
		GtkWidget *row;

		if (shown || app_field_is_cell(field))
			continue;
		row = app_rows_field(field);
		if (row == NULL)
			continue;
		if (list == NULL) {
			list = app_rows_list();
			gtk_box_append(view->box, list);
		}
		gtk_list_box_append(GTK_LIST_BOX(list), row);
	}
}

/* A list that was asked for is its own answer: a large mark above it would be in the way. */
static void
set_head(AppResultView *view, const AppScreen *screen, const AppField *hero, gboolean list)
{
	gboolean quiet = screen->tone == YKT_TONE_GOOD && (list || screen->text == NULL);

	gtk_widget_set_visible(GTK_WIDGET(view->icon), !quiet);
	gtk_widget_set_visible(GTK_WIDGET(view->text), screen->text != NULL);
	gtk_label_set_text(view->text, app_text_tr(screen->text));
	if (quiet) {
		gtk_widget_remove_css_class(GTK_WIDGET(view->text), "title-2");
		gtk_widget_add_css_class(GTK_WIDGET(view->text), "dim-label");
	}
	set_tone(view, screen->tone);
	set_hero(view, hero);
}

static gboolean
says(const AppScreen *screen, const char *msgid)
{
	const AppField *next = app_screen_field(screen, "next");

	return next != NULL && g_strcmp0(next->value, msgid) == 0;
}

/* What the screen tells the user to do is one press away, where it is a function. */
static const char *
next_call(const AppScreen *screen)
{
	static const struct {
		const char *msgid;
		const char *call;
	} rows[] = {
		{ "Log in, then try again.", "login" },
		{ "Log in with your password.", "login" },
		{ "Log in with the new password.", "login" },
		{ "Log in: then it may be tried again.", "login" },
		{ "Log in with a network: then it is renewed.", "login" },
		{ "Open a card first.", "open" },
		{ "Open ride codes first.", "code open" },
		{ "Open ride codes again.", "code open" },
		{ "Reset the payment PIN.", "pin reset" },
		{ "Top up the wallet.", "wallet topup" },
		{ "It goes on at the next start. Keep the card with this device.", "recover" },
		{ "Do not pay again. The platform is asked at the next start.", "recover" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (says(screen, rows[i].msgid))
			return rows[i].call;
	}

	return NULL;
}

static void
set_next(AppResultView *view, const AppScreen *screen, const AppCall *call)
{
	/* Of several platforms each says its own. */
	const char *id = app_platform_rows_joined(screen) ? NULL : next_call(screen);
	const AppCall *next = id != NULL ? app_call_find(id) : NULL;

	if (next == NULL || next == call) {
		gtk_widget_set_visible(GTK_WIDGET(view->next), FALSE);
		return;
	}
	gtk_button_set_label(view->next, app_text_tr(app_call_title(next)));
	gtk_actionable_set_action_target(GTK_ACTIONABLE(view->next), "s", next->id);
	gtk_actionable_set_action_name(GTK_ACTIONABLE(view->next), "win.next-call");
}

static void
app_result_view_class_init(AppResultViewClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	gtk_widget_class_set_template_from_resource(
	    widget_class, "/org/yikatong/App/ui/result_view.ui");
	gtk_widget_class_bind_template_child(widget_class, AppResultView, box);
	gtk_widget_class_bind_template_child(widget_class, AppResultView, icon);
	gtk_widget_class_bind_template_child(widget_class, AppResultView, text);
	gtk_widget_class_bind_template_child(widget_class, AppResultView, amount);
	gtk_widget_class_bind_template_child(widget_class, AppResultView, next);
}

static void
app_result_view_init(AppResultView *view)
{
	gtk_widget_init_template(GTK_WIDGET(view));
}

AppResultView *
app_result_view_new(const AppScreen *screen, const AppCall *call)
{
	AppResultView *view = g_object_new(APP_TYPE_RESULT_VIEW, NULL);
	const AppField *hero = hero_of(screen);
	gsize rows = app_screen_row_count(screen);

	set_head(view, screen, hero, rows > 0);
	add_facts(view, screen, hero);
	app_rows_tables(view->box, screen, 0);
	set_next(view, screen, call);

	return view;
}
