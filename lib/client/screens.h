/*
 * The screens as data: one table of all of them, and the result's words.
 *
 * Titles, texts and labels are message ids: English text, translated by the
 * host. So are the values of the fields that client_value_is_message() names;
 * every other value is data.
 *
 * A field id with a point, such as "record.amount", is a cell: the part before
 * the point names the table, and a row begins with each repeat of its first
 * column.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_SCREENS_H
#define CLIENT_SCREENS_H

#include <ykt/driver/ui.h>

/* Marks a message id for the catalogue. */
#define N_(text) text

/* The functions, and with them the result screens, one each. */
enum client_flow {
	CLIENT_FLOW_REGISTER,
	CLIENT_FLOW_LOGIN,
	CLIENT_FLOW_LOGOUT,
	CLIENT_FLOW_OPEN_CARD,
	CLIENT_FLOW_CARDS,
	CLIENT_FLOW_BALANCE,
	CLIENT_FLOW_RECORDS,
	CLIENT_FLOW_TOPUP,
	CLIENT_FLOW_ORDERS,
	CLIENT_FLOW_RECOVER,
	CLIENT_FLOW_REFUND,
	CLIENT_FLOW_APPS,
	CLIENT_FLOW_DEFAULT,
	CLIENT_FLOW_CONTACTLESS,
	CLIENT_FLOW_WALLET,
	CLIENT_FLOW_WALLET_TOPUP,
	CLIENT_FLOW_PAY,
	CLIENT_FLOW_PIN,
	CLIENT_FLOW_PIN_RESET,
	CLIENT_FLOW_PASSWORD,
	CLIENT_FLOW_RESET,
	CLIENT_FLOW_DEREGISTER,
	CLIENT_FLOW_CODE_OPEN,
	CLIENT_FLOW_CODE_SHOW,
	CLIENT_FLOW_DELETE,
	CLIENT_FLOW_RETURN,
	CLIENT_FLOW_UPDATE,
	CLIENT_FLOW_MOVE_OUT,
	CLIENT_FLOW_MOVE_IN,
	CLIENT_FLOW_LOCK,
	CLIENT_FLOW_UNLOCK,
	CLIENT_FLOW_APPS_UPDATE,
	CLIENT_FLOW_BIND,
	CLIENT_FLOW_ACCOUNTS,
	CLIENT_FLOW_UNBIND,
	CLIENT_FLOW_BIND_CARD,
	CLIENT_FLOW_UNBIND_CARD,
	CLIENT_FLOW_WITHDRAW,
};
#define CLIENT_FLOW_COUNT 38

/* What asks. */
enum client_form {
	CLIENT_FORM_REGISTER,    /* consent, phone, name, password, password2 */
	CLIENT_FORM_OTP,         /* otp */
	CLIENT_FORM_LOGIN,       /* phone, password */
	CLIENT_FORM_APP,         /* city */
	CLIENT_FORM_PAY,         /* ok: payee and amount are on it */
	CLIENT_FORM_REFUND,      /* ok */
	CLIENT_FORM_BILL,        /* pin, ok: payee, goods, amount and account are on it */
	CLIENT_FORM_PIN,         /* password, [old_pin,] new_pin, new_pin2 */
	CLIENT_FORM_ELEMENT,     /* element_pin */
	CLIENT_FORM_PASSWORD,    /* old_password, new_password, new_password2 */
	CLIENT_FORM_RESET,       /* phone, name, new_password, new_password2 */
	CLIENT_FORM_CLOSE,       /* password, ok */
	CLIENT_FORM_CODE,        /* consent, password */
	CLIENT_FORM_UNLOCK,      /* password */
	CLIENT_FORM_DELETE,      /* password, ok: the card is on it */
	CLIENT_FORM_RETURN,      /* password, ok: card, balance and fee are on it */
	CLIENT_FORM_UPDATE,      /* ok: both versions are on it */
	CLIENT_FORM_MOVE,        /* password, ok: card and balance are on it */
	CLIENT_FORM_LOCK,        /* ok: the card is on it */
	CLIENT_FORM_RELEASE,     /* password: the card is on it */
	CLIENT_FORM_APPS_UPDATE, /* ok: card and both versions are on it */
	CLIENT_FORM_BIND,        /* bank_number, holder, bank_phone */
	CLIENT_FORM_UNBIND,      /* password, ok: the account is on it */
	CLIENT_FORM_BIND_CARD,   /* ok: card and balance are on it */
	CLIENT_FORM_UNBIND_CARD, /* password, ok: the card is on it */
	CLIENT_FORM_WITHDRAW,    /* ok: account, amount and wallet are on it */
};
#define CLIENT_FORM_COUNT 26

/* What became of the money; a line of its own on each result screen. */
enum client_money {
	CLIENT_MONEY_NONE, /* the function has nothing to do with money */
	CLIENT_MONEY_UNTOUCHED,
	CLIENT_MONEY_UNSURE, /* the payment may have gone through */
	CLIENT_MONEY_KEPT,   /* paid; will be loaded or given back */
	CLIENT_MONEY_LOADED,
	CLIENT_MONEY_RETURNING,
	CLIENT_MONEY_RETURNED,
	CLIENT_MONEY_CASE,
	CLIENT_MONEY_WALLET,     /* it is in the wallet */
	CLIENT_MONEY_PAID,       /* it went out of the wallet, once */
	CLIENT_MONEY_STAYS,      /* it is on the card, as before */
	CLIENT_MONEY_LEAVING,    /* on the card, or booked where it is to go */
	CLIENT_MONEY_TICKET,     /* it waits for a card in another device */
	CLIENT_MONEY_UNSURE_OUT, /* it may have left the wallet */
	CLIENT_MONEY_ON_ITS_WAY, /* it has, and is not in the account yet */
	CLIENT_MONEY_WITHDRAWN,  /* it is in the account */
};
#define CLIENT_MONEY_COUNT 16

/* The parts of a screen that do not change. */
struct client_screen {
	const char *id;
	const char *title;
	const char *text; /* NULL: by outcome */
	bool secure;
};

extern const struct client_screen client_results[CLIENT_FLOW_COUNT];
extern const struct client_screen client_forms[CLIENT_FORM_COUNT];
extern const char *const client_money_text[CLIENT_MONEY_COUNT]; /* NULL for NONE */

/* What a result says: never NULL; next is NULL when there is nothing to do. */
struct client_words {
	const char *text;
	const char *next;
	enum ykt_screen_tone tone;
};
struct client_words client_words(enum client_flow flow, enum ykt_status status);

/* The sentence for a refusal's token; the token itself when it is unknown. */
const char *client_reason_text(const char *token);
/* Names for the tokens of orders and records; the token itself when unknown. */
const char *client_token_text(const char *token);

bool client_value_is_message(const char *field_id);

#endif
