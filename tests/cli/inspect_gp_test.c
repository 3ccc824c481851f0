/*
 * ykt inspect gp: commands of content management, plain and with a MAC, and the
 * answers of cards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "cli_check.h"

static struct run the_run;

/* One line as jansson sorts it. */
static const struct {
	const char *hex;
	const char *json;
} rows[] = {
	{ "80E602001407D0D1D2D3D4D50108A000000003000000000000",
	    "{\"command\":\"INSTALL\",\"secure\":false,\"form\":\"for load\",\"elf\":"
	    "\"D0D1D2D3D4D501\",\"sd\":\"A000000003000000\"}" },
	{ "80E60C002007A000000151535008A00000015153504108A00000063201FF0101A002C90000",
	    "{\"command\":\"INSTALL\",\"secure\":false,\"form\":\"for install and make "
	    "selectable\",\"elf\":\"A0000001515350\",\"module\":\"A000000151535041\",\"aid\":"
	    "\"A00000063201FF01\",\"privileges\":\"A0\",\"privilege_names\":[\"security "
	    "domain\",\"delegated management\"],\"params\":\"C900\"}" },
	{ "80E620000E000008A00000063201010500000000",
	    "{\"command\":\"INSTALL\",\"secure\":false,\"form\":\"for personalization\",\"aid\":"
	    "\"A000000632010105\"}" },
	{ "80E8800028E2144F08A00000063201FF01C3080102030405060708C410594B544C01010208A000000632010"
	  "10500",
	    "{\"command\":\"LOAD\",\"secure\":false,\"block\":0,\"last\":true,\"data\":"
	    "\"E2144F08A00000063201FF01C3080102030405060708C410594B544C01010208A000000632010105\","
	    "\"daps\":[{\"sd\":\"A00000063201FF01\",\"signature\":\"0102030405060708\"}],"
	    "\"version\":\"0102\",\"module\":\"A000000632010105\",\"data_length\":0}" },
	{ "80E8000102AABB",
	    "{\"command\":\"LOAD\",\"secure\":false,\"block\":1,\"last\":false,\"data\":"
	    "\"AABB\"}" },
	{ "80E400800A4F08A00000063201FF0100",
	    "{\"command\":\"DELETE\",\"secure\":false,\"aid\":\"A00000063201FF01\",\"related\":"
	    "true}" },
	{ "80E4000006D00101D20170",
	    "{\"command\":\"DELETE\",\"secure\":false,\"key_id\":\"01\",\"key_version\":\"70\","
	    "\"related\":false}" },
	{ "80D80001173188100102030405060708090A0B0C0D0E0F1003C35280",
	    "{\"command\":\"PUT KEY\",\"secure\":false,\"old_version\":\"00\",\"new_version\":"
	    "\"31\",\"first_id\":\"01\",\"keys\":[{\"type\":\"88\",\"type_name\":\"AES\","
	    "\"length\":"
	    "16,\"component\":\"0102030405060708090A0B0C0D0E0F10\",\"kcv\":\"C35280\"}]}" },
	{ "80E2880004800101AA",
	    "{\"command\":\"STORE DATA\",\"secure\":false,\"block\":0,\"last\":true,\"format\":"
	    "\"DGI\",\"encrypted\":false,\"data\":\"800101AA\",\"groupings\":[{\"dgi\":\"8001\","
	    "\"value\":\"AA\"}]}" },
	{ "80E2100003420131",
	    "{\"command\":\"STORE DATA\",\"secure\":false,\"block\":0,\"last\":false,\"format\":"
	    "\"BER-TLV\",\"encrypted\":false,\"data\":\"420131\"}" },
	{ "80F22002024F0000",
	    "{\"command\":\"GET STATUS\",\"secure\":false,\"scope\":\"20\",\"next\":false,\"aid\":"
	    "\"\"}" },
	/* tests/vectors/scp.json: the wrapped command, and both answers. */
	{ "84F220020A4F00BB6E71C0EFCFCF0D00",
	    "{\"command\":\"GET STATUS\",\"secure\":true,\"mac\":\"BB6E71C0EFCFCF0D\",\"scope\":"
	    "\"20\",\"next\":false,\"aid\":\"\"}" },
	{ "000074746E6E6E6262620102069FAA2A0591E73367DD78794D04315E",
	    "{\"answer\":\"INITIALIZE UPDATE\",\"diversification\":\"000074746E6E6E626262\",\"key_"
	    "version\":\"01\",\"protocol\":\"SCP02\",\"seq\":\"069F\",\"challenge\":"
	    "\"AA2A0591E733\",\"cryptogram\":\"67DD78794D04315E\"}" },
	{ "0000000000000000000030037030760CD2C47C1DD395065FE5EAD8A9D70000019000",
	    "{\"answer\":\"INITIALIZE UPDATE\",\"diversification\":\"00000000000000000000\",\"key_"
	    "version\":\"30\",\"protocol\":\"SCP03\",\"i\":\"70\",\"challenge\":"
	    "\"30760CD2C47C1DD3\",\"cryptogram\":\"95065FE5EAD8A9D7\",\"seq\":\"000001\",\"sw\":"
	    "\"9000\"}" },
	{ "E3264F08A00000063201FF019F700107C503800000C407A0000001515350CC08A0000001510000006310",
	    "{\"answer\":\"GET STATUS\",\"entries\":[{\"aid\":\"A00000063201FF01\",\"state\":"
	    "\"07\",\"privileges\":\"800000\",\"privilege_names\":[\"security domain\"],\"elf\":"
	    "\"A0000001515350\",\"sd\":\"A000000151000000\"}],\"sw\":\"6310\"}" },
	{ "E3254F07A00000063201029F700101CE0201028408A000000632010105CC08A0000001510000009000",
	    "{\"answer\":\"GET STATUS\",\"entries\":[{\"modules\":[{\"aid\":"
	    "\"A000000632010105\"}],\"aid\":\"A0000006320102\",\"state\":\"01\",\"version\":"
	    "\"0102\",\"sd\":\"A000000151000000\"}],\"sw\":\"9000\"}" },
};

static void
test_commands_and_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		char command[400];
		json_t *got, *want;
		json_error_t error;

		snprintf(command, sizeof(command), "inspect gp %s", rows[i].hex);
		if (run_command(&the_run, command, "") != CLI_OK)
			fail_msg("%s: %s", rows[i].hex, the_run.out);
		got = run_json(&the_run, 0);
		want = json_loads(rows[i].json, 0, &error);
		assert_non_null(want);
		if (!json_equal(got, want))
			fail_msg(
			    "%s\n  gives %s\n  not   %s", rows[i].hex, the_run.out, rows[i].json);
		json_decref(got);
		json_decref(want);
	}
}

/* Enciphered data is no fault: it stays as it is. */
static void
test_what_is_enciphered_stays_closed(void **state)
{
	json_t *got;

	(void)state;
	assert_int_equal(
	    run_command(&the_run,
		"inspect gp 84E60C0018CA9C00F6713D79BC8BAA642BDFF51C3F6A4082D3BD9AD26C00", ""),
	    CLI_OK);
	got = run_json(&the_run, 0);
	assert_string_equal(
	    json_string_value(json_object_get(got, "data")), "CA9C00F6713D79BC8BAA642BDFF51C3F");
	assert_string_equal(json_string_value(json_object_get(got, "mac")), "6A4082D3BD9AD26C");
	assert_null(json_object_get(got, "form"));
	json_decref(got);
}

static const char *const bad[] = {
	"80E6020000",                                           /* INSTALL without its fields */
	"80E602001507D0D1D2D3D4D50108A000000003000000000000AA", /* and with a byte more */
	"80E60300050000000000",                                 /* no such form */
	"80E8400002C410",                                       /* LOAD with another P1 */
	"80E80000",                                             /* and without a block */
	"80E4000000",                                           /* DELETE of nothing */
	"80D80001183188100102030405060708090A0B0C0D0E0F1003C3528000",
	"84E602000400000000",       /* too short for its MAC */
	"80CA006600",               /* not of content management */
	"00A4040000",               /* another class */
	"E3264F08A00000063201FF01", /* a list that is cut */
	"E3034F01A0AA",             /* and one with something behind it */
	"000074746E6E6E6262620102069FAA2A0591E73367DD78794D0431",   /* an answer cut */
	"000074746E6E6E6262620104069FAA2A0591E73367DD78794D04315E", /* another protocol */
	"9000",
};

static void
test_what_is_none_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		char command[200];

		snprintf(command, sizeof(command), "inspect gp %s", bad[i]);
		if (run_command(&the_run, command, "") != CLI_FAILED)
			fail_msg("%s: %s", bad[i], the_run.out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands_and_answers),
		cmocka_unit_test(test_what_is_enciphered_stays_closed),
		cmocka_unit_test(test_what_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
