/*
 * The key module's payment PINs and certificates as models: a verifier is a toy, of user
 * and PIN.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "card/ident_cert.h"
#include "crypto/digest.h"
#include "crypto/pwhash.h"
#include "parts.h"
#include "wire/pin.h"
#include "wire/pin_msg.h"

/* False: no block of that session and use. */
static bool
pin_open(struct bench *b, const uint8_t *block, size_t len, const uint8_t sid[16], int64_t use,
    char pin[WIRE_PIN_LEN + 1])
{
	struct signer_soft module;
	enum ykt_status status;

	signer_soft_init(&module, b->other, &b->pin_key);
	status = wire_pin_open(
	    &module.signer, ykt_bytes(block, len), sid, (enum wire_pin_use)use, pin, NULL);
	signer_soft_clear(&module);

	return status == YKT_OK;
}

static void
toy_verifier(struct bench *b, const char *user_id, const char *pin, char out[128])
{
	const struct ykt_bytes parts[] = { ykt_bytes_str(user_id), ykt_bytes_str(pin) };
	uint8_t digest[32];

	assert_status(crypto_sm3(b->other, parts, YKT_ARRAY_LEN(parts), digest), YKT_OK);
	snprintf(out, 128, "toy-%02X%02X%02X%02X%02X%02X", digest[0], digest[1], digest[2],
	    digest[3], digest[4], digest[5]);
}

static bool
fits(struct bench *b, const char *user_id, const char *verifier, const char *pin)
{
	char toy[128];

	if (verifier[0] == '$')
		return crypto_pwhash_check(
			   verifier, ykt_bytes_str(pin), &crypto_pwhash_cost_server) == YKT_OK;
	toy_verifier(b, user_id, pin, toy);

	return strcmp(toy, verifier) == 0;
}

static int
say(struct wire_key_pin_rsp *rsp, enum wire_pin_result result)
{
	wire_token_set(&wire_pin_result, (int)result, rsp->result, sizeof(rsp->result));

	return 200;
}

int
part_pin_check(struct bench *b, const void *req_arg, void *rsp_arg)
{
	const struct wire_key_pin_check_req *req = req_arg;
	struct wire_key_pin_rsp *rsp = rsp_arg;
	char pin[WIRE_PIN_LEN + 1] = "";

	b->keyd_pin_calls++;
	if (b->during_pin != NULL)
		assert_status(bench_sql(b, b->during_pin), YKT_OK);
	if (b->keyd_no_pins || b->keyd_pin_lost)
		return b->keyd_no_pins ? 404 : 504;
	if (!pin_open(b, req->pin.data, req->pin.len, req->sid, req->use, pin) ||
	    !fits(b, req->user_id, req->verifier, pin))
		return say(rsp, WIRE_PIN_WRONG);
	rsp->has_verifier = req->verifier[0] == '$';
	if (rsp->has_verifier)
		toy_verifier(b, req->user_id, pin, rsp->verifier);

	return say(rsp, WIRE_PIN_RIGHT);
}

int
part_pin_make(struct bench *b, const void *req_arg, void *rsp_arg)
{
	const struct wire_key_pin_make_req *req = req_arg;
	struct wire_key_pin_rsp *rsp = rsp_arg;
	char pin[WIRE_PIN_LEN + 1] = "", old[WIRE_PIN_LEN + 1] = "";

	b->keyd_pin_calls++;
	if (!pin_open(b, req->pin.data, req->pin.len, req->sid, req->use, pin))
		return say(rsp, WIRE_PIN_NO_BLOCK);
	if (wire_pin_weak(pin, req->phone))
		return say(rsp, WIRE_PIN_IS_WEAK);
	if (!pin_open(b, req->old.data, req->old.len, req->sid, WIRE_PIN_OLD, old))
		old[0] = '\0';
	if (strcmp(pin, old) == 0)
		return say(rsp, WIRE_PIN_IS_OLD);
	if (req->has_verifier && !fits(b, req->user_id, req->verifier, old))
		return say(rsp, fits(b, req->user_id, req->verifier, pin) ? WIRE_PIN_SAME_AGAIN
									  : WIRE_PIN_WRONG);
	rsp->has_verifier = true;
	toy_verifier(b, req->user_id, pin, rsp->verifier);

	return say(rsp, WIRE_PIN_MADE);
}

/* The authority's half: signed with pay_key, as the certificate of another key if it lies. */
int
part_ident_sign(struct bench *b, const void *req_arg, void *rsp_arg)
{
	const struct wire_key_ident_sign_req *req = req_arg;
	struct wire_key_ident_sign_rsp *rsp = rsp_arg;
	struct ykt_buf out = { rsp->cert.data, 0, sizeof(rsp->cert.data), false };
	uint8_t bytes[IDENT_CERT_MAX];
	struct ykt_buf body = YKT_BUF(bytes);
	struct ident_cert cert;

	b->keyd_ident_calls++;
	assert_status(
	    ident_cert_decode(ykt_bytes(req->request.data, req->request.len), &cert, NULL), YKT_OK);
	cert.request = false;
	cert.authority = ykt_bytes_str("TEST-CA");
	memcpy(cert.from, b->cert_from, sizeof(cert.from));
	memcpy(cert.until, b->cert_until, sizeof(cert.until));
	if (b->keyd_ident_lie)
		cert.pub = b->pay_key.pub;
	ident_cert_body_encode(&cert, &body);
	assert_status(crypto_sm2_sign(b->other, &b->pay_key, crypto_sm2_default_id,
			  ykt_buf_view(&body), cert.sig),
	    YKT_OK);
	ident_cert_encode(&cert, &out);
	rsp->cert.len = (uint16_t)out.len;
	return 200;
}
