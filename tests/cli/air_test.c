/*
 * ykt inspect usat, ykt inspect ota, ykt calc ota: the vectors line by line, and
 * what is said about bytes that are none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "check.h"
#include "cli_check.h"
#include "crypto/core.h"

static struct run the_run;

static json_t *
load(const char *path)
{
	json_error_t error;
	json_t *json = json_load_file(path, 0, &error);

	if (json == NULL)
		fail_msg("%s: %s", path, error.text);

	return json;
}

/* Every member of the vector that we print, too, is the same. */
static void
check_members(const json_t *want, const json_t *got)
{
	static const char *const names[] = { "outer", "tags", "cmd", "text", "alpha", "items",
		"result" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!json_equal(json_object_get(want, names[i]), json_object_get(got, names[i])) &&
		    json_object_get(want, names[i]) != json_object_get(got, names[i]))
			fail_msg(
			    "%s: %s", json_string_value(json_object_get(want, "name")), names[i]);
}

static void
test_inspect_says_what_every_sequence_is(void **state)
{
	json_t *json = load(VECTORS "/usat.json");
	const json_t *list = json_object_get(json, "vectors");
	char command[1024];

	(void)state;
	assert_int_equal(json_array_size(list), 138);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		json_t *got;

		snprintf(command, sizeof(command), "inspect usat %s",
		    json_string_value(json_object_get(row, "hex")));
		assert_int_equal(run_command(&the_run, command, ""), CLI_OK);
		got = run_json(&the_run, 0);
		check_members(row, got);
		json_decref(got);
	}
	json_decref(json);
}

static void
check_text(const char *command, const char *name, const char *text)
{
	json_t *got;

	assert_int_equal(run_command(&the_run, command, ""), CLI_OK);
	got = run_json(&the_run, 0);
	assert_non_null(json_string_value(json_object_get(got, name)));
	assert_string_equal(json_string_value(json_object_get(got, name)), text);
	json_decref(got);
}

static void
test_names(void **state)
{
	(void)state;
	check_text("inspect usat D009810301410082028121", "name", "CLOSE CHANNEL");
	check_text("inspect usat D3078202018190013D", "name", "MENU SELECTION");
	check_text("inspect usat D009810301140082028183", "name", "SEND DTMF");
	check_text("inspect usat 810301150082028281830126", "result_name", "browser error");
	check_text("inspect usat 810301218082028281830110", "result_name", "ended by the user");
	check_text("inspect ota 00180D04193535B00000E3EC80A849B554421276AF3883927C20", "KIc_name",
	    "3DES, two keys (or CRC-32)");
	check_text("inspect ota 02700000180D04193535B00000E3EC80A849B554421276AF3883927C20", "por",
	    "always");
	check_text("inspect ota 027100001C12B000118BB989492C632529326A2F4681FEB37C825BC9021C9F6D0B",
	    "TAR", "B00011");
	/* Without its CPL, not enciphered: counter, PCNTR and data lie open. */
	check_text("inspect ota 0D00003535B0000000000000010000A4", "CNTR", "0000000001");
}

static void
test_calc_gives_every_packet_of_the_vectors(void **state)
{
	json_t *json = load(VECTORS "/ota.json");
	const json_t *cases = json_object_get(json, "cases");

	(void)state;
	for (size_t i = 0; i < json_array_size(cases); i++) {
		const json_t *row = json_array_get(cases, i);
		const json_t *derived = json_object_get(row, "derived_rsp");
		char *line = json_dumps(row, JSON_COMPACT);
		const json_t *rsp;
		json_t *got;

		assert_int_equal(run_command(&the_run, "calc ota -", line), CLI_OK);
		got = run_json(&the_run, 0);
		rsp = json_object_get(got, "rsp") != NULL ? json_object_get(got, "rsp") : got;
		if (json_object_get(row, "cmd") != NULL)
			assert_true(
			    json_equal(json_object_get(got, "cmd"), json_object_get(row, "cmd")));
		if (derived != NULL) {
			assert_true(
			    json_equal(json_object_get(rsp, "cc"), json_object_get(derived, "cc")));
			assert_true(json_equal(
			    json_object_get(rsp, "data"), json_object_get(derived, "data")));
			assert_true(json_equal(
			    json_object_get(rsp, "status"), json_object_get(derived, "status")));
			assert_true(json_equal(
			    json_object_get(rsp, "pcntr"), json_object_get(derived, "pcntr")));
		}
		json_decref(got);
		free(line);
	}
	json_decref(json);
}

#define KEYS                                                                                       \
	" --KIc-key 200102030405060708090A0B0C0D0E0F --KID-key 201102030405060708090A0B0C0D0E0F"
#define COMMAND                                                                                    \
	"00281506192222B00011E87CCEEBB2D93083011CE294F93FC4D8DE80DA1ABAE8C37CA3E72EC4432E5058"

static void
test_bad_values_of_calc_ota(void **state)
{
	static const struct {
		const char *command;
		const char *error;
	} rows[] = {
		{ "calc ota --alg aes --spi 0619", "apdu, cmd or rsp" },
		{ "calc ota --alg sm4 --spi 0619", "alg" },
		{ "calc ota --alg aes" KEYS " --cmd " COMMAND, "spi" },
		{ "calc ota --alg aes --spi 0619 --KIc-key 00 --cmd " COMMAND, "KIc_key" },
		{ "calc ota --alg aes --spi 0619 --cmd " COMMAND, "KIc_key" },
		{ "calc ota --alg 3des --spi 0619" KEYS " --cmd " COMMAND, "KIc_key" },
		{ "calc ota --alg aes --spi 0619" KEYS " --cmd 0001", "not a secured packet" },
		{ "calc ota --alg aes --spi 0619" KEYS " --apdu 00", "TAR" },
		{ "calc ota --alg aes --spi 0719" KEYS " --tar B00011 --apdu 00", "SPI" },
		{ "calc ota --alg aes --spi 0619 --KID-key 200102030405060708090A0B0C0D0E0F "
		  "--KIc-key 200102030405060708090A0B0C0D0E0F --cmd " COMMAND,
		    "checksum" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *got;
		const char *error;

		assert_int_equal(run_command(&the_run, rows[i].command, ""), CLI_FAILED);
		got = run_json(&the_run, 0);
		error = json_string_value(json_object_get(got, "error"));
		if (error == NULL || strstr(error, rows[i].error) == NULL)
			fail_msg("%s: %s", rows[i].command, error);
		assert_null(json_object_get(got, "data"));
		json_decref(got);
	}
}

static void
test_bytes_that_are_none(void **state)
{
	static const char *const rows[] = { "inspect usat D0", "inspect usat 00",
		"inspect usat D30390013D", "inspect ota 00", "inspect ota 027100",
		"inspect ota 027000", "inspect ota 02710000010A",
		"inspect ota 00281506192222B00011" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(run_command(&the_run, rows[i], ""), CLI_FAILED);
}

static int
setup(void **state)
{
	(void)state;

	return crypto_new(&ykt_alloc_libc, NULL, &the_run.cli.crypto) == YKT_OK ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	crypto_free(&the_run.cli.crypto);

	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inspect_says_what_every_sequence_is),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_calc_gives_every_packet_of_the_vectors),
		cmocka_unit_test(test_bad_values_of_calc_ota),
		cmocka_unit_test(test_bytes_that_are_none),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
