/*
 * A screen that asks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/form_view.h"

#include <glib/gi18n.h>
#include <string.h>

#include <ykt/secret.h>

#include "app/rows.h"
#include "app/secret_row.h"
#include "app/text.h"

struct _AppFormView {
	AdwBin parent_instance;
	AppScreen *screen;
	GtkWidget
	    *inputs[YKT_ANSWERS_MAX];  /* row, or switch; NULL: the button itself is the answer */
	char *chosen[YKT_ANSWERS_MAX]; /* by a list of choices */
	guint count;

	GtkBox *box;
	GtkButton *done;
};

enum { ANSWERED, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

G_DEFINE_FINAL_TYPE(AppFormView, app_form_view, ADW_TYPE_BIN)

/* --- answering ------------------------------------------------------------------------- */

static void
answer(AppFormView *form, guint i, char out[YKT_ANSWER_MAX])
{
	GtkWidget *input = form->inputs[i];
	const char *text = "1";

	if (form->chosen[i] != NULL)
		text = form->chosen[i];
	else if (GTK_IS_SWITCH(input))
		text = gtk_switch_get_active(GTK_SWITCH(input)) ? "1" : "0";
	else if (input != NULL)
		text = gtk_editable_get_text(GTK_EDITABLE(input));
	g_strlcpy(out, text, YKT_ANSWER_MAX);
}

static void
submit(AppFormView *form)
{
	struct ykt_answers answers = { 0 };

	for (guint i = 0; i < form->count; i++)
		answer(form, i, answers.text[i]);
	g_signal_emit(form, signals[ANSWERED], 0, &answers);
	ykt_wipe(&answers, sizeof(answers));
}

/* Enter goes to the next line that is empty, and behind the last one answers. */
static void
on_entry(AppFormView *form)
{
	for (guint i = 0; i < form->count; i++) {
		GtkWidget *input = form->inputs[i];

		if (ADW_IS_ENTRY_ROW(input) &&
		    *gtk_editable_get_text(GTK_EDITABLE(input)) == '\0') {
			gtk_widget_grab_focus(input);
			return;
		}
	}
	submit(form);
}

/* --- building: what stands above the questions --------------------------------------------- */

static void
append(AppFormView *form, GtkWidget *widget)
{
	gtk_box_append(form->box, widget);
}

static GtkWidget *
label_new(const char *text, const char *style)
{
	GtkWidget *label = gtk_label_new(text);

	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_justify(GTK_LABEL(label), GTK_JUSTIFY_CENTER);
	gtk_widget_add_css_class(label, style);

	return label;
}

/* Whom it is paid to and how much: nothing on the page is larger. */
static gboolean
add_payment(AppFormView *form)
{
	const AppField *payee = app_screen_field(form->screen, "payee");
	const AppField *amount = app_screen_field(form->screen, "amount");
	g_autofree char *money = NULL;
	GtkWidget *label;

	if (payee == NULL || amount == NULL)
		return FALSE;
	money = app_text_money(amount->number);
	label = label_new(payee->value, "title-4");
	gtk_widget_set_margin_top(label, 12);
	append(form, label);
	label = label_new(money, "huge-amount");
	gtk_widget_add_css_class(label, "numeric");
	append(form, label);

	return TRUE;
}

static void
add_fault(AppFormView *form)
{
	const AppField *fault = app_screen_field(form->screen, "fault");
	GtkWidget *label;

	if (fault == NULL)
		return;
	label = label_new(app_text_tr(fault->value), "fault");
	append(form, label);
}

static gboolean
is_hero(const AppField *field)
{
	return strcmp(field->id, "payee") == 0 || strcmp(field->id, "amount") == 0;
}

static void
add_facts(AppFormView *form, gboolean hero)
{
	GtkWidget *list = NULL;

	for (gsize i = 0; i < form->screen->count; i++) {
		const AppField *field = &form->screen->fields[i];
		GtkWidget *row;

		if (app_field_is_input(field) || app_field_is_cell(field) ||
		    (hero && is_hero(field)) || strcmp(field->id, "fault") == 0)
			continue;
		row = app_rows_field(field);
		if (row == NULL)
			continue;
		if (list == NULL) {
			list = app_rows_list();
			append(form, list);
		}
		gtk_list_box_append(GTK_LIST_BOX(list), row);
	}
}

/* --- building: the questions ------------------------------------------------------------------ */

static void
on_choice(GtkCheckButton *button, AppFormView *form)
{
	guint i = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(button), "input"));

	if (!gtk_check_button_get_active(button))
		return;
	g_free(form->chosen[i]);
	form->chosen[i] = g_strdup(g_object_get_data(G_OBJECT(button), "value"));
}

/* "Fee ¥20.00 · First load from ¥10.00" */
static char *
choice_details(const AppRow *cells)
{
	GString *text = g_string_new(NULL);

	for (gsize i = 0; i < cells->count; i++) {
		g_autofree char *money = NULL;

		if (cells->cells[i].kind != YKT_FIELD_MONEY)
			continue;
		money = app_text_money(cells->cells[i].number);
		g_string_append_printf(text, "%s%s %s", text->len > 0 ? " · " : "",
		    app_text_tr(cells->cells[i].label), money);
	}

	return g_string_free(text, FALSE);
}

static const char *
choice_name(const AppRow *cells, const char *value)
{
	const char *column = app_text_is_chinese() ? "name" : "name_en";
	const char *name = app_row_text(cells, column);

	return *name != '\0' ? name : value;
}

static GtkWidget *
choice_row(AppFormView *form, const AppRow *cells, const char *value, GtkWidget **group)
{
	GtkWidget *button = gtk_check_button_new();
	g_autofree char *details = choice_details(cells);
	GtkWidget *row = g_object_new(APP_TYPE_ACTION_ROW, "title", choice_name(cells, value),
	    "subtitle", details, "activatable-widget", button, NULL);

	g_object_set_data_full(G_OBJECT(button), "value", g_strdup(value), g_free);
	g_object_set_data(G_OBJECT(button), "input", GUINT_TO_POINTER(form->count));
	gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
	adw_action_row_add_prefix(ADW_ACTION_ROW(row), button);
	g_signal_connect(button, "toggled", G_CALLBACK(on_choice), form);
	gtk_check_button_set_group(
	    GTK_CHECK_BUTTON(button), *group != NULL ? GTK_CHECK_BUTTON(*group) : NULL);
	if (*group == NULL)
		gtk_check_button_set_active(GTK_CHECK_BUTTON(button), TRUE);
	*group = button;

	return row;
}

/* A line to type whose values stand in a table becomes a choice among the rows. */
static gboolean
add_choices(AppFormView *form, const AppField *field)
{
	GtkWidget *list = app_rows_list();
	GtkWidget *group = NULL;
	AppRow cells;
	gsize at = 0;

	g_object_ref_sink(list);
	while (app_screen_next_row(form->screen, &at, &cells)) {
		const char *value = app_row_text(&cells, field->id);

		if (*value != '\0')
			gtk_list_box_append(
			    GTK_LIST_BOX(list), choice_row(form, &cells, value, &group));
	}
	if (group != NULL)
		append(form, list);
	g_object_unref(list);

	return group != NULL;
}

static GtkWidget *
entry_row(AppFormView *form, const AppField *field)
{
	const char *label = app_text_tr(field->label);
	GtkWidget *row =
	    field->kind == YKT_FIELD_SECRET ? app_secret_row_new() : adw_entry_row_new();
	GtkEditable *text = gtk_editable_get_delegate(GTK_EDITABLE(row));

	g_object_set(row, "use-markup", FALSE, "title", label, NULL);
	if (strcmp(field->id, "phone") == 0)
		adw_entry_row_set_input_purpose(ADW_ENTRY_ROW(row), GTK_INPUT_PURPOSE_PHONE);
	if (field->kind == YKT_FIELD_INPUT && field->value != NULL)
		gtk_editable_set_text(GTK_EDITABLE(row), field->value);
	gtk_text_set_max_length(GTK_TEXT(text), YKT_ANSWER_MAX - 1);
	gtk_accessible_update_property(
	    GTK_ACCESSIBLE(text), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
	g_signal_connect_swapped(row, "entry-activated", G_CALLBACK(on_entry), form);

	return row;
}

static GtkWidget *
switch_row(const AppField *field, GtkWidget **ret_switch)
{
	const char *label = app_text_tr(field->label);
	GtkWidget *toggle = gtk_switch_new();
	GtkWidget *row = g_object_new(APP_TYPE_ACTION_ROW, "title", label, "title-lines", 0,
	    "activatable-widget", toggle, NULL);

	gtk_widget_set_valign(toggle, GTK_ALIGN_CENTER);
	gtk_switch_set_active(GTK_SWITCH(toggle), g_strcmp0(field->value, "1") == 0);
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), toggle);
	*ret_switch = toggle;

	return row;
}

/* "Pay", "Give the money back": one press answers; a term is agreed to by itself. */
static gboolean
is_confirmation(const AppField *field)
{
	return field->kind == YKT_FIELD_CHECK && strcmp(field->id, "ok") == 0;
}

static void
add_input(AppFormView *form, const AppField *field, GtkWidget *list)
{
	GtkWidget *input = NULL;

	if (is_confirmation(field)) {
		gtk_button_set_label(form->done, app_text_tr(field->label));
	} else if (field->kind == YKT_FIELD_CHECK) {
		gtk_list_box_append(GTK_LIST_BOX(list), switch_row(field, &input));
	} else if (field->kind != YKT_FIELD_INPUT || !add_choices(form, field)) {
		input = entry_row(form, field);
		gtk_list_box_append(GTK_LIST_BOX(list), input);
	}
	form->inputs[form->count++] = input;
}

/* The development platform's messages lie in a file: the code is offered from there. */
static void
fill_code(GtkButton *button, AppFormView *form)
{
	for (guint i = 0; i < form->count; i++) {
		if (ADW_IS_ENTRY_ROW(form->inputs[i]))
			gtk_editable_set_text(GTK_EDITABLE(form->inputs[i]),
			    g_object_get_data(G_OBJECT(button), "code"));
	}
}

static void
add_message(AppFormView *form, const AppConfig *config)
{
	g_autofree char *code = NULL;
	GtkWidget *list;
	GtkWidget *row;
	GtkWidget *button;

	if (config == NULL || app_screen_field(form->screen, "otp") == NULL)
		return;
	code = app_config_sms(config, "");
	if (code == NULL)
		return;
	button = gtk_button_new_with_label(_("Fill in"));
	gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
	row = g_object_new(ADW_TYPE_ACTION_ROW, "title", _("Message received (development)"),
	    "subtitle", code, NULL);
	g_object_set_data_full(G_OBJECT(button), "code", g_steal_pointer(&code), g_free);
	g_signal_connect(button, "clicked", G_CALLBACK(fill_code), form);
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), button);
	list = app_rows_list();
	gtk_list_box_append(GTK_LIST_BOX(list), row);
	append(form, list);
}

static void
build(AppFormView *form, const AppConfig *config)
{
	GtkWidget *list = app_rows_list();
	gboolean hero = add_payment(form);

	if (form->screen->text != NULL)
		append(form, label_new(app_text_tr(form->screen->text), "dim-label"));
	add_fault(form);
	add_facts(form, hero);
	for (gsize i = 0; i < form->screen->count; i++) {
		const AppField *field = &form->screen->fields[i];

		if (app_field_is_input(field) && form->count < YKT_ANSWERS_MAX)
			add_input(form, field, list);
	}
	if (gtk_widget_get_first_child(list) != NULL)
		append(form, list);
	else
		g_object_unref(g_object_ref_sink(list));
	add_message(form, config);
}

/* --- the object --------------------------------------------------------------------------------- */

/* What was typed goes with the page. */
static void
app_form_view_dispose(GObject *object)
{
	AppFormView *form = APP_FORM_VIEW(object);

	for (guint i = 0; i < YKT_ANSWERS_MAX; i++)
		g_clear_pointer(&form->chosen[i], g_free);
	form->count = 0;
	g_clear_pointer(&form->screen, app_screen_unref);
	G_OBJECT_CLASS(app_form_view_parent_class)->dispose(object);
}

static void
app_form_view_class_init(AppFormViewClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = app_form_view_dispose;
	signals[ANSWERED] = g_signal_new("answered", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
	    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
	gtk_widget_class_set_template_from_resource(
	    widget_class, "/org/yikatong/App/ui/form_view.ui");
	gtk_widget_class_bind_template_child(widget_class, AppFormView, box);
	gtk_widget_class_bind_template_child(widget_class, AppFormView, done);
	gtk_widget_class_bind_template_callback(widget_class, submit);
}

static void
app_form_view_init(AppFormView *form)
{
	gtk_widget_init_template(GTK_WIDGET(form));
}

AppFormView *
app_form_view_new(AppScreen *screen, const AppConfig *config)
{
	AppFormView *form = g_object_new(APP_TYPE_FORM_VIEW, NULL);

	form->screen = app_screen_ref(screen);
	build(form, config);

	return form;
}
