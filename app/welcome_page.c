/*
 * What a device without an account begins with.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/welcome_page.h"

struct _AppWelcomePage {
	AdwBin parent_instance;
};

G_DEFINE_FINAL_TYPE(AppWelcomePage, app_welcome_page, ADW_TYPE_BIN)

static void
app_welcome_page_class_init(AppWelcomePageClass *klass)
{
	gtk_widget_class_set_template_from_resource(
	    GTK_WIDGET_CLASS(klass), "/org/yikatong/App/ui/welcome_page.ui");
}

static void
app_welcome_page_init(AppWelcomePage *page)
{
	gtk_widget_init_template(GTK_WIDGET(page));
}
