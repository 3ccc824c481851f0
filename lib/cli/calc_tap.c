/*
 * Calculations: session keys, MACs and TACs of loads and purchases.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/calc_priv.h"

#include <string.h>

#include <ykt/secret.h>

#include "cli/jsonput.h"

enum kind { KIND_LOAD, KIND_PURCHASE, KIND_CAPP };

/* What was named, else what the values that are there belong to. */
static enum ykt_status
get_kind(struct calc_args *args, json_t *object, enum kind *ret_kind)
{
	static const char *const names[] = { "load", "purchase", "capp" };
	const char *text = calc_args_text(args, "kind");
	uint32_t type = 0;
	enum kind kind = KIND_LOAD;

	if (calc_args_has(args, "type") && calc_args_number(args, "type", 1, &type) != YKT_OK)
		return YKT_E_FORMAT;
	if (text != NULL) {
		while (kind <= KIND_CAPP && strcmp(names[kind], text) != 0)
			kind++;
		if (kind > KIND_CAPP)
			return calc_bad(args, "kind: must be load, purchase or capp");
	} else if (type == PURSE_TYPE_CAPP) {
		kind = KIND_CAPP;
	} else if (type == PURSE_TYPE_PURCHASE || calc_args_has(args, "terminal-seq") ||
		   calc_args_has(args, "offline-seq")) {
		kind = KIND_PURCHASE;
	} else if (type != PURSE_TYPE_LOAD && !calc_args_has(args, "balance") &&
		   !calc_args_has(args, "new-balance") && !calc_args_has(args, "online-seq") &&
		   !calc_args_has(args, "seq")) {
		return calc_bad(args, "kind: missing (load, purchase or capp)");
	}
	jsonput_text(object, "kind", names[kind]);
	*ret_kind = kind;

	return YKT_OK;
}

static enum ykt_status
get_seq(struct calc_args *args, const char *name, uint32_t *ret_seq)
{
	return calc_args_number(args, calc_args_has(args, name) ? name : "seq", 2, ret_seq);
}

/* A session key as it is, or from a card key, the random and the counters. */
static enum ykt_status
get_session(struct crypto *crypto, struct calc_args *args, enum purse_alg alg, enum kind kind,
    struct purse_session *ret_session)
{
	uint8_t key[PURSE_KEY_LEN] = { 0 };
	uint8_t random[PURSE_RANDOM_LEN];
	uint32_t seq = 0;
	uint32_t terminal_seq = 0;
	enum ykt_status status;

	if (calc_args_has(args, "session-key")) {
		*ret_session = (struct purse_session){ .alg = alg };
		return calc_args_copy(
		    args, "session-key", ret_session->key, alg == PURSE_ALG_SM4 ? 16 : 8);
	}

	status = calc_get_key(crypto, args, alg, "key", key);
	if (status == YKT_OK)
		status = calc_args_copy(args, "rand", random, sizeof(random));
	if (status == YKT_OK)
		status = get_seq(args, kind == KIND_LOAD ? "online-seq" : "offline-seq", &seq);
	if (status == YKT_OK && kind != KIND_LOAD)
		status = calc_args_number(args, "terminal-seq", 4, &terminal_seq);
	if (status == YKT_OK && kind == KIND_LOAD)
		status = purse_session_load(crypto, alg, key, random, (uint16_t)seq, ret_session);
	else if (status == YKT_OK)
		status = purse_session_purchase(
		    crypto, alg, key, random, (uint16_t)seq, terminal_seq, ret_session);
	ykt_wipe(key, sizeof(key));

	return status;
}

static void
put_session(json_t *object, const char *name, const struct purse_session *session)
{
	jsonput_hex(object, name, ykt_bytes(session->key, session->alg == PURSE_ALG_SM4 ? 16 : 8));
}

/* What every calculation of a transaction starts with. */
static enum ykt_status
begin(struct crypto *crypto, struct calc_args *args, json_t *object, enum kind *ret_kind,
    struct purse_session *ret_session)
{
	enum purse_alg alg;
	enum ykt_status status = calc_get_alg(args, object, &alg);

	if (status == YKT_OK)
		status = get_kind(args, object, ret_kind);
	if (status == YKT_OK)
		status = get_session(crypto, args, alg, *ret_kind, ret_session);
	if (status == YKT_OK)
		put_session(object, "session_key", ret_session);

	return status;
}

enum ykt_status
calc_session_key(struct crypto *crypto, struct calc_args *args, json_t *object)
{
	struct purse_session session;
	enum kind kind;
	enum ykt_status status = begin(crypto, args, object, &kind, &session);

	purse_session_clear(&session);

	return status;
}

static const uint8_t default_types[] = { PURSE_TYPE_LOAD, PURSE_TYPE_PURCHASE, PURSE_TYPE_CAPP };

/* The values that MACs of both kinds share; datetime where it is wanted. */
static enum ykt_status
get_common(struct calc_args *args, enum kind kind, bool with_datetime, uint32_t *ret_amount,
    uint8_t *ret_type, uint8_t terminal[PURSE_TERMINAL_LEN], uint8_t datetime[PURSE_DATETIME_LEN])
{
	uint32_t type = default_types[kind];
	enum ykt_status status = calc_args_number(args, "amount", 4, ret_amount);

	if (status == YKT_OK && calc_args_has(args, "type"))
		status = calc_args_number(args, "type", 1, &type);
	if (status == YKT_OK)
		status = calc_args_copy(args, "terminal", terminal, PURSE_TERMINAL_LEN);
	if (status == YKT_OK && with_datetime)
		status = calc_args_copy(args, "datetime", datetime, PURSE_DATETIME_LEN);
	*ret_type = (uint8_t)type;

	return status;
}

static enum ykt_status
get_load(struct calc_args *args, bool with_datetime, struct purse_load *load)
{
	return get_common(args, KIND_LOAD, with_datetime, &load->amount, &load->type,
	    load->terminal, load->datetime);
}

static enum ykt_status
get_purchase(struct calc_args *args, enum kind kind, struct purse_purchase *purchase)
{
	return get_common(args, kind, true, &purchase->amount, &purchase->type, purchase->terminal,
	    purchase->datetime);
}

enum ykt_status
calc_mac1(struct crypto *crypto, struct calc_args *args, json_t *object)
{
	struct purse_session session = { 0 };
	struct purse_load load = { 0 };
	struct purse_purchase purchase = { 0 };
	uint8_t mac[PURSE_MAC_LEN];
	enum kind kind;
	enum ykt_status status = begin(crypto, args, object, &kind, &session);

	if (status == YKT_OK && kind == KIND_LOAD) {
		status = get_load(args, false, &load);
		if (status == YKT_OK)
			status = calc_args_number(args, "balance", 4, &load.balance);
		if (status == YKT_OK)
			status = purse_load_mac1(crypto, &session, &load, mac);
	} else if (status == YKT_OK) {
		status = get_purchase(args, kind, &purchase);
		if (status == YKT_OK)
			status = purse_purchase_mac1(crypto, &session, &purchase, mac);
	}
	if (status == YKT_OK)
		jsonput_hex(object, "MAC1", YKT_BYTES(mac));
	purse_session_clear(&session);

	return status;
}

enum ykt_status
calc_mac2(struct crypto *crypto, struct calc_args *args, json_t *object)
{
	struct purse_session session = { 0 };
	struct purse_load load = { 0 };
	uint32_t amount = 0;
	uint8_t mac[PURSE_MAC_LEN];
	enum kind kind;
	enum ykt_status status = begin(crypto, args, object, &kind, &session);

	if (status == YKT_OK && kind == KIND_LOAD) {
		status = get_load(args, true, &load);
		if (status == YKT_OK)
			status = purse_load_mac2(crypto, &session, &load, mac);
	} else if (status == YKT_OK) {
		status = calc_args_number(args, "amount", 4, &amount);
		if (status == YKT_OK)
			status = purse_purchase_mac2(crypto, &session, amount, mac);
	}
	if (status == YKT_OK)
		jsonput_hex(object, "MAC2", YKT_BYTES(mac));
	purse_session_clear(&session);

	return status;
}

/* The key of TACs: ready made, or from the card's DTK. */
static enum ykt_status
get_tac_key(struct crypto *crypto, struct calc_args *args, enum purse_alg alg,
    struct purse_session *ret_key)
{
	bool dtk =
	    calc_args_has(args, "dtk") || calc_args_has(args, "key") || calc_args_has(args, "root");
	const char *ready = calc_args_has(args, "tac-key") ? "tac-key" : "session-key";
	uint8_t key[PURSE_KEY_LEN] = { 0 };
	enum ykt_status status;

	if (calc_args_has(args, "tac-key") || (!dtk && calc_args_has(args, "session-key"))) {
		*ret_key = (struct purse_session){ .alg = alg };
		return calc_args_copy(args, ready, ret_key->key, alg == PURSE_ALG_SM4 ? 16 : 8);
	}

	status = calc_get_key(crypto, args, alg, "dtk", key);
	if (status == YKT_OK)
		status = purse_tac_key(alg, key, ret_key);
	ykt_wipe(key, sizeof(key));

	return status;
}

/* A load's TAC is over the balance after it: given, or the one before and the amount. */
static enum ykt_status
get_new_balance(struct calc_args *args, struct purse_load *load)
{
	enum ykt_status status;

	if (calc_args_has(args, "new-balance"))
		return calc_args_number(args, "new-balance", 4, &load->balance);
	status = calc_args_number(args, "balance", 4, &load->balance);
	if (status == YKT_OK && load->balance > UINT32_MAX - load->amount)
		status = calc_bad(args, "balance: too large with the amount");
	if (status == YKT_OK)
		load->balance += load->amount;

	return status;
}

static enum ykt_status
load_tac(struct crypto *crypto, struct calc_args *args, const struct purse_session *key,
    json_t *object, uint8_t ret_tac[PURSE_MAC_LEN])
{
	struct purse_load load = { 0 };
	uint8_t balance[4];
	uint32_t seq = 0;
	enum ykt_status status = get_load(args, true, &load);

	if (status == YKT_OK)
		status = get_new_balance(args, &load);
	if (status == YKT_OK)
		status = get_seq(args, "online-seq", &seq);
	if (status != YKT_OK)
		return status;

	load.online_seq = (uint16_t)seq;
	ykt_set_u32(balance, load.balance);
	jsonput_hex(object, "new_balance", YKT_BYTES(balance));

	return purse_load_tac_with(crypto, key, &load, ret_tac);
}

enum ykt_status
calc_tac(struct crypto *crypto, struct calc_args *args, json_t *object)
{
	struct purse_session key = { 0 };
	struct purse_purchase purchase = { 0 };
	uint8_t tac[PURSE_MAC_LEN];
	enum purse_alg alg;
	enum kind kind = KIND_LOAD;
	enum ykt_status status = calc_get_alg(args, object, &alg);

	if (status == YKT_OK)
		status = get_kind(args, object, &kind);
	if (status == YKT_OK)
		status = get_tac_key(crypto, args, alg, &key);
	if (status == YKT_OK && kind == KIND_LOAD) {
		status = load_tac(crypto, args, &key, object, tac);
	} else if (status == YKT_OK) {
		status = get_purchase(args, kind, &purchase);
		if (status == YKT_OK)
			status = calc_args_number(args, "terminal-seq", 4, &purchase.terminal_seq);
		if (status == YKT_OK)
			status = purse_purchase_tac_with(crypto, &key, &purchase, tac);
	}
	if (status == YKT_OK) {
		put_session(object, "tac_key", &key);
		jsonput_hex(object, "TAC", YKT_BYTES(tac));
	}
	purse_session_clear(&key);

	return status;
}
