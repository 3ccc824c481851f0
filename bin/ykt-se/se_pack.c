/*
 * ykt-se pack, unpack, import: images into one file that one process serves, and
 * out of it, and into a seal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#include "host/host_daemon.h"
#include "host/host_nvm.h"
#include "host/host_random.h"
#include "link/se_serve.h"
#include "se/image.h"
#include "se_hold.h"
#include "se_image.h"
#include "se_program.h"

/* A whole card, with its keys: wiped after use. */
static uint8_t card[SE_IMAGE_SIZE];

/* Copies image number from of one file to number to of another. */
static enum ykt_status
copy(const struct se_image *source, size_t from, struct se_image *target, size_t to)
{
	enum ykt_status status =
	    ykt_nvm_read(&source->port, (uint32_t)from * SE_IMAGE_SIZE, card, SE_IMAGE_SIZE);

	if (status == YKT_OK)
		status =
		    ykt_nvm_write(&target->port, (uint32_t)to * SE_IMAGE_SIZE, card, SE_IMAGE_SIZE);
	ykt_wipe(card, sizeof(card));
	return status;
}

/* Syncs and closes; a file that did not get whole goes away. */
static int
finish(const char *path, struct se_image *image, enum ykt_status status)
{
	const bool made = image->file != NULL;

	if (status == YKT_OK)
		status = se_image_sync(image, path);
	se_image_close(image);
	if (made && status != YKT_OK)
		(void)unlink(path);
	return status == YKT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
se_pack_main(const struct se_options *options)
{
	const char *path = options->args[0];
	const size_t count = (size_t)options->arg_count - 1;
	struct se_image image = { .file = NULL };
	struct crypto *crypto = NULL;
	enum ykt_status status;
	int code;

	if (count > SE_SERVE_TOGETHER_MAX) {
		se_complain("pack: at most %d images", SE_SERVE_TOGETHER_MAX);
		return SE_EXIT_USAGE;
	}
	if (host_daemon_begin() != YKT_OK)
		return EXIT_FAILURE;
	status = crypto_new(&ykt_alloc_libc, NULL, &crypto);
	if (status == YKT_OK)
		status = se_image_make(options, crypto, path, count, &image);
	for (size_t i = 0; i < count && status == YKT_OK; i++) {
		struct se_image one;

		status = se_image_open(options, crypto, options->args[1 + i], 1, &one);
		if (status == YKT_OK)
			status = copy(&one, 0, &image, i);
		se_image_close(&one);
	}
	code = finish(path, &image, status);
	crypto_free(&crypto);
	return code;
}

static enum ykt_status
read_number(const struct se_options *options, size_t count, size_t *ret_number)
{
	const char *text = options->args[1];
	char *end = NULL;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno != 0 || *end != '\0' || end == text || number >= count) {
		se_complain("%s: has no card number %s", options->args[0], text);
		return YKT_E_ARG;
	}
	*ret_number = number;
	return YKT_OK;
}

int
se_unpack_main(const struct se_options *options)
{
	const char *path = options->args[2];
	struct se_image many = { .file = NULL };
	struct se_image image = { .file = NULL };
	struct crypto *crypto = NULL;
	enum ykt_status status;
	size_t number = 0;
	int code;

	if (host_daemon_begin() != YKT_OK)
		return EXIT_FAILURE;
	status = crypto_new(&ykt_alloc_libc, NULL, &crypto);
	if (status == YKT_OK)
		status = se_image_open(options, crypto, options->args[0], 0, &many);
	if (status == YKT_OK)
		status = read_number(options, many.port.size / SE_IMAGE_SIZE, &number);
	if (status == YKT_OK)
		status = se_image_make(options, crypto, path, 1, &image);
	if (status == YKT_OK)
		status = copy(&many, number, &image, 0);
	code = finish(path, &image, status);
	se_image_close(&many);
	crypto_free(&crypto);
	return code;
}

/* A plain file of images, as this program made them before they were sealed. */
static enum ykt_status
open_plain(const char *path, struct host_nvm **ret_nvm, size_t *ret_count)
{
	enum ykt_status status;
	struct stat info;

	if (stat(path, &info) != 0) {
		se_complain("%s: %s", path, strerror(errno));
		return YKT_NOT_FOUND;
	}
	if (info.st_size == 0 || info.st_size % SE_IMAGE_SIZE != 0 ||
	    info.st_size / SE_IMAGE_SIZE > SE_SERVE_TOGETHER_MAX) {
		se_complain("%s: not one to %d plain images (what is sealed needs no import)", path,
		    SE_SERVE_TOGETHER_MAX);
		return YKT_E_FORMAT;
	}
	errno = 0;
	status = host_nvm_open(&ykt_alloc_libc, path, (uint32_t)info.st_size, ret_nvm, NULL);
	if (status != YKT_OK)
		se_complain_image(path, status);
	*ret_count = (size_t)info.st_size / SE_IMAGE_SIZE;
	return status;
}

/* Every card of the new file must start. */
static enum ykt_status
check_starts(const struct se_options *options, struct crypto *crypto)
{
	const struct ykt_random random = host_random();
	struct se_options made = *options;
	struct se_hold hold = { .in_memory = true };
	enum ykt_status status;

	made.args = options->args + 1;
	made.container = true;
	status = se_hold_open(&made, crypto, &random, &hold);
	se_hold_close(&hold);
	return status;
}

int
se_import_main(const struct se_options *options)
{
	const char *path = options->args[1];
	struct se_image image = { .file = NULL };
	struct se_image plain = { .file = NULL };
	struct host_nvm *nvm = NULL;
	struct crypto *crypto = NULL;
	size_t count = 0;
	enum ykt_status status;
	int code;

	if (host_daemon_begin() != YKT_OK)
		return EXIT_FAILURE;
	status = crypto_new(&ykt_alloc_libc, NULL, &crypto);
	if (status == YKT_OK)
		status = open_plain(options->args[0], &nvm, &count);
	if (status == YKT_OK) {
		plain.port = host_nvm_port(nvm);
		status = se_image_make(options, crypto, path, count, &image);
	}
	for (size_t i = 0; i < count && status == YKT_OK; i++)
		status = copy(&plain, i, &image, i);
	code = finish(path, &image, status);
	if (code == EXIT_SUCCESS && check_starts(options, crypto) != YKT_OK) {
		(void)unlink(path);
		code = EXIT_FAILURE;
	}
	host_nvm_close(&nvm);
	crypto_free(&crypto);
	return code;
}
