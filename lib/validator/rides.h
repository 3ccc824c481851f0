/*
 * Rides by code, inside a validator: what is durable, apart from the taps.
 *
 * The file "rides" holds the open rides of the queue and the codes seen lately.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef VALIDATOR_RIDES_H
#define VALIDATOR_RIDES_H

#include "code/code_verify.h"
#include "validator/queue.h"
#include "wire/ride_msg.h"

#define RIDES_SEEN_MAX 128 /* codes that may still be alive at once */
#define RIDES_USER_LEN 10

struct validator;

struct ride {
	uint32_t seq;
	uint32_t amount;
	uint8_t kind; /* enum wire_ride_kind */
	uint8_t datetime[7];
	uint16_t code_len;
	uint8_t code[CODE_QR_MAX];
};

/* A code is known by its rider and second: a second signature makes no second code. */
struct ride_seen {
	uint8_t user[RIDES_USER_LEN];
	uint32_t generated_s;
	uint32_t until_s; /* it is no good after this anyway */
};

struct ride_state {
	uint32_t next_seq;
	struct queue queue;
	struct ride open[QUEUE_SEGMENT];
	uint32_t seen_count;
	struct ride_seen seen[RIDES_SEEN_MAX];
	/*
	 * The rider who was charged last, at made_s: a crash may have come before the
	 * gate opened, so that he stands before it, paid.
	 */
	bool has_last;
	uint8_t last_user[RIDES_USER_LEN];
	uint32_t last_made_s;
	uint32_t last_amount;
};

/* YKT_E_CORRUPT, YKT_MISMATCH as of the taps' state. */
YKT_MUST_USE enum ykt_status rides_load(struct validator *validator);
/* Starts a change: a copy of the state, which rides_commit() makes durable. */
struct ride_state *rides_begin(struct validator *validator);
YKT_MUST_USE enum ykt_status rides_commit(struct validator *validator);
/* Adds a ride to the queue of the copy, as queue_add(). */
YKT_MUST_USE enum ykt_status rides_queue(struct validator *validator, const struct ride *ride);
/* Remembers a code in the copy. YKT_OVER_LIMIT: too many are alive. */
YKT_MUST_USE enum ykt_status
rides_remember(struct ride_state *state, const struct ride_seen *seen, uint32_t now_s);
bool rides_saw(const struct ride_state *state, const uint8_t user[10], uint32_t generated_s);

/* Sends one batch; *ret_sent 0 when none waits. */
YKT_MUST_USE enum ykt_status rides_upload(struct validator *validator, unsigned *ret_sent);

#endif
