/*
 * What a device without an account begins with.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/welcome_page.h"

struct _AppWelcomePage {
	AdwBin parent_instance;
	GtkWidget *menu;
};

G_DEFINE_FINAL_TYPE(AppWelcomePage, app_welcome_page, ADW_TYPE_BIN)

void
app_welcome_page_set_profile(AppWelcomePage *page, enum ykt_profile profile)
{
	g_return_if_fail(APP_IS_WELCOME_PAGE(page));
	gtk_widget_set_visible(page->menu, app_call_offered(app_call_menu(), profile));
}

static void
app_welcome_page_class_init(AppWelcomePageClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	gtk_widget_class_set_template_from_resource(
	    widget_class, "/org/yikatong/App/ui/welcome_page.ui");
	gtk_widget_class_bind_template_child(widget_class, AppWelcomePage, menu);
}

static void
app_welcome_page_init(AppWelcomePage *page)
{
	gtk_widget_init_template(GTK_WIDGET(page));
}
