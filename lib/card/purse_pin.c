/*
 * The purse's PIN.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/purse_pin.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/purse_admin.h"

#define SEPARATOR 0xFF
#define PAD       0x80

bool
purse_pin_valid(struct ykt_bytes pin)
{
	unsigned bad = 0;

	if (pin.len < PURSE_PIN_MIN || pin.len > PURSE_PIN_MAX)
		return false;
	for (size_t i = 0; i < pin.len; i++) {
		unsigned low = pin.data[i] & 0x0F;
		unsigned filler = (unsigned)(i + 1 == pin.len) & (unsigned)(low == 0x0F);

		bad |= (unsigned)(pin.data[i] >> 4 > 9);
		bad |= (unsigned)(low > 9) & ~filler;
	}

	return bad == 0;
}

static void
build(uint8_t cla, uint8_t ins, uint8_t p1, struct ykt_bytes data, struct ykt_buf *out)
{
	const struct apdu_cmd cmd = { cla, ins, p1, 0, data, 0, false };

	apdu_cmd_encode(&cmd, out);
}

void
purse_verify_build(struct ykt_bytes pin, struct ykt_buf *out)
{
	build(0x00, PURSE_INS_VERIFY, 0, pin, out);
}

void
purse_pin_change_build(struct ykt_bytes old, struct ykt_bytes pin, struct ykt_buf *out)
{
	uint8_t raw[2 * PURSE_PIN_MAX + 1];
	struct ykt_buf data = YKT_BUF(raw);

	ykt_put(&data, old);
	ykt_put_u8(&data, SEPARATOR);
	ykt_put(&data, pin);
	build(PURSE_CLA, PURSE_INS_PIN, PURSE_P1_CHANGE_PIN, ykt_buf_view(&data), out);
	out->full |= data.full;
	ykt_wipe(raw, sizeof(raw));
}

enum ykt_status
purse_pin_change_decode(struct ykt_bytes data, struct ykt_bytes *ret_old, struct ykt_bytes *ret_pin)
{
	struct ykt_bytes old, pin;
	size_t at = 0;

	while (at < data.len && data.data[at] != SEPARATOR)
		at++;
	if (at == data.len)
		return YKT_E_FORMAT;
	old = ykt_bytes_sub(data, 0, at);
	pin = ykt_bytes_sub(data, at + 1, data.len - at - 1);
	if (!purse_pin_valid(old) || !purse_pin_valid(pin))
		return YKT_E_FORMAT;
	*ret_old = old;
	*ret_pin = pin;

	return YKT_OK;
}

void
purse_pin_reload_build(
    enum purse_alg alg, struct ykt_bytes pin, const uint8_t mac[PURSE_MAC_LEN], struct ykt_buf *out)
{
	uint8_t raw[PURSE_PIN_MAX + PURSE_MAC_LEN];
	struct ykt_buf data = YKT_BUF(raw);

	ykt_put(&data, pin);
	ykt_put_mem(&data, mac, PURSE_MAC_LEN);
	build(PURSE_CLA, PURSE_INS_PIN, alg == PURSE_ALG_SM4 ? PURSE_P1_SM4 : 0,
	    ykt_buf_view(&data), out);
	out->full |= data.full;
	ykt_wipe(raw, sizeof(raw));
}

enum ykt_status
purse_pin_reload_decode(struct ykt_bytes data, struct ykt_bytes *ret_pin, const uint8_t **ret_mac)
{
	struct ykt_bytes pin;

	if (data.len < PURSE_MAC_LEN)
		return YKT_E_FORMAT;
	pin = ykt_bytes_sub(data, 0, data.len - PURSE_MAC_LEN);
	if (!purse_pin_valid(pin))
		return YKT_E_FORMAT;
	*ret_pin = pin;
	*ret_mac = data.data + pin.len;

	return YKT_OK;
}

enum ykt_status
purse_pin_reload_mac(struct crypto *crypto, enum purse_alg alg, const uint8_t drpk[PURSE_KEY_LEN],
    struct ykt_bytes pin, uint8_t ret_mac[PURSE_MAC_LEN])
{
	struct purse_session key;
	/* The halves are joined as for a TAC. */
	enum ykt_status status = purse_tac_key(alg, drpk, &key);

	if (status == YKT_OK) {
		status = purse_mac(crypto, &key, pin, ret_mac);
		purse_session_clear(&key);
	}

	return status;
}

enum ykt_status
purse_pin_block(struct crypto *crypto, enum purse_alg alg, const uint8_t dpuk[PURSE_KEY_LEN],
    struct ykt_bytes pin, uint8_t *ret_block)
{
	uint8_t block[PURSE_PIN_BLOCK_MAX] = { 0 };
	enum ykt_status status;

	if (!purse_pin_valid(pin))
		return YKT_E_ARG;

	block[0] = (uint8_t)pin.len;
	memcpy(block + 1, pin.data, pin.len);
	block[1 + pin.len] = PAD;
	status =
	    purse_encipher(crypto, alg, dpuk, ykt_bytes(block, purse_block_len(alg)), ret_block);
	ykt_wipe(block, sizeof(block));

	return status;
}

enum ykt_status
purse_pin_unblock(struct crypto *crypto, enum purse_alg alg, const uint8_t dpuk[PURSE_KEY_LEN],
    struct ykt_bytes block, uint8_t *ret_pin, size_t *ret_len)
{
	uint8_t clear[PURSE_PIN_BLOCK_MAX] = { 0 };
	struct ykt_bytes pin;
	enum ykt_status status;
	unsigned rest = 0;

	if (block.len == 0 || block.len != purse_block_len(alg))
		return YKT_E_FORMAT;

	status = purse_decipher(crypto, alg, dpuk, block, clear);
	if (status != YKT_OK)
		goto out;
	pin = ykt_bytes(clear + 1, clear[0] <= PURSE_PIN_MAX ? clear[0] : 0);
	if (!purse_pin_valid(pin)) {
		status = YKT_E_FORMAT;
		goto out;
	}
	for (size_t i = pin.len + 2; i < sizeof(clear); i++)
		rest |= clear[i];
	if (clear[1 + pin.len] != PAD || rest != 0) {
		status = YKT_E_FORMAT;
		goto out;
	}
	memcpy(ret_pin, pin.data, pin.len);
	*ret_len = pin.len;
out:
	ykt_wipe(clear, sizeof(clear));
	return status;
}
