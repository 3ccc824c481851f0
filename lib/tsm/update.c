/*
 * A newer version of an application into a card in use (C5-APP-2, P6-1).
 *
 * The element takes it as one series by its own domain, one commit, and refuses
 * what is not newer or would touch money (se/perso_update.c). So the old version or
 * the new one is there whatever is lost, and each session begins by reading which.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/files.h"
#include "card/purse_cmd.h"
#include "card/sd_keys.h"
#include "card/sw.h"
#include "tsm/script.h"

static enum ykt_status
order_reading(struct tsm_worker *worker, enum tsm_stage stage)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf apdu = YKT_BUF(bytes);
	enum ykt_status status = tsm_order_begin(worker, stage, worker->tsm->options.delay_ms);

	if (status == YKT_OK)
		status = tsm_order_select(worker, tsm_script_instance(worker));
	purse_read_binary_build(PURSE_SFI_INFO, 0, FILE15_LEN, &apdu);
	if (status == YKT_OK)
		status = tsm_order_plain(worker, &apdu, SW_OK, 0);

	return status;
}

enum ykt_status
tsm_update_decide(struct tsm_worker *worker)
{
	const struct tsm_job *job = &worker->session.job;
	const struct tsm_app *purse = tsm_script_find_app(worker, tsm_script_instance(worker));

	if (purse == NULL && !worker->run.list_whole)
		return tsm_script_again(worker, "list");
	if (purse != NULL && (purse->state & GP_STATE_LOCKED) != 0)
		return tsm_script_fail(worker, "locked");
	if (purse == NULL || purse->state != GP_STATE_SELECTABLE)
		return tsm_script_fail(worker, "not_there");
	if (!ykt_bytes_equal(ykt_bytes(purse->sd, purse->sd_len), tsm_ssd(worker)) ||
	    (job->there[0] != '\0' && strcmp(job->there, job->card_no) != 0))
		return tsm_script_fail(worker, "occupied");

	return order_reading(worker, TSM_STAGE_VERSION);
}

static enum ykt_status
done(struct tsm_worker *worker)
{
	worker->result.card_read = true;
	tsm_note(worker, YKT_TRACE_STATE, "card updated", worker->session.job.version);

	return tsm_script_finish(worker, WIRE_JOB_DONE, "", TSM_NOTICE_DONE);
}

/*
 * What the card says here is in clear. It only spares work: what is written comes
 * from the job, and the element itself takes nothing older.
 */
enum ykt_status
tsm_update_judge(struct tsm_worker *worker)
{
	size_t wrong = tsm_answers_wrong(worker);
	struct file15 file;
	int64_t has;
	enum ykt_status status;

	if (wrong < worker->run.cmd_count)
		return tsm_script_refused(worker, wrong);
	if (file15_decode(tsm_script_answer_data(worker, 1), &file) != YKT_OK ||
	    !tsm_script_same_card(worker, &file))
		return tsm_script_fail(worker, "occupied");
	has = ykt_get_u16(file.issuer_data);
	if (has == worker->session.job.version)
		return done(worker);
	if (has > worker->session.job.version) {
		tsm_note(worker, YKT_TRACE_SECURITY, "downgrade", has);
		return tsm_script_fail(worker, "downgrade");
	}
	status = tsm_order_begin(worker, TSM_STAGE_ENTER, worker->tsm->options.delay_ms);
	if (status == YKT_OK)
		status = tsm_script_order_door(worker, SD_KEYS_KVN_SSD, 0);

	return status;
}

enum ykt_status
tsm_update_entered(struct tsm_worker *worker)
{
	const struct gp_install install = {
		.form = GP_INSTALL_PERSONALIZATION,
		.aid = tsm_script_instance(worker),
	};
	enum ykt_status status;

	status = tsm_order_begin(worker, TSM_STAGE_UPDATE, worker->tsm->options.delay_ms);
	if (status == YKT_OK)
		status = tsm_order_authenticate(worker, tsm_ssd(worker), &worker->answer[2]);
	if (status == YKT_OK)
		status = tsm_script_order_install(worker, &install);
	if (status == YKT_OK)
		status = tsm_perso_order_version(worker);

	return status;
}

enum ykt_status
tsm_update_stored(struct tsm_worker *worker)
{
	size_t wrong = tsm_answers_wrong(worker);

	if (wrong < worker->run.cmd_count && worker->answer[wrong].sw == SW_NOT_NEWER)
		return tsm_script_fail(worker, "downgrade");
	/* A purse in a transaction says 6985: the next reading finds it later. */
	if (wrong < worker->run.cmd_count)
		return tsm_script_refused(worker, wrong);

	return order_reading(worker, TSM_STAGE_UPDATED);
}

enum ykt_status
tsm_update_checked(struct tsm_worker *worker)
{
	size_t wrong = tsm_answers_wrong(worker);

	if (wrong < worker->run.cmd_count)
		return tsm_script_refused(worker, wrong);
	if (!tsm_script_file15_is_ours(worker, 1))
		return tsm_script_again(worker, "check");

	return done(worker);
}
