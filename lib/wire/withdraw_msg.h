/*
 * What client and platform say about money that leaves a wallet for a bound account (docs/protocol.md section 14).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_WITHDRAW_MSG_H
#define WIRE_WITHDRAW_MSG_H

#include "wire/json.h"

#define WIRE_WITHDRAW_TEXT_MAX 56 /* "issuer 1234" */
#define WIRE_WITHDRAWALS_MAX   20 /* of one answer */

/* wallet.withdraw: withdraw_id is of the client's choosing; digest, sig: wire/withdraw.h. */
struct wire_withdraw_req {
	char withdraw_id[33];
	char account_id[33];
	int64_t amount_fen;
	uint8_t digest[32];
	uint8_t sig[64];
	WIRE_BLOB(160) pin;
};
/* wallet.withdrawal */
struct wire_withdraw_id_req {
	char withdraw_id[33];
};
struct wire_withdrawal {
	char withdraw_id[33];
	char account_id[33];
	char account[WIRE_WITHDRAW_TEXT_MAX];
	int64_t amount_fen;
	char state[17]; /* enum wire_withdraw_state */
	char reason[33];
	int64_t made_ms;
};

/* wallet.withdrawals: newest first. */
struct wire_withdrawals_req {
	bool abnormal; /* those without an outcome alone */
	int64_t limit; /* 1 to WIRE_WITHDRAWALS_MAX */
};
struct wire_withdrawals_rsp {
	size_t withdrawals_count;
	struct wire_withdrawal withdrawals[WIRE_WITHDRAWALS_MAX];
};

extern const struct wire_message wire_withdraw_req_msg;
extern const struct wire_message wire_withdraw_id_req_msg;
extern const struct wire_message wire_withdrawal_msg;
extern const struct wire_message wire_withdrawals_req_msg;
extern const struct wire_message wire_withdrawals_rsp_msg;

#endif
