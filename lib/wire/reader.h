/*
 * A pull reader over one JSON text, for this room only.
 *
 * The caller asks for what must come next. What is not there sets bad, which
 * stays set; every call after that gives zero and moves nothing, so a reader of
 * a message is a list of calls with one check at its end. Nothing is allocated
 * and nothing recurses. Grammar: RFC 8259, without the liberties it allows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_READER_H
#define WIRE_READER_H

#include "wire/json.h"

#define WIRE_KEY_MAX 40 /* a longer key is no key of ours */

struct wire_rd {
	const uint8_t *p;
	const uint8_t *end;
	unsigned depth;
	bool bad;
};

void wire_rd_init(struct wire_rd *rd, struct ykt_bytes json);
/* True when nothing was bad and only blanks are left. */
bool wire_rd_done(struct wire_rd *rd);

/* Enters an object or a list; bad beyond WIRE_DEPTH_MAX. */
void wire_rd_enter(struct wire_rd *rd, uint8_t open);
/*
 * Moves to the next member or element: true when there is one. At close it
 * leaves and gives false; also when bad. *first begins true and is cleared.
 */
bool wire_rd_next(struct wire_rd *rd, uint8_t close, bool *first);
/* A member's name and its colon; empty when it is longer than WIRE_KEY_MAX. */
void wire_rd_key(struct wire_rd *rd, char key[WIRE_KEY_MAX + 1]);

/* The opening quote of a string. */
void wire_rd_quote(struct wire_rd *rd);
/* A string of at most size - 1 bytes, with a NUL behind it. */
void wire_rd_text(struct wire_rd *rd, char *out, size_t size);
/* The same, but what is too long is cut behind a whole character. */
void wire_rd_text_cut(struct wire_rd *rd, char *out, size_t size);
int64_t wire_rd_int(struct wire_rd *rd, int64_t min, int64_t max);
bool wire_rd_bool(struct wire_rd *rd);
/* A string of upper-case hex digits, an even number of at most max; a view. */
struct ykt_bytes wire_rd_digits(struct wire_rd *rd, size_t max);
/* The same decoded into out: min..max bytes. Gives how many. */
size_t wire_rd_hex(struct wire_rd *rd, uint8_t *out, size_t min, size_t max);
/* Any value, checked for its grammar only; gives its text. */
struct ykt_bytes wire_rd_skip(struct wire_rd *rd);
/* The same, but it must be an object. */
struct ykt_bytes wire_rd_object(struct wire_rd *rd);

/* True for an even number of upper-case hex digits. */
bool wire_digits_valid(struct ykt_bytes digits);
/* Digits that wire_rd_digits() gave, as bytes: digits.len / 2 of them. */
void wire_hex_bytes(struct ykt_bytes digits, uint8_t *out);
/* The length of the UTF-8 character at p: 1..4, or 0 when there is none. */
size_t wire_utf8_len(const uint8_t *p, const uint8_t *end);

#endif
