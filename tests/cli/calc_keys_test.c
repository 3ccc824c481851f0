/*
 * ykt calc: check values of keys, and answers under the R-MAC of SCP02.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "check.h"
#include "cli_check.h"
#include "crypto/core.h"

static struct run the_run;

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

static void
test_check_values_of_keys(void **state)
{
	json_t *json = json_load_file(VECTORS "/scp.json", 0, NULL);
	json_t *row;
	size_t i;

	(void)state;
	assert_non_null(json);
	json_array_foreach(json_object_get(json, "kcv"), i, row)
	{
		char *line;
		json_t *got;

		/* The last row is the source of the others. */
		if (json_object_get(row, "key") == NULL)
			break;
		line = json_dumps(row, JSON_COMPACT);
		assert_int_equal(run_command(&the_run, "calc kcv -", line), CLI_OK);
		free(line);
		got = run_json(&the_run, 0);
		assert_true(json_equal(json_object_get(got, "kcv"), json_object_get(row, "kcv")));
		json_decref(got);
	}
	assert_int_equal(i, 3);
	json_decref(json);
	assert_int_equal(
	    run_command(&the_run, "calc kcv --key 404142434445464748494A4B4C4D4E4F", ""), CLI_OK);
	assert_non_null(strstr(the_run.out, "\"kcv\":\"8BAF47\""));
}

static void
test_keys_that_are_none(void **state)
{
	static const struct {
		const char *command;
		const char *word;
	} rows[] = {
		{ "calc kcv --alg sm4 --key 2B7E151628AED2A6ABF7158809CF4F3C", "alg" },
		{ "calc kcv --alg aes --key 2B7E151628AED2A6ABF7158809CF4F", "key" },
		{ "calc kcv --key 2B7E151628AED2A6ABF7158809CF4F3C2B7E151628AED2A6", "key" },
		{ "calc kcv", "key" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		assert_int_equal(run_command(&the_run, rows[i].command, ""), CLI_FAILED);
		assert_non_null(strstr(the_run.out, rows[i].word));
		assert_null(strstr(the_run.out, "\"kcv\""));
	}
}

#define SCP02                                                                                      \
	"calc scp02 --enc 404142434445464748494A4B4C4D4E4F --mac "                                 \
	"404142434445464748494A4B4C4D4E4F "                                                        \
	"--host-challenge D5AD539A60CA5E72 --initialize-update-response "                          \
	"000074746E6E6E6262620102069FAA2A0591E73367DD78794D04315E --command 80F22002024F0000 "

/* At 11 each answer has an R-MAC, which is looked at (computed by an independent program). */
static void
test_answers_of_an_scp02_session(void **state)
{
	(void)state;
	assert_int_equal(
	    run_command(&the_run, SCP02 "--level 11 --response E30318FF17234514990E9000", ""),
	    CLI_OK);
	assert_non_null(strstr(the_run.out, "\"response_plain\":\"E3039000\""));
	assert_int_equal(
	    run_command(&the_run, SCP02 "--level 11 --response E30318FF17234514990F9000", ""),
	    CLI_FAILED);
	assert_non_null(strstr(the_run.out, "response: its MAC is wrong"));
	assert_null(strstr(the_run.out, "response_plain"));
	/* Below that they go in the clear. */
	assert_int_equal(run_command(&the_run, SCP02 "--level 01 --response E3039000", ""), CLI_OK);
	assert_non_null(strstr(the_run.out, "\"response_plain\":\"E3039000\""));
	assert_int_equal(run_command(&the_run, SCP02 "--level 11 --response 90", ""), CLI_FAILED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_values_of_keys),
		cmocka_unit_test(test_keys_that_are_none),
		cmocka_unit_test(test_answers_of_an_scp02_session),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
