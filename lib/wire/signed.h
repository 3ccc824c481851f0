/*
 * The pay channel's wrapper: a JSON text, a key id and an SM2 signature over the
 * text's bytes (docs/protocol.md section 6).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_SIGNED_H
#define WIRE_SIGNED_H

#include "crypto/signer.h"
#include "wire/json.h"

#define WIRE_SIGNED_TEXT_MAX 4096

struct wire_signed {
	char msg[WIRE_SIGNED_TEXT_MAX + 1];
	char key[17];
	uint8_t sig[64];
};
extern const struct wire_message wire_signed_msg;

/* A public key that is accepted, by its id. */
struct wire_signed_key {
	char id[17];
	struct crypto_sm2_pub pub;
};

/*
 * Encodes in as a message of msg, signs it, appends the wrapper to json; json is
 * unchanged on failure.
 *
 * YKT_E_ARG    as wire_encode(), or longer than WIRE_SIGNED_TEXT_MAX
 * YKT_E_SPACE  json is too small
 * or what the signer said
 */
YKT_MUST_USE enum ykt_status wire_signed_make(const struct signer *signer, const char *key_id,
    const struct wire_message *msg, const void *in, struct ykt_buf *json);

/*
 * Reads the wrapper, finds the key by its id among keys, checks the signature,
 * and only then reads the text inside as a message of msg into ret. ret is zero
 * on failure.
 *
 * YKT_E_FORMAT  not such a wrapper, or a good signature over no such message
 * YKT_E_MAC     unknown key id, or the signature is wrong
 * YKT_E_CRYPTO  the library failed
 */
YKT_MUST_USE enum ykt_status wire_signed_read(struct crypto *c, const struct wire_signed_key *keys,
    size_t key_count, struct ykt_bytes json, const struct wire_message *msg, void *ret);

#endif
