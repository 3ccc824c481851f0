/*
 * Locking and unlocking the application of a card (GP231 11.10): a locked one
 * cannot be selected, neither by a gate nor by a client, and keeps what it holds.
 *
 * Which card it is cannot be read from one that is locked, so the registry's word
 * counts: what was read back when the card was opened. The new state is believed
 * when the card's own list, under its MAC, has it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/sw.h"
#include "tsm/script.h"

static bool
wants_lock(const struct tsm_worker *worker)
{
	return strcmp(worker->session.job.kind, wire_token_text(&wire_job_kind, WIRE_JOB_LOCK)) ==
	       0;
}

/* SET STATUS: the states of GP231 11.1.1 with or without the bit that locks. */
static enum ykt_status
order_state(struct tsm_worker *worker, uint8_t state)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf apdu = YKT_BUF(bytes);
	enum ykt_status status =
	    tsm_order_begin(worker, TSM_STAGE_SET, worker->tsm->options.delay_ms);

	gp_set_status_build(GP_SCOPE_APPS, state, tsm_script_instance(worker), &apdu);
	if (status == YKT_OK)
		status = tsm_order_secure(worker, &apdu, SW_OK, 0, 0);

	return status;
}

enum ykt_status
tsm_lock_decide(struct tsm_worker *worker)
{
	const struct tsm_job *job = &worker->session.job;
	const struct tsm_app *purse = tsm_script_find_app(worker, tsm_script_instance(worker));
	uint8_t state;

	if (purse == NULL && !worker->run.list_whole)
		return tsm_script_again(worker, "list");
	if (purse == NULL || (purse->state & ~GP_STATE_LOCKED) < GP_STATE_SELECTABLE)
		return tsm_script_fail(worker, "not_there");
	if (!ykt_bytes_equal(ykt_bytes(purse->sd, purse->sd_len), tsm_ssd(worker)) ||
	    (job->there[0] != '\0' && strcmp(job->there, job->card_no) != 0))
		return tsm_script_fail(worker, "occupied");
	state = (uint8_t)(purse->state & ~GP_STATE_LOCKED);
	if (wants_lock(worker))
		state |= GP_STATE_LOCKED;
	if (purse->state != state)
		return order_state(worker, state);
	tsm_note(worker, YKT_TRACE_STATE, wants_lock(worker) ? "card locked" : "card unlocked", 0);

	return tsm_script_finish(worker, WIRE_JOB_DONE, "", TSM_NOTICE_DONE);
}

enum ykt_status
tsm_lock_set(struct tsm_worker *worker)
{
	if (tsm_answers_wrong(worker) < worker->run.cmd_count)
		return tsm_script_refused(worker, 0);

	return tsm_script_list_more(worker, false);
}
