/*
 * The screen that ends a function: what happened, what became of the money,
 * what to do next; lists and balances in their own dress.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_RESULT_VIEW_H
#define APP_RESULT_VIEW_H

#include <adwaita.h>

#include "app/calls.h"
#include "app/screen.h"

G_BEGIN_DECLS

#define APP_TYPE_RESULT_VIEW (app_result_view_get_type())
G_DECLARE_FINAL_TYPE(AppResultView, app_result_view, APP, RESULT_VIEW, AdwBin)

AppResultView *app_result_view_new(const AppScreen *screen, const AppCall *call);

G_END_DECLS

#endif
