/*
 * Calculations of the purse: diversification, session keys, MACs, TACs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/calc.h"

#include <stdio.h>
#include <string.h>

#include <ykt/secret.h>

#include "card/apdu.h"
#include "card/purse.h"
#include "cli/jsonput.h"

enum kind { KIND_LOAD, KIND_PURCHASE, KIND_CAPP };

static enum ykt_status
bad(struct calc_args *args, const char *why)
{
	snprintf(args->why, sizeof(args->why), "%s", why);

	return YKT_E_FORMAT;
}

/* The algorithm, 3DES when none is named. SM4 results carry their mark. */
static enum ykt_status
get_alg(struct calc_args *args, json_t *object, enum purse_alg *ret_alg)
{
	const char *text = calc_args_text(args, "alg");

	if (text == NULL || strcmp(text, "3des") == 0 || strcmp(text, "tdes") == 0 ||
	    strcmp(text, "00") == 0) {
		*ret_alg = PURSE_ALG_TDES;
	} else if (strcmp(text, "sm4") == 0 || strcmp(text, "04") == 0) {
		*ret_alg = PURSE_ALG_SM4;
		json_object_set_new(object, "unconfirmed", json_true());
	} else {
		return bad(args, "alg: must be 3des or sm4");
	}
	jsonput_text(object, "alg", *ret_alg == PURSE_ALG_SM4 ? "sm4" : "3des");

	return YKT_OK;
}

/* Issuer codes are four bytes, on the card followed by FF. */
static enum ykt_status
get_issuer(struct calc_args *args, uint8_t out[PURSE_ISSUER_LEN])
{
	struct ykt_buf value = { out, 0, PURSE_ISSUER_LEN, false };
	enum ykt_status status = calc_args_bytes(args, "issuer", 0, &value);

	if (status == YKT_OK && value.len == 4)
		ykt_put_fill(&value, 0xFF, 4);
	if (status == YKT_OK && value.len != PURSE_ISSUER_LEN)
		return bad(args, "issuer: must have 4 or 8 bytes");

	return status;
}

/* The last eight bytes of a serial number of ten, or those eight alone. */
static enum ykt_status
get_serial_tail(struct calc_args *args, uint8_t out[PURSE_FACTOR_LEN])
{
	uint8_t raw[PURSE_SERIAL_LEN];
	struct ykt_buf value = YKT_BUF(raw);
	enum ykt_status status = calc_args_bytes(args, "serial", 0, &value);

	if (status != YKT_OK)
		return status;
	if (value.len != PURSE_SERIAL_LEN && value.len != PURSE_FACTOR_LEN)
		return bad(args, "serial: must have 8 or 10 bytes");
	memcpy(out, raw + value.len - PURSE_FACTOR_LEN, PURSE_FACTOR_LEN);

	return YKT_OK;
}

/* Every level that was asked for: issuer, serial number, further factors. */
static enum ykt_status
diversify(struct crypto *crypto, struct calc_args *args, enum purse_alg alg,
    uint8_t key[PURSE_KEY_LEN], json_t *object)
{
	uint8_t factor[PURSE_FACTOR_LEN];
	enum ykt_status status = YKT_OK;

	if (calc_args_has(args, "issuer")) {
		status = get_issuer(args, factor);
		if (status == YKT_OK)
			status = purse_diversify(crypto, alg, key, factor, key);
		if (status == YKT_OK && object != NULL)
			jsonput_hex(object, "after_issuer", ykt_bytes(key, PURSE_KEY_LEN));
	}
	if (status == YKT_OK && calc_args_has(args, "serial")) {
		status = get_serial_tail(args, factor);
		if (status == YKT_OK)
			status = purse_diversify(crypto, alg, key, factor, key);
	}
	for (size_t i = 0; status == YKT_OK; i++) {
		struct ykt_buf value = YKT_BUF(factor);

		status = calc_args_bytes(args, "factor", i, &value);
		if (status == YKT_OK && value.len != PURSE_FACTOR_LEN)
			status = bad(args, "factor: must have 8 bytes");
		if (status == YKT_OK)
			status = purse_diversify(crypto, alg, key, factor, key);
	}

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

/* A card key: given by that name or as key, or derived from a root. */
static enum ykt_status
get_key(struct crypto *crypto, struct calc_args *args, enum purse_alg alg, const char *name,
    uint8_t ret_key[PURSE_KEY_LEN])
{
	enum ykt_status status;

	if (calc_args_has(args, name))
		return calc_args_copy(args, name, ret_key, PURSE_KEY_LEN);
	if (calc_args_has(args, "key") || !calc_args_has(args, "root"))
		return calc_args_copy(args, "key", ret_key, PURSE_KEY_LEN);

	status = calc_args_copy(args, "root", ret_key, PURSE_KEY_LEN);
	if (status == YKT_OK)
		status = diversify(crypto, args, alg, ret_key, NULL);

	return status;
}

static enum ykt_status
calc_diversify(struct crypto *crypto, struct calc_args *args, json_t *object)
{
	const char *name = calc_args_has(args, "root") ? "root" : "key";
	uint8_t key[PURSE_KEY_LEN] = { 0 };
	enum purse_alg alg;
	enum ykt_status status = get_alg(args, object, &alg);

	if (status == YKT_OK)
		status = calc_args_copy(args, name, key, sizeof(key));
	if (status == YKT_OK && !calc_args_has(args, "issuer") && !calc_args_has(args, "serial") &&
	    !calc_args_has(args, "factor"))
		status = bad(args, "nothing to diversify by: issuer, serial or factor");
	if (status == YKT_OK)
		status = diversify(crypto, args, alg, key, object);
	if (status == YKT_OK) {
		jsonput_hex(object, "card_key", YKT_BYTES(key));
		jsonput_hex(object, "diversified", YKT_BYTES(key));
	}
	ykt_wipe(key, sizeof(key));

	return status;
}

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
			return bad(args, "kind: must be load, purchase or capp");
	} else if (type == PURSE_TYPE_CAPP) {
		kind = KIND_CAPP;
	} else if (type == PURSE_TYPE_PURCHASE || calc_args_has(args, "terminal-seq") ||
		   calc_args_has(args, "offline-seq")) {
		kind = KIND_PURCHASE;
	} else if (type != PURSE_TYPE_LOAD && !calc_args_has(args, "balance") &&
		   !calc_args_has(args, "new-balance") && !calc_args_has(args, "online-seq") &&
		   !calc_args_has(args, "seq")) {
		return bad(args, "kind: missing (load, purchase or capp)");
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

	status = get_key(crypto, args, alg, "key", key);
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
	enum ykt_status status = get_alg(args, object, &alg);

	if (status == YKT_OK)
		status = get_kind(args, object, ret_kind);
	if (status == YKT_OK)
		status = get_session(crypto, args, alg, *ret_kind, ret_session);
	if (status == YKT_OK)
		put_session(object, "session_key", ret_session);

	return status;
}

static enum ykt_status
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

static enum ykt_status
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

static enum ykt_status
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

	status = get_key(crypto, args, alg, "dtk", key);
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
		status = bad(args, "balance: too large with the amount");
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

static enum ykt_status
calc_tac(struct crypto *crypto, struct calc_args *args, json_t *object)
{
	struct purse_session key = { 0 };
	struct purse_purchase purchase = { 0 };
	uint8_t tac[PURSE_MAC_LEN];
	enum purse_alg alg;
	enum kind kind = KIND_LOAD;
	enum ykt_status status = get_alg(args, object, &alg);

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

#define SM_INPUT_MAX 512

/*
 * The MAC's input from a command without its MAC. Lc may count the MAC already
 * or not.
 */
static enum ykt_status
sm_input(struct calc_args *args, struct ykt_buf *input)
{
	size_t data_len;
	size_t lc;
	enum ykt_status status = calc_args_bytes(args, "command", 0, input);

	if (status == YKT_NOT_FOUND)
		return YKT_E_FORMAT;
	if (status != YKT_OK)
		return status;
	if (input->len == APDU_HEADER_LEN)
		ykt_put_u8(input, 0);
	if (input->len <= APDU_HEADER_LEN)
		return bad(args, "command: too short");

	data_len = input->len - APDU_HEADER_LEN - 1;
	lc = input->data[APDU_HEADER_LEN];
	if ((lc != data_len && lc != data_len + PURSE_MAC_LEN) ||
	    data_len + PURSE_MAC_LEN > APDU_SHORT_DATA_MAX)
		return bad(args, "command: its length does not agree with its data");
	input->data[APDU_HEADER_LEN] = (uint8_t)(data_len + PURSE_MAC_LEN);

	return YKT_OK;
}

static enum ykt_status
calc_sm_mac(struct crypto *crypto, struct calc_args *args, json_t *object)
{
	uint8_t key[PURSE_KEY_LEN] = { 0 };
	uint8_t challenge_raw[16];
	uint8_t input_raw[SM_INPUT_MAX];
	struct ykt_buf challenge = YKT_BUF(challenge_raw);
	struct ykt_buf input = YKT_BUF(input_raw);
	uint8_t mac[PURSE_MAC_LEN];
	enum purse_alg alg;
	enum ykt_status status = get_alg(args, object, &alg);

	if (status == YKT_OK)
		status = get_key(crypto, args, alg, "key", key);
	if (status == YKT_OK)
		status = calc_args_bytes(args, "challenge", 0, &challenge);
	if (status == YKT_OK && calc_args_has(args, "data"))
		status = calc_args_bytes(args, "data", 0, &input);
	else if (status == YKT_OK)
		status = sm_input(args, &input);
	if (status == YKT_OK) {
		status = purse_sm_mac(
		    crypto, alg, key, ykt_buf_view(&challenge), ykt_buf_view(&input), mac);
		if (status == YKT_E_ARG)
			status = bad(args, "challenge: too long");
	}
	if (status == YKT_OK) {
		jsonput_hex(object, "mac_input", ykt_buf_view(&input));
		jsonput_hex(object, "MAC", YKT_BYTES(mac));
		ykt_put_mem(&input, mac, sizeof(mac));
		if (!calc_args_has(args, "data"))
			jsonput_hex(object, "command", ykt_buf_view(&input));
	}
	ykt_wipe(key, sizeof(key));

	return status == YKT_NOT_FOUND ? YKT_E_FORMAT : status;
}

#define CARD_KEY "(--key HEX16 | --root HEX16 [--issuer HEX8] [--serial HEX10])"
#define SESSION                                                                                    \
	"(--session-key HEX | " CARD_KEY "\n"                                                      \
	"      --rand HEX4 --online-seq|--offline-seq|--seq HEX2 [--terminal-seq HEX4])"

const struct calc calc_table[] = {
	{ "diversify",
	    "(--key HEX16 | --root HEX16) [--issuer HEX8] [--serial HEX10] [--factor HEX8]...",
	    calc_diversify },
	{ "session-key",
	    CARD_KEY
	    "\n      --rand HEX4 --online-seq|--offline-seq|--seq HEX2 [--terminal-seq HEX4]",
	    calc_session_key },
	{ "mac1",
	    "[--kind load|purchase|capp] " SESSION
	    "\n      --amount HEX4 --terminal HEX6 [--type HEX1]"
	    "\n      load: --balance HEX4 (before it); purchase: --datetime HEX7",
	    calc_mac1 },
	{ "mac2",
	    "[--kind load|purchase|capp] " SESSION "\n      --amount HEX4"
	    "\n      load: --terminal HEX6 --datetime HEX7 [--type HEX1]",
	    calc_mac2 },
	{ "tac",
	    "[--kind load|purchase|capp] (--tac-key HEX | --dtk HEX16 | " CARD_KEY ")"
	    "\n      --amount HEX4 --terminal HEX6 --datetime HEX7 [--type HEX1]"
	    "\n      load: --online-seq HEX2 (--balance HEX4 (before it) | --new-balance HEX4)"
	    "\n      purchase: --terminal-seq HEX4",
	    calc_tac },
	{ "sm-mac",
	    CARD_KEY " --challenge HEX\n      (--data HEX (what the MAC is over) | --command HEX "
		     "(without its MAC))",
	    calc_sm_mac },
	{ "scp03",
	    "--enc HEX --mac HEX [--dek HEX] --host-challenge HEX8 --initialize-update-response HEX"
	    "\n      [--level HEX1] [--command HEX]... [--response HEX]...",
	    calc_scp03 },
	{ 0 },
};

const struct calc *
calc_find(const char *name)
{
	for (const struct calc *calc = calc_table; calc->name != NULL; calc++) {
		size_t i = 0;

		while (calc->name[i] != '\0' &&
		       (calc->name[i] == name[i] || (calc->name[i] == '-' && name[i] == '_')))
			i++;
		if (calc->name[i] == '\0' && name[i] == '\0')
			return calc;
	}

	return NULL;
}

enum ykt_status
calc_run(
    struct crypto *crypto, const struct calc *calc, struct calc_args *args, json_t **ret_object)
{
	json_t *object = json_object();
	enum ykt_status status;

	if (object == NULL)
		return YKT_E_NOMEM;
	args->why[0] = '\0';
	status = calc->fn(crypto, args, object);
	if (status == YKT_OK) {
		*ret_object = object;
		return YKT_OK;
	}

	if (args->why[0] == '\0')
		(void)bad(args, ykt_status_text(status));
	json_decref(object);

	return status;
}
