/*
 * The certificate of a code institution.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "code/code_cert.h"

#include <assert.h>

#include <ykt/civil.h>
#include <ykt/hex.h>

#include "code/code_priv.h"

#define HEADER   0x24
#define FORMAT   0x12
#define BODY_OFF 6
#define CENTURY  2000

bool
code_month_good(const uint8_t expiry[2])
{
	int month = ykt_bcd_get(expiry[0]);

	return month >= 1 && month <= 12 && ykt_bcd_get(expiry[1]) >= 0;
}

enum ykt_status
code_cert_decode(struct ykt_bytes bytes, struct code_cert *ret_cert)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct code_cert cert = { 0 };

	code_rd_expect(&rd, HEADER);
	cert.service = ykt_rd_u32(&rd);
	cert.root_index = ykt_rd_u8(&rd);
	code_rd_expect(&rd, FORMAT);
	ykt_rd_copy(&rd, cert.institution, sizeof(cert.institution));
	ykt_rd_copy(&rd, cert.expiry, sizeof(cert.expiry));
	ykt_rd_copy(&rd, cert.serial, sizeof(cert.serial));
	code_rd_expect(&rd, CODE_ALG_SM2);
	code_rd_expect(&rd, CODE_ALG_SM2);
	code_rd_expect(&rd, CODE_PARAMETER);
	code_rd_expect(&rd, CODE_POINT_LEN);
	ykt_rd_copy(&rd, cert.point, sizeof(cert.point));
	ykt_rd_copy(&rd, cert.sig, sizeof(cert.sig));
	if (ykt_rd_done(&rd) != YKT_OK || !code_month_good(cert.expiry))
		return YKT_E_FORMAT;
	*ret_cert = cert;

	return YKT_OK;
}

void
code_cert_encode(const struct code_cert *cert, uint8_t ret_bytes[CODE_CERT_LEN])
{
	struct ykt_buf out = { ret_bytes, 0, CODE_CERT_LEN, false };

	ykt_put_u8(&out, HEADER);
	ykt_put_u32(&out, cert->service);
	ykt_put_u8(&out, cert->root_index);
	ykt_put_u8(&out, FORMAT);
	ykt_put(&out, YKT_BYTES(cert->institution));
	ykt_put(&out, YKT_BYTES(cert->expiry));
	ykt_put(&out, YKT_BYTES(cert->serial));
	ykt_put_u8(&out, CODE_ALG_SM2);
	ykt_put_u8(&out, CODE_ALG_SM2);
	ykt_put_u8(&out, CODE_PARAMETER);
	ykt_put_u8(&out, CODE_POINT_LEN);
	ykt_put(&out, YKT_BYTES(cert->point));
	ykt_put(&out, YKT_BYTES(cert->sig));
	assert(!out.full && out.len == CODE_CERT_LEN);
}

/* The signed bytes of an encoded certificate. */
static struct ykt_bytes
body(const uint8_t bytes[CODE_CERT_LEN])
{
	return ykt_bytes(bytes + BODY_OFF, CODE_CERT_LEN - BODY_OFF - CODE_SIG_LEN);
}

enum ykt_status
code_cert_sign(const struct signer *ca, struct code_cert *cert)
{
	uint8_t bytes[CODE_CERT_LEN];

	code_cert_encode(cert, bytes);

	return signer_sign(ca, body(bytes), cert->sig);
}

enum ykt_status
code_cert_verify(struct crypto *c, const struct code_cert *cert, const struct crypto_sm2_pub *ca,
    struct ykt_bytes id)
{
	uint8_t bytes[CODE_CERT_LEN];

	code_cert_encode(cert, bytes);

	return crypto_sm2_verify(c, ca, id, body(bytes), cert->sig);
}

bool
code_cert_expired(const uint8_t expiry[2], int64_t now_ms)
{
	const struct ykt_civil now = ykt_civil_from_ms(now_ms);
	int last = (CENTURY + ykt_bcd_get(expiry[1])) * 12 + ykt_bcd_get(expiry[0]);

	return now.year * 12 + now.month > last;
}
