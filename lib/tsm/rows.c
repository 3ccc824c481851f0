/*
 * Sessions in the database: found by the digest of their capability, moved on by
 * one report at a time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "tsm/internal.h"

static enum ykt_status
fill(const struct ykt_sql_val *val, const struct tsm_col *col)
{
	bool text = col->kind == TSM_COL_TEXT;

	if (col->kind == TSM_COL_INT) {
		if (val->type != YKT_SQL_INT)
			return YKT_E_CORRUPT;
		*(int64_t *)col->out = val->i;
		return YKT_OK;
	}
	if (val->type != (text ? YKT_SQL_TEXT : YKT_SQL_BLOB) ||
	    val->bytes.len + (text ? 1 : 0) > col->size ||
	    (!text && col->ret_len == NULL && val->bytes.len != col->size))
		return YKT_E_CORRUPT;
	if (val->bytes.len != 0)
		memcpy(col->out, val->bytes.data, val->bytes.len);
	if (text)
		((char *)col->out)[val->bytes.len] = '\0';
	else if (col->ret_len != NULL)
		*col->ret_len = val->bytes.len;

	return YKT_OK;
}

struct one {
	const struct tsm_col *cols;
	size_t count;
	bool found;
};

static enum ykt_status
one_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct one *one = arg;
	enum ykt_status status = count == one->count ? YKT_OK : YKT_E_CORRUPT;

	for (size_t i = 0; i < count && status == YKT_OK; i++)
		status = fill(&vals[i], &one->cols[i]);
	one->found = true;

	return status;
}

enum ykt_status
tsm_row(struct ykt_tx *tx, const char *sql, const struct ykt_sql_val *in, size_t in_count,
    const struct tsm_col *cols, size_t count)
{
	struct one one = { cols, count, false };
	enum ykt_status status = ykt_tx_query(tx, sql, in, in_count, one_row, &one, NULL);

	return status == YKT_OK && !one.found ? YKT_NOT_FOUND : status;
}

enum ykt_status
tsm_change(struct ykt_tx *tx, const char *sql, const struct ykt_sql_val *in, size_t in_count)
{
	int64_t changed = 0;
	enum ykt_status status = ykt_tx_query(tx, sql, in, in_count, NULL, NULL, &changed);

	return status == YKT_OK && changed != 1 ? YKT_BUSY : status;
}

struct load {
	struct tsm_session *session;
	const uint8_t *id;
	int64_t now_ms;
};

static enum ykt_status
load_tx(struct ykt_tx *tx, void *arg)
{
	const struct load *load = arg;
	struct tsm_session *s = load->session;
	struct tsm_job *job = &s->job;
	const struct tsm_col cols[] = {
		{ TSM_COL_TEXT, s->state, sizeof(s->state), NULL },
		{ TSM_COL_INT, &s->seq, 0, NULL },
		{ TSM_COL_INT, &s->repeats, 0, NULL },
		{ TSM_COL_BLOB, s->report, sizeof(s->report), &s->report_len },
		{ TSM_COL_BLOB, s->answer, sizeof(s->answer), &s->answer_len },
		{ TSM_COL_BLOB, s->sealed, sizeof(s->sealed), &s->sealed_len },
		{ TSM_COL_TEXT, s->se_type, sizeof(s->se_type), NULL },
		{ TSM_COL_TEXT, job->job_id, sizeof(job->job_id), NULL },
		{ TSM_COL_TEXT, job->kind, sizeof(job->kind), NULL },
		{ TSM_COL_INT, &job->most_fen, 0, NULL },
		{ TSM_COL_INT, &job->gone, 0, NULL },
		{ TSM_COL_TEXT, job->there, sizeof(job->there), NULL },
		{ TSM_COL_BLOB, job->se_id, sizeof(job->se_id), &job->se_id_len },
		{ TSM_COL_BLOB, job->aid, sizeof(job->aid), &job->aid_len },
		{ TSM_COL_BLOB, job->issuer, sizeof(job->issuer), NULL },
		{ TSM_COL_TEXT, job->card_no, sizeof(job->card_no), NULL },
		{ TSM_COL_BLOB, job->valid_from, sizeof(job->valid_from), NULL },
		{ TSM_COL_BLOB, job->valid_to, sizeof(job->valid_to), NULL },
		{ TSM_COL_BLOB, job->file17, sizeof(job->file17), NULL },
		{ TSM_COL_INT, &job->limit_fen, 0, NULL },
		{ TSM_COL_INT, &job->alg, 0, NULL },
		{ TSM_COL_INT, &job->version, 0, NULL },
		{ TSM_COL_BLOB, job->ends, sizeof(job->ends), NULL },
		{ TSM_COL_BLOB, job->groups, sizeof(job->groups), &job->groups_len },
	};

	return tsm_row(tx,
	    "SELECT s.state, s.seq, s.repeats, s.report, s.answer, s.sealed, s.se_type, j.job_id, "
	    "j.kind, j.most_fen, j.gone,"
	    " COALESCE((SELECT card_no FROM app a WHERE a.se_id = j.se_id AND a.aid = j.aid), ''),"
	    " j.se_id,"
	    " j.aid, j.issuer, j.card_no, j.valid_from, j.valid_to, j.file17, j.limit_fen, j.alg,"
	    " j.version, COALESCE(v.ends, x'00000000'), COALESCE(v.groups, x'')"
	    " FROM session s JOIN job j USING (job_id) LEFT JOIN version v"
	    " ON v.aid = j.aid AND v.version = j.version WHERE s.id = ?1 AND s.expires_ms > ?2",
	    YKT_SQL_IN(
		ykt_sql_blob(ykt_bytes(load->id, TSM_DIGEST_LEN)), ykt_sql_int(load->now_ms)),
	    cols, YKT_ARRAY_LEN(cols));
}

enum ykt_status
tsm_session_load(struct tsm_worker *worker, const uint8_t id[TSM_DIGEST_LEN], int64_t now_ms)
{
	struct load load = { &worker->session, id, now_ms };

	memcpy(worker->session.id, id, TSM_DIGEST_LEN);

	return ykt_store_run(worker->tsm->options.store, load_tx, &load);
}

struct greet {
	const struct tsm_session *session;
	const char *se_type;
	int64_t now_ms;
};

static enum ykt_status
greet_tx(struct ykt_tx *tx, void *arg)
{
	const struct greet *greet = arg;
	enum ykt_status status = tsm_change(tx,
	    "UPDATE session SET se_type = ?2, seen_ms = ?3 WHERE id = ?1 AND state = 'live'",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(greet->session->id)), ykt_sql_text(greet->se_type),
		ykt_sql_int(greet->now_ms)));

	return status == YKT_BUSY ? YKT_NOT_FOUND : status;
}

enum ykt_status
tsm_session_greet(struct tsm_worker *worker, const char *se_type, int64_t now_ms)
{
	struct greet greet = { &worker->session, se_type, now_ms };

	return ykt_store_run(worker->tsm->options.store, greet_tx, &greet);
}

static enum ykt_status
repeat_tx(struct ykt_tx *tx, void *arg)
{
	const struct greet *greet = arg;

	return tsm_change(tx,
	    "UPDATE session SET repeats = repeats + 1, seen_ms = ?3 WHERE id = ?1 AND seq = ?2",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(greet->session->id)),
		ykt_sql_int(greet->session->seq), ykt_sql_int(greet->now_ms)));
}

enum ykt_status
tsm_session_repeat(struct tsm_worker *worker, int64_t now_ms)
{
	struct greet greet = { .session = &worker->session, .now_ms = now_ms };

	return ykt_store_run(worker->tsm->options.store, repeat_tx, &greet);
}

struct save {
	struct tsm_worker *worker;
	struct ykt_bytes report;
	struct ykt_bytes sealed;
	struct ykt_bytes answer;
	int64_t now_ms;
};

static enum ykt_status
save_tx(struct ykt_tx *tx, void *arg)
{
	const struct save *save = arg;
	const struct tsm_worker *worker = save->worker;
	const struct tsm_session *session = &worker->session;
	const struct tsm_result *result = &worker->result;
	enum ykt_status status;

	status = tsm_change(tx,
	    "UPDATE session SET seq = seq + 1, repeats = 0, state = ?3, report = ?4, answer = ?5, "
	    "sealed = ?6,"
	    " seen_ms = ?7 WHERE id = ?1 AND seq = ?2 AND state = 'live'",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(session->id)), ykt_sql_int(session->seq),
		ykt_sql_text(result->over ? "over" : "live"), ykt_sql_blob(save->report),
		ykt_sql_blob(save->answer), ykt_sql_blob(save->sealed), ykt_sql_int(save->now_ms)));
	if (status == YKT_OK)
		status = tsm_change(tx,
		    "UPDATE job SET step = ?3, reason = ?4, sessions = sessions + ?5, seen_ms = ?6,"
		    " gone = MAX(gone, ?8), state = CASE WHEN ?5 = 1 AND sessions + 1 >= ?7 THEN "
		    "'failed' ELSE ?2 END"
		    " WHERE job_id = ?1 AND state IN ('waiting', 'running')",
		    YKT_SQL_IN(ykt_sql_text(session->job.job_id),
			ykt_sql_text(wire_token_text(&wire_job_state, (int)result->state)),
			ykt_sql_int(result->step), ykt_sql_text(result->reason),
			ykt_sql_int(result->counted ? 1 : 0), ykt_sql_int(save->now_ms),
			ykt_sql_int(worker->tsm->options.sessions_max),
			ykt_sql_int(result->gone ? 1 : 0)));
	if (status == YKT_OK)
		status = tsm_registry_put(tx, worker, save->now_ms);

	return status;
}

enum ykt_status
tsm_session_save(struct tsm_worker *worker, const uint8_t report[TSM_DIGEST_LEN],
    struct ykt_bytes sealed, struct ykt_bytes answer, int64_t now_ms)
{
	struct save save = { worker, ykt_bytes(report, TSM_DIGEST_LEN), sealed, answer, now_ms };

	return ykt_store_run(worker->tsm->options.store, save_tx, &save);
}
