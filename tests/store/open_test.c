/*
 * Opening: whose file it is, which schema it has, who else has it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_help.h"

struct place {
	char folder[64];
	char path[96];
};

static struct place place;

static int
setup(void **state)
{
	(void)state;
	help_folder_make(place.folder);
	(void)snprintf(place.path, sizeof(place.path), "%s/t.db", place.folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	help_folder_drop(place.folder);
	return 0;
}

static const struct ykt_store_migration two[] = {
	{ 1, "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, n INTEGER) STRICT" },
	{ 2, "ALTER TABLE item ADD COLUMN more INTEGER NOT NULL DEFAULT 7;"
	     "CREATE INDEX item_more ON item (more)" },
};

static const struct ykt_store_migration broken_second[] = {
	{ 1, "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, n INTEGER) STRICT" },
	{ 2, "CREATE TABLE half (id INTEGER); CREATE TABLE half (id INTEGER)" },
};

static const struct ykt_store_migration ends_transaction[] = {
	{ 1, "CREATE TABLE half (id INTEGER); COMMIT" },
};

static struct store_sqlite_options
options(const struct ykt_store_migration *migrations, size_t count)
{
	return (struct store_sqlite_options){ .path = place.path,
		.migrations = migrations,
		.migration_count = count,
		.alloc = &ykt_alloc_libc };
}

static enum ykt_status
open_status(struct store_sqlite_options opt)
{
	struct store_sqlite *store = NULL;
	enum ykt_status status = store_sqlite_open(&opt, &store);

	assert_true((store != NULL) == (status == YKT_OK));
	store_sqlite_close(&store);
	return status;
}

static void
test_missing_options_are_refused(void **state)
{
	static const struct ykt_store_migration gap[] = { { 1, "SELECT 1" }, { 3, "SELECT 1" } };
	struct store_sqlite_options opt = options(NULL, 1);

	(void)state;
	ASSERT_STATUS(open_status(opt), YKT_E_ARG);
	ASSERT_STATUS(open_status(options(gap, 2)), YKT_E_ARG);
	opt = options(two, 2);
	opt.path = "";
	ASSERT_STATUS(open_status(opt), YKT_E_ARG);
	opt = options(two, 2);
	opt.alloc = NULL;
	ASSERT_STATUS(open_status(opt), YKT_E_ARG);
	assert_int_equal(access(place.path, F_OK), -1);
}

static void
test_a_new_file_is_its_owners_alone(void **state)
{
	struct stat st;

	(void)state;
	ASSERT_STATUS(open_status(options(two, 1)), YKT_OK);
	assert_int_equal(stat(place.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
test_an_upgrade_keeps_the_rows(void **state)
{
	struct store_sqlite_options opt = options(two, 1);
	struct store_sqlite *store;
	int64_t id = 5;

	(void)state;
	store = help_open_with(&opt);
	ASSERT_STATUS(ykt_store_run(store_sqlite_port(store), help_insert, &id), YKT_OK);
	store_sqlite_close(&store);
	opt = options(two, 2);
	store = help_open_with(&opt);
	assert_int_equal(help_count(store_sqlite_port(store)), 1);
	store_sqlite_close(&store);
	/* The older program now refuses it. */
	ASSERT_STATUS(open_status(options(two, 1)), YKT_E_STATE);
	ASSERT_STATUS(open_status(options(two, 2)), YKT_OK);
}

static void
test_a_failed_step_changes_nothing(void **state)
{
	(void)state;
	ASSERT_STATUS(open_status(options(broken_second, 2)), YKT_E_STORE);
	ASSERT_STATUS(open_status(options(ends_transaction, 1)), YKT_E_STORE);
	(void)unlink(place.path);
	ASSERT_STATUS(open_status(options(two, 1)), YKT_OK);
	ASSERT_STATUS(open_status(options(broken_second, 2)), YKT_E_STORE);
	/* Still at version 1, and nothing of version 2 is in the way. */
	ASSERT_STATUS(open_status(options(two, 1)), YKT_OK);
	ASSERT_STATUS(open_status(options(two, 2)), YKT_OK);
}

static void
test_another_programs_database_is_refused(void **state)
{
	struct store_sqlite_options opt = options(two, 1);

	(void)state;
	opt.application_id = 0x594B5431;
	ASSERT_STATUS(open_status(opt), YKT_OK);
	ASSERT_STATUS(open_status(opt), YKT_OK);
	opt.application_id = 0x594B5432;
	ASSERT_STATUS(open_status(opt), YKT_MISMATCH);
}

static void
test_a_nameless_database_with_tables_is_refused(void **state)
{
	struct store_sqlite_options opt = options(two, 1);

	(void)state;
	ASSERT_STATUS(open_status(opt), YKT_OK);
	opt.application_id = 0x594B5431;
	ASSERT_STATUS(open_status(opt), YKT_MISMATCH);
}

static void
test_a_second_opener_is_refused(void **state)
{
	struct store_sqlite *store = help_open(place.path, true);
	int wait_status = 0;
	int64_t id = 1;
	pid_t pid;

	(void)state;
	ASSERT_STATUS(open_status(options(two, 1)), YKT_BUSY);
	pid = fork();
	if (pid == 0) {
		struct store_sqlite_options opt = options(two, 1);
		struct store_sqlite *other = NULL;

		_exit(store_sqlite_open(&opt, &other) == YKT_BUSY ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &wait_status, 0), pid);
	assert_int_equal(wait_status, 0);
	/* The first one does not notice. */
	ASSERT_STATUS(ykt_store_run(store_sqlite_port(store), help_insert, &id), YKT_OK);
	store_sqlite_close(&store);
	assert_null(store);
	store = help_open(place.path, false);
	store_sqlite_close(&store);
}

static void
test_what_was_answered_survives_a_kill(void **state)
{
	struct store_sqlite *store;
	int64_t id = 1;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		store = help_open(place.path, true);
		if (ykt_store_run(store_sqlite_port(store), help_insert, &id) != YKT_OK)
			_exit(1);
		(void)kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	store = help_open(place.path, false);
	assert_int_equal(help_count(store_sqlite_port(store)), 1);
	store_sqlite_close(&store);
}

static void
file_write(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)fchmod(fd, mode);
	(void)close(fd);
}

static void
test_what_is_not_a_database_is_refused(void **state)
{
	char other[128];

	(void)state;
	(void)snprintf(other, sizeof(other), "%s/other", place.folder);
	file_write(place.path,
	    "this is a text file, long enough to be looked at as a database\n"
	    "and surely longer than the one hundred bytes of its header\n",
	    0600);
	ASSERT_STATUS(open_status(options(two, 1)), YKT_E_CORRUPT);
	(void)unlink(place.path);
	file_write(place.path, "", 0666);
	ASSERT_STATUS(open_status(options(two, 1)), YKT_E_FILE);
	(void)unlink(place.path);
	file_write(other, "", 0600);
	assert_int_equal(symlink("other", place.path), 0);
	ASSERT_STATUS(open_status(options(two, 1)), YKT_E_FILE);
	(void)unlink(place.path);
	assert_int_equal(mkdir(place.path, 0700), 0);
	ASSERT_STATUS(open_status(options(two, 1)), YKT_E_FILE);
	(void)rmdir(place.path);
	(void)snprintf(place.path, sizeof(place.path), "%s/missing/t.db", place.folder);
	ASSERT_STATUS(open_status(options(two, 1)), YKT_E_STORE);
}

static void
test_a_cut_database_is_refused_or_whole(void **state)
{
	struct store_sqlite *store = help_open(place.path, false);
	struct stat st;

	(void)state;
	store_sqlite_close(&store);
	assert_int_equal(stat(place.path, &st), 0);
	assert_int_equal(truncate(place.path, st.st_size / 2 + 100), 0);
	ASSERT_STATUS(open_status(options(help_schema, 1)), YKT_E_CORRUPT);
}

static void *
no_memory(void *ctx, size_t size)
{
	(void)ctx, (void)size;
	return NULL;
}

static void
test_no_memory_is_a_status(void **state)
{
	const struct ykt_alloc none = { .get = no_memory };
	struct store_sqlite_options opt = options(two, 1);

	(void)state;
	opt.alloc = &none;
	ASSERT_STATUS(open_status(opt), YKT_E_NOMEM);
	assert_int_equal(access(place.path, F_OK), -1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_missing_options_are_refused),
		TEST(test_a_new_file_is_its_owners_alone),
		TEST(test_an_upgrade_keeps_the_rows),
		TEST(test_a_failed_step_changes_nothing),
		TEST(test_another_programs_database_is_refused),
		TEST(test_a_nameless_database_with_tables_is_refused),
		TEST(test_a_second_opener_is_refused),
		TEST(test_what_was_answered_survives_a_kill),
		TEST(test_what_is_not_a_database_is_refused),
		TEST(test_no_memory_is_a_status),
		TEST(test_a_cut_database_is_refused_or_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
