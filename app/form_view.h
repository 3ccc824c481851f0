/*
 * A screen that asks, whatever it asks: texts, secrets, consent, one of several
 * rows, or a plain confirmation.
 *
 * Signal: answered (struct ykt_answers *), borrowed for the call and wiped behind it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_FORM_VIEW_H
#define APP_FORM_VIEW_H

#include <adwaita.h>

#include "app/config.h"
#include "app/screen.h"

G_BEGIN_DECLS

#define APP_TYPE_FORM_VIEW (app_form_view_get_type())
G_DECLARE_FINAL_TYPE(AppFormView, app_form_view, APP, FORM_VIEW, AdwBin)

/* config: for the development's message sink; may be NULL. */
AppFormView *app_form_view_new(AppScreen *screen, const AppConfig *config);

G_END_DECLS

#endif
