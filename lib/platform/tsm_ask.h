/*
 * What the platform asks its TSM (docs/protocol.md section 5).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_TSM_ASK_H
#define PLATFORM_TSM_ASK_H

#include "platform/room.h"
#include "wire/tsm_msg.h"

/* One job. The TSM knows a repeat by its values, so they never change. */
struct tsm_ask {
	const char *job_id;
	enum wire_job_kind kind;
	const char *card_no;
	const struct platform_app *app; /* of the card */
	struct ykt_bytes se_id;
	ykt_fen most_fen; /* WIRE_JOB_DELETE */
	int64_t version;  /* WIRE_JOB_UPDATE */
	bool test;        /* WIRE_JOB_OPEN, WIRE_JOB_UPDATE */
	int64_t deadline_mono_ms;
};

/*
 * Starts the job, or a new session of the same job; ret_session is a capability.
 *
 * YKT_BUSY      another job has that element and application
 * YKT_REFUSED   the job is over: tsm_ask_state() tells how
 * YKT_MISMATCH, YKT_DENIED, and of the call
 */
YKT_MUST_USE enum ykt_status
tsm_ask_start(struct platform_worker *w, const struct tsm_ask *ask, uint8_t ret_session[16]);
/* The same of a job that was started; YKT_NOT_FOUND: the TSM does not know it. */
YKT_MUST_USE enum ykt_status tsm_ask_session(struct platform_worker *w, const char *job_id,
    int64_t deadline_mono_ms, uint8_t ret_session[16]);
/* How an application stands for this element and for who asks. */
YKT_MUST_USE enum ykt_status
tsm_ask_app(struct platform_worker *w, const struct platform_app *app, struct ykt_bytes se_id,
    bool test, int64_t deadline_mono_ms, struct wire_tsm_app_get_rsp *ret_app);
/* How it stands; ret_reason may be NULL. YKT_NOT_FOUND: it was never started. */
YKT_MUST_USE enum ykt_status tsm_ask_state(struct platform_worker *w, const char *job_id,
    int64_t deadline_mono_ms, enum wire_job_state *ret_state, char ret_reason[33]);

#endif
