/*
 * Cutting lines into words and reading small numbers; within this room.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONFORM_WORDS_H
#define CONFORM_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

/* Marks what is wrong with a case: a message id, which the programs translate. */
#define N_(text) text

/* The next word (no blanks in it) off text; empty at the end. */
struct ykt_bytes conform_word(struct ykt_bytes *text);
/* Without blanks at both ends. */
struct ykt_bytes conform_trim(struct ykt_bytes text);
bool conform_is(struct ykt_bytes word, const char *text);
/* Decimal digits only, at most max. False: not that. */
bool conform_decimal(struct ykt_bytes word, uint32_t max, uint32_t *ret_value);
/* A value 0..15, or -1. */
int conform_nibble(uint8_t c);

#endif
