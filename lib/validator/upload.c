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

static void
make_request(struct validator *validator, const struct tap_record *records, uint32_t count)
{
	struct wire_gate_upload_req *req = validator->upload_req;

	memset(req, 0, sizeof(*req));
	memcpy(req->terminal, validator->terminal, sizeof(req->terminal));
	req->records_count = count;
	for (uint32_t i = 0; i < count; i++)
		tap_message(validator, &records[i], &req->records[i]);
}

enum ykt_status
upload_id(struct validator *validator, char ret_id[33])
{
	uint8_t id[16];
	enum ykt_status status = ykt_random_fill(validator->options.env.random, id, sizeof(id));

	if (status == YKT_OK)
		wire_id_text(id, ret_id);
	return status;
}

enum ykt_status
upload_judge(const char *asked, const char *answered, size_t count,
    const struct wire_tap_result *results, size_t results_count)
{
	if (strcmp(asked, answered) != 0 || results_count != count)
		return YKT_E_REPLY;
	for (size_t i = 0; i < count; i++) {
		if (wire_token_find(&wire_upload_result, results[i].result) < 0)
			return YKT_E_SERVER;
	}
	return YKT_OK;
}

static enum ykt_status
submit(struct validator *validator)
{
	const struct validator_options *options = &validator->options;
	struct wire_gate_upload_req *req = validator->upload_req;
	struct wire_gate_upload_rsp *rsp = validator->upload_rsp;
	enum ykt_status status = upload_id(validator, req->batch_id);

	if (status == YKT_OK)
		status = wire_call(options->http, WIRE_PATH_GATE_UPLOAD, &wire_gate_upload_req_msg,
		    req, &wire_gate_upload_rsp_msg, rsp, validator->scratch,
		    ykt_clock_mono(options->env.clock) + CALL_MS, NULL);
	if (status != YKT_OK)
		return status;
	return upload_judge(
	    req->batch_id, rsp->batch_id, req->records_count, rsp->results, rsp->results_count);
}

/* One segment of taps; *ret_count 0: none waits. */
static enum ykt_status
upload_taps(struct validator *validator, uint32_t *ret_count)
{
	struct tap_record records[QUEUE_SEGMENT];
	enum ykt_status status = give_up_old(validator);

	if (status == YKT_OK)
		status = queue_head(validator, &queue_taps, records, ret_count);
	if (status == YKT_OK && *ret_count > 0) {
		const uint32_t number = validator->state.queue.head;

		make_request(validator, records, *ret_count);
		status = submit(validator);
		if (status == YKT_OK)
			status = queue_drop(validator, &queue_taps, number, *ret_count);
	}
	return status;
}

enum ykt_status
validator_upload(struct validator *validator, unsigned *ret_sent)
{
	uint32_t count = 0;
	enum ykt_status status;

	if (validator->options.http == NULL)
		return YKT_E_STATE;
	status = upload_taps(validator, &count);
	if (status == YKT_OK && count == 0)
		return rides_upload(validator, ret_sent);
	if (status == YKT_OK)
		*ret_sent = count;
	return status;
}
