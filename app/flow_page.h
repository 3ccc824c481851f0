/*
 * One run of a function: what it needs, what it asks, how far it is, how it
 * ended. One page from the first question to the result screen.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_FLOW_PAGE_H
#define APP_FLOW_PAGE_H

#include <adwaita.h>

#include "app/worker.h"

G_BEGIN_DECLS

#define APP_TYPE_FLOW_PAGE (app_flow_page_get_type())
G_DECLARE_FINAL_TYPE(AppFlowPage, app_flow_page, APP, FLOW_PAGE, AdwBin)

/*
 * args: NULL, or texts as of the call's args; then they are not asked for.
 * optional: whether those that may be left out are asked for. target: NULL, or what card
 * it is for, unless the user types another, and where it is done.
 */
AppFlowPage *app_flow_page_new(AppWorker *worker, const AppCall *call, const char *const *args,
    gboolean optional, const AppTarget *target);

/* Where it was done; -1: not known, or everywhere. */
int app_flow_page_get_platform(AppFlowPage *page);

/*
 * The user wants out: a question is given up, what works is asked to stop where
 * that is safe, and a page that is at its end goes.
 */
void app_flow_page_leave(AppFlowPage *page);

G_END_DECLS

#endif
