/*
 * Authorisations for ride codes, signed with the institution's key.
 *
 * The request names fields, not bytes: this module lays them out and puts its
 * own certificate, institution and platform into them, so that nobody has it
 * sign anything else (I-22's separation, for codes).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "code/code_qr.h"
#include "keys/internal.h"

#define MS 1000

static enum ykt_status
fill(const struct keys_code *own, const struct wire_key_code_sign_req *req, struct code_auth *auth)
{
	struct code_cert cert;
	enum ykt_status status = code_cert_decode(YKT_BYTES(own->cert), &cert);

	if (status != YKT_OK)
		return status;
	memcpy(auth->cert, own->cert, sizeof(auth->cert));
	memcpy(auth->account, req->account, sizeof(auth->account));
	memcpy(auth->user, req->user, sizeof(auth->user));
	memcpy(auth->institution, cert.institution, sizeof(auth->institution));
	memcpy(auth->platform, own->platform, sizeof(auth->platform));
	auth->kind = (uint8_t)req->kind;
	auth->limit_fen = (uint32_t)req->limit_fen;
	memcpy(auth->point, req->point, sizeof(auth->point));
	auth->expires_s = (uint32_t)req->expires_s;
	auth->validity_s = (uint16_t)req->validity_s;
	return YKT_OK;
}

/* A key that is none would make codes that no gate can check. */
static bool
sound(struct keys_worker *worker, const struct wire_key_code_sign_req *req, int64_t now_s)
{
	struct crypto_sm2_pub pub;

	return strlen(req->account) == sizeof(req->account) - 1 && req->kind <= CODE_KIND_SOLDIER &&
	       req->validity_s > 0 && req->expires_s > now_s &&
	       crypto_sm2_decompress(worker->crypto, req->point, &pub) == YKT_OK;
}

int
keys_code_sign(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	struct keys_worker *worker = worker_arg;
	const struct keys_code *own = &worker->keys->options.code;
	const struct wire_key_code_sign_req *req = req_arg;
	struct wire_key_code_sign_rsp *rsp = rsp_arg;
	struct ykt_buf out = { rsp->auth.data, 0, sizeof(rsp->auth.data), false };
	const int64_t now_ms = ykt_clock_wall(worker->keys->options.env.clock);
	struct code_auth auth = { 0 };
	struct signer_soft signer;
	enum ykt_status status;

	(void)http;
	if (!own->there)
		return wire_error_set(
		    error, 404, WIRE_ERR_NOT_FOUND, "this module signs no ride codes");
	if (!sound(worker, req, now_ms / MS))
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "not to be authorised");
	status = fill(own, req, &auth);
	if (status != YKT_OK)
		return keys_fail(error, status);
	if (code_cert_expired(own->cert + KEYS_CODE_EXPIRY_OFF, now_ms))
		return wire_error_set(error, 409, "code_cert", "the certificate's month is over");
	signer_soft_init(&signer, worker->crypto, &own->key);
	status = code_auth_make(&signer.signer, &auth, &out);
	signer_soft_clear(&signer);
	rsp->auth.len = (uint16_t)out.len;
	return status == YKT_OK ? 200 : keys_fail(error, status);
}
