/*
 * Rows of lists.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/rows.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/card_view.h"
#include "app/text.h"
#include "app/window.h"

struct _AppActionRow {
	AdwActionRow parent_instance;
};

G_DEFINE_FINAL_TYPE(AppActionRow, app_action_row, ADW_TYPE_ACTION_ROW)

/* A row with more below it; assistive technology opens and closes it with "press" too. */
#define APP_TYPE_FOLD_ROW (app_fold_row_get_type())
G_DECLARE_FINAL_TYPE(AppFoldRow, app_fold_row, APP, FOLD_ROW, AdwExpanderRow)

struct _AppFoldRow {
	AdwExpanderRow parent_instance;
};

G_DEFINE_FINAL_TYPE(AppFoldRow, app_fold_row, ADW_TYPE_EXPANDER_ROW)

static void
press(GtkWidget *widget, const char *action, GVariant *parameter)
{
	(void)action;
	(void)parameter;
	gtk_widget_activate(widget);
}

static void
app_action_row_class_init(AppActionRowClass *klass)
{
	gtk_widget_class_install_action(GTK_WIDGET_CLASS(klass), "row.press", NULL, press);
}

static void
app_action_row_init(AppActionRow *row)
{
	gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), TRUE);
	adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row), FALSE);
}

static void
fold(GtkWidget *widget, const char *action, GVariant *parameter)
{
	AdwExpanderRow *row = ADW_EXPANDER_ROW(widget);

	(void)action;
	(void)parameter;
	adw_expander_row_set_expanded(row, !adw_expander_row_get_expanded(row));
}

static void
on_fold(AppFoldRow *row)
{
	gtk_accessible_update_state(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_STATE_EXPANDED,
	    adw_expander_row_get_expanded(ADW_EXPANDER_ROW(row)), -1);
}

static void
app_fold_row_class_init(AppFoldRowClass *klass)
{
	gtk_widget_class_install_action(GTK_WIDGET_CLASS(klass), "row.press", NULL, fold);
}

static void
app_fold_row_init(AppFoldRow *row)
{
	adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row), FALSE);
	g_signal_connect(row, "notify::expanded", G_CALLBACK(on_fold), NULL);
	on_fold(row);
}

GtkWidget *
app_rows_list(void)
{
	GtkWidget *list = gtk_list_box_new();

	gtk_list_box_set_selection_mode(GTK_LIST_BOX(list), GTK_SELECTION_NONE);
	gtk_widget_add_css_class(list, "boxed-list");

	return list;
}

GtkWidget *
app_rows_heading(const char *title)
{
	GtkWidget *label = gtk_label_new(title);

	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_widget_add_css_class(label, "heading");
	gtk_widget_set_margin_top(label, 12);

	return label;
}

GtkWidget *
app_rows_icon(const char *name)
{
	GtkWidget *icon = gtk_image_new_from_icon_name(name);

	gtk_widget_set_valign(icon, GTK_ALIGN_CENTER);
	gtk_widget_add_css_class(icon, "row-icon");

	return icon;
}

/* What a row of a card, or a button of an order, is for; kept with it. */
static void
keep_target(GtkWidget *widget, const AppTarget *target)
{
	g_object_set_data_full(G_OBJECT(widget), "card", g_strdup(target->card), g_free);
	g_object_set_data_full(G_OBJECT(widget), "platform", g_strdup(target->platform), g_free);
}

static AppTarget
target_of(gpointer widget)
{
	return (
	    AppTarget){ g_object_get_data(widget, "card"), g_object_get_data(widget, "platform") };
}

static void
start(AdwActionRow *row, gpointer data)
{
	const AppTarget target = target_of(row);
	AppWindow *window = app_window_of(GTK_WIDGET(row));

	if (window != NULL)
		app_window_start(window, data, NULL, &target);
}

GtkWidget *
app_rows_call(const AppCall *call)
{
	const struct ykt_function *function = app_call_function(call);
	GtkWidget *row = g_object_new(APP_TYPE_ACTION_ROW, "title",
	    app_text_tr(app_call_title(call)), "subtitle",
	    call->what != NULL ? _(call->what)
	    : function != NULL ? app_text_tr(function->what)
			       : "",
	    NULL);
	GtkWidget *icon = app_rows_icon(call->icon);
	GtkWidget *arrow = gtk_image_new_from_icon_name("app-next-symbolic");

	if (call->destructive)
		gtk_widget_add_css_class(icon, "destructive");
	gtk_widget_add_css_class(arrow, "dim-label");
	adw_action_row_add_prefix(ADW_ACTION_ROW(row), icon);
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), arrow);
	g_signal_connect(row, "activated", G_CALLBACK(start), (gpointer)call);

	return row;
}

GtkWidget *
app_rows_field(const AppField *field)
{
	g_autofree char *value = app_text_field(field);
	const char *label = app_text_tr(field->label);
	GtkWidget *row;
	GtkWidget *text;

	if (*value == '\0')
		return NULL;
	row = g_object_new(ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", label, NULL);
	/* A sentence stands below its label, a number beside it. */
	if (field->kind == YKT_FIELD_TEXT && g_utf8_strlen(value, -1) > 18) {
		adw_action_row_set_subtitle(ADW_ACTION_ROW(row), value);
		adw_action_row_set_subtitle_lines(ADW_ACTION_ROW(row), 0);
		gtk_widget_add_css_class(row, "property");
		return row;
	}
	text = gtk_label_new(value);
	gtk_label_set_xalign(GTK_LABEL(text), 1);
	gtk_widget_add_css_class(text, "numeric");
	gtk_widget_add_css_class(text, "dim-label");
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), text);

	return row;
}

/* --- records: by day, money at the end -------------------------------------------- */

static const char *
icon_of_record(const char *kind)
{
	if (app_text_comes_in(kind))
		return "app-yuan-symbolic";

	if (strcmp(kind, "withdrawal") == 0)
		return "app-up-symbolic";

	return strcmp(kind, "payment") == 0 ? "app-send-symbolic" : "app-train-symbolic";
}

static void
add_money(GtkWidget *row, const AppField *amount, gboolean comes_in)
{
	g_autofree char *text = app_text_change(amount->number, comes_in);
	GtkWidget *label = gtk_label_new(text);

	gtk_widget_add_css_class(label, "numeric");
	gtk_widget_add_css_class(label, "amount");
	if (comes_in)
		gtk_widget_add_css_class(label, "comes-in");
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), label);
}

/* The station where it is known, or else the city. */
static char *
place_of(const AppRow *cells)
{
	char *stop = app_text_stop(app_row_text(cells, "stop"));

	if (*stop != '\0')
		return stop;
	g_free(stop);

	return app_text_place(app_row_text(cells, "place"));
}

/* With the platform's name behind it, where there are several. */
static char *
and_platform(const char *text, const AppRow *cells)
{
	const char *platform = app_row_text(cells, "platform");

	return *platform != '\0' ? g_strdup_printf("%s · %s", text, platform) : g_strdup(text);
}

static GtkWidget *
record_row(const AppRow *cells)
{
	const AppField *time = app_row_cell(cells, "time");
	const AppField *amount = app_row_cell(cells, "amount");
	const char *kind = app_row_text(cells, "kind");
	g_autofree char *clock = time != NULL ? app_text_clock(time->number) : g_strdup("");
	g_autofree char *where = place_of(cells);
	g_autofree char *there =
	    *where != '\0' ? g_strdup_printf("%s · %s", clock, where) : g_strdup(clock);
	g_autofree char *subtitle = and_platform(there, cells);
	g_autofree char *title = app_text_title(kind);
	GtkWidget *row = g_object_new(
	    ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", title, "subtitle", subtitle, NULL);
	GtkWidget *icon = app_rows_icon(icon_of_record(kind));

	adw_action_row_add_prefix(ADW_ACTION_ROW(row), icon);
	if (amount != NULL)
		add_money(row, amount, app_text_comes_in(kind));

	return row;
}

static guint
add_records(GtkBox *box, const AppScreen *screen, guint limit)
{
	const gint64 now_ms = g_get_real_time() / 1000;
	g_autofree char *day = NULL;
	GtkWidget *list = NULL;
	guint count = 0;
	AppRow cells;
	gsize at = 0;

	while ((limit == 0 || count < limit) && app_screen_next_row(screen, &at, &cells)) {
		const AppField *time = app_row_cell(&cells, "time");
		g_autofree char *its_day =
		    time != NULL ? app_text_day(time->number, now_ms) : g_strdup("");

		if (list == NULL || strcmp(day, its_day) != 0) {
			g_free(day);
			day = g_strdup(its_day);
			gtk_box_append(box, app_rows_heading(day));
			list = app_rows_list();
			gtk_box_append(box, list);
		}
		gtk_list_box_append(GTK_LIST_BOX(list), record_row(&cells));
		count++;
	}

	return count;
}

/* --- orders: what it is, how it stands, what is done about the money ---------------- */

static void
refund_order(GtkButton *button, gpointer data)
{
	const char *args[APP_ARGS_MAX] = { g_object_get_data(G_OBJECT(button), "order") };
	const AppTarget target = target_of(button);
	AppWindow *window = app_window_of(GTK_WIDGET(button));

	(void)data;
	if (window != NULL)
		app_window_start(window, app_call_find("refund"), args, &target);
}

static void
add_to_expander(GtkWidget *row, const AppField *cell)
{
	GtkWidget *line = cell != NULL ? app_rows_field(cell) : NULL;

	if (line != NULL)
		adw_expander_row_add_row(ADW_EXPANDER_ROW(row), line);
}

static GtkWidget *
refund_row(const AppRow *cells)
{
	GtkWidget *button = gtk_button_new_with_label(_("Ask for the money back"));
	const char *order = app_row_text(cells, "id");
	const AppField *platform = app_row_cell(cells, "platform");
	const AppTarget target = { NULL, platform != NULL ? platform->value : NULL };

	gtk_widget_add_css_class(button, "flat");
	keep_target(button, &target);
	g_object_set_data_full(G_OBJECT(button), "order", g_strdup(order), g_free);
	g_signal_connect(button, "clicked", G_CALLBACK(refund_order), NULL);

	return button;
}

/* Only where money was paid and nothing came of it yet does asking make sense. */
static gboolean
may_be_refunded(const char *state)
{
	static const char *const states[] = { "paid", "opening", "loading", NULL };

	return g_strv_contains(states, state);
}

static GtkWidget *
order_row(const AppRow *cells)
{
	static const char *const more[] = { "state", "note", "time", "id" };
	const AppField *amount = app_row_cell(cells, "amount");
	const char *state = app_row_text(cells, "state");
	g_autofree char *title = app_text_title(app_row_text(cells, "kind"));
	g_autofree char *stands = app_text_title(state);
	g_autofree char *standing = and_platform(stands, cells);
	GtkWidget *row =
	    g_object_new(APP_TYPE_FOLD_ROW, "title", title, "subtitle", standing, NULL);

	gtk_accessible_update_property(
	    GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
	if (amount != NULL) {
		g_autofree char *money = app_text_money(amount->number);
		GtkWidget *label = gtk_label_new(money);

		gtk_widget_add_css_class(label, "numeric");
		gtk_widget_add_css_class(label, "amount");
		adw_expander_row_add_action(ADW_EXPANDER_ROW(row), label);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(more); i++)
		add_to_expander(row, app_row_cell(cells, more[i]));
	if (may_be_refunded(state))
		adw_expander_row_add_row(ADW_EXPANDER_ROW(row), refund_row(cells));

	return row;
}

/* --- any other table: a list a row ---------------------------------------------------- */

/* What the picture of a card shows already. */
static gboolean
on_picture(const AppField *cell)
{
	static const char *const columns[] = { "card", "number", "balance", "gate", "city", "aid",
		"platform", NULL };

	return g_strv_contains(columns, app_field_column(cell));
}

static void
add_row_fields(GtkBox *box, const AppRow *cells, gboolean pictured)
{
	GtkWidget *list = app_rows_list();

	g_object_ref_sink(list);
	for (gsize i = 0; i < cells->count; i++) {
		GtkWidget *line = pictured && on_picture(&cells->cells[i])
				      ? NULL
				      : app_rows_field(&cells->cells[i]);

		if (line != NULL)
			gtk_list_box_append(GTK_LIST_BOX(list), line);
	}
	if (gtk_widget_get_first_child(list) != NULL)
		gtk_box_append(box, list);
	g_object_unref(list);
}

/* What can be done with a card of this device; target: with which, NULL: the only one. */
static void
add_card_calls(GtkBox *box, const AppTarget *target)
{
	static const char *const ids[] = { "topup", "default", "contactless", "lock", "unlock",
		"return", "move out", "delete" };
	GtkWidget *list = app_rows_list();

	for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
		const AppCall *call = app_call_find(ids[i]);
		GtkWidget *row = call != NULL ? app_rows_call(call) : NULL;

		if (row == NULL)
			continue;
		if (target != NULL)
			keep_target(row, target);
		gtk_list_box_append(GTK_LIST_BOX(list), row);
	}
	gtk_box_append(box, list);
}

static void
add_row(GtkBox *box, const AppRow *cells)
{
	const char *first = cells->cells[0].id;
	gboolean pictured = app_row_cell(cells, "balance") != NULL;

	if (g_str_has_prefix(first, "order.")) {
		GtkWidget *list = app_rows_list();

		gtk_list_box_append(GTK_LIST_BOX(list), order_row(cells));
		gtk_box_append(box, list);
		return;
	}
	if (pictured)
		gtk_box_append(box, app_card_view_new_for_row(cells));
	add_row_fields(box, cells, pictured);
}

guint
app_rows_tables(GtkBox *box, const AppScreen *screen, guint limit)
{
	gboolean apps = strcmp(screen->id, "apps_result") == 0;
	gboolean several = apps && app_screen_row_count(screen) > 1;
	guint count = 0;
	AppRow cells;
	gsize at = 0;

	while ((limit == 0 || count < limit) && app_screen_next_row(screen, &at, &cells)) {
		if (count == 0 && g_str_has_prefix(cells.cells[0].id, "record."))
			return add_records(box, screen, limit);
		add_row(box, &cells);
		count++;
		if (several) {
			const AppTarget target = app_card_view_target(&cells);

			add_card_calls(box, &target);
		}
	}
	if (count > 0 && apps && !several)
		add_card_calls(box, NULL);

	return count;
}
