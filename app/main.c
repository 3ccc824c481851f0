/*
 * ykt-app: the client on a phone's or a desktop's screen.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <glib/gi18n.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "app/application.h"
#include "app/version.h"

/* The locale that the user asked for, whether the system has it or not. */
static const char *
wanted_locale(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *value = g_getenv(names[i]);

		if (value != NULL && *value != '\0')
			return value;
	}

	return "";
}

/*
 * Texts are UTF-8 whatever the locale, and a language works where the system
 * lacks its locale: gettext() takes it from LANGUAGE.
 */
static void
start_locale(void)
{
	const char *folder = g_getenv("YKT_LOCALE_DIR");

	if (setlocale(LC_ALL, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
		g_setenv("LANGUAGE", wanted_locale(), FALSE);
		g_setenv("LC_ALL", "C.UTF-8", TRUE);
		setlocale(LC_ALL, "C.UTF-8");
	}
	bindtextdomain("ykt-app", folder != NULL ? folder : APP_LOCALE_DIR);
	bind_textdomain_codeset("ykt-app", "UTF-8");
	textdomain("ykt-app");
}

int
main(int argc, char **argv)
{
	g_autoptr(AppApplication) app = NULL;

	start_locale();
	/* As ykt/host.h asks of a program. */
	signal(SIGPIPE, SIG_IGN);
	app = app_application_new();

	return g_application_run(G_APPLICATION(app), argc, argv);
}
