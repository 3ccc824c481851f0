/*
 * Secure Channel Protocol 03, GP Amendment D 1.1.1 (card.md 3.2), both ends.
 *
 * Levels 01, 03, 11, 13 and 33. AES-128, -192, -256. The session is a plain
 * value: a host that wraps several commands before it sees an answer keeps a
 * copy after each wrap and gives that copy to scp03_rsp_unwrap(), because the
 * response MAC chains on the command's own MAC.
 *
 * Wipe keys and sessions with ykt_wipe(). All functions: YKT_E_CRYPTO when the
 * backend failed; outputs and session are untouched unless YKT_OK.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_SCP03_H
#define CARD_SCP03_H

#include <stdbool.h>
#include <stdint.h>

#include "card/apdu.h"

struct crypto;

#define SCP03_KEY_MAX       32
#define SCP03_CHALLENGE_LEN 8
#define SCP03_MAC_LEN       8
#define SCP03_SEQ_LEN       3
#define SCP03_DIV_LEN       10
#define SCP03_SENSITIVE_MAX 656 /* 28 purse keys, padded */

#define SCP03_LEVEL_NONE  0x00
#define SCP03_LEVEL_C_MAC 0x01
#define SCP03_LEVEL_C_ENC 0x02
#define SCP03_LEVEL_R_MAC 0x10
#define SCP03_LEVEL_R_ENC 0x20

#define SCP03_I_PSEUDO_RANDOM 0x10
#define SCP03_I_R_MAC         0x20
#define SCP03_I_R_ENC         0x60

/* Static keys; len is 16, 24 or 32 and the same for all. */
struct scp03_keys {
	uint8_t len;
	uint8_t enc[SCP03_KEY_MAX];
	uint8_t mac[SCP03_KEY_MAX];
	uint8_t dek[SCP03_KEY_MAX];
};

struct scp03_session_keys {
	uint8_t len;
	uint8_t s_enc[SCP03_KEY_MAX];
	uint8_t s_mac[SCP03_KEY_MAX];
	uint8_t s_rmac[SCP03_KEY_MAX];
};

struct scp03_session {
	struct scp03_session_keys keys;
	uint8_t level; /* 0 until EXTERNAL AUTHENTICATE */
	uint8_t chain[16];
	uint8_t counter[16];
};

/* The answer to INITIALIZE UPDATE. */
struct scp03_init_rsp {
	uint8_t diversification[SCP03_DIV_LEN];
	uint8_t key_version;
	uint8_t i;
	uint8_t challenge[SCP03_CHALLENGE_LEN];
	uint8_t cryptogram[SCP03_MAC_LEN];
	uint8_t seq[SCP03_SEQ_LEN]; /* with i bit 10 only, else zeros */
};

/* Host: INITIALIZE UPDATE, 80 50 KVN 00 08 challenge 00. */
void scp03_initialize_build(
    uint8_t key_version, const uint8_t host_challenge[SCP03_CHALLENGE_LEN], struct ykt_buf *out);
/* YKT_E_FORMAT: not SCP03, or a length that i does not explain. */
YKT_MUST_USE enum ykt_status
scp03_init_rsp_decode(struct ykt_bytes data, struct scp03_init_rsp *ret_rsp);
void scp03_init_rsp_encode(const struct scp03_init_rsp *rsp, struct ykt_buf *out);

/* Session keys from static keys; YKT_E_ARG for another key length. */
YKT_MUST_USE enum ykt_status scp03_derive(struct crypto *crypto, const struct scp03_keys *keys,
    const uint8_t host_challenge[SCP03_CHALLENGE_LEN],
    const uint8_t card_challenge[SCP03_CHALLENGE_LEN], struct scp03_session_keys *ret_keys);

/* Both cryptograms. */
YKT_MUST_USE enum ykt_status scp03_cryptograms(struct crypto *crypto,
    const struct scp03_session_keys *keys, const uint8_t host_challenge[SCP03_CHALLENGE_LEN],
    const uint8_t card_challenge[SCP03_CHALLENGE_LEN], uint8_t ret_card[SCP03_MAC_LEN],
    uint8_t ret_host[SCP03_MAC_LEN]);

/* Card: the pseudo-random challenge from the sequence counter and the domain's AID. */
YKT_MUST_USE enum ykt_status scp03_card_challenge(struct crypto *crypto,
    const struct scp03_keys *keys, const uint8_t seq[SCP03_SEQ_LEN], struct ykt_bytes sd_aid,
    uint8_t ret_challenge[SCP03_CHALLENGE_LEN]);

/* A session before EXTERNAL AUTHENTICATE: level 0, chain and counter zero. */
void scp03_session_init(struct scp03_session *session, const struct scp03_session_keys *keys);

/*
 * Host: appends EXTERNAL AUTHENTICATE and starts the session at level.
 * host_cryptogram is from scp03_cryptograms(); the caller has compared the
 * card's own with ykt_ct_equal(). YKT_E_ARG: an unknown level.
 */
YKT_MUST_USE enum ykt_status
scp03_authenticate_build(struct crypto *crypto, struct scp03_session *session, uint8_t level,
    const uint8_t host_cryptogram[SCP03_MAC_LEN], struct ykt_buf *out);

/*
 * Host: appends the wrapped form of a plain command.
 *
 * YKT_E_ARG    plain is no command APDU, or grows past a short APDU
 * YKT_E_STATE  no session is open
 */
YKT_MUST_USE enum ykt_status scp03_cmd_wrap(struct crypto *crypto, struct scp03_session *session,
    struct ykt_bytes plain, struct ykt_buf *out);

/*
 * Host: checks and deciphers a whole response; appends data and status word. An
 * error status word comes bare and is passed on as it is (YKT_OK).
 *
 * YKT_E_MAC     the MAC is wrong or missing, or the padding is
 * YKT_E_FORMAT  fewer than two bytes
 */
YKT_MUST_USE enum ykt_status scp03_rsp_unwrap(struct crypto *crypto,
    const struct scp03_session *session, struct ykt_bytes wrapped, struct ykt_buf *out);

/*
 * Card: checks EXTERNAL AUTHENTICATE and opens the session at its level.
 *
 * YKT_E_MAC     the cryptogram or the MAC is wrong (6300, 6982)
 * YKT_E_FORMAT  another length than 16 (6700)
 * YKT_E_ARG     an unknown level (6A86)
 *
 * Level 00 is a channel without secure messaging, as in scp02.h.
 */
YKT_MUST_USE enum ykt_status
scp03_authenticate_check(struct crypto *crypto, struct scp03_session *session,
    const struct apdu_cmd *cmd, const uint8_t host_cryptogram[SCP03_MAC_LEN]);

/*
 * Card: checks and deciphers a command; appends the plain command, class 80, in
 * short form. The lengths may be written in extended form, which the MAC covers
 * as they stand. After any status but YKT_OK the caller must close the session.
 *
 * YKT_E_MAC     wrong MAC, wrong padding, class without secure messaging
 * YKT_E_FORMAT  no command APDU, too short to hold a MAC, or more than 255 bytes
 * YKT_E_STATE   no session is open
 */
YKT_MUST_USE enum ykt_status scp03_cmd_unwrap(struct crypto *crypto, struct scp03_session *session,
    struct ykt_bytes wrapped, struct ykt_buf *out);

/* Card: appends the wrapped form of a plain response to the last command. */
YKT_MUST_USE enum ykt_status scp03_rsp_wrap(struct crypto *crypto,
    const struct scp03_session *session, struct ykt_bytes plain, struct ykt_buf *out);

/*
 * PUT KEY and sensitive data: AES-CBC with IV 0 under the static DEK. encrypt
 * appends clear, zero-padded to whole blocks; decrypt wants whole blocks. Up to
 * SCP03_SENSITIVE_MAX bytes. YKT_E_ARG: lengths.
 */
YKT_MUST_USE enum ykt_status scp03_dek_encrypt(struct crypto *crypto, const uint8_t *dek,
    size_t dek_len, struct ykt_bytes clear, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status scp03_dek_decrypt(struct crypto *crypto, const uint8_t *dek,
    size_t dek_len, struct ykt_bytes secret, struct ykt_buf *out);

#endif
