/*
 * Versions of the client software: three numbers, compared one after another.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_VERSION_H
#define WIRE_VERSION_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/status.h>

#define WIRE_VERSION_TEXT_MAX 18 /* "65535.65535.65535" and a NUL */

struct wire_version {
	uint16_t part[3];
};

/*
 * "1.20.3": decimal, no leading zeros, nothing before or behind. YKT_E_FORMAT,
 * output untouched.
 */
YKT_MUST_USE enum ykt_status wire_version_read(const char *text, struct wire_version *ret_version);

void wire_version_text(const struct wire_version *version, char ret_text[WIRE_VERSION_TEXT_MAX]);

/* Below zero: a is older than b; zero: the same; above zero: newer. */
int wire_version_cmp(const struct wire_version *a, const struct wire_version *b);

#endif
