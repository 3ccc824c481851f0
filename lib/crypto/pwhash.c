/*
 * Argon2id verifiers over libsodium. The text is the usual one, with fixed
 * sizes: 16 bytes of salt, 32 of hash, one lane.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <ykt/secret.h>

#include "crypto/pwhash.h"
#include "crypto/sodium_lib.h"

#define SALT_LEN     16
#define HASH_LEN     32
#define SALT_TEXT    22 /* base64 without padding */
#define HASH_TEXT    43
#define PASSWORD_MAX 1024
#define PASSES_MAX   1000
#define MEMORY_MIN   8
#define MEMORY_MAX   1048576
#define DIGITS_MAX   7

const struct crypto_pwhash_cost crypto_pwhash_cost_server = { 3, 65536 };
const struct crypto_pwhash_cost crypto_pwhash_cost_test = { 1, MEMORY_MIN };

static bool
cost_valid(const struct crypto_pwhash_cost *cost)
{
	return cost->passes >= 1 && cost->passes <= PASSES_MAX && cost->memory_kib >= MEMORY_MIN &&
	       cost->memory_kib <= MEMORY_MAX;
}

static enum ykt_status
argon2id(struct ykt_bytes password, const uint8_t salt[SALT_LEN],
    const struct crypto_pwhash_cost *cost, uint8_t hash[HASH_LEN])
{
	const struct sodium_lib *sodium = sodium_load();

	if (sodium == NULL || sodium->argon2id(hash, HASH_LEN, (const char *)password.data,
				  password.len, salt, cost->passes, (size_t)cost->memory_kib * 1024,
				  crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
		return YKT_E_CRYPTO;
	return YKT_OK;
}

enum ykt_status
crypto_pwhash_make(const struct ykt_random *random, struct ykt_bytes password,
    const struct crypto_pwhash_cost *cost, char ret_verifier[CRYPTO_PWHASH_MAX])
{
	uint8_t salt[SALT_LEN];
	uint8_t hash[HASH_LEN];
	char salt_text[SALT_TEXT + 1];
	char hash_text[HASH_TEXT + 1];
	const struct sodium_lib *sodium = sodium_load();
	enum ykt_status status;

	if (sodium == NULL)
		return YKT_E_CRYPTO;
	if (password.len == 0 || password.len > PASSWORD_MAX || !cost_valid(cost))
		return YKT_E_ARG;
	status = ykt_random_fill(random, salt, sizeof(salt));
	if (status == YKT_OK)
		status = argon2id(password, salt, cost, hash);
	if (status == YKT_OK) {
		sodium->bin2base64(salt_text, sizeof(salt_text), salt, sizeof(salt),
		    sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
		sodium->bin2base64(hash_text, sizeof(hash_text), hash, sizeof(hash),
		    sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
		(void)snprintf(ret_verifier, CRYPTO_PWHASH_MAX,
		    "$argon2id$v=19$m=%u,t=%u,p=1$%s$%s", (unsigned)cost->memory_kib,
		    (unsigned)cost->passes, salt_text, hash_text);
		ykt_wipe(hash_text, sizeof(hash_text));
	}
	ykt_wipe(hash, sizeof(hash));
	return status;
}

enum ykt_status
crypto_pwhash_key(struct ykt_bytes password, const uint8_t salt[CRYPTO_PWHASH_SALT],
    const struct crypto_pwhash_cost *cost, uint8_t ret_key[32])
{
	_Static_assert(CRYPTO_PWHASH_SALT == SALT_LEN && HASH_LEN == 32, "sizes");
	uint8_t key[HASH_LEN];
	enum ykt_status status;

	if (password.len == 0 || password.len > PASSWORD_MAX || !cost_valid(cost))
		return YKT_E_ARG;
	status = argon2id(password, salt, cost, key);
	if (status == YKT_OK)
		memcpy(ret_key, key, sizeof(key));
	ykt_wipe(key, sizeof(key));
	return status;
}

static bool
take_text(const char **p, const char *text)
{
	size_t len = strlen(text);

	if (strncmp(*p, text, len) != 0)
		return false;
	*p += len;
	return true;
}

/* A number without leading zeros, at most DIGITS_MAX digits. */
static bool
take_number(const char **p, uint32_t *ret_value)
{
	uint32_t value = 0;
	size_t digits = 0;

	for (; (*p)[digits] >= '0' && (*p)[digits] <= '9'; digits++) {
		if (digits == DIGITS_MAX)
			return false;
		value = value * 10 + (uint32_t)((*p)[digits] - '0');
	}
	if (digits == 0 || (*p)[0] == '0')
		return false;
	*p += digits;
	*ret_value = value;
	return true;
}

static bool
take_base64(const char **p, size_t text_len, uint8_t *out, size_t len)
{
	const char *end = NULL;
	size_t got = 0;
	const struct sodium_lib *sodium = sodium_load();

	if (sodium == NULL || memchr(*p, 0, text_len) != NULL ||
	    sodium->base642bin(out, len, *p, text_len, NULL, &got, &end,
		sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0 ||
	    got != len || end != *p + text_len)
		return false;
	*p = end;
	return true;
}

enum ykt_status
crypto_pwhash_check(
    const char *verifier, struct ykt_bytes password, const struct crypto_pwhash_cost *limit)
{
	struct crypto_pwhash_cost cost;
	uint8_t salt[SALT_LEN];
	uint8_t expected[HASH_LEN];
	uint8_t hash[HASH_LEN];
	enum ykt_status status;

	if (!take_text(&verifier, "$argon2id$v=19$m=") ||
	    !take_number(&verifier, &cost.memory_kib) || !take_text(&verifier, ",t=") ||
	    !take_number(&verifier, &cost.passes) || !take_text(&verifier, ",p=1$") ||
	    !take_base64(&verifier, SALT_TEXT, salt, sizeof(salt)) || !take_text(&verifier, "$") ||
	    !take_base64(&verifier, HASH_TEXT, expected, sizeof(expected)) || *verifier != '\0' ||
	    !cost_valid(&cost) || cost.passes > limit->passes ||
	    cost.memory_kib > limit->memory_kib)
		return YKT_E_FORMAT;
	if (password.len == 0 || password.len > PASSWORD_MAX)
		return YKT_E_MAC;
	status = argon2id(password, salt, &cost, hash);
	if (status == YKT_OK && !ykt_ct_equal(hash, expected, sizeof(hash)))
		status = YKT_E_MAC;
	ykt_wipe(hash, sizeof(hash));
	ykt_wipe(expected, sizeof(expected));
	return status;
}
