/*
 * Calculations: keys of cards and their diversification.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/calc_priv.h"

#include <stdio.h>
#include <string.h>

#include <ykt/secret.h>

#include "cli/jsonput.h"

enum ykt_status
calc_bad(struct calc_args *args, const char *why)
{
	snprintf(args->why, sizeof(args->why), "%s", why);

	return YKT_E_FORMAT;
}

/* The algorithm, 3DES when none is named. SM4 results carry their mark. */
enum ykt_status
calc_get_alg(struct calc_args *args, json_t *object, enum purse_alg *ret_alg)
{
	const char *text = calc_args_text(args, "alg");

	if (text == NULL || strcmp(text, "3des") == 0 || strcmp(text, "tdes") == 0 ||
	    strcmp(text, "00") == 0) {
		*ret_alg = PURSE_ALG_TDES;
	} else if (strcmp(text, "sm4") == 0 || strcmp(text, "04") == 0) {
		*ret_alg = PURSE_ALG_SM4;
		json_object_set_new(object, "unconfirmed", json_true());
	} else {
		return calc_bad(args, "alg: must be 3des or sm4");
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
		return calc_bad(args, "issuer: must have 4 or 8 bytes");

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
		return calc_bad(args, "serial: must have 8 or 10 bytes");
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
			status = calc_bad(args, "factor: must have 8 bytes");
		if (status == YKT_OK)
			status = purse_diversify(crypto, alg, key, factor, key);
	}

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

/* A card key: given by that name or as key, or derived from a root. */
enum ykt_status
calc_get_key(struct crypto *crypto, struct calc_args *args, enum purse_alg alg, const char *name,
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

enum ykt_status
calc_diversify(struct crypto *crypto, struct calc_args *args, json_t *object)
{
	const char *name = calc_args_has(args, "root") ? "root" : "key";
	uint8_t key[PURSE_KEY_LEN] = { 0 };
	enum purse_alg alg;
	enum ykt_status status = calc_get_alg(args, object, &alg);

	if (status == YKT_OK)
		status = calc_args_copy(args, name, key, sizeof(key));
	if (status == YKT_OK && !calc_args_has(args, "issuer") && !calc_args_has(args, "serial") &&
	    !calc_args_has(args, "factor"))
		status = calc_bad(args, "nothing to diversify by: issuer, serial or factor");
	if (status == YKT_OK)
		status = diversify(crypto, args, alg, key, object);
	if (status == YKT_OK) {
		jsonput_hex(object, "card_key", YKT_BYTES(key));
		jsonput_hex(object, "diversified", YKT_BYTES(key));
	}
	ykt_wipe(key, sizeof(key));

	return status;
}
