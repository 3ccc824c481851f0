/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_SHOWN_H
#define APP_SHOWN_H

#include <gtk/gtk.h>

/*
 * Hides from assistive technology whatever child of a stack (or of anything else
 * with the property "visible-child") is not the visible one, now and from now
 * on. GTK 4.8 and libadwaita 1.2 leave all of them in the tree.
 */
void app_shown_follow(GtkWidget *stack);

#endif
