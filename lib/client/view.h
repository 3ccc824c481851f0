/*
 * Building screens: fields with their own copies of text, and the calls of the
 * ui port. Everything that a user sees goes through here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_VIEW_H
#define CLIENT_VIEW_H

#include <ykt/driver/ui.h>

#include "client/screens.h"

struct ykt_client;

#define CLIENT_FIELDS_MAX 570 /* 90 records of six cells */
#define CLIENT_TEXT_MAX   28672

/* What does not fit any more is left out, whole. */
struct client_view {
	struct ykt_field fields[CLIENT_FIELDS_MAX];
	size_t count;
	char text[CLIENT_TEXT_MAX];
	size_t used;
};

/* How a function ends, filled on its way; shown by client_end(). */
struct client_end {
	enum client_money money;
	char reason[33];   /* a token, or "" */
	bool proved;       /* an answer was lost, and the card has shown what happened */
	int64_t limit_fen; /* of the reason "cap": what may be held; 0: not said */
};

void client_view_clear(struct client_view *view);
void
client_view_text(struct client_view *view, const char *id, const char *label, const char *value);
void client_view_money(struct client_view *view, const char *id, const char *label, int64_t fen);
void client_view_time(struct client_view *view, const char *id, const char *label, int64_t ms);
/* The number is masked here. */
void
client_view_card(struct client_view *view, const char *id, const char *label, const char *card_no);
/* An input of one of the three typed kinds; value is the proposal or NULL. */
void client_view_input(struct client_view *view, enum ykt_field_kind kind, const char *id,
    const char *label, const char *value);

/* hex: a ride code's bytes; the host draws them. */
void client_view_code(struct client_view *view, const char *id, const char *label, const char *hex);
/*
 * Shows the view's fields on the screen of this result, and goes on; clears the
 * view. YKT_E_DRIVER, YKT_E_DOWN: it is secure, the host cannot guard it, and nothing was shown.
 */
YKT_MUST_USE enum ykt_status client_show(struct ykt_client *client, enum client_flow flow);

/*
 * Asks the form with the view's fields, then clears the view. fault (a reason
 * token) or NULL stands above them. What was typed when the host went to the background is
 * forgotten and asked again. YKT_CANCELLED, YKT_E_DEADLINE, YKT_E_DOWN;
 * YKT_LOGIN_NEEDED: it was in the background too long;
 * YKT_E_DRIVER: the ui answered what it must not. The caller wipes *ret_answers.
 */
YKT_MUST_USE enum ykt_status client_ask(struct ykt_client *client, enum client_form form,
    const char *fault, struct ykt_answers *ret_answers);

/* True when the user wants to stop; honoured by the caller where that is safe. */
bool client_progress(struct ykt_client *client, const char *text, unsigned done, unsigned total);

/*
 * Starts a function: no reason, nothing said of money, an empty view. Every
 * ykt_client_ function begins with this and ends with client_end(), which shows
 * the one result screen and gives back what it said: outcome, or YKT_E_DRIVER
 * (YKT_E_DOWN) when what was to be shown could not be guarded.
 */
void client_begin(struct ykt_client *client);
enum ykt_status
client_end(struct ykt_client *client, enum client_flow flow, enum ykt_status outcome);

/* Remembers why, for the result screen; an empty token changes nothing. */
void client_reason(struct ykt_client *client, const char *token);

#endif
