/*
 * Opening what was sealed: authenticity first, then decryption, in place.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "crypto/crypto.h"
#include "wire/reader.h"
#include "wire/seal.h"

/* A seal has one failure; only ours are told apart from it. */
static enum ykt_status
one_error(enum ykt_status status)
{
	if (status == YKT_OK || status == YKT_E_CRYPTO || status == YKT_E_SPACE ||
	    status == YKT_E_NOMEM || status == YKT_E_DOWN)
		return status;

	return YKT_E_MAC;
}

/* The ciphertext's bytes, behind what plain holds; they are no part of plain yet. */
static enum ykt_status
ct_bytes(struct ykt_bytes digits, const struct ykt_buf *plain, struct ykt_bytes *ret)
{
	size_t len = digits.len / 2;

	if (plain->full || plain->cap - plain->len < len)
		return YKT_E_SPACE;
	wire_hex_bytes(digits, plain->data + plain->len);
	*ret = ykt_bytes(plain->data + plain->len, len);

	return YKT_OK;
}

static enum ykt_status
check_mac(struct crypto *c, const struct wire_session_keys *keys, enum seal_way way,
    const char kind[8], const struct wire_seal *seal, struct ykt_bytes ct, const uint8_t mac[32])
{
	uint8_t want[32] = { 0 };
	enum ykt_status status;

	status = seal_mac(c, keys, way, kind, seal, ct, want);
	if (status == YKT_OK && !ykt_ct_equal(want, mac, sizeof(want)))
		status = YKT_E_MAC;
	ykt_wipe(want, sizeof(want));

	return status;
}

/* Appends the text of a message that has no signature. */
static enum ykt_status
unseal(struct crypto *c, const struct wire_session_keys *keys, enum seal_way way,
    const char kind[8], const struct wire_seal *seal, struct ykt_bytes digits,
    const uint8_t mac[32], struct ykt_buf *plain)
{
	struct ykt_bytes ct = { NULL, 0 };
	uint8_t *text = plain->data + plain->len;
	enum ykt_status status;

	status = ct_bytes(digits, plain, &ct);
	if (status == YKT_OK)
		status = check_mac(c, keys, way, kind, seal, ct, mac);
	if (status == YKT_OK)
		status = seal_crypt(c, keys, way, seal->nonce, ct, text);
	if (status == YKT_OK)
		plain->len += ct.len;
	else if (ct.len != 0)
		ykt_wipe(text, ct.len);

	return one_error(status);
}

enum ykt_status
wire_reply_unseal(struct crypto *c, const struct wire_session_keys *keys,
    const struct wire_seal *seal, struct ykt_bytes json, struct ykt_buf *plain)
{
	struct wire_reply_sealed sealed;
	enum ykt_status status;

	status = wire_decode(&wire_reply_sealed_msg, json, &sealed);
	if (status != YKT_OK)
		return status;
	/* Not secret: it went out in clear with the request. */
	if (!ykt_ct_equal(sealed.nonce, seal->nonce, sizeof(seal->nonce)))
		return YKT_E_MAC;

	return unseal(c, keys, SEAL_S2C, SEAL_KIND_REPL, seal, sealed.ct, sealed.mac, plain);
}

enum ykt_status
wire_call_unseal(struct crypto *c, const struct wire_session_keys *keys,
    const struct wire_call_sealed *sealed, struct ykt_buf *plain, struct wire_seal *ret_seal)
{
	struct wire_seal seal = { .ctr = sealed->ctr, .ts_ms = sealed->ts_ms };
	enum ykt_status status;

	memcpy(seal.sid, sealed->sid, sizeof(seal.sid));
	memcpy(seal.nonce, sealed->nonce, sizeof(seal.nonce));
	status = unseal(c, keys, SEAL_C2S, SEAL_KIND_CALL, &seal, sealed->ct, sealed->mac, plain);
	if (status == YKT_OK)
		*ret_seal = seal;

	return status;
}

static enum ykt_status
open_keys(struct crypto *c, const struct signer *platform, const struct wire_open_sealed *sealed,
    struct wire_session_keys *ret_keys)
{
	uint8_t secret[sizeof(sealed->key.data)];
	struct ykt_buf out = YKT_BUF(secret);
	enum ykt_status status;

	status = signer_decrypt(platform, ykt_bytes(sealed->key.data, sealed->key.len), &out);
	if (status == YKT_OK && out.len != WIRE_SECRET_LEN)
		status = YKT_E_MAC;
	if (status == YKT_OK)
		status = wire_session_keys_derive(c, secret, ret_keys);
	ykt_buf_wipe(&out);

	return status;
}

static enum ykt_status
check_sig(struct crypto *c, const struct wire_open_sealed *sealed, const struct wire_seal *seal,
    struct ykt_bytes ct, struct crypto_sm2_pub *ret_device)
{
	uint8_t text[SEAL_SIGNED_LEN];
	struct crypto_sm2_pub device;
	enum ykt_status status;

	memcpy(device.xy, sealed->device, sizeof(device.xy));
	status =
	    seal_signed(c, seal, &device, ykt_bytes(sealed->key.data, sealed->key.len), ct, text);
	if (status == YKT_OK)
		status = crypto_sm2_verify(
		    c, &device, crypto_sm2_default_id, YKT_BYTES(text), sealed->sig);
	if (status == YKT_OK)
		*ret_device = device;

	return status;
}

enum ykt_status
wire_open_unseal(struct crypto *c, const struct signer *platform, struct ykt_bytes json,
    struct ykt_buf *plain, struct wire_session_keys *ret_keys, struct wire_seal *ret_seal,
    struct crypto_sm2_pub *ret_device)
{
	struct wire_open_sealed sealed;
	struct wire_session_keys keys = { 0 };
	struct wire_seal seal = { 0 };
	struct crypto_sm2_pub device = { { 0 } };
	struct ykt_bytes ct = { NULL, 0 };
	uint8_t *text = plain->data + plain->len;
	enum ykt_status status;

	status = wire_decode(&wire_open_sealed_msg, json, &sealed);
	if (status != YKT_OK)
		return status;
	seal.ts_ms = sealed.ts_ms;
	memcpy(seal.nonce, sealed.nonce, sizeof(seal.nonce));
	status = ct_bytes(sealed.ct, plain, &ct);
	if (status != YKT_OK)
		return status;

	status = open_keys(c, platform, &sealed, &keys);
	if (status == YKT_OK)
		status = check_mac(c, &keys, SEAL_C2S, SEAL_KIND_OPEN, &seal, ct, sealed.mac);
	if (status == YKT_OK)
		status = check_sig(c, &sealed, &seal, ct, &device);
	if (status == YKT_OK)
		status = seal_crypt(c, &keys, SEAL_C2S, seal.nonce, ct, text);
	if (status == YKT_OK) {
		plain->len += ct.len;
		*ret_keys = keys;
		*ret_seal = seal;
		*ret_device = device;
	} else {
		ykt_wipe(text, ct.len);
	}
	ykt_wipe(&keys, sizeof(keys));

	return one_error(status);
}
