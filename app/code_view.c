/*
 * A ride code.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/code_view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/qr_paintable.h"
#include "app/text.h"

#define RING_WIDTH  6.0
#define FALLBACK_MS 30000 /* where the screen does not say when the next code comes */

struct _AppCodeView {
	AdwBin parent_instance;
	gint64 begin_ms;
	gint64 end_ms;
	guint tick;

	GtkPicture *code;
	GtkDrawingArea *ring;
	GtkLabel *left;
	GtkLabel *until;
};

G_DEFINE_FINAL_TYPE(AppCodeView, app_code_view, ADW_TYPE_BIN)

static gint64
now_ms(void)
{
	return g_get_real_time() / 1000;
}

static void
draw_ring(GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
	AppCodeView *view = data;
	double share = app_text_left(view->begin_ms, view->end_ms, now_ms());
	double radius = (MIN(width, height) - RING_WIDTH) / 2;
	GdkRGBA colour;

	gtk_style_context_get_color(gtk_widget_get_style_context(GTK_WIDGET(area)), &colour);
	cairo_set_line_width(cr, RING_WIDTH);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_source_rgba(cr, colour.red, colour.green, colour.blue, 0.18);
	cairo_arc(cr, width / 2.0, height / 2.0, radius, 0, 2 * G_PI);
	cairo_stroke(cr);
	if (share <= 0)
		return;
	gdk_cairo_set_source_rgba(cr, &colour);
	cairo_arc(cr, width / 2.0, height / 2.0, radius, -G_PI / 2, -G_PI / 2 + 2 * G_PI * share);
	cairo_stroke(cr);
}

static gboolean
on_tick(gpointer data)
{
	AppCodeView *view = data;
	gint64 left_s = (view->end_ms - now_ms() + 999) / 1000;
	g_autofree char *text = g_strdup_printf("%d", (int)MAX(left_s, 0));

	gtk_label_set_text(view->left, text);
	gtk_widget_queue_draw(GTK_WIDGET(view->ring));

	return G_SOURCE_CONTINUE;
}

void
app_code_view_update(AppCodeView *view, const AppScreen *screen)
{
	const AppField *code = app_screen_field(screen, "code");
	const AppField *made = app_screen_field(screen, "generated");
	const AppField *next = app_screen_field(screen, "renewed");
	const AppField *expires = app_screen_field(screen, "expires");
	GdkPaintable *paintable;

	g_return_if_fail(APP_IS_CODE_VIEW(view));
	paintable = app_qr_paintable_new(code->value);
	gtk_picture_set_paintable(view->code, paintable);
	g_clear_object(&paintable);
	view->begin_ms = made != NULL ? MIN(made->number, now_ms()) : now_ms();
	view->begin_ms = MAX(view->begin_ms, now_ms() - 1000);
	view->end_ms = next != NULL ? next->number : view->begin_ms + FALLBACK_MS;
	if (expires != NULL) {
		g_autofree char *time = app_text_time(expires->number);
		g_autofree char *text = g_strdup_printf("%s %s", app_text_tr(expires->label), time);

		gtk_label_set_text(view->until, text);
	}
	on_tick(view);
}

/* Once a second where motion is reduced, else smoothly. */
static void
app_code_view_map(GtkWidget *widget)
{
	AppCodeView *view = APP_CODE_VIEW(widget);
	gboolean moves = adw_get_enable_animations(widget);

	GTK_WIDGET_CLASS(app_code_view_parent_class)->map(widget);
	view->tick = g_timeout_add(moves ? 50 : 1000, on_tick, view);
}

static void
app_code_view_unmap(GtkWidget *widget)
{
	g_clear_handle_id(&APP_CODE_VIEW(widget)->tick, g_source_remove);
	GTK_WIDGET_CLASS(app_code_view_parent_class)->unmap(widget);
}

static void
app_code_view_class_init(AppCodeViewClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	widget_class->map = app_code_view_map;
	widget_class->unmap = app_code_view_unmap;
	gtk_widget_class_set_template_from_resource(
	    widget_class, "/org/yikatong/App/ui/code_view.ui");
	gtk_widget_class_bind_template_child(widget_class, AppCodeView, code);
	gtk_widget_class_bind_template_child(widget_class, AppCodeView, ring);
	gtk_widget_class_bind_template_child(widget_class, AppCodeView, left);
	gtk_widget_class_bind_template_child(widget_class, AppCodeView, until);
}

static void
app_code_view_init(AppCodeView *view)
{
	gtk_widget_init_template(GTK_WIDGET(view));
	gtk_drawing_area_set_draw_func(view->ring, draw_ring, view, NULL);
}

AppCodeView *
app_code_view_new(void)
{
	return g_object_new(APP_TYPE_CODE_VIEW, NULL);
}
