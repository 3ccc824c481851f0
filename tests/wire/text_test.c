/*
 * Strings and hex in messages: what is read, what is refused; and the texts that
 * have a form of their own.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/field.h"
#include "wire_test.h"

struct words {
	char a[9];
	bool has_b;
	uint8_t b[2];
};
static const struct wire_field words_fields[] = {
	FIELD_TEXT(words, a),
	FIELD_HEX_OPT(words, b),
};
static const struct wire_message words_msg = { "words", words_fields, 2, sizeof(struct words) };

static void
test_reads_any_order_and_blanks(void **state)
{
	static const char *const texts[] = {
		"{\"b\":\"0001\",\"a\":\"x\"}",
		" \t\r\n{ \"a\" : \"x\" , \"b\" : \"0001\" } \n",
		"{\"\\u0061\":\"\\u0078\",\"b\":\"0001\"}",
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(texts); i++) {
		struct ykt_bytes json = exact(texts[i], strlen(texts[i]));
		struct words m;

		assert_status_why(wire_decode(&words_msg, json, &m), YKT_OK, texts[i]);
		assert_string_equal(m.a, "x");
		assert_true(m.has_b);
		assert_memory_equal(m.b, "\x00\x01", 2);
		release(json);
	}
}

static void
test_refuses_bad_strings(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} rows[] = {
		{ "{\"a\":\"123456789\"}", "one byte too long" },
		{ "{\"a\":\"\xE4\xB8\x80\xE4\xB8\x80\xE4\xB8\x80\"}", "too long in bytes" },
		{ "{\"a\":\"\\u4e00\\u4e00\\u4e00\"}", "too long unescaped" },
		{ "{\"a\":\"\\u0000\"}", "NUL" },
		{ "{\"a\":\"\\u12G4\"}", "no hex digit" },
		{ "{\"a\":\"\\u12\"}", "two hex digits" },
		{ "{\"a\":\"\\u", "cut behind the u" },
		{ "{\"a\":\"\\u00", "cut in the digits" },
		{ "{\"a\":\"x\\", "ends in a backslash" },
		{ "{\"a\":\"x\\\"", "ends in an escaped quote" },
		{ "{\"a\":\"\\x41\"}", "escape of C" },
		{ "{\"a\":\"\\'\"}", "escaped single quote" },
		{ "{\"a\":\"\\U0041\"}", "escape in upper case" },
		{ "{\"a\":\"\\ud800\"}", "lone high surrogate" },
		{ "{\"a\":\"\\udc00\"}", "lone low surrogate" },
		{ "{\"a\":\"\\ud800\\u0041\"}", "high surrogate and a letter" },
		{ "{\"a\":\"\\ud800\\ud800\"}", "two high surrogates" },
		{ "{\"a\":\"\\ud800x\"}", "high surrogate and text" },
		{ "{\"a\":\"\xED\xA0\x80\"}", "surrogate in UTF-8" },
		{ "{\"a\":\"\xC0\xAF\"}", "overlong, two bytes" },
		{ "{\"a\":\"\xC1\xBF\"}", "overlong, two bytes, last" },
		{ "{\"a\":\"\xE0\x80\xAF\"}", "overlong, three bytes" },
		{ "{\"a\":\"\xF0\x80\x80\xAF\"}", "overlong, four bytes" },
		{ "{\"a\":\"\xF4\x90\x80\x80\"}", "beyond the last character" },
		{ "{\"a\":\"\xF8\x88\x80\x80\x80\"}", "five bytes" },
		{ "{\"a\":\"\x80\"}", "continuation alone" },
		{ "{\"a\":\"\xC3\"}", "cut character" },
		{ "{\"a\":\"\xE4\xB8\"}", "cut character of three" },
		{ "{\"a\":\"\xFF\"}", "no byte of UTF-8" },
		{ "{\"a\":\"\n\"}", "raw line end" },
		{ "{\"a\":\"\x1F\"}", "raw control character" },
		{ "{\"a\":\"x}", "no closing quote" },
		{ "{\"a\":x}", "no quotes" },
		{ "{\"a\":7}", "number for text" },
		{ "{\"a\":null}", "null for text" },
		{ "{\"a\":\"x\",\"b\":\"00\"}", "hex too short" },
		{ "{\"a\":\"x\",\"b\":\"000000\"}", "hex too long" },
		{ "{\"a\":\"x\",\"b\":\"000\"}", "hex of odd length" },
		{ "{\"a\":\"x\",\"b\":\"\"}", "empty hex" },
		{ "{\"a\":\"x\",\"b\":\"00af\"}", "lower-case hex" },
		{ "{\"a\":\"x\",\"b\":\"00AG\"}", "letter past F" },
		{ "{\"a\":\"x\",\"b\":\"0O00\"}", "the letter O" },
		{ "{\"a\":\"x\",\"b\":\"00 0\"}", "blank in hex" },
		{ "{\"a\":\"x\",\"b\":\"00\\u00300\"}", "escape in hex" },
		{ "{\"a\":\"x\",\"b\":null}", "null for an optional field" },
		{ "{\"b\":\"0001\"}", "the required field is missing" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		refuses(&words_msg, rows[i].text, strlen(rows[i].text), rows[i].why);
}

static void
test_reads_strings_at_the_limit(void **state)
{
	static const struct {
		const char *text;
		const char *value;
	} rows[] = {
		{ "{\"a\":\"\"}", "" },
		{ "{\"a\":\"12345678\"}", "12345678" },
		{ "{\"a\":\"\xF0\x9F\x9A\x87\xF4\x8F\xBF\xBF\"}",
		    "\xF0\x9F\x9A\x87\xF4\x8F\xBF\xBF" },
		{ "{\"a\":\"\\ud83d\\ude87\"}", "\xF0\x9F\x9A\x87" },
		{ "{\"a\":\"\\u4E00\\u00e9\\u0041\"}", "\xE4\xB8\x80\xC3\xA9\x41" },
		{ "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "\"\\/\b\f\n\r\t" },
		{ "{\"a\":\"\xED\x9F\xBF\xEE\x80\x80\"}", "\xED\x9F\xBF\xEE\x80\x80" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t out[128];
		struct ykt_buf json = YKT_BUF(out);
		struct words m;
		struct words again;

		assert_status_why(
		    wire_decode(&words_msg, ykt_bytes_str(rows[i].text), &m), YKT_OK, rows[i].text);
		assert_string_equal(m.a, rows[i].value);
		assert_status(wire_encode(&words_msg, &m, &json), YKT_OK);
		assert_status(wire_decode(&words_msg, ykt_buf_view(&json), &again), YKT_OK);
		assert_string_equal(again.a, rows[i].value);
	}
}

static void
test_refuses_long_strings(void **state)
{
	static char text[1100000];
	size_t len = (size_t)snprintf(text, sizeof(text), "{\"a\":\"");

	(void)state;
	memset(text + len, 'x', 1000000);
	memcpy(text + len + 1000000, "\"}", 2);
	refuses(&words_msg, text, len + 1000002, "a text of 1 MB");
	len = (size_t)snprintf(text, sizeof(text), "{\"");
	memset(text + len, 'a', 1000000);
	memcpy(text + len + 1000000, "\":1}", 4);
	refuses(&words_msg, text, len + 1000004, "a key of 1 MB");
}

static void
test_ids(void **state)
{
	static const struct {
		const char *text;
		bool id, card, phone;
	} rows[] = {
		{ "0123456789abcdef0123456789abcdef", true, false, false },
		{ "0123456789ABCDEF0123456789abcdef", false, false, false },
		{ "0123456789abcdef0123456789abcde", false, false, false },
		{ "", false, false, false },
		{ "03104990000000000011", false, true, false },
		{ "13104990000000000011", false, false, false },
		{ "0310499000000000001F", false, false, false },
		{ "0310499000000000001", false, false, false },
		{ "13800000000", false, false, true },
		{ "+8613800000000", false, false, false },
		{ "1380000000", false, false, false },
		{ "23800000000", false, false, false },
		{ "\xEF\xBC\x91"
		  "3800000000",
		    false, false, false },
		{ "138 0000000", false, false, false },
	};
	uint8_t bytes[16] = { 0x01, 0xAB };
	char text[33];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		assert_true_why(wire_id_valid(rows[i].text) == rows[i].id, rows[i].text);
		assert_true_why(wire_card_no_valid(rows[i].text) == rows[i].card, rows[i].text);
		assert_true_why(wire_phone_valid(rows[i].text) == rows[i].phone, rows[i].text);
	}
	wire_id_text(bytes, text);
	assert_string_equal(text, "01ab0000000000000000000000000000");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_any_order_and_blanks),
		cmocka_unit_test(test_refuses_bad_strings),
		cmocka_unit_test(test_reads_strings_at_the_limit),
		cmocka_unit_test(test_refuses_long_strings),
		cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
