/*
 * Notices to merchants: repeated with growing waits until heard (R6), always
 * under the id that the confirmation gave them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "psp/internal.h"

#define PSP_CALL_MS 10000

/* A notice that is due. */
struct psp_notice {
	bool found;
	char notice_id[33];
	int64_t tries;
	struct psp_pay pay;
};

struct due {
	int64_t now_ms;
	struct psp_notice notice;
};

static enum ykt_status
read_notice(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct psp_notice *notice = arg;

	if (count != PSP_PAY_COL_COUNT + 2)
		return YKT_E_INTERNAL;
	notice->found = true;
	psp_text_copy(&cols[PSP_PAY_COL_COUNT], notice->notice_id, sizeof(notice->notice_id));
	notice->tries = cols[PSP_PAY_COL_COUNT + 1].i;
	return psp_pay_read(&notice->pay, cols, count);
}

static enum ykt_status
due_tx(struct ykt_tx *tx, void *arg)
{
	struct due *due = arg;

	due->notice = (struct psp_notice){ 0 };
	return ykt_tx_query(tx,
	    "SELECT " PSP_PAY_COLS
	    ", n.notice_id, n.tries FROM notice n JOIN pay p USING (prepay_id)"
	    " WHERE n.heard = 0 AND n.due_ms <= ?1 ORDER BY n.due_ms LIMIT 1",
	    YKT_SQL_IN(ykt_sql_int(due->now_ms)), read_notice, &due->notice, NULL);
}

static enum ykt_status
notice_due(const struct ykt_store *store, int64_t now_ms, struct psp_notice *ret_notice)
{
	struct due due = { .now_ms = now_ms };
	enum ykt_status status = ykt_store_run(store, due_tx, &due);

	if (status == YKT_OK)
		*ret_notice = due.notice;
	ykt_wipe(&due.notice, sizeof(due.notice));
	return status;
}

struct done {
	const char *notice_id;
	bool heard;
	int64_t due_ms;
};

static enum ykt_status
done_tx(struct ykt_tx *tx, void *arg)
{
	const struct done *done = arg;

	return ykt_tx_query(tx,
	    /* Heard stays heard, whatever a second worker met meanwhile. */
	    "UPDATE notice SET heard = max(heard, ?2), due_ms = ?3, tries = tries + 1"
	    " WHERE notice_id = ?1",
	    YKT_SQL_IN(
		ykt_sql_text(done->notice_id), ykt_sql_int(done->heard), ykt_sql_int(done->due_ms)),
	    NULL, NULL, NULL);
}

static enum ykt_status
notice_done(const struct ykt_store *store, const char *notice_id, bool heard, int64_t due_ms)
{
	struct done done = { .notice_id = notice_id, .heard = heard, .due_ms = due_ms };

	return ykt_store_run(store, done_tx, &done);
}

static const struct psp_merchant *
merchant_of(const struct psp *psp, const char *name)
{
	for (size_t i = 0; i < psp->options.merchant_count; i++) {
		if (strcmp(psp->merchants[i].name, name) == 0)
			return &psp->merchants[i];
	}
	return NULL;
}

/* YKT_OK: the merchant has it durably. */
static enum ykt_status
send_notice(struct psp_worker *worker, const struct psp_notice *notice)
{
	const struct psp_merchant *merchant = merchant_of(worker->psp, notice->pay.merchant);
	struct wire_pay_notice msg = { .amount_fen = notice->pay.amount_fen,
		.state = "paid",
		.ts_ms = ykt_clock_wall(worker->psp->options.env.clock) };
	struct ykt_buf body = { .data = worker->call->a, .cap = worker->call->a_size };
	struct ykt_bytes reply;
	enum ykt_status status;

	if (merchant == NULL)
		return YKT_NOT_FOUND;
	memcpy(msg.notice_id, notice->notice_id, sizeof(msg.notice_id));
	memcpy(msg.prepay_id, notice->pay.prepay_id, sizeof(msg.prepay_id));
	memcpy(msg.order_id, notice->pay.order_id, sizeof(msg.order_id));
	memcpy(msg.currency, notice->pay.currency, sizeof(msg.currency));
	memcpy(msg.payee, notice->pay.payee, sizeof(msg.payee));
	status = ykt_random_fill(worker->psp->options.env.random, msg.nonce, sizeof(msg.nonce));
	if (status == YKT_OK)
		status = wire_signed_make(&worker->signer.signer, worker->psp->options.name,
		    &wire_pay_notice_msg, &msg, &body);
	if (status == YKT_OK)
		status = wire_post(merchant->http, WIRE_PATH_PAY_NOTICE, ykt_buf_view(&body),
		    worker->call, ykt_clock_mono(worker->psp->options.env.clock) + PSP_CALL_MS,
		    &reply, NULL);
	return status;
}

/* The wait before the next try after tries that failed: doubled each time. */
static int64_t
pause_ms(const struct psp_options *options, int64_t tries)
{
	int64_t pause = options->retry_first_ms;

	for (int64_t i = 0; i < tries; i++) {
		if (pause > options->retry_max_ms / 2)
			return options->retry_max_ms;
		pause *= 2;
	}
	return pause;
}

enum ykt_status
psp_tick(struct psp_worker *worker, unsigned *ret_done)
{
	const struct psp_options *options = &worker->psp->options;
	struct psp_notice notice = { 0 };
	enum ykt_status sent = YKT_OK;
	enum ykt_status status =
	    notice_due(options->store, ykt_clock_wall(options->env.clock), &notice);

	if (status == YKT_OK && notice.found) {
		sent = send_notice(worker, &notice);
		/* Down is not an answer: the notice stays as it is. */
		status =
		    sent == YKT_E_DOWN
			? sent
			: notice_done(options->store, notice.notice_id, sent == YKT_OK,
			      ykt_clock_wall(options->env.clock) + pause_ms(options, notice.tries));
	}
	if (status == YKT_OK)
		*ret_done = notice.found ? 1 : 0;
	ykt_wipe(&notice, sizeof(notice));
	return status;
}
