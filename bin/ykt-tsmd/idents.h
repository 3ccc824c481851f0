/*
 * Platforms whose identity application each element shall have, in ykt-tsmd's configuration.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TSMD_IDENTS_H
#define TSMD_IDENTS_H

#include "config.h"
#include "tsm/tsm.h"

/* One of the list "idents": paths of public keys. */
struct tsmd_ident {
	char city[5];
	char platform_key[CONFIG_PATH_MAX];
	char authority_key[CONFIG_PATH_MAX];
};
extern const struct wire_message tsmd_ident_msg;

/* No city twice. False: standard error says what is wrong. */
bool tsmd_idents_read(const char *program, const char *path, struct tsmd_ident *list, size_t count,
    struct tsm_ident *ret_idents);

#endif
