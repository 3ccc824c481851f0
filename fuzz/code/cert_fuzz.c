/*
 * Aims at code_cert_decode() and code_request_decode() with their checks: what
 * is read comes back to the byte, what is refused leaves the outputs alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle.h"

static void
check_cert(struct crypto *c, struct ykt_bytes in)
{
	struct code_cert cert = { .root_index = 99 };
	struct crypto_sm2_pub pub = { { 0 } };
	uint8_t again[CODE_CERT_LEN];
	enum ykt_status status;

	if (code_cert_decode(in, &cert) != YKT_OK) {
		assert(cert.root_index == 99);
		return;
	}
	code_cert_encode(&cert, again);
	assert(ykt_bytes_equal(in, YKT_BYTES(again)));
	(void)code_cert_expired(cert.expiry, 0);
	status = crypto_sm2_decompress(c, cert.point, &pub);
	if (status == YKT_OK) {
		status = code_cert_verify(c, &cert, &pub, (struct ykt_bytes){ 0 });
		assert(status == YKT_OK || status == YKT_E_MAC);
	}
}

static void
check_request(struct crypto *c, struct ykt_bytes in)
{
	struct code_request request = { .hash_alg = 99 };
	uint8_t again[CODE_REQUEST_LEN];
	enum ykt_status status;

	if (code_request_decode(in, &request) != YKT_OK) {
		assert(request.hash_alg == 99);
		return;
	}
	code_request_encode(&request, again);
	assert(ykt_bytes_equal(in, YKT_BYTES(again)));
	status = code_request_check(c, &request, 0);
	assert(status == YKT_OK || status == YKT_E_MAC || status == YKT_E_FORMAT ||
	       status == YKT_EXPIRED);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct crypto *c = fuzz_open();

	check_cert(c, ykt_bytes(data, len));
	check_request(c, ykt_bytes(data, len));
	return 0;
}
