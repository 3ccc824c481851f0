/*
 * Texts of the toolkit. The default alphabet is that of 3GPP TS 23.038 6.2.1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/usat_text.h"

#define ESCAPE        0x1B
#define NO_CHARACTER  0xFFFFFFFFu
#define PLANE_MAX     0xFFFFu
#define REPLACEMENT   0xFFFDu
#define SURROGATE_MIN 0xD800u
#define SURROGATE_MAX 0xDFFFu
#define HALF_PAGE     0x80u
#define SEPTET        0x7Fu

/* By septet; 1B leads to the extension table. */
static const uint16_t gsm[128] = { '@', 0xA3, '$', 0xA5, 0xE8, 0xE9, 0xF9, 0xEC, 0xF2, 0xC7, '\n',
	0xD8, 0xF8, '\r', 0xC5, 0xE5, 0x394, '_', 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3,
	0x398, 0x39E, ESCAPE, 0xC6, 0xE6, 0xDF, 0xC9, ' ', '!', '"', '#', 0xA4, '%', '&', '\'', '(',
	')', '*', '+', ',', '-', '.', '/', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':',
	';', '<', '=', '>', '?', 0xA1, 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L',
	'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 0xC4, 0xD6, 0xD1,
	0xDC, 0xA7, 0xBF, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
	'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 0xE4, 0xF6, 0xF1, 0xFC, 0xE0 };

static const struct {
	uint8_t septet;
	uint16_t character;
} extension[] = {
	{ 0x0A, '\f' },
	{ 0x14, '^' },
	{ 0x28, '{' },
	{ 0x29, '}' },
	{ 0x2F, '\\' },
	{ 0x3C, '[' },
	{ 0x3D, '~' },
	{ 0x3E, ']' },
	{ 0x40, '|' },
	{ 0x65, 0x20AC },
};

/* Appends a character of the basic plane as UTF-8. */
static void
put_utf8(struct ykt_buf *out, uint32_t c)
{
	if (c >= SURROGATE_MIN && c <= SURROGATE_MAX) /* UCS2 has no pairs */
		c = REPLACEMENT;
	if (c < 0x80) {
		ykt_put_u8(out, (uint8_t)c);
	} else if (c < 0x800) {
		ykt_put_u8(out, (uint8_t)(0xC0 | c >> 6));
		ykt_put_u8(out, (uint8_t)(0x80 | (c & 0x3F)));
	} else {
		ykt_put_u8(out, (uint8_t)(0xE0 | c >> 12));
		ykt_put_u8(out, (uint8_t)(0x80 | (c >> 6 & 0x3F)));
		ykt_put_u8(out, (uint8_t)(0x80 | (c & 0x3F)));
	}
}

static uint32_t
rd_more(struct ykt_rd *rd, uint32_t c, unsigned count, uint32_t least)
{
	for (; count > 0; count--) {
		uint8_t byte = ykt_rd_u8(rd);

		if ((byte & 0xC0) != 0x80)
			rd->bad = true;
		c = c << 6 | (byte & 0x3F);
	}
	if (c < least || (c >= SURROGATE_MIN && c <= SURROGATE_MAX) || c > 0x10FFFF)
		rd->bad = true;

	return c;
}

/* The next character of strict UTF-8. */
static uint32_t
rd_utf8(struct ykt_rd *rd)
{
	uint8_t first = ykt_rd_u8(rd);

	if (first < 0x80)
		return first;
	if ((first & 0xE0) == 0xC0)
		return rd_more(rd, first & 0x1F, 1, 0x80);
	if ((first & 0xF0) == 0xE0)
		return rd_more(rd, first & 0x0F, 2, 0x800);
	if ((first & 0xF8) == 0xF0)
		return rd_more(rd, first & 0x07, 3, 0x10000);
	rd->bad = true;

	return 0;
}

/* What the escape and that septet mean: 23.038 lets a stranger stand for a blank. */
static uint32_t
extended(uint8_t septet)
{
	for (size_t i = 0; i < YKT_ARRAY_LEN(extension); i++)
		if (extension[i].septet == septet)
			return extension[i].character;

	return ' ';
}

/* Appends one septet as UTF-8; *escaped remembers an escape before it. */
static void
put_septet(struct ykt_buf *out, uint8_t septet, bool *escaped)
{
	if (septet == ESCAPE && !*escaped) {
		*escaped = true;
		return;
	}
	put_utf8(out, *escaped ? extended(septet) : gsm[septet]);
	*escaped = false;
}

/* The septet of a character in the default alphabet alone, or NO_CHARACTER. */
static uint32_t
septet_of(uint32_t c)
{
	/* Most of ASCII stands for itself. */
	if (c < YKT_ARRAY_LEN(gsm) && gsm[c] == c && c != ESCAPE)
		return c;
	for (uint32_t i = 0; i < YKT_ARRAY_LEN(gsm); i++)
		if (gsm[i] == c && i != ESCAPE)
			return i;

	return NO_CHARACTER;
}

/* One character as one or two septets; the count, 0 when there is none. */
static unsigned
septets_of(uint32_t c, uint8_t septets[2])
{
	uint32_t septet = septet_of(c);

	if (septet != NO_CHARACTER) {
		septets[0] = (uint8_t)septet;
		return 1;
	}
	septets[0] = ESCAPE;
	for (size_t i = 0; i < YKT_ARRAY_LEN(extension); i++) {
		if (extension[i].character == c) {
			septets[1] = extension[i].septet;
			return 2;
		}
	}

	return 0;
}

/* The common end of every function here: what failed leaves no trace. */
static enum ykt_status
finish(struct ykt_buf *out, size_t start, bool bad, enum ykt_status why)
{
	enum ykt_status status = bad ? why : ykt_buf_done(out);

	if (status != YKT_OK)
		out->len = start;

	return status;
}

static enum ykt_status
decode_bytes(struct ykt_bytes text, struct ykt_buf *out)
{
	size_t start = out->len;
	bool escaped = false;
	bool bad = false;

	for (size_t i = 0; i < text.len; i++) {
		bad = bad || text.data[i] > SEPTET;
		put_septet(out, text.data[i] & SEPTET, &escaped);
	}

	return finish(out, start, bad || escaped, YKT_E_FORMAT);
}

static enum ykt_status
decode_ucs2(struct ykt_bytes text, struct ykt_buf *out)
{
	struct ykt_rd rd = ykt_rd(text);
	size_t start = out->len;

	while (rd.left > 0 && !rd.bad)
		put_utf8(out, ykt_rd_u16(&rd));

	return finish(out, start, rd.bad, YKT_E_FORMAT);
}

/* 81 and 82: bytes from 80 on are offsets to base, others the default alphabet. */
static enum ykt_status
decode_offsets(struct ykt_bytes alpha, struct ykt_buf *out)
{
	struct ykt_rd rd = ykt_rd(alpha);
	size_t start = out->len;
	uint8_t form = ykt_rd_u8(&rd);
	size_t count = ykt_rd_u8(&rd);
	uint32_t base = form == USAT_FORM_81 ? (uint32_t)ykt_rd_u8(&rd) << 7 : ykt_rd_u16(&rd);
	bool escaped = false;
	bool bad = rd.bad || rd.left != count;

	for (; count > 0 && !bad; count--) {
		uint8_t byte = ykt_rd_u8(&rd);

		if (byte < HALF_PAGE) {
			put_septet(out, byte, &escaped);
		} else {
			bad = escaped || base + (byte & SEPTET) > PLANE_MAX;
			put_utf8(out, base + (byte & SEPTET));
		}
	}

	return finish(out, start, bad || escaped, YKT_E_FORMAT);
}

enum usat_form
usat_alpha_form(struct ykt_bytes alpha)
{
	if (alpha.len == 0 || alpha.data[0] < USAT_FORM_UCS2 || alpha.data[0] > USAT_FORM_82)
		return USAT_FORM_GSM;

	return (enum usat_form)alpha.data[0];
}

enum ykt_status
usat_alpha_decode(struct ykt_bytes alpha, struct ykt_buf *out)
{
	switch (usat_alpha_form(alpha)) {
	case USAT_FORM_UCS2:
		return decode_ucs2(ykt_bytes_sub(alpha, 1, alpha.len), out);
	case USAT_FORM_81:
	case USAT_FORM_82:
		return decode_offsets(alpha, out);
	case USAT_FORM_GSM:
		break;
	}

	return decode_bytes(alpha, out);
}

static enum ykt_status
encode_bytes(struct ykt_bytes utf8, struct ykt_buf *out)
{
	struct ykt_rd rd = ykt_rd(utf8);
	size_t start = out->len;
	bool foreign = false;

	while (rd.left > 0 && !rd.bad) {
		uint8_t septets[2];
		unsigned count = septets_of(rd_utf8(&rd), septets);

		foreign = foreign || count == 0;
		ykt_put_mem(out, septets, count);
	}

	return finish(out, start, rd.bad || foreign, rd.bad ? YKT_E_FORMAT : YKT_E_ARG);
}

static enum ykt_status
encode_ucs2(struct ykt_bytes utf8, struct ykt_buf *out)
{
	struct ykt_rd rd = ykt_rd(utf8);
	size_t start = out->len;
	bool foreign = false;

	while (rd.left > 0 && !rd.bad) {
		uint32_t c = rd_utf8(&rd);

		foreign = foreign || c > PLANE_MAX;
		ykt_put_u16(out, (uint16_t)c);
	}

	return finish(out, start, rd.bad || foreign, rd.bad ? YKT_E_FORMAT : YKT_E_ARG);
}

/* The least character outside the default alphabet: what offsets are counted from. */
static uint32_t
least_foreign(struct ykt_bytes utf8, bool *ret_bad)
{
	struct ykt_rd rd = ykt_rd(utf8);
	uint32_t least = PLANE_MAX + 1;

	while (rd.left > 0 && !rd.bad) {
		uint32_t c = rd_utf8(&rd);

		if (septet_of(c) == NO_CHARACTER && c < least)
			least = c;
	}
	*ret_bad = rd.bad;

	return least > PLANE_MAX ? 0 : least;
}

static enum ykt_status
encode_offsets(enum usat_form form, struct ykt_bytes utf8, struct ykt_buf *out)
{
	struct ykt_rd rd = ykt_rd(utf8);
	size_t start = out->len;
	size_t count_at = start + 1;
	bool bad = false;
	uint32_t base = least_foreign(utf8, &bad);
	bool foreign = form == USAT_FORM_81 && base >> 7 > 0xFF;
	size_t text_at;

	ykt_put_u8(out, (uint8_t)form);
	ykt_put_u8(out, 0);
	if (form == USAT_FORM_81) {
		base &= ~SEPTET;
		ykt_put_u8(out, (uint8_t)(base >> 7));
	} else {
		ykt_put_u16(out, (uint16_t)base);
	}
	text_at = out->len;
	while (rd.left > 0 && !bad) {
		uint32_t c = rd_utf8(&rd);
		uint32_t septet = septet_of(c);

		foreign = foreign || (septet == NO_CHARACTER && c - base >= HALF_PAGE);
		ykt_put_u8(out, (uint8_t)(septet != NO_CHARACTER ? septet : HALF_PAGE + c - base));
	}
	foreign = foreign || out->len - text_at > UINT8_MAX;
	if (!bad && !foreign && !out->full)
		out->data[count_at] = (uint8_t)(out->len - text_at);

	return finish(out, start, bad || foreign, bad ? YKT_E_FORMAT : YKT_E_ARG);
}

enum ykt_status
usat_alpha_encode(enum usat_form form, struct ykt_bytes utf8, struct ykt_buf *out)
{
	size_t start = out->len;
	enum ykt_status status;

	switch (form) {
	case USAT_FORM_UCS2:
		ykt_put_u8(out, USAT_FORM_UCS2);
		status = encode_ucs2(utf8, out);
		break;
	case USAT_FORM_81:
	case USAT_FORM_82:
		return encode_offsets(form, utf8, out);
	case USAT_FORM_GSM:
	default:
		status = encode_bytes(utf8, out);
		break;
	}

	return finish(out, start, status != YKT_OK, status);
}

static enum ykt_status
decode_packed(struct ykt_bytes text, struct ykt_buf *out)
{
	size_t start = out->len;
	size_t count = text.len * 8 / 7;
	bool escaped = false;
	uint32_t bits = 0;
	unsigned have = 0;

	if (text.len != 0 && text.len % 7 == 0 && text.data[text.len - 1] >> 1 == 0)
		count--; /* padding, see the header */
	for (size_t i = 0, at = 0; i < count; i++) {
		if (have < 7) {
			bits |= (uint32_t)text.data[at++] << have;
			have += 8;
		}
		put_septet(out, bits & SEPTET, &escaped);
		bits >>= 7;
		have -= 7;
	}

	return finish(out, start, escaped, YKT_E_FORMAT);
}

static enum ykt_status
encode_packed(struct ykt_bytes utf8, struct ykt_buf *out)
{
	struct ykt_rd rd = ykt_rd(utf8);
	size_t start = out->len;
	bool foreign = false;
	uint32_t bits = 0;
	unsigned have = 0;

	while (rd.left > 0 && !rd.bad) {
		uint8_t septets[2];
		unsigned count = septets_of(rd_utf8(&rd), septets);

		foreign = foreign || count == 0;
		for (unsigned i = 0; i < count; i++, have += 7) {
			bits |= (uint32_t)septets[i] << have;
			if (have + 7 >= 8) {
				ykt_put_u8(out, (uint8_t)bits);
				bits >>= 8;
				have -= 8;
			}
		}
	}
	if (have > 0)
		ykt_put_u8(out, (uint8_t)bits);

	return finish(out, start, rd.bad || foreign, rd.bad ? YKT_E_FORMAT : YKT_E_ARG);
}

enum ykt_status
usat_text_decode(struct ykt_bytes value, struct ykt_buf *out)
{
	struct ykt_bytes text = ykt_bytes_sub(value, 1, value.len);

	if (value.len == 0)
		return YKT_OK;
	if (value.data[0] == USAT_DCS_PACKED)
		return decode_packed(text, out);
	if (value.data[0] == USAT_DCS_8BIT)
		return decode_bytes(text, out);
	if (value.data[0] == USAT_DCS_UCS2)
		return decode_ucs2(text, out);

	return YKT_E_FORMAT;
}

enum ykt_status
usat_text_encode(enum usat_dcs dcs, struct ykt_bytes utf8, struct ykt_buf *out)
{
	size_t start = out->len;
	enum ykt_status status;

	ykt_put_u8(out, (uint8_t)dcs);
	if (dcs == USAT_DCS_UCS2)
		status = encode_ucs2(utf8, out);
	else if (dcs == USAT_DCS_8BIT)
		status = encode_bytes(utf8, out);
	else
		status = encode_packed(utf8, out);

	return finish(out, start, status != YKT_OK, status);
}
