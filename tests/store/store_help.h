/*
 * What the tests of the store share: cmocka, a folder of its own, small
 * functions that touch one table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_STORE_HELP_H
#define TESTS_STORE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ykt/mem.h>

#include "store/store_sqlite.h"

#define ASSERT_STATUS(expr, want) assert_string_equal(ykt_status_name(expr), ykt_status_name(want))

/* Version 1: item(id, name unique, n >= 0), child(item -> item, deferred). */
extern const struct ykt_store_migration help_schema[1];

/* A new folder under the build's temporary folder; removed by help_folder_drop. */
void help_folder_make(char ret_folder[64]);
void help_folder_drop(const char *folder);

/* Opens and asserts YKT_OK. */
struct store_sqlite *help_open(const char *path, bool threaded);
struct store_sqlite *help_open_with(const struct store_sqlite_options *options);

/* arg is a pointer to int64_t, the id; name is "n" and the id. */
enum ykt_status help_insert(struct ykt_tx *tx, void *arg);
/* Inserts and then says YKT_REFUSED. */
enum ykt_status help_insert_refuse(struct ykt_tx *tx, void *arg);
/* A child of an item that does not exist: seen at COMMIT only. */
enum ykt_status help_insert_orphan(struct ykt_tx *tx, void *arg);
/* Rows of item. */
int64_t help_count(const struct ykt_store *store);

#endif
