/*
 * Helpers of the code tests.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "rig_codes.h"

#include <string.h>

static void
new_signer(struct codes *codes, struct signer_soft *soft)
{
	struct crypto_sm2_key key;

	assert_status(crypto_sm2_generate(codes->rig->crypto, &codes->rig->rng.port, &key), YKT_OK);
	signer_soft_init(soft, codes->rig->crypto, &key);
}

static void
make_cert(struct codes *codes)
{
	codes->cert = (struct code_cert){ .service = CODE_SERVICE,
		.root_index = 3,
		.institution = { 1, 1, 0x10, 0 },
		.expiry = { 0x12, 0x30 } };
	crypto_sm2_compress(&codes->institution.signer.pub, codes->cert.point);
	assert_status(code_cert_sign(&codes->root.signer, &codes->cert), YKT_OK);
}

void
codes_open(struct codes *codes, struct rig *rig)
{
	struct code_root root = { .name = "TEST-RIG", .service = CODE_SERVICE, .index = 3 };

	memset(codes, 0, sizeof(*codes));
	codes->rig = rig;
	new_signer(codes, &codes->root);
	new_signer(codes, &codes->institution);
	new_signer(codes, &codes->rider);
	root.pub = codes->root.signer.pub;
	assert_status(code_roots_add(rig->crypto, &codes->roots, &root), YKT_OK);
	make_cert(codes);
	codes->auth = (struct code_auth){ .institution = { 1, 1, 0x10, 0 },
		.limit_fen = CODES_LIMIT,
		.expires_s = (uint32_t)(rig->wall_ms / 1000) + CODES_LIFE_S,
		.validity_s = CODES_VALID };
	memcpy(codes->auth.account, "9901000000000000", 16);
	crypto_sm2_compress(&codes->rider.signer.pub, codes->auth.point);
	code_cert_encode(&codes->cert, codes->auth.cert);
	for (enum gate_name i = GATE_IN; i < GATE_COUNT; i++) {
		rig->gates[i].options.codes =
		    (struct code_policy){ .roots = &codes->roots, .future_s = CODE_FUTURE_S };
		gate_restart(rig, i);
	}
}

void
codes_close(struct codes *codes)
{
	signer_soft_clear(&codes->root);
	signer_soft_clear(&codes->institution);
	signer_soft_clear(&codes->rider);
}

struct ykt_bytes
codes_make(struct codes *codes, unsigned rider, int64_t after_s)
{
	uint8_t auth_bytes[CODE_AUTH_MAX];
	struct ykt_buf auth = YKT_BUF(auth_bytes);

	codes->auth.user[8] = (uint8_t)(rider / 10 % 10 << 4 | rider % 10);
	codes->auth.user[7] = (uint8_t)(rider / 100 % 10);
	codes->code = (struct ykt_buf){ codes->bytes, 0, sizeof(codes->bytes), false };
	assert_status(code_auth_make(&codes->institution.signer, &codes->auth, &auth), YKT_OK);
	assert_status(code_qr_make(&codes->rider.signer, ykt_buf_view(&auth),
			  (uint32_t)(codes->rig->wall_ms / 1000 + after_s), &codes->code),
	    YKT_OK);

	return ykt_buf_view(&codes->code);
}

struct validator_result
codes_scan(struct codes *codes, enum gate_name gate, struct ykt_bytes code)
{
	struct validator_result result = { .reason = "?" };

	assert_status(validator_scan(codes->rig->gates[gate].validator, code, &result), YKT_OK);

	return result;
}

void
codes_expect(struct codes *codes, enum gate_name gate, struct ykt_bytes code,
    enum validator_gate expected, const char *reason)
{
	struct validator_result result = codes_scan(codes, gate, code);

	assert_string_equal(result.reason, reason);
	assert_int_equal(result.gate, expected);
}
