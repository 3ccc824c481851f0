/*
 * Names of cities, from the tables of data/ that are compiled in as resources.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app/text.h"

#define CITY_LEN 4

/* Which column of "City,Chinese,English" the user reads. */
static gsize
column(void)
{
	/* Translators: 1 when the names of cities should be Chinese, 2 when English. */
	return g_strcmp0(_("cities:2"), "cities:1") == 0 ? 1 : 2;
}

static char *
look_up(const char *resource, const char *code)
{
	g_autoptr(GBytes) bytes =
	    g_resources_lookup_data(resource, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
	g_auto(GStrv) lines = NULL;

	if (bytes == NULL)
		return NULL;
	lines = g_strsplit(g_bytes_get_data(bytes, NULL), "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		g_auto(GStrv) parts = g_strsplit(*line, ",", 3);

		if (g_strv_length(parts) == 3 && strcmp(parts[0], code) == 0)
			return g_strdup(g_strchomp(parts[column()]));
	}

	return NULL;
}

char *
app_text_city(const char *code)
{
	char *name = look_up("/org/yikatong/App/cities.csv", code);

	if (name == NULL)
		name = look_up("/org/yikatong/App/demo-cities.csv", code);

	return name != NULL ? name : g_strdup(code);
}

char *
app_text_place(const char *place)
{
	g_autofree char *code = NULL;

	if (strlen(place) < CITY_LEN || (place[CITY_LEN] != ' ' && place[CITY_LEN] != '\0'))
		return g_strdup("");
	code = g_strndup(place, CITY_LEN);

	return app_text_city(code);
}
