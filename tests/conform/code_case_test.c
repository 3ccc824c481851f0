/*
 * Cases of ride codes: what a file may say, and that the code of a case differs
 * from the good one in what the case sets and in nothing else.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conform/code_case.h"

#include <stdio.h>
#include <string.h>

#include <ykt/mem.h>

#include "check.h"
#include "crypto/core.h"

#define HEAD   "id: QR-1\ntitle: t\ntitle-zh: t\nsource: s\ngrade: B\n"
#define NOW_MS INT64_C(1795420800000)

struct desk {
	struct crypto *crypto;
	struct code_case_keys keys;
	struct code_roots roots;
};

static int
set_up(void **state)
{
	static struct desk desk;

	if (crypto_new(&ykt_alloc_libc, NULL, &desk.crypto) != YKT_OK ||
	    code_case_keys_make(desk.crypto, &desk.keys) != YKT_OK ||
	    code_case_roots(desk.crypto, &desk.keys, &desk.roots) != YKT_OK)
		return -1;
	*state = &desk;
	return 0;
}

static int
tear_down(void **state)
{
	crypto_free(&((struct desk *)*state)->crypto);
	return 0;
}

static struct code_case
parsed(const char *text)
{
	struct code_case one = { 0 };
	const char *why = "";
	unsigned line = 0;

	assert_status_why(code_case_parse(ykt_bytes_str(text), &one, &line, &why), YKT_OK, text);
	return one;
}

static enum code_verdict
verdict_of(struct desk *desk, const struct code_case *one)
{
	struct code_policy policy = { .roots = &desk->roots, .future_s = CODE_FUTURE_S };
	uint8_t bytes[CODE_QR_MAX];
	struct ykt_buf code = YKT_BUF(bytes);
	struct code_result result;

	assert_status(code_case_make(desk->crypto, &desk->keys, one, NOW_MS, &code), YKT_OK);
	assert_status(
	    code_verify(desk->crypto, &policy, ykt_buf_view(&code), NOW_MS, &result), YKT_OK);
	return result.verdict;
}

static void
test_a_case_sets_what_it_says(void **state)
{
	static const struct {
		const char *set;
		enum code_verdict verdict;
	} rows[] = {
		{ "", CODE_GOOD },
		{ "set: own 32\n", CODE_GOOD },
		{ "set: root 05\n", CODE_GOOD },
		{ "set: root 06\n", CODE_ROOT_UNKNOWN },
		{ "set: version 81\n", CODE_BAD_VERSION },
		{ "set: length 330\n", CODE_BAD_LENGTH },
		{ "set: own-length 1\n", CODE_BAD_LENGTH },
		{ "set: cut 1\n", CODE_BAD_LENGTH },
		{ "set: user-format 00\n", CODE_BAD_FORMAT },
		{ "set: cert-signer user\n", CODE_CERT_FORGED },
		{ "set: month 1025\n", CODE_CERT_EXPIRED },
		{ "set: institution 00000000\n", CODE_INSTITUTION_DIFFERS },
		{ "set: issuer-signer user\n", CODE_AUTH_FORGED },
		{ "set: user-signer institution\n", CODE_USER_FORGED },
		{ "set: expires -1\n", CODE_AUTH_EXPIRED },
		{ "set: generated +31\n", CODE_FROM_THE_FUTURE },
		{ "set: validity 5\nset: generated -6\n", CODE_EXPIRED },
	};
	struct desk *desk = *state;
	char text[512];

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct code_case one;

		(void)snprintf(text, sizeof(text), HEAD "%saccept: yes\n", rows[i].set);
		one = parsed(text);
		assert_string_equal(
		    code_verdict_name(verdict_of(desk, &one)), code_verdict_name(rows[i].verdict));
	}
}

static void
test_files_that_are_none_say_which_line(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
	} rows[] = {
		{ "", 0 },
		{ HEAD, 0 },
		{ HEAD "accept: no\n", 0 },
		{ HEAD "accept: yes\nreason: length\n", 0 },
		{ "id: qr\n" HEAD "accept: yes\n", 2 },
		{ HEAD "accept: maybe\n", 6 },
		{ HEAD "accept: yes\naccept: yes\n", 7 },
		{ HEAD "colour: red\n", 6 },
		{ HEAD "set: colour red\n", 6 },
		{ HEAD "set: version 8\n", 6 },
		{ HEAD "set: version 8G\n", 6 },
		{ HEAD "set: own 33\n", 6 },
		{ HEAD "set: own\n", 6 },
		{ HEAD "set: own +\n", 6 },
		{ HEAD "set: root 00\n", 6 },
		{ HEAD "set: root 07\n", 6 },
		{ HEAD "set: flip 364\n", 6 },
		{ HEAD "set: level X\n", 6 },
		{ HEAD "set: cert-signer nobody\n", 6 },
		{ HEAD "set: generated 99999999999\n", 6 },
		{ HEAD "accept yes\n", 6 },
		{ "title:\n", 1 },
		{ "grade: E\n", 1 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct code_case one = { .validity_s = 7 };
		const char *why = NULL;
		unsigned line = 99;

		assert_status_why(code_case_parse(ykt_bytes_str(rows[i].text), &one, &line, &why),
		    YKT_E_FORMAT, rows[i].text);
		assert_true_why(line == rows[i].line, rows[i].text);
		assert_non_null(why);
		assert_int_equal(one.validity_s, 7);
	}
}

static void
test_a_flip_past_the_end_makes_no_code(void **state)
{
	struct desk *desk = *state;
	struct code_case one = parsed(HEAD "set: flip 332\naccept: yes\n");
	uint8_t bytes[CODE_QR_MAX];
	struct ykt_buf out = YKT_BUF(bytes);

	assert_status(code_case_make(desk->crypto, &desk->keys, &one, NOW_MS, &out), YKT_E_ARG);
	assert_int_equal(out.len, 0);
}

/* A terminal that keeps what it saw must not meet one case's rider in another. */
static void
test_each_case_has_a_rider_of_its_own(void **state)
{
	struct desk *desk = *state;
	struct code_case a = parsed(HEAD "accept: yes\n");
	struct code_case b = a;
	uint8_t first[CODE_QR_MAX], second[CODE_QR_MAX];
	struct ykt_buf out_a = YKT_BUF(first), out_b = YKT_BUF(second);

	b.id = ykt_bytes_str("QR-2");
	assert_status(code_case_make(desk->crypto, &desk->keys, &a, NOW_MS, &out_a), YKT_OK);
	assert_status(code_case_make(desk->crypto, &desk->keys, &b, NOW_MS, &out_b), YKT_OK);
	assert_memory_not_equal(first + 136, second + 136, 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_case_sets_what_it_says),
		cmocka_unit_test(test_files_that_are_none_say_which_line),
		cmocka_unit_test(test_a_flip_past_the_end_makes_no_code),
		cmocka_unit_test(test_each_case_has_a_rider_of_its_own),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
