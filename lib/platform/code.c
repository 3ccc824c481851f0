/*
 * code.authorise: fields 3 to 15 of a ride code for a rider's key.
 *
 * The wallet must hold a whole trip; the key module signs; what it signed is
 * durable, with the idempotency key, before it leaves. A repeat gets the same bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/code.h"

#include <string.h>

#include <ykt/hex.h>

#include "code/code_qr.h"
#include "crypto/digest.h"
#include "platform/idem.h"
#include "platform/rows.h"

#define MS 1000

struct authorise {
	const struct platform *p;
	const struct op_call *call;
	const uint8_t *point;
	struct code_account account;
	bool again;
	struct idem_row before;
	/* What was signed. */
	struct ykt_bytes auth;
	uint8_t auth_hash[32];
	int64_t expires_s;
	uint8_t answer[IDEM_ANSWER_MAX];
	size_t answer_len;
};

/* Seen before? May this user ride now? */
static enum ykt_status
begin_tx(struct ykt_tx *tx, void *arg)
{
	struct authorise *a = arg;
	ykt_fen balance = 0;
	int64_t as_of_ms = 0;
	enum ykt_status status = idem_find(tx, a->call, &a->before);

	a->again = status == YKT_OK;
	if (status != YKT_NOT_FOUND)
		return status;
	status = code_account_make(tx, a->p, a->call->user_id, a->call->now_ms, &a->account);
	if (status == YKT_OK && strcmp(a->account.state, CODE_ACCOUNT_OPEN) != 0)
		status = YKT_BLOCKED;
	if (status == YKT_OK)
		status = ledger_balance(tx, LEDGER_USER, a->call->user_id, &balance, &as_of_ms);
	if (status == YKT_OK && balance < a->p->o.settings.code_limit_fen)
		status = YKT_LOW_BALANCE;

	return status;
}

static enum ykt_status
sign(struct platform_worker *w, struct authorise *a, struct wire_key_code_sign_rsp *rsp)
{
	const struct platform_settings *s = &w->p->o.settings;
	struct wire_key_code_sign_req req = { .kind = CODE_KIND_ORDINARY,
		.limit_fen = s->code_limit_fen,
		.validity_s = s->code_validity_s };
	struct ykt_buf user = YKT_BUF(req.user);
	enum ykt_status status;

	a->expires_s = (a->call->now_ms + s->code_life_ms) / MS;
	req.expires_s = a->expires_s;
	text_set(req.account, sizeof(req.account), a->account.account);
	memcpy(req.point, a->point, sizeof(req.point));
	status = ykt_hex_decode(a->account.user_no, strlen(a->account.user_no), &user);
	if (status == YKT_OK)
		status = wire_call(w->p->o.keyd, WIRE_PATH_KEY_CODE_SIGN,
		    &wire_key_code_sign_req_msg, &req, &wire_key_code_sign_rsp_msg, rsp, w->calls,
		    room_deadline(w, a->call->deadline_mono_ms), NULL);

	return status;
}

/* The key module is believed no more than any other answer. */
static enum ykt_status
check(struct platform_worker *w, struct authorise *a, const struct wire_key_code_sign_rsp *rsp)
{
	struct code_auth auth;

	a->auth = ykt_bytes(rsp->auth.data, rsp->auth.len);
	if (code_auth_decode(a->auth, &auth) != YKT_OK || auth.expires_s != a->expires_s ||
	    auth.limit_fen != w->p->o.settings.code_limit_fen ||
	    !ykt_bytes_equal(YKT_BYTES(auth.point), ykt_bytes(a->point, sizeof(auth.point))) ||
	    !ykt_bytes_equal(YKT_BYTES(auth.account), ykt_bytes(a->account.account, 16)))
		return YKT_E_SERVER;

	return crypto_sm3(w->crypto, &a->auth, 1, a->auth_hash);
}

/* The record of the issue and the answer, at once; a twin's answer is the answer. */
static enum ykt_status
end_tx(struct ykt_tx *tx, void *arg)
{
	struct authorise *a = arg;
	enum ykt_status status = idem_find(tx, a->call, &a->before);

	a->again = status == YKT_OK;
	if (status != YKT_NOT_FOUND)
		return status;
	/* Frozen while the key module worked: a list of gates is out without these. */
	status = code_account_get(tx, a->call->user_id, &a->account);
	if (status == YKT_OK && strcmp(a->account.state, CODE_ACCOUNT_OPEN) != 0)
		status = YKT_BLOCKED;
	if (status != YKT_OK)
		return status;
	status = row_exec(tx,
	    "INSERT INTO code_issue(auth_hash, user_id, point, limit_fen, expires_s, issued_ms,"
	    " auth) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(a->auth_hash)), ykt_sql_text(a->call->user_id),
		ykt_sql_blob(ykt_bytes(a->point, CODE_POINT_LEN)),
		ykt_sql_int(a->p->o.settings.code_limit_fen), ykt_sql_int(a->expires_s),
		ykt_sql_int(a->call->now_ms), ykt_sql_blob(a->auth)));
	if (status == YKT_OK)
		status =
		    idem_put(tx, a->call, a->account.user_no, ykt_bytes(a->answer, a->answer_len));

	return status;
}

static int
refuse(struct platform_worker *w, enum ykt_status status, struct wire_error *error)
{
	switch (status) {
	case YKT_BLOCKED:
		return wire_error_set(error, 403, "frozen", "this account shows no codes");
	case YKT_LOW_BALANCE:
		return wire_error_set(error, 409, "wallet_low", "less than one trip in the wallet");
	case YKT_NOT_FOUND:
	case YKT_REFUSED:
		return wire_error_set(error, 409, "no_code", "no ride codes are issued here");
	default:
		return room_refuse(w, status, error);
	}
}

/* The stored answer of an earlier request, or of a twin. */
static enum ykt_status
repeat(const struct idem_row *row, struct wire_code_authorise_rsp *answer)
{
	enum ykt_status status = wire_decode(
	    &wire_code_authorise_rsp_msg, ykt_bytes(row->answer, row->answer_len), answer);

	return status == YKT_OK ? YKT_OK : YKT_E_CORRUPT;
}

static enum ykt_status
make(struct platform_worker *w, struct authorise *a, struct wire_code_authorise_rsp *answer)
{
	struct wire_key_code_sign_rsp rsp;
	struct ykt_buf json = YKT_BUF(a->answer);
	enum ykt_status status = sign(w, a, &rsp);

	if (status == YKT_OK)
		status = check(w, a, &rsp);
	if (status != YKT_OK)
		return status;
	answer->auth.len = (uint16_t)a->auth.len;
	memcpy(answer->auth.data, a->auth.data, a->auth.len);
	answer->redraw_ms = w->p->o.settings.code_redraw_ms;
	answer->now_ms = a->call->now_ms;
	status = wire_encode(&wire_code_authorise_rsp_msg, answer, &json);
	a->answer_len = json.len;
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, end_tx, a);

	return status;
}

int
op_code_authorise(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_code_authorise_req *ask = req;
	struct authorise a = { .p = w->p, .call = call, .point = ask->point };
	struct crypto_sm2_pub pub;
	enum ykt_status status;

	if (crypto_sm2_decompress(w->crypto, ask->point, &pub) != YKT_OK)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "no point of the curve");
	status = ykt_store_run(w->p->store, begin_tx, &a);
	if (status == YKT_OK && !a.again)
		status = make(w, &a, rsp);
	if (status == YKT_OK && a.again)
		status = repeat(&a.before, rsp);

	return status == YKT_OK ? 200 : refuse(w, status, error);
}
