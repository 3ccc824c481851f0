/*
 * An empty libadwaita window, or one with one word: what app.memory is held against.
 *
 * usage: app-empty [WORD]
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <adwaita.h>

static void
on_activate(GtkApplication *app, const char *word)
{
	GtkWidget *window = adw_application_window_new(app);

	if (word != NULL) {
		GtkWidget *label = gtk_label_new(NULL);
		g_autofree char *text = g_markup_printf_escaped("%s <b>%s</b>", word, word);

		gtk_label_set_markup(GTK_LABEL(label), text);
		adw_application_window_set_content(ADW_APPLICATION_WINDOW(window), label);
	}

	gtk_window_set_default_size(GTK_WINDOW(window), 360, 720);
	gtk_window_present(GTK_WINDOW(window));
}

int
main(int argc, char **argv)
{
	g_autoptr(AdwApplication) app =
	    adw_application_new("org.yikatong.Empty", G_APPLICATION_NON_UNIQUE);

	g_signal_connect(app, "activate", G_CALLBACK(on_activate), argc > 1 ? argv[1] : NULL);

	return g_application_run(G_APPLICATION(app), 1, argv);
}
