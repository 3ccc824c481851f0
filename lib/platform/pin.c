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

/* One try. round: how often tries were given back by a right PIN, so that none is twice. */
struct pin_try {
	const char *user_id;
	int64_t round;
	char verifier[WIRE_PIN_VERIFIER_MAX];
	char renewed[WIRE_PIN_VERIFIER_MAX]; /* "": it stays */
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
	const struct row_col cols[] = { ROW_TEXT(try->verifier), ROW_INT(&try->round) };
	bool blocked = false;
	enum ykt_status status = pin_find(tx, try->user_id, &blocked);

	if (status == YKT_OK && blocked)
		status = YKT_BLOCKED;
	if (status == YKT_OK)
		status = row_one(tx, "SELECT verifier, round FROM pin WHERE user_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(try->user_id)), cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_OK)
		status = row_exec(tx, "UPDATE pin SET fails = fails + 1 WHERE user_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(try->user_id)));

	return status;
}

/* A verifier of before step 16 is replaced, unless another PIN was set meanwhile. */
static enum ykt_status
pin_good_tx(struct ykt_tx *tx, void *arg)
{
	const struct pin_try *try = arg;
	enum ykt_status status =
	    row_exec(tx, "UPDATE pin SET fails = 0, round = round + 1 WHERE user_id = ?1",
		YKT_SQL_IN(ykt_sql_text(try->user_id)));

	if (status == YKT_OK && try->renewed[0] != '\0')
		status = row_exec(tx,
		    "UPDATE pin SET verifier = ?3 WHERE user_id = ?1 AND verifier = ?2",
		    YKT_SQL_IN(ykt_sql_text(try->user_id), ykt_sql_text(try->verifier),
			ykt_sql_text(try->renewed)));

	return status;
}

/* Nobody looked at the PIN. After a right one its tries are back already. */
static enum ykt_status
pin_unused_tx(struct ykt_tx *tx, void *arg)
{
	const struct pin_try *try = arg;

	return row_exec(tx,
	    "UPDATE pin SET fails = fails - 1 WHERE user_id = ?1 AND round = ?2 AND fails > 0",
	    YKT_SQL_IN(ykt_sql_text(try->user_id), ykt_sql_int(try->round)));
}

/* The status of the attempt stays: a try that cannot be given back is a lost one. */
static void
pin_unused(struct platform_worker *w, struct pin_try *try)
{
	if (ykt_store_run(w->p->store, pin_unused_tx, try) != YKT_OK)
		room_trace(w, YKT_TRACE_ERROR, "pin try", 0);
}

/* YKT_DENIED: this block may not be held against this verifier, or not any more. */
static enum ykt_status
ask_module(struct platform_worker *w, const char *path, const struct wire_message *req_msg,
    const void *req, struct wire_key_pin_rsp *rsp, int64_t deadline_mono_ms,
    enum wire_pin_result *ret_result)
{
	enum ykt_status status = wire_call(w->p->o.keyd, path, req_msg, req, &wire_key_pin_rsp_msg,
	    rsp, w->calls, room_deadline(w, deadline_mono_ms), NULL);
	int result;

	if (status == YKT_MISMATCH || status == YKT_OVER_LIMIT)
		return YKT_DENIED;
	/* One that opens no PINs is away. */
	if (status == YKT_NOT_FOUND)
		return YKT_E_SERVER;
	if (status != YKT_OK)
		return status;
	result = wire_token_find(&wire_pin_result, rsp->result);
	if (result < 0)
		return YKT_E_SERVER;
	*ret_result = (enum wire_pin_result)result;

	return YKT_OK;
}

/* What the module said decides what becomes of the try. */
static enum ykt_status
pin_settle(struct platform_worker *w, struct pin_try *try, enum ykt_status status)
{
	if (status == YKT_OK)
		return ykt_store_run(w->p->store, pin_good_tx, try);
	if (status == YKT_DENIED)
		room_trace(w, YKT_TRACE_SECURITY, "pin", 0);
	else
		pin_unused(w, try);

	return status;
}

enum ykt_status
pin_check(struct platform_worker *w, const char *user_id, const struct pin_block *block,
    int64_t deadline_mono_ms)
{
	struct pin_try try = { .user_id = user_id };
	struct wire_key_pin_check_req req = { .use = block->use };
	struct wire_key_pin_rsp rsp = { .has_verifier = false };
	enum wire_pin_result result = WIRE_PIN_WRONG;
	enum ykt_status status;

	if (block->bytes.len > sizeof(req.pin.data))
		return YKT_E_ARG;
	status = ykt_store_run(w->p->store, pin_try_tx, &try);
	if (status != YKT_OK)
		return status;
	text_set(req.user_id, sizeof(req.user_id), user_id);
	text_set(req.verifier, sizeof(req.verifier), try.verifier);
	memcpy(req.sid, block->sid, sizeof(req.sid));
	req.pin.len = (uint16_t)block->bytes.len;
	if (block->bytes.len != 0)
		memcpy(req.pin.data, block->bytes.data, block->bytes.len);
	status = ask_module(w, WIRE_PATH_KEY_PIN_CHECK, &wire_key_pin_check_req_msg, &req, &rsp,
	    deadline_mono_ms, &result);
	if (status == YKT_OK && result != WIRE_PIN_RIGHT)
		status = YKT_DENIED;
	if (status == YKT_OK && rsp.has_verifier)
		text_set(try.renewed, sizeof(try.renewed), rsp.verifier);

	return pin_settle(w, &try, status);
}

/* A request for a verifier, but for what it replaces. */
static void
make_fill(struct wire_key_pin_make_req *req, const char *user_id, const char *phone,
    const struct pin_block *block)
{
	text_set(req->user_id, sizeof(req->user_id), user_id);
	text_set(req->phone, sizeof(req->phone), phone);
	memcpy(req->sid, block->sid, sizeof(req->sid));
	req->use = block->use;
	req->pin.len = (uint16_t)block->bytes.len;
	if (block->bytes.len != 0)
		memcpy(req->pin.data, block->bytes.data, block->bytes.len);
}

static enum ykt_status
make_ask(struct platform_worker *w, const struct wire_key_pin_make_req *req,
    int64_t deadline_mono_ms, struct pin_new *new)
{
	struct wire_key_pin_rsp rsp = { .has_verifier = false };
	enum ykt_status status = ask_module(w, WIRE_PATH_KEY_PIN_MAKE, &wire_key_pin_make_req_msg,
	    req, &rsp, deadline_mono_ms, &new->result);

	if (status == YKT_OK && (new->result == WIRE_PIN_MADE) != rsp.has_verifier)
		status = YKT_E_SERVER;
	if (status == YKT_OK && rsp.has_verifier)
		text_set(new->verifier, sizeof(new->verifier), rsp.verifier);

	return status;
}

enum ykt_status
pin_make(struct platform_worker *w, const char *user_id, const char *phone,
    const struct pin_block *block, int64_t deadline_mono_ms, struct pin_new *ret_new)
{
	struct wire_key_pin_make_req req = { .has_verifier = false };

	if (block->bytes.len > sizeof(req.pin.data))
		return YKT_E_ARG;
	make_fill(&req, user_id, phone, block);

	return make_ask(w, &req, deadline_mono_ms, ret_new);
}

int
pin_new_fault(enum wire_pin_result result, struct wire_error *error)
{
	switch (result) {
	case WIRE_PIN_MADE:
	case WIRE_PIN_SAME_AGAIN:
		return 200;
	case WIRE_PIN_IS_WEAK:
		return wire_error_set(error, 400, "pin_weak", "not accepted");
	case WIRE_PIN_IS_OLD:
		return wire_error_set(error, 400, "pin_same", "not accepted");
	case WIRE_PIN_NO_BLOCK:
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "pin block");
	case WIRE_PIN_WRONG:
		return wire_error_set(error, 403, "pin_wrong", NULL);
	default:
		return wire_error_set(error, 500, WIRE_ERR_INTERNAL, NULL);
	}
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
	struct pin_new new;
	int64_t now_ms;
	bool first; /* none may be there yet */
};

static enum ykt_status
pin_put_tx(struct ykt_tx *tx, void *arg)
{
	const struct pin_put *put = arg;

	if (put->first)
		return row_change_one(tx,
		    "INSERT INTO pin(user_id, verifier, fails, set_ms) VALUES(?1, ?2, 0, ?3)"
		    " ON CONFLICT(user_id) DO NOTHING",
		    YKT_SQL_IN(ykt_sql_text(put->user_id), ykt_sql_text(put->new.verifier),
			ykt_sql_int(put->now_ms)));

	return row_change_one(tx,
	    "UPDATE pin SET verifier = ?2, fails = 0, set_ms = ?3 WHERE user_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(put->user_id), ykt_sql_text(put->new.verifier),
		ykt_sql_int(put->now_ms)));
}

/*
 * The old PIN must be right. One that is the new one already is right too: the
 * same request came before, and its answer was lost. Either costs a try; what is
 * refused without a look at the verifier costs none.
 */
static enum ykt_status
pin_replace(struct platform_worker *w, const struct op_call *call,
    const struct wire_pin_set_req *ask, const char *phone, struct pin_put *put)
{
	const struct pin_block block = { ykt_bytes(ask->pin.data, ask->pin.len), call->sid,
		WIRE_PIN_NEW };
	struct wire_key_pin_make_req req = { .has_verifier = false };
	struct pin_try try = { .user_id = call->user_id };
	enum ykt_status status = ykt_store_run(w->p->store, pin_try_tx, &try);

	put->first = status == YKT_NOT_FOUND;
	if (status != YKT_OK && !put->first)
		return status;
	make_fill(&req, call->user_id, phone, &block);
	memcpy(&req.old, &ask->old, sizeof(req.old));
	req.has_verifier = !put->first;
	text_set(req.verifier, sizeof(req.verifier), try.verifier);
	status = make_ask(w, &req, call->deadline_mono_ms, &put->new);
	if (put->first || (status == YKT_OK && put->new.result == WIRE_PIN_MADE))
		return status;
	if (status == YKT_OK && put->new.result == WIRE_PIN_WRONG)
		status = YKT_DENIED;
	if (status == YKT_OK && put->new.result != WIRE_PIN_SAME_AGAIN)
		pin_unused(w, &try);
	else
		status = pin_settle(w, &try, status);

	return status;
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
	status = pin_replace(w, call, ask, phone, &put);
	if (status != YKT_OK)
		return pin_refuse(w, status, error);
	code = pin_new_fault(put.new.result, error);
	if (code == 200 && put.new.result == WIRE_PIN_MADE)
		status = ykt_store_run(w->p->store, pin_put_tx, &put);

	return status == YKT_OK ? code : pin_refuse(w, status, error);
}
