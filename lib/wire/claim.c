/*
 * What a user's yes to the unbinding of a transport card covers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/claim.h"

#include <assert.h>
#include <string.h>

#include "crypto/digest.h"

#define CARD_NO_LEN 20
#define ID_LEN      32

enum ykt_status
wire_card_unbind_digest(
    struct crypto *c, const char card_no[21], const char user_id[33], uint8_t ret_digest[32])
{
	const struct ykt_bytes parts[] = {
		ykt_bytes_str("ykt-ucrd"),
		ykt_bytes_str(card_no),
		ykt_bytes_str(user_id),
	};

	assert(strlen(card_no) == CARD_NO_LEN && strlen(user_id) == ID_LEN);

	return crypto_sm3(c, parts, YKT_ARRAY_LEN(parts), ret_digest);
}

void
wire_card_unbind_to_sign(
    const uint8_t digest[32], const char card_no[21], uint8_t out[WIRE_CARD_UNBIND_SIGN_LEN])
{
	assert(strlen(card_no) == CARD_NO_LEN);

	memcpy(out, "ykt-ubc1", 8);
	memcpy(out + 8, digest, 32);
	memcpy(out + 40, card_no, CARD_NO_LEN);
}
