/*
 * What a user's yes to a withdrawal covers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/withdraw.h"

#include <assert.h>
#include <string.h>

#include "crypto/digest.h"

#define ID_LEN 32

enum ykt_status
wire_withdraw_digest(struct crypto *c, const struct wire_withdraw_req *req, const char user_id[33],
    const char *account, uint8_t ret_digest[32])
{
	const struct ykt_bytes shown = ykt_bytes_str(account);
	const uint8_t len = (uint8_t)shown.len;
	uint8_t amount[8];
	const struct ykt_bytes parts[] = {
		ykt_bytes_str("ykt-wdrw"),
		ykt_bytes_str(req->withdraw_id),
		ykt_bytes_str(user_id),
		YKT_BYTES(amount),
		ykt_bytes_str(req->account_id),
		ykt_bytes(&len, 1),
		shown,
	};

	assert(strlen(req->withdraw_id) == ID_LEN && strlen(user_id) == ID_LEN &&
	       strlen(req->account_id) == ID_LEN && shown.len < WIRE_WITHDRAW_TEXT_MAX);

	ykt_set_u64(amount, (uint64_t)req->amount_fen);

	return crypto_sm3(c, parts, YKT_ARRAY_LEN(parts), ret_digest);
}

void
wire_withdraw_to_sign(
    const uint8_t digest[32], const char withdraw_id[33], uint8_t out[WIRE_WITHDRAW_SIGN_LEN])
{
	assert(strlen(withdraw_id) == ID_LEN);

	memcpy(out, "ykt-wdr1", 8);
	memcpy(out + 8, digest, 32);
	memcpy(out + 40, withdraw_id, ID_LEN);
}
