/*
 * A card as a picture: city, balance, the end of its number.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_CARD_VIEW_H
#define APP_CARD_VIEW_H

#include <adwaita.h>

#include "app/calls.h"
#include "app/screen.h"

G_BEGIN_DECLS

#define APP_TYPE_CARD_VIEW (app_card_view_get_type())
G_DECLARE_FINAL_TYPE(AppCardView, app_card_view, APP, CARD_VIEW, GtkWidget)

GtkWidget *app_card_view_new(void);
/* From a row of "apps" or "cards". */
GtkWidget *app_card_view_new_for_row(const AppRow *cells);

/* The city, and the platform's name where there are several ("" with one alone); to free. */
char *app_card_view_title(const char *city, const char *platform);
/* What is done to this card, and where: of a row of "apps", borrowed. */
AppTarget app_card_view_target(const AppRow *cells);

/* What gates see of it, or how it stands; to free. */
char *app_card_view_note(const AppRow *cells);

/* note may be NULL. masked may be "": then it is a wallet, without a number. */
void app_card_view_set(AppCardView *card, const char *title, const char *masked,
    const char *balance, const char *note);

G_END_DECLS

#endif
