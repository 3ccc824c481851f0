/*
 * Opening a database file: who may, how it is set up, which schema it has.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_internal.h"

static const char *const control_sql[STORE_CONTROL_COUNT] = {
	[STORE_BEGIN] = "BEGIN IMMEDIATE",
	[STORE_COMMIT] = "COMMIT",
	[STORE_ROLLBACK] = "ROLLBACK",
	[STORE_SAVEPOINT] = "SAVEPOINT fn",
	[STORE_RELEASE] = "RELEASE fn",
	[STORE_ROLLBACK_TO] = "ROLLBACK TO fn",
};

/*
 * EXCLUSIVE comes first: the WAL index then lives in this process's memory and
 * the lock is kept until close, so a second opener is refused.
 */
static const char setup_sql[] = "PRAGMA locking_mode = EXCLUSIVE;"
				"PRAGMA journal_mode = WAL;"
				"PRAGMA synchronous = FULL;"
				"PRAGMA foreign_keys = ON;"
				"PRAGMA recursive_triggers = ON;"
				"PRAGMA trusted_schema = OFF;"
				"PRAGMA cell_size_check = ON;"
				"PRAGMA temp_store = MEMORY;";

enum ykt_status
store_db_status(int rc)
{
	switch (rc & 0xFF) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return YKT_OK;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return YKT_BUSY;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return YKT_E_CORRUPT;
	case SQLITE_NOMEM:
		return YKT_E_NOMEM;
	default:
		return YKT_E_STORE;
	}
}

static bool
is_memory(const char *path)
{
	return strcmp(path, ":memory:") == 0;
}

/*
 * Makes the file with mode 0600, or checks the one that is there. An existing
 * file is never opened here: closing it would drop the POSIX locks of a store
 * that this process may have open on it.
 */
static enum ykt_status
file_prepare(const char *path)
{
	struct stat st;
	int fd;

	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0) {
		(void)close(fd);
		return YKT_OK;
	}
	if (errno != EEXIST)
		return YKT_E_STORE;
	if (lstat(path, &st) != 0)
		return YKT_E_STORE;
	if (!S_ISREG(st.st_mode) || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return YKT_E_FILE;
	return YKT_OK;
}

/*
 * Functions run inside our transaction; they may not end it or leave it. Our
 * own control statements come by too, when SQLite prepares them again.
 */
static int
authorize(void *arg, int action, const char *a, const char *b, const char *c, const char *d)
{
	const struct store_sqlite *store = arg;

	(void)a, (void)b, (void)c, (void)d;
	if (!store->in_function)
		return SQLITE_OK;
	switch (action) {
	case SQLITE_TRANSACTION:
	case SQLITE_SAVEPOINT:
	case SQLITE_ATTACH:
	case SQLITE_DETACH:
	case SQLITE_PRAGMA:
		return SQLITE_DENY;
	default:
		return SQLITE_OK;
	}
}

static enum ykt_status
pragma_get(sqlite3 *db, const char *sql, int64_t *ret_value)
{
	sqlite3_stmt *stmt = NULL;
	int rc;

	rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*ret_value = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? YKT_E_STORE : store_db_status(rc);
}

static enum ykt_status
pragma_set(sqlite3 *db, const char *name, int value)
{
	char sql[64];

	(void)snprintf(sql, sizeof(sql), "PRAGMA %s = %d", name, value);
	return store_db_status(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

/* Whose database is it? A fresh one becomes ours. */
static enum ykt_status
owner_check(sqlite3 *db, int32_t application_id)
{
	enum ykt_status status;
	int64_t found = 0;
	int64_t tables = 0;

	if (application_id == 0)
		return YKT_OK;
	status = pragma_get(db, "PRAGMA application_id", &found);
	if (status == YKT_OK)
		status = pragma_get(db, "SELECT count(*) FROM sqlite_schema", &tables);
	if (status != YKT_OK || found == application_id)
		return status;
	if (found != 0 || tables != 0)
		return YKT_MISMATCH;
	return pragma_set(db, "application_id", application_id);
}

static enum ykt_status
schema_upgrade(sqlite3 *db, const struct store_sqlite_options *options)
{
	enum ykt_status status;
	int64_t version = 0;

	status = pragma_get(db, "PRAGMA user_version", &version);
	if (status != YKT_OK)
		return status;
	if (version < 0 || (uint64_t)version > options->migration_count)
		return YKT_E_STATE;
	for (size_t i = (size_t)version; i < options->migration_count; i++) {
		status =
		    store_db_status(sqlite3_exec(db, options->migrations[i].sql, NULL, NULL, NULL));
		if (status != YKT_OK)
			return status;
	}
	/* A step that ended our transaction would leave half a schema behind. */
	if (sqlite3_get_autocommit(db))
		return YKT_E_STORE;
	if ((uint64_t)version == options->migration_count)
		return YKT_OK;
	return pragma_set(db, "user_version", (int)options->migration_count);
}

static enum ykt_status
db_migrate(struct store_sqlite *store, const struct store_sqlite_options *options)
{
	enum ykt_status status;

	status = store_db_status(store_control_step(store, STORE_BEGIN));
	if (status != YKT_OK)
		return status;
	status = owner_check(store->db, options->application_id);
	if (status == YKT_OK)
		status = schema_upgrade(store->db, options);
	if (status == YKT_OK)
		status = store_db_status(store_control_step(store, STORE_COMMIT));
	if (!sqlite3_get_autocommit(store->db))
		(void)store_control_step(store, STORE_ROLLBACK);
	return status;
}

enum ykt_status
store_db_open(struct store_sqlite *store, const struct store_sqlite_options *options)
{
	enum ykt_status status = YKT_OK;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_EXRESCODE;
	int rc;

	if (!is_memory(options->path))
		status = file_prepare(options->path);
	if (status != YKT_OK)
		return status;
	rc = sqlite3_open_v2(options->path, &store->db, flags, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(store->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(store->db, setup_sql, NULL, NULL, NULL);
	for (size_t i = 0; rc == SQLITE_OK && i < STORE_CONTROL_COUNT; i++)
		rc = sqlite3_prepare_v3(store->db, control_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
		    &store->control[i], NULL);
	if (rc != SQLITE_OK)
		return store_db_status(rc);
	status = db_migrate(store, options);
	if (status == YKT_OK)
		status = store_db_status(sqlite3_set_authorizer(store->db, authorize, store));
	return status;
}

void
store_db_close(struct store_sqlite *store)
{
	for (size_t i = 0; i < STORE_CACHE_SLOTS; i++)
		(void)sqlite3_finalize(store->cache[i].stmt);
	for (size_t i = 0; i < STORE_CONTROL_COUNT; i++)
		(void)sqlite3_finalize(store->control[i]);
	if (store->db != NULL)
		(void)sqlite3_close(store->db);
	store->db = NULL;
}
