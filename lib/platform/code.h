/*
 * Accounts of ride codes: one a user, made with the first authorisation.
 *
 * Numbers are ours (grade D): field 4 is city and 12 digits, field 5 is 00, city
 * and 14 digits, which no card number is, since those begin with 0 and an IIN.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_CODE_H
#define PLATFORM_CODE_H

#include "platform/room.h"

#define CODE_ACCOUNT_OPEN   "open"
#define CODE_ACCOUNT_FROZEN "frozen" /* no new authorisation; gates refuse those given */
#define CODE_ACCOUNT_CLOSED "closed" /* the same, of a user who is gone; for good */

struct code_account {
	char user_id[33];
	char user_no[21]; /* field 5 as digits, and the name in a blacklist */
	char account[17]; /* field 4 */
	char state[17];
};

/* YKT_NOT_FOUND: the user never asked for a code. */
YKT_MUST_USE enum ykt_status
code_account_get(struct ykt_tx *tx, const char *user_id, struct code_account *ret_account);
/* The same, made when it is not there. */
YKT_MUST_USE enum ykt_status code_account_make(struct ykt_tx *tx, const struct platform *p,
    const char *user_id, int64_t now_ms, struct code_account *ret_account);
/* YKT_NOT_FOUND: no such number, or it is closed. */
YKT_MUST_USE enum ykt_status
code_account_freeze(struct ykt_tx *tx, const char *user_no, bool frozen);

/* With its user, in the same transaction. */
YKT_MUST_USE enum ykt_status code_account_close(struct ykt_tx *tx, const char *user_id);

/* Who an authorisation (fields 3 to 15, to the byte) was given to. YKT_NOT_FOUND. */
YKT_MUST_USE enum ykt_status
code_issued_to(struct ykt_tx *tx, const uint8_t auth_hash[32], struct code_account *ret_account);

#endif
