/*
 * Ride codes as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/code_view.h"

#include <string.h>

#include <ykt/civil.h>

#include "cli/jsonput.h"

#define MS 1000

static void
put_service(json_t *object, uint32_t service)
{
	uint8_t raw[4];

	ykt_set_u32(raw, service);
	jsonput_hex(object, "service", YKT_BYTES(raw));
}

/* Seconds as they are, and as card time for people. */
static void
put_time(json_t *object, const char *name, const char *text_name, uint32_t seconds)
{
	char text[YKT_CIVIL_TEXT_MAX];

	ykt_civil_text((int64_t)seconds * MS, text);
	jsonput_int(object, name, seconds);
	jsonput_text(object, text_name, text);
}

json_t *
code_view_cert(const struct code_cert *cert)
{
	json_t *object = json_object();

	put_service(object, cert->service);
	jsonput_u8(object, "root_index", cert->root_index);
	JSONPUT_FIELD(object, cert, institution);
	jsonput_hex(object, "expiry_mmyy", YKT_BYTES(cert->expiry));
	JSONPUT_FIELD(object, cert, serial);
	jsonput_hex(object, "key", YKT_BYTES(cert->point));
	jsonput_hex(object, "signature", YKT_BYTES(cert->sig));

	return object;
}

json_t *
code_view_request(const struct code_request *request)
{
	json_t *object = json_object();

	put_service(object, request->service);
	JSONPUT_FIELD(object, request, institution);
	jsonput_hex(object, "expiry_mmyy", YKT_BYTES(request->expiry));
	JSONPUT_FIELD(object, request, serial);
	jsonput_u8(object, "hash_algorithm", request->hash_alg);
	jsonput_hex(object, "key", YKT_BYTES(request->point));
	jsonput_hex(object, "signature", YKT_BYTES(request->sig));

	return object;
}

json_t *
code_view_root(const struct code_root *root)
{
	json_t *object = json_object();

	jsonput_text(object, "name", root->name);
	put_service(object, root->service);
	jsonput_u8(object, "index", root->index);
	json_object_set_new(object, "test", json_boolean(code_root_is_test(root)));
	jsonput_hex(object, "x", ykt_bytes(root->pub.xy, 32));
	jsonput_hex(object, "y", ykt_bytes(root->pub.xy + 32, 32));

	return object;
}

json_t *
code_view_qr(const struct code_qr *code)
{
	const struct code_auth *auth = &code->auth;
	struct code_cert cert;
	json_t *object = json_object();

	jsonput_u8(object, "version", code->version);
	jsonput_int(object, "length", (uint64_t)auth->own_len + CODE_QR_MIN - 3);
	if (code_cert_decode(YKT_BYTES(auth->cert), &cert) == YKT_OK)
		json_object_set_new(object, "certificate", code_view_cert(&cert));
	else
		jsonput_hex(object, "certificate", YKT_BYTES(auth->cert));
	json_object_set_new(
	    object, "account", json_stringn((const char *)auth->account, sizeof(auth->account)));
	JSONPUT_FIELD(object, auth, user);
	JSONPUT_FIELD(object, auth, institution);
	JSONPUT_FIELD(object, auth, platform);
	jsonput_u8(object, "kind", auth->kind);
	jsonput_int(object, "limit_fen", auth->limit_fen);
	jsonput_hex(object, "key", YKT_BYTES(auth->point));
	put_time(object, "expires_s", "expires", auth->expires_s);
	jsonput_int(object, "validity_s", auth->validity_s);
	jsonput_hex(object, "own_data", ykt_bytes(auth->own, auth->own_len));
	jsonput_u8(object, "issuer_format", auth->sig_format);
	jsonput_hex(object, "issuer_signature", YKT_BYTES(auth->sig));
	put_time(object, "generated_s", "generated", code->generated_s);
	jsonput_hex(object, "user_signature", YKT_BYTES(code->sig));

	return object;
}

/* The checks in their order, with the verdicts that end each. */
static const struct {
	const char *name;
	enum code_verdict first;
	enum code_verdict last;
} checks[] = {
	{ "length", CODE_BAD_LENGTH, CODE_BAD_LENGTH },
	{ "version", CODE_BAD_VERSION, CODE_BAD_VERSION },
	{ "format", CODE_BAD_FORMAT, CODE_BAD_FORMAT },
	{ "certificate", CODE_BAD_CERT, CODE_BAD_CERT },
	{ "root", CODE_ROOT_UNKNOWN, CODE_ROOT_UNKNOWN },
	{ "certificate_signature", CODE_CERT_FORGED, CODE_CERT_FORGED },
	{ "certificate_month", CODE_CERT_EXPIRED, CODE_CERT_EXPIRED },
	{ "institution", CODE_INSTITUTION_DIFFERS, CODE_INSTITUTION_DIFFERS },
	{ "issuer_signature", CODE_AUTH_FORGED, CODE_AUTH_FORGED },
	{ "user_signature", CODE_USER_FORGED, CODE_USER_FORGED },
	{ "institution_welcome", CODE_INSTITUTION_UNKNOWN, CODE_INSTITUTION_UNKNOWN },
	{ "authorisation_expiry", CODE_AUTH_EXPIRED, CODE_AUTH_EXPIRED },
	{ "moment", CODE_FROM_THE_FUTURE, CODE_EXPIRED },
	{ "limit", CODE_OVER_LIMIT, CODE_OVER_LIMIT },
};

json_t *
code_view_result(const struct code_result *result)
{
	json_t *object = json_object();
	json_t *list = json_object();
	bool going = true;

	jsonput_text(object, "verdict", code_verdict_name(result->verdict));
	for (size_t i = 0; i < YKT_ARRAY_LEN(checks) && going; i++) {
		/* Length, version and constants are read together: only the first that fails is said. */
		going = result->verdict < checks[i].first || result->verdict > checks[i].last;
		json_object_set_new(list, checks[i].name, json_boolean(going));
	}
	json_object_set_new(object, "checks", list);
	if (result->root_found)
		jsonput_text(object, "root", result->root_name);
	if (result->has_code)
		json_object_set_new(object, "code", code_view_qr(&result->code));

	return object;
}
