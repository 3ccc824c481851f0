/*
 * A QR symbol that can be drawn at any size.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/qr_paintable.h"

#include <gtk/gtk.h>
#include <math.h>
#include <qrencode.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#define QUIET     4    /* modules around the symbol, ISO/IEC 18004 */
#define BYTES_MAX 2953 /* of a symbol 40-L */

#define APP_TYPE_QR_PAINTABLE (app_qr_paintable_get_type())
G_DECLARE_FINAL_TYPE(AppQrPaintable, app_qr_paintable, APP, QR_PAINTABLE, GObject)

struct _AppQrPaintable {
	GObject parent_instance;
	QRcode *symbol;
};

/* Whole pixels: modules may differ by one, their edges stay sharp. */
static float
edge(double origin, double module, int at)
{
	return (float)floor(origin + (at + QUIET) * module + 0.5);
}

static graphene_rect_t
run_of(double left, double top, double module, int begin, int end, int y)
{
	float x0 = edge(left, module, begin);
	float y0 = edge(top, module, y);

	return GRAPHENE_RECT_INIT(
	    x0, y0, edge(left, module, end) - x0, edge(top, module, y + 1) - y0);
}

/* Runs of dark modules, as few rectangles as rows allow. */
static void
draw(GdkPaintable *paintable, GdkSnapshot *snapshot, double width, double height)
{
	const QRcode *symbol = APP_QR_PAINTABLE(paintable)->symbol;
	const GdkRGBA black = { 0, 0, 0, 1 };
	int all = symbol->width + 2 * QUIET;
	double side = MIN(width, height);
	double left = (width - side) / 2;
	double top = (height - side) / 2;

	for (int y = 0; y < symbol->width; y++) {
		for (int x = 0; x < symbol->width;) {
			graphene_rect_t run;
			int begin = x;

			while (x < symbol->width && (symbol->data[y * symbol->width + x] & 1) != 0)
				x++;
			if (x == begin) {
				x++;
				continue;
			}
			run = run_of(left, top, side / all, begin, x, y);
			gtk_snapshot_append_color(snapshot, &black, &run);
		}
	}
}

static void
paintable_init(GdkPaintableInterface *iface)
{
	iface->snapshot = draw;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(AppQrPaintable, app_qr_paintable, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE(GDK_TYPE_PAINTABLE, paintable_init))

static void
app_qr_paintable_finalize(GObject *object)
{
	g_clear_pointer(&APP_QR_PAINTABLE(object)->symbol, QRcode_free);
	G_OBJECT_CLASS(app_qr_paintable_parent_class)->finalize(object);
}

static void
app_qr_paintable_class_init(AppQrPaintableClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = app_qr_paintable_finalize;
}

static void
app_qr_paintable_init(AppQrPaintable *paintable)
{
	(void)paintable;
}

GdkPaintable *
app_qr_paintable_new(const char *hex)
{
	uint8_t bytes[BYTES_MAX];
	struct ykt_buf buf = YKT_BUF(bytes);
	AppQrPaintable *paintable;
	QRcode *symbol = NULL;

	if (hex != NULL && ykt_hex_decode(hex, strlen(hex), &buf) == YKT_OK)
		symbol = QRcode_encodeData((int)buf.len, buf.data, 0, QR_ECLEVEL_M);
	ykt_wipe(bytes, sizeof(bytes));
	if (symbol == NULL)
		return NULL;
	paintable = g_object_new(APP_TYPE_QR_PAINTABLE, NULL);
	paintable->symbol = symbol;

	return GDK_PAINTABLE(paintable);
}
