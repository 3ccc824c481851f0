/*
 * The client's keypad for a PIN.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/keypad_view.h"

#include <glib/gi18n.h>
#include <string.h>

#include <ykt/secret.h>

#include "app/text.h"

struct _AppKeypadView {
	AdwBin parent_instance;
	guint8 digit[YKT_KEYPAD_KEYS];
	guint wanted;
	GtkWidget *keys[YKT_KEYPAD_KEYS];

	GtkLabel *label;
	GtkLabel *fault;
	GtkBox *dots;
	GtkGrid *grid;
	GtkToggleButton *spoken;
};

enum { PRESS, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

G_DEFINE_FINAL_TYPE(AppKeypadView, app_keypad_view, ADW_TYPE_BIN)

/* --- keys ------------------------------------------------------------------------------ */

static guint
position_of(gpointer key)
{
	return GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(key), "position"));
}

static void
draw_digit(GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
	AppKeypadView *view = data;
	const char text[] = { (char)('0' + view->digit[position_of(area)]), '\0' };
	PangoLayout *layout = gtk_widget_create_pango_layout(GTK_WIDGET(area), text);
	int text_width, text_height;
	GdkRGBA colour;

	gtk_style_context_get_color(gtk_widget_get_style_context(GTK_WIDGET(area)), &colour);
	gdk_cairo_set_source_rgba(cr, &colour);
	pango_layout_get_pixel_size(layout, &text_width, &text_height);
	cairo_move_to(cr, (width - text_width) / 2.0, (height - text_height) / 2.0);
	pango_cairo_show_layout(cr, layout);
	g_object_unref(layout);
}

static void
on_key(AppKeypadView *view, GtkWidget *key)
{
	g_signal_emit(view, signals[PRESS], 0, position_of(key));
}

static void
on_delete(AppKeypadView *view)
{
	g_signal_emit(view, signals[PRESS], 0, (guint)YKT_PRESS_DELETE);
}

static GtkWidget *
key_new(AppKeypadView *view, guint position)
{
	GtkWidget *key = gtk_button_new();
	GtkWidget *area = gtk_drawing_area_new();

	g_object_set_data(G_OBJECT(key), "position", GUINT_TO_POINTER(position));
	g_object_set_data(G_OBJECT(area), "position", GUINT_TO_POINTER(position));
	gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(area), draw_digit, view, NULL);
	gtk_button_set_child(GTK_BUTTON(key), area);
	gtk_widget_add_css_class(key, "key");
	g_signal_connect_swapped(key, "clicked", G_CALLBACK(on_key), view);

	return key;
}

/* Three in a row, the tenth below the middle; the key that takes back stands beside it. */
static void
add_keys(AppKeypadView *view)
{
	for (guint i = 0; i < YKT_KEYPAD_KEYS; i++) {
		int column = i < 9 ? (int)i % 3 : 1;
		int row = (int)i / 3;

		view->keys[i] = key_new(view, i);
		gtk_grid_attach(view->grid, view->keys[i], column, row, 1, 1);
	}
}

/* --- what is said ------------------------------------------------------------------------ */

static void
name_keys(AppKeypadView *view)
{
	gboolean spoken = gtk_toggle_button_get_active(view->spoken);

	for (guint i = 0; i < YKT_KEYPAD_KEYS; i++) {
		/* Translators: a key of the keypad for a screen reader, by its position. */
		g_autofree char *name = spoken ? g_strdup_printf("%u", view->digit[i])
					       : g_strdup_printf(_("Key %u"), i + 1);

		gtk_accessible_update_property(
		    GTK_ACCESSIBLE(view->keys[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
		ykt_wipe(name, strlen(name));
	}
}

static void
show_dots(AppKeypadView *view, guint entered, guint wanted)
{
	/* Translators: how much of a PIN is typed, for a screen reader. */
	g_autofree char *said = g_strdup_printf(_("%u of %u digits typed"), entered, wanted);
	GtkWidget *dot;

	while (view->wanted < wanted) {
		dot = adw_bin_new();
		gtk_widget_add_css_class(dot, "pin-dot");
		gtk_box_append(view->dots, dot);
		view->wanted++;
	}
	dot = gtk_widget_get_first_child(GTK_WIDGET(view->dots));
	for (guint i = 0; dot != NULL; i++, dot = gtk_widget_get_next_sibling(dot)) {
		if (i < entered)
			gtk_widget_add_css_class(dot, "full");
		else
			gtk_widget_remove_css_class(dot, "full");
	}
	gtk_accessible_update_property(
	    GTK_ACCESSIBLE(view->dots), GTK_ACCESSIBLE_PROPERTY_LABEL, said, -1);
}

void
app_keypad_view_update(AppKeypadView *view, const AppPad *pad)
{
	g_return_if_fail(APP_IS_KEYPAD_VIEW(view));
	memcpy(view->digit, pad->digit, sizeof(view->digit));
	gtk_label_set_text(view->label, app_text_tr(pad->label));
	gtk_label_set_text(view->fault, app_text_tr(pad->fault));
	gtk_widget_set_visible(GTK_WIDGET(view->fault), pad->fault != NULL);
	show_dots(view, pad->entered, pad->wanted);
	name_keys(view);
	for (guint i = 0; i < YKT_KEYPAD_KEYS; i++)
		gtk_widget_queue_draw(gtk_button_get_child(GTK_BUTTON(view->keys[i])));
}

/* --- the object ------------------------------------------------------------------------------ */

static void
app_keypad_view_finalize(GObject *object)
{
	AppKeypadView *view = APP_KEYPAD_VIEW(object);

	ykt_wipe(view->digit, sizeof(view->digit));
	G_OBJECT_CLASS(app_keypad_view_parent_class)->finalize(object);
}

static void
app_keypad_view_class_init(AppKeypadViewClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = app_keypad_view_finalize;
	signals[PRESS] = g_signal_new("press", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL,
	    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
	gtk_widget_class_set_template_from_resource(
	    widget_class, "/org/yikatong/App/ui/keypad_view.ui");
	gtk_widget_class_bind_template_child(widget_class, AppKeypadView, label);
	gtk_widget_class_bind_template_child(widget_class, AppKeypadView, fault);
	gtk_widget_class_bind_template_child(widget_class, AppKeypadView, dots);
	gtk_widget_class_bind_template_child(widget_class, AppKeypadView, grid);
	gtk_widget_class_bind_template_child(widget_class, AppKeypadView, spoken);
	gtk_widget_class_bind_template_callback(widget_class, on_delete);
	gtk_widget_class_bind_template_callback(widget_class, name_keys);
}

static void
app_keypad_view_init(AppKeypadView *view)
{
	gtk_widget_init_template(GTK_WIDGET(view));
	add_keys(view);
}

AppKeypadView *
app_keypad_view_new(void)
{
	return g_object_new(APP_TYPE_KEYPAD_VIEW, NULL);
}
