/*
 * Logging in and out. One answer for every failure, and the same work.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "platform/cert.h"
#include "platform/rows.h"
#include "platform/session.h"
#include "platform/users.h"

#define LOGIN_FREE_TRIES    5
#define LOGIN_WAIT_FIRST_MS 15000
#define LOGIN_WAIT_MAX_MS   900000
#define LOGIN_FORGET_MS     86400000

struct login_begin {
	const char *phone;
	int64_t now_ms;
	struct user user;
	bool known;
	bool waiting;
};

static int64_t
login_wait(int64_t fails)
{
	int64_t wait = LOGIN_WAIT_FIRST_MS;

	if (fails < LOGIN_FREE_TRIES)
		return 0;
	for (int64_t i = LOGIN_FREE_TRIES; i < fails && wait < LOGIN_WAIT_MAX_MS; i++)
		wait *= 2;

	return wait < LOGIN_WAIT_MAX_MS ? wait : LOGIN_WAIT_MAX_MS;
}

/*
 * Counts the try before the password is looked at, for known and unknown
 * numbers alike; a good password takes it back.
 */
static enum ykt_status
login_begin_tx(struct ykt_tx *tx, void *arg)
{
	struct login_begin *begin = arg;
	int64_t fails = 0, until = 0, seen = 0;
	const struct row_col cols[] = { ROW_INT(&fails), ROW_INT(&until), ROW_INT(&seen) };
	enum ykt_status status;

	begin->known = false;
	status = row_one(tx, "SELECT fails, until_ms, seen_ms FROM login_wait WHERE phone = ?1",
	    YKT_SQL_IN(ykt_sql_text(begin->phone)), cols, YKT_ARRAY_LEN(cols));
	if (status != YKT_OK && status != YKT_NOT_FOUND)
		return status;
	begin->waiting = begin->now_ms < until;
	if (begin->waiting)
		return YKT_OK;
	if (begin->now_ms - seen > LOGIN_FORGET_MS)
		fails = 0;
	fails++;
	status = row_exec(tx,
	    "INSERT INTO login_wait(phone, fails, until_ms, seen_ms) VALUES(?1, ?2, ?3, ?4)"
	    " ON CONFLICT(phone) DO UPDATE SET fails = excluded.fails,"
	    " until_ms = excluded.until_ms, seen_ms = excluded.seen_ms",
	    YKT_SQL_IN(ykt_sql_text(begin->phone), ykt_sql_int(fails),
		ykt_sql_int(begin->now_ms + login_wait(fails)), ykt_sql_int(begin->now_ms)));
	if (status != YKT_OK)
		return status;
	status = user_by_phone(tx, begin->phone, &begin->user);
	begin->known = status == YKT_OK;

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

struct login_end {
	const char *phone;
	struct session session;
	uint8_t masked[64];
	struct ykt_bytes se_id; /* of the device */
	int64_t abnormal;
};

static enum ykt_status
login_end_tx(struct ykt_tx *tx, void *arg)
{
	struct login_end *end = arg;
	const struct row_col cols[] = { ROW_INT(&end->abnormal) };
	enum ykt_status status;

	status = row_exec(
	    tx, "DELETE FROM login_wait WHERE phone = ?1", YKT_SQL_IN(ykt_sql_text(end->phone)));
	if (status == YKT_OK)
		status = session_replace(tx, &end->session, end->masked);
	if (status == YKT_OK)
		status = row_one(tx,
		    "SELECT (SELECT COUNT(*) FROM ord WHERE user_id = ?1 AND (state = 'case' OR"
		    " (state IN ('paid', 'opening', 'loading', 'refunding') AND changed_ms < ?2))) "
		    "+"
		    " (SELECT COUNT(*) FROM unload WHERE user_id = ?1 AND changed_ms < ?2 AND"
		    " state IN ('begun', 'asked', 'case')) +"
		    " (SELECT COUNT(*) FROM card_job j JOIN card c USING (card_no) WHERE"
		    " c.user_id = ?1 AND j.state IN ('asked', 'started') AND j.se_id = ?3)",
		    YKT_SQL_IN(ykt_sql_text(end->session.user_id),
			ykt_sql_int(end->session.created_ms - ORDER_ABNORMAL_MS),
			ykt_sql_blob(end->se_id)),
		    cols, YKT_ARRAY_LEN(cols));

	return status;
}

/* Unknown numbers cost a hash too, so that time tells nothing. */
static enum ykt_status
password_check(struct platform_worker *w, const struct login_begin *begin, const char *password)
{
	const struct crypto_pwhash_cost *cost = &w->p->o.settings.pwhash;
	char unused[CRYPTO_PWHASH_MAX];
	enum ykt_status status;

	if (begin->waiting || password[0] == '\0')
		return YKT_DENIED;
	if (begin->known)
		status = crypto_pwhash_check(begin->user.verifier, ykt_bytes_str(password), cost);
	else {
		status =
		    crypto_pwhash_make(w->p->env->random, ykt_bytes_str(password), cost, unused);
		if (status == YKT_OK)
			status = YKT_DENIED;
	}

	return status == YKT_E_MAC ? YKT_DENIED : status;
}

int
op_user_login(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_user_login_req *ask = req;
	struct wire_user_login_rsp *answer = rsp;
	struct login_begin begin = { .phone = ask->phone, .now_ms = call->now_ms };
	struct login_end end = { .phone = ask->phone,
		.se_id = ykt_bytes(ask->se_id.data, ask->se_id.len) };
	struct session *s = &end.session;
	enum ykt_status status = YKT_DENIED;
	int code = 200;

	if (wire_phone_valid(ask->phone))
		status = ykt_store_run(w->p->store, login_begin_tx, &begin);
	if (status == YKT_OK)
		status = password_check(w, &begin, ask->password);
	if (status == YKT_OK)
		code = cert_login(w, call, &begin.user, ask, answer, error);
	if (code != 200) {
		ykt_wipe(&begin, sizeof(begin));
		return code;
	}
	if (status == YKT_OK)
		status = ykt_random_fill(w->p->env->random, s->sid, sizeof(s->sid));
	if (status == YKT_OK) {
		text_set(s->user_id, sizeof(s->user_id), begin.user.user_id);
		s->device = call->device;
		s->created_ms = call->now_ms;
		status = session_mask(w, s->sid, call->keys, end.masked);
	}
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, login_end_tx, &end);
	if (status == YKT_OK) {
		memcpy(answer->sid, s->sid, sizeof(answer->sid));
		text_set(answer->user_id, sizeof(answer->user_id), s->user_id);
		text_set(answer->name, sizeof(answer->name), begin.user.name);
		answer->idle_ms = w->p->o.settings.session_idle_ms;
		answer->absolute_ms = w->p->o.settings.session_absolute_ms;
		answer->abnormal = end.abnormal;
	}
	ykt_wipe(&begin, sizeof(begin));
	ykt_wipe(&end, sizeof(end));
	if (status == YKT_DENIED) {
		room_trace(w, YKT_TRACE_SECURITY, "login", 0);
		return wire_error_set(error, 401, WIRE_ERR_LOGIN_FAILED, NULL);
	}

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

struct step_up {
	const char *user_id;
	char phone[21];
};

static enum ykt_status
step_up_tx(struct ykt_tx *tx, void *arg)
{
	struct step_up *up = arg;
	const struct row_col cols[] = { ROW_TEXT(up->phone) };

	return row_one(tx, "SELECT phone FROM user WHERE user_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(up->user_id)), cols, 1);
}

static enum ykt_status
step_good_tx(struct ykt_tx *tx, void *arg)
{
	const struct step_up *up = arg;

	return row_exec(
	    tx, "DELETE FROM login_wait WHERE phone = ?1", YKT_SQL_IN(ykt_sql_text(up->phone)));
}

enum ykt_status
user_step_up(
    struct platform_worker *w, const struct op_call *call, const char *password, char ret_phone[21])
{
	struct step_up up = { .user_id = call->user_id };
	struct login_begin begin = { .phone = up.phone, .now_ms = call->now_ms };
	enum ykt_status status = ykt_store_run(w->p->store, step_up_tx, &up);

	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, login_begin_tx, &begin);
	if (status == YKT_OK)
		status = password_check(w, &begin, password);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, step_good_tx, &up);
	if (status == YKT_OK)
		text_set(ret_phone, sizeof(up.phone), up.phone);
	else if (status == YKT_DENIED)
		room_trace(w, YKT_TRACE_SECURITY, "step up", 0);
	ykt_wipe(&begin, sizeof(begin));

	return status;
}

static enum ykt_status
logout_tx(struct ykt_tx *tx, void *arg)
{
	const struct op_call *call = arg;

	return row_exec(tx, "DELETE FROM session WHERE sid = ?1",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(call->sid))));
}

int
op_user_logout(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct op_call copy = *call;
	enum ykt_status status;

	(void)req;
	(void)rsp;
	status = ykt_store_run(w->p->store, logout_tx, &copy);

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}
