/*
 * A validator's queues on the disk, see queue.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "validator/internal.h"

#define FILE_BYTES   (16 + QUEUE_SEGMENT * QUEUE_RECORD_BYTES + FILE_DIGEST_LEN)
#define NAME_MAX_LEN 16
#define DIGITS       8

_Static_assert(
    QUEUE_SEGMENT <= WIRE_TAPS_MAX && QUEUE_SEGMENT <= WIRE_RIDES_MAX, "a segment is one upload");

static uint8_t *
record_at(const struct queue_kind *kind, void *records, uint32_t index)
{
	return (uint8_t *)records + index * kind->size;
}

static void
name_of(const struct queue_kind *kind, uint32_t number, char ret_name[NAME_MAX_LEN])
{
	static const char digits[] = "0123456789abcdef";
	const size_t len = strlen(kind->prefix);

	memcpy(ret_name, kind->prefix, len);
	for (unsigned i = 0; i < DIGITS; i++)
		ret_name[len + i] = digits[(number >> (28 - 4 * i)) & 15];
	ret_name[len + DIGITS] = '\0';
}

void
queue_put_place(struct ykt_buf *out, const struct queue *queue)
{
	ykt_put_u32(out, queue->head);
	ykt_put_u32(out, queue->tail);
	ykt_put_u32(out, queue->sealed);
}

void
queue_get_place(struct ykt_rd *rd, struct queue *queue)
{
	queue->head = ykt_rd_u32(rd);
	queue->tail = ykt_rd_u32(rd);
	queue->sealed = ykt_rd_u32(rd);
}

bool
queue_counts_good(const struct queue *queue)
{
	const uint32_t segments = queue->tail - queue->head;

	return queue->open_count <= QUEUE_SEGMENT && segments <= QUEUE_SEGMENTS_MAX &&
	       queue->sealed >= segments && queue->sealed <= segments * QUEUE_SEGMENT;
}

void
queue_put_open(
    const struct queue_kind *kind, const struct queue_change *change, struct ykt_buf *out)
{
	for (uint32_t i = 0; i < change->queue->open_count; i++)
		kind->put(out, record_at(kind, change->open, i));
}

static bool
get_records(const struct queue_kind *kind, struct ykt_rd *rd, void *records, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (!kind->get(rd, record_at(kind, records, i)))
			return false;
	}
	return true;
}

bool
queue_get_open(const struct queue_kind *kind, struct ykt_rd *rd, struct queue_change *change)
{
	return get_records(kind, rd, change->open, change->queue->open_count);
}

/* Moves the open records, of which there are some, to a segment of their own. */
static enum ykt_status
seal(struct validator *validator, const struct queue_kind *kind)
{
	const struct queue_change change = kind->next(validator);
	struct queue *queue = change.queue;
	uint8_t bytes[FILE_BYTES];
	struct ykt_buf buf = YKT_BUF(bytes);
	char name[NAME_MAX_LEN];
	enum ykt_status status;

	if (queue->tail - queue->head >= QUEUE_SEGMENTS_MAX)
		return YKT_OVER_LIMIT;
	file_begin(&buf);
	ykt_put_u32(&buf, queue->open_count);
	queue_put_open(kind, &change, &buf);
	name_of(kind, queue->tail, name);
	status = file_write(validator, name, &buf);
	if (status != YKT_OK)
		return status;
	queue->tail++;
	queue->sealed += queue->open_count;
	queue->open_count = 0;
	return YKT_OK;
}

enum ykt_status
queue_add(struct validator *validator, const struct queue_kind *kind, const void *record)
{
	const struct queue_change change = kind->next(validator);

	if (change.queue->open_count == QUEUE_SEGMENT) {
		enum ykt_status status = seal(validator, kind);

		if (status != YKT_OK)
			return status;
	}
	memcpy(record_at(kind, change.open, change.queue->open_count++), record, kind->size);
	return YKT_OK;
}

static enum ykt_status
read_segment(struct validator *validator, const struct queue_kind *kind, uint32_t number,
    void *records, uint32_t *ret_count)
{
	uint8_t bytes[FILE_BYTES];
	struct ykt_buf buf = YKT_BUF(bytes);
	char name[NAME_MAX_LEN];
	struct ykt_rd rd;
	uint32_t count;
	enum ykt_status status;

	name_of(kind, number, name);
	status = file_read(validator, name, &buf, &rd);
	if (status != YKT_OK)
		return status == YKT_NOT_FOUND ? YKT_E_CORRUPT : status;
	count = ykt_rd_u32(&rd);
	if (count == 0 || count > QUEUE_SEGMENT || !get_records(kind, &rd, records, count) ||
	    ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_CORRUPT;
	*ret_count = count;
	return YKT_OK;
}

enum ykt_status
queue_head(
    struct validator *validator, const struct queue_kind *kind, void *records, uint32_t *ret_count)
{
	const struct queue *queue = kind->now(validator);

	if (queue->head == queue->tail) {
		enum ykt_status status;

		if (queue->open_count == 0) {
			*ret_count = 0;
			return YKT_OK;
		}
		(void)kind->begin(validator);
		status = seal(validator, kind);
		if (status == YKT_OK)
			status = kind->commit(validator);
		if (status != YKT_OK)
			return status;
	}
	return read_segment(validator, kind, queue->head, records, ret_count);
}

/* What cannot be removed is only litter; a node that is down is down. */
static enum ykt_status
remove_segment(struct validator *validator, const struct queue_kind *kind, uint32_t number)
{
	char name[NAME_MAX_LEN];

	name_of(kind, number, name);
	return ykt_file_remove(validator->options.file, name) == YKT_E_DOWN ? YKT_E_DOWN : YKT_OK;
}

enum ykt_status
queue_drop(
    struct validator *validator, const struct queue_kind *kind, uint32_t number, uint32_t count)
{
	struct queue *next;
	enum ykt_status status;

	if (kind->now(validator)->head != number)
		return YKT_OK;
	next = kind->begin(validator).queue;
	next->head++;
	next->sealed -= count;
	status = kind->commit(validator);
	return status == YKT_OK ? remove_segment(validator, kind, number) : status;
}

enum ykt_status
queue_tidy(struct validator *validator, const struct queue_kind *kind)
{
	const uint32_t head = kind->now(validator)->head;

	return head == 0 ? YKT_OK : remove_segment(validator, kind, head - 1);
}
