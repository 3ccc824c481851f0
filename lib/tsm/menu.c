/*
 * The menu's keys into an element that lacks them (card/air_provide.h): the key module makes
 * the grouping, this carries it inside the issuer's channel and cannot read it.
 *
 * Whether an element has them cannot be asked. It is sent in each job that opens or updates
 * a card: one that has the same keys says yes, one that has others, or no menu, says no, and
 * neither costs the job anything.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/sw.h"
#include "tsm/script.h"

bool
tsm_menu_next(const struct tsm_worker *worker)
{
	int kind = wire_token_find(&wire_job_kind, worker->session.job.kind);

	return worker->tsm->options.menu_keys && !worker->run.menu &&
	       (kind == WIRE_JOB_OPEN || kind == WIRE_JOB_UPDATE);
}

enum ykt_status
tsm_menu_give(struct tsm_worker *worker)
{
	uint8_t group_bytes[TSM_MENU_MAX], bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf groups = YKT_BUF(group_bytes);
	struct ykt_buf apdu = YKT_BUF(bytes);
	enum ykt_status status = tsm_keyd_menu(worker, &groups);

	worker->run.menu = status == YKT_OK || status == YKT_REFUSED;
	/* The key module has none, or none for this element. */
	if (status == YKT_REFUSED)
		return tsm_script_list_more(worker, false);
	if (status == YKT_OK)
		status = tsm_order_begin(worker, TSM_STAGE_MENU, worker->tsm->options.delay_ms);
	gp_store_data_build(GP_STORE_DGI | GP_STORE_LAST, 0, ykt_buf_view(&groups), &apdu);
	if (status == YKT_OK)
		status = tsm_order_secure(worker, &apdu, TSM_SW_ANY, 0, 0);

	return status;
}

/* A refusal may be of a channel that is lost: then the card is read from the start. */
enum ykt_status
tsm_menu_given(struct tsm_worker *worker)
{
	if (worker->answer[0].sw == SW_OK) {
		tsm_note(worker, YKT_TRACE_STATE, "menu keys", 0);
		return tsm_script_list_more(worker, false);
	}
	tsm_note(worker, YKT_TRACE_ERROR, "no menu keys", worker->answer[0].sw);

	return tsm_script_look(worker, worker->tsm->options.delay_ms);
}
