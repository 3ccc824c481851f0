/*
 * The durable state: a small file that every tap replaces.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "validator/internal.h"

#define HEAD_BYTES 64
#define RECORDS    (TORN_MAX + SEGMENT_RECORDS + 1)
#define FILE_BYTES (HEAD_BYTES + RECORDS * RECORD_BYTES + FILE_DIGEST_LEN)
#define NAME_STATE "state"

struct state *
state_begin(struct validator *validator)
{
	validator->next = validator->state;
	return &validator->next;
}

enum ykt_status
state_commit(struct validator *validator)
{
	const struct state *next = &validator->next;
	uint8_t bytes[FILE_BYTES];
	struct ykt_buf buf = YKT_BUF(bytes);
	enum ykt_status status;

	file_begin(&buf);
	ykt_put(&buf, YKT_BYTES(validator->terminal));
	ykt_put_u32(&buf, next->head);
	ykt_put_u32(&buf, next->tail);
	ykt_put_u32(&buf, next->sealed);
	ykt_put_u32(&buf, next->torn_count);
	ykt_put_u32(&buf, next->open_count);
	ykt_put_u8(&buf, next->has_last);
	for (uint32_t i = 0; i < next->torn_count; i++)
		segment_record_put(&buf, &next->torn[i]);
	for (uint32_t i = 0; i < next->open_count; i++)
		segment_record_put(&buf, &next->open[i]);
	if (next->has_last)
		segment_record_put(&buf, &next->last);
	status = file_write(validator, NAME_STATE, &buf);
	if (status == YKT_OK) {
		validator->state = *next;
		validator->last_kept = next->has_last;
	}
	return status;
}

static bool
counts_good(const struct state *state)
{
	const uint32_t segments = state->tail - state->head;

	return state->torn_count <= TORN_MAX && state->open_count <= SEGMENT_RECORDS &&
	       segments <= SEGMENTS_MAX && state->sealed >= segments &&
	       state->sealed <= segments * SEGMENT_RECORDS;
}

enum ykt_status
state_load(struct validator *validator)
{
	struct state *next = &validator->next;
	uint8_t bytes[FILE_BYTES];
	struct ykt_buf buf = YKT_BUF(bytes);
	struct ykt_rd rd;
	struct ykt_bytes terminal;
	uint8_t has_last;
	enum ykt_status status = file_read(validator, NAME_STATE, &buf, &rd);

	if (status == YKT_NOT_FOUND)
		return YKT_OK;
	if (status != YKT_OK)
		return status;
	*next = (struct state){ 0 };
	terminal = ykt_rd_take(&rd, sizeof(validator->terminal));
	next->head = ykt_rd_u32(&rd);
	next->tail = ykt_rd_u32(&rd);
	next->sealed = ykt_rd_u32(&rd);
	next->torn_count = ykt_rd_u32(&rd);
	next->open_count = ykt_rd_u32(&rd);
	has_last = ykt_rd_u8(&rd);
	if (!counts_good(next) || has_last > 1)
		return YKT_E_CORRUPT;
	for (uint32_t i = 0; i < next->torn_count; i++)
		segment_record_read(&rd, &next->torn[i]);
	for (uint32_t i = 0; i < next->open_count; i++)
		segment_record_read(&rd, &next->open[i]);
	next->has_last = has_last == 1;
	if (next->has_last)
		segment_record_read(&rd, &next->last);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_CORRUPT;
	if (!ykt_bytes_equal(terminal, YKT_BYTES(validator->terminal)))
		return YKT_MISMATCH;
	validator->state = *next;
	validator->last_kept = next->has_last;
	return segment_tidy(validator);
}

enum ykt_status
state_queue(struct validator *validator, const struct tap_record *record)
{
	struct state *next = &validator->next;

	if (next->open_count == SEGMENT_RECORDS) {
		enum ykt_status status = segment_seal(validator);

		if (status != YKT_OK)
			return status;
	}
	next->open[next->open_count++] = *record;
	return YKT_OK;
}

void
state_torn_drop(struct state *state, uint32_t index)
{
	state->torn_count--;
	memmove(&state->torn[index], &state->torn[index + 1],
	    (state->torn_count - index) * sizeof(state->torn[0]));
}

bool
state_full(const struct validator *validator)
{
	return validator->state.tail - validator->state.head >= SEGMENTS_MAX &&
	       validator->state.open_count + validator->state.torn_count >= SEGMENT_RECORDS;
}
