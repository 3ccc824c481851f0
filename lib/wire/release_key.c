/*
 * The key that releases are believed under, as a line of text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "wire/release.h"

#define TEST_MARK "TEST"
#define XY_DIGITS 64

static bool
refused(const char *name)
{
#ifdef YKT_REFUSE_TEST_KEYS
	return strncmp(name, TEST_MARK, sizeof(TEST_MARK) - 1) == 0;
#else
	(void)name;
	return false;
#endif
}

static bool
name_byte(uint8_t byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || byte == '-';
}

/* Takes the name and the blank behind it. */
static bool
take_name(struct ykt_bytes *text, char *ret_name)
{
	size_t len = 0;

	while (len < text->len && len < WIRE_RELEASE_KEY_NAME_MAX && name_byte(text->data[len]))
		len++;
	if (len == 0 || len == text->len || text->data[len] != ' ')
		return false;
	memcpy(ret_name, text->data, len);
	ret_name[len] = '\0';
	*text = ykt_bytes_sub(*text, len + 1, text->len);

	return true;
}

static bool
take_half(struct ykt_bytes *text, uint8_t ret_half[32])
{
	struct ykt_buf out = { ret_half, 0, 32, false };

	if (text->len < XY_DIGITS ||
	    ykt_hex_decode((const char *)text->data, XY_DIGITS, &out) != YKT_OK || out.len != 32)
		return false;
	*text = ykt_bytes_sub(*text, XY_DIGITS, text->len);

	return true;
}

enum ykt_status
wire_release_key_read(struct crypto *c, struct ykt_bytes text, struct wire_release_key *ret_key)
{
	struct wire_release_key key = { 0 };
	enum ykt_status status;

	if (text.len > 0 && text.data[text.len - 1] == '\n')
		text.len--;
	if (!take_name(&text, key.name) || !take_half(&text, key.pub.xy) || text.len == 0 ||
	    text.data[0] != ' ')
		return YKT_E_FORMAT;
	text = ykt_bytes_sub(text, 1, text.len);
	if (!take_half(&text, key.pub.xy + 32) || text.len != 0)
		return YKT_E_FORMAT;
	if (refused(key.name))
		return YKT_E_KEY;
	status = crypto_sm2_pub_check(c, &key.pub);
	if (status == YKT_OK)
		*ret_key = key;

	return status;
}

void
wire_release_key_line(const struct wire_release_key *key, char ret_line[WIRE_RELEASE_KEY_LINE_MAX])
{
	size_t at = strlen(key->name);

	memcpy(ret_line, key->name, at);
	ret_line[at++] = ' ';
	ykt_hex_encode(ykt_bytes(key->pub.xy, 32), ret_line + at);
	at += XY_DIGITS;
	ret_line[at++] = ' ';
	ykt_hex_encode(ykt_bytes(key->pub.xy + 32, 32), ret_line + at);
	at += XY_DIGITS;
	ret_line[at++] = '\n';
	ret_line[at] = '\0';
}
