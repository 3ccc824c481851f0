/*
 * A PIN typed on the client's own keypad.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/keypad.h"

#include <string.h>

#include "client/device.h"
#include "client/guard.h"
#include "client/screens.h"
#include "crypto/block.h"

#define ASK_MS 120000

static struct crypto_key
key_of(const struct client_pin *pin)
{
	struct crypto_key key = { .alg = CRYPTO_SM4, .len = sizeof(pin->key) };

	memcpy(key.bytes, pin->key, sizeof(pin->key));

	return key;
}

/* Every order of the digits is as likely as any other: bytes that would favour one are drawn again. */
static enum ykt_status
shuffle(struct ykt_client *client, uint8_t digit[YKT_KEYPAD_KEYS])
{
	for (uint8_t i = 0; i < YKT_KEYPAD_KEYS; i++)
		digit[i] = i;
	for (uint8_t left = YKT_KEYPAD_KEYS; left > 1; left--) {
		const uint8_t limit = (uint8_t)(256 - 256 % left);
		uint8_t drawn, swap;

		do {
			enum ykt_status status =
			    ykt_random_fill(client->o.env.random, &drawn, sizeof(drawn));

			if (status != YKT_OK)
				return status;
		} while (limit != 0 && drawn >= limit);
		swap = digit[left - 1];
		digit[left - 1] = digit[drawn % left];
		digit[drawn % left] = swap;
	}

	return YKT_OK;
}

static enum ykt_status
put(struct ykt_client *client, struct client_pin *pin, uint8_t digit)
{
	struct crypto_key key = key_of(pin);
	uint8_t block[16];
	enum ykt_status status = ykt_random_fill(client->o.env.random, block, sizeof(block));

	block[0] = digit;
	block[1] = (uint8_t)pin->count;
	if (status == YKT_OK)
		status = crypto_ecb_encrypt(
		    client->o.crypto, &key, YKT_BYTES(block), pin->cell[pin->count]);
	if (status == YKT_OK)
		pin->count++;
	ykt_wipe(block, sizeof(block));
	ykt_wipe(&key, sizeof(key));

	return status;
}

/* One press, told by position. */
static enum ykt_status
press(struct ykt_client *client, struct client_showing *showing, const struct ykt_keypad *pad,
    struct client_pin *pin)
{
	const struct ykt_ui *ui = client->o.ui;
	unsigned pressed = YKT_PRESS_DELETE + 1;
	enum ykt_status status =
	    ui->keypad(ui->ctx, pad, &pressed, client_showing_deadline(client, showing));

	status = client_showing_settle(client, showing, status);
	if (status != YKT_OK)
		return status;
	if (pressed > YKT_PRESS_DELETE)
		return YKT_E_DRIVER;
	if (pressed < YKT_PRESS_DELETE)
		return put(client, pin, pad->digit[pressed]);
	if (pin->count > 0)
		ykt_wipe(pin->cell[--pin->count], sizeof(pin->cell[0]));

	return YKT_OK;
}

/* One showing of the pad, with a layout and a key of its own. */
static enum ykt_status
type_pin(struct ykt_client *client, struct client_showing *showing, struct ykt_keypad *pad,
    struct client_pin *pin)
{
	enum ykt_status status;

	ykt_wipe(pin, sizeof(*pin));
	status = shuffle(client, pad->digit);
	if (status == YKT_OK)
		status = ykt_random_fill(client->o.env.random, pin->key, sizeof(pin->key));
	while (status == YKT_OK && pin->count < WIRE_PIN_LEN) {
		pad->entered = pin->count;
		status = press(client, showing, pad, pin);
	}

	return status;
}

enum ykt_status
client_pin_ask(struct ykt_client *client, const char *id, const char *label, const char *fault,
    struct client_pin *ret_pin)
{
	struct ykt_keypad pad = { .id = id, .label = label, .wanted = WIRE_PIN_LEN };
	struct client_showing showing;
	enum ykt_status status;

	memset(ret_pin, 0, sizeof(*ret_pin));
	if (client->o.ui->keypad == NULL) {
		client_reason(client, "no_keypad");
		return YKT_REFUSED;
	}
	if (fault != NULL)
		pad.fault = client_reason_text(fault);
	status = client_showing_begin(client, &showing, true, ASK_MS);
	if (status == YKT_OK) {
		do
			status = type_pin(client, &showing, &pad, ret_pin);
		while (status == YKT_HIDDEN);
	}
	client_guard_off(client);
	/* Where each digit stood, with what was pressed, is the PIN. */
	ykt_wipe(&pad, sizeof(pad));
	if (status != YKT_OK)
		ykt_wipe(ret_pin, sizeof(*ret_pin));

	return status;
}

enum ykt_status
client_pin_open(
    struct ykt_client *client, const struct client_pin *pin, client_pin_use *use, void *arg)
{
	struct crypto_key key = key_of(pin);
	char digits[WIRE_PIN_LEN + 1] = "";
	uint8_t block[16];
	enum ykt_status status = pin->count == WIRE_PIN_LEN ? YKT_OK : YKT_E_ARG;

	for (unsigned i = 0; status == YKT_OK && i < WIRE_PIN_LEN; i++) {
		status = crypto_ecb_decrypt(client->o.crypto, &key, YKT_BYTES(pin->cell[i]), block);
		digits[i] = (char)('0' + block[0]);
	}
	ykt_wipe(block, sizeof(block));
	ykt_wipe(&key, sizeof(key));
	if (status == YKT_OK)
		status = use(arg, digits);
	ykt_wipe(digits, sizeof(digits));

	return status;
}

struct equal {
	struct ykt_client *client;
	const struct client_pin *other;
	const char *digits;
};

static enum ykt_status
equal_inner(void *arg, const char *digits)
{
	const struct equal *equal = arg;

	return ykt_ct_equal(equal->digits, digits, WIRE_PIN_LEN) ? YKT_OK : YKT_MISMATCH;
}

static enum ykt_status
equal_outer(void *arg, const char *digits)
{
	struct equal *equal = arg;

	equal->digits = digits;

	return client_pin_open(equal->client, equal->other, equal_inner, equal);
}

enum ykt_status
client_pin_equal(struct ykt_client *client, const struct client_pin *a, const struct client_pin *b)
{
	struct equal equal = { client, b, NULL };

	return client_pin_open(client, a, equal_outer, &equal);
}

static enum ykt_status
strong(void *arg, const char *digits)
{
	struct ykt_client *client = arg;

	return wire_pin_weak(digits, client_state(client)->phone) ? YKT_REFUSED : YKT_OK;
}

enum ykt_status
client_pin_strong(struct ykt_client *client, const struct client_pin *pin)
{
	return client_pin_open(client, pin, strong, client);
}

struct seal {
	struct ykt_client *client;
	const struct signer *device;
	enum wire_pin_use use;
	uint8_t *out;
	uint16_t *ret_len;
};

static enum ykt_status
seal(void *arg, const char *digits)
{
	const struct seal *s = arg;

	return wire_pin_seal(s->client->o.crypto, s->device, &s->client->pin_key,
	    client_state(s->client)->session.sid, s->use, ykt_clock_wall(s->client->o.env.clock),
	    digits, s->out, s->ret_len);
}

enum ykt_status
client_pin_seal(struct ykt_client *client, const struct client_pin *pin, enum wire_pin_use use,
    uint8_t out[WIRE_PIN_BLOCK_MAX], uint16_t *ret_len)
{
	struct seal s = { client, NULL, use, out, ret_len };
	enum ykt_status status;

	if (!client->has_pin_key) {
		client_reason(client, "no_pin_key");
		return YKT_REFUSED;
	}
	status = client_device(client, &s.device);

	return status == YKT_OK ? client_pin_open(client, pin, seal, &s) : status;
}
