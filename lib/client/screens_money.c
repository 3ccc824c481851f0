/*
 * What became of the money, in words; and which values are words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/screens.h"

#include <string.h>

const char *const client_money_text[CLIENT_MONEY_COUNT] = {
	[CLIENT_MONEY_UNTOUCHED] = N_("Nothing was charged."),
	[CLIENT_MONEY_UNSURE] = N_("It is not known yet whether the payment went through. It is "
				   "asked about, never paid twice."),
	[CLIENT_MONEY_KEPT] = N_("Your payment is safe: it will be loaded once, or given back."),
	[CLIENT_MONEY_LOADED] = N_("The money is on the card."),
	[CLIENT_MONEY_RETURNING] = N_("Your payment is on its way back to you."),
	[CLIENT_MONEY_RETURNED] = N_("Your payment was given back."),
	[CLIENT_MONEY_WALLET] = N_("The money is in your wallet."),
	[CLIENT_MONEY_PAID] = N_("It was paid once, out of your wallet."),
	[CLIENT_MONEY_STAYS] = N_("The money is on the card, as before."),
	[CLIENT_MONEY_LEAVING] = N_("Your money is safe: on the card, or booked already."),
	[CLIENT_MONEY_TICKET] = N_("The money waits for your card in another device."),
	[CLIENT_MONEY_CASE] = N_("Your payment is safe. A person looks at this order."),
};

bool
client_value_is_message(const char *field_id)
{
	static const char *const ids[] = { "money", "next", "reason", "note", "fault", "source",
		"order.kind", "order.state", "order.note", "record.kind", "record.state",
		"record.source", "card.state", "card.here", "app.state", "app.gate", "bank.state",
		"bank.default", "left.kind", "left.end", "account", "for", "left", "to",
		"platform_text" };

	for (size_t i = 0; i < YKT_ARRAY_LEN(ids); i++) {
		if (strcmp(ids[i], field_id) == 0)
			return true;
	}

	return false;
}
