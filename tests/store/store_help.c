/*
 * What the tests of the store share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store_help.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct ykt_store_migration help_schema[1] = {
	{ 1, "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
	     " n INTEGER NOT NULL CHECK (n >= 0)) STRICT;"
	     "CREATE TABLE child (item INTEGER NOT NULL REFERENCES item (id)"
	     " DEFERRABLE INITIALLY DEFERRED) STRICT;" },
};

void
help_folder_make(char ret_folder[64])
{
	(void)strcpy(ret_folder, "./store-test-XXXXXX");
	assert_non_null(mkdtemp(ret_folder));
}

void
help_folder_drop(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[400];

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			(void)remove(path);
	}
	(void)closedir(dir);
	assert_int_equal(rmdir(folder), 0);
}

struct store_sqlite *
help_open_with(const struct store_sqlite_options *options)
{
	struct store_sqlite *store = NULL;

	ASSERT_STATUS(store_sqlite_open(options, &store), YKT_OK);
	return store;
}

struct store_sqlite *
help_open(const char *path, bool threaded)
{
	return help_open_with(&(struct store_sqlite_options){
	    .path = path,
	    .threaded = threaded,
	    .migrations = help_schema,
	    .migration_count = 1,
	    .alloc = &ykt_alloc_libc,
	});
}

enum ykt_status
help_insert(struct ykt_tx *tx, void *arg)
{
	int64_t id = *(const int64_t *)arg;
	char name[32];

	(void)snprintf(name, sizeof(name), "n%lld", (long long)id);
	return ykt_tx_query(tx, "INSERT INTO item VALUES (?1, ?2, 0)",
	    YKT_SQL_IN(ykt_sql_int(id), ykt_sql_text(name)), NULL, NULL, NULL);
}

enum ykt_status
help_insert_refuse(struct ykt_tx *tx, void *arg)
{
	enum ykt_status status = help_insert(tx, arg);

	return status == YKT_OK ? YKT_REFUSED : status;
}

enum ykt_status
help_insert_orphan(struct ykt_tx *tx, void *arg)
{
	(void)arg;
	return ykt_tx_query(tx, "INSERT INTO child VALUES (999999)", NULL, 0, NULL, NULL, NULL);
}

static enum ykt_status
take_int(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	assert_int_equal(count, 1);
	assert_int_equal(cols[0].type, YKT_SQL_INT);
	*(int64_t *)arg = cols[0].i;
	return YKT_OK;
}

static enum ykt_status
count_fn(struct ykt_tx *tx, void *arg)
{
	return ykt_tx_query(tx, "SELECT count(*) FROM item", NULL, 0, take_int, arg, NULL);
}

int64_t
help_count(const struct ykt_store *store)
{
	int64_t count = -1;

	ASSERT_STATUS(ykt_store_run(store, count_fn, &count), YKT_OK);
	return count;
}
