/*
 * Passwords and payment PINs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/pin.h"

#include <string.h>

#include <ykt/secret.h>

#define LABEL     "ykt-pi2"
#define LABEL_LEN 7
#define SID_AT    (LABEL_LEN + 1)
#define MADE_AT   (SID_AT + 16)
#define LEN_AT    (MADE_AT + 8)
#define PIN_AT    (LEN_AT + 1)
#define PLAIN_LEN (PIN_AT + WIRE_PIN_LEN)

/* One step from each character to the next. */
static bool
steps_of(const char *text, size_t len, int step)
{
	for (size_t i = 1; i < len; i++) {
		if (text[i] - text[i - 1] != step)
			return false;
	}

	return true;
}

static bool
simple(const char *text, size_t len)
{
	return steps_of(text, len, 0) || steps_of(text, len, 1) || steps_of(text, len, -1);
}

bool
wire_password_weak(const char *password, const char *phone)
{
	size_t len = strlen(password);

	return len < WIRE_PASSWORD_MIN || strcmp(password, phone) == 0 || simple(password, len);
}

bool
wire_pin_valid(const char *pin)
{
	return strlen(pin) == WIRE_PIN_LEN && strspn(pin, "0123456789") == WIRE_PIN_LEN;
}

static bool
repeats(const char *pin, size_t period)
{
	for (size_t i = period; i < WIRE_PIN_LEN; i++) {
		if (pin[i] != pin[i - period])
			return false;
	}

	return true;
}

static int
two(const char *digits)
{
	return (digits[0] - '0') * 10 + (digits[1] - '0');
}

static bool
is_day(int month, int day)
{
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

bool
wire_pin_weak(const char *pin, const char *phone)
{
	if (!wire_pin_valid(pin) || simple(pin, WIRE_PIN_LEN))
		return true;
	if (repeats(pin, 2) || repeats(pin, 3) || strstr(phone, pin) != NULL)
		return true;

	return is_day(two(pin + 2), two(pin + 4)) || is_day(two(pin + 2), two(pin)) ||
	       is_day(two(pin), two(pin + 2));
}

enum ykt_status
wire_pin_seal(struct crypto *c, const struct signer *device, const struct crypto_sm2_pub *module,
    const uint8_t sid[16], enum wire_pin_use use, int64_t made_ms, const char *pin,
    uint8_t out[WIRE_PIN_BLOCK_MAX], uint16_t *ret_len)
{
	uint8_t plain_bytes[PLAIN_LEN];
	struct ykt_buf plain = YKT_BUF(plain_bytes);
	struct ykt_buf block = { out, 0, WIRE_PIN_BLOCK_MAX, false };
	enum ykt_status status;

	if (!wire_pin_valid(pin))
		return YKT_E_ARG;
	ykt_put_mem(&plain, LABEL, LABEL_LEN);
	ykt_put_u8(&plain, (uint8_t)use);
	ykt_put_mem(&plain, sid, 16);
	ykt_put_u64(&plain, (uint64_t)made_ms);
	ykt_put_u8(&plain, WIRE_PIN_LEN);
	ykt_put_mem(&plain, pin, WIRE_PIN_LEN);
	status = device != NULL ? signer_encipher(device, c, module, ykt_buf_view(&plain), &block)
				: crypto_sm2_encrypt(c, module, ykt_buf_view(&plain), &block);
	if (status == YKT_OK)
		*ret_len = (uint16_t)block.len;
	ykt_wipe(plain_bytes, sizeof(plain_bytes));

	return status;
}

enum ykt_status
wire_pin_open(const struct signer *module, struct ykt_bytes block, const uint8_t sid[16],
    enum wire_pin_use use, char ret_pin[WIRE_PIN_LEN + 1], int64_t *ret_made_ms)
{
	uint8_t bytes[WIRE_PIN_BLOCK_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);
	char pin[WIRE_PIN_LEN + 1] = "";
	enum ykt_status status = signer_decrypt(module, block, &plain);

	if (status == YKT_E_FORMAT || status == YKT_E_SPACE)
		status = YKT_E_MAC;
	if (status == YKT_OK &&
	    (plain.len != PLAIN_LEN ||
		!ykt_bytes_equal(ykt_bytes(bytes, LABEL_LEN), ykt_bytes_str(LABEL)) ||
		bytes[LABEL_LEN] != (uint8_t)use || !ykt_ct_equal(bytes + SID_AT, sid, 16) ||
		bytes[LEN_AT] != WIRE_PIN_LEN))
		status = YKT_E_MAC;
	if (status == YKT_OK) {
		memcpy(pin, bytes + PIN_AT, WIRE_PIN_LEN);
		if (wire_pin_valid(pin))
			memcpy(ret_pin, pin, sizeof(pin));
		else
			status = YKT_E_MAC;
	}
	if (status == YKT_OK && ret_made_ms != NULL)
		*ret_made_ms = (int64_t)ykt_get_u64(bytes + MADE_AT);
	ykt_wipe(bytes, sizeof(bytes));
	ykt_wipe(pin, sizeof(pin));

	return status;
}
