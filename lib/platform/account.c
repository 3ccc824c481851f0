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
#include "wire/pin.h"

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

struct pin_new {
	const char *user_id;
	const char *phone;
	char verifier[CRYPTO_PWHASH_MAX];
	int64_t now_ms;
};

/* The new PIN and the spent code are one fact. */
static enum ykt_status
pin_new_tx(struct ykt_tx *tx, void *arg)
{
	const struct pin_new *new = arg;
	enum ykt_status status = otp_spend(tx, new->phone, "pin", new->user_id);

	if (status == YKT_OK)
		status = row_exec(tx,
		    "INSERT INTO pin(user_id, verifier, fails, set_ms) VALUES(?1, ?2, 0, ?3)"
		    " ON CONFLICT(user_id) DO UPDATE SET verifier = excluded.verifier, fails = 0,"
		    " set_ms = excluded.set_ms",
		    YKT_SQL_IN(ykt_sql_text(new->user_id), ykt_sql_text(new->verifier),
			ykt_sql_int(new->now_ms)));

	return status;
}

int
op_pin_reset(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_pin_reset_req *ask = req;
	char phone[21] = "", pin[WIRE_PIN_LEN + 1] = "";
	struct pin_new new = { .user_id = call->user_id, .phone = phone, .now_ms = call->now_ms };
	enum ykt_status status = user_step_up(w, call, ask->password, phone);

	(void)rsp;
	if (status == YKT_DENIED)
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	status = wire_pin_open(
	    &w->seal.signer, ykt_bytes(ask->pin.data, ask->pin.len), call->sid, WIRE_PIN_NEW, pin);
	if (status == YKT_OK && wire_pin_weak(pin, phone)) {
		ykt_wipe(pin, sizeof(pin));
		return wire_error_set(error, 400, "pin_weak", "not accepted");
	}
	if (status == YKT_E_MAC)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "pin block");
	if (status == YKT_OK)
		status = otp_check_fresh(w, phone, "pin", ask->otp, call->now_ms);
	if (status == YKT_OK)
		status = crypto_pwhash_make(
		    w->p->env->random, ykt_bytes_str(pin), &w->p->o.settings.pwhash, new.verifier);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, pin_new_tx, &new);
	ykt_wipe(pin, sizeof(pin));
	ykt_wipe(&new, sizeof(new));
	if (status == YKT_DENIED)
		return wire_error_set(error, 403, WIRE_ERR_OTP_WRONG, NULL);

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}
