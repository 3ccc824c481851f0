/*
 * Secrets: wiped on every exit, compared in constant time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_SECRET_H
#define YKT_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* Overwrites with zeros in a way that the compiler keeps. Accepts NULL with 0. */
void ykt_wipe(void *p, size_t len);

/* Time depends on len only, never on content. */
bool ykt_ct_equal(const void *a, const void *b, size_t len);

#endif
