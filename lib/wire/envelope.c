/*
 * Sealing. The JSON is written once, front to back: the ciphertext is made in
 * the back half of the room for its own digits, and spread from there.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "crypto/crypto.h"
#include "wire/field.h"
#include "wire/seal.h"
#include "wire/writer.h"

static const struct wire_field wire_open_sealed_fields[] = {
	FIELD_INT(wire_open_sealed, v, WIRE_VERSION, WIRE_VERSION),
	FIELD_BLOB(wire_open_sealed, key),
	FIELD_TIME(wire_open_sealed, ts_ms),
	FIELD_HEX(wire_open_sealed, nonce),
	FIELD_HEX(wire_open_sealed, device),
	FIELD_DIGITS(wire_open_sealed, ct, 2 * WIRE_REQUEST_MAX),
	FIELD_HEX(wire_open_sealed, sig),
	FIELD_HEX(wire_open_sealed, mac),
};
MESSAGE(wire_open_sealed, "open_sealed");

static const struct wire_field wire_call_sealed_fields[] = {
	FIELD_INT(wire_call_sealed, v, WIRE_VERSION, WIRE_VERSION),
	FIELD_HEX(wire_call_sealed, sid),
	FIELD_INT(wire_call_sealed, ctr, 1, WIRE_CTR_MAX),
	FIELD_TIME(wire_call_sealed, ts_ms),
	FIELD_HEX(wire_call_sealed, nonce),
	FIELD_DIGITS(wire_call_sealed, ct, 2 * WIRE_REQUEST_MAX),
	FIELD_HEX(wire_call_sealed, mac),
};
MESSAGE(wire_call_sealed, "call_sealed");

static const struct wire_field wire_reply_sealed_fields[] = {
	FIELD_INT(wire_reply_sealed, v, WIRE_VERSION, WIRE_VERSION),
	FIELD_HEX(wire_reply_sealed, nonce),
	FIELD_DIGITS(wire_reply_sealed, ct, 2 * WIRE_REPLY_MAX),
	FIELD_HEX(wire_reply_sealed, mac),
};
MESSAGE(wire_reply_sealed, "reply_sealed");

static void
put_hex(struct wire_wr *wr, const char *name, struct ykt_bytes bytes)
{
	wire_wr_name(wr, name);
	wire_wr_hex(wr, bytes);
}

static void
put_int(struct wire_wr *wr, const char *name, int64_t value)
{
	wire_wr_name(wr, name);
	wire_wr_int(wr, value);
}

/* ,"sig":"<128>" and ,"mac":"<64>"} come behind the digits in any case. */
#define TAIL_MAC  (1 + 6 + 66 + 1)
#define TAIL_OPEN (1 + 6 + 130 + TAIL_MAC)

/*
 * Opens the string of ct and gives the place of n ciphertext bytes; NULL when
 * there is no room for the rest.
 */
static uint8_t *
begin_ct(struct wire_wr *wr, size_t n, size_t tail)
{
	struct ykt_buf *buf = wr->buf;

	wire_wr_name(wr, "ct");
	ykt_put_u8(buf, '"');
	if (buf->full || buf->cap - buf->len < 2 * n + 1 + tail) {
		buf->full = true;
		return NULL;
	}

	return buf->data + buf->len + n;
}

/* Byte i is read at n + i or later and written at 2i and 2i + 1: never ahead of it. */
static void
end_ct(struct wire_wr *wr, struct ykt_bytes ct)
{
	struct ykt_buf *buf = wr->buf;

	wire_hex_digits(ct, buf->data + buf->len);
	buf->len += 2 * ct.len;
	ykt_put_u8(buf, '"');
}

/* Encrypts, authenticates and ends a message that has no signature. */
static enum ykt_status
seal_tail(struct crypto *c, const struct wire_session_keys *keys, enum seal_way way,
    const char kind[8], const struct wire_seal *seal, struct ykt_bytes plain, struct wire_wr *wr)
{
	uint8_t mac[32] = { 0 };
	uint8_t *ct = begin_ct(wr, plain.len, TAIL_MAC);
	enum ykt_status status = YKT_OK;

	if (ct == NULL)
		return YKT_OK;
	status = seal_crypt(c, keys, way, seal->nonce, plain, ct);
	if (status == YKT_OK)
		status = seal_mac(c, keys, way, kind, seal, ykt_bytes(ct, plain.len), mac);
	if (status != YKT_OK)
		return status;
	end_ct(wr, ykt_bytes(ct, plain.len));
	put_hex(wr, "mac", YKT_BYTES(mac));
	wire_wr_raw(wr, "}");

	return YKT_OK;
}

/* Ends the writing; a failure of before stands and takes the text back. */
static enum ykt_status
finish(struct wire_wr *wr, enum ykt_status status)
{
	enum ykt_status written;

	if (status != YKT_OK)
		wr->arg = true;
	written = wire_wr_end(wr);

	return status != YKT_OK ? status : written;
}

enum ykt_status
wire_call_seal(struct crypto *c, const struct ykt_random *random,
    const struct wire_session_keys *keys, const uint8_t sid[16], int64_t ctr, int64_t ts_ms,
    struct ykt_bytes plain, struct ykt_buf *json, struct wire_seal *ret_seal)
{
	struct wire_seal seal = { .ctr = ctr, .ts_ms = ts_ms };
	struct wire_wr wr;
	enum ykt_status status;

	if (plain.len > WIRE_REQUEST_MAX || ctr < 1 || ctr > WIRE_CTR_MAX || ts_ms < 0 ||
	    ts_ms > WIRE_TIME_MAX)
		return YKT_E_ARG;
	memcpy(seal.sid, sid, sizeof(seal.sid));
	status = ykt_random_fill(random, seal.nonce, sizeof(seal.nonce));
	if (status != YKT_OK)
		return status;

	wire_wr_begin(&wr, json);
	wire_wr_raw(&wr, "{");
	put_int(&wr, "v", WIRE_VERSION);
	put_hex(&wr, "sid", YKT_BYTES(seal.sid));
	put_int(&wr, "ctr", ctr);
	put_int(&wr, "ts_ms", ts_ms);
	put_hex(&wr, "nonce", YKT_BYTES(seal.nonce));
	status = finish(&wr, seal_tail(c, keys, SEAL_C2S, SEAL_KIND_CALL, &seal, plain, &wr));
	if (status == YKT_OK)
		*ret_seal = seal;

	return status;
}

enum ykt_status
wire_reply_seal(struct crypto *c, const struct wire_session_keys *keys,
    const struct wire_seal *seal, struct ykt_bytes plain, struct ykt_buf *json)
{
	struct wire_wr wr;

	if (plain.len > WIRE_REPLY_MAX)
		return YKT_E_ARG;

	wire_wr_begin(&wr, json);
	wire_wr_raw(&wr, "{");
	put_int(&wr, "v", WIRE_VERSION);
	put_hex(&wr, "nonce", YKT_BYTES(seal->nonce));

	return finish(&wr, seal_tail(c, keys, SEAL_S2C, SEAL_KIND_REPL, seal, plain, &wr));
}

/* Encrypts, signs, authenticates and ends open_sealed. */
static enum ykt_status
open_tail(struct crypto *c, const struct wire_session_keys *keys, const struct signer *device,
    const struct wire_seal *seal, struct ykt_bytes key, struct ykt_bytes plain, struct wire_wr *wr)
{
	uint8_t text[SEAL_SIGNED_LEN] = { 0 };
	uint8_t sig[64] = { 0 };
	uint8_t mac[32] = { 0 };
	uint8_t *ct = begin_ct(wr, plain.len, TAIL_OPEN);
	enum ykt_status status;

	if (ct == NULL)
		return YKT_OK;
	status = seal_crypt(c, keys, SEAL_C2S, seal->nonce, plain, ct);
	if (status == YKT_OK)
		status = seal_signed(c, seal, &device->pub, key, ykt_bytes(ct, plain.len), text);
	if (status == YKT_OK)
		status = signer_sign(device, YKT_BYTES(text), sig);
	if (status == YKT_OK)
		status = seal_mac(
		    c, keys, SEAL_C2S, SEAL_KIND_OPEN, seal, ykt_bytes(ct, plain.len), mac);
	if (status != YKT_OK)
		return status;
	end_ct(wr, ykt_bytes(ct, plain.len));
	put_hex(wr, "sig", YKT_BYTES(sig));
	put_hex(wr, "mac", YKT_BYTES(mac));
	wire_wr_raw(wr, "}");

	return YKT_OK;
}

enum ykt_status
wire_open_seal(struct crypto *c, const struct ykt_random *random,
    const struct crypto_sm2_pub *platform, const struct signer *device, int64_t ts_ms,
    struct ykt_bytes plain, struct ykt_buf *json, struct wire_session_keys *ret_keys,
    struct wire_seal *ret_seal)
{
	uint8_t secret[WIRE_SECRET_LEN] = { 0 };
	uint8_t key_bytes[WIRE_SECRET_LEN + CRYPTO_SM2_EXTRA];
	struct ykt_buf key = YKT_BUF(key_bytes);
	struct wire_seal seal = { .ts_ms = ts_ms };
	struct wire_session_keys keys = { 0 };
	struct wire_wr wr;
	enum ykt_status status;

	if (plain.len > WIRE_REQUEST_MAX || ts_ms < 0 || ts_ms > WIRE_TIME_MAX)
		return YKT_E_ARG;
	status = ykt_random_fill(random, secret, sizeof(secret));
	if (status == YKT_OK)
		status = ykt_random_fill(random, seal.nonce, sizeof(seal.nonce));
	if (status == YKT_OK)
		status = signer_encipher(device, c, platform, YKT_BYTES(secret), &key);
	if (status == YKT_OK)
		status = wire_session_keys_derive(c, secret, &keys);
	if (status != YKT_OK)
		goto out;

	wire_wr_begin(&wr, json);
	wire_wr_raw(&wr, "{");
	put_int(&wr, "v", WIRE_VERSION);
	put_hex(&wr, "key", ykt_buf_view(&key));
	put_int(&wr, "ts_ms", ts_ms);
	put_hex(&wr, "nonce", YKT_BYTES(seal.nonce));
	put_hex(&wr, "device", YKT_BYTES(device->pub.xy));
	status = finish(&wr, open_tail(c, &keys, device, &seal, ykt_buf_view(&key), plain, &wr));
	if (status == YKT_OK) {
		*ret_keys = keys;
		*ret_seal = seal;
	}
out:
	ykt_wipe(secret, sizeof(secret));
	ykt_wipe(&keys, sizeof(keys));

	return status;
}
