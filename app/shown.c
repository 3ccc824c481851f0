/*
 * What assistive technology sees of pages on top of each other.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/shown.h"

static void
update(GtkWidget *stack)
{
	g_autoptr(GtkWidget) shown = NULL;

	g_object_get(stack, "visible-child", &shown, NULL);
	for (GtkWidget *child = gtk_widget_get_first_child(stack); child != NULL;
	     child = gtk_widget_get_next_sibling(child))
		gtk_accessible_update_state(
		    GTK_ACCESSIBLE(child), GTK_ACCESSIBLE_STATE_HIDDEN, child != shown, -1);
}

void
app_shown_follow(GtkWidget *stack)
{
	g_signal_connect(stack, "notify::visible-child", G_CALLBACK(update), NULL);
	update(stack);
}
