/*
 * The second tab: every trip, top-up and payment, newest first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_TRIPS_PAGE_H
#define APP_TRIPS_PAGE_H

#include <adwaita.h>

#include "app/window.h"

G_BEGIN_DECLS

#define APP_TYPE_TRIPS_PAGE (app_trips_page_get_type())
G_DECLARE_FINAL_TYPE(AppTripsPage, app_trips_page, APP, TRIPS_PAGE, AdwBin)

/* Asks for the records where it has none. */
void app_trips_page_show(AppTripsPage *page, AppWindow *window);
/* What it has is old: the next show asks again. */
void app_trips_page_forget(AppTripsPage *page);

G_END_DECLS

#endif
