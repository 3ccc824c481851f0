/*
 * The durable state: a small file that every tap replaces.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "validator/internal.h"

#define HEAD_BYTES 64
#define RECORDS    (TORN_MAX + QUEUE_SEGMENT + 1)
#define FILE_BYTES (HEAD_BYTES + RECORDS * RECORD_BYTES + FILE_DIGEST_LEN)
#define NAME_STATE "state"

_Static_assert(RECORD_BYTES <= QUEUE_RECORD_BYTES, "a segment takes taps");

struct state *
state_begin(struct validator *validator)
{
	validator->next = validator->state;
	return &validator->next;
}

static const struct queue *
taps_now(const struct validator *validator)
{
	return &validator->state.queue;
}

static struct queue_change
taps_next(struct validator *validator)
{
	return (struct queue_change){ &validator->next.queue, validator->next.open };
}

static struct queue_change
taps_begin(struct validator *validator)
{
	(void)state_begin(validator);
	return taps_next(validator);
}

static void
put_tap(struct ykt_buf *out, const void *record)
{
	tap_record_put(out, record);
}

static bool
get_tap(struct ykt_rd *rd, void *ret_record)
{
	return tap_record_get(rd, ret_record);
}

const struct queue_kind queue_taps = {
	.prefix = "seg-",
	.size = sizeof(struct tap_record),
	.put = put_tap,
	.get = get_tap,
	.now = taps_now,
	.begin = taps_begin,
	.next = taps_next,
	.commit = state_commit,
};

enum ykt_status
state_commit(struct validator *validator)
{
	const struct queue_change change = taps_next(validator);
	const struct state *next = &validator->next;
	uint8_t bytes[FILE_BYTES];
	struct ykt_buf buf = YKT_BUF(bytes);
	enum ykt_status status;

	file_begin(&buf);
	ykt_put(&buf, YKT_BYTES(validator->terminal));
	queue_put_place(&buf, &next->queue);
	ykt_put_u32(&buf, next->torn_count);
	ykt_put_u32(&buf, next->queue.open_count);
	ykt_put_u8(&buf, next->has_last);
	for (uint32_t i = 0; i < next->torn_count; i++)
		tap_record_put(&buf, &next->torn[i]);
	queue_put_open(&queue_taps, &change, &buf);
	if (next->has_last)
		tap_record_put(&buf, &next->last);
	status = file_write(validator, NAME_STATE, &buf);
	if (status == YKT_OK) {
		validator->state = *next;
		validator->last_kept = next->has_last;
	}
	return status;
}

/* The records of next behind its counts. False: bytes that are none. */
static bool
get_records(struct validator *validator, struct ykt_rd *rd)
{
	struct queue_change change = taps_next(validator);
	struct state *next = &validator->next;

	for (uint32_t i = 0; i < next->torn_count; i++) {
		if (!tap_record_get(rd, &next->torn[i]))
			return false;
	}
	return queue_get_open(&queue_taps, rd, &change) &&
	       (!next->has_last || tap_record_get(rd, &next->last));
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
	queue_get_place(&rd, &next->queue);
	next->torn_count = ykt_rd_u32(&rd);
	next->queue.open_count = ykt_rd_u32(&rd);
	has_last = ykt_rd_u8(&rd);
	if (!queue_counts_good(&next->queue) || next->torn_count > TORN_MAX || has_last > 1)
		return YKT_E_CORRUPT;
	next->has_last = has_last == 1;
	if (!get_records(validator, &rd) || ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_CORRUPT;
	if (!ykt_bytes_equal(terminal, YKT_BYTES(validator->terminal)))
		return YKT_MISMATCH;
	validator->state = *next;
	validator->last_kept = next->has_last;
	return queue_tidy(validator, &queue_taps);
}

enum ykt_status
state_queue(struct validator *validator, const struct tap_record *record)
{
	return queue_add(validator, &queue_taps, record);
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
	const struct queue *queue = &validator->state.queue;

	return queue->tail - queue->head >= QUEUE_SEGMENTS_MAX &&
	       queue->open_count + validator->state.torn_count >= QUEUE_SEGMENT;
}
