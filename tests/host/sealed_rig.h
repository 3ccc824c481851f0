/*
 * A sealed file small enough to look at every byte of it. Writes can be made to
 * fail and are counted; nothing is synced: power cuts are made by hand.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_TESTS_HOST_SEALED_RIG_H
#define YKT_TESTS_HOST_SEALED_RIG_H

#include <errno.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <ykt/mem.h>

#include "host/host_random.h"
#include "host/host_sealed.h"
#include "scratch.h"

#define SIZE     1024
#define LOG      6144
#define AREA     (1536 + LOG) /* a snapshot's frame, and the log */
#define FILE_LEN (SEAL_HEADER_LEN + 2 * AREA)
#define SECTORS  (FILE_LEN / SEAL_SECTOR)

ssize_t __real_pwritev64(int fd, const struct iovec *iov, int count, off_t off);
ssize_t __wrap_pwritev64(int fd, const struct iovec *iov, int count, off_t off);
ssize_t __real_pwrite64(int fd, const void *data, size_t len, off_t off);
ssize_t __wrap_pwrite64(int fd, const void *data, size_t len, off_t off);
int __real_host_image_direct(const char *path, int fd);
int __wrap_host_image_direct(const char *path, int fd);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);

/* What a second way to the file gives: none of it, unless a test wants one. */
enum direct { DIRECT_NONE, DIRECT_REAL, DIRECT_REFUSES };

static enum direct direct;
static int direct_fd = -1;
static unsigned direct_writes;
static ssize_t direct_cut; /* above 0: so many bytes are written, no more */
static int pwrite_error;
static bool pwritev_short; /* what goes through the page cache stops in the first sector */
static unsigned fdatasyncs, pwrites;

int
__wrap_host_image_direct(const char *path, int fd)
{
	if (direct == DIRECT_NONE)
		return -1;
	/* One that can only be read refuses every write. */
	direct_fd = direct == DIRECT_REAL ? __real_host_image_direct(path, fd)
					  : open(path, O_RDONLY | O_CLOEXEC);

	return direct_fd;
}

ssize_t
__wrap_pwritev64(int fd, const struct iovec *iov, int count, off_t off)
{
	if (fd == direct_fd) {
		direct_writes++;
		return direct_cut > 0 ? __real_pwrite64(fd, iov->iov_base, (size_t)direct_cut, off)
				      : __real_pwritev64(fd, iov, count, off);
	}
	pwrites++;
	if (pwrite_error == 0)
		return pwritev_short ? __real_pwrite64(fd, iov->iov_base, 300, off)
				     : __real_pwritev64(fd, iov, count, off);
	errno = pwrite_error;

	return -1;
}

ssize_t
__wrap_pwrite64(int fd, const void *data, size_t len, off_t off)
{
	pwrites++;
	if (pwrite_error == 0)
		return __real_pwrite64(fd, data, len > 700 ? 700 : len, off);
	errno = pwrite_error;

	return -1;
}

int
__wrap_fdatasync(int fd)
{
	(void)fd;
	fdatasyncs++;

	return 0;
}

int
__wrap_fsync(int fd)
{
	(void)fd;

	return 0;
}

static struct crypto *crypto;
static struct ykt_random rng;
static struct host_sealed_options options;

static inline int
setup(void **state)
{
	pwrite_error = 0;
	pwritev_short = false;
	direct = DIRECT_NONE;
	direct_fd = -1;
	direct_cut = 0;
	rng = host_random();
	options = (struct host_sealed_options){ &ykt_alloc_libc, crypto, &rng,
		(const uint8_t *)HOST_SEALED_TEST_KEY };

	return scratch_setup(state);
}

static inline struct host_sealed *
open_file(struct scratch *scratch)
{
	struct host_sealed *sealed = NULL;

	assert_status(host_sealed_open(&options, scratch_path(scratch, "card"), &sealed), YKT_OK);
	fdatasyncs = pwrites = direct_writes = 0;

	return sealed;
}

static inline struct host_sealed *
new_file(struct scratch *scratch)
{
	assert_status(
	    host_sealed_create(&options, scratch_path(scratch, "card"), SIZE, LOG), YKT_OK);

	return open_file(scratch);
}

/* A new file as version 1 of the seal made it; its keys and salt for who writes on. */
static inline void
put_version_1(struct scratch *scratch, struct seal_keys *ret_keys, struct seal_chain *ret_chain)
{
	static uint8_t bytes[FILE_LEN];
	const struct seal_header header = { .version = SEAL_VERSION_1,
		.image_len = SIZE,
		.log_len = LOG,
		.salt = "a salt of a test" };
	struct seal_stream stream = { .random = &rng };
	const int fd = open(scratch_path(scratch, "card"), O_WRONLY | O_CREAT | O_EXCL, 0600);

	memset(bytes, 0, sizeof(bytes));
	assert_status(
	    seal_header_write(crypto, options.key, &header, bytes, ret_keys, ret_chain), YKT_OK);
	assert_status(seal_frame_close(crypto, ret_keys, &stream, SEAL_SNAPSHOT, ret_chain->mac,
			  SIZE, bytes + SEAL_HEADER_LEN, ret_chain),
	    YKT_OK);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, FILE_LEN), FILE_LEN);
	assert_int_equal(close(fd), 0);
}

/* The file itself. */
static inline void
get_file(struct scratch *scratch, uint8_t bytes[FILE_LEN])
{
	FILE *file = fopen(scratch_path(scratch, "card"), "rb");

	assert_non_null(file);
	assert_int_equal(fread(bytes, 1, FILE_LEN, file), FILE_LEN);
	assert_int_equal(fgetc(file), EOF);
	fclose(file);
}

static inline void
put_file(struct scratch *scratch, const uint8_t *bytes, size_t len)
{
	const int fd = open(scratch_path(scratch, "card"), O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(ftruncate(fd, (off_t)len), 0);
	assert_int_equal(close(fd), 0);
}

static inline void
fill(struct host_sealed *sealed, uint32_t off, uint8_t value, uint32_t len)
{
	const struct ykt_nvm port = host_sealed_port(sealed);
	uint8_t bytes[SIZE];

	memset(bytes, value, sizeof(bytes));
	assert_status(ykt_nvm_write(&port, off, bytes, len), YKT_OK);
}

static inline void
get_image(struct host_sealed *sealed, uint8_t image[SIZE])
{
	const struct ykt_nvm port = host_sealed_port(sealed);

	assert_status(ykt_nvm_read(&port, 0, image, SIZE), YKT_OK);
}

/* Puts frames in the log of a new file, in the area given; closes it. */
static inline void
make_busy(struct host_sealed *sealed, unsigned moves)
{
	for (unsigned i = 0; i < moves; i++) {
		fill(sealed, 0, (uint8_t)i, SIZE);
		assert_status(host_sealed_sync(sealed), YKT_OK);
		fill(sealed, 0, (uint8_t)(i + 10), SIZE);
		assert_status(host_sealed_sync(sealed), YKT_OK);
	}
	fill(sealed, 10, 0xAA, 100);
	assert_status(host_sealed_sync(sealed), YKT_OK);
	fill(sealed, 300, 0xBB, 600);
	assert_status(host_sealed_sync(sealed), YKT_OK);
	host_sealed_close(&sealed);
}

static inline void
busy_file(struct scratch *scratch, unsigned moves)
{
	make_busy(new_file(scratch), moves);
}

/* Runs them all with one crypto handle. */
static inline int
run_sealed(const char *name, const struct CMUnitTest *tests, size_t count)
{
	int failed;

	if (crypto_new(&ykt_alloc_libc, NULL, &crypto) != YKT_OK)
		return 1;
	failed = _cmocka_run_group_tests(name, tests, count, NULL, NULL);
	crypto_free(&crypto);

	return failed;
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, scratch_teardown)

#endif
