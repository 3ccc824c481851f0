/*
 * The words about the life cycle of a card's application.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/screens_priv.h"

#define NEXT_NAME N_("Name the card you mean by its number.")
#define SEVERAL   N_("There are several cards in this device.")
#define NO_CARD   N_("There is no card in this device.")
#define NO_NUMBER N_("No card in this device has that number.")
#define PASSWORD  N_("The password is not right.")
#define LATER     N_("It is decided, and not done in the secure element yet.")
#define GOES_ON   N_("It goes on at the next start. Keep the card with this device.")

const struct client_own client_manage_own[] = {
	{ CLIENT_FLOW_DELETE,
	    { YKT_OK, YKT_TONE_GOOD, N_("The card is deleted from this device."), NULL } },
	{ CLIENT_FLOW_DELETE, { YKT_REFUSED, YKT_TONE_BAD, N_("The card stays."), NULL } },
	{ CLIENT_FLOW_DELETE, { YKT_NOT_DONE, YKT_TONE_BAD, N_("The card stays."), NULL } },
	{ CLIENT_FLOW_DELETE, { YKT_DENIED, YKT_TONE_BAD, PASSWORD, NULL } },
	{ CLIENT_FLOW_DELETE, { YKT_E_ARG, YKT_TONE_BAD, SEVERAL, NEXT_NAME } },
	{ CLIENT_FLOW_DELETE, { YKT_NOT_FOUND, YKT_TONE_BAD, NO_CARD, NULL } },
	{ CLIENT_FLOW_DELETE, { YKT_WRONG_CARD, YKT_TONE_BAD, NO_NUMBER, NULL } },
	{ CLIENT_FLOW_DELETE, { YKT_PENDING, YKT_TONE_WAIT, LATER, GOES_ON } },
};
const size_t client_manage_own_count = YKT_ARRAY_LEN(client_manage_own);

const struct client_token client_manage_reasons[] = {
	{ "card_money", N_("There is money on the card. Spend it, or give the card back, first.") },
	{ "occupied", N_("The secure element holds another card in its place.") },
	{ "locked", N_("The card is locked. Unlock it first.") },
	{ "unproven", N_("The card did not say in time what is on it.") },
	{ "keys", N_("The key service does not want it.") },
	{ "channel_level", N_("The secure element cannot protect it well enough.") },
};
const size_t client_manage_reasons_count = YKT_ARRAY_LEN(client_manage_reasons);

const struct client_token client_manage_tokens[] = {
	{ "deleting", N_("being deleted") },
	{ "deleted", N_("deleted") },
};
const size_t client_manage_tokens_count = YKT_ARRAY_LEN(client_manage_tokens);
