/*
 * What the identity applet does with its key. See card/ident.h.
 *
 * A new key, its public half and the end of the old certificate are one commit:
 * a cut leaves the old key whole or the new one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/ident.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/ident.h"
#include "card/ident_cert.h"
#include "se/purse_priv.h"

_Static_assert(IDENT_TEXT_MAX == SE_STORE_MAX, "a message in parts has the series's room");

/* A copy of the key; the caller wipes it. False: there is none yet. */
static bool
load_key(const struct se_call *call, struct crypto_sm2_key *ret_key)
{
	const uint8_t *entry = se_ident(call);

	if (!se_ident_has(call, SE_IDENT_HAS_KEY))
		return false;
	memcpy(ret_key->d, entry + SE_IDENT_D, sizeof(ret_key->d));
	memcpy(ret_key->pub.xy, entry + SE_IDENT_PUB, sizeof(ret_key->pub.xy));

	return true;
}

static uint16_t
commit_key(const struct se_call *call, const struct crypto_sm2_key *key)
{
	const uint8_t *cert = se_ident(call) + SE_IDENT_CERT;
	struct se *se = call->se;

	se_tx_begin(se);
	se_tx_put_u8(se, se_ident_off(call) + SE_IDENT_HAS,
	    (uint8_t)(se_ident(call)[SE_IDENT_HAS] | SE_IDENT_HAS_KEY));
	se_tx_put(se, se_ident_off(call) + SE_IDENT_D, YKT_BYTES(key->d));
	se_tx_put(se, se_ident_off(call) + SE_IDENT_PUB, YKT_BYTES(key->pub.xy));
	/* The certificate was for the key before. */
	if (cert[0] != 0)
		se_tx_fill(se, se_ident_off(call) + SE_IDENT_CERT, 0, 1u + cert[0]);

	return se_tx_commit(se);
}

static uint16_t
make_key(struct se_call *call)
{
	struct crypto_sm2_key key;
	uint16_t sw = SW_EXEC_ERROR;

	if (crypto_sm2_generate(call->se->crypto, call->se->random, &key) == YKT_OK)
		sw = commit_key(call, &key);
	if (sw == SW_OK)
		ident_public_encode(&key.pub, call->out);
	ykt_wipe(&key, sizeof(key));

	return sw;
}

uint16_t
se_ident_generate(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	bool has = se_ident_has(call, SE_IDENT_HAS_KEY);
	struct crypto_sm2_pub pub;
	uint16_t sw = SW_OK;

	if ((cmd->p1 != IDENT_P1_NEW && cmd->p1 != IDENT_P1_READ) || cmd->p2 > IDENT_KEY_RIDE)
		return SW_P1P2;
	if (cmd->data.len != 0)
		return SW_LENGTH;
	if (cmd->p2 == IDENT_KEY_RIDE)
		return se_ident_ride_key(call);
	if (cmd->p1 == IDENT_P1_READ) {
		if (!has)
			return SW_DATA_NOT_FOUND;
		memcpy(pub.xy, se_ident(call) + SE_IDENT_PUB, sizeof(pub.xy));
		ident_public_encode(&pub, call->out);
		return SW_OK;
	}
	if (has)
		sw = se_ident_allowed(call, IDENT_ACCESS_REPLACE);

	return sw == SW_OK ? make_key(call) : sw;
}

/* Signs text under id and appends r | s. */
static uint16_t
sign(const struct se_call *call, struct ykt_bytes id, struct ykt_bytes text, uint8_t sig[64])
{
	struct crypto_sm2_key key;
	uint16_t sw = SW_OK;

	if (!load_key(call, &key))
		return SW_CONDITIONS;
	if (crypto_sm2_sign(call->se->crypto, &key, id, text, sig) != YKT_OK)
		sw = SW_EXEC_ERROR;
	ykt_wipe(&key, sizeof(key));

	return sw;
}

static uint16_t
sign_data(struct se_call *call, uint8_t access, struct ykt_bytes id, struct ykt_bytes text)
{
	uint8_t sig[CRYPTO_SM2_SIG_LEN];
	uint16_t sw = se_ident_allowed(call, access);

	if (sw == SW_OK)
		sw = sign(call, id, text, sig);
	if (sw == SW_OK)
		ykt_put(call->out, YKT_BYTES(sig));

	return sw;
}

uint16_t
se_ident_internal(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;

	if (cmd->p1 != 0 || cmd->p2 != 0)
		return SW_P1P2;
	if (cmd->data.len < IDENT_INTERNAL_MIN || cmd->data.len > IDENT_INTERNAL_MAX)
		return SW_LENGTH;

	return sign_data(call, IDENT_ACCESS_INTERNAL, ident_id_internal, cmd->data);
}

uint16_t
se_ident_request(struct se_call *call)
{
	struct ident_cert request = { .request = true };
	uint8_t bytes[IDENT_CERT_MAX];
	struct ykt_buf body = YKT_BUF(bytes);
	uint16_t sw = se_ident_allowed(call, IDENT_ACCESS_SIGN);

	if (sw != SW_OK)
		return sw;
	memcpy(request.pub.xy, se_ident(call) + SE_IDENT_PUB, sizeof(request.pub.xy));
	memcpy(request.holder, se_home(call->se, SE_HEAD_IDENTITY), sizeof(request.holder));
	ident_cert_body_encode(&request, &body);
	sw = sign(call, ident_id_request, ykt_buf_view(&body), request.sig);
	if (sw == SW_OK)
		ident_cert_encode(&request, call->out);

	return sw;
}

static uint16_t
encipher(struct se_call *call)
{
	struct crypto_sm2_pub platform;
	uint16_t sw = se_ident_allowed(call, IDENT_ACCESS_ENCIPHER);

	if (sw != SW_OK)
		return sw;
	if (!se_ident_has(call, SE_IDENT_HAS_PLATFORM))
		return SW_CONDITIONS;
	memcpy(platform.xy, se_ident(call) + SE_IDENT_PLATFORM, sizeof(platform.xy));
	if (crypto_sm2_encrypt(call->se->crypto, &platform, call->cmd->data, call->out) != YKT_OK)
		sw = SW_EXEC_ERROR;

	return sw;
}

/* For whom is in front of the text. The text is the caller's own: any point may be told. */
static uint16_t
encipher_to(struct se_call *call)
{
	const struct ykt_bytes text =
	    ykt_bytes_sub(call->cmd->data, IDENT_RECEIVER_LEN, call->cmd->data.len);
	struct crypto_sm2_pub receiver;
	enum ykt_status status;
	uint16_t sw = se_ident_allowed(call, IDENT_ACCESS_ENCIPHER);

	if (sw != SW_OK)
		return sw;
	memcpy(receiver.xy, call->cmd->data.data, sizeof(receiver.xy));
	status = crypto_sm2_encrypt(call->se->crypto, &receiver, text, call->out);
	if (status == YKT_E_FORMAT)
		return SW_DATA;

	return status == YKT_OK ? SW_OK : SW_EXEC_ERROR;
}

/* Whatever is wrong with the ciphertext, the answer is the same. */
static uint16_t
decipher(struct se_call *call)
{
	struct crypto_sm2_key key;
	enum ykt_status status;
	uint16_t sw = se_ident_allowed(call, IDENT_ACCESS_DECIPHER);

	if (sw != SW_OK)
		return sw;
	if (!load_key(call, &key))
		return SW_CONDITIONS;
	status = crypto_sm2_decrypt(call->se->crypto, &key, call->cmd->data, call->out);
	if (status == YKT_E_MAC || status == YKT_E_FORMAT)
		sw = SW_DATA;
	else if (status != YKT_OK)
		sw = SW_EXEC_ERROR;
	ykt_wipe(&key, sizeof(key));

	return sw;
}

/*
 * Appends the data to the message in parts of this channel. Its bytes stand where
 * a series of STORE DATA would: the applet and a domain are never selected both.
 */
static uint16_t
gather(struct se_call *call)
{
	struct se_series *series = &call->se->series;
	struct ykt_bytes data = call->cmd->data;

	if (series->owner != call->side->number) {
		ykt_wipe(series->bytes, series->len);
		series->owner = call->side->number;
		series->next = 0;
		series->len = 0;
	}
	if (data.len > sizeof(series->bytes) - series->len) {
		se_series_end(call->se, call->side);
		return SW_NO_SPACE;
	}
	if (data.len != 0)
		memcpy(series->bytes + series->len, data.data, data.len);
	series->len = (uint16_t)(series->len + data.len);

	return SW_OK;
}

/* The message is what was gathered, if anything was, and the data behind it. */
static uint16_t
sign_message(struct se_call *call)
{
	const struct se_series *series = &call->se->series;
	const bool ride = (call->cmd->p1 << 8 | call->cmd->p2) == IDENT_OP_RIDE;
	struct ykt_bytes text = call->cmd->data;
	uint16_t sw = SW_OK;

	if (series->owner == call->side->number) {
		sw = gather(call);
		text = ykt_bytes(series->bytes, series->len);
	}
	if (sw == SW_OK && text.len == 0)
		sw = SW_LENGTH;
	if (sw == SW_OK && ride)
		sw = se_ident_ride_sign(call, text);
	else if (sw == SW_OK)
		sw = sign_data(call, IDENT_ACCESS_SIGN, crypto_sm2_default_id, text);
	se_series_end(call->se, call->side);

	return sw;
}

uint16_t
se_ident_operation(struct se_call *call)
{
	static const struct operation {
		uint16_t op;
		uint8_t min;
		uint8_t max;
		uint8_t more; /* bytes of the answer: these, and as many as came if echo */
		bool echo;
		uint16_t (*run)(struct se_call *call);
	} operations[] = {
		{ IDENT_OP_SIGN, 0, IDENT_MESSAGE_MAX, CRYPTO_SM2_SIG_LEN, false, sign_message },
		{ IDENT_OP_RIDE, 0, IDENT_MESSAGE_MAX, CRYPTO_SM2_SIG_LEN, false, sign_message },
		{ IDENT_OP_PART, 1, IDENT_MESSAGE_MAX, 0, false, gather },
		{ IDENT_OP_ENCIPHER, 1, IDENT_FIELD_MAX, CRYPTO_SM2_EXTRA, true, encipher },
		{ IDENT_OP_ENCIPHER_TO, IDENT_RECEIVER_LEN + 1,
		    IDENT_RECEIVER_LEN + IDENT_FIELD_MAX, CRYPTO_SM2_EXTRA - IDENT_RECEIVER_LEN,
		    true, encipher_to },
		{ IDENT_OP_DECIPHER, IDENT_SECRET_LEN + CRYPTO_SM2_EXTRA,
		    IDENT_SECRET_LEN + CRYPTO_SM2_EXTRA, IDENT_SECRET_LEN, false, decipher },
	};
	const struct apdu_cmd *cmd = call->cmd;
	uint16_t op = (uint16_t)(cmd->p1 << 8 | cmd->p2);

	if (op != IDENT_OP_SIGN && op != IDENT_OP_RIDE && op != IDENT_OP_PART)
		se_series_end(call->se, call->side);
	for (size_t i = 0; i < YKT_ARRAY_LEN(operations); i++) {
		const struct operation *o = &operations[i];
		uint16_t sw;

		if (o->op != op)
			continue;
		if (cmd->data.len < o->min || cmd->data.len > o->max)
			return SW_LENGTH;
		sw = se_purse_le(call, (uint8_t)(o->more + (o->echo ? cmd->data.len : 0)));

		return sw == SW_OK ? o->run(call) : sw;
	}

	return SW_P1P2;
}
