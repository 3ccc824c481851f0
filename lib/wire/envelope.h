/*
 * The sealed envelope between client and platform (docs/protocol.md section 2).
 *
 * open_sealed carries a fresh secret K under the platform's SM2 key and the
 * device's signature; call_sealed and every reply are SM4-CTR and HMAC-SM3
 * under keys derived from K. The MAC is compared, in constant time, before
 * anything is decrypted. Every seal that does not hold gives YKT_E_MAC and no
 * detail; text that is no sealed message gives YKT_E_FORMAT.
 *
 * What is fresh is the caller's business: it keeps the highest ctr of a session
 * and the (device, nonce) of open_sealed, and asks wire_time_near().
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_ENVELOPE_H
#define WIRE_ENVELOPE_H

#include <ykt/driver/random.h>

#include "crypto/core.h"
#include "crypto/signer.h"
#include "wire/json.h"

#define WIRE_VERSION       1
#define WIRE_SECRET_LEN    32
#define WIRE_REQUEST_MAX   65536  /* plain bytes in open_sealed and call_sealed */
#define WIRE_REPLY_MAX     131072 /* plain bytes in reply_sealed; limited by the HTTP body too */
#define WIRE_SEAL_OVERHEAD 1536   /* JSON bytes of a sealed message besides two a plain byte */
#define WIRE_CTR_MAX       (INT64_C(1) << 40)
#define WIRE_CLOCK_MS      INT64_C(600000)

#define WIRE_PATH_CLIENT_OPEN "/client/open"
#define WIRE_PATH_CLIENT_CALL "/client/call"

/* Secret; whoever holds it wipes it. A session keeps these, not K. */
struct wire_session_keys {
	uint8_t c2s_enc[16];
	uint8_t c2s_mac[16];
	uint8_t s2c_enc[16];
	uint8_t s2c_mac[16];
};

/* What ties a reply to its request. sid is zero and ctr 0 for open_sealed. */
struct wire_seal {
	uint8_t sid[16];
	int64_t ctr;
	int64_t ts_ms;
	uint8_t nonce[16];
};

/* The outer structures. ct is a view of hex digits in the text that was decoded. */
struct wire_open_sealed {
	int64_t v;
	WIRE_BLOB(160) key;
	int64_t ts_ms;
	uint8_t nonce[16];
	uint8_t device[64];
	struct ykt_bytes ct;
	uint8_t sig[64];
	uint8_t mac[32];
};
struct wire_call_sealed {
	int64_t v;
	uint8_t sid[16];
	int64_t ctr;
	int64_t ts_ms;
	uint8_t nonce[16];
	struct ykt_bytes ct;
	uint8_t mac[32];
};
struct wire_reply_sealed {
	int64_t v;
	uint8_t nonce[16];
	struct ykt_bytes ct;
	uint8_t mac[32];
};
extern const struct wire_message wire_open_sealed_msg;
extern const struct wire_message wire_call_sealed_msg;
extern const struct wire_message wire_reply_sealed_msg;

/* YKT_E_CRYPTO: the library failed. */
YKT_MUST_USE enum ykt_status wire_session_keys_derive(
    struct crypto *c, const uint8_t secret[WIRE_SECRET_LEN], struct wire_session_keys *ret_keys);

/*
 * Client. Draws K and a nonce, seals plain under K and K to the platform's key,
 * and signs with the device's; what the device's signer can do itself it does
 * (signer_encipher()). Appends open_sealed to json; json is unchanged on failure.
 *
 * YKT_E_ARG    plain is longer than WIRE_REQUEST_MAX
 * YKT_E_SPACE  json is too small: WIRE_SEAL_OVERHEAD + 2 * plain.len is enough
 * YKT_E_RANDOM, YKT_E_CRYPTO, or what the signer said
 */
YKT_MUST_USE enum ykt_status wire_open_seal(struct crypto *c, const struct ykt_random *random,
    const struct crypto_sm2_pub *platform, const struct signer *device, int64_t ts_ms,
    struct ykt_bytes plain, struct ykt_buf *json, struct wire_session_keys *ret_keys,
    struct wire_seal *ret_seal);

/* Client. ctr is 1..WIRE_CTR_MAX, higher than any before in the session. As above. */
YKT_MUST_USE enum ykt_status wire_call_seal(struct crypto *c, const struct ykt_random *random,
    const struct wire_session_keys *keys, const uint8_t sid[16], int64_t ctr, int64_t ts_ms,
    struct ykt_bytes plain, struct ykt_buf *json, struct wire_seal *ret_seal);

/*
 * Client. Appends the reply's plain text to plain (nothing on failure) when json
 * is the answer to the request of seal.
 *
 * YKT_E_FORMAT, YKT_E_MAC, YKT_E_SPACE, YKT_E_CRYPTO
 */
YKT_MUST_USE enum ykt_status
wire_reply_unseal(struct crypto *c, const struct wire_session_keys *keys,
    const struct wire_seal *seal, struct ykt_bytes json, struct ykt_buf *plain);

/*
 * Server. Decrypts K with the platform's key, checks MAC and the device's
 * signature, appends the plain text. Outputs are written only on YKT_OK.
 *
 * YKT_E_FORMAT, YKT_E_MAC, YKT_E_SPACE, YKT_E_CRYPTO
 */
YKT_MUST_USE enum ykt_status wire_open_unseal(struct crypto *c, const struct signer *platform,
    struct ykt_bytes json, struct ykt_buf *plain, struct wire_session_keys *ret_keys,
    struct wire_seal *ret_seal, struct crypto_sm2_pub *ret_device);

/*
 * Server, two steps, because the session is found by sid first: decode json with
 * wire_decode(&wire_call_sealed_msg, ...), then this with the session's keys.
 * sealed->ct still borrows from json.
 *
 * YKT_E_MAC, YKT_E_SPACE, YKT_E_CRYPTO
 */
YKT_MUST_USE enum ykt_status
wire_call_unseal(struct crypto *c, const struct wire_session_keys *keys,
    const struct wire_call_sealed *sealed, struct ykt_buf *plain, struct wire_seal *ret_seal);

/* Server. Seals the answer to the request of seal. Errors as wire_open_seal(). */
YKT_MUST_USE enum ykt_status wire_reply_seal(struct crypto *c, const struct wire_session_keys *keys,
    const struct wire_seal *seal, struct ykt_bytes plain, struct ykt_buf *json);

/* |ts_ms - now_ms| is at most WIRE_CLOCK_MS. */
bool wire_time_near(int64_t ts_ms, int64_t now_ms);

#endif
