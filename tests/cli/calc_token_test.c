/*
 * ykt calc token: tokens of delegated management, made and judged.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
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

/* Made with the openssl command, over the layout of a published extradition. */
#define EXTRADITION_TOKEN "8EECB62AC68647708BA6F00800DE0029"

static void
test_tokens_are_made_and_judged(void **state)
{
	static const char key[] = "--key 2B7E151628AED2A6ABF7158809CF4F3C";
	const char *text;
	char command[300];
	json_t *got;

	(void)state;
	snprintf(command, sizeof(command), "calc token %s --command %s", key,
	    "80E610001608D4D0D1D2D3D4D5010008D0D1D2D3D4D50100000000");
	assert_int_equal(run_command(&the_run, command, ""), CLI_OK);
	got = run_json(&the_run, 0);
	assert_string_equal(json_string_value(json_object_get(got, "token_input")),
	    "10001508D4D0D1D2D3D4D5010008D0D1D2D3D4D501000000");
	assert_string_equal(json_string_value(json_object_get(got, "token")), EXTRADITION_TOKEN);
	text = json_string_value(json_object_get(got, "command"));
	assert_string_equal(text, "80E610002608D4D0D1D2D3D4D5010008D0D1D2D3D4D5010000"
				  "0010" EXTRADITION_TOKEN);
	snprintf(command, sizeof(command), "calc token %s --command %s", key, text);
	json_decref(got);
	assert_int_equal(run_command(&the_run, command, ""), CLI_OK);
	got = run_json(&the_run, 0);
	assert_true(json_is_true(json_object_get(got, "token_ok")));
	json_decref(got);
	/* Another application: the token is wrong. */
	memcpy(strstr(command, "D0D1D2D3D4D50100"), "D1", 2);
	assert_int_equal(run_command(&the_run, command, ""), CLI_OK);
	got = run_json(&the_run, 0);
	assert_true(json_is_false(json_object_get(got, "token_ok")));
	json_decref(got);
}

/* 3DES as another program makes it; SM2 is never the same twice, and is judged. */
static void
test_tokens_of_other_keys(void **state)
{
	static const char plain[] = "80E610001608D4D0D1D2D3D4D5010008D0D1D2D3D4D50100000000";
	static const char sm2[] =
	    "--alg sm2 --key 5445535420534D32206B6579206F662074686520746F6B656E2C20762E20312E";
	char command[500];
	json_t *got;

	(void)state;
	snprintf(command, sizeof(command),
	    "calc token --alg 3des --key 2B7E151628AED2A6ABF7158809CF4F3C --command %s", plain);
	assert_int_equal(run_command(&the_run, command, ""), CLI_OK);
	got = run_json(&the_run, 0);
	assert_string_equal(json_string_value(json_object_get(got, "token")), "8579CF9441E222BF");
	json_decref(got);
	snprintf(command, sizeof(command), "calc token %s --command %s", sm2, plain);
	assert_int_equal(run_command(&the_run, command, ""), CLI_OK);
	got = run_json(&the_run, 0);
	assert_int_equal(strlen(json_string_value(json_object_get(got, "token"))), 128);
	snprintf(command, sizeof(command), "calc token %s --command %s", sm2,
	    json_string_value(json_object_get(got, "command")));
	json_decref(got);
	for (int spoilt = 0; spoilt < 2; spoilt++) {
		assert_int_equal(run_command(&the_run, command, ""), CLI_OK);
		got = run_json(&the_run, 0);
		assert_int_equal(json_is_true(json_object_get(got, "token_ok")), !spoilt);
		json_decref(got);
		/* The last byte of the signature. */
		command[strlen(command) - 1] = command[strlen(command) - 1] == '0' ? '1' : '0';
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens_are_made_and_judged),
		cmocka_unit_test(test_tokens_of_other_keys),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
