/*
 * What keys of a security domain sign outside of a channel: tokens and receipts
 * (GP231 C.4, C.5), and load files (DAP, C.3).
 *
 * By the type of the key: 3DES, 16 bytes, gives the 8-byte MAC of ISO 9797-1
 * algorithm 3 with IV 0 (grade C for receipts); AES the 16-byte CMAC; SM2 the 64
 * bytes r | s, with the default id (grade D: GlobalPlatform knows no SM2; the key
 * types are those of its other curves).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_GP_SIGN_H
#define CARD_GP_SIGN_H

#include <stdint.h>

#include <ykt/bytes.h>

struct crypto;

#define GP_SIGN_MAC_MAX 16
#define GP_SIGN_MAX     64
#define GP_SIGN_KEY_MAX 64

/*
 * One key: a type of gp.h and its clear value, borrowed. A public key is 64 bytes,
 * x | y, and checks only; a private one is 32 bytes.
 */
struct gp_sign_key {
	uint8_t type;
	struct ykt_bytes bytes;
};

/*
 * Appends the signature of input. YKT_E_ARG: a type that does not sign, or another
 * key length; YKT_E_KEY: no private key; YKT_E_SPACE; YKT_E_CRYPTO.
 */
YKT_MUST_USE enum ykt_status gp_sign_make(struct crypto *crypto, const struct gp_sign_key *key,
    struct ykt_bytes input, struct ykt_buf *out);

/*
 * YKT_E_MAC   the signature is wrong, or has another length
 * YKT_E_ARG, YKT_E_CRYPTO as above
 */
YKT_MUST_USE enum ykt_status gp_sign_check(struct crypto *crypto, const struct gp_sign_key *key,
    struct ykt_bytes input, struct ykt_bytes signature);

#endif
