/*
 * The readers of a validator's files: state_load(), queue_head(), rides_load()
 * and params_load() behind validator_new() and validator_upload().
 *
 * The first byte says which file the rest is and whether a good digest is put
 * behind it. What is believed must keep its bounds and come back the same when
 * it is written and read again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench.h"
#include "crypto/digest.h"

#define PICK_FILE   0x07 /* 0 state, 1 segment, 2 parameters, 3 rides by code, 4 their segment */
#define PICK_DIGEST 0x80

static enum ykt_status
psam_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	(void)ctx;
	(void)cmd;
	(void)deadline_mono_ms;
	ykt_put_mem(rsp, "\x31\0\0\0\0\1\x90\0", 8);
	return YKT_OK;
}

static const struct ykt_se psam = { .transceive = psam_transceive };

static void
put_file(const char *name, struct ykt_bytes content, bool digest)
{
	struct bench_file *file = bench_find("");

	memcpy(file->name, name, strlen(name) + 1);
	memcpy(file->bytes, content.data, content.len);
	file->len = content.len;
	if (!digest)
		return;
	if (crypto_sm3(bench_crypto, &content, 1, file->bytes + content.len) != YKT_OK)
		abort();
	file->len += CRYPTO_DIGEST_LEN;
}

static void
check_state(struct validator *validator, const struct validator_options *options)
{
	const struct state before = validator->state;
	struct validator *again = NULL;

	assert(before.torn_count <= TORN_MAX && before.queue.open_count <= QUEUE_SEGMENT);
	assert(before.queue.tail - before.queue.head <= QUEUE_SEGMENTS_MAX);
	assert(validator_waiting(validator) <= 2 * (QUEUE_SEGMENTS_MAX + 1) * QUEUE_SEGMENT);
	(void)state_begin(validator);
	assert(state_commit(validator) == YKT_OK);
	assert(validator_new(options, &again) == YKT_OK);
	assert(again->state.torn_count == before.torn_count);
	assert(again->state.queue.open_count == before.queue.open_count);
	for (uint32_t i = 0; i < before.torn_count; i++)
		assert(again->state.torn[i].terminal_seq == before.torn[i].terminal_seq);
	again->last_kept = false; /* nothing to keep at its end */
	validator_free(&again);
}

static void
check_rides(struct validator *validator, const struct validator_options *options)
{
	static struct ride_state before;
	struct validator *again = NULL;

	before = validator->rides;
	assert(before.queue.open_count <= QUEUE_SEGMENT && before.seen_count <= RIDES_SEEN_MAX);
	assert(before.queue.tail - before.queue.head <= QUEUE_SEGMENTS_MAX);
	for (uint32_t i = 0; i < before.queue.open_count; i++)
		assert(before.open[i].code_len <= CODE_QR_MAX);
	(void)rides_begin(validator);
	assert(rides_commit(validator) == YKT_OK);
	assert(validator_new(options, &again) == YKT_OK);
	assert(memcmp(&again->rides, &before, sizeof(before)) == 0);
	again->rides_last_kept = false; /* nothing to keep at its end */
	validator_free(&again);
}

static void
check_segment(struct validator *validator)
{
	struct tap_record records[QUEUE_SEGMENT];
	struct ride rides[QUEUE_SEGMENT];
	uint32_t count = 77;

	/* Whatever the state says, these are asked for. */
	validator->state.queue = (struct queue){ .tail = 1, .sealed = 1 };
	validator->rides.queue = validator->state.queue;
	if (queue_head(validator, &queue_taps, records, &count) == YKT_OK)
		assert(count > 0 && count <= QUEUE_SEGMENT);
	else
		assert(count == 77);
	count = 77;
	if (queue_head(validator, &queue_rides, rides, &count) == YKT_OK)
		assert(count > 0 && count <= QUEUE_SEGMENT &&
		       rides[count - 1].code_len <= CODE_QR_MAX);
	else
		assert(count == 77);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const names[] = { "state", "seg-00000000", "params", "rides",
		"ride-00000000" };
	struct validator_options options = bench_options(VALIDATOR_BUS, &psam);
	struct validator *validator = NULL;
	enum ykt_status status;
	unsigned which;

	if (len == 0 || len > BENCH_BYTES - CRYPTO_DIGEST_LEN)
		return 0;
	which = data[0] & PICK_FILE;
	if (which >= YKT_ARRAY_LEN(names))
		return 0;
	put_file(names[which], ykt_bytes(data + 1, len - 1), (data[0] & PICK_DIGEST) != 0);
	status = validator_new(&options, &validator);
	if (status == YKT_OK) {
		check_state(validator, &options);
		check_rides(validator, &options);
		check_segment(validator);
		/* Nobody has the key that would make parameters good. */
		assert(validator_params_version(validator) == 0);
	} else {
		assert(validator == NULL);
		assert(status == YKT_E_CORRUPT || status == YKT_MISMATCH || status == YKT_E_MAC ||
		       status == YKT_E_CRYPTO || status == YKT_E_FORMAT);
	}
	validator_free(&validator);
	return 0;
}
