/*
 * The identity application's commands and answers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/ident.h"

#include <string.h>

#include "card/purse_cmd.h"
#include "card/purse_pin.h"
#include "card/tlv.h"

#define TAG_PUBLIC  0x7F49
#define TAG_POINT   0x86
#define POINT_PLAIN 0x04
#define FLAG_KEY    0x01
#define FLAG_CERT   0x02
#define FLAG_SERVER 0x04
#define FLAG_CA     0x08
#define FLAG_RIDE   0x10
#define FLAG_ALL    0x1F
#define STATUS_LEN  (1 + IDENT_ACCESS_LEN + 2 + IDENT_IDENTITY_LEN)
#define NE_ANY      APDU_SHORT_NE_MAX

const uint8_t ident_elf[IDENT_ELF_LEN] = { 0xF0, 'Y', 'K', 'T', 'I', 'D' };
const uint8_t ident_aid[IDENT_AID_LEN] = { 0xF0, 'Y', 'K', 'T', 'I', 'D', 0x01 };

#define ID(text)                                                                                   \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}

const struct ykt_bytes ident_id_internal = ID("ykt-ident-internal");
const struct ykt_bytes ident_id_external = ID("ykt-ident-external");
const struct ykt_bytes ident_id_request = ID("ykt-ident-request");

static void
build(uint8_t ins, uint16_t p1p2, struct ykt_bytes data, uint32_t ne, struct ykt_buf *out)
{
	const struct apdu_cmd cmd = { 0x00, ins, (uint8_t)(p1p2 >> 8), (uint8_t)p1p2, data, ne,
		false };

	apdu_cmd_encode(&cmd, out);
}

static const struct ykt_bytes nothing = { NULL, 0 };

void
ident_select_build(bool next, struct ykt_buf *out)
{
	if (next)
		purse_select_next_build(YKT_BYTES(ident_aid), out);
	else
		purse_select_build(YKT_BYTES(ident_aid), out);
}

void
ident_generate_build(uint8_t p1, uint8_t key, struct ykt_buf *out)
{
	build(IDENT_INS_GENERATE, (uint16_t)(p1 << 8 | key), nothing, NE_ANY, out);
}

void
ident_delete_build(uint8_t key, struct ykt_buf *out)
{
	build(IDENT_INS_DELETE, (uint16_t)(IDENT_P1_DELETE << 8 | key), nothing, 0, out);
}

void
ident_get_build(uint16_t tag, struct ykt_buf *out)
{
	build(IDENT_INS_GET, tag, nothing, NE_ANY, out);
}

void
ident_put_cert_build(struct ykt_bytes cert, struct ykt_buf *out)
{
	build(IDENT_INS_PUT, IDENT_TAG_CERT, cert, 0, out);
}

void
ident_operation_build(uint16_t op, struct ykt_bytes data, struct ykt_buf *out)
{
	build(IDENT_INS_OPERATION, op, data, NE_ANY, out);
}

void
ident_internal_build(struct ykt_bytes challenge, struct ykt_buf *out)
{
	build(IDENT_INS_INTERNAL, 0, challenge, NE_ANY, out);
}

void
ident_challenge_build(struct ykt_buf *out)
{
	purse_get_challenge_build(IDENT_CHALLENGE_LEN, out);
}

void
ident_external_build(const uint8_t sig[64], struct ykt_buf *out)
{
	build(IDENT_INS_EXTERNAL, 0, ykt_bytes(sig, CRYPTO_SM2_SIG_LEN), 0, out);
}

void
ident_verify_build(struct ykt_bytes pin, struct ykt_buf *out)
{
	purse_verify_build(pin, out);
}

void
ident_change_build(struct ykt_bytes old, struct ykt_bytes pin, struct ykt_buf *out)
{
	uint8_t bytes[2 * PURSE_PIN_MAX + 1];
	struct ykt_buf data = YKT_BUF(bytes);

	ykt_put(&data, old);
	ykt_put_u8(&data, 0xFF);
	ykt_put(&data, pin);
	out->full = out->full || data.full;
	build(IDENT_INS_CHANGE, 0, ykt_buf_view(&data), 0, out);
	ykt_buf_wipe(&data);
}

void
ident_external_text(const uint8_t challenge[IDENT_CHALLENGE_LEN],
    const uint8_t identity[IDENT_IDENTITY_LEN], uint8_t out[IDENT_EXTERNAL_TEXT])
{
	memcpy(out, challenge, IDENT_CHALLENGE_LEN);
	memcpy(out + IDENT_CHALLENGE_LEN, identity, IDENT_IDENTITY_LEN);
}

/* The one element that bytes are; false for another tag or length. */
static bool
only(struct ykt_bytes bytes, uint32_t tag, size_t len, struct ykt_bytes *ret_value)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct tlv tlv;

	if (!tlv_next(&rd, &tlv) || tlv.tag != tag || tlv.value.len != len ||
	    ykt_rd_done(&rd) != YKT_OK)
		return false;
	*ret_value = tlv.value;

	return true;
}

void
ident_public_encode(const struct crypto_sm2_pub *pub, struct ykt_buf *out)
{
	size_t mark = tlv_begin(out, TAG_PUBLIC);
	size_t inner = tlv_begin(out, TAG_POINT);

	ykt_put_u8(out, POINT_PLAIN);
	ykt_put(out, YKT_BYTES(pub->xy));
	tlv_end(out, inner);
	tlv_end(out, mark);
}

enum ykt_status
ident_public_decode(struct ykt_bytes rsp, struct crypto_sm2_pub *ret_pub)
{
	struct ykt_bytes inner, point;

	if (!only(rsp, TAG_PUBLIC, CRYPTO_SM2_POINT_LEN + 2, &inner) ||
	    !only(inner, TAG_POINT, CRYPTO_SM2_POINT_LEN, &point) || point.data[0] != POINT_PLAIN)
		return YKT_E_FORMAT;
	memcpy(ret_pub->xy, point.data + 1, sizeof(ret_pub->xy));

	return YKT_OK;
}

void
ident_platform_encode(const struct crypto_sm2_pub *pub, struct ykt_buf *out)
{
	tlv_put(out, IDENT_TAG_PLATFORM, YKT_BYTES(pub->xy));
}

enum ykt_status
ident_platform_decode(struct ykt_bytes rsp, struct crypto_sm2_pub *ret_pub)
{
	struct ykt_bytes xy;

	if (!only(rsp, IDENT_TAG_PLATFORM, sizeof(ret_pub->xy), &xy))
		return YKT_E_FORMAT;
	memcpy(ret_pub->xy, xy.data, sizeof(ret_pub->xy));

	return YKT_OK;
}

void
ident_status_encode(const struct ident_status *status, struct ykt_buf *out)
{
	size_t mark = tlv_begin(out, IDENT_TAG_STATUS);

	ykt_put_u8(
	    out, (uint8_t)((status->key ? FLAG_KEY : 0) | (status->certificate ? FLAG_CERT : 0) |
			   (status->platform ? FLAG_SERVER : 0) |
			   (status->authority ? FLAG_CA : 0) | (status->ride ? FLAG_RIDE : 0)));
	ykt_put(out, YKT_BYTES(status->access));
	ykt_put_u8(out, status->pin_limit);
	ykt_put_u8(out, status->pin_left);
	ykt_put(out, YKT_BYTES(status->identity));
	tlv_end(out, mark);
}

enum ykt_status
ident_status_decode(struct ykt_bytes rsp, struct ident_status *ret_status)
{
	struct ident_status status = { 0 };
	struct ykt_bytes value;
	struct ykt_rd rd;
	uint8_t flags;

	if (!only(rsp, IDENT_TAG_STATUS, STATUS_LEN, &value))
		return YKT_E_FORMAT;
	rd = ykt_rd(value);
	flags = ykt_rd_u8(&rd);
	ykt_rd_copy(&rd, status.access, sizeof(status.access));
	status.pin_limit = ykt_rd_u8(&rd);
	status.pin_left = ykt_rd_u8(&rd);
	ykt_rd_copy(&rd, status.identity, sizeof(status.identity));
	if ((flags & ~FLAG_ALL) != 0 ||
	    ((status.access[0] | status.access[1]) & ~IDENT_ACCESS_ALL) != 0 ||
	    status.pin_left > status.pin_limit || status.pin_limit > PURSE_PIN_TRIES_MAX ||
	    ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	status.key = (flags & FLAG_KEY) != 0;
	status.certificate = (flags & FLAG_CERT) != 0;
	status.platform = (flags & FLAG_SERVER) != 0;
	status.authority = (flags & FLAG_CA) != 0;
	status.ride = (flags & FLAG_RIDE) != 0;
	*ret_status = status;

	return YKT_OK;
}
