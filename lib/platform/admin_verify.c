/*
 * POST /admin/verify: the operator's run over the whole ledger, and how far it is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/admin.h"
#include "platform/rows.h"
#include "platform/verify.h"
#include "platform/work.h"
#include "wire/field.h"

static const struct wire_field admin_verify_req_fields[] = {
	FIELD_BOOL(admin_verify_req, begin),
};
MESSAGE(admin_verify_req, "admin.verify");

static const struct wire_field admin_verify_rsp_fields[] = {
	FIELD_TEXT(admin_verify_rsp, state),
	FIELD_INT(admin_verify_rsp, journals, 0, INT64_MAX),
	FIELD_INT(admin_verify_rsp, of_journals, 0, INT64_MAX),
	FIELD_INT(admin_verify_rsp, entries, 0, INT64_MAX),
	FIELD_INT(admin_verify_rsp, begun_ms, 0, INT64_MAX),
	FIELD_INT(admin_verify_rsp, changed_ms, 0, INT64_MAX),
	FIELD_BOOL(admin_verify_rsp, chain_ok),
	FIELD_BOOL(admin_verify_rsp, sums_ok),
	FIELD_BOOL(admin_verify_rsp, balances_ok),
	FIELD_BOOL(admin_verify_rsp, orders_ok),
	FIELD_TEXT(admin_verify_rsp, bad_node),
	FIELD_INT(admin_verify_rsp, bad_seq, INT64_MIN, INT64_MAX),
};
MESSAGE(admin_verify_rsp, "admin.verify.rsp");

static const char *const states[] = { "chain", "entries", "balances", "orders", "end", "done" };

struct verifying {
	const struct admin_verify_req *ask;
	struct admin_verify_rsp *rsp;
	int64_t now_ms;
};

static void
fill(struct admin_verify_rsp *rsp, const struct verify_run *run)
{
	const struct platform_ledger_report *r = &run->report;

	text_set(rsp->state, sizeof(rsp->state), states[run->phase]);
	rsp->journals = r->journals;
	rsp->entries = r->entries;
	rsp->begun_ms = run->begun_ms;
	rsp->changed_ms = run->changed_ms;
	rsp->chain_ok = r->chain_ok;
	rsp->sums_ok = r->sums_ok;
	rsp->balances_ok = r->balances_ok;
	rsp->orders_ok = r->orders_ok;
	memcpy(rsp->bad_node, r->bad_node, sizeof(r->bad_node));
	rsp->bad_seq = r->bad_seq;
}

/* As many as the writers' last sequences say; a seek for each writer. */
static enum ykt_status
count(struct ykt_tx *tx, int64_t *ret_count)
{
	const struct row_col cols[] = { ROW_INT(ret_count) };

	return row_one(tx,
	    "WITH RECURSIVE w(node) AS (SELECT MIN(node) FROM journal UNION ALL SELECT (SELECT"
	    " MIN(j.node) FROM journal j WHERE j.node > w.node) FROM w WHERE w.node IS NOT NULL)"
	    " SELECT COALESCE(SUM((SELECT MAX(seq) FROM journal j WHERE j.node = w.node)), 0)"
	    " FROM w WHERE node IS NOT NULL",
	    NULL, 0, cols, 1);
}

static enum ykt_status
verify_tx(struct ykt_tx *tx, void *arg)
{
	struct verifying *v = arg;
	struct verify_run run = { .run = "" };
	enum ykt_status status = YKT_OK;

	memset(v->rsp, 0, sizeof(*v->rsp));
	if (v->ask->begin)
		status = verify_begin(tx, VERIFY_RUN, v->now_ms);
	if (status == YKT_OK && v->ask->begin)
		status = work_add(tx, WORK_VERIFY, "", v->now_ms, v->now_ms);
	if (status == YKT_OK)
		status = verify_get(tx, VERIFY_RUN, &run);
	if (status == YKT_NOT_FOUND ||
	    (status == YKT_OK && (run.phase < VERIFY_CHAIN || run.phase > VERIFY_DONE))) {
		text_set(v->rsp->state, sizeof(v->rsp->state), "none");
		return status == YKT_OK ? YKT_E_CORRUPT : YKT_OK;
	}
	if (status == YKT_OK) {
		fill(v->rsp, &run);
		status = count(tx, &v->rsp->of_journals);
	}

	return status;
}

int
room_admin_verify(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	struct verifying v = { .ask = req, .rsp = rsp, .now_ms = room_now(w) };
	enum ykt_status status = ykt_store_run(w->p->store, verify_tx, &v);

	(void)http;

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}
