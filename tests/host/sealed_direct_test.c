/*
 * host_sealed: commits past the page cache, and where that is not to be had. The
 * tests that need it pass over a file system without it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "sealed_rig.h"

#include "host/host_image.h"

#define LEN 300

static void
expect(struct scratch *scratch, const uint8_t *expected)
{
	struct host_sealed *sealed;
	uint8_t image[SIZE];

	direct = DIRECT_NONE;
	sealed = open_file(scratch);
	assert_false(host_sealed_was_cut(sealed));
	get_image(sealed, image);
	assert_memory_equal(image, expected, SIZE);
	host_sealed_close(&sealed);
}

static struct host_sealed *
new_direct(struct scratch *scratch, enum direct wanted)
{
	direct = wanted;

	return new_file(scratch);
}

/* One call a commit, and no sync beside it; moves to the other area are two. */
static void
test_a_commit_is_one_durable_write(void **state)
{
	struct scratch *scratch = *state;
	struct host_sealed *sealed = new_direct(scratch, DIRECT_REAL);
	uint8_t expected[SIZE] = { 0 };

	if (direct_fd < 0) {
		host_sealed_close(&sealed);
		skip();
	}
	assert_int_equal(fcntl(direct_fd, F_GETFL) & (O_DIRECT | O_DSYNC), O_DIRECT | O_DSYNC);
	for (unsigned i = 0; i < 3; i++) {
		fill(sealed, i, (uint8_t)(i + 1), LEN);
		memset(expected + i, (int)(i + 1), LEN);
		assert_status(host_sealed_sync(sealed), YKT_OK);
		assert_int_equal(direct_writes, i + 1);
		assert_int_equal(pwrites + fdatasyncs, 0);
	}
	for (unsigned i = 0; i < 40; i++) {
		const uint32_t len = 1 + i * 37 % 900;

		fill(sealed, i, (uint8_t)(i + 9), len);
		memset(expected + i, (int)(i + 9), len);
		assert_status(host_sealed_sync(sealed), YKT_OK);
	}
	/* The log has room for six of the shortest: more than five moves, none of them cached. */
	assert_true(direct_writes >= 43 + 5);
	assert_int_equal(pwrites + fdatasyncs, 0);
	host_sealed_close(&sealed);
	expect(scratch, expected);
}

/* Refused, or cut short: the same bytes go the usual way, and it is not tried again. */
static void
test_where_it_fails_it_is_written_and_synced(void **state)
{
	static const struct {
		enum direct direct;
		ssize_t cut;
	} rows[] = { { DIRECT_REFUSES, 0 }, { DIRECT_REAL, SEAL_SECTOR } };
	struct scratch *scratch = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct host_sealed *sealed = new_direct(scratch, rows[i].direct);
		uint8_t expected[SIZE] = { 0 };
		const bool there = direct_fd >= 0;

		direct_cut = rows[i].cut;
		for (unsigned k = 0; k < 3; k++) {
			fill(sealed, 10 * k, 7, LEN);
			memset(expected + 10 * k, 7, LEN);
			assert_status(host_sealed_sync(sealed), YKT_OK);
			assert_int_equal(direct_writes, there ? 1 : 0);
			assert_int_equal(fdatasyncs, k + 1);
			assert_int_equal(pwrites, k + 1);
			/* The descriptor is closed: another file may have its number now. */
			direct_fd = -1;
		}
		host_sealed_close(&sealed);
		expect(scratch, expected);
		assert_int_equal(unlink(scratch_path(scratch, "card")), 0);
	}
}

/* A call that takes less than it was given is made again for the rest, moves too. */
static void
test_a_short_write_is_finished(void **state)
{
	struct scratch *scratch = *state;
	struct host_sealed *sealed = new_direct(scratch, DIRECT_NONE);
	uint8_t expected[SIZE] = { 0 };

	pwritev_short = true;
	for (unsigned i = 0; i < 40; i++) {
		const uint32_t len = 1 + i * 37 % 900;

		fill(sealed, i, (uint8_t)(i + 9), len);
		memset(expected + i, (int)(i + 9), len);
		assert_status(host_sealed_sync(sealed), YKT_OK);
	}
	assert_true(fdatasyncs > 40 && pwrites > 2 * fdatasyncs);
	host_sealed_close(&sealed);
	expect(scratch, expected);
}

/* Neither way: nothing may be answered; then it may be tried again. */
static void
test_where_both_fail_nothing_is_answered(void **state)
{
	struct scratch *scratch = *state;
	struct host_sealed *sealed = new_direct(scratch, DIRECT_REFUSES);
	uint8_t expected[SIZE] = { 0 };

	fill(sealed, 5, 7, LEN);
	memset(expected + 5, 7, LEN);
	pwrite_error = EIO;
	assert_status(host_sealed_sync(sealed), YKT_E_FILE);
	assert_int_equal(fdatasyncs, 0);
	direct_fd = -1;
	assert_status(host_sealed_sync(sealed), YKT_E_FILE);
	pwrite_error = 0;
	assert_status(host_sealed_sync(sealed), YKT_OK);
	assert_true(fdatasyncs > 0);
	host_sealed_close(&sealed);
	expect(scratch, expected);
}

/* A file that was put in the place of the one that is open is not written to. */
static void
test_another_file_at_the_path_is_none(void **state)
{
	struct scratch *scratch = *state;
	char path[1024], other[1024];
	int fd, second;

	(void)snprintf(path, sizeof(path), "%s", scratch_path(scratch, "one"));
	(void)snprintf(other, sizeof(other), "%s", scratch_path(scratch, "other"));
	fd = open(path, O_RDWR | O_CREAT, 0600);
	second = open(other, O_RDWR | O_CREAT, 0600);
	assert_true(fd >= 0 && second >= 0);
	assert_int_equal(__real_host_image_direct(other, fd), -1);
	assert_int_equal(rename(other, path), 0);
	assert_int_equal(__real_host_image_direct(path, fd), -1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("one", other), 0);
	assert_int_equal(__real_host_image_direct(other, fd), -1);
	assert_int_equal(__real_host_image_direct(path, fd), -1);
	(void)close(fd);
	(void)close(second);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_commit_is_one_durable_write),
		T(test_where_it_fails_it_is_written_and_synced),
		T(test_a_short_write_is_finished),
		T(test_where_both_fail_nothing_is_answered),
		T(test_another_file_at_the_path_is_none),
	};

	return run_sealed("host: sealed_direct", tests, YKT_ARRAY_LEN(tests));
}
