/*
 * Store and forward: one sealed segment a batch, forgotten after it was
 * acknowledged and not before (R7). A record repeated is a duplicate there.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "validator/internal.h"
#include "wire/tokens.h"

static void
tap_message(
    const struct validator *validator, const struct tap_record *record, struct wire_tap *tap)
{
	*tap = (struct wire_tap){ .alg = record->alg,
		.key_version = record->key_version,
		.type = { record->type },
		.amount_fen = record->amount,
		.balance_fen = record->balance,
		.offline_seq = record->offline_seq,
		.terminal_seq = record->terminal_seq,
		.confirmed = record->confirmed };
	ykt_hex_encode(YKT_BYTES(record->serial), tap->card_no);
	memcpy(tap->issuer, record->issuer, sizeof(tap->issuer));
	memcpy(tap->terminal, validator->terminal, sizeof(tap->terminal));
	memcpy(tap->datetime, record->datetime, sizeof(tap->datetime));
	memcpy(tap->tac, record->tac, sizeof(tap->tac));
	memcpy(tap->trip, record->trip, sizeof(tap->trip));
}

/* Torn taps that their rider did not come back for. */
static enum ykt_status
give_up_old(struct validator *validator)
{
	int64_t now = ykt_clock_wall(validator->options.env.clock);

	for (uint32_t i = validator->state.torn_count; i-- > 0;) {
		const struct tap_record *torn = &validator->state.torn[i];
		struct tap_record record = *torn;
		int64_t age = now - torn->made_ms;
		enum ykt_status status;

		/* Nor may a clock that was set back keep it for ever (R8). */
		if (age <= validator->options.torn_window_ms &&
		    age >= -validator->options.torn_window_ms)
			continue;
		state_torn_drop(state_begin(validator), i);
		status = state_queue(validator, &record);
		if (status == YKT_OK)
			status = state_commit(validator);
		if (status != YKT_OK)
			return status;
	}
	return YKT_OK;
}

static enum ykt_status
prepare(struct validator *validator, uint32_t *ret_count)
{
	struct wire_gate_upload_req *req = validator->upload_req;
	struct tap_record records[SEGMENT_RECORDS];
	enum ykt_status status = give_up_old(validator);

	*ret_count = 0;
	if (status == YKT_OK && validator->state.head == validator->state.tail &&
	    validator->state.open_count > 0) {
		(void)state_begin(validator);
		status = segment_seal(validator);
		if (status == YKT_OK)
			status = state_commit(validator);
	}
	if (status != YKT_OK || validator->state.head == validator->state.tail)
		return status;
	status = segment_read(validator, validator->state.head, records, ret_count);
	if (status != YKT_OK)
		return status;
	memset(req, 0, sizeof(*req));
	memcpy(req->terminal, validator->terminal, sizeof(req->terminal));
	req->records_count = *ret_count;
	for (uint32_t i = 0; i < *ret_count; i++)
		tap_message(validator, &records[i], &req->records[i]);
	return YKT_OK;
}

static enum ykt_status
submit(struct validator *validator, uint32_t count)
{
	const struct validator_options *options = &validator->options;
	struct wire_gate_upload_req *req = validator->upload_req;
	struct wire_gate_upload_rsp *rsp = validator->upload_rsp;
	uint8_t id[16];
	enum ykt_status status = ykt_random_fill(options->env.random, id, sizeof(id));

	if (status != YKT_OK)
		return status;
	wire_id_text(id, req->batch_id);
	status = wire_call(options->http, WIRE_PATH_GATE_UPLOAD, &wire_gate_upload_req_msg, req,
	    &wire_gate_upload_rsp_msg, rsp, validator->scratch,
	    ykt_clock_mono(options->env.clock) + CALL_MS, NULL);
	if (status != YKT_OK)
		return status;
	if (strcmp(rsp->batch_id, req->batch_id) != 0 || rsp->results_count != count)
		return YKT_E_REPLY;
	for (size_t i = 0; i < rsp->results_count; i++) {
		if (wire_token_find(&wire_upload_result, rsp->results[i].result) < 0)
			return YKT_E_SERVER;
	}
	return YKT_OK;
}

enum ykt_status
validator_upload(struct validator *validator, unsigned *ret_sent)
{
	uint32_t count = 0;
	uint32_t head;
	enum ykt_status status;

	if (validator->options.http == NULL)
		return YKT_E_STATE;
	status = prepare(validator, &count);
	if (status == YKT_OK && count > 0) {
		head = validator->state.head;
		status = submit(validator, count);
		if (status == YKT_OK && validator->state.head == head)
			status = segment_drop(validator, count);
	}
	if (status == YKT_OK && count == 0)
		return rides_upload(validator, ret_sent);
	if (status == YKT_OK)
		*ret_sent = count;
	return status;
}
