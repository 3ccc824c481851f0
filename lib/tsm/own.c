/*
 * What a city's domain with delegated management does to its instances itself, in place of
 * the issuer's: DELETE with the issuer's token, whose receipt is looked at (GP231 9.2, 11.2,
 * C.4.7); SET STATUS without one. GP231 knows tokens for LOAD, INSTALL and DELETE alone
 * (C.4): the domain that an instance is associated with locks it by its own word.
 *
 * The domain itself is made, read and dropped by the issuer's: one may not delete its own.
 * After each change the card is read again from there, because a domain's own list does not
 * have what is not its.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/sd_keys.h"
#include "card/sw.h"
#include "tsm/script.h"

/* The instance is this domain's, which may do it by delegation. */
static bool
by_itself(const struct tsm_worker *worker)
{
	const struct tsm_app *purse = tsm_script_find_app(worker, tsm_script_instance(worker));

	return tsm_script_delegated(worker) && purse != NULL &&
	       ykt_bytes_equal(ykt_bytes(purse->sd, purse->sd_len), tsm_ssd(worker));
}

static enum ykt_status
enter(struct tsm_worker *worker)
{
	enum ykt_status status =
	    tsm_order_begin(worker, TSM_STAGE_ENTER, worker->tsm->options.delay_ms);

	if (status == YKT_OK)
		status = tsm_script_order_door(worker, SD_KEYS_KVN_SSD, 0);

	return status;
}

enum ykt_status
tsm_own_delete(struct tsm_worker *worker, enum tsm_stage stage)
{
	if (!by_itself(worker))
		return tsm_script_order_delete(worker, stage, tsm_script_instance(worker), 0);

	return enter(worker);
}

enum ykt_status
tsm_own_set(struct tsm_worker *worker, uint8_t state)
{
	enum ykt_status status;

	if (by_itself(worker))
		return enter(worker);
	status = tsm_order_begin(worker, TSM_STAGE_SET, worker->tsm->options.delay_ms);

	return status == YKT_OK ? tsm_own_order_set(worker, state) : status;
}

enum ykt_status
tsm_own_order_set(struct tsm_worker *worker, uint8_t state)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf apdu = YKT_BUF(bytes);

	gp_set_status_build(GP_SCOPE_APPS, state, tsm_script_instance(worker), &apdu);

	return tsm_order_secure(worker, &apdu, SW_OK, 0, 0);
}

/* The channel and the one command: without the channel the card refuses it. */
static enum ykt_status
open_channel(struct tsm_worker *worker, enum tsm_stage stage)
{
	enum ykt_status status = tsm_order_begin(worker, stage, worker->tsm->options.delay_ms);

	if (status == YKT_OK)
		status = tsm_order_authenticate(worker, tsm_ssd(worker), &worker->answer[2]);

	return status;
}

static enum ykt_status
entered_to_delete(struct tsm_worker *worker, enum tsm_stage stage)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX], with_bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf apdu = YKT_BUF(bytes);
	struct ykt_buf with = YKT_BUF(with_bytes);
	enum ykt_status status;

	/* First: without the issuer's word not even the channel is opened. */
	gp_delete_build(tsm_script_instance(worker), false, &apdu);
	status = tsm_issuer_token(worker, &apdu, &with);
	if (status == YKT_OK)
		status = open_channel(worker, stage);
	if (status == YKT_OK)
		status = tsm_order_secure(worker, &with, SW_OK, 0, 0);

	return status;
}

static enum ykt_status
entered_to_set(struct tsm_worker *worker)
{
	enum ykt_status status = open_channel(worker, TSM_STAGE_SET);

	return status == YKT_OK ? tsm_own_order_set(worker, tsm_lock_state(worker)) : status;
}

enum ykt_status
tsm_own_entered(struct tsm_worker *worker)
{
	size_t wrong = tsm_answers_wrong(worker);

	if (wrong < worker->run.cmd_count)
		return tsm_script_refused(worker, wrong);
	switch (wire_token_find(&wire_job_kind, worker->session.job.kind)) {
	case WIRE_JOB_OPEN:
		return entered_to_delete(worker, TSM_STAGE_DELETE);
	case WIRE_JOB_DELETE:
		return entered_to_delete(worker, TSM_STAGE_REMOVE);
	case WIRE_JOB_LOCK:
	case WIRE_JOB_UNLOCK:
		return entered_to_set(worker);
	case WIRE_JOB_UPDATE:
		return tsm_update_entered(worker);
	default:
		return YKT_E_CORRUPT;
	}
}

enum ykt_status
tsm_own_deleted(struct tsm_worker *worker)
{
	enum ykt_status status = YKT_OK;

	if (!by_itself(worker))
		return tsm_script_list_more(worker, false);
	status = tsm_issuer_receipt(
	    worker, &worker->answer[worker->run.cmd_count - 1U], WIRE_JOB_DELETE);
	if (status == YKT_E_MAC)
		return tsm_script_again(worker, "receipt");

	return status == YKT_OK ? tsm_script_look(worker, worker->tsm->options.delay_ms) : status;
}

enum ykt_status
tsm_own_was_set(struct tsm_worker *worker)
{
	if (!by_itself(worker))
		return tsm_script_list_more(worker, false);

	return tsm_script_look(worker, worker->tsm->options.delay_ms);
}
