/*
 * The pay channel's tables; payments and refunds in them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "psp/internal.h"

const char *const psp_schema[] = {
	"CREATE TABLE pay ("
	" prepay_id TEXT PRIMARY KEY,"
	" merchant TEXT NOT NULL,"
	" order_id TEXT NOT NULL,"
	" amount INTEGER NOT NULL CHECK (amount > 0),"
	" currency TEXT NOT NULL,"
	" payee TEXT NOT NULL,"
	" state TEXT NOT NULL CHECK (state IN ('waiting', 'paid', 'refunded')),"
	" refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND amount),"
	" token BLOB NOT NULL,"
	" made_ms INTEGER NOT NULL,"
	" UNIQUE (merchant, order_id)"
	") STRICT;"
	"CREATE TABLE refund ("
	" merchant TEXT NOT NULL,"
	" refund_id TEXT NOT NULL,"
	" prepay_id TEXT NOT NULL REFERENCES pay,"
	" amount INTEGER NOT NULL CHECK (amount > 0),"
	" made_ms INTEGER NOT NULL,"
	" PRIMARY KEY (merchant, refund_id)"
	") STRICT;"
	"CREATE TABLE notice ("
	" notice_id TEXT PRIMARY KEY,"
	" prepay_id TEXT NOT NULL UNIQUE REFERENCES pay,"
	" tries INTEGER NOT NULL DEFAULT 0,"
	" due_ms INTEGER NOT NULL,"
	" heard INTEGER NOT NULL DEFAULT 0"
	") STRICT;"
	"CREATE INDEX notice_due ON notice (due_ms) WHERE heard = 0;",
	/* Bound accounts, by their refs: no number is here. */
	"ALTER TABLE pay ADD COLUMN account TEXT NOT NULL DEFAULT '';"
	"CREATE TABLE account ("
	" ref TEXT PRIMARY KEY,"
	" taken INTEGER NOT NULL CHECK (taken >= 0)"
	") STRICT;"
	"CREATE TABLE bind ("
	" merchant TEXT NOT NULL,"
	" bind_id TEXT NOT NULL,"
	" user TEXT NOT NULL,"
	" account TEXT NOT NULL,"
	" state TEXT NOT NULL CHECK (state IN ('waiting', 'bound', 'refused', 'unbound')),"
	" reason TEXT NOT NULL,"
	" tries INTEGER NOT NULL,"
	" sent INTEGER NOT NULL,"
	" made_ms INTEGER NOT NULL,"
	" token BLOB NOT NULL,"
	" print BLOB NOT NULL,"
	" PRIMARY KEY (merchant, bind_id)"
	") STRICT;"
	/* Bound to a user once (R-rules: asked twice is bound once). */
	"CREATE UNIQUE INDEX bind_one ON bind (merchant, user, account) WHERE state = 'bound';"
	"CREATE INDEX bind_user ON bind (merchant, user, made_ms);"
	"CREATE INDEX bind_spent ON bind (account, made_ms) WHERE reason = 'code_tries';",
	/* What was paid out into accounts, once for an id; refused is refused for good. */
	"ALTER TABLE account ADD COLUMN given INTEGER NOT NULL DEFAULT 0 CHECK (given >= 0);"
	"CREATE TABLE payout ("
	" merchant TEXT NOT NULL,"
	" payout_id TEXT NOT NULL,"
	" bind_id TEXT NOT NULL,"
	" amount INTEGER NOT NULL CHECK (amount > 0),"
	" account TEXT NOT NULL,"
	" state TEXT NOT NULL CHECK (state IN ('done', 'refused')),"
	" reason TEXT NOT NULL,"
	" made_ms INTEGER NOT NULL,"
	" PRIMARY KEY (merchant, payout_id)"
	") STRICT;",
};
const size_t psp_schema_count = YKT_ARRAY_LEN(psp_schema);

void
psp_text_copy(const struct ykt_sql_val *col, char *to, size_t size)
{
	size_t len = col->bytes.len < size - 1 ? col->bytes.len : size - 1;

	memcpy(to, col->bytes.data, len);
	to[len] = '\0';
}

enum ykt_status
psp_pay_read(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct psp_pay *pay = arg;

	if (count < PSP_PAY_COL_COUNT || cols[8].bytes.len != sizeof(pay->token))
		return YKT_E_CORRUPT;
	pay->found = true;
	psp_text_copy(&cols[0], pay->prepay_id, sizeof(pay->prepay_id));
	psp_text_copy(&cols[1], pay->merchant, sizeof(pay->merchant));
	psp_text_copy(&cols[2], pay->order_id, sizeof(pay->order_id));
	pay->amount_fen = cols[3].i;
	psp_text_copy(&cols[4], pay->currency, sizeof(pay->currency));
	psp_text_copy(&cols[5], pay->payee, sizeof(pay->payee));
	psp_text_copy(&cols[6], pay->state, sizeof(pay->state));
	pay->refunded_fen = cols[7].i;
	memcpy(pay->token, cols[8].bytes.data, sizeof(pay->token));
	return YKT_OK;
}

enum ykt_status
psp_pay_get(struct ykt_tx *tx, const char *prepay_id, struct psp_pay *ret_pay)
{
	*ret_pay = (struct psp_pay){ 0 };
	return ykt_tx_query(tx, "SELECT " PSP_PAY_COLS " FROM pay p WHERE p.prepay_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(prepay_id)), psp_pay_read, ret_pay, NULL);
}

struct prepay {
	const struct psp_pay *asked;
	struct psp_pay stored;
	int64_t now_ms;
};

static enum ykt_status
prepay_tx(struct ykt_tx *tx, void *arg)
{
	struct prepay *prepay = arg;
	const struct psp_pay *asked = prepay->asked;
	enum ykt_status status = ykt_tx_query(tx,
	    "INSERT INTO pay (prepay_id, merchant, order_id, amount, currency, payee, state, token,"
	    " made_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', ?7, ?8)",
	    YKT_SQL_IN(ykt_sql_text(asked->prepay_id), ykt_sql_text(asked->merchant),
		ykt_sql_text(asked->order_id), ykt_sql_int(asked->amount_fen),
		ykt_sql_text(asked->currency), ykt_sql_text(asked->payee),
		ykt_sql_blob(YKT_BYTES(asked->token)), ykt_sql_int(prepay->now_ms)),
	    NULL, NULL, NULL);

	if (status == YKT_OK)
		return psp_pay_get(tx, asked->prepay_id, &prepay->stored);
	if (status != YKT_CONFLICT)
		return status;
	prepay->stored = (struct psp_pay){ 0 };
	status = ykt_tx_query(tx,
	    "SELECT " PSP_PAY_COLS " FROM pay p WHERE p.merchant = ?1 AND p.order_id = ?2",
	    YKT_SQL_IN(ykt_sql_text(asked->merchant), ykt_sql_text(asked->order_id)), psp_pay_read,
	    &prepay->stored, NULL);
	if (status != YKT_OK)
		return status;
	return prepay->stored.found && prepay->stored.amount_fen == asked->amount_fen &&
		       strcmp(prepay->stored.currency, asked->currency) == 0 &&
		       strcmp(prepay->stored.payee, asked->payee) == 0
		   ? YKT_OK
		   : YKT_MISMATCH;
}

enum ykt_status
psp_prepay(const struct ykt_store *store, struct psp_pay *pay, int64_t now_ms)
{
	struct prepay prepay = { .asked = pay, .now_ms = now_ms };
	enum ykt_status status = ykt_store_run(store, prepay_tx, &prepay);

	if (status == YKT_OK)
		*pay = prepay.stored;
	ykt_wipe(&prepay.stored, sizeof(prepay.stored));
	return status;
}

enum ykt_status
psp_pay_settle(struct ykt_tx *tx, const char *prepay_id, const char *notice_id, int64_t now_ms)
{
	enum ykt_status status =
	    ykt_tx_query(tx, "UPDATE pay SET state = 'paid' WHERE prepay_id = ?1",
		YKT_SQL_IN(ykt_sql_text(prepay_id)), NULL, NULL, NULL);

	if (status != YKT_OK)
		return status;
	return ykt_tx_query(tx,
	    "INSERT INTO notice (notice_id, prepay_id, due_ms) VALUES (?1, ?2, ?3)",
	    YKT_SQL_IN(ykt_sql_text(notice_id), ykt_sql_text(prepay_id), ykt_sql_int(now_ms)), NULL,
	    NULL, NULL);
}

struct confirm {
	const struct wire_psp_confirm_req *req;
	const char *notice_id;
	int64_t now_ms;
	struct psp_pay pay;
};

static enum ykt_status
confirm_tx(struct ykt_tx *tx, void *arg)
{
	struct confirm *confirm = arg;
	enum ykt_status status = psp_pay_get(tx, confirm->req->prepay_id, &confirm->pay);

	if (status != YKT_OK)
		return status;
	if (!confirm->pay.found)
		return YKT_NOT_FOUND;
	if (!ykt_ct_equal(
		confirm->pay.token, confirm->req->pay_token, sizeof(confirm->pay.token)) ||
	    confirm->pay.amount_fen != confirm->req->amount_fen)
		return YKT_DENIED;
	if (strcmp(confirm->pay.state, "waiting") != 0)
		return YKT_OK;
	return psp_pay_settle(tx, confirm->pay.prepay_id, confirm->notice_id, confirm->now_ms);
}

enum ykt_status
psp_confirm(const struct ykt_store *store, const struct wire_psp_confirm_req *req,
    const char *notice_id, int64_t now_ms, struct psp_pay *ret_pay)
{
	struct confirm confirm = { .req = req, .notice_id = notice_id, .now_ms = now_ms };
	enum ykt_status status = ykt_store_run(store, confirm_tx, &confirm);

	/* As it was found; the transaction has made it paid. */
	if (strcmp(confirm.pay.state, "waiting") == 0)
		memcpy(confirm.pay.state, "paid", sizeof("paid"));
	if (status == YKT_OK)
		*ret_pay = confirm.pay;
	ykt_wipe(&confirm.pay, sizeof(confirm.pay));
	return status;
}

struct query {
	const char *merchant;
	const char *prepay_id;
	struct psp_pay pay;
};

static enum ykt_status
query_tx(struct ykt_tx *tx, void *arg)
{
	struct query *query = arg;
	enum ykt_status status = psp_pay_get(tx, query->prepay_id, &query->pay);

	if (status != YKT_OK)
		return status;
	return query->pay.found && strcmp(query->pay.merchant, query->merchant) == 0
		   ? YKT_OK
		   : YKT_NOT_FOUND;
}

enum ykt_status
psp_query(const struct ykt_store *store, const char *merchant, const char *prepay_id,
    struct psp_pay *ret_pay)
{
	struct query query = { .merchant = merchant, .prepay_id = prepay_id };
	enum ykt_status status = ykt_store_run(store, query_tx, &query);

	if (status == YKT_OK)
		*ret_pay = query.pay;
	ykt_wipe(&query.pay, sizeof(query.pay));
	return status;
}

struct refund {
	const char *merchant;
	const struct wire_psp_refund_req *req;
	int64_t now_ms;
	bool same;
};

static enum ykt_status
read_refund(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct refund *refund = arg;
	char prepay_id[33];

	if (count != 2)
		return YKT_E_INTERNAL;
	psp_text_copy(&cols[0], prepay_id, sizeof(prepay_id));
	refund->same =
	    strcmp(prepay_id, refund->req->prepay_id) == 0 && cols[1].i == refund->req->amount_fen;
	return YKT_OK;
}

static enum ykt_status
refund_repeat(struct ykt_tx *tx, struct refund *refund)
{
	enum ykt_status status = ykt_tx_query(tx,
	    "SELECT prepay_id, amount FROM refund WHERE merchant = ?1 AND refund_id = ?2",
	    YKT_SQL_IN(ykt_sql_text(refund->merchant), ykt_sql_text(refund->req->refund_id)),
	    read_refund, refund, NULL);

	if (status != YKT_OK)
		return status;
	return refund->same ? YKT_OK : YKT_MISMATCH;
}

/* YKT_CONFLICT: there is a refund of this id. */
static enum ykt_status
refund_insert(struct ykt_tx *tx, const struct refund *refund)
{
	return ykt_tx_query(tx,
	    "INSERT INTO refund (merchant, refund_id, prepay_id, amount, made_ms)"
	    " VALUES (?1, ?2, ?3, ?4, ?5)",
	    YKT_SQL_IN(ykt_sql_text(refund->merchant), ykt_sql_text(refund->req->refund_id),
		ykt_sql_text(refund->req->prepay_id), ykt_sql_int(refund->req->amount_fen),
		ykt_sql_int(refund->now_ms)),
	    NULL, NULL, NULL);
}

static enum ykt_status
refund_pay(struct ykt_tx *tx, const struct refund *refund, const struct psp_pay *pay)
{
	enum ykt_status status;

	if (strcmp(pay->state, "waiting") == 0)
		return YKT_NOT_DONE;
	if (refund->req->amount_fen > pay->amount_fen - pay->refunded_fen)
		return YKT_OVER_LIMIT;
	/* Back into the account that paid, where one did; bound or not any more. */
	status = ykt_tx_query(tx,
	    "UPDATE account SET taken = taken - ?2"
	    " WHERE ref = (SELECT account FROM pay WHERE prepay_id = ?1)",
	    YKT_SQL_IN(ykt_sql_text(pay->prepay_id), ykt_sql_int(refund->req->amount_fen)), NULL,
	    NULL, NULL);
	if (status != YKT_OK)
		return status;
	return ykt_tx_query(tx,
	    "UPDATE pay SET refunded = refunded + ?2,"
	    " state = CASE WHEN refunded + ?2 = amount THEN 'refunded' ELSE state END"
	    " WHERE prepay_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(pay->prepay_id), ykt_sql_int(refund->req->amount_fen)), NULL,
	    NULL, NULL);
}

static enum ykt_status
refund_tx(struct ykt_tx *tx, void *arg)
{
	struct refund *refund = arg;
	struct query query = { .merchant = refund->merchant, .prepay_id = refund->req->prepay_id };
	enum ykt_status status = query_tx(tx, &query);

	if (status == YKT_OK)
		status = refund_insert(tx, refund);
	if (status == YKT_OK)
		status = refund_pay(tx, refund, &query.pay);
	else if (status == YKT_CONFLICT)
		status = refund_repeat(tx, refund);
	ykt_wipe(&query.pay, sizeof(query.pay));
	return status;
}

enum ykt_status
psp_refund(const struct ykt_store *store, const char *merchant,
    const struct wire_psp_refund_req *req, int64_t now_ms)
{
	struct refund refund = { .merchant = merchant, .req = req, .now_ms = now_ms };

	return ykt_store_run(store, refund_tx, &refund);
}
