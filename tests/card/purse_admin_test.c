/*
 * PIN, unload and limit commands as raw hex (card.md 1.4), what a PIN is, and
 * every answer or command that is one byte short or long. Values are worked out
 * apart from lib/card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/purse_admin.h"
#include "card/purse_pin.h"

#include <string.h>

#include "card_check.h"

static const uint8_t terminal[PURSE_TERMINAL_LEN] = { 0x31, 0, 0, 0, 0, 1 };
static const uint8_t datetime[PURSE_DATETIME_LEN] = { 0x20, 0x25, 0x01, 0x02, 0x03, 0x04, 0x05 };

static void
test_commands(void **state)
{
	struct purse_credit credit = { .mac2 = { 1, 2, 3, 4 } };
	struct purse_limit_init init = { .key_index = 1 };
	struct purse_limit_update update = { .limit = 0x0002BC, .mac2 = { 5, 6, 7, 8 } };
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	memcpy(credit.datetime, datetime, sizeof(datetime));
	memcpy(update.datetime, datetime, sizeof(datetime));
	memcpy(init.terminal, terminal, sizeof(terminal));
	purse_unload_build(0, &credit, &out);
	assert_hex(ykt_buf_view(&out), "805403000B 20250102030405 01020304 04");
	out.len = 0;
	purse_unload_build(PURSE_KIND_SECOND, &credit, &out);
	assert_hex(ykt_buf_view(&out), "805413000B 20250102030405 01020304 04");
	out.len = 0;
	purse_limit_init_build(0, &init, &out);
	assert_hex(ykt_buf_view(&out), "8050040107 01 310000000001 13");
	out.len = 0;
	purse_limit_update_build(&update, &out);
	assert_hex(ykt_buf_view(&out), "805800000E 0002BC 20250102030405 05060708 04");
	out.len = 0;
	purse_verify_build(ykt_bytes("\x12\x34", 2), &out);
	purse_pin_change_build(ykt_bytes("\x12\x34", 2), ykt_bytes("\x56\x78\x9F", 3), &out);
	assert_hex(ykt_buf_view(&out), "0020000002 1234 805E010006 1234FF56789F");
	out.len = 0;
	purse_pin_reload_build(PURSE_ALG_TDES, ykt_bytes("\x12\x34", 2), credit.mac2, &out);
	purse_pin_reload_build(PURSE_ALG_SM4, ykt_bytes("\x12\x34", 2), credit.mac2, &out);
	assert_hex(ykt_buf_view(&out), "805E000006 1234 01020304 805E010006 1234 01020304");
	assert_false(out.full);
}

static void
test_a_pin_is_2_to_6_bytes_of_digits(void **state)
{
	static const struct {
		const char *pin;
		bool valid;
	} rows[] = {
		{ "1234", true },
		{ "0000", true },
		{ "123F", true },
		{ "999999999999", true },
		{ "99999999999F", true },
		{ "12", false },
		{ "", false },
		{ "12345678901234", false },
		{ "1F34", false },
		{ "12FF", false },
		{ "12F4", false },
		{ "12A4", false },
		{ "123A", false },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex pin = hex_of(rows[i].pin);

		assert_int_equal(purse_pin_valid(hex_view(&pin)), rows[i].valid);
	}
}

static void
test_change_and_reload_are_told_apart_by_their_data(void **state)
{
	static const struct {
		const char *data;
		size_t old; /* lengths; 0: not that command */
		size_t pin;
		size_t reload;
	} rows[] = {
		{ "1234FF5678", 2, 2, 0 },
		{ "1234FF56789F", 2, 3, 2 },
		{ "123456FF123456", 3, 3, 3 },
		{ "123401020304", 0, 0, 2 },
		{ "1234FF", 0, 0, 0 },
		{ "FF1234", 0, 0, 0 },
		{ "1234FF56FF78", 0, 0, 2 },
		{ "12345678", 0, 0, 0 },
		{ "", 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex data = hex_of(rows[i].data);
		struct ykt_bytes old = { 0 }, pin = { 0 }, reload = { 0 };
		const uint8_t *mac = NULL;

		assert_int_equal(purse_pin_change_decode(hex_view(&data), &old, &pin),
		    rows[i].old != 0 ? YKT_OK : YKT_E_FORMAT);
		assert_int_equal(old.len, rows[i].old);
		assert_int_equal(pin.len, rows[i].pin);
		assert_int_equal(purse_pin_reload_decode(hex_view(&data), &reload, &mac),
		    rows[i].reload != 0 ? YKT_OK : YKT_E_FORMAT);
		assert_int_equal(reload.len, rows[i].reload);
		assert_true(mac == (rows[i].reload != 0 ? data.data + rows[i].reload : NULL));
	}
}

static void
test_answers_and_commands_of_another_length(void **state)
{
	uint8_t raw[32] = { 0, 0, 3, 0xE8, 0, 1, 0, 2, 0xBC, 1, 4, 9, 9, 9, 9, 5, 6, 7, 8 };
	struct purse_limit_init_rsp rsp = { 0 };
	struct purse_limit_init init = { 0 };
	struct purse_limit_update update = { 0 };

	(void)state;
	for (size_t len = 0; len <= sizeof(raw); len++) {
		struct apdu_cmd cmd = { .data = ykt_bytes(raw, len) };

		assert_int_equal(purse_limit_init_rsp_decode(ykt_bytes(raw, len), &rsp),
		    len == PURSE_LIMIT_INIT_RSP_LEN ? YKT_OK : YKT_E_FORMAT);
		assert_int_equal(
		    purse_limit_init_decode(&cmd, &init), len == 7 ? YKT_OK : YKT_E_FORMAT);
		assert_int_equal(
		    purse_limit_update_decode(&cmd, &update), len == 14 ? YKT_OK : YKT_E_FORMAT);
	}
	assert_int_equal(rsp.balance, 1000);
	assert_int_equal(rsp.online_seq, 1);
	assert_int_equal(rsp.limit, 700);
	assert_int_equal(rsp.alg, PURSE_ALG_SM4);
	assert_memory_equal(rsp.mac1, "\x05\x06\x07\x08", 4);
	assert_int_equal(update.limit, 0x0003);
}

/* Key 70..7F, and the same exclusive-or 55. */
static void
test_a_pin_block_there_and_back(void **state)
{
	static const enum purse_alg algs[] = { PURSE_ALG_TDES, PURSE_ALG_SM4 };
	static const char *const blocks[] = { "045152BA6BA240C3",
		"DC96C6024A6C3FFD9E42590A2ABF9BE7" };
	struct crypto *crypto = *state;

	for (size_t i = 0; i < 2; i++) {
		uint8_t key[16], block[PURSE_PIN_BLOCK_MAX], pin[PURSE_PIN_MAX] = { 0 };
		size_t len = purse_block_len(algs[i]), pin_len = 0;

		for (uint8_t k = 0; k < 16; k++)
			key[k] = (uint8_t)((0x70 + k) ^ (i == 0 ? 0 : 0x55));
		assert_int_equal(
		    purse_pin_block(crypto, algs[i], key, ykt_bytes("\x55\x55\x55", 3), block),
		    YKT_OK);
		assert_hex(ykt_bytes(block, len), blocks[i]);
		assert_int_equal(
		    purse_pin_unblock(crypto, algs[i], key, ykt_bytes(block, len), pin, &pin_len),
		    YKT_OK);
		assert_hex(ykt_bytes(pin, pin_len), "555555");
		/* A block of another length, and one that holds no PIN. */
		pin_len = 99;
		assert_int_equal(purse_pin_unblock(crypto, algs[i], key, ykt_bytes(block, len - 1),
				     pin, &pin_len),
		    YKT_E_FORMAT);
		block[0] ^= 1;
		assert_int_equal(
		    purse_pin_unblock(crypto, algs[i], key, ykt_bytes(block, len), pin, &pin_len),
		    YKT_E_FORMAT);
		assert_int_equal(pin_len, 99);
		assert_int_equal(
		    purse_pin_block(crypto, algs[i], key, ykt_bytes("\x12", 1), block), YKT_E_ARG);
	}
	assert_int_equal(purse_block_len((enum purse_alg)9), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_a_pin_is_2_to_6_bytes_of_digits),
		cmocka_unit_test(test_change_and_reload_are_told_apart_by_their_data),
		cmocka_unit_test(test_answers_and_commands_of_another_length),
		cmocka_unit_test(test_a_pin_block_there_and_back),
	};

	return cmocka_run_group_tests(tests, crypto_setup, crypto_teardown);
}
