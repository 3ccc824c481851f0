/*
 * GP SERAM 2.0.0: shapes that its schema and its examples allow, and those that
 * they do not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/seram.h"
#include "wire_test.h"

static struct wire_seram_order order;
static struct wire_seram_report report;

static enum ykt_status
read_order(const char *text)
{
	struct ykt_bytes json = exact(text, strlen(text));
	enum ykt_status status = wire_seram_order_decode(json, &order);

	release(json);

	return status;
}

static enum ykt_status
read_report(const char *text)
{
	struct ykt_bytes json = exact(text, strlen(text));
	enum ykt_status status = wire_seram_report_decode(json, &report);

	release(json);

	return status;
}

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
test_reads_orders(void **state)
{
	(void)state;
	assert_status(read_order("{\"delay\":500}"), YKT_OK);
	assert_true(order.has_delay);
	assert_int_equal(order.delay_ms, 500);
	assert_int_equal(order.command_count, 0);

	assert_status(read_order("{}"), YKT_OK);
	assert_false(order.has_delay);

	assert_status(
	    read_order("{\"delay\":0,\"chosenSecureElement\":{\"seType\":\"eSE\","
		       "\"seId\":\"8900\",\"seExtraInfo\":\"SAM\"},\"ramCommands\":["
		       "{\"ramCommandType\":\"startCommand\"},"
		       "{\"listOfCAPDU\":[\"00A4040008A00000015100000000\",\"80CA00CF00\"],"
		       "\"ramCommandType\":\"seRamCommand\",\"stopOnError\":false},"
		       "{\"ramCommandType\":\"notificationCommand\","
		       "\"deviceAppNotification\":\"step1/action2/OK\"},"
		       "{\"ramCommandType\":\"stopCommand\"}]}"),
	    YKT_OK);
	assert_true(order.has_element);
	assert_string_equal(order.element.id, "8900");
	assert_int_equal(order.command_count, 4);
	assert_int_equal(order.command[0].kind, WIRE_SERAM_START);
	assert_int_equal(order.command[1].kind, WIRE_SERAM_SE);
	assert_int_equal(order.command[1].apdu_count, 2);
	assert_true(order.command[1].has_stop);
	assert_false(order.command[1].stop);
	assert_true(ykt_bytes_equal(wire_seram_order_apdu(&order, 1, 0),
	    ykt_bytes("\x00\xA4\x04\x00\x08\xA0\x00\x00\x01\x51\x00\x00\x00\x00", 14)));
	assert_true(ykt_bytes_equal(
	    wire_seram_order_apdu(&order, 1, 1), ykt_bytes("\x80\xCA\x00\xCF\x00", 5)));
	assert_int_equal(order.command[2].kind, WIRE_SERAM_NOTE);
	assert_string_equal(order.command[2].notice, "step1/action2/OK");
	assert_int_equal(order.command[3].kind, WIRE_SERAM_STOP);
	assert_false(order.command[3].has_stop);

	assert_status(read_order("{\"ramCommands\":[{\"ramCommandType\":\"ramStartCommand\"},"
				 "{\"ramCommandType\":\"ramStopCommand\"}],\"vendor\":[]}"),
	    YKT_OK);
	assert_int_equal(order.command[0].kind, WIRE_SERAM_START);
	assert_int_equal(order.command[1].kind, WIRE_SERAM_STOP);
}

#define SE(list) "{\"ramCommands\":[{\"ramCommandType\":\"seRamCommand\"," list "}]}"

static void
test_refuses_orders(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} rows[] = {
		{ SE("\"listOfCAPDU\":[\"00A40400OA0001020304050607080900A0\"]"),
		    "the letter O for a zero" },
		{ SE("\"listOfCAPDU\":[\"00a40400\"]"), "lower case" },
		{ SE("\"listOfCAPDU\":[\"00A4040\"]"), "odd" },
		{ SE("\"listOfCAPDU\":[\"00A404\"]"), "no header" },
		{ SE("\"listOfCAPDU\":[\"\"]"), "empty" },
		{ SE("\"listOfCAPDU\":\"00A40400\""), "no list" },
		{ SE("\"listOfCAPDU\":[1]"), "a number" },
		{ SE("\"listOfCAPDU\":[[\"00A40400\"]]"), "a list in the list" },
		{ SE("\"x\":1"), "no list at all" },
		{ SE("\"listOfCAPDU\":[],\"listOfCAPDU\":[]"), "two lists" },
		{ "{\"ramCommands\":[{\"ramCommandType\":\"eraseCommand\"}]}", "unknown command" },
		{ "{\"ramCommands\":[{\"ramCommandType\":\"SERAMCOMMAND\"}]}", "another case" },
		{ "{\"ramCommands\":[{}]}", "no type" },
		{ "{\"ramCommands\":[{\"ramCommandType\":\"notificationCommand\"}]}", "no notice" },
		{ "{\"ramCommands\":[{\"ramCommandType\":\"ramStopCommand\",\"listOfCAPDU\":"
		  "[\"00A40400\"]}]}",
		    "APDUs in a stop" },
		{ "{\"ramCommands\":{}}", "an object for the list" },
		{ "{\"delay\":-1}", "negative delay" },
		{ "{\"delay\":600001}", "delay of more than ten minutes" },
		{ "{\"delay\":1.5}", "broken delay" },
		{ "{\"delay\":1,\"delay\":1}", "two delays" },
		{ "{\"chosenSecureElement\":{\"seType\":\"eSE\"}}", "element without an id" },
		{ "{\"vendor\":[1,]}", "bad JSON in a key of others" },
		{ "{\"vendor\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}", "too deep in a key of others" },
		{ "{} x", "text behind the end" },
		{ "", "nothing" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		memset(&order, 0xA5, sizeof(order));
		assert_status_why(read_order(rows[i].text), YKT_E_FORMAT, rows[i].why);
		assert_int_equal(order.command_count, 0);
		assert_int_equal(order.pool_len, 0);
		assert_false(order.has_delay || order.has_element);
	}
}

static void
test_writes_orders(void **state)
{
	static const char text[] =
	    "{\"delay\":100,\"ramCommands\":[{\"ramCommandType\":\"ramStartCommand\"},"
	    "{\"ramCommandType\":\"seRamCommand\",\"listOfCAPDU\":[\"00A40400\",\"80CA00CF00\"]},"
	    "{\"ramCommandType\":\"notificationCommand\",\"deviceAppNotification\":\"50%\"},"
	    "{\"ramCommandType\":\"ramStopCommand\"}]}";
	uint8_t out[512];
	struct ykt_buf json = YKT_BUF(out);

	(void)state;
	memset(&order, 0xA5, sizeof(order));
	wire_seram_order_init(&order, 100);
	assert_status(
	    wire_seram_order_add_apdu(&order, ykt_bytes("\x00\xA4\x04\x00", 4)), YKT_E_ARG);
	assert_status(wire_seram_order_add_command(&order, WIRE_SERAM_START), YKT_OK);
	assert_status(
	    wire_seram_order_add_apdu(&order, ykt_bytes("\x00\xA4\x04\x00", 4)), YKT_E_ARG);
	assert_status(wire_seram_order_add_command(&order, WIRE_SERAM_SE), YKT_OK);
	assert_status(wire_seram_order_add_apdu(&order, ykt_bytes("\x00\xA4\x04\x00", 4)), YKT_OK);
	assert_status(
	    wire_seram_order_add_apdu(&order, ykt_bytes("\x80\xCA\x00\xCF\x00", 5)), YKT_OK);
	assert_status(wire_seram_order_add_apdu(&order, ykt_bytes("\x80\xCA\x00", 3)), YKT_E_ARG);
	assert_status(wire_seram_order_add_command(&order, WIRE_SERAM_NOTE), YKT_OK);
	memcpy(order.command[2].notice, "50%", 4);
	assert_status(wire_seram_order_add_command(&order, WIRE_SERAM_STOP), YKT_OK);
	assert_status(wire_seram_order_encode(&order, &json), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&json), ykt_bytes_str(text)));

	for (size_t cap = 0; cap < strlen(text); cap++) {
		json = (struct ykt_buf){ out, 0, cap, false };
		assert_status(wire_seram_order_encode(&order, &json), YKT_E_SPACE);
		assert_int_equal(json.len, 0);
	}
	order.command[1].apdu[1].len = 300;
	json = YKT_BUF(out);
	assert_status(wire_seram_order_encode(&order, &json), YKT_E_ARG);
	assert_int_equal(json.len, 0);
}

static void
test_capacities(void **state)
{
	uint8_t apdu[WIRE_SERAM_CAPDU_MAX + 1] = { 0 };
	static uint8_t out[80 * 1024];
	struct ykt_buf json = YKT_BUF(out);
	size_t count = 0;

	(void)state;
	wire_seram_order_init(&order, 0);
	for (size_t i = 0; i < WIRE_SERAM_COMMANDS_MAX; i++)
		assert_status(wire_seram_order_add_command(&order, WIRE_SERAM_SE), YKT_OK);
	assert_status(wire_seram_order_add_command(&order, WIRE_SERAM_SE), YKT_E_SPACE);
	assert_status(wire_seram_order_add_apdu(&order, YKT_BYTES(apdu)), YKT_E_ARG);
	for (size_t i = 0; i < WIRE_SERAM_APDUS_MAX; i++)
		assert_status(wire_seram_order_add_apdu(&order, ykt_bytes(apdu, 4)), YKT_OK);
	assert_status(wire_seram_order_add_apdu(&order, ykt_bytes(apdu, 4)), YKT_E_SPACE);
	assert_int_equal(order.pool_len, 128);

	/* The pool ends before the counts do. */
	wire_seram_order_init(&order, 0);
	while (count < WIRE_SERAM_POOL / WIRE_SERAM_CAPDU_MAX) {
		if (count % WIRE_SERAM_APDUS_MAX == 0)
			assert_status(wire_seram_order_add_command(&order, WIRE_SERAM_SE), YKT_OK);
		assert_status(
		    wire_seram_order_add_apdu(&order, ykt_bytes(apdu, WIRE_SERAM_CAPDU_MAX)),
		    YKT_OK);
		count++;
	}
	assert_status(
	    wire_seram_order_add_apdu(&order, ykt_bytes(apdu, WIRE_SERAM_CAPDU_MAX)), YKT_E_SPACE);
	assert_status(wire_seram_order_encode(&order, &json), YKT_OK);
	assert_status(wire_seram_order_decode(ykt_buf_view(&json), &order), YKT_OK);
	assert_int_equal(order.pool_len, count * WIRE_SERAM_CAPDU_MAX);

	/* One APDU more in the text than the pool holds. */
	json.len -= 4;
	ykt_put_mem(&json, ",\"", 2);
	ykt_put_fill(&json, '0', 2 * 200);
	ykt_put_mem(&json, "\"]}]}", 5);
	assert_status(wire_seram_order_decode(ykt_buf_view(&json), &order), YKT_E_FORMAT);
}

static void
test_reads_reports(void **state)
{
	(void)state;
	assert_status(read_report("{\"localAgentStatus\":{\"localAgentStatusEnum\":\"POLLING\","
				  "\"executedSeRamCommands\":0}}"),
	    YKT_OK);
	assert_int_equal(report.state, WIRE_SERAM_POLLING);
	assert_int_equal(report.response_count, 0);

	assert_status(
	    read_report("{\"localAgentStatus\":{\"localAgentStatusEnum\":\"PROCESSED\","
			"\"executedSeRamCommands\":2},\"ramResponses\":[{\"ramResponseType\":"
			"\"seRamResponse\",\"listOfRAPDU\":[\"9000\",\"\"]},{\"listOfRAPDU\":"
			"[\"6A82\"],\"ramResponseType\":\"seRamResponse\"}]}"),
	    YKT_OK);
	assert_int_equal(report.state, WIRE_SERAM_PROCESSED);
	assert_int_equal(report.executed, 2);
	assert_int_equal(report.response_count, 2);
	assert_int_equal(report.response[0].apdu_count, 2);
	assert_int_equal(wire_seram_report_apdu(&report, 0, 1).len, 0);
	assert_true(
	    ykt_bytes_equal(wire_seram_report_apdu(&report, 1, 0), ykt_bytes("\x6A\x82", 2)));

	assert_status(
	    read_report("{\"localAgentStatus\":{\"localAgentStatusEnum\":\"UNGRANDED_ACCESS\","
			"\"errorMsg\":\"no rule\"}}"),
	    YKT_OK);
	assert_int_equal(report.state, WIRE_SERAM_UNGRANTED_ACCESS);
	assert_string_equal(report.error, "no rule");
}

#define STATUS "\"localAgentStatus\":{\"localAgentStatusEnum\":\"PROCESSED\"}"

static void
test_refuses_reports(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} rows[] = {
		{ "{}", "no status" },
		{ "{\"localAgentStatus\":{}}", "empty status" },
		{ "{\"localAgentStatus\":{\"localAgentStatusEnum\":\"OK\"}}", "unknown status" },
		{ "{\"localAgentStatus\":{\"localAgentStatusEnum\":\"POLLING\","
		  "\"executedSeRamCommands\":-1}}",
		    "negative count" },
		{ "{" STATUS ",\"ramResponses\":[{}]}", "empty response" },
		{ "{" STATUS ",\"ramResponses\":[{\"ramResponseType\":\"x\",\"listOfRAPDU\":[]}]}",
		    "unknown response" },
		{ "{" STATUS ",\"ramResponses\":[{\"ramResponseType\":\"seRamResponse\","
		  "\"listOfRAPDU\":[\"90\"]}]}",
		    "half a status word" },
		{ "{" STATUS ",\"ramResponses\":[{\"ramResponseType\":\"seRamResponse\","
		  "\"listOfRAPDU\":[\"9OOO\"]}]}",
		    "letters O" },
		{ "{" STATUS ",\"ramResponses\":[{\"ramResponseType\":\"seRamResponse\","
		  "\"listOfRAPDU\":[null]}]}",
		    "null" },
		{ "{" STATUS "," STATUS "}", "two states" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		memset(&report, 0xA5, sizeof(report));
		assert_status_why(read_report(rows[i].text), YKT_E_FORMAT, rows[i].why);
		assert_int_equal(report.response_count, 0);
		assert_int_equal(report.executed, 0);
		assert_int_equal(report.pool_len, 0);
	}
}

static void
test_writes_reports(void **state)
{
	static const char text[] =
	    "{\"localAgentStatus\":{\"localAgentStatusEnum\":\"PROCESSED\","
	    "\"executedSeRamCommands\":1},\"ramResponses\":[{\"ramResponseType\":"
	    "\"seRamResponse\",\"listOfRAPDU\":[\"9000\",\"\"]}]}";
	uint8_t out[512];
	struct ykt_buf json = YKT_BUF(out);

	(void)state;
	wire_seram_report_init(&report, WIRE_SERAM_PROCESSED);
	assert_status(wire_seram_report_add_apdu(&report, ykt_bytes("\x90\x00", 2)), YKT_E_ARG);
	assert_status(wire_seram_report_add_response(&report), YKT_OK);
	assert_status(wire_seram_report_add_apdu(&report, ykt_bytes("\x90", 1)), YKT_E_ARG);
	assert_status(wire_seram_report_add_apdu(&report, ykt_bytes("\x90\x00", 2)), YKT_OK);
	assert_status(wire_seram_report_add_apdu(&report, ykt_bytes(NULL, 0)), YKT_OK);
	assert_status(wire_seram_report_encode(&report, &json), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&json), ykt_bytes_str(text)));

	json.len = 0;
	wire_seram_report_init(&report, WIRE_SERAM_UNAVAILABLE_SE);
	memcpy(report.error, "gone", 5);
	assert_status(wire_seram_report_encode(&report, &json), YKT_OK);
	assert_true(ykt_bytes_equal(ykt_buf_view(&json),
	    ykt_bytes_str("{\"localAgentStatus\":{\"localAgentStatusEnum\":\"UNAVAILABLE_SE\","
			  "\"executedSeRamCommands\":0,\"errorMsg\":\"gone\"}}")));
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
		cmocka_unit_test(test_reads_orders),
		cmocka_unit_test(test_refuses_orders),
		cmocka_unit_test(test_writes_orders),
		cmocka_unit_test(test_capacities),
		cmocka_unit_test(test_reads_reports),
		cmocka_unit_test(test_refuses_reports),
		cmocka_unit_test(test_writes_reports),
		cmocka_unit_test(test_session_in_the_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
