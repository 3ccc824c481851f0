/*
 * The durable state: a small file that every tap replaces, and sealed segments
 * of settled records that wait for upload. Each ends in an SM3 digest.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "crypto/digest.h"
#include "validator/internal.h"

#define MAGIC        0x594B5456u /* "YKTV" */
#define VERSION      1
#define RECORD_BYTES 112
#define HEAD_BYTES   28
#define FILE_BYTES   (HEAD_BYTES + (TORN_MAX + SEGMENT_RECORDS) * RECORD_BYTES + CRYPTO_DIGEST_LEN)
#define NAME_STATE   "state"
#define NAME_MAX_LEN 16

static void
record_put(struct ykt_buf *out, const struct tap_record *record)
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
	ykt_put_fill(out, 0, RECORD_BYTES - 103);
}

static void
record_read(struct ykt_rd *rd, struct tap_record *ret_record)
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
	(void)ykt_rd_take(rd, RECORD_BYTES - 103);
}

static enum ykt_status
file_write(struct validator *validator, const char *name, struct ykt_buf *buf)
{
	const struct ykt_bytes body = ykt_buf_view(buf);
	uint8_t digest[CRYPTO_DIGEST_LEN];
	enum ykt_status status = crypto_sm3(validator->options.crypto, &body, 1, digest);

	if (status != YKT_OK)
		return status;
	ykt_put(buf, YKT_BYTES(digest));
	status = ykt_buf_done(buf);
	if (status != YKT_OK)
		return status;
	return ykt_file_write(validator->options.file, name, ykt_buf_view(buf));
}

/* *ret_body is the part before the digest, inside bytes. YKT_E_CORRUPT. */
static enum ykt_status
file_read(struct validator *validator, const char *name, uint8_t bytes[FILE_BYTES],
    struct ykt_rd *ret_body)
{
	struct ykt_buf buf = { .data = bytes, .cap = FILE_BYTES };
	uint8_t digest[CRYPTO_DIGEST_LEN];
	struct ykt_bytes body;
	enum ykt_status status = ykt_file_read(validator->options.file, name, &buf);

	if (status == YKT_E_SPACE || (status == YKT_OK && buf.len < sizeof(digest)))
		return YKT_E_CORRUPT;
	if (status != YKT_OK)
		return status;
	body = ykt_bytes(bytes, buf.len - sizeof(digest));
	status = crypto_sm3(validator->options.crypto, &body, 1, digest);
	if (status != YKT_OK)
		return status;
	if (!ykt_ct_equal(digest, bytes + body.len, sizeof(digest)))
		return YKT_E_CORRUPT;
	*ret_body = ykt_rd(body);
	if (ykt_rd_u32(ret_body) != MAGIC || ykt_rd_u32(ret_body) != VERSION)
		return YKT_E_CORRUPT;
	return YKT_OK;
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

	ykt_put_u32(&buf, MAGIC);
	ykt_put_u32(&buf, VERSION);
	ykt_put_u32(&buf, next->head);
	ykt_put_u32(&buf, next->tail);
	ykt_put_u32(&buf, next->sealed);
	ykt_put_u32(&buf, next->torn_count);
	ykt_put_u32(&buf, next->open_count);
	for (uint32_t i = 0; i < next->torn_count; i++)
		record_put(&buf, &next->torn[i]);
	for (uint32_t i = 0; i < next->open_count; i++)
		record_put(&buf, &next->open[i]);
	status = file_write(validator, NAME_STATE, &buf);
	if (status == YKT_OK)
		validator->state = *next;
	return status;
}

enum ykt_status
state_load(struct validator *validator)
{
	struct state *next = &validator->next;
	uint8_t bytes[FILE_BYTES];
	struct ykt_rd rd;
	enum ykt_status status = file_read(validator, NAME_STATE, bytes, &rd);

	if (status == YKT_NOT_FOUND)
		return YKT_OK;
	if (status != YKT_OK)
		return status;
	*next = (struct state){ 0 };
	next->head = ykt_rd_u32(&rd);
	next->tail = ykt_rd_u32(&rd);
	next->sealed = ykt_rd_u32(&rd);
	next->torn_count = ykt_rd_u32(&rd);
	next->open_count = ykt_rd_u32(&rd);
	if (next->torn_count > TORN_MAX || next->open_count > SEGMENT_RECORDS ||
	    next->tail - next->head > SEGMENTS_MAX)
		return YKT_E_CORRUPT;
	for (uint32_t i = 0; i < next->torn_count; i++)
		record_read(&rd, &next->torn[i]);
	for (uint32_t i = 0; i < next->open_count; i++)
		record_read(&rd, &next->open[i]);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_CORRUPT;
	validator->state = *next;
	return YKT_OK;
}

enum ykt_status
state_seal(struct validator *validator)
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
	ykt_put_u32(&buf, MAGIC);
	ykt_put_u32(&buf, VERSION);
	ykt_put_u32(&buf, next->open_count);
	for (uint32_t i = 0; i < next->open_count; i++)
		record_put(&buf, &next->open[i]);
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
state_queue(struct validator *validator, const struct tap_record *record)
{
	struct state *next = &validator->next;

	if (next->open_count == SEGMENT_RECORDS) {
		enum ykt_status status = state_seal(validator);

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

enum ykt_status
state_segment(struct validator *validator, uint32_t number,
    struct tap_record records[SEGMENT_RECORDS], uint32_t *ret_count)
{
	uint8_t bytes[FILE_BYTES];
	char name[NAME_MAX_LEN];
	struct ykt_rd rd;
	uint32_t count;
	enum ykt_status status;

	segment_name(number, name);
	status = file_read(validator, name, bytes, &rd);
	if (status != YKT_OK)
		return status;
	count = ykt_rd_u32(&rd);
	if (count == 0 || count > SEGMENT_RECORDS)
		return YKT_E_CORRUPT;
	for (uint32_t i = 0; i < count; i++)
		record_read(&rd, &records[i]);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_CORRUPT;
	*ret_count = count;
	return YKT_OK;
}

enum ykt_status
state_segment_drop(struct validator *validator, uint32_t count)
{
	uint32_t number = validator->state.head;
	struct state *next = state_begin(validator);
	char name[NAME_MAX_LEN];
	enum ykt_status status;

	next->head++;
	next->sealed -= count;
	status = state_commit(validator);
	if (status != YKT_OK)
		return status;
	segment_name(number, name);
	/* Durable already: a file that stays behind is only litter. */
	if (ykt_file_remove(validator->options.file, name) == YKT_E_DOWN)
		return YKT_E_DOWN;
	return YKT_OK;
}

bool
state_full(const struct validator *validator)
{
	return validator->state.tail - validator->state.head >= SEGMENTS_MAX &&
	       validator->state.open_count + validator->state.torn_count >= SEGMENT_RECORDS - 1;
}
