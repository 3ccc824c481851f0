/*
 * Writing JSON, for this room only: what it writes, the reader takes.
 *
 * The caller puts names, values and commas in order. arg and buf->full stay set,
 * so that a writer of a message is a list of puts between begin and end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_WRITER_H
#define WIRE_WRITER_H

#include "wire/json.h"

struct wire_wr {
	struct ykt_buf *buf;
	size_t start;
	bool was_full;
	bool arg; /* a value that must not be written */
};

void wire_wr_begin(struct wire_wr *wr, struct ykt_buf *buf);
/*
 * YKT_OK, or the buffer is as it was at begin, what was added wiped:
 * YKT_E_ARG, YKT_E_SPACE.
 */
YKT_MUST_USE enum ykt_status wire_wr_end(struct wire_wr *wr);

/* Text as it is: punctuation and names that need no escape. */
void wire_wr_raw(struct wire_wr *wr, const char *text);
/* A comma unless nothing stands before it in its object or list, then "name":. */
void wire_wr_name(struct wire_wr *wr, const char *name);
/* A comma unless nothing stands before it. */
void wire_wr_comma(struct wire_wr *wr);

/* A quoted string; arg when it is not UTF-8. */
void wire_wr_text(struct wire_wr *wr, struct ykt_bytes text);
void wire_wr_int(struct wire_wr *wr, int64_t value);
void wire_wr_bool(struct wire_wr *wr, bool value);
/* Quoted upper-case hex. */
void wire_wr_hex(struct wire_wr *wr, struct ykt_bytes bytes);

/* Two upper-case digits a byte, front to back: out may overlap bytes from behind. */
void wire_hex_digits(struct ykt_bytes bytes, uint8_t *out);

#endif
