/*
 * Helpers of the code tests.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "code_check.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

static void
take_key(struct desk *desk, const char *name, struct signer_soft *soft)
{
	const json_t *object = json_object_get(desk->vectors, name);
	struct crypto_sm2_key key;
	uint8_t d[32];

	vectors_copy(object, "d", d, sizeof(d));
	assert_status(crypto_sm2_key_set(desk->crypto, d, &key), YKT_OK);
	signer_soft_init(soft, desk->crypto, &key);
}

int
desk_setup(void **state)
{
	struct desk *desk = calloc(1, sizeof(*desk));
	struct code_root root = { .name = "TEST-ROOT", .service = CODE_SERVICE, .index = 7 };

	if (desk == NULL || crypto_new(&ykt_alloc_libc, NULL, &desk->crypto) != YKT_OK)
		return -1;
	desk->vectors = vectors_load("code.json");
	take_key(desk, "root", &desk->root);
	take_key(desk, "other_root", &desk->other_root);
	take_key(desk, "institution_key", &desk->institution);
	take_key(desk, "user_key", &desk->user);
	root.pub = desk->root.signer.pub;
	assert_status(code_roots_add(desk->crypto, &desk->roots, &root), YKT_OK);
	desk->generated_s =
	    (uint32_t)json_integer_value(json_object_get(desk->vectors, "generated_s"));
	desk->code = vectors_hex(json_array_get(json_object_get(desk->vectors, "codes"), 0), "hex");
	*state = desk;

	return 0;
}

int
desk_teardown(void **state)
{
	struct desk *desk = *state;

	signer_soft_clear(&desk->root);
	signer_soft_clear(&desk->other_root);
	signer_soft_clear(&desk->institution);
	signer_soft_clear(&desk->user);
	json_decref(desk->vectors);
	crypto_free(&desk->crypto);
	free(desk);

	return 0;
}

struct code_policy
desk_policy(const struct desk *desk)
{
	return (struct code_policy){ .roots = &desk->roots, .future_s = CODE_FUTURE_S };
}

enum code_verdict
desk_judge(const struct desk *desk, const struct code_policy *policy, struct ykt_bytes code,
    int64_t after_s)
{
	struct code_result result = { 0 };

	assert_status(code_verify(desk->crypto, policy, code,
			  ((int64_t)desk->generated_s + after_s) * 1000, &result),
	    YKT_OK);

	return result.verdict;
}
