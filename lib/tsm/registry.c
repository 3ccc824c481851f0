/*
 * What is on which element, as the element itself told it inside a secure channel
 * (I-26). Nothing is entered because it was ordered.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tsm/internal.h"

static enum ykt_status
put_app(struct ykt_tx *tx, struct ykt_bytes se_id, const struct tsm_app *app, int64_t now_ms)
{
	/* Not selectable: whatever card it was is gone. */
	return ykt_tx_query(tx,
	    "INSERT INTO app (se_id, aid, state, sd_aid, read_ms) VALUES (?1, ?2, ?3, ?4, ?5)"
	    " ON CONFLICT DO UPDATE SET state = excluded.state, sd_aid = excluded.sd_aid,"
	    " read_ms = excluded.read_ms,"
	    " card_no = CASE WHEN excluded.state = 3 THEN NULL ELSE card_no END,"
	    " version = CASE WHEN excluded.state = 3 THEN 0 ELSE version END",
	    YKT_SQL_IN(ykt_sql_blob(se_id), ykt_sql_blob(ykt_bytes(app->aid, app->aid_len)),
		ykt_sql_int(app->state), ykt_sql_blob(ykt_bytes(app->sd, app->sd_len)),
		ykt_sql_int(now_ms)),
	    NULL, NULL, NULL);
}

static enum ykt_status
put_card(struct ykt_tx *tx, const struct tsm_job *job)
{
	return tsm_change(tx,
	    "UPDATE app SET card_no = ?3, version = ?4 WHERE se_id = ?1 AND aid = ?2",
	    YKT_SQL_IN(ykt_sql_blob(ykt_bytes(job->se_id, job->se_id_len)),
		ykt_sql_blob(ykt_bytes(job->aid, job->aid_len)), ykt_sql_text(job->card_no),
		ykt_sql_int(job->version)));
}

/* An answer to DELETE says it too. */
static enum ykt_status
drop_app(struct ykt_tx *tx, struct ykt_bytes se_id, struct ykt_bytes aid)
{
	return ykt_tx_query(tx, "DELETE FROM app WHERE se_id = ?1 AND aid = ?2",
	    YKT_SQL_IN(ykt_sql_blob(se_id), ykt_sql_blob(aid)), NULL, NULL, NULL);
}

enum ykt_status
tsm_registry_put(struct ykt_tx *tx, const struct tsm_worker *worker, int64_t now_ms)
{
	const struct tsm_result *result = &worker->result;
	const struct tsm_run *run = &worker->run;
	const struct tsm_job *job = &worker->session.job;
	struct ykt_bytes se_id = ykt_bytes(job->se_id, job->se_id_len);
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; status == YKT_OK && i < run->app_count; i++) {
		if (result->list_read || result->app_read)
			status = put_app(tx, se_id, &run->app[i], now_ms);
	}
	/* A whole list also says what is no longer there. */
	if (status == YKT_OK && result->list_read && run->list_whole)
		status = ykt_tx_query(tx, "DELETE FROM app WHERE se_id = ?1 AND read_ms <> ?2",
		    YKT_SQL_IN(ykt_sql_blob(se_id), ykt_sql_int(now_ms)), NULL, NULL, NULL);
	if (status == YKT_OK && result->card_read)
		status = put_card(tx, job);
	if (status == YKT_OK && result->gone)
		status = drop_app(tx, se_id, ykt_bytes(job->aid, job->aid_len));
	if (status == YKT_OK && result->no_domain)
		status = drop_app(tx, se_id, tsm_ssd(worker));

	return status;
}
