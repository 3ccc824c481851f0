/*
 * Rides by code: their upload, a batch a segment.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "validator/internal.h"
#include "wire/tokens.h"

static void
message(const struct ride *ride, struct wire_ride *out)
{
	out->ride_seq = ride->seq;
	out->amount_fen = ride->amount;
	wire_token_set(&wire_ride_kind, ride->kind, out->kind, sizeof(out->kind));
	memcpy(out->datetime, ride->datetime, sizeof(out->datetime));
	out->code.len = ride->code_len;
	memcpy(out->code.data, ride->code, ride->code_len);
}

static void
make_request(struct validator *validator, const struct ride *rides, uint32_t count)
{
	struct wire_gate_rides_req *req = validator->rides_req;

	memset(req, 0, sizeof(*req));
	memcpy(req->terminal, validator->terminal, sizeof(req->terminal));
	req->rides_count = count;
	for (uint32_t i = 0; i < count; i++)
		message(&rides[i], &req->rides[i]);
}

static enum ykt_status
submit(struct validator *validator)
{
	const struct validator_options *options = &validator->options;
	struct wire_gate_rides_req *req = validator->rides_req;
	struct wire_gate_rides_rsp rsp;
	enum ykt_status status = upload_id(validator, req->batch_id);

	if (status == YKT_OK)
		status = wire_call(options->http, WIRE_PATH_GATE_RIDES, &wire_gate_rides_req_msg,
		    req, &wire_gate_rides_rsp_msg, &rsp, validator->scratch,
		    ykt_clock_mono(options->env.clock) + CALL_MS, NULL);
	if (status != YKT_OK)
		return status;
	return upload_judge(
	    req->batch_id, rsp.batch_id, req->rides_count, rsp.results, rsp.results_count);
}

enum ykt_status
rides_upload(struct validator *validator, unsigned *ret_sent)
{
	struct ride rides[QUEUE_SEGMENT];
	uint32_t count = 0;
	enum ykt_status status = queue_head(validator, &queue_rides, rides, &count);

	if (status == YKT_OK && count > 0) {
		const uint32_t number = validator->rides.queue.head;

		make_request(validator, rides, count);
		status = submit(validator);
		if (status == YKT_OK)
			status = queue_drop(validator, &queue_rides, number, count);
	}
	if (status == YKT_OK)
		*ret_sent = count;
	return status;
}
