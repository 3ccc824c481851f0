/*
 * The catalogue: every move of an application and of a version that there is, and
 * every one that there is not; who may move; what no card takes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "tsm/catalogue.h"
#include "wire/tokens.h"

#define JOB_C "0000000000000000000000000000000c"
#define AID   "{\"aid\":\"" AID_HEX "\""

static int
operate(struct world *world, const char *path, const char *body)
{
	return world_ask(world, "operator", path, body);
}

static int
move_app(struct world *world, const char *state)
{
	char body[128];

	(void)snprintf(body, sizeof(body), AID ",\"state\":\"%s\"}", state);

	return operate(world, TSM_PATH_APP_MOVE, body);
}

static int
move_version(struct world *world, const char *state)
{
	char body[128];

	(void)snprintf(body, sizeof(body), AID ",\"version\":1,\"state\":\"%s\"}", state);

	return operate(world, TSM_PATH_VERSION_MOVE, body);
}

/* The rows of the table in catalogue.h, as text. */
static const char *const app_moves[][2] = {
	{ "to_test", "testing" },
	{ "to_test", "offline" },
	{ "testing", "to_test" },
	{ "testing", "online" },
	{ "testing", "offline" },
	{ "online", "paused" },
	{ "online", "download_paused" },
	{ "paused", "online" },
	{ "paused", "offline" },
	{ "download_paused", "online" },
	{ "download_paused", "paused" },
	{ "offline", "to_test" },
};
static const char *const version_moves[][2] = {
	{ "pending", "test" },
	{ "pending", "rejected" },
	{ "test", "published" },
	{ "test", "rejected" },
	{ "published", "paused" },
	{ "paused", "published" },
	{ "paused", "offline" },
};

static bool
among(const char *const moves[][2], size_t count, const char *from, const char *to)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(moves[i][0], from) == 0 && strcmp(moves[i][1], to) == 0)
			return true;

	return false;
}

static void
set(struct world *world, const char *table, const char *state)
{
	char sql[128];

	(void)snprintf(sql, sizeof(sql), "UPDATE %s SET state = '%s' RETURNING 1", table, state);
	assert_int_equal(count_rows(world, sql), 1);
}

static bool
is_in(struct world *world, const char *table, const char *state)
{
	char sql[128];

	(void)snprintf(
	    sql, sizeof(sql), "SELECT count(*) FROM %s WHERE state = '%s'", table, state);

	return count_rows(world, sql) == 1;
}

/* Each pair of states: the moves that there are, and nothing moved otherwise. */
static void
every_move_is_judged(void **state)
{
	struct world *world = world_new();

	(void)state;
	assert_int_equal(operate(world, TSM_PATH_APP_ADD, AID "}"), 200);
	assert_int_equal(operate(world, TSM_PATH_VERSION_ADD, AID ",\"version\":1}"), 200);
	for (int table = 0; table < 2; table++) {
		const struct wire_tokens *tokens =
		    table == 0 ? &wire_app_state : &wire_version_state;
		const char *name = table == 0 ? "application" : "version";

		for (int from = 0; from < 6; from++) {
			for (int to = 0; to < 6; to++) {
				const char *a = wire_token_text(tokens, from);
				const char *b = wire_token_text(tokens, to);
				bool legal =
				    table == 0
					? among(app_moves, YKT_ARRAY_LEN(app_moves), a, b)
					: among(version_moves, YKT_ARRAY_LEN(version_moves), a, b);
				int code;

				set(world, name, a);
				code = table == 0 ? move_app(world, b) : move_version(world, b);
				if (code != (legal ? 200 : 409))
					fail_msg("%s from %s to %s: %d", name, a, b, code);
				assert_true(is_in(world, name, legal ? b : a));
			}
		}
	}
	world_free(&world);
}

/* What has no row was there before there were rows. */
static void
an_application_without_a_row_is_online(void **state)
{
	struct world *world = world_new();

	(void)state;
	assert_int_equal(move_app(world, "testing"), 409);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM application"), 0);
	assert_int_equal(move_app(world, "paused"), 200);
	assert_int_equal(operate(world, TSM_PATH_APP_ADD, AID "}"), 409);
	assert_true(is_in(world, "application", "paused"));
	world_free(&world);
}

static void
a_request_is_refused_for_what_it_asks(void **state)
{
	static const struct {
		const char *path;
		const char *body;
		int code;
	} rows[] = {
		{ TSM_PATH_APP_ADD, "{\"aid\":\"A0\"}", 400 },
		{ TSM_PATH_APP_ADD, "{}", 400 },
		{ TSM_PATH_APP_MOVE, AID ",\"state\":\"open\"}", 400 },
		{ TSM_PATH_APP_MOVE, AID ",\"state\":\"published\"}", 400 },
		{ TSM_PATH_VERSION_MOVE, AID ",\"version\":9,\"state\":\"test\"}", 404 },
		{ TSM_PATH_VERSION_MOVE, AID ",\"version\":5,\"state\":\"online\"}", 400 },
		{ TSM_PATH_VERSION_ADD, AID ",\"version\":0}", 400 },
		{ TSM_PATH_VERSION_ADD, AID ",\"version\":65536}", 400 },
		{ TSM_PATH_VERSION_ADD, AID ",\"version\":5}", 409 },
		{ TSM_PATH_VERSION_ADD, AID ",\"version\":4}", 409 },
		{ TSM_PATH_VERSION_ADD, AID ",\"version\":6,\"end\":\"2040A231\"}", 400 },
		{ TSM_PATH_VERSION_ADD, AID ",\"version\":6,\"end\":\"20391231\"}", 400 },
		{ TSM_PATH_VERSION_ADD, AID ",\"version\":6}", 400 },
		{ TSM_PATH_VERSION_ADD, AID ",\"version\":6,\"end\":\"20401231\",\"limit_fen\":0}",
		    400 },
		{ TSM_PATH_VERSION_ADD,
		    AID ",\"version\":6,\"end\":\"20401231\",\"limit_fen\":16777216}", 400 },
		{ TSM_PATH_VERSION_ADD, AID ",\"version\":6,\"end\":\"20401231\",\"fci\":4}", 400 },
		{ TSM_PATH_VERSION_ADD,
		    AID ",\"version\":6,\"end\":\"20401231\",\"file17\":\"00\"}", 400 },
		{ TSM_PATH_VERSION_ADD,
		    AID
		    ",\"version\":6,\"end\":\"20401231\",\"files\":[{\"sfi\":\"15\",\"content\":"
		    "\"AA\"}]}",
		    400 },
		{ TSM_PATH_VERSION_ADD,
		    AID
		    ",\"version\":6,\"end\":\"20401231\",\"files\":[{\"sfi\":\"05\",\"content\":"
		    "\"\"}]}",
		    400 },
		{ TSM_PATH_VERSION_ADD,
		    AID
		    ",\"version\":6,\"end\":\"20401231\",\"files\":[{\"sfi\":\"05\",\"content\":"
		    "\"AA\"},{\"sfi\":\"05\",\"content\":\"AA\"}]}",
		    400 },
	};
	static const char *const paths[] = { TSM_PATH_APP_ADD, TSM_PATH_APP_MOVE, TSM_PATH_APP_LIST,
		TSM_PATH_VERSION_ADD, TSM_PATH_VERSION_MOVE };
	struct world *world = world_new();

	(void)state;
	assert_int_equal(
	    operate(world, TSM_PATH_VERSION_ADD, AID ",\"version\":5,\"end\":\"20401231\"}"), 200);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		int code = operate(world, rows[i].path, rows[i].body);

		if (code != rows[i].code)
			fail_msg("%s %s: %d", rows[i].path, rows[i].body, code);
		assert_int_equal(count_rows(world, "SELECT count(*) FROM version"), 1);
		assert_int_equal(count_rows(world, "SELECT count(*) FROM application"), 0);
	}
	for (size_t i = 0; i < YKT_ARRAY_LEN(paths); i++) {
		assert_int_equal(world_ask(world, "platform-" CITY, paths[i], AID "}"), 403);
		assert_int_equal(world_ask(world, "", paths[i], AID "}"), 403);
	}
	world_free(&world);
}

/* What fits no card beside what its city gives every card is no version. */
static void
what_fits_no_series_is_no_version(void **state)
{
	static char body[2400];
	struct world *world = world_new();
	int len = snprintf(body, sizeof(body), AID ",\"version\":1,\"files\":[");

	(void)state;
	for (int i = 0; i < 2; i++) {
		len += snprintf(body + len, sizeof(body) - (size_t)len,
		    "%s{\"sfi\":\"0%d\",\"content\":\"", i == 0 ? "" : ",", i + 5);
		for (int k = 0; k < 400; k++)
			len += snprintf(body + len, sizeof(body) - (size_t)len, "AA");
		len += snprintf(body + len, sizeof(body) - (size_t)len, "\"}");
	}
	(void)snprintf(body + len, sizeof(body) - (size_t)len, "]}");
	assert_int_equal(operate(world, TSM_PATH_VERSION_ADD, body), 400);
	assert_non_null(strstr(world->body, "\"space\""));
	assert_int_equal(count_rows(world, "SELECT count(*) FROM version"), 0);
	world_free(&world);
}

/* Opening by everybody and by who tests, in every state. */
static void
a_state_says_who_may_open(void **state)
{
	static const struct {
		const char *state;
		bool test;
		bool opens;
	} rows[] = {
		{ "to_test", false, false },
		{ "to_test", true, false },
		{ "testing", false, false },
		{ "testing", true, true },
		{ "online", false, true },
		{ "online", true, true },
		{ "paused", false, false },
		{ "paused", true, false },
		{ "download_paused", false, false },
		{ "download_paused", true, false },
		{ "offline", false, false },
		{ "offline", true, false },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct world *world = world_new();
		int code;

		assert_int_equal(operate(world, TSM_PATH_APP_ADD, AID "}"), 200);
		set(world, "application", rows[i].state);
		code = world_start_kind(
		    world, JOB, "open", SE_A, CARD_NO, rows[i].test ? ",\"test\":true" : "");
		if (code != (rows[i].opens ? 200 : 410))
			fail_msg("%s, test %d: %d", rows[i].state, rows[i].test, code);
		if (rows[i].opens)
			world_open(world, JOB);
		assert_string_equal(
		    world_job(world, JOB), rows[i].opens ? "done" : "failed app_state");
		if (!rows[i].opens) {
			assert_no_purse(world);
			/* A repeat is the same job, and the number is free. */
			assert_int_equal(world_start_kind(world, JOB, "open", SE_A, CARD_NO,
					     rows[i].test ? ",\"test\":true" : ""),
			    410);
			set(world, "application", "online");
			assert_int_equal(world_start(world, JOB_B, SE_A, CARD_NO), 200);
		}
		world_free(&world);
	}
}

/* What began goes on; what protects the user needs no state. */
static void
a_state_ends_nothing(void **state)
{
	struct world *world = world_new();

	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	assert_int_equal(move_app(world, "paused"), 200);
	world_open(world, JOB);
	assert_string_equal(world_job(world, JOB), "done");
	assert_int_equal(world_start_kind(world, JOB_B, "lock", SE_A, CARD_NO, ""), 200);
	world_open(world, JOB_B);
	assert_string_equal(world_job(world, JOB_B), "done");
	assert_int_equal(world_start_kind(world, JOB_C, "unlock", SE_A, CARD_NO, ""), 200);
	world_open(world, JOB_C);
	assert_string_equal(world_job(world, JOB_C), "done");
	assert_card_is_open(world, CARD_NO);
	world_free(&world);
}

static void
the_catalogue_is_read(void **state)
{
	struct world *world = world_new();

	(void)state;
	assert_int_equal(operate(world, TSM_PATH_APP_LIST, "{}"), 200);
	assert_string_equal(world->body, "{\"apps\":[],\"versions\":[]}");
	assert_int_equal(operate(world, TSM_PATH_APP_ADD, AID "}"), 200);
	assert_int_equal(operate(world, TSM_PATH_VERSION_ADD, AID ",\"version\":2}"), 200);
	assert_int_equal(operate(world, TSM_PATH_VERSION_ADD, AID ",\"version\":3}"), 200);
	assert_int_equal(operate(world, TSM_PATH_APP_LIST, "{}"), 200);
	assert_string_equal(world->body,
	    "{\"apps\":[{\"aid\":\"" AID_HEX "\",\"state\":\"to_test\"}],\"versions\":["
	    "{\"aid\":\"" AID_HEX "\",\"version\":3,\"state\":\"pending\"},"
	    "{\"aid\":\"" AID_HEX "\",\"version\":2,\"state\":\"pending\"}]}");
	world_free(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_move_is_judged),
		cmocka_unit_test(an_application_without_a_row_is_online),
		cmocka_unit_test(a_request_is_refused_for_what_it_asks),
		cmocka_unit_test(what_fits_no_series_is_no_version),
		cmocka_unit_test(a_state_says_who_may_open),
		cmocka_unit_test(a_state_ends_nothing),
		cmocka_unit_test(the_catalogue_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
