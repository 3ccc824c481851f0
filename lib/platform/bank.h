/*
 * Bank cards and payment accounts that users bind (C5-BND-1, C5-BND-2).
 *
 * A row knows a token, an issuer's name and four digits, never a number. It is
 * durable before the account system is asked; what that did not answer is asked for
 * by the outbox, under the same id, so that nothing is bound twice (R-rules). An
 * account that is unbound pays nothing from that moment on; that the account system
 * forgets the token is the outbox's to see to.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_BANK_H
#define PLATFORM_BANK_H

#include "platform/room.h"
#include "wire/account.h"

#define BANK_ACCOUNTS_MAX 5 /* of one user, bound or on their way */
/* A binding without an outcome is given up after so long: a request that was sent for it
 * is too old then for anybody. */
#define BANK_LIFE_MS (2 * WIRE_CLOCK_MS)

struct bank {
	char user_id[33];
	uint8_t token[16];
	int64_t begun_ms;
	struct wire_account wire; /* id, state and what may be told */
};

/* YKT_NOT_FOUND; another user's is as if it were not there. */
YKT_MUST_USE enum ykt_status
bank_get(struct ykt_tx *tx, const char *account_id, struct bank *ret_bank);
YKT_MUST_USE enum ykt_status
bank_get_own(struct ykt_tx *tx, const char *account_id, const char *user_id, struct bank *ret_bank);
enum wire_account_state bank_state(const struct bank *bank);

/* Inserts a new one, asked, with its turn of the outbox. YKT_CONFLICT: there is one. */
YKT_MUST_USE enum ykt_status
bank_insert(struct ykt_tx *tx, const struct platform *p, const struct bank *bank, int64_t now_ms);
/* How many of the user count against BANK_ACCOUNTS_MAX. */
YKT_MUST_USE enum ykt_status bank_count(struct ykt_tx *tx, const char *user_id, int64_t *ret_count);

/*
 * What the account system said, once: a binding that has ended stays so, and one
 * that is bound does not wait again. ret_bank: as it is then.
 */
YKT_MUST_USE enum ykt_status bank_apply(struct ykt_tx *tx, const char *account_id,
    const struct wire_psp_bind_rsp *rsp, int64_t now_ms, struct bank *ret_bank);
/* Refused for a reason of ours. */
YKT_MUST_USE enum ykt_status
bank_refuse(struct ykt_tx *tx, const char *account_id, const char *reason);
/* From here on it pays nothing; the outbox tells the account system. */
YKT_MUST_USE enum ykt_status
bank_unbind(struct ykt_tx *tx, const char *account_id, const char *reason, int64_t now_ms);
/* The account system knows: nothing of the account is kept but its id. */
YKT_MUST_USE enum ykt_status bank_unbound(struct ykt_tx *tx, const char *account_id);
/* All of a user who closes the account. */
YKT_MUST_USE enum ykt_status
bank_unbind_all(struct ykt_tx *tx, const char *user_id, int64_t now_ms);

/* "issuer 1234": what a payment confirmation shows of an account (wire/shown.h). */
#define BANK_TEXT_MAX 56
void bank_text(const struct wire_account *account, char out[BANK_TEXT_MAX]);

/* The outbox's turn: asks how it stands, or has the token forgotten. */
YKT_MUST_USE enum ykt_status
bank_tick(struct platform_worker *w, const char *account_id, int64_t now_ms);

#endif
