/*
 * The first tab: the card as a picture, what one does most, the last trips.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_HOME_PAGE_H
#define APP_HOME_PAGE_H

#include <adwaita.h>

#include "app/window.h"

G_BEGIN_DECLS

#define APP_TYPE_HOME_PAGE (app_home_page_get_type())
G_DECLARE_FINAL_TYPE(AppHomePage, app_home_page, APP, HOME_PAGE, AdwBin)

/* Asks card and account again. */
void app_home_page_refresh(AppHomePage *page, AppWindow *window);
/* What the client says of itself; asks again when that makes a difference. */
void app_home_page_set_info(AppHomePage *page, AppWorker *worker);

/* Whether it must be said which card is meant. */
gboolean app_home_page_has_several_cards(AppHomePage *page);
/* The card that is in front of several, borrowed; without several nothing is written. */
void app_home_page_in_front(AppHomePage *page, AppTarget *target);

G_END_DECLS

#endif
