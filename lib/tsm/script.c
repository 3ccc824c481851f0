/*
 * Opening a card, as steps that each end in one order (JT/T 1059.6; GP231 chapter
 * 11; the roles are those of card.md 3.3).
 *
 * Every session, and every trouble in one, begins with reading the card: which
 * element it is, what its registry holds (read.c). Then comes what is missing
 * (make.c). So nothing needs to be remembered about commands whose answers were
 * lost.
 *
 * The client sends the rest of an order whatever the card answers. An order
 * therefore has only commands that do no harm when one before them failed: they
 * are refused (no channel, no such application) or only read. DELETE and make
 * selectable travel alone, after every answer before them was checked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tsm/script.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"

/* The last order; the job is or is not over with it. */
enum ykt_status
tsm_script_finish(
    struct tsm_worker *worker, enum wire_job_state state, const char *reason, const char *notice)
{
	struct tsm_result *result = &worker->result;

	result->over = true;
	result->state = state;
	memcpy(result->reason, reason, strlen(reason) + 1);
	if (state == WIRE_JOB_DONE)
		result->step = TSM_STEPS;

	return tsm_order_end(worker, notice);
}

enum ykt_status
tsm_script_fail(struct tsm_worker *worker, const char *reason)
{
	tsm_note(worker, YKT_TRACE_STATE, "job failed", 0);

	return tsm_script_finish(worker, WIRE_JOB_FAILED, reason, TSM_NOTICE_FAILED);
}

/* Reads the card again, unless this session has done that too often. */
enum ykt_status
tsm_script_again(struct tsm_worker *worker, const char *reason)
{
	struct tsm_result *result = &worker->result;

	memcpy(result->reason, reason, strlen(reason) + 1);
	if (worker->run.rereads == TSM_REREADS_MAX) {
		result->counted = true;
		return tsm_script_finish(worker, WIRE_JOB_WAITING, reason, TSM_NOTICE_LATER);
	}
	worker->run.rereads++;

	return tsm_script_begin(worker, TSM_REREAD_MS);
}

/* A status word that its command should not have got. */
enum ykt_status
tsm_script_refused(struct tsm_worker *worker, size_t at)
{
	char reason[] = "card_0000";
	uint8_t sw[2];

	ykt_set_u16(sw, worker->answer[at].sw);
	ykt_hex_encode(YKT_BYTES(sw), reason + 5);

	return tsm_script_again(worker, reason);
}

struct ykt_bytes
tsm_script_answer_data(const struct tsm_worker *worker, size_t at)
{
	return ykt_bytes(worker->answer[at].data, worker->answer[at].len);
}

struct ykt_bytes
tsm_script_instance(const struct tsm_worker *worker)
{
	return ykt_bytes(worker->session.job.aid, worker->session.job.aid_len);
}

enum ykt_status
tsm_script_order_install(struct tsm_worker *worker, const struct gp_install *install)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf apdu = YKT_BUF(bytes);

	gp_install_build(install, &apdu);

	return tsm_order_secure(worker, &apdu, SW_OK, 0, 0);
}

bool
tsm_script_delegated(const struct tsm_worker *worker)
{
	const struct tsm_app *ssd = tsm_script_find_app(worker, tsm_ssd(worker));

	return ssd != NULL ? (ssd->privileges & GP_PRIV_DELEGATED) == GP_PRIV_DELEGATED
			   : worker->tsm->options.delegated;
}

enum ykt_status
tsm_script_order_delegated(struct tsm_worker *worker, const struct gp_install *install)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	uint8_t with_bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf apdu = YKT_BUF(bytes);
	struct ykt_buf with = YKT_BUF(with_bytes);
	enum ykt_status status;

	if (!tsm_script_delegated(worker))
		return tsm_script_order_install(worker, install);
	gp_install_build(install, &apdu);
	status = tsm_issuer_token(worker, &apdu, &with);

	return status == YKT_OK ? tsm_order_secure(worker, &with, SW_OK, 0, 0) : status;
}

enum ykt_status
tsm_script_order_status(struct tsm_worker *worker, struct ykt_bytes aid, bool next)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf apdu = YKT_BUF(bytes);

	gp_get_status_build(GP_SCOPE_APPS, aid, next, &apdu);

	return tsm_order_secure(worker, &apdu, SW_OK, SW_MORE_DATA_GP, SW_DATA_NOT_FOUND);
}

/* What comes after each order when all of its answers are there. */
static const struct {
	enum ykt_status (*next)(struct tsm_worker *worker);
	int64_t step;
} stages[TSM_STAGE_COUNT] = {
	[TSM_STAGE_LOOK] = { tsm_script_looked, 1 },
	[TSM_STAGE_LIST] = { tsm_script_listed, 2 },
	[TSM_STAGE_LIST_MORE] = { tsm_script_listed, 2 },
	[TSM_STAGE_DELETE] = { tsm_script_deleted, 2 },
	[TSM_STAGE_DOMAIN] = { tsm_script_domain_made, 3 },
	[TSM_STAGE_DOOR] = { tsm_script_door_answered, 3 },
	[TSM_STAGE_KEYS] = { tsm_script_keys_put, 4 },
	[TSM_STAGE_INSTALL] = { tsm_script_installed, 5 },
	[TSM_STAGE_PERSO] = { tsm_script_personalised, 6 },
	[TSM_STAGE_SELECTABLE] = { tsm_script_made_selectable, 7 },
	[TSM_STAGE_CHECK] = { tsm_script_checked, 7 },
	[TSM_STAGE_CHECK_OLD] = { tsm_script_checked_old, 7 },
	[TSM_STAGE_GUARD] = { tsm_remove_guarded, 1 },
	[TSM_STAGE_REMOVE] = { tsm_remove_deleted, 4 },
	[TSM_STAGE_SET] = { tsm_lock_set, 4 },
	[TSM_STAGE_DROP] = { tsm_remove_dropped, 6 },
	[TSM_STAGE_VERSION] = { tsm_update_judge, 3 },
	[TSM_STAGE_ENTER] = { tsm_own_entered, 4 },
	[TSM_STAGE_UPDATE] = { tsm_update_stored, 6 },
	[TSM_STAGE_IDENTS] = { tsm_ident_looked, 1 },
	[TSM_STAGE_IDENT] = { tsm_ident_made, 2 },
	[TSM_STAGE_IDENT_READY] = { tsm_ident_ready, 2 },
	[TSM_STAGE_MENU] = { tsm_menu_given, 2 },
	[TSM_STAGE_UPDATED] = { tsm_update_checked, 7 },
};

static enum ykt_status
take_report(struct tsm_worker *worker)
{
	enum ykt_status status;

	if (worker->run.stage == TSM_STAGE_NONE)
		return tsm_script_begin(worker, worker->tsm->options.delay_ms);
	/* The client lost an order that it had, or could not reach the element. */
	if (worker->report.state != WIRE_SERAM_PROCESSED)
		return tsm_script_again(worker, "unknown");
	status = tsm_answers_read(worker);
	if (status == YKT_UNKNOWN)
		return tsm_script_again(worker, "unknown");
	if (status == YKT_OK)
		status = stages[worker->run.stage].next(worker);

	return status;
}

enum ykt_status
tsm_script_next(struct tsm_worker *worker)
{
	enum ykt_status status;

	memset(&worker->result, 0, sizeof(worker->result));
	worker->result.state = WIRE_JOB_RUNNING;
	status = take_report(worker);
	switch (status) {
	case YKT_REFUSED:
		status = tsm_script_fail(worker, "keys");
		break;
	case YKT_DENIED:
		tsm_note(worker, YKT_TRACE_SECURITY, "channel level", status);
		status = tsm_script_fail(worker, "channel_level");
		break;
	case YKT_E_MAC:
		tsm_note(worker, YKT_TRACE_SECURITY, "channel", status);
		status = tsm_script_again(worker, "channel");
		break;
	case YKT_E_FORMAT:
		status = tsm_script_again(worker, "channel");
		break;
	default:
		break;
	}
	if (status == YKT_OK && !worker->result.over)
		worker->result.step = stages[worker->run.stage].step;

	return status;
}
