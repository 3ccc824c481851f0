/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_QR_PAINTABLE_H
#define APP_QR_PAINTABLE_H

#include <gdk/gdk.h>

/*
 * A QR symbol of bytes given in hex, with its quiet zone, drawn in whole pixels
 * at any size. NULL when they are no hex or do not fit a symbol.
 */
GdkPaintable *app_qr_paintable_new(const char *hex);

#endif
