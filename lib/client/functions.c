/*
 * The functions as data: what each is, which screens it has, and which profile
 * has it. docs/functions.md is printed from this table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/internal.h"

#define NO_ELEMENT N_("There is no secure element that a card could be in.")

/* Why the menu in the element (5.1.4) has it not. */
#define MENU_NO_SESSION                                                                            \
	N_("A menu has no session to begin or end: each call proves the element by its keys and "  \
	   "the user by the PIN.")
#define MENU_NO_PASSWORD                                                                           \
	N_("It asks for the login password; a menu, which types digits, knows the payment PIN "    \
	   "alone.")
#define MENU_NO_RELAY                                                                              \
	N_("The TSM's commands need a client beside the element to relay them; the menu runs "     \
	   "inside.")
#define MENU_ONE_PURSE                                                                             \
	N_("The menu reaches the one purse that it finds by APDU, and no other application or "    \
	   "registry.")
#define MENU_NO_LIST                                                                               \
	N_("An answer over the air is one short message, which has no room for a list.")
#define MENU_NO_ORDER N_("A menu neither lists orders nor types the 32 digits of one's number.")
#define MENU_NO_WALLET                                                                             \
	N_("No call over the air asks for the wallet: it is looked at and filled with a client "   \
	   "that logs in.")
#define MENU_NO_PICTURE N_("A menu shows text; a ride code is a picture.")
#define MENU_AT_HAND                                                                               \
	N_("A lock is for a card that is not at hand; a menu is at hand only with its card.")

const struct ykt_function client_functions[CLIENT_FLOW_COUNT] = {
	[CLIENT_FLOW_REGISTER] = {
	    .id = "register",
	    .title = N_("Registration"),
	    .what = N_("Collects what the user types and asks the platform for an account."),
	    .forms = { "reg_form", "element_form", "otp_form" },
	    .result = "reg_result",
	    .flow = N_("form, one-time code by text message, request, result; in the SE profile "
		       "the element's identity goes with it"),
	    .ops = { "otp.send", "user.register" },
	    .rows = "C5-REG-1 to C5-REG-5",
	    .menu = "register",
	},
	[CLIENT_FLOW_LOGIN] = {
	    .id = "login",
	    .title = N_("Login"),
	    .what = N_("Proves user and device to the platform and opens a session."),
	    .forms = { "login_form", "element_form", "otp_form" },
	    .result = "login_result",
	    .flow = N_("form, request signed by the device's key with the element's certificate, "
		       "session keys, result; one message for every failure; an element that the "
		       "platform does not know as the user's: a one-time code first"),
	    .ops = { "user.login", "otp.send" },
	    .rows = "C5-LOG-1, C5-LOG-2, C5-COM-2",
	    .menu_why_not = MENU_NO_SESSION,
	},
	[CLIENT_FLOW_LOGOUT] = {
	    .id = "logout",
	    .title = N_("Logout"),
	    .what = N_("Ends the session here and at the platform."),
	    .result = "logout_result",
	    .flow = N_("request, session wiped whatever the answer, result"),
	    .ops = { "user.logout" },
	    .rows = "C5-LOG-3",
	    .menu_why_not = MENU_NO_SESSION,
	},
	[CLIENT_FLOW_OPEN_CARD] = {
	    .id = "open",
	    .title = N_("Card opening"),
	    .what = N_("Puts a city's card into the secure element and loads it for the first "
		       "time."),
	    .forms = { "app_form", "pay_confirm" },
	    .result = "open_result",
	    .flow = N_("choice, order, payment, the TSM's commands relayed to the element, first "
		       "load, result"),
	    .ops = { "app.list", "order.open", "order.pay", "order.confirm", "account.list",
		"order.charge", "open.begin", "open.status" },
	    .rows = "C5-APP-1",
	    .menu_why_not = MENU_NO_RELAY,
	    .why_not = { [YKT_PROFILE_SELESS] = NO_ELEMENT },
	},
	[CLIENT_FLOW_CARDS] = {
	    .id = "cards",
	    .title = N_("Cards"),
	    .what = N_("Lists the cards of the account, also those in other devices."),
	    .result = "cards_result",
	    .flow = N_("request, result"),
	    .ops = { "card.list" },
	    .rows = "C5-APP-2",
	    .menu_why_not = MENU_NO_LIST,
	},
	[CLIENT_FLOW_BALANCE] = {
	    .id = "balance",
	    .title = N_("Balance"),
	    .what = N_("Shows the balance with its source and time: of the card and its account, "
		       "or without an element of the wallet."),
	    .result = "balance_result",
	    .flow = N_("card read where there is one, request, result"),
	    .ops = { "card.balance", "card.list", "wallet.get" },
	    .rows = "C5-QRY-1",
	    .menu = "balance",
	},
	[CLIENT_FLOW_RECORDS] = {
	    .id = "records",
	    .title = N_("Records"),
	    .what = N_("Shows rides, top-ups and payments, newest first, each once; of all times or "
		       "of some days."),
	    .result = "records_result",
	    .flow = N_("card read where there is one, request, lists merged, result"),
	    .ops = { "card.records", "card.list", "wallet.records" },
	    .rows = "C5-QRY-2",
	    .menu = "records",
	},
	[CLIENT_FLOW_TOPUP] = {
	    .id = "topup",
	    .title = N_("Top-up"),
	    .what = N_("Loads money onto the card, once for one payment."),
	    .forms = { "pay_confirm" },
	    .result = "topup_result",
	    .flow = N_("order, payment, load with a fresh proof, confirmation, result"),
	    .ops = { "order.topup", "order.pay", "order.confirm", "account.list", "order.charge",
		"load.begin", "load.request", "load.confirm" },
	    .rows = "C5-TOP-1, C5-TOP-2",
	    .menu = "topup",
	    .why_not = { [YKT_PROFILE_SELESS] = NO_ELEMENT },
	},
	[CLIENT_FLOW_ORDERS] = {
	    .id = "orders",
	    .title = N_("Orders"),
	    .what = N_("Lists the orders, or those alone that need something."),
	    .result = "orders_result",
	    .flow = N_("request, result"),
	    .ops = { "order.list", "wallet.withdrawals" },
	    .rows = "C5-TOP-2",
	    .menu_why_not = MENU_NO_LIST,
	},
	[CLIENT_FLOW_RECOVER] = {
	    .id = "recover",
	    .title = N_("Unfinished orders"),
	    .what = N_("Finishes what was left without an outcome; pays nothing by itself."),
	    .result = "recover_result",
	    .flow = N_("own intents, then the platform's abnormal orders, result"),
	    .ops = { "order.get", "order.list", "bill.get" },
	    .rows = "C5-TOP-2, C5-PAY-2",
	    .menu = "collect",
	},
	[CLIENT_FLOW_REFUND] = {
	    .id = "refund",
	    .title = N_("Refund"),
	    .what = N_("Asks for the money of an order back."),
	    .forms = { "refund_confirm" },
	    .result = "refund_result",
	    .flow = N_("confirmation, proof from the card where one is needed, request, result"),
	    .ops = { "order.get", "order.refund" },
	    .rows = "C5-RFD-1",
	    .menu_why_not = MENU_NO_ORDER,
	},
	[CLIENT_FLOW_APPS] = {
	    .id = "apps",
	    .title = N_("Cards in this device"),
	    .what = N_("Lists the cards in the secure element and what gates see of them."),
	    .result = "apps_result",
	    .flow = N_("element read, result"),
	    .rows = "C5-APP-2",
	    .menu_why_not = MENU_ONE_PURSE,
	    .why_not = { [YKT_PROFILE_SELESS] = NO_ELEMENT },
	},
	[CLIENT_FLOW_DEFAULT] = {
	    .id = "default",
	    .title = N_("Default card"),
	    .what = N_("Chooses the card that gates see first."),
	    .result = "default_result",
	    .flow = N_("element read, its registry changed, result"),
	    .rows = "C5-NFC-1",
	    .menu_why_not = MENU_ONE_PURSE,
	    .why_not = { [YKT_PROFILE_SELESS] = NO_ELEMENT },
	},
	[CLIENT_FLOW_CONTACTLESS] = {
	    .id = "contactless",
	    .title = N_("Card at gates"),
	    .what = N_("Switches a card on or off for gates."),
	    .result = "contactless_result",
	    .flow = N_("element read, its registry changed, result"),
	    .rows = "C5-NFC-1",
	    .menu_why_not = MENU_ONE_PURSE,
	    .why_not = { [YKT_PROFILE_SELESS] = NO_ELEMENT },
	},
	[CLIENT_FLOW_WALLET] = {
	    .id = "wallet",
	    .title = N_("Wallet"),
	    .what = N_("Shows what the wallet of the account holds."),
	    .result = "wallet_result",
	    .flow = N_("request, result"),
	    .ops = { "wallet.get" },
	    .rows = "C5-QRY-1",
	    .menu_why_not = MENU_NO_WALLET,
	},
	[CLIENT_FLOW_WALLET_TOPUP] = {
	    .id = "wallet topup",
	    .title = N_("Wallet top-up"),
	    .what = N_("Pays into the wallet through the pay channel."),
	    .forms = { "pay_confirm" },
	    .result = "wallet_topup_result",
	    .flow = N_("order, payment, booking, result"),
	    .ops = { "order.wallet", "order.pay", "order.confirm", "account.list", "order.charge",
		"order.get" },
	    .rows = "C5-TOP-1",
	    .menu_why_not = MENU_NO_WALLET,
	},
	[CLIENT_FLOW_PAY] = {
	    .id = "pay",
	    .title = N_("Payment"),
	    .what = N_("Pays a merchant's bill out of the wallet."),
	    .forms = { "bill_confirm", "element_form" },
	    .result = "pay_result",
	    .flow = N_("bill, confirmation with payee, goods, amount and account, payment PIN, "
		       "signature over exactly that, request; no answer: the platform is asked; "
		       "result"),
	    .ops = { "bill.get", "wallet.get", "bill.pay" },
	    .rows = "C5-PAY-1, C5-PAY-2, C5-HCI-7",
	    .menu = "pay",
	},
	[CLIENT_FLOW_PIN] = {
	    .id = "pin",
	    .title = N_("Payment PIN"),
	    .what = N_("Sets or changes the PIN that payments are confirmed with."),
	    .forms = { "pin_form", "element_form" },
	    .result = "pin_result",
	    .flow = N_("form with the login password, request, result"),
	    .ops = { "wallet.get", "pin.set" },
	    .rows = "C5-PWD-1, C5-HCI-5",
	    .menu_why_not = MENU_NO_PASSWORD,
	},
	[CLIENT_FLOW_PIN_RESET] = {
	    .id = "pin reset",
	    .title = N_("Payment PIN reset"),
	    .what = N_("Sets a new payment PIN where the old one is forgotten or blocked."),
	    .forms = { "pin_form", "otp_form" },
	    .result = "pin_reset_result",
	    .flow = N_("form with the login password, one-time code, request, result"),
	    .ops = { "otp.send", "pin.reset" },
	    .rows = "C5-PWD-1",
	    .menu_why_not = MENU_NO_PASSWORD,
	},
	[CLIENT_FLOW_PASSWORD] = {
	    .id = "password",
	    .title = N_("Login password"),
	    .what = N_("Changes the login password; every session ends."),
	    .forms = { "password_form" },
	    .result = "password_result",
	    .flow = N_("form, both passwords open the sealed part, request, one of them is kept, "
		       "result"),
	    .ops = { "user.password" },
	    .rows = "C5-PWD-1",
	    .menu_why_not = MENU_NO_PASSWORD,
	},
	[CLIENT_FLOW_RESET] = {
	    .id = "reset",
	    .title = N_("Login password reset"),
	    .what = N_("Sets a new login password where the old one is forgotten."),
	    .forms = { "reset_form", "otp_form" },
	    .result = "reset_result",
	    .flow = N_("form with number and registered name, one-time code, request, result"),
	    .ops = { "otp.send", "user.reset" },
	    .rows = "C5-PWD-1",
	    .menu_why_not = MENU_NO_PASSWORD,
	},
	[CLIENT_FLOW_DEREGISTER] = {
	    .id = "deregister",
	    .title = N_("Deregistration"),
	    .what = N_("Closes an empty account and erases this device."),
	    .forms = { "close_form" },
	    .result = "close_result",
	    .flow = N_("form with the login password, request, keys deleted in the element, files "
		       "removed, result"),
	    .ops = { "user.close" },
	    .rows = "C5-DER-1, C5-SWS-5",
	    .menu_why_not = MENU_NO_PASSWORD,
	},
	[CLIENT_FLOW_DELETE] = {
	    .id = "delete",
	    .title = N_("Card deletion"),
	    .what = N_("Takes an empty card out of the secure element for good."),
	    .forms = { "delete_form" },
	    .result = "delete_result",
	    .flow = N_("card read, form with the login password, proof from the card that nothing "
		       "is on it, the TSM's commands relayed to the element, result"),
	    .ops = { "card.status", "card.delete", "card.prove", "card.session" },
	    .rows = "C5-APP-2",
	    .menu_why_not = MENU_NO_RELAY,
	    .why_not = { [YKT_PROFILE_SELESS] = NO_ELEMENT },
	},
	[CLIENT_FLOW_LOCK] = {
	    .id = "lock",
	    .title = N_("Card lock"),
	    .what = N_("Locks a card of the account, also one in another device."),
	    .forms = { "lock_form" },
	    .result = "lock_result",
	    .flow = N_("confirmation, request, gates refuse it; the TSM's commands relayed where "
		       "its element is here, result"),
	    .ops = { "card.list", "card.status", "card.lock", "card.session" },
	    .rows = "C5-APP-2",
	    .menu_why_not = MENU_AT_HAND,
	},
	[CLIENT_FLOW_APPS_UPDATE] = {
	    .id = "apps update",
	    .title = N_("Card update"),
	    .what = N_("Brings a card in this device to the newest version of its application."),
	    .forms = { "apps_update_form" },
	    .result = "apps_update_result",
	    .flow = N_("query, form with both versions, request, the TSM's commands relayed to "
		       "the element, result; what is on the card stays, and nothing goes back"),
	    .ops = { "card.status", "card.version", "card.update", "card.session" },
	    .rows = "C5-APP-2",
	    .why_not = { [YKT_PROFILE_SELESS] = NO_ELEMENT },
	    .menu_why_not = MENU_NO_RELAY,
	},
	[CLIENT_FLOW_UNLOCK] = {
	    .id = "unlock",
	    .title = N_("Card unlock"),
	    .what = N_("Unlocks a locked card."),
	    .forms = { "release_form" },
	    .result = "unlock_result",
	    .flow = N_("form with the login password, request, the TSM's commands relayed where "
		       "its element is here, result"),
	    .ops = { "card.list", "card.status", "card.unlock", "card.session" },
	    .rows = "C5-APP-2",
	    .menu_why_not = MENU_NO_PASSWORD,
	},
	[CLIENT_FLOW_CODE_OPEN] = {
	    .id = "code open",
	    .title = N_("Ride code opening"),
	    .what = N_("Makes this device's ride-code key and has it authorised."),
	    .forms = { "code_form", "otp_form", "element_form" },
	    .result = "code_open_result",
	    .flow = N_("consent and login password, login, key pair made in the element, or without "
		       "one in the sealed part, request, result"),
	    .ops = { "user.login", "code.authorise" },
	    .rows = "C5-DAT-2, C5-DAT-3",
	    .menu_why_not = MENU_NO_PICTURE,
	},
	[CLIENT_FLOW_CODE_SHOW] = {
	    .id = "code show",
	    .title = N_("Ride code"),
	    .what = N_("Shows a ride code, made without a network."),
	    .forms = { "unlock_form", "element_form" },
	    .result = "code_result",
	    .flow = N_("login password opens the sealed part, authorisation renewed where it is "
		       "old, signature, result"),
	    .ops = { "code.authorise" },
	    .rows = "C5-DAT-2, C5-DAT-3",
	    .menu_why_not = MENU_NO_PICTURE,
	},
	[CLIENT_FLOW_RETURN] = {
	    .id = "return",
	    .title = N_("Card return"),
	    .what = N_("Takes all that a card holds into the wallet, and the card out of the "
		       "device."),
	    .forms = { "return_confirm" },
	    .result = "return_result",
	    .flow = N_("form with the login password, card frozen for top-ups, unload with a fresh "
		       "proof, booking, the TSM's commands relayed to the element, result"),
	    .ops = { "unload.get", "unload.begin", "unload.attempt", "unload.request",
		"unload.confirm", "card.session" },
	    .rows = "C5-RFD-1",
	    .menu_why_not = MENU_NO_RELAY,
	    .why_not = { [YKT_PROFILE_SELESS] = NO_ELEMENT },
	},
	[CLIENT_FLOW_UPDATE] = {
	    .id = "update",
	    .title = N_("Update"),
	    .what = N_("Brings this program to the newest signed version, never to an older one."),
	    .forms = { "update_form" },
	    .result = "update_result",
	    .flow = N_("query, form with both versions, parts fetched that are not there yet, "
		       "signature and hashes checked, the new version put beside the old one and "
		       "asked whether it runs, result"),
	    .ops = { "client.version", "client.block" },
	    .rows = "C5-UPD-1, C5-SWS-1",
	    .menu = "update",
	},
	[CLIENT_FLOW_MOVE_OUT] = {
	    .id = "move out",
	    .title = N_("Card moved out"),
	    .what = N_("Takes a card out of this device; what it held waits for one in another."),
	    .forms = { "move_confirm" },
	    .result = "move_out_result",
	    .flow = N_("form with the login password, card frozen for top-ups, unload with a fresh "
		       "proof, booking, the TSM's commands relayed to the element, result"),
	    .ops = { "unload.get", "unload.begin", "unload.attempt", "unload.request",
		"unload.confirm", "card.session" },
	    .rows = "C5-MIG-1",
	    .menu_why_not = MENU_NO_RELAY,
	    .why_not = { [YKT_PROFILE_SELESS] = NO_ELEMENT },
	},
	[CLIENT_FLOW_MOVE_IN] = {
	    .id = "move in",
	    .title = N_("Card moved in"),
	    .what = N_("Opens a card in this device with what a card of the account held."),
	    .forms = { "app_form" },
	    .result = "move_in_result",
	    .flow = N_("what waits for a card, choice, order paid by it, the TSM's commands relayed "
		       "to the element, first load, result"),
	    .ops = { "unload.tickets", "app.list", "order.open", "open.begin", "open.status" },
	    .rows = "C5-MIG-1",
	    .menu_why_not = MENU_NO_RELAY,
	    .why_not = { [YKT_PROFILE_SELESS] = NO_ELEMENT },
	},
	[CLIENT_FLOW_BIND] = {
	    .id = "bind",
	    .title = N_("Account binding"),
	    .what = N_("Binds a bank card or a payment account, so that it can pay orders."),
	    .forms = { "bind_form", "otp_form", "element_form" },
	    .result = "bind_result",
	    .flow = N_("form with number, holder and phone, check digit looked at, request with "
		       "all three in an SM2 block, code of the bank, request, result; no answer: "
		       "the platform is asked"),
	    .ops = { "account.begin", "account.confirm", "account.get" },
	    .rows = "C5-BND-1",
	    .menu_why_not = N_("A menu types digits; an account has a holder too, and its number "
			       "needs a seal that the menu's packets do not have."),
	},
	[CLIENT_FLOW_ACCOUNTS] = {
	    .id = "accounts",
	    .title = N_("Bound accounts"),
	    .what = N_("Lists the accounts that are bound, by bank and last digits."),
	    .result = "accounts_result",
	    .flow = N_("request, result"),
	    .ops = { "account.list" },
	    .rows = "C5-BND-1",
	    .menu_why_not = MENU_NO_LIST,
	},
	[CLIENT_FLOW_UNBIND] = {
	    .id = "unbind",
	    .title = N_("Account unbinding"),
	    .what = N_("Unbinds an account; what this device keeps of it is erased."),
	    .forms = { "unbind_form", "element_form" },
	    .result = "unbind_result",
	    .flow = N_("list, form with the login password, signature over what was shown, "
		       "request, local data erased, result"),
	    .ops = { "account.list", "account.unbind", "account.get" },
	    .rows = "C5-BND-2",
	    .menu_why_not = MENU_NO_PASSWORD,
	},
	[CLIENT_FLOW_BIND_CARD] = {
	    .id = "bind card",
	    .title = N_("Card binding"),
	    .what = N_("Binds a transport card of this device that was opened elsewhere."),
	    .forms = { "bind_card_form" },
	    .result = "bind_card_result",
	    .flow = N_("card read, confirmation, a number of the platform's, the card's proof under "
		       "it, request, result; no answer: the platform is asked"),
	    .ops = { "card.list", "card.claim", "card.bind", "card.balance" },
	    .rows = "C5-BND-1",
	    .menu_why_not = N_("The menu works with the card of its own element, which the platform "
			       "opened."),
	    .why_not = { [YKT_PROFILE_SELESS] = NO_ELEMENT },
	},
	[CLIENT_FLOW_UNBIND_CARD] = {
	    .id = "unbind card",
	    .title = N_("Card unbinding"),
	    .what = N_("Unbinds a card that was bound; what is on it stays on it."),
	    .forms = { "unbind_card_form", "element_form" },
	    .result = "unbind_card_result",
	    .flow = N_("list, form with the login password, signature over the card's number, "
		       "request, result; no answer: the platform is asked"),
	    .ops = { "card.list", "card.status", "card.unbind", "card.balance" },
	    .rows = "C5-BND-2",
	    .menu_why_not = MENU_NO_PASSWORD,
	},
	[CLIENT_FLOW_WITHDRAW] = {
	    .id = "withdraw",
	    .title = N_("Withdrawal"),
	    .what = N_("Takes money out of the wallet, into a bound account."),
	    .forms = { "withdraw_confirm", "element_form" },
	    .result = "withdraw_result",
	    .flow = N_("list, wallet, confirmation with account and amount, payment PIN, signature "
		       "over exactly that, request; no answer: the platform is asked; result"),
	    .ops = { "account.list", "wallet.get", "wallet.withdraw", "wallet.withdrawal" },
	    .rows = "C5-PAY-1, C5-PAY-2, C5-HCI-7",
	    .menu_why_not = MENU_NO_WALLET,
	},
};
