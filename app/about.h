/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_ABOUT_H
#define APP_ABOUT_H

#include <gtk/gtk.h>

/* Version, licences, and what the program follows. */
void app_about_show(GtkWindow *parent);

#endif
