/*
 * Payment PINs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/pin.h"

#include <string.h>

#include <ykt/secret.h>

#include "platform/rows.h"
#include "platform/users.h"

struct pin_try {
	const char *user_id;
	char verifier[CRYPTO_PWHASH_MAX];
};

enum ykt_status
pin_find(struct ykt_tx *tx, const char *user_id, bool *ret_blocked)
{
	int64_t fails = 0;
	const struct row_col cols[] = { ROW_INT(&fails) };
	enum ykt_status status;

	status = row_one(tx, "SELECT fails FROM pin WHERE user_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(user_id)), cols, 1);
	if (status == YKT_OK)
		*ret_blocked = fails >= PIN_TRIES_MAX;

	return status;
}

static enum ykt_status
pin_try_tx(struct ykt_tx *tx, void *arg)
{
	struct pin_try *try = arg;
	const struct row_col cols[] = { ROW_TEXT(try->verifier) };
	bool blocked = false;
	enum ykt_status status = pin_find(tx, try->user_id, &blocked);

	if (status == YKT_OK && blocked)
		status = YKT_BLOCKED;
	if (status == YKT_OK)
		status = row_one(tx, "SELECT verifier FROM pin WHERE user_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(try->user_id)), cols, 1);
	if (status == YKT_OK)
		status = row_exec(tx, "UPDATE pin SET fails = fails + 1 WHERE user_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(try->user_id)));

	return status;
}

static enum ykt_status
pin_good_tx(struct ykt_tx *tx, void *arg)
{
	const struct pin_try *try = arg;

	return row_exec(tx, "UPDATE pin SET fails = 0 WHERE user_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(try->user_id)));
}

/* Is it the PIN of this verifier? YKT_DENIED: another, or none that could be read. */
static enum ykt_status
pin_compare(struct platform_worker *w, const struct op_call *call, const char *verifier,
    struct ykt_bytes block, enum wire_pin_use use)
{
	char pin[WIRE_PIN_LEN + 1] = "";
	enum ykt_status status = wire_pin_open(&w->seal.signer, block, call->sid, use, pin);

	if (status == YKT_OK)
		status =
		    crypto_pwhash_check(verifier, ykt_bytes_str(pin), &w->p->o.settings.pwhash);
	ykt_wipe(pin, sizeof(pin));

	return status == YKT_E_MAC ? YKT_DENIED : status;
}

enum ykt_status
pin_check(struct platform_worker *w, const struct op_call *call, struct ykt_bytes block,
    enum wire_pin_use use)
{
	struct pin_try try = { .user_id = call->user_id };
	enum ykt_status status = ykt_store_run(w->p->store, pin_try_tx, &try);

	if (status == YKT_OK)
		status = pin_compare(w, call, try.verifier, block, use);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, pin_good_tx, &try);
	else if (status == YKT_DENIED)
		room_trace(w, YKT_TRACE_SECURITY, "pin", 0);
	ykt_wipe(&try, sizeof(try));

	return status;
}

enum ykt_status
pin_check_plain(struct platform_worker *w, const char *user_id, const char *pin)
{
	struct pin_try try = { .user_id = user_id };
	enum ykt_status status = ykt_store_run(w->p->store, pin_try_tx, &try);

	if (status == YKT_OK)
		status =
		    crypto_pwhash_check(try.verifier, ykt_bytes_str(pin), &w->p->o.settings.pwhash);
	if (status == YKT_E_MAC)
		status = YKT_DENIED;
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, pin_good_tx, &try);
	else if (status == YKT_DENIED)
		room_trace(w, YKT_TRACE_SECURITY, "pin", 0);
	ykt_wipe(&try, sizeof(try));

	return status;
}

int
pin_refuse(struct platform_worker *w, enum ykt_status status, struct wire_error *error)
{
	switch (status) {
	case YKT_DENIED:
		return wire_error_set(error, 403, "pin_wrong", NULL);
	case YKT_BLOCKED:
		return wire_error_set(error, 403, "pin_blocked", "reset it");
	case YKT_NOT_FOUND:
		return wire_error_set(error, 409, "no_pin", "none is set");
	default:
		return room_refuse(w, status, error);
	}
}

struct pin_put {
	const char *user_id;
	char verifier[CRYPTO_PWHASH_MAX];
	int64_t now_ms;
	bool first; /* none may be there yet */
	bool same;  /* the stored one is the new one already: the answer was lost */
};

static enum ykt_status
pin_put_tx(struct ykt_tx *tx, void *arg)
{
	const struct pin_put *put = arg;

	if (put->first)
		return row_change_one(tx,
		    "INSERT INTO pin(user_id, verifier, fails, set_ms) VALUES(?1, ?2, 0, ?3)"
		    " ON CONFLICT(user_id) DO NOTHING",
		    YKT_SQL_IN(ykt_sql_text(put->user_id), ykt_sql_text(put->verifier),
			ykt_sql_int(put->now_ms)));

	return row_change_one(tx,
	    "UPDATE pin SET verifier = ?2, fails = 0, set_ms = ?3 WHERE user_id = ?1",
	    YKT_SQL_IN(
		ykt_sql_text(put->user_id), ykt_sql_text(put->verifier), ykt_sql_int(put->now_ms)));
}

/*
 * The old PIN must be right. One that is the new one already is right too: the
 * same request came before, and its answer was lost. Either costs a try.
 */
static enum ykt_status
pin_old_check(struct platform_worker *w, const struct op_call *call,
    const struct wire_pin_set_req *ask, struct pin_put *put)
{
	struct pin_try try = { .user_id = call->user_id };
	enum ykt_status status = ykt_store_run(w->p->store, pin_try_tx, &try);

	if (status == YKT_NOT_FOUND) {
		put->first = true;
		return YKT_OK;
	}
	if (status == YKT_OK)
		status = pin_compare(
		    w, call, try.verifier, ykt_bytes(ask->old.data, ask->old.len), WIRE_PIN_OLD);
	if (status == YKT_DENIED) {
		status = pin_compare(
		    w, call, try.verifier, ykt_bytes(ask->pin.data, ask->pin.len), WIRE_PIN_NEW);
		put->same = status == YKT_OK;
	}
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, pin_good_tx, &try);
	ykt_wipe(&try, sizeof(try));

	return status;
}

static int
pin_new_fault(struct platform_worker *w, const struct op_call *call,
    const struct wire_pin_set_req *ask, const char *phone, struct pin_put *put,
    struct wire_error *error)
{
	char pin[WIRE_PIN_LEN + 1] = "", old[WIRE_PIN_LEN + 1] = "";
	enum ykt_status status;
	const char *fault = NULL;

	status = wire_pin_open(
	    &w->seal.signer, ykt_bytes(ask->pin.data, ask->pin.len), call->sid, WIRE_PIN_NEW, pin);
	if (status == YKT_OK && wire_pin_weak(pin, phone))
		fault = "pin_weak";
	/* One that cannot be read is found wrong later, at the price of a try. */
	if (status == YKT_OK && fault == NULL &&
	    wire_pin_open(&w->seal.signer, ykt_bytes(ask->old.data, ask->old.len), call->sid,
		WIRE_PIN_OLD, old) == YKT_OK &&
	    ykt_ct_equal(old, pin, sizeof(pin)))
		fault = "pin_same";
	if (status == YKT_OK && fault == NULL)
		status = crypto_pwhash_make(
		    w->p->env->random, ykt_bytes_str(pin), &w->p->o.settings.pwhash, put->verifier);
	ykt_wipe(pin, sizeof(pin));
	ykt_wipe(old, sizeof(old));
	if (fault != NULL)
		return wire_error_set(error, 400, fault, "not accepted");
	if (status == YKT_E_MAC)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "pin block");

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

int
op_pin_set(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_pin_set_req *ask = req;
	struct pin_put put = { .user_id = call->user_id, .now_ms = call->now_ms };
	char phone[21] = "";
	enum ykt_status status;
	int code;

	(void)rsp;
	status = user_step_up(w, call, ask->password, phone);
	if (status == YKT_DENIED)
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	code = pin_new_fault(w, call, ask, phone, &put, error);
	if (code == 200) {
		status = pin_old_check(w, call, ask, &put);
		if (status == YKT_OK && !put.same)
			status = ykt_store_run(w->p->store, pin_put_tx, &put);
		code = status == YKT_OK ? 200 : pin_refuse(w, status, error);
	}
	ykt_wipe(&put, sizeof(put));

	return code;
}
