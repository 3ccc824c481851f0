/*
 * ykt-se: opening and making card images, shared by the commands that do.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_SE_IMAGE_FILE_H
#define YKT_SE_IMAGE_FILE_H

#include "crypto/core.h"
#include "host/host_nvm.h"
#include "se/se.h"
#include "se_program.h"

/*
 * Opens and locks the image at path; makes it when it is not there. Says on
 * standard error what is wrong.
 *
 * YKT_CONFLICT  it holds a card already, and not force
 * what host_nvm_open() gives
 */
YKT_MUST_USE enum ykt_status se_image_open(const char *path, bool force, struct host_nvm **ret_nvm);

/*
 * Makes args[0] a blank card, by --se-id, --root and --force; nothing is synced.
 * Says on standard error what is wrong. YKT_E_ARG and others: not made.
 */
YKT_MUST_USE enum ykt_status se_image_blank(const struct se_options *options, struct crypto *crypto,
    struct host_nvm **ret_nvm, uint8_t ret_identity[SE_IDENTITY_LEN]);

#endif
