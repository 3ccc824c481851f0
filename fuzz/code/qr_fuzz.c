/*
 * Aims at code_qr_decode(), code_verify() and code_auth_verify(): the first byte
 * chooses dialects, the rest is a code. Nobody forges by chance: what is good
 * carries the signatures of tests/vectors/code.json, and every field that is
 * shown is inside what was signed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle.h"

#define NOW_MS (INT64_C(1795420800) * 1000)

/* The root of tests/vectors/code.json. */
static const char root_text[] =
    "TEST-ROOT 01010000 07 "
    "D47CD0E111CA21ADC85F2BC8AEF9B1C8B25B972114F3D4C46F6CE40C3061D6F5 "
    "BCB09A7D6674F8D520A07521C1C0693CF1FB9E7B18B5869A1EF6800B59344028\n";

static struct code_dialect
dialect_of(uint8_t bits)
{
	return (struct code_dialect){ .any_version = (bits & 1) != 0,
		.any_issuer_format = (bits & 2) != 0,
		.own_len_with_self = (bits & 4) != 0,
		.own_data_last = (bits & 8) != 0,
		.local_ids = (bits & 16) != 0,
		.expiry_since_2000 = (bits & 32) != 0 };
}

static void
check_views(struct ykt_bytes in, const struct code_qr *code)
{
	assert(in.len >= CODE_QR_MIN && in.len <= CODE_QR_MAX);
	assert(in.len == CODE_QR_MIN + (size_t)code->auth.own_len);
	assert(code->user_signed.data == in.data && code->user_signed.len == in.len - 65);
	assert(code->issuer_signed.data == in.data + 3 &&
	       code->issuer_signed.len <= in.len - 3 - 69 - 65);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct crypto *c = fuzz_open();
	struct ykt_rd rd = ykt_rd(ykt_bytes(data, len));
	struct code_roots roots = { 0 };
	struct code_policy policy = { .roots = &roots, .future_s = CODE_FUTURE_S };
	struct code_result result = { .verdict = CODE_VERDICT_COUNT };
	struct code_qr code = { .version = 1 };
	enum code_fault fault = CODE_FAULT_NONE;
	enum code_verdict verdict = CODE_VERDICT_COUNT;
	unsigned line = 0;
	enum ykt_status status;
	struct ykt_bytes in;

	policy.dialect = dialect_of(ykt_rd_u8(&rd));
	in = ykt_rd_rest(&rd);
	status = code_roots_read(c, ykt_bytes_str(root_text), &roots, &line);
	assert(status == YKT_OK);
	status = code_qr_decode(in, &policy.dialect, &code, &fault);
	assert((status == YKT_OK) == (fault == CODE_FAULT_NONE));
	if (status == YKT_OK)
		check_views(in, &code);
	else
		assert(status == YKT_E_FORMAT && code.version == 1);
	status = code_verify(c, &policy, in, NOW_MS, &result);
	assert(status == YKT_OK && result.verdict < CODE_VERDICT_COUNT);
	assert(result.has_code == (fault == CODE_FAULT_NONE));
	if (result.verdict == CODE_GOOD)
		assert(result.has_cert && result.root_found &&
		       ykt_bytes_equal(YKT_BYTES(result.code.auth.institution),
			   YKT_BYTES(result.cert.institution)));
	if (in.len > 3) {
		status = code_auth_verify(
		    c, &policy, ykt_bytes_sub(in, 3, in.len - 3), NOW_MS, &verdict);
		assert(status == YKT_OK && verdict < CODE_VERDICT_COUNT);
	}
	return 0;
}
