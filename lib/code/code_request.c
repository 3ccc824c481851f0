/*
 * The request for a certificate, and the CA's answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "code/code_cert.h"
#include "code/code_priv.h"

#define HEADER   0x23
#define FORMAT   0x02
#define BODY_OFF 5

enum ykt_status
code_request_decode(struct ykt_bytes bytes, struct code_request *ret_request)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct code_request request = { 0 };

	code_rd_expect(&rd, HEADER);
	request.service = ykt_rd_u32(&rd);
	code_rd_expect(&rd, FORMAT);
	ykt_rd_copy(&rd, request.institution, sizeof(request.institution));
	ykt_rd_copy(&rd, request.expiry, sizeof(request.expiry));
	ykt_rd_copy(&rd, request.serial, sizeof(request.serial));
	request.hash_alg = ykt_rd_u8(&rd);
	code_rd_expect(&rd, CODE_ALG_SM2);
	code_rd_expect(&rd, CODE_PARAMETER);
	code_rd_expect(&rd, CODE_POINT_LEN);
	ykt_rd_copy(&rd, request.point, sizeof(request.point));
	ykt_rd_copy(&rd, request.sig, sizeof(request.sig));
	if (ykt_rd_done(&rd) != YKT_OK || !code_month_good(request.expiry))
		return YKT_E_FORMAT;
	*ret_request = request;

	return YKT_OK;
}

void
code_request_encode(const struct code_request *request, uint8_t ret_bytes[CODE_REQUEST_LEN])
{
	struct ykt_buf out = { ret_bytes, 0, CODE_REQUEST_LEN, false };

	ykt_put_u8(&out, HEADER);
	ykt_put_u32(&out, request->service);
	ykt_put_u8(&out, FORMAT);
	ykt_put(&out, YKT_BYTES(request->institution));
	ykt_put(&out, YKT_BYTES(request->expiry));
	ykt_put(&out, YKT_BYTES(request->serial));
	ykt_put_u8(&out, request->hash_alg);
	ykt_put_u8(&out, CODE_ALG_SM2);
	ykt_put_u8(&out, CODE_PARAMETER);
	ykt_put_u8(&out, CODE_POINT_LEN);
	ykt_put(&out, YKT_BYTES(request->point));
	ykt_put(&out, YKT_BYTES(request->sig));
	assert(!out.full && out.len == CODE_REQUEST_LEN);
}

static struct ykt_bytes
body(const uint8_t bytes[CODE_REQUEST_LEN])
{
	return ykt_bytes(bytes + BODY_OFF, CODE_REQUEST_LEN - BODY_OFF - CODE_SIG_LEN);
}

enum ykt_status
code_request_sign(const struct signer *institution, struct code_request *request)
{
	struct code_request signed_one = *request;
	uint8_t bytes[CODE_REQUEST_LEN];
	enum ykt_status status;

	crypto_sm2_compress(&institution->pub, signed_one.point);
	code_request_encode(&signed_one, bytes);
	status = signer_sign(institution, body(bytes), signed_one.sig);
	if (status == YKT_OK)
		*request = signed_one;

	return status;
}

enum ykt_status
code_request_check(struct crypto *c, const struct code_request *request, int64_t now_ms)
{
	uint8_t bytes[CODE_REQUEST_LEN];
	struct crypto_sm2_pub pub;
	enum ykt_status status;

	if (request->service != CODE_SERVICE)
		return YKT_E_FORMAT;
	if (code_cert_expired(request->expiry, now_ms))
		return YKT_EXPIRED;
	status = crypto_sm2_decompress(c, request->point, &pub);
	if (status != YKT_OK)
		return status;
	code_request_encode(request, bytes);

	return crypto_sm2_verify(c, &pub, (struct ykt_bytes){ 0 }, body(bytes), request->sig);
}

enum ykt_status
code_request_issue(const struct signer *ca, uint8_t root_index, const struct code_request *request,
    const uint8_t serial[3], struct code_cert *ret_cert)
{
	struct code_cert cert = { .service = request->service, .root_index = root_index };
	enum ykt_status status;

	memcpy(cert.institution, request->institution, sizeof(cert.institution));
	memcpy(cert.expiry, request->expiry, sizeof(cert.expiry));
	memcpy(cert.serial, serial, sizeof(cert.serial));
	memcpy(cert.point, request->point, sizeof(cert.point));
	status = code_cert_sign(ca, &cert);
	if (status == YKT_OK)
		*ret_cert = cert;

	return status;
}
