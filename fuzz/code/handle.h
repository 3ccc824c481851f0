/*
 * The crypto handle and the root that the harnesses of this room use: the root
 * of tests/vectors/code.json. Made once; it holds no state that an input could reach.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FUZZ_CODE_HANDLE_H
#define FUZZ_CODE_HANDLE_H

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "code/code_verify.h"
#include "fuzz.h"

static struct crypto *fuzz_crypto;

static inline void
fuzz_close(void)
{
	crypto_free(&fuzz_crypto);
}

static inline struct crypto *
fuzz_open(void)
{
	if (fuzz_crypto == NULL) {
		if (crypto_new(&ykt_alloc_libc, NULL, &fuzz_crypto) != YKT_OK)
			abort();
		(void)atexit(fuzz_close);
	}
	return fuzz_crypto;
}

#endif
