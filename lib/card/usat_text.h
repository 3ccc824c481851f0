/*
 * Texts of the toolkit to UTF-8 and back: alpha identifiers and items (TS 102 221
 * Annex A), and text strings behind a data coding scheme (TS 102 223 8.15).
 *
 * Only characters of the basic plane exist there. Both directions append to out
 * and leave its length alone on failure:
 *
 * YKT_E_FORMAT  cut, odd, a length that does not fit; or the UTF-8 is none
 * YKT_E_ARG     (writing) a character that this form does not have
 * YKT_E_SPACE   out is too small
 *
 * A quirk of the packed alphabet: eight septets of which the last is 0 look like
 * seven and padding. They are read as seven, so that a final @ there is lost.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_USAT_TEXT_H
#define CARD_USAT_TEXT_H

#include <ykt/bytes.h>

/* How an alpha identifier is written. */
enum usat_form {
	USAT_FORM_GSM = 0x00,  /* the default alphabet, one byte a character */
	USAT_FORM_UCS2 = 0x80, /* 80, then two bytes a character */
	USAT_FORM_81 = 0x81,   /* length, bits 15-8 of a half page, one byte a character */
	USAT_FORM_82 = 0x82    /* length, a base of two bytes, one byte a character */
};

/* The form that an alpha identifier has. */
enum usat_form usat_alpha_form(struct ykt_bytes alpha);
YKT_MUST_USE enum ykt_status usat_alpha_decode(struct ykt_bytes alpha, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
usat_alpha_encode(enum usat_form form, struct ykt_bytes utf8, struct ykt_buf *out);

/* Data coding schemes of a text string that we read and write. */
enum usat_dcs {
	USAT_DCS_PACKED = 0x00, /* the default alphabet, seven bits a character */
	USAT_DCS_8BIT = 0x04,   /* the default alphabet, a byte a character */
	USAT_DCS_UCS2 = 0x08
};

/* The value of a text string element: DCS and text; an empty one is an empty text. */
YKT_MUST_USE enum ykt_status usat_text_decode(struct ykt_bytes value, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
usat_text_encode(enum usat_dcs dcs, struct ykt_bytes utf8, struct ykt_buf *out);

#endif
