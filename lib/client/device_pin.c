/*
 * The PIN of the identity application, asked for when the element wants it.
 *
 * It is shown to the element once for each signature that needs it, and kept
 * nowhere.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/ident.h"
#include "card/purse_pin.h"
#include "card/sw.h"
#include "client/card_io.h"
#include "client/device_se.h"

#define FORM_TRIES 3
#define DIGITS_MIN 4
#define DIGITS_MAX (2 * PURSE_PIN_MAX)

/* Two digits a byte, F behind an odd one. False: no PIN. */
static bool
pack(const char *digits, struct ykt_buf *out)
{
	size_t len = strlen(digits);

	if (len < DIGITS_MIN || len > DIGITS_MAX)
		return false;
	for (size_t i = 0; i < len; i += 2) {
		uint8_t high = (uint8_t)(digits[i] - '0');
		uint8_t low = i + 1 < len ? (uint8_t)(digits[i + 1] - '0') : 0x0F;

		if (high > 9 || (low > 9 && i + 1 < len))
			return false;
		ykt_put_u8(out, (uint8_t)(high << 4 | low));
	}

	return true;
}

/* VERIFY; empty: only asks how things stand. YKT_OK: *ret_sw is the answer. */
static enum ykt_status
verify(struct ykt_client *client, struct ykt_bytes pin, uint16_t *ret_sw)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct client_rsp rsp;
	enum ykt_status status;

	ident_verify_build(pin, &cmd);
	status = client_card_send(client, &cmd, &rsp);
	*ret_sw = rsp.sw;
	ykt_buf_wipe(&cmd);

	return status;
}

/* The user's digits, packed; nothing when they are none. */
static enum ykt_status
ask_user(struct ykt_client *client, const char *fault, struct ykt_buf *pin)
{
	struct ykt_answers answers;
	enum ykt_status status;

	client_view_input(
	    &client->view, YKT_FIELD_SECRET, "element_pin", N_("PIN of the secure element"), NULL);
	status = client_ask(client, CLIENT_FORM_ELEMENT, fault, &answers);
	if (status == YKT_OK && !pack(answers.text[0], pin))
		ykt_buf_wipe(pin);
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

/* What the element said to a PIN, or to none; YKT_PENDING: it wants one, and may be asked. */
static enum ykt_status
judge(struct ykt_client *client, uint16_t sw, bool shown)
{
	unsigned left = 0;

	if (sw == SW_OK && shown)
		return YKT_OK;
	if (sw_tries_left(sw, &left) && left > 0)
		return YKT_PENDING;
	if (sw == SW_AUTH_BLOCKED || (sw & 0xFFF0) == SW_TRIES_LEFT_0) {
		client_reason(client, "ident_pin_blocked");
		return YKT_BLOCKED;
	}
	/* It has no PIN, or the PIN is not what it lacks: nobody here can help. */
	client_reason(client, "ident_closed");

	return YKT_REFUSED;
}

enum ykt_status
client_device_pin(struct ykt_client *client)
{
	const char *fault = NULL;
	uint16_t sw = 0;
	enum ykt_status status = verify(client, ykt_bytes(NULL, 0), &sw);

	if (status == YKT_OK)
		status = judge(client, sw, false);
	for (int try = 0; try < FORM_TRIES && status == YKT_PENDING; try++) {
		uint8_t bytes[PURSE_PIN_MAX];
		struct ykt_buf pin = YKT_BUF(bytes);

		status = ask_user(client, fault, &pin);
		fault = "ident_pin_wrong";
		if (status == YKT_OK && pin.len == 0) {
			status = YKT_PENDING;
			continue;
		}
		if (status == YKT_OK)
			status = verify(client, ykt_buf_view(&pin), &sw);
		ykt_buf_wipe(&pin);
		if (status == YKT_OK)
			status = judge(client, sw, true);
	}
	if (status == YKT_PENDING) {
		client_reason(client, "ident_pin_wrong");
		status = YKT_REFUSED;
	}

	return status;
}
