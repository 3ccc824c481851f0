/*
 * The issuer's word in delegated management: tokens, and receipts of what was done by them
 * (GP231 9.2, C.4, C.5). They are our key module's, or another TSM's: then a token is asked
 * for by a TOKEN request and a receipt goes there with a card-write result notice, whose
 * reply says whether it is one (JT/T 1059.6 10.4, 10.5; the fields are our own: grade D).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/gp_token.h"
#include "tsm/internal.h"
#include "tsm/peer.h"

#define TOKEN_MAX 64

/* The package of the purse (card.md 1.1). */
static const uint8_t purse_elf[] = { 0xA0, 0x00, 0x00, 0x06, 0x32, 0x01, 0x01 };

static struct ykt_bytes
own_element(const struct tsm_worker *worker)
{
	return ykt_bytes(worker->session.job.se_id, worker->session.job.se_id_len);
}

struct ykt_bytes
tsm_purse_elf(void)
{
	return YKT_BYTES(purse_elf);
}

/* Who does not answer, or not as itself, is asked again: nothing has moved. */
static enum ykt_status
ask(struct tsm_worker *worker, enum wire_peer_kind kind, union wire_peer_body *body)
{
	const char *issuer = worker->tsm->options.issuer;
	const struct tsm_peer_way *way = tsm_peer_way(worker, issuer);
	int64_t mono_ms = ykt_clock_mono(worker->tsm->options.env.clock);
	uint8_t id[16];
	enum ykt_status status = way != NULL ? YKT_OK : YKT_E_DOWN;

	if (status == YKT_OK)
		status = ykt_random_fill(worker->tsm->options.env.random, id, sizeof(id));
	if (status == YKT_OK) {
		wire_id_text(id, body->ack.trade_id);
		status = tsm_peer_ask(worker, way->http, issuer, kind, body, mono_ms + TSM_CALL_MS);
	}
	if (status != YKT_OK)
		tsm_note(worker, status == YKT_E_MAC ? YKT_TRACE_SECURITY : YKT_TRACE_ERROR,
		    "another TSM is not there", status);

	return status == YKT_OK ? YKT_OK : YKT_BUSY;
}

static enum ykt_status
peer_token(struct tsm_worker *worker, struct ykt_bytes command, struct ykt_buf *token)
{
	struct ykt_bytes element = own_element(worker);
	union wire_peer_body body = { 0 };
	enum ykt_status status;

	if (command.len > sizeof(body.token.command.data))
		return YKT_REFUSED;
	body.token.se_id.len = (uint16_t)element.len;
	memcpy(body.token.se_id.data, element.data, element.len);
	body.token.command.len = (uint16_t)command.len;
	memcpy(body.token.command.data, command.data, command.len);
	status = ask(worker, WIRE_PEER_TOKEN, &body);
	if (status == YKT_OK && strcmp(body.ack.result, WIRE_PEER_DONE) != 0)
		status = YKT_REFUSED;
	if (status == YKT_OK)
		ykt_put_mem(token, body.token_rsp.token.data, body.token_rsp.token.len);

	return status == YKT_OK ? ykt_buf_done(token) : status;
}

enum ykt_status
tsm_issuer_token(struct tsm_worker *worker, const struct ykt_buf *apdu, struct ykt_buf *out)
{
	uint8_t bytes[TOKEN_MAX];
	struct ykt_buf token = YKT_BUF(bytes);
	struct apdu_cmd cmd;
	enum ykt_status status = ykt_buf_done(apdu);

	if (status == YKT_OK && worker->tsm->options.issuer != NULL)
		status = peer_token(worker, ykt_buf_view(apdu), &token);
	else if (status == YKT_OK)
		status =
		    tsm_keyd_token_for(worker, own_element(worker), ykt_buf_view(apdu), &token);
	if (status == YKT_OK)
		status = apdu_cmd_decode(ykt_buf_view(apdu), &cmd);
	if (status == YKT_OK)
		status = gp_token_attach(&cmd, ykt_buf_view(&token), out);

	return status;
}

enum ykt_status
tsm_receipt_check(struct tsm_worker *worker, struct ykt_bytes se_id, struct ykt_bytes answer,
    struct ykt_bytes aid, int kind)
{
	const struct ykt_bytes installed[] = { YKT_BYTES(purse_elf), aid };

	switch (kind) {
	case WIRE_JOB_OPEN:
		return tsm_keyd_receipt(worker, se_id, answer, installed, 2);
	case WIRE_JOB_DELETE:
		return tsm_keyd_receipt(worker, se_id, answer, &aid, 1);
	default:
		return YKT_E_MAC;
	}
}

static enum ykt_status
peer_receipt(struct tsm_worker *worker, struct ykt_bytes answer, enum wire_job_kind kind)
{
	const struct tsm_job *job = &worker->session.job;
	union wire_peer_body body = { .card_write = { .done = true } };
	enum ykt_status status;

	body.card_write.se_id.len = (uint16_t)job->se_id_len;
	memcpy(body.card_write.se_id.data, job->se_id, job->se_id_len);
	body.card_write.aid.len = (uint16_t)job->aid_len;
	memcpy(body.card_write.aid.data, job->aid, job->aid_len);
	wire_token_set(&wire_job_kind, (int)kind, body.card_write.operation,
	    sizeof(body.card_write.operation));
	body.card_write.receipt.len = (uint16_t)answer.len;
	memcpy(body.card_write.receipt.data, answer.data, answer.len);
	status = ask(worker, WIRE_PEER_CARD_WRITE, &body);

	return status == YKT_OK && strcmp(body.ack.result, WIRE_PEER_DONE) != 0 ? YKT_E_MAC
										: status;
}

enum ykt_status
tsm_issuer_receipt(
    struct tsm_worker *worker, const struct tsm_answer *answer, enum wire_job_kind kind)
{
	const struct tsm_job *job = &worker->session.job;
	struct ykt_bytes data = ykt_bytes(answer->data, answer->len);

	if (answer->len == 0 || answer->len > WIRE_PEER_RECEIPT_MAX)
		return YKT_E_MAC;
	if (worker->tsm->options.issuer != NULL)
		return peer_receipt(worker, data, kind);

	return tsm_receipt_check(
	    worker, own_element(worker), data, ykt_bytes(job->aid, job->aid_len), (int)kind);
}
