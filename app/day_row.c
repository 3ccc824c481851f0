/*
 * A row with a day.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/day_row.h"

#include <glib/gi18n.h>

#include "app/rows.h"

#define CARD_ZONE_S (8 * 3600)

static void
show_day(GtkCalendar *calendar, AdwActionRow *row)
{
	g_autoptr(GDateTime) day = gtk_calendar_get_date(calendar);
	g_autofree char *text = g_date_time_format(day, "%Y-%m-%d");

	adw_action_row_set_subtitle(row, text);
}

static void
toggle(GtkWidget *holder)
{
	gtk_widget_set_visible(holder, !gtk_widget_get_visible(holder));
}

/* The calendar's words are of the system's locale, which may be lacking where ours is not. */
static const char *const words[] = { N_("January"), N_("February"), N_("March"), N_("April"),
	N_("May"), N_("June"), N_("July"), N_("August"), N_("September"), N_("October"),
	N_("November"), N_("December"), N_("Sun"), N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"),
	N_("Fri"), N_("Sat") };

static void
translate(GtkLabel *label)
{
	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		if (g_strcmp0(gtk_label_get_text(label), words[i]) == 0) {
			gtk_label_set_text(label, _(words[i]));
			return;
		}
	}
}

/* And GTK 4.8 gives its four arrows no names. */
static void
name_parts(GtkWidget *widget, guint *at)
{
	static const char *const names[] = { N_("The month before"), N_("The next month"),
		N_("The year before"), N_("The next year") };

	if (GTK_IS_LABEL(widget)) {
		translate(GTK_LABEL(widget));
		return;
	}

	if (GTK_IS_BUTTON(widget) && *at < G_N_ELEMENTS(names)) {
		gtk_accessible_update_property(
		    GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, _(names[*at]), -1);
		(*at)++;
		return;
	}
	for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
	     child = gtk_widget_get_next_sibling(child))
		name_parts(child, at);
}

gint64
app_day_row_ms(GtkCalendar *calendar)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_offset(CARD_ZONE_S);
	g_autoptr(GDateTime) shown = gtk_calendar_get_date(calendar);
	g_autoptr(GDateTime) begin = g_date_time_new(zone, g_date_time_get_year(shown),
	    g_date_time_get_month(shown), g_date_time_get_day_of_month(shown), 0, 0, 0);

	return g_date_time_to_unix(begin) * 1000;
}

GtkWidget *
app_day_row_add(GtkListBox *list, const char *title, guint days_ago)
{
	GtkWidget *row = g_object_new(APP_TYPE_ACTION_ROW, "title", title, NULL);
	GtkWidget *arrow = gtk_image_new_from_icon_name("app-calendar-symbolic");
	GtkWidget *calendar = gtk_calendar_new();
	GtkWidget *holder = gtk_list_box_row_new();
	g_autoptr(GTimeZone) zone = g_time_zone_new_offset(CARD_ZONE_S);
	g_autoptr(GDateTime) now = g_date_time_new_now(zone);
	g_autoptr(GDateTime) day = g_date_time_add_days(now, -(int)days_ago);
	guint arrows = 0;

	gtk_calendar_select_day(GTK_CALENDAR(calendar), day);
	gtk_widget_add_css_class(calendar, "days");
	gtk_accessible_update_property(
	    GTK_ACCESSIBLE(calendar), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
	name_parts(calendar, &arrows);
	gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(holder), calendar);
	gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(holder), FALSE);
	gtk_widget_set_focusable(holder, FALSE);
	gtk_widget_set_visible(holder, FALSE);
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), arrow);
	g_signal_connect_swapped(row, "activated", G_CALLBACK(toggle), holder);
	g_signal_connect(calendar, "day-selected", G_CALLBACK(show_day), row);
	show_day(GTK_CALENDAR(calendar), ADW_ACTION_ROW(row));
	gtk_list_box_append(list, row);
	gtk_list_box_append(list, holder);

	return calendar;
}
