/*
 * The words about the end of a card, its moves and bindings.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/screens_priv.h"

#define NO_CARD   N_("There is no such card in this device.")
#define NO_NUMBER N_("No card in this device has that number.")
#define PASSWORD  N_("The password is not right.")
#define GOES_ON   N_("It goes on at the next start. Keep the card with this device.")

const char client_text_return[] =
    N_("All that is on the card goes into your wallet, less the fee. Then the card is taken out of "
       "this device, for good.");
const char client_text_move[] =
    N_("All that is on the card waits for your card in another device. Then this one is taken "
       "out.");

const struct client_own client_card_own[] = {
	{ CLIENT_FLOW_RETURN, { YKT_OK, YKT_TONE_GOOD, N_("The card is given back."), NULL } },
	{ CLIENT_FLOW_RETURN, { YKT_CANCELLED, YKT_TONE_PLAIN, N_("You did not confirm."), NULL } },
	{ CLIENT_FLOW_RETURN, { YKT_DENIED, YKT_TONE_BAD, PASSWORD, NULL } },
	{ CLIENT_FLOW_RETURN,
	    { YKT_REFUSED, YKT_TONE_BAD, N_("The card cannot be given back now."), NULL } },
	{ CLIENT_FLOW_RETURN, { YKT_NOT_FOUND, YKT_TONE_BAD, NO_CARD, NULL } },
	{ CLIENT_FLOW_RETURN, { YKT_WRONG_CARD, YKT_TONE_BAD, NO_NUMBER, NULL } },
	{ CLIENT_FLOW_RETURN,
	    { YKT_PENDING, YKT_TONE_WAIT, N_("It is begun and not finished yet."), GOES_ON } },
	{ CLIENT_FLOW_MOVE_OUT, { YKT_OK, YKT_TONE_GOOD, N_("The card is out of this device."),
				    N_("Move it in on the other device.") } },
	{ CLIENT_FLOW_MOVE_OUT,
	    { YKT_CANCELLED, YKT_TONE_PLAIN, N_("You did not confirm."), NULL } },
	{ CLIENT_FLOW_MOVE_OUT, { YKT_DENIED, YKT_TONE_BAD, PASSWORD, NULL } },
	{ CLIENT_FLOW_MOVE_OUT,
	    { YKT_REFUSED, YKT_TONE_BAD, N_("The card cannot be moved now."), NULL } },
	{ CLIENT_FLOW_MOVE_OUT, { YKT_NOT_FOUND, YKT_TONE_BAD, NO_CARD, NULL } },
	{ CLIENT_FLOW_MOVE_OUT, { YKT_WRONG_CARD, YKT_TONE_BAD, NO_NUMBER, NULL } },
	{ CLIENT_FLOW_MOVE_OUT,
	    { YKT_PENDING, YKT_TONE_WAIT, N_("It is begun and not finished yet."), GOES_ON } },
	{ CLIENT_FLOW_MOVE_IN, { YKT_OK, YKT_TONE_GOOD, N_("Your card is ready."), NULL } },
	{ CLIENT_FLOW_MOVE_IN,
	    { YKT_REFUSED, YKT_TONE_BAD, N_("No card can be moved in now."), NULL } },
	{ CLIENT_FLOW_MOVE_IN, { YKT_CONFLICT, YKT_TONE_BAD,
				   N_("This device already has a card of that city."), NULL } },
	{ CLIENT_FLOW_MOVE_IN,
	    { YKT_NOT_FOUND, YKT_TONE_BAD, N_("There is no such city to choose."), NULL } },
};
const size_t client_card_own_count = YKT_ARRAY_LEN(client_card_own);

const struct client_token client_card_reasons[] = {
	{ "no_unload", N_("Money cannot be taken off this card. Ride it empty first.") },
	{ "card_pin", N_("The card wants its own PIN first.") },
	{ "unload_other", N_("Something else was begun with this card. Finish that first.") },
	{ "no_ticket", N_("No card of this account is on its way. Move it out first.") },
	{ "ticket", N_("What was on the card has been used, or is in the wallet now.") },
	{ "unload_state", N_("It is past that.") },
	{ "destination", N_("The money cannot go there.") },
	{ "fee", N_("The fee changed while you looked at it.") },
	{ "no_pin_key", N_("This client has no key for payment PINs. Ask its provider for one.") },
};
const size_t client_card_reasons_count = YKT_ARRAY_LEN(client_card_reasons);

const struct client_token client_card_tokens[] = {
	{ "return", N_("card return") },
	{ "origin", N_("the way it was paid") },
	{ "leaving", N_("being given back") },
	{ "empty", N_("empty, given back") },
	{ "left_gone", N_("taken out") },
	{ "left_stays", N_("empty; it stays") },
	{ "left_empty", N_("empty; it is taken out later") },
};
const size_t client_card_tokens_count = YKT_ARRAY_LEN(client_card_tokens);
