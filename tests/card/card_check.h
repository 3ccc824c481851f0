/*
 * What the tests of the card room share: bytes from hex text, vector files, a
 * crypto handle.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_TESTS_CARD_CHECK_H
#define YKT_TESTS_CARD_CHECK_H

#include <jansson.h>

#include <ykt/bytes.h>

#include "check.h"

struct crypto;

#define HEX_MAX 1024

/* A value with its own bytes. */
struct hex {
	uint8_t data[HEX_MAX];
	size_t len;
};

/* Blanks allowed; anything that is not hex fails the test. */
struct hex hex_of(const char *text);
struct ykt_bytes hex_view(const struct hex *hex);

/* The bytes are exactly what the hex text says. */
#define assert_hex(bytes, text) check_hex((bytes), (text), __FILE__, __LINE__)
void check_hex(struct ykt_bytes bytes, const char *text, const char *file, int line);

/* A file of tests/vectors; the caller gives it back with json_decref(). */
json_t *vectors_load(const char *name);
/* A string member, which must exist. */
const char *vectors_text(const json_t *object, const char *name);
struct hex vectors_hex(const json_t *object, const char *name);
/* The same, of exactly len bytes, into out. */
void vectors_copy(const json_t *object, const char *name, uint8_t *out, size_t len);
uint32_t vectors_number(const json_t *object, const char *name);

/* cmocka group set-up and tear-down: *state is a struct crypto. */
int crypto_setup(void **state);
int crypto_teardown(void **state);

#endif
