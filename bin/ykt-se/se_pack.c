/*
 * ykt-se pack, unpack: images into one file that one process serves, and out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#include "host/host_daemon.h"
#include "host/host_nvm.h"
#include "link/se_serve.h"
#include "se/image.h"
#include "se_hold.h"
#include "se_program.h"

/* A whole card, with its keys: wiped after use. */
static uint8_t image[SE_IMAGE_SIZE];

/* Makes a file of count images; never over one that is there. */
static enum ykt_status
make_file(const char *path, size_t count, struct host_nvm **ret_nvm)
{
	bool created = false;
	enum ykt_status status;

	errno = 0;
	if (access(path, F_OK) == 0) {
		se_complain("%s: is there already", path);
		return YKT_CONFLICT;
	}
	status = host_nvm_open(
	    &ykt_alloc_libc, path, (uint32_t)count * SE_IMAGE_SIZE, ret_nvm, &created);
	if (status == YKT_OK && !created)
		status = YKT_CONFLICT;
	if (status != YKT_OK)
		se_complain_image(path, status);
	return status;
}

/* Image number from of the file at path, which has count of them, into the buffer. */
static enum ykt_status
read_image(const char *path, size_t count, size_t from)
{
	struct host_nvm *nvm = NULL;
	struct ykt_nvm port;
	enum ykt_status status;

	if (access(path, F_OK) != 0) {
		se_complain("%s: no such image", path);
		return YKT_NOT_FOUND;
	}
	errno = 0;
	status = host_nvm_open(&ykt_alloc_libc, path, (uint32_t)count * SE_IMAGE_SIZE, &nvm, NULL);
	if (status == YKT_OK) {
		port = host_nvm_port(nvm);
		status = ykt_nvm_read(&port, (uint32_t)from * SE_IMAGE_SIZE, image, SE_IMAGE_SIZE);
	}
	if (status != YKT_OK)
		se_complain_image(path, status);
	host_nvm_close(&nvm);
	return status;
}

static enum ykt_status
write_image(struct host_nvm *nvm, size_t to)
{
	const struct ykt_nvm port = host_nvm_port(nvm);

	return ykt_nvm_write(&port, (uint32_t)to * SE_IMAGE_SIZE, image, SE_IMAGE_SIZE);
}

/* Syncs and closes; a file that did not get whole goes away. */
static int
finish(const char *path, struct host_nvm *nvm, enum ykt_status status)
{
	const bool made = nvm != NULL;

	if (status == YKT_OK) {
		status = host_nvm_sync(nvm);
		if (status != YKT_OK)
			se_complain_image(path, status);
	}
	host_nvm_close(&nvm);
	if (made && status != YKT_OK)
		(void)unlink(path);
	ykt_wipe(image, sizeof(image));
	return status == YKT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
se_pack_main(const struct se_options *options)
{
	const char *path = options->args[0];
	const size_t count = (size_t)options->arg_count - 1;
	struct host_nvm *nvm = NULL;
	enum ykt_status status;

	if (count > SE_SERVE_TOGETHER_MAX) {
		se_complain("pack: at most %d images", SE_SERVE_TOGETHER_MAX);
		return SE_EXIT_USAGE;
	}
	if (host_daemon_begin() != YKT_OK)
		return EXIT_FAILURE;
	status = make_file(path, count, &nvm);
	for (size_t i = 0; i < count && status == YKT_OK; i++) {
		status = read_image(options->args[1 + i], 1, 0);
		if (status == YKT_OK)
			status = write_image(nvm, i);
	}
	return finish(path, nvm, status);
}

int
se_unpack_main(const struct se_options *options)
{
	const char *path = options->args[2];
	const size_t count = se_hold_images(options->args[0]);
	char *end = NULL;
	unsigned long number;
	struct host_nvm *nvm = NULL;
	enum ykt_status status;

	errno = 0;
	number = strtoul(options->args[1], &end, 10);
	if (errno != 0 || *end != '\0' || end == options->args[1] || number >= count) {
		se_complain("%s: has no card number %s", options->args[0], options->args[1]);
		return EXIT_FAILURE;
	}
	if (host_daemon_begin() != YKT_OK)
		return EXIT_FAILURE;
	status = read_image(options->args[0], count, number);
	if (status == YKT_OK)
		status = make_file(path, 1, &nvm);
	if (status == YKT_OK)
		status = write_image(nvm, 0);
	return finish(path, nvm, status);
}
