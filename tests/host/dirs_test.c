/*
 * host_dirs_make(), host_dirs_join().
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE

#include <errno.h>
#include <fcntl.h>

#include "host/host_dirs.h"
#include "scratch.h"

static mode_t
mode_of(const char *path)
{
	struct stat info;

	assert_int_equal(stat(path, &info), 0);
	assert_true(S_ISDIR(info.st_mode));

	return info.st_mode & 0777;
}

static void
test_makes_what_is_missing_for_its_owner_alone(void **state)
{
	struct scratch *scratch = *state;

	assert_status(host_dirs_make(scratch_path(scratch, "a//b/c/")), YKT_OK);
	assert_int_equal(mode_of(scratch_path(scratch, "a")), 0700);
	assert_int_equal(mode_of(scratch_path(scratch, "a/b")), 0700);
	assert_int_equal(mode_of(scratch_path(scratch, "a/b/c")), 0700);
	assert_status(host_dirs_make(scratch->path), YKT_OK);

	assert_int_equal(rmdir(scratch_path(scratch, "a/b/c")), 0);
	assert_int_equal(rmdir(scratch_path(scratch, "a/b")), 0);
}

static void
test_what_exists_keeps_its_mode(void **state)
{
	struct scratch *scratch = *state;

	assert_int_equal(mkdir(scratch_path(scratch, "old"), 0750), 0);
	assert_int_equal(chmod(scratch->path, 0750), 0);
	assert_status(host_dirs_make(scratch->path), YKT_OK);
	assert_int_equal(mode_of(scratch->path), 0750);
}

static void
test_refuses(void **state)
{
	struct scratch *scratch = *state;
	char longest[HOST_PATH_MAX + 1];

	scratch_put(scratch, "file", 0600, "x");
	assert_status(host_dirs_make(scratch_path(scratch, "file")), YKT_E_FILE);
	assert_int_equal(errno, ENOTDIR);
	assert_status(host_dirs_make(scratch_path(scratch, "file/below")), YKT_E_FILE);
	scratch_expect(scratch, "file", "x");

	memset(longest, 'x', HOST_PATH_MAX);
	longest[HOST_PATH_MAX] = '\0';
	assert_status(host_dirs_make(longest), YKT_E_ARG);
	assert_status(host_dirs_make(""), YKT_E_ARG);
	assert_int_equal(scratch_count(scratch), 1);
}

static void
test_join_fits_or_leaves_the_output(void **state)
{
	char path[HOST_PATH_MAX] = "old";
	char folder[HOST_PATH_MAX];

	(void)state;
	memset(folder, 'f', sizeof(folder) - 1);
	folder[sizeof(folder) - 1] = '\0';
	assert_status(host_dirs_join(folder, "n", path), YKT_E_ARG);
	assert_status(host_dirs_join("f", "", path), YKT_E_ARG);
	assert_status(host_dirs_join("", "n", path), YKT_E_ARG);
	assert_string_equal(path, "old");

	folder[HOST_PATH_MAX - 3] = '\0';
	assert_status(host_dirs_join(folder, "n", path), YKT_OK);
	assert_int_equal(strlen(path), HOST_PATH_MAX - 1);
	assert_status(host_dirs_join("f", "n", path), YKT_OK);
	assert_string_equal(path, "f/n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_makes_what_is_missing_for_its_owner_alone,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(
		    test_what_exists_keeps_its_mode, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_refuses, scratch_setup, scratch_teardown),
		cmocka_unit_test(test_join_fits_or_leaves_the_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
