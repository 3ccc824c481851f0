/*
 * Identity applications in ykt-tsmd's configuration. See idents.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "idents.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "wire/field.h"
#include "words.h"

static const struct wire_field tsmd_ident_fields[] = {
	FIELD_TEXT(tsmd_ident, city),
	FIELD_TEXT(tsmd_ident, platform_key),
	FIELD_TEXT(tsmd_ident, authority_key),
};
MESSAGE(tsmd_ident, "ident");

static bool
city_fits(const struct tsmd_ident *list, size_t at, uint8_t ret_city[2])
{
	struct ykt_buf city = { ret_city, 0, 2, false };

	for (size_t i = 0; i < at; i++) {
		if (strcmp(list[i].city, list[at].city) == 0)
			return false;
	}
	return strlen(list[at].city) == 4 && ykt_hex_decode(list[at].city, 4, &city) == YKT_OK &&
	       ykt_bcd_valid(ykt_buf_view(&city));
}

bool
tsmd_idents_read(const char *program, const char *path, struct tsmd_ident *list, size_t count,
    struct tsm_ident *ret_idents)
{
	for (size_t i = 0; i < count; i++) {
		if (!city_fits(list, i, ret_idents[i].city)) {
			fprintf(stderr,
			    words("%s: %s: idents want cities of four digits, each once\n"),
			    program, path);
			return false;
		}
		config_resolve(path, list[i].platform_key);
		config_resolve(path, list[i].authority_key);
		if (!config_sm2_pub(program, list[i].platform_key, &ret_idents[i].platform) ||
		    !config_sm2_pub(program, list[i].authority_key, &ret_idents[i].authority))
			return false;
	}
	return true;
}
