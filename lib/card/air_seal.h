/*
 * The payload of the menu's packets under the national algorithms (docs/protocol.md
 * section 10): SM4 in counter mode, then HMAC-SM3 over what it gave, both under one key
 * of the card. It stands inside the secured packet, whose algorithms are not ours to
 * choose, and holds by itself.
 *
 *   version1 ciphertext mac8
 *
 * Keys of a direction: the KDF of GB/T 32918.4 with SM3 over the payload key, info
 * "ykt air" | direction: 16 bytes for SM4, 16 for the HMAC. First counter block:
 * direction | "air" | counter of the packet (5) | zeros. MAC: the first 8 bytes of
 * HMAC-SM3 over direction | version | identity | counter | ciphertext.
 *
 * A packet's counter is used once a direction, by who sends the call: an answer has
 * the counter of its call, and there is one answer to a call for ever. That is what
 * keeps the key stream fresh; a sender whose counter is not durable must not send.
 * The MAC is as long as that of the packet around it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_AIR_SEAL_H
#define CARD_AIR_SEAL_H

#include <stdint.h>

#include "crypto/core.h"

#define AIR_KEY_LEN      16
#define AIR_IDENTITY_LEN 16 /* of the element: tag 45 of the issuer's domain */
#define AIR_MAC_LEN      8
#define AIR_SEAL_VERSION 1
#define AIR_SEAL_EXTRA   (1 + AIR_MAC_LEN) /* bytes that a seal adds */

enum air_direction { AIR_UP = 1, AIR_DOWN = 2 }; /* to the platform, to the card */

/* What a payload is bound to. All borrowed. */
struct air_seal {
	const uint8_t *key;      /* AIR_KEY_LEN */
	const uint8_t *identity; /* AIR_IDENTITY_LEN */
	uint64_t counter;        /* of the packet, at most OTA_COUNTER_MAX */
	enum air_direction direction;
};

/* Appends the sealed plain text. YKT_E_SPACE, YKT_E_CRYPTO: out keeps its length. */
YKT_MUST_USE enum ykt_status air_seal_make(
    struct crypto *c, const struct air_seal *seal, struct ykt_bytes plain, struct ykt_buf *out);

/*
 * Opens a sealed payload. work: sealed.len bytes, or sealed.data itself; *ret_plain lies
 * in it. On failure work holds nothing of the plain text.
 *
 * YKT_E_FORMAT  too short, or another version
 * YKT_E_MAC     of another card, counter or direction, or changed
 * YKT_E_CRYPTO
 */
YKT_MUST_USE enum ykt_status air_seal_open(struct crypto *c, const struct air_seal *seal,
    struct ykt_bytes sealed, uint8_t *work, struct ykt_bytes *ret_plain);

#endif
