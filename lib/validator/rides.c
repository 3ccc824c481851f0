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
	(HEAD_BYTES + RIDES_SEGMENT * RIDE_BYTES + RIDES_SEEN_MAX * SEEN_BYTES + FILE_DIGEST_LEN)
#define NAME_STATE "rides"

struct ride_state *
rides_begin(struct validator *validator)
{
	validator->rides_next = validator->rides;
	return &validator->rides_next;
}

void
rides_put(struct ykt_buf *out, const struct ride *ride)
{
	ykt_put_u32(out, ride->seq);
	ykt_put_u32(out, ride->amount);
	ykt_put_u8(out, ride->kind);
	ykt_put(out, YKT_BYTES(ride->datetime));
	ykt_put_u16(out, ride->code_len);
	ykt_put_mem(out, ride->code, ride->code_len);
}

bool
rides_get(struct ykt_rd *rd, struct ride *ret_ride)
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
	*ret_ride = ride;
	return !rd->bad;
}

static void
put_head(struct ykt_buf *buf, const struct validator *validator, const struct ride_state *state)
{
	ykt_put(buf, YKT_BYTES(validator->terminal));
	ykt_put_u32(buf, state->next_seq);
	ykt_put_u32(buf, state->head);
	ykt_put_u32(buf, state->tail);
	ykt_put_u32(buf, state->sealed);
	ykt_put_u32(buf, state->open_count);
	ykt_put_u32(buf, state->seen_count);
	ykt_put_u8(buf, state->has_last);
	ykt_put(buf, YKT_BYTES(state->last_user));
	ykt_put_u32(buf, state->last_made_s);
	ykt_put_u32(buf, state->last_amount);
}

enum ykt_status
rides_commit(struct validator *validator)
{
	const struct ride_state *next = &validator->rides_next;
	uint8_t bytes[STATE_BYTES];
	struct ykt_buf buf = YKT_BUF(bytes);
	enum ykt_status status;

	file_begin(&buf);
	put_head(&buf, validator, next);
	for (uint32_t i = 0; i < next->open_count; i++)
		rides_put(&buf, &next->open[i]);
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
counts_good(const struct ride_state *state)
{
	const uint32_t segments = state->tail - state->head;

	return state->open_count <= RIDES_SEGMENT && state->seen_count <= RIDES_SEEN_MAX &&
	       segments <= RIDES_SEGMENTS_MAX && state->sealed >= segments &&
	       state->sealed <= segments * RIDES_SEGMENT;
}

static bool
get_head(struct ykt_rd *rd, struct ride_state *state)
{
	uint8_t has_last;

	state->next_seq = ykt_rd_u32(rd);
	state->head = ykt_rd_u32(rd);
	state->tail = ykt_rd_u32(rd);
	state->sealed = ykt_rd_u32(rd);
	state->open_count = ykt_rd_u32(rd);
	state->seen_count = ykt_rd_u32(rd);
	has_last = ykt_rd_u8(rd);
	ykt_rd_copy(rd, state->last_user, sizeof(state->last_user));
	state->last_made_s = ykt_rd_u32(rd);
	state->last_amount = ykt_rd_u32(rd);
	state->has_last = has_last == 1;
	return !rd->bad && has_last <= 1 && counts_good(state);
}

static bool
get_state(struct ykt_rd *rd, struct ride_state *state)
{
	if (!get_head(rd, state))
		return false;
	for (uint32_t i = 0; i < state->open_count; i++) {
		if (!rides_get(rd, &state->open[i]))
			return false;
	}
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
	return rides_tidy(validator);
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
