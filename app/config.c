/*
 * The client's configuration.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/config.h"

#include <glib/gi18n.h>
#include <jansson.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/lists.h>

#define CODE_LEN     6
#define NAME_LEN_MAX 32
#define NAME_SIGNS   G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-"

char *
app_config_find(void)
{
	const char *state = g_getenv("YKT_STATE");
	char *const paths[] = {
		g_build_filename(
		    state != NULL && *state != '\0' ? state : "var", "client.json", NULL),
		g_build_filename(g_get_user_config_dir(), "yikatong", "client.json", NULL),
		g_strdup("/etc/yikatong/client.json"),
	};
	char *found = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
		if (found == NULL && g_file_test(paths[i], G_FILE_TEST_IS_REGULAR))
			found = paths[i];
		else
			g_free(paths[i]);
	}

	return found;
}

static char *
text_of(json_t *root, const char *key)
{
	return g_strdup(json_string_value(json_object_get(root, key)));
}

static char *
path_of(json_t *root, const char *key, const char *folder)
{
	const char *value = json_string_value(json_object_get(root, key));

	if (value == NULL || *value == '\0' || g_path_is_absolute(value))
		return g_strdup(value);

	return g_build_filename(folder, value, NULL);
}

/* "socket:se.sock" is relative to the configuration too; "socket:HOST:PORT" is none. */
static char *
element_of(json_t *root, const char *folder)
{
	static const char scheme[] = "socket:";
	const char *value = json_string_value(json_object_get(root, "se"));
	const char *place;

	if (value == NULL || !g_str_has_prefix(value, scheme))
		return g_strdup(value);
	place = value + strlen(scheme);
	if (g_path_is_absolute(place) || strchr(place, ':') != NULL)
		return g_strdup(value);

	return g_strconcat(scheme, folder, "/", place, NULL);
}

static gboolean
read_key(const char *path, uint8_t out[64])
{
	g_autofree char *text = NULL;
	struct ykt_buf key = { .data = out, .cap = 64 };

	if (path == NULL || !g_file_get_contents(path, &text, NULL, NULL))
		return FALSE;
	g_strstrip(text);

	return ykt_hex_decode(text, strlen(text), &key) == YKT_OK && key.len == 64;
}

/* The one line of that file. False: there is such a file, and it cannot be read. */
static gboolean
read_line(const char *path, char **ret_line)
{
	if (path == NULL)
		return TRUE;
	if (!g_file_get_contents(path, ret_line, NULL, NULL))
		return FALSE;
	g_strchomp(*ret_line);

	return TRUE;
}

static gboolean
whole(const AppConfig *config)
{
	return config->platform != NULL && config->psp != NULL && config->ca != NULL &&
	       config->state != NULL;
}

static AppConfig *
config_of(json_t *root, const char *path, char **ret_fault)
{
	g_autoptr(AppConfig) config = g_new0(AppConfig, 1);
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *key = path_of(root, "platform_key", folder);
	g_autofree char *pin_key = path_of(root, "pin_key", folder);
	g_autofree char *release_key = path_of(root, "release_key", folder);
	g_autofree char *profile = text_of(root, "profile");

	config->path = g_strdup(path);
	config->name = text_of(root, "name");
	if (config->name == NULL)
		config->name = g_strdup("client");
	config->platform = text_of(root, "platform");
	config->tsm = text_of(root, "tsm");
	config->psp = text_of(root, "psp");
	config->ca = path_of(root, "ca", folder);
	config->state = path_of(root, "state", folder);
	config->sms_centre = text_of(root, "sms_centre");
	config->sms_sink = path_of(root, "sms_sink", folder);
	config->se = element_of(root, folder);
	config->install = path_of(root, "install", folder);
	config->profile = YKT_PROFILE_KEPT;
	if (!whole(config))
		*ret_fault = g_strdup_printf(_("%s: a setting is missing."), path);
	else if (!read_key(key, config->platform_pub))
		*ret_fault = g_strdup_printf(_("%s: no key of the platform."), key);
	else if (pin_key != NULL && !read_key(pin_key, config->pin_pub))
		*ret_fault = g_strdup_printf(_("%s: no key of the platform."), pin_key);
	else if (!read_line(release_key, &config->release_key))
		*ret_fault = g_strdup_printf(_("%s: no key of the publisher."), release_key);
	else if (profile != NULL && ykt_profile_of(profile, &config->profile) != YKT_OK)
		*ret_fault = g_strdup_printf(_("%s: no such profile: %s"), path, profile);
	else
		return g_steal_pointer(&config);

	return NULL;
}

static AppConfig *
read_one(const char *path, json_t **ret_root, char **ret_fault)
{
	json_error_t error;
	json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	AppConfig *config;

	if (root == NULL) {
		*ret_fault = g_strdup_printf("%s: %s", path, error.text);
		return NULL;
	}
	config = config_of(root, path, ret_fault);
	*ret_root = root;

	return config;
}

/* As ykt(1) has it: letters, digits and hyphens, so that it is a file of that folder. */
static gboolean
name_fits(const char *name)
{
	gsize len = name != NULL ? strlen(name) : 0;

	return len >= 1 && len <= NAME_LEN_MAX && strspn(name, NAME_SIGNS) == len;
}

static AppConfig *
other_of(json_t *entry, const char *folder)
{
	const char *name = json_string_value(json_object_get(entry, "name"));
	const char *title = json_string_value(json_object_get(entry, "title"));
	g_autofree char *fault = NULL;
	g_autofree char *file = NULL;
	g_autofree char *path = NULL;
	AppConfig *config;
	json_t *root = NULL;

	if (!name_fits(name))
		return NULL;
	file = g_strconcat(name, ".json", NULL);
	path = g_build_filename(folder, file, NULL);
	config = read_one(path, &root, &fault);
	json_decref(root);
	if (config == NULL) {
		g_warning("%s", fault);
		config = g_new0(AppConfig, 1);
	}
	g_free(config->name);
	config->name = g_strdup(title != NULL ? title : name);

	return config;
}

static void
read_others(AppConfig *config, json_t *root, const char *path)
{
	json_t *list = json_object_get(root, "platforms");
	g_autofree char *folder = g_path_get_dirname(path);

	config->others = g_ptr_array_new_with_free_func((GDestroyNotify)app_config_free);
	for (gsize i = 0; i < json_array_size(list) && i < YKT_PLATFORMS_MAX - 1; i++) {
		AppConfig *other = other_of(json_array_get(list, i), folder);

		if (other != NULL)
			g_ptr_array_add(config->others, other);
	}
}

AppConfig *
app_config_read(const char *path, char **ret_fault)
{
	json_t *root = NULL;
	AppConfig *config = read_one(path, &root, ret_fault);

	if (config != NULL)
		read_others(config, root, path);
	json_decref(root);

	return config;
}

void
app_config_free(AppConfig *config)
{
	g_clear_pointer(&config->others, g_ptr_array_unref);
	g_free(config->path);
	g_free(config->name);
	g_free(config->platform);
	g_free(config->tsm);
	g_free(config->psp);
	g_free(config->ca);
	g_free(config->state);
	g_free(config->se);
	g_free(config->sms_centre);
	g_free(config->sms_sink);
	g_free(config->release_key);
	g_free(config->install);
	g_free(config);
}

char *
app_config_sms(const AppConfig *config, const char *phone)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (config->sms_sink == NULL || !g_file_get_contents(config->sms_sink, &text, NULL, NULL))
		return NULL;
	lines = g_strsplit(text, "\n", -1);
	for (gsize i = g_strv_length(lines); i-- > 0;) {
		const char *line = g_strchomp(lines[i]);
		gsize len = strlen(line);

		if (len >= CODE_LEN && g_str_has_prefix(line, phone) &&
		    strspn(line + len - CODE_LEN, "0123456789") == CODE_LEN)
			return g_strdup(line + len - CODE_LEN);
	}

	return NULL;
}
