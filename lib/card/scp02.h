/*
 * Secure Channel Protocol 02, GP231 appendix E (card.md 3.1): the host end, for
 * elements that are still in the field. i = 15 and 55.
 *
 * All functions: YKT_E_CRYPTO when the backend failed; outputs and session are
 * untouched unless YKT_OK.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_SCP02_H
#define CARD_SCP02_H

#include <stdint.h>

#include "card/apdu.h"

struct crypto;

#define SCP02_KEY_LEN 16

struct scp02_keys {
	uint8_t enc[SCP02_KEY_LEN];
	uint8_t mac[SCP02_KEY_LEN];
	uint8_t dek[SCP02_KEY_LEN];
};

struct scp02_session {
	uint8_t s_enc[SCP02_KEY_LEN];
	uint8_t c_mac[SCP02_KEY_LEN];
	uint8_t r_mac[SCP02_KEY_LEN];
	uint8_t dek[SCP02_KEY_LEN];
	uint8_t level; /* 0 until EXTERNAL AUTHENTICATE; 01 or 03 */
	uint8_t last_mac[8];
};

/* Session keys from the card's two-byte sequence counter. */
YKT_MUST_USE enum ykt_status scp02_derive(struct crypto *crypto, const struct scp02_keys *keys,
    const uint8_t seq[2], struct scp02_session *ret_session);

/*
 * Reads the 28-byte answer to INITIALIZE UPDATE, derives, checks the card's
 * cryptogram and appends EXTERNAL AUTHENTICATE at level 01 or 03.
 *
 * YKT_E_FORMAT  not an SCP02 answer
 * YKT_E_ARG     another level
 * YKT_E_MAC     the card's cryptogram is wrong
 */
YKT_MUST_USE enum ykt_status scp02_authenticate_build(struct crypto *crypto,
    const struct scp02_keys *keys, const uint8_t host_challenge[8], struct ykt_bytes init_rsp,
    uint8_t level, struct scp02_session *ret_session, struct ykt_buf *out);

/* YKT_E_ARG: plain is no command or grows too long; YKT_E_STATE: not open. */
YKT_MUST_USE enum ykt_status scp02_cmd_wrap(struct crypto *crypto, struct scp02_session *session,
    struct ykt_bytes plain, struct ykt_buf *out);

#endif
