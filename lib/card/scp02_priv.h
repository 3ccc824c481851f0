/*
 * What the two ends of SCP02 share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_SCP02_PRIV_H
#define CARD_SCP02_PRIV_H

#include "card/scp02.h"

/* Last block of 3DES-CBC over 16 bytes in two parts and a whole padding block. */
YKT_MUST_USE enum ykt_status
scp02_cryptogram(struct crypto *crypto, const uint8_t key[SCP02_KEY_LEN], struct ykt_bytes first,
    struct ykt_bytes second, uint8_t ret[SCP02_MAC_LEN]);

/*
 * The C-MAC of a command with clear data; the last one, enciphered with single
 * DES, is its IV.
 */
YKT_MUST_USE enum ykt_status
scp02_command_mac(struct crypto *crypto, const struct scp02_session *session,
    const struct apdu_cmd *cmd, uint8_t ret_mac[SCP02_MAC_LEN]);

/* 01, 03, 11 or 13. */
bool scp02_level_known(uint8_t level);

/* Opens the session: chains start from the MAC of EXTERNAL AUTHENTICATE. */
void
scp02_session_open(struct scp02_session *session, uint8_t level, const uint8_t mac[SCP02_MAC_LEN]);

#endif
