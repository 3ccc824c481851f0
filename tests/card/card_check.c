/*
 * Helpers of the card tests.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card_check.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "crypto/core.h"

struct hex
hex_of(const char *text)
{
	struct hex hex = { .len = 0 };
	struct ykt_buf out = YKT_BUF(hex.data);

	if (ykt_hex_decode(text, strlen(text), &out) != YKT_OK)
		fail_msg("not hex: %s", text);
	hex.len = out.len;

	return hex;
}

struct ykt_bytes
hex_view(const struct hex *hex)
{
	return ykt_bytes(hex->data, hex->len);
}

void
check_hex(struct ykt_bytes bytes, const char *text, const char *file, int line)
{
	struct hex want = hex_of(text);
	char got[2 * HEX_MAX + 1];
	char expected[2 * HEX_MAX + 1];

	if (bytes.len > HEX_MAX)
		fail_msg("%s:%d: %zu bytes", file, line, bytes.len);
	if (!ykt_bytes_equal(bytes, hex_view(&want))) {
		ykt_hex_encode(bytes, got);
		ykt_hex_encode(hex_view(&want), expected);
		fail_msg("%s:%d: got %s, expected %s", file, line, got, expected);
	}
}

json_t *
vectors_load(const char *name)
{
	char path[1024];
	json_error_t error;
	json_t *json;

	snprintf(path, sizeof(path), "%s/%s", VECTORS, name);
	json = json_load_file(path, 0, &error);
	if (json == NULL)
		fail_msg("%s: %s", path, error.text);

	return json;
}

const char *
vectors_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	if (text == NULL)
		fail_msg("no member %s", name);

	return text;
}

struct hex
vectors_hex(const json_t *object, const char *name)
{
	return hex_of(vectors_text(object, name));
}

void
vectors_copy(const json_t *object, const char *name, uint8_t *out, size_t len)
{
	struct hex hex = vectors_hex(object, name);

	if (hex.len != len)
		fail_msg("%s has %zu bytes, not %zu", name, hex.len, len);
	memcpy(out, hex.data, len);
}

uint32_t
vectors_number(const json_t *object, const char *name)
{
	struct hex hex = vectors_hex(object, name);
	uint32_t value = 0;

	for (size_t i = 0; i < hex.len; i++)
		value = value << 8 | hex.data[i];

	return value;
}

int
crypto_setup(void **state)
{
	struct crypto *crypto = NULL;

	if (crypto_new(&ykt_alloc_libc, NULL, &crypto) != YKT_OK)
		return -1;
	*state = crypto;

	return 0;
}

int
crypto_teardown(void **state)
{
	struct crypto *crypto = *state;

	crypto_free(&crypto);

	return 0;
}
