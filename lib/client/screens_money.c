/*
 * What became of the money, in words; and which values are words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/screens_priv.h"

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
	[CLIENT_MONEY_UNSURE_OUT] =
	    N_("It is not known yet whether the money left the wallet. It is "
	       "asked about, never withdrawn twice."),
	[CLIENT_MONEY_ON_ITS_WAY] =
	    N_("The money has left the wallet. It is paid out once, or comes "
	       "back into the wallet."),
	[CLIENT_MONEY_WITHDRAWN] = N_("It went out of your wallet once, into your account."),
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

const struct client_own client_wallet_own[] = {
	{ CLIENT_FLOW_WALLET, { YKT_OK, YKT_TONE_GOOD, N_("What your wallet holds."), NULL } },
	{ CLIENT_FLOW_WALLET_TOPUP, { YKT_OK, YKT_TONE_GOOD, N_("The top-up is done."), NULL } },
	{ CLIENT_FLOW_WALLET_TOPUP,
	    { YKT_OVER_LIMIT, YKT_TONE_BAD,
		N_("The amount is not allowed, or the wallet would hold too much."), NULL } },
	{ CLIENT_FLOW_PAY, { YKT_OK, YKT_TONE_GOOD, N_("It is paid."), NULL } },
	{ CLIENT_FLOW_PAY, { YKT_CANCELLED, YKT_TONE_PLAIN, N_("You did not confirm."), NULL } },
	{ CLIENT_FLOW_PAY, { YKT_NOT_FOUND, YKT_TONE_BAD, N_("There is no such bill."), NULL } },
	{ CLIENT_FLOW_PAY, { YKT_CONFLICT, YKT_TONE_BAD, N_("This bill is paid."), NULL } },
	{ CLIENT_FLOW_PAY, { YKT_EXPIRED, YKT_TONE_BAD, N_("This bill is too old."),
			       N_("Ask the merchant for a new one.") } },
	{ CLIENT_FLOW_PAY, { YKT_DENIED, YKT_TONE_BAD, N_("The payment was refused."), NULL } },
	{ CLIENT_FLOW_PAY, { YKT_BLOCKED, YKT_TONE_BAD, N_("The payment PIN is blocked."),
			       N_("Reset the payment PIN.") } },
	{ CLIENT_FLOW_PAY, { YKT_OVER_LIMIT, YKT_TONE_BAD, N_("The wallet holds less than that."),
			       N_("Top up the wallet.") } },
	{ CLIENT_FLOW_PAY, { YKT_UNKNOWN, YKT_TONE_WAIT,
			       N_("The payment is being processed: its end is not known yet."),
			       N_("Do not pay again. The platform is asked at the next start.") } },
	{ CLIENT_FLOW_PIN, { YKT_OK, YKT_TONE_GOOD, N_("The payment PIN is set."), NULL } },
	{ CLIENT_FLOW_PIN,
	    { YKT_DENIED, YKT_TONE_BAD, N_("The password or the PIN is not right."), NULL } },
	{ CLIENT_FLOW_PIN, { YKT_BLOCKED, YKT_TONE_BAD, N_("The payment PIN is blocked."),
			       N_("Reset the payment PIN.") } },
	{ CLIENT_FLOW_PIN,
	    { YKT_UNKNOWN, YKT_TONE_WAIT, N_("The answer was lost. The PIN may be set."),
		N_("Set it again, with the same new PIN.") } },
	{ CLIENT_FLOW_PIN_RESET, { YKT_OK, YKT_TONE_GOOD, N_("The payment PIN is set."), NULL } },
	{ CLIENT_FLOW_PIN_RESET,
	    { YKT_DENIED, YKT_TONE_BAD, N_("The password or the code is not right."), NULL } },
	{ CLIENT_FLOW_PIN_RESET,
	    { YKT_UNKNOWN, YKT_TONE_WAIT, N_("The answer was lost. The PIN may be set."),
		N_("Set it again, with the same new PIN.") } },
	{ CLIENT_FLOW_PASSWORD, { YKT_OK, YKT_TONE_GOOD, N_("The login password is changed."),
				    N_("Log in with the new password.") } },
	{ CLIENT_FLOW_PASSWORD,
	    { YKT_DENIED, YKT_TONE_BAD, N_("The password is not right."), NULL } },
	{ CLIENT_FLOW_PASSWORD,
	    { YKT_UNKNOWN, YKT_TONE_WAIT, N_("The answer was lost. The password may be changed."),
		N_("Log in with the new password, or else with the old one.") } },
	{ CLIENT_FLOW_RESET, { YKT_OK, YKT_TONE_GOOD, N_("The login password is set."),
				 N_("Log in with the new password.") } },
	{ CLIENT_FLOW_RESET, { YKT_DENIED, YKT_TONE_BAD, N_("Number, name or code is not right."),
				 N_("Begin again to get a new code.") } },
	{ CLIENT_FLOW_RESET,
	    { YKT_UNKNOWN, YKT_TONE_WAIT, N_("The answer was lost. The password may be changed."),
		N_("Log in with the new password, or else with the old one.") } },
	{ CLIENT_FLOW_DEREGISTER,
	    { YKT_OK, YKT_TONE_GOOD, N_("The account is closed; this device is empty."), NULL } },
	{ CLIENT_FLOW_DEREGISTER,
	    { YKT_REFUSED, YKT_TONE_BAD, N_("The account cannot be closed yet."), NULL } },
	{ CLIENT_FLOW_DEREGISTER,
	    { YKT_UNKNOWN, YKT_TONE_WAIT, N_("The answer was lost. The account may be closed."),
		N_("Deregister again.") } },
	{ CLIENT_FLOW_DEREGISTER,
	    { YKT_DENIED, YKT_TONE_BAD, N_("The password is not right."), NULL } },
	{ CLIENT_FLOW_CODE_OPEN, { YKT_OK, YKT_TONE_GOOD, N_("Ride codes are ready."), NULL } },
	{ CLIENT_FLOW_CODE_OPEN,
	    { YKT_DENIED, YKT_TONE_BAD, N_("The password is not right."), NULL } },
	{ CLIENT_FLOW_CODE_OPEN,
	    { YKT_UNKNOWN, YKT_TONE_WAIT, N_("The answer was lost. Ride codes may be open."),
		N_("Open them again.") } },
	{ CLIENT_FLOW_CODE_OPEN, { YKT_REFUSED, YKT_TONE_BAD, N_("No ride codes yet."), NULL } },
	{ CLIENT_FLOW_CODE_SHOW, { YKT_OK, YKT_TONE_GOOD, N_("Hold it to the reader."), NULL } },
	{ CLIENT_FLOW_CODE_SHOW, { YKT_REFUSED, YKT_TONE_BAD, N_("There is no ride code now."),
				     N_("Open ride codes again.") } },
	{ CLIENT_FLOW_CODE_SHOW,
	    { YKT_DENIED, YKT_TONE_BAD, N_("The password is not right."), NULL } },
	{ CLIENT_FLOW_CODE_SHOW, { YKT_BLOCKED, YKT_TONE_BAD, N_("Too many wrong passwords."),
				     N_("Log in: then it may be tried again.") } },
	{ CLIENT_FLOW_CODE_SHOW,
	    { YKT_NOT_FOUND, YKT_TONE_BAD, N_("There is no ride code on this device."),
		N_("Open ride codes first.") } },
	{ CLIENT_FLOW_CODE_SHOW, { YKT_EXPIRED, YKT_TONE_BAD, N_("The authorisation has run out."),
				     N_("Log in with a network: then it is renewed.") } },
	{ CLIENT_FLOW_CODE_SHOW,
	    { YKT_E_CORRUPT, YKT_TONE_BAD, N_("What is sealed on this device was changed."),
		N_("Open ride codes again.") } },
};
const size_t client_wallet_own_count = YKT_ARRAY_LEN(client_wallet_own);
