/*
 * Rides by code on the disk.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "validator/internal.h"
#include "wire/tokens.h"

#define RIDE_BYTES (4 + 4 + 1 + 7 + 2 + CODE_QR_MAX)
#define SEEN_BYTES (RIDES_USER_LEN + 8)
#define HEAD_BYTES 96
#define STATE_BYTES                                                                                \
	(HEAD_BYTES + QUEUE_SEGMENT * RIDE_BYTES + RIDES_SEEN_MAX * SEEN_BYTES + FILE_DIGEST_LEN)
#define NAME_STATE "rides"

_Static_assert(RIDE_BYTES <= QUEUE_RECORD_BYTES, "a segment takes rides");

struct ride_state *
rides_begin(struct validator *validator)
{
	validator->rides_next = validator->rides;
	return &validator->rides_next;
}

static const struct queue *
rides_now(const struct validator *validator)
{
	return &validator->rides.queue;
}

static struct queue_change
rides_change(struct validator *validator)
{
	return (struct queue_change){ &validator->rides_next.queue, validator->rides_next.open };
}

static struct queue_change
begin_change(struct validator *validator)
{
	(void)rides_begin(validator);
	return rides_change(validator);
}

static void
put_ride(struct ykt_buf *out, const void *record)
{
	const struct ride *ride = record;

	ykt_put_u32(out, ride->seq);
	ykt_put_u32(out, ride->amount);
	ykt_put_u8(out, ride->kind);
	ykt_put(out, YKT_BYTES(ride->datetime));
	ykt_put_u16(out, ride->code_len);
	ykt_put_mem(out, ride->code, ride->code_len);
}

static bool
get_ride(struct ykt_rd *rd, void *ret_record)
{
	struct ride ride = { 0 };

	ride.seq = ykt_rd_u32(rd);
	ride.amount = ykt_rd_u32(rd);
	ride.kind = ykt_rd_u8(rd);
	ykt_rd_copy(rd, ride.datetime, sizeof(ride.datetime));
	ride.code_len = ykt_rd_u16(rd);
	if (ride.kind > WIRE_RIDE_SINGLE || ride.code_len > CODE_QR_MAX)
		return false;
	ykt_rd_copy(rd, ride.code, ride.code_len);
	memcpy(ret_record, &ride, sizeof(ride));
	return !rd->bad;
}

const struct queue_kind queue_rides = {
	.prefix = "ride-",
	.size = sizeof(struct ride),
	.put = put_ride,
	.get = get_ride,
	.now = rides_now,
	.begin = begin_change,
	.next = rides_change,
	.commit = rides_commit,
};

enum ykt_status
rides_queue(struct validator *validator, const struct ride *ride)
{
	return queue_add(validator, &queue_rides, ride);
}

static void
put_head(struct ykt_buf *buf, const struct validator *validator, const struct ride_state *state)
{
	ykt_put(buf, YKT_BYTES(validator->terminal));
	ykt_put_u32(buf, state->next_seq);
	queue_put_place(buf, &state->queue);
	ykt_put_u32(buf, state->queue.open_count);
	ykt_put_u32(buf, state->seen_count);
	ykt_put_u8(buf, state->has_last);
	ykt_put(buf, YKT_BYTES(state->last_user));
	ykt_put_u32(buf, state->last_made_s);
	ykt_put_u32(buf, state->last_amount);
}

enum ykt_status
rides_commit(struct validator *validator)
{
	const struct queue_change change = rides_change(validator);
	const struct ride_state *next = &validator->rides_next;
	uint8_t bytes[STATE_BYTES];
	struct ykt_buf buf = YKT_BUF(bytes);
	enum ykt_status status;

	file_begin(&buf);
	put_head(&buf, validator, next);
	queue_put_open(&queue_rides, &change, &buf);
	for (uint32_t i = 0; i < next->seen_count; i++) {
		ykt_put(&buf, YKT_BYTES(next->seen[i].user));
		ykt_put_u32(&buf, next->seen[i].generated_s);
		ykt_put_u32(&buf, next->seen[i].until_s);
	}
	status = file_write(validator, NAME_STATE, &buf);
	if (status == YKT_OK) {
		validator->rides = *next;
		validator->rides_last_kept = next->has_last;
	}
	return status;
}

static bool
get_head(struct ykt_rd *rd, struct ride_state *state)
{
	uint8_t has_last;

	state->next_seq = ykt_rd_u32(rd);
	queue_get_place(rd, &state->queue);
	state->queue.open_count = ykt_rd_u32(rd);
	state->seen_count = ykt_rd_u32(rd);
	has_last = ykt_rd_u8(rd);
	ykt_rd_copy(rd, state->last_user, sizeof(state->last_user));
	state->last_made_s = ykt_rd_u32(rd);
	state->last_amount = ykt_rd_u32(rd);
	state->has_last = has_last == 1;
	return !rd->bad && has_last <= 1 && state->seen_count <= RIDES_SEEN_MAX &&
	       queue_counts_good(&state->queue);
}

static bool
get_state(struct ykt_rd *rd, struct ride_state *state)
{
	struct queue_change change = { &state->queue, state->open };

	if (!get_head(rd, state) || !queue_get_open(&queue_rides, rd, &change))
		return false;
	for (uint32_t i = 0; i < state->seen_count; i++) {
		ykt_rd_copy(rd, state->seen[i].user, sizeof(state->seen[i].user));
		state->seen[i].generated_s = ykt_rd_u32(rd);
		state->seen[i].until_s = ykt_rd_u32(rd);
	}
	return ykt_rd_done(rd) == YKT_OK;
}

enum ykt_status
rides_load(struct validator *validator)
{
	struct ride_state *next = &validator->rides_next;
	uint8_t bytes[STATE_BYTES];
	struct ykt_buf buf = YKT_BUF(bytes);
	struct ykt_bytes terminal;
	struct ykt_rd rd;
	enum ykt_status status = file_read(validator, NAME_STATE, &buf, &rd);

	if (status == YKT_NOT_FOUND)
		return YKT_OK;
	if (status != YKT_OK)
		return status;
	*next = (struct ride_state){ 0 };
	terminal = ykt_rd_take(&rd, sizeof(validator->terminal));
	if (!get_state(&rd, next))
		return YKT_E_CORRUPT;
	if (!ykt_bytes_equal(terminal, YKT_BYTES(validator->terminal)))
		return YKT_MISMATCH;
	validator->rides = *next;
	validator->rides_last_kept = next->has_last;
	return queue_tidy(validator, &queue_rides);
}

bool
rides_saw(const struct ride_state *state, const uint8_t user[RIDES_USER_LEN], uint32_t generated_s)
{
	for (uint32_t i = 0; i < state->seen_count; i++) {
		if (state->seen[i].generated_s == generated_s &&
		    ykt_bytes_equal(
			YKT_BYTES(state->seen[i].user), ykt_bytes(user, RIDES_USER_LEN)))
			return true;
	}
	return false;
}

/* The oldest gives way, but only one whose code is dead: room is never made for money. */
enum ykt_status
rides_remember(struct ride_state *state, const struct ride_seen *seen, uint32_t now_s)
{
	uint32_t i = 0;

	if (state->seen_count == RIDES_SEEN_MAX) {
		while (i < state->seen_count && state->seen[i].until_s >= now_s)
			i++;
		if (i == state->seen_count)
			return YKT_OVER_LIMIT;
		state->seen_count--;
		memmove(&state->seen[i], &state->seen[i + 1],
		    (state->seen_count - i) * sizeof(state->seen[0]));
	}
	state->seen[state->seen_count++] = *seen;
	return YKT_OK;
}
