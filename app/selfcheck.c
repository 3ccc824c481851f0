/*
 * The program's look at itself, for who is about to start it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/selfcheck.h"

#include <glib/gstdio.h>

#include "app/platforms.h"

enum { WHOLE, CHANGED, UNSEEN };

/* The folder that a client without an account has made, with all in it. */
static void
remove_folder(const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		(void)g_remove(path);
	}
	g_clear_pointer(&dir, g_dir_close);
	(void)g_rmdir(folder);
}

/* A client looks at the program when it is made; this one does nothing else. */
static int
look(const AppConfig *config)
{
	static const struct ykt_ui nobody;
	AppPlatforms platforms = { .ui = &nobody, .profile = YKT_PROFILE_SELESS };
	g_autofree char *fault = app_platforms_open(&platforms, config);
	struct ykt_client_info info = { .findings = 0 };

	if (fault == NULL)
		ykt_client_info(platforms.at[0].client, &info);
	app_platforms_close(&platforms);
	if (fault != NULL)
		return UNSEEN;

	return (info.findings & YKT_FINDING_CHANGED) != 0 ? CHANGED : WHOLE;
}

int
app_selfcheck(const char *path)
{
	g_autofree char *fault = NULL;
	g_autofree char *folder = NULL;
	g_autoptr(AppConfig) config = NULL;
	int code;

	config = app_config_read(path, &fault);
	folder = config != NULL ? g_dir_make_tmp("ykt-app-XXXXXX", NULL) : NULL;
	if (folder == NULL)
		return UNSEEN;
	g_clear_pointer(&config->others, g_ptr_array_unref);
	g_clear_pointer(&config->se, g_free);
	g_clear_pointer(&config->install, g_free);
	g_free(config->state);
	config->state = g_strdup(folder);
	code = look(config);
	remove_folder(folder);

	return code;
}
