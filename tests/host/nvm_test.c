/*
 * host_nvm: when what is in the file, and which files are no image.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <ykt/mem.h>

#include "host/host_nvm.h"
#include "scratch.h"

#define SIZE 4096

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
ssize_t __real_pwrite64(int fd, const void *data, size_t len, off_t off);
ssize_t __wrap_pwrite64(int fd, const void *data, size_t len, off_t off);
int __real_posix_fallocate64(int fd, off_t off, off_t len);
int __wrap_posix_fallocate64(int fd, off_t off, off_t len);

static int fdatasync_error, pwrite_error, fallocate_error;
static int fdatasyncs, pwrites;

int
__wrap_fdatasync(int fd)
{
	fdatasyncs++;
	if (fdatasync_error == 0)
		return __real_fdatasync(fd);
	errno = fdatasync_error;

	return -1;
}

ssize_t
__wrap_pwrite64(int fd, const void *data, size_t len, off_t off)
{
	pwrites++;
	if (pwrite_error == 0)
		return __real_pwrite64(fd, data, len > 7 ? 7 : len, off);
	errno = pwrite_error;

	return -1;
}

int
__wrap_posix_fallocate64(int fd, off_t off, off_t len)
{
	return fallocate_error != 0 ? fallocate_error : __real_posix_fallocate64(fd, off, len);
}

static int
setup(void **state)
{
	fdatasync_error = pwrite_error = fallocate_error = 0;
	fdatasyncs = pwrites = 0;

	return scratch_setup(state);
}

static struct host_nvm *
open_image(struct scratch *scratch, bool expect_created)
{
	struct host_nvm *nvm = NULL;
	bool created = !expect_created;

	assert_status(
	    host_nvm_open(&ykt_alloc_libc, scratch_path(scratch, "card"), SIZE, &nvm, &created),
	    YKT_OK);
	assert_int_equal(created, expect_created);
	fdatasyncs = pwrites = 0;

	return nvm;
}

/* The byte of the file itself, past the driver's memory. */
static int
byte_on_disk(struct scratch *scratch, long off)
{
	FILE *file = fopen(scratch_path(scratch, "card"), "rb");
	int byte;

	assert_non_null(file);
	assert_int_equal(fseek(file, off, SEEK_SET), 0);
	byte = fgetc(file);
	fclose(file);

	return byte;
}

static void
test_new_image_is_zero_private_and_of_its_size(void **state)
{
	struct scratch *scratch = *state;
	struct host_nvm *nvm = open_image(scratch, true);
	const struct ykt_nvm port = host_nvm_port(nvm);
	uint8_t image[SIZE];
	struct stat info;

	assert_int_equal(port.size, SIZE);
	memset(image, 1, sizeof(image));
	assert_status(ykt_nvm_read(&port, 0, image, SIZE), YKT_OK);
	for (size_t i = 0; i < SIZE; i++)
		assert_int_equal(image[i], 0);
	assert_int_equal(stat(scratch->path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_int_equal(info.st_size, SIZE);
	/* Its blocks are there: a full disk cannot stop a card in use. */
	assert_true(info.st_blocks * 512 >= SIZE);
	assert_int_equal(scratch_count(scratch), 1);
	host_nvm_close(&nvm);
	assert_null(nvm);
	host_nvm_close(&nvm);
}

static void
test_a_write_is_read_back_at_once_and_on_disk_after_sync(void **state)
{
	struct scratch *scratch = *state;
	struct host_nvm *nvm = open_image(scratch, true);
	const struct ykt_nvm port = host_nvm_port(nvm);
	uint8_t back[3];

	assert_status(ykt_nvm_write(&port, 100, (const uint8_t *)"abc", 3), YKT_OK);
	assert_status(ykt_nvm_read(&port, 100, back, 3), YKT_OK);
	assert_memory_equal(back, "abc", 3);
	assert_int_equal(byte_on_disk(scratch, 100), 0);
	assert_status(host_nvm_sync(nvm), YKT_OK);
	assert_int_equal(fdatasyncs, 1);
	assert_int_equal(byte_on_disk(scratch, 100), 'a');

	host_nvm_close(&nvm);
	nvm = open_image(scratch, false);
	assert_status(host_nvm_port(nvm).read(nvm, 100, back, 3), YKT_OK);
	assert_memory_equal(back, "abc", 3);
	host_nvm_close(&nvm);
}

static void
test_what_was_not_synced_may_be_lost(void **state)
{
	struct scratch *scratch = *state;
	struct host_nvm *nvm = open_image(scratch, true);
	const struct ykt_nvm port = host_nvm_port(nvm);

	assert_status(ykt_nvm_write(&port, 5, (const uint8_t *)"x", 1), YKT_OK);
	host_nvm_close(&nvm);
	assert_int_equal(byte_on_disk(scratch, 5), 0);
}

static void
test_many_writes_cost_one_sync_and_an_idle_one_none(void **state)
{
	struct scratch *scratch = *state;
	struct host_nvm *nvm = open_image(scratch, true);
	const struct ykt_nvm port = host_nvm_port(nvm);

	/* Far more separate places than the driver keeps apart. */
	for (uint32_t off = 0; off < SIZE; off += 4)
		assert_status(ykt_nvm_write(&port, off, (const uint8_t *)"\xEE", 1), YKT_OK);
	assert_status(host_nvm_sync(nvm), YKT_OK);
	assert_int_equal(fdatasyncs, 1);
	assert_status(host_nvm_sync(nvm), YKT_OK);
	assert_int_equal(fdatasyncs, 1);
	for (long off = 0; off < SIZE; off++)
		assert_int_equal(byte_on_disk(scratch, off), off % 4 == 0 ? 0xEE : 0);
	host_nvm_close(&nvm);
}

static void
test_sync_writes_only_what_changed(void **state)
{
	struct scratch *scratch = *state;
	struct host_nvm *nvm = open_image(scratch, true);
	const struct ykt_nvm port = host_nvm_port(nvm);

	/* Overlapping and touching writes are one range of 14 bytes: two times 7. */
	assert_status(ykt_nvm_write(&port, 10, (const uint8_t *)"0123456", 7), YKT_OK);
	assert_status(ykt_nvm_write(&port, 13, (const uint8_t *)"0123456", 7), YKT_OK);
	assert_status(ykt_nvm_write(&port, 20, (const uint8_t *)"0123", 4), YKT_OK);
	assert_status(host_nvm_sync(nvm), YKT_OK);
	assert_int_equal(pwrites, 2);
	host_nvm_close(&nvm);
}

static void
test_failed_write_can_be_tried_again(void **state)
{
	struct scratch *scratch = *state;
	struct host_nvm *nvm = open_image(scratch, true);
	const struct ykt_nvm port = host_nvm_port(nvm);

	assert_status(ykt_nvm_write(&port, 1, (const uint8_t *)"x", 1), YKT_OK);
	pwrite_error = EIO;
	assert_status(host_nvm_sync(nvm), YKT_E_FILE);
	assert_int_equal(fdatasyncs, 0);
	assert_int_equal(byte_on_disk(scratch, 1), 0);
	pwrite_error = 0;
	assert_status(host_nvm_sync(nvm), YKT_OK);
	assert_int_equal(byte_on_disk(scratch, 1), 'x');
	host_nvm_close(&nvm);
}

/* R12 */
static void
test_failed_sync_ends_the_process(void **state)
{
	struct scratch *scratch = *state;
	struct host_nvm *nvm = open_image(scratch, true);
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		const struct ykt_nvm port = host_nvm_port(nvm);
		enum ykt_status written = ykt_nvm_write(&port, 1, (const uint8_t *)"x", 1);

		close(STDERR_FILENO);
		fdatasync_error = EIO;
		_exit(written == YKT_OK && host_nvm_sync(nvm) == YKT_OK ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	host_nvm_close(&nvm);
}

static void
test_image_is_open_once(void **state)
{
	struct scratch *scratch = *state;
	struct host_nvm *nvm = open_image(scratch, true);
	struct host_nvm *second = NULL;
	int status = 0;
	pid_t pid;

	assert_status(host_nvm_open(&ykt_alloc_libc, scratch->path, SIZE, &second, NULL), YKT_BUSY);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		enum ykt_status busy =
		    host_nvm_open(&ykt_alloc_libc, scratch->path, SIZE, &second, NULL);

		_exit(busy == YKT_BUSY ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_null(second);
	host_nvm_close(&nvm);
	nvm = open_image(scratch, false);
	host_nvm_close(&nvm);
}

static void
test_refuses_what_is_no_image_and_leaves_it(void **state)
{
	struct scratch *scratch = *state;
	static const struct {
		const char *name;
		enum ykt_status expected;
		const char *why;
	} rows[] = {
		{ "empty", YKT_E_CORRUPT, "no bytes" },
		{ "short", YKT_E_CORRUPT, "one byte short" },
		{ "long", YKT_E_CORRUPT, "one byte long" },
		{ "huge", YKT_E_CORRUPT, "10 GB" },
		{ "open", YKT_E_FILE, "others may read it" },
		{ "link", YKT_E_FILE, "symbolic link to an image" },
		{ "dangling", YKT_E_FILE, "symbolic link to nothing" },
		{ "folder", YKT_E_FILE, "folder" },
		{ "pipe", YKT_E_FILE, "pipe" },
		{ "missing/card", YKT_E_FILE, "missing folder" },
	};
	struct host_nvm *nvm = open_image(scratch, true);

	host_nvm_close(&nvm);
	scratch_put(scratch, "empty", 0600, "");
	scratch_put(scratch, "short", 0600, "");
	assert_int_equal(truncate(scratch->path, SIZE - 1), 0);
	scratch_put(scratch, "long", 0600, "");
	assert_int_equal(truncate(scratch->path, SIZE + 1), 0);
	scratch_put(scratch, "huge", 0600, "");
	assert_int_equal(truncate(scratch->path, INT64_C(10737418240)), 0);
	scratch_put(scratch, "open", 0666, "");
	assert_int_equal(truncate(scratch->path, SIZE), 0);
	assert_int_equal(symlink("card", scratch_path(scratch, "link")), 0);
	assert_int_equal(symlink("nowhere", scratch_path(scratch, "dangling")), 0);
	assert_int_equal(mkdir(scratch_path(scratch, "folder"), 0700), 0);
	assert_int_equal(mkfifo(scratch_path(scratch, "pipe"), 0600), 0);

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		bool created = true;

		assert_status_why(host_nvm_open(&ykt_alloc_libc,
				      scratch_path(scratch, rows[i].name), SIZE, &nvm, &created),
		    rows[i].expected, rows[i].why);
		assert_null(nvm);
		assert_true(created);
	}
	assert_int_equal(scratch_count(scratch), 10);
}

static void
test_full_disk_makes_no_half_image(void **state)
{
	struct scratch *scratch = *state;
	struct host_nvm *nvm = NULL;

	fallocate_error = ENOSPC;
	assert_status(
	    host_nvm_open(&ykt_alloc_libc, scratch_path(scratch, "card"), SIZE, &nvm, NULL),
	    YKT_E_FILE);
	assert_null(nvm);
	assert_int_equal(scratch_count(scratch), 0);
}

static void *
get_nothing(void *ctx, size_t size)
{
	int *left = ctx;

	return (*left)-- > 0 ? ykt_alloc_libc.get(NULL, size) : NULL;
}

static void
put_back(void *ctx, void *p, size_t size)
{
	(void)ctx;
	ykt_alloc_libc.put(NULL, p, size);
}

static void
test_without_memory_nothing_stays_open(void **state)
{
	struct scratch *scratch = *state;
	struct host_nvm *nvm = NULL;

	for (int allocations = 0; allocations < 2; allocations++) {
		int left = allocations;
		const struct ykt_alloc alloc = { &left, get_nothing, put_back };

		assert_status(
		    host_nvm_open(&alloc, scratch_path(scratch, "card"), SIZE, &nvm, NULL),
		    YKT_E_NOMEM);
		assert_null(nvm);
	}
	/* Unlocked again. */
	nvm = open_image(scratch, false);
	host_nvm_close(&nvm);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_new_image_is_zero_private_and_of_its_size),
		TEST(test_a_write_is_read_back_at_once_and_on_disk_after_sync),
		TEST(test_what_was_not_synced_may_be_lost),
		TEST(test_many_writes_cost_one_sync_and_an_idle_one_none),
		TEST(test_sync_writes_only_what_changed),
		TEST(test_failed_write_can_be_tried_again),
		TEST(test_failed_sync_ends_the_process),
		TEST(test_image_is_open_once),
		TEST(test_refuses_what_is_no_image_and_leaves_it),
		TEST(test_full_disk_makes_no_half_image),
		TEST(test_without_memory_nothing_stays_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
