/*
 * Rows about the user's payment platforms.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/platform_rows.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/rows.h"
#include "app/text.h"

gboolean
app_platform_rows_joined(const AppScreen *screen)
{
	for (gsize i = 0; i < screen->count; i++) {
		if (strcmp(app_field_column(&screen->fields[i]), "platform") == 0)
			return TRUE;
	}

	return FALSE;
}

static void
add_fault(GtkWidget **list, const char *platform, const AppField *fault)
{
	g_autofree char *value = app_text_field(fault);
	GtkWidget *row;

	if (*value == '\0')
		return;
	row = g_object_new(ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title",
	    platform != NULL ? platform : app_text_tr(fault->label), "subtitle", value, NULL);
	adw_action_row_set_subtitle_lines(ADW_ACTION_ROW(row), 0);
	if (*list == NULL)
		*list = app_rows_list();
	gtk_list_box_append(GTK_LIST_BOX(*list), row);
}

guint
app_platform_rows_faults(GtkBox *box, const AppScreen *screen)
{
	const char *platform = NULL;
	GtkWidget *list = NULL;
	guint count = 0;

	for (gsize i = 0; i < screen->count; i++) {
		const AppField *field = &screen->fields[i];

		if (strcmp(field->id, "platform") == 0)
			platform = field->value;
		if (strcmp(field->id, "platform_text") != 0 && strcmp(field->id, "fault") != 0)
			continue;
		add_fault(&list, platform, field);
		count++;
	}
	if (list != NULL)
		gtk_box_append(box, list);

	return count;
}

/* --- the choice --------------------------------------------------------------------- */

typedef struct {
	AppWorker *worker;
	guint platform;
} Choice;

static void
choice_free(gpointer data)
{
	g_object_unref(((Choice *)data)->worker);
	g_free(data);
}

static gboolean
choose(gpointer data)
{
	const Choice *choice = data;

	app_worker_set_platform(choice->worker, choice->platform);

	return G_SOURCE_REMOVE;
}

/* Behind the press: the rows are made anew, and this is one of them. */
static void
on_activated(AdwActionRow *row, gpointer data)
{
	Choice *choice = g_new0(Choice, 1);

	choice->worker = g_object_ref(g_object_get_data(G_OBJECT(row), "worker"));
	choice->platform = GPOINTER_TO_UINT(data);
	g_idle_add_full(G_PRIORITY_DEFAULT, choose, choice, choice_free);
}

/* Never NULL. */
static const char *
standing(const struct ykt_client_info *info)
{
	if (info == NULL)
		return _("It could not be asked.");
	if (info->logged_in)
		return *info->phone != '\0' ? info->phone : info->name;

	return _("Not logged in");
}

static GtkWidget *
choice_row(AppWorker *worker, guint i)
{
	GtkWidget *row =
	    g_object_new(APP_TYPE_ACTION_ROW, "title", app_worker_platform_name(worker, i),
		"subtitle", standing(app_worker_platform_info(worker, i)), NULL);

	adw_action_row_add_prefix(ADW_ACTION_ROW(row), app_rows_icon("app-cards-symbolic"));
	if (i == app_worker_get_platform(worker))
		adw_action_row_add_suffix(
		    ADW_ACTION_ROW(row), gtk_image_new_from_icon_name("app-done-symbolic"));
	g_object_set_data_full(
	    G_OBJECT(row), "worker", g_object_ref(worker), (GDestroyNotify)g_object_unref);
	g_signal_connect(row, "activated", G_CALLBACK(on_activated), GUINT_TO_POINTER(i));
	gtk_widget_set_sensitive(row, app_worker_platform_info(worker, i) != NULL);

	return row;
}

void
app_platform_rows_choice(GtkBox *box, AppWorker *worker)
{
	guint count = app_worker_platforms(worker);
	GtkWidget *list;

	if (count < 2)
		return;
	gtk_box_append(box, app_rows_heading(_("Payment platforms")));
	list = app_rows_list();
	for (guint i = 0; i < count; i++)
		gtk_list_box_append(GTK_LIST_BOX(list), choice_row(worker, i));
	gtk_box_append(box, list);
}

char *
app_platform_rows_state(AppWorker *worker)
{
	GString *state = g_string_new(NULL);

	g_string_append_printf(state, "%u", app_worker_get_platform(worker));
	for (guint i = 0; i < app_worker_platforms(worker); i++)
		g_string_append_printf(state, "/%s", standing(app_worker_platform_info(worker, i)));

	return g_string_free(state, FALSE);
}
