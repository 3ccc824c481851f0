/*
 * The handle and the key that the harnesses of this room use. Made once: it
 * holds no state that an input could reach.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FUZZ_CRYPTO_HANDLE_H
#define FUZZ_CRYPTO_HANDLE_H

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "crypto/crypto.h"

#include "fuzz.h"

static struct crypto *fuzz_crypto;
static struct crypto_sm2_key fuzz_key;

static inline void
fuzz_close(void)
{
	crypto_free(&fuzz_crypto);
}

/* The key of the worked examples in GB/T 32918.5. */
static inline struct crypto *
fuzz_open(void)
{
	static const char text[] =
	    "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8";
	uint8_t d[32];
	struct ykt_buf out = YKT_BUF(d);

	if (fuzz_crypto != NULL)
		return fuzz_crypto;
	if (crypto_new(&ykt_alloc_libc, NULL, &fuzz_crypto) != YKT_OK ||
	    ykt_hex_decode(text, sizeof(text) - 1, &out) != YKT_OK ||
	    crypto_sm2_key_set(fuzz_crypto, d, &fuzz_key) != YKT_OK)
		abort();
	(void)atexit(fuzz_close);
	return fuzz_crypto;
}

#endif
