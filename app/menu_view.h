/*
 * One thing that a menu in the element shows or asks (ykt/handset.h), as a handset
 * shows it: a list, a text, a line to type, yes or no.
 *
 * Signal: answered (const struct ykt_answers *).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_MENU_VIEW_H
#define APP_MENU_VIEW_H

#include <adwaita.h>

#include "app/screen.h"

G_BEGIN_DECLS

#define APP_TYPE_MENU_VIEW (app_menu_view_get_type())
G_DECLARE_FINAL_TYPE(AppMenuView, app_menu_view, APP, MENU_VIEW, AdwBin)

/* Whether it is a menu's. */
gboolean app_menu_view_draws(const AppScreen *screen);
/* asks: the user goes on by himself; else the text stands until something else does. */
AppMenuView *app_menu_view_new(const AppScreen *screen, gboolean asks);
/* What a handset's key to go back answers. */
void app_menu_view_back(AppMenuView *view);

G_END_DECLS

#endif
