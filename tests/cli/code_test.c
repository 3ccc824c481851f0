/*
 * ykt code and ykt ca: verdicts and exit codes, the way from a root to a code,
 * and words that are none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "check.h"
#include "cli_check.h"
#include "crypto/core.h"

#define FILES 20

/* A disk in memory. */
static struct {
	char name[32];
	uint8_t bytes[65536];
	size_t len;
	bool secret;
} files[FILES];

static struct run the_run;
static json_t *vectors;

static int
file_index(const char *path)
{
	for (int i = 0; i < FILES; i++) {
		if (strcmp(files[i].name, path) == 0)
			return i;
	}
	return -1;
}

static enum ykt_status
files_read(const char *path, struct ykt_buf *out)
{
	const int at = file_index(path);

	if (at < 0)
		return YKT_NOT_FOUND;
	if (files[at].len > out->cap - out->len)
		return YKT_E_SPACE;
	ykt_put_mem(out, files[at].bytes, files[at].len);
	return YKT_OK;
}

static enum ykt_status
files_write(const char *path, struct ykt_bytes content, bool secret)
{
	int at = file_index(path);

	if (at >= 0 && secret)
		return YKT_CONFLICT;
	if (at < 0)
		at = file_index("");
	assert_true(at >= 0 && content.len <= sizeof(files[at].bytes));
	(void)snprintf(files[at].name, sizeof(files[at].name), "%s", path);
	memcpy(files[at].bytes, content.data, content.len);
	files[at].len = content.len;
	files[at].secret = secret;
	return YKT_OK;
}

static const struct cli_files files_port = { files_read, files_write };

static int64_t now_ms;

static int64_t
wall(void *ctx)
{
	(void)ctx;
	return now_ms;
}

static enum ykt_status
counting(void *ctx, uint8_t *out, size_t len)
{
	static uint32_t state = 1;

	(void)ctx;
	for (size_t i = 0; i < len; i++) {
		state = state * 1664525 + 1013904223;
		out[i] = (uint8_t)(state >> 24);
	}
	return YKT_OK;
}

static const struct ykt_clock test_clock = { NULL, wall, wall, NULL };
static const struct ykt_random test_random = { NULL, counting };

static void
put(const char *path, const char *text)
{
	assert_status(files_write(path, ykt_bytes_str(text), false), YKT_OK);
}

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	assert_non_null(text);
	return text;
}

static const char *
code_hex(const char *list, size_t index)
{
	return text_of(json_array_get(json_object_get(vectors, list), index), "hex");
}

static int
set_up(void **state)
{
	const json_t *root;
	char line[256];

	(void)state;
	vectors = json_load_file(VECTORS "/code.json", 0, NULL);
	if (vectors == NULL || crypto_new(&ykt_alloc_libc, NULL, &the_run.cli.crypto) != YKT_OK)
		return -1;
	now_ms = json_integer_value(json_object_get(vectors, "generated_s")) * 1000;
	the_run.cli.clock = &test_clock;
	the_run.cli.random = &test_random;
	the_run.cli.files = &files_port;
	root = json_object_get(vectors, "root");
	(void)snprintf(line, sizeof(line), "TEST-ROOT 01010000 07 %s %s\n", text_of(root, "x"),
	    text_of(root, "y"));
	put("roots", line);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	json_decref(vectors);
	crypto_free(&the_run.cli.crypto);
	return 0;
}

/* The command with one code; its exit code. */
static int
verify(const char *options, const char *code)
{
	static char line[4096];

	(void)snprintf(line, sizeof(line), "code verify --roots roots %s %s", options, code);
	return run_command(&the_run, line, "");
}

static void
assert_verdict(const char *expected)
{
	json_t *object = run_json(&the_run, 0);

	assert_string_equal(text_of(object, "verdict"), expected);
	json_decref(object);
}

static void
test_good_code_with_each_check(void **state)
{
	json_t *object;
	const json_t *code;
	const char *name;
	json_t *value;
	size_t count = 0;

	(void)state;
	assert_int_equal(verify("", code_hex("codes", 1)), CLI_OK);
	object = run_json(&the_run, 0);
	json_object_foreach(json_object_get(object, "checks"), name, value)
	{
		assert_true(json_is_true(value));
		count++;
	}
	assert_int_equal(count, 14);
	assert_string_equal(text_of(object, "root"), "TEST-ROOT");
	code = json_object_get(object, "code");
	assert_string_equal(text_of(code, "version"), "80");
	assert_int_equal(json_integer_value(json_object_get(code, "length")), 330);
	assert_string_equal(text_of(code, "account"), "6225010100000018");
	assert_string_equal(text_of(code, "user"), "03104801999999999999");
	assert_string_equal(text_of(code, "own_data"), "A5");
	assert_string_equal(text_of(code, "generated"), "2026-11-23 16:00:00");
	json_decref(object);
}

/* The way to a refusal: what was good is true, what failed is false, the rest is not said. */
static void
test_refusals_say_where(void **state)
{
	const json_t *forged = json_object_get(vectors, "forged");
	json_t *object;

	(void)state;
	for (size_t i = 0; i < json_array_size(forged); i++) {
		assert_int_equal(verify("", code_hex("forged", i)), CLI_FAILED);
		assert_verdict(text_of(json_array_get(forged, i), "verdict"));
	}
	assert_int_equal(verify("", code_hex("forged", 0)), CLI_FAILED);
	object = run_json(&the_run, 0);
	assert_true(json_is_true(json_object_get(json_object_get(object, "checks"), "root")));
	assert_true(json_is_false(
	    json_object_get(json_object_get(object, "checks"), "certificate_signature")));
	assert_null(json_object_get(json_object_get(object, "checks"), "issuer_signature"));
	json_decref(object);
	assert_int_equal(verify("", "8001"), CLI_FAILED);
	assert_verdict("length");
}

static void
test_options_change_the_verdict(void **state)
{
	static const struct {
		const char *options;
		const char *verdict;
	} rows[] = {
		{ "--fare 1000", "good" },
		{ "--fare 1001", "over_limit" },
		{ "--institution 01013100", "good" },
		{ "--institution 09999999", "institution_unknown" },
		{ "--now 1795420860", "good" },
		{ "--now 1795420861", "expired" },
		{ "--now 1795420770", "good" },
		{ "--now 1795420769", "from_the_future" },
		{ "--future 31 --now 1795420769", "good" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		assert_int_equal(verify(rows[i].options, code_hex("codes", 0)),
		    strcmp(rows[i].verdict, "good") == 0 ? CLI_OK : CLI_FAILED);
		assert_verdict(rows[i].verdict);
	}
}

static void
test_dialects_by_name(void **state)
{
	const json_t *dialects = json_object_get(vectors, "dialects");
	char option[64];

	(void)state;
	for (size_t i = 0; i < json_array_size(dialects); i++) {
		(void)snprintf(option, sizeof(option), "--dialect %s",
		    text_of(json_array_get(dialects, i), "setting"));
		assert_int_equal(verify("", code_hex("dialects", i)), CLI_FAILED);
		assert_int_equal(verify(option, code_hex("dialects", i)), CLI_OK);
	}
	assert_int_equal(verify("--dialect any", code_hex("codes", 0)), CLI_USAGE);
	assert_string_equal(the_run.out, "");
}

static void
test_code_from_a_file_and_from_standard_input(void **state)
{
	uint8_t raw[512];
	struct ykt_buf out = YKT_BUF(raw);
	const char *hex = code_hex("codes", 2);

	(void)state;
	put("code.hex", hex);
	assert_int_equal(verify("", "code.hex"), CLI_OK);
	assert_status(ykt_hex_decode(hex, strlen(hex), &out), YKT_OK);
	assert_status(files_write("code.bin", ykt_buf_view(&out), false), YKT_OK);
	assert_int_equal(verify("", "code.bin"), CLI_OK);
	assert_int_equal(run_command(&the_run, "code verify --roots roots -", hex), CLI_OK);
	assert_int_equal(run_command(&the_run, "code verify --roots roots -", ""), CLI_FAILED);
	assert_int_equal(verify("", "nothing"), CLI_FAILED);
	assert_non_null(strstr(the_run.err, "no such file"));
	assert_int_equal(verify("", "80014"), CLI_FAILED);
	assert_non_null(strstr(the_run.err, "half a byte"));
	assert_string_equal(the_run.out, "");
}

static void
test_inspect_reads_without_roots(void **state)
{
	char line[1024];
	json_t *object;

	(void)state;
	(void)snprintf(line, sizeof(line), "code inspect %s", code_hex("codes", 0));
	assert_int_equal(run_command(&the_run, line, ""), CLI_OK);
	object = run_json(&the_run, 0);
	assert_int_equal(json_integer_value(json_object_get(object, "limit_fen")), 1000);
	json_decref(object);
	(void)snprintf(line, sizeof(line), "code inspect %s", code_hex("dialects", 0));
	assert_int_equal(run_command(&the_run, line, ""), CLI_FAILED);
	assert_non_null(strstr(the_run.err, "another version"));
	assert_int_equal(run_command(&the_run, "code inspect 800149", ""), CLI_FAILED);
	assert_non_null(strstr(the_run.err, "lengths"));
}

/* Root, request, check, certificate, code, verdict: nothing but these commands. */
static void
test_from_a_root_to_a_code(void **state)
{
	(void)state;
	assert_int_equal(run_command(&the_run, "ca root TEST-NEW 09 root.key", ""), CLI_OK);
	assert_memory_equal(the_run.out, "TEST-NEW 01010000 09 ", 21);
	put("new.roots", the_run.out);
	assert_true(files[file_index("root.key")].secret);
	assert_int_equal(files[file_index("root.key")].len, 193);
	/* The same key again, not a new one. */
	assert_int_equal(run_command(&the_run, "ca root TEST-NEW 09 root.key", ""), CLI_OK);
	assert_int_equal(files[file_index("new.roots")].len, strlen(the_run.out));
	assert_memory_equal(files[file_index("new.roots")].bytes, the_run.out, strlen(the_run.out));

	assert_int_equal(
	    run_command(&the_run, "ca request 01013100 1230 inst.key request", ""), CLI_OK);
	assert_int_equal(run_command(&the_run, "ca check request", ""), CLI_OK);
	assert_int_equal(
	    run_command(&the_run, "ca issue root.key 09 request cert 000042", ""), CLI_OK);
	assert_int_equal(files[file_index("cert")].len, 2 * 117 + 1);
	assert_int_equal(
	    run_command(&the_run, "ca request 01013100 1230 user.key user.request", ""), CLI_OK);
	assert_int_equal(
	    run_command(&the_run,
		"code make --cert cert --key inst.key --user-key user.key --limit 500 --own 0102",
		""),
	    CLI_OK);
	put("made", the_run.out);
	assert_int_equal(run_command(&the_run, "code verify --roots new.roots made", ""), CLI_OK);
	assert_int_equal(
	    run_command(&the_run, "code verify --roots new.roots --fare 501 made", ""), CLI_FAILED);
	assert_int_equal(verify("", "made"), CLI_FAILED);
	assert_verdict("root_unknown");
	assert_int_equal(run_command(&the_run, "ca roots roots new.roots", ""), CLI_OK);
	assert_int_equal(run_lines(&the_run), 2);
}

static void
test_requests_that_do_not_hold(void **state)
{
	char line[1024];
	char request[512];

	(void)state;
	(void)snprintf(request, sizeof(request), "%s", text_of(vectors, "request"));
	(void)snprintf(line, sizeof(line), "ca check %s", request);
	assert_int_equal(run_command(&the_run, line, ""), CLI_OK);
	request[15] = '7'; /* the institution */
	(void)snprintf(line, sizeof(line), "ca check %s", request);
	assert_int_equal(run_command(&the_run, line, ""), CLI_FAILED);
	assert_non_null(strstr(the_run.err, "not signed"));
	(void)snprintf(line, sizeof(line), "ca issue root.key 09 %s bad.cert", request);
	assert_int_equal(run_command(&the_run, line, ""), CLI_FAILED);
	assert_int_equal(file_index("bad.cert"), -1);
	assert_int_equal(run_command(&the_run, "ca check 2301", ""), CLI_FAILED);
	assert_non_null(strstr(the_run.err, "no request"));
	assert_int_equal(
	    run_command(&the_run, "ca request 01013100 1330 inst.key bad.request", ""), CLI_FAILED);
	assert_int_equal(file_index("bad.request"), -1);
	assert_int_equal(
	    run_command(&the_run, "ca root name_with_line 09 root.key", ""), CLI_FAILED);
	put("no.key", "00");
	assert_int_equal(run_command(&the_run, "ca root TEST-X 09 no.key", ""), CLI_FAILED);
	assert_non_null(strstr(the_run.err, "192 hex digits"));
	assert_int_equal(run_command(&the_run, "ca roots no.key", ""), CLI_FAILED);
	assert_non_null(strstr(the_run.err, "no.key:1"));
}

static void
test_drawings(void **state)
{
	char line[1024];

	(void)state;
	(void)snprintf(line, sizeof(line), "code draw %s", code_hex("codes", 0));
	assert_int_equal(run_command(&the_run, line, ""), CLI_OK);
	assert_int_equal(run_lines(&the_run), 37); /* 65 modules and 8 around, two a line */
	(void)snprintf(line, sizeof(line), "code draw --png a.png %s", code_hex("codes", 0));
	assert_int_equal(run_command(&the_run, line, ""), CLI_OK);
	assert_memory_equal(files[file_index("a.png")].bytes, "\x89PNG", 4);
	(void)snprintf(
	    line, sizeof(line), "code draw --level H --svg a.svg %s", code_hex("codes", 0));
	assert_int_equal(run_command(&the_run, line, ""), CLI_OK);
	assert_memory_equal(files[file_index("a.svg")].bytes, "<svg", 4);
	(void)snprintf(
	    line, sizeof(line), "code draw --png a.png --svg a.svg %s", code_hex("codes", 0));
	assert_int_equal(run_command(&the_run, line, ""), CLI_USAGE);
}

static void
test_words_that_are_none(void **state)
{
	static const char *const lines[] = { "code", "code dance", "code verify",
		"code verify --roots", "code verify --roots roots",
		"code verify --roots roots --roots roots 80", "code verify --nothing 80",
		"code draw --level X 80", "code make", "ca", "ca root", "ca root A 01",
		"ca check a b", "ca issue a b c", "ca roots" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(lines); i++) {
		assert_true_why(run_command(&the_run, lines[i], "") == CLI_USAGE, lines[i]);
		assert_true_why(the_run.out[0] == '\0', lines[i]);
	}
	assert_int_equal(run_command(&the_run, "code --help", ""), CLI_OK);
	assert_int_equal(run_command(&the_run, "ca --help", ""), CLI_OK);
	assert_int_equal(verify("--fare x", "80"), CLI_USAGE);
	assert_int_equal(verify("--fare 16777216", "80"), CLI_USAGE);
	assert_int_equal(verify("--institution 01", "80"), CLI_USAGE);
	assert_int_equal(run_command(&the_run, "code verify 80", ""), CLI_USAGE);
	assert_int_equal(run_command(&the_run, "code verify --roots nothing 80", ""), CLI_FAILED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_code_with_each_check),
		cmocka_unit_test(test_refusals_say_where),
		cmocka_unit_test(test_options_change_the_verdict),
		cmocka_unit_test(test_dialects_by_name),
		cmocka_unit_test(test_code_from_a_file_and_from_standard_input),
		cmocka_unit_test(test_inspect_reads_without_roots),
		cmocka_unit_test(test_from_a_root_to_a_code),
		cmocka_unit_test(test_requests_that_do_not_hold),
		cmocka_unit_test(test_drawings),
		cmocka_unit_test(test_words_that_are_none),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
