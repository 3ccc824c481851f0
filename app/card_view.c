/*
 * A card as a picture.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/card_view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/text.h"

#define PURPOSE_RATIO 1.586f /* width to height of ISO/IEC 7810 ID-1 */
#define LOOKS         3

#define TAIL 4 /* digits of a number that are shown */

struct _AppCardView {
	GtkWidget parent_instance;
	GtkWidget *face;
	GtkLabel *title;
	GtkLabel *note;
	GtkLabel *caption;
	GtkLabel *balance;
	GtkLabel *number;
};

G_DEFINE_FINAL_TYPE(AppCardView, app_card_view, GTK_TYPE_WIDGET)

/* Cards of different cities look different, and always the same; a wallet is no card. */
static void
choose_look(AppCardView *card, const char *title, gboolean wallet)
{
	static const char *const looks[LOOKS + 1] = { "sea", "dusk", "ink", "leaf" };
	guint look = wallet ? LOOKS : g_str_hash(title) % LOOKS;

	for (guint i = 0; i <= LOOKS; i++)
		gtk_widget_remove_css_class(card->face, looks[i]);
	gtk_widget_add_css_class(card->face, looks[look]);
}

void
app_card_view_set(
    AppCardView *card, const char *title, const char *masked, const char *balance, const char *note)
{
	g_autofree char *tail = app_text_card_tail(masked);
	g_autofree char *spoken_tail = app_text_card_spoken(masked);
	g_autofree char *spoken = NULL;

	g_return_if_fail(APP_IS_CARD_VIEW(card));
	gtk_label_set_text(card->title, title);
	gtk_label_set_text(card->number, tail);
	gtk_label_set_text(card->balance, balance);
	gtk_label_set_text(card->note, note != NULL ? note : "");
	gtk_widget_set_visible(GTK_WIDGET(card->note), note != NULL && *note != '\0');
	choose_look(card, title, *tail == '\0');
	/* Translators: a card for a screen reader: name, balance, the last digits of its number. */
	spoken = *spoken_tail != '\0' ? g_strdup_printf(_("%s, balance %s, number ends in %s"),
					    title, balance, spoken_tail)
				      : g_strdup_printf(_("%s, balance %s"), title, balance);
	gtk_accessible_update_property(
	    GTK_ACCESSIBLE(card), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static GtkSizeRequestMode
app_card_view_get_request_mode(GtkWidget *widget)
{
	(void)widget;

	return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
app_card_view_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
    int *natural, int *minimum_baseline, int *natural_baseline)
{
	AppCardView *card = APP_CARD_VIEW(widget);

	gtk_widget_measure(card->face, orientation, for_size, minimum, natural, minimum_baseline,
	    natural_baseline);
	if (orientation == GTK_ORIENTATION_VERTICAL && for_size > 0) {
		int height = (int)((float)for_size / PURPOSE_RATIO);

		*minimum = MAX(*minimum, MIN(height, 240));
		*natural = MAX(*natural, *minimum);
	}
}

static void
app_card_view_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
	gtk_widget_allocate(APP_CARD_VIEW(widget)->face, width, height, baseline, NULL);
}

char *
app_card_view_note(const AppRow *cells)
{
	const AppField *gate = app_row_cell(cells, "gate");
	g_autofree char *value = gate != NULL ? app_text_field(gate) : NULL;

	if (gate == NULL)
		return app_text_title(app_row_text(cells, "state"));

	return g_strdup_printf("%s: %s", app_text_tr(gate->label), value);
}

/* Waves that go out from the corner, as the sign for contactless has them. */
static void
draw_waves(GtkSnapshot *snapshot, float width, float height)
{
	const GdkRGBA white = { 1, 1, 1, 0.09f };

	for (int i = 1; i <= 4; i++) {
		float radius = (float)i * height * 0.34f;
		const float line[4] = { 14, 14, 14, 14 };
		const GdkRGBA colours[4] = { white, white, white, white };
		GskRoundedRect ring;

		gsk_rounded_rect_init_from_rect(&ring,
		    &GRAPHENE_RECT_INIT(width - radius, height - radius, 2 * radius, 2 * radius),
		    radius);
		gtk_snapshot_append_border(snapshot, &ring, line, colours);
	}
}

static void
app_card_view_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	AppCardView *card = APP_CARD_VIEW(widget);
	float width = (float)gtk_widget_get_width(widget);
	float height = (float)gtk_widget_get_height(widget);
	GskRoundedRect shape;

	gtk_widget_snapshot_child(widget, card->face, snapshot);
	gsk_rounded_rect_init_from_rect(&shape, &GRAPHENE_RECT_INIT(0, 0, width, height), 20);
	gtk_snapshot_push_rounded_clip(snapshot, &shape);
	draw_waves(snapshot, width, height);
	gtk_snapshot_pop(snapshot);
}

static void
app_card_view_dispose(GObject *object)
{
	g_clear_pointer(&APP_CARD_VIEW(object)->face, gtk_widget_unparent);
	G_OBJECT_CLASS(app_card_view_parent_class)->dispose(object);
}

static void
app_card_view_class_init(AppCardViewClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = app_card_view_dispose;
	widget_class->get_request_mode = app_card_view_get_request_mode;
	widget_class->measure = app_card_view_measure;
	widget_class->size_allocate = app_card_view_size_allocate;
	widget_class->snapshot = app_card_view_snapshot;
	gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
	gtk_widget_class_set_template_from_resource(
	    widget_class, "/org/yikatong/App/ui/card_view.ui");
	gtk_widget_class_bind_template_child(widget_class, AppCardView, face);
	gtk_widget_class_bind_template_child(widget_class, AppCardView, title);
	gtk_widget_class_bind_template_child(widget_class, AppCardView, note);
	gtk_widget_class_bind_template_child(widget_class, AppCardView, caption);
	gtk_widget_class_bind_template_child(widget_class, AppCardView, balance);
	gtk_widget_class_bind_template_child(widget_class, AppCardView, number);
}

static void
app_card_view_init(AppCardView *card)
{
	gtk_widget_init_template(GTK_WIDGET(card));
}

GtkWidget *
app_card_view_new(void)
{
	return g_object_new(APP_TYPE_CARD_VIEW, NULL);
}

char *
app_card_view_title(const char *city, const char *platform)
{
	return *platform != '\0' ? g_strdup_printf("%s · %s", city, platform) : g_strdup(city);
}

AppTarget
app_card_view_target(const AppRow *cells)
{
	const char *masked = app_row_text(cells, "card");
	const char *platform = app_row_text(cells, "platform");
	gsize len = strlen(masked);

	return (AppTarget){ len >= TAIL ? masked + len - TAIL : NULL,
		*platform != '\0' ? platform : NULL };
}

GtkWidget *
app_card_view_new_for_row(const AppRow *cells)
{
	GtkWidget *card = app_card_view_new();
	const AppField *balance = app_row_cell(cells, "balance");
	const AppField *number = app_row_cell(cells, "number");
	g_autofree char *note = app_card_view_note(cells);
	g_autofree char *city = app_text_city(app_row_text(cells, "city"));
	g_autofree char *title = app_card_view_title(
	    *city != '\0' ? city : _("Transport card"), app_row_text(cells, "platform"));
	g_autofree char *money = balance != NULL && balance->kind == YKT_FIELD_MONEY
				     ? app_text_money(balance->number)
				     : g_strdup("—");

	if (number == NULL)
		number = app_row_cell(cells, "card");
	app_card_view_set(
	    APP_CARD_VIEW(card), title, number != NULL ? number->value : "", money, note);

	return card;
}
