/*
 * Secrets that are refused, PIN blocks, and the bytes that a payer signs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/pin.h"

#include <string.h>

#include <ykt/mem.h>

#include "wire/bill.h"
#include "draw_kit.h"
#include "wire_test.h"

#define MADE INT64_C(1795000000123)

#define PHONE "13812345678"

static void
test_pins_that_are_guessed_first(void **state)
{
	static const struct {
		const char *pin;
		bool weak;
		const char *why;
	} rows[] = {
		{ "604719", false, "no rule" },
		{ "739150", false, "no rule" },
		{ "777771", false, "not one digit" },
		{ "123457", false, "no run" },
		{ "", true, "empty" },
		{ "60471", true, "five" },
		{ "6047190", true, "seven" },
		{ "60471x", true, "a letter" },
		{ "６０４", true, "full width" },
		{ "000000", true, "one digit" },
		{ "345678", true, "a run up" },
		{ "876543", true, "a run down" },
		{ "474747", true, "two digits" },
		{ "471471", true, "three digits" },
		{ "881231", true, "YYMMDD" },
		{ "311288", true, "DDMMYY" },
		{ "123188", true, "MMDDYY" },
		{ "883231", false, "no such month" },
		{ "381234", true, "in the phone number" },
		{ "345679", false, "not in it" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		assert_true_why(wire_pin_weak(rows[i].pin, PHONE) == rows[i].weak, rows[i].why);
}

static void
test_passwords_that_are_guessed_first(void **state)
{
	(void)state;
	assert_false(wire_password_weak("open sesame", PHONE));
	assert_true(wire_password_weak("12345678", PHONE));
	assert_true(wire_password_weak("zzzzzzzz", PHONE));
	assert_true(wire_password_weak("1234567", PHONE));
	assert_true(wire_password_weak(PHONE, PHONE));
}

static void
test_a_block_opens_for_its_session_and_use_alone(void **state)
{
	const uint8_t sid[16] = { 1 }, other[16] = { 2 };
	uint8_t block[WIRE_PIN_BLOCK_MAX], copy[WIRE_PIN_BLOCK_MAX];
	struct crypto_sm2_key key;
	struct signer_soft platform;
	char pin[WIRE_PIN_LEN + 1] = "other!";
	int64_t made = 77;
	uint16_t len = 0;

	(void)state;
	assert_status(crypto_sm2_generate(crypto, &random_port, &key), YKT_OK);
	signer_soft_init(&platform, crypto, &key);
	assert_status(
	    wire_pin_seal(crypto, NULL, &key.pub, sid, WIRE_PIN_PAY, MADE, "12345", block, &len),
	    YKT_E_ARG);
	assert_status(
	    wire_pin_seal(crypto, NULL, &key.pub, sid, WIRE_PIN_PAY, MADE, "604719", block, &len),
	    YKT_OK);
	assert_int_equal(len, 39 + CRYPTO_SM2_EXTRA);
	assert_status(
	    wire_pin_open(&platform.signer, ykt_bytes(block, len), other, WIRE_PIN_PAY, pin, &made),
	    YKT_E_MAC);
	assert_status(
	    wire_pin_open(&platform.signer, ykt_bytes(block, len), sid, WIRE_PIN_NEW, pin, &made),
	    YKT_E_MAC);
	for (uint16_t cut = 0; cut < len; cut++)
		assert_status(wire_pin_open(&platform.signer, ykt_bytes(block, cut), sid,
				  WIRE_PIN_PAY, pin, &made),
		    YKT_E_MAC);
	for (size_t i = 1; i < len; i += 3) {
		memcpy(copy, block, len);
		copy[i] ^= 0x10;
		assert_status(wire_pin_open(&platform.signer, ykt_bytes(copy, len), sid,
				  WIRE_PIN_PAY, pin, &made),
		    YKT_E_MAC);
	}
	assert_string_equal(pin, "other!");
	assert_int_equal(made, 77);
	assert_status(
	    wire_pin_open(&platform.signer, ykt_bytes(block, len), sid, WIRE_PIN_PAY, pin, &made),
	    YKT_OK);
	assert_string_equal(pin, "604719");
	assert_int_equal(made, MADE);
	signer_soft_clear(&platform);
}

/* Authentic, with six bytes that are no digits. */
static void
test_a_block_without_a_pin_is_none(void **state)
{
	static const char text[] = "ykt-pi2\x01"
				   "0123456789abcdef"
				   "12345678\x06"
				   "60471x";
	uint8_t bytes[WIRE_PIN_BLOCK_MAX];
	struct ykt_buf block = YKT_BUF(bytes);
	struct crypto_sm2_key key;
	struct signer_soft platform;
	char pin[WIRE_PIN_LEN + 1] = "";
	int64_t made = 77;

	(void)state;
	assert_status(crypto_sm2_generate(crypto, &random_port, &key), YKT_OK);
	signer_soft_init(&platform, crypto, &key);
	assert_status(crypto_sm2_encrypt(crypto, &key.pub, ykt_bytes_str(text), &block), YKT_OK);
	assert_status(wire_pin_open(&platform.signer, ykt_buf_view(&block),
			  (const uint8_t *)"0123456789abcdef", WIRE_PIN_PAY, pin, &made),
	    YKT_E_MAC);
	assert_string_equal(pin, "");
	signer_soft_clear(&platform);
}

/* The digest was computed with OpenSSL's own sm3 over the bytes of wire/bill.h. */
static void
test_the_digest_of_a_bill(void **state)
{
	static const uint8_t expected[32] = { 0xD4, 0x2C, 0x90, 0xEB, 0x39, 0x11, 0xDC, 0x02, 0xD2,
		0x21, 0xA7, 0xAE, 0x6C, 0x55, 0xC2, 0x0C, 0xC7, 0x6D, 0x99, 0x66, 0x10, 0xFA, 0xAE,
		0x02, 0xDA, 0x67, 0x4E, 0x2F, 0xEA, 0x14, 0xBE, 0xAD };
	static const char user[] = "0123456789abcdef0123456789abcdef";
	struct wire_bill bill = { .bill_id = "b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1",
		.payee = "Noodles Zhang",
		.goods = "牛肉面",
		.amount_fen = 1234 };
	uint8_t digest[32], text[WIRE_BILL_SIGN_LEN];

	(void)state;
	assert_status(wire_bill_digest(crypto, &bill, user, digest), YKT_OK);
	assert_memory_equal(digest, expected, sizeof(digest));
	wire_bill_to_sign(digest, user, text);
	assert_memory_equal(text, "ykt-pay1", 8);
	assert_memory_equal(text + 8, expected, 32);
	assert_memory_equal(text + 40, user, 32);
	/* A letter that moves from one text to the other is another bill. */
	strcpy(bill.payee, "Noodles Zhan");
	strcpy(bill.goods, "g牛肉面");
	assert_status(wire_bill_digest(crypto, &bill, user, digest), YKT_OK);
	assert_memory_not_equal(digest, expected, sizeof(digest));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pins_that_are_guessed_first),
		cmocka_unit_test(test_passwords_that_are_guessed_first),
		cmocka_unit_test(test_a_block_opens_for_its_session_and_use_alone),
		cmocka_unit_test(test_a_block_without_a_pin_is_none),
		cmocka_unit_test(test_the_digest_of_a_bill),
	};

	return cmocka_run_group_tests(tests, draw_setup, draw_teardown);
}
