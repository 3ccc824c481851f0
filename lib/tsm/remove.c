/*
 * Taking a card's application out of its element, and the city's domain with its
 * keys when nothing of it is left (GP231 11.2).
 *
 * Whether there is money on the card is for the platform to know, from a proof
 * that the card made for it; a job says how much there may be. What the card shows
 * here before anything is deleted is in clear and only keeps mistakes from
 * costing something: a card that was loaded after all, or another card.
 *
 * What makes it certain that the instance is gone is either the MAC of the answer
 * to DELETE or that of a whole list without it. It is kept with the job, so that
 * what is lost afterwards costs nothing. DELETE travels alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "card/files.h"
#include "card/purse_cmd.h"
#include "card/sw.h"
#include "tsm/script.h"

static enum ykt_status
order_any(struct tsm_worker *worker, const struct ykt_buf *apdu)
{
	return tsm_order_plain(worker, apdu, TSM_SW_ANY, 0);
}

/* Three questions to the purse, before the issuer's domain is selected. */
enum ykt_status
tsm_remove_begin(struct tsm_worker *worker, int64_t delay_ms)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf apdu = YKT_BUF(bytes);
	enum ykt_status status;

	ykt_wipe(&worker->run.scp, sizeof(worker->run.scp));
	worker->run.guard = TSM_GUARD_NONE;
	status = tsm_order_begin(worker, TSM_STAGE_GUARD, delay_ms);
	purse_select_build(tsm_script_instance(worker), &apdu);
	if (status == YKT_OK)
		status = order_any(worker, &apdu);
	apdu.len = 0;
	purse_read_binary_build(PURSE_SFI_INFO, 0, FILE15_LEN, &apdu);
	if (status == YKT_OK)
		status = order_any(worker, &apdu);
	apdu.len = 0;
	purse_balance_build(PURSE_BALANCE_ACTUAL, &apdu);
	if (status == YKT_OK)
		status = order_any(worker, &apdu);

	return status;
}

static enum tsm_guard
judge(const struct tsm_worker *worker)
{
	const struct tsm_answer *answer = worker->answer;
	struct file15 file;
	uint32_t balance = 0;

	if (answer[0].sw == SW_FILE_NOT_FOUND)
		return TSM_GUARD_ABSENT;
	if (answer[0].sw != SW_OK || answer[1].sw != SW_OK || answer[2].sw != SW_OK)
		return TSM_GUARD_BLOCKED;
	if (file15_decode(tsm_script_answer_data(worker, 1), &file) != YKT_OK ||
	    !tsm_script_same_card(worker, &file))
		return TSM_GUARD_OTHER;
	if (purse_balance_rsp_decode(tsm_script_answer_data(worker, 2), &balance) != YKT_OK ||
	    balance > worker->session.job.most_fen)
		return TSM_GUARD_MONEY;

	return TSM_GUARD_OURS;
}

enum ykt_status
tsm_remove_guarded(struct tsm_worker *worker)
{
	worker->run.guard = judge(worker);

	return tsm_script_look(worker, worker->tsm->options.delay_ms);
}

/* The domain is in use as long as anything else lives in it. */
static bool
domain_is_empty(const struct tsm_worker *worker)
{
	const struct tsm_run *run = &worker->run;

	for (size_t i = 0; i < run->app_count; i++) {
		const struct tsm_app *app = &run->app[i];

		if (ykt_bytes_equal(ykt_bytes(app->sd, app->sd_len), tsm_ssd(worker)))
			return false;
	}

	return !run->list_cut;
}

static enum ykt_status
done(struct tsm_worker *worker)
{
	tsm_note(worker, YKT_TRACE_STATE, "card removed", 0);

	return tsm_script_finish(worker, WIRE_JOB_DONE, "", TSM_NOTICE_DONE);
}

/* The instance is gone. Its domain follows when it is empty. */
static enum ykt_status
drop_domain(struct tsm_worker *worker)
{
	const struct tsm_app *ssd = tsm_script_find_app(worker, tsm_ssd(worker));

	worker->result.gone = true;
	worker->result.no_domain = ssd == NULL;
	if (ssd == NULL || (ssd->privileges & GP_PRIV_SD) == 0 || !domain_is_empty(worker))
		return done(worker);

	/* A package that was loaded into it keeps it. */
	return tsm_script_order_delete(worker, TSM_STAGE_DROP, tsm_ssd(worker), SW_CONDITIONS);
}

/* An instance that can be selected goes only after it said what it is. */
static enum ykt_status
remove_selectable(struct tsm_worker *worker, const struct tsm_app *purse)
{
	if (!ykt_bytes_equal(ykt_bytes(purse->sd, purse->sd_len), tsm_ssd(worker)))
		return tsm_script_fail(worker, "occupied");
	switch (worker->run.guard) {
	case TSM_GUARD_OURS:
		return tsm_own_delete(worker, TSM_STAGE_REMOVE);
	case TSM_GUARD_OTHER:
		return tsm_script_fail(worker, "occupied");
	case TSM_GUARD_MONEY:
		return tsm_script_fail(worker, "card_money");
	default:
		/* At a gate, or blocked: another session may find it otherwise. */
		return tsm_script_again(worker, "silent");
	}
}

enum ykt_status
tsm_remove_decide(struct tsm_worker *worker)
{
	const struct tsm_app *purse = tsm_script_find_app(worker, tsm_script_instance(worker));

	if (purse == NULL && (worker->run.list_whole || worker->session.job.gone != 0))
		return drop_domain(worker);
	if (purse == NULL)
		return tsm_script_again(worker, "list");
	if ((purse->state & GP_STATE_LOCKED) != 0)
		return tsm_script_fail(worker, "locked");
	/* Half-done work of an opening: it never held anything. */
	if (purse->state == GP_STATE_INSTALLED)
		return tsm_own_delete(worker, TSM_STAGE_REMOVE);

	return remove_selectable(worker, purse);
}

enum ykt_status
tsm_remove_deleted(struct tsm_worker *worker)
{
	size_t wrong = tsm_answers_wrong(worker);

	if (wrong < worker->run.cmd_count)
		return tsm_script_refused(worker, wrong);
	worker->result.gone = true;

	return tsm_own_deleted(worker);
}

enum ykt_status
tsm_remove_dropped(struct tsm_worker *worker)
{
	if (tsm_answers_wrong(worker) < worker->run.cmd_count)
		return tsm_script_refused(worker, 0);
	worker->result.gone = true;
	worker->result.no_domain = worker->answer[0].sw == SW_OK;

	return done(worker);
}
