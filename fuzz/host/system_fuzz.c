/*
 * host_system_read(): what is found are texts without blanks that end; what is
 * refused leaves the output alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "host/host_system.h"

static void
check_text(const char text[17])
{
	const char *end = memchr(text, '\0', 17);

	assert(end != NULL);
	for (; text < end; text++)
		assert(*text > ' ' && *text <= '~');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ykt_system system = { "before", "before" };

	if (host_system_read(ykt_bytes(data, size), &system) != YKT_OK) {
		assert(strcmp(system.name, "before") == 0 && strcmp(system.version, "before") == 0);
		return 0;
	}
	assert(system.name[0] != '\0');
	check_text(system.name);
	check_text(system.version);

	return 0;
}
