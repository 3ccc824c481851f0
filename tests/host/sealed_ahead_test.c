/*
 * host_sealed: work that is done before there is anything to write. It shows
 * nowhere, least of all as a keystream that is used twice.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE
#include "sealed_rig.h"

#define STEPS     (SEAL_AHEAD_LEN / SEAL_AHEAD_STEP)
#define SMALLER   3                        /* for what SMALL_LEN takes */
#define FIRST     (SEAL_HEADER_LEN + 1536) /* the log of the first area */
#define PAIR      (2 * SEAL_SECTOR)
#define COUNTER   16 /* in a frame */
#define SMALL_LEN 300
#define LARGE_LEN 600 /* of two sectors */

static enum ykt_status
fixed_fill(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	/* The counter runs over its low half in the middle of a frame. */
	memset(out, 0xFF, len);
	out[len - 1] = 0xF3;

	return YKT_OK;
}

static enum ykt_status
no_random(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	(void)out;
	(void)len;

	return YKT_E_RANDOM;
}

static unsigned
get_ahead(struct host_sealed *sealed)
{
	unsigned steps = 0;

	while (host_sealed_ahead(sealed))
		steps++;

	return steps;
}

static void
sync_fill(struct host_sealed *sealed, uint8_t value, uint32_t len)
{
	fill(sealed, 5, value, len);
	assert_status(host_sealed_sync(sealed), YKT_OK);
}

/* A frame of the same content under the same counter block, with some or all of it ahead. */
static void
expect_same_frames(size_t payload_len)
{
	const struct ykt_random fixed = { NULL, fixed_fill };
	const struct seal_keys keys = { .enc = { 1, 2, 3 }, .mac = { 4, 5, 6 } };
	uint8_t frames[STEPS + 1][2 * SEAL_SECTOR], payload[LARGE_LEN], none[LARGE_LEN] = { 0 };
	const size_t len = seal_frame_len(payload_len);

	memset(payload, 0xA5, sizeof(payload));
	for (unsigned steps = 0; steps <= STEPS; steps++) {
		struct seal_stream stream = { .random = &fixed };
		struct seal_chain chain = { .number = 8 };
		bool done = false;

		for (unsigned i = 0; i < steps; i++)
			assert_status(seal_ahead(crypto, &keys, &stream, &done), YKT_OK);
		assert_int_equal(stream.ahead, steps * SEAL_AHEAD_STEP);
		memcpy(frames[steps] + SEAL_HEAD_LEN, payload, payload_len);
		assert_status(seal_frame_close(crypto, &keys, &stream, SEAL_CHANGES, chain.mac,
				  payload_len, frames[steps], &chain),
		    YKT_OK);
		assert_int_equal(chain.number, 9);
		assert_int_equal(stream.ahead, 0);
		assert_memory_equal(stream.bytes, none, sizeof(stream.bytes));
		assert_memory_equal(frames[0], frames[steps], len);
	}
	for (size_t at = 0; at + 16 <= payload_len; at += 16)
		assert_memory_not_equal(frames[0] + SEAL_HEAD_LEN + at, payload, 16);
	for (size_t at = SEAL_HEAD_LEN + payload_len; at < len; at++)
		assert_int_equal(frames[0][at], 0xFF);
}

static void
test_a_frame_is_the_same_bytes_at_once_and_ahead(void **state)
{
	static const size_t lens[] = { 1, 15, 16, SEAL_AHEAD_STEP, 300, SEAL_AHEAD_LEN,
		SEAL_AHEAD_LEN + 1, LARGE_LEN };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(lens); i++)
		expect_same_frames(lens[i]);
}

/* What a frame before did not take is not taken by the next one. */
static void
test_as_much_is_ahead_as_is_usual(void **state)
{
	struct scratch *scratch = *state;
	struct host_sealed *sealed = new_file(scratch);

	assert_int_equal(get_ahead(sealed), STEPS);
	sync_fill(sealed, 1, SMALL_LEN);
	assert_int_equal(get_ahead(sealed), SMALLER);
	sync_fill(sealed, 2, 1);
	assert_int_equal(get_ahead(sealed), 1);
	sync_fill(sealed, 3, LARGE_LEN);
	assert_int_equal(get_ahead(sealed), STEPS);
	host_sealed_close(&sealed);
}

static void
test_what_is_ahead_writes_nothing_and_is_used_once(void **state)
{
	struct scratch *scratch = *state;
	static uint8_t before[FILE_LEN], after[FILE_LEN];
	struct host_sealed *sealed = new_file(scratch);
	const uint8_t *one = after + FIRST, *two = one + PAIR;
	uint8_t image[SIZE];

	get_file(scratch, before);
	assert_int_equal(get_ahead(sealed), STEPS);
	assert_int_equal(get_ahead(sealed), 0);
	assert_status(host_sealed_sync(sealed), YKT_OK);
	assert_int_equal(pwrites + fdatasyncs, 0);
	get_file(scratch, after);
	assert_memory_equal(before, after, FILE_LEN);

	/* The same change twice: another counter block, and other bytes. */
	sync_fill(sealed, 9, SMALL_LEN);
	assert_int_equal(pwrites, 1);
	assert_int_equal(fdatasyncs, 1);
	assert_int_equal(get_ahead(sealed), SMALLER);
	sync_fill(sealed, 9, SMALL_LEN);
	get_file(scratch, after);
	assert_memory_equal(two, two + SEAL_SECTOR, SEAL_SECTOR);
	assert_memory_not_equal(one + COUNTER, two + COUNTER, 16);
	assert_memory_not_equal(one + SEAL_HEAD_LEN, two + SEAL_HEAD_LEN, 16);
	host_sealed_close(&sealed);
	sealed = open_file(scratch);
	assert_false(host_sealed_was_cut(sealed));
	get_image(sealed, image);
	assert_int_equal(image[5], 9);
	host_sealed_close(&sealed);
}

/* Some of it, all of it or none, before frames of one sector, of two, and snapshots. */
static void
test_every_frame_opens_however_far_ahead_it_was(void **state)
{
	struct scratch *scratch = *state;
	struct host_sealed *sealed = new_file(scratch);
	uint8_t image[SIZE], expected[SIZE] = { 0 };

	for (unsigned i = 0; i < 60; i++) {
		const uint32_t len = i % 3 == 0 ? LARGE_LEN : SMALL_LEN;

		for (unsigned steps = i % (STEPS + 2); steps > 0; steps--)
			(void)host_sealed_ahead(sealed);
		sync_fill(sealed, (uint8_t)(i + 1), len);
		memset(expected + 5, (int)(i + 1), len);
		if (i % 5 != 0)
			continue;
		host_sealed_close(&sealed);
		sealed = open_file(scratch);
		assert_false(host_sealed_was_cut(sealed));
		get_image(sealed, image);
		assert_memory_equal(image, expected, SIZE);
	}
	host_sealed_close(&sealed);
}

/* A frame that was not written took its keystream with it. */
static void
test_a_write_that_failed_has_used_it_up(void **state)
{
	struct scratch *scratch = *state;
	static uint8_t bytes[FILE_LEN];
	struct host_sealed *sealed = new_file(scratch);

	assert_int_equal(get_ahead(sealed), STEPS);
	fill(sealed, 5, 9, SMALL_LEN);
	pwrite_error = EIO;
	assert_status(host_sealed_sync(sealed), YKT_E_FILE);
	pwrite_error = 0;
	assert_int_equal(get_ahead(sealed), SMALLER);
	assert_status(host_sealed_sync(sealed), YKT_OK);
	host_sealed_close(&sealed);
	sealed = open_file(scratch);
	get_file(scratch, bytes);
	assert_false(host_sealed_was_cut(sealed));
	host_sealed_close(&sealed);
}

static void
test_without_randomness_nothing_is_ahead(void **state)
{
	struct scratch *scratch = *state;
	struct host_sealed *sealed = new_file(scratch);

	rng = (struct ykt_random){ NULL, no_random };
	assert_false(host_sealed_ahead(sealed));
	fill(sealed, 5, 9, SMALL_LEN);
	assert_status(host_sealed_sync(sealed), YKT_E_RANDOM);
	assert_int_equal(pwrites + fdatasyncs, 0);
	rng = host_random();
	assert_int_equal(get_ahead(sealed), STEPS);
	assert_status(host_sealed_sync(sealed), YKT_OK);
	host_sealed_close(&sealed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_frame_is_the_same_bytes_at_once_and_ahead),
		T(test_as_much_is_ahead_as_is_usual),
		T(test_what_is_ahead_writes_nothing_and_is_used_once),
		T(test_every_frame_opens_however_far_ahead_it_was),
		T(test_a_write_that_failed_has_used_it_up),
		T(test_without_randomness_nothing_is_ahead),
	};

	return run_sealed("host: sealed_ahead", tests, YKT_ARRAY_LEN(tests));
}
