/*
 * Versions of operating systems.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/system.h"

#include <string.h>

#include <ykt/bytes.h>

#define DIGITS       "0123456789"
#define NAME_MAX_LEN 16

/* Takes one number off *text. */
static bool
take_number(const char **text, uint16_t *ret_number)
{
	size_t len = strspn(*text, DIGITS);
	uint32_t number = 0;

	if (len == 0 || len > 5)
		return false;
	for (size_t i = 0; i < len; i++)
		number = 10 * number + (uint32_t)((*text)[i] - '0');
	if (number > UINT16_MAX)
		return false;
	*ret_number = (uint16_t)number;
	*text += len;

	return true;
}

enum ykt_status
wire_system_version(const char *text, struct wire_version *ret_version)
{
	struct wire_version version = { { 0, 0, 0 } };

	for (size_t i = 0; i < YKT_ARRAY_LEN(version.part); i++) {
		if (!take_number(&text, &version.part[i]))
			return YKT_E_FORMAT;
		if (*text == '\0') {
			*ret_version = version;
			return YKT_OK;
		}
		if (*text++ != '.')
			return YKT_E_FORMAT;
	}

	return YKT_E_FORMAT;
}

bool
wire_system_name_valid(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz" DIGITS "-_.");

	return len >= 1 && len <= NAME_MAX_LEN && name[len] == '\0';
}
