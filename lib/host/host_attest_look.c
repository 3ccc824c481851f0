/*
 * Driver of the attestation port: the process.
 *
 * What is looked for are the plain ways in: a tracer, the loader's environment, code
 * mapped from where programs do not come from. Who is the superuser can hide all of
 * it; that is why running as one is a finding too.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "host/host_attest_look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/host_attest.h"

#define LINE_MAX_LEN (HOST_PATH_MAX + 128)

static unsigned
look_tracer(void)
{
	static const char key[] = "TracerPid:";
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];
	unsigned found = YKT_FINDING_UNKNOWN;

	if (file == NULL)
		return found;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, key, sizeof(key) - 1) != 0)
			continue;
		found = strtol(line + sizeof(key) - 1, NULL, 10) != 0 ? YKT_FINDING_DEBUGGER : 0;
		break;
	}
	(void)fclose(file);

	return found;
}

/* What the loader was told to bring along. */
static unsigned
look_loader(void)
{
	static const char *const names[] = { "LD_PRELOAD", "LD_AUDIT" };
	FILE *file;
	unsigned found = 0;

	for (size_t i = 0; i < YKT_ARRAY_LEN(names); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && value[0] != '\0')
			found = YKT_FINDING_PRELOAD;
	}
	file = fopen("/etc/ld.so.preload", "re");
	if (file != NULL) {
		if (getc(file) != EOF)
			found = YKT_FINDING_PRELOAD;
		(void)fclose(file);
	}

	return found;
}

static bool
below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return len != 0 && strncmp(path, folder, len) == 0 &&
	       (folder[len - 1] == '/' || path[len] == '/');
}

bool
host_map_foreign(const char *line, const char *prefix, const char *library)
{
	static const char *const folders[] = { "/usr/", "/lib/", "/lib32/", "/lib64/" };
	const char *rights = strchr(line, ' ');
	const char *path = strchr(line, '/');

	/* "from-to rwxp offset device inode path": code of a file only. */
	if (rights == NULL || strlen(rights) < 5 || rights[3] != 'x' || path == NULL)
		return false;
	for (size_t i = 0; i < YKT_ARRAY_LEN(folders); i++) {
		if (below(path, folders[i]))
			return false;
	}

	return !below(path, prefix) && !below(path, library);
}

static unsigned
look_maps(const char *prefix, const char *library)
{
	FILE *file = fopen("/proc/self/maps", "re");
	char line[LINE_MAX_LEN];
	unsigned found = 0;

	if (file == NULL)
		return YKT_FINDING_UNKNOWN;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (host_map_foreign(line, prefix, library))
			found = YKT_FINDING_PRELOAD;
	}
	(void)fclose(file);

	return found;
}

unsigned
host_look(const char *prefix, const char *library)
{
	unsigned found = look_tracer() | look_loader() | look_maps(prefix, library);

	if (getuid() == 0 || geteuid() == 0)
		found |= YKT_FINDING_ROOT;

	return found;
}
