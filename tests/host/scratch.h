/*
 * A folder of its own for a test, gone afterwards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_TESTS_HOST_SCRATCH_H
#define YKT_TESTS_HOST_SCRATCH_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

struct scratch {
	char folder[512];
	char path[1024]; /* of the last scratch_path() */
};

static inline const char *
scratch_path(struct scratch *scratch, const char *name)
{
	snprintf(scratch->path, sizeof(scratch->path), "%s/%s", scratch->folder, name);

	return scratch->path;
}

static inline int
scratch_setup(void **state)
{
	static struct scratch scratch;
	const char *base = getenv("TMPDIR");

	snprintf(scratch.folder, sizeof(scratch.folder), "%s/ykt-test-XXXXXX",
	    base != NULL ? base : P_tmpdir);
	if (mkdtemp(scratch.folder) == NULL)
		return -1;
	*state = &scratch;

	return 0;
}

/* The folder holds files, links and empty folders only. */
static inline int
scratch_teardown(void **state)
{
	struct scratch *scratch = *state;
	DIR *dir = opendir(scratch->folder);
	struct dirent *entry;

	if (dir == NULL)
		return -1;
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0) != 0)
			unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR);
	}
	closedir(dir);

	return rmdir(scratch->folder);
}

/* Makes a file of the given mode with the given text. */
static inline void
scratch_put(struct scratch *scratch, const char *name, mode_t mode, const char *text)
{
	FILE *file = fopen(scratch_path(scratch, name), "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(scratch->path, mode), 0);
}

/* Asserts that a file holds exactly this text. */
static inline void
scratch_expect(struct scratch *scratch, const char *name, const char *text)
{
	char found[256] = { 0 };
	FILE *file = fopen(scratch_path(scratch, name), "r");

	assert_non_null(file);
	assert_true(fread(found, 1, sizeof(found) - 1, file) < sizeof(found) - 1);
	fclose(file);
	assert_string_equal(found, text);
}

/* The number of entries, dot and dot-dot not counted. */
static inline int
scratch_count(struct scratch *scratch)
{
	DIR *dir = opendir(scratch->folder);
	int count = -2;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);

	return count;
}

#endif
