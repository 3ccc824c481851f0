/*
 * The pay channel's tables: payments, refunds and notices.
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
};
const size_t psp_schema_count = YKT_ARRAY_LEN(psp_schema);

#define PAY_COLS                                                                                   \
	"p.prepay_id, p.merchant, p.order_id, p.amount, p.currency, p.payee, p.state, p.refunded," \
	" p.token"
#define PAY_COL_COUNT 9

static void
copy_text(const struct ykt_sql_val *col, char *to, size_t size)
{
	size_t len = col->bytes.len < size - 1 ? col->bytes.len : size - 1;

	memcpy(to, col->bytes.data, len);
	to[len] = '\0';
}

static enum ykt_status
read_pay(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct psp_pay *pay = arg;

	if (count < PAY_COL_COUNT || cols[8].bytes.len != sizeof(pay->token))
		return YKT_E_CORRUPT;
	pay->found = true;
	copy_text(&cols[0], pay->prepay_id, sizeof(pay->prepay_id));
	copy_text(&cols[1], pay->merchant, sizeof(pay->merchant));
	copy_text(&cols[2], pay->order_id, sizeof(pay->order_id));
	pay->amount_fen = cols[3].i;
	copy_text(&cols[4], pay->currency, sizeof(pay->currency));
	copy_text(&cols[5], pay->payee, sizeof(pay->payee));
	copy_text(&cols[6], pay->state, sizeof(pay->state));
	pay->refunded_fen = cols[7].i;
	memcpy(pay->token, cols[8].bytes.data, sizeof(pay->token));
	return YKT_OK;
}

enum ykt_status
psp_pay_get(struct ykt_tx *tx, const char *prepay_id, struct psp_pay *ret_pay)
{
	*ret_pay = (struct psp_pay){ 0 };
	return ykt_tx_query(tx, "SELECT " PAY_COLS " FROM pay p WHERE p.prepay_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(prepay_id)), read_pay, ret_pay, NULL);
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
	    "SELECT " PAY_COLS " FROM pay p WHERE p.merchant = ?1 AND p.order_id = ?2",
	    YKT_SQL_IN(ykt_sql_text(asked->merchant), ykt_sql_text(asked->order_id)), read_pay,
	    &prepay->stored, NULL);
	if (status != YKT_OK)
		return status;
	return prepay->stored.found && prepay->stored.amount_fen == asked->amount_fen &&
		       strcmp(prepay->stored.currency, asked->currency) == 0
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
	return status;
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
	status = ykt_tx_query(tx, "UPDATE pay SET state = 'paid' WHERE prepay_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(confirm->pay.prepay_id)), NULL, NULL, NULL);
	if (status != YKT_OK)
		return status;
	return ykt_tx_query(tx,
	    "INSERT INTO notice (notice_id, prepay_id, due_ms) VALUES (?1, ?2, ?3)",
	    YKT_SQL_IN(ykt_sql_text(confirm->notice_id), ykt_sql_text(confirm->pay.prepay_id),
		ykt_sql_int(confirm->now_ms)),
	    NULL, NULL, NULL);
}

enum ykt_status
psp_confirm(const struct ykt_store *store, const struct wire_psp_confirm_req *req,
    const char *notice_id, int64_t now_ms, struct psp_pay *ret_pay)
{
	struct confirm confirm = { .req = req, .notice_id = notice_id, .now_ms = now_ms };
	enum ykt_status status = ykt_store_run(store, confirm_tx, &confirm);

	if (status != YKT_OK)
		return status;
	*ret_pay = confirm.pay;
	if (strcmp(ret_pay->state, "waiting") == 0)
		memcpy(ret_pay->state, "paid", sizeof("paid"));
	return YKT_OK;
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
	copy_text(&cols[0], prepay_id, sizeof(prepay_id));
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

static enum ykt_status
refund_tx(struct ykt_tx *tx, void *arg)
{
	struct refund *refund = arg;
	const struct wire_psp_refund_req *req = refund->req;
	struct query query = { .merchant = refund->merchant, .prepay_id = req->prepay_id };
	enum ykt_status status = query_tx(tx, &query);

	if (status != YKT_OK)
		return status;
	status = ykt_tx_query(tx,
	    "INSERT INTO refund (merchant, refund_id, prepay_id, amount, made_ms)"
	    " VALUES (?1, ?2, ?3, ?4, ?5)",
	    YKT_SQL_IN(ykt_sql_text(refund->merchant), ykt_sql_text(req->refund_id),
		ykt_sql_text(req->prepay_id), ykt_sql_int(req->amount_fen),
		ykt_sql_int(refund->now_ms)),
	    NULL, NULL, NULL);
	if (status == YKT_CONFLICT)
		return refund_repeat(tx, refund);
	if (status != YKT_OK)
		return status;
	if (strcmp(query.pay.state, "waiting") == 0)
		return YKT_DENIED;
	if (req->amount_fen > query.pay.amount_fen - query.pay.refunded_fen)
		return YKT_OVER_LIMIT;
	return ykt_tx_query(tx,
	    "UPDATE pay SET refunded = refunded + ?2,"
	    " state = CASE WHEN refunded + ?2 = amount THEN 'refunded' ELSE state END"
	    " WHERE prepay_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(req->prepay_id), ykt_sql_int(req->amount_fen)), NULL, NULL,
	    NULL);
}

enum ykt_status
psp_refund(const struct ykt_store *store, const char *merchant,
    const struct wire_psp_refund_req *req, int64_t now_ms)
{
	struct refund refund = { .merchant = merchant, .req = req, .now_ms = now_ms };

	return ykt_store_run(store, refund_tx, &refund);
}

struct due {
	int64_t now_ms;
	struct psp_notice notice;
};

static enum ykt_status
read_notice(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct psp_notice *notice = arg;

	if (count != PAY_COL_COUNT + 2)
		return YKT_E_INTERNAL;
	notice->found = true;
	copy_text(&cols[PAY_COL_COUNT], notice->notice_id, sizeof(notice->notice_id));
	notice->tries = cols[PAY_COL_COUNT + 1].i;
	return read_pay(&notice->pay, cols, count);
}

static enum ykt_status
due_tx(struct ykt_tx *tx, void *arg)
{
	struct due *due = arg;

	due->notice = (struct psp_notice){ 0 };
	return ykt_tx_query(tx,
	    "SELECT " PAY_COLS ", n.notice_id, n.tries FROM notice n JOIN pay p USING (prepay_id)"
	    " WHERE n.heard = 0 AND n.due_ms <= ?1 ORDER BY n.due_ms LIMIT 1",
	    YKT_SQL_IN(ykt_sql_int(due->now_ms)), read_notice, &due->notice, NULL);
}

enum ykt_status
psp_notice_due(const struct ykt_store *store, int64_t now_ms, struct psp_notice *ret_notice)
{
	struct due due = { .now_ms = now_ms };
	enum ykt_status status = ykt_store_run(store, due_tx, &due);

	if (status == YKT_OK)
		*ret_notice = due.notice;
	return status;
}

struct done {
	const char *notice_id;
	bool heard;
	int64_t due_ms;
};

static enum ykt_status
done_tx(struct ykt_tx *tx, void *arg)
{
	const struct done *done = arg;

	return ykt_tx_query(tx,
	    "UPDATE notice SET heard = ?2, due_ms = ?3, tries = tries + 1 WHERE notice_id = ?1",
	    YKT_SQL_IN(
		ykt_sql_text(done->notice_id), ykt_sql_int(done->heard), ykt_sql_int(done->due_ms)),
	    NULL, NULL, NULL);
}

enum ykt_status
psp_notice_done(const struct ykt_store *store, const char *notice_id, bool heard, int64_t due_ms)
{
	struct done done = { .notice_id = notice_id, .heard = heard, .due_ms = due_ms };

	return ykt_store_run(store, done_tx, &done);
}
