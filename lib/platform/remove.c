/*
 * card.delete and card.prove: a card leaves its element only when it has proven
 * that there is nothing on it (I-26); and card.session and card.status, which
 * serve every job on a card.
 *
 * The proof is an INITIALIZE FOR LOAD of nothing, under a terminal number that was
 * chosen after the card's state kept every further load from it: no MAC2 can be on
 * its way then that is younger than the proof (R2a). From there on a card can only
 * be spent from, so the proof does not age.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/card_job.h"
#include "platform/permit.h"
#include "platform/rows.h"
#include "platform/users.h"
#include "wire/manage_msg.h"

#define TERMINAL_TRIES 8

struct removal {
	const struct platform *p;
	const struct op_call *call;
	const struct wire_card_delete_req *ask;
	char fresh_id[33];
	uint8_t terminal[6];
	struct card card;
	struct card_job job;
	const char *fault; /* a token: why it cannot be */
};

static enum ykt_status
own_card(struct ykt_tx *tx, const struct platform *p, const struct op_call *call,
    const char *card_no, struct card *ret_card)
{
	enum ykt_status status = card_get(tx, p, card_no, ret_card);

	return status == YKT_OK && strcmp(ret_card->user_id, call->user_id) != 0 ? YKT_NOT_FOUND
										 : status;
}

/* Money on its way to the card would have nowhere to go. */
static enum ykt_status
check_orders(struct ykt_tx *tx, struct removal *r)
{
	int64_t orders = 0;
	const struct row_col cols[] = { ROW_INT(&orders) };
	enum ykt_status status = row_one(tx,
	    "SELECT COUNT(*) FROM ord WHERE card_no = ?1 AND card_no <> ''"
	    " AND state IN ('paid', 'opening', 'loading', 'refunding', 'case')",
	    YKT_SQL_IN(ykt_sql_text(r->ask->card_no)), cols, 1);

	if (status == YKT_OK && orders != 0) {
		r->fault = "orders";
		status = YKT_REFUSED;
	}

	return status;
}

static enum ykt_status
removal_new(struct ykt_tx *tx, struct removal *r)
{
	struct card_job *job = &r->job;
	enum ykt_status status = check_orders(tx, r);

	*job = (struct card_job){ .kind = WIRE_JOB_DELETE };
	text_set(job->job_id, sizeof(job->job_id), r->fresh_id);
	text_set(job->card_no, sizeof(job->card_no), r->ask->card_no);
	text_set(job->state, sizeof(job->state), CARD_JOB_PROVING);
	text_set(job->after, sizeof(job->after), CARD_DELETED);
	text_set(job->back, sizeof(job->back), CARD_ACTIVE);
	if (status == YKT_OK)
		status = card_job_yield(tx, r->ask->card_no, r->call->now_ms);
	if (status == YKT_OK)
		status = card_job_add(tx, r->p, job, r->call->now_ms);
	if (status == YKT_OK)
		status = card_state_set(tx, r->ask->card_no, CARD_DELETING);
	/* The row has the element's name. */
	if (status == YKT_OK)
		status = card_job_live(tx, r->ask->card_no, job);

	return status;
}

/* A number that was never used with this card. YKT_CONFLICT: it was. */
static enum ykt_status
proof_begin(struct ykt_tx *tx, struct removal *r)
{
	enum ykt_status status;

	r->job.attempt++;
	status = row_change_one(tx,
	    "INSERT INTO attempt(order_id, attempt, card_no, terminal, purpose, init, datetime,"
	    " result, mac2) VALUES(?1, ?2, ?3, ?4, '', x'', x'', '', x'') ON CONFLICT DO NOTHING",
	    YKT_SQL_IN(ykt_sql_text(r->job.job_id), ykt_sql_int(r->job.attempt),
		ykt_sql_text(r->job.card_no), ykt_sql_blob(YKT_BYTES(r->terminal))));
	if (status == YKT_OK)
		status = row_change_one(tx, "UPDATE card_job SET attempt = ?2 WHERE job_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(r->job.job_id), ykt_sql_int(r->job.attempt)));

	return status;
}

static enum ykt_status
removal_tx(struct ykt_tx *tx, void *arg)
{
	struct removal *r = arg;
	enum ykt_status status = own_card(tx, r->p, r->call, r->ask->card_no, &r->card);

	r->fault = NULL;
	if (status == YKT_OK && r->card.bound) {
		r->fault = "card_foreign";
		status = YKT_REFUSED;
	}
	if (status != YKT_OK)
		return status;
	if (strcmp(r->card.state, CARD_ACTIVE) == 0)
		status = removal_new(tx, r);
	else if (strcmp(r->card.state, CARD_DELETING) == 0)
		status = card_job_live(tx, r->ask->card_no, &r->job);
	else
		status = YKT_BLOCKED;
	if (status == YKT_OK && r->job.kind != WIRE_JOB_DELETE)
		status = YKT_BLOCKED;
	if (status == YKT_OK && !ykt_bytes_equal(ykt_bytes(r->ask->se_id.data, r->ask->se_id.len),
				    ykt_bytes(r->job.se_id, r->job.se_id_len)))
		status = YKT_WRONG_CARD;
	if (status == YKT_OK && strcmp(r->job.state, CARD_JOB_PROVING) == 0)
		status = proof_begin(tx, r);

	return status;
}

/* What keeps a card where it is, in the words of the page. */
static int
refuse(
    struct platform_worker *w, enum ykt_status status, const char *fault, struct wire_error *error)
{
	switch (status) {
	case YKT_DENIED:
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);
	case YKT_REFUSED:
		return wire_error_set(
		    error, strcmp(fault, "mac1") == 0 ? 403 : 409, fault, "the card stays");
	case YKT_BLOCKED:
		return wire_error_set(error, 409, "card_state", "the card is not in use");
	case YKT_WRONG_CARD:
		return wire_error_set(error, 409, "other_element", "it is in another element");
	case YKT_EXPIRED:
		return wire_error_set(error, 409, "stale", "a later proof was begun");
	case YKT_E_STATE:
		return wire_error_set(error, 409, "proof_needed", "ask card.delete");
	default:
		return room_refuse(w, status, error);
	}
}

int
op_card_delete(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct removal r = { .p = w->p, .call = call, .ask = req };
	struct wire_card_delete_rsp *answer = rsp;
	char phone[21] = "";
	enum ykt_status status = user_step_up(w, call, r.ask->password, phone);

	if (status == YKT_OK)
		status = room_ids(w, &r.fresh_id, 1);
	if (status != YKT_OK)
		return refuse(w, status, NULL, error);
	memcpy(r.terminal, w->p->o.channel, 2);
	status = YKT_CONFLICT;
	for (int i = 0; i < TERMINAL_TRIES && status == YKT_CONFLICT; i++) {
		status = ykt_random_fill(w->p->env->random, r.terminal + 2, 4);
		if (status == YKT_OK)
			status = ykt_store_run(w->p->store, removal_tx, &r);
	}
	if (status != YKT_OK)
		return refuse(w, status, r.fault, error);
	answer->proven = strcmp(r.job.state, CARD_JOB_PROVING) != 0;
	answer->attempt = r.job.attempt;
	if (!answer->proven)
		memcpy(answer->terminal, r.terminal, sizeof(answer->terminal));

	return 200;
}

struct proof {
	struct platform_worker *w;
	const struct op_call *call;
	const struct wire_card_prove_req *ask;
	uint8_t datetime[7];
	struct card card;
	struct card_job job;
	struct order order; /* no row: what the proof is for, by its id */
	struct attempt attempt;
	const char *fault;
};

static enum ykt_status
proof_tx(struct ykt_tx *tx, void *arg)
{
	struct proof *proof = arg;
	const struct wire_card_prove_req *ask = proof->ask;
	struct order *order = &proof->order;
	enum ykt_status status = own_card(tx, proof->w->p, proof->call, ask->card_no, &proof->card);

	if (status == YKT_OK)
		status = card_job_live(tx, ask->card_no, &proof->job);
	if (status != YKT_OK || strcmp(proof->job.state, CARD_JOB_PROVING) != 0)
		return status;
	*order = (struct order){ .attempt = proof->job.attempt };
	text_set(order->order_id, sizeof(order->order_id), proof->job.job_id);
	text_set(order->card_no, sizeof(order->card_no), proof->job.card_no);

	return attempt_bind(
	    tx, order, ask->attempt, ATTEMPT_ATTEST, ask->init, proof->datetime, &proof->attempt);
}

/* What the key module's answer means: NULL, or why the card stays. */
static const char *
proof_judge(const struct proof *proof, const struct permit_answer *answer)
{
	switch (answer->outcome) {
	case PERMIT_NOT_LOADED:
		return answer->balance_fen == proof->card.app->overdraft_fen ? NULL : "card_money";
	case PERMIT_HELD:
		return "orders";
	case PERMIT_MAC1:
		return "mac1";
	default:
		return "case";
	}
}

/* One decision: the card goes, or is in use again. */
static enum ykt_status
proof_end_tx(struct ykt_tx *tx, void *arg)
{
	const struct proof *proof = arg;
	int64_t now = proof->call->now_ms;
	enum ykt_status status;

	if (proof->fault == NULL)
		status = card_job_proven(tx, &proof->job, now);
	else
		status = card_job_end(tx, &proof->job, CARD_JOB_FAILED, proof->fault, now);

	return status;
}

static enum ykt_status
proof_run(struct proof *proof)
{
	const struct permit_ask ask = {
		.order = &proof->order,
		.attempt = &proof->attempt,
		.app = proof->card.app,
		.now_ms = proof->call->now_ms,
		.deadline_mono_ms = proof->call->deadline_mono_ms,
	};
	struct permit_answer answer = { .outcome = PERMIT_CASE };
	enum ykt_status status = permit_run(proof->w, &ask, &answer);

	/* It proves nothing now, and nothing was decided by it. */
	if (status == YKT_MISMATCH)
		return YKT_EXPIRED;
	if (status != YKT_OK)
		return status;
	proof->fault = proof_judge(proof, &answer);
	if (proof->fault != NULL)
		room_trace(proof->w, YKT_TRACE_STATE, "card stays", (int64_t)answer.outcome);
	status = ykt_store_run(proof->w->p->store, proof_end_tx, proof);

	return status == YKT_OK && proof->fault != NULL ? YKT_REFUSED : status;
}

int
op_card_prove(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct proof proof = { .w = w, .call = call, .ask = req };
	enum ykt_status status;

	(void)rsp;
	room_card_time(call->now_ms, proof.datetime);
	status = ykt_store_run(w->p->store, proof_tx, &proof);
	if (status == YKT_MISMATCH)
		return wire_error_set(error, 409, "attempt_used", "begin another proof");
	if (status == YKT_OK && strcmp(proof.job.state, CARD_JOB_PROVING) == 0)
		status = proof_run(&proof);

	return status == YKT_OK ? 200 : refuse(w, status, proof.fault, error);
}

int
op_card_session(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_card_session_req *ask = req;
	struct wire_card_session_rsp *answer = rsp;
	struct card_job job;
	enum ykt_status status = card_job_session(w, ask->card_no, call->user_id,
	    ykt_bytes(ask->se_id.data, ask->se_id.len), call->deadline_mono_ms, &job,
	    answer->session_id);

	/* The TSM is through with it, or does not want it: its word is in the job. */
	if (status == YKT_REFUSED || status == YKT_MISMATCH || status == YKT_DENIED)
		return wire_error_set(error, 409, "job", "ask card.status");
	if (status != YKT_OK)
		return refuse(w, status, NULL, error);
	wire_token_set(&wire_job_kind, (int)job.kind, answer->kind, sizeof(answer->kind));

	return 200;
}

struct looking {
	const struct platform *p;
	const struct op_call *call;
	const char *card_no;
	struct card card;
	uint8_t se_id[16]; /* that it was opened in */
	size_t se_id_len;
	bool has_job;
	struct card_job job;
};

static enum ykt_status
looking_tx(struct ykt_tx *tx, void *arg)
{
	struct looking *look = arg;
	const struct row_col cols[] = { ROW_BYTES(look->se_id, &look->se_id_len) };
	enum ykt_status status = own_card(tx, look->p, look->call, look->card_no, &look->card);

	/* One that was bound was opened in no element that is known here. */
	if (status == YKT_OK && !look->card.bound)
		status = row_one(tx,
		    "SELECT j.se_id FROM card c JOIN job j USING (order_id) WHERE c.card_no = ?1",
		    YKT_SQL_IN(ykt_sql_text(look->card_no)), cols, 1);
	if (status != YKT_OK)
		return status;
	status = card_job_last(tx, look->card_no, &look->job);
	look->has_job = status == YKT_OK;

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

int
op_card_status(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_card_balance_req *ask = req;
	struct wire_card_status *answer = rsp;
	struct looking look = { .p = w->p, .call = call, .card_no = ask->card_no };
	enum ykt_status status = ykt_store_run(w->p->store, looking_tx, &look);

	if (status == YKT_OK && look.has_job) {
		/* If the TSM cannot be asked now, the tick will. */
		(void)!card_job_check(w, ask->card_no, call->now_ms, call->deadline_mono_ms);
		status = ykt_store_run(w->p->store, looking_tx, &look);
	}
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	text_set(answer->card_no, sizeof(answer->card_no), look.card.card_no);
	text_set(answer->card_state, sizeof(answer->card_state), look.card.state);
	answer->se_id.len = (uint16_t)look.se_id_len;
	memcpy(answer->se_id.data, look.se_id, look.se_id_len);
	if (!look.has_job)
		return 200;
	wire_token_set(&wire_job_kind, (int)look.job.kind, answer->kind, sizeof(answer->kind));
	text_set(answer->state, sizeof(answer->state), look.job.state);
	text_set(answer->reason, sizeof(answer->reason), look.job.reason);
	answer->changed_ms = look.job.changed_ms;

	return 200;
}
