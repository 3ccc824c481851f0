/*
 * Who pays an order: the pay channel, as usual, or one of the bound accounts. Hidden
 * until there is an account to choose.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_PAYER_VIEW_H
#define APP_PAYER_VIEW_H

#include <adwaita.h>

G_BEGIN_DECLS

#define APP_TYPE_PAYER_VIEW (app_payer_view_get_type())
G_DECLARE_FINAL_TYPE(AppPayerView, app_payer_view, APP, PAYER_VIEW, AdwBin)

/* Asks the platform of the flow page around it for the accounts when it is shown. */
AppPayerView *app_payer_view_new(void);
/* The id of the account, borrowed until the choice changes; "": the pay channel. */
const char *app_payer_view_get_account(AppPayerView *view);

G_END_DECLS

#endif
