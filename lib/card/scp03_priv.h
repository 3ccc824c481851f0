/*
 * What the two files of SCP03 share; nobody else includes this.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_SCP03_PRIV_H
#define CARD_SCP03_PRIV_H

#include "card/scp03.h"

#include "crypto/core.h"

#define SCP03_BLOCK 16

/* CMAC over chain, header and data; 16 bytes. */
YKT_MUST_USE enum ykt_status scp03_mac(struct crypto *crypto, const uint8_t *key, size_t key_len,
    const struct ykt_bytes *parts, size_t count, uint8_t ret_mac[SCP03_BLOCK]);

/*
 * C-MAC over chain, header and data as sent. The header's length, in the form of
 * cmd->extended, is that of the data with its MAC: data is at most 247 bytes.
 */
YKT_MUST_USE enum ykt_status
scp03_command_mac(struct crypto *crypto, const struct scp03_session *session,
    const struct apdu_cmd *cmd, struct ykt_bytes data, uint8_t ret_mac[SCP03_BLOCK]);

/* AES-CBC with the session's encryption key and the counter's initial value. */
YKT_MUST_USE enum ykt_status
scp03_cipher(struct crypto *crypto, const struct scp03_session *session, bool response,
    bool encrypt, struct ykt_bytes in, uint8_t *out);

bool scp03_level_known(uint8_t level);

#endif
