/*
 * The disk fails (F5): a full disk is a clean refusal, a failed sync stops the
 * process (R12). The system calls are replaced in this program only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_help.h"

static bool sync_fails;
static bool disk_full;
static unsigned syncs;

int
fdatasync(int fd)
{
	if (sync_fails) {
		errno = EIO;
		return -1;
	}
	syncs++;
	return (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	if (sync_fails) {
		errno = EIO;
		return -1;
	}
	syncs++;
	return (int)syscall(SYS_fsync, fd);
}

ssize_t
pwrite64(int fd, const void *data, size_t len, off64_t off)
{
	if (disk_full) {
		errno = ENOSPC;
		return -1;
	}
	return (ssize_t)syscall(SYS_pwrite64, fd, data, len, off);
}

static char folder[64];
static char path[96];

static int
setup(void **state)
{
	(void)state;
	sync_fails = false;
	disk_full = false;
	help_folder_make(folder);
	(void)snprintf(path, sizeof(path), "%s/t.db", folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	help_folder_drop(folder);
	return 0;
}

static struct store_sqlite *
open_keeping(bool keep)
{
	return help_open_with(&(struct store_sqlite_options){
	    .path = path,
	    .migrations = help_schema,
	    .migration_count = 1,
	    .keep_after_io_error = keep,
	    .alloc = &ykt_alloc_libc,
	});
}

static void
test_each_commit_is_synced_before_it_is_answered(void **state)
{
	struct store_sqlite *store = open_keeping(true);
	int64_t id = 1;

	(void)state;
	syncs = 0;
	ASSERT_STATUS(ykt_store_run(store_sqlite_port(store), help_insert, &id), YKT_OK);
	assert_true(syncs >= 1);
	/* A refused function and a query alone cost none. */
	syncs = 0;
	ASSERT_STATUS(ykt_store_run(store_sqlite_port(store), help_insert, &id), YKT_CONFLICT);
	assert_int_equal(help_count(store_sqlite_port(store)), 1);
	assert_int_equal(syncs, 0);
	store_sqlite_close(&store);
}

static void
test_a_full_disk_is_refused_and_later_forgotten(void **state)
{
	struct store_sqlite *store = open_keeping(false);
	const struct ykt_store *port = store_sqlite_port(store);

	(void)state;
	for (int64_t id = 1; id <= 2; id++)
		ASSERT_STATUS(ykt_store_run(port, help_insert, &id), YKT_OK);
	disk_full = true;
	for (int64_t id = 3; id <= 4; id++)
		ASSERT_STATUS(ykt_store_run(port, help_insert, &id), YKT_E_STORE);
	assert_int_equal(help_count(port), 2);
	disk_full = false;
	for (int64_t id = 3; id <= 4; id++)
		ASSERT_STATUS(ykt_store_run(port, help_insert, &id), YKT_OK);
	assert_int_equal(help_count(port), 4);
	store_sqlite_close(&store);
	store = open_keeping(false);
	assert_int_equal(help_count(store_sqlite_port(store)), 4);
	store_sqlite_close(&store);
}

static void
test_a_failed_sync_is_unknown(void **state)
{
	struct store_sqlite *store = open_keeping(true);
	int64_t id = 1;

	(void)state;
	sync_fails = true;
	ASSERT_STATUS(
	    ykt_store_run(store_sqlite_port(store), help_insert, &id), YKT_E_STORE_UNKNOWN);
	sync_fails = false;
	store_sqlite_close(&store);
}

static void
test_a_failed_sync_stops_the_process(void **state)
{
	const struct rlimit no_core = { 0, 0 };
	struct store_sqlite *store;
	int wait_status = 0;
	int64_t id = 1;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		(void)setrlimit(RLIMIT_CORE, &no_core);
		(void)signal(SIGABRT, SIG_DFL);
		store = open_keeping(false);
		sync_fails = true;
		_exit(ykt_store_run(store_sqlite_port(store), help_insert, &id) == YKT_OK);
	}
	assert_int_equal(waitpid(pid, &wait_status, 0), pid);
	assert_true(WIFSIGNALED(wait_status));
	assert_int_equal(WTERMSIG(wait_status), SIGABRT);
	/* The next start finds it whole: all or nothing of the last commit. */
	store = open_keeping(false);
	assert_in_range(help_count(store_sqlite_port(store)), 0, 1);
	store_sqlite_close(&store);
}

static void
test_a_full_disk_at_open_is_a_status(void **state)
{
	const struct store_sqlite_options options = { .path = path,
		.migrations = help_schema,
		.migration_count = 1,
		.alloc = &ykt_alloc_libc };
	struct store_sqlite *store = NULL;

	(void)state;
	disk_full = true;
	ASSERT_STATUS(store_sqlite_open(&options, &store), YKT_E_STORE);
	assert_null(store);
	disk_full = false;
	store = open_keeping(false);
	assert_int_equal(help_count(store_sqlite_port(store)), 0);
	store_sqlite_close(&store);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_each_commit_is_synced_before_it_is_answered),
		TEST(test_a_full_disk_is_refused_and_later_forgotten),
		TEST(test_a_failed_sync_is_unknown),
		TEST(test_a_failed_sync_stops_the_process),
		TEST(test_a_full_disk_at_open_is_a_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
