/*
 * Aims at crypto_sm2_cipher_from_der() and crypto_sm2_sig_from_der(): what is
 * taken encodes to the same bytes, since DER has one form only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ykt_bytes der = ykt_bytes(data, len);
	uint8_t raw[CRYPTO_SM2_CIPHER_MAX];
	uint8_t again[CRYPTO_SM2_DER_MAX];
	uint8_t sig[CRYPTO_SM2_SIG_LEN];
	struct ykt_buf raw_buf = YKT_BUF(raw);
	struct ykt_buf again_buf = YKT_BUF(again);

	if (crypto_sm2_cipher_from_der(der, &raw_buf) == YKT_OK) {
		assert(crypto_sm2_cipher_to_der(ykt_buf_view(&raw_buf), &again_buf) == YKT_OK);
		assert(ykt_bytes_equal(ykt_buf_view(&again_buf), der));
	} else {
		assert(raw_buf.len == 0);
	}
	again_buf.len = 0;
	if (crypto_sm2_sig_from_der(der, sig) == YKT_OK) {
		assert(crypto_sm2_sig_to_der(sig, &again_buf) == YKT_OK);
		assert(ykt_bytes_equal(ykt_buf_view(&again_buf), der));
	}
	return 0;
}
