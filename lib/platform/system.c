/*
 * Which operating systems clients may run on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/system.h"

#include <string.h>

#include "wire/system.h"

bool
systems_valid(const struct platform_options *o)
{
	struct wire_version least;

	if (o->system_count > PLATFORM_SYSTEMS_MAX || (o->system_count != 0 && o->systems == NULL))
		return false;
	for (size_t i = 0; i < o->system_count; i++) {
		const struct platform_system *system = &o->systems[i];

		if (system->name == NULL || !wire_system_name_valid(system->name) ||
		    system->least == NULL || strlen(system->least) > 16 ||
		    wire_system_version(system->least, &least) != YKT_OK)
			return false;
		for (size_t k = 0; k < i; k++) {
			if (strcmp(o->systems[k].name, system->name) == 0)
				return false;
		}
	}

	return true;
}

/* Of that system; NULL: nobody said. */
static const char *
least_of(const struct platform_options *o, const char *name)
{
	for (size_t i = 0; i < o->system_count; i++) {
		if (strcmp(o->systems[i].name, name) == 0)
			return o->systems[i].least;
	}

	return NULL;
}

unsigned
system_findings(const struct platform_options *o, const struct wire_request *request)
{
	struct wire_version version, least;
	const char *text;

	if (o->system_count == 0)
		return 0;
	text = request->has_os ? least_of(o, request->os) : NULL;
	if (text == NULL || !request->has_os_version ||
	    wire_system_version(text, &least) != YKT_OK ||
	    wire_system_version(request->os_version, &version) != YKT_OK)
		return WIRE_FINDING_SYSTEM_UNKNOWN;

	return wire_version_cmp(&version, &least) < 0 ? WIRE_FINDING_SYSTEM_OLD : 0;
}

void
system_text(const struct wire_request *request, char ret_text[SYSTEM_TEXT_MAX])
{
	size_t len = 0;

	memset(ret_text, 0, SYSTEM_TEXT_MAX);
	if (request->has_os) {
		len = strlen(request->os);
		memcpy(ret_text, request->os, len);
	}
	if (request->has_os_version) {
		ret_text[len] = ' ';
		memcpy(ret_text + len + 1, request->os_version, strlen(request->os_version));
	}
}
