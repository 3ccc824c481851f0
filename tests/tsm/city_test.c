/*
 * What a city gives its new cards beside what every card has: the settings as
 * groupings, and a card that was opened with them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "tsm/city.h"

#define NONE                                                                                       \
	"\"second_cap_fen\":0,\"second_overdraft_fen\":0,\"needs_pin\":0,\"needs_external\":0,"    \
	"\"fci\":0"
#define ALL                                                                                        \
	"{\"second_cap_fen\":20000,\"second_overdraft_fen\":100,\"needs_pin\":1,"                  \
	"\"needs_external\":6,\"fci\":3,\"files\":["                                               \
	"{\"sfi\":\"06\",\"size\":8,\"read\":0,\"update\":0,\"content\":\"A1A2\"},"                \
	"{\"sfi\":\"19\",\"size\":300,\"read\":1,\"update\":2,\"content\":\"\"}]}"

static struct world *world;

static int
teardown(void **state)
{
	(void)state;
	world_free(&world);

	return 0;
}

static enum ykt_status
encode(const char *json, struct ykt_buf *out)
{
	static struct tsm_city city;

	assert_int_equal(wire_decode(&tsm_city_msg, ykt_bytes_str(json), &city), YKT_OK);

	return tsm_city_encode(&city, out);
}

static void
settings_become_groupings(void **state)
{
	static const struct {
		const char *json;
		const char *hex;
	} rows[] = {
		{ "{" NONE ",\"files\":[]}", "" },
		{ ALL, "900206004E20000064"
		       "90040A"
		       "0600080000"
		       "19012C0102"
		       "000602A1A2"
		       "9003020106"
		       "90050103" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t bytes[TSM_CITY_MAX];
		struct ykt_buf out = YKT_BUF(bytes);
		char hex[2 * TSM_CITY_MAX + 1];

		assert_int_equal(encode(rows[i].json, &out), YKT_OK);
		ykt_hex_encode(ykt_buf_view(&out), hex);
		assert_string_equal(hex, rows[i].hex);
	}
}

static void
settings_that_no_card_takes_are_refused(void **state)
{
	static const struct {
		const char *why;
		const char *json;
	} rows[] = {
		{ "a limit without a second kind",
		    "{\"second_cap_fen\":0,\"second_overdraft_fen\":1,\"needs_pin\":0,"
		    "\"needs_external\":0,\"fci\":0,\"files\":[]}" },
		{ "A + C over FFFFFF",
		    "{\"second_cap_fen\":16777215,\"second_overdraft_fen\":1,\"needs_pin\":0,"
		    "\"needs_external\":0,\"fci\":0,\"files\":[]}" },
		{ "the balance of a second kind that is not there",
		    "{\"second_cap_fen\":0,\"second_overdraft_fen\":0,\"needs_pin\":0,"
		    "\"needs_external\":0,\"fci\":2,\"files\":[]}" },
		{ "a file of the standard",
		    "{" NONE ",\"files\":[{\"sfi\":\"15\",\"size\":8,\"read\":0,\"update\":0,"
		    "\"content\":\"\"}]}" },
		{ "a file twice",
		    "{" NONE ",\"files\":[{\"sfi\":\"05\",\"size\":8,\"read\":0,\"update\":0,"
		    "\"content\":\"\"},{\"sfi\":\"05\",\"size\":8,\"read\":0,\"update\":0,"
		    "\"content\":\"\"}]}" },
		{ "content over the size",
		    "{" NONE ",\"files\":[{\"sfi\":\"05\",\"size\":1,\"read\":0,\"update\":0,"
		    "\"content\":\"A1A2\"}]}" },
		{ "a bit of no meaning",
		    "{" NONE ",\"files\":[{\"sfi\":\"05\",\"size\":8,\"read\":64,\"update\":0,"
		    "\"content\":\"\"}]}" },
		{ "open to anybody",
		    "{" NONE ",\"files\":[{\"sfi\":\"05\",\"size\":8,\"read\":0,\"update\":4,"
		    "\"content\":\"\"}]}" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t bytes[TSM_CITY_MAX];
		struct ykt_buf out = YKT_BUF(bytes);

		if (encode(rows[i].json, &out) != YKT_E_ARG || out.len != 0)
			fail_msg("%s", rows[i].why);
	}
}

static void
more_than_a_card_gathers_is_refused(void **state)
{
	char json[2200], content[2 * 340 + 1];
	uint8_t bytes[2 * TSM_CITY_MAX];
	struct ykt_buf out = YKT_BUF(bytes);

	(void)state;
	memset(content, 'A', sizeof(content) - 1);
	content[sizeof(content) - 1] = '\0';
	(void)snprintf(json, sizeof(json),
	    "{" NONE ",\"files\":[{\"sfi\":\"05\",\"size\":500,\"read\":0,\"update\":0,"
	    "\"content\":\"%s\"},{\"sfi\":\"06\",\"size\":500,\"read\":0,\"update\":0,"
	    "\"content\":\"%s\"}]}",
	    content, content + 2);
	assert_int_equal(encode(json, &out), YKT_E_SPACE);
	assert_int_equal(out.len, 0);
	/* 700 bytes fit: a table of two, 340 and 330 bytes with their long lengths. */
	(void)snprintf(json, sizeof(json),
	    "{" NONE ",\"files\":[{\"sfi\":\"05\",\"size\":500,\"read\":0,\"update\":0,"
	    "\"content\":\"%s\"},{\"sfi\":\"06\",\"size\":500,\"read\":0,\"update\":0,"
	    "\"content\":\"%s\"}]}",
	    content, content + 2 * 3);
	assert_int_equal(encode(json, &out), YKT_OK);
	assert_int_equal(out.len, TSM_CITY_MAX);
}

/* Every kind of it at once. */
static void
a_card_is_opened_with_all_of_it(void **state)
{
	static const struct keys_pin pin = { .tries = 3, .len = 3, .bytes = { 0x12, 0x34, 0x56 } };
	struct keys_roots roots = { .has_unload = true,
		.has_overdraft = true,
		.has_pin_unblock = true,
		.has_pin_reload = true,
		.has_internal = true,
		.has_external = true,
		.has_block = true,
		.has_unblock = true,
		.has_record = true };
	uint8_t bytes[TSM_CITY_MAX];
	struct ykt_buf groups = YKT_BUF(bytes);

	(void)state;
	assert_int_equal(encode(ALL, &groups), YKT_OK);
	world = world_new_city(&roots, &pin, ykt_buf_view(&groups));
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_open(world, JOB);
	assert_string_equal(world_job(world, JOB), "done");
	assert_non_null(strstr(card_hex(world, YKT_SE_WIRED, "00A4040008A00000063201010500"),
	    "9F510400000000DF710400000064"));
	assert_string_equal(card_hex(world, YKT_SE_WIRED, "00B0860000"), "A1A20000000000009000");
	assert_string_equal(card_hex(world, YKT_SE_WIRED, "00B0990000"), "6982");
	assert_string_equal(
	    card_hex(world, YKT_SE_WIRED, "805000020B010000000131000000000110"), "6982");
	assert_string_equal(card_hex(world, YKT_SE_WIRED, "0020000003123456"), "9000");
	assert_string_equal(card_hex(world, YKT_SE_WIRED, "805C0A0204"), "00004E209000");
	assert_int_equal(
	    strlen(card_hex(world, YKT_SE_WIRED, "805000020B010000000131000000000110")), 36);
}

/* A condition that the key module gives no key for: the card refuses, the job fails. */
static void
a_condition_without_its_key_opens_no_card(void **state)
{
	static const struct keys_roots roots;
	static const struct keys_pin pin;
	uint8_t bytes[TSM_CITY_MAX];
	struct ykt_buf groups = YKT_BUF(bytes);

	(void)state;
	assert_int_equal(encode(ALL, &groups), YKT_OK);
	world = world_new_city(&roots, &pin, ykt_buf_view(&groups));
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_open(world, JOB);
	assert_memory_equal(world_job(world, JOB), "failed", 6);
	assert_no_purse(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_become_groupings),
		cmocka_unit_test(settings_that_no_card_takes_are_refused),
		cmocka_unit_test(more_than_a_card_gathers_is_refused),
		cmocka_unit_test_teardown(a_card_is_opened_with_all_of_it, teardown),
		cmocka_unit_test_teardown(a_condition_without_its_key_opens_no_card, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
