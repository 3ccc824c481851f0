/*
 * GP SERAM 2.0.0: the handshake and the session in the path. Orders and reports
 * are in seram_test.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/seram.h"
#include "wire_test.h"

static void
test_reads_hello(void **state)
{
	static const struct {
		const char *lists;
		bool https, json, v200;
		const char *why;
	} rows[] = {
		{ "", true, true, true, "nothing said: ours is meant" },
		{ ",\"supportedTransportProtocols\":[\"HTTPS\"],\"supportedDataFormats\":"
		  "[\"application/json\"],\"supportedVersion\":[\"2.0.0\"]",
		    true, true, true, "as the examples spell it" },
		{ ",\"supportedVersions\":[\"1.0.0\",\"2.0.0\"]", true, true, true,
		    "as the schema spells it" },
		{ ",\"supportedVersions\":[\"3.0.0\"]", true, true, false, "another version" },
		{ ",\"supportedVersions\":[]", true, true, false, "no version" },
		{ ",\"supportedTransportProtocols\":[\"MQTT\"]", false, true, true,
		    "another transport" },
		{ ",\"supportedDataFormats\":[\"application/cbor\"]", true, false, true,
		    "another format" },
		{ ",\"vendor\":{\"x\":[1.5e3,null,{}]}", true, true, true, "a key of others" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct wire_seram_hello hello;
		char text[512];

		snprintf(text, sizeof(text),
		    "{\"secureElements\":[{\"seType\":\"eSE\",\"seId\":\"8900\",\"seExtraInfo\":"
		    "\"SAM\"},{\"seId\":\"8901\",\"seType\":\"uicc\"}]%s}",
		    rows[i].lists);
		assert_status_why(
		    wire_seram_hello_decode(ykt_bytes_str(text), &hello), YKT_OK, rows[i].why);
		assert_int_equal(hello.element_count, 2);
		assert_string_equal(hello.element[0].type, "eSE");
		assert_string_equal(hello.element[0].info, "SAM");
		assert_string_equal(hello.element[1].id, "8901");
		assert_string_equal(hello.element[1].info, "");
		assert_true_why(hello.https == rows[i].https, rows[i].why);
		assert_true_why(hello.json == rows[i].json, rows[i].why);
		assert_true_why(hello.v200 == rows[i].v200, rows[i].why);
	}
}

static void
test_refuses_hello(void **state)
{
	static const char *const rows[] = {
		"{}",
		"{\"secureElements\":[]}",
		"{\"secureElements\":{}}",
		"{\"secureElements\":[{\"seType\":\"eSE\"}]}",
		"{\"secureElements\":[{\"seId\":\"1\"}]}",
		"{\"secureElements\":[{\"seType\":\"eSE\",\"seId\":\"1\"}],\"secureElements\":[]}",
		"{\"secureElements\":[{\"seType\":\"eSE\",\"seId\":\"1\"}],"
		"\"supportedVersion\":[\"2.0.0\"],\"supportedVersions\":[\"2.0.0\"]}",
		"{\"secureElements\":[{\"seType\":\"eSE\",\"seId\":\"1\"}],"
		"\"supportedVersions\":\"2.0.0\"}",
		"{\"secureElements\":[{\"seType\":\"a type of more than "
		"sixteen\",\"seId\":\"1\"}]}",
		"{\"secureElements\":[{\"seType\":\"eSE\",\"seId\":\"1\"},{\"seType\":\"eSE\","
		"\"seId\":\"2\"},{\"seType\":\"eSE\",\"seId\":\"3\"},{\"seType\":\"eSE\",\"seId\":"
		"\"4\"},{\"seType\":\"eSE\",\"seId\":\"5\"}]}",
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct wire_seram_hello hello;

		memset(&hello, 0xA5, sizeof(hello));
		assert_status_why(
		    wire_seram_hello_decode(ykt_bytes_str(rows[i]), &hello), YKT_E_FORMAT, rows[i]);
		assert_int_equal(hello.element_count, 0);
		assert_false(hello.https || hello.json || hello.v200);
	}
}

static void
test_writes_hello(void **state)
{
	struct wire_seram_hello hello = { 1, { { "eSE", "8900", "" } }, false, false, false };
	uint8_t out[512];
	struct ykt_buf json = YKT_BUF(out);

	(void)state;
	assert_status(wire_seram_hello_encode(&hello, &json), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&json),
	    ykt_bytes_str("{\"secureElements\":[{\"seType\":\"eSE\",\"seId\":\"8900\"}],"
			  "\"supportedTransportProtocols\":[\"HTTPS\"],\"supportedDataFormats\":"
			  "[\"application/json\"],\"supportedVersions\":[\"2.0.0\"]}")));
	hello.element_count = 0;
	json.len = 0;
	assert_status(wire_seram_hello_encode(&hello, &json), YKT_E_ARG);
}

static void
test_choice(void **state)
{
	static const struct {
		const char *text;
		enum ykt_status status;
	} rows[] = {
		{ "{\"chosenTransportProtocol\":\"HTTPS\",\"chosenDataFormat\":"
		  "\"application/json\",\"chosenVersion\":\"2.0.0\"}",
		    YKT_OK },
		{ "{\"chosenTransportProtocol\":\"HTTPS\",\"chosenDataProtocol\":"
		  "\"application/json\",\"chosenVersion\":\"2.0.0\"}",
		    YKT_OK },
		{ "{\"chosenTransportProtocol\":\"HTTPS\",\"chosenDataProtocol\":\"application/"
		  "json\","
		  "\"chosenDataFormat\":\"application/json\",\"chosenVersion\":\"2.0.0\"}",
		    YKT_OK },
		{ "{\"chosenTransportProtocol\":\"HTTPS\",\"chosenDataProtocol\":\"application/"
		  "cbor\","
		  "\"chosenDataFormat\":\"application/json\",\"chosenVersion\":\"2.0.0\"}",
		    YKT_E_FORMAT },
		{ "{\"chosenTransportProtocol\":\"HTTPS\",\"chosenVersion\":\"2.0.0\"}",
		    YKT_E_FORMAT },
		{ "{\"chosenDataFormat\":\"application/json\",\"chosenVersion\":\"2.0.0\"}",
		    YKT_E_FORMAT },
		{ "{\"chosenTransportProtocol\":\"HTTPS\",\"chosenDataFormat\":"
		  "\"application/json\"}",
		    YKT_E_FORMAT },
	};
	struct wire_seram_choice choice = { "HTTPS", "application/json", "2.0.0" };
	uint8_t out[256];
	struct ykt_buf json = YKT_BUF(out);

	(void)state;
	assert_status(wire_seram_choice_encode(&choice, &json), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&json),
	    ykt_bytes_str("{\"chosenTransportProtocol\":\"HTTPS\",\"chosenDataFormat\":"
			  "\"application/json\",\"chosenDataProtocol\":\"application/json\","
			  "\"chosenVersion\":\"2.0.0\"}")));
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		memset(&choice, 0xA5, sizeof(choice));
		assert_status_why(wire_seram_choice_decode(ykt_bytes_str(rows[i].text), &choice),
		    rows[i].status, rows[i].text);
		assert_string_equal(
		    choice.format, rows[i].status == YKT_OK ? "application/json" : "");
	}
}

static void
test_session_in_the_path(void **state)
{
	static const char *const bad[] = {
		"/gp/seram/handshake",
		"/gp/seram/handshake?",
		"/gp/seram/handshake?sessionId=",
		"/gp/seram/handshake?sessionid=000102030405060708090A0B0C0D0E0F",
		"/gp/seram/handshake?sessionId=000102030405060708090A0B0C0D0E",
		"/gp/seram/handshake?sessionId=000102030405060708090A0B0C0D0E0F00",
		"/gp/seram/handshake?sessionId=000102030405060708090a0b0c0d0e0f",
		"/gp/seram/handshake?sessionId=000102030405060708090A0B0C0D0E0F&x=1",
		"/gp/seram/handshake?x=1&sessionId=000102030405060708090A0B0C0D0E0F",
	};
	uint8_t id[16];
	uint8_t back[16];
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(id); i++)
		id[i] = (uint8_t)i;
	wire_seram_path(WIRE_PATH_SERAM_MANAGE, id, path);
	assert_string_equal(
	    path, "/gp/seram/remoteManagement?sessionId=000102030405060708090A0B0C0D0E0F");
	assert_status(wire_seram_path_session(path, back), YKT_OK);
	assert_memory_equal(id, back, sizeof(id));
	memset(back, 0xA5, sizeof(back));
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		assert_status_why(wire_seram_path_session(bad[i], back), YKT_E_FORMAT, bad[i]);
		assert_int_equal(back[0], 0xA5);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_hello),
		cmocka_unit_test(test_refuses_hello),
		cmocka_unit_test(test_writes_hello),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_session_in_the_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
