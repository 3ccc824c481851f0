/*
 * What the TSM asks of the key module.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "card/purse.h"
#include "card/sd_keys.h"
#include "tsm/internal.h"
#include "wire/key_msg.h"
#include "wire/ota_msg.h"

static enum ykt_status
call(struct tsm_worker *worker, const char *path, const struct wire_message *req_msg,
    const void *req, const struct wire_message *rsp_msg, void *rsp)
{
	enum ykt_status status = wire_call(worker->tsm->options.keyd, path, req_msg, req, rsp_msg,
	    rsp, worker->call, worker->deadline_mono_ms, NULL);

	switch (status) {
	case YKT_NOT_FOUND:
	case YKT_MISMATCH:
	case YKT_REFUSED:
	case YKT_E_ARG:
		tsm_note(worker, YKT_TRACE_SECURITY, "key module refused", status);
		return YKT_REFUSED;
	case YKT_DENIED:
		/* Our certificate is not what it expects: an operator can mend that. */
		tsm_note(worker, YKT_TRACE_ERROR, "key module does not know us", status);
		return YKT_BUSY;
	default:
		return status;
	}
}

/* Of a WIRE_BLOB(16): each of them is a type of its own. */
#define BLOB_SET(blob, bytes)                                                                      \
	do {                                                                                       \
		(blob)->len = (uint16_t)(bytes).len;                                               \
		memcpy((blob)->data, (bytes).data, (bytes).len);                                   \
	} while (0)

static struct ykt_bytes
se_id(const struct tsm_worker *worker)
{
	const struct tsm_job *job = &worker->session.job;

	return ykt_bytes(job->se_id, job->se_id_len);
}

enum ykt_status
tsm_keyd_session(struct tsm_worker *worker, struct ykt_bytes sd, const struct tsm_answer *iur,
    uint8_t level, struct scp03_session_keys *ret_keys, uint8_t ret_host_cryptogram[SCP03_MAC_LEN])
{
	struct wire_key_scp_session_req req = { .kvn = worker->run.kvn, .level = level };
	struct wire_key_scp_session_rsp rsp = { 0 };
	enum ykt_status status;

	if (iur->len > sizeof(req.iur.data))
		return YKT_E_FORMAT;
	BLOB_SET(&req.se_id, se_id(worker));
	BLOB_SET(&req.sd_aid, sd);
	BLOB_SET(&req.iur, ykt_bytes(iur->data, iur->len));
	memcpy(req.host_challenge, worker->run.host_challenge, sizeof(req.host_challenge));
	status = call(worker, WIRE_PATH_KEY_SCP_SESSION, &wire_key_scp_session_req_msg, &req,
	    &wire_key_scp_session_rsp_msg, &rsp);
	if (status == YKT_OK && !rsp.ok)
		status = YKT_E_MAC;
	if (status == YKT_OK) {
		memset(ret_keys, 0, sizeof(*ret_keys));
		ret_keys->len = sizeof(rsp.s_enc);
		memcpy(ret_keys->s_enc, rsp.s_enc, sizeof(rsp.s_enc));
		memcpy(ret_keys->s_mac, rsp.s_mac, sizeof(rsp.s_mac));
		memcpy(ret_keys->s_rmac, rsp.s_rmac, sizeof(rsp.s_rmac));
		memcpy(ret_host_cryptogram, rsp.host_cryptogram, SCP03_MAC_LEN);
	}
	ykt_wipe(&rsp, sizeof(rsp));

	return status;
}

/* kcv: NULL where nobody compares. */
static enum ykt_status
put_key(struct tsm_worker *worker, struct ykt_bytes sd, uint8_t kvn, struct ykt_buf *data,
    uint8_t kcv[3 * GP_KCV_LEN])
{
	struct wire_key_scp_putkey_req req = { .old_kvn = 0, .new_kvn = kvn };
	struct wire_key_scp_putkey_rsp rsp = { 0 };
	enum ykt_status status;

	BLOB_SET(&req.se_id, se_id(worker));
	BLOB_SET(&req.sd_aid, sd);
	status = call(worker, WIRE_PATH_KEY_SCP_PUTKEY, &wire_key_scp_putkey_req_msg, &req,
	    &wire_key_scp_putkey_rsp_msg, &rsp);
	if (status == YKT_OK) {
		ykt_put_mem(data, rsp.data.data, rsp.data.len);
		if (kcv != NULL)
			memcpy(kcv, rsp.kcv, 3 * GP_KCV_LEN);
		status = ykt_buf_done(data);
	}

	return status;
}

enum ykt_status
tsm_keyd_put_key(struct tsm_worker *worker, struct ykt_buf *data)
{
	return put_key(worker, tsm_ssd(worker), SD_KEYS_KVN_SSD, data, worker->run.kcv);
}

enum ykt_status
tsm_keyd_issuer_key(struct tsm_worker *worker, uint8_t kvn, struct ykt_buf *data)
{
	return put_key(worker, YKT_BYTES(gp_isd_aid), kvn, data, NULL);
}

enum ykt_status
tsm_keyd_token_for(struct tsm_worker *worker, struct ykt_bytes element, struct ykt_bytes command,
    struct ykt_buf *out)
{
	struct wire_key_token_make_req req = { 0 };
	struct wire_key_token_make_rsp rsp = { 0 };
	enum ykt_status status;

	if (element.len == 0 || element.len > sizeof(req.se_id.data) || command.len == 0 ||
	    command.len > sizeof(req.command.data))
		return YKT_REFUSED;
	BLOB_SET(&req.se_id, element);
	BLOB_SET(&req.command, command);
	status = call(worker, WIRE_PATH_KEY_TOKEN_MAKE, &wire_key_token_make_req_msg, &req,
	    &wire_key_token_make_rsp_msg, &rsp);
	if (status == YKT_OK)
		ykt_put_mem(out, rsp.token.data, rsp.token.len);

	return status == YKT_OK ? ykt_buf_done(out) : status;
}

enum ykt_status
tsm_keyd_receipt(struct tsm_worker *worker, struct ykt_bytes element, struct ykt_bytes answer,
    const struct ykt_bytes *fields, size_t count)
{
	struct wire_key_receipt_check_req req = { .fields_count = count };
	struct wire_key_receipt_check_rsp rsp = { 0 };
	enum ykt_status status;

	if (element.len == 0 || element.len > sizeof(req.se_id.data) || answer.len == 0 ||
	    answer.len > sizeof(req.answer.data) || count > YKT_ARRAY_LEN(req.fields))
		return YKT_E_MAC;
	BLOB_SET(&req.se_id, element);
	BLOB_SET(&req.answer, answer);
	for (size_t i = 0; i < count; i++)
		BLOB_SET(&req.fields[i].value, fields[i]);
	status = call(worker, WIRE_PATH_KEY_RECEIPT_CHECK, &wire_key_receipt_check_req_msg, &req,
	    &wire_key_receipt_check_rsp_msg, &rsp);

	return status == YKT_OK && !rsp.ok ? YKT_E_MAC : status;
}

enum ykt_status
tsm_keyd_menu(struct tsm_worker *worker, struct ykt_buf *out)
{
	struct wire_key_ota_provide_req req;
	struct wire_key_ota_provide_rsp rsp = { 0 };
	enum ykt_status status;

	/* The menu's keys are derived from a whole identity. */
	if (se_id(worker).len != sizeof(req.se_id))
		return YKT_REFUSED;
	memcpy(req.se_id, se_id(worker).data, sizeof(req.se_id));
	status = call(worker, WIRE_PATH_KEY_OTA_PROVIDE, &wire_key_ota_provide_req_msg, &req,
	    &wire_key_ota_provide_rsp_msg, &rsp);
	if (status == YKT_OK)
		ykt_put_mem(out, rsp.groups.data, rsp.groups.len);

	return status == YKT_OK ? ykt_buf_done(out) : status;
}

enum ykt_status
tsm_keyd_perso(struct tsm_worker *worker)
{
	const struct tsm_job *job = &worker->session.job;
	struct wire_key_perso_make_req req = {
		.kvn = SD_KEYS_KVN_SSD, .alg = job->alg, .limit_fen = job->limit_fen
	};
	struct wire_key_perso_make_rsp rsp = { 0 };
	enum ykt_status status;

	BLOB_SET(&req.se_id, se_id(worker));
	BLOB_SET(&req.sd_aid, tsm_ssd(worker));
	memcpy(req.card_no, job->card_no, sizeof(req.card_no));
	memcpy(req.issuer, job->issuer, sizeof(req.issuer));
	memcpy(req.city, worker->tsm->options.city, sizeof(req.city));
	memcpy(req.start, job->valid_from, sizeof(req.start));
	memcpy(req.end, job->valid_to, sizeof(req.end));
	status = call(worker, WIRE_PATH_KEY_PERSO_MAKE, &wire_key_perso_make_req_msg, &req,
	    &wire_key_perso_make_rsp_msg, &rsp);
	if (status == YKT_OK) {
		worker->run.dgis_len = rsp.dgis.len;
		memcpy(worker->run.dgis, rsp.dgis.data, rsp.dgis.len);
	}

	return status;
}
