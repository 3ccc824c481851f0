/*
 * The identity application's commands, answers, certificates: raw bytes first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "card/ident_cert.h"
#include "check.h"
#include "crypto/core.h"
#include "ident_vectors.h"

static struct ykt_bytes
unhex(const char *hex, uint8_t *out, size_t size)
{
	struct ykt_buf buf = { out, 0, size, false };

	assert_status(ykt_hex_decode(hex, strlen(hex), &buf), YKT_OK);

	return ykt_buf_view(&buf);
}

static void
assert_hex(const struct ykt_buf *buf, const char *hex)
{
	uint8_t bytes[300];

	assert_false(buf->full);
	if (!ykt_bytes_equal(ykt_buf_view(buf), unhex(hex, bytes, sizeof(bytes))))
		fail_msg("not %s", hex);
}

static void
test_commands_byte_for_byte(void **state)
{
	static const uint8_t zeros[65];
	static const uint8_t old[] = { 0x12, 0x34 };
	static const uint8_t pin[] = { 0x56, 0x78, 0x9F };
	uint8_t bytes[300];
	struct ykt_buf out = YKT_BUF(bytes);

	(void)state;
	ident_select_build(false, &out);
	assert_hex(&out, "00A4040007F0594B5449440100");
	out.len = 0;
	ident_select_build(true, &out);
	assert_hex(&out, "00A4040207F0594B5449440100");
	out.len = 0;
	ident_generate_build(IDENT_P1_NEW, IDENT_KEY_USER, &out);
	assert_hex(&out, "0046800000");
	out.len = 0;
	ident_generate_build(IDENT_P1_READ, IDENT_KEY_USER, &out);
	assert_hex(&out, "0046810000");
	out.len = 0;
	ident_generate_build(IDENT_P1_NEW, IDENT_KEY_RIDE, &out);
	assert_hex(&out, "0046800100");
	out.len = 0;
	ident_delete_build(IDENT_KEY_USER, &out);
	assert_hex(&out, "00E48000");
	out.len = 0;
	ident_delete_build(IDENT_KEY_RIDE, &out);
	assert_hex(&out, "00E48001");
	out.len = 0;
	ident_get_build(IDENT_TAG_REQUEST, &out);
	assert_hex(&out, "00CADF2400");
	out.len = 0;
	ident_put_cert_build(ykt_bytes(zeros, 3), &out);
	assert_hex(&out, "00DA7F2103000000");
	out.len = 0;
	ident_operation_build(IDENT_OP_SIGN, ykt_bytes("abc", 3), &out);
	assert_hex(&out, "002A9E9A0361626300");
	out.len = 0;
	ident_operation_build(IDENT_OP_ENCIPHER, ykt_bytes("a", 1), &out);
	assert_hex(&out, "002A8480016100");
	out.len = 0;
	ident_operation_build(IDENT_OP_ENCIPHER_TO, ykt_bytes(zeros, 65), &out);
	assert_int_equal(out.len, 5 + 65 + 1);
	assert_memory_equal(bytes, "\x00\x2A\x84\x81\x41", 5);
	out.len = 0;
	ident_operation_build(IDENT_OP_DECIPHER, ykt_bytes("a", 1), &out);
	assert_hex(&out, "002A8084016100");
	out.len = 0;
	ident_internal_build(ykt_bytes(zeros, 8), &out);
	assert_hex(&out, "0088000008000000000000000000");
	out.len = 0;
	ident_challenge_build(&out);
	assert_hex(&out, "0084000008");
	out.len = 0;
	ident_external_build(zeros, &out);
	assert_int_equal(out.len, 5 + 64);
	assert_memory_equal(bytes, "\x00\x82\x00\x00\x40", 5);
	out.len = 0;
	ident_verify_build(YKT_BYTES(pin), &out);
	assert_hex(&out, "002000000356789F");
	out.len = 0;
	ident_change_build(YKT_BYTES(old), YKT_BYTES(pin), &out);
	assert_hex(&out, "00240000061234FF56789F");
	out.len = 0;
	ident_change_build(ykt_bytes(zeros, 10), YKT_BYTES(pin), &out);
	assert_true(out.full);
}

static void
test_public_keys(void **state)
{
	static const char *const bad[] = { "", "7F49", "7F4943864104" IDENT_KEY_PUB "00",
		"7F4943864102" IDENT_KEY_PUB, "7F4943874104" IDENT_KEY_PUB,
		"7F4A43864104" IDENT_KEY_PUB, "7F49428640" IDENT_KEY_PUB, "DF2240" IDENT_KEY_PUB };
	uint8_t xy[64], bytes[100];
	struct ykt_buf out = YKT_BUF(bytes);
	struct crypto_sm2_pub pub, back = { { 7 } };

	(void)state;
	(void)unhex(IDENT_KEY_PUB, xy, sizeof(xy));
	memcpy(pub.xy, xy, sizeof(xy));
	ident_public_encode(&pub, &out);
	assert_hex(&out, "7F4943864104" IDENT_KEY_PUB);
	assert_int_equal(out.len, IDENT_PUBLIC_RSP_LEN);
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		uint8_t in[100];

		assert_status(
		    ident_public_decode(unhex(bad[i], in, sizeof(in)), &back), YKT_E_FORMAT);
		assert_int_equal(back.xy[0], 7);
	}
	assert_status(ident_public_decode(ykt_buf_view(&out), &back), YKT_OK);
	assert_memory_equal(&back, &pub, sizeof(pub));

	out.len = 0;
	ident_platform_encode(&pub, &out);
	assert_hex(&out, "DF2240" IDENT_KEY_PUB);
	back.xy[0] ^= 1;
	assert_status(ident_platform_decode(ykt_buf_view(&out), &back), YKT_OK);
	assert_memory_equal(&back, &pub, sizeof(pub));
	out.len--;
	assert_status(ident_platform_decode(ykt_buf_view(&out), &back), YKT_E_FORMAT);
}

static void
test_status(void **state)
{
	static const struct {
		const char *why;
		const char *rsp;
	} bad[] = {
		{ "a bit without meaning", "DF231520000000000000000000000000000000000000000000" },
		{ "a condition without meaning",
		    "DF231500800000000000000000000000000000000000000000" },
		{ "more tries left than there are",
		    "DF231500000002030000000000000000000000000000000000" },
		{ "more tries than a PIN has",
		    "DF231500000010100000000000000000000000000000000000" },
		{ "a byte short", "DF2314000000030300000000000000000000000000000000" },
	};
	const struct ident_status full = { true, true, true, true, { 0x7F, 0x01 }, 5, 4,
		{ 0xAA, [15] = 0xBB }, true };
	uint8_t bytes[64], in[64];
	struct ykt_buf out = YKT_BUF(bytes);
	struct ident_status back = { .pin_left = 9 };

	(void)state;
	ident_status_encode(&full, &out);
	assert_hex(&out, "DF23151F7F010504AA0000000000000000000000000000BB");
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		if (ident_status_decode(unhex(bad[i].rsp, in, sizeof(in)), &back) != YKT_E_FORMAT)
			fail_msg("%s", bad[i].why);
		assert_int_equal(back.pin_left, 9);
	}
	assert_status(ident_status_decode(ykt_buf_view(&out), &back), YKT_OK);
	assert_memory_equal(&back, &full, sizeof(full));
}

/* Of another implementation; written again it is the same bytes. */
static void
test_certificates_of_another(void **state)
{
	uint8_t bytes[IDENT_CERT_MAX], again[IDENT_CERT_MAX];
	struct ykt_bytes in = unhex(IDENT_CERT, bytes, sizeof(bytes));
	struct ykt_buf out = YKT_BUF(again);
	struct ykt_bytes body;
	struct ident_cert cert;

	(void)state;
	assert_status(ident_cert_decode(in, &cert, &body), YKT_OK);
	assert_false(cert.request);
	assert_true(ykt_bytes_equal(cert.authority, ykt_bytes_str("TEST-CA")));
	assert_memory_equal(cert.from, "\x20\x26\x01\x01", 4);
	assert_memory_equal(cert.until, "\x20\x36\x12\x31", 4);
	ident_cert_encode(&cert, &out);
	assert_true(ykt_bytes_equal(ykt_buf_view(&out), in));
	out.len = 0;
	ident_cert_body_encode(&cert, &out);
	assert_true(ykt_bytes_equal(ykt_buf_view(&out), body));
}

static void
test_requests_of_another(void **state)
{
	uint8_t bytes[IDENT_CERT_MAX], again[IDENT_CERT_MAX];
	struct ykt_bytes in = unhex(IDENT_REQUEST, bytes, sizeof(bytes));
	struct ykt_buf out = YKT_BUF(again);
	struct crypto *c = NULL;
	struct ykt_bytes body;
	struct ident_cert request, cert;

	(void)state;
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &c), YKT_OK);
	assert_status(ident_cert_decode(in, &request, &body), YKT_OK);
	assert_true(request.request);
	assert_status(ident_request_verify(c, &request, body), YKT_OK);
	ident_cert_body_encode(&request, &out);
	assert_hex(&out, IDENT_REQUEST_BODY);
	request.sig[63] ^= 1;
	assert_status(ident_request_verify(c, &request, body), YKT_E_MAC);
	in = unhex(IDENT_CERT, bytes, sizeof(bytes));
	assert_status(ident_cert_decode(in, &cert, &body), YKT_OK);
	assert_status(ident_request_verify(c, &cert, body), YKT_E_FORMAT);
	crypto_free(&c);
}

/* Cut anywhere, one byte longer, any head byte wrong: none, and nothing is written. */
static void
test_what_is_no_certificate(void **state)
{
	/* The name of the authority and the point behind these heads may be anything. */
	static const struct {
		const char *text;
		size_t heads;
	} rows[] = { { IDENT_CERT, 13 }, { IDENT_REQUEST, 17 } };
	uint8_t bytes[IDENT_CERT_MAX + 1] = { 0 };
	struct ident_cert cert = { .from = { 0x77 } };
	struct ykt_bytes body = { NULL, 3 };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		size_t len = unhex(rows[i].text, bytes, sizeof(bytes)).len;

		for (size_t cut = 0; cut <= len + 1; cut++) {
			if (cut == len)
				continue;
			assert_status(
			    ident_cert_decode(ykt_bytes(bytes, cut), &cert, &body), YKT_E_FORMAT);
		}
		for (size_t at = 0; at < rows[i].heads; at++) {
			bytes[at] ^= 0x40;
			assert_status(
			    ident_cert_decode(ykt_bytes(bytes, len), &cert, &body), YKT_E_FORMAT);
			bytes[at] ^= 0x40;
		}
	}
	assert_status(
	    ident_cert_decode(unhex(IDENT_CERT_BACKWARDS, bytes, sizeof(bytes)), &cert, &body),
	    YKT_E_FORMAT);
	assert_int_equal(cert.from[0], 0x77);
	assert_int_equal(body.len, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands_byte_for_byte),
		cmocka_unit_test(test_public_keys),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_certificates_of_another),
		cmocka_unit_test(test_requests_of_another),
		cmocka_unit_test(test_what_is_no_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
