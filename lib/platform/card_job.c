/*
 * Jobs on cards, as rows and as sessions.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/card_job.h"

#include <string.h>

#include "platform/rows.h"
#include "platform/tsm_ask.h"
#include "platform/work.h"

#define COLUMNS                                                                                    \
	"job_id, card_no, kind, state, se_id, most_fen, version, test, after, back, attempt, "     \
	"tries, reason, changed_ms"
#define LIVE "('proving', 'asked', 'started')"

static enum ykt_status
job_read(struct ykt_tx *tx, const char *sql, const char *card_no, struct card_job *ret_job)
{
	struct card_job job = { 0 };
	char kind[17];
	const struct row_col cols[] = { ROW_TEXT(job.job_id), ROW_TEXT(job.card_no), ROW_TEXT(kind),
		ROW_TEXT(job.state), ROW_BYTES(job.se_id, &job.se_id_len), ROW_INT(&job.most_fen),
		ROW_INT(&job.version), ROW_INT(&job.test), ROW_TEXT(job.after), ROW_TEXT(job.back),
		ROW_INT(&job.attempt), ROW_INT(&job.tries), ROW_TEXT(job.reason),
		ROW_INT(&job.changed_ms) };
	enum ykt_status status =
	    row_one(tx, sql, YKT_SQL_IN(ykt_sql_text(card_no)), cols, YKT_ARRAY_LEN(cols));
	int found;

	if (status != YKT_OK)
		return status;
	found = wire_token_find(&wire_job_kind, kind);
	if (found < 0)
		return YKT_E_CORRUPT;
	job.kind = (enum wire_job_kind)found;
	*ret_job = job;

	return YKT_OK;
}

enum ykt_status
card_job_live(struct ykt_tx *tx, const char *card_no, struct card_job *ret_job)
{
	return job_read(tx,
	    "SELECT " COLUMNS " FROM card_job WHERE card_no = ?1 AND state IN " LIVE, card_no,
	    ret_job);
}

enum ykt_status
card_job_last(struct ykt_tx *tx, const char *card_no, struct card_job *ret_job)
{
	return job_read(tx,
	    "SELECT " COLUMNS " FROM card_job WHERE card_no = ?1 ORDER BY seq DESC LIMIT 1",
	    card_no, ret_job);
}

/*
 * When somebody looks after it though nobody asks: a proof has its time, the TSM
 * is asked once it may have the job. What waits for a device waits for it alone.
 */
static enum ykt_status
look_later(struct ykt_tx *tx, const struct platform *p, const char *card_no, const char *state,
    int64_t now_ms)
{
	if (strcmp(state, CARD_JOB_PROVING) == 0)
		return work_set(tx, WORK_CARD, card_no, now_ms + CARD_JOB_PROOF_MS, now_ms);
	if (strcmp(state, CARD_JOB_STARTED) == 0)
		return work_set(tx, WORK_CARD, card_no, now_ms + p->o.settings.poll_ms, now_ms);

	return work_done(tx, WORK_CARD, card_no);
}

enum ykt_status
card_job_add(
    struct ykt_tx *tx, const struct platform *p, const struct card_job *job, int64_t now_ms)
{
	uint8_t se_id[16];
	size_t se_id_len = 0;
	const struct row_col cols[] = { ROW_BYTES(se_id, &se_id_len) };
	enum ykt_status status;

	status = row_one(tx,
	    "SELECT j.se_id FROM card c JOIN job j USING (order_id) WHERE c.card_no = ?1",
	    YKT_SQL_IN(ykt_sql_text(job->card_no)), cols, 1);
	if (status == YKT_OK)
		status = row_change_one(tx,
		    "INSERT INTO card_job(job_id, card_no, kind, state, se_id, most_fen, after, "
		    "back,"
		    " attempt, reason, made_ms, changed_ms, version, test)"
		    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, '', ?10, ?10, ?11, ?12)"
		    " ON CONFLICT DO NOTHING",
		    YKT_SQL_IN(ykt_sql_text(job->job_id), ykt_sql_text(job->card_no),
			ykt_sql_text(wire_token_text(&wire_job_kind, (int)job->kind)),
			ykt_sql_text(job->state), ykt_sql_blob(ykt_bytes(se_id, se_id_len)),
			ykt_sql_int(job->most_fen), ykt_sql_text(job->after),
			ykt_sql_text(job->back), ykt_sql_int(job->attempt), ykt_sql_int(now_ms),
			ykt_sql_int(job->version), ykt_sql_int(job->test)));
	if (status == YKT_OK)
		status = look_later(tx, p, job->card_no, job->state, now_ms);

	return status;
}

static enum ykt_status
job_move(struct ykt_tx *tx, const struct card_job *job, const char *state, const char *reason,
    int64_t now_ms)
{
	return row_change_one(tx,
	    "UPDATE card_job SET state = ?3, reason = ?4, changed_ms = ?5"
	    " WHERE job_id = ?1 AND state = ?2",
	    YKT_SQL_IN(ykt_sql_text(job->job_id), ykt_sql_text(job->state), ykt_sql_text(state),
		ykt_sql_text(reason), ykt_sql_int(now_ms)));
}

enum ykt_status
card_job_proven(struct ykt_tx *tx, const struct card_job *job, int64_t now_ms)
{
	enum ykt_status status;

	if (strcmp(job->state, CARD_JOB_PROVING) != 0)
		return YKT_CONFLICT;
	status = job_move(tx, job, CARD_JOB_ASKED, "", now_ms);

	return status == YKT_OK ? work_done(tx, WORK_CARD, job->card_no) : status;
}

enum ykt_status
card_job_end(struct ykt_tx *tx, const struct card_job *job, const char *state, const char *reason,
    int64_t now_ms)
{
	const char *card = strcmp(state, CARD_JOB_DONE) == 0 ? job->after : job->back;
	enum ykt_status status = job_move(tx, job, state, reason, now_ms);

	if (status == YKT_OK && card[0] != '\0')
		status = card_state_set(tx, job->card_no, card);
	if (status == YKT_OK)
		status = work_done(tx, WORK_CARD, job->card_no);

	return status;
}

enum ykt_status
card_job_cancel(struct ykt_tx *tx, const struct card_job *job, int64_t now_ms)
{
	enum ykt_status status = job_move(tx, job, CARD_JOB_FAILED, "cancelled", now_ms);

	return status == YKT_OK ? work_done(tx, WORK_CARD, job->card_no) : status;
}

enum ykt_status
card_job_yield(struct ykt_tx *tx, const char *card_no, int64_t now_ms)
{
	struct card_job job;
	enum ykt_status status = card_job_live(tx, card_no, &job);

	if (status == YKT_OK)
		status =
		    job.kind == WIRE_JOB_UPDATE ? card_job_cancel(tx, &job, now_ms) : YKT_BLOCKED;

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

struct session {
	struct platform_worker *w;
	const char *card_no;
	const char *user_id;
	struct ykt_bytes se_id;
	int64_t now_ms;
	struct card card;
	struct card_job job;
};

/* The TSM is about to hear of it: from now on only the TSM knows how it stands. */
static enum ykt_status
session_first(struct ykt_tx *tx, struct session *s)
{
	enum ykt_status status = job_move(tx, &s->job, CARD_JOB_STARTED, s->job.reason, s->now_ms);

	return status == YKT_OK ? look_later(tx, s->w->p, s->card_no, CARD_JOB_STARTED, s->now_ms)
				: status;
}

static enum ykt_status
session_tx(struct ykt_tx *tx, void *arg)
{
	struct session *s = arg;
	enum ykt_status status = card_get(tx, s->w->p, s->card_no, &s->card);

	if (status == YKT_OK && strcmp(s->card.user_id, s->user_id) != 0)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK)
		status = card_job_live(tx, s->card_no, &s->job);
	if (status == YKT_OK &&
	    !ykt_bytes_equal(s->se_id, ykt_bytes(s->job.se_id, s->job.se_id_len)))
		status = YKT_WRONG_CARD;
	if (status == YKT_OK && strcmp(s->job.state, CARD_JOB_PROVING) == 0)
		status = YKT_E_STATE;
	if (status == YKT_OK && strcmp(s->job.state, CARD_JOB_ASKED) == 0)
		status = session_first(tx, s);

	return status;
}

static enum ykt_status
session_start(struct session *s, int64_t deadline_mono_ms, uint8_t ret_session[16])
{
	const struct tsm_ask ask = {
		.job_id = s->job.job_id,
		.kind = s->job.kind,
		.card_no = s->card_no,
		.app = s->card.app,
		.se_id = ykt_bytes(s->job.se_id, s->job.se_id_len),
		.most_fen = s->job.most_fen,
		.version = s->job.version,
		.test = s->job.test != 0,
		.deadline_mono_ms = deadline_mono_ms,
	};

	return tsm_ask_start(s->w, &ask, ret_session);
}

enum ykt_status
card_job_session(struct platform_worker *w, const char *card_no, const char *user_id,
    struct ykt_bytes se_id, int64_t deadline_mono_ms, struct card_job *ret_job,
    uint8_t ret_session[16])
{
	struct session s = { .w = w,
		.card_no = card_no,
		.user_id = user_id,
		.se_id = se_id,
		.now_ms = room_now(w) };
	enum ykt_status status = ykt_store_run(w->p->store, session_tx, &s);

	if (status != YKT_OK)
		return status;
	status = tsm_ask_session(w, s.job.job_id, deadline_mono_ms, ret_session);
	if (status == YKT_NOT_FOUND)
		status = session_start(&s, deadline_mono_ms, ret_session);
	if (status == YKT_OK && ret_job != NULL)
		*ret_job = s.job;

	return status;
}

struct check {
	const char *card_no;
	int64_t now_ms;
	bool live;
	struct card_job job;
	enum wire_job_state state;
	char reason[33];
	char fresh_id[33];
};

/* A proof that nobody brings ends here: it needs no question to the TSM. */
static enum ykt_status
check_read_tx(struct ykt_tx *tx, void *arg)
{
	struct check *c = arg;
	enum ykt_status status = card_job_live(tx, c->card_no, &c->job);

	c->live = status == YKT_OK;
	if (status == YKT_NOT_FOUND)
		return work_done(tx, WORK_CARD, c->card_no);
	if (status == YKT_OK && strcmp(c->job.state, CARD_JOB_PROVING) == 0 &&
	    c->now_ms >= c->job.changed_ms + CARD_JOB_PROOF_MS) {
		c->live = false;
		status = card_job_end(tx, &c->job, CARD_JOB_FAILED, "unproven", c->now_ms);
	}

	return status;
}

/* Nothing was done to the card, whatever sessions there were before. */
static bool
is_refusal(const char *reason)
{
	static const char *const tokens[] = { "occupied", "locked", "card_money", "keys",
		"channel_level", "not_there", "app_state", "version_state", "se_state",
		"downgrade" };

	for (size_t i = 0; i < YKT_ARRAY_LEN(tokens); i++) {
		if (strcmp(reason, tokens[i]) == 0)
			return true;
	}

	return false;
}

/*
 * The TSM gave up without knowing: its job may have done its work. What is wanted
 * stays wanted, under another id.
 */
static enum ykt_status
check_again(struct ykt_tx *tx, const struct check *c)
{
	enum ykt_status status = row_change_one(tx,
	    "UPDATE card_job SET job_id = ?2, state = 'asked', tries = tries + 1, reason = ?3, "
	    "changed_ms = ?4"
	    " WHERE job_id = ?1 AND state = 'started'",
	    YKT_SQL_IN(ykt_sql_text(c->job.job_id), ykt_sql_text(c->fresh_id),
		ykt_sql_text(c->reason), ykt_sql_int(c->now_ms)));

	return status == YKT_OK ? work_done(tx, WORK_CARD, c->card_no) : status;
}

static enum ykt_status
check_end_tx(struct ykt_tx *tx, void *arg)
{
	const struct check *c = arg;
	enum ykt_status status;

	if (c->state == WIRE_JOB_DONE)
		status = card_job_end(tx, &c->job, CARD_JOB_DONE, "", c->now_ms);
	else if (is_refusal(c->reason))
		status = card_job_end(tx, &c->job, CARD_JOB_FAILED, c->reason, c->now_ms);
	else
		status = check_again(tx, c);

	/* Somebody else asked and was first. */
	return status == YKT_CONFLICT ? YKT_OK : status;
}

enum ykt_status
card_job_check(
    struct platform_worker *w, const char *card_no, int64_t now_ms, int64_t deadline_mono_ms)
{
	struct check c = { .card_no = card_no, .now_ms = now_ms };
	enum ykt_status status = ykt_store_run(w->p->store, check_read_tx, &c);

	if (status != YKT_OK || !c.live)
		return status;
	/* What is not started the TSM cannot know of. */
	if (strcmp(c.job.state, CARD_JOB_STARTED) != 0)
		return YKT_PENDING;
	status = tsm_ask_state(w, c.job.job_id, deadline_mono_ms, &c.state, c.reason);
	if (status == YKT_NOT_FOUND)
		return YKT_PENDING;
	if (status == YKT_OK && c.state != WIRE_JOB_DONE && c.state != WIRE_JOB_FAILED)
		return YKT_PENDING;
	if (status == YKT_OK)
		status = room_ids(w, &c.fresh_id, 1);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, check_end_tx, &c);
	if (status == YKT_OK && c.state == WIRE_JOB_FAILED && !is_refusal(c.reason))
		status = YKT_PENDING;

	return status;
}
