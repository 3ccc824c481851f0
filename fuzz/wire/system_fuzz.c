/*
 * wire_system_version() and wire_system_name_valid(): a version that is taken is made of
 * digits and dots and compares equal to itself; one that is refused leaves the output alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "wire/system.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_version version = { { 1, 2, 3 } };
	const struct wire_version before = version;
	char text[64];
	size_t len = size < sizeof(text) ? size : sizeof(text) - 1;

	if (len != 0)
		memcpy(text, data, len);
	text[len] = '\0';
	if (wire_system_version(text, &version) != YKT_OK)
		assert(wire_version_cmp(&version, &before) == 0);
	else
		assert(strlen(text) <= 17 && strspn(text, "0123456789.") == strlen(text));
	if (wire_system_name_valid(text))
		assert(strlen(text) >= 1 && strlen(text) <= 16);

	return 0;
}
