/*
 * Other TSMs: who they are, and asking one (wire/peer_msg.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TSM_PEER_H
#define TSM_PEER_H

#include "tsm/tsm.h"
#include "wire/peer_msg.h"

#define TSM_PEERS_MAX 16
#define TSM_PEER_MS   (INT64_C(5) * 60 * 1000) /* how far two clocks may be apart */

#define TSM_AUTH_MS      (INT64_C(60) * 60 * 1000) /* how often a peer is asked who it is */
#define TSM_RETRY_MS     1000                      /* after a failure; twice as long after each */
#define TSM_RETRY_MAX_MS (INT64_C(5) * 60 * 1000)
/* A peer that is heard from is tried again, this long after the last time at the earliest. */
#define TSM_HEARD_MS 1000

/*
 * Sends one message and reads the reply; body is both. A repeat of the same request
 * has the same trade_id and a new message.
 *
 * YKT_E_ARG  no messages are set up here, or the body is none
 * YKT_E_MAC  the reply is not this peer's, or not to this message; body is zero
 * and of the call: YKT_DENIED, YKT_BUSY, ...
 */
YKT_MUST_USE enum ykt_status
tsm_peer_ask(struct tsm_worker *worker, const struct ykt_http *http, const char *receiver,
    enum wire_peer_kind kind, union wire_peer_body *body, int64_t deadline_mono_ms);

/* NULL: no such peer, or it only asks here. */
const struct tsm_peer_way *tsm_peer_way(const struct tsm_worker *worker, const char *name);
/* The name of the TSM whose city it is; NULL: none is, or not by a way. */
const char *tsm_peer_of_city(const struct tsm_worker *worker, const char *city);

/*
 * peer_job.c: a job that another TSM wants. *ret_result: WIRE_PEER_x. The status is of
 * what was not there; then it asks again.
 */
YKT_MUST_USE enum ykt_status tsm_peer_manage(struct tsm_worker *worker, const char *asker,
    const struct wire_peer_app_manage_req *req, struct wire_peer_app_manage_rsp *rsp,
    const char **ret_result);

/*
 * far.c: jobs of our platforms in the domains of other TSMs. The status of start and
 * session is like that of a job here; YKT_BUSY: the other one is not there, ask again.
 */
struct wire_tsm_job_start_req;
struct wire_tsm_job_get_rsp;
YKT_MUST_USE enum ykt_status tsm_far_start(struct tsm_worker *worker,
    const struct wire_tsm_job_start_req *req, const uint8_t print[32], uint8_t ret_session[16]);
YKT_MUST_USE enum ykt_status
tsm_far_session(struct tsm_worker *worker, const char *job_id, uint8_t ret_session[16]);
/* What the other one says, or, where it says nothing now, what it said last. */
YKT_MUST_USE enum ykt_status
tsm_far_look(struct tsm_worker *worker, const char *job_id, struct wire_tsm_job_get_rsp *rsp);
/* Inside a transaction: the end of a job, as its TSM told it. */
YKT_MUST_USE enum ykt_status
tsm_far_ended(struct ykt_tx *tx, const char *peer, const struct wire_peer_card_write_req *told);
/* How an application of another's city stands. YKT_NOT_FOUND: it is ours to say. */
struct wire_tsm_app_get_req;
struct wire_tsm_app_get_rsp;
YKT_MUST_USE enum ykt_status tsm_far_app(struct tsm_worker *worker,
    const struct wire_tsm_app_get_req *req, struct wire_tsm_app_get_rsp *ret_app);

/*
 * heard.c: a signed message or reply of that peer was taken, so it is there: what waits for
 * another attempt waits no longer. The first inside a transaction; the second is a hint, and
 * lost with a store that is away.
 */
YKT_MUST_USE enum ykt_status tsm_heard(struct ykt_tx *tx, const char *peer, int64_t now_ms);
void tsm_heard_now(struct tsm_worker *worker, const char *peer);

/* element.c: what another TSM says of an element; known: such a state. */
bool tsm_element_known(const char *state);
YKT_MUST_USE enum ykt_status tsm_element_told(
    struct ykt_tx *tx, const char *sender, const struct wire_peer_se_state_req *notice);

/* far_relay.c: SERAM of such a session, carried over as it is. False: no session of one. */
bool tsm_far_relay(
    struct tsm_worker *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp);

/*
 * tell.c: what others are told. One message, or one attempt; *ret_done: 1 when there was one
 * and it is over. What our operator says of an element, and an application's new standing,
 * inside the transaction that changed it.
 */
YKT_MUST_USE enum ykt_status tsm_tell(struct tsm_worker *worker, unsigned *ret_done);
YKT_MUST_USE enum ykt_status tsm_tell_element(
    struct ykt_tx *tx, const struct tsm_worker *worker, struct ykt_bytes se_id, const char *state);
YKT_MUST_USE enum ykt_status
tsm_tell_business(struct ykt_tx *tx, const struct tsm_worker *worker, struct ykt_bytes aid);

#endif
