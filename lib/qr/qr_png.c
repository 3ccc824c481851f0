/*
 * Symbols as PNG (ISO/IEC 15948): one bit a pixel, deflate blocks that store
 * (RFC 1951, 3.2.4), so that no library is needed for it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "qr/qr.h"

#define STORED_MAX 65535 /* bytes of one stored block */
#define ADLER_MOD  65521

/* What goes into the image data: counted for its header, summed, cut into blocks. */
struct stream {
	struct ykt_buf *out;
	size_t left;  /* of all */
	size_t block; /* left of this block */
	uint32_t a;
	uint32_t b;
};

static uint32_t
crc_of(struct ykt_bytes bytes)
{
	uint32_t crc = 0xFFFFFFFFu;

	for (size_t i = 0; i < bytes.len; i++) {
		crc ^= bytes.data[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
	}

	return ~crc;
}

/* The length stands before the type and is known when the chunk ends. */
static size_t
chunk_begin(struct ykt_buf *out, const char type[4])
{
	const size_t at = out->len;

	ykt_put_u32(out, 0);
	ykt_put_mem(out, type, 4);

	return at;
}

static void
chunk_end(struct ykt_buf *out, size_t at)
{
	struct ykt_bytes body;

	if (out->full)
		return;
	body = ykt_bytes(out->data + at + 4, out->len - at - 4);
	ykt_set_u32(out->data + at, (uint32_t)(body.len - 4));
	ykt_put_u32(out, crc_of(body));
}

static void
put_le16(struct ykt_buf *out, uint16_t value)
{
	ykt_put_u8(out, (uint8_t)value);
	ykt_put_u8(out, (uint8_t)(value >> 8));
}

static void
stream_put(struct stream *stream, uint8_t byte)
{
	if (stream->block == 0) {
		stream->block = stream->left < STORED_MAX ? stream->left : STORED_MAX;
		ykt_put_u8(stream->out, stream->block == stream->left);
		put_le16(stream->out, (uint16_t)stream->block);
		put_le16(stream->out, (uint16_t)~stream->block);
	}
	ykt_put_u8(stream->out, byte);
	stream->block--;
	stream->left--;
	stream->a = (stream->a + byte) % ADLER_MOD;
	stream->b = (stream->b + stream->a) % ADLER_MOD;
}

/* A row of pixels: its filter (none), then eight pixels a byte, light is 1. */
static void
put_row(struct stream *stream, const struct qr_symbol *symbol, unsigned scale, unsigned y)
{
	const unsigned pixels = (symbol->side + 2 * QR_QUIET) * scale;
	const int module_y = (int)(y / scale) - QR_QUIET;

	stream_put(stream, 0);
	for (unsigned x = 0; x < pixels; x += 8) {
		uint8_t byte = 0;

		for (unsigned bit = 0; bit < 8; bit++) {
			int module_x = (int)((x + bit) / scale) - QR_QUIET;

			if (!qr_dark(symbol, module_x, module_y))
				byte |= (uint8_t)(0x80 >> bit);
		}
		stream_put(stream, byte);
	}
}

static void
put_header(struct ykt_buf *out, unsigned pixels)
{
	static const uint8_t signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n' };
	size_t at;

	ykt_put(out, YKT_BYTES(signature));
	at = chunk_begin(out, "IHDR");
	ykt_put_u32(out, pixels);
	ykt_put_u32(out, pixels);
	ykt_put_u8(out, 1);      /* bits a pixel */
	ykt_put_fill(out, 0, 4); /* grey, deflate, no filter, no interlace */
	chunk_end(out, at);
}

enum ykt_status
qr_draw_png(const struct qr_symbol *symbol, unsigned scale, struct ykt_buf *out)
{
	const unsigned pixels = (symbol->side + 2 * QR_QUIET) * scale;
	struct stream stream = {
		.out = out, .left = (size_t)pixels * (1 + (pixels + 7) / 8), .a = 1
	};
	size_t at;

	if (scale == 0 || scale > QR_SCALE_MAX)
		return YKT_E_ARG;
	put_header(out, pixels);
	at = chunk_begin(out, "IDAT");
	ykt_put_u16(out, 0x7801); /* zlib, window of 32 KiB */
	for (unsigned y = 0; y < pixels; y++)
		put_row(&stream, symbol, scale, y);
	ykt_put_u32(out, stream.b << 16 | stream.a);
	chunk_end(out, at);
	at = chunk_begin(out, "IEND");
	chunk_end(out, at);

	return ykt_buf_done(out);
}
