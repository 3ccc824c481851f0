/*
 * Orders and their answers: APDUs in clear or inside a secure channel, each with
 * the status words that it may answer with. The client judges none of them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "card/purse_cmd.h"
#include "card/sw.h"
#include "tsm/internal.h"

/* Names the element that the client offered in its handshake. */
static void
name_element(struct tsm_worker *worker)
{
	const struct tsm_session *session = &worker->session;
	struct wire_seram_element *element = &worker->order.element;

	if (session->se_type[0] == '\0')
		return;
	memset(element, 0, sizeof(*element));
	memcpy(element->type, session->se_type, sizeof(element->type));
	ykt_hex_encode(ykt_bytes(session->job.se_id, session->job.se_id_len), element->id);
	worker->order.has_element = true;
}

enum ykt_status
tsm_order_begin(struct tsm_worker *worker, enum tsm_stage stage, int64_t delay_ms)
{
	struct wire_seram_order *order = &worker->order;
	enum ykt_status status = YKT_OK;

	wire_seram_order_init(order, delay_ms);
	name_element(worker);
	worker->run.stage = stage;
	worker->run.cmd_count = 0;
	if (!worker->run.began)
		status = wire_seram_order_add_command(order, WIRE_SERAM_START);
	worker->run.began = true;
	if (status == YKT_OK)
		status = wire_seram_order_add_command(order, WIRE_SERAM_SE);

	return status;
}

enum ykt_status
tsm_order_end(struct tsm_worker *worker, const char *notice)
{
	struct wire_seram_order *order = &worker->order;
	enum ykt_status status;

	wire_seram_order_init(order, worker->tsm->options.delay_ms);
	status = wire_seram_order_add_command(order, WIRE_SERAM_NOTE);
	if (status == YKT_OK) {
		memcpy(order->command[0].notice, notice, strlen(notice) + 1);
		status = wire_seram_order_add_command(order, WIRE_SERAM_STOP);
	}

	return status;
}

static enum ykt_status
add(struct tsm_worker *worker, struct ykt_bytes apdu, bool secure, uint16_t sw, uint16_t also,
    uint16_t other)
{
	struct tsm_run *run = &worker->run;
	struct tsm_cmd *cmd = &run->cmd[run->cmd_count];
	enum ykt_status status;

	if (run->cmd_count == TSM_CMDS_MAX)
		return YKT_E_SPACE;
	status = wire_seram_order_add_apdu(&worker->order, apdu);
	if (status == YKT_OK) {
		*cmd = (struct tsm_cmd){ .secure = secure, .sw = { sw, also, other } };
		if (secure)
			cmd->after = run->scp;
		run->cmd_count++;
	}

	return status;
}

enum ykt_status
tsm_order_plain(struct tsm_worker *worker, const struct ykt_buf *apdu, uint16_t sw, uint16_t also)
{
	if (ykt_buf_done(apdu) != YKT_OK)
		return YKT_E_SPACE;

	return add(worker, ykt_buf_view(apdu), false, sw, also, 0);
}

enum ykt_status
tsm_order_secure(struct tsm_worker *worker, const struct ykt_buf *apdu, uint16_t sw, uint16_t also,
    uint16_t other)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf wrapped = YKT_BUF(bytes);
	enum ykt_status status = ykt_buf_done(apdu);

	if (status == YKT_OK)
		status =
		    scp03_cmd_wrap(worker->crypto, &worker->run.scp, ykt_buf_view(apdu), &wrapped);
	if (status == YKT_OK)
		status = add(worker, ykt_buf_view(&wrapped), true, sw, also, other);

	return status;
}

enum ykt_status
tsm_order_select(struct tsm_worker *worker, struct ykt_bytes aid)
{
	uint8_t bytes[APDU_HEADER_LEN + 2 + GP_AID_MAX];
	struct ykt_buf apdu = YKT_BUF(bytes);

	purse_select_build(aid, &apdu);

	return tsm_order_plain(worker, &apdu, SW_OK, 0);
}

enum ykt_status
tsm_order_get_data(struct tsm_worker *worker, uint16_t tag)
{
	const struct apdu_cmd cmd = { GP_CLA, GP_INS_GET_DATA, (uint8_t)(tag >> 8),
		(uint8_t)(tag & 0xFF), { 0 }, APDU_SHORT_NE_MAX, false };
	uint8_t bytes[APDU_HEADER_LEN + 1];
	struct ykt_buf apdu = YKT_BUF(bytes);

	apdu_cmd_encode(&cmd, &apdu);

	return tsm_order_plain(worker, &apdu, SW_OK, SW_DATA_NOT_FOUND);
}

enum ykt_status
tsm_order_initialize(struct tsm_worker *worker, uint8_t kvn, uint16_t also)
{
	struct tsm_run *run = &worker->run;
	uint8_t bytes[APDU_HEADER_LEN + 2 + SCP03_CHALLENGE_LEN];
	struct ykt_buf apdu = YKT_BUF(bytes);
	enum ykt_status status = ykt_random_fill(
	    worker->tsm->options.env.random, run->host_challenge, sizeof(run->host_challenge));

	if (status != YKT_OK)
		return status;
	run->kvn = kvn;
	scp03_initialize_build(kvn, run->host_challenge, &apdu);

	return tsm_order_plain(worker, &apdu, SW_OK, also);
}

/*
 * Commands are always encrypted and answers always authenticated; encrypted
 * answers are taken where the card can, unless the configuration says otherwise.
 */
static enum ykt_status
choose_level(const struct tsm_worker *worker, uint8_t i, uint8_t *ret_level)
{
	uint8_t wished = worker->tsm->options.level;
	bool r_mac = (i & SCP03_I_R_MAC) != 0;
	bool r_enc = (i & SCP03_I_R_ENC) == SCP03_I_R_ENC;
	uint8_t level = SCP03_LEVEL_C_MAC | SCP03_LEVEL_C_ENC | SCP03_LEVEL_R_MAC;

	if (!r_mac || (wished != 0 && wished != level && !r_enc))
		return YKT_DENIED;
	if (wished == 0 && r_enc)
		level |= SCP03_LEVEL_R_ENC;
	*ret_level = wished != 0 ? wished : level;

	return YKT_OK;
}

enum ykt_status
tsm_order_authenticate(struct tsm_worker *worker, struct ykt_bytes sd, const struct tsm_answer *iur)
{
	struct tsm_run *run = &worker->run;
	struct scp03_session_keys keys = { 0 };
	uint8_t host_cryptogram[SCP03_MAC_LEN] = { 0 };
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf apdu = YKT_BUF(bytes);
	struct scp03_init_rsp rsp;
	uint8_t level = 0;
	enum ykt_status status = scp03_init_rsp_decode(ykt_bytes(iur->data, iur->len), &rsp);

	if (status == YKT_OK && rsp.key_version != run->kvn)
		status = YKT_E_FORMAT;
	if (status == YKT_OK)
		status = choose_level(worker, rsp.i, &level);
	if (status == YKT_OK)
		status = tsm_keyd_session(worker, sd, iur, level, &keys, host_cryptogram);
	if (status == YKT_OK) {
		scp03_session_init(&run->scp, &keys);
		status = scp03_authenticate_build(
		    worker->crypto, &run->scp, level, host_cryptogram, &apdu);
	}
	if (status == YKT_OK)
		status = tsm_order_plain(worker, &apdu, SW_OK, 0);
	ykt_wipe(&keys, sizeof(keys));
	ykt_wipe(host_cryptogram, sizeof(host_cryptogram));

	return status;
}

/* One answer into its place; that of a secure command proves the channel's level. */
static enum ykt_status
read_answer(struct tsm_worker *worker, size_t at)
{
	const struct tsm_cmd *cmd = &worker->run.cmd[at];
	struct ykt_bytes raw = wire_seram_report_apdu(&worker->report, 0, at);
	struct tsm_answer *answer = &worker->answer[at];
	uint8_t bytes[APDU_SHORT_RSP_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);
	struct apdu_rsp rsp;
	enum ykt_status status = YKT_OK;

	if (raw.len == 0)
		return YKT_UNKNOWN;
	if (cmd->secure) {
		status = scp03_rsp_unwrap(worker->crypto, &cmd->after, raw, &plain);
		if (status == YKT_E_FORMAT || status == YKT_E_SPACE)
			status = YKT_E_MAC;
	} else {
		ykt_put(&plain, raw);
	}
	if (status == YKT_OK && apdu_rsp_decode(ykt_buf_view(&plain), &rsp) != YKT_OK)
		status = YKT_E_MAC;
	if (status == YKT_OK) {
		answer->sw = rsp.sw;
		answer->len = rsp.data.len;
		if (rsp.data.len != 0)
			memcpy(answer->data, rsp.data.data, rsp.data.len);
	}
	ykt_buf_wipe(&plain);

	return status;
}

enum ykt_status
tsm_answers_read(struct tsm_worker *worker)
{
	const struct wire_seram_report *report = &worker->report;
	size_t count = worker->run.cmd_count;
	enum ykt_status status = YKT_OK;

	/* Each order has one seRamCommand. */
	if (report->executed != 1 || report->response_count != 1 ||
	    report->response[0].apdu_count != count)
		return YKT_UNKNOWN;
	for (size_t i = 0; i < count && status == YKT_OK; i++)
		status = read_answer(worker, i);

	return status;
}

size_t
tsm_answers_wrong(const struct tsm_worker *worker)
{
	size_t at = 0;

	for (; at < worker->run.cmd_count; at++) {
		const uint16_t *sw = worker->run.cmd[at].sw;
		bool right = sw[0] == TSM_SW_ANY;

		for (size_t i = 0; i < TSM_SWS_MAX; i++)
			right |= sw[i] != 0 && sw[i] == worker->answer[at].sw;
		if (!right)
			break;
	}

	return at;
}
