/*
 * What a function must be told before it starts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/args_view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/day_row.h"
#include "app/payer_view.h"
#include "app/rows.h"
#include "app/text.h"

#define DAYS_SHOWN 30

struct _AppArgsView {
	AdwBin parent_instance;
	const AppCall *call;
	GtkWidget *inputs[APP_ARGS_MAX];

	GtkBox *box;
	GtkLabel *what;
	GtkLabel *amount;
	GtkFlowBox *tiles;
	GtkListBox *list;
	GtkWidget *go;
};

enum { CHOSEN, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

G_DEFINE_FINAL_TYPE(AppArgsView, app_args_view, ADW_TYPE_BIN)

static char *
text_of(const AppArgsView *view, guint i)
{
	GtkWidget *input = view->inputs[i];

	if (input == NULL)
		return NULL;
	if (GTK_IS_SWITCH(input))
		return g_strdup(gtk_switch_get_active(GTK_SWITCH(input)) ? "1" : "0");

	if (APP_IS_PAYER_VIEW(input))
		return g_strdup(app_payer_view_get_account(APP_PAYER_VIEW(input)));

	if (GTK_IS_CALENDAR(input))
		return g_strdup_printf("%" G_GINT64_FORMAT, app_day_row_ms(GTK_CALENDAR(input)));

	return g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(input))));
}

static gboolean
complete(const AppArgsView *view)
{
	for (guint i = 0; i < APP_ARGS_MAX; i++) {
		AppArgKind kind = view->call->args[i].kind;
		g_autofree char *text = text_of(view, i);
		ykt_fen fen;

		if (view->inputs[i] == NULL)
			continue;
		if (kind == APP_ARG_TEXT && *text == '\0')
			return FALSE;
		if (kind == APP_ARG_AMOUNT && (ykt_fen_parse(text, &fen) != YKT_OK || fen <= 0))
			return FALSE;
	}

	return TRUE;
}

static void
show_amount(AppArgsView *view)
{
	g_autofree char *text = text_of(view, 0);
	g_autofree char *money = NULL;
	ykt_fen fen = 0;

	if (view->call->args[0].kind != APP_ARG_AMOUNT)
		return;
	if (ykt_fen_parse(text, &fen) != YKT_OK)
		fen = 0;
	money = app_text_money(fen);
	gtk_label_set_text(view->amount, money);
}

static void
on_changed(AppArgsView *view)
{
	show_amount(view);
	gtk_widget_set_sensitive(view->go, complete(view));
}

static void
choose(AppArgsView *view)
{
	g_auto(GStrv) texts = g_new0(char *, APP_ARGS_MAX + 1);

	if (!complete(view))
		return;
	for (guint i = 0; i < APP_ARGS_MAX; i++) {
		texts[i] = text_of(view, i);
		if (texts[i] == NULL)
			texts[i] = g_strdup("");
	}
	g_signal_emit(view, signals[CHOSEN], 0, texts);
}

static void
on_tile(GtkButton *tile, AppArgsView *view)
{
	gtk_editable_set_text(
	    GTK_EDITABLE(view->inputs[0]), g_object_get_data(G_OBJECT(tile), "amount"));
}

static void
add_tiles(AppArgsView *view)
{
	static const char *const amounts[] = { "10", "20", "30", "50", "100", "200" };

	for (gsize i = 0; i < G_N_ELEMENTS(amounts); i++) {
		g_autofree char *label = g_strconcat("¥", amounts[i], NULL);
		GtkWidget *tile = gtk_button_new_with_label(label);

		g_object_set_data(G_OBJECT(tile), "amount", (gpointer)amounts[i]);
		gtk_widget_add_css_class(tile, "tile");
		g_signal_connect(tile, "clicked", G_CALLBACK(on_tile), view);
		gtk_flow_box_append(view->tiles, tile);
		gtk_widget_set_focusable(gtk_widget_get_parent(tile), FALSE);
	}
	gtk_widget_set_visible(GTK_WIDGET(view->tiles), TRUE);
	gtk_widget_set_visible(GTK_WIDGET(view->amount), TRUE);
}

static GtkWidget *
entry_row(AppArgsView *view, const AppArg *arg)
{
	g_autofree char *title =
	    arg->hint != NULL
		? g_strdup_printf("%s · %s", app_text_tr(arg->label), app_text_tr(arg->hint))
		: g_strdup(
		      arg->kind == APP_ARG_AMOUNT ? _("Other amount") : app_text_tr(arg->label));
	GtkWidget *row =
	    g_object_new(ADW_TYPE_ENTRY_ROW, "use-markup", FALSE, "title", title, NULL);
	GtkEditable *text = gtk_editable_get_delegate(GTK_EDITABLE(row));

	if (arg->kind == APP_ARG_AMOUNT)
		adw_entry_row_set_input_purpose(ADW_ENTRY_ROW(row), GTK_INPUT_PURPOSE_NUMBER);
	gtk_accessible_update_property(
	    GTK_ACCESSIBLE(text), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
	g_signal_connect_swapped(row, "changed", G_CALLBACK(on_changed), view);
	g_signal_connect_swapped(row, "entry-activated", G_CALLBACK(choose), view);

	return row;
}

static void
add_switch(AppArgsView *view, const AppArg *arg, guint i)
{
	const char *label = app_text_tr(arg->label);
	GtkWidget *toggle = gtk_switch_new();
	GtkWidget *row =
	    g_object_new(APP_TYPE_ACTION_ROW, "title", label, "activatable-widget", toggle, NULL);

	gtk_switch_set_active(GTK_SWITCH(toggle), TRUE);
	gtk_widget_set_valign(toggle, GTK_ALIGN_CENTER);
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), toggle);
	gtk_list_box_append(view->list, row);
	view->inputs[i] = toggle;
}

static void
add_arg(AppArgsView *view, guint i)
{
	const AppArg *arg = &view->call->args[i];

	switch (arg->kind) {
	case APP_ARG_NONE:
		return;
	case APP_ARG_SWITCH:
		add_switch(view, arg, i);
		return;
	case APP_ARG_DAY:
		/* The first day is a month ago, the last one today. */
		view->inputs[i] =
		    app_day_row_add(view->list, app_text_tr(arg->label), i == 0 ? DAYS_SHOWN : 0);
		return;
	case APP_ARG_PAYER:
		view->inputs[i] = GTK_WIDGET(app_payer_view_new());
		gtk_box_append(view->box, view->inputs[i]);
		return;
	case APP_ARG_AMOUNT:
		add_tiles(view);
		break;
	case APP_ARG_TEXT:
	case APP_ARG_OPTIONAL:
		break;
	}
	view->inputs[i] = entry_row(view, arg);
	gtk_list_box_append(view->list, view->inputs[i]);
}

static void
app_args_view_class_init(AppArgsViewClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	signals[CHOSEN] = g_signal_new("chosen", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
	    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRV);
	gtk_widget_class_set_template_from_resource(
	    widget_class, "/org/yikatong/App/ui/args_view.ui");
	gtk_widget_class_bind_template_child(widget_class, AppArgsView, box);
	gtk_widget_class_bind_template_child(widget_class, AppArgsView, what);
	gtk_widget_class_bind_template_child(widget_class, AppArgsView, amount);
	gtk_widget_class_bind_template_child(widget_class, AppArgsView, tiles);
	gtk_widget_class_bind_template_child(widget_class, AppArgsView, list);
	gtk_widget_class_bind_template_child(widget_class, AppArgsView, go);
	gtk_widget_class_bind_template_callback(widget_class, choose);
}

static void
app_args_view_init(AppArgsView *view)
{
	gtk_widget_init_template(GTK_WIDGET(view));
}

AppArgsView *
app_args_view_new(const AppCall *call, gboolean optional, const char *card)
{
	AppArgsView *view = g_object_new(APP_TYPE_ARGS_VIEW, NULL);
	const struct ykt_function *function = app_call_function(call);

	view->call = call;
	gtk_label_set_text(view->what, function != NULL ? app_text_tr(function->what) : "");
	for (guint i = 0; i < APP_ARGS_MAX; i++)
		if (optional || call->args[i].kind != APP_ARG_OPTIONAL)
			add_arg(view, i);
	if (card != NULL && view->inputs[app_call_card(call)] != NULL)
		gtk_editable_set_text(GTK_EDITABLE(view->inputs[app_call_card(call)]), card);
	on_changed(view);

	return view;
}
