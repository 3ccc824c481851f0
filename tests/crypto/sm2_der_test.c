/*
 * The DER forms: exact bytes, what comes back, what is refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto_test.h"

#define N32 "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE "0000000000000000000000000000000000000000000000000000000000000001"
#define TOP "8000000000000000000000000000000000000000000000000000000000000000"
#define MAX "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"

static void
test_signatures_have_exact_bytes(void **state)
{
	static const struct {
		const char *why;
		const char *sig;
		const char *der;
	} rows[] = {
		{ "smallest numbers", N32 ONE, "3006 020100 020101" },
		{ "a zero byte before the top bit", TOP MAX, "3046 022100" TOP " 022100" MAX },
		{ "top bit after a zero byte",
		    "0080000000000000000000000000000000000000000000000000000000000000" ONE,
		    "3025 0220 0080000000000000000000000000000000000000000000000000000000000000 "
		    "020101" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex sig = hex(rows[i].sig);
		struct hex der = hex(rows[i].der);
		uint8_t data[72];
		struct ykt_buf out = YKT_BUF(data);
		uint8_t back[64];

		assert_status_why(crypto_sm2_sig_to_der(sig.data, &out), YKT_OK, rows[i].why);
		assert_true_why(ykt_bytes_equal(ykt_buf_view(&out), VIEW(der)), rows[i].why);
		assert_status_why(crypto_sm2_sig_from_der(VIEW(der), back), YKT_OK, rows[i].why);
		assert_true_why(memcmp(back, sig.data, 64) == 0, rows[i].why);
	}
}

static void
test_signatures_refused(void **state)
{
	static const struct {
		const char *why;
		const char *der;
	} rows[] = {
		{ "empty", "" },
		{ "tag only", "30" },
		{ "another tag", "3106020101020101" },
		{ "an empty sequence", "3000" },
		{ "one number", "3003020101" },
		{ "three numbers", "3009020101020101020101" },
		{ "a byte after it", "300602010102010100" },
		{ "length one too long", "3007020101020101" },
		{ "length one too short", "3005020101020101" },
		{ "long form of a short length", "308106020101020101" },
		{ "two-byte form of a short length", "30820006020101020101" },
		{ "indefinite length", "30800201010201010000" },
		{ "length of length three", "3083000006020101020101" },
		{ "a number of no bytes", "30050200020101" },
		{ "a negative number", "3006020180020101" },
		{ "a padded number", "300702020001020101" },
		{ "33 bytes", "30260221"
			      "01" N32 "020101" },
		{ "34 bytes with a zero", "30270222"
					  "0080" N32 "020101" },
		{ "an octet string for a number", "3006040101020101" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex der = hex(rows[i].der);
		uint8_t sig[64] = { 0x5A };

		assert_status_why(
		    crypto_sm2_sig_from_der(VIEW(der), sig), YKT_E_FORMAT, rows[i].why);
		assert_int_equal(sig[0], 0x5A);
	}
}

/* Text lengths on both sides of each form of a DER length. */
static void
test_ciphertexts_come_back(void **state)
{
	static const size_t lens[] = { 1, 10, 18, 19, 20, 21, 127, 128, 129, 143, 144, 145, 255,
		256, 257, 1024 };
	uint8_t raw[CRYPTO_SM2_CIPHER_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(raw); i++)
		raw[i] = (uint8_t)(i * 5);
	raw[0] = 4;
	for (size_t i = 0; i < YKT_ARRAY_LEN(lens); i++) {
		/* x short and y with its top bit, then the other way round. */
		for (unsigned top = 0; top < 2; top++) {
			struct ykt_bytes in = ykt_bytes(raw, lens[i] + CRYPTO_SM2_EXTRA);
			uint8_t der[CRYPTO_SM2_DER_MAX];
			uint8_t back[CRYPTO_SM2_CIPHER_MAX];
			struct ykt_buf der_buf = YKT_BUF(der);
			struct ykt_buf back_buf = YKT_BUF(back);

			raw[1] = top != 0 ? 0xF0 : 0;
			raw[33] = top != 0 ? 0 : 0xF0;
			assert_status(crypto_sm2_cipher_to_der(in, &der_buf), YKT_OK);
			assert_status(
			    crypto_sm2_cipher_from_der(ykt_buf_view(&der_buf), &back_buf), YKT_OK);
			assert_true(ykt_bytes_equal(ykt_buf_view(&back_buf), in));

			/* One byte less of room: refused, and nothing is written. */
			der_buf.cap = der_buf.len - 1;
			der_buf.len = 0;
			assert_status(crypto_sm2_cipher_to_der(in, &der_buf), YKT_E_SPACE);
			assert_int_equal(der_buf.len, 0);
			der_buf.len = der_buf.cap + 1;
			back_buf = (struct ykt_buf){ back, 0, in.len - 1, false };
			assert_status(crypto_sm2_cipher_from_der(ykt_buf_view(&der_buf), &back_buf),
			    YKT_E_SPACE);
			assert_int_equal(back_buf.len, 0);
		}
	}
}

static void
test_ciphertexts_refused(void **state)
{
	static const struct {
		const char *why;
		const char *der;
	} rows[] = {
		{ "no C2", "3028 020101 020101 0420" N32 },
		{ "C2 of no bytes", "302A 020101 020101 0420" N32 "0400" },
		{ "C3 one byte short", "302A 020101 020101 041F"
				       "00000000000000000000000000000000"
				       "000000000000000000000000000000 0401AA" },
		{ "C3 one byte long", "302C 020101 020101 0421" N32 "00 0401AA" },
		{ "a fifth value", "302D 020101 020101 0420" N32 "0401AA 0500" },
		{ "a byte after it", "302B 020101 020101 0420" N32 "0401AA 00" },
		{ "C2 longer than what is left", "302B 020101 020101 0420" N32 "0402AA" },
		{ "C2 in two-byte form over the end", "302D 020101 020101 0420" N32 "0482FFFFAA" },
		{ "x of 33 bytes", "304B 0221 01" N32 " 020101 0420" N32 "0401AA" },
	};
	uint8_t raw[CRYPTO_SM2_CIPHER_MAX + 1] = { 4 };
	uint8_t data[CRYPTO_SM2_DER_MAX] = { 0x5A };
	struct ykt_buf out = YKT_BUF(data);

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex der = hex(rows[i].der);

		assert_status_why(
		    crypto_sm2_cipher_from_der(VIEW(der), &out), YKT_E_FORMAT, rows[i].why);
	}
	for (size_t len = 0; len <= CRYPTO_SM2_EXTRA; len++)
		assert_status(crypto_sm2_cipher_to_der(ykt_bytes(raw, len), &out), YKT_E_FORMAT);
	assert_status(crypto_sm2_cipher_to_der(YKT_BYTES(raw), &out), YKT_E_FORMAT);
	raw[0] = 2;
	assert_status(crypto_sm2_cipher_to_der(ykt_bytes(raw, 120), &out), YKT_E_FORMAT);
	assert_int_equal(out.len, 0);
	assert_int_equal(data[0], 0x5A);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signatures_have_exact_bytes),
		cmocka_unit_test(test_signatures_refused),
		cmocka_unit_test(test_ciphertexts_come_back),
		cmocka_unit_test(test_ciphertexts_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
