/*
 * The plain form of the client's state: version, then fields in a fixed order,
 * texts with a length byte; last the bank account, where there is one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "client/store.h"

#define STATE_VERSION 2 /* of a state that knows no list of applications, */
#define STATE_LISTED  3 /* and of one that does */
#define PROFILE_MAX   1

static void
put_blob(struct ykt_buf *out, uint16_t len, const uint8_t *data)
{
	ykt_put_u8(out, (uint8_t)len);
	ykt_put_mem(out, data, len);
}

static void
get_blob(struct ykt_rd *rd, uint16_t *ret_len, uint8_t *data, size_t size)
{
	uint8_t len = ykt_rd_u8(rd);

	if (len > size) {
		rd->bad = true;
		return;
	}
	*ret_len = len;
	ykt_rd_copy(rd, data, len);
}

static bool
get_bool(struct ykt_rd *rd)
{
	uint8_t v = ykt_rd_u8(rd);

	if (v > 1)
		rd->bad = true;

	return v == 1;
}

static int64_t
get_int(struct ykt_rd *rd)
{
	uint64_t v = ykt_rd_u64(rd);

	if (v > INT64_MAX)
		rd->bad = true;

	return (int64_t)(v & INT64_MAX);
}

static void
put_intent(struct ykt_buf *out, const struct client_intent *intent)
{
	ykt_put_u8(out, (uint8_t)intent->kind);
	ykt_put_u8(out, intent->confirmed);
	ykt_put_text(out, intent->idem);
	ykt_put_text(out, intent->order_id);
	ykt_put_text(out, intent->card_no);
	put_blob(out, intent->aid.len, intent->aid.data);
	put_blob(out, intent->se_id.len, intent->se_id.data);
	ykt_put_u64(out, (uint64_t)intent->amount_fen);
	ykt_put_u64(out, (uint64_t)intent->created_ms);
	ykt_put_u8(out, intent->has_proof);
	ykt_put_u64(out, (uint64_t)intent->attempt);
	ykt_put_mem(out, intent->init, sizeof(intent->init));
}

static void
get_intent(struct ykt_rd *rd, struct client_intent *intent)
{
	uint8_t kind = ykt_rd_u8(rd);

	if (kind == CLIENT_INTENT_NONE || kind > CLIENT_INTENT_WITHDRAW)
		rd->bad = true;
	intent->kind = (enum client_intent_kind)kind;
	intent->confirmed = get_bool(rd);
	ykt_rd_text(rd, intent->idem, sizeof(intent->idem));
	ykt_rd_text(rd, intent->order_id, sizeof(intent->order_id));
	ykt_rd_text(rd, intent->card_no, sizeof(intent->card_no));
	get_blob(rd, &intent->aid.len, intent->aid.data, sizeof(intent->aid.data));
	get_blob(rd, &intent->se_id.len, intent->se_id.data, sizeof(intent->se_id.data));
	intent->amount_fen = get_int(rd);
	intent->created_ms = get_int(rd);
	intent->has_proof = get_bool(rd);
	intent->attempt = get_int(rd);
	ykt_rd_copy(rd, intent->init, sizeof(intent->init));
	if (!wire_id_valid(intent->idem) ||
	    (intent->order_id[0] != '\0' && !wire_id_valid(intent->order_id)))
		rd->bad = true;
}

void
client_state_encode(const struct client_state *state, struct ykt_buf *out)
{
	const struct client_session *session = &state->session;
	uint8_t count = 0;

	for (size_t i = 0; i < CLIENT_INTENTS_MAX; i++)
		if (state->intents[i].kind != CLIENT_INTENT_NONE)
			count++;
	ykt_put_u16(out, state->apps_ms != 0 ? STATE_LISTED : STATE_VERSION);
	if (state->apps_ms != 0)
		ykt_put_u64(out, (uint64_t)state->apps_ms);
	ykt_put_mem(out, state->device.d, sizeof(state->device.d));
	ykt_put_mem(out, state->device.pub.xy, sizeof(state->device.pub.xy));
	ykt_put_u8(out, state->profile);
	ykt_put_u8(out, state->registered);
	ykt_put_u8(out, state->vault_fails);
	ykt_put_u8(out, state->closing);
	ykt_put_text(out, state->phone);
	ykt_put_text(out, state->name);
	ykt_put_text(out, state->user_id);
	ykt_put_u8(out, session->open);
	ykt_put_mem(out, session->sid, sizeof(session->sid));
	ykt_put_mem(out, &session->keys, sizeof(session->keys));
	ykt_put_u64(out, (uint64_t)session->ctr);
	ykt_put_u64(out, (uint64_t)session->abnormal);
	ykt_put_u64(out, (uint64_t)session->opened_ms);
	ykt_put_u64(out, (uint64_t)session->idle_ms);
	ykt_put_u64(out, (uint64_t)session->absolute_ms);
	ykt_put_u8(out, count);
	for (size_t i = 0; i < CLIENT_INTENTS_MAX; i++) {
		if (state->intents[i].kind != CLIENT_INTENT_NONE)
			put_intent(out, &state->intents[i]);
	}
	if (state->bank.account_id[0] != '\0') {
		ykt_put_text(out, state->bank.account_id);
		ykt_put_text(out, state->bank.issuer);
		ykt_put_text(out, state->bank.last4);
	}
}

enum ykt_status
client_state_decode(struct ykt_bytes bytes, struct client_state *ret_state)
{
	struct client_state state = { 0 };
	struct client_session *session = &state.session;
	struct ykt_rd rd = ykt_rd(bytes);
	enum ykt_status status = YKT_E_CORRUPT;
	uint16_t version = ykt_rd_u16(&rd);
	uint8_t count;

	_Static_assert(sizeof(session->keys) == 64, "session keys are bytes");
	if (version == STATE_LISTED)
		state.apps_ms = get_int(&rd);
	if (version != (state.apps_ms > 0 ? STATE_LISTED : STATE_VERSION))
		goto out;
	ykt_rd_copy(&rd, state.device.d, sizeof(state.device.d));
	ykt_rd_copy(&rd, state.device.pub.xy, sizeof(state.device.pub.xy));
	state.profile = ykt_rd_u8(&rd);
	if (state.profile > PROFILE_MAX)
		goto out;
	state.registered = get_bool(&rd);
	state.vault_fails = ykt_rd_u8(&rd);
	state.closing = get_bool(&rd);
	ykt_rd_text(&rd, state.phone, sizeof(state.phone));
	ykt_rd_text(&rd, state.name, sizeof(state.name));
	ykt_rd_text(&rd, state.user_id, sizeof(state.user_id));
	session->open = get_bool(&rd);
	ykt_rd_copy(&rd, session->sid, sizeof(session->sid));
	ykt_rd_copy(&rd, &session->keys, sizeof(session->keys));
	session->ctr = get_int(&rd);
	session->abnormal = get_int(&rd);
	session->opened_ms = get_int(&rd);
	session->idle_ms = get_int(&rd);
	session->absolute_ms = get_int(&rd);
	count = ykt_rd_u8(&rd);
	if (count > CLIENT_INTENTS_MAX)
		goto out;
	for (uint8_t i = 0; i < count; i++)
		get_intent(&rd, &state.intents[i]);
	if (ykt_rd_done(&rd) != YKT_OK) {
		ykt_rd_text(&rd, state.bank.account_id, sizeof(state.bank.account_id));
		ykt_rd_text(&rd, state.bank.issuer, sizeof(state.bank.issuer));
		ykt_rd_text(&rd, state.bank.last4, sizeof(state.bank.last4));
		if (!wire_id_valid(state.bank.account_id))
			goto out;
	}
	if (ykt_rd_done(&rd) != YKT_OK)
		goto out;
	*ret_state = state;
	status = YKT_OK;
out:
	ykt_wipe(&state, sizeof(state));

	return status;
}
