/*
 * The words about the life cycle of a card's application.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/screens_priv.h"

#define NEXT_NAME   N_("Name the card you mean by its number.")
#define SEVERAL     N_("There are several cards in this device.")
#define NO_CARD     N_("There is no card in this device.")
#define NO_NUMBER   N_("No card in this device has that number.")
#define SEVERAL_OWN N_("The account has several such cards.")
#define NO_OWN      N_("The account has no such card.")
#define PASSWORD    N_("The password is not right.")
#define KEEPS       N_("The card keeps the version that it has.")
#define LATER       N_("It is decided, and not done in the secure element yet.")
#define GOES_ON     N_("It goes on at the next start. Keep the card with this device.")

const struct client_own client_manage_own[] = {
	{ CLIENT_FLOW_DELETE,
	    { YKT_OK, YKT_TONE_GOOD, N_("The card is deleted from this device."), NULL } },
	{ CLIENT_FLOW_DELETE, { YKT_REFUSED, YKT_TONE_BAD, N_("The card stays."), NULL } },
	{ CLIENT_FLOW_DELETE, { YKT_NOT_DONE, YKT_TONE_BAD, N_("The card stays."), NULL } },
	{ CLIENT_FLOW_DELETE, { YKT_DENIED, YKT_TONE_BAD, PASSWORD, NULL } },
	{ CLIENT_FLOW_DELETE, { YKT_E_ARG, YKT_TONE_BAD, SEVERAL, NEXT_NAME } },
	{ CLIENT_FLOW_DELETE, { YKT_NOT_FOUND, YKT_TONE_BAD, NO_CARD, NULL } },
	{ CLIENT_FLOW_DELETE, { YKT_WRONG_CARD, YKT_TONE_BAD, NO_NUMBER, NULL } },
	{ CLIENT_FLOW_LOCK, { YKT_OK, YKT_TONE_GOOD, N_("The card is locked."), NULL } },
	{ CLIENT_FLOW_LOCK, { YKT_PENDING, YKT_TONE_WAIT,
				N_("Gates refuse the card. Its secure element locks it at its next "
				   "contact."),
				NULL } },
	{ CLIENT_FLOW_LOCK,
	    { YKT_NOT_DONE, YKT_TONE_BAD,
		N_("Gates refuse the card. Its secure element did not lock it."), NULL } },
	{ CLIENT_FLOW_LOCK, { YKT_E_ARG, YKT_TONE_BAD, SEVERAL_OWN, NEXT_NAME } },
	{ CLIENT_FLOW_LOCK, { YKT_NOT_FOUND, YKT_TONE_BAD, NO_OWN, NULL } },
	{ CLIENT_FLOW_UNLOCK, { YKT_OK, YKT_TONE_GOOD, N_("The card is in use again."), NULL } },
	{ CLIENT_FLOW_UNLOCK,
	    { YKT_PENDING, YKT_TONE_WAIT,
		N_("The card is in use again when its secure element has unlocked "
		   "it."),
		N_("Log in on the device with that card.") } },
	{ CLIENT_FLOW_UNLOCK, { YKT_NOT_DONE, YKT_TONE_BAD, N_("The card stays locked."), NULL } },
	{ CLIENT_FLOW_UNLOCK, { YKT_DENIED, YKT_TONE_BAD, PASSWORD, NULL } },
	{ CLIENT_FLOW_UNLOCK, { YKT_E_ARG, YKT_TONE_BAD, SEVERAL_OWN, NEXT_NAME } },
	{ CLIENT_FLOW_UNLOCK, { YKT_NOT_FOUND, YKT_TONE_BAD, NO_OWN, NULL } },
	{ CLIENT_FLOW_APPS_UPDATE,
	    { YKT_OK, YKT_TONE_GOOD, N_("The card has the newest version."), NULL } },
	{ CLIENT_FLOW_APPS_UPDATE, { YKT_CANCELLED, YKT_TONE_PLAIN, KEEPS, NULL } },
	{ CLIENT_FLOW_APPS_UPDATE, { YKT_REFUSED, YKT_TONE_BAD, KEEPS, NULL } },
	{ CLIENT_FLOW_APPS_UPDATE, { YKT_NOT_DONE, YKT_TONE_BAD, KEEPS, NULL } },
	{ CLIENT_FLOW_APPS_UPDATE, { YKT_PENDING, YKT_TONE_WAIT, LATER, GOES_ON } },
	{ CLIENT_FLOW_APPS_UPDATE, { YKT_E_ARG, YKT_TONE_BAD, SEVERAL, NEXT_NAME } },
	{ CLIENT_FLOW_APPS_UPDATE, { YKT_NOT_FOUND, YKT_TONE_BAD, NO_CARD, NULL } },
	{ CLIENT_FLOW_APPS_UPDATE, { YKT_WRONG_CARD, YKT_TONE_BAD, NO_NUMBER, NULL } },
	{ CLIENT_FLOW_DELETE, { YKT_PENDING, YKT_TONE_WAIT, LATER, GOES_ON } },
};
const size_t client_manage_own_count = YKT_ARRAY_LEN(client_manage_own);

const struct client_token client_manage_reasons[] = {
	{ "app_unknown", N_("The card is not of this platform: it issues no such application.") },
	{ "app_list_sign", N_("The list of applications is not signed by this platform.") },
	{ "app_list_old", N_("The list of applications is older than one that was seen before.") },
	{ "app_list_stale", N_("The list of applications that this device kept is too old.") },
	{ "app_list_changed", N_("The list of applications that this device kept was changed.") },
	{ "app_function", N_("This city's card does not have that function.") },
	{ "card_state", N_("The card is not in use.") },
	{ "wrong_card", N_("The order is for another card.") },
	{ "no_element", N_("There is no secure element.") },
	{ "no_space", N_("There is no room for another card in the secure element.") },
	{ "card_busy", N_("The card is in use by a gate.") },
	{ "card_gone", N_("The card stopped answering.") },
	{ "card_money", N_("There is money on the card. Spend it, or give the card back, first.") },
	{ "occupied", N_("The secure element holds another card in its place.") },
	{ "locked", N_("The card is locked. Unlock it first.") },
	{ "card_locked", N_("The card is locked. Unlock it first.") },
	{ "app_state", N_("The application is not offered now.") },
	{ "version_state", N_("That version is not offered any more.") },
	{ "se_state", N_("The secure element was reported lost, or is out of use.") },
	{ "downgrade", N_("The card has a newer version already. It never goes back.") },
	{ "not_there", N_("The secure element does not hold the card.") },
	{ "cancelled", N_("It was taken back.") },
	{ "unproven", N_("The card did not say in time what is on it.") },
	{ "keys", N_("The key service does not want it.") },
	{ "channel_level", N_("The secure element cannot protect it well enough.") },
};
const size_t client_manage_reasons_count = YKT_ARRAY_LEN(client_manage_reasons);

const struct client_token client_manage_tokens[] = {
	{ "deleting", N_("being deleted") },
	{ "deleted", N_("deleted") },
	{ "locking", N_("locked at gates") },
	{ "locked", N_("locked") },
	{ "unlocking", N_("being unlocked") },
};
const size_t client_manage_tokens_count = YKT_ARRAY_LEN(client_manage_tokens);
