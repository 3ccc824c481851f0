/*
 * Limits by the state of registration, and the counter that changes it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/limit.h"

#include <stddef.h>

#include "platform/admin.h"
#include "platform/rows.h"

static const struct wire_field admin_user_req_fields[] = {
	{ .name = "phone",
	    .off = offsetof(struct admin_user_req, phone),
	    .type = WIRE_TEXT,
	    .size = 21 },
	{ .name = "registered",
	    .off = offsetof(struct admin_user_req, registered),
	    .type = WIRE_BOOL },
};
const struct wire_message admin_user_req_msg = { "admin.user", admin_user_req_fields,
	YKT_ARRAY_LEN(admin_user_req_fields), sizeof(struct admin_user_req) };

static ykt_fen
least(ykt_fen a, ykt_fen b)
{
	return a < b ? a : b;
}

static enum ykt_status
limit_user(struct ykt_tx *tx, const struct platform *p, const char *user_id, ykt_fen *ret_limit)
{
	int64_t since_ms = 0;
	const struct row_col cols[] = { ROW_INT(&since_ms) };
	enum ykt_status status = row_one(tx, "SELECT registered_ms FROM user WHERE user_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(user_id)), cols, 1);

	if (status == YKT_OK)
		*ret_limit =
		    since_ms != 0 ? p->o.settings.cap_fen : p->o.settings.anonymous_cap_fen;

	return status;
}

enum ykt_status
limit_card(struct ykt_tx *tx, const struct platform *p, const struct platform_app *app,
    const char *user_id, ykt_fen *ret_limit)
{
	ykt_fen limit = 0;
	enum ykt_status status = limit_user(tx, p, user_id, &limit);

	if (status == YKT_OK)
		*ret_limit = least(limit, app->cap_fen);

	return status;
}

enum ykt_status
limit_wallet(struct ykt_tx *tx, const struct platform *p, const char *user_id, ykt_fen *ret_limit)
{
	ykt_fen limit = 0;
	enum ykt_status status = limit_user(tx, p, user_id, &limit);

	if (status == YKT_OK)
		*ret_limit = least(limit, p->o.settings.wallet_cap_fen);

	return status;
}

struct finding {
	const struct platform *p;
	const char *user_id;
	ykt_fen limit;
};

static enum ykt_status
find_tx(struct ykt_tx *tx, void *arg)
{
	struct finding *find = arg;

	return limit_user(tx, find->p, find->user_id, &find->limit);
}

enum ykt_status
limit_find(struct platform_worker *w, const char *user_id, ykt_fen *ret_limit)
{
	struct finding find = { .p = w->p, .user_id = user_id };
	enum ykt_status status = ykt_store_run(w->p->store, find_tx, &find);

	if (status == YKT_OK)
		*ret_limit = find.limit;

	return status;
}

enum ykt_status
limit_register(struct ykt_tx *tx, const char *user_id, int64_t now_ms)
{
	enum ykt_status status =
	    row_change_one(tx, "UPDATE user SET registered_ms = ?1 WHERE user_id = ?2",
		YKT_SQL_IN(ykt_sql_int(now_ms), ykt_sql_text(user_id)));

	return status == YKT_CONFLICT ? YKT_NOT_FOUND : status;
}

int
limit_refuse(struct wire_error *error, ykt_fen limit)
{
	int code = wire_error_set(error, 409, "cap", "over the card's or account's limit");

	error->has_limit_fen = limit != 0;
	error->limit_fen = limit;

	return code;
}

struct confirming {
	const struct admin_user_req *ask;
	int64_t now_ms;
};

static enum ykt_status
confirm_tx(struct ykt_tx *tx, void *arg)
{
	const struct confirming *confirm = arg;
	char user_id[33];
	const struct row_col cols[] = { ROW_TEXT(user_id) };
	enum ykt_status status = row_one(tx, "SELECT user_id FROM user WHERE phone = ?1",
	    YKT_SQL_IN(ykt_sql_text(confirm->ask->phone)), cols, 1);

	if (status != YKT_OK)
		return status;

	return limit_register(tx, user_id, confirm->ask->registered ? confirm->now_ms : 0);
}

int
room_admin_user(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	struct confirming confirm = { .ask = req, .now_ms = room_now(w) };
	enum ykt_status status = ykt_store_run(w->p->store, confirm_tx, &confirm);

	(void)http;
	(void)rsp;

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}
