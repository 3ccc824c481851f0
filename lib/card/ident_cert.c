/*
 * Card-verifiable certificates of users.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/ident_cert.h"

#include <string.h>

#include "card/tlv.h"

#define TAG_BODY      0x7F4E
#define TAG_PROFILE   0x5F29
#define TAG_AUTHORITY 0x42
#define TAG_HOLDER    0x5F20
#define TAG_FROM      0x5F25
#define TAG_UNTIL     0x5F24
#define TAG_SIGNATURE 0x5F37
#define PROFILE       0x00

void
ident_cert_body_encode(const struct ident_cert *cert, struct ykt_buf *out)
{
	size_t mark = tlv_begin(out, TAG_BODY);

	tlv_put_u8(out, TAG_PROFILE, PROFILE);
	if (!cert->request)
		tlv_put(out, TAG_AUTHORITY, cert->authority);
	ident_public_encode(&cert->pub, out);
	tlv_put(out, TAG_HOLDER, YKT_BYTES(cert->holder));
	if (!cert->request) {
		tlv_put(out, TAG_FROM, YKT_BYTES(cert->from));
		tlv_put(out, TAG_UNTIL, YKT_BYTES(cert->until));
	}
	tlv_end(out, mark);
}

void
ident_cert_encode(const struct ident_cert *cert, struct ykt_buf *out)
{
	size_t mark = tlv_begin(out, IDENT_TAG_CERT);

	ident_cert_body_encode(cert, out);
	tlv_put(out, TAG_SIGNATURE, YKT_BYTES(cert->sig));
	tlv_end(out, mark);
}

/* The next element, if it has this tag; otherwise rd is bad. */
static struct ykt_bytes
take(struct ykt_rd *rd, uint32_t tag, size_t min, size_t max)
{
	struct tlv tlv;

	if (tlv_next(rd, &tlv) && tlv.tag == tag && tlv.value.len >= min && tlv.value.len <= max)
		return tlv.value;
	rd->bad = true;

	return ykt_bytes(NULL, 0);
}

static void
take_into(struct ykt_rd *rd, uint32_t tag, uint8_t *out, size_t len)
{
	struct ykt_bytes value = take(rd, tag, len, len);

	if (value.len == len)
		memcpy(out, value.data, len);
}

/* The bytes of the whole next element: its head is not in what tlv_next() gives. */
static struct ykt_bytes
peek(const struct ykt_rd *rd)
{
	struct ykt_rd after = *rd;
	struct tlv tlv;

	if (!tlv_next(&after, &tlv))
		return ykt_bytes(NULL, 0);

	return ykt_bytes(rd->p, rd->left - after.left);
}

static bool
date_fits(const uint8_t date[IDENT_DATE_LEN])
{
	unsigned month = date[2], day = date[3];

	for (size_t i = 0; i < IDENT_DATE_LEN; i++)
		if ((date[i] & 0x0F) > 9 || date[i] >> 4 > 9)
			return false;

	return month >= 0x01 && month <= 0x12 && day >= 0x01 && day <= 0x31;
}

static bool
body_decode(struct ykt_bytes bytes, struct ident_cert *cert)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct ykt_rd ahead;
	struct ykt_bytes profile = take(&rd, TAG_PROFILE, 1, 1);
	struct ykt_bytes point;
	struct tlv tlv;

	if (rd.bad || profile.data[0] != PROFILE)
		return false;
	ahead = rd;
	cert->request = !(tlv_next(&ahead, &tlv) && tlv.tag == TAG_AUTHORITY);
	if (!cert->request)
		cert->authority = take(&rd, TAG_AUTHORITY, 1, IDENT_AUTHORITY_MAX);
	point = peek(&rd);
	if (!tlv_next(&rd, &tlv) || ident_public_decode(point, &cert->pub) != YKT_OK)
		return false;
	take_into(&rd, TAG_HOLDER, cert->holder, sizeof(cert->holder));
	if (!cert->request) {
		take_into(&rd, TAG_FROM, cert->from, sizeof(cert->from));
		take_into(&rd, TAG_UNTIL, cert->until, sizeof(cert->until));
		if (!date_fits(cert->from) || !date_fits(cert->until) ||
		    ykt_get_u32(cert->from) > ykt_get_u32(cert->until))
			return false;
	}

	return ykt_rd_done(&rd) == YKT_OK;
}

enum ykt_status
ident_cert_decode(struct ykt_bytes bytes, struct ident_cert *ret_cert, struct ykt_bytes *ret_body)
{
	struct ident_cert cert = { 0 };
	struct ykt_rd rd = ykt_rd(bytes);
	struct ykt_bytes all = take(&rd, IDENT_TAG_CERT, 1, IDENT_CERT_MAX);
	struct ykt_bytes whole, body;

	if (ykt_rd_done(&rd) != YKT_OK || bytes.len > IDENT_CERT_MAX)
		return YKT_E_FORMAT;
	rd = ykt_rd(all);
	whole = peek(&rd);
	body = take(&rd, TAG_BODY, 1, IDENT_CERT_MAX);
	take_into(&rd, TAG_SIGNATURE, cert.sig, sizeof(cert.sig));
	if (ykt_rd_done(&rd) != YKT_OK || !body_decode(body, &cert))
		return YKT_E_FORMAT;
	*ret_cert = cert;
	if (ret_body != NULL)
		*ret_body = whole;

	return YKT_OK;
}

enum ykt_status
ident_request_verify(struct crypto *c, const struct ident_cert *request, struct ykt_bytes body)
{
	if (!request->request)
		return YKT_E_FORMAT;

	return crypto_sm2_verify(c, &request->pub, ident_id_request, body, request->sig);
}
