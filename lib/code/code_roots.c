/*
 * Root keys: the set, and its text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "code/code_roots.h"

#include <string.h>

#include <ykt/hex.h>

#define TEST_MARK "TEST"

/* First bytes of x of the laboratory's published roots JG01 to JG05 (code_test_roots.json). */
static const uint8_t published[][8] = {
	{ 0xF8, 0xEC, 0xFA, 0x98, 0x61, 0x2E, 0xCB, 0x5C },
	{ 0xDC, 0xB5, 0x3B, 0x21, 0x53, 0x17, 0xDD, 0x87 },
	{ 0x2D, 0xFC, 0x1F, 0x54, 0x9D, 0xD8, 0x0F, 0x6E },
	{ 0x30, 0xEC, 0xE3, 0x4E, 0xE8, 0x8A, 0xBA, 0x65 },
	{ 0xBE, 0xFE, 0x0B, 0xF5, 0x76, 0x48, 0xD8, 0x4F },
};

bool
code_root_is_test(const struct code_root *root)
{
	if (strncmp(root->name, TEST_MARK, sizeof(TEST_MARK) - 1) == 0)
		return true;
	for (size_t i = 0; i < YKT_ARRAY_LEN(published); i++) {
		if (ykt_bytes_equal(ykt_bytes(root->pub.xy, 8), YKT_BYTES(published[i])))
			return true;
	}

	return false;
}

static bool
refused(const struct code_root *root)
{
#ifdef YKT_REFUSE_TEST_KEYS
	return code_root_is_test(root);
#else
	(void)root;
	return false;
#endif
}

const struct code_root *
code_roots_find(const struct code_roots *roots, uint32_t service, uint8_t index)
{
	for (size_t i = 0; i < roots->count; i++) {
		if (roots->roots[i].service == service && roots->roots[i].index == index)
			return &roots->roots[i];
	}

	return NULL;
}

enum ykt_status
code_roots_add(struct crypto *c, struct code_roots *roots, const struct code_root *root)
{
	const struct code_root *there = code_roots_find(roots, root->service, root->index);
	enum ykt_status status;

	if (refused(root))
		return YKT_E_KEY;
	if (there != NULL)
		return ykt_bytes_equal(YKT_BYTES(there->pub.xy), YKT_BYTES(root->pub.xy))
			   ? YKT_OK
			   : YKT_CONFLICT;
	if (roots->count == CODE_ROOTS_MAX)
		return YKT_OVER_LIMIT;
	status = crypto_sm2_pub_check(c, &root->pub);
	if (status == YKT_OK)
		roots->roots[roots->count++] = *root;

	return status;
}

static bool
name_byte(uint8_t byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || byte == '-';
}

/* Takes the bytes before the next separator, and the separator. */
static struct ykt_bytes
word(struct ykt_bytes *line)
{
	struct ykt_bytes found;
	size_t len = 0;

	while (len < line->len && line->data[len] != ' ')
		len++;
	found = ykt_bytes_sub(*line, 0, len);
	*line = ykt_bytes_sub(*line, len + 1, line->len);

	return found;
}

/* A word of exactly len bytes in hex. */
static bool
hex_word(struct ykt_bytes *line, uint8_t *out, size_t len)
{
	const struct ykt_bytes text = word(line);
	struct ykt_buf buf = { out, 0, len, false };

	return text.len == 2 * len &&
	       ykt_hex_decode((const char *)text.data, text.len, &buf) == YKT_OK && buf.len == len;
}

static enum ykt_status
read_line(struct ykt_bytes line, struct code_root *ret_root)
{
	struct code_root root = { 0 };
	struct ykt_bytes name = word(&line);
	uint8_t service[4];

	if (name.len == 0 || name.len > CODE_ROOT_NAME_MAX ||
	    (line.len != 0 && line.data[line.len - 1] == ' '))
		return YKT_E_FORMAT;
	for (size_t i = 0; i < name.len; i++) {
		if (!name_byte(name.data[i]))
			return YKT_E_FORMAT;
		root.name[i] = (char)name.data[i];
	}
	if (!hex_word(&line, service, sizeof(service)) || !hex_word(&line, &root.index, 1) ||
	    !hex_word(&line, root.pub.xy, 32) || !hex_word(&line, root.pub.xy + 32, 32) ||
	    line.len != 0)
		return YKT_E_FORMAT;
	root.service = ykt_get_u32(service);
	*ret_root = root;

	return YKT_OK;
}

enum ykt_status
code_roots_read(
    struct crypto *c, struct ykt_bytes text, struct code_roots *roots, unsigned *ret_line)
{
	struct code_roots all = *roots;
	enum ykt_status status = text.len > CODE_ROOTS_TEXT_MAX ? YKT_E_FORMAT : YKT_OK;
	unsigned number = 0;
	unsigned found = 0;

	while (status == YKT_OK && text.len != 0) {
		struct ykt_bytes line = ykt_bytes_line(&text);
		struct code_root root;

		number++;
		if (line.len == 0 || line.data[0] == '#')
			continue;
		status = read_line(line, &root);
		if (status == YKT_OK)
			status = code_roots_add(c, &all, &root);
		found++;
	}
	if (status == YKT_OK && found == 0)
		status = YKT_E_FORMAT;
	if (status == YKT_OK)
		*roots = all;
	else
		*ret_line = number;

	return status;
}

void
code_root_line(const struct code_root *root, char ret_line[CODE_ROOT_LINE_MAX])
{
	uint8_t service[4];
	size_t at = strlen(root->name);

	memcpy(ret_line, root->name, at);
	ret_line[at++] = ' ';
	ykt_set_u32(service, root->service);
	ykt_hex_encode(YKT_BYTES(service), ret_line + at);
	at += 8;
	ret_line[at++] = ' ';
	ykt_hex_encode(ykt_bytes(&root->index, 1), ret_line + at);
	at += 2;
	ret_line[at++] = ' ';
	ykt_hex_encode(ykt_bytes(root->pub.xy, 32), ret_line + at);
	at += 64;
	ret_line[at++] = ' ';
	ykt_hex_encode(ykt_bytes(root->pub.xy + 32, 32), ret_line + at);
	at += 64;
	ret_line[at++] = '\n';
	ret_line[at] = '\0';
}
