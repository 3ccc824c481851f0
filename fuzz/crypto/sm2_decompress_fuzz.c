/*
 * Aims at crypto_sm2_decompress(): what is taken is on the curve and packs to
 * the same bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct crypto *c = fuzz_open();
	struct crypto_sm2_pub pub = { { 0 } };
	static const struct crypto_sm2_pub untouched;
	uint8_t packed[33];
	enum ykt_status status;

	if (len != sizeof(packed))
		return 0;
	status = crypto_sm2_decompress(c, data, &pub);
	assert(status == YKT_OK || status == YKT_E_FORMAT);
	if (status == YKT_OK) {
		assert(crypto_sm2_pub_check(c, &pub) == YKT_OK);
		crypto_sm2_compress(&pub, packed);
		assert(memcmp(packed, data, sizeof(packed)) == 0);
	} else {
		assert(memcmp(&pub, &untouched, sizeof(pub)) == 0);
	}
	return 0;
}
