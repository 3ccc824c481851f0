/*
 * The words about bank accounts that a user binds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/screens_priv.h"

#define PASSWORD N_("The password is not right.")

const char client_text_bind[] =
    N_("The bank compares all three with what it knows, then sends a code to that phone. The "
       "number leaves this device enciphered and is kept nowhere.");
const char client_text_unbind[] =
    N_("The account pays nothing here any more. Your login password shows that it is you.");

const struct client_own client_bank_own[] = {
	{ CLIENT_FLOW_BIND, { YKT_OK, YKT_TONE_GOOD, N_("The account is bound."), NULL } },
	{ CLIENT_FLOW_BIND,
	    { YKT_CONFLICT, YKT_TONE_BAD, N_("The account is bound already."), NULL } },
	{ CLIENT_FLOW_BIND,
	    { YKT_NOT_FOUND, YKT_TONE_BAD,
		N_("The bank knows no such account of this holder with this phone number."),
		NULL } },
	{ CLIENT_FLOW_BIND, { YKT_BLOCKED, YKT_TONE_BAD, N_("The bank has blocked the account."),
				N_("Ask your bank.") } },
	{ CLIENT_FLOW_BIND, { YKT_DENIED, YKT_TONE_BAD, N_("The bank's code was not right."),
				N_("Begin again to get a new code.") } },
	{ CLIENT_FLOW_BIND, { YKT_EXPIRED, YKT_TONE_BAD, N_("The bank's code was too late."),
				N_("Begin again to get a new code.") } },
	{ CLIENT_FLOW_BIND,
	    { YKT_OVER_LIMIT, YKT_TONE_BAD,
		N_("As many accounts are bound as may be. Unbind one first."), NULL } },
	{ CLIENT_FLOW_BIND,
	    { YKT_NOT_DONE, YKT_TONE_BAD, N_("It never reached the bank."), N_("Begin again.") } },
	{ CLIENT_FLOW_BIND, { YKT_CANCELLED, YKT_TONE_PLAIN,
				N_("You stopped it. The account is not bound."), NULL } },
	{ CLIENT_FLOW_BIND,
	    { YKT_UNKNOWN, YKT_TONE_WAIT,
		N_("An answer was lost. Whether the account is bound is asked for; it is never "
		   "bound twice."),
		N_("Look at the accounts later.") } },
	{ CLIENT_FLOW_BIND, { YKT_REFUSED, YKT_TONE_BAD, N_("The account is not bound."), NULL } },
	{ CLIENT_FLOW_ACCOUNTS,
	    { YKT_OK, YKT_TONE_GOOD, N_("The accounts that are bound."), NULL } },
	{ CLIENT_FLOW_UNBIND, { YKT_OK, YKT_TONE_GOOD, N_("The account is unbound."), NULL } },
	{ CLIENT_FLOW_UNBIND,
	    { YKT_PENDING, YKT_TONE_WAIT,
		N_("The account is unbound here. The bank hears of it as soon as it can be "
		   "reached."),
		NULL } },
	{ CLIENT_FLOW_UNBIND, { YKT_DENIED, YKT_TONE_BAD, PASSWORD, NULL } },
	{ CLIENT_FLOW_UNBIND,
	    { YKT_UNKNOWN, YKT_TONE_WAIT,
		N_("An answer was lost. The account may be bound, or not any more."),
		N_("Look at the accounts later.") } },
	{ CLIENT_FLOW_UNBIND,
	    { YKT_REFUSED, YKT_TONE_BAD, N_("The account stays as it is."), NULL } },
	{ CLIENT_FLOW_UNBIND, { YKT_CANCELLED, YKT_TONE_PLAIN, N_("You did not confirm."), NULL } },
};
const size_t client_bank_own_count = YKT_ARRAY_LEN(client_bank_own);

const struct client_token client_bank_reasons[] = {
	{ "account_number", N_("This is no number of an account: 12 to 19 digits, and its last "
			       "one must fit the others.") },
	{ "account_unknown", N_("The bank knows no such account.") },
	{ "account_blocked", N_("The bank has blocked the account.") },
	{ "account_bound", N_("It is bound to you.") },
	{ "account_unbound", N_("The account is not bound.") },
	{ "account_funds", N_("The account holds less than that.") },
	{ "account_state", N_("The account is not bound.") },
	{ "code_wrong", N_("The bank's code is not right.") },
	{ "code_tries", N_("The bank's code was wrong too often.") },
	{ "code_late", N_("The bank's code was too late.") },
	{ "not_done", N_("It never reached the bank.") },
	{ "too_many", N_("Five accounts are the most.") },
	{ "no_account", N_("No such account is bound.") },
	{ "accounts", N_("Several accounts are bound. Name one by its last four digits.") },
};
const size_t client_bank_reasons_count = YKT_ARRAY_LEN(client_bank_reasons);

const struct client_token client_bank_tokens[] = {
	{ "asked", N_("being bound") },
	{ "waiting", N_("waits for the bank's code") },
	{ "bound", N_("bound") },
	{ "unbinding", N_("being unbound") },
	{ "withdrawal", N_("withdrawal") },
	{ "yes", N_("yes") },
	{ "no", N_("no") },
};
const size_t client_bank_tokens_count = YKT_ARRAY_LEN(client_bank_tokens);
