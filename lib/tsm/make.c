/*
 * Opening a card: what is missing, from the city's domain to a selectable purse.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/files.h"
#include "card/gp_receipt.h"
#include "card/gp_token.h"
#include "card/purse_cmd.h"
#include "card/sd_keys.h"
#include "card/sw.h"
#include "tsm/script.h"

#define TAG_KEYS 0xE0 /* key information */

/* What a purse and a domain are made from (card.md 1.1). */
static const uint8_t ssd_elf[] = { 0xA0, 0x00, 0x00, 0x01, 0x51, 0x53, 0x50 };
static const uint8_t ssd_module[] = { 0xA0, 0x00, 0x00, 0x01, 0x51, 0x53, 0x50, 0x41 };
static const uint8_t no_params[] = { 0xC9, 0x00 };

/* SELECT of the city's domain and INITIALIZE UPDATE, behind what the order has. */
enum ykt_status
tsm_script_order_door(struct tsm_worker *worker, uint8_t kvn, uint16_t also)
{
	enum ykt_status status = tsm_order_select(worker, tsm_ssd(worker));

	if (status == YKT_OK)
		status = tsm_order_get_data(worker, TAG_KEYS);
	if (status == YKT_OK)
		status = tsm_order_initialize(worker, kvn, also);

	return status;
}

enum ykt_status
tsm_script_open_door(struct tsm_worker *worker, uint8_t kvn, uint16_t also)
{
	enum ykt_status status =
	    tsm_order_begin(worker, TSM_STAGE_DOOR, worker->tsm->options.delay_ms);

	if (status == YKT_OK)
		status = tsm_script_order_door(worker, kvn, also);

	return status;
}

/* The issuer's keys for tokens and receipts. An element that has them says no. */
static enum ykt_status
order_issuer_key(struct tsm_worker *worker, uint8_t kvn)
{
	uint8_t data_bytes[APDU_SHORT_DATA_MAX];
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf data = YKT_BUF(data_bytes);
	struct ykt_buf apdu = YKT_BUF(bytes);
	struct apdu_cmd cmd = { GP_CLA, GP_INS_PUT_KEY, 0, GP_KEY_P2_MULTIPLE | 1, { 0 },
		APDU_SHORT_NE_MAX, false };
	enum ykt_status status = tsm_keyd_issuer_key(worker, kvn, &data);

	cmd.data = ykt_buf_view(&data);
	apdu_cmd_encode(&cmd, &apdu);

	return status == YKT_OK ? tsm_order_secure(worker, &apdu, TSM_SW_ANY, 0, 0) : status;
}

/*
 * The city's domain: it may manage what is associated with it, so that the issuer's
 * keys are not needed for the rest (authorised management, GP231 9.1.3.2), or with a
 * token of the issuer for each step (delegated management, 9.1.3.3).
 */
enum ykt_status
tsm_script_make_domain(struct tsm_worker *worker, bool installed)
{
	bool delegated = tsm_script_delegated(worker);
	const uint8_t privileges[3] = { delegated ? GP_PRIV_DELEGATED : GP_PRIV_SD,
		delegated ? 0 : GP_PRIV2_AUTHORIZED, 0 };
	const struct gp_install install = {
		.form = installed ? GP_INSTALL_SELECTABLE : GP_INSTALL_INSTALL_SELECTABLE,
		.elf = YKT_BYTES(ssd_elf),
		.module = YKT_BYTES(ssd_module),
		.aid = tsm_ssd(worker),
		.privileges = YKT_BYTES(privileges),
		.params = installed ? ykt_bytes(NULL, 0) : YKT_BYTES(no_params),
	};
	enum ykt_status status =
	    tsm_order_begin(worker, TSM_STAGE_DOMAIN, worker->tsm->options.delay_ms);

	/* First, so that no domain is there without them. */
	if (status == YKT_OK && delegated)
		status = order_issuer_key(worker, GP_TOKEN_KVN);
	if (status == YKT_OK && delegated)
		status = order_issuer_key(worker, GP_RECEIPT_KVN);
	if (status == YKT_OK)
		status = tsm_script_order_install(worker, &install);
	if (status == YKT_OK)
		status = tsm_script_order_door(worker, SD_KEYS_KVN_ISD, 0);

	return status;
}

/* The channel to the city's domain, its own keys into it, the door with those. */
static enum ykt_status
put_keys(struct tsm_worker *worker, const struct tsm_answer *iur)
{
	uint8_t data_bytes[APDU_SHORT_DATA_MAX];
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf data = YKT_BUF(data_bytes);
	struct ykt_buf apdu = YKT_BUF(bytes);
	struct apdu_cmd cmd = { GP_CLA, GP_INS_PUT_KEY, 0, GP_KEY_P2_MULTIPLE | 1, { 0 },
		APDU_SHORT_NE_MAX, false };
	enum ykt_status status =
	    tsm_order_begin(worker, TSM_STAGE_KEYS, worker->tsm->options.delay_ms);

	if (status == YKT_OK)
		status = tsm_order_authenticate(worker, tsm_ssd(worker), iur);
	if (status == YKT_OK)
		status = tsm_keyd_put_key(worker, &data);
	cmd.data = ykt_buf_view(&data);
	apdu_cmd_encode(&cmd, &apdu);
	if (status == YKT_OK)
		status = tsm_order_secure(worker, &apdu, SW_OK, 0, 0);
	if (status == YKT_OK)
		status = tsm_order_initialize(worker, SD_KEYS_KVN_SSD, 0);

	return status;
}

/*
 * The instance, and the way for its data. The key module is asked first: when it
 * does not want this card here, nothing is installed.
 */
static enum ykt_status
install_purse(struct tsm_worker *worker, const struct tsm_answer *iur)
{
	static const uint8_t privileges = 0;
	struct gp_install install = {
		.form = GP_INSTALL_INSTALL,
		.elf = tsm_purse_elf(),
		.module = ykt_bytes(purse_aid, PURSE_AID_LEN),
		.aid = tsm_script_instance(worker),
		.privileges = ykt_bytes(&privileges, 1),
		.params = YKT_BYTES(no_params),
	};
	enum ykt_status status = tsm_keyd_perso(worker);

	if (status == YKT_OK)
		status = tsm_order_begin(worker, TSM_STAGE_INSTALL, worker->tsm->options.delay_ms);
	if (status == YKT_OK)
		status = tsm_order_authenticate(worker, tsm_ssd(worker), iur);
	if (status == YKT_OK)
		status = tsm_script_order_delegated(worker, &install);
	if (status == YKT_OK)
		status = tsm_script_order_status(worker, tsm_script_instance(worker), false);
	install.form = GP_INSTALL_PERSONALIZATION;
	if (status == YKT_OK)
		status = tsm_script_order_install(worker, &install);

	return status;
}

enum ykt_status
tsm_script_domain_made(struct tsm_worker *worker)
{
	size_t wrong = tsm_answers_wrong(worker);

	/* INSTALL stands before the three of the door. */
	if (wrong + 4U == worker->run.cmd_count && worker->answer[wrong].sw == SW_NO_SPACE)
		return tsm_script_fail(worker, "no_space");
	if (wrong < worker->run.cmd_count)
		return tsm_script_refused(worker, wrong);

	return put_keys(worker, &worker->answer[worker->run.cmd_count - 1U]);
}

/* A domain without keys of its own answers with its parent's. */
enum ykt_status
tsm_script_door_answered(struct tsm_worker *worker)
{
	size_t wrong = tsm_answers_wrong(worker);

	if (wrong < worker->run.cmd_count)
		return tsm_script_refused(worker, wrong);
	if (worker->answer[2].sw == SW_DATA_NOT_FOUND)
		return tsm_script_open_door(worker, SD_KEYS_KVN_ISD, 0);
	if (worker->run.kvn == SD_KEYS_KVN_ISD)
		return put_keys(worker, &worker->answer[2]);

	return install_purse(worker, &worker->answer[2]);
}

enum ykt_status
tsm_script_keys_put(struct tsm_worker *worker)
{
	const struct tsm_run *run = &worker->run;
	const struct tsm_answer *put = &worker->answer[1];
	size_t wrong = tsm_answers_wrong(worker);

	if (wrong < run->cmd_count)
		return tsm_script_refused(worker, wrong);
	if (put->len != 1 + sizeof(run->kcv) || put->data[0] != SD_KEYS_KVN_SSD ||
	    !ykt_bytes_equal(ykt_bytes(put->data + 1, sizeof(run->kcv)), YKT_BYTES(run->kcv)))
		return tsm_script_again(worker, "key_check");

	return install_purse(worker, &worker->answer[2]);
}

/* By delegation the element says with a receipt what it did. */
static enum ykt_status
check_receipt(struct tsm_worker *worker, size_t at)
{
	if (!tsm_script_delegated(worker))
		return YKT_OK;

	return tsm_issuer_receipt(worker, &worker->answer[at], WIRE_JOB_OPEN);
}

/*
 * The instance is the city's domain's. A card that lost its power behind SELECT has the
 * issuer's selected, which answers as well and would take it.
 */
static bool
in_its_place(const struct tsm_worker *worker, size_t at)
{
	struct ykt_rd rd = ykt_rd(tsm_script_answer_data(worker, at));
	struct gp_entry entry;

	while (gp_entry_next(&rd, &entry)) {
		if (ykt_bytes_equal(entry.aid, tsm_script_instance(worker)))
			return ykt_bytes_equal(entry.sd, tsm_ssd(worker));
	}

	return false;
}

enum ykt_status
tsm_script_installed(struct tsm_worker *worker)
{
	size_t wrong = tsm_answers_wrong(worker);
	enum ykt_status status;

	if (wrong == 1 && worker->answer[1].sw == SW_NO_SPACE)
		return tsm_script_fail(worker, "no_space");
	if (wrong < worker->run.cmd_count)
		return tsm_script_refused(worker, wrong);
	if (!in_its_place(worker, 2))
		return tsm_script_again(worker, "place");
	status = check_receipt(worker, 1);
	if (status == YKT_E_MAC)
		return tsm_script_again(worker, "receipt");
	if (status != YKT_OK)
		return status;
	status = tsm_order_begin(worker, TSM_STAGE_PERSO, worker->tsm->options.delay_ms);
	if (status == YKT_OK)
		status = tsm_perso_order(worker);

	return status;
}

enum ykt_status
tsm_script_personalised(struct tsm_worker *worker)
{
	static const uint8_t privileges = 0;
	const struct gp_install install = {
		.form = GP_INSTALL_SELECTABLE,
		.aid = tsm_script_instance(worker),
		.privileges = ykt_bytes(&privileges, 1),
	};
	size_t wrong = tsm_answers_wrong(worker);
	enum ykt_status status;

	if (wrong < worker->run.cmd_count)
		return tsm_script_refused(worker, wrong);
	status = tsm_order_begin(worker, TSM_STAGE_SELECTABLE, worker->tsm->options.delay_ms);
	if (status == YKT_OK)
		status = tsm_script_order_delegated(worker, &install);

	return status;
}

enum ykt_status
tsm_script_made_selectable(struct tsm_worker *worker)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf apdu = YKT_BUF(bytes);
	enum ykt_status status;

	if (tsm_answers_wrong(worker) < worker->run.cmd_count)
		return tsm_script_refused(worker, 0);
	status = check_receipt(worker, 0);
	if (status == YKT_E_MAC)
		return tsm_script_again(worker, "receipt");
	if (status != YKT_OK)
		return status;
	status = tsm_order_begin(worker, TSM_STAGE_CHECK, worker->tsm->options.delay_ms);
	if (status == YKT_OK)
		status = tsm_script_order_status(worker, tsm_ssd(worker), false);
	if (status == YKT_OK)
		status = tsm_script_order_status(worker, tsm_script_instance(worker), false);
	if (status == YKT_OK)
		status = tsm_order_select(worker, tsm_script_instance(worker));
	purse_read_binary_build(PURSE_SFI_INFO, 0, FILE15_LEN, &apdu);
	if (status == YKT_OK)
		status = tsm_order_plain(worker, &apdu, SW_OK, 0);
	apdu.len = 0;
	purse_balance_build(PURSE_BALANCE_ACTUAL, &apdu);
	if (status == YKT_OK)
		status = tsm_order_plain(worker, &apdu, SW_OK, 0);

	return status;
}

enum ykt_status
tsm_script_done(struct tsm_worker *worker)
{
	worker->result.card_read = true;
	tsm_note(worker, YKT_TRACE_STATE, "job done", 0);

	return tsm_script_finish(worker, WIRE_JOB_DONE, "", TSM_NOTICE_DONE);
}

enum ykt_status
tsm_script_checked(struct tsm_worker *worker)
{
	const struct tsm_app *purse;
	size_t wrong = tsm_answers_wrong(worker);
	uint32_t balance = 0;

	if (wrong < worker->run.cmd_count)
		return tsm_script_refused(worker, wrong);
	worker->run.app_count = 0;
	if (tsm_script_read_list(worker, 0) != YKT_OK || tsm_script_read_list(worker, 1) != YKT_OK)
		return tsm_script_again(worker, "list");
	purse = tsm_script_find_app(worker, tsm_script_instance(worker));
	if (purse == NULL || purse->state != GP_STATE_SELECTABLE ||
	    !tsm_script_file15_is_ours(worker, 3) ||
	    purse_balance_rsp_decode(tsm_script_answer_data(worker, 4), &balance) != YKT_OK ||
	    balance != 0)
		return tsm_script_again(worker, "check");
	worker->result.app_read = true;

	return tsm_script_done(worker);
}
