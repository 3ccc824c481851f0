/*
 * The client's keypad for a PIN. A key is pressed by its position; its digit is
 * drawn and is no text anywhere, so that neither a log nor an assistive
 * technology has it, unless the user asked for the spoken mode.
 *
 * Signal: press (position), YKT_PRESS_DELETE to take the last one back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_KEYPAD_VIEW_H
#define APP_KEYPAD_VIEW_H

#include <adwaita.h>

#include "app/job.h"

G_BEGIN_DECLS

#define APP_TYPE_KEYPAD_VIEW (app_keypad_view_get_type())
G_DECLARE_FINAL_TYPE(AppKeypadView, app_keypad_view, APP, KEYPAD_VIEW, AdwBin)

AppKeypadView *app_keypad_view_new(void);

/* One showing; copied, and wiped with the view. */
void app_keypad_view_update(AppKeypadView *view, const AppPad *pad);

G_END_DECLS

#endif
