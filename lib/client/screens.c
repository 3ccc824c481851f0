/*
 * The screens as data.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/screens_priv.h"

#include <string.h>

const struct client_screen client_results[CLIENT_FLOW_COUNT] = {
	[CLIENT_FLOW_REGISTER] = { "reg_result", N_("Registration"), NULL, false },
	[CLIENT_FLOW_LOGIN] = { "login_result", N_("Login"), NULL, false },
	[CLIENT_FLOW_LOGOUT] = { "logout_result", N_("Logout"), NULL, false },
	[CLIENT_FLOW_OPEN_CARD] = { "open_result", N_("Card opening"), NULL, false },
	[CLIENT_FLOW_CARDS] = { "cards_result", N_("Cards"), NULL, false },
	[CLIENT_FLOW_BALANCE] = { "balance_result", N_("Balance"), NULL, false },
	[CLIENT_FLOW_RECORDS] = { "records_result", N_("Records"), NULL, false },
	[CLIENT_FLOW_TOPUP] = { "topup_result", N_("Top-up"), NULL, false },
	[CLIENT_FLOW_ORDERS] = { "orders_result", N_("Orders"), NULL, false },
	[CLIENT_FLOW_RECOVER] = { "recover_result", N_("Unfinished orders"), NULL, false },
	[CLIENT_FLOW_REFUND] = { "refund_result", N_("Refund"), NULL, false },
	[CLIENT_FLOW_APPS] = { "apps_result", N_("Cards in this device"), NULL, false },
	[CLIENT_FLOW_DEFAULT] = { "default_result", N_("Default card"), NULL, false },
	[CLIENT_FLOW_CONTACTLESS] = { "contactless_result", N_("Card at gates"), NULL, false },
	[CLIENT_FLOW_WALLET] = { "wallet_result", N_("Wallet"), NULL, false },
	[CLIENT_FLOW_WALLET_TOPUP] = { "wallet_topup_result", N_("Wallet top-up"), NULL, false },
	[CLIENT_FLOW_PAY] = { "pay_result", N_("Payment"), NULL, false },
	[CLIENT_FLOW_PIN] = { "pin_result", N_("Payment PIN"), NULL, false },
	[CLIENT_FLOW_PIN_RESET] = { "pin_reset_result", N_("Payment PIN reset"), NULL, false },
	[CLIENT_FLOW_PASSWORD] = { "password_result", N_("Login password"), NULL, false },
	[CLIENT_FLOW_RESET] = { "reset_result", N_("Login password reset"), NULL, false },
	[CLIENT_FLOW_DEREGISTER] = { "close_result", N_("Deregistration"), NULL, false },
	[CLIENT_FLOW_CODE_OPEN] = { "code_open_result", N_("Ride code opening"), NULL, false },
	[CLIENT_FLOW_DELETE] = { "delete_result", N_("Card deletion"), NULL, false },
	[CLIENT_FLOW_UPDATE] = { "update_result", N_("Update"), NULL, false },
	[CLIENT_FLOW_LOCK] = { "lock_result", N_("Card lock"), NULL, false },
	[CLIENT_FLOW_APPS_UPDATE] = { "apps_update_result", N_("Card update"), NULL, false },
	[CLIENT_FLOW_UNLOCK] = { "unlock_result", N_("Card unlock"), NULL, false },
	[CLIENT_FLOW_CODE_SHOW] = { "code_result", N_("Ride code"), NULL, true },
	[CLIENT_FLOW_RETURN] = { "return_result", N_("Card return"), NULL, false },
	[CLIENT_FLOW_MOVE_OUT] = { "move_out_result", N_("Card moved out"), NULL, false },
	[CLIENT_FLOW_MOVE_IN] = { "move_in_result", N_("Card moved in"), NULL, false },
	[CLIENT_FLOW_BIND] = { "bind_result", N_("Account binding"), NULL, false },
	[CLIENT_FLOW_ACCOUNTS] = { "accounts_result", N_("Bound accounts"), NULL, false },
	[CLIENT_FLOW_UNBIND] = { "unbind_result", N_("Account unbinding"), NULL, false },
	[CLIENT_FLOW_BIND_CARD] = { "bind_card_result", N_("Card binding"), NULL, false },
	[CLIENT_FLOW_UNBIND_CARD] = { "unbind_card_result", N_("Card unbinding"), NULL, false },
	[CLIENT_FLOW_WITHDRAW] = { "withdraw_result", N_("Withdrawal"), NULL, false },
};

const struct client_screen client_forms[CLIENT_FORM_COUNT] = {
	[CLIENT_FORM_REGISTER] = { "reg_form", N_("Registration"),
	    N_("Your phone number, a name and a password of at least 8 characters."), true },
	[CLIENT_FORM_OTP] = { "otp_form", N_("One-time code"),
	    N_("Type the code that was sent to your phone."), true },
	[CLIENT_FORM_LOGIN] = { "login_form", N_("Login"), NULL, true },
	[CLIENT_FORM_APP] = { "app_form", N_("Card opening"), N_("Which city's card?"), false },
	[CLIENT_FORM_PAY] = { "pay_confirm", N_("Payment"),
	    N_("Is this right? Only then is it paid."), true },
	[CLIENT_FORM_REFUND] = { "refund_confirm", N_("Refund"),
	    N_("Should this order's money go back to you?"), false },
	[CLIENT_FORM_BILL] = { "bill_confirm", N_("Payment"),
	    N_("Exactly what stands here is signed and paid, once."), true },
	[CLIENT_FORM_PIN] = { "pin_form", N_("Payment PIN"),
	    N_("Six digits, not easy to guess. Your login password shows that it is you."), true },
	[CLIENT_FORM_ELEMENT] = { "element_form", N_("PIN of the secure element"),
	    N_("The secure element signs only after its own PIN."), true },
	[CLIENT_FORM_PASSWORD] = { "password_form", N_("Login password"),
	    N_("At least 8 characters, not easy to guess."), true },
	[CLIENT_FORM_RESET] = { "reset_form", N_("Login password reset"),
	    N_("The number and the name that you registered with, and a new password."), true },
	[CLIENT_FORM_CLOSE] = { "close_form", N_("Deregistration"),
	    N_("The account is closed for good, and everything on this device is erased."), true },
	[CLIENT_FORM_LOCK] = { "lock_form", N_("Card lock"),
	    N_("Gates refuse a locked card and nothing is loaded on it, until you unlock it."),
	    false },
	[CLIENT_FORM_APPS_UPDATE] = { "apps_update_form", N_("Card update"),
	    N_("What is on the card stays as it is. Keep the card with this device."), false },
	[CLIENT_FORM_RELEASE] = { "release_form", N_("Card unlock"),
	    N_("Your login password shows that it is you."), true },
	[CLIENT_FORM_DELETE] = { "delete_form", N_("Card deletion"),
	    N_("The card is taken out of this device for good. Your login password shows that it "
	       "is "
	       "you."),
	    true },
	[CLIENT_FORM_CODE] = { "code_form", N_("Ride code opening"),
	    N_("Rides by code are paid out of your wallet without asking each time. Your login "
	       "password locks the code on this device."),
	    true },
	[CLIENT_FORM_UNLOCK] = { "unlock_form", N_("Ride code"),
	    N_("Your login password unlocks the code."), true },
	[CLIENT_FORM_RETURN] = { "return_confirm", N_("Card return"), client_text_return, true },
	[CLIENT_FORM_UPDATE] = { "update_form", N_("Update"),
	    N_("The new version is fetched, checked and put beside the old one."), false },
	[CLIENT_FORM_MOVE] = { "move_confirm", N_("Card moved out"), client_text_move, true },
	[CLIENT_FORM_BIND] = { "bind_form", N_("Account binding"), client_text_bind, true },
	[CLIENT_FORM_UNBIND] = { "unbind_form", N_("Account unbinding"), client_text_unbind, true },
	[CLIENT_FORM_BIND_CARD] = { "bind_card_form", N_("Card binding"), client_text_bind_card,
	    false },
	[CLIENT_FORM_UNBIND_CARD] = { "unbind_card_form", N_("Card unbinding"),
	    client_text_unbind_card, true },
	[CLIENT_FORM_WITHDRAW] = { "withdraw_confirm", N_("Withdrawal"), client_text_withdraw,
	    true },
};

#define NEXT_LOGIN   N_("Log in, then try again.")
#define NEXT_LATER   N_("Try again later.")
#define NEXT_RECOVER N_("It goes on at the next start. Keep the card with this device.")

#define NEXT_NAME   N_("Name the card you mean by its number.")
#define NO_REGISTRY N_("The secure element does not allow it, or another card is in the way.")

/* Where a function says it better than the table below. */
static const struct client_own own[] = {
	{ CLIENT_FLOW_REGISTER, { YKT_OK, YKT_TONE_GOOD, N_("You are registered."),
				    N_("Log in with your password.") } },
	{ CLIENT_FLOW_REGISTER,
	    { YKT_CANCELLED, YKT_TONE_PLAIN,
		N_("You stopped it, or did not agree to the terms. You are not registered."),
		NULL } },
	{ CLIENT_FLOW_REGISTER, { YKT_DENIED, YKT_TONE_BAD, N_("The one-time code was not right."),
				    N_("Begin again to get a new code.") } },
	{ CLIENT_FLOW_REGISTER,
	    { YKT_UNKNOWN, YKT_TONE_WAIT, N_("The answer was lost. You may be registered."),
		N_("Register again with the same password, or log in.") } },
	{ CLIENT_FLOW_LOGIN, { YKT_OK, YKT_TONE_GOOD, N_("You are logged in."), NULL } },
	{ CLIENT_FLOW_LOGIN, { YKT_DENIED, YKT_TONE_BAD, N_("Login was refused."),
				 N_("Check the number and the password. After several failures it "
				    "takes a while.") } },
	{ CLIENT_FLOW_LOGIN, { YKT_UNKNOWN, YKT_TONE_BAD,
				 N_("The answer was lost. You are not logged in."), NEXT_LATER } },
	{ CLIENT_FLOW_LOGOUT, { YKT_OK, YKT_TONE_GOOD, N_("You are logged out."), NULL } },
	{ CLIENT_FLOW_LOGOUT,
	    { YKT_UNKNOWN, YKT_TONE_PLAIN,
		N_("You are logged out here. The platform ends the session by itself."), NULL } },
	{ CLIENT_FLOW_OPEN_CARD, { YKT_OK, YKT_TONE_GOOD, N_("Your card is ready."), NULL } },
	{ CLIENT_FLOW_OPEN_CARD, { YKT_CONFLICT, YKT_TONE_BAD,
				     N_("This device already has a card of that city."), NULL } },
	{ CLIENT_FLOW_OPEN_CARD,
	    { YKT_NOT_FOUND, YKT_TONE_BAD, N_("There is no such city to choose."), NULL } },
	{ CLIENT_FLOW_CARDS, { YKT_OK, YKT_TONE_GOOD, N_("The cards of your account."), NULL } },
	{ CLIENT_FLOW_BALANCE, { YKT_OK, YKT_TONE_GOOD, NULL, NULL } },
	{ CLIENT_FLOW_BALANCE,
	    { YKT_NOT_FOUND, YKT_TONE_BAD, N_("There is no card in this device."),
		N_("Open a card first.") } },
	{ CLIENT_FLOW_RECORDS,
	    { YKT_NOT_FOUND, YKT_TONE_BAD, N_("There is no card in this device."),
		N_("Open a card first.") } },
	{ CLIENT_FLOW_RECORDS, { YKT_OK, YKT_TONE_GOOD, N_("Newest first."), NULL } },
	{ CLIENT_FLOW_TOPUP, { YKT_OK, YKT_TONE_GOOD, N_("The top-up is done."), NULL } },
	{ CLIENT_FLOW_TOPUP,
	    { YKT_WRONG_CARD, YKT_TONE_BAD, N_("Another card is in this device."), NULL } },
	{ CLIENT_FLOW_TOPUP,
	    { YKT_OVER_LIMIT, YKT_TONE_BAD,
		N_("The amount is not allowed, or the card would hold too much."), NULL } },
	{ CLIENT_FLOW_TOPUP, { YKT_NOT_FOUND, YKT_TONE_BAD, N_("There is no card in this device."),
				 N_("Open a card first.") } },
	{ CLIENT_FLOW_ORDERS, { YKT_OK, YKT_TONE_GOOD, N_("Newest first."), NULL } },
	{ CLIENT_FLOW_RECOVER, { YKT_OK, YKT_TONE_GOOD, N_("Nothing is left unfinished."), NULL } },
	{ CLIENT_FLOW_RECOVER, { YKT_PENDING, YKT_TONE_WAIT,
				   N_("Something could not be finished yet."), NEXT_RECOVER } },
	{ CLIENT_FLOW_REFUND, { YKT_OK, YKT_TONE_GOOD, N_("The refund is done."), NULL } },
	{ CLIENT_FLOW_REFUND, { YKT_PENDING, YKT_TONE_WAIT, N_("The refund is accepted."),
				  N_("The pay channel gives the money back by itself.") } },
	{ CLIENT_FLOW_REFUND, { YKT_NOT_FOUND, YKT_TONE_BAD, N_("There is no such order."),
				  N_("The list of your orders has their numbers.") } },
	{ CLIENT_FLOW_REFUND, { YKT_CONFLICT, YKT_TONE_BAD,
				  N_("This order's money is on the card: no refund."), NULL } },
	{ CLIENT_FLOW_REFUND,
	    { YKT_WRONG_CARD, YKT_TONE_BAD,
		N_("The order is for another card, and only that card can prove that it was not "
		   "loaded."),
		N_("Use the device with that card.") } },
	{ CLIENT_FLOW_APPS, { YKT_OK, YKT_TONE_GOOD, N_("What the secure element holds."), NULL } },
	{ CLIENT_FLOW_DEFAULT, { YKT_OK, YKT_TONE_GOOD, N_("Gates see this card first."), NULL } },
	{ CLIENT_FLOW_DEFAULT,
	    { YKT_E_ARG, YKT_TONE_BAD, N_("There are several cards in this device."), NEXT_NAME } },
	{ CLIENT_FLOW_DEFAULT, { YKT_REFUSED, YKT_TONE_BAD, NO_REGISTRY, NULL } },
	{ CLIENT_FLOW_DEFAULT,
	    { YKT_NOT_FOUND, YKT_TONE_BAD, N_("There is no card in this device."),
		N_("Open a card first.") } },
	{ CLIENT_FLOW_DEFAULT,
	    { YKT_WRONG_CARD, YKT_TONE_BAD, N_("No card in this device has that number."), NULL } },
	{ CLIENT_FLOW_CONTACTLESS, { YKT_OK, YKT_TONE_GOOD, N_("It is as you wish."), NULL } },
	{ CLIENT_FLOW_CONTACTLESS,
	    { YKT_E_ARG, YKT_TONE_BAD, N_("There are several cards in this device."), NEXT_NAME } },
	{ CLIENT_FLOW_CONTACTLESS, { YKT_REFUSED, YKT_TONE_BAD, NO_REGISTRY, NULL } },
	{ CLIENT_FLOW_CONTACTLESS,
	    { YKT_NOT_FOUND, YKT_TONE_BAD, N_("There is no card in this device."),
		N_("Open a card first.") } },
	{ CLIENT_FLOW_CONTACTLESS,
	    { YKT_WRONG_CARD, YKT_TONE_BAD, N_("No card in this device has that number."), NULL } },
};

static const struct client_outcome common[] = {
	{ YKT_OK, YKT_TONE_GOOD, N_("Done."), NULL },
	{ YKT_LOGIN_NEEDED, YKT_TONE_BAD, N_("You are not logged in, or the session has ended."),
	    NEXT_LOGIN },
	{ YKT_CANCELLED, YKT_TONE_PLAIN, N_("You stopped it."), NULL },
	{ YKT_PENDING, YKT_TONE_WAIT, N_("It is accepted and not finished yet."), NEXT_RECOVER },
	{ YKT_UNKNOWN, YKT_TONE_WAIT, N_("An answer was lost, so the end is not known yet."),
	    NEXT_RECOVER },
	{ YKT_E_NET_UNKNOWN, YKT_TONE_WAIT, N_("An answer was lost, so the end is not known yet."),
	    NEXT_RECOVER },
	{ YKT_NOT_DONE, YKT_TONE_BAD, N_("It was not done."), NULL },
	{ YKT_E_NET, YKT_TONE_BAD, N_("The platform cannot be reached."), NEXT_LATER },
	{ YKT_DISPUTED, YKT_TONE_WAIT, N_("The platform cannot decide this by itself."),
	    N_("Ask the card company and name the order number.") },
	{ YKT_REFUSED, YKT_TONE_BAD, N_("It was refused."), NULL },
	{ YKT_DENIED, YKT_TONE_BAD, N_("It was refused."), NULL },
	{ YKT_NOT_FOUND, YKT_TONE_BAD, N_("There is no such thing."), NULL },
	{ YKT_CONFLICT, YKT_TONE_BAD, N_("It exists already."), NULL },
	{ YKT_MISMATCH, YKT_TONE_BAD, N_("It was refused."), NULL },
	{ YKT_BUSY, YKT_TONE_BAD, N_("It is busy."), NEXT_LATER },
	{ YKT_BLOCKED, YKT_TONE_BAD, N_("The card or the account is blocked."),
	    N_("Ask the card company.") },
	{ YKT_EXPIRED, YKT_TONE_BAD, N_("It is too old."), N_("Begin again.") },
	{ YKT_OVER_LIMIT, YKT_TONE_BAD, N_("A limit is reached."), NULL },
	{ YKT_WRONG_CARD, YKT_TONE_BAD, N_("Another card is in this device."), NULL },
	{ YKT_E_ARG, YKT_TONE_BAD, N_("What was typed cannot be used."), NULL },
	{ YKT_E_DEADLINE, YKT_TONE_BAD, N_("It took too long."), NEXT_LATER },
	{ YKT_E_LINK, YKT_TONE_BAD, N_("The secure element does not answer."),
	    N_("Check the card or the reader, then try again.") },
	{ YKT_E_CARD, YKT_TONE_BAD, N_("The card answers what it should not."), NULL },
	{ YKT_E_FORMAT, YKT_TONE_BAD, N_("The card answers what it should not."), NULL },
	{ YKT_E_SERVER, YKT_TONE_BAD, N_("The platform answers what it should not."), NEXT_LATER },
	{ YKT_E_REPLY, YKT_TONE_BAD, N_("The platform answers what it should not."), NEXT_LATER },
	{ YKT_E_MAC, YKT_TONE_BAD,
	    N_("An answer was not the platform's own, or was changed. It was not believed."),
	    NEXT_LATER },
	{ YKT_E_FILE, YKT_TONE_BAD, N_("This device cannot save its state."),
	    N_("Make room on the disk, then try again.") },
	{ YKT_E_DOWN, YKT_TONE_WAIT, N_("The program is stopping."), NEXT_RECOVER },
};

static const struct client_outcome foreign = { YKT_E_INTERNAL, YKT_TONE_BAD,
	N_("Something is wrong here."), NEXT_LATER };

static const struct client_outcome *
find_own(
    const struct client_own *table, size_t count, enum client_flow flow, enum ykt_status status)
{
	for (size_t i = 0; i < count; i++) {
		if (table[i].flow == flow && table[i].outcome.status == status)
			return &table[i].outcome;
	}

	return NULL;
}

/* Where the words of a function may be besides. */
static const struct {
	const struct client_own *own;
	const size_t *count;
} others[] = {
	{ client_wallet_own, &client_wallet_own_count },
	{ client_manage_own, &client_manage_own_count },
	{ client_card_own, &client_card_own_count },
	{ client_update_own, &client_update_own_count },
	{ client_bank_own, &client_bank_own_count },
	{ client_claim_own, &client_claim_own_count },
	{ client_withdraw_own, &client_withdraw_own_count },
};

static const struct client_outcome *
find(enum client_flow flow, enum ykt_status status)
{
	const struct client_outcome *outcome = find_own(own, YKT_ARRAY_LEN(own), flow, status);

	for (size_t i = 0; i < YKT_ARRAY_LEN(others) && outcome == NULL; i++)
		outcome = find_own(others[i].own, *others[i].count, flow, status);
	if (outcome != NULL)
		return outcome;
	for (size_t i = 0; i < YKT_ARRAY_LEN(common); i++) {
		if (common[i].status == status)
			return &common[i];
	}

	return &foreign;
}

struct client_words
client_words(enum client_flow flow, enum ykt_status status)
{
	const struct client_outcome *outcome = find(flow, status);

	return (struct client_words){ outcome->text, outcome->next, outcome->tone };
}

static const struct client_token reasons[] = {
	{ "otp_wrong", N_("The code is wrong or too old.") },
	{ "login_failed", N_("The number or the password is not right.") },
	{ "exists", N_("This number has an account already.") },
	{ "phone", N_("This is no phone number: 11 digits, the first one 1.") },
	{ "name", N_("The name cannot be used.") },
	{ "password", N_("The password is too short or too simple.") },
	{ "password2", N_("The two passwords differ.") },
	{ "consent", N_("Without your consent nothing is sent.") },
	{ "edition", N_("The platform does not know this client's edition.") },
	{ "too_often", N_("Too often. Wait a while.") },
	{ "amount", N_("The amount is outside what this card allows.") },
	{ "cap", N_("It would hold more than it may.") },
	{ "order_state", N_("The order is past that.") },
	{ "not_paid", N_("The order was never paid.") },
	{ "closed", N_("The order was not paid in time.") },
	{ "used", N_("What was paid for has been delivered.") },
	{ "held", N_("Another top-up of this card must be finished first.") },
	{ "mac1", N_("The card's answer does not hold.") },
	{ "case", N_("A person must look at this order.") },
	{ "clock", N_("The time of this device is off by more than ten minutes.") },
	{ "seal", N_("The platform's key is not the one of this client.") },
	{ "busy", N_("The platform is busy.") },
	{ "intents", N_("Too many orders are unfinished. Finish them first.") },
	{ "no_ident", N_("The secure element has no identity application, so that nothing can be "
			 "signed. Ask the card company.") },
	{ "ident_platform", N_("The secure element was made for another payment platform.") },
	{ "ident_pin_wrong", N_("The PIN of the secure element is not right.") },
	{ "ident_pin_blocked", N_("The PIN of the secure element was wrong too often.") },
	{ "ident_closed",
	    N_("The secure element signs only for its issuer. Ask the card company.") },
	{ "access_rules", N_("The access rules of the secure element do not let this program at "
			     "it: its signature is not one that they name.") },
	{ "cert_missing",
	    N_("This account is used with a secure element, and this device showed no "
	       "certificate of one.") },
	{ "cert_foreign", N_("The certificate in the secure element is not of this account.") },
	{ "cert_revoked", N_("The certificate in the secure element was withdrawn.") },
	{ "cert_expired", N_("The certificate in the secure element has run out.") },
	{ "rider_gone", N_("The secure element has no key for these ride codes any more.") },
	{ "rider_refused", N_("The secure element did not sign: it has made a later code, or the "
			      "authorisation is over.") },
	{ "no_card", N_("The card could not be opened.") },
	{ "user_refund", N_("You asked for it.") },
	{ "forbidden", N_("It was refused.") },
	{ "password_same", N_("The new password is the old one.") },
	{ "balance", N_("There is money in the wallet. Spend or withdraw it first.") },
	{ "arrears", N_("Rides are not paid yet. Top up the wallet first.") },
	{ "orders", N_("An order or a payment is unfinished.") },
	{ "cards", N_("The account has a card.") },
	{ "codes", N_("A ride code may still be used. Wait until its authorisation has run out.") },
	{ "wallet_low", N_("The wallet holds less than one trip may cost.") },
	{ "frozen", N_("The account is frozen.") },
	{ "no_code", N_("This city has no ride codes.") },
	{ "profile", N_("This client works without a secure element.") },
	{ "profile_se", N_("This client works with a secure element.") },
	{ "funds", N_("The wallet holds less than that.") },
	{ "no_pin", N_("No payment PIN is set yet.") },
	{ "pin_wrong", N_("The payment PIN is not right.") },
	{ "pin_blocked", N_("The payment PIN was wrong too often.") },
	{ "pin_weak", N_("The PIN must be six digits that are not easy to guess.") },
	{ "pin_same", N_("The new PIN is the old one.") },
	{ "pin2", N_("The two PINs differ.") },
	{ "no_keypad", N_("This program has no keypad for a PIN.") },
	{ "digest", N_("What is to be paid changed while you looked at it.") },
	{ "signature", N_("This device's signature was not accepted.") },
	{ "expired", N_("The bill is too old.") },
	{ "not_found", N_("There is no such thing.") },
};

static const struct client_token tokens[] = {
	{ "open", N_("card opening") },
	{ "topup", N_("top-up") },
	{ "wallet", N_("wallet top-up") },
	{ "payment", N_("payment") },
	{ "created", N_("not paid") },
	{ "paid", N_("paid") },
	{ "opening", N_("opening") },
	{ "opened", N_("opened") },
	{ "loading", N_("loading") },
	{ "loaded", N_("loaded") },
	{ "refunding", N_("going back") },
	{ "refunded", N_("given back") },
	{ "closed", N_("closed") },
	{ "case", N_("under inspection") },
	{ "active", N_("in use") },
	{ "void", N_("void") },
	{ "load", N_("top-up") },
	{ "tap", N_("ride") },
	{ "suspense", N_("ride, not confirmed") },
	{ "refund", N_("refund") },
	{ "entry", N_("entry") },
	{ "exit", N_("exit") },
	{ "single", N_("ride") },
	{ "purchase", N_("ride") },
	{ "card", N_("card") },
	{ "wallet_account", N_("your wallet") },
	{ "account", N_("account") },
	{ "both", N_("card and account") },
	{ "here", N_("in this device") },
	{ "blocked", N_("blocked") },
	{ "no_number", N_("not ready yet") },
	{ "gate_unknown", N_("not known") },
	{ "gate_off", N_("not seen") },
	{ "gate_on", N_("seen") },
	{ "gate_default", N_("seen first") },
	{ "metro", N_("metro") },
	{ "bus", N_("bus") },
	{ "posted", N_("posted") },
	{ "pending", N_("not final") },
};

/* NULL: it is not in this table. */
static const char *
token_text(const struct client_token *table, size_t count, const char *token)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(table[i].token, token) == 0)
			return table[i].text;
	}

	return NULL;
}

const char *
client_reason_text(const char *token)
{
	const char *text = token_text(reasons, YKT_ARRAY_LEN(reasons), token);

	if (text == NULL)
		text = token_text(client_manage_reasons, client_manage_reasons_count, token);
	if (text == NULL)
		text = token_text(client_update_reasons, client_update_reasons_count, token);
	if (text == NULL)
		text = token_text(client_card_reasons, client_card_reasons_count, token);
	if (text == NULL)
		text = token_text(client_bank_reasons, client_bank_reasons_count, token);
	if (text == NULL)
		text = token_text(client_claim_reasons, client_claim_reasons_count, token);
	if (text == NULL)
		text = token_text(client_withdraw_words, client_withdraw_words_count, token);

	return text != NULL ? text : token;
}

const char *
client_token_text(const char *token)
{
	const char *text = token_text(tokens, YKT_ARRAY_LEN(tokens), token);

	if (text == NULL)
		text = token_text(client_manage_tokens, client_manage_tokens_count, token);

	if (text == NULL)
		text = token_text(client_card_tokens, client_card_tokens_count, token);
	if (text == NULL)
		text = token_text(client_bank_tokens, client_bank_tokens_count, token);
	if (text == NULL)
		text = token_text(client_withdraw_words, client_withdraw_words_count, token);

	return text != NULL ? text : token;
}
