/*
 * Driver of the attestation port: the program's files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE

#include "host/host_attest.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ykt/mem.h>

#include "crypto/digest.h"
#include "host/host_attest_look.h"
#include "host/host_system.h"

#define EXE      "/proc/self/exe"
#define FILE_MAX (64 * 1024 * 1024)

/* Where this program lies; what a deleted one is called now is no path. */
static enum ykt_status
exe_path(char path[HOST_PATH_MAX])
{
	ssize_t len = readlink(EXE, path, HOST_PATH_MAX);

	if (len <= 0 || len >= HOST_PATH_MAX || path[0] != '/')
		return YKT_E_FILE;
	path[len] = '\0';

	return YKT_OK;
}

/* Cuts the last part off; "" above the root's children. */
static void
cut_last(char *path)
{
	char *slash = strrchr(path, '/');

	*(slash != NULL ? slash : path) = '\0';
}

enum ykt_status
host_prefix(char *ret_prefix)
{
	char path[HOST_PATH_MAX];
	enum ykt_status status = exe_path(path);

	if (status != YKT_OK)
		return status;
	cut_last(path);
	cut_last(path);
	memcpy(ret_prefix, path, strlen(path) + 1);

	return YKT_OK;
}

/* The folder of the library (or program) that this very code came in. */
static void
find_library(char library[HOST_PATH_MAX])
{
	Dl_info info;

	library[0] = '\0';
	if (dladdr((const void *)(uintptr_t)&host_attest_open, &info) == 0 ||
	    info.dli_fname == NULL || info.dli_fname[0] != '/' ||
	    strlen(info.dli_fname) >= HOST_PATH_MAX)
		return;
	memcpy(library, info.dli_fname, strlen(info.dli_fname) + 1);
	cut_last(library);
}

static enum ykt_status
attest_manifest(void *ctx, struct ykt_buf *out)
{
	const struct host_attest *attest = ctx;
	char path[HOST_PATH_MAX];
	enum ykt_status status = host_dirs_join(attest->prefix, HOST_MANIFEST, path);
	FILE *file;

	if (status != YKT_OK)
		return YKT_E_FILE;
	file = fopen(path, "rbe");
	if (file == NULL)
		return errno == ENOENT || errno == ENOTDIR ? YKT_NOT_FOUND : YKT_E_FILE;
	out->len += fread(out->data + out->len, 1, out->cap - out->len, file);
	if (ferror(file))
		status = YKT_E_FILE;
	else if (out->len == out->cap && getc(file) != EOF)
		status = YKT_E_SPACE;
	(void)fclose(file);

	return status;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* The place of that name: its own, a free one, or none. */
static struct host_attest_seen *
seen_find(struct host_attest *attest, const char *name)
{
	for (size_t i = 0; i < attest->seen_count; i++) {
		if (strcmp(attest->seen[i].name, name) == 0)
			return &attest->seen[i];
	}
	if (attest->seen_count == HOST_ATTEST_SEEN || strlen(name) >= HOST_ATTEST_NAME)
		return NULL;
	strcpy(attest->seen[attest->seen_count].name, name);

	return &attest->seen[attest->seen_count++];
}

static enum ykt_status
hash_file(struct host_attest *attest, int fd, size_t size, uint8_t ret_sha256[32])
{
	uint8_t *bytes = ykt_mem_get(&ykt_alloc_libc, size + 1);
	struct ykt_bytes content = { bytes, 0 };
	ssize_t got = 1;
	enum ykt_status status = YKT_E_FILE;

	if (bytes == NULL)
		return YKT_E_FILE;
	while (got > 0 && content.len <= size) {
		got = read(fd, bytes + content.len, size + 1 - content.len);
		if (got > 0)
			content.len += (size_t)got;
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	attest->reads++;
	if (got == 0 && content.len == size)
		status = crypto_sha256(attest->crypto, &content, 1, ret_sha256);
	ykt_mem_put(&ykt_alloc_libc, &bytes, size + 1);

	return status;
}

static enum ykt_status
measure_fd(struct host_attest *attest, const char *name, int fd, uint64_t *ret_size,
    uint8_t ret_sha256[32])
{
	struct host_attest_seen *seen;
	struct stat info;
	enum ykt_status status = YKT_OK;

	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size < 0 ||
	    info.st_size > FILE_MAX)
		return YKT_E_FILE;
	seen = seen_find(attest, name);
	if (seen == NULL)
		return YKT_E_FILE;
	if (!same_file(&seen->at, &info)) {
		memset(&seen->at, 0, sizeof(seen->at));
		status = hash_file(attest, fd, (size_t)info.st_size, seen->sha256);
	}
	if (status != YKT_OK)
		return status;
	seen->at = info;
	*ret_size = (uint64_t)info.st_size;
	memcpy(ret_sha256, seen->sha256, 32);

	return YKT_OK;
}

static enum ykt_status
attest_measure(void *ctx, const char *name, uint64_t *ret_size, uint8_t ret_sha256[32])
{
	struct host_attest *attest = ctx;
	char path[HOST_PATH_MAX];
	enum ykt_status status;
	int fd;

	if (strcmp(name, attest->program) == 0)
		fd = open(EXE, O_RDONLY | O_CLOEXEC);
	else if (host_dirs_join(attest->prefix, name, path) != YKT_OK)
		return YKT_E_FILE;
	else
		fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? YKT_NOT_FOUND : YKT_E_FILE;
	status = measure_fd(attest, name, fd, ret_size, ret_sha256);
	close(fd);

	return status;
}

static enum ykt_status
attest_look(void *ctx, unsigned *ret_findings)
{
	const struct host_attest *attest = ctx;

	*ret_findings = host_look(attest->prefix, attest->library);

	return YKT_OK;
}

static enum ykt_status
attest_system(void *ctx, struct ykt_system *ret_system)
{
	(void)ctx;

	return host_system(ret_system);
}

enum ykt_status
host_attest_open(const char *prefix, struct crypto *crypto, struct host_attest *ret_attest)
{
	char path[HOST_PATH_MAX];
	enum ykt_status status = exe_path(path);
	size_t len;

	if (status != YKT_OK)
		return status;
	memset(ret_attest, 0, sizeof(*ret_attest));
	ret_attest->crypto = crypto;
	if (prefix == NULL)
		status = host_prefix(ret_attest->prefix);
	else if (realpath(prefix, ret_attest->prefix) == NULL)
		status = YKT_E_FILE;
	if (status != YKT_OK)
		return status;
	find_library(ret_attest->library);
	len = strlen(ret_attest->prefix);
	if (strncmp(path, ret_attest->prefix, len) == 0 && path[len] == '/' &&
	    strlen(path + len + 1) < HOST_ATTEST_NAME)
		strcpy(ret_attest->program, path + len + 1);

	return YKT_OK;
}

struct ykt_attest
host_attest_port(struct host_attest *attest)
{
	return (struct ykt_attest){
		.ctx = attest,
		.program = attest->program,
		.manifest = attest_manifest,
		.measure = attest_measure,
		.look = attest_look,
		.system = attest_system,
	};
}
