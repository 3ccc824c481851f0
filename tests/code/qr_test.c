/*
 * Ride codes as bytes: the table of section 3.8, the builder, lengths both ways.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "code_check.h"

static const json_t *
vector(const struct desk *desk, size_t index)
{
	return json_array_get(json_object_get(desk->vectors, "codes"), index);
}

static void
test_fields_stand_where_the_table_says(void **state)
{
	const struct desk *desk = *state;
	struct hex raw = vectors_hex(vector(desk, 1), "hex");
	struct hex cert = vectors_hex(desk->vectors, "certificate");
	struct code_qr code;

	assert_status(code_qr_decode(hex_view(&raw), &code_dialect_none, &code, NULL), YKT_OK);
	assert_int_equal(code.version, 0x80);
	assert_memory_equal(code.auth.cert, cert.data, CODE_CERT_LEN);
	assert_memory_equal(code.auth.account, "6225010100000018", 16);
	assert_hex(YKT_BYTES(code.auth.user), "03104801999999999999");
	assert_hex(YKT_BYTES(code.auth.institution), "01013100");
	assert_hex(YKT_BYTES(code.auth.platform), "02023100");
	assert_int_equal(code.auth.kind, CODE_KIND_ORDINARY);
	assert_int_equal(code.auth.limit_fen, 1000);
	assert_int_equal(code.auth.expires_s, desk->generated_s + 86400);
	assert_int_equal(code.auth.validity_s, 60);
	assert_int_equal(code.auth.own_len, 1);
	assert_int_equal(code.auth.own[0], 0xA5);
	assert_int_equal(code.auth.sig_format, CODE_SIG_FORMAT);
	assert_int_equal(code.generated_s, desk->generated_s);
	/* Field 2 is 329 + n; fields 3 to 14 and 1 to 16 as offsets of the raw bytes. */
	assert_int_equal(ykt_get_u16(raw.data + 1), 330);
	assert_ptr_equal(code.issuer_signed.data, raw.data + 3);
	assert_int_equal(code.issuer_signed.len, CODE_AUTH_MIN + 1 - 65);
	assert_ptr_equal(code.user_signed.data, raw.data);
	assert_int_equal(code.user_signed.len, CODE_QR_MIN + 1 - 65);
}

/* Every length of field 14, made here and read back (the laboratory's 0 to 32). */
static void
test_own_data_of_each_length(void **state)
{
	const struct desk *desk = *state;

	for (uint8_t n = 0; n <= CODE_OWN_MAX; n++) {
		struct hex first = vectors_hex(vector(desk, 0), "hex");
		struct code_policy policy = desk_policy(desk);
		uint8_t auth_bytes[CODE_AUTH_MAX];
		uint8_t code_bytes[CODE_QR_MAX];
		struct ykt_buf auth_buf = YKT_BUF(auth_bytes);
		struct ykt_buf code_buf = YKT_BUF(code_bytes);
		struct code_qr code;

		assert_status(
		    code_qr_decode(hex_view(&first), &code_dialect_none, &code, NULL), YKT_OK);
		code.auth.own_len = n;
		memset(code.auth.own, 0xB0 + n, n);
		assert_status(
		    code_auth_make(&desk->institution.signer, &code.auth, &auth_buf), YKT_OK);
		assert_int_equal(auth_buf.len, CODE_AUTH_MIN + n);
		assert_status(code_qr_make(&desk->user.signer, ykt_buf_view(&auth_buf),
				  desk->generated_s, &code_buf),
		    YKT_OK);
		assert_int_equal(code_buf.len, CODE_QR_MIN + n);
		assert_int_equal(ykt_get_u16(code_bytes + 1), 329 + n);
		assert_verdict(desk_judge(desk, &policy, ykt_buf_view(&code_buf), 0), CODE_GOOD);
	}
}

/* All but the signatures is fixed: the vectors' bytes come out of the builder. */
static void
test_builder_makes_the_vectors_bytes(void **state)
{
	const struct desk *desk = *state;
	struct hex auth = vectors_hex(desk->vectors, "authorisation");
	uint8_t bytes[CODE_QR_MAX];
	struct ykt_buf out = YKT_BUF(bytes);

	assert_status(
	    code_qr_make(&desk->user.signer, hex_view(&auth), desk->generated_s, &out), YKT_OK);
	assert_int_equal(out.len, desk->code.len);
	assert_memory_equal(bytes, desk->code.data, CODE_QR_MIN - CODE_SIG_LEN);
}

static void
test_builder_refuses_what_no_gate_would_take(void **state)
{
	const struct desk *desk = *state;
	struct hex auth = vectors_hex(desk->vectors, "authorisation");
	uint8_t bytes[CODE_QR_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct ykt_buf small = { bytes, 0, CODE_QR_MAX - 1, false };
	const uint32_t over = desk->generated_s + 86400;

	assert_status(
	    code_qr_make(&desk->institution.signer, hex_view(&auth), desk->generated_s, &out),
	    YKT_E_KEY);
	assert_status(
	    code_qr_make(&desk->user.signer, hex_view(&auth), over + 1, &out), YKT_EXPIRED);
	assert_status(code_qr_make(&desk->user.signer, ykt_bytes(auth.data, auth.len - 1),
			  desk->generated_s, &out),
	    YKT_E_FORMAT);
	assert_status(code_qr_make(&desk->user.signer, hex_view(&auth), desk->generated_s, &small),
	    YKT_E_SPACE);
	assert_int_equal(out.len, 0);
	assert_int_equal(small.len, 0);
	assert_status(code_qr_make(&desk->user.signer, hex_view(&auth), over, &out), YKT_OK);
}

static void
test_authorisation_with_fields_that_do_not_fit_is_not_made(void **state)
{
	const struct desk *desk = *state;
	uint8_t bytes[CODE_AUTH_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct code_qr code;
	struct code_auth auth;

	assert_status(
	    code_qr_decode(hex_view(&desk->code), &code_dialect_none, &code, NULL), YKT_OK);
	auth = code.auth;
	auth.own_len = CODE_OWN_MAX + 1;
	assert_status(code_auth_make(&desk->institution.signer, &auth, &out), YKT_E_ARG);
	auth = code.auth;
	auth.limit_fen = 0x1000000;
	assert_status(code_auth_make(&desk->institution.signer, &auth, &out), YKT_E_ARG);
	auth = code.auth;
	auth.account[3] = '\n';
	assert_status(code_auth_make(&desk->institution.signer, &auth, &out), YKT_E_ARG);
	auth = code.auth;
	auth.user[9] = 0x0A;
	assert_status(code_auth_make(&desk->institution.signer, &auth, &out), YKT_E_ARG);
	assert_int_equal(out.len, 0);
}

/* The two ways to field 15 disagree, or the bytes are not all there. */
static void
test_lengths_that_disagree_are_refused(void **state)
{
	static const struct {
		const char *why;
		size_t vector;
		size_t at;
		uint8_t value;
	} rows[] = {
		{ "field 2 one short", 1, 2, 0x49 },
		{ "field 2 one long", 1, 2, 0x4B },
		{ "field 2 of n = 0 over 333 bytes", 1, 2, 0x49 },
		{ "field 13 counts itself", 1, 197, 0x02 },
		{ "field 13 is 0, field 2 says 1", 1, 197, 0x00 },
		{ "field 13 is 33", 2, 197, 0x21 },
		{ "field 13 is 255", 2, 197, 0xFF },
	};
	const struct desk *desk = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex raw = vectors_hex(vector(desk, rows[i].vector), "hex");
		struct code_qr code = { .version = 1 };
		enum code_fault fault = CODE_FAULT_NONE;

		raw.data[rows[i].at] = rows[i].value;
		assert_status_why(code_qr_decode(hex_view(&raw), &code_dialect_none, &code, &fault),
		    YKT_E_FORMAT, rows[i].why);
		assert_true_why(fault == CODE_FAULT_LENGTH, rows[i].why);
		assert_int_equal(code.version, 1);
	}
}

/* Cut anywhere, or followed by something, a code is none. */
static void
test_cut_and_trailing_bytes_are_refused(void **state)
{
	const struct desk *desk = *state;
	struct hex raw = vectors_hex(vector(desk, 2), "hex");
	struct code_qr code = { .version = 1 };

	for (size_t len = 0; len <= raw.len + 2; len++) {
		if (len != raw.len)
			assert_status(code_qr_decode(ykt_bytes(raw.data, len), &code_dialect_none,
					  &code, NULL),
			    YKT_E_FORMAT);
	}
	assert_int_equal(code.version, 1);
}

static void
test_versions_and_formats_of_other_profiles_are_refused(void **state)
{
	static const uint8_t versions[] = { 0x00, 0x7F, 0x81, 0x90, 0xFF };
	const struct desk *desk = *state;
	enum code_fault fault;
	struct code_qr code;
	struct hex bad;

	for (size_t i = 0; i < sizeof(versions); i++) {
		bad = desk->code;
		bad.data[0] = versions[i];
		assert_status(code_qr_decode(hex_view(&bad), &code_dialect_none, &code, &fault),
		    YKT_E_FORMAT);
		assert_int_equal(fault, CODE_FAULT_VERSION);
	}
	bad = desk->code;
	bad.data[CODE_QR_MIN - 65] = 0x14; /* field 17's format byte */
	assert_status(
	    code_qr_decode(hex_view(&bad), &code_dialect_none, &code, &fault), YKT_E_FORMAT);
	assert_int_equal(fault, CODE_FAULT_FORMAT);
	bad = desk->code;
	bad.data[3 + CODE_CERT_LEN] = 0x00; /* the account is no text */
	assert_status(
	    code_qr_decode(hex_view(&bad), &code_dialect_none, &code, &fault), YKT_E_FORMAT);
	assert_int_equal(fault, CODE_FAULT_FORMAT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields_stand_where_the_table_says),
		cmocka_unit_test(test_own_data_of_each_length),
		cmocka_unit_test(test_builder_makes_the_vectors_bytes),
		cmocka_unit_test(test_builder_refuses_what_no_gate_would_take),
		cmocka_unit_test(test_authorisation_with_fields_that_do_not_fit_is_not_made),
		cmocka_unit_test(test_lengths_that_disagree_are_refused),
		cmocka_unit_test(test_cut_and_trailing_bytes_are_refused),
		cmocka_unit_test(test_versions_and_formats_of_other_profiles_are_refused),
	};

	return cmocka_run_group_tests(tests, desk_setup, desk_teardown);
}
