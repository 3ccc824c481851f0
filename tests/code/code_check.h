/*
 * What the tests of the code room share: the vectors, and signers of their keys.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_TESTS_CODE_CHECK_H
#define YKT_TESTS_CODE_CHECK_H

#include "card_check.h"
#include "code/code_verify.h"

struct desk {
	struct crypto *crypto;
	json_t *vectors;
	struct signer_soft root;
	struct signer_soft other_root;
	struct signer_soft institution;
	struct signer_soft user;
	struct code_roots roots; /* the vectors' root alone, as TEST-ROOT at index 07 */
	uint32_t generated_s;
	struct hex code; /* the first of codes[] */
};

/* cmocka group set-up and tear-down: *state is a struct desk. */
int desk_setup(void **state);
int desk_teardown(void **state);

/* A policy over the desk's roots, without dialects. */
struct code_policy desk_policy(const struct desk *desk);
/* Judged at that second after the code's generation. */
enum code_verdict desk_judge(const struct desk *desk, const struct code_policy *policy,
    struct ykt_bytes code, int64_t after_s);

#define assert_verdict(actual, expected)                                                           \
	assert_string_equal(code_verdict_name(actual), code_verdict_name(expected))

#endif
