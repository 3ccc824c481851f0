/*
 * host_sealed: what is in the file and when, and what a failure leaves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE
#include "crypto/mac.h"
#include "sealed_rig.h"

static void
test_new_file_is_zeros_private_and_of_its_size(void **state)
{
	struct scratch *scratch = *state;
	struct host_sealed *sealed = new_file(scratch);
	const struct ykt_nvm port = host_sealed_port(sealed);
	uint8_t image[SIZE], none[SIZE] = { 0 };
	struct stat info;

	assert_int_equal(port.size, SIZE);
	get_image(sealed, image);
	assert_memory_equal(image, none, SIZE);
	assert_false(host_sealed_was_cut(sealed));
	assert_int_equal(stat(scratch->path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_int_equal(info.st_size, FILE_LEN);
	assert_int_equal(scratch_count(scratch), 1);
	assert_status(host_sealed_create(&options, scratch->path, SIZE, LOG), YKT_CONFLICT);
	host_sealed_close(&sealed);
	assert_null(sealed);
	host_sealed_close(&sealed);
}

static void
test_one_write_and_one_sync_and_nothing_readable(void **state)
{
	struct scratch *scratch = *state;
	static uint8_t before[FILE_LEN], after[FILE_LEN];
	struct host_sealed *sealed = new_file(scratch);
	static const char secret[] = "the key of the purse of somebody";
	const struct ykt_nvm port = host_sealed_port(sealed);
	uint8_t image[SIZE];

	get_file(scratch, before);
	assert_status(host_sealed_sync(sealed), YKT_OK);
	assert_int_equal(pwrites + fdatasyncs, 0);
	assert_status(ykt_nvm_write(&port, 100, (const uint8_t *)secret, sizeof(secret)), YKT_OK);
	fill(sealed, 900, 7, 10);
	get_file(scratch, after);
	assert_memory_equal(before, after, FILE_LEN);
	assert_status(host_sealed_sync(sealed), YKT_OK);
	assert_int_equal(pwrites, 1);
	assert_int_equal(fdatasyncs, 1);
	host_sealed_close(&sealed);
	get_file(scratch, after);
	for (size_t i = 0; i + 8 <= FILE_LEN; i++)
		assert_memory_not_equal(after + i, secret, 8);
	sealed = open_file(scratch);
	assert_false(host_sealed_was_cut(sealed));
	get_image(sealed, image);
	assert_memory_equal(image + 100, secret, sizeof(secret));
	assert_int_equal(image[909], 7);
	host_sealed_close(&sealed);
}

/* The same change twice is other bytes each time: nobody sees that it is the same. */
static void
test_equal_changes_look_different(void **state)
{
	struct scratch *scratch = *state;
	static uint8_t bytes[FILE_LEN];
	struct host_sealed *sealed = new_file(scratch);
	const uint8_t *first = bytes + SEAL_HEADER_LEN + 1536;

	for (int i = 0; i < 2; i++) {
		fill(sealed, 5, 9, 20);
		assert_status(host_sealed_sync(sealed), YKT_OK);
	}
	get_file(scratch, bytes);
	assert_memory_equal(first, first + 512, 512);
	assert_memory_not_equal(first + 64, first + 1024 + 64, 64);
	host_sealed_close(&sealed);
}

/* Many more commits than the log has room for, now and then opened anew. */
static void
test_it_moves_from_area_to_area(void **state)
{
	struct scratch *scratch = *state;
	struct host_sealed *sealed = new_file(scratch);
	uint8_t expected[SIZE] = { 0 };
	uint8_t image[SIZE];

	for (unsigned i = 0; i < 100; i++) {
		const uint32_t len = 1 + i * 37 % 900;
		const uint32_t off = i * 61 % (SIZE - len);

		fill(sealed, off, (uint8_t)(i + 1), len);
		memset(expected + off, (int)(i + 1), len);
		assert_status(host_sealed_sync(sealed), YKT_OK);
		if (i % 7 == 0) {
			host_sealed_close(&sealed);
			sealed = open_file(scratch);
			assert_false(host_sealed_was_cut(sealed));
			get_image(sealed, image);
			assert_memory_equal(image, expected, SIZE);
		}
	}
	host_sealed_close(&sealed);
}

/* Puts the frame of a change where the log begins, filled up as version 1 did: enciphered. */
static void
put_old_change(struct scratch *scratch, const struct seal_keys *keys, struct seal_chain *chain)
{
	static const uint8_t change[] = { 0, 0, 0, 5, 0, 0, 0, 4, 'o', 'l', 'd', '!' };
	struct seal_stream stream = { .random = &rng };
	uint8_t pair[2][SEAL_SECTOR] = { 0 };
	const struct ykt_bytes parts[] = { YKT_BYTES(chain->mac), ykt_bytes(pair[0], 32),
		ykt_bytes(pair[0] + SEAL_HEAD_LEN, SEAL_AHEAD_LEN) };
	struct seal_chain next = *chain;
	static uint8_t file[FILE_LEN];

	memcpy(pair[0] + SEAL_HEAD_LEN, change, sizeof(change));
	assert_status(seal_frame_close(crypto, keys, &stream, SEAL_CHANGES, chain->mac,
			  SEAL_AHEAD_LEN, pair[0], &next),
	    YKT_OK);
	ykt_set_u32(pair[0] + 8, sizeof(change));
	assert_status(crypto_hmac_sm3(
			  crypto, YKT_BYTES(keys->mac), parts, YKT_ARRAY_LEN(parts), pair[0] + 32),
	    YKT_OK);
	memcpy(pair[1], pair[0], SEAL_SECTOR);
	get_file(scratch, file);
	memcpy(file + SEAL_HEADER_LEN + 1536, pair, sizeof(pair));
	put_file(scratch, file, FILE_LEN);
}

/* What an older program wrote is read, and all that follows is what that one reads. */
static void
test_a_file_of_version_1_goes_on(void **state)
{
	struct scratch *scratch = *state;
	static uint8_t bytes[FILE_LEN];
	struct seal_keys keys;
	struct seal_chain chain;
	struct host_sealed *sealed;
	uint8_t image[SIZE];

	put_version_1(scratch, &keys, &chain);
	put_old_change(scratch, &keys, &chain);
	sealed = open_file(scratch);
	assert_false(host_sealed_was_cut(sealed));
	get_image(sealed, image);
	assert_memory_equal(image, "\0\0\0\0\0old!\0", 10);
	for (unsigned i = 0; i < 20; i++) {
		fill(sealed, i, (uint8_t)(i + 1), 700);
		assert_status(host_sealed_sync(sealed), YKT_OK);
		host_sealed_close(&sealed);
		sealed = open_file(scratch);
		assert_false(host_sealed_was_cut(sealed));
		get_image(sealed, image);
		assert_int_equal(image[i], i + 1);
		assert_int_equal(image[i + 699], i + 1);
	}
	host_sealed_close(&sealed);
	get_file(scratch, bytes);
	assert_int_equal(ykt_get_u16(bytes + 8), SEAL_VERSION_1);
}

static void
test_a_write_that_fails_is_tried_again(void **state)
{
	struct scratch *scratch = *state;
	struct host_sealed *sealed = new_file(scratch);
	uint8_t image[SIZE];

	for (unsigned i = 0; i < 12; i++) {
		fill(sealed, i, (uint8_t)(i + 1), 700);
		pwrite_error = EIO;
		assert_status(host_sealed_sync(sealed), YKT_E_FILE);
		assert_status(host_sealed_sync(sealed), YKT_E_FILE);
		pwrite_error = 0;
		assert_status(host_sealed_sync(sealed), YKT_OK);
		host_sealed_close(&sealed);
		sealed = open_file(scratch);
		get_image(sealed, image);
		assert_int_equal(image[i], i + 1);
		assert_int_equal(image[i + 699], i + 1);
		assert_false(host_sealed_was_cut(sealed));
	}
	host_sealed_close(&sealed);
}

static enum ykt_status
no_random(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	(void)out;
	(void)len;

	return YKT_E_RANDOM;
}

static void
test_without_randomness_nothing_is_written(void **state)
{
	struct scratch *scratch = *state;
	struct host_sealed *sealed = new_file(scratch);
	static uint8_t before[FILE_LEN], after[FILE_LEN];

	get_file(scratch, before);
	rng = (struct ykt_random){ NULL, no_random };
	fill(sealed, 0, 1, 1);
	assert_status(host_sealed_sync(sealed), YKT_E_RANDOM);
	get_file(scratch, after);
	assert_memory_equal(before, after, FILE_LEN);
	assert_status(
	    host_sealed_create(&options, scratch_path(scratch, "more"), SIZE, LOG), YKT_E_RANDOM);
	assert_int_equal(scratch_count(scratch), 1);
	rng = host_random();
	assert_status(host_sealed_sync(sealed), YKT_OK);
	host_sealed_close(&sealed);
}

static void
test_one_at_a_time(void **state)
{
	struct scratch *scratch = *state;
	struct host_sealed *sealed = new_file(scratch);
	struct host_sealed *second = NULL;

	assert_status(host_sealed_open(&options, scratch->path, &second), YKT_BUSY);
	host_sealed_close(&sealed);
	assert_int_equal(chmod(scratch->path, 0644), 0);
	assert_status(host_sealed_open(&options, scratch->path, &second), YKT_E_FILE);
	assert_null(second);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_new_file_is_zeros_private_and_of_its_size),
		T(test_one_write_and_one_sync_and_nothing_readable),
		T(test_equal_changes_look_different),
		T(test_it_moves_from_area_to_area),
		T(test_a_file_of_version_1_goes_on),
		T(test_a_write_that_fails_is_tried_again),
		T(test_without_randomness_nothing_is_written),
		T(test_one_at_a_time),
	};

	return run_sealed("host: sealed", tests, YKT_ARRAY_LEN(tests));
}
