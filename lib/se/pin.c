/*
 * A holder's PIN and what depends on it, for the application that is selected:
 * purse or ident.
 *
 * A try is taken away durably before the PIN is looked at and given back by a
 * right one, so that no cut and no restart makes a guess free (I-25). The price
 * is that a right PIN whose answer was cut may count as wrong once.
 *
 * What was proved with a PIN is worth no more than the PIN: another one, or a
 * wrong guess, ends it on every channel of both interfaces (ISO 7816-4 leaves
 * the channels apart; EMV and PBOC know only one).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/purse_pin.h"
#include "se/perso.h"
#include "se/perso_priv.h"

#define PIN_CLEAR_LEN 16

static uint32_t
pin_off(const struct se_call *call)
{
	struct se_app app = call->side->app;

	return se_app_off(app) + (app.kind == SE_APP_IDENT ? SE_IDENT_PIN : SE_PURSE_PIN);
}

const uint8_t *
se_pin(const struct se_call *call)
{
	return se_home(call->se, pin_off(call));
}

uint16_t
se_pin_allows(const struct se_call *call, const uint8_t needs[2], uint8_t access)
{
	uint8_t rights = call->side->rights;

	if ((needs[0] & access) != 0 && (rights & SE_RIGHT_PIN) == 0)
		return SW_SECURITY;
	if ((needs[1] & access) != 0 && (rights & SE_RIGHT_EXTERNAL) == 0)
		return SW_SECURITY;

	return SW_OK;
}

void
se_pin_forget(struct se *se, struct se_app app)
{
	for (size_t i = 0; i < SE_SIDES; i++)
		for (size_t j = 0; j < SE_CHANNELS; j++)
			if (se_app_equal(se->side[i][j].app, app))
				se->side[i][j].rights &= (uint8_t)~SE_RIGHT_PIN;
}

void
se_pin_stage(struct se_call *call, struct ykt_bytes pin)
{
	uint8_t entry[SE_PIN_SIZE];

	memcpy(entry, se_pin(call), sizeof(entry));
	entry[SE_PIN_LEFT] = entry[SE_PIN_LIMIT];
	if (pin.len != 0) {
		memset(entry + SE_PIN_LEN, 0, SE_PIN_SIZE - SE_PIN_LEN);
		entry[SE_PIN_LEN] = (uint8_t)pin.len;
		memcpy(entry + SE_PIN_BYTES, pin.data, pin.len);
	}
	se_tx_put(call->se, pin_off(call), YKT_BYTES(entry));
	ykt_wipe(entry, sizeof(entry));
}

/* The same in a commit of its own. */
static uint16_t
commit_pin(struct se_call *call, struct ykt_bytes pin)
{
	se_tx_begin(call->se);
	se_pin_stage(call, pin);

	return se_tx_commit(call->se);
}

/* 9000 for the right PIN. */
static uint16_t
take_try(struct se_call *call, struct ykt_bytes pin)
{
	uint8_t left = se_pin(call)[SE_PIN_LEFT];
	uint8_t candidate[1 + PURSE_PIN_MAX] = { 0 };
	uint16_t sw;

	if (left == 0)
		return SW_AUTH_BLOCKED;
	left--;
	se_tx_begin(call->se);
	se_tx_put_u8(call->se, pin_off(call) + SE_PIN_LEFT, left);
	sw = se_tx_commit(call->se);
	if (sw != SW_OK)
		return sw;

	candidate[0] = (uint8_t)pin.len;
	memcpy(candidate + 1, pin.data, pin.len);
	if (!ykt_ct_equal(candidate, se_pin(call) + SE_PIN_LEN, sizeof(candidate)))
		sw = (uint16_t)(SW_TRIES_LEFT_0 | left);
	ykt_wipe(candidate, sizeof(candidate));

	return sw;
}

/* The same; its try is not given back yet. A failure ends what was proved. */
static uint16_t
guess(struct se_call *call, struct ykt_bytes pin)
{
	uint16_t sw = take_try(call, pin);

	call->side->rights &= (uint8_t)~SE_RIGHT_PIN;
	if (sw != SW_OK)
		se_pin_forget(call->se, call->side->app);

	return sw;
}

/* ISO 7816-4 11.6.6: without a PIN, VERIFY tells how things stand. */
static uint16_t
tell_tries(const struct se_call *call)
{
	uint8_t left = se_pin(call)[SE_PIN_LEFT];

	if ((call->side->rights & SE_RIGHT_PIN) != 0)
		return SW_OK;

	return left == 0 ? SW_AUTH_BLOCKED : (uint16_t)(SW_TRIES_LEFT_0 | left);
}

uint16_t
se_pin_verify_form(const struct se_call *call)
{
	size_t len = call->cmd->data.len;

	if (call->cmd->p1 != 0 || call->cmd->p2 != 0)
		return SW_P1P2;

	return len != 0 && (len < PURSE_PIN_MIN || len > PURSE_PIN_MAX) ? SW_LENGTH : SW_OK;
}

uint16_t
se_pin_verify(struct se_call *call)
{
	struct ykt_bytes pin = call->cmd->data;
	uint16_t sw;

	if (pin.len == 0)
		return tell_tries(call);
	sw = guess(call, pin);
	if (sw == SW_OK)
		sw = commit_pin(call, ykt_bytes(NULL, 0));
	if (sw == SW_OK)
		call->side->rights |= SE_RIGHT_PIN;

	return sw;
}

/* Who had proved the old PIN here has shown it again; others have not shown the new one. */
uint16_t
se_pin_change(struct se_call *call, struct ykt_bytes old, struct ykt_bytes pin)
{
	uint8_t rights = call->side->rights;
	uint16_t sw = guess(call, old);

	if (sw == SW_OK)
		sw = commit_pin(call, pin);
	se_pin_forget(call->se, call->side->app);
	if (sw == SW_OK)
		call->side->rights = rights;

	return sw;
}

uint16_t
se_pin_perso(struct se_call *call, uint32_t off, struct ykt_bytes secret)
{
	uint8_t clear_bytes[PIN_CLEAR_LEN];
	struct ykt_buf clear = YKT_BUF(clear_bytes);
	uint8_t entry[SE_PIN_SIZE] = { 0 };
	struct ykt_bytes all, pin;
	uint16_t sw = SW_DATA;

	if (secret.len != PIN_CLEAR_LEN || se_scp_decrypt(call, secret, &clear) != YKT_OK)
		goto out;
	all = ykt_buf_view(&clear);
	if (all.len != PIN_CLEAR_LEN)
		goto out;
	pin = ykt_bytes_sub(all, 2, all.data[1] <= PURSE_PIN_MAX ? all.data[1] : 0);
	if (all.data[0] == 0 || all.data[0] > PURSE_PIN_TRIES_MAX || !purse_pin_valid(pin) ||
	    !se_perso_is_padding(ykt_bytes_sub(all, 2 + pin.len, all.len)))
		goto out;
	entry[SE_PIN_LIMIT] = all.data[0];
	entry[SE_PIN_LEFT] = all.data[0];
	entry[SE_PIN_LEN] = (uint8_t)pin.len;
	memcpy(entry + SE_PIN_BYTES, pin.data, pin.len);
	se_tx_put(call->se, off, YKT_BYTES(entry));
	sw = SW_OK;
out:
	ykt_buf_wipe(&clear);
	ykt_wipe(entry, sizeof(entry));
	return sw;
}
