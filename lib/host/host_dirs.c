/*
 * Folders for state.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "host/host_dirs.h"

static bool
make_one(const char *path)
{
	struct stat info;

	if (mkdir(path, 0700) == 0)
		return true;
	if (errno != EEXIST)
		return false;
	if (stat(path, &info) != 0)
		return false;
	if (!S_ISDIR(info.st_mode))
		errno = ENOTDIR;

	return S_ISDIR(info.st_mode);
}

enum ykt_status
host_dirs_make(const char *path)
{
	char part[HOST_PATH_MAX];
	size_t len = strlen(path);

	if (len == 0 || len >= sizeof(part))
		return YKT_E_ARG;

	memcpy(part, path, len + 1);
	for (size_t i = 1; i < len; i++) {
		if (part[i] != '/')
			continue;
		part[i] = '\0';
		if (!make_one(part))
			return YKT_E_FILE;
		part[i] = '/';
	}

	return make_one(part) ? YKT_OK : YKT_E_FILE;
}

enum ykt_status
host_dirs_join(const char *folder, const char *name, char *ret_path)
{
	size_t folder_len = strlen(folder);
	size_t name_len = strlen(name);

	if (folder_len == 0 || name_len == 0 || folder_len >= HOST_PATH_MAX ||
	    name_len >= HOST_PATH_MAX || folder_len + 1 + name_len >= HOST_PATH_MAX)
		return YKT_E_ARG;

	memcpy(ret_path, folder, folder_len);
	ret_path[folder_len] = '/';
	memcpy(ret_path + folder_len + 1, name, name_len + 1);

	return YKT_OK;
}
