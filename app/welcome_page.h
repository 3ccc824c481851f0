/*
 * What a device without an account begins with.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_WELCOME_PAGE_H
#define APP_WELCOME_PAGE_H

#include <adwaita.h>

#include "app/calls.h"

G_BEGIN_DECLS

#define APP_TYPE_WELCOME_PAGE (app_welcome_page_get_type())
G_DECLARE_FINAL_TYPE(AppWelcomePage, app_welcome_page, APP, WELCOME_PAGE, AdwBin)

/* A card's own menu needs no account, but an element. */
void app_welcome_page_set_profile(AppWelcomePage *page, enum ykt_profile profile);

G_END_DECLS

#endif
