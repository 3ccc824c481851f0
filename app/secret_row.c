/*
 * A line for a secret.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/secret_row.h"

#include <glib/gi18n.h>

static void
name_buttons(GtkWidget *widget)
{
	if (GTK_IS_BUTTON(widget)) {
		gtk_accessible_update_property(GTK_ACCESSIBLE(widget),
		    GTK_ACCESSIBLE_PROPERTY_LABEL, _("Show or hide what is typed"), -1);
		return;
	}
	for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
	     child = gtk_widget_get_next_sibling(child))
		name_buttons(child);
}

GtkWidget *
app_secret_row_new(void)
{
	GtkWidget *row = adw_password_entry_row_new();

	name_buttons(row);

	return row;
}
