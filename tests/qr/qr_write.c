/*
 * qr-write LEVEL FILE: standard input as a PNG of a symbol, for zbar.sh.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "qr/qr.h"

int
main(int argc, char **argv)
{
	static const char levels[] = "LMQH";
	static uint8_t bytes[QR_BYTES_MAX + 1];
	static uint8_t png[QR_PNG_MAX];
	static struct qr_symbol symbol;
	struct ykt_buf out = YKT_BUF(png);
	const char *level = argc == 3 ? strchr(levels, argv[1][0]) : NULL;
	size_t len;
	FILE *file;

	if (level == NULL)
		return 2;
	len = fread(bytes, 1, sizeof(bytes), stdin);
	if (qr_symbol_make(ykt_bytes(bytes, len), (enum qr_level)(level - levels), &symbol) !=
		YKT_OK ||
	    qr_draw_png(&symbol, 4, &out) != YKT_OK)
		return 1;
	file = fopen(argv[2], "wb");
	if (file == NULL || fwrite(png, 1, out.len, file) != out.len || fclose(file) != 0)
		return 1;
	return 0;
}
