/*
 * The DER forms of GM/T 0009 for SM2 ciphertexts and signatures, both ways.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "crypto/digest.h"
#include "crypto/sm2.h"

#define DER_INTEGER  0x02
#define DER_OCTETS   0x04
#define DER_SEQUENCE 0x30

#define NUMBER_LEN  32
#define POINT_FIRST 0x04

/* Tag and length of len bytes of content; lengths here are below 65536. */
static size_t
head_len(size_t len)
{
	return len < 0x80 ? 2 : len < 0x100 ? 3 : 4;
}

static void
put_head(struct ykt_buf *out, uint8_t tag, size_t len)
{
	ykt_put_u8(out, tag);
	if (len >= 0x100) {
		ykt_put_u8(out, 0x82);
		ykt_put_u16(out, (uint16_t)len);
	} else {
		if (len >= 0x80)
			ykt_put_u8(out, 0x81);
		ykt_put_u8(out, (uint8_t)len);
	}
}

/* Without leading zeros; with one when the top bit is set. */
static size_t
integer_len(const uint8_t number[NUMBER_LEN])
{
	size_t skip = 0;

	while (skip < NUMBER_LEN - 1 && number[skip] == 0)
		skip++;
	return NUMBER_LEN - skip + (number[skip] >= 0x80 ? 1 : 0);
}

static void
put_integer(struct ykt_buf *out, const uint8_t number[NUMBER_LEN])
{
	size_t len = integer_len(number);

	put_head(out, DER_INTEGER, len);
	if (len > NUMBER_LEN) {
		ykt_put_u8(out, 0);
		len--;
	}
	ykt_put_mem(out, number + NUMBER_LEN - len, len);
}

/* A tag and the shortest length form; the content as a cursor of its own. */
static struct ykt_bytes
get_value(struct ykt_rd *rd, uint8_t tag)
{
	size_t len;

	if (ykt_rd_u8(rd) != tag)
		rd->bad = true;
	len = ykt_rd_u8(rd);
	if (len == 0x81) {
		len = ykt_rd_u8(rd);
		if (len < 0x80)
			rd->bad = true;
	} else if (len == 0x82) {
		len = ykt_rd_u16(rd);
		if (len < 0x100)
			rd->bad = true;
	} else if (len >= 0x80) {
		rd->bad = true;
	}
	if (rd->bad)
		len = 0;
	return ykt_rd_take(rd, len);
}

static void
get_integer(struct ykt_rd *rd, uint8_t number[NUMBER_LEN])
{
	struct ykt_bytes v = get_value(rd, DER_INTEGER);

	memset(number, 0, NUMBER_LEN);
	if (v.len == 0 || v.data[0] >= 0x80 || (v.len > 1 && v.data[0] == 0 && v.data[1] < 0x80)) {
		rd->bad = true;
		return;
	}
	if (v.data[0] == 0)
		v = ykt_bytes_sub(v, 1, v.len - 1);
	if (v.len > NUMBER_LEN)
		rd->bad = true;
	else if (v.len > 0)
		memcpy(number + NUMBER_LEN - v.len, v.data, v.len);
}

enum ykt_status
crypto_sm2_cipher_to_der(struct ykt_bytes raw, struct ykt_buf *out)
{
	struct ykt_rd rd = ykt_rd(raw);
	uint8_t first = ykt_rd_u8(&rd);
	struct ykt_bytes x = ykt_rd_take(&rd, NUMBER_LEN);
	struct ykt_bytes y = ykt_rd_take(&rd, NUMBER_LEN);
	struct ykt_bytes c3 = ykt_rd_take(&rd, CRYPTO_DIGEST_LEN);
	struct ykt_bytes c2 = ykt_rd_rest(&rd);
	size_t content;

	if (ykt_rd_done(&rd) != YKT_OK || first != POINT_FIRST || c2.len == 0 ||
	    c2.len > CRYPTO_SM2_TEXT_MAX)
		return YKT_E_FORMAT;
	content = 2 + integer_len(x.data) + 2 + integer_len(y.data) + 2 + c3.len +
		  head_len(c2.len) + c2.len;
	if (out->full || out->cap - out->len < head_len(content) + content)
		return YKT_E_SPACE;
	put_head(out, DER_SEQUENCE, content);
	put_integer(out, x.data);
	put_integer(out, y.data);
	put_head(out, DER_OCTETS, c3.len);
	ykt_put(out, c3);
	put_head(out, DER_OCTETS, c2.len);
	ykt_put(out, c2);
	return YKT_OK;
}

enum ykt_status
crypto_sm2_cipher_from_der(struct ykt_bytes der, struct ykt_buf *out)
{
	struct ykt_rd rd = ykt_rd(der);
	struct ykt_rd in = ykt_rd(get_value(&rd, DER_SEQUENCE));
	uint8_t x[NUMBER_LEN];
	uint8_t y[NUMBER_LEN];
	struct ykt_bytes c3;
	struct ykt_bytes c2;

	get_integer(&in, x);
	get_integer(&in, y);
	c3 = get_value(&in, DER_OCTETS);
	c2 = get_value(&in, DER_OCTETS);
	if (ykt_rd_done(&rd) != YKT_OK || ykt_rd_done(&in) != YKT_OK ||
	    c3.len != CRYPTO_DIGEST_LEN || c2.len == 0 || c2.len > CRYPTO_SM2_TEXT_MAX)
		return YKT_E_FORMAT;
	if (out->full || out->cap - out->len < c2.len + CRYPTO_SM2_EXTRA)
		return YKT_E_SPACE;
	ykt_put_u8(out, POINT_FIRST);
	ykt_put_mem(out, x, sizeof(x));
	ykt_put_mem(out, y, sizeof(y));
	ykt_put(out, c3);
	ykt_put(out, c2);
	return YKT_OK;
}

enum ykt_status
crypto_sm2_sig_to_der(const uint8_t sig[64], struct ykt_buf *out)
{
	size_t content = 2 + integer_len(sig) + 2 + integer_len(sig + NUMBER_LEN);

	if (out->full || out->cap - out->len < head_len(content) + content)
		return YKT_E_SPACE;
	put_head(out, DER_SEQUENCE, content);
	put_integer(out, sig);
	put_integer(out, sig + NUMBER_LEN);
	return YKT_OK;
}

enum ykt_status
crypto_sm2_sig_from_der(struct ykt_bytes der, uint8_t ret_sig[64])
{
	struct ykt_rd rd = ykt_rd(der);
	struct ykt_rd in = ykt_rd(get_value(&rd, DER_SEQUENCE));
	uint8_t sig[CRYPTO_SM2_SIG_LEN];

	get_integer(&in, sig);
	get_integer(&in, sig + NUMBER_LEN);
	if (ykt_rd_done(&rd) != YKT_OK || ykt_rd_done(&in) != YKT_OK)
		return YKT_E_FORMAT;
	memcpy(ret_sig, sig, sizeof(sig));
	return YKT_OK;
}
