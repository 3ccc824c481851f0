/*
 * Redundancy and cryptographic checksums of secured packets; for ota.c alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_OTA_CHECK_H
#define CARD_OTA_CHECK_H

#include "card/ota.h"

#define OTA_CHECK_MAX OTA_CC_LEN

/* Bytes of the checksum: 0, 2, 4 or 8. YKT_E_ARG: DS, or a KID that names no CRC we have. */
YKT_MUST_USE enum ykt_status
ota_check_len(enum ota_integrity integrity, uint8_t kid, size_t *ret_len);

/* The key fits the algorithm nibble. YKT_E_ARG: an algorithm refused; YKT_E_KEY: another key. */
YKT_MUST_USE enum ykt_status ota_key_fits(uint8_t nibble, const struct crypto_key *key);

/* The checksum over the parts in sequence, ota_check_len() bytes. YKT_E_CRYPTO, YKT_E_KEY. */
YKT_MUST_USE enum ykt_status
ota_check(struct crypto *c, enum ota_integrity integrity, uint8_t kid, const struct crypto_key *key,
    const struct ykt_bytes *parts, size_t count, uint8_t out[OTA_CHECK_MAX]);

#endif
