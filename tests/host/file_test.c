/*
 * host_file: what is on the disk afterwards, whatever fails.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>
#include <sys/wait.h>

#include "host/host_file.h"
#include "scratch.h"

int __real_fsync(int fd);
int __wrap_fsync(int fd);
ssize_t __real_write(int fd, const void *data, size_t len);
ssize_t __wrap_write(int fd, const void *data, size_t len);
ssize_t __real_read(int fd, void *out, size_t len);
ssize_t __wrap_read(int fd, void *out, size_t len);
int __real_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __wrap_renameat(int from_fd, const char *from, int to_fd, const char *to);

/* The call of each kind that fails, counted from 1; 0: none. */
static struct {
	int fsync_at, write_at, read_at, rename_at;
	int error;
	size_t chunk; /* most that one read or write moves; 0: all */
} fault;
static int fsyncs, writes, reads, renames;

static void
faults_clear(void)
{
	memset(&fault, 0, sizeof(fault));
	fsyncs = writes = reads = renames = 0;
}

static bool
strike(int *count, int at)
{
	if (++*count != at)
		return false;
	errno = fault.error;

	return true;
}

int
__wrap_fsync(int fd)
{
	return strike(&fsyncs, fault.fsync_at) ? -1 : __real_fsync(fd);
}

static size_t
portion(size_t len)
{
	return fault.chunk != 0 && len > fault.chunk ? fault.chunk : len;
}

ssize_t
__wrap_write(int fd, const void *data, size_t len)
{
	return strike(&writes, fault.write_at) ? -1 : __real_write(fd, data, portion(len));
}

ssize_t
__wrap_read(int fd, void *out, size_t len)
{
	return strike(&reads, fault.read_at) ? -1 : __real_read(fd, out, portion(len));
}

int
__wrap_renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	return strike(&renames, fault.rename_at) ? -1 : __real_renameat(from_fd, from, to_fd, to);
}

struct fixture {
	struct scratch *scratch;
	struct host_file file;
	struct ykt_file port;
};

static int
setup(void **state)
{
	static struct fixture fixture;
	void *scratch = NULL;

	faults_clear();
	if (scratch_setup(&scratch) != 0)
		return -1;
	fixture.scratch = scratch;
	if (host_file_open(fixture.scratch->folder, &fixture.file) != YKT_OK)
		return -1;
	fixture.port = host_file_port(&fixture.file);
	*state = &fixture;

	return 0;
}

static int
teardown(void **state)
{
	struct fixture *fixture = *state;
	void *scratch = fixture->scratch;

	host_file_close(&fixture->file);

	return scratch_teardown(&scratch);
}

static void
test_writes_replaces_reads_removes(void **state)
{
	struct fixture *fixture = *state;
	uint8_t raw[16];
	struct ykt_buf out = YKT_BUF(raw);
	struct stat info;

	assert_status(ykt_file_read(&fixture->port, "a", &out), YKT_NOT_FOUND);
	assert_status(ykt_file_write(&fixture->port, "a", ykt_bytes_str("one")), YKT_OK);
	assert_status(ykt_file_write(&fixture->port, "a", ykt_bytes_str("second")), YKT_OK);
	assert_status(ykt_file_write(&fixture->port, "empty", ykt_bytes(NULL, 0)), YKT_OK);
	scratch_expect(fixture->scratch, "a", "second");
	assert_int_equal(stat(fixture->scratch->path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_int_equal(scratch_count(fixture->scratch), 2);

	ykt_put_u8(&out, '>');
	assert_status(ykt_file_read(&fixture->port, "a", &out), YKT_OK);
	assert_status(ykt_file_read(&fixture->port, "empty", &out), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&out), ykt_bytes_str(">second")));

	assert_status(ykt_file_remove(&fixture->port, "a"), YKT_OK);
	assert_status(ykt_file_remove(&fixture->port, "a"), YKT_OK);
	assert_status(ykt_file_read(&fixture->port, "a", &out), YKT_NOT_FOUND);
	assert_int_equal(scratch_count(fixture->scratch), 1);
}

static void
test_write_syncs_the_file_and_its_folder(void **state)
{
	struct fixture *fixture = *state;

	assert_status(ykt_file_write(&fixture->port, "a", ykt_bytes_str("x")), YKT_OK);
	assert_int_equal(fsyncs, 2);
	assert_int_equal(renames, 1);
	assert_status(ykt_file_remove(&fixture->port, "a"), YKT_OK);
	assert_int_equal(fsyncs, 3);
}

static void
test_short_and_interrupted_calls_are_continued(void **state)
{
	struct fixture *fixture = *state;
	uint8_t raw[16];
	struct ykt_buf out = YKT_BUF(raw);

	fault.chunk = 2;
	fault.error = EINTR;
	fault.write_at = fault.read_at = 2;
	fault.fsync_at = 1;
	assert_status(ykt_file_write(&fixture->port, "a", ykt_bytes_str("seven..")), YKT_OK);
	assert_int_equal(writes, 5);
	assert_status(ykt_file_read(&fixture->port, "a", &out), YKT_OK);
	assert_int_equal(reads, 5);
	assert_true(ykt_bytes_equal(ykt_buf_view(&out), ykt_bytes_str("seven..")));
}

/* Disk full, or broken, at each step before the rename: the old file stays. */
static void
test_failed_write_leaves_the_old_file_and_no_litter(void **state)
{
	struct fixture *fixture = *state;
	static const struct {
		int write_at, rename_at, error;
	} rows[] = { { 1, 0, ENOSPC }, { 2, 0, ENOSPC }, { 3, 0, EIO }, { 0, 1, EIO } };

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		faults_clear();
		assert_status(ykt_file_write(&fixture->port, "a", ykt_bytes_str("old")), YKT_OK);

		faults_clear();
		fault.chunk = 1;
		fault.write_at = rows[i].write_at;
		fault.rename_at = rows[i].rename_at;
		fault.error = rows[i].error;
		assert_status(
		    ykt_file_write(&fixture->port, "a", ykt_bytes_str("new")), YKT_E_FILE);
		scratch_expect(fixture->scratch, "a", "old");
		assert_int_equal(scratch_count(fixture->scratch), 1);
	}

	faults_clear();
	assert_status(ykt_file_write(&fixture->port, "a", ykt_bytes_str("new")), YKT_OK);
	scratch_expect(fixture->scratch, "a", "new");
}

static void
test_failed_read_gives_nothing(void **state)
{
	struct fixture *fixture = *state;
	uint8_t raw[4] = { 0 };
	struct ykt_buf out = YKT_BUF(raw);

	assert_status(ykt_file_write(&fixture->port, "a", ykt_bytes_str("1234")), YKT_OK);
	fault.chunk = 2;
	fault.read_at = 2;
	fault.error = EIO;
	assert_status(ykt_file_read(&fixture->port, "a", &out), YKT_E_FILE);
	assert_int_equal(out.len, 0);
	assert_memory_equal(raw, "\0\0\0\0", 4);
}

/* R12: for the file's own sync and for the folder's. */
static void
test_failed_sync_ends_the_process(void **state)
{
	struct fixture *fixture = *state;

	assert_status(ykt_file_write(&fixture->port, "a", ykt_bytes_str("old")), YKT_OK);
	for (int at = 1; at <= 2; at++) {
		int status = 0;
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			faults_clear();
			fault.fsync_at = at;
			fault.error = EIO;
			/* What it says is for a log, not for the output of this test. */
			close(STDERR_FILENO);
			_exit((int)ykt_file_write(&fixture->port, "a", ykt_bytes_str("new")) & 1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGABRT);
		/* Old before the rename, new after it; the litter of the first goes with the next. */
		scratch_expect(fixture->scratch, "a", at == 1 ? "old" : "new");
	}
	assert_int_equal(scratch_count(fixture->scratch), 1);
}

static void
test_file_as_large_as_the_room_fits_and_one_byte_more_does_not(void **state)
{
	struct fixture *fixture = *state;
	uint8_t raw[4];
	struct ykt_buf out = YKT_BUF(raw);

	assert_status(ykt_file_write(&fixture->port, "a", ykt_bytes_str("12345")), YKT_OK);
	assert_status(ykt_file_read(&fixture->port, "a", &out), YKT_E_SPACE);
	assert_int_equal(out.len, 0);
	assert_int_equal(reads, 0);
	assert_status(ykt_file_write(&fixture->port, "a", ykt_bytes_str("1234")), YKT_OK);
	assert_status(ykt_file_read(&fixture->port, "a", &out), YKT_OK);
	assert_int_equal(out.len, 4);
}

static void
test_only_a_private_plain_file_is_a_file(void **state)
{
	struct fixture *fixture = *state;
	struct scratch *scratch = fixture->scratch;
	static const char *names[] = { "link", "dangling", "folder", "pipe", "open", "group" };
	uint8_t raw[4];
	struct ykt_buf out = YKT_BUF(raw);

	scratch_put(scratch, "target", 0600, "t");
	assert_int_equal(symlink("target", scratch_path(scratch, "link")), 0);
	assert_int_equal(symlink("nowhere", scratch_path(scratch, "dangling")), 0);
	assert_int_equal(mkdir(scratch_path(scratch, "folder"), 0700), 0);
	assert_int_equal(mkfifo(scratch_path(scratch, "pipe"), 0600), 0);
	scratch_put(scratch, "open", 0666, "o");
	scratch_put(scratch, "group", 0640, "g");

	for (size_t i = 0; i < YKT_ARRAY_LEN(names); i++) {
		assert_status_why(
		    ykt_file_read(&fixture->port, names[i], &out), YKT_E_FILE, names[i]);
		assert_status_why(ykt_file_write(&fixture->port, names[i], ykt_bytes_str("x")),
		    YKT_E_FILE, names[i]);
		assert_int_equal(out.len, 0);
	}
	assert_status(ykt_file_remove(&fixture->port, "folder"), YKT_E_FILE);
	scratch_expect(scratch, "target", "t");
	scratch_expect(scratch, "open", "o");
	scratch_expect(scratch, "group", "g");
	assert_int_equal(scratch_count(scratch), 7);
}

static void
test_what_a_crash_left_is_overwritten(void **state)
{
	struct fixture *fixture = *state;

	scratch_put(fixture->scratch, "TMP-a", 0600, "half a fi");
	assert_status(ykt_file_write(&fixture->port, "a", ykt_bytes_str("whole")), YKT_OK);
	scratch_expect(fixture->scratch, "a", "whole");
	assert_int_equal(scratch_count(fixture->scratch), 1);
}

static void
test_folder_is_open_once(void **state)
{
	struct fixture *fixture = *state;
	struct host_file second = { -7 };
	int status = 0;
	pid_t pid;

	assert_status(host_file_open(fixture->scratch->folder, &second), YKT_BUSY);
	assert_int_equal(second.dir_fd, -7);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(host_file_open(fixture->scratch->folder, &second) == YKT_BUSY ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);

	host_file_close(&fixture->file);
	host_file_close(&fixture->file);
	assert_status(host_file_open(fixture->scratch->folder, &fixture->file), YKT_OK);
}

static void
test_refuses_what_is_no_folder(void **state)
{
	struct fixture *fixture = *state;
	struct scratch *scratch = fixture->scratch;
	struct host_file none = { -7 };

	scratch_put(scratch, "plain", 0600, "");
	assert_int_equal(symlink(".", scratch_path(scratch, "link")), 0);
	assert_status(host_file_open(scratch_path(scratch, "nowhere"), &none), YKT_NOT_FOUND);
	assert_status(host_file_open(scratch_path(scratch, "plain"), &none), YKT_E_FILE);
	assert_status(host_file_open(scratch_path(scratch, "link"), &none), YKT_E_FILE);
	assert_int_equal(none.dir_fd, -7);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_writes_replaces_reads_removes),
		TEST(test_write_syncs_the_file_and_its_folder),
		TEST(test_short_and_interrupted_calls_are_continued),
		TEST(test_failed_write_leaves_the_old_file_and_no_litter),
		TEST(test_failed_read_gives_nothing),
		TEST(test_failed_sync_ends_the_process),
		TEST(test_file_as_large_as_the_room_fits_and_one_byte_more_does_not),
		TEST(test_only_a_private_plain_file_is_a_file),
		TEST(test_what_a_crash_left_is_overwritten),
		TEST(test_folder_is_open_once),
		TEST(test_refuses_what_is_no_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
