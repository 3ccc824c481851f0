/*
 * Calls to the platform in the envelope, and their repetition.
 *
 * A call is repeated under a new counter, with the same idempotency key, until
 * it is answered or its tries are used up. What comes back is one of three:
 * done, refused by the platform (a positive status, its words in
 * client->error), or lost: client_lost() tells which.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_SESSION_H
#define CLIENT_SESSION_H

#include "client/internal.h"

/*
 * One of the operations of /client/open; on YKT_OK *ret_keys (may be NULL) are
 * the keys that the envelope was sealed under. rsp is written on YKT_OK only.
 *
 * YKT_REFUSED, YKT_DENIED, YKT_LOGIN_NEEDED (of user.login: refused), YKT_BUSY,
 * YKT_OVER_LIMIT, YKT_NOT_FOUND, YKT_MISMATCH: the platform's word
 * YKT_E_NET      certainly never reached it
 * YKT_E_MAC      every answer was another's, or changed
 * YKT_UNKNOWN    no answer that counts
 * YKT_E_DOWN, YKT_E_RANDOM, YKT_E_CRYPTO, YKT_E_DRIVER
 */
YKT_MUST_USE enum ykt_status client_call_open(struct ykt_client *client, const char *op,
    const void *req, void *rsp, struct wire_session_keys *ret_keys);

/*
 * One of the operations of /client/call in the session that is held. idem is
 * NULL where the operation has none. As above; YKT_LOGIN_NEEDED: there is no
 * session, or the platform ended it, and it is forgotten here too. YKT_E_FILE:
 * the counter could not be saved; nothing was sent.
 */
YKT_MUST_USE enum ykt_status client_call(
    struct ykt_client *client, const char *op, const char *idem, const void *req, void *rsp);

/* True for what a call may have done although it was not answered (R1). */
bool client_lost(enum ykt_status status);
/*
 * True when the platform said no for good: nothing was done and a repeat gets
 * the same. Neither lost nor refused (busy, no network, no session): later.
 */
bool client_refused(enum ykt_status status);

/* True when the last refusal carried this token. */
bool client_error_is(const struct ykt_client *client, const char *token);

/* Idle, or old for too long; false when there is none. */
bool client_session_over(const struct ykt_client *client);

/* Forgets the session, durably. */
YKT_MUST_USE enum ykt_status client_session_drop(struct ykt_client *client);

#endif
