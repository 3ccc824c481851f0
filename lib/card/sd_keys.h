/*
 * Key sets of security domains, derived per secure element (project choice:
 * neither GlobalPlatform nor the transport standards fix a derivation).
 *
 * The card's maker and the key module use the same function, so that a blank
 * card and its key module agree without a key ever travelling.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_SD_KEYS_H
#define CARD_SD_KEYS_H

#include <stdint.h>

#include <ykt/bytes.h>

#include "card/scp03.h"

struct crypto;

#define SD_KEYS_ROOT_LEN 16
#define SD_KEYS_KVN_ISD  0x30 /* the initial set of an issuer security domain */
#define SD_KEYS_KVN_SSD  0x31 /* the set that the TSM puts into a supplementary domain */

/*
 * Each key is CMAC-AES(root, "ykt-sd" | kvn | usage | len(se_id) | se_id | sd_aid) with
 * usage 1 ENC, 2 MAC, 3 DEK; 16 bytes. The caller wipes *ret_keys.
 *
 * YKT_E_ARG     se_id or sd_aid is empty or longer than 16 bytes
 * YKT_E_CRYPTO  the backend failed; *ret_keys is untouched
 */
YKT_MUST_USE enum ykt_status
sd_keys_derive(struct crypto *crypto, const uint8_t root[SD_KEYS_ROOT_LEN], struct ykt_bytes se_id,
    struct ykt_bytes sd_aid, uint8_t kvn, struct scp03_keys *ret_keys);

#endif
