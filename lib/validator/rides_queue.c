/*
 * Sealed rides, and their upload: forgotten after they were acknowledged and not
 * before (R7).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "validator/internal.h"
#include "wire/tokens.h"

#define RIDE_BYTES   (4 + 4 + 1 + 7 + 2 + CODE_QR_MAX)
#define FILE_BYTES   (16 + RIDES_SEGMENT * RIDE_BYTES + FILE_DIGEST_LEN)
#define NAME_MAX_LEN 16

static void
name_of(uint32_t number, char ret_name[NAME_MAX_LEN])
{
	static const char digits[] = "0123456789abcdef";

	memcpy(ret_name, "ride-", 5);
	for (unsigned i = 0; i < 8; i++)
		ret_name[5 + i] = digits[(number >> (28 - 4 * i)) & 15];
	ret_name[13] = '\0';
}

static enum ykt_status
seal(struct validator *validator)
{
	struct ride_state *next = &validator->rides_next;
	uint8_t bytes[FILE_BYTES];
	struct ykt_buf buf = YKT_BUF(bytes);
	char name[NAME_MAX_LEN];
	enum ykt_status status;

	if (next->tail - next->head >= RIDES_SEGMENTS_MAX)
		return YKT_OVER_LIMIT;
	file_begin(&buf);
	ykt_put_u32(&buf, next->open_count);
	for (uint32_t i = 0; i < next->open_count; i++)
		rides_put(&buf, &next->open[i]);
	name_of(next->tail, name);
	/* A segment past the tail is nobody's until the state says so. */
	status = file_write(validator, name, &buf);
	if (status != YKT_OK)
		return status;
	next->tail++;
	next->sealed += next->open_count;
	next->open_count = 0;
	return YKT_OK;
}

enum ykt_status
rides_queue(struct validator *validator, const struct ride *ride)
{
	struct ride_state *next = &validator->rides_next;

	if (next->open_count == RIDES_SEGMENT) {
		enum ykt_status status = seal(validator);

		if (status != YKT_OK)
			return status;
	}
	next->open[next->open_count++] = *ride;
	return YKT_OK;
}

/* What cannot be removed is only litter; a node that is down is down. */
static enum ykt_status
remove_segment(struct validator *validator, uint32_t number)
{
	char name[NAME_MAX_LEN];

	name_of(number, name);
	return ykt_file_remove(validator->options.file, name) == YKT_E_DOWN ? YKT_E_DOWN : YKT_OK;
}

enum ykt_status
rides_tidy(struct validator *validator)
{
	if (validator->rides.head == 0)
		return YKT_OK;
	return remove_segment(validator, validator->rides.head - 1);
}

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

/* The head segment as a message. */
static enum ykt_status
read_head(struct validator *validator)
{
	struct wire_gate_rides_req *req = validator->rides_req;
	uint8_t bytes[FILE_BYTES];
	struct ykt_buf buf = YKT_BUF(bytes);
	char name[NAME_MAX_LEN];
	struct ykt_rd rd;
	struct ride ride;
	uint32_t count;
	enum ykt_status status;

	name_of(validator->rides.head, name);
	status = file_read(validator, name, &buf, &rd);
	if (status != YKT_OK)
		return status == YKT_NOT_FOUND ? YKT_E_CORRUPT : status;
	count = ykt_rd_u32(&rd);
	if (count == 0 || count > RIDES_SEGMENT)
		return YKT_E_CORRUPT;
	memset(req, 0, sizeof(*req));
	memcpy(req->terminal, validator->terminal, sizeof(req->terminal));
	for (uint32_t i = 0; i < count; i++) {
		if (!rides_get(&rd, &ride))
			return YKT_E_CORRUPT;
		message(&ride, &req->rides[i]);
	}
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_CORRUPT;
	req->rides_count = count;
	return YKT_OK;
}

static enum ykt_status
submit(struct validator *validator)
{
	const struct validator_options *options = &validator->options;
	struct wire_gate_rides_req *req = validator->rides_req;
	struct wire_gate_rides_rsp rsp;
	uint8_t id[16];
	enum ykt_status status = ykt_random_fill(options->env.random, id, sizeof(id));

	if (status != YKT_OK)
		return status;
	wire_id_text(id, req->batch_id);
	status = wire_call(options->http, WIRE_PATH_GATE_RIDES, &wire_gate_rides_req_msg, req,
	    &wire_gate_rides_rsp_msg, &rsp, validator->scratch,
	    ykt_clock_mono(options->env.clock) + CALL_MS, NULL);
	if (status != YKT_OK)
		return status;
	if (strcmp(rsp.batch_id, req->batch_id) != 0 || rsp.results_count != req->rides_count)
		return YKT_E_REPLY;
	for (size_t i = 0; i < rsp.results_count; i++) {
		if (wire_token_find(&wire_upload_result, rsp.results[i].result) < 0)
			return YKT_E_SERVER;
	}
	return YKT_OK;
}

static enum ykt_status
drop_head(struct validator *validator)
{
	const uint32_t number = validator->rides.head;
	struct ride_state *next = rides_begin(validator);
	enum ykt_status status;

	next->head++;
	next->sealed -= (uint32_t)validator->rides_req->rides_count;
	status = rides_commit(validator);
	return status == YKT_OK ? remove_segment(validator, number) : status;
}

enum ykt_status
rides_upload(struct validator *validator, unsigned *ret_sent)
{
	enum ykt_status status = YKT_OK;

	if (validator->rides.head == validator->rides.tail) {
		if (validator->rides.open_count == 0) {
			*ret_sent = 0;
			return YKT_OK;
		}
		(void)rides_begin(validator);
		status = seal(validator);
		if (status == YKT_OK)
			status = rides_commit(validator);
	}
	if (status == YKT_OK)
		status = read_head(validator);
	if (status == YKT_OK)
		status = submit(validator);
	if (status == YKT_OK)
		status = drop_head(validator);
	if (status == YKT_OK)
		*ret_sent = (unsigned)validator->rides_req->rides_count;
	return status;
}
