/*
 * Files and folders that cannot be used (docs/bad-inputs.md 5.3), for both
 * drivers that keep state: a status, and the file as it was.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE

#include <sys/types.h>
#include <sys/wait.h>

#include <ykt/mem.h>

#include "host/host_file.h"
#include "host/host_nvm.h"
#include "scratch.h"

#define SIZE   4096
#define NOBODY 65534

/* A zero-filled file of this length. */
static void
put_sized(struct scratch *scratch, const char *name, off_t len)
{
	scratch_put(scratch, name, 0600, "");
	assert_int_equal(truncate(scratch->path, len), 0);
}

static void
test_an_image_cut_at_every_byte(void **state)
{
	struct scratch *scratch = *state;
	struct host_nvm *nvm = NULL;
	struct stat info;

	put_sized(scratch, "card", SIZE);
	for (off_t len = SIZE + 2; len-- > 0;) {
		assert_int_equal(truncate(scratch->path, len), 0);
		if (len == SIZE)
			continue;
		assert_status(
		    host_nvm_open(&ykt_alloc_libc, scratch->path, SIZE, &nvm, NULL), YKT_E_CORRUPT);
		assert_null(nvm);
		assert_int_equal(stat(scratch->path, &info), 0);
		assert_int_equal(info.st_size, len);
	}
	assert_int_equal(scratch_count(scratch), 1);
}

static void
test_a_file_of_10_gigabytes(void **state)
{
	struct scratch *scratch = *state;
	struct host_file file = { -1 };
	struct ykt_file port;
	uint8_t raw[16];
	struct ykt_buf out = YKT_BUF(raw);
	struct stat info;

	put_sized(scratch, "store", (off_t)10 << 30);
	assert_status(host_file_open(scratch->folder, &file), YKT_OK);
	port = host_file_port(&file);
	assert_status(ykt_file_read(&port, "store", &out), YKT_E_SPACE);
	assert_int_equal(out.len, 0);
	assert_int_equal(stat(scratch_path(scratch, "store"), &info), 0);
	assert_int_equal(info.st_size, (off_t)10 << 30);
	host_file_close(&file);
}

/* Runs fn as somebody who may read the folder and nothing else; what it says. */
static bool
as_reader(struct scratch *scratch, bool (*fn)(struct scratch *scratch))
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		bool good = geteuid() != 0 || setresuid(NOBODY, NOBODY, NOBODY) == 0;

		_exit(good && fn(scratch) ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);

	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool
image_is_refused(struct scratch *scratch)
{
	struct host_nvm *nvm = NULL;

	return host_nvm_open(&ykt_alloc_libc, scratch_path(scratch, "card"), SIZE, &nvm, NULL) ==
		   YKT_E_FILE &&
	       nvm == NULL;
}

static bool
new_image_is_refused(struct scratch *scratch)
{
	struct host_nvm *nvm = NULL;
	bool created = false;

	return host_nvm_open(&ykt_alloc_libc, scratch_path(scratch, "none"), SIZE, &nvm,
		   &created) == YKT_E_FILE &&
	       nvm == NULL && !created;
}

/* Reading goes on; writing and removing are refused and leave what is there. */
static bool
store_is_read_only(struct scratch *scratch)
{
	struct host_file file = { -1 };
	struct ykt_file port;
	uint8_t raw[16];
	struct ykt_buf out = YKT_BUF(raw);
	bool good = host_file_open(scratch->folder, &file) == YKT_OK;

	port = host_file_port(&file);
	good = good && ykt_file_read(&port, "store", &out) == YKT_OK && out.len == 3;
	good = good && ykt_file_write(&port, "store", ykt_bytes_str("new")) == YKT_E_FILE;
	good = good && ykt_file_write(&port, "other", ykt_bytes_str("new")) == YKT_E_FILE;
	good = good && ykt_file_remove(&port, "store") == YKT_E_FILE;
	host_file_close(&file);

	return good;
}

static void
test_read_only_files_and_folders(void **state)
{
	struct scratch *scratch = *state;
	const uid_t owner = geteuid() == 0 ? NOBODY : geteuid();

	put_sized(scratch, "card", SIZE);
	assert_int_equal(chown(scratch->path, owner, (gid_t)-1), 0);
	assert_int_equal(chmod(scratch->path, 0400), 0);
	scratch_put(scratch, "store", 0600, "old");
	assert_int_equal(chown(scratch->path, owner, (gid_t)-1), 0);
	assert_int_equal(chmod(scratch->folder, 0555), 0);

	assert_true(as_reader(scratch, image_is_refused));
	assert_true(as_reader(scratch, new_image_is_refused));
	assert_true(as_reader(scratch, store_is_read_only));

	assert_int_equal(chmod(scratch->folder, 0700), 0);
	scratch_expect(scratch, "store", "old");
	assert_int_equal(scratch_count(scratch), 2);
}

static void
test_a_folder_that_is_missing(void **state)
{
	struct scratch *scratch = *state;
	struct host_file file = { -7 };
	struct host_nvm *nvm = NULL;

	assert_status(host_file_open(scratch_path(scratch, "none"), &file), YKT_NOT_FOUND);
	assert_int_equal(file.dir_fd, -7);
	assert_status(
	    host_nvm_open(&ykt_alloc_libc, scratch_path(scratch, "none/card"), SIZE, &nvm, NULL),
	    YKT_E_FILE);
	assert_null(nvm);
	assert_int_equal(scratch_count(scratch), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_an_image_cut_at_every_byte),
		TEST(test_a_file_of_10_gigabytes),
		TEST(test_read_only_files_and_folders),
		TEST(test_a_folder_that_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
