/*
 * A durable queue of a validator: records that are open, in the file of the state
 * they belong to, and sealed segments [head, tail), each a file of its own and one
 * batch of an upload. A record leaves it after it was acknowledged and not before
 * (R7).
 *
 * What is queued changes with the state around it: in a copy, that begin() makes
 * and commit() makes durable. A segment past the tail is nobody's until then.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef VALIDATOR_QUEUE_H
#define VALIDATOR_QUEUE_H

#include <stdbool.h>

#include <ykt/bytes.h>
#include <ykt/status.h>

#define QUEUE_SEGMENT      16  /* records of one file and one upload */
#define QUEUE_SEGMENTS_MAX 256 /* then nothing more is sold, before anything is lost */
#define QUEUE_RECORD_BYTES 384 /* of one in a file, at most */

struct validator;

struct queue {
	uint32_t head;
	uint32_t tail;
	uint32_t sealed; /* records in the segments */
	uint32_t open_count;
};

/* A queue that is being changed: open has room for QUEUE_SEGMENT records. */
struct queue_change {
	struct queue *queue;
	void *open;
};

/* What is of one kind of records alone. */
struct queue_kind {
	const char *prefix; /* of the segments' names; eight digits follow */
	size_t size;        /* of a record in memory */
	void (*put)(struct ykt_buf *out, const void *record);
	/* False: bytes that are none. */
	bool (*get)(struct ykt_rd *rd, void *ret_record);
	const struct queue *(*now)(const struct validator *validator);
	/* Starts a change of the state; the one under way; makes it durable. */
	struct queue_change (*begin)(struct validator *validator);
	struct queue_change (*next)(struct validator *validator);
	enum ykt_status (*commit)(struct validator *validator);
};

extern const struct queue_kind queue_taps;  /* of struct tap_record, in the file "state" */
extern const struct queue_kind queue_rides; /* of struct ride, in the file "rides" */

/* The head, the tail and the count of what is sealed, as state files have them. */
void queue_put_place(struct ykt_buf *out, const struct queue *queue);
void queue_get_place(struct ykt_rd *rd, struct queue *queue);
/* False: counts that contradict each other. */
bool queue_counts_good(const struct queue *queue);

/* The open records of the change under way, as state files have them. */
void queue_put_open(
    const struct queue_kind *kind, const struct queue_change *change, struct ykt_buf *out);
/* open_count of them. False: bytes that are none. */
YKT_MUST_USE bool
queue_get_open(const struct queue_kind *kind, struct ykt_rd *rd, struct queue_change *change);

/*
 * Adds to the open records of the change under way, sealing a full segment first.
 *
 * YKT_OVER_LIMIT  full
 * others          as file_write()
 */
YKT_MUST_USE enum ykt_status
queue_add(struct validator *validator, const struct queue_kind *kind, const void *record);

/*
 * The records at the head, for sending: *ret_count 0 when none waits. What is open
 * is sealed, durably, when nothing else is. records has room for QUEUE_SEGMENT.
 *
 * YKT_E_CORRUPT  the segment is none, or gone
 * others         as file_read(), file_write()
 */
YKT_MUST_USE enum ykt_status queue_head(
    struct validator *validator, const struct queue_kind *kind, void *records, uint32_t *ret_count);

/*
 * The segment number, of count records, was acknowledged: forgotten, unless it is
 * not the head any more.
 */
YKT_MUST_USE enum ykt_status queue_drop(
    struct validator *validator, const struct queue_kind *kind, uint32_t number, uint32_t count);

/* Removes what a crash left behind of the segment before the head. */
YKT_MUST_USE enum ykt_status queue_tidy(struct validator *validator, const struct queue_kind *kind);

#endif
