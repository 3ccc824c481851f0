/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_FIT_H
#define APP_FIT_H

#include <gtk/gtk.h>

/*
 * For large text on a narrow screen: from here down every text that would make its page
 * wider than the screen goes on in another line. GTK's buttons give their labels one.
 */
void app_fit(GtkWidget *widget);

#endif
