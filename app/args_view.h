/*
 * What a function must be told before it starts: an amount as tiles, a number
 * as a line to type, a switch.
 *
 * Signal: chosen (char **), APP_ARGS_MAX texts borrowed for the call.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_ARGS_VIEW_H
#define APP_ARGS_VIEW_H

#include <adwaita.h>

#include "app/calls.h"

G_BEGIN_DECLS

#define APP_TYPE_ARGS_VIEW (app_args_view_get_type())
G_DECLARE_FINAL_TYPE(AppArgsView, app_args_view, APP, ARGS_VIEW, AdwBin)

/*
 * optional: whether arguments that may be left out are asked for at all. card: NULL, or what
 * stands in the line for a card's digits at first.
 */
AppArgsView *app_args_view_new(const AppCall *call, gboolean optional, const char *card);

G_END_DECLS

#endif
