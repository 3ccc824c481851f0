/*
 * Reading a card: what is there, and what that means for one that is to be opened.
 *
 * An instance that is installed and not selectable is half-done work. What it has
 * of its data cannot be read, so it is deleted and made anew. One that is
 * selectable is never deleted: it may hold money.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "card/files.h"
#include "card/purse_cmd.h"
#include "card/sd_keys.h"
#include "card/sw.h"
#include "card/tlv.h"
#include "tsm/script.h"

#define TAG_CIN     0x45   /* GP231 H.4: number of the element */
#define TAG_CPLC    0x9F7F /* production data */
#define CPLC_NUMBER 12     /* where our elements have their number in it */

#define STATE_IN(state, want) (((state) & ~GP_STATE_LOCKED) == (want))

static struct ykt_bytes
isd(void)
{
	return YKT_BYTES(gp_isd_aid);
}

/* Goes to the issuer's domain and asks which element this is. */
enum ykt_status
tsm_script_look(struct tsm_worker *worker, int64_t delay_ms)
{
	enum ykt_status status;

	ykt_wipe(&worker->run.scp, sizeof(worker->run.scp));
	worker->run.app_count = 0;
	worker->run.list_proven = false;
	worker->run.list_cut = false;
	worker->run.list_whole = false;
	status = tsm_order_begin(worker, TSM_STAGE_LOOK, delay_ms);
	if (status == YKT_OK)
		status = tsm_order_select(worker, isd());
	if (status == YKT_OK)
		status = tsm_order_get_data(worker, TAG_CIN);
	if (status == YKT_OK)
		status = tsm_order_get_data(worker, TAG_CPLC);
	if (status == YKT_OK)
		status = tsm_order_initialize(worker, SD_KEYS_KVN_ISD, 0);

	return status;
}

/* GET STATUS inside the channel that is open. */
enum ykt_status
tsm_script_list_more(struct tsm_worker *worker, bool next)
{
	enum ykt_status status =
	    tsm_order_begin(worker, TSM_STAGE_LIST_MORE, worker->tsm->options.delay_ms);

	if (!next) {
		worker->run.app_count = 0;
		worker->run.list_cut = false;
	}
	if (status == YKT_OK)
		status = tsm_script_order_status(worker, ykt_bytes(NULL, 0), next);

	return status;
}

/* YKT_OK, or YKT_WRONG_CARD. A card that tells no number must prove it by its keys. */
static enum ykt_status
check_element(const struct tsm_worker *worker)
{
	const struct tsm_job *job = &worker->session.job;
	struct ykt_bytes own = ykt_bytes(job->se_id, job->se_id_len);
	struct ykt_bytes value;

	if (worker->answer[1].sw == SW_OK &&
	    TLV_FIND(tsm_script_answer_data(worker, 1), &value, TAG_CIN) == YKT_OK)
		return ykt_bytes_equal(value, own) ? YKT_OK : YKT_WRONG_CARD;
	if (worker->answer[2].sw == SW_OK &&
	    TLV_FIND(tsm_script_answer_data(worker, 2), &value, TAG_CPLC) == YKT_OK)
		return ykt_bytes_equal(ykt_bytes_sub(value, CPLC_NUMBER, own.len), own)
			   ? YKT_OK
			   : YKT_WRONG_CARD;

	return YKT_OK;
}

enum ykt_status
tsm_script_looked(struct tsm_worker *worker)
{
	enum ykt_status status = check_element(worker);
	size_t wrong = tsm_answers_wrong(worker);

	if (status == YKT_WRONG_CARD) {
		tsm_note(worker, YKT_TRACE_SECURITY, "another element", status);
		return tsm_script_finish(
		    worker, WIRE_JOB_WAITING, TSM_NOTICE_WRONG, TSM_NOTICE_WRONG);
	}
	if (wrong < worker->run.cmd_count)
		return tsm_script_refused(worker, wrong);
	status = tsm_order_begin(worker, TSM_STAGE_LIST, worker->tsm->options.delay_ms);
	if (status == YKT_OK)
		status = tsm_order_authenticate(worker, isd(), &worker->answer[3]);
	if (status == YKT_OK)
		status = tsm_script_order_status(worker, ykt_bytes(NULL, 0), false);

	return status;
}

static void
copy_aid(struct ykt_bytes from, uint8_t to[GP_AID_MAX], uint8_t *ret_len)
{
	struct ykt_bytes part = ykt_bytes_sub(from, 0, GP_AID_MAX);

	if (part.len != 0)
		memcpy(to, part.data, part.len);
	*ret_len = (uint8_t)part.len;
}

/* Ours must stand in the list, whatever else an element carries. */
static void
add_app(struct tsm_worker *worker, const struct gp_entry *entry)
{
	struct tsm_run *run = &worker->run;
	struct tsm_app *app;
	bool ours = ykt_bytes_equal(entry->aid, tsm_script_instance(worker)) ||
		    ykt_bytes_equal(entry->aid, tsm_ssd(worker));

	if (run->app_count + (ours ? 0U : 2U) >= TSM_APPS_MAX) {
		run->list_cut = true;
		return;
	}
	app = &run->app[run->app_count++];
	memset(app, 0, sizeof(*app));
	copy_aid(entry->aid, app->aid, &app->aid_len);
	copy_aid(entry->sd, app->sd, &app->sd_len);
	app->state = entry->state;
	app->privileges = entry->privileges[0];
}

enum ykt_status
tsm_script_read_list(struct tsm_worker *worker, size_t at)
{
	struct ykt_rd rd = ykt_rd(tsm_script_answer_data(worker, at));
	struct gp_entry entry;

	if (worker->answer[at].sw == SW_DATA_NOT_FOUND)
		return YKT_OK;
	while (gp_entry_next(&rd, &entry))
		add_app(worker, &entry);
	worker->run.list_proven = true;

	return ykt_rd_done(&rd);
}

const struct tsm_app *
tsm_script_find_app(const struct tsm_worker *worker, struct ykt_bytes aid)
{
	for (size_t i = 0; i < worker->run.app_count; i++) {
		const struct tsm_app *app = &worker->run.app[i];

		if (ykt_bytes_equal(ykt_bytes(app->aid, app->aid_len), aid))
			return app;
	}

	return NULL;
}

enum ykt_status
tsm_script_order_delete(
    struct tsm_worker *worker, enum tsm_stage stage, struct ykt_bytes aid, uint16_t also)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf apdu = YKT_BUF(bytes);
	enum ykt_status status = tsm_order_begin(worker, stage, worker->tsm->options.delay_ms);

	gp_delete_build(aid, false, &apdu);
	if (status == YKT_OK)
		status = tsm_order_secure(worker, &apdu, SW_OK, also, 0);

	return status;
}

static enum ykt_status
check_old(struct tsm_worker *worker)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf apdu = YKT_BUF(bytes);
	enum ykt_status status =
	    tsm_order_begin(worker, TSM_STAGE_CHECK_OLD, worker->tsm->options.delay_ms);

	if (status == YKT_OK)
		status = tsm_order_select(worker, tsm_script_instance(worker));
	purse_read_binary_build(PURSE_SFI_INFO, 0, FILE15_LEN, &apdu);
	if (status == YKT_OK)
		status = tsm_order_plain(worker, &apdu, SW_OK, 0);

	return status;
}

/* What the list says is missing of a card that is to be opened. */
static enum ykt_status
decide_open(struct tsm_worker *worker)
{
	const struct tsm_app *purse = tsm_script_find_app(worker, tsm_script_instance(worker));
	const struct tsm_app *ssd = tsm_script_find_app(worker, tsm_ssd(worker));

	if ((purse != NULL && (purse->state & GP_STATE_LOCKED) != 0) ||
	    (ssd != NULL && (ssd->state & GP_STATE_LOCKED) != 0))
		return tsm_script_fail(worker, "locked");
	if (ssd != NULL && (ssd->privileges & GP_PRIV_SD) == 0)
		return tsm_script_fail(worker, "occupied");
	if (purse != NULL && STATE_IN(purse->state, GP_STATE_INSTALLED))
		return tsm_own_delete(worker, TSM_STAGE_DELETE);
	if (purse != NULL && !ykt_bytes_equal(ykt_bytes(purse->sd, purse->sd_len), tsm_ssd(worker)))
		return tsm_script_fail(worker, "occupied");
	if (purse != NULL)
		return check_old(worker);
	if (ssd == NULL || STATE_IN(ssd->state, GP_STATE_INSTALLED))
		return tsm_script_make_domain(worker, ssd != NULL);

	return tsm_script_open_door(worker, SD_KEYS_KVN_SSD, SW_DATA_NOT_FOUND);
}

static enum ykt_status
decide(struct tsm_worker *worker)
{
	worker->result.list_read = worker->run.list_proven;
	if (tsm_ident_next(worker))
		return tsm_ident_make(worker);
	if (tsm_menu_next(worker))
		return tsm_menu_give(worker);
	switch (wire_token_find(&wire_job_kind, worker->session.job.kind)) {
	case WIRE_JOB_OPEN:
		return decide_open(worker);
	case WIRE_JOB_DELETE:
		return tsm_remove_decide(worker);
	case WIRE_JOB_LOCK:
	case WIRE_JOB_UNLOCK:
		return tsm_lock_decide(worker);
	case WIRE_JOB_UPDATE:
		return tsm_update_decide(worker);
	default:
		return YKT_E_CORRUPT;
	}
}

enum ykt_status
tsm_script_begin(struct tsm_worker *worker, int64_t delay_ms)
{
	if (strcmp(worker->session.job.kind, wire_token_text(&wire_job_kind, WIRE_JOB_DELETE)) == 0)
		return tsm_remove_begin(worker, delay_ms);
	if (tsm_ident_wanted(worker))
		return tsm_ident_begin(worker, delay_ms);

	return tsm_script_look(worker, delay_ms);
}

enum ykt_status
tsm_script_listed(struct tsm_worker *worker)
{
	size_t wrong = tsm_answers_wrong(worker);
	size_t last = worker->run.cmd_count - 1U;

	if (wrong < worker->run.cmd_count)
		return tsm_script_refused(worker, wrong);
	if (tsm_script_read_list(worker, last) != YKT_OK)
		return tsm_script_again(worker, "list");
	if (worker->answer[last].sw == SW_MORE_DATA_GP)
		return tsm_script_list_more(worker, true);
	/* An error carries no MAC, so an end that is one proves nothing. */
	worker->run.list_whole = worker->answer[last].sw == SW_OK && !worker->run.list_cut;

	return decide(worker);
}

enum ykt_status
tsm_script_deleted(struct tsm_worker *worker)
{
	size_t wrong = tsm_answers_wrong(worker);

	if (wrong < worker->run.cmd_count)
		return tsm_script_refused(worker, wrong);

	return tsm_own_deleted(worker);
}

bool
tsm_script_file15_is_ours(const struct tsm_worker *worker, size_t at)
{
	uint8_t expected[FILE15_LEN];

	tsm_perso_file15(&worker->session.job, expected);

	return ykt_bytes_equal(tsm_script_answer_data(worker, at), YKT_BYTES(expected));
}

bool
tsm_script_same_card(const struct tsm_worker *worker, const struct file15 *file)
{
	uint8_t bytes[FILE15_LEN];
	struct file15 own;

	tsm_perso_file15(&worker->session.job, bytes);

	return file15_decode(YKT_BYTES(bytes), &own) == YKT_OK &&
	       ykt_bytes_equal(YKT_BYTES(own.issuer), YKT_BYTES(file->issuer)) &&
	       ykt_bytes_equal(YKT_BYTES(own.serial), YKT_BYTES(file->serial));
}

/* Ours when the answer to make selectable was lost; else another card is there. */
enum ykt_status
tsm_script_checked_old(struct tsm_worker *worker)
{
	size_t wrong = tsm_answers_wrong(worker);

	if (wrong < worker->run.cmd_count)
		return tsm_script_refused(worker, wrong);
	if (!tsm_script_file15_is_ours(worker, 1))
		return tsm_script_fail(worker, "occupied");

	return tsm_script_done(worker);
}
