/*
 * Functions in groups: money, cards and rides on one tab, account and security
 * on the other. The lists are the client's own: a function without a row here
 * still has one that says what it is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_SERVICES_PAGE_H
#define APP_SERVICES_PAGE_H

#include <adwaita.h>

#include "app/worker.h"

#include "app/calls.h"

G_BEGIN_DECLS

#define APP_TYPE_SERVICES_PAGE (app_services_page_get_type())
G_DECLARE_FINAL_TYPE(AppServicesPage, app_services_page, APP, SERVICES_PAGE, AdwBin)

/* personal: who one is, account, security, about; else everything else. */
void app_services_page_fill(AppServicesPage *page, AppWorker *worker, gboolean personal);

G_END_DECLS

#endif
