/*
 * The key of ride codes in the identity applet, and the end of both keys. See
 * card/ident.h.
 *
 * Its public half is not kept: there is room for the private one, and a point
 * is computed in the time of a signature.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/ident.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/ident_cert.h"

/* What is signed ends with field 16, the moment. */
#define MOMENT_LEN 4
#define HEAD_LEN   3

_Static_assert(SE_IDENT_RIDE_LAST + MOMENT_LEN <= SE_IDENT_SIZE, "it has room");

/* A copy of the key; the caller wipes it. missing: the answer when there is none. */
static uint16_t
load(const struct se_call *call, uint16_t missing, struct crypto_sm2_key *ret_key)
{
	if (!se_ident_has(call, SE_IDENT_HAS_RIDE))
		return missing;

	return crypto_sm2_key_set(call->se->crypto, se_ident(call) + SE_IDENT_RIDE_D, ret_key) ==
		       YKT_OK
		   ? SW_OK
		   : SW_EXEC_ERROR;
}

/* A new key has made no code yet. */
static uint16_t
commit(const struct se_call *call, const struct crypto_sm2_key *key)
{
	struct se *se = call->se;

	se_tx_begin(se);
	se_tx_put_u8(se, se_ident_off(call) + SE_IDENT_HAS,
	    (uint8_t)(se_ident(call)[SE_IDENT_HAS] | SE_IDENT_HAS_RIDE));
	se_tx_put(se, se_ident_off(call) + SE_IDENT_RIDE_D, YKT_BYTES(key->d));
	se_tx_fill(se, se_ident_off(call) + SE_IDENT_RIDE_LAST, 0, MOMENT_LEN);

	return se_tx_commit(se);
}

uint16_t
se_ident_ride_key(struct se_call *call)
{
	struct crypto_sm2_key key = { 0 };
	uint16_t sw = SW_EXEC_ERROR;

	if (call->cmd->p1 == IDENT_P1_READ)
		sw = load(call, SW_DATA_NOT_FOUND, &key);
	else {
		sw = se_ident_allowed(call, IDENT_ACCESS_RIDE);
		if (sw == SW_OK &&
		    crypto_sm2_generate(call->se->crypto, call->se->random, &key) != YKT_OK)
			sw = SW_EXEC_ERROR;
		if (sw == SW_OK)
			sw = commit(call, &key);
	}
	if (sw == SW_OK)
		ident_public_encode(&key.pub, call->out);
	ykt_wipe(&key, sizeof(key));

	return sw;
}

/* 9000 for the part of a ride code of this key that is signed. */
static uint16_t
judge(const struct se_call *call, const struct crypto_sm2_pub *pub, struct ykt_bytes text)
{
	uint8_t point[IDENT_RIDE_EXPIRES - IDENT_RIDE_POINT];
	const uint8_t *moment;

	if (text.len < IDENT_RIDE_MIN || text.len > IDENT_RIDE_MAX ||
	    text.data[0] != IDENT_RIDE_VERSION ||
	    ykt_get_u16(text.data + 1) != text.len - HEAD_LEN + IDENT_RIDE_SIG)
		return SW_DATA;
	crypto_sm2_compress(pub, point);
	if (!ykt_bytes_equal(
		ykt_bytes_sub(text, IDENT_RIDE_POINT, sizeof(point)), YKT_BYTES(point)))
		return SW_DATA;
	moment = text.data + text.len - MOMENT_LEN;
	/* The same moment again: the answer was lost. */
	if (ykt_get_u32(moment) > ykt_get_u32(text.data + IDENT_RIDE_EXPIRES) ||
	    ykt_get_u32(moment) < ykt_get_u32(se_ident(call) + SE_IDENT_RIDE_LAST))
		return SW_CONDITIONS;

	return SW_OK;
}

uint16_t
se_ident_ride_sign(struct se_call *call, struct ykt_bytes text)
{
	struct crypto_sm2_key key = { 0 };
	uint8_t sig[CRYPTO_SM2_SIG_LEN];
	uint16_t sw = se_ident_allowed(call, IDENT_ACCESS_RIDE);

	if (sw == SW_OK)
		sw = load(call, SW_CONDITIONS, &key);
	if (sw == SW_OK)
		sw = judge(call, &key.pub, text);
	if (sw == SW_OK &&
	    crypto_sm2_sign(call->se->crypto, &key, crypto_sm2_default_id, text, sig) != YKT_OK)
		sw = SW_EXEC_ERROR;
	ykt_wipe(&key, sizeof(key));
	if (sw != SW_OK)
		return sw;
	/* Durable before the signature leaves. */
	se_tx_begin(call->se);
	se_tx_put(call->se, se_ident_off(call) + SE_IDENT_RIDE_LAST,
	    ykt_bytes_sub(text, text.len - MOMENT_LEN, MOMENT_LEN));
	sw = se_tx_commit(call->se);
	if (sw == SW_OK)
		ykt_put(call->out, YKT_BYTES(sig));

	return sw;
}

/* One commit; what is not there already is no error: the answer before was lost. */
uint16_t
se_ident_delete(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	struct se *se = call->se;
	const bool all = cmd->p2 == IDENT_KEY_USER;
	uint8_t ends = all ? SE_IDENT_HAS_KEY | SE_IDENT_HAS_RIDE : SE_IDENT_HAS_RIDE;
	uint16_t sw;

	if (cmd->p1 != IDENT_P1_DELETE || cmd->p2 > IDENT_KEY_RIDE)
		return SW_P1P2;
	if (cmd->data.len != 0)
		return SW_LENGTH;
	sw = se_ident_allowed(
	    call, all ? IDENT_ACCESS_REPLACE | IDENT_ACCESS_RIDE : IDENT_ACCESS_RIDE);
	if (sw != SW_OK || !se_ident_has(call, ends))
		return sw;
	se_tx_begin(se);
	se_tx_put_u8(
	    se, se_ident_off(call) + SE_IDENT_HAS, (uint8_t)(se_ident(call)[SE_IDENT_HAS] & ~ends));
	se_tx_fill(se, se_ident_off(call) + SE_IDENT_RIDE_D, 0, 32 + MOMENT_LEN);
	if (all) {
		se_tx_fill(se, se_ident_off(call) + SE_IDENT_D, 0, 32 + 64);
		se_tx_fill(se, se_ident_off(call) + SE_IDENT_CERT, 0, 1u + IDENT_CERT_MAX);
	}

	return se_tx_commit(se);
}
