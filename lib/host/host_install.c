/*
 * Driver of the install port.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE

#include "host/host_install.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/host_sync.h"

#define VERSIONS  "versions"
#define CURRENT   "current"
#define PREVIOUS  "previous"
#define LINK_TEMP "link.new"
#define DEPTH_MAX 16

static bool remove_at(int dir_fd, const char *name, unsigned depth);

/* Everything in the folder fd, which is closed. */
static bool
remove_inside(int fd, unsigned depth)
{
	DIR *dir = fdopendir(fd);
	const struct dirent *entry;
	bool good = dir != NULL;

	if (!good) {
		close(fd);
		return false;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			good = remove_at(dirfd(dir), entry->d_name, depth + 1) && good;
	}
	closedir(dir);

	return good;
}

/* A file, a link, or a folder with all in it; true also when there is none. */
static bool
remove_at(int dir_fd, const char *name, unsigned depth)
{
	int fd;

	if (unlinkat(dir_fd, name, 0) == 0 || errno == ENOENT)
		return true;
	if (depth > DEPTH_MAX)
		return false;
	fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd >= 0 && remove_inside(fd, depth) && unlinkat(dir_fd, name, AT_REMOVEDIR) == 0;
}

static int
open_folder(int dir_fd, const char *name)
{
	return openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* The target of a link below the root; "" when it is none. */
static void
read_link(const struct host_install *install, const char *name, char target[64])
{
	ssize_t len = readlinkat(install->root_fd, name, target, 63);

	target[len > 0 ? len : 0] = '\0';
}

/* The link points there from now on, or still where it did. */
static enum ykt_status
set_link(const struct host_install *install, const char *name, const char *target)
{
	if ((unlinkat(install->root_fd, LINK_TEMP, 0) != 0 && errno != ENOENT) ||
	    symlinkat(target, install->root_fd, LINK_TEMP) != 0 ||
	    renameat(install->root_fd, LINK_TEMP, install->root_fd, name) != 0)
		return YKT_E_FILE;
	host_sync_folder(install->root_fd);

	return YKT_OK;
}

/* True for a folder of versions/ that a link or this process needs. */
static bool
needed(const struct host_install *install, const char *name)
{
	char current[64], previous[64], path[sizeof(VERSIONS) + 256];

	read_link(install, CURRENT, current);
	read_link(install, PREVIOUS, previous);
	(void)snprintf(path, sizeof(path), VERSIONS "/%s", name);

	return strcmp(path, current) == 0 || strcmp(path, previous) == 0 ||
	       strcmp(path, install->running) == 0;
}

/* Removes every version that nobody needs, and what was left half. */
static enum ykt_status
sweep(const struct host_install *install)
{
	int fd = open_folder(install->root_fd, VERSIONS);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	bool good = dir != NULL;

	if (!good) {
		if (fd >= 0)
			close(fd);
		return YKT_E_FILE;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] != '.' && !needed(install, entry->d_name))
			good = remove_at(dirfd(dir), entry->d_name, 0) && good;
	}
	closedir(dir);

	return good ? YKT_OK : YKT_E_FILE;
}

static void
half_name(const struct host_install *install, char name[64])
{
	(void)snprintf(name, 64, VERSIONS "/%s.new", install->version);
}

static enum ykt_status
install_begin(void *ctx, const char *version)
{
	struct host_install *install = ctx;
	char name[64];

	if (strlen(version) >= sizeof(install->version) || strchr(version, '/') != NULL ||
	    version[0] == '.' || needed(install, version))
		return YKT_E_FILE;
	(void)snprintf(install->version, sizeof(install->version), "%s", version);
	if (mkdirat(install->root_fd, VERSIONS, 0755) != 0 && errno != EEXIST)
		return YKT_E_FILE;
	if (sweep(install) != YKT_OK)
		return YKT_E_FILE;
	half_name(install, name);

	return mkdirat(install->root_fd, name, 0755) == 0 ? YKT_OK : YKT_E_FILE;
}

/* Opens the folder that name lies in, making it; *ret_last is name's last part. */
static int
open_parents(int fd, const char *name, const char **ret_last)
{
	const char *slash;

	while (fd >= 0 && (slash = strchr(name, '/')) != NULL) {
		char part[256];
		int next = -1;

		if ((size_t)(slash - name) < sizeof(part)) {
			memcpy(part, name, (size_t)(slash - name));
			part[slash - name] = '\0';
			if (mkdirat(fd, part, 0755) == 0 || errno == EEXIST)
				next = open_folder(fd, part);
		}
		close(fd);
		fd = next;
		name = slash + 1;
	}
	*ret_last = name;

	return fd;
}

static bool
write_whole(int fd, struct ykt_bytes content)
{
	while (content.len != 0) {
		ssize_t put = write(fd, content.data, content.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		content.data += put;
		content.len -= (size_t)put;
	}

	return true;
}

static enum ykt_status
install_put(void *ctx, const char *name, bool program, struct ykt_bytes content)
{
	struct host_install *install = ctx;
	const char *last;
	char half[64];
	bool good;
	int folder, fd;

	half_name(install, half);
	folder = open_parents(open_folder(install->root_fd, half), name, &last);
	if (folder < 0)
		return YKT_E_FILE;
	fd = openat(folder, last, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    program ? 0755 : 0644);
	good = fd >= 0 && write_whole(fd, content);
	if (good)
		host_sync_file(fd);
	if (fd >= 0 && close(fd) != 0)
		good = false;
	host_sync_folder(folder);
	close(folder);

	return good ? YKT_OK : YKT_E_FILE;
}

static enum ykt_status
install_check(void *ctx)
{
	struct host_install *install = ctx;
	char half[64], whole[64], path[HOST_PATH_MAX + 256];
	int fd;

	half_name(install, half);
	(void)snprintf(whole, sizeof(whole), VERSIONS "/%s", install->version);
	if (!remove_at(install->root_fd, whole, 0) ||
	    renameat(install->root_fd, half, install->root_fd, whole) != 0)
		return YKT_E_FILE;
	fd = open_folder(install->root_fd, VERSIONS);
	if (fd < 0)
		return YKT_E_FILE;
	host_sync_folder(fd);
	close(fd);
	(void)snprintf(path, sizeof(path), "%s/%s/%s", install->root, whole, install->program);

	return install->ask(install->ask_arg, path) ? YKT_OK : YKT_REFUSED;
}

static enum ykt_status
install_commit(void *ctx)
{
	struct host_install *install = ctx;
	char current[64], whole[64];
	enum ykt_status status;

	read_link(install, CURRENT, current);
	(void)snprintf(whole, sizeof(whole), VERSIONS "/%s", install->version);
	if (current[0] == '\0')
		return YKT_E_FILE;
	status = set_link(install, PREVIOUS, current);

	return status == YKT_OK ? set_link(install, CURRENT, whole) : status;
}

static bool
install_trial(void *ctx)
{
	struct host_install *install = ctx;
	char current[64], previous[64];

	read_link(install, CURRENT, current);
	read_link(install, PREVIOUS, previous);

	return previous[0] != '\0' && install->running[0] != '\0' &&
	       strcmp(current, install->running) == 0;
}

static enum ykt_status
install_settle(void *ctx, bool keep)
{
	struct host_install *install = ctx;

	if (!keep) {
		if (renameat(install->root_fd, PREVIOUS, install->root_fd, CURRENT) != 0)
			return YKT_E_FILE;
		host_sync_folder(install->root_fd);
		return YKT_OK;
	}
	if (unlinkat(install->root_fd, PREVIOUS, 0) != 0 && errno != ENOENT)
		return YKT_E_FILE;
	host_sync_folder(install->root_fd);

	return sweep(install);
}

/* Which version runs, when it is one of the root's. */
static void
find_running(struct host_install *install, const char *prefix)
{
	size_t len = strlen(install->root);

	if (strncmp(prefix, install->root, len) == 0 && prefix[len] == '/' &&
	    strncmp(prefix + len + 1, VERSIONS "/", sizeof(VERSIONS)) == 0 &&
	    strlen(prefix + len + 1) < sizeof(install->running))
		strcpy(install->running, prefix + len + 1);
}

enum ykt_status
host_install_open(const char *root, const char *prefix, const char *program, host_install_ask *ask,
    void *ask_arg, struct host_install *ret_install)
{
	memset(ret_install, 0, sizeof(*ret_install));
	ret_install->root_fd = -1;
	if (realpath(root, ret_install->root) == NULL ||
	    strlen(program) >= sizeof(ret_install->program))
		return YKT_E_FILE;
	ret_install->root_fd = open_folder(AT_FDCWD, ret_install->root);
	if (ret_install->root_fd < 0)
		return YKT_E_FILE;
	strcpy(ret_install->program, program);
	ret_install->ask = ask;
	ret_install->ask_arg = ask_arg;
	find_running(ret_install, prefix);

	return YKT_OK;
}

struct ykt_install
host_install_port(struct host_install *install)
{
	return (struct ykt_install){
		.ctx = install,
		.begin = install_begin,
		.put = install_put,
		.check = install_check,
		.commit = install_commit,
		.trial = install_trial,
		.settle = install_settle,
	};
}

void
host_install_close(struct host_install *install)
{
	/* 0 is what an all-zero struct holds; a folder is never opened as that. */
	if (install->root_fd > 0)
		close(install->root_fd);
	install->root_fd = -1;
}
