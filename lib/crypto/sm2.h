/*
 * SM2 (GB/T 32918) on the recommended curve of GB/T 32918.5.
 *
 * Numbers and coordinates are 32 bytes, big-endian. A signature is r | s. A
 * ciphertext is the national form C1 | C3 | C2 with C1 = 04 | x | y: 97 bytes
 * more than the text. Nothing here accepts a point that is not on the curve.
 * These calls allocate inside the library.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_SM2_H
#define CRYPTO_SM2_H

#include "crypto/core.h"

#define CRYPTO_SM2_SIG_LEN    64
#define CRYPTO_SM2_POINT_LEN  65 /* 04 | x | y */
#define CRYPTO_SM2_EXTRA      97 /* C1 and C3 */
#define CRYPTO_SM2_TEXT_MAX   1024
#define CRYPTO_SM2_CIPHER_MAX (CRYPTO_SM2_TEXT_MAX + CRYPTO_SM2_EXTRA)
#define CRYPTO_SM2_DER_MAX    (CRYPTO_SM2_CIPHER_MAX + 32)
#define CRYPTO_SM2_ID_MAX     8191 /* the id's length in bits is 16 bits */

struct crypto_sm2_pub {
	uint8_t xy[64];
};

/* d is secret: whoever holds the key wipes it. */
struct crypto_sm2_key {
	uint8_t d[32];
	struct crypto_sm2_pub pub;
};

/* "1234567812345678", the id that GB/T 35276 assumes when none is agreed. */
extern const struct ykt_bytes crypto_sm2_default_id;

/*
 * Draws d from random, uniformly in [1, n-2], and computes the point.
 *
 * YKT_E_RANDOM  the source failed, or gave nothing usable 64 times
 * YKT_E_CRYPTO  the library failed
 */
YKT_MUST_USE enum ykt_status crypto_sm2_generate(
    struct crypto *c, const struct ykt_random *random, struct crypto_sm2_key *ret_key);

/* A key from its d. YKT_E_FORMAT: d is not in [1, n-2]. */
YKT_MUST_USE enum ykt_status
crypto_sm2_key_set(struct crypto *c, const uint8_t d[32], struct crypto_sm2_key *ret_key);

/* YKT_E_FORMAT: a coordinate is not below p, or the point is not on the curve. */
YKT_MUST_USE enum ykt_status
crypto_sm2_pub_check(struct crypto *c, const struct crypto_sm2_pub *pub);

/*
 * 02 or 03 (the parity of y), then x. Decompression: YKT_E_FORMAT for another
 * first byte, x not below p, or an x that no point has.
 */
void crypto_sm2_compress(const struct crypto_sm2_pub *pub, uint8_t out[33]);
YKT_MUST_USE enum ykt_status
crypto_sm2_decompress(struct crypto *c, const uint8_t in[33], struct crypto_sm2_pub *ret_pub);

/*
 * Signs msg (hashed here, with Z of id and the key's point) into sig = r | s,
 * written only on YKT_OK. An empty id stands for the default id.
 *
 * YKT_E_ARG     the id is longer than CRYPTO_SM2_ID_MAX
 * YKT_E_FORMAT  the key is none: d out of range or its point off the curve
 * YKT_E_CRYPTO  the library failed
 */
YKT_MUST_USE enum ykt_status crypto_sm2_sign(struct crypto *c, const struct crypto_sm2_key *key,
    struct ykt_bytes id, struct ykt_bytes msg, uint8_t sig[64]);

/*
 * YKT_E_MAC     the signature is wrong; also r or s outside [1, n-1]
 * YKT_E_FORMAT  pub is not on the curve
 * YKT_E_ARG, YKT_E_CRYPTO as above
 */
YKT_MUST_USE enum ykt_status crypto_sm2_verify(struct crypto *c, const struct crypto_sm2_pub *pub,
    struct ykt_bytes id, struct ykt_bytes msg, const uint8_t sig[64]);

/*
 * Appends C1 | C3 | C2 to out; nothing on failure.
 *
 * YKT_E_ARG     text is empty or longer than CRYPTO_SM2_TEXT_MAX
 * YKT_E_SPACE   out has not text.len + CRYPTO_SM2_EXTRA bytes left
 * YKT_E_FORMAT  pub is not on the curve
 * YKT_E_CRYPTO  the library failed
 */
YKT_MUST_USE enum ykt_status crypto_sm2_encrypt(
    struct crypto *c, const struct crypto_sm2_pub *pub, struct ykt_bytes text, struct ykt_buf *out);

/*
 * Appends the text to out; nothing on failure.
 *
 * YKT_E_FORMAT  shorter than 98 bytes or longer than CRYPTO_SM2_CIPHER_MAX,
 *               C1 does not begin with 04 or is not on the curve; or the key
 *               is none
 * YKT_E_SPACE   out has not in.len - CRYPTO_SM2_EXTRA bytes left
 * YKT_E_MAC     C3 is wrong
 * YKT_E_CRYPTO  the library failed
 */
YKT_MUST_USE enum ykt_status crypto_sm2_decrypt(
    struct crypto *c, const struct crypto_sm2_key *key, struct ykt_bytes in, struct ykt_buf *out);

/*
 * The forms of GM/T 0009: SEQUENCE { x, y, C3, C2 } and SEQUENCE { r, s }, in
 * strict DER; trailing bytes, long-form lengths where short ones do, negative
 * or padded integers are refused. Appends to out; nothing on failure. The point
 * is not checked here. The raw ciphertext has a text of at least one byte.
 *
 * YKT_E_FORMAT, YKT_E_SPACE
 */
YKT_MUST_USE enum ykt_status crypto_sm2_cipher_to_der(struct ykt_bytes raw, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status crypto_sm2_cipher_from_der(struct ykt_bytes der, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status crypto_sm2_sig_to_der(const uint8_t sig[64], struct ykt_buf *out);
YKT_MUST_USE enum ykt_status crypto_sm2_sig_from_der(struct ykt_bytes der, uint8_t ret_sig[64]);

#endif
