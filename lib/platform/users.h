/*
 * The people.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_USERS_H
#define PLATFORM_USERS_H

#include "platform/room.h"

struct user {
	char user_id[33];
	char name[65];
	char verifier[CRYPTO_PWHASH_MAX];
};

/* YKT_NOT_FOUND: nobody has that number. */
YKT_MUST_USE enum ykt_status
user_by_phone(struct ykt_tx *tx, const char *phone, struct user *ret_user);

#endif
