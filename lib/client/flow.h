/*
 * The steps that top-up, card opening, recovery and refund share. None of them
 * shows a result; they say in client->end what became of the money.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_FLOW_H
#define CLIENT_FLOW_H

#include "client/card_io.h"
#include "client/session.h"
#include "wire/shown.h"

/* The order as the platform has it now. */
YKT_MUST_USE enum ykt_status
client_order_get(struct ykt_client *client, const char *order_id, struct wire_order *ret_order);

/* Its state as enum wire_order_state; -1 for a foreign one. */
int client_order_state(const struct wire_order *order);

/*
 * A state in which nothing is left to do here, as a status, and the money with
 * it: loaded and opened YKT_OK, refunding YKT_PENDING, refunded YKT_NOT_DONE,
 * closed YKT_EXPIRED, case YKT_DISPUTED. YKT_E_STATE: there is something to do.
 */
YKT_MUST_USE enum ykt_status
client_order_final(struct ykt_client *client, const struct wire_order *order);

/*
 * order.pay, the confirmation screen with payee and amount, the confirmation at
 * the pay channel, then order.get until the order is no longer created, into
 * *order. amount is what the user asked for: another one is never shown.
 *
 * YKT_CANCELLED  not confirmed: nothing was charged
 * YKT_PENDING    confirmed, but the platform does not know of it yet
 * YKT_UNKNOWN    an answer was lost
 * YKT_E_SERVER   the platform names another amount; nothing was confirmed
 * YKT_EXPIRED    the order was closed unpaid
 */
YKT_MUST_USE enum ykt_status client_pay(struct ykt_client *client, struct client_intent *intent,
    ykt_fen amount, struct wire_order *order);

/* Until the platform has heard of the payment. Stopping here is safe: nothing is sent. */
YKT_MUST_USE enum ykt_status client_wait_paid(struct ykt_client *client, struct wire_order *order);

/*
 * The payment of *shown, which the user has agreed to, from account: payment PIN,
 * signature, order.charge, and what came of it, as client_pay().
 *
 * YKT_REFUSED, YKT_DENIED  nothing was charged; the reason says why
 */
YKT_MUST_USE enum ykt_status client_charge(struct ykt_client *client, struct client_intent *intent,
    const struct wire_shown *shown, const char *prepay_id, const struct wire_account *account,
    struct wire_order *order);

/*
 * Loads a paid order onto its card, from load.begin to load.confirm, as often as
 * R2 asks for a fresh proof. Another order that holds the card's counter is
 * finished first.
 *
 * YKT_OK          loaded and confirmed
 * YKT_PENDING     on the card, but the platform did not hear of it yet; or the
 *                 card is busy with a gate
 * YKT_UNKNOWN     it may be on the card; the next attempt shows
 * YKT_WRONG_CARD  the order's card is not in the element
 * YKT_OVER_LIMIT  proven not loaded: the card would hold too much
 * YKT_DISPUTED    the platform opened a case
 * and every status of client_call() and of the card
 */
YKT_MUST_USE enum ykt_status client_load(struct ykt_client *client, const char *order_id);

/*
 * An attempt that proves what the card holds, for a refund: load.begin and
 * INITIALIZE; nothing is loaded.
 */
YKT_MUST_USE enum ykt_status client_load_prove(struct ykt_client *client, const char *order_id,
    int64_t *ret_attempt, uint8_t ret_init[PURSE_LOAD_INIT_RSP_LEN]);

/*
 * The TSM's work for a paid opening order: sessions until it is opened or
 * final, *order as it is then.
 *
 * YKT_PENDING, YKT_E_LINK (the element went away), YKT_UNKNOWN: it goes on later
 */
YKT_MUST_USE enum ykt_status client_open_run(struct ykt_client *client, struct wire_order *order);

/*
 * Takes an intent to its end, from wherever it stands: makes the order, pays,
 * opens, loads. Drops the intent when its outcome is known; *intent is what is
 * left of it. may_pay: an unpaid order may ask the user to confirm; otherwise it
 * is given up. *ret_order is the last that was seen of it.
 */
YKT_MUST_USE enum ykt_status client_finish(struct ykt_client *client, struct client_intent *intent,
    bool may_pay, struct wire_order *ret_order);

/* The same for an intent to refund. */
YKT_MUST_USE enum ykt_status client_finish_refund(
    struct ykt_client *client, struct client_intent *intent, struct wire_order *ret_order);

/* Fields of a result: the order's number and amount, the card's number and balance. */
void client_show_order(struct ykt_client *client, const struct wire_order *order);
/* Reads the order's card for it; leaves out what cannot be read. YKT_E_DOWN only. */
YKT_MUST_USE enum ykt_status
client_show_card(struct ykt_client *client, const struct wire_order *order);

/*
 * user.login with the phone and password in *req: a new session, and part two's
 * tries begin anew. YKT_DENIED: refused.
 */
YKT_MUST_USE enum ykt_status
client_login_send(struct ykt_client *client, struct wire_user_login_req *req);

/*
 * Sends a one-time code for purpose to phone, and asks for it. YKT_DENIED: what
 * was typed is none.
 */
YKT_MUST_USE enum ykt_status client_ask_code(
    struct ykt_client *client, enum wire_otp_purpose purpose, const char *phone, char ret_otp[9]);

/* A new intent with a fresh key; nothing is stored yet. */
YKT_MUST_USE enum ykt_status client_intent_new(
    struct ykt_client *client, enum client_intent_kind kind, struct client_intent *ret_intent);

/* Is begun, which is open, the same wish? */
typedef bool
client_intent_match(const struct client_intent *begun, const struct client_intent *wish);

/* The first open intent that matches, or NULL; borrowed until the next put. */
const struct client_intent *client_intent_find(
    const struct ykt_client *client, client_intent_match *match, const struct client_intent *wish);

/* client_intent_put(); when no more fit, YKT_BUSY with its reason. */
YKT_MUST_USE enum ykt_status
client_intent_keep(struct ykt_client *client, const struct client_intent *intent);

/*
 * The intent of a wish that was begun before and has no outcome yet, or a new one
 * with a fresh key, durable: to begin again would be to pay, or ask, twice.
 * YKT_BUSY: as many are open as fit. YKT_E_RANDOM, or what client_store_put() said.
 */
YKT_MUST_USE enum ykt_status client_intent_take(struct ykt_client *client,
    client_intent_match *match, const struct client_intent *wish, struct client_intent *ret_intent);

/* Only a node that stops may keep a known outcome from being returned. */
YKT_MUST_USE enum ykt_status
client_intent_done(struct ykt_client *client, const struct client_intent *intent);

#endif
