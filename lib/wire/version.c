/*
 * Versions as text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/version.h"

#include <stdio.h>

#include <ykt/bytes.h>

/* Takes one number off *text. */
static bool
take_number(const char **text, uint16_t *ret_number)
{
	const char *at = *text;
	uint32_t number = 0;

	if (*at < '0' || *at > '9' || (*at == '0' && at[1] >= '0' && at[1] <= '9'))
		return false;
	for (; *at >= '0' && *at <= '9'; at++) {
		number = 10 * number + (uint32_t)(*at - '0');
		if (number > UINT16_MAX)
			return false;
	}
	*ret_number = (uint16_t)number;
	*text = at;

	return true;
}

enum ykt_status
wire_version_read(const char *text, struct wire_version *ret_version)
{
	struct wire_version version;

	for (size_t i = 0; i < YKT_ARRAY_LEN(version.part); i++) {
		if (!take_number(&text, &version.part[i]) || *text != (i < 2 ? '.' : '\0'))
			return YKT_E_FORMAT;
		text++;
	}
	*ret_version = version;

	return YKT_OK;
}

void
wire_version_text(const struct wire_version *version, char ret_text[WIRE_VERSION_TEXT_MAX])
{
	(void)snprintf(ret_text, WIRE_VERSION_TEXT_MAX, "%u.%u.%u", (unsigned)version->part[0],
	    (unsigned)version->part[1], (unsigned)version->part[2]);
}

int
wire_version_cmp(const struct wire_version *a, const struct wire_version *b)
{
	for (size_t i = 0; i < YKT_ARRAY_LEN(a->part); i++) {
		if (a->part[i] != b->part[i])
			return a->part[i] < b->part[i] ? -1 : 1;
	}

	return 0;
}
