/*
 * Login passwords changed and reset; a payment PIN reset (C5-PWD-1).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "platform/otp.h"
#include "platform/pin.h"
#include "platform/rows.h"
#include "platform/users.h"

struct password_put {
	const char *user_id;
	const char *phone; /* whose code is spent with it; NULL: none */
	char verifier[CRYPTO_PWHASH_MAX];
};

/* Whoever is logged in with the old one is not any more. */
static enum ykt_status
password_put_tx(struct ykt_tx *tx, void *arg)
{
	const struct password_put *put = arg;
	enum ykt_status status;

	status = row_change_one(tx, "UPDATE user SET verifier = ?2 WHERE user_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(put->user_id), ykt_sql_text(put->verifier)));
	if (status == YKT_OK)
		status = row_exec(tx, "DELETE FROM session WHERE user_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(put->user_id)));
	if (status == YKT_OK && put->phone != NULL)
		status = otp_spend(tx, put->phone, "reset", put->user_id);
	if (status == YKT_OK && put->phone != NULL)
		status = row_exec(tx, "DELETE FROM login_wait WHERE phone = ?1",
		    YKT_SQL_IN(ykt_sql_text(put->phone)));

	return status;
}

int
op_user_password(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_user_password_req *ask = req;
	struct password_put put = { .user_id = call->user_id };
	char phone[21] = "";
	enum ykt_status status = user_step_up(w, call, ask->old, phone);

	(void)rsp;
	if (status == YKT_DENIED)
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	if (wire_password_weak(ask->password, phone))
		return wire_error_set(error, 400, "password", "not accepted");
	if (strcmp(ask->old, ask->password) == 0)
		return wire_error_set(error, 400, "password_same", "not accepted");
	status = crypto_pwhash_make(w->p->env->random, ykt_bytes_str(ask->password),
	    &w->p->o.settings.pwhash, put.verifier);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, password_put_tx, &put);
	ykt_wipe(&put, sizeof(put));

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

struct reset_find {
	const char *phone;
	struct user user;
};

static enum ykt_status
reset_find_tx(struct ykt_tx *tx, void *arg)
{
	struct reset_find *find = arg;

	return user_by_phone(tx, find->phone, &find->user);
}

/*
 * The code shows whose number it is, the name that the number is not just a
 * found phone. YKT_DENIED: one of them does not fit; nothing tells which. A
 * second request after a lost answer finds its password set already.
 */
static enum ykt_status
reset_prove(struct platform_worker *w, const struct op_call *call,
    const struct wire_user_reset_req *ask, struct reset_find *find, bool *ret_again)
{
	char used_by[33] = "";
	enum ykt_status status = YKT_DENIED;

	if (wire_phone_valid(ask->phone))
		status = otp_check(w, ask->phone, "reset", ask->otp, call->now_ms, used_by);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, reset_find_tx, find);
	if (status == YKT_NOT_FOUND ||
	    (status == YKT_OK && strcmp(find->user.name, ask->name) != 0))
		status = YKT_DENIED;
	*ret_again = status == YKT_OK && used_by[0] != '\0';
	if (*ret_again)
		status = crypto_pwhash_check(
		    find->user.verifier, ykt_bytes_str(ask->password), &w->p->o.settings.pwhash);

	return status == YKT_E_MAC ? YKT_DENIED : status;
}

int
op_user_reset(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_user_reset_req *ask = req;
	struct reset_find find = { .phone = ask->phone };
	struct password_put put = { .phone = ask->phone };
	bool again = false;
	enum ykt_status status;

	(void)rsp;
	if (wire_password_weak(ask->password, ask->phone))
		return wire_error_set(error, 400, "password", "not accepted");
	status = reset_prove(w, call, ask, &find, &again);
	if (status == YKT_OK && !again) {
		put.user_id = find.user.user_id;
		status = crypto_pwhash_make(w->p->env->random, ykt_bytes_str(ask->password),
		    &w->p->o.settings.pwhash, put.verifier);
		if (status == YKT_OK)
			status = ykt_store_run(w->p->store, password_put_tx, &put);
	}
	ykt_wipe(&find, sizeof(find));
	ykt_wipe(&put, sizeof(put));
	if (status == YKT_DENIED) {
		room_trace(w, YKT_TRACE_SECURITY, "reset", 0);
		return wire_error_set(error, 403, WIRE_ERR_OTP_WRONG, NULL);
	}

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

struct pin_reset {
	const char *user_id;
	const char *phone;
	struct pin_new new;
	int64_t now_ms;
};

/* The new PIN and the spent code are one fact. */
static enum ykt_status
pin_reset_tx(struct ykt_tx *tx, void *arg)
{
	const struct pin_reset *reset = arg;
	enum ykt_status status = otp_spend(tx, reset->phone, "pin", reset->user_id);

	if (status == YKT_OK)
		status = row_exec(tx,
		    "INSERT INTO pin(user_id, verifier, fails, set_ms) VALUES(?1, ?2, 0, ?3)"
		    " ON CONFLICT(user_id) DO UPDATE SET verifier = excluded.verifier, fails = 0,"
		    " set_ms = excluded.set_ms",
		    YKT_SQL_IN(ykt_sql_text(reset->user_id), ykt_sql_text(reset->new.verifier),
			ykt_sql_int(reset->now_ms)));

	return status;
}

int
op_pin_reset(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_pin_reset_req *ask = req;
	const struct pin_block block = { ykt_bytes(ask->pin.data, ask->pin.len), call->sid,
		WIRE_PIN_NEW };
	char phone[21] = "";
	struct pin_reset reset = {
		.user_id = call->user_id, .phone = phone, .now_ms = call->now_ms
	};
	enum ykt_status status = user_step_up(w, call, ask->password, phone);
	int code;

	(void)rsp;
	if (status == YKT_DENIED)
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	status = otp_check_fresh(w, phone, "pin", ask->otp, call->now_ms);
	if (status == YKT_OK)
		status =
		    pin_make(w, call->user_id, phone, &block, call->deadline_mono_ms, &reset.new);
	if (status == YKT_OK) {
		code = pin_new_fault(reset.new.result, error);
		if (code != 200)
			return code;
		status = ykt_store_run(w->p->store, pin_reset_tx, &reset);
	}
	if (status == YKT_DENIED)
		return wire_error_set(error, 403, WIRE_ERR_OTP_WRONG, NULL);

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}
