/*
 * Large text on a narrow screen.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/fit.h"

#include <adwaita.h>

static void
fit_label(GtkLabel *label)
{
	if (gtk_label_get_ellipsize(label) != PANGO_ELLIPSIZE_NONE)
		return;
	gtk_label_set_wrap(label, TRUE);
	gtk_label_set_wrap_mode(label, PANGO_WRAP_WORD_CHAR);
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
