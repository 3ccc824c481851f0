/*
 * Secure Channel Protocol 02, GP231 appendix E (card.md 3.1), both ends: for
 * elements that are still in the field. Host: i = 15 and 55. Card: i = 15.
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

#define SCP02_KEY_LEN            16
#define SCP02_MAC_LEN            8
#define SCP02_CHALLENGE_LEN      8
#define SCP02_CARD_CHALLENGE_LEN 6
#define SCP02_SEQ_LEN            2
#define SCP02_INIT_RSP_LEN       28
#define SCP02_SENSITIVE_MAX      384

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

/* Card: a session before EXTERNAL AUTHENTICATE, and both cryptograms. */
YKT_MUST_USE enum ykt_status scp02_start(struct crypto *crypto, const struct scp02_keys *keys,
    const uint8_t seq[SCP02_SEQ_LEN], const uint8_t host_challenge[SCP02_CHALLENGE_LEN],
    const uint8_t card_challenge[SCP02_CARD_CHALLENGE_LEN], struct scp02_session *ret_session,
    uint8_t ret_card[SCP02_MAC_LEN], uint8_t ret_host[SCP02_MAC_LEN]);

/*
 * Card: checks EXTERNAL AUTHENTICATE and opens the session at its level.
 *
 * YKT_E_MAC     the cryptogram or the MAC is wrong
 * YKT_E_FORMAT  another length than 16
 * YKT_E_ARG     another level than 01 and 03
 */
YKT_MUST_USE enum ykt_status
scp02_authenticate_check(struct crypto *crypto, struct scp02_session *session,
    const struct apdu_cmd *cmd, const uint8_t host_cryptogram[SCP02_MAC_LEN]);

/*
 * Card: checks and deciphers a command; appends the plain command, class 80.
 * After any status but YKT_OK the caller must close the session.
 *
 * YKT_E_MAC     wrong MAC, wrong padding, class without secure messaging
 * YKT_E_FORMAT  no command APDU, or too short to hold a MAC
 * YKT_E_STATE   no session is open
 */
YKT_MUST_USE enum ykt_status scp02_cmd_unwrap(struct crypto *crypto, struct scp02_session *session,
    struct ykt_bytes wrapped, struct ykt_buf *out);

/*
 * Sensitive data: 3DES-ECB under the session DEK. Whole blocks, up to
 * SCP02_SENSITIVE_MAX bytes; YKT_E_ARG for other lengths.
 */
YKT_MUST_USE enum ykt_status scp02_dek_encrypt(struct crypto *crypto,
    const uint8_t dek[SCP02_KEY_LEN], struct ykt_bytes clear, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status scp02_dek_decrypt(struct crypto *crypto,
    const uint8_t dek[SCP02_KEY_LEN], struct ykt_bytes secret, struct ykt_buf *out);

#endif
