/*
 * The root keys under which a terminal believes ride codes.
 *
 * A root is chosen by service and index, which a certificate names. It is never
 * taken out of a code: a code that brings its own root proves nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODE_CODE_ROOTS_H
#define CODE_CODE_ROOTS_H

#include "crypto/sm2.h"

#define CODE_ROOTS_MAX     16
#define CODE_ROOT_NAME_MAX 32
/* A file of roots is read whole; a longer one is refused. */
#define CODE_ROOTS_TEXT_MAX 8192

struct code_root {
	char name[CODE_ROOT_NAME_MAX + 1]; /* "TEST..." marks a test root (T18) */
	uint32_t service;
	uint8_t index;
	struct crypto_sm2_pub pub;
};

struct code_roots {
	size_t count;
	struct code_root roots[CODE_ROOTS_MAX];
};

/* True for a name that begins with TEST, and for the laboratory's published keys. */
bool code_root_is_test(const struct code_root *root);

/*
 * Adds a root. The same one again is YKT_OK and changes nothing.
 *
 * YKT_CONFLICT    another key stands at that service and index
 * YKT_OVER_LIMIT  CODE_ROOTS_MAX are loaded
 * YKT_E_FORMAT    the key is no point of the curve
 * YKT_E_KEY       a test root, in a build that refuses them
 */
YKT_MUST_USE enum ykt_status
code_roots_add(struct crypto *c, struct code_roots *roots, const struct code_root *root);

/* NULL when there is none. */
const struct code_root *
code_roots_find(const struct code_roots *roots, uint32_t service, uint8_t index);

/*
 * Reads a text of one root a line, "NAME SERVICE INDEX X Y": a name of letters,
 * digits and hyphens, then hex of 4, 1, 32 and 32 bytes; single blanks between.
 * Empty lines and those that begin with # are skipped. All roots are added, or
 * none. *ret_line: where it stopped (from 1), written on failure only.
 *
 * YKT_E_FORMAT  a line that is none, no root at all, a text over the maximum
 * and as code_roots_add()
 */
YKT_MUST_USE enum ykt_status code_roots_read(
    struct crypto *c, struct ykt_bytes text, struct code_roots *roots, unsigned *ret_line);

#define CODE_ROOT_LINE_MAX (CODE_ROOT_NAME_MAX + 1 + 8 + 1 + 2 + 1 + 64 + 1 + 64 + 2)
/* The line of one root, with its end of line and a NUL. */
void code_root_line(const struct code_root *root, char ret_line[CODE_ROOT_LINE_MAX]);

#endif
