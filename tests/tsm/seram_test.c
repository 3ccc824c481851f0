/*
 * The remote agent from its JSON side: what it takes, what it answers, byte for
 * byte.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

static struct world *world;

static int
setup(void **state)
{
	(void)state;
	world = world_new();

	return world_start(world, JOB, SE_A, CARD_NO) == 200 ? 0 : 1;
}

static int
teardown(void **state)
{
	(void)state;
	world_free(&world);

	return 0;
}

#define HANDSHAKE "/gp/seram/handshake"
#define MANAGE    "/gp/seram/remoteManagement"
#define NOBODY    "00112233445566778899AABBCCDDEEFF"
#define OUR_SE    "\"secureElements\":[{\"seType\":\"eSE\",\"seId\":\"" SE_A "\"}]"

#define TEXT_MAX 16384

/* A copy of what the next request overwrites. */
static void
keep(char to[TEXT_MAX], const char *text)
{
	assert_true(strlen(text) < TEXT_MAX);
	memcpy(to, text, strlen(text) + 1);
}

static int
handshake(const char *body)
{
	char path[128];

	wire_seram_path(HANDSHAKE, world->session_id, path);

	return world_ask(world, "", path, body);
}

static void
a_handshake_is_answered_by_what_fits(void **state)
{
	static const struct {
		const char *why;
		const char *body;
		int code;
	} rows[] = {
		{ "nothing but our element", "{" OUR_SE "}", 200 },
		{ "ours is the second",
		    "{\"secureElements\":[{\"seType\":\"uicc\",\"seId\":\"" SE_B "\"},"
		    "{\"seType\":\"eSE\",\"seId\":\"" SE_A "\",\"seExtraInfo\":\"x\"}]}",
		    200 },
		{ "all that it can",
		    "{" OUR_SE ",\"supportedTransportProtocols\":[\"HTTPS\"],"
		    "\"supportedDataFormats\":[\"application/xml\",\"application/json\"],"
		    "\"supportedVersion\":[\"1.0.0\",\"2.0.0\"]}",
		    200 },
		{ "another element",
		    "{\"secureElements\":[{\"seType\":\"eSE\",\"seId\":\"" SE_B "\"}]}", 406 },
		{ "another transport", "{" OUR_SE ",\"supportedTransportProtocols\":[\"HTTP\"]}",
		    406 },
		{ "another format", "{" OUR_SE ",\"supportedDataFormats\":[\"application/xml\"]}",
		    406 },
		{ "another version", "{" OUR_SE ",\"supportedVersions\":[\"1.0.0\"]}", 406 },
		{ "no element", "{\"secureElements\":[]}", 400 },
		{ "no list", "{}", 400 },
		{ "no JSON", "hello", 400 },
		{ "empty", "", 400 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		int code = handshake(rows[i].body);

		if (code != rows[i].code)
			fail_msg("%s: %d", rows[i].why, code);
		if (code == 200)
			assert_string_equal(world->body,
			    "{\"chosenTransportProtocol\":\"HTTPS\","
			    "\"chosenDataFormat\":\"application/json\","
			    "\"chosenDataProtocol\":\"application/json\","
			    "\"chosenVersion\":\"2.0.0\"}");
	}
}

static void
only_a_session_that_is_live_is_answered(void **state)
{
	static const struct {
		const char *why;
		const char *query;
	} rows[] = {
		{ "unknown", "?sessionId=" NOBODY },
		{ "none", "" },
		{ "empty", "?sessionId=" },
		{ "short", "?sessionId=00112233445566778899AABBCCDDEE" },
		{ "lower case", "?sessionId=00112233445566778899aabbccddeeff" },
		{ "another name", "?session=" NOBODY },
		{ "something behind", "?sessionId=" NOBODY "&x=1" },
	};
	char path[128];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		(void)snprintf(path, sizeof(path), HANDSHAKE "%s", rows[i].query);
		if (world_ask(world, "", path, "{" OUR_SE "}") != 404)
			fail_msg("handshake, %s", rows[i].why);
		(void)snprintf(path, sizeof(path), MANAGE "%s", rows[i].query);
		if (world_ask(world, "", path, POLL) != 404)
			fail_msg("manage, %s", rows[i].why);
	}
	assert_int_equal(count_rows(world, "SELECT sum(seq) FROM session"), 0);
}

/* All but the host challenge and what belongs to it. */
static void
the_first_order_is_this(void **state)
{
	static const char head[] = "{\"delay\":100,\"chosenSecureElement\":{\"seType\":\"eSE\","
				   "\"seId\":\"" SE_A "\"},\"ramCommands\":["
				   "{\"ramCommandType\":\"ramStartCommand\"},"
				   "{\"ramCommandType\":\"seRamCommand\",\"listOfCAPDU\":["
				   "\"00A4040008A00000015100000000\",\"80CA004500\",\"80CA9F7F00\","
				   "\"8050300008";
	static const char tail[] = "00\"]}]}";

	(void)state;
	assert_int_equal(handshake("{" OUR_SE "}"), 200);
	assert_int_equal(world_report(world, POLL), 200);
	assert_int_equal(strlen(world->body), strlen(head) + 16 + strlen(tail));
	assert_memory_equal(world->body, head, strlen(head));
	assert_string_equal(world->body + strlen(head) + 16, tail);
}

static void
an_equal_report_gets_the_same_order(void **state)
{
	static char report[TEXT_MAX];
	static char first[TEXT_MAX];

	(void)state;
	assert_int_equal(world_report(world, POLL), 200);
	keep(first, world->body);
	assert_int_equal(world_report(world, POLL), 200);
	assert_string_equal(world->body, first);
	keep(report, world_run_order(world));
	assert_int_equal(world_report(world, report), 200);
	keep(first, world->body);
	assert_int_equal(count_rows(world, "SELECT seq FROM session"), 2);
	assert_int_equal(world_report(world, report), 200);
	assert_string_equal(world->body, first);
	assert_int_equal(count_rows(world, "SELECT seq FROM session"), 2);
	/* A new process has the order, though not its channel. */
	world_restart(world);
	assert_int_equal(world_report(world, report), 200);
	assert_string_equal(world->body, first);
}

#define SE_RSP(list)                                                                               \
	",\"ramResponses\":[{\"ramResponseType\":\"seRamResponse\",\"listOfRAPDU\":[" list "]}]"
#define STATUS(name, n)                                                                            \
	"{\"localAgentStatus\":{\"localAgentStatusEnum\":\"" name                                  \
	"\",\"executedSeRamCommands\":" n "}"
#define FOUR "\"9000\",\"6A88\",\"6A88\",\"6A88\""

/* Nothing of these can be believed: the card is read again. */
static void
a_report_that_does_not_fit_leads_to_another_look(void **state)
{
	static const struct {
		const char *why;
		const char *report;
		const char *reason;
	} rows[] = {
		{ "processed nothing", STATUS("PROCESSED", "0") "}", "unknown" },
		{ "no responses", STATUS("PROCESSED", "1") "}", "unknown" },
		{ "counts APDUs", STATUS("PROCESSED", "4") SE_RSP(FOUR) "}", "unknown" },
		{ "one answer short",
		    STATUS("PROCESSED", "1") SE_RSP("\"9000\",\"6A88\",\"6A88\"") "}", "unknown" },
		{ "one answer more", STATUS("PROCESSED", "1") SE_RSP(FOUR ",\"9000\"") "}",
		    "unknown" },
		{ "an answer was not had",
		    STATUS("PROCESSED", "1") SE_RSP("\"9000\",\"6A88\",\"6A88\",\"\"") "}",
		    "unknown" },
		{ "no such element", STATUS("UNAVAILABLE_SE", "0") "}", "unknown" },
		{ "no access", STATUS("UNGRANTED_ACCESS", "0") "}", "unknown" },
		{ "something failed", STATUS("UNKNOWN_FAILURE", "0") "}", "unknown" },
		{ "polls while an order is out", STATUS("POLLING", "0") " }", "unknown" },
		{ "the card refuses INITIALIZE UPDATE", STATUS("PROCESSED", "1") SE_RSP(FOUR) "}",
		    "card_6A88" },
		{ "INITIALIZE UPDATE of another protocol",
		    STATUS("PROCESSED", "1") SE_RSP("\"9000\",\"6A88\",\"6A88\","
						    "\"00000000000000000000300200010203040506070809"
						    "101112131415161718199000\"") "}",
		    "channel" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		char expected[64];

		assert_int_equal(world_session(world, JOB), 200);
		assert_int_equal(world_report(world, POLL), 200);
		if (world_report(world, rows[i].report) != 200)
			fail_msg("%s: %s", rows[i].why, world->body);
		assert_true_why(world->order.delay_ms == 1000, rows[i].why);
		assert_true_why(world->order.command_count == 1 &&
				    world->order.command[0].kind == WIRE_SERAM_SE &&
				    world->order.command[0].apdu_count == 4,
		    rows[i].why);
		(void)snprintf(expected, sizeof(expected), "running %s", rows[i].reason);
		if (strcmp(world_job(world, JOB), expected) != 0)
			fail_msg("%s: %s", rows[i].why, world_job(world, JOB));
	}
}

static void
a_report_that_is_none_moves_nothing(void **state)
{
	static const struct {
		const char *why;
		const char *report;
	} rows[] = {
		{ "empty", "" },
		{ "no status", "{}" },
		{ "an unknown state", STATUS("DONE", "1") "}" },
		{ "lower case", STATUS("PROCESSED", "1") SE_RSP("\"9000\",\"6a88\"") "}" },
		{ "the letter O", STATUS("PROCESSED", "1") SE_RSP("\"9OOO\"") "}" },
		{ "half a byte", STATUS("PROCESSED", "1") SE_RSP("\"900\"") "}" },
		{ "half a status word", STATUS("PROCESSED", "1") SE_RSP("\"90\"") "}" },
		{ "text behind it", STATUS("PROCESSED", "1") "}x" },
	};
	static char first[TEXT_MAX];

	(void)state;
	assert_int_equal(world_report(world, POLL), 200);
	keep(first, world->body);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		if (world_report(world, rows[i].report) != 400)
			fail_msg("%s: %s", rows[i].why, world->body);
		assert_int_equal(count_rows(world, "SELECT seq FROM session"), 1);
	}
	assert_int_equal(world_report(world, POLL), 200);
	assert_string_equal(world->body, first);
}

/* T17: an element that cannot authenticate its answers gets no commands. */
static void
a_weak_channel_is_not_used(void **state)
{
	static const struct {
		const char *why;
		const char *i;
		uint8_t level;
		const char *job;
	} rows[] = {
		{ "no R-MAC", "10", 0, "failed channel_level" },
		{ "no R-ENC where it is asked for", "30", 0x33, "failed channel_level" },
		{ "no R-MAC where 13 is asked for", "00", 0x13, "failed channel_level" },
		/* The wrong cryptogram is noticed by the key module, not by us. */
		{ "no R-ENC, and any level will do", "30", 0, "running channel" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		char report[512];

		world_free(&world);
		world = world_new();
		world->options.level = rows[i].level;
		world_restart(world);
		assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
		assert_int_equal(world_report(world, POLL), 200);
		(void)snprintf(report, sizeof(report),
		    STATUS("PROCESSED", "1") SE_RSP(
			"\"9000\",\"6A88\",\"6A88\","
			"\"000000000000000000003003%s00010203040506070809101112131415%s9000\"") "}",
		    rows[i].i, strcmp(rows[i].i, "00") == 0 ? "" : "000001");
		if (world_report(world, report) != 200)
			fail_msg("%s: %s", rows[i].why, world->body);
		if (strcmp(world_job(world, JOB), rows[i].job) != 0)
			fail_msg("%s: %s", rows[i].why, world_job(world, JOB));
	}
}

/* The same refusal over and over is told from a client that repeats itself. */
static void
a_card_that_always_refuses_ends_the_session(void **state)
{
	static const char refusal[] =
	    STATUS("PROCESSED", "1") SE_RSP("\"9000\",\"6A88\",\"6A88\",\"6983\"") "}";
	unsigned reports = 0;

	(void)state;
	assert_int_equal(world_report(world, POLL), 200);
	do {
		assert_int_equal(world_report(world, refusal), 200);
	} while (++reports < 200 && world->order.command[0].kind == WIRE_SERAM_SE);
	assert_in_range(reports, 9, 100);
	assert_string_equal(world->order.command[0].notice, TSM_NOTICE_LATER);
	assert_string_equal(world_job(world, JOB), "waiting card_6983");
	assert_int_equal(count_rows(world, "SELECT sessions FROM job"), 1);
}

static void
the_last_order_can_be_asked_for_again_and_nothing_else(void **state)
{
	static char report[TEXT_MAX];
	static char last[TEXT_MAX];

	(void)state;
	assert_int_equal(world_report(world, POLL), 200);
	while (world->order.command[world->order.command_count - 1].kind != WIRE_SERAM_STOP) {
		keep(report, world_run_order(world));
		assert_int_equal(world_report(world, report), 200);
	}
	keep(last, world->body);
	assert_string_equal(last, "{\"delay\":100,\"ramCommands\":["
				  "{\"ramCommandType\":\"notificationCommand\","
				  "\"deviceAppNotification\":\"done\"},"
				  "{\"ramCommandType\":\"ramStopCommand\"}]}");
	assert_int_equal(world_report(world, report), 200);
	assert_string_equal(world->body, last);
	assert_int_equal(world_report(world, POLL), 404);
	assert_int_equal(handshake("{" OUR_SE "}"), 404);
}

static void
a_session_ends_by_its_successor_and_by_time(void **state)
{
	uint8_t old[16];

	(void)state;
	memcpy(old, world->session_id, sizeof(old));
	assert_int_equal(world_report(world, POLL), 200);
	assert_int_equal(world_session(world, JOB), 200);
	assert_memory_not_equal(old, world->session_id, sizeof(old));
	assert_int_equal(world_report(world, POLL), 200);
	world->now_ms += TSM_SESSION_MS - 1;
	assert_int_equal(world_report(world, POLL), 200);
	world->now_ms += 1;
	assert_int_equal(world_report(world, POLL), 404);
	memcpy(world->session_id, old, sizeof(old));
	assert_int_equal(world_report(world, POLL), 404);
}

/* Neither the capability nor a session key is to be found in the database. */
static void
the_database_opens_no_session(void **state)
{
	(void)state;
	assert_int_equal(world_report(world, POLL), 200);
	assert_int_equal(world_report(world, world_run_order(world)), 200);
	assert_int_equal(count_rows(world, "SELECT length(id) FROM session"), 32);
	for (unsigned at = 0; at < 2; at++) {
		/* What another process wrote is not believed. */
		world_restart(world);
		assert_int_equal(world_report(world, world_run_order(world)), 200);
		assert_int_equal(world->order.command[0].kind, WIRE_SERAM_START);
		assert_int_equal(world->order.command[1].apdu_count, 4);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_handshake_is_answered_by_what_fits),
		TEST(only_a_session_that_is_live_is_answered),
		TEST(the_first_order_is_this),
		TEST(an_equal_report_gets_the_same_order),
		TEST(a_report_that_does_not_fit_leads_to_another_look),
		TEST(a_report_that_is_none_moves_nothing),
		TEST(a_weak_channel_is_not_used),
		TEST(a_card_that_always_refuses_ends_the_session),
		TEST(the_last_order_can_be_asked_for_again_and_nothing_else),
		TEST(a_session_ends_by_its_successor_and_by_time),
		TEST(the_database_opens_no_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
