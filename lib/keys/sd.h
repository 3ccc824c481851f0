/*
 * Static key sets of security domains, inside the key module only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef KEYS_SD_H
#define KEYS_SD_H

#include "card/scp03.h"
#include "keys/internal.h"

/*
 * The set with version kvn: SD_KEYS_KVN_ISD, SD_KEYS_KVN_SSD, or of the issuer's
 * domain GP_TOKEN_KVN, GP_RECEIPT_KVN (identifier 1 is enc). The caller wipes
 * *ret_keys. YKT_E_ARG for another version, YKT_E_CRYPTO.
 */
YKT_MUST_USE enum ykt_status keys_sd_set(struct keys_worker *worker, struct ykt_bytes se_id,
    struct ykt_bytes sd_aid, int64_t kvn, struct scp03_keys *ret_keys);

#endif
