/*
 * The platform of the world: users' certificates. It knows one element a user,
 * and judges as the real one does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fake.h"

#include <string.h>

#include "card/ident_cert.h"
#include "check.h"

/* For the request, signed with the authority's key. False: no request of that key. */
static bool
issue(struct fake *fake, struct ykt_bytes bytes, uint16_t *ret_len, uint8_t *out)
{
	static const uint8_t from[] = { 0x20, 0x26, 0x01, 0x01 },
			     until[] = { 0x20, 0x36, 0x12, 0x31 };
	uint8_t plain[IDENT_CERT_MAX];
	struct ykt_buf body = YKT_BUF(plain);
	struct ykt_buf cert_out = { out, 0, IDENT_CERT_MAX, false };
	struct ident_cert cert;
	struct ykt_bytes signed_bytes;

	if (ident_cert_decode(bytes, &cert, &signed_bytes) != YKT_OK ||
	    ident_request_verify(fake->crypto, &cert, signed_bytes) != YKT_OK ||
	    memcmp(cert.pub.xy, fake->sender.xy, sizeof(cert.pub.xy)) != 0)
		return false;
	cert.request = false;
	cert.authority = ykt_bytes_str("TEST-CA");
	memcpy(cert.from, from, sizeof(from));
	memcpy(cert.until, until, sizeof(until));
	ident_cert_body_encode(&cert, &body);
	assert_status(crypto_sm2_sign(fake->crypto, &fake->ca_key, crypto_sm2_default_id,
			  ykt_buf_view(&body), cert.sig),
	    YKT_OK);
	ident_cert_encode(&cert, &cert_out);
	*ret_len = (uint16_t)cert_out.len;
	fake->certs++;
	fake->cert_device = fake->sender;
	fake->cert_state = FAKE_CERT_ACTIVE;

	return true;
}

void
fake_cert_register(
    struct fake *fake, const struct wire_user_register_req *req, struct wire_user_register_rsp *rsp)
{
	if (!fake->ca || !req->has_request)
		return;
	rsp->has_cert = issue(
	    fake, ykt_bytes(req->request.data, req->request.len), &rsp->cert.len, rsp->cert.data);
}

int
fake_cert_login(struct fake *fake, const struct wire_user_login_req *req,
    struct wire_user_login_rsp *rsp, struct wire_error *error)
{
	struct ident_cert cert;
	struct ykt_bytes body;

	if (!fake->ca || (fake->no_se && req->se_id.len == 0 && fake->certs == 0))
		return 200;
	if (req->has_otp && req->has_request) {
		if (strcmp(req->otp, FAKE_OTP) != 0)
			return wire_error_set(error, 403, WIRE_ERR_OTP_WRONG, NULL);
		rsp->has_cert = issue(fake, ykt_bytes(req->request.data, req->request.len),
		    &rsp->cert.len, rsp->cert.data);
		return rsp->has_cert ? 200 : wire_error_set(error, 403, "cert_foreign", NULL);
	}
	if (!req->has_cert)
		return wire_error_set(error, 403, "cert_missing", NULL);
	if (ident_cert_decode(ykt_bytes(req->cert.data, req->cert.len), &cert, &body) != YKT_OK ||
	    cert.request ||
	    crypto_sm2_verify(
		fake->crypto, &fake->ca_key.pub, crypto_sm2_default_id, body, cert.sig) != YKT_OK ||
	    memcmp(cert.pub.xy, fake->sender.xy, 64) != 0)
		return wire_error_set(error, 403, "cert_foreign", NULL);
	if (memcmp(fake->cert_device.xy, fake->sender.xy, 64) != 0 ||
	    fake->cert_state == FAKE_CERT_REVOKED)
		return wire_error_set(error, 403, "cert_revoked", NULL);
	if (fake->cert_state == FAKE_CERT_EXPIRED)
		return wire_error_set(error, 403, "cert_expired", NULL);

	return 200;
}
