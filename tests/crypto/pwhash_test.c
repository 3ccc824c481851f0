/*
 * Password verifiers: compatible with the library's own, bounded in cost.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto_test.h"

#include <sodium.h>

#include "crypto/pwhash.h"

static const struct ykt_bytes *
password(void)
{
	static struct ykt_bytes text;

	text = ykt_bytes_str("correct horse");
	return &text;
}

static void
make(char verifier[CRYPTO_PWHASH_MAX], uint32_t seed)
{
	struct scripted_random source = { .state = seed };
	struct ykt_random random = scripted_random(&source);

	assert_status(
	    crypto_pwhash_make(&random, *password(), &crypto_pwhash_cost_test, verifier), YKT_OK);
	assert_int_equal(source.drawn, 16);
}

static void
test_verifier_takes_its_password_only(void **state)
{
	char verifier[CRYPTO_PWHASH_MAX];

	(void)state;
	make(verifier, 1);
	assert_status(crypto_pwhash_check(verifier, *password(), &crypto_pwhash_cost_test), YKT_OK);
	assert_status(
	    crypto_pwhash_check(verifier, ykt_bytes_str("correct horsf"), &crypto_pwhash_cost_test),
	    YKT_E_MAC);
	assert_status(
	    crypto_pwhash_check(verifier, (struct ykt_bytes){ NULL, 0 }, &crypto_pwhash_cost_test),
	    YKT_E_MAC);
}

/* The key is the hash of the verifier with that salt. */
static void
test_a_key_is_what_a_verifier_holds(void **state)
{
	static const struct crypto_pwhash_cost none = { 0, 8 };
	char verifier[CRYPTO_PWHASH_MAX];
	uint8_t salt[16], hash[32], key[32] = { 0 };
	const char *at;

	(void)state;
	make(verifier, 1);
	at = strstr(verifier, "p=1$") + 4;
	assert_int_equal(sodium_base642bin(salt, sizeof(salt), at, 22, NULL, NULL, NULL,
			     sodium_base64_VARIANT_ORIGINAL_NO_PADDING),
	    0);
	assert_int_equal(sodium_base642bin(hash, sizeof(hash), at + 23, 43, NULL, NULL, NULL,
			     sodium_base64_VARIANT_ORIGINAL_NO_PADDING),
	    0);
	assert_status(crypto_pwhash_key(*password(), salt, &none, key), YKT_E_ARG);
	assert_status(
	    crypto_pwhash_key(ykt_bytes_str(""), salt, &crypto_pwhash_cost_test, key), YKT_E_ARG);
	assert_int_equal(key[0] | key[31], 0);
	assert_status(crypto_pwhash_key(*password(), salt, &crypto_pwhash_cost_test, key), YKT_OK);
	assert_memory_equal(key, hash, sizeof(key));
	salt[0] ^= 1;
	assert_status(crypto_pwhash_key(*password(), salt, &crypto_pwhash_cost_test, key), YKT_OK);
	assert_memory_not_equal(key, hash, sizeof(key));
}

static void
test_salt_comes_from_the_source(void **state)
{
	char one[CRYPTO_PWHASH_MAX];
	char same[CRYPTO_PWHASH_MAX];
	char other[CRYPTO_PWHASH_MAX];

	(void)state;
	make(one, 1);
	make(same, 1);
	make(other, 2);
	assert_string_equal(one, same);
	assert_string_not_equal(one, other);
}

static void
test_text_is_the_library_s_own(void **state)
{
	char verifier[CRYPTO_PWHASH_MAX];
	char theirs[crypto_pwhash_argon2id_STRBYTES];

	(void)state;
	make(verifier, 1);
	assert_int_equal(crypto_pwhash_argon2id_str_verify(
			     verifier, (const char *)password()->data, password()->len),
	    0);
	assert_int_equal(crypto_pwhash_argon2id_str(
			     theirs, (const char *)password()->data, password()->len, 1, 8192),
	    0);
	assert_status(crypto_pwhash_check(theirs, *password(), &crypto_pwhash_cost_test), YKT_OK);
}

static void
test_verifiers_refused(void **state)
{
#define REST "$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	static const struct {
		const char *why;
		const char *text;
		enum ykt_status expected;
	} rows[] = {
		{ "well formed", "$argon2id$v=19$m=8,t=1,p=1" REST, YKT_E_MAC },
		{ "empty", "", YKT_E_FORMAT },
		{ "argon2i", "$argon2i$v=19$m=8,t=1,p=1" REST, YKT_E_FORMAT },
		{ "another version", "$argon2id$v=16$m=8,t=1,p=1" REST, YKT_E_FORMAT },
		{ "two lanes", "$argon2id$v=19$m=8,t=1,p=2" REST, YKT_E_FORMAT },
		{ "more memory than allowed", "$argon2id$v=19$m=9,t=1,p=1" REST, YKT_E_FORMAT },
		{ "more passes than allowed", "$argon2id$v=19$m=8,t=2,p=1" REST, YKT_E_FORMAT },
		{ "memory too small", "$argon2id$v=19$m=7,t=1,p=1" REST, YKT_E_FORMAT },
		{ "no passes", "$argon2id$v=19$m=8,t=0,p=1" REST, YKT_E_FORMAT },
		{ "a leading zero", "$argon2id$v=19$m=08,t=1,p=1" REST, YKT_E_FORMAT },
		{ "a number beyond 32 bits", "$argon2id$v=19$m=4294967304,t=1,p=1" REST,
		    YKT_E_FORMAT },
		{ "no number", "$argon2id$v=19$m=,t=1,p=1" REST, YKT_E_FORMAT },
		{ "a letter after it", "$argon2id$v=19$m=8,t=1,p=1" REST "A", YKT_E_FORMAT },
		{ "a letter less",
		    "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA"
		    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		    YKT_E_FORMAT },
		{ "salt one letter short",
		    "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAA"
		    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		    YKT_E_FORMAT },
		{ "a foreign letter in the salt",
		    "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAA!AAAAAAAAAAA"
		    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		    YKT_E_FORMAT },
		{ "cut after the cost", "$argon2id$v=19$m=8,t=1,p=1$", YKT_E_FORMAT },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		assert_status_why(
		    crypto_pwhash_check(rows[i].text, *password(), &crypto_pwhash_cost_test),
		    rows[i].expected, rows[i].why);
}

static void
test_make_refuses_arguments(void **state)
{
	static const struct crypto_pwhash_cost costs[] = { { 0, 8 }, { 1001, 8 }, { 1, 7 },
		{ 1, 1048577 } };
	static const uint8_t long_password[1025] = { 1 };
	struct scripted_random source = { .state = 1 };
	struct ykt_random random = scripted_random(&source);
	char verifier[CRYPTO_PWHASH_MAX] = "untouched";

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(costs); i++)
		assert_status(
		    crypto_pwhash_make(&random, *password(), &costs[i], verifier), YKT_E_ARG);
	assert_status(crypto_pwhash_make(&random, (struct ykt_bytes){ NULL, 0 },
			  &crypto_pwhash_cost_test, verifier),
	    YKT_E_ARG);
	assert_status(crypto_pwhash_make(
			  &random, YKT_BYTES(long_password), &crypto_pwhash_cost_test, verifier),
	    YKT_E_ARG);
	assert_string_equal(verifier, "untouched");
	assert_int_equal(source.drawn, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verifier_takes_its_password_only),
		cmocka_unit_test(test_a_key_is_what_a_verifier_holds),
		cmocka_unit_test(test_salt_comes_from_the_source),
		cmocka_unit_test(test_text_is_the_library_s_own),
		cmocka_unit_test(test_verifiers_refused),
		cmocka_unit_test(test_make_refuses_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
