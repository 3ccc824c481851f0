/*
 * Account numbers, the blocks that they travel in, and what a yes to an unbinding
 * covers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/account.h"
#include "wire/claim.h"
#include "wire/withdraw.h"

#include <string.h>

#include <ykt/mem.h>

#include "crypto/digest.h"
#include "wire/shown.h"
#include "draw_kit.h"
#include "wire_test.h"

#define ID_A "0123456789abcdef0123456789abcdef"
#define ID_B "ffffffffffffffffffffffffffffffff"
#define USER "c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1"

static const struct wire_account_data typed = {
	.number = "6200000000000011114",
	.holder = "测试持卡人",
	.phone = "13812345678",
};

/* 4111111111111111 is the example that is printed everywhere. */
static void
test_numbers_with_and_without_their_check_digit(void **state)
{
	static const struct {
		const char *number;
		bool valid;
		const char *why;
	} rows[] = {
		{ "4111111111111111", true, "16 digits" },
		{ "6200000000000011114", true, "19 digits" },
		{ "620000000013", true, "12 digits" },
		{ "79927398713", false, "a right check digit, and 11 digits" },
		{ "62000000000000111142", false, "20 digits" },
		{ "4111111111111112", false, "another last digit" },
		{ "6200000000000101114", false, "two digits changed places" },
		{ "", false, "empty" },
		{ "411111111111111x", false, "a letter" },
		{ "4111 1111 1111 1111", false, "blanks" },
		{ "-111111111111111", false, "a sign" },
		{ "４１１１１１", false, "full width" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		assert_true_why(
		    wire_account_number_valid(rows[i].number) == rows[i].valid, rows[i].why);
}

static void
test_a_block_opens_for_its_binding_and_use_alone(void **state)
{
	struct wire_account_data data = { .number = "other" };
	uint8_t block[WIRE_ACCOUNT_BLOCK_MAX], copy[WIRE_ACCOUNT_BLOCK_MAX];
	char code[7] = "other!";
	struct crypto_sm2_key key;
	struct signer_soft own;
	uint16_t len = 0;

	(void)state;
	assert_status(crypto_sm2_generate(crypto, &random_port, &key), YKT_OK);
	signer_soft_init(&own, crypto, &key);
	assert_status(wire_account_seal(crypto, NULL, &key.pub, ID_A, &typed, block, &len), YKT_OK);
	assert_true(len <= sizeof(block));
	assert_status(
	    wire_account_open(&own.signer, ykt_bytes(block, len), ID_B, &data), YKT_E_MAC);
	assert_status(wire_account_open(&own.signer, ykt_bytes(block, len), "", &data), YKT_E_MAC);
	assert_status(
	    wire_account_code_open(&own.signer, ykt_bytes(block, len), ID_A, code), YKT_E_MAC);
	assert_string_equal(code, "other!");
	for (uint16_t i = 0; i < len; i++) {
		memcpy(copy, block, len);
		copy[i] ^= 1;
		assert_status(
		    wire_account_open(&own.signer, ykt_bytes(copy, len), ID_A, &data), YKT_E_MAC);
		assert_status(
		    wire_account_open(&own.signer, ykt_bytes(block, i), ID_A, &data), YKT_E_MAC);
	}
	assert_string_equal(data.number, "other");
	assert_status(wire_account_open(&own.signer, ykt_bytes(block, len), ID_A, &data), YKT_OK);
	assert_memory_equal(&data, &typed, sizeof(data));
	assert_status(
	    wire_account_code_seal(crypto, NULL, &key.pub, ID_A, "123456", block, &len), YKT_OK);
	assert_status(
	    wire_account_open(&own.signer, ykt_bytes(block, len), ID_A, &data), YKT_E_MAC);
	assert_status(
	    wire_account_code_open(&own.signer, ykt_bytes(block, len), ID_A, code), YKT_OK);
	assert_string_equal(code, "123456");
	signer_soft_clear(&own);
}

#define NUMBER "6200000000000011114"
#define PHONE  "13812345678"

/* What somebody else sealed, for the right key and binding, and is no account. */
static void
test_plain_texts_that_are_none(void **state)
{
#define ROW(text)                                                                                  \
	{                                                                                          \
		(text), sizeof(text) - 1                                                           \
	}
	static const struct {
		const char *text;
		size_t len;
	} rows[] = {
		ROW(""),
		ROW("\x13" NUMBER),
		ROW("\x13"
		    "6200000000000011115"
		    "\x01h\x0b" PHONE),
		ROW("\x13" NUMBER "\x00\x0b" PHONE),
		ROW("\x13" NUMBER "\x01h\x0b" PHONE "\x00"),
		ROW("\x13" NUMBER "\x01h\xff" PHONE),
		ROW("\x13" NUMBER "\x01\x00\x0b" PHONE),
		ROW("\x13" NUMBER "\x01h\x0b"
		    "1381234567x"),
	};
	static const uint8_t id[16] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23,
		0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };
	struct wire_account_data data = { .number = "other" };
	struct crypto_sm2_key key;
	struct signer_soft own;

	(void)state;
	assert_status(crypto_sm2_generate(crypto, &random_port, &key), YKT_OK);
	signer_soft_init(&own, crypto, &key);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t plain_bytes[128], block_bytes[256];
		struct ykt_buf plain = YKT_BUF(plain_bytes), block = YKT_BUF(block_bytes);

		ykt_put(&plain, ykt_bytes_str("ykt-acct"));
		ykt_put_u8(&plain, 1);
		ykt_put_mem(&plain, id, sizeof(id));
		ykt_put_mem(&plain, rows[i].text, rows[i].len);
		assert_status(
		    crypto_sm2_encrypt(crypto, &key.pub, ykt_buf_view(&plain), &block), YKT_OK);
		assert_status(
		    wire_account_open(&own.signer, ykt_buf_view(&block), ID_A, &data), YKT_E_MAC);
		assert_string_equal(data.number, "other");
	}
	signer_soft_clear(&own);
}

static void
test_what_is_no_account_is_not_sealed(void **state)
{
	uint8_t block[WIRE_ACCOUNT_BLOCK_MAX];
	struct wire_account_data data[3] = { typed, typed, typed };
	struct crypto_sm2_key key;
	uint16_t len = 77;

	(void)state;
	assert_status(crypto_sm2_generate(crypto, &random_port, &key), YKT_OK);
	data[0].number[18] = '5';
	data[1].phone[0] = '2';
	data[2].holder[0] = '\0';
	for (size_t i = 0; i < YKT_ARRAY_LEN(data); i++)
		assert_status(
		    wire_account_seal(crypto, NULL, &key.pub, ID_A, &data[i], block, &len),
		    YKT_E_ARG);
	assert_status(
	    wire_account_seal(crypto, NULL, &key.pub, "id", &typed, block, &len), YKT_E_ARG);
	assert_status(
	    wire_account_code_seal(crypto, NULL, &key.pub, ID_A, "12345", block, &len), YKT_E_ARG);
	assert_status(
	    wire_account_code_seal(crypto, NULL, &key.pub, ID_A, "12345x", block, &len), YKT_E_ARG);
	assert_int_equal(len, 77);
}

/* The layout of the header's comment, byte by byte. */
static void
test_what_a_yes_to_an_unbinding_covers(void **state)
{
	struct wire_account account = { .account_id = ID_A, .issuer = "Bank", .last4 = "1114" };
	static const char text[] = "ykt-unbd" ID_A USER "\x04"
				   "Bank\x04"
				   "1114";
	const struct ykt_bytes part = ykt_bytes(text, sizeof(text) - 1);
	uint8_t wanted[32], got[32], to_sign[WIRE_UNBIND_SIGN_LEN];

	(void)state;
	assert_status(crypto_sm3(crypto, &part, 1, wanted), YKT_OK);
	assert_status(wire_unbind_digest(crypto, &account, USER, got), YKT_OK);
	assert_memory_equal(got, wanted, sizeof(got));
	wire_unbind_to_sign(got, ID_A, to_sign);
	assert_memory_equal(to_sign, "ykt-unb1", 8);
	assert_memory_equal(to_sign + 8, wanted, 32);
	assert_memory_equal(to_sign + 40, ID_A, 32);
	strcpy(account.last4, "1115");
	assert_status(wire_unbind_digest(crypto, &account, USER, got), YKT_OK);
	assert_memory_not_equal(got, wanted, sizeof(got));
}

static void
test_what_a_yes_to_the_unbinding_of_a_card_covers(void **state)
{
	static const char card_no[] = "03105170000000000094", text[] = "ykt-ucrd"
								       "03105170000000000094" USER;
	const struct ykt_bytes part = ykt_bytes(text, sizeof(text) - 1);
	uint8_t wanted[32], got[32], to_sign[WIRE_CARD_UNBIND_SIGN_LEN];

	(void)state;
	assert_status(crypto_sm3(crypto, &part, 1, wanted), YKT_OK);
	assert_status(wire_card_unbind_digest(crypto, card_no, USER, got), YKT_OK);
	assert_memory_equal(got, wanted, sizeof(got));
	wire_card_unbind_to_sign(got, card_no, to_sign);
	assert_memory_equal(to_sign, "ykt-ubc1", 8);
	assert_memory_equal(to_sign + 8, wanted, 32);
	assert_memory_equal(to_sign + 40, card_no, 20);
}

static void
test_what_a_yes_to_a_withdrawal_covers(void **state)
{
	struct wire_withdraw_req req = {
		.withdraw_id = ID_A, .account_id = ID_B, .amount_fen = 5000
	};
	static const char text[] = "ykt-wdrw" ID_A USER "\0\0\0\0\0\0\x13\x88" ID_B "\x09"
				   "Bank 1114";
	const struct ykt_bytes part = ykt_bytes(text, sizeof(text) - 1);
	uint8_t wanted[32], got[32], to_sign[WIRE_WITHDRAW_SIGN_LEN];

	(void)state;
	assert_status(crypto_sm3(crypto, &part, 1, wanted), YKT_OK);
	assert_status(wire_withdraw_digest(crypto, &req, USER, "Bank 1114", got), YKT_OK);
	assert_memory_equal(got, wanted, sizeof(got));
	wire_withdraw_to_sign(got, ID_A, to_sign);
	assert_memory_equal(to_sign, "ykt-wdr1", 8);
	assert_memory_equal(to_sign + 8, wanted, 32);
	assert_memory_equal(to_sign + 40, ID_A, 32);
	req.amount_fen++;
	assert_status(wire_withdraw_digest(crypto, &req, USER, "Bank 1114", got), YKT_OK);
	assert_memory_not_equal(got, wanted, sizeof(got));
}

#define SHOWN                                                                                      \
	"ykt-show" ID_A USER "\0\0\0\0\0\0\x13\x88"                                                \
	"\0\0\0\0\0\0\0\0"                                                                         \
	"\0\0\0\0\0\0\x13\x88"                                                                     \
	"\x06wallet\0\0\x04Shop"

/* With an account its text follows, behind its length; without one nothing does. */
static void
test_the_account_is_part_of_what_is_shown(void **state)
{
	static const char without[] = SHOWN, with[] = SHOWN "\x09"
							    "Bank 1114";
	const struct ykt_bytes parts[] = { ykt_bytes(without, sizeof(without) - 1),
		ykt_bytes(with, sizeof(with) - 1) };
	struct wire_shown shown = { .order_id = ID_A,
		.user_id = USER,
		.kind = "wallet",
		.card_no = "",
		.city = "",
		.payee = "Shop",
		.amount_fen = 5000,
		.load_fen = 5000 };
	uint8_t wanted[32], got[32];

	(void)state;
	for (int i = 0; i < 2; i++) {
		shown.account = i == 0 ? NULL : "Bank 1114";
		assert_status(crypto_sm3(crypto, &parts[i], 1, wanted), YKT_OK);
		assert_status(wire_shown_digest(crypto, &shown, got), YKT_OK);
		assert_memory_equal(got, wanted, sizeof(got));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_with_and_without_their_check_digit),
		cmocka_unit_test(test_a_block_opens_for_its_binding_and_use_alone),
		cmocka_unit_test(test_plain_texts_that_are_none),
		cmocka_unit_test(test_what_is_no_account_is_not_sealed),
		cmocka_unit_test(test_what_a_yes_to_an_unbinding_covers),
		cmocka_unit_test(test_what_a_yes_to_the_unbinding_of_a_card_covers),
		cmocka_unit_test(test_what_a_yes_to_a_withdrawal_covers),
		cmocka_unit_test(test_the_account_is_part_of_what_is_shown),
	};

	return cmocka_run_group_tests(tests, draw_setup, draw_teardown);
}
