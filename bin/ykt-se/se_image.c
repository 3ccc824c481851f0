/*
 * ykt-se: sealed files of card images, see se_image.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se_image.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#include "host/host_random.h"
#include "se/image.h"

/* The seal key and what the driver needs besides. */
static enum ykt_status
prepare(const struct se_options *options, struct crypto *crypto, struct se_image *image,
    struct host_sealed_options *ret_options)
{
	memset(image, 0, sizeof(*image));
	image->random = host_random();
	*ret_options =
	    (struct host_sealed_options){ &ykt_alloc_libc, crypto, &image->random, image->key };
	errno = 0;

	return se_keyfile_read(options->seal_key_file, "seal", HOST_SEALED_TEST_KEY, image->key);
}

static enum ykt_status
open_sealed(const struct host_sealed_options *sealed, const char *path, struct se_image *image)
{
	enum ykt_status status = host_sealed_open(sealed, path, &image->file);

	if (status == YKT_OK)
		image->port = host_sealed_port(image->file);
	if (status == YKT_OK && host_sealed_was_cut(image->file))
		se_complain("%s: a write was cut short, or its spare half is damaged; no card has "
			    "lost anything that it answered",
		    path);

	return status;
}

enum ykt_status
se_image_open(const struct se_options *options, struct crypto *crypto, const char *path,
    size_t count, struct se_image *image)
{
	struct host_sealed_options sealed;
	enum ykt_status status = prepare(options, crypto, image, &sealed);

	if (status == YKT_OK) {
		status = open_sealed(&sealed, path, image);
		if (status != YKT_OK)
			se_complain_image(path, status);
	}
	if (status == YKT_OK && count == 0 && image->port.size % SE_IMAGE_SIZE != 0) {
		se_complain("%s: not of whole images", path);
		status = YKT_E_CORRUPT;
	} else if (status == YKT_OK && count != 0 && image->port.size != count * SE_IMAGE_SIZE) {
		status = YKT_E_CORRUPT;
		if (image->port.size % SE_IMAGE_SIZE == 0)
			se_complain("%s: holds %u cards; 'run --container' serves them, 'unpack' "
				    "takes one out",
			    path, (unsigned)(image->port.size / SE_IMAGE_SIZE));
		else
			se_complain_image(path, status);
	}
	if (status != YKT_OK)
		se_image_close(image);

	return status;
}

enum ykt_status
se_image_make(const struct se_options *options, struct crypto *crypto, const char *path,
    size_t count, struct se_image *image)
{
	struct host_sealed_options sealed;
	enum ykt_status status = prepare(options, crypto, image, &sealed);

	if (status == YKT_OK) {
		status = host_sealed_create(&sealed, path, (uint32_t)count * SE_IMAGE_SIZE, 0);
		if (status == YKT_OK)
			status = open_sealed(&sealed, path, image);
		if (status != YKT_OK)
			se_complain_image(path, status);
	}
	if (status != YKT_OK)
		se_image_close(image);

	return status;
}

/* What the image holds already: a card, or nothing of ours. */
static bool
holds_something(const struct ykt_nvm *port)
{
	uint8_t first[8];
	static const uint8_t none[8];

	return ykt_nvm_read(port, SE_HOME_IN, first, sizeof(first)) == YKT_OK &&
	       memcmp(first, none, sizeof(none)) != 0;
}

enum ykt_status
se_image_replace(const struct se_options *options, struct crypto *crypto, const char *path,
    struct se_image *image)
{
	enum ykt_status status;

	if (access(path, F_OK) != 0 && errno == ENOENT)
		return se_image_make(options, crypto, path, 1, image);
	status = se_image_open(options, crypto, path, 1, image);
	if (status == YKT_OK && !options->force && holds_something(&image->port)) {
		se_complain("%s: holds a card already; --force overwrites it", path);
		se_image_close(image);
		status = YKT_CONFLICT;
	}

	return status;
}

enum ykt_status
se_image_sync(struct se_image *image, const char *path)
{
	enum ykt_status status = host_sealed_sync(image->file);

	if (status != YKT_OK)
		se_complain_image(path, status);

	return status;
}

void
se_image_complain_start(
    const char *path, const struct ykt_nvm *port, uint32_t base, enum ykt_status status)
{
	static const uint8_t magic[8] = SE_IMAGE_MAGIC;
	uint8_t head[SE_HEAD_VERSION + 2];

	if (status == YKT_E_CORRUPT &&
	    ykt_nvm_read(port, base + SE_HOME_IN, head, sizeof(head)) == YKT_OK &&
	    memcmp(head, magic, sizeof(magic)) == 0 &&
	    ykt_get_u16(head + SE_HEAD_VERSION) != SE_IMAGE_VERSION)
		se_complain(
		    "%s: a card of layout %u; this program has layout %u: make the card anew", path,
		    (unsigned)ykt_get_u16(head + SE_HEAD_VERSION), SE_IMAGE_VERSION);
	else
		se_complain_image(path, status);
}

void
se_image_close(struct se_image *image)
{
	host_sealed_close(&image->file);
	ykt_wipe(image->key, sizeof(image->key));
}
