/*
 * What both directions of the envelope compute, for this room only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_SEAL_H
#define WIRE_SEAL_H

#include "wire/envelope.h"

#define SEAL_KIND_OPEN "ykt-open"
#define SEAL_KIND_CALL "ykt-call"
#define SEAL_KIND_REPL "ykt-repl"

/* "ykt-open" | v | ts_ms | nonce | device | SM3(key) | SM3(ct): one short command of a card. */
#define SEAL_SIGNED_LEN (8 + 1 + 8 + 16 + 64 + 32 + 32)

enum seal_way { SEAL_C2S = 0, SEAL_S2C = 1 };

/* SM4-CTR both ways; out may be in.data. */
YKT_MUST_USE enum ykt_status seal_crypt(struct crypto *c, const struct wire_session_keys *keys,
    enum seal_way way, const uint8_t nonce[16], struct ykt_bytes in, uint8_t *out);

YKT_MUST_USE enum ykt_status
seal_mac(struct crypto *c, const struct wire_session_keys *keys, enum seal_way way,
    const char kind[8], const struct wire_seal *seal, struct ykt_bytes ct, uint8_t out[32]);

/* What the device signs. */
YKT_MUST_USE enum ykt_status
seal_signed(struct crypto *c, const struct wire_seal *seal, const struct crypto_sm2_pub *device,
    struct ykt_bytes key, struct ykt_bytes ct, uint8_t out[SEAL_SIGNED_LEN]);

#endif
