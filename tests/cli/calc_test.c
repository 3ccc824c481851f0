/*
 * ykt calc against the published and computed vectors, by option and by line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <ykt/mem.h>

#include "check.h"
#include "cli_check.h"
#include "crypto/core.h"

#define COMMAND_MAX 4096

static struct run the_run;

static json_t *
load(const char *name)
{
	char path[1024];
	json_t *json;

	snprintf(path, sizeof(path), "%s/%s", VECTORS, name);
	json = json_load_file(path, 0, NULL);
	assert_non_null(json);

	return json;
}

/* Runs one calculation over a JSON line; one line comes back. */
static json_t *
calc_line(const char *what, const json_t *input)
{
	static char line[COMMAND_MAX * 4];
	char command[64];
	size_t len = json_dumpb(input, line, sizeof(line) - 1, JSON_COMPACT);

	assert_true(len < sizeof(line) - 1);
	line[len] = '\0';
	snprintf(command, sizeof(command), "calc %s -", what);
	if (run_command(&the_run, command, line) != CLI_OK)
		fail_msg("%s: %s", what, the_run.out);

	return run_json(&the_run, 0);
}

static void
check_member(const json_t *got, const json_t *want, const char *name)
{
	const char *expected = json_string_value(json_object_get(want, name));
	const char *actual = json_string_value(json_object_get(got, name));

	assert_non_null(expected);
	if (actual == NULL || strcmp(actual, expected) != 0)
		fail_msg(
		    "%s: got %s, expected %s", name, actual != NULL ? actual : "nothing", expected);
}

static const char *
card_key(const json_t *set, const char *name)
{
	return json_string_value(
	    json_object_get(json_object_get(json_object_get(set, "keys"), name), "card_key"));
}

static void
check_transaction(const json_t *set, const char *name, const char *key)
{
	static const struct {
		const char *what;
		const char *result;
	} rows[] = {
		{ "session-key", "session_key" },
		{ "mac1", "MAC1" },
		{ "mac2", "MAC2" },
		{ "tac", "TAC" },
	};
	json_t *input = json_copy(json_object_get(set, name));

	json_object_set_new(input, "key", json_string(card_key(set, key)));
	json_object_set_new(input, "dtk", json_string(card_key(set, "DTK")));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *got;

		json_object_del(input, "session_key");
		json_object_del(input, "tac_key");
		got = calc_line(rows[i].what, input);
		check_member(got, json_object_get(set, name), rows[i].result);
		json_decref(got);
	}
	json_decref(input);
}

static void
test_transactions_of_the_example_set(void **state)
{
	json_t *json = load("purse_3des.json");
	json_t *set = json_object_get(json, "set");

	(void)state;
	check_transaction(set, "load", "DLK");
	check_transaction(set, "purchase", "DPK");
	check_transaction(set, "capp_entry_zero_amount", "DPK");
	check_transaction(set, "capp_exit", "DPK");
	json_decref(json);
}

static void
test_diversification_by_options(void **state)
{
	json_t *json = load("purse_3des.json");
	json_t *set = json_object_get(json, "set");
	const char *name;
	json_t *row;

	(void)state;
	json_object_foreach(json_object_get(set, "keys"), name, row)
	{
		char command[COMMAND_MAX];
		json_t *got;

		snprintf(command, sizeof(command),
		    "calc diversify --alg 3des --root %s --issuer=%s --serial %s",
		    json_string_value(json_object_get(row, "root")),
		    json_string_value(json_object_get(set, "issuer")),
		    json_string_value(json_object_get(set, "serial")));
		assert_int_equal(run_command(&the_run, command, ""), CLI_OK);
		got = run_json(&the_run, 0);
		check_member(got, row, "after_issuer");
		check_member(got, row, "card_key");
		json_decref(got);
	}
	json_decref(json);
}

/* The same with a root: keys are derived on the way. */
static void
test_tac_from_a_root_by_a_line_of_options(void **state)
{
	static const char input[] =
	    "--root 303132333435363738393A3B3C3D3E3F --issuer 01011000 "
	    "--serial 03105170000000000001 --amount C8 --terminal 310000000001 "
	    "--terminal_seq 00ABCDEF --datetime 20250102030406\n";
	json_t *got;

	(void)state;
	assert_int_equal(run_command(&the_run, "calc tac --kind purchase -", input), CLI_OK);
	got = run_json(&the_run, 0);
	assert_string_equal(json_string_value(json_object_get(got, "TAC")), "32A31F60");
	json_decref(got);
}

static void
test_the_new_balance_may_be_given_itself(void **state)
{
	json_t *got;

	(void)state;
	assert_int_equal(run_command(&the_run,
			     "calc tac --kind load --tac-key 9846AB9FC0AC06D0 --new-balance 1F40 "
			     "--online-seq 0007 --amount 1388 --terminal 310000000001 "
			     "--datetime 20250102030405",
			     ""),
	    CLI_OK);
	got = run_json(&the_run, 0);
	assert_string_equal(json_string_value(json_object_get(got, "TAC")), "136C1668");
	json_decref(got);
}

static void
test_secure_messaging_by_input_and_by_command(void **state)
{
	static const struct {
		const char *why;
		const char *rest;
		const char *mac;
	} rows[] = {
		{ "input", "--data 04D6970007000156", "C1F604D7" },
		{ "command, Lc without the MAC", "--command 04D6970003000156", "C1F604D7" },
		{ "command, Lc with the MAC", "--command 04D6970007000156", "C1F604D7" },
		{ "command without data", "--command 841E0000", "6D8210E0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char command[COMMAND_MAX];
		json_t *got;

		snprintf(command, sizeof(command),
		    "calc sm-mac --key 19B624B36C6F0BD8ABAAF615AB81C67B --challenge 55667788 %s",
		    rows[i].rest);
		assert_int_equal(run_command(&the_run, command, ""), CLI_OK);
		got = run_json(&the_run, 0);
		assert_string_equal(json_string_value(json_object_get(got, "MAC")), rows[i].mac);
		json_decref(got);
	}
}

static void
test_sm4_agrees_with_its_examples_and_says_what_they_are(void **state)
{
	json_t *json = load("purse_sm4.json");
	json_t *row = json_object_get(json, "UNCONFIRMED_layout_examples");
	json_t *got;

	(void)state;
	assert_int_equal(run_command(&the_run,
			     "calc diversify --alg sm4 --key 0123456789ABCDEFFEDCBA9876543210 "
			     "--factor 5170000000000001",
			     ""),
	    CLI_OK);
	got = run_json(&the_run, 0);
	check_member(got, row, "diversified");
	assert_true(json_is_true(json_object_get(got, "unconfirmed")));
	json_decref(got);

	assert_int_equal(run_command(&the_run,
			     "calc mac2 --alg sm4 --kind purchase --key "
			     "0123456789ABCDEFFEDCBA9876543210 --rand 01020304 --offline-seq 0010 "
			     "--terminal-seq 0CDE --amount 000000C8",
			     ""),
	    CLI_OK);
	got = run_json(&the_run, 0);
	check_member(got, row, "session_key");
	assert_string_equal(json_string_value(json_object_get(got, "MAC2")), "0DF0B65C");
	json_decref(got);
	json_decref(json);
}

/* What a vector says of the first answer; NULL: nothing. */
static void
check_answer(const json_t *got, const json_t *answer)
{
	const json_t *first = json_array_get(json_object_get(got, "commands"), 0);

	if (answer == NULL) {
		assert_null(json_object_get(first, "response"));
		return;
	}
	assert_true(
	    json_equal(json_object_get(first, "response"), json_object_get(answer, "wrapped")));
	assert_true(
	    json_equal(json_object_get(first, "response_plain"), json_object_get(answer, "plain")));
}

static void
test_scp03_sessions_as_the_vectors_have_them(void **state)
{
	json_t *json = load("scp.json");
	json_t *row;
	json_t *command;
	size_t i;
	size_t j;

	(void)state;
	json_array_foreach(json_object_get(json, "scp03"), i, row)
	{
		json_t *got = calc_line("scp03", row);

		check_member(got, row, "external_authenticate");
		check_member(json_object_get(got, "derived_session_keys"),
		    json_object_get(row, "derived_session_keys"), "S_RMAC");
		assert_true(json_is_true(json_object_get(got, "card_cryptogram_ok")));
		json_array_foreach(json_object_get(row, "commands"), j, command) check_member(
		    json_array_get(json_object_get(got, "commands"), j), command, "wrapped");
		check_answer(got, json_object_get(row, "response_to_first_command"));
		json_decref(got);
	}
	assert_int_equal(i, 3);
	json_decref(json);
}

static void
test_scp02_sessions_as_the_vectors_have_them(void **state)
{
	json_t *json = load("scp.json");
	json_t *row;
	json_t *command;
	json_t *got;
	size_t i;
	size_t j;

	(void)state;
	json_array_foreach(json_object_get(json, "scp02"), i, row)
	{
		got = calc_line("scp02", row);
		check_member(got, row, "external_authenticate");
		check_member(json_object_get(got, "derived_session_keys"),
		    json_object_get(row, "derived_session_keys"), "S_ENC");
		check_member(json_object_get(got, "derived_session_keys"),
		    json_object_get(row, "derived_session_keys"), "DEK");
		assert_true(json_is_true(json_object_get(got, "card_cryptogram_ok")));
		json_array_foreach(json_object_get(row, "commands"), j, command) check_member(
		    json_array_get(json_object_get(got, "commands"), j), command, "wrapped");
		json_decref(got);
	}
	assert_int_equal(i, 1);
	json_decref(json);

	/* A card that does not know the keys gets no EXTERNAL AUTHENTICATE. */
	assert_int_equal(run_command(&the_run,
			     "calc scp02 --enc 404142434445464748494A4B4C4D4E4F --mac "
			     "404142434445464748494A4B4C4D4E4F --host-challenge D5AD539A60CA5E73 "
			     "--initialize-update-response "
			     "000074746E6E6E6262620102069FAA2A0591E73367DD78794D04315E9000",
			     ""),
	    CLI_OK);
	got = run_json(&the_run, 0);
	assert_true(json_is_false(json_object_get(got, "card_cryptogram_ok")));
	assert_null(json_object_get(got, "external_authenticate"));
	assert_null(json_object_get(got, "commands"));
	json_decref(got);
}

static const struct {
	const char *command;
	int code;
	const char *word;
} wrong_values[] = {
	{ "calc", CLI_USAGE, NULL },
	{ "calc nothing --key 00", CLI_USAGE, NULL },
	{ "calc mac1 --bogus 00", CLI_USAGE, NULL },
	{ "calc mac1 --key", CLI_USAGE, NULL },
	{ "calc mac1 key 00", CLI_USAGE, NULL },
	{ "calc diversify --issuer 01011000", CLI_FAILED, "key" },
	{ "calc diversify --key 00 --issuer 01011000", CLI_FAILED, "key" },
	{ "calc diversify --key 101112131415161718191A1B1C1D1E1F", CLI_FAILED, "issuer" },
	{ "calc diversify --key 101112131415161718191A1B1C1D1E1F --issuer 0101", CLI_FAILED,
	    "issuer" },
	{ "calc diversify --alg des --key 101112131415161718191A1B1C1D1E1F", CLI_FAILED, "alg" },
	{ "calc mac1 --kind taxi --session-key 0000000000000000", CLI_FAILED, "kind" },
	{ "calc mac1 --kind load --session-key 00000000000000", CLI_FAILED, "session-key" },
	{ "calc mac2 --kind purchase --session-key 0000000000000000 --amount 0102030405",
	    CLI_FAILED, "amount" },
	{ "calc mac2 --kind purchase --session-key 0000000000000000 --amount xx", CLI_FAILED,
	    "amount" },
	{ "calc sm-mac --key 19B624B36C6F0BD8ABAAF615AB81C67B --challenge "
	  "112233445566778899 "
	  "--data 00",
	    CLI_FAILED, "challenge" },
	{ "calc sm-mac --key 19B624B36C6F0BD8ABAAF615AB81C67B --challenge 11223344 "
	  "--command "
	  "04D6970009000156",
	    CLI_FAILED, "command" },
	{ "calc scp02 --enc 404142434445464748494A4B4C4D4E4F --mac "
	  "404142434445464748494A4B4C4D4E4F --host-challenge D5AD539A60CA5E72 "
	  "--initialize-update-response "
	  "000074746E6E6E6262620102069FAA2A0591E73367DD78794D04315E --level 12",
	    CLI_FAILED, "level" },
	{ "calc scp02 --enc 404142434445464748494A4B4C4D4E4F --mac "
	  "404142434445464748494A4B4C4D4E4F --host-challenge D5AD539A60CA5E72 "
	  "--initialize-update-response "
	  "000074746E6E6E6262620103069FAA2A0591E73367DD78794D04315E",
	    CLI_FAILED, "initialize-update-response" },
	{ "calc scp02 --enc 4041 --mac 404142434445464748494A4B4C4D4E4F "
	  "--host-challenge D5AD539A60CA5E72 --initialize-update-response 00",
	    CLI_FAILED, "enc" },
	{ "calc token --key 0011 --command 80E400000A4F08A00000063201010500", CLI_FAILED, "key" },
	{ "calc token --alg 3des --key 2B7E151628AED2A6ABF7158809CF4F3C2B7E151628AED2A6 --command "
	  "80E400000A4F08A00000063201010500",
	    CLI_FAILED, "key" },
	{ "calc token --alg sm2 --key "
	  "0000000000000000000000000000000000000000000000000000000000000000 --command "
	  "80E400000A4F08A00000063201010500",
	    CLI_FAILED, "key" },
	{ "calc token --alg rsa --key 2B7E151628AED2A6ABF7158809CF4F3C --command "
	  "80E400000A4F08A00000063201010500",
	    CLI_FAILED, "alg" },
	{ "calc token --key 2B7E151628AED2A6ABF7158809CF4F3C --command 80F04080", CLI_FAILED,
	    "command" },
	{ "calc token --key 2B7E151628AED2A6ABF7158809CF4F3C --command 80", CLI_FAILED, "command" },
	{ "calc token --key 2B7E151628AED2A6ABF7158809CF4F3C", CLI_FAILED, "command" },
	{ "calc scp03 --enc 00 --mac 00 --host-challenge 0102030405060708 "
	  "--initialize-update-response 00",
	    CLI_FAILED, "enc" },
};

static void
test_wrong_values_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong_values) / sizeof(wrong_values[0]); i++) {
		if (run_command(&the_run, wrong_values[i].command, "") != wrong_values[i].code)
			fail_msg("%s: %s %s", wrong_values[i].command, the_run.out, the_run.err);
		if (wrong_values[i].word != NULL) {
			json_t *got = run_json(&the_run, 0);
			const char *error = json_string_value(json_object_get(got, "error"));

			if (error == NULL || strstr(error, wrong_values[i].word) == NULL)
				fail_msg("%s: %s", wrong_values[i].command, the_run.out);
			json_decref(got);
		}
	}
}

static void
test_a_bad_line_does_not_stop_the_others(void **state)
{
	static const char input[] = "{\"amount\":200}\n{\"amount\":\n--amount\n{\"amount\":-1}\n"
				    "[1]\n--amount 000000C8\n";
	json_t *got;

	(void)state;
	assert_int_equal(run_command(&the_run,
			     "calc mac2 --kind purchase --session-key 9F9306F243B75280 -", input),
	    CLI_FAILED);
	assert_int_equal(run_lines(&the_run), 6);
	for (unsigned i = 0; i < 6; i++) {
		got = run_json(&the_run, i);
		if (i == 0 || i == 5)
			assert_string_equal(
			    json_string_value(json_object_get(got, "MAC2")), "AE085398");
		else
			assert_int_equal(json_integer_value(json_object_get(got, "line")), i + 1);
		json_decref(got);
	}
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
		cmocka_unit_test(test_transactions_of_the_example_set),
		cmocka_unit_test(test_diversification_by_options),
		cmocka_unit_test(test_tac_from_a_root_by_a_line_of_options),
		cmocka_unit_test(test_the_new_balance_may_be_given_itself),
		cmocka_unit_test(test_secure_messaging_by_input_and_by_command),
		cmocka_unit_test(test_sm4_agrees_with_its_examples_and_says_what_they_are),
		cmocka_unit_test(test_scp02_sessions_as_the_vectors_have_them),
		cmocka_unit_test(test_scp03_sessions_as_the_vectors_have_them),
		cmocka_unit_test(test_wrong_values_are_named),
		cmocka_unit_test(test_a_bad_line_does_not_stop_the_others),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
