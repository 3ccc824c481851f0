/*
 * Names of cities and stations, from the tables of data/ that are compiled in as resources.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app/text.h"

#define CITY_LEN      4
#define WHOLE_STATION 8 /* digits of line and station */

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

/* --- stations ------------------------------------------------------------------------------ */

#define STOP_HEX 34 /* city, line, station, operator, industry, terminal: 17 bytes */

/* A row's code is the beginning of line, station and operator; the longest counts. */
static void
look_in(const char *resource, const char *city, const char *digits, gsize *best_len, char **best)
{
	g_autoptr(GBytes) bytes =
	    g_resources_lookup_data(resource, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
	g_auto(GStrv) lines = NULL;

	if (bytes == NULL)
		return;
	lines = g_strsplit(g_bytes_get_data(bytes, NULL), "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		g_auto(GStrv) cells = g_strsplit(g_strchomp(*line), ",", 5);
		gsize len;

		if (g_strv_length(cells) != 5 || strcmp(cells[0], city) != 0)
			continue;
		len = strlen(cells[1]);
		if (len <= *best_len || !g_str_has_prefix(digits, cells[1]) || *cells[4] == '\0')
			continue;
		*best_len = len;
		g_free(*best);
		*best = g_strdup_printf("%s %s", cells[3], cells[4]);
	}
}

static gboolean
on_rails(const char *industry)
{
	static const char *const rails[] = { "01", "0A", "0E", NULL };

	return g_strv_contains(rails, industry);
}

char *
app_text_stop(const char *stop)
{
	static const char *const tables[] = { "demo-stations", "Beijing_metro-tu",
		"Chongqing_metro-tu", "Hunan_Changsha_metro-tu", "Shaanxi_Xian_metro-tu",
		"Shanghai_metro-tu", "Zhejiang_Ningbo_metro-tu" };
	g_autofree char *city = NULL;
	g_autofree char *industry = NULL;
	char *best = NULL;
	gsize best_len = 0;

	if (strlen(stop) != STOP_HEX)
		return g_strdup("");
	city = g_strndup(stop, CITY_LEN);
	industry = g_strndup(stop + 16, 2);
	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_autofree char *path =
		    g_strdup_printf("/org/yikatong/App/stations/%s.csv", tables[i]);

		look_in(path, city, stop + CITY_LEN, &best_len, &best);
	}
	/* Buses share line codes with metros: theirs count whole or not at all. */
	if (best != NULL && best_len < WHOLE_STATION && !on_rails(industry))
		g_clear_pointer(&best, g_free);

	return best != NULL ? best : g_strdup("");
}
