/*
 * PSAM, our own command (no standard has one): is this the MAC2 of the purchase
 * with that terminal sequence? 80 74 00 00 08 sequence4 MAC2. A software PSAM
 * keeps its last sessions for it; R5 needs it to believe a transaction proof.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_PSAM_CHECK_H
#define CARD_PSAM_CHECK_H

#include <stdint.h>

#include "card/apdu.h"
#include "card/purse.h"

#define PSAM_INS_CHECK 0x74

void
psam_check_build(uint32_t terminal_seq, const uint8_t mac2[PURSE_MAC_LEN], struct ykt_buf *out);
/* YKT_E_FORMAT: another length than eight. */
YKT_MUST_USE enum ykt_status psam_check_decode(
    const struct apdu_cmd *cmd, uint32_t *ret_terminal_seq, uint8_t ret_mac2[PURSE_MAC_LEN]);

#endif
