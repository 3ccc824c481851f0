/*
 * Members of JSON objects.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/jsonput.h"

#include <ykt/hex.h>

#define TEXT_MAX (2 * 65538 + 1)

void
jsonput_hex(json_t *object, const char *name, struct ykt_bytes bytes)
{
	static char text[TEXT_MAX];

	if (2 * bytes.len + 1 > sizeof(text))
		return;
	ykt_hex_encode(bytes, text);
	json_object_set_new(object, name, json_string(text));
}

void
jsonput_u8(json_t *object, const char *name, uint8_t value)
{
	jsonput_hex(object, name, ykt_bytes(&value, 1));
}

void
jsonput_u16(json_t *object, const char *name, uint16_t value)
{
	uint8_t raw[2];

	ykt_set_u16(raw, value);
	jsonput_hex(object, name, YKT_BYTES(raw));
}

void
jsonput_int(json_t *object, const char *name, uint64_t value)
{
	json_object_set_new(object, name, json_integer((json_int_t)value));
}

void
jsonput_text(json_t *object, const char *name, const char *text)
{
	if (text != NULL)
		json_object_set_new(object, name, json_string(text));
}

void
jsonput_line(FILE *out, const json_t *value, bool indent)
{
	json_dumpf(value, out, indent ? JSON_INDENT(2) : JSON_COMPACT);
	fputc('\n', out);
}
