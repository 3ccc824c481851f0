/*
 * Aims at crypto_sm2_decrypt() and the DER codec below it: the first byte says
 * how much room there is, the rest is the ciphertext.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct crypto *c = fuzz_open();
	uint8_t *text;
	struct ykt_buf out;
	enum ykt_status status;

	if (len == 0)
		return 0;
	text = calloc(1, (size_t)data[0] + 1);
	if (text == NULL)
		return 0;
	out = (struct ykt_buf){ text, 0, data[0], false };
	status = crypto_sm2_decrypt(c, &fuzz_key, ykt_bytes(data + 1, len - 1), &out);
	assert(status == YKT_OK || status == YKT_E_FORMAT || status == YKT_E_SPACE ||
	       status == YKT_E_MAC);
	assert(out.len == (status == YKT_OK ? len - 1 - CRYPTO_SM2_EXTRA : 0));
	if (status != YKT_OK)
		for (size_t i = 0; i < data[0]; i++)
			assert(text[i] == 0);
	free(text);
	return 0;
}
