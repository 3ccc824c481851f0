/*
 * Which codes are believed: the vectors, every forgery, every byte.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "code_check.h"

static void
test_vectors_are_good(void **state)
{
	const struct desk *desk = *state;
	const json_t *codes = json_object_get(desk->vectors, "codes");
	struct code_policy policy = desk_policy(desk);

	for (size_t i = 0; i < json_array_size(codes); i++) {
		struct hex raw = vectors_hex(json_array_get(codes, i), "hex");

		assert_verdict(desk_judge(desk, &policy, hex_view(&raw), 0), CODE_GOOD);
	}
}

static void
test_result_shows_how_far_it_came(void **state)
{
	const struct desk *desk = *state;
	struct code_policy policy = desk_policy(desk);
	struct code_result result;

	assert_status(code_verify(desk->crypto, &policy, hex_view(&desk->code),
			  (int64_t)desk->generated_s * 1000, &result),
	    YKT_OK);
	assert_true(result.has_code && result.has_cert && result.root_found);
	assert_string_equal(result.root_name, "TEST-ROOT");
	assert_int_equal(result.code.generated_s, desk->generated_s);
	assert_int_equal(result.code.issuer_signed.len, CODE_AUTH_MIN - 65);
	assert_int_equal(result.code.user_signed.len, CODE_QR_MIN - 65);
	assert_status(
	    code_verify(desk->crypto, &policy, ykt_bytes(desk->code.data, 10), 0, &result), YKT_OK);
	assert_verdict(result.verdict, CODE_BAD_LENGTH);
	assert_false(result.has_code || result.has_cert || result.root_found);
}

/* The forgeries of the vectors, the self-made root first (2.14's lesson). */
static void
test_forged_codes_are_refused(void **state)
{
	const struct desk *desk = *state;
	const json_t *forged = json_object_get(desk->vectors, "forged");
	struct code_policy policy = desk_policy(desk);

	assert_int_equal(json_array_size(forged), 5);
	for (size_t i = 0; i < json_array_size(forged); i++) {
		const json_t *row = json_array_get(forged, i);
		struct hex raw = vectors_hex(row, "hex");
		enum code_verdict verdict = desk_judge(desk, &policy, hex_view(&raw), 0);

		assert_string_equal(code_verdict_name(verdict), vectors_text(row, "verdict"));
	}
}

/* No byte of a code can be another without its being refused. */
static void
test_every_byte_counts(void **state)
{
	static const uint8_t masks[] = { 0x01, 0x80, 0xFF };
	const struct desk *desk = *state;
	const json_t *codes = json_object_get(desk->vectors, "codes");
	struct code_policy policy = desk_policy(desk);
	struct hex raw = vectors_hex(json_array_get(codes, 1), "hex");

	for (size_t at = 0; at < raw.len; at++) {
		for (size_t i = 0; i < sizeof(masks); i++) {
			struct hex bad = raw;

			bad.data[at] ^= masks[i];
			assert_true_why(
			    desk_judge(desk, &policy, hex_view(&bad), 0) != CODE_GOOD, "a byte");
		}
	}
}

/* Signed parts of two good codes do not make a third. */
static void
test_parts_of_other_codes_do_not_fit(void **state)
{
	const struct desk *desk = *state;
	struct code_policy policy = desk_policy(desk);
	uint8_t bytes[CODE_QR_MAX];
	struct ykt_buf later = YKT_BUF(bytes);
	struct hex mixed = desk->code;

	assert_status(
	    code_qr_make(&desk->user.signer, ykt_bytes(desk->code.data + 3, CODE_AUTH_MIN),
		desk->generated_s + 5, &later),
	    YKT_OK);
	assert_verdict(desk_judge(desk, &policy, ykt_buf_view(&later), 0), CODE_GOOD);
	/* The later code's signature under the earlier moment. */
	memcpy(mixed.data + CODE_QR_MIN - 64, bytes + CODE_QR_MIN - 64, 64);
	assert_verdict(desk_judge(desk, &policy, hex_view(&mixed), 0), CODE_USER_FORGED);
}

/* Another rider's key signs over an authorisation that is not his. */
static void
test_rider_signs_with_the_authorised_key(void **state)
{
	const struct desk *desk = *state;
	struct code_policy policy = desk_policy(desk);
	struct hex bad = desk->code;
	uint8_t sig[64];

	assert_status(
	    signer_sign(&desk->other_root.signer, ykt_bytes(bad.data, CODE_QR_MIN - 65), sig),
	    YKT_OK);
	memcpy(bad.data + CODE_QR_MIN - 64, sig, sizeof(sig));
	assert_verdict(desk_judge(desk, &policy, hex_view(&bad), 0), CODE_USER_FORGED);
}

/* The institution's signature is checked for itself: a rider cannot raise his limit. */
static void
test_rider_cannot_change_what_was_authorised(void **state)
{
	const struct desk *desk = *state;
	struct code_policy policy = desk_policy(desk);
	struct hex bad = desk->code;
	uint8_t sig[64];

	bad.data[3 + CODE_CERT_LEN + 16 + 10 + 4 + 4 + 1] = 0x7F; /* field 9 */
	assert_status(
	    signer_sign(&desk->user.signer, ykt_bytes(bad.data, CODE_QR_MIN - 65), sig), YKT_OK);
	memcpy(bad.data + CODE_QR_MIN - 64, sig, sizeof(sig));
	assert_verdict(desk_judge(desk, &policy, hex_view(&bad), 0), CODE_AUTH_FORGED);
}

static void
test_times(void **state)
{
	static const struct {
		const char *why;
		int64_t after_s;
		enum code_verdict verdict;
	} rows[] = {
		{ "now", 0, CODE_GOOD },
		{ "its last second", 60, CODE_GOOD },
		{ "one too late", 61, CODE_EXPIRED },
		{ "as far ahead as is borne", -30, CODE_GOOD },
		{ "one further", -31, CODE_FROM_THE_FUTURE },
		{ "eight hours", -8 * 3600, CODE_FROM_THE_FUTURE },
		{ "the authorisation is over too", 86401, CODE_AUTH_EXPIRED },
	};
	const struct desk *desk = *state;
	struct code_policy policy = desk_policy(desk);

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		assert_true_why(desk_judge(desk, &policy, hex_view(&desk->code), rows[i].after_s) ==
				    rows[i].verdict,
		    rows[i].why);
	policy.future_s = 0;
	assert_verdict(desk_judge(desk, &policy, hex_view(&desk->code), -1), CODE_FROM_THE_FUTURE);
	policy.validity_max_s = 20;
	assert_verdict(desk_judge(desk, &policy, hex_view(&desk->code), 20), CODE_GOOD);
	assert_verdict(desk_judge(desk, &policy, hex_view(&desk->code), 21), CODE_EXPIRED);
}

static void
test_fare_and_welcome(void **state)
{
	static const struct code_institution own[] = { { { 9, 9, 9, 9 } }, { { 1, 1, 0x31, 0 } } };
	const struct desk *desk = *state;
	struct code_policy policy = desk_policy(desk);

	policy.fare_fen = 1000;
	assert_verdict(desk_judge(desk, &policy, hex_view(&desk->code), 0), CODE_GOOD);
	policy.fare_fen = 1001;
	assert_verdict(desk_judge(desk, &policy, hex_view(&desk->code), 0), CODE_OVER_LIMIT);
	policy.fare_fen = 0;
	policy.institutions = own;
	policy.institution_count = 1;
	assert_verdict(
	    desk_judge(desk, &policy, hex_view(&desk->code), 0), CODE_INSTITUTION_UNKNOWN);
	policy.institution_count = 2;
	assert_verdict(desk_judge(desk, &policy, hex_view(&desk->code), 0), CODE_GOOD);
}

/* Several roots at once; the one that the index names is the one that counts. */
static void
test_the_index_chooses_the_root(void **state)
{
	const struct desk *desk = *state;
	struct code_policy policy = desk_policy(desk);
	struct code_root other = { .name = "TEST-2", .service = CODE_SERVICE, .index = 6 };
	struct code_roots roots = { 0 };

	policy.roots = &roots;
	assert_verdict(desk_judge(desk, &policy, hex_view(&desk->code), 0), CODE_ROOT_UNKNOWN);
	other.pub = desk->root.signer.pub;
	assert_status(code_roots_add(desk->crypto, &roots, &other), YKT_OK);
	/* The right key at another index is not looked at. */
	assert_verdict(desk_judge(desk, &policy, hex_view(&desk->code), 0), CODE_ROOT_UNKNOWN);
	other.pub = desk->other_root.signer.pub;
	other.index = 7;
	assert_status(code_roots_add(desk->crypto, &roots, &other), YKT_OK);
	assert_verdict(desk_judge(desk, &policy, hex_view(&desk->code), 0), CODE_CERT_FORGED);
	roots.roots[1] = desk->roots.roots[0];
	assert_verdict(desk_judge(desk, &policy, hex_view(&desk->code), 0), CODE_GOOD);
}

static void
set(struct code_dialect *dialect, const char *setting)
{
	const struct {
		const char *name;
		bool *on;
	} rows[] = {
		{ "any_version", &dialect->any_version },
		{ "any_issuer_format", &dialect->any_issuer_format },
		{ "own_len_with_self", &dialect->own_len_with_self },
		{ "own_data_last", &dialect->own_data_last },
		{ "local_ids", &dialect->local_ids },
		{ "expiry_since_2000", &dialect->expiry_since_2000 },
	};

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		*rows[i].on = *rows[i].on || strcmp(rows[i].name, setting) == 0;
}

/* Each dialect is refused by the rule and by every other dialect, and taken by its own. */
static void
test_dialects_are_off_unless_asked_for(void **state)
{
	const struct desk *desk = *state;
	const json_t *rows = json_object_get(desk->vectors, "dialects");

	assert_int_equal(json_array_size(rows), 6);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		struct hex raw = vectors_hex(json_array_get(rows, i), "hex");
		struct code_policy policy = desk_policy(desk);

		assert_true(desk_judge(desk, &policy, hex_view(&raw), 0) != CODE_GOOD);
		for (size_t j = 0; j < json_array_size(rows); j++) {
			const char *setting = vectors_text(json_array_get(rows, j), "setting");
			bool good;

			policy.dialect = code_dialect_none;
			set(&policy.dialect, setting);
			good = desk_judge(desk, &policy, hex_view(&raw), 0) == CODE_GOOD;
			assert_true_why(good == (i == j), setting);
		}
	}
}

static void
test_authorisation_alone(void **state)
{
	const struct desk *desk = *state;
	struct hex auth = vectors_hex(desk->vectors, "authorisation");
	struct code_policy policy = desk_policy(desk);
	const int64_t now = (int64_t)desk->generated_s * 1000;
	enum code_verdict verdict = CODE_VERDICT_COUNT;

	assert_status(
	    code_auth_verify(desk->crypto, &policy, hex_view(&auth), now, &verdict), YKT_OK);
	assert_verdict(verdict, CODE_GOOD);
	assert_status(
	    code_auth_verify(desk->crypto, &policy, hex_view(&auth), now + 86401000, &verdict),
	    YKT_OK);
	assert_verdict(verdict, CODE_AUTH_EXPIRED);
	for (size_t at = 0; at < auth.len; at++) {
		struct hex bad = auth;

		bad.data[at] ^= 1;
		assert_status(
		    code_auth_verify(desk->crypto, &policy, hex_view(&bad), now, &verdict), YKT_OK);
		assert_true(verdict != CODE_GOOD);
	}
	assert_status(
	    code_auth_verify(desk->crypto, &policy, ykt_bytes(auth.data, 3), now, &verdict),
	    YKT_OK);
	assert_verdict(verdict, CODE_BAD_FORMAT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors_are_good),
		cmocka_unit_test(test_result_shows_how_far_it_came),
		cmocka_unit_test(test_forged_codes_are_refused),
		cmocka_unit_test(test_every_byte_counts),
		cmocka_unit_test(test_parts_of_other_codes_do_not_fit),
		cmocka_unit_test(test_rider_signs_with_the_authorised_key),
		cmocka_unit_test(test_rider_cannot_change_what_was_authorised),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_fare_and_welcome),
		cmocka_unit_test(test_the_index_chooses_the_root),
		cmocka_unit_test(test_dialects_are_off_unless_asked_for),
		cmocka_unit_test(test_authorisation_alone),
	};

	return cmocka_run_group_tests(tests, desk_setup, desk_teardown);
}
