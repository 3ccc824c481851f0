/*
 * GP SERAM 2.0.0, orders and reports: shapes that its schema and its examples
 * allow, and those that they do not. The handshake is in seram_hello_test.c.
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_orders),
		cmocka_unit_test(test_refuses_orders),
		cmocka_unit_test(test_writes_orders),
		cmocka_unit_test(test_capacities),
		cmocka_unit_test(test_reads_reports),
		cmocka_unit_test(test_refuses_reports),
		cmocka_unit_test(test_writes_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
