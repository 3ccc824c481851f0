/*
 * Secure screens: guarded before they are shown, forgotten when the host goes to
 * the background (C5-HCI-3; the rules are choices of this project, grade D).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_GUARD_H
#define CLIENT_GUARD_H

#include <ykt/status.h>

#include <stdbool.h>
#include <stdint.h>

struct ykt_client;

/*
 * Tells the host to guard its surface from now on, or no more; nothing when it
 * does so already. A host that has no such means has it done. YKT_E_DOWN;
 * YKT_E_DRIVER: it cannot, and nothing secret may be shown.
 */
YKT_MUST_USE enum ykt_status client_guard(struct ykt_client *client, bool on);
/* No more; whatever the host says to that. */
void client_guard_off(struct ykt_client *client);

/* One form or one PIN, from its first showing to its answer. */
struct client_showing {
	int64_t deadline;  /* monotonic: of all showings of it together */
	int64_t hidden_ms; /* when it went to the background; 0: it is in front */
	unsigned hides;
};

/* Guards the surface when it is secure; the user has time_ms. As client_guard(). */
YKT_MUST_USE enum ykt_status client_showing_begin(
    struct ykt_client *client, struct client_showing *showing, bool secure, int64_t time_ms);

/* For the next call of the port: a hidden screen waits no longer than a session idles. */
int64_t
client_showing_deadline(const struct ykt_client *client, const struct client_showing *showing);

/*
 * What the port's status means for the showing. YKT_HIDDEN: the caller wipes what was
 * typed and shows it again. YKT_LOGIN_NEEDED: it was in the background for
 * as long as a session may idle, and the session is forgotten; YKT_E_DEADLINE when there was
 * none. YKT_E_DRIVER: hidden again and again, or a status that the port has not.
 */
YKT_MUST_USE enum ykt_status client_showing_settle(
    struct ykt_client *client, struct client_showing *showing, enum ykt_status status);

#endif
