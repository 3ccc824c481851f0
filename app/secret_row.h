/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_SECRET_ROW_H
#define APP_SECRET_ROW_H

#include <adwaita.h>

/* A line for a secret, whose eye has a name: libadwaita 1.2 gives it none. */
GtkWidget *app_secret_row_new(void);

#endif
