/*
 * se_place_parse(): any text of a command line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "link/se_place.h"

#define TEXT_MAX 300

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[TEXT_MAX + 1] = { 0 };
	struct se_place place;

	memset(&place, 0x5A, sizeof(place));
	if (len > TEXT_MAX)
		len = TEXT_MAX;
	if (len > 0)
		memcpy(text, data, len);
	if (se_place_parse(text, &place) != YKT_OK) {
		assert(place.text[0] == 0x5A && place.port == 0x5A5A);
		return 0;
	}
	assert(memchr(place.text, '\0', sizeof(place.text)) != NULL && place.text[0] != '\0');
	assert(place.is_unix == (place.port == 0));
	assert(place.is_unix || strchr(place.text, '/') == NULL);
	return 0;
}
