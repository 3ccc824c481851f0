/*
 * The one file that knows libqrencode.
 *
 * QRcode_encodeData() is the call for bytes: those for strings stop at a zero.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include <qrencode.h>

#include "qr/qr.h"

#define MODULE_DARK 0x01 /* of libqrencode's bytes; the other bits are its own */

enum ykt_status
qr_symbol_make(struct ykt_bytes bytes, enum qr_level level, struct qr_symbol *ret_symbol)
{
	static const QRecLevel levels[] = { [QR_LEVEL_L] = QR_ECLEVEL_L,
		[QR_LEVEL_M] = QR_ECLEVEL_M,
		[QR_LEVEL_Q] = QR_ECLEVEL_Q,
		[QR_LEVEL_H] = QR_ECLEVEL_H };
	struct qr_symbol symbol = { 0 };
	QRcode *code;

	if (bytes.len == 0 || bytes.len > QR_BYTES_MAX)
		return YKT_E_ARG;
	code = QRcode_encodeData((int)bytes.len, bytes.data, 0, levels[level]);
	if (code == NULL)
		return errno == ENOMEM ? YKT_E_NOMEM : YKT_E_ARG;
	symbol.side = (unsigned)code->width;
	for (unsigned i = 0; i < symbol.side * symbol.side; i++) {
		if ((code->data[i] & MODULE_DARK) != 0)
			symbol.dark[i / 8] |= (uint8_t)(0x80 >> i % 8);
	}
	QRcode_free(code);
	*ret_symbol = symbol;

	return YKT_OK;
}

bool
qr_dark(const struct qr_symbol *symbol, int x, int y)
{
	const int side = (int)symbol->side;
	unsigned at;

	if (x < 0 || y < 0 || x >= side || y >= side)
		return false;
	at = (unsigned)(y * side + x);

	return (symbol->dark[at / 8] & 0x80 >> at % 8) != 0;
}
