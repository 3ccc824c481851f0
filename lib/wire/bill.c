/*
 * What a payer's signature covers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/bill.h"

#include <assert.h>
#include <string.h>

#include "crypto/digest.h"

#define ID_LEN  32
#define TO_SIGN "ykt-pay1"

enum ykt_status
wire_bill_digest(
    struct crypto *c, const struct wire_bill *bill, const char user_id[33], uint8_t ret_digest[32])
{
	struct ykt_bytes payee = ykt_bytes_str(bill->payee), goods = ykt_bytes_str(bill->goods);
	uint8_t amount[8], payee_len = (uint8_t)payee.len, goods_len = (uint8_t)goods.len;
	const struct ykt_bytes parts[] = {
		ykt_bytes_str("ykt-bill"),
		ykt_bytes_str(bill->bill_id),
		ykt_bytes_str(user_id),
		YKT_BYTES(amount),
		ykt_bytes(&payee_len, 1),
		payee,
		ykt_bytes(&goods_len, 1),
		goods,
	};

	assert(strlen(bill->bill_id) == ID_LEN && strlen(user_id) == ID_LEN);

	ykt_set_u64(amount, (uint64_t)bill->amount_fen);

	return crypto_sm3(c, parts, YKT_ARRAY_LEN(parts), ret_digest);
}

void
wire_bill_to_sign(const uint8_t digest[32], const char idem[33], uint8_t out[WIRE_BILL_SIGN_LEN])
{
	assert(strlen(idem) == ID_LEN);

	memcpy(out, TO_SIGN, 8);
	memcpy(out + 8, digest, 32);
	memcpy(out + 40, idem, ID_LEN);
}
