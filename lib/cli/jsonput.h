/*
 * Members of JSON objects: hex, numbers, texts. A member that cannot be made is
 * left out; jansson's own failure is memory, and then the line is short.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_JSONPUT_H
#define CLI_JSONPUT_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include <ykt/bytes.h>

/* Upper-case digits. */
void jsonput_hex(json_t *object, const char *name, struct ykt_bytes bytes);
void jsonput_u8(json_t *object, const char *name, uint8_t value);
void jsonput_u16(json_t *object, const char *name, uint16_t value);
void jsonput_int(json_t *object, const char *name, uint64_t value);
/* Nothing when text is NULL. */
void jsonput_text(json_t *object, const char *name, const char *text);

/* A member that is an array of bytes of a structure. */
#define JSONPUT_FIELD(object, record, field)                                                       \
	jsonput_hex((object), #field, YKT_BYTES((record)->field))

/* One line; indented when indent is true. */
void jsonput_line(FILE *out, const json_t *value, bool indent);

#endif
