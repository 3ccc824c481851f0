/*
 * The words about transport cards of others that a user binds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/screens_priv.h"

#define NEXT_NAME N_("Name the card you mean by its number.")
#define NO_CARD   N_("There is no card in this device.")
#define NO_NUMBER N_("No card in this device has that number.")
#define NO_OWN    N_("The account has no such card.")
#define PASSWORD  N_("The password is not right.")
#define UNBOUND   N_("The card is not bound.")

const char client_text_bind_card[] =
    N_("The card proves that you hold it. What is on it stays on it. It is listed then, can be "
       "topped up and locked, and nobody else can bind it.");
const char client_text_unbind_card[] =
    N_("What is on the card stays on it. The account does not list it any more, and whoever holds "
       "it can bind it. Your login password shows that it is you.");

const struct client_own client_claim_own[] = {
	{ CLIENT_FLOW_BIND_CARD, { YKT_OK, YKT_TONE_GOOD, N_("The card is bound."), NULL } },
	{ CLIENT_FLOW_BIND_CARD,
	    { YKT_CONFLICT, YKT_TONE_BAD, N_("The card is one of the account already."), NULL } },
	{ CLIENT_FLOW_BIND_CARD,
	    { YKT_MISMATCH, YKT_TONE_BAD,
		N_("The card is none that this platform serves. It is not bound."), NULL } },
	{ CLIENT_FLOW_BIND_CARD,
	    { YKT_BLOCKED, YKT_TONE_BAD,
		N_("The card is blocked, or on the list of cards that gates refuse. It is not "
		   "bound."),
		N_("Ask the card company.") } },
	{ CLIENT_FLOW_BIND_CARD,
	    { YKT_EXPIRED, YKT_TONE_BAD, N_("The card was given back. It is not bound."), NULL } },
	{ CLIENT_FLOW_BIND_CARD,
	    { YKT_DENIED, YKT_TONE_BAD,
		N_("The card did not prove that it is what it says. It is not bound."), NULL } },
	{ CLIENT_FLOW_BIND_CARD,
	    { YKT_OVER_LIMIT, YKT_TONE_BAD, UNBOUND, N_("Try again tomorrow.") } },
	{ CLIENT_FLOW_BIND_CARD, { YKT_REFUSED, YKT_TONE_BAD, UNBOUND, NULL } },
	{ CLIENT_FLOW_BIND_CARD, { YKT_PENDING, YKT_TONE_BAD, UNBOUND, N_("Try again later.") } },
	{ CLIENT_FLOW_BIND_CARD, { YKT_CANCELLED, YKT_TONE_PLAIN,
				     N_("You did not confirm. The card is not bound."), NULL } },
	{ CLIENT_FLOW_BIND_CARD,
	    { YKT_DISPUTED, YKT_TONE_WAIT,
		N_("The card's counter is not what it can be. The card company looks at it."),
		N_("Ask the card company.") } },
	{ CLIENT_FLOW_BIND_CARD, { YKT_UNKNOWN, YKT_TONE_WAIT,
				     N_("An answer was lost. The card may be bound; it is never "
					"bound twice."),
				     N_("Look at the cards later.") } },
	{ CLIENT_FLOW_BIND_CARD,
	    { YKT_E_ARG, YKT_TONE_BAD, N_("There are several cards in this device."), NEXT_NAME } },
	{ CLIENT_FLOW_BIND_CARD, { YKT_NOT_FOUND, YKT_TONE_BAD, NO_CARD, NULL } },
	{ CLIENT_FLOW_BIND_CARD, { YKT_WRONG_CARD, YKT_TONE_BAD, NO_NUMBER, NULL } },
	{ CLIENT_FLOW_UNBIND_CARD, { YKT_OK, YKT_TONE_GOOD, N_("The card is unbound."), NULL } },
	{ CLIENT_FLOW_UNBIND_CARD, { YKT_DENIED, YKT_TONE_BAD, PASSWORD, NULL } },
	{ CLIENT_FLOW_UNBIND_CARD,
	    { YKT_REFUSED, YKT_TONE_BAD, N_("The card stays bound."), NULL } },
	{ CLIENT_FLOW_UNBIND_CARD,
	    { YKT_CANCELLED, YKT_TONE_PLAIN, N_("You did not confirm."), NULL } },
	{ CLIENT_FLOW_UNBIND_CARD,
	    { YKT_UNKNOWN, YKT_TONE_WAIT,
		N_("An answer was lost. The card may be bound, or not any more."),
		N_("Look at the cards later.") } },
	{ CLIENT_FLOW_UNBIND_CARD, { YKT_NOT_FOUND, YKT_TONE_BAD, NO_OWN, NULL } },
	{ CLIENT_FLOW_UNBIND_CARD,
	    { YKT_E_ARG, YKT_TONE_BAD, N_("The account has several such cards."), NEXT_NAME } },
};
const size_t client_claim_own_count = YKT_ARRAY_LEN(client_claim_own);

const struct client_token client_claim_reasons[] = {
	{ "card_bound", N_("The card is one of the account already.") },
	{ "card_taken", N_("The card is bound to another account.") },
	{ "card_issuer", N_("Another issuer made the card.") },
	{ "card_kind", N_("The card is of a kind that this platform does not load.") },
	{ "card_returned", N_("The card was given back.") },
	{ "card_arrears",
	    N_("Rides with the card are not paid yet. Top it up where it was bought.") },
	{ "card_own", N_("The card was opened here. Delete it, or give it back.") },
	{ "card_foreign",
	    N_("Only the issuer that opened the card can do that. Unbind it instead.") },
	{ "cards_most", N_("The account has as many cards as it may.") },
	{ "stale", N_("The card's proof came too late.") },
	{ "attempt_used", N_("The card's proof was used before.") },
	{ "proof_needed", N_("The card's proof is over.") },
};
const size_t client_claim_reasons_count = YKT_ARRAY_LEN(client_claim_reasons);
