/*
 * What the tests of this room share: hex literals and the published vectors.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_CRYPTO_TEST_H
#define TESTS_CRYPTO_TEST_H

#include "check.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "crypto/crypto.h"

#define HEX_MAX 512

struct hex {
	uint8_t data[HEX_MAX];
	size_t len;
};

static inline struct hex
hex(const char *text)
{
	struct hex h;
	struct ykt_buf out = YKT_BUF(h.data);

	assert_status(ykt_hex_decode(text, strlen(text), &out), YKT_OK);
	h.len = out.len;
	return h;
}

#define VIEW(h) ykt_bytes((h).data, (h).len)

static inline struct crypto_key
key_of(enum crypto_alg alg, const char *text)
{
	struct hex h = hex(text);
	struct crypto_key key;

	assert_status(crypto_key_set(alg, VIEW(h), &key), YKT_OK);
	return key;
}

static inline json_t *
vectors_load(const char *name)
{
	char path[1024];
	json_t *root;

	(void)snprintf(path, sizeof(path), "%s/%s", VECTORS, name);
	root = json_load_file(path, 0, NULL);
	assert_non_null(root);
	return root;
}

/* The text at a.b.c under root. */
static inline const char *
vector_text(json_t *root, const char *a, const char *b, const char *c)
{
	json_t *at = json_object_get(root, a);

	if (b != NULL)
		at = json_object_get(at, b);
	if (c != NULL)
		at = json_object_get(at, c);
	assert_true(json_is_string(at));
	return json_string_value(at);
}

/* A source that plays back a text, then a simple series; for tests only. */
struct scripted_random {
	const uint8_t *data;
	size_t len;
	uint32_t state;
	size_t drawn;
};

static inline enum ykt_status
scripted_fill(void *ctx, uint8_t *out, size_t len)
{
	struct scripted_random *r = ctx;

	for (size_t i = 0; i < len; i++) {
		if (r->len > 0) {
			out[i] = *r->data++;
			r->len--;
		} else {
			r->state = r->state * 1664525 + 1013904223;
			out[i] = (uint8_t)(r->state >> 24);
		}
	}
	r->drawn += len;
	return YKT_OK;
}

static inline struct ykt_random
scripted_random(struct scripted_random *r)
{
	return (struct ykt_random){ r, scripted_fill };
}

static inline int
setup_crypto(void **state)
{
	struct crypto *c = NULL;

	if (crypto_new(&ykt_alloc_libc, NULL, &c) != YKT_OK)
		return -1;
	*state = c;
	return 0;
}

static inline int
teardown_crypto(void **state)
{
	struct crypto *c = *state;

	crypto_free(&c);
	return c == NULL ? 0 : -1;
}

#endif
