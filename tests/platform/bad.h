/*
 * Bad requests against the platform under test: any plain text inside a good
 * envelope, and one number over everything that a refused request must not move.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_PLATFORM_BAD_H
#define TESTS_PLATFORM_BAD_H

#include "bench.h"

/* A good id that names nothing, and a card number of the right form. */
#define BAD_ID   "0123456789abcdef0123456789abcdef"
#define BAD_CARD "03100990100000000010"

/*
 * A digest over every row of every table, but for what each accepted envelope
 * moves by itself: the session's counter and last use, and the nonces of openings.
 */
uint64_t bad_state(struct bench *b);

/*
 * Seals any plain text as a call of the bench's session, or as an opening, and
 * sends it. The code inside; a refusal outside is given negative. The refusal is
 * in b->error.
 */
int bad_call(struct bench *b, struct ykt_bytes plain);
int bad_open(struct bench *b, struct ykt_bytes plain);

/* text with the one occurrence of `from` replaced, NUL-terminated; the length. */
size_t bad_replace(const char *text, const char *from, const char *to, char *out, size_t out_size);

#endif
