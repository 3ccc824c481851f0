/*
 * One thing that a menu in the element shows or asks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/menu_view.h"

#include <glib/gi18n.h>
#include <string.h>

#include <ykt/secret.h>

#include "app/rows.h"
#include "app/secret_row.h"
#include "app/text.h"

struct _AppMenuView {
	AdwBin parent_instance;
	gboolean list;
	gboolean answered;
	GtkWidget *line; /* what is typed into, or NULL */
	GtkBox *box;
};

enum { ANSWERED, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

G_DEFINE_FINAL_TYPE(AppMenuView, app_menu_view, ADW_TYPE_BIN)

gboolean
app_menu_view_draws(const AppScreen *screen)
{
	static const char *const ids[] = { "card_list", "card_text", "card_input", "card_key" };

	for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
		if (strcmp(screen->id, ids[i]) == 0)
			return TRUE;
	}

	return FALSE;
}

/* --- answering --------------------------------------------------------------------------- */

static void
answer(AppMenuView *view, const char *text)
{
	struct ykt_answers answers = { 0 };
	GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(view));

	if (view->answered)
		return;
	view->answered = TRUE;
	/* A line that is typed into lets go of the focus before it is switched off. */
	if (root != NULL)
		gtk_root_set_focus(root, NULL);
	g_strlcpy(answers.text[0], text, sizeof(answers.text[0]));
	gtk_widget_set_sensitive(GTK_WIDGET(view->box), FALSE);
	g_signal_emit(view, signals[ANSWERED], 0, &answers);
	ykt_wipe(&answers, sizeof(answers));
}

void
app_menu_view_back(AppMenuView *view)
{
	g_return_if_fail(APP_IS_MENU_VIEW(view));
	answer(view, view->list ? "0" : "");
}

static void
answer_typed(AppMenuView *view)
{
	answer(view, gtk_editable_get_text(GTK_EDITABLE(view->line)));
}

/* A row or a button says what it has been given for an answer. */
static void
answer_by(GtkWidget *widget, AppMenuView *view)
{
	answer(view, g_object_get_data(G_OBJECT(widget), "answer"));
}

/* --- building ------------------------------------------------------------------------------ */

static GtkWidget *
button_new(AppMenuView *view, const char *label, const char *text, gboolean suggested)
{
	GtkWidget *button = gtk_button_new_with_label(label);

	gtk_widget_add_css_class(button, "pill");
	if (suggested)
		gtk_widget_add_css_class(button, "suggested-action");
	g_object_set_data_full(G_OBJECT(button), "answer", g_strdup(text), g_free);
	g_signal_connect(button, "clicked", G_CALLBACK(answer_by), view);
	gtk_box_append(view->box, button);

	return button;
}

static void
add_words(AppMenuView *view, const char *text, const char *style)
{
	GtkWidget *label = gtk_label_new(text);

	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_widget_add_css_class(label, style);
	gtk_box_append(view->box, label);
}

static void
add_list(AppMenuView *view, const AppScreen *screen)
{
	GtkWidget *list = app_rows_list();

	view->list = TRUE;
	for (gsize i = 0; i < screen->count; i++) {
		const AppField *field = &screen->fields[i];
		GtkWidget *row;
		GtkWidget *arrow;

		if (app_field_is_input(field))
			continue;
		row = g_object_new(APP_TYPE_ACTION_ROW, "title", field->value, NULL);
		arrow = gtk_image_new_from_icon_name("app-next-symbolic");
		gtk_widget_add_css_class(arrow, "dim-label");
		adw_action_row_add_suffix(ADW_ACTION_ROW(row), arrow);
		g_object_set_data_full(G_OBJECT(row), "answer", g_strdup(field->label), g_free);
		g_signal_connect(row, "activated", G_CALLBACK(answer_by), view);
		gtk_list_box_append(GTK_LIST_BOX(list), row);
	}
	gtk_box_append(view->box, list);
}

static void
add_text(AppMenuView *view, const AppScreen *screen, gboolean asks)
{
	add_words(view, screen->text != NULL ? screen->text : "", "card-words");
	if (asks)
		button_new(view, _("OK"), "", TRUE);
}

static void
add_line(AppMenuView *view, const AppScreen *screen, const AppField *field)
{
	GtkWidget *list = app_rows_list();
	GtkEditable *text;
	GtkWidget *done;

	add_words(view, screen->title, "card-words");
	view->line = field->kind == YKT_FIELD_SECRET ? app_secret_row_new() : adw_entry_row_new();
	g_object_set(view->line, "title", _("Answer"), "use-markup", FALSE, NULL);
	text = gtk_editable_get_delegate(GTK_EDITABLE(view->line));
	gtk_text_set_max_length(GTK_TEXT(text), YKT_ANSWER_MAX - 1);
	gtk_accessible_update_property(
	    GTK_ACCESSIBLE(text), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Answer"), -1);
	g_signal_connect_swapped(view->line, "entry-activated", G_CALLBACK(answer_typed), view);
	gtk_list_box_append(GTK_LIST_BOX(list), view->line);
	gtk_box_append(view->box, list);
	done = gtk_button_new_with_label(_("Continue"));
	gtk_widget_add_css_class(done, "pill");
	gtk_widget_add_css_class(done, "suggested-action");
	g_signal_connect_swapped(done, "clicked", G_CALLBACK(answer_typed), view);
	gtk_box_append(view->box, done);
}

static void
add_choice(AppMenuView *view, const AppScreen *screen)
{
	add_words(view, screen->title, "card-words");
	button_new(view, _("Yes"), "1", TRUE);
	button_new(view, _("No"), "0", FALSE);
}

static void
build(AppMenuView *view, const AppScreen *screen, gboolean asks)
{
	const AppField *field = screen->count > 0 ? &screen->fields[screen->count - 1] : NULL;

	if (strcmp(screen->id, "card_text") == 0 || field == NULL)
		add_text(view, screen, asks);
	else if (strcmp(screen->id, "card_list") == 0)
		add_list(view, screen);
	else if (field->kind == YKT_FIELD_CHECK)
		add_choice(view, screen);
	else
		add_line(view, screen, field);
}

/* --- the object ------------------------------------------------------------------------------ */

static void
app_menu_view_class_init(AppMenuViewClass *klass)
{
	signals[ANSWERED] = g_signal_new("answered", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
	    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
app_menu_view_init(AppMenuView *view)
{
	GtkWidget *scrolled = gtk_scrolled_window_new();
	GtkWidget *clamp = adw_clamp_new();

	view->box = GTK_BOX(gtk_box_new(GTK_ORIENTATION_VERTICAL, 18));
	gtk_widget_set_margin_top(GTK_WIDGET(view->box), 12);
	gtk_widget_set_margin_bottom(GTK_WIDGET(view->box), 24);
	gtk_widget_set_margin_start(GTK_WIDGET(view->box), 12);
	gtk_widget_set_margin_end(GTK_WIDGET(view->box), 12);
	adw_clamp_set_child(ADW_CLAMP(clamp), GTK_WIDGET(view->box));
	gtk_scrolled_window_set_policy(
	    GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), clamp);
	adw_bin_set_child(ADW_BIN(view), scrolled);
}

AppMenuView *
app_menu_view_new(const AppScreen *screen, gboolean asks)
{
	AppMenuView *view = g_object_new(APP_TYPE_MENU_VIEW, NULL);

	build(view, screen, asks);

	return view;
}
