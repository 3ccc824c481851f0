/*
 * Aims at crypto_sm2_verify(): 64 bytes of signature, then, when the byte after
 * it is odd, 64 of key, then the message. Nobody forges by chance: what passes
 * under the fixed key is the worked example.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct crypto *c = fuzz_open();
	struct ykt_rd rd = ykt_rd(ykt_bytes(data, len));
	struct crypto_sm2_pub pub = fuzz_key.pub;
	uint8_t sig[CRYPTO_SM2_SIG_LEN];
	struct ykt_bytes msg;
	enum ykt_status status;
	bool own_key;

	ykt_rd_copy(&rd, sig, sizeof(sig));
	own_key = (ykt_rd_u8(&rd) & 1) != 0;
	if (own_key)
		ykt_rd_copy(&rd, pub.xy, sizeof(pub.xy));
	if (rd.bad)
		return 0;
	msg = ykt_rd_rest(&rd);
	status = crypto_sm2_verify(c, &pub, crypto_sm2_default_id, msg, sig);
	assert(status == YKT_OK || status == YKT_E_MAC || status == YKT_E_FORMAT);
	assert((status == YKT_E_FORMAT) == (crypto_sm2_pub_check(c, &pub) != YKT_OK));
	if (!own_key)
		assert(
		    (status == YKT_OK) == ykt_bytes_equal(msg, ykt_bytes_str("message digest")) ||
		    status == YKT_E_MAC);
	return 0;
}
