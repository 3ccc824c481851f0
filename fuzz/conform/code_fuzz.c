/*
 * Aims at code_case_parse() and code_case_make(): what is read stays inside the
 * text, what is refused leaves the case alone, and any case makes a code that
 * fits or is refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>

#include <ykt/mem.h>

#include "conform/code_case.h"
#include "crypto/core.h"
#include "fuzz.h"

static struct crypto *crypto;
static struct code_case_keys keys;

static void
close_crypto(void)
{
	crypto_free(&crypto);
}

static void
open_crypto(void)
{
	if (crypto != NULL)
		return;
	if (crypto_new(&ykt_alloc_libc, NULL, &crypto) != YKT_OK ||
	    code_case_keys_make(crypto, &keys) != YKT_OK)
		abort();
	(void)atexit(close_crypto);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct code_case one = { .validity_s = 7 };
	uint8_t bytes[CODE_QR_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	const char *why = NULL;
	unsigned line = 7777;
	enum ykt_status status;

	open_crypto();
	status = code_case_parse(ykt_bytes(data, len), &one, &line, &why);
	assert(why != NULL || status == YKT_OK);
	if (status != YKT_OK) {
		assert(status == YKT_E_FORMAT && one.validity_s == 7 && one.id.len == 0);
		assert(line <= len + 1);
		return 0;
	}
	assert(line == 7777 && one.id.data >= data && one.id.data + one.id.len <= data + len);
	assert(one.own <= CODE_OWN_MAX && one.root >= 1 && one.root <= CODE_CASE_ROOTS + 1);
	status = code_case_make(crypto, &keys, &one, INT64_C(1795420800000), &out);
	assert(status == YKT_OK || (status == YKT_E_ARG && out.len == 0));
	return 0;
}
