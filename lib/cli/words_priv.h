/*
 * Tables of words; for words.c and words_air.c alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_WORDS_PRIV_H
#define CLI_WORDS_PRIV_H

#include <stddef.h>

#include <ykt/bytes.h>

#include "cli/words.h"

struct word {
	uint32_t code;
	const char *text;
};

#define LOOK_UP(table, wanted) words_look_up((table), YKT_ARRAY_LEN(table), (wanted))

/* NULL when the code has no word. */
const char *words_look_up(const struct word *table, size_t count, uint32_t code);

#endif
