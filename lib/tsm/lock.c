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

#include "tsm/script.h"

static bool
wants_lock(const struct tsm_worker *worker)
{
	return strcmp(worker->session.job.kind, wire_token_text(&wire_job_kind, WIRE_JOB_LOCK)) ==
	       0;
}

uint8_t
tsm_lock_state(const struct tsm_worker *worker)
{
	const struct tsm_app *purse = tsm_script_find_app(worker, tsm_script_instance(worker));
	uint8_t state =
	    purse != NULL ? (uint8_t)(purse->state & ~GP_STATE_LOCKED) : GP_STATE_SELECTABLE;

	return wants_lock(worker) ? state | GP_STATE_LOCKED : state;
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
	state = tsm_lock_state(worker);
	if (purse->state != state)
		return tsm_own_set(worker, state);
	tsm_note(worker, YKT_TRACE_STATE, wants_lock(worker) ? "card locked" : "card unlocked", 0);

	return tsm_script_finish(worker, WIRE_JOB_DONE, "", TSM_NOTICE_DONE);
}

enum ykt_status
tsm_lock_set(struct tsm_worker *worker)
{
	size_t wrong = tsm_answers_wrong(worker);

	if (wrong < worker->run.cmd_count)
		return tsm_script_refused(worker, wrong);

	return tsm_own_was_set(worker);
}
