/*
 * The checks of a ride code, in their order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "code/code_verify.h"

#include <assert.h>
#include <string.h>

#define SECONDS_1970_TO_2000 946656000 /* 2000-01-01 00:00:00 in UTC+8 */
#define MS                   1000

const char *
code_verdict_name(enum code_verdict verdict)
{
	static const char *const names[] = {
		[CODE_GOOD] = "good",
		[CODE_BAD_LENGTH] = "length",
		[CODE_BAD_VERSION] = "version",
		[CODE_BAD_FORMAT] = "format",
		[CODE_BAD_CERT] = "certificate",
		[CODE_ROOT_UNKNOWN] = "root_unknown",
		[CODE_CERT_FORGED] = "certificate_forged",
		[CODE_CERT_EXPIRED] = "certificate_expired",
		[CODE_INSTITUTION_DIFFERS] = "institution_differs",
		[CODE_AUTH_FORGED] = "authorisation_forged",
		[CODE_USER_FORGED] = "user_forged",
		[CODE_INSTITUTION_UNKNOWN] = "institution_unknown",
		[CODE_AUTH_EXPIRED] = "authorisation_expired",
		[CODE_FROM_THE_FUTURE] = "from_the_future",
		[CODE_EXPIRED] = "expired",
		[CODE_OVER_LIMIT] = "over_limit",
	};

	assert((size_t)verdict < CODE_VERDICT_COUNT);

	return names[verdict];
}

struct verify {
	struct crypto *crypto;
	const struct code_policy *policy;
	int64_t now_s;
	int64_t now_ms;
	struct ykt_bytes bytes;
	struct ykt_bytes issuer_signed;
	const struct code_auth *auth;
	struct crypto_sm2_pub issuer; /* of the certificate, once the root vouched for it */
	struct code_result *result;
};

/* A step: YKT_OK goes on, YKT_REFUSED has set the verdict, others end it all. */
typedef enum ykt_status verify_step(struct verify *v);

static enum ykt_status
refuse(struct verify *v, enum code_verdict verdict)
{
	v->result->verdict = verdict;

	return YKT_REFUSED;
}

/* A signature's status: wrong or a key that is none is the code's fault. */
static enum ykt_status
judge(struct verify *v, enum ykt_status status, enum code_verdict verdict)
{
	return status == YKT_E_MAC || status == YKT_E_FORMAT ? refuse(v, verdict) : status;
}

static enum ykt_status
check_bytes(struct verify *v)
{
	static const enum code_verdict verdicts[] = {
		[CODE_FAULT_VERSION] = CODE_BAD_VERSION,
		[CODE_FAULT_LENGTH] = CODE_BAD_LENGTH,
		[CODE_FAULT_FORMAT] = CODE_BAD_FORMAT,
	};
	enum code_fault fault = CODE_FAULT_NONE;

	if (code_qr_decode(v->bytes, &v->policy->dialect, &v->result->code, &fault) != YKT_OK)
		return refuse(v, verdicts[fault]);
	v->result->has_code = true;
	v->auth = &v->result->code.auth;
	v->issuer_signed = v->result->code.issuer_signed;

	return YKT_OK;
}

static enum ykt_status
check_cert(struct verify *v)
{
	const bool local = v->policy->dialect.local_ids;
	struct code_cert *cert = &v->result->cert;
	const struct code_root *root;
	struct ykt_bytes id = { 0 };
	enum ykt_status status;

	if (code_cert_decode(YKT_BYTES(v->auth->cert), cert) != YKT_OK)
		return refuse(v, CODE_BAD_CERT);
	v->result->has_cert = true;
	if (cert->service != CODE_SERVICE)
		return refuse(v, CODE_BAD_CERT);
	root = code_roots_find(v->policy->roots, cert->service, cert->root_index);
	if (root == NULL)
		return refuse(v, CODE_ROOT_UNKNOWN);
	v->result->root_found = true;
	memcpy(v->result->root_name, root->name, sizeof(root->name));
	if (local) /* service and index stand behind the header byte */
		id = ykt_bytes(v->auth->cert + 1, 5);
	status = code_cert_verify(v->crypto, cert, &root->pub, id);
	if (status == YKT_OK)
		status = crypto_sm2_decompress(v->crypto, cert->point, &v->issuer);

	return judge(v, status, CODE_CERT_FORGED);
}

static enum ykt_status
check_month(struct verify *v)
{
	return code_cert_expired(v->result->cert.expiry, v->now_ms) ? refuse(v, CODE_CERT_EXPIRED)
								    : YKT_OK;
}

/* Field 6 says again what the certificate says; elsewhere the exchange goes by the latter. */
static enum ykt_status
check_institution(struct verify *v)
{
	return ykt_bytes_equal(
		   YKT_BYTES(v->auth->institution), YKT_BYTES(v->result->cert.institution))
		   ? YKT_OK
		   : refuse(v, CODE_INSTITUTION_DIFFERS);
}

static enum ykt_status
check_issuer(struct verify *v)
{
	struct ykt_bytes id = { 0 };

	/* Fields 6 and 7 stand side by side. */
	uint8_t both[8];

	memcpy(both, v->auth->institution, 4);
	memcpy(both + 4, v->auth->platform, 4);
	if (v->policy->dialect.local_ids)
		id = YKT_BYTES(both);

	return judge(v,
	    crypto_sm2_verify(v->crypto, &v->issuer, id, v->issuer_signed, v->auth->sig),
	    CODE_AUTH_FORGED);
}

static enum ykt_status
check_user(struct verify *v)
{
	const struct code_qr *code = &v->result->code;
	struct ykt_bytes id = { 0 };
	struct crypto_sm2_pub rider;
	enum ykt_status status;

	if (v->policy->dialect.local_ids)
		id = YKT_BYTES(v->auth->user);
	status = crypto_sm2_decompress(v->crypto, v->auth->point, &rider);
	if (status == YKT_OK)
		status = crypto_sm2_verify(v->crypto, &rider, id, code->user_signed, code->sig);

	return judge(v, status, CODE_USER_FORGED);
}

static enum ykt_status
check_welcome(struct verify *v)
{
	const struct code_policy *policy = v->policy;

	if (policy->institutions == NULL)
		return YKT_OK;
	for (size_t i = 0; i < policy->institution_count; i++) {
		if (ykt_bytes_equal(
			YKT_BYTES(v->auth->institution), YKT_BYTES(policy->institutions[i].id)))
			return YKT_OK;
	}

	return refuse(v, CODE_INSTITUTION_UNKNOWN);
}

static enum ykt_status
check_authorised(struct verify *v)
{
	int64_t expires = v->auth->expires_s;

	if (v->policy->dialect.expiry_since_2000)
		expires += SECONDS_1970_TO_2000;

	return v->now_s > expires ? refuse(v, CODE_AUTH_EXPIRED) : YKT_OK;
}

static enum ykt_status
check_fresh(struct verify *v)
{
	const int64_t made = v->result->code.generated_s;
	int64_t validity = v->auth->validity_s;

	if (v->policy->validity_max_s != 0 && validity > v->policy->validity_max_s)
		validity = v->policy->validity_max_s;
	if (made > v->now_s + v->policy->future_s)
		return refuse(v, CODE_FROM_THE_FUTURE);

	return v->now_s > made + validity ? refuse(v, CODE_EXPIRED) : YKT_OK;
}

static enum ykt_status
check_limit(struct verify *v)
{
	return v->policy->fare_fen > v->auth->limit_fen ? refuse(v, CODE_OVER_LIMIT) : YKT_OK;
}

static enum ykt_status
run(struct verify *v, verify_step *const *steps, size_t count)
{
	enum ykt_status status = YKT_OK;

	v->now_s = v->now_ms / MS;
	v->result->verdict = CODE_GOOD;
	for (size_t i = 0; i < count && status == YKT_OK; i++)
		status = steps[i](v);

	return status == YKT_REFUSED ? YKT_OK : status;
}

enum ykt_status
code_verify(struct crypto *c, const struct code_policy *policy, struct ykt_bytes bytes,
    int64_t now_ms, struct code_result *ret_result)
{
	static verify_step *const steps[] = { check_bytes, check_cert, check_month,
		check_institution, check_issuer, check_user, check_welcome, check_authorised,
		check_fresh, check_limit };
	struct code_result result = { 0 };
	struct verify v = {
		.crypto = c, .policy = policy, .now_ms = now_ms, .bytes = bytes, .result = &result
	};
	enum ykt_status status = run(&v, steps, YKT_ARRAY_LEN(steps));

	if (status == YKT_OK)
		*ret_result = result;

	return status;
}

enum ykt_status
code_auth_verify(struct crypto *c, const struct code_policy *policy, struct ykt_bytes bytes,
    int64_t now_ms, enum code_verdict *ret_verdict)
{
	static verify_step *const steps[] = { check_cert, check_month, check_institution,
		check_issuer, check_authorised };
	const struct code_policy plain = { .roots = policy->roots };
	struct code_result result = { 0 };
	struct code_auth auth;
	struct verify v = { .crypto = c,
		.policy = &plain,
		.now_ms = now_ms,
		.issuer_signed = ykt_bytes_sub(bytes, 0, bytes.len - 1 - CODE_SIG_LEN),
		.auth = &auth,
		.result = &result };
	enum ykt_status status;

	if (code_auth_decode(bytes, &auth) != YKT_OK) {
		*ret_verdict = CODE_BAD_FORMAT;
		return YKT_OK;
	}
	status = run(&v, steps, YKT_ARRAY_LEN(steps));
	if (status == YKT_OK)
		*ret_verdict = result.verdict;

	return status;
}
