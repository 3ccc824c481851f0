/*
 * What the user of an unload saw and signed (docs/protocol.md section 11).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "platform/rows.h"
#include "platform/unload.h"
#include "wire/shown.h"

static const char *
destination(const char *purpose)
{
	return strcmp(purpose, "move") == 0 ? WIRE_UNLOAD_TICKET : WIRE_UNLOAD_WALLET;
}

const char *
unload_yes_fault(struct platform_worker *w, const struct op_call *call,
    const struct wire_unload_begin_req *ask, ykt_fen fee, const char account[BANK_TEXT_MAX])
{
	char to[sizeof(ask->to) + BANK_TEXT_MAX] = "";
	const struct wire_unload_yes yes = { call->user_id, ask->card_no, ask->purpose, to, fee };
	uint8_t digest[32], text[WIRE_SHOWN_SIGN_LEN];

	if (account[0] == '\0' && strcmp(ask->to, destination(ask->purpose)) != 0)
		return "destination";
	text_add(to, sizeof(to), ask->to);
	if (account[0] != '\0') {
		text_add(to, sizeof(to), " ");
		text_add(to, sizeof(to), account);
	}
	if (ask->fee_fen != fee)
		return "fee";
	if (wire_unload_digest(w->crypto, &yes, digest) != YKT_OK ||
	    !ykt_ct_equal(digest, ask->digest, sizeof(digest)))
		return "digest";
	wire_unload_to_sign(digest, ask->wish, text);
	if (crypto_sm2_verify(w->crypto, &call->device, crypto_sm2_default_id, YKT_BYTES(text),
		ask->sig) != YKT_OK)
		return "signature";

	return NULL;
}

enum ykt_status
unload_yes_keep(struct ykt_tx *tx, const struct op_call *call, const char *unload_id,
    const struct wire_unload_begin_req *ask)
{
	return row_exec(tx,
	    "INSERT INTO unload_yes(unload_id, wish, destination, fee_fen, digest, sig, device, "
	    "at_ms)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	    YKT_SQL_IN(ykt_sql_text(unload_id), ykt_sql_text(ask->wish), ykt_sql_text(ask->to),
		ykt_sql_int(ask->fee_fen), ykt_sql_blob(YKT_BYTES(ask->digest)),
		ykt_sql_blob(YKT_BYTES(ask->sig)), ykt_sql_blob(YKT_BYTES(call->device.xy)),
		ykt_sql_int(call->now_ms)));
}

enum ykt_status
unload_yes_same(struct ykt_tx *tx, const char *unload_id, const struct wire_unload_begin_req *ask)
{
	char to[sizeof(ask->to)] = "";
	const struct row_col cols[] = { ROW_TEXT(to) };
	enum ykt_status status =
	    row_one(tx, "SELECT destination FROM unload_yes WHERE unload_id = ?1",
		YKT_SQL_IN(ykt_sql_text(unload_id)), cols, 1);

	if (status == YKT_NOT_FOUND) {
		text_set(to, sizeof(to), destination(ask->purpose));
		status = YKT_OK;
	}
	if (status == YKT_OK && strcmp(to, ask->to) != 0)
		status = YKT_E_STATE;

	return status;
}

enum ykt_status
unload_fee_most(struct ykt_tx *tx, const char *unload_id, ykt_fen *fee)
{
	int64_t agreed = 0;
	const struct row_col cols[] = { ROW_INT(&agreed) };
	enum ykt_status status = row_one(tx, "SELECT fee_fen FROM unload_yes WHERE unload_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(unload_id)), cols, 1);

	if (status == YKT_OK && agreed < *fee)
		*fee = agreed;

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}
