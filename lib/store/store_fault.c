/*
 * The failing store: faults at a run and at one query of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/store_fault.h"

/* One run of the caller's function, seen from inside the inner store. */
struct fault_run {
	ykt_store_fn *fn;
	void *arg;
	struct store_fault_plan plan;
	struct ykt_tx *inner_tx;
	unsigned queries;
	bool undo; /* roll back although fn succeeded */
	bool fired;
};

static enum ykt_status
fault_query(void *ctx, const char *sql, const struct ykt_sql_val *in, size_t in_count,
    ykt_sql_row *row, void *row_arg, int64_t *ret_changed)
{
	struct fault_run *run = ctx;

	run->queries++;
	if (run->plan.kind == STORE_FAULT_QUERY && run->queries == run->plan.query) {
		run->fired = true;
		return YKT_E_STORE;
	}
	return run->inner_tx->query(
	    run->inner_tx->ctx, sql, in, in_count, row, row_arg, ret_changed);
}

static enum ykt_status
fault_fn(struct ykt_tx *tx, void *arg)
{
	struct fault_run *run = arg;
	struct ykt_tx outer = { .ctx = run, .query = fault_query };
	enum ykt_status status;

	run->inner_tx = tx;
	run->queries = 0;
	status = run->fn(&outer, run->arg);
	if (status != YKT_OK)
		return status;
	/* Like a real backend: a failed query never commits, whatever fn says. */
	if (run->fired)
		return YKT_E_STORE;
	return run->undo ? YKT_CANCELLED : YKT_OK;
}

/* Runs fn and undoes it. YKT_OK: it had succeeded and is rolled back. */
static enum ykt_status
run_undone(struct store_fault *fault, struct fault_run *run)
{
	enum ykt_status status;

	run->undo = true;
	status = fault->inner->run(fault->inner->ctx, fault_fn, run);
	run->undo = false;
	return status == YKT_CANCELLED ? YKT_OK : status;
}

static enum ykt_status
fault_run(void *ctx, ykt_store_fn *fn, void *arg)
{
	struct store_fault *fault = ctx;
	struct fault_run run = { .fn = fn, .arg = arg, .plan = fault->choose(fault->arg) };
	enum store_fault_kind kind = run.plan.kind;
	enum ykt_status status = YKT_OK;

	if (kind == STORE_FAULT_BEFORE || kind == STORE_FAULT_DOWN) {
		fault->fired[kind]++;
		return kind == STORE_FAULT_DOWN ? YKT_E_DOWN : YKT_E_STORE;
	}
	if (kind == STORE_FAULT_LOST || kind == STORE_FAULT_RERUN)
		status = run_undone(fault, &run);
	if (status == YKT_OK && kind != STORE_FAULT_LOST)
		status = fault->inner->run(fault->inner->ctx, fault_fn, &run);
	if (kind == STORE_FAULT_QUERY ? run.fired : status == YKT_OK)
		fault->fired[kind]++;
	if (status == YKT_OK && (kind == STORE_FAULT_LOST || kind == STORE_FAULT_DONE))
		status = YKT_E_STORE_UNKNOWN;
	return status;
}

void
store_fault_init(
    struct store_fault *fault, const struct ykt_store *inner, store_fault_choose *choose, void *arg)
{
	*fault = (struct store_fault){
		.port = { .ctx = fault, .run = fault_run },
		.inner = inner,
		.choose = choose,
		.arg = arg,
	};
}
