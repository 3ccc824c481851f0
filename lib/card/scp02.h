/*
 * Secure Channel Protocol 02, GP231 appendix E (card.md 3.1), both ends: for
 * elements that are still in the field. i = 15, or with R-MAC 35; 55 and 75 are
 * the same with a card challenge that is computed. The implicit variants (1A and
 * others with bit 2 or without bit 3) are not here.
 *
 * An R-MAC runs through a session: each is the IV of the next, and errors, whose
 * answers carry none, move it too. The first IV is the C-MAC of EXTERNAL
 * AUTHENTICATE, or what scp02_r_mac_begin() says.
 *
 * All functions: YKT_E_CRYPTO when the backend failed; outputs and session are
 * untouched unless YKT_OK.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_SCP02_H
#define CARD_SCP02_H

#include <stdbool.h>
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
#define SCP02_R_DATA_MAX         24 /* of BEGIN R-MAC SESSION */

#define SCP02_LEVEL_NONE  0x00
#define SCP02_LEVEL_C_MAC 0x01
#define SCP02_LEVEL_C_DEC 0x02
#define SCP02_LEVEL_R_MAC 0x10

#define SCP02_I_PLAIN         0x15 /* three keys, explicit, IV enciphered */
#define SCP02_I_R_MAC         0x20
#define SCP02_I_PSEUDO_RANDOM 0x40

/* An R-MAC session within the channel, beyond what the level asks for. */
enum scp02_r_session {
	SCP02_R_NONE,
	SCP02_R_SUM,  /* P1 00: only END R-MAC SESSION gives the R-MAC */
	SCP02_R_EACH, /* P1 10: every answer carries one */
};

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
	uint8_t level;     /* 0 until EXTERNAL AUTHENTICATE; 00, 01, 03, 11 or 13 */
	uint8_t r_session; /* enum scp02_r_session */
	uint8_t last_mac[8];
	uint8_t last_r_mac[8];
};

/* Session keys from the card's two-byte sequence counter. */
YKT_MUST_USE enum ykt_status scp02_derive(struct crypto *crypto, const struct scp02_keys *keys,
    const uint8_t seq[2], struct scp02_session *ret_session);

/*
 * Reads the 28-byte answer to INITIALIZE UPDATE, derives, checks the card's
 * cryptogram and appends EXTERNAL AUTHENTICATE at level 01, 03, 11 or 13.
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
 * YKT_E_ARG     another level than 00, 01, 03, 11 and 13
 *
 * Level 00 is a channel without secure messaging: whoever allows it takes the
 * commands as they come, and nothing of this file is for them.
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
 * Card, i bit 7: the challenge is the first six bytes of the MAC, with this
 * sequence counter's C-MAC key and IV 0, of the domain's AID (grade C).
 */
YKT_MUST_USE enum ykt_status scp02_card_challenge(struct crypto *crypto,
    const struct scp02_keys *keys, const uint8_t seq[SCP02_SEQ_LEN], struct ykt_bytes aid,
    uint8_t ret_challenge[SCP02_CARD_CHALLENGE_LEN]);

/* True when every answer carries an R-MAC; when one is computed at all. */
bool scp02_r_mac_sent(const struct scp02_session *session);
bool scp02_r_mac_runs(const struct scp02_session *session);

/*
 * Both ends, BEGIN R-MAC SESSION with up to SCP02_R_DATA_MAX bytes of the host's:
 * the first IV is their MAC under IV 0, or zeros without them (grade D: what was
 * read of it does not agree). YKT_E_ARG: more bytes; YKT_E_STATE: no session, or
 * an R-MAC runs already.
 */
YKT_MUST_USE enum ykt_status scp02_r_mac_begin(struct crypto *crypto, struct scp02_session *session,
    enum scp02_r_session kind, struct ykt_bytes data);

/*
 * Card: moves the R-MAC over the plain command and its plain answer (data and
 * status word) and appends the answer with it, where it is sent and the status
 * word is no error. Nothing moves when no R-MAC runs.
 */
YKT_MUST_USE enum ykt_status scp02_rsp_wrap(struct crypto *crypto, struct scp02_session *session,
    const struct apdu_cmd *plain, struct ykt_bytes rsp, struct ykt_buf *out);

/*
 * Host: the other way round. plain is the command before it was wrapped.
 *
 * YKT_E_MAC     the R-MAC is wrong or missing
 * YKT_E_FORMAT  plain is no command, or the answer has fewer than two bytes
 */
YKT_MUST_USE enum ykt_status scp02_rsp_unwrap(struct crypto *crypto, struct scp02_session *session,
    struct ykt_bytes plain, struct ykt_bytes wrapped, struct ykt_buf *out);

/*
 * Sensitive data: 3DES-ECB under the session DEK. Whole blocks, up to
 * SCP02_SENSITIVE_MAX bytes; YKT_E_ARG for other lengths.
 */
YKT_MUST_USE enum ykt_status scp02_dek_encrypt(struct crypto *crypto,
    const uint8_t dek[SCP02_KEY_LEN], struct ykt_bytes clear, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status scp02_dek_decrypt(struct crypto *crypto,
    const uint8_t dek[SCP02_KEY_LEN], struct ykt_bytes secret, struct ykt_buf *out);

#endif
