/*
 * ECB, CBC and counter mode over the backend's block cipher.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "crypto/backend.h"
#include "crypto/block.h"

#define CTR_CHUNK 256

static enum ykt_status
block_run(struct crypto *c, const struct crypto_key *key, enum backend_mode mode, bool encrypt,
    const uint8_t *iv, struct ykt_bytes in, uint8_t *out)
{
	enum ykt_status status;

	if (!crypto_key_fits(key->alg, key->len) || in.len % crypto_block_len(key->alg) != 0)
		return YKT_E_ARG;
	if (in.len == 0)
		return YKT_OK;
	status =
	    backend_cipher_begin(c->backend, key->alg, key->bytes, key->len, mode, encrypt, iv);
	if (status == YKT_OK)
		status = backend_cipher_run(c->backend, in.data, out, in.len);
	if (status != YKT_OK)
		ykt_wipe(out, in.len);
	return status;
}

enum ykt_status
crypto_ecb_encrypt(
    struct crypto *c, const struct crypto_key *key, struct ykt_bytes in, uint8_t *out)
{
	return block_run(c, key, BACKEND_ECB, true, NULL, in, out);
}

enum ykt_status
crypto_ecb_decrypt(
    struct crypto *c, const struct crypto_key *key, struct ykt_bytes in, uint8_t *out)
{
	return block_run(c, key, BACKEND_ECB, false, NULL, in, out);
}

enum ykt_status
crypto_cbc_encrypt(struct crypto *c, const struct crypto_key *key, const uint8_t *iv,
    struct ykt_bytes in, uint8_t *out)
{
	return block_run(c, key, BACKEND_CBC, true, iv, in, out);
}

enum ykt_status
crypto_cbc_decrypt(struct crypto *c, const struct crypto_key *key, const uint8_t *iv,
    struct ykt_bytes in, uint8_t *out)
{
	return block_run(c, key, BACKEND_CBC, false, iv, in, out);
}

static void
counter_next(uint8_t counter[16])
{
	for (size_t i = 16; i > 0; i--)
		if (++counter[i - 1] != 0)
			break;
}

enum ykt_status
crypto_sm4_ctr(struct crypto *c, const uint8_t key[16], const uint8_t counter[16],
    struct ykt_bytes in, uint8_t *out)
{
	uint8_t next[16];
	uint8_t stream[CTR_CHUNK];
	enum ykt_status status;

	memcpy(next, counter, sizeof(next));
	status = backend_cipher_begin(c->backend, CRYPTO_SM4, key, 16, BACKEND_ECB, true, NULL);
	for (size_t off = 0; status == YKT_OK && off < in.len;) {
		size_t part = in.len - off < CTR_CHUNK ? in.len - off : CTR_CHUNK;
		size_t whole = (part + 15) / 16 * 16;

		for (size_t i = 0; i < whole; i += 16) {
			memcpy(stream + i, next, 16);
			counter_next(next);
		}
		status = backend_cipher_run(c->backend, stream, stream, whole);
		for (size_t i = 0; status == YKT_OK && i < part; i++)
			out[off + i] = in.data[off + i] ^ stream[i];
		off += part;
	}
	if (status != YKT_OK && in.len > 0)
		ykt_wipe(out, in.len);
	ykt_wipe(stream, sizeof(stream));
	return status;
}
