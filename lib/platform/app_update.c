/*
 * card.version and card.update (C5-APP-2): which version of its application a card
 * has and could have, and the wish for a newer one. The TSM's catalogue decides
 * what is published and for whom; the card stays in use all the time, because the
 * element takes a version whole or not at all and no money moves with it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/admin.h"
#include "platform/card_job.h"
#include "platform/rows.h"
#include "platform/tsm_ask.h"
#include "platform/users.h"
#include "wire/field.h"
#include "wire/manage_msg.h"

static const struct wire_field admin_tester_req_fields[] = {
	FIELD_TEXT(admin_tester_req, phone),
	FIELD_BOOL(admin_tester_req, tester),
};
MESSAGE(admin_tester_req, "admin.tester");

static enum ykt_status
tester_tx(struct ykt_tx *tx, void *arg)
{
	const struct admin_tester_req *ask = arg;
	enum ykt_status status = row_change_one(tx, "UPDATE user SET tester = ?2 WHERE phone = ?1",
	    YKT_SQL_IN(ykt_sql_text(ask->phone), ykt_sql_int(ask->tester ? 1 : 0)));

	return status == YKT_CONFLICT ? YKT_NOT_FOUND : status;
}

int
room_admin_tester(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	struct admin_tester_req ask = *(const struct admin_tester_req *)req;
	enum ykt_status status = ykt_store_run(w->p->store, tester_tx, &ask);

	(void)http;
	(void)rsp;

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

struct asking {
	const struct platform *p;
	const struct op_call *call;
	const char *card_no;
	struct card card;
	uint8_t se_id[16]; /* that it was opened in */
	size_t se_id_len;
	bool test;
};

static enum ykt_status
asking_tx(struct ykt_tx *tx, void *arg)
{
	struct asking *a = arg;
	const struct row_col cols[] = { ROW_BYTES(a->se_id, &a->se_id_len) };
	enum ykt_status status = card_get(tx, a->p, a->card_no, &a->card);

	if (status == YKT_OK && strcmp(a->card.user_id, a->call->user_id) != 0)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK && a->card.bound)
		status = YKT_REFUSED;
	if (status == YKT_OK)
		status = row_one(tx,
		    "SELECT j.se_id FROM card c JOIN job j USING (order_id) WHERE c.card_no = ?1",
		    YKT_SQL_IN(ykt_sql_text(a->card_no)), cols, 1);

	return status == YKT_OK ? user_tests(tx, a->call->user_id, &a->test) : status;
}

int
op_card_version(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_card_balance_req *ask = req;
	struct wire_card_version_rsp *answer = rsp;
	struct asking a = { .p = w->p, .call = call, .card_no = ask->card_no };
	struct wire_tsm_app_get_rsp app;
	enum ykt_status status = ykt_store_run(w->p->store, asking_tx, &a);

	if (status == YKT_OK)
		status = tsm_ask_app(w, a.card.app, ykt_bytes(a.se_id, a.se_id_len), a.test,
		    call->deadline_mono_ms, &app);
	else if (status == YKT_REFUSED)
		return wire_error_set(error, 409, "card_foreign", "it was opened elsewhere");
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	text_set(answer->state, sizeof(answer->state), app.state);
	answer->update = app.update;
	answer->newest = app.newest;
	answer->has = app.has;

	return 200;
}

struct updating {
	const struct platform *p;
	const struct op_call *call;
	const struct wire_card_update_req *ask;
	char fresh_id[33];
	struct card card;
	bool test;
};

static enum ykt_status
job_new(struct ykt_tx *tx, const struct updating *u)
{
	struct card_job job = {
		.kind = WIRE_JOB_UPDATE, .version = u->ask->version, .test = u->test ? 1 : 0
	};

	text_set(job.job_id, sizeof(job.job_id), u->fresh_id);
	text_set(job.card_no, sizeof(job.card_no), u->ask->card_no);
	text_set(job.state, sizeof(job.state), CARD_JOB_ASKED);

	return card_job_add(tx, u->p, &job, u->call->now_ms);
}

/* The same wish twice is one; another version takes the place of the one before. */
static enum ykt_status
updating_tx(struct ykt_tx *tx, void *arg)
{
	struct updating *u = arg;
	struct card_job job;
	enum ykt_status status = card_get(tx, u->p, u->ask->card_no, &u->card);

	if (status == YKT_OK && strcmp(u->card.user_id, u->call->user_id) != 0)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK && strcmp(u->card.state, CARD_ACTIVE) != 0)
		status = YKT_BLOCKED;
	if (status == YKT_OK && u->card.bound)
		status = YKT_REFUSED;
	if (status == YKT_OK)
		status = user_tests(tx, u->call->user_id, &u->test);
	if (status != YKT_OK)
		return status;
	status = card_job_live(tx, u->ask->card_no, &job);
	if (status == YKT_OK && job.kind == WIRE_JOB_UPDATE && job.version == u->ask->version)
		return YKT_OK;
	if (status == YKT_OK)
		status = card_job_yield(tx, u->ask->card_no, u->call->now_ms);

	return status == YKT_OK || status == YKT_NOT_FOUND ? job_new(tx, u) : status;
}

int
op_card_update(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct wire_card_lock_rsp *answer = rsp;
	struct updating u = { .p = w->p, .call = call, .ask = req };
	enum ykt_status status = room_ids(w, &u.fresh_id, 1);

	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, updating_tx, &u);
	if (status == YKT_BLOCKED)
		return wire_error_set(error, 409, "card_state", "the card is not in use");
	if (status == YKT_REFUSED)
		return wire_error_set(error, 409, "card_foreign", "it was opened elsewhere");
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	text_set(answer->card_state, sizeof(answer->card_state), u.card.state);

	return 200;
}
