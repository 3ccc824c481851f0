/*
 * Certificates and their requests: raw hex first, then what is refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "code_check.h"

/* 2026-11-23 16:00:00 in card time, the moment of the vectors. */
#define NOW(desk) ((int64_t)(desk)->generated_s * 1000)

/* The places of section 3.8, byte by byte. */
static void
test_certificate_is_laid_out_as_the_table_says(void **state)
{
	const struct desk *desk = *state;
	struct hex raw = vectors_hex(desk->vectors, "certificate");
	uint8_t again[CODE_CERT_LEN];
	struct code_cert cert;

	assert_int_equal(raw.len, CODE_CERT_LEN);
	assert_status(code_cert_decode(hex_view(&raw), &cert), YKT_OK);
	assert_int_equal(cert.service, 0x01010000);
	assert_int_equal(cert.root_index, 0x07);
	assert_hex(YKT_BYTES(cert.institution), "01013100");
	assert_hex(YKT_BYTES(cert.expiry), "1230");
	assert_hex(YKT_BYTES(cert.serial), "000001");
	assert_memory_equal(cert.point, raw.data + 20, CODE_POINT_LEN);
	assert_memory_equal(cert.sig, raw.data + 53, CODE_SIG_LEN);
	code_cert_encode(&cert, again);
	assert_memory_equal(again, raw.data, sizeof(again));
}

static void
test_certificate_stands_under_its_root_alone(void **state)
{
	const struct desk *desk = *state;
	const struct ykt_bytes no_id = { 0 };
	struct hex raw = vectors_hex(desk->vectors, "certificate");
	struct code_cert cert;

	assert_status(code_cert_decode(hex_view(&raw), &cert), YKT_OK);
	assert_status(code_cert_verify(desk->crypto, &cert, &desk->root.signer.pub, no_id), YKT_OK);
	assert_status(
	    code_cert_verify(desk->crypto, &cert, &desk->other_root.signer.pub, no_id), YKT_E_MAC);
	assert_status(code_cert_verify(
			  desk->crypto, &cert, &desk->root.signer.pub, ykt_bytes_str("another id")),
	    YKT_E_MAC);
	cert.serial[2] ^= 1;
	assert_status(
	    code_cert_verify(desk->crypto, &cert, &desk->root.signer.pub, no_id), YKT_E_MAC);
}

/* A byte of another value at each place that has only one. */
static void
test_other_constants_and_lengths_are_refused(void **state)
{
	static const struct {
		const char *why;
		size_t at;
		uint8_t value;
	} rows[] = {
		{ "header of a request", 0, 0x23 },
		{ "format of a request", 6, 0x02 },
		{ "month 00", 11, 0x00 },
		{ "month 13", 11, 0x13 },
		{ "month no digits", 11, 0x0A },
		{ "year no digits", 12, 0xFF },
		{ "signature algorithm", 16, 0x01 },
		{ "encryption algorithm", 17, 0x01 },
		{ "parameter", 18, 0x01 },
		{ "key length 64", 19, 0x40 },
	};
	const struct desk *desk = *state;
	struct hex raw = vectors_hex(desk->vectors, "certificate");
	struct code_cert cert = { .root_index = 99 };

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex bad = raw;

		bad.data[rows[i].at] = rows[i].value;
		assert_status_why(
		    code_cert_decode(hex_view(&bad), &cert), YKT_E_FORMAT, rows[i].why);
	}
	for (size_t len = 0; len <= CODE_CERT_LEN + 1; len++) {
		if (len != CODE_CERT_LEN)
			assert_status(
			    code_cert_decode(ykt_bytes(raw.data, len), &cert), YKT_E_FORMAT);
	}
	assert_int_equal(cert.root_index, 99);
}

/* To the end of its month in card time, not of UTC. */
static void
test_month_ends_at_midnight_of_card_time(void **state)
{
	static const uint8_t nov_26[2] = { 0x11, 0x26 };
	static const uint8_t dec_99[2] = { 0x12, 0x99 };
	const int64_t last_ms = 1796054400000 - 1; /* 2026-11-30 23:59:59.999 in UTC+8 */

	(void)state;
	assert_false(code_cert_expired(nov_26, last_ms));
	assert_true(code_cert_expired(nov_26, last_ms + 1));
	assert_false(code_cert_expired(dec_99, last_ms));
}

static void
test_request_is_laid_out_as_the_table_says(void **state)
{
	const struct desk *desk = *state;
	struct hex raw = vectors_hex(desk->vectors, "request");
	uint8_t again[CODE_REQUEST_LEN];
	struct code_request request;

	assert_int_equal(raw.len, CODE_REQUEST_LEN);
	assert_status(code_request_decode(hex_view(&raw), &request), YKT_OK);
	assert_int_equal(request.service, CODE_SERVICE);
	assert_hex(YKT_BYTES(request.institution), "01013100");
	assert_int_equal(request.hash_alg, CODE_REQUEST_SM3);
	assert_status(code_request_check(desk->crypto, &request, NOW(desk)), YKT_OK);
	code_request_encode(&request, again);
	assert_memory_equal(again, raw.data, sizeof(again));
}

static void
test_request_that_does_not_hold_is_refused(void **state)
{
	const struct desk *desk = *state;
	struct hex raw = vectors_hex(desk->vectors, "request");
	struct code_request good;
	struct code_request bad;

	assert_status(code_request_decode(hex_view(&raw), &good), YKT_OK);
	bad = good;
	bad.service = 0x02020000;
	assert_status(code_request_check(desk->crypto, &bad, NOW(desk)), YKT_E_FORMAT);
	bad = good;
	bad.point[0] = 0x04;
	assert_status(code_request_check(desk->crypto, &bad, NOW(desk)), YKT_E_FORMAT);
	bad = good;
	bad.institution[3] ^= 1;
	assert_status(code_request_check(desk->crypto, &bad, NOW(desk)), YKT_E_MAC);
	/* Signed by somebody who does not hold the key inside. */
	bad = good;
	crypto_sm2_compress(&desk->user.signer.pub, bad.point);
	assert_status(code_request_check(desk->crypto, &bad, NOW(desk)), YKT_E_MAC);
	bad = good;
	bad.expiry[1] = 0x25;
	assert_status(code_request_check(desk->crypto, &bad, NOW(desk)), YKT_EXPIRED);
	for (size_t len = 0; len <= CODE_REQUEST_LEN + 1; len++) {
		if (len != CODE_REQUEST_LEN)
			assert_status(
			    code_request_decode(ykt_bytes(raw.data, len), &bad), YKT_E_FORMAT);
	}
}

static void
test_request_becomes_a_certificate(void **state)
{
	static const uint8_t serial[3] = { 0x00, 0x00, 0x42 };
	const struct desk *desk = *state;
	struct code_request request = { .service = CODE_SERVICE,
		.institution = { 1, 1, 0x31, 0 },
		.expiry = { 0x12, 0x30 },
		.hash_alg = CODE_REQUEST_SM3 };
	struct code_cert cert;

	assert_status(code_request_sign(&desk->institution.signer, &request), YKT_OK);
	assert_status(code_request_check(desk->crypto, &request, NOW(desk)), YKT_OK);
	assert_status(code_request_issue(&desk->root.signer, 7, &request, serial, &cert), YKT_OK);
	assert_status(
	    code_cert_verify(desk->crypto, &cert, &desk->root.signer.pub, (struct ykt_bytes){ 0 }),
	    YKT_OK);
	assert_memory_equal(cert.serial, serial, sizeof(serial));
	assert_memory_equal(cert.point, request.point, sizeof(cert.point));
	assert_int_equal(cert.root_index, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certificate_is_laid_out_as_the_table_says),
		cmocka_unit_test(test_certificate_stands_under_its_root_alone),
		cmocka_unit_test(test_other_constants_and_lengths_are_refused),
		cmocka_unit_test(test_month_ends_at_midnight_of_card_time),
		cmocka_unit_test(test_request_is_laid_out_as_the_table_says),
		cmocka_unit_test(test_request_that_does_not_hold_is_refused),
		cmocka_unit_test(test_request_becomes_a_certificate),
	};

	return cmocka_run_group_tests(tests, desk_setup, desk_teardown);
}
