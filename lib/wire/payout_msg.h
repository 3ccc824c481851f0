/*
 * What the platform asks of the account system when money leaves a wallet. Apart from what the
 * client says, which does not need it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_PAYOUT_MSG_H
#define WIRE_PAYOUT_MSG_H

#include "wire/json.h"

#define WIRE_PATH_PSP_PAYOUT "/psp/payout"

/* Inside `signed`. The same id again is the same payout. */
struct wire_psp_payout_req {
	char payout_id[33];
	char bind_id[33];
	uint8_t token[16];
	int64_t amount_fen;
	int64_t ts_ms;
	uint8_t nonce[16];
};
struct wire_psp_payout_rsp {
	char payout_id[33];
	int64_t amount_fen;
	char state[17]; /* done or refused of enum wire_withdraw_state, for good */
	char reason[33];
};

extern const struct wire_message wire_psp_payout_req_msg;
extern const struct wire_message wire_psp_payout_rsp_msg;

#endif
