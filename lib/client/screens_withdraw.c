/*
 * The words about money that leaves a wallet.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/screens_priv.h"

const char client_text_withdraw[] =
    N_("Exactly what stands here is signed and leaves your wallet, once, without a fee.");

const struct client_own client_withdraw_own[] = {
	{ CLIENT_FLOW_WITHDRAW,
	    { YKT_OK, YKT_TONE_GOOD, N_("The money is in your account."), NULL } },
	{ CLIENT_FLOW_WITHDRAW,
	    { YKT_CANCELLED, YKT_TONE_PLAIN, N_("You did not confirm."), NULL } },
	{ CLIENT_FLOW_WITHDRAW,
	    { YKT_PENDING, YKT_TONE_WAIT, N_("It is being paid out."),
		N_("Do not withdraw it again. Its end stands in your orders.") } },
	{ CLIENT_FLOW_WITHDRAW,
	    { YKT_UNKNOWN, YKT_TONE_WAIT,
		N_("The withdrawal is being processed: its end is not known yet."),
		N_("Do not withdraw it again. The platform is asked at the next start.") } },
	{ CLIENT_FLOW_WITHDRAW, { YKT_NOT_DONE, YKT_TONE_BAD, N_("It was not paid out."), NULL } },
	{ CLIENT_FLOW_WITHDRAW,
	    { YKT_REFUSED, YKT_TONE_BAD, N_("The withdrawal was refused."), NULL } },
	{ CLIENT_FLOW_WITHDRAW,
	    { YKT_DENIED, YKT_TONE_BAD, N_("The withdrawal was refused."), NULL } },
	{ CLIENT_FLOW_WITHDRAW, { YKT_BLOCKED, YKT_TONE_BAD, N_("The payment PIN is blocked."),
				    N_("Reset the payment PIN.") } },
	{ CLIENT_FLOW_WITHDRAW,
	    { YKT_OVER_LIMIT, YKT_TONE_BAD,
		N_("The amount is not allowed, or the wallet holds less."), NULL } },
};
const size_t client_withdraw_own_count = YKT_ARRAY_LEN(client_withdraw_own);

/* A reason, and the states in a list. */
const struct client_token client_withdraw_words[] = {
	{ "withdraw_amount", N_("From 1.00 to 5,000.00 yuan can be withdrawn at a time.") },
	{ "withdraw_asked", N_("being paid out") },
	{ "withdraw_done", N_("paid out") },
	{ "withdraw_refused", N_("not paid out") },
};
const size_t client_withdraw_words_count = YKT_ARRAY_LEN(client_withdraw_words);
