/*
 * ykt-se: sealed files of card images, shared by the commands that open and make
 * them. All of it says on standard error what is wrong.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_SE_IMAGE_FILE_H
#define YKT_SE_IMAGE_FILE_H

#include "host/host_sealed.h"
#include "se/se.h"
#include "se_program.h"

/* A file of one or more images, one behind the other. The owner does not move it. */
struct se_image {
	uint8_t key[SEAL_KEY_LEN];
	struct ykt_random random;
	struct host_sealed *file; /* NULL: not open */
	struct ykt_nvm port;      /* over the whole file */
};

/*
 * Opens and locks the file at path, with --seal-key; crypto is borrowed until it
 * is closed. count is how many images it must have; 0: one or more. On an error
 * nothing is open.
 *
 * YKT_E_CORRUPT  not so many images
 * what host_sealed_open() and se_keyfile_read() give
 */
YKT_MUST_USE enum ykt_status se_image_open(const struct se_options *options, struct crypto *crypto,
    const char *path, size_t count, struct se_image *image);

/* Makes it, with count empty images, and opens it. YKT_CONFLICT: something is there. */
YKT_MUST_USE enum ykt_status se_image_make(const struct se_options *options, struct crypto *crypto,
    const char *path, size_t count, struct se_image *image);

/*
 * Opens the file of one image at path to be written over: one that is there only
 * when it is empty, or with --force. Makes it when it is not. As se_image_open();
 * YKT_CONFLICT: it holds a card.
 */
YKT_MUST_USE enum ykt_status se_image_replace(const struct se_options *options,
    struct crypto *crypto, const char *path, struct se_image *image);

/* Makes durable what was written. As host_sealed_sync(). */
YKT_MUST_USE enum ykt_status se_image_sync(struct se_image *image, const char *path);

/* Says why the card at base of the file did not start with this status. */
void se_image_complain_start(
    const char *path, const struct ykt_nvm *port, uint32_t base, enum ykt_status status);

/* Unlocks and wipes; does not sync. Accepts one that is not open, if zeroed. */
void se_image_close(struct se_image *image);

/*
 * Makes args[0] a blank card, by --se-id, --root and --force; nothing is synced.
 * YKT_E_ARG and others: not made, nothing is open.
 */
YKT_MUST_USE enum ykt_status se_image_blank(const struct se_options *options, struct crypto *crypto,
    struct se_image *image, uint8_t ret_identity[SE_IDENTITY_LEN]);

#endif
