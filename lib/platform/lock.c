/*
 * card.lock and card.unlock (C5-APP-2). A lock is asked for from any device of the
 * account: gates hear of it at once, through their blacklist, and the platform
 * loads nothing any more; the element follows at its next contact. Unlocking needs
 * the login password, and the card is in use again when its element is unlocked,
 * or at once when it never was locked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/card_job.h"
#include "platform/rows.h"
#include "platform/users.h"
#include "wire/manage_msg.h"

struct locking {
	const struct platform *p;
	const struct op_call *call;
	const char *card_no;
	bool lock;
	char fresh_id[33];
	struct card card;
	bool has_job;
	struct card_job job;
};

static bool
in_state(const struct locking *l, const char *state)
{
	return strcmp(l->card.state, state) == 0;
}

static enum ykt_status
job_new(struct ykt_tx *tx, struct locking *l)
{
	struct card_job job = { .kind = l->lock ? WIRE_JOB_LOCK : WIRE_JOB_UNLOCK };
	enum ykt_status status;

	/* Its element is none that the TSM has keys of: gates and loads are all there is. */
	if (l->card.bound)
		return card_state_set(tx, l->card_no, l->lock ? CARD_LOCKED : CARD_ACTIVE);
	text_set(job.job_id, sizeof(job.job_id), l->fresh_id);
	text_set(job.card_no, sizeof(job.card_no), l->card_no);
	text_set(job.state, sizeof(job.state), CARD_JOB_ASKED);
	text_set(job.after, sizeof(job.after), l->lock ? CARD_LOCKED : CARD_ACTIVE);
	/* Whatever the TSM finds there, gates go on refusing it. */
	text_set(job.back, sizeof(job.back), l->lock ? "" : CARD_LOCKED);
	status = card_job_yield(tx, l->card_no, l->call->now_ms);
	if (status == YKT_OK)
		status = card_job_add(tx, l->p, &job, l->call->now_ms);
	if (status == YKT_OK)
		status = card_state_set(tx, l->card_no, l->lock ? CARD_LOCKING : CARD_UNLOCKING);

	return status;
}

/*
 * The other wish is under way. What the TSM has not heard of was never done: the
 * card is as it was. Otherwise the new wish follows; the TSM ends the old job.
 */
static enum ykt_status
turn_back(struct ykt_tx *tx, struct locking *l)
{
	bool unheard = l->has_job && strcmp(l->job.state, CARD_JOB_ASKED) == 0;
	enum ykt_status status = YKT_OK;

	if (l->has_job)
		status = card_job_cancel(tx, &l->job, l->call->now_ms);
	if (status != YKT_OK)
		return status;
	if (unheard && l->job.tries == 0)
		return card_state_set(tx, l->card_no, l->lock ? CARD_LOCKED : CARD_ACTIVE);

	return job_new(tx, l);
}

/* YKT_BLOCKED: the card is neither in use nor locked. */
static enum ykt_status
locking_decide(struct ykt_tx *tx, struct locking *l)
{
	if (in_state(l, l->lock ? CARD_UNLOCKING : CARD_LOCKING))
		return turn_back(tx, l);
	if (in_state(l, l->lock ? CARD_ACTIVE : CARD_LOCKED))
		return job_new(tx, l);
	if (in_state(l, CARD_ACTIVE) || in_state(l, CARD_LOCKING) || in_state(l, CARD_LOCKED) ||
	    in_state(l, CARD_UNLOCKING))
		return YKT_OK; /* it is so, or will be */

	return YKT_BLOCKED;
}

static enum ykt_status
locking_read(struct ykt_tx *tx, struct locking *l)
{
	enum ykt_status status = card_get(tx, l->p, l->card_no, &l->card);

	if (status == YKT_OK && strcmp(l->card.user_id, l->call->user_id) != 0)
		status = YKT_NOT_FOUND;
	if (status != YKT_OK)
		return status;
	status = card_job_live(tx, l->card_no, &l->job);
	l->has_job = status == YKT_OK;

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

static enum ykt_status
locking_tx(struct ykt_tx *tx, void *arg)
{
	struct locking *l = arg;
	enum ykt_status status = locking_read(tx, l);

	if (status == YKT_OK)
		status = locking_decide(tx, l);
	/* As it is now, for the answer. */
	if (status == YKT_OK)
		status = card_get(tx, l->p, l->card_no, &l->card);

	return status;
}

static int
locking_run(struct platform_worker *w, struct locking *l, struct wire_card_lock_rsp *rsp,
    struct wire_error *error)
{
	enum ykt_status status = room_ids(w, &l->fresh_id, 1);

	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, locking_tx, l);
	if (status == YKT_BLOCKED)
		return wire_error_set(error, 409, "card_state", "the card is not in use");
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	text_set(rsp->card_state, sizeof(rsp->card_state), l->card.state);

	return 200;
}

int
op_card_lock(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_card_balance_req *ask = req;
	struct locking l = { .p = w->p, .call = call, .card_no = ask->card_no, .lock = true };

	return locking_run(w, &l, rsp, error);
}

int
op_card_unlock(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_card_unlock_req *ask = req;
	struct locking l = { .p = w->p, .call = call, .card_no = ask->card_no };
	char phone[21] = "";
	enum ykt_status status = user_step_up(w, call, ask->password, phone);

	if (status == YKT_DENIED)
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);

	return status == YKT_OK ? locking_run(w, &l, rsp, error) : room_refuse(w, status, error);
}
