/*
 * The window about the program.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/about.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/application.h"
#include "app/version.h"

void
app_about_show(GtkWindow *parent)
{
	GtkWidget *about = adw_about_window_new();

	g_object_set(about, "transient-for", parent, "modal", TRUE, "application-icon", APP_ID,
	    "application-name", _("Yikatong"), "developer-name", _("The yikatong authors"),
	    "version", APP_VERSION, "license-type", GTK_LICENSE_APACHE_2_0, "comments",
	    _("Pays for rides with a transport card in the phone, after JT/T 1059 Part 5, the "
	      "edition of 2016. What is reconstructed is named in the documents and never claimed "
	      "as conformity."),
	    NULL);
	adw_about_window_add_legal_section(ADW_ABOUT_WINDOW(about),
	    _("Names of stations and cards"), "Trip Reader Database, domosekai", GTK_LICENSE_CUSTOM,
	    "<a href=\"https://creativecommons.org/licenses/by/4.0/\">CC BY 4.0</a>");
	adw_about_window_add_legal_section(
	    ADW_ABOUT_WINDOW(about), "GTK, libadwaita", NULL, GTK_LICENSE_LGPL_2_1, NULL);
	adw_about_window_add_legal_section(
	    ADW_ABOUT_WINDOW(about), "OpenSSL", NULL, GTK_LICENSE_APACHE_2_0, NULL);
	adw_about_window_add_legal_section(
	    ADW_ABOUT_WINDOW(about), "libsodium", NULL, GTK_LICENSE_CUSTOM, "ISC");
	adw_about_window_add_legal_section(
	    ADW_ABOUT_WINDOW(about), "libqrencode", NULL, GTK_LICENSE_LGPL_2_1, NULL);
	adw_about_window_add_legal_section(ADW_ABOUT_WINDOW(about), "jansson, libcurl, pcsc-lite",
	    NULL, GTK_LICENSE_CUSTOM, "MIT, curl, BSD");
	gtk_window_present(GTK_WINDOW(about));
}
