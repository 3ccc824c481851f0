/*
 * The phone's side: every function of JT/T 1059.5 clause 5.2 as one blocking
 * call that talks to the user through the ui port and ends in exactly one
 * result screen, whatever happened (5.2.1.2).
 *
 * A client keeps nothing that money depends on: before anything with money in
 * it is sent, its idempotency key is durable in the sealed store, and what has
 * no recorded outcome is asked of the platform at the next start. So a client
 * may be killed at any moment and made again over the same file port.
 *
 * One client serves one thread (or fiber) at a time. All waiting is the clock
 * port's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_CLIENT_H
#define YKT_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ykt/driver/attest.h>
#include <ykt/driver/file.h>
#include <ykt/driver/http.h>
#include <ykt/driver/install.h>
#include <ykt/driver/se.h>
#include <ykt/driver/ui.h>
#include <ykt/env.h>
#include <ykt/money.h>
#include <ykt/payments.h>

struct crypto;
struct ykt_client;

#define YKT_EDITION_2016 "2016"

/*
 * The kinds of client software of 5.1 that this core is: SE-based (5.1.2) and
 * SE-less (5.1.3). The payment software inside the element (5.1.4) is none of it.
 * A folder is of one kind from registration or the first login on.
 */
enum ykt_profile {
	YKT_PROFILE_SE = 0,
	YKT_PROFILE_SELESS = 1,
	YKT_PROFILE_KEPT = 2, /* only to ask with: what the folder is; of a new one, SE */
};
#define YKT_PROFILE_COUNT 2

/* "se", "seless"; NULL for what is no profile. And back: YKT_E_ARG. */
const char *ykt_profile_name(enum ykt_profile profile);
YKT_MUST_USE enum ykt_status ykt_profile_of(const char *name, enum ykt_profile *ret_profile);

/*
 * What a function is, in the order of 5.2.x.1 to .3. Titles and sentences are
 * message ids: English text, translated by the host.
 */
struct ykt_function {
	const char *id;       /* the command's name too: "topup" */
	const char *title;    /* of its result screen */
	const char *what;     /* the definition */
	const char *forms[4]; /* ids of the screens that ask, NULL behind the last */
	const char *result;   /* id of the screen that ends it */
	const char *flow;     /* the steps */
	const char *ops[10];  /* what it asks of the platform, NULL behind the last */
	const char *rows;     /* ids of the requirement rows that it answers */
	const char *why_not[YKT_PROFILE_COUNT]; /* NULL: the profile has it */
	/*
	 * In the payment software inside the element (5.1.4): the word of the menu's source
	 * (ykt menu) whose items do it, or why no menu can. One of the two is NULL.
	 */
	const char *menu;
	const char *menu_why_not;
};

/* All of them; borrowed for ever. The count is given back. */
size_t ykt_functions(const struct ykt_function **ret_functions);

/* Whose clock stands in a ride code. */
enum ykt_code_time {
	YKT_CODE_TIME_PLATFORM = 0, /* the device's, put right by the last authorisation */
	YKT_CODE_TIME_DEVICE = 1,
};

/* Everything is borrowed and outlives the client, but for plain values. */
struct ykt_client_options {
	struct ykt_env env;
	struct crypto *crypto;           /* not shared with another thread */
	const struct ykt_http *platform; /* remote payment platform */
	const struct ykt_http *tsm;      /* GP SERAM 2.0.0; SE-less: NULL */
	const struct ykt_http *psp;      /* where the user confirms a payment */
	const struct ykt_se *se;         /* wired; the checked port of lib/link; SE-less: NULL */
	const struct ykt_file *file;     /* this client's own folder */
	const struct ykt_ui *ui;
	uint8_t platform_pub[64]; /* SM2, x then y: pinned in the configuration */
	/*
	 * The same of the key module, which alone opens payment PINs: what asks for one is
	 * refused where this is zeros.
	 */
	uint8_t pin_pub[64];
	enum ykt_profile profile;
	enum ykt_code_time code_time;
	const char *edition; /* YKT_EDITION_2016; at most 8 bytes */
	const char *version; /* of the program; at most 16 bytes */
	/*
	 * Looks at the program and its process, at the start and before money; NULL:
	 * the platform is told that nobody looks.
	 */
	const struct ykt_attest *attest;
	/*
	 * The line "NAME X Y" of ykt release: the key that the program's manifest is
	 * believed under, pinned in the configuration. NULL: none.
	 */
	const char *release_key;
	/*
	 * Where a new version is put, and a folder of its own for what was fetched of it;
	 * NULL: the host updates the program itself.
	 */
	const struct ykt_install *install;
	const struct ykt_file *stage;
};

/*
 * Opens the sealed store, or makes an empty one. The key that the
 * device signs with is made at registration or the first login: in the element,
 * or in the store of a client without one.
 *
 * YKT_E_CORRUPT  the store, or what it is sealed under, fails its check; nothing
 *                was changed. No flow runs over a store that may be another's
 * YKT_MISMATCH   the folder is of the other profile
 * YKT_E_ARG      an option is missing, too long, or no point of the curve
 * YKT_E_KEY      release_key is a test key, which this build refuses
 * YKT_E_NOMEM, YKT_E_FILE, YKT_E_RANDOM, YKT_E_CRYPTO, YKT_E_DOWN
 */
YKT_MUST_USE enum ykt_status
ykt_client_new(const struct ykt_client_options *options, struct ykt_client **ret_client);

/* Wipes and frees; accepts NULL in *client; leaves NULL. Sends nothing. */
void ykt_client_free(struct ykt_client **client);

/*
 * Forgets a session that has idled or aged, its keys wiped here and in the store;
 * sends nothing, shows nothing. For hosts that go to the background between two functions:
 * every function does it by itself. YKT_LOGIN_NEEDED: it was over.
 * YKT_OK: it is not, or there was none. YKT_E_DOWN.
 */
YKT_MUST_USE enum ykt_status ykt_client_idle(struct ykt_client *client);

#define YKT_CLIENT_NAME_MAX 65

/* What a home screen shows; a query, without a screen of its own. */
struct ykt_client_info {
	bool registered; /* this device has registered a user */
	bool logged_in;  /* a session is held; the platform may have ended it */
	char phone[12];  /* masked; "" when none */
	char name[YKT_CLIENT_NAME_MAX];
	unsigned open_intents; /* orders, payments and refunds without a recorded outcome */
	enum ykt_profile profile;
	/*
	 * What was found last about program and process: bits of enum ykt_finding.
	 * With YKT_FINDING_CHANGED no function that spends money goes on.
	 */
	unsigned findings;
};

void ykt_client_info(const struct ykt_client *client, struct ykt_client_info *ret_info);

/*
 * The functions, of which accounts and payments are in ykt/payments.h. Each shows its
 * result screen, then returns what the screen said as a status:
 *
 * YKT_OK            done
 * YKT_LOGIN_NEEDED  no session, or the platform ended it; log in and call again
 * YKT_CANCELLED     the user stopped it where that is safe; nothing was charged
 *                   that will not be finished or given back
 * YKT_PENDING       accepted and not final yet: it goes on by ykt_client_recover()
 * YKT_UNKNOWN       an answer was lost; as YKT_PENDING
 * YKT_DISPUTED      a person at the platform must look at it; the money is safe
 * YKT_REFUSED and the other outcomes: the platform, the card or a check before
 *                   sending said no; nothing was charged. So too a function that
 *                   the profile does not have: nothing is asked or sent
 * YKT_E_*           of the ports; the screen tells what happened to the money
 * YKT_E_DOWN        the node is stopping; intents stay for the next start
 */

/*
 * 5.2.1. Asks for consent, name, phone, password, one-time code; sends nothing
 * when consent is missing or a field is not well-formed. YKT_E_ARG: a field
 * that the user was asked for again and again and never filled well.
 */
YKT_MUST_USE enum ykt_status ykt_client_register(struct ykt_client *client);

/* Asks for phone and password. Replaces a session that is held. */
YKT_MUST_USE enum ykt_status ykt_client_login(struct ykt_client *client);

/* The session is gone here whatever the platform answers. */
YKT_MUST_USE enum ykt_status ykt_client_logout(struct ykt_client *client);

/*
 * Opens a card: order, payment, the TSM's work through SERAM, then the first
 * load. city: "9901", or NULL to ask. first_load: fen, or 0 for the least.
 *
 * YKT_CONFLICT   this element already has that issuer's card
 * YKT_NOT_FOUND  no such city
 * YKT_E_LINK     no secure element
 */
YKT_MUST_USE enum ykt_status
ykt_client_open_card(struct ykt_client *client, const char *city, ykt_fen first_load);

/* The account's cards; one that is in this element is marked. */
YKT_MUST_USE enum ykt_status ykt_client_cards(struct ykt_client *client);

/*
 * Whether a card is this client's platform's: one in the element that the platform
 * describes, or one of the account. card_no: its 20 digits (leading 0) or its last ones,
 * at least four. A query, without a screen: a host of several platforms asks each.
 *
 * YKT_NOT_FOUND: not, or nobody could say. YKT_E_DOWN, and what client calls say
 */
YKT_MUST_USE enum ykt_status ykt_client_owns(struct ykt_client *client, const char *card_no);

/*
 * The cards in the element, each with its number, balance and what gates see of
 * it. Neither a session nor the network is needed. YKT_E_LINK: no element.
 */
YKT_MUST_USE enum ykt_status ykt_client_apps(struct ykt_client *client);

/*
 * The card that gates see before all others; switches it on where it is off.
 * card_no: its 20 digits (leading 0), or NULL for the only one. It stays so
 * without this client and over restarts of the element.
 *
 * YKT_NOT_FOUND   no card is in the element
 * YKT_WRONG_CARD  none with that number
 * YKT_E_ARG       there are several, and none was named
 * YKT_REFUSED     the element has no contactless registry, or says no
 * YKT_E_LINK
 */
YKT_MUST_USE enum ykt_status
ykt_client_default_card(struct ykt_client *client, const char *card_no);

/* Whether gates see this card at all. Errors as above. */
YKT_MUST_USE enum ykt_status
ykt_client_contactless(struct ykt_client *client, const char *card_no, bool on);

/*
 * Takes a card out of the element for good: the card proves to the platform that
 * nothing is on it, then the TSM deletes it. card_no: its 20 digits (leading 0),
 * or NULL for the only one. What was decided once goes on without a question.
 *
 * YKT_REFUSED     it holds money, or money is on its way to it: it stays
 * YKT_DENIED      the login password is wrong
 * YKT_NOT_DONE    the TSM refused it: the card stays
 * YKT_PENDING     decided; the element has not done it yet
 * YKT_NOT_FOUND, YKT_WRONG_CARD, YKT_E_ARG, YKT_E_LINK: as above
 */
YKT_MUST_USE enum ykt_status ykt_client_delete(struct ykt_client *client, const char *card_no);

/*
 * Locks a card of the account, in this device or another: gates refuse it and
 * nothing is loaded on it from now on; its element locks it when it is here, or at
 * its next contact. card_no: its 20 digits or the last ones, at least four, or NULL
 * for the only one. No element is needed.
 *
 * YKT_PENDING    locked for gates and platform; the element follows
 * YKT_NOT_DONE   the same, and the element did not do it
 * YKT_REFUSED    the card is neither in use nor locked
 * YKT_NOT_FOUND  the account has no such card
 * YKT_E_ARG      it has several
 */
YKT_MUST_USE enum ykt_status ykt_client_lock(struct ykt_client *client, const char *card_no);

/*
 * Unlocks it again, with the login password. YKT_PENDING: it is in use again when
 * its element has unlocked it. YKT_DENIED: the password is wrong. The rest as above.
 */
YKT_MUST_USE enum ykt_status ykt_client_unlock(struct ykt_client *client, const char *card_no);

/*
 * Updates a card in this device to the newest published version of its application.
 * The user is shown both versions and confirms; balance and records stay, the card
 * is in use all the while, and a version never goes back. card_no: its 20 digits, or
 * NULL for the only one.
 *
 * YKT_OK          it has the newest version, now or before
 * YKT_PENDING     decided; the next login goes on with it
 * YKT_NOT_DONE    the element or the TSM did not want it; the card is as it was
 * YKT_REFUSED     the application is not offered now, or the card is not in use
 * YKT_CANCELLED   the user did not confirm
 * YKT_NOT_FOUND, YKT_WRONG_CARD, YKT_E_ARG  none here, not this one, several
 */
YKT_MUST_USE enum ykt_status ykt_client_apps_update(struct ykt_client *client, const char *card_no);

/*
 * Off the card and from the account, each with its source and time. One of the
 * two is enough for YKT_OK; without a session the card's is shown alone.
 */
YKT_MUST_USE enum ykt_status ykt_client_balance(struct ykt_client *client);

/* The card's log and trips and the account's records, newest first, each once. */
YKT_MUST_USE enum ykt_status ykt_client_records(struct ykt_client *client);

/*
 * The same of a span of time: from_ms and later, before to_ms, both UTC
 * milliseconds; 0 leaves that end open. YKT_E_ARG: it ends before it begins.
 */
YKT_MUST_USE enum ykt_status
ykt_client_records_between(struct ykt_client *client, int64_t from_ms, int64_t to_ms);

/*
 * Tops up the card in this element. card_no: its 20 digits (leading 0) or NULL.
 *
 * YKT_WRONG_CARD  another card is in the element
 * YKT_OVER_LIMIT  the amount is not allowed, or the balance would pass the cap
 */
YKT_MUST_USE enum ykt_status
ykt_client_topup(struct ykt_client *client, const char *card_no, ykt_fen amount);

/*
 * Binds a transport card in the element that the platform did not open (C5-BND-1): card_no,
 * its last digits (at least four), or NULL for the only one that the account does not have.
 * The card proves that it is at hand; nothing is written on it and no money moves. From then
 * on it is one of the account's cards.
 *
 * YKT_CONFLICT    it is the account's already
 * YKT_MISMATCH    another issuer's, or of a kind that the platform does not load
 * YKT_BLOCKED     it is blocked, or gates refuse it
 * YKT_EXPIRED     it was given back
 * YKT_DENIED      its proof does not hold
 * YKT_OVER_LIMIT  too many proofs that did not hold
 * YKT_REFUSED     another account's; or the account has as many cards as it may
 * YKT_PENDING     a gate has it just now
 * YKT_UNKNOWN     an answer was lost: ykt_client_cards() tells later
 * YKT_E_ARG       several are meant
 */
YKT_MUST_USE enum ykt_status ykt_client_bind_card(struct ykt_client *client, const char *card_no);

/*
 * Unbinds such a card, after the login password: its number, its last digits, or NULL for the
 * account's only card. What is on it stays on it; it need not be here.
 *
 * YKT_DENIED   the password is wrong
 * YKT_REFUSED  it was opened here, is locked, or money is on its way to it
 */
YKT_MUST_USE enum ykt_status ykt_client_unbind_card(struct ykt_client *client, const char *card_no);

/*
 * Sets the payment PIN, or changes it: login password, the old PIN where there
 * is one, the new one twice. YKT_DENIED: password or old PIN is wrong.
 */
YKT_MUST_USE enum ykt_status ykt_client_pin(struct ykt_client *client);

/* The PIN forgotten or blocked: login password, one-time code, the new one twice. */
YKT_MUST_USE enum ykt_status ykt_client_pin_reset(struct ykt_client *client);

/*
 * Changes the login password: the old one, the new one twice. Every session ends.
 * YKT_DENIED: the old one is wrong. YKT_UNKNOWN: log in with one of the two.
 */
YKT_MUST_USE enum ykt_status ykt_client_password(struct ykt_client *client);

/*
 * The password forgotten: number, registered name, one-time code, a new one
 * twice. YKT_DENIED: one of them does not fit; nothing tells which.
 */
YKT_MUST_USE enum ykt_status ykt_client_reset(struct ykt_client *client);

/*
 * Closes the account, which must be empty, and erases everything that this
 * device holds; the element deletes the user's keys, or the result says that it
 * did not. After YKT_OK the client can only be freed.
 *
 * YKT_REFUSED  money, an order, a card or a valid ride code is left
 */
YKT_MUST_USE enum ykt_status ykt_client_deregister(struct ykt_client *client);

/*
 * Ride codes: consent, a key pair made in the element, or without one locked by
 * the login password, and the platform's authorisation for it, which the password
 * locks. An earlier key is replaced.
 */
YKT_MUST_USE enum ykt_status ykt_client_code_open(struct ykt_client *client);

/*
 * A ride code on the result screen (YKT_FIELD_CODE), made without a network; its
 * authorisation is renewed in the second half of its life where there is one.
 * again: one after another on a screen that is shown, until the user stops it.
 *
 * YKT_NOT_FOUND  ride codes were never opened here
 * YKT_DENIED     a wrong password
 * YKT_BLOCKED    too many of them: log in
 * YKT_EXPIRED    the authorisation ran out, and no other could be had
 * YKT_REFUSED    the element does not sign, or has another key by now
 */
YKT_MUST_USE enum ykt_status ykt_client_code_show(struct ykt_client *client, bool again);

/*
 * Brings this program to the newest version that the platform offers: asks, fetches
 * what is not there yet, checks signature and hashes, and puts it beside the one that
 * runs. It runs from the next start on; never an older one. Needs no session.
 *
 * YKT_OK       that, or this is the newest
 * YKT_REFUSED  the host updates this program itself; or what came is not signed
 *              by the pinned key, is not whole, or does not run here: nothing changed
 */
YKT_MUST_USE enum ykt_status ykt_client_update(struct ykt_client *client);

/* The account's orders, newest first; abnormal: only those that need something. */
YKT_MUST_USE enum ykt_status ykt_client_orders(struct ykt_client *client, bool abnormal);

/*
 * Finishes what was left: intents without an outcome, then the platform's
 * abnormal orders. Meant for every start. YKT_OK also when there was nothing.
 */
YKT_MUST_USE enum ykt_status ykt_client_recover(struct ykt_client *client);

/*
 * True when ykt_client_recover() has something to do that this device knows of
 * or the platform told at login; asks nobody.
 */
bool ykt_client_recover_needed(const struct ykt_client *client);

/*
 * Asks for the money of an order back; where a load may have reached the card,
 * with a fresh proof from the card that it did not (R2a).
 *
 * YKT_CONFLICT  the proof says that the card was credited: it is posted instead
 */
YKT_MUST_USE enum ykt_status ykt_client_refund(struct ykt_client *client, const char *order_id);

/*
 * Gives a card back: asks for the login password, takes all that the card holds
 * into the wallet, less a fee, then takes the card out of the element. Called
 * again, it goes on where it stopped. card_no: its 20 digits (leading 0), or NULL.
 *
 * YKT_DENIED      the password is wrong
 * YKT_REFUSED     top-ups of the card are unfinished, it owes something, or
 *                 money cannot be taken off it: it is in use as before
 * YKT_WRONG_CARD  no card in the element has that number
 * YKT_NOT_FOUND   there is none, or it is another account's
 */
YKT_MUST_USE enum ykt_status ykt_client_return(struct ykt_client *client, const char *card_no);

/*
 * Moves a card to another device of the account, in two halves: all that it holds
 * is taken off it and waits, then it is taken out of this element. As
 * ykt_client_return(), but that the money waits; after a time it is the wallet's.
 */
YKT_MUST_USE enum ykt_status ykt_client_move_out(struct ykt_client *client, const char *card_no);

/*
 * The other half: opens a card here, under a new number, that is paid and loaded
 * with what waits. city: as of ykt_client_open_card().
 *
 * YKT_REFUSED   nothing waits for a card of this account
 * YKT_CONFLICT  this element already has that issuer's card
 */
YKT_MUST_USE enum ykt_status ykt_client_move_in(struct ykt_client *client, const char *city);

#endif
