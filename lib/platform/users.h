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
	bool element; /* registered with one */
};

/*
 * A text that people read: not empty, no control characters, no invisible
 * direction marks, no blank at either end. The reader has made sure of UTF-8.
 */
bool user_name_valid(const char *name);

/* YKT_NOT_FOUND: nobody has that number. */
YKT_MUST_USE enum ykt_status
user_by_phone(struct ykt_tx *tx, const char *phone, struct user *ret_user);

/* Does this user test applications? YKT_NOT_FOUND: there is none such. */
YKT_MUST_USE enum ykt_status user_tests(struct ykt_tx *tx, const char *user_id, bool *ret_test);

/*
 * Asks the user of a session for the login password again. Counted and made to
 * wait as a login is, with which it shares the count. ret_phone: of the user.
 *
 * YKT_DENIED: wrong, or tried too often; nothing tells which
 */
YKT_MUST_USE enum ykt_status user_step_up(struct platform_worker *w, const struct op_call *call,
    const char *password, char ret_phone[21]);

#endif
