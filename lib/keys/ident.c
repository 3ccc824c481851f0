/*
 * Users' certificates, signed with the authority's key.
 *
 * The request comes from a user's element, signed with the key in it; this module
 * lays the certificate out itself, so that nobody has it sign anything else.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/civil.h>
#include <ykt/hex.h>

#include "card/ident_cert.h"
#include "keys/internal.h"

#define DAY_MS INT64_C(86400000)

static void
date_put(int64_t utc_ms, uint8_t date[IDENT_DATE_LEN])
{
	struct ykt_buf out = { date, 0, IDENT_DATE_LEN, false };
	char day[9];

	ykt_civil_day(utc_ms, day);
	/* Eight digits are four bytes. */
	if (ykt_hex_decode(day, sizeof(day) - 1, &out) != YKT_OK)
		memset(date, 0, IDENT_DATE_LEN);
}

static enum ykt_status
sign(struct keys_worker *worker, const struct keys_ident *own, struct ident_cert *cert)
{
	uint8_t bytes[IDENT_CERT_MAX];
	struct ykt_buf body = YKT_BUF(bytes);

	ident_cert_body_encode(cert, &body);

	return crypto_sm2_sign(
	    worker->crypto, &own->key, crypto_sm2_default_id, ykt_buf_view(&body), cert->sig);
}

int
keys_ident_sign(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	struct keys_worker *worker = worker_arg;
	const struct keys_ident *own = &worker->keys->options.ident;
	const struct wire_key_ident_sign_req *req = req_arg;
	struct wire_key_ident_sign_rsp *rsp = rsp_arg;
	struct ykt_buf out = { rsp->cert.data, 0, sizeof(rsp->cert.data), false };
	const int64_t now_ms = ykt_clock_wall(worker->keys->options.env.clock);
	struct ident_cert cert;
	struct ykt_bytes body;
	enum ykt_status status;

	_Static_assert(sizeof(rsp->cert.data) == IDENT_CERT_MAX, "any certificate fits");
	(void)http;
	if (!own->there)
		return wire_error_set(
		    error, 404, WIRE_ERR_NOT_FOUND, "this module signs no certificates");
	status = ident_cert_decode(ykt_bytes(req->request.data, req->request.len), &cert, &body);
	if (status == YKT_OK)
		status = ident_request_verify(worker->crypto, &cert, body);
	if (status == YKT_E_FORMAT || status == YKT_E_MAC)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "no request of that key");
	if (status != YKT_OK)
		return keys_fail(error, status);
	cert.request = false;
	cert.authority = ykt_bytes_str(own->authority);
	date_put(now_ms, cert.from);
	date_put(now_ms + req->days * DAY_MS, cert.until);
	status = sign(worker, own, &cert);
	if (status != YKT_OK)
		return keys_fail(error, status);
	ident_cert_encode(&cert, &out);
	rsp->cert.len = (uint16_t)out.len;

	return 200;
}
