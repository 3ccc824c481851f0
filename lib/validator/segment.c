/*
 * Sealed segments: settled records that wait for upload, one file for each batch.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "validator/internal.h"

#define RECORD_USED  103
#define FILE_BYTES   (16 + SEGMENT_RECORDS * RECORD_BYTES + FILE_DIGEST_LEN)
#define NAME_MAX_LEN 16

void
segment_record_put(struct ykt_buf *out, const struct tap_record *record)
{
	ykt_put(out, YKT_BYTES(record->serial));
	ykt_put(out, YKT_BYTES(record->issuer));
	ykt_put_u8(out, record->alg);
	ykt_put_u8(out, record->key_version);
	ykt_put_u8(out, record->type);
	ykt_put_u32(out, record->amount);
	ykt_put_u32(out, (uint32_t)record->balance);
	ykt_put_u16(out, record->offline_seq);
	ykt_put_u32(out, record->terminal_seq);
	ykt_put(out, YKT_BYTES(record->datetime));
	ykt_put(out, YKT_BYTES(record->tac));
	ykt_put_u8(out, record->confirmed);
	ykt_put(out, YKT_BYTES(record->trip));
	ykt_put_u64(out, (uint64_t)record->made_ms);
	ykt_put_fill(out, 0, RECORD_BYTES - RECORD_USED);
}

void
segment_record_read(struct ykt_rd *rd, struct tap_record *ret_record)
{
	ykt_rd_copy(rd, ret_record->serial, sizeof(ret_record->serial));
	ykt_rd_copy(rd, ret_record->issuer, sizeof(ret_record->issuer));
	ret_record->alg = ykt_rd_u8(rd);
	ret_record->key_version = ykt_rd_u8(rd);
	ret_record->type = ykt_rd_u8(rd);
	ret_record->amount = ykt_rd_u32(rd);
	ret_record->balance = (int32_t)ykt_rd_u32(rd);
	ret_record->offline_seq = ykt_rd_u16(rd);
	ret_record->terminal_seq = ykt_rd_u32(rd);
	ykt_rd_copy(rd, ret_record->datetime, sizeof(ret_record->datetime));
	ykt_rd_copy(rd, ret_record->tac, sizeof(ret_record->tac));
	ret_record->confirmed = ykt_rd_u8(rd) == 1;
	ykt_rd_copy(rd, ret_record->trip, sizeof(ret_record->trip));
	ret_record->made_ms = (int64_t)ykt_rd_u64(rd);
	(void)ykt_rd_take(rd, RECORD_BYTES - RECORD_USED);
}

static void
segment_name(uint32_t number, char name[NAME_MAX_LEN])
{
	static const char digits[] = "0123456789abcdef";

	memcpy(name, "seg-", 4);
	for (unsigned i = 0; i < 8; i++)
		name[4 + i] = digits[(number >> (28 - 4 * i)) & 15];
	name[12] = '\0';
}

enum ykt_status
segment_seal(struct validator *validator)
{
	struct state *next = &validator->next;
	uint8_t bytes[FILE_BYTES];
	struct ykt_buf buf = YKT_BUF(bytes);
	char name[NAME_MAX_LEN];
	enum ykt_status status;

	if (next->open_count == 0)
		return YKT_OK;
	if (next->tail - next->head >= SEGMENTS_MAX)
		return YKT_OVER_LIMIT;
	file_begin(&buf);
	ykt_put_u32(&buf, next->open_count);
	for (uint32_t i = 0; i < next->open_count; i++)
		segment_record_put(&buf, &next->open[i]);
	segment_name(next->tail, name);
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
segment_read(struct validator *validator, uint32_t number,
    struct tap_record records[SEGMENT_RECORDS], uint32_t *ret_count)
{
	uint8_t bytes[FILE_BYTES];
	struct ykt_buf buf = YKT_BUF(bytes);
	char name[NAME_MAX_LEN];
	struct ykt_rd rd;
	uint32_t count;
	enum ykt_status status;

	segment_name(number, name);
	status = file_read(validator, name, &buf, &rd);
	if (status != YKT_OK)
		return status == YKT_NOT_FOUND ? YKT_E_CORRUPT : status;
	count = ykt_rd_u32(&rd);
	if (count == 0 || count > SEGMENT_RECORDS)
		return YKT_E_CORRUPT;
	for (uint32_t i = 0; i < count; i++)
		segment_record_read(&rd, &records[i]);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_CORRUPT;
	*ret_count = count;
	return YKT_OK;
}

/* What cannot be removed is only litter; a node that is down is down. */
static enum ykt_status
remove_segment(struct validator *validator, uint32_t number)
{
	char name[NAME_MAX_LEN];

	segment_name(number, name);
	return ykt_file_remove(validator->options.file, name) == YKT_E_DOWN ? YKT_E_DOWN : YKT_OK;
}

enum ykt_status
segment_drop(struct validator *validator, uint32_t count)
{
	uint32_t number = validator->state.head;
	struct state *next = state_begin(validator);
	enum ykt_status status;

	next->head++;
	next->sealed -= count;
	status = state_commit(validator);
	if (status != YKT_OK)
		return status;
	return remove_segment(validator, number);
}

enum ykt_status
segment_tidy(struct validator *validator)
{
	if (validator->state.head == 0)
		return YKT_OK;
	return remove_segment(validator, validator->state.head - 1);
}
