/*
 * The strict reader and the writer, with a message that has every kind of field.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/field.h"
#include "wire_test.h"

struct inner {
	int64_t n;
	bool has_t;
	char t[5];
};
static const struct wire_field inner_fields[] = {
	FIELD_INT(inner, n, -5, 5),
	FIELD_TEXT_OPT(inner, t),
};
static const struct wire_message inner_msg = { "inner", inner_fields, 2, sizeof(struct inner) };

struct outer {
	char text[9];
	int64_t amount;
	bool flag;
	uint8_t hex[3];
	WIRE_BLOB(4) blob;
	struct inner one;
	size_t many_count;
	struct inner many[3];
	struct ykt_bytes raw;
	struct ykt_bytes digits;
	bool has_more;
	int64_t more;
};
static const struct wire_field outer_fields[] = {
	FIELD_TEXT(outer, text),
	FIELD_INT(outer, amount, INT64_MIN, INT64_MAX),
	FIELD_BOOL(outer, flag),
	FIELD_HEX(outer, hex),
	FIELD_BLOB(outer, blob),
	{ FIELD_AT(outer, one), .type = WIRE_OBJECT, .msg = &inner_msg },
	FIELD_LIST(outer, many, inner_msg),
	FIELD_RAW(outer, raw),
	FIELD_DIGITS(outer, digits, 8),
	FIELD_INT_OPT(outer, more, 0, 9),
};
static const struct wire_message outer_msg = { "outer", outer_fields, YKT_ARRAY_LEN(outer_fields),
	sizeof(struct outer) };

struct amount {
	int64_t amount;
};
static const struct wire_field amount_fields[] = { FIELD_INT(
    amount, amount, INT64_MIN, INT64_MAX) };
static const struct wire_message amount_msg = { "amount", amount_fields, 1, sizeof(struct amount) };

static const char whole[] =
    "{\"text\":\"a\\\"b\",\"amount\":-12,\"flag\":true,\"hex\":\"00A4FF\",\"blob\":\"0102\","
    "\"one\":{\"n\":5,\"t\":\"abcd\"},\"many\":[{\"n\":-5},{\"n\":0,\"t\":\"\"}],"
    "\"raw\":{\"x\":[1,{\"y\":null}]},\"digits\":\"ABCD\",\"more\":7}";

static void
test_reads_every_kind(void **state)
{
	struct ykt_bytes json = exact(whole, strlen(whole));
	struct outer m;

	(void)state;
	assert_status(wire_decode(&outer_msg, json, &m), YKT_OK);
	assert_string_equal(m.text, "a\"b");
	assert_int_equal(m.amount, -12);
	assert_true(m.flag);
	assert_memory_equal(m.hex, "\x00\xA4\xFF", 3);
	assert_int_equal(m.blob.len, 2);
	assert_memory_equal(m.blob.data, "\x01\x02\x00\x00", 4);
	assert_int_equal(m.one.n, 5);
	assert_true(m.one.has_t);
	assert_string_equal(m.one.t, "abcd");
	assert_int_equal(m.many_count, 2);
	assert_int_equal(m.many[0].n, -5);
	assert_false(m.many[0].has_t);
	assert_true(m.many[1].has_t);
	assert_memory_equal(m.raw.data, "{\"x\":[1,{\"y\":null}]}", m.raw.len);
	assert_int_equal(m.raw.len, 20);
	assert_memory_equal(m.digits.data, "ABCD", m.digits.len);
	assert_int_equal(m.digits.len, 4);
	assert_true(m.has_more);
	assert_int_equal(m.more, 7);
	release(json);
}

static void
test_writes_what_it_read(void **state)
{
	uint8_t out[512];
	struct ykt_buf json = YKT_BUF(out);
	struct outer m;

	(void)state;
	assert_status(wire_decode(&outer_msg, ykt_bytes_str(whole), &m), YKT_OK);
	assert_status(wire_encode(&outer_msg, &m, &json), YKT_OK);
	assert_int_equal(json.len, strlen(whole));
	assert_memory_equal(json.data, whole, json.len);
}

static void
test_reads_numbers(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
	} rows[] = {
		{ "{\"amount\":0}", 0 },
		{ "{\"amount\":100}", 100 },
		{ "{\"amount\":-1}", -1 },
		{ "{\"amount\":9223372036854775807}", INT64_MAX },
		{ "{\"amount\":-9223372036854775808}", INT64_MIN },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t out[64];
		struct ykt_buf json = YKT_BUF(out);
		struct amount m;

		assert_status_why(wire_decode(&amount_msg, ykt_bytes_str(rows[i].text), &m), YKT_OK,
		    rows[i].text);
		assert_true_why(m.amount == rows[i].value, rows[i].text);
		assert_status(wire_encode(&amount_msg, &m, &json), YKT_OK);
		assert_true_why(ykt_bytes_equal(ykt_buf_view(&json), ykt_bytes_str(rows[i].text)),
		    rows[i].text);
	}
}

/* The catalogue of bad JSON, for a message of one amount. */
static void
test_refuses_bad_amounts(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} rows[] = {
		{ "{\"amount\":1,\"amount\":2}", "a key twice" },
		{ "{\"amount\":1,\"amount\":1}", "a key twice with one value" },
		{ "{\"amount\":1,\"\\u0061mount\":2}", "a key twice, once in escapes" },
		{ "{\"amount\":1e2}", "exponent" },
		{ "{\"amount\":1E2}", "exponent in upper case" },
		{ "{\"amount\":1.0}", "point" },
		{ "{\"amount\":1.}", "point and nothing" },
		{ "{\"amount\":.5}", "point first" },
		{ "{\"amount\":-0}", "minus zero" },
		{ "{\"amount\":-}", "only a sign" },
		{ "{\"amount\":+1}", "plus" },
		{ "{\"amount\":01}", "leading zero" },
		{ "{\"amount\":-01}", "leading zero behind a sign" },
		{ "{\"amount\":0x10}", "hexadecimal" },
		{ "{\"amount\":1E400}", "beyond a double" },
		{ "{\"amount\":9223372036854775808}", "one over the largest" },
		{ "{\"amount\":-9223372036854775809}", "one under the smallest" },
		{ "{\"amount\":18446744073709551617}", "wraps to one" },
		{ "{\"amount\":\"100\"}", "a string" },
		{ "{\"amount\":null}", "null" },
		{ "{\"amount\":true}", "true" },
		{ "{\"amount\":[100]}", "a list" },
		{ "{\"amount\":{}}", "an object" },
		{ "{\"amount\":NaN}", "not a number" },
		{ "{\"amount\":1 2}", "two numbers" },
		{ "{\"amount\":1", "no end" },
		{ "{\"amount\":}", "no value" },
		{ "{\"amount\"1}", "no colon" },
		{ "{\"amount\" 1}", "a blank for a colon" },
		{ "{\"amount\":1,}", "comma before the end" },
		{ "{,\"amount\":1}", "comma first" },
		{ "{\"amount\":1}}", "two ends" },
		{ "{\"amount\":1}x", "text behind the end" },
		{ "{\"amount\":1}{\"amount\":1}", "two messages" },
		{ "{\"amount\":1]", "ends as a list" },
		{ "[{\"amount\":1}]", "in a list" },
		{ "{\"amount\":1,\"x\":2}", "an unknown key" },
		{ "{\"Amount\":1}", "key in another case" },
		{ "{\"\xD0\xB0mount\":1}", "key with a Cyrillic a" },
		{ "{\"amount \":1}", "key with a blank" },
		{ "{\"amount\\n\":1}", "key with a line end" },
		{ "{\"\":1}", "empty key" },
		{ "{amount:1}", "key without quotes" },
		{ "{'amount':1}", "single quotes" },
		{ "{\"amount\":1/*c*/}", "comment" },
		{ "//c\n{\"amount\":1}", "comment line" },
		{ "\xEF\xBB\xBF{\"amount\":1}", "byte order mark" },
		{ "{}", "nothing in it" },
		{ "", "empty" },
		{ "  \n", "only blanks" },
		{ "null", "null alone" },
		{ "1", "a number alone" },
		{ "{\xC2\xA0\"amount\":1}", "a blank of Unicode" },
		{ "{\v\"amount\":1}", "vertical tab" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		refuses(&amount_msg, rows[i].text, strlen(rows[i].text), rows[i].why);
	refuses(&amount_msg, "{\"amount\":1}\0", 13, "NUL behind the end");
	refuses(&amount_msg, "{\"amount\":\0001}", 13, "NUL before the value");
	refuses(&amount_msg, "{\"amount\0\":1}", 13, "NUL in the key");
}

/* Every prefix of a good message. */
static void
test_refuses_cut_messages(void **state)
{
	(void)state;
	for (size_t len = 0; len + 1 < sizeof(whole); len++)
		refuses(&outer_msg, whole, len, "cut");
}

static void
test_refuses_structure(void **state)
{
	static const struct {
		const char *from;
		const char *to;
		const char *why;
	} rows[] = {
		{ "\"one\":{\"n\":5,\"t\":\"abcd\"}", "\"one\":{}", "missing in the object" },
		{ "\"one\":{\"n\":5,", "\"one\":{\"n\":6,", "over its range in the object" },
		{ "{\"n\":-5}", "{\"n\":-6}", "under its range in a list" },
		{ "{\"n\":-5}", "{\"n\":-5,\"n\":1}", "a key twice in a list" },
		{ "{\"n\":-5}", "{\"n\":-5,\"z\":1}", "an unknown key in a list" },
		{ "{\"n\":-5}", "{\"n\":1},{\"n\":1},{\"n\":1}", "a list that is too long" },
		{ "{\"n\":-5}", "5", "a number in a list of objects" },
		{ "{\"n\":-5},", "{\"n\":-5},,", "two commas" },
		{ "\"\"}]", "\"\"},]", "a comma before the end of a list" },
		{ "\"raw\":{\"x\":[1,{\"y\":null}]}", "\"raw\":[]", "a list for an object" },
		{ "\"raw\":{\"x\":[1,{\"y\":null}]}", "\"raw\":\"{}\"", "a text for an object" },
		{ "null}]}", "nul}]}", "a bad word in the raw object" },
		{ "null}]}", "null}}]", "ends crossed in the raw object" },
		{ "null}]}", "\"\\ud800\"}]}", "a bad string in the raw object" },
		{ "null}]}", "1.}]}", "a bad number in the raw object" },
		{ "null}]}", "01}]}", "a leading zero in the raw object" },
		{ "null}]}", "1e}]}", "an empty exponent in the raw object" },
		{ "\"digits\":\"ABCD\"", "\"digits\":\"ABC\"", "odd digits" },
		{ "\"digits\":\"ABCD\"", "\"digits\":\"0123456789\"", "too many digits" },
		{ "\"blob\":\"0102\"", "\"blob\":\"0102030405\"", "blob too long" },
		{ "\"flag\":true", "\"flag\":1", "number for a bool" },
		{ "\"flag\":true", "\"flag\":\"true\"", "text for a bool" },
		{ "\"flag\":true", "\"flag\":True", "a bool in another case" },
		{ "\"flag\":true", "\"flag\":truex", "a longer word" },
		{ "\"more\":7", "\"more\":10", "an optional field out of range" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		const char *at = strstr(whole, rows[i].from);
		char text[512];

		assert_non_null(at);
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - whole), whole, rows[i].to,
		    at + strlen(rows[i].from));
		refuses(&outer_msg, text, strlen(text), rows[i].why);
	}
}

static void
test_bounds_depth_before_memory(void **state)
{
	static char text[400100];
	size_t len;

	(void)state;
	memset(text, '[', 200000);
	refuses(&amount_msg, text, 200000, "200,000 brackets");
	len = (size_t)snprintf(text, sizeof(text), "{\"amount\":");
	memset(text + len, '[', 200000);
	refuses(&amount_msg, text, len + 200000, "200,000 brackets for a value");

	/* Depth 16 in a raw object passes, 17 does not; the message is one level. */
	for (int depth = WIRE_DEPTH_MAX - 1; depth <= WIRE_DEPTH_MAX; depth++) {
		const char *tail = strstr(whole, ",\"digits\"");
		const char *raw = strstr(whole, "{\"x\"");
		struct outer m;

		len = (size_t)snprintf(text, sizeof(text), "%.*s", (int)(raw - whole), whole);
		for (int i = 1; i < depth; i++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "{\"k\":");
		len += (size_t)snprintf(text + len, sizeof(text) - len, "{}");
		for (int i = 1; i < depth; i++)
			text[len++] = '}';
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", tail);
		if (depth < WIRE_DEPTH_MAX)
			assert_status(wire_decode(&outer_msg, ykt_bytes(text, len), &m), YKT_OK);
		else
			refuses(&outer_msg, text, len, "17 deep");
	}
}

static void
test_encode_refuses(void **state)
{
	static const char *const why[] = { "list too long", "blob too long", "text without an end",
		"text that is not UTF-8", "number out of range", "raw text that is no object",
		"raw text with a tail", "digits too long", "digits in lower case" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(why); i++) {
		uint8_t out[512] = "before";
		struct ykt_buf json = { out, 6, sizeof(out), false };
		struct outer m;

		assert_status(wire_decode(&outer_msg, ykt_bytes_str(whole), &m), YKT_OK);
		switch (i) {
		case 0:
			m.many_count = 4;
			break;
		case 1:
			m.blob.len = 5;
			break;
		case 2:
			memset(m.text, 'x', sizeof(m.text));
			break;
		case 3:
			m.text[0] = (char)0xFF;
			break;
		case 4:
			m.one.n = 6;
			break;
		case 5:
			m.raw = ykt_bytes_str("[1]");
			break;
		case 6:
			m.raw = ykt_bytes_str("{},\"more\":1");
			break;
		case 7:
			m.digits = ykt_bytes_str("0123456789");
			break;
		default:
			m.digits = ykt_bytes_str("abcd");
			break;
		}
		assert_status_why(wire_encode(&outer_msg, &m, &json), YKT_E_ARG, why[i]);
		assert_int_equal(json.len, 6);
		assert_false(json.full);
		assert_memory_equal(out, "before", 6);
	}
}

static void
test_encode_needs_room(void **state)
{
	uint8_t out[512] = { 0 };
	struct outer m;

	(void)state;
	assert_status(wire_decode(&outer_msg, ykt_bytes_str(whole), &m), YKT_OK);
	for (size_t cap = 0; cap < strlen(whole); cap++) {
		struct ykt_buf json = { out, 0, cap, false };

		assert_status(wire_encode(&outer_msg, &m, &json), YKT_E_SPACE);
		assert_int_equal(json.len, 0);
		assert_false(json.full);
		assert_true(all_zero(out, cap));
	}
}

static void
test_empty_message(void **state)
{
	uint8_t out[8];
	struct ykt_buf json = YKT_BUF(out);
	struct wire_empty m = { 1 };

	(void)state;
	assert_status(wire_decode(&wire_empty_msg, ykt_bytes_str(" { } "), &m), YKT_OK);
	assert_int_equal(m.unused, 0);
	assert_status(wire_encode(&wire_empty_msg, &m, &json), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&json), ykt_bytes_str("{}")));
	refuses(&wire_empty_msg, "{\"x\":1}", 7, "a key");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_every_kind),
		cmocka_unit_test(test_writes_what_it_read),
		cmocka_unit_test(test_reads_numbers),
		cmocka_unit_test(test_refuses_bad_amounts),
		cmocka_unit_test(test_refuses_cut_messages),
		cmocka_unit_test(test_refuses_structure),
		cmocka_unit_test(test_bounds_depth_before_memory),
		cmocka_unit_test(test_encode_refuses),
		cmocka_unit_test(test_encode_needs_room),
		cmocka_unit_test(test_empty_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
