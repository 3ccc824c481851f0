/*
 * The handle and key lengths.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/mem.h>

#include "crypto/backend.h"
#include "crypto/core.h"

enum ykt_status
crypto_new(const struct ykt_alloc *alloc, const struct ykt_random *seed_or_null,
    struct crypto **ret_crypto)
{
	struct crypto *c = ykt_mem_get(alloc, sizeof(*c));
	enum ykt_status status;

	if (c == NULL)
		return YKT_E_NOMEM;
	c->alloc = alloc;
	status = backend_new(alloc, seed_or_null, &c->backend);
	if (status == YKT_OK)
		*ret_crypto = c;
	else
		ykt_mem_put(alloc, &c, sizeof(*c));
	return status;
}

void
crypto_free(struct crypto **crypto)
{
	const struct ykt_alloc *alloc;

	if (*crypto == NULL)
		return;
	alloc = (*crypto)->alloc;
	backend_free(alloc, &(*crypto)->backend);
	ykt_mem_put(alloc, crypto, sizeof(**crypto));
}

void
crypto_forget(struct crypto *c)
{
	backend_forget(c->backend);
}

size_t
crypto_block_len(enum crypto_alg alg)
{
	switch (alg) {
	case CRYPTO_DES:
	case CRYPTO_TDES2:
		return 8;
	case CRYPTO_AES:
	case CRYPTO_SM4:
		return 16;
	}
	return 0;
}

bool
crypto_key_fits(enum crypto_alg alg, size_t len)
{
	switch (alg) {
	case CRYPTO_DES:
		return len == 8;
	case CRYPTO_TDES2:
	case CRYPTO_SM4:
		return len == 16;
	case CRYPTO_AES:
		return len == 16 || len == 24 || len == 32;
	}
	return false;
}

enum ykt_status
crypto_key_set(enum crypto_alg alg, struct ykt_bytes bytes, struct crypto_key *ret_key)
{
	if (!crypto_key_fits(alg, bytes.len))
		return YKT_E_ARG;
	memset(ret_key, 0, sizeof(*ret_key));
	ret_key->alg = alg;
	ret_key->len = (uint8_t)bytes.len;
	memcpy(ret_key->bytes, bytes.data, bytes.len);
	return YKT_OK;
}
