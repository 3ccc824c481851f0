/*
 * What a user's yes to an order covers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/shown.h"

#include <assert.h>
#include <string.h>

#include "crypto/digest.h"

#define ID_LEN  32
#define TO_SIGN "ykt-cfm1"

enum ykt_status
wire_shown_digest(struct crypto *c, const struct wire_shown *shown, uint8_t ret_digest[32])
{
	const struct ykt_bytes kind = ykt_bytes_str(shown->kind);
	const struct ykt_bytes card_no = ykt_bytes_str(shown->card_no);
	const struct ykt_bytes city = ykt_bytes_str(shown->city);
	const struct ykt_bytes payee = ykt_bytes_str(shown->payee);
	const struct ykt_bytes account =
	    ykt_bytes_str(shown->account != NULL ? shown->account : "");
	const uint8_t lens[] = { (uint8_t)kind.len, (uint8_t)card_no.len, (uint8_t)city.len,
		(uint8_t)payee.len, (uint8_t)account.len };
	uint8_t money[24];
	const struct ykt_bytes parts[] = {
		ykt_bytes_str("ykt-show"),
		ykt_bytes_str(shown->order_id),
		ykt_bytes_str(shown->user_id),
		YKT_BYTES(money),
		ykt_bytes(&lens[0], 1),
		kind,
		ykt_bytes(&lens[1], 1),
		card_no,
		ykt_bytes(&lens[2], 1),
		city,
		ykt_bytes(&lens[3], 1),
		payee,
		ykt_bytes(&lens[4], 1),
		account,
	};
	/* Without an account the text ends before it: no other text does. */
	const size_t count = YKT_ARRAY_LEN(parts) - (account.len == 0 ? 2 : 0);

	assert(strlen(shown->order_id) == ID_LEN && strlen(shown->user_id) == ID_LEN);

	ykt_set_u64(money, (uint64_t)shown->amount_fen);
	ykt_set_u64(money + 8, (uint64_t)shown->fee_fen);
	ykt_set_u64(money + 16, (uint64_t)shown->load_fen);

	return crypto_sm3(c, parts, count, ret_digest);
}

void
wire_shown_to_sign(
    const uint8_t digest[32], const char prepay_id[33], uint8_t out[WIRE_SHOWN_SIGN_LEN])
{
	assert(strlen(prepay_id) == ID_LEN);

	memcpy(out, TO_SIGN, 8);
	memcpy(out + 8, digest, 32);
	memcpy(out + 40, prepay_id, ID_LEN);
}

enum ykt_status
wire_refund_digest(struct crypto *c, const char *order_id, const char *user_id, int64_t amount_fen,
    const char *to, uint8_t ret_digest[32])
{
	const uint8_t len = (uint8_t)strlen(to);
	uint8_t amount[8];
	const struct ykt_bytes parts[] = { ykt_bytes_str("ykt-rfnd"), ykt_bytes_str(order_id),
		ykt_bytes_str(user_id), YKT_BYTES(amount), ykt_bytes(&len, 1), ykt_bytes_str(to) };

	assert(strlen(order_id) == ID_LEN && strlen(user_id) == ID_LEN);

	ykt_set_u64(amount, (uint64_t)amount_fen);

	return crypto_sm3(c, parts, YKT_ARRAY_LEN(parts), ret_digest);
}

void
wire_refund_to_sign(const uint8_t digest[32], const char idem[33], uint8_t out[WIRE_SHOWN_SIGN_LEN])
{
	assert(strlen(idem) == ID_LEN);

	memcpy(out, "ykt-rfd1", 8);
	memcpy(out + 8, digest, 32);
	memcpy(out + 40, idem, ID_LEN);
}

enum ykt_status
wire_unload_digest(struct crypto *c, const struct wire_unload_yes *yes, uint8_t ret_digest[32])
{
	const struct ykt_bytes card_no = ykt_bytes_str(yes->card_no);
	const struct ykt_bytes purpose = ykt_bytes_str(yes->purpose);
	const struct ykt_bytes to = ykt_bytes_str(yes->to);
	const uint8_t lens[] = { (uint8_t)card_no.len, (uint8_t)purpose.len, (uint8_t)to.len };
	uint8_t fee[8];
	const struct ykt_bytes parts[] = { ykt_bytes_str("ykt-unld"), ykt_bytes_str(yes->user_id),
		YKT_BYTES(fee), ykt_bytes(&lens[0], 1), card_no, ykt_bytes(&lens[1], 1), purpose,
		ykt_bytes(&lens[2], 1), to };

	assert(strlen(yes->user_id) == ID_LEN);

	ykt_set_u64(fee, (uint64_t)yes->fee_fen);

	return crypto_sm3(c, parts, YKT_ARRAY_LEN(parts), ret_digest);
}

void
wire_unload_to_sign(const uint8_t digest[32], const char wish[33], uint8_t out[WIRE_SHOWN_SIGN_LEN])
{
	assert(strlen(wish) == ID_LEN);

	memcpy(out, "ykt-uld1", 8);
	memcpy(out + 8, digest, 32);
	memcpy(out + 40, wish, ID_LEN);
}
