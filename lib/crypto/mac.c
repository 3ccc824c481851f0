/*
 * CBC-MACs and CMAC over the backend's CBC mode.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "crypto/backend.h"
#include "crypto/mac.h"

#define MAC_CHUNK 128 /* a multiple of every block length */

static void
xor_block(uint8_t *block, const uint8_t *with, size_t len)
{
	for (size_t i = 0; i < len; i++)
		block[i] ^= with[i];
}

/*
 * The run has begun. Pads by method 2; last gets the final cipher block. before:
 * the cipher block that a run under way gave last, which is taken out of the
 * first one again, so that this message starts from zero; NULL at a run's start.
 */
static enum ykt_status
cbc_mac_run(
    struct backend *b, size_t block, struct ykt_bytes data, const uint8_t *before, uint8_t *last)
{
	uint8_t chunk[MAC_CHUNK];
	enum ykt_status status = YKT_OK;
	size_t used = 0;
	size_t rest;
	size_t padded;

	while (data.len - used >= MAC_CHUNK && status == YKT_OK) {
		memcpy(chunk, data.data + used, MAC_CHUNK);
		if (before != NULL && used == 0)
			xor_block(chunk, before, block);
		status = backend_cipher_run(b, chunk, chunk, MAC_CHUNK);
		used += MAC_CHUNK;
	}
	if (status != YKT_OK)
		goto out;

	rest = data.len - used;
	padded = (rest / block + 1) * block;
	if (rest > 0)
		memcpy(chunk, data.data + used, rest);
	chunk[rest] = 0x80;
	memset(chunk + rest + 1, 0, padded - rest - 1);
	if (before != NULL && used == 0)
		xor_block(chunk, before, block);
	status = backend_cipher_run(b, chunk, chunk, padded);
	if (status == YKT_OK)
		memcpy(last, chunk + padded - block, block);
out:
	ykt_wipe(chunk, sizeof(chunk));
	return status;
}

enum ykt_status
crypto_des_cbc_mac(struct crypto *c, const uint8_t key[8], const uint8_t iv[8],
    struct ykt_bytes data, uint8_t out[8])
{
	enum ykt_status status =
	    backend_cipher_begin(c->backend, CRYPTO_DES, key, 8, BACKEND_CBC, true, iv);

	if (status == YKT_OK)
		status = cbc_mac_run(c->backend, 8, data, NULL, out);
	return status;
}

enum ykt_status
crypto_retail_mac(struct crypto *c, const uint8_t key[16], const uint8_t iv[8],
    struct ykt_bytes data, uint8_t out[8])
{
	struct backend *b = c->backend;
	uint8_t block[8];
	enum ykt_status status;

	status = backend_cipher_begin(b, CRYPTO_DES, key, 8, BACKEND_CBC, true, iv);
	if (status == YKT_OK)
		status = cbc_mac_run(b, 8, data, NULL, block);
	if (status == YKT_OK)
		status = backend_cipher_begin(b, CRYPTO_DES, key + 8, 8, BACKEND_ECB, false, NULL);
	if (status == YKT_OK)
		status = backend_cipher_run(b, block, block, sizeof(block));
	if (status == YKT_OK)
		status = backend_cipher_begin(b, CRYPTO_DES, key, 8, BACKEND_ECB, true, NULL);
	if (status == YKT_OK)
		status = backend_cipher_run(b, block, block, sizeof(block));
	if (status == YKT_OK)
		memcpy(out, block, sizeof(block));
	ykt_wipe(block, sizeof(block));
	return status;
}

enum ykt_status
crypto_sm4_cbc_mac(struct crypto *c, const uint8_t key[16], const uint8_t iv[16],
    struct ykt_bytes data, uint8_t out[16])
{
	enum ykt_status status =
	    backend_cipher_begin(c->backend, CRYPTO_SM4, key, 16, BACKEND_CBC, true, iv);

	if (status == YKT_OK)
		status = cbc_mac_run(c->backend, 16, data, NULL, out);
	return status;
}

enum ykt_status
crypto_cbc_mac_pair(struct crypto *c, const struct crypto_key *key, const struct ykt_bytes data[2],
    uint8_t out[2][CRYPTO_BLOCK_MAX])
{
	static const uint8_t zero_iv[CRYPTO_BLOCK_MAX];
	struct backend *b = c->backend;
	size_t block = crypto_block_len(key->alg);
	uint8_t macs[2][CRYPTO_BLOCK_MAX] = { 0 };
	enum ykt_status status;

	if (!crypto_key_fits(key->alg, key->len))
		return YKT_E_ARG;
	status =
	    backend_cipher_begin(b, key->alg, key->bytes, key->len, BACKEND_CBC, true, zero_iv);
	if (status == YKT_OK)
		status = cbc_mac_run(b, block, data[0], NULL, macs[0]);
	if (status == YKT_OK)
		status = cbc_mac_run(b, block, data[1], macs[0], macs[1]);
	if (status == YKT_OK)
		memcpy(out, macs, sizeof(macs));
	ykt_wipe(macs, sizeof(macs));
	return status;
}

/* Doubling in GF(2^64) or GF(2^128), without a branch on the secret. */
static void
cmac_double(uint8_t *block, size_t len)
{
	uint8_t poly = len == 16 ? 0x87 : 0x1B;
	uint8_t carry = (uint8_t)(block[0] >> 7);

	for (size_t i = 0; i + 1 < len; i++)
		block[i] = (uint8_t)(block[i] << 1 | block[i + 1] >> 7);
	block[len - 1] = (uint8_t)(block[len - 1] << 1);
	block[len - 1] ^= (uint8_t)((0 - carry) & poly);
}

/* Runs all but the last 1..MAC_CHUNK bytes, which stay in chunk. */
static enum ykt_status
cmac_absorb(struct backend *b, const struct ykt_bytes *parts, size_t count,
    uint8_t chunk[MAC_CHUNK], size_t *held)
{
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < count; i++) {
		for (size_t off = 0; off < parts[i].len && status == YKT_OK;) {
			size_t part = parts[i].len - off;

			if (*held == MAC_CHUNK) {
				status = backend_cipher_run(b, chunk, chunk, MAC_CHUNK);
				*held = 0;
			}
			if (part > MAC_CHUNK - *held)
				part = MAC_CHUNK - *held;
			memcpy(chunk + *held, parts[i].data + off, part);
			*held += part;
			off += part;
		}
	}
	return status;
}

static enum ykt_status
cmac_subkey(struct backend *b, const struct crypto_key *key, size_t block, uint8_t *ret_k1)
{
	enum ykt_status status =
	    backend_cipher_begin(b, key->alg, key->bytes, key->len, BACKEND_ECB, true, NULL);

	memset(ret_k1, 0, block);
	if (status == YKT_OK)
		status = backend_cipher_run(b, ret_k1, ret_k1, block);
	if (status == YKT_OK)
		cmac_double(ret_k1, block);
	return status;
}

enum ykt_status
crypto_cmac(struct crypto *c, const struct crypto_key *key, const struct ykt_bytes *parts,
    size_t count, uint8_t out[16])
{
	static const uint8_t zero_iv[CRYPTO_BLOCK_MAX];
	struct backend *b = c->backend;
	size_t block = crypto_block_len(key->alg);
	uint8_t subkey[CRYPTO_BLOCK_MAX];
	uint8_t chunk[MAC_CHUNK];
	size_t held = 0;
	enum ykt_status status;

	if (key->alg == CRYPTO_DES || !crypto_key_fits(key->alg, key->len))
		return YKT_E_ARG;
	status = cmac_subkey(b, key, block, subkey);
	if (status == YKT_OK)
		status = backend_cipher_begin(
		    b, key->alg, key->bytes, key->len, BACKEND_CBC, true, zero_iv);
	if (status == YKT_OK)
		status = cmac_absorb(b, parts, count, chunk, &held);
	if (status != YKT_OK)
		goto out;

	if (held == 0 || held % block != 0) {
		cmac_double(subkey, block);
		chunk[held++] = 0x80;
		while (held % block != 0)
			chunk[held++] = 0;
	}
	for (size_t i = 0; i < block; i++)
		chunk[held - block + i] ^= subkey[i];
	status = backend_cipher_run(b, chunk, chunk, held);
	if (status == YKT_OK) {
		memset(out, 0, CRYPTO_BLOCK_MAX);
		memcpy(out, chunk + held - block, block);
	}
out:
	ykt_wipe(subkey, sizeof(subkey));
	ykt_wipe(chunk, sizeof(chunk));
	return status;
}
