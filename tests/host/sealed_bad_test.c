/*
 * host_sealed: files that are none, every bit of one that is, every power cut.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE
#include "sealed_rig.h"

static void
expect_every_byte_counts(struct scratch *scratch)
{
	static uint8_t good[FILE_LEN], bad[FILE_LEN], now[FILE_LEN];
	uint8_t expected[SIZE], image[SIZE];
	struct host_sealed *sealed;
	unsigned harmless = 0;

	get_file(scratch, good);
	sealed = open_file(scratch);
	get_image(sealed, expected);
	host_sealed_close(&sealed);
	for (size_t at = 0; at < FILE_LEN; at++) {
		enum ykt_status status;

		memcpy(bad, good, FILE_LEN);
		bad[at] ^= (uint8_t)(1u << at % 8);
		put_file(scratch, bad, FILE_LEN);
		status = host_sealed_open(&options, scratch_path(scratch, "card"), &sealed);
		if (status == YKT_OK) {
			/* In the zeros behind the log, or of the other half: said, and nothing lost. */
			assert_true(host_sealed_was_cut(sealed));
			get_image(sealed, image);
			assert_memory_equal(image, expected, SIZE);
			assert_int_equal(good[at], 0);
			assert_true(at >= SEAL_HEADER_LEN + 1536 + 6 * SEAL_SECTOR);
			harmless++;
			host_sealed_close(&sealed);
			continue;
		}
		assert_true(
		    status == YKT_E_CORRUPT ||
		    (at < SEAL_HEADER_LEN &&
			(status == YKT_E_MAC || status == YKT_E_FORMAT || status == YKT_MISMATCH)));
		assert_null(sealed);
		/* Nothing was written to it. */
		get_file(scratch, now);
		assert_memory_equal(now, bad, FILE_LEN);
	}
	/* But for the first sector of them, which no cut writes alone. */
	assert_in_range(harmless, FILE_LEN - SEAL_HEADER_LEN - 1536 - 7 * SEAL_SECTOR,
	    FILE_LEN - SEAL_HEADER_LEN - 1536 - 6 * SEAL_SECTOR);
	put_file(scratch, good, FILE_LEN);
}

static void
test_every_byte_counts(void **state)
{
	busy_file(*state, 0);
	expect_every_byte_counts(*state);
}

static void
test_every_byte_of_version_1_counts(void **state)
{
	struct seal_keys keys;
	struct seal_chain chain;

	put_version_1(*state, &keys, &chain);
	make_busy(open_file(*state), 0);
	expect_every_byte_counts(*state);
}

static void
test_files_that_are_none(void **state)
{
	struct scratch *scratch = *state;
	static uint8_t good[FILE_LEN + SEAL_SECTOR], bad[FILE_LEN];
	static const size_t lens[] = { 0, 1, 511, 4095, 4096, 4608, FILE_LEN - 1,
		FILE_LEN - SEAL_SECTOR, FILE_LEN + 1, FILE_LEN + SEAL_SECTOR };
	struct host_sealed *sealed = NULL;
	uint8_t other[SEAL_KEY_LEN] = "another-seal-key";

	busy_file(scratch, 1);
	get_file(scratch, good);
	for (size_t i = 0; i < YKT_ARRAY_LEN(lens); i++) {
		put_file(scratch, good, lens[i]);
		assert_status(host_sealed_open(&options, scratch_path(scratch, "card"), &sealed),
		    lens[i] < 4096 ? YKT_E_FORMAT : YKT_E_CORRUPT);
	}
	memset(bad, 0, sizeof(bad));
	put_file(scratch, bad, FILE_LEN);
	assert_status(host_sealed_open(&options, scratch->path, &sealed), YKT_E_FORMAT);
	memcpy(bad, good, FILE_LEN);
	for (unsigned version = 0; version < 4; version++) {
		bad[9] = (uint8_t)version;
		put_file(scratch, bad, FILE_LEN);
		/* Under the version before, its header has another MAC. */
		if (version != SEAL_VERSION)
			assert_status(host_sealed_open(&options, scratch->path, &sealed),
			    version == SEAL_VERSION_1 ? YKT_E_MAC : YKT_MISMATCH);
	}
	/* Nothing in either half. */
	memcpy(bad, good, FILE_LEN);
	memset(bad + SEAL_HEADER_LEN, 0, 2 * AREA);
	put_file(scratch, bad, FILE_LEN);
	assert_status(host_sealed_open(&options, scratch->path, &sealed), YKT_E_CORRUPT);
	put_file(scratch, good, FILE_LEN);
	options.key = other;
	assert_status(host_sealed_open(&options, scratch->path, &sealed), YKT_E_MAC);
	assert_null(sealed);
	assert_status(
	    host_sealed_open(&options, scratch_path(scratch, "none"), &sealed), YKT_NOT_FOUND);
	assert_int_equal(scratch_count(scratch), 1);
}

/* A frame of an earlier time is no frame of a later one, though its seal is good. */
static void
test_frames_of_another_place_or_time(void **state)
{
	struct scratch *scratch = *state;
	static uint8_t good[FILE_LEN], bad[FILE_LEN];
	uint8_t *log = bad + SEAL_HEADER_LEN + 1536;
	struct host_sealed *sealed = new_file(scratch);

	for (unsigned i = 0; i < 3; i++) {
		fill(sealed, 4 * i, (uint8_t)(i + 1), 4);
		assert_status(host_sealed_sync(sealed), YKT_OK);
	}
	host_sealed_close(&sealed);
	get_file(scratch, good);
	/* The second before the first; the third dropped and the first again; one left out. */
	memcpy(bad, good, FILE_LEN);
	memcpy(log, log + 1024, 1024);
	put_file(scratch, bad, FILE_LEN);
	assert_status(host_sealed_open(&options, scratch->path, &sealed), YKT_E_CORRUPT);
	memcpy(bad, good, FILE_LEN);
	memcpy(log + 2048, log, 1024);
	put_file(scratch, bad, FILE_LEN);
	assert_status(host_sealed_open(&options, scratch->path, &sealed), YKT_E_CORRUPT);
	memcpy(bad, good, FILE_LEN);
	memset(log + 1024, 0, 1024);
	put_file(scratch, bad, FILE_LEN);
	assert_status(host_sealed_open(&options, scratch->path, &sealed), YKT_E_CORRUPT);
}

/* Opens what a cut left, whose image must be old or new, and goes on from there. */
static void
expect_goes_on(
    struct scratch *scratch, const uint8_t *file, const uint8_t old[SIZE], const uint8_t new[SIZE])
{
	struct host_sealed *sealed;
	uint8_t image[SIZE], again[SIZE];

	put_file(scratch, file, FILE_LEN);
	sealed = open_file(scratch);
	get_image(sealed, image);
	assert_true(memcmp(image, old, SIZE) == 0 || memcmp(image, new, SIZE) == 0);
	fill(sealed, 1000, 0xEE, 3);
	assert_status(host_sealed_sync(sealed), YKT_OK);
	get_image(sealed, image);
	host_sealed_close(&sealed);
	sealed = open_file(scratch);
	assert_false(host_sealed_was_cut(sealed));
	get_image(sealed, again);
	assert_memory_equal(image, again, SIZE);
	host_sealed_close(&sealed);
}

/* Every choice of sectors that a power cut may have written of one commit. */
static void
test_a_commit_cut_anywhere(void **state)
{
	struct scratch *scratch = *state;
	static uint8_t before[FILE_LEN], after[FILE_LEN], cut[FILE_LEN];
	uint8_t old[SIZE], new[SIZE];
	size_t changed[16];
	unsigned count = 0;
	struct host_sealed *sealed;

	busy_file(scratch, 0);
	get_file(scratch, before);
	sealed = open_file(scratch);
	get_image(sealed, old);
	fill(sealed, 0, 0x5A, 900);
	get_image(sealed, new);
	assert_status(host_sealed_sync(sealed), YKT_OK);
	host_sealed_close(&sealed);
	get_file(scratch, after);
	for (size_t i = 0; i < SECTORS; i++)
		if (memcmp(before + i * SEAL_SECTOR, after + i * SEAL_SECTOR, SEAL_SECTOR) != 0)
			changed[count++] = i;
	assert_int_equal(count, 4);
	for (unsigned choice = 0; choice < 1u << count; choice++) {
		memcpy(cut, before, FILE_LEN);
		for (unsigned i = 0; i < count; i++)
			if ((choice >> i & 1) != 0)
				memcpy(cut + changed[i] * SEAL_SECTOR,
				    after + changed[i] * SEAL_SECTOR, SEAL_SECTOR);
		expect_goes_on(scratch, cut, old, new);
	}
}

/* The first half of the move writes one area, the second makes the other zeros. */
static void
test_a_move_cut_anywhere(void **state)
{
	struct scratch *scratch = *state;
	static uint8_t before[FILE_LEN], after[FILE_LEN], cut[FILE_LEN];
	const size_t first = SEAL_HEADER_LEN / SEAL_SECTOR;
	const size_t second = first + AREA / SEAL_SECTOR;
	uint8_t old[SIZE], new[SIZE];
	struct host_sealed *sealed = NULL;
	uint32_t dice = 1;

	busy_file(scratch, 0);
	sealed = open_file(scratch);
	fill(sealed, 0, 0x66, 900);
	assert_status(host_sealed_sync(sealed), YKT_OK);
	get_file(scratch, before);
	get_image(sealed, old);
	fdatasyncs = 0;
	/* More than is left of the log. */
	fill(sealed, 0, 0x77, SIZE);
	get_image(sealed, new);
	assert_status(host_sealed_sync(sealed), YKT_OK);
	assert_int_equal(fdatasyncs, 2);
	host_sealed_close(&sealed);
	get_file(scratch, after);
	for (unsigned round = 0; round < 200; round++) {
		const bool cleaning = round % 2 == 1;

		memcpy(cut, before, FILE_LEN);
		for (size_t i = first; i < SECTORS; i++) {
			const bool snapshot = i >= second;

			dice = dice * 1103515245 + 12345;
			if (snapshot ? cleaning || (dice >> 16 & 1) != 0
				     : cleaning && (dice >> 16 & 1) != 0)
				memcpy(cut + i * SEAL_SECTOR, after + i * SEAL_SECTOR, SEAL_SECTOR);
		}
		expect_goes_on(scratch, cut, cleaning ? new : old, new);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_every_byte_counts),
		T(test_every_byte_of_version_1_counts),
		T(test_files_that_are_none),
		T(test_frames_of_another_place_or_time),
		T(test_a_commit_cut_anywhere),
		T(test_a_move_cut_anywhere),
	};

	return run_sealed("host: sealed_bad", tests, YKT_ARRAY_LEN(tests));
}
