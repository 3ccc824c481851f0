/*
 * Identity applications for the payment platforms that the city names (card/ident.h): a job
 * that is in the element anyway installs those that are missing, so that its user can
 * register at another of these platforms without a tool.
 *
 * Whose each instance is shows its platform's key, which anyone may read; up to four are
 * asked before the element is. An instance is the issuer's domain's, like those that an
 * element leaves its factory with; it is personalised before it can be selected, and makes
 * its key pair itself when its user registers. What the element does not take costs the job
 * nothing: the next one tries again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/ident.h"
#include "card/purse_perso.h"
#include "card/sw.h"
#include "tsm/script.h"

#define ASKED   (TSM_CMDS_MAX / 2)
#define AID_LEN (IDENT_AID_LEN + sizeof(((struct tsm_ident *)0)->city))

static const uint8_t no_params[] = { 0xC9, 0x00 };
static const uint8_t no_privileges = 0;

bool
tsm_ident_wanted(const struct tsm_worker *worker)
{
	int kind = wire_token_find(&wire_job_kind, worker->session.job.kind);

	return worker->tsm->options.idents_count != 0 &&
	       (kind == WIRE_JOB_OPEN || kind == WIRE_JOB_UPDATE);
}

enum ykt_status
tsm_ident_begin(struct tsm_worker *worker, int64_t delay_ms)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf apdu = YKT_BUF(bytes);
	enum ykt_status status;

	worker->run.idents = 0;
	status = tsm_order_begin(worker, TSM_STAGE_IDENTS, delay_ms);
	for (size_t i = 0; i < ASKED && status == YKT_OK; i++) {
		apdu.len = 0;
		ident_select_build(i > 0, &apdu);
		status = tsm_order_plain(worker, &apdu, TSM_SW_ANY, 0);
		apdu.len = 0;
		ident_get_build(IDENT_TAG_PLATFORM, &apdu);
		if (status == YKT_OK)
			status = tsm_order_plain(worker, &apdu, TSM_SW_ANY, 0);
	}

	return status;
}

/* The bit of the platform whose instance answered; 0: of none that is named. */
static uint8_t
bit_of(const struct tsm_worker *worker, size_t at)
{
	const struct tsm_options *options = &worker->tsm->options;
	struct crypto_sm2_pub pub;

	if (worker->answer[at].sw != SW_OK ||
	    ident_platform_decode(tsm_script_answer_data(worker, at), &pub) != YKT_OK)
		return 0;
	for (size_t i = 0; i < options->idents_count; i++) {
		if (ykt_bytes_equal(YKT_BYTES(pub.xy), YKT_BYTES(options->idents[i].platform.xy)))
			return (uint8_t)(1u << i);
	}

	return 0;
}

enum ykt_status
tsm_ident_looked(struct tsm_worker *worker)
{
	uint8_t missing = (uint8_t)((1u << worker->tsm->options.idents_count) - 1);
	size_t i = 0;

	for (; i < ASKED && worker->answer[2 * i].sw == SW_OK; i++)
		missing &= (uint8_t)~bit_of(worker, 2 * i + 1);
	/* One that says anything else may be what is missing. */
	if (i < ASKED && worker->answer[2 * i].sw == SW_FILE_NOT_FOUND)
		worker->run.idents = missing;

	return tsm_script_look(worker, worker->tsm->options.delay_ms);
}

/* The first that is missing. */
static size_t
number(const struct tsm_worker *worker)
{
	size_t i = 0;

	while ((worker->run.idents & 1u << i) == 0)
		i++;

	return i;
}

static struct ykt_bytes
put_aid(const struct tsm_worker *worker, uint8_t aid[AID_LEN])
{
	const struct tsm_ident *ident = &worker->tsm->options.idents[number(worker)];

	memcpy(aid, ident_aid, IDENT_AID_LEN);
	memcpy(aid + IDENT_AID_LEN, ident->city, sizeof(ident->city));

	return ykt_bytes(aid, AID_LEN);
}

static enum ykt_status
order_any(struct tsm_worker *worker, const struct ykt_buf *apdu)
{
	return tsm_order_secure(worker, apdu, TSM_SW_ANY, 0, 0);
}

static enum ykt_status
order_install(struct tsm_worker *worker, enum gp_install_for form)
{
	uint8_t aid[AID_LEN], bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf apdu = YKT_BUF(bytes);
	struct gp_install install = { .form = (uint8_t)form, .aid = put_aid(worker, aid) };

	if (form != GP_INSTALL_PERSONALIZATION)
		install.privileges = ykt_bytes(&no_privileges, 1);
	if (form == GP_INSTALL_INSTALL) {
		install.elf = ykt_bytes(ident_elf, IDENT_ELF_LEN);
		install.module = ykt_bytes(ident_aid, IDENT_AID_LEN);
		install.params = YKT_BYTES(no_params);
	}
	gp_install_build(&install, &apdu);

	return order_any(worker, &apdu);
}

static enum ykt_status
order_store(struct tsm_worker *worker)
{
	const struct tsm_ident *ident = &worker->tsm->options.idents[number(worker)];
	uint8_t group_bytes[160], bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf groups = YKT_BUF(group_bytes);
	struct ykt_buf apdu = YKT_BUF(bytes);

	dgi_put(&groups, IDENT_DGI_PLATFORM, YKT_BYTES(ident->platform.xy));
	dgi_put(&groups, IDENT_DGI_AUTHORITY, YKT_BYTES(ident->authority.xy));
	gp_store_data_build(GP_STORE_DGI | GP_STORE_LAST, 0, ykt_buf_view(&groups), &apdu);

	return order_any(worker, &apdu);
}

/* Not this time. The channel may be lost with it: the card is read again. */
static enum ykt_status
leave(struct tsm_worker *worker, size_t at)
{
	tsm_note(worker, YKT_TRACE_ERROR, "no identity application", worker->answer[at].sw);
	worker->run.idents &= (uint8_t) ~(1u << number(worker));

	return tsm_script_look(worker, worker->tsm->options.delay_ms);
}

bool
tsm_ident_next(struct tsm_worker *worker)
{
	uint8_t aid[AID_LEN];

	/* What cannot be seen whole may have it. */
	if (worker->run.list_cut)
		worker->run.idents = 0;
	while (worker->run.idents != 0) {
		const struct tsm_app *app = tsm_script_find_app(worker, put_aid(worker, aid));

		if (app == NULL || app->state == GP_STATE_INSTALLED)
			return true;
		/* Another's key is in it: that is not ours to change. */
		worker->run.idents &= (uint8_t) ~(1u << number(worker));
	}

	return false;
}

enum ykt_status
tsm_ident_make(struct tsm_worker *worker)
{
	uint8_t aid[AID_LEN];
	bool there = tsm_script_find_app(worker, put_aid(worker, aid)) != NULL;
	enum ykt_status status =
	    tsm_order_begin(worker, TSM_STAGE_IDENT, worker->tsm->options.delay_ms);

	/* Refused where it is there, by number or by room. */
	if (status == YKT_OK && !there)
		status = order_install(worker, GP_INSTALL_INSTALL);
	if (status == YKT_OK)
		status = order_install(worker, GP_INSTALL_PERSONALIZATION);
	if (status == YKT_OK)
		status = order_store(worker);

	return status;
}

enum ykt_status
tsm_ident_made(struct tsm_worker *worker)
{
	enum ykt_status status;

	for (size_t i = 0; i < worker->run.cmd_count; i++) {
		if (worker->answer[i].sw != SW_OK)
			return leave(worker, i);
	}
	status = tsm_order_begin(worker, TSM_STAGE_IDENT_READY, worker->tsm->options.delay_ms);

	return status == YKT_OK ? order_install(worker, GP_INSTALL_SELECTABLE) : status;
}

enum ykt_status
tsm_ident_ready(struct tsm_worker *worker)
{
	if (worker->answer[0].sw != SW_OK)
		return leave(worker, 0);
	tsm_note(worker, YKT_TRACE_STATE, "identity application", (int64_t)number(worker));
	worker->run.idents &= (uint8_t) ~(1u << number(worker));

	return tsm_script_list_more(worker, false);
}
