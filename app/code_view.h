/*
 * A ride code as large as the screen allows, with a ring that empties until the
 * next one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_CODE_VIEW_H
#define APP_CODE_VIEW_H

#include <adwaita.h>

#include "app/screen.h"

G_BEGIN_DECLS

#define APP_TYPE_CODE_VIEW (app_code_view_get_type())
G_DECLARE_FINAL_TYPE(AppCodeView, app_code_view, APP, CODE_VIEW, AdwBin)

AppCodeView *app_code_view_new(void);
/* A screen with a field of the kind CODE, named "code". */
void app_code_view_update(AppCodeView *view, const AppScreen *screen);

G_END_DECLS

#endif
