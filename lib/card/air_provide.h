/*
 * The keys of a card's menu on their way into an element that is in use: one grouping of
 * STORE DATA to the issuer's domain, encrypted under that domain's key for keys, so that
 * only the key module and the element see them (project choice).
 *
 *   8120  algorithm | KIc 16 | KID 16 | payload 16 | 15 bytes of the SM3 of all before
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_AIR_PROVIDE_H
#define CARD_AIR_PROVIDE_H

#include "card/air_keys.h"

#define AIR_DGI_KEYS    0x8120
#define AIR_PROVIDE_LEN 64 /* clear; as long when it is encrypted */

/* In the clear. The caller wipes it. */
struct air_provide {
	uint8_t alg; /* enum ota_alg: AES, or 3DES of two keys */
	uint8_t kic[AIR_KEY_LEN];
	uint8_t kid[AIR_KEY_LEN];
	uint8_t payload[AIR_KEY_LEN];
};

/* YKT_E_CRYPTO. */
YKT_MUST_USE enum ykt_status
air_provide_encode(struct crypto *c, const struct air_provide *keys, uint8_t out[AIR_PROVIDE_LEN]);
/*
 * YKT_E_FORMAT  another length or algorithm, a key of zeros, or not these bytes: changed, or
 *               decrypted with another key; *ret_keys is untouched
 * YKT_E_CRYPTO
 */
YKT_MUST_USE enum ykt_status
air_provide_decode(struct crypto *c, struct ykt_bytes clear, struct air_provide *ret_keys);

#endif
