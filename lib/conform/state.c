/*
 * What one run knows about the card, and the values of templates.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conform/state.h"

#include <string.h>

#include <ykt/secret.h>

#include "conform/words.h"

/* Where the second steps carry what their MACs are over. */
#define CREDIT_DATETIME 5
#define DEBIT_SEQ       5
#define DEBIT_DATETIME  9

#define SSD_AID_BASE "\xA0\x00\x00\x06\x32\x01\xFF"

void
conform_state_init(
    struct conform_state *state, const struct conform_card *card, struct conform_result *result)
{
	memset(state, 0, sizeof(*state));
	state->card = card;
	state->result = result;
	state->cmd = YKT_BUF(state->cmd_bytes);
	state->rsp = YKT_BUF(state->rsp_bytes);
	state->second = YKT_BUF(state->second_bytes);
	memcpy(state->aid, purse_aid, PURSE_AID_LEN);
	state->aid_len = PURSE_AID_LEN;
}

void
conform_state_clear(struct conform_state *state)
{
	ykt_wipe(state, sizeof(*state));
}

void
conform_purse_aid(const struct conform_card *card, struct ykt_buf *out)
{
	ykt_put_mem(out, purse_aid, PURSE_AID_LEN);
	ykt_put_mem(out, card->city, CONFORM_CITY_LEN);
}

void
conform_ssd_aid(const struct conform_card *card, struct ykt_buf *out)
{
	ykt_put_mem(out, SSD_AID_BASE, sizeof(SSD_AID_BASE) - 1);
	ykt_put_mem(out, card->city, CONFORM_CITY_LEN);
}

/* A value with a change, in the width of its field; out of it, no value. */
static enum ykt_status
put_changed(
    bool known, uint32_t base, int32_t delta, uint32_t max, size_t width, struct ykt_buf *out)
{
	int64_t value = (int64_t)base + delta;

	if (!known || value < 0 || value > max)
		return YKT_NOT_FOUND;
	if (width == 2)
		ykt_put_u16(out, (uint16_t)value);
	else
		ykt_put_u32(out, (uint32_t)value);

	return YKT_OK;
}

static enum ykt_status
load_session(struct conform_state *state, struct purse_session *ret_session)
{
	const struct purse_load_init_rsp *rsp = &state->load_rsp;
	uint8_t key[PURSE_KEY_LEN];
	enum ykt_status status;

	if (!state->has_load)
		return YKT_NOT_FOUND;
	status =
	    conform_card_key(state, (enum purse_alg)rsp->alg, state->card->keys->load_root, key);
	if (status == YKT_OK)
		status = purse_session_load(state->card->crypto, (enum purse_alg)rsp->alg, key,
		    rsp->random, rsp->online_seq, ret_session);
	ykt_wipe(key, sizeof(key));

	return status;
}

static enum ykt_status
load_tac(struct conform_state *state, struct purse_load *load, uint8_t ret_tac[PURSE_MAC_LEN])
{
	uint8_t key[PURSE_KEY_LEN];
	enum purse_alg alg = (enum purse_alg)state->load_rsp.alg;
	enum ykt_status status = conform_card_key(state, alg, state->card->keys->tac_root, key);

	load->balance += load->amount;
	if (status == YKT_OK)
		status = purse_load_tac(state->card->crypto, alg, key, load, ret_tac);
	ykt_wipe(key, sizeof(key));

	return status;
}

/* command is CREDIT FOR LOAD, at least up to its date and time (MAC1: none). */
static enum ykt_status
put_load(struct conform_state *state, enum conform_name name, struct ykt_bytes command,
    struct ykt_buf *out)
{
	struct purse_load load = { .balance = state->load_rsp.balance,
		.amount = state->load.amount,
		.online_seq = state->load_rsp.online_seq,
		.type = PURSE_TYPE_LOAD };
	struct purse_session session = { 0 };
	uint8_t mac[PURSE_MAC_LEN];
	enum ykt_status status = load_session(state, &session);

	memcpy(load.terminal, state->load.terminal, sizeof(load.terminal));
	if (status == YKT_OK && name != CONFORM_VALUE_LOAD_MAC1) {
		if (command.len < CREDIT_DATETIME + PURSE_DATETIME_LEN)
			status = YKT_NOT_FOUND;
		else
			memcpy(load.datetime, command.data + CREDIT_DATETIME, PURSE_DATETIME_LEN);
	}
	if (status == YKT_OK && name == CONFORM_VALUE_LOAD_MAC1)
		status = purse_load_mac1(state->card->crypto, &session, &load, mac);
	else if (status == YKT_OK && name == CONFORM_VALUE_LOAD_MAC2)
		status = purse_load_mac2(state->card->crypto, &session, &load, mac);
	else if (status == YKT_OK)
		status = load_tac(state, &load, mac);
	if (status == YKT_OK)
		ykt_put_mem(out, mac, sizeof(mac));
	purse_session_clear(&session);

	return status;
}

static enum ykt_status
debit_mac(struct conform_state *state, enum conform_name name,
    const struct purse_purchase *purchase, uint8_t ret_mac[PURSE_MAC_LEN])
{
	const struct purse_purchase_init_rsp *rsp = &state->debit_rsp;
	const struct conform_keys *keys = state->card->keys;
	struct crypto *crypto = state->card->crypto;
	enum purse_alg alg = (enum purse_alg)rsp->alg;
	bool tac = name == CONFORM_VALUE_DEBIT_TAC;
	struct purse_session session = { 0 };
	uint8_t key[PURSE_KEY_LEN];
	enum ykt_status status =
	    conform_card_key(state, alg, tac ? keys->tac_root : keys->purchase_root, key);

	if (status == YKT_OK && tac)
		status = purse_purchase_tac(crypto, alg, key, purchase, ret_mac);
	else if (status == YKT_OK)
		status = purse_session_purchase(crypto, alg, key, rsp->random, rsp->offline_seq,
		    purchase->terminal_seq, &session);
	if (status == YKT_OK && name == CONFORM_VALUE_DEBIT_MAC1)
		status = purse_purchase_mac1(crypto, &session, purchase, ret_mac);
	else if (status == YKT_OK && name == CONFORM_VALUE_DEBIT_MAC2)
		status = purse_purchase_mac2(crypto, &session, purchase->amount, ret_mac);
	purse_session_clear(&session);
	ykt_wipe(key, sizeof(key));

	return status;
}

/* command is DEBIT, at least up to its date and time. */
static enum ykt_status
put_debit(struct conform_state *state, enum conform_name name, struct ykt_bytes command,
    struct ykt_buf *out)
{
	struct purse_purchase purchase = { .amount = state->debit.amount,
		.type =
		    state->debit.p1 == PURSE_INIT_CAPP ? PURSE_TYPE_CAPP : PURSE_TYPE_PURCHASE };
	uint8_t mac[PURSE_MAC_LEN];
	enum ykt_status status;

	if (!state->has_debit || command.len < DEBIT_DATETIME + PURSE_DATETIME_LEN)
		return YKT_NOT_FOUND;
	purchase.terminal_seq = ykt_get_u32(command.data + DEBIT_SEQ);
	memcpy(purchase.datetime, command.data + DEBIT_DATETIME, PURSE_DATETIME_LEN);
	memcpy(purchase.terminal, state->debit.terminal, sizeof(purchase.terminal));
	status = debit_mac(state, name, &purchase, mac);
	if (status == YKT_OK)
		ykt_put_mem(out, mac, sizeof(mac));

	return status;
}

/* The MAC ends the command, so that Lc is known before it is written. */
static enum ykt_status
put_sm_mac(struct conform_state *state, struct ykt_bytes so_far, struct ykt_buf *out)
{
	uint8_t bytes[CONFORM_BYTES_MAX];
	struct ykt_buf command = YKT_BUF(bytes);
	enum purse_alg alg = (enum purse_alg)state->card->profile.alg;
	uint8_t key[PURSE_KEY_LEN];
	uint8_t mac[PURSE_MAC_LEN];
	enum ykt_status status;

	if (state->challenge_len == 0 || so_far.len < APDU_HEADER_LEN + 1)
		return YKT_NOT_FOUND;
	if (state->has_debit)
		alg = (enum purse_alg)state->debit_rsp.alg;
	else if (state->has_load)
		alg = (enum purse_alg)state->load_rsp.alg;
	ykt_put(&command, so_far);
	bytes[APDU_HEADER_LEN] = (uint8_t)(so_far.len - APDU_HEADER_LEN - 1 + PURSE_MAC_LEN);
	status = conform_card_key(state, alg, state->card->keys->maintenance_root, key);
	if (status == YKT_OK)
		status = purse_sm_mac(state->card->crypto, alg, key,
		    ykt_bytes(state->challenge, state->challenge_len), ykt_buf_view(&command), mac);
	if (status == YKT_OK)
		ykt_put_mem(out, mac, sizeof(mac));
	ykt_wipe(key, sizeof(key));

	return status;
}

/* The cryptograms of the last INITIALIZE UPDATE, and a fresh session for it. */
static enum ykt_status
start_session(
    struct conform_state *state, uint8_t ret_card[SCP03_MAC_LEN], uint8_t ret_host[SCP03_MAC_LEN])
{
	struct crypto *crypto = state->card->crypto;
	struct scp03_session_keys keys = { 0 };
	enum ykt_status status = state->has_iur ? YKT_OK : YKT_NOT_FOUND;

	if (status == YKT_OK)
		status = conform_domain_keys(state, state->iur.key_version, &state->domain);
	if (status == YKT_OK)
		status = scp03_derive(
		    crypto, &state->domain, state->host_challenge, state->iur.challenge, &keys);
	if (status == YKT_OK)
		status = scp03_cryptograms(
		    crypto, &keys, state->host_challenge, state->iur.challenge, ret_card, ret_host);
	if (status == YKT_OK)
		scp03_session_init(&state->session, &keys);
	ykt_wipe(&keys, sizeof(keys));

	return status;
}

static enum ykt_status
put_authenticate(
    struct conform_state *state, const struct conform_value *value, struct ykt_buf *out)
{
	uint8_t card[SCP03_MAC_LEN];
	uint8_t host[SCP03_MAC_LEN];
	enum ykt_status status = start_session(state, card, host);

	if (status == YKT_OK && conform_is(value->word, "bad-cryptogram"))
		host[SCP03_MAC_LEN - 1] ^= 0x01;
	if (status == YKT_OK)
		status = scp03_authenticate_build(
		    state->card->crypto, &state->session, value->number[0], host, out);
	if (status == YKT_OK && conform_is(value->word, "bad-mac"))
		out->data[out->len - 1] ^= 0x01;

	return status;
}

static enum ykt_status
put_card_cryptogram(struct conform_state *state, struct ykt_buf *out)
{
	uint8_t card[SCP03_MAC_LEN];
	uint8_t host[SCP03_MAC_LEN];
	enum ykt_status status = start_session(state, card, host);

	if (status == YKT_OK)
		ykt_put_mem(out, card, sizeof(card));
	ykt_wipe(host, sizeof(host));

	return status;
}

static enum ykt_status
put_random(struct conform_state *state, uint32_t count, struct ykt_buf *out)
{
	uint8_t bytes[255];
	enum ykt_status status = ykt_random_fill(state->card->random, bytes, count);

	if (status == YKT_OK)
		ykt_put_mem(out, bytes, count);

	return status;
}

static enum ykt_status
put_before(
    const struct conform_state *state, const struct conform_value *value, struct ykt_buf *out)
{
	const struct conform_snapshot *before = &state->before;

	switch (value->name) {
	case CONFORM_VALUE_BALANCE:
		return put_changed(
		    before->has_balance, before->balance, value->delta, UINT32_MAX, 4, out);
	case CONFORM_VALUE_ROOM:
		return put_changed(
		    before->has_balance && before->has_cap && before->cap >= before->balance,
		    before->cap - before->balance, value->delta, UINT32_MAX, 4, out);
	case CONFORM_VALUE_ONLINE:
		return put_changed(
		    before->has_online, before->online, value->delta, UINT16_MAX, 2, out);
	default:
		return put_changed(
		    before->has_offline, before->offline, value->delta, UINT16_MAX, 2, out);
	}
}

static enum ykt_status
get_value(
    void *ctx, const struct conform_value *value, struct ykt_bytes so_far, struct ykt_buf *out)
{
	struct conform_state *state = ctx;
	/* In an answer the second step that was sent; in a command what is there of it. */
	struct ykt_bytes command = value->pattern ? ykt_buf_view(&state->second) : so_far;

	switch (value->name) {
	case CONFORM_VALUE_RANDOM:
		return put_random(state, value->count, out);
	case CONFORM_VALUE_AID:
		ykt_put_mem(out, state->aid, state->aid_len);
		return YKT_OK;
	case CONFORM_VALUE_INFO:
		ykt_put_mem(out, state->info, state->has_info ? sizeof(state->info) : 0);
		return state->has_info ? YKT_OK : YKT_NOT_FOUND;
	case CONFORM_VALUE_SSD:
		conform_ssd_aid(state->card, out);
		return YKT_OK;
	case CONFORM_VALUE_ISD:
		ykt_put_mem(out, gp_isd_aid, sizeof(gp_isd_aid));
		return YKT_OK;
	case CONFORM_VALUE_LOAD_MAC1:
	case CONFORM_VALUE_LOAD_MAC2:
	case CONFORM_VALUE_LOAD_TAC:
		return put_load(state, value->name, command, out);
	case CONFORM_VALUE_DEBIT_MAC1:
	case CONFORM_VALUE_DEBIT_MAC2:
	case CONFORM_VALUE_DEBIT_TAC:
		return put_debit(state, value->name, command, out);
	case CONFORM_VALUE_SM_MAC:
		return put_sm_mac(state, so_far, out);
	case CONFORM_VALUE_CARD_CRYPTOGRAM:
		return put_card_cryptogram(state, out);
	case CONFORM_VALUE_AUTHENTICATE:
		return put_authenticate(state, value, out);
	case CONFORM_VALUE_PUT_KEY:
		return conform_put_key(state, value, out);
	case CONFORM_VALUE_PURSE_KEYS:
		return conform_purse_keys(state, value, out);
	case CONFORM_VALUE_PURSE_PIN:
		return conform_purse_pin(state, out);
	default:
		return put_before(state, value, out);
	}
}

struct conform_values
conform_state_values(struct conform_state *state)
{
	return (struct conform_values){ state, get_value };
}
