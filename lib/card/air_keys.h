/*
 * The keys of a card's secured packets and payloads, derived from three roots by the
 * element's identity (project choice). The card's maker and the key module use the same
 * function, so that they agree without a key ever travelling.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_AIR_KEYS_H
#define CARD_AIR_KEYS_H

#include "card/air_seal.h"
#include "card/ota.h"

#define AIR_ROOT_LEN 16

struct air_roots {
	uint8_t kic[AIR_ROOT_LEN];     /* AES */
	uint8_t kid[AIR_ROOT_LEN];     /* AES */
	uint8_t payload[AIR_ROOT_LEN]; /* SM4 */
};

/* Key set 1 of a card. The caller wipes it. */
struct air_keys {
	struct ota_keys packet; /* AES of 16 bytes, or 3DES of two keys */
	uint8_t payload[AIR_KEY_LEN];
};

/*
 * KIc and KID: CMAC-AES(root, "ykt-ota" | key id | identity), with the key id of
 * AIR_KEY_ID(alg); 16 bytes. Payload: CMAC-SM4(root, "ykt-air" | 01 | identity).
 *
 * YKT_E_ARG     an algorithm that is neither OTA_ALG_TDES2 nor OTA_ALG_AES
 * YKT_E_CRYPTO  *ret_keys is untouched
 */
YKT_MUST_USE enum ykt_status air_keys_derive(struct crypto *c, const struct air_roots *roots,
    const uint8_t identity[AIR_IDENTITY_LEN], enum ota_alg alg, struct air_keys *ret_keys);

#endif
