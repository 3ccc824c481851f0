/*
 * Large text on a narrow screen.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/fit.h"

#include <adwaita.h>
#include <string.h>

/* Money is never broken: what stands beside it gives way. */
static gboolean
is_money(GtkLabel *label)
{
	return gtk_widget_has_css_class(GTK_WIDGET(label), "numeric") &&
	       strstr(gtk_label_get_text(label), "¥") != NULL;
}

static void
fit_label(GtkLabel *label)
{
	if (gtk_label_get_ellipsize(label) != PANGO_ELLIPSIZE_NONE || is_money(label))
		return;
	gtk_label_set_wrap(label, TRUE);
	gtk_label_set_wrap_mode(label, PANGO_WRAP_WORD_CHAR);
	/* A value stays on one line as long as there is room. */
	if (gtk_widget_has_css_class(GTK_WIDGET(label), "numeric") ||
	    GTK_IS_BUTTON(gtk_widget_get_parent(GTK_WIDGET(label))))
		gtk_label_set_natural_wrap_mode(label, GTK_NATURAL_WRAP_NONE);
	if (GTK_IS_BUTTON(gtk_widget_get_parent(GTK_WIDGET(label))))
		gtk_label_set_justify(label, GTK_JUSTIFY_CENTER);
}

/* What shortens its texts by itself, or has a place for each. */
static gboolean
is_closed(GtkWidget *widget)
{
	return GTK_IS_CALENDAR(widget) || GTK_IS_EDITABLE(widget) ||
	       ADW_IS_VIEW_SWITCHER_BAR(widget) || ADW_IS_VIEW_SWITCHER_TITLE(widget) ||
	       ADW_IS_WINDOW_TITLE(widget);
}

void
app_fit(GtkWidget *widget)
{
	if (GTK_IS_LABEL(widget))
		fit_label(GTK_LABEL(widget));
	if (is_closed(widget))
		return;
	for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
	     child = gtk_widget_get_next_sibling(child))
		app_fit(child);
}
