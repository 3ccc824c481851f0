/*
 * Work that nobody asks for (R6, R8).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/acquirer.h"
#include "platform/bank.h"
#include "platform/card_job.h"
#include "platform/chain.h"
#include "platform/job.h"
#include "platform/pay.h"
#include "platform/refund.h"
#include "platform/risk.h"
#include "platform/rows.h"
#include "platform/unload.h"
#include "platform/verify.h"
#include "platform/withdraw.h"
#include "platform/work.h"

/* An envelope's time is good for ten minutes each way; a minute more is kept. */
#define NONCE_KEEP_MS (2 * WIRE_CLOCK_MS + 60000)
/* Tries after which an open refund is also shown to a person. */
#define REFUND_CASE_TRIES 20

struct house {
	const struct platform *p;
	int64_t now_ms;
};

/* Old unfinished orders become open items, and stop to be when they finish. */
static enum ykt_status
house_aged(struct ykt_tx *tx, const struct house *house)
{
	enum ykt_status status;

	status = row_exec(tx,
	    "INSERT INTO casebook(kind, ref, opened_ms, closed_ms)"
	    " SELECT 'aged', order_id, ?1, 0 FROM ord"
	    " WHERE state IN ('paid', 'opening', 'loading', 'refunding', 'case')"
	    " AND changed_ms < ?2 LIMIT 64 ON CONFLICT(kind, ref) DO NOTHING",
	    YKT_SQL_IN(ykt_sql_int(house->now_ms),
		ykt_sql_int(house->now_ms - house->p->o.settings.age_ms)));
	if (status == YKT_OK)
		status = row_exec(tx,
		    "INSERT INTO casebook(kind, ref, opened_ms, closed_ms)"
		    " SELECT 'aged', unload_id, ?1, 0 FROM unload"
		    " WHERE state IN ('begun', 'asked', 'case') AND changed_ms < ?2 LIMIT 64"
		    " ON CONFLICT(kind, ref) DO NOTHING",
		    YKT_SQL_IN(ykt_sql_int(house->now_ms),
			ykt_sql_int(house->now_ms - house->p->o.settings.age_ms)));
	if (status == YKT_OK)
		status = row_exec(tx,
		    "UPDATE casebook SET closed_ms = ?1 WHERE closed_ms = 0 AND kind = 'aged' AND"
		    " EXISTS (SELECT 1 FROM unload WHERE unload_id = ref AND"
		    " state IN ('done', 'closed'))",
		    YKT_SQL_IN(ykt_sql_int(house->now_ms)));
	if (status == YKT_OK)
		status = row_exec(tx,
		    "UPDATE casebook SET closed_ms = ?1 WHERE closed_ms = 0 AND"
		    " kind IN ('aged', 'refund') AND EXISTS (SELECT 1 FROM ord WHERE order_id = ref"
		    " AND state IN ('opened', 'loaded', 'refunded'))",
		    YKT_SQL_IN(ykt_sql_int(house->now_ms)));

	return status;
}

static enum ykt_status
house_tx(struct ykt_tx *tx, void *arg)
{
	const struct house *house = arg;
	const struct platform_settings *set = &house->p->o.settings;
	enum ykt_status status;

	status = row_exec(tx, "DELETE FROM open_nonce WHERE ts_ms < ?1",
	    YKT_SQL_IN(ykt_sql_int(house->now_ms - NONCE_KEEP_MS)));
	if (status == YKT_OK)
		status = row_exec(tx, "DELETE FROM session WHERE created_ms < ?1 OR used_ms < ?2",
		    YKT_SQL_IN(ykt_sql_int(house->now_ms - set->session_absolute_ms),
			ykt_sql_int(house->now_ms - set->session_idle_ms)));
	if (status == YKT_OK)
		status = row_exec(tx, "DELETE FROM login_wait WHERE seen_ms < ?1",
		    YKT_SQL_IN(ykt_sql_int(house->now_ms - set->age_ms)));
	if (status == YKT_OK)
		status = row_exec(tx, "DELETE FROM otp WHERE made_ms < ?1",
		    YKT_SQL_IN(ykt_sql_int(house->now_ms - set->age_ms)));
	if (status == YKT_OK)
		status = risk_forget(tx, set, house->now_ms);
	if (status == YKT_OK)
		status = house_aged(tx, house);
	if (status == YKT_OK)
		status = chain_aged(tx, set, house->now_ms);
	if (status == YKT_OK)
		status = ledger_rollup(tx, house->p->o.node);
	/* Its turns do not grow apart. */
	if (status == YKT_OK)
		status = row_exec(tx, "UPDATE work SET tries = 0 WHERE kind = 5", NULL, 0);

	return status;
}

struct refund_late {
	const char *order_id;
	int64_t now_ms;
};

static enum ykt_status
refund_late_tx(struct ykt_tx *tx, void *arg)
{
	const struct refund_late *late = arg;

	return room_case(tx, "refund", late->order_id, late->now_ms);
}

static enum ykt_status
refund_item(struct platform_worker *w, const struct work_item *item, int64_t now_ms)
{
	struct refund_late late = { item->ref, now_ms };
	enum ykt_status status = refund_run(w, item->ref, now_ms, 0);

	/* An open case, and tried again all the same. */
	if (status != YKT_OK && item->tries == REFUND_CASE_TRIES)
		return ykt_store_run(w->p->store, refund_late_tx, &late);

	return status;
}

static enum ykt_status
item_run(struct platform_worker *w, const struct work_item *item, int64_t now_ms)
{
	struct house house = { w->p, now_ms };

	switch (item->kind) {
	case WORK_REFUND:
		return refund_item(w, item, now_ms);
	case WORK_PAYMENT:
		return pay_tick(w, item->ref, now_ms);
	case WORK_JOB:
		return job_check(w, item->ref, now_ms, 0);
	case WORK_CARD:
		return card_job_check(w, item->ref, now_ms, 0);
	case WORK_CLEAR:
		return clear_run(w, item->ref, now_ms);
	case WORK_TICKET:
		return ticket_tick(w, item->ref, now_ms);
	case WORK_BANK:
		return bank_tick(w, item->ref, now_ms);
	case WORK_WITHDRAW:
		return withdraw_tick(w, item->ref, item->tries, now_ms);
	case WORK_VERIFY:
		return verify_tick(w, now_ms);
	case WORK_HOUSE:
		return ykt_store_run(w->p->store, house_tx, &house);
	default:
		return YKT_E_CORRUPT;
	}
}

struct claiming {
	const struct platform *p;
	int64_t now_ms;
	struct work_item items[WORK_SLICE];
	size_t count;
};

static enum ykt_status
claiming_tx(struct ykt_tx *tx, void *arg)
{
	struct claiming *c = arg;

	return work_claim(tx, &c->p->o.settings, c->now_ms, c->items, &c->count);
}

enum ykt_status
platform_tick(struct platform_worker *w, unsigned *ret_done)
{
	struct claiming c = { .p = w->p, .now_ms = room_now(w) };
	enum ykt_status status;

	status = ykt_store_run(w->p->store, claiming_tx, &c);
	if (status != YKT_OK)
		return status;
	for (size_t i = 0; i < c.count; i++) {
		status = item_run(w, &c.items[i], c.now_ms);
		/* The rest keeps its later turn; a dead node does nothing more. */
		if (status == YKT_E_DOWN)
			return status;
		if (status != YKT_OK && status != YKT_PENDING)
			room_trace(w, YKT_TRACE_ERROR, "tick", (int64_t)status);
	}
	*ret_done = (unsigned)c.count;

	return YKT_OK;
}
