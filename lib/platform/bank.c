/*
 * account.begin, account.confirm, account.get, account.list, account.unbind, and what
 * the outbox asks the account system.
 *
 * The number passes through: opened from the device's block and sealed anew for the
 * account system in one function, wiped before it returns.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/bank.h"

#include <string.h>

#include <ykt/secret.h>

#include "platform/rows.h"
#include "platform/users.h"
#include "platform/withdraw.h"
#include "platform/work.h"

/* One question to the account system about one binding. */
struct asking {
	struct platform_worker *w;
	const char *account_id;
	const char *user_id;
	int64_t now_ms;
	struct wire_psp_bind_rsp rsp;
	struct bank bank;
	const char *fault; /* a token: why it is not begun */
};

static enum ykt_status
read_own_tx(struct ykt_tx *tx, void *arg)
{
	struct asking *a = arg;

	return bank_get_own(tx, a->account_id, a->user_id, &a->bank);
}

static enum ykt_status
apply_tx(struct ykt_tx *tx, void *arg)
{
	struct asking *a = arg;

	return bank_apply(tx, a->account_id, &a->rsp, a->now_ms, &a->bank);
}

/* An answer about another binding, or one that cannot be, counts for nothing. */
static enum ykt_status
judge(struct asking *a)
{
	static const uint8_t none[16];
	const struct wire_psp_bind_rsp *rsp = &a->rsp;
	int state = wire_token_find(&wire_account_state, rsp->state);
	bool bound = state == WIRE_ACCOUNT_BOUND;

	if (strcmp(rsp->bind_id, a->account_id) != 0 ||
	    (state != WIRE_ACCOUNT_WAITING && !bound && state != WIRE_ACCOUNT_REFUSED &&
		state != WIRE_ACCOUNT_UNBOUND) ||
	    bound == ykt_ct_equal(rsp->token, none, sizeof(none))) {
		room_trace(a->w, YKT_TRACE_SECURITY, "account system answer", 0);
		return YKT_E_SERVER;
	}

	return YKT_OK;
}

static enum ykt_status
ask(struct asking *a, const char *path, const struct wire_message *msg, const void *req,
    int64_t deadline_mono_ms)
{
	enum ykt_status status = room_pay_call(a->w, path, msg, req, &wire_psp_bind_rsp_msg,
	    &a->rsp, room_deadline(a->w, deadline_mono_ms));

	return status == YKT_OK ? judge(a) : status;
}

static enum ykt_status
ask_by_id(struct asking *a, const char *path, int64_t deadline_mono_ms)
{
	struct wire_psp_bind_id_req req = { .ts_ms = a->now_ms };
	enum ykt_status status =
	    ykt_random_fill(a->w->p->env->random, req.nonce, sizeof(req.nonce));

	text_set(req.bind_id, sizeof(req.bind_id), a->account_id);

	return status == YKT_OK ? ask(a, path, &wire_psp_bind_id_req_msg, &req, deadline_mono_ms)
				: status;
}

/* From the device's envelope into the account system's. */
static enum ykt_status
ask_bind(struct asking *a, const struct wire_account_data *data, int64_t deadline_mono_ms)
{
	struct platform_worker *w = a->w;
	struct wire_psp_bind_req req = { .ts_ms = a->now_ms };
	enum ykt_status status = ykt_random_fill(w->p->env->random, req.nonce, sizeof(req.nonce));

	text_set(req.bind_id, sizeof(req.bind_id), a->account_id);
	text_set(req.user, sizeof(req.user), a->user_id);
	if (status == YKT_OK)
		status = wire_account_seal(w->crypto, NULL, &w->p->pay_key.pub, a->account_id, data,
		    req.sealed.data, &req.sealed.len);
	if (status == YKT_OK)
		status = ask(a, WIRE_PATH_PSP_BIND, &wire_psp_bind_req_msg, &req, deadline_mono_ms);

	return status;
}

static enum ykt_status
ask_confirm(struct asking *a, const char *code, int64_t deadline_mono_ms)
{
	struct platform_worker *w = a->w;
	struct wire_psp_bind_confirm_req req = { .ts_ms = a->now_ms };
	enum ykt_status status = ykt_random_fill(w->p->env->random, req.nonce, sizeof(req.nonce));

	text_set(req.bind_id, sizeof(req.bind_id), a->account_id);
	if (status == YKT_OK)
		status = wire_account_code_seal(w->crypto, NULL, &w->p->pay_key.pub, a->account_id,
		    code, req.code.data, &req.code.len);
	if (status == YKT_OK)
		status = ask(a, WIRE_PATH_PSP_BIND_CONFIRM, &wire_psp_bind_confirm_req_msg, &req,
		    deadline_mono_ms);

	return status;
}

/* Durable before anybody is asked. An id that is another's is refused as used. */
static enum ykt_status
begin_tx(struct ykt_tx *tx, void *arg)
{
	struct asking *a = arg;
	struct bank fresh = { .user_id = "" };
	int64_t count = 0;
	enum ykt_status status = bank_get(tx, a->account_id, &a->bank);

	a->fault = NULL;
	if (status == YKT_OK)
		return strcmp(a->bank.user_id, a->user_id) == 0 ? YKT_OK : YKT_MISMATCH;
	if (status == YKT_NOT_FOUND)
		status = bank_count(tx, a->user_id, &count);
	if (status == YKT_OK && count >= BANK_ACCOUNTS_MAX) {
		a->fault = "too_many";
		return YKT_REFUSED;
	}
	text_set(fresh.user_id, sizeof(fresh.user_id), a->user_id);
	text_set(fresh.wire.account_id, sizeof(fresh.wire.account_id), a->account_id);
	if (status == YKT_OK)
		status = bank_insert(tx, a->w->p, &fresh, a->now_ms);

	return status == YKT_OK ? bank_get(tx, a->account_id, &a->bank) : status;
}

static int
answer(struct asking *a, enum ykt_status status, struct wire_account *ret, struct wire_error *error)
{
	int code = 200;

	if (status == YKT_OK)
		*ret = a->bank.wire;
	else if (status == YKT_REFUSED)
		code = wire_error_set(error, 409, a->fault, NULL);
	else
		code = room_refuse(a->w, status, error);
	ykt_wipe(&a->rsp, sizeof(a->rsp));
	ykt_wipe(&a->bank, sizeof(a->bank));

	return code;
}

int
op_account_begin(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_account_begin_req *asked = req;
	struct asking a = { .w = w,
		.account_id = asked->account_id,
		.user_id = call->user_id,
		.now_ms = call->now_ms };
	struct wire_account_data data = { .number = "" };
	enum ykt_status status = YKT_E_MAC;

	if (wire_id_valid(asked->account_id))
		status = wire_account_open(&w->seal.signer,
		    ykt_bytes(asked->sealed.data, asked->sealed.len), asked->account_id, &data);
	if (status == YKT_E_MAC)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "account block");
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, begin_tx, &a);
	if (status == YKT_OK && bank_state(&a.bank) == WIRE_ACCOUNT_ASKED) {
		status = ask_bind(&a, &data, call->deadline_mono_ms);
		if (status == YKT_OK)
			status = ykt_store_run(w->p->store, apply_tx, &a);
	}
	ykt_wipe(&data, sizeof(data));

	return answer(&a, status, rsp, error);
}

int
op_account_confirm(struct platform_worker *w, const struct op_call *call, const void *req,
    void *rsp, struct wire_error *error)
{
	const struct wire_account_confirm_req *asked = req;
	struct asking a = { .w = w,
		.account_id = asked->account_id,
		.user_id = call->user_id,
		.now_ms = call->now_ms };
	char code[WIRE_ACCOUNT_CODE_LEN + 1] = "";
	enum ykt_status status = ykt_store_run(w->p->store, read_own_tx, &a);

	if (status == YKT_OK && bank_state(&a.bank) == WIRE_ACCOUNT_WAITING) {
		status = wire_account_code_open(&w->seal.signer,
		    ykt_bytes(asked->code.data, asked->code.len), asked->account_id, code);
		if (status == YKT_OK)
			status = ask_confirm(&a, code, call->deadline_mono_ms);
		if (status == YKT_OK)
			status = ykt_store_run(w->p->store, apply_tx, &a);
	}
	ykt_wipe(code, sizeof(code));
	if (status == YKT_E_MAC)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "code block");

	return answer(&a, status, rsp, error);
}

/* As it stands; one without an outcome is asked about first. */
int
op_account_get(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_account_id_req *asked = req;
	struct asking a = { .w = w,
		.account_id = asked->account_id,
		.user_id = call->user_id,
		.now_ms = call->now_ms };
	enum ykt_status status = ykt_store_run(w->p->store, read_own_tx, &a);

	if (status == YKT_OK && (bank_state(&a.bank) == WIRE_ACCOUNT_ASKED ||
				    bank_state(&a.bank) == WIRE_ACCOUNT_WAITING)) {
		status = ask_by_id(&a, WIRE_PATH_PSP_BIND_QUERY, call->deadline_mono_ms);
		if (status == YKT_OK)
			status = ykt_store_run(w->p->store, apply_tx, &a);
		else if (status == YKT_NOT_FOUND)
			status = YKT_OK; /* it has not heard of it, yet */
	}

	return answer(&a, status, rsp, error);
}

struct listing {
	const char *user_id;
	struct wire_account_list_rsp *rsp;
};

static enum ykt_status
list_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct wire_account_list_rsp *rsp = arg;
	struct wire_account *at = &rsp->accounts[rsp->accounts_count];
	const struct row_col cols[] = { ROW_TEXT(at->account_id), ROW_TEXT(at->state),
		ROW_TEXT(at->reason), ROW_TEXT(at->issuer), ROW_TEXT(at->last4),
		ROW_INT(&at->bound_ms) };

	if (rsp->accounts_count == WIRE_ACCOUNTS_MAX)
		return YKT_E_CORRUPT;
	rsp->accounts_count++;

	return row_fill(vals, count, cols, YKT_ARRAY_LEN(cols));
}

static enum ykt_status
list_tx(struct ykt_tx *tx, void *arg)
{
	struct listing *listing = arg;

	listing->rsp->accounts_count = 0;

	return ykt_tx_query(tx,
	    "SELECT account_id, state, reason, issuer, last4, bound_ms FROM account"
	    " WHERE user_id = ?1 AND state IN ('asked', 'waiting', 'bound', 'unbinding')"
	    " ORDER BY begun_ms, account_id LIMIT 16",
	    YKT_SQL_IN(ykt_sql_text(listing->user_id)), list_row, listing->rsp, NULL);
}

int
op_account_list(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct listing listing = { call->user_id, rsp };
	enum ykt_status status = ykt_store_run(w->p->store, list_tx, &listing);

	(void)req;

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

/* The words are ours; the client's only have to agree. */
static const char *
unbind_fault(struct platform_worker *w, const struct op_call *call,
    const struct wire_account_unbind_req *asked, const struct wire_account *account)
{
	uint8_t digest[32], text[WIRE_UNBIND_SIGN_LEN];

	if (wire_unbind_digest(w->crypto, account, call->user_id, digest) != YKT_OK ||
	    !ykt_ct_equal(digest, asked->digest, sizeof(digest)))
		return "digest";
	wire_unbind_to_sign(digest, account->account_id, text);
	if (crypto_sm2_verify(w->crypto, &call->device, crypto_sm2_default_id, YKT_BYTES(text),
		asked->sig) != YKT_OK)
		return "signature";

	return NULL;
}

/* An order that the account may have paid for keeps it, until that is known. */
static enum ykt_status
unbind_tx(struct ykt_tx *tx, void *arg)
{
	struct asking *a = arg;
	int64_t orders = 0;
	const struct row_col cols[] = { ROW_INT(&orders) };
	enum ykt_status status = bank_get_own(tx, a->account_id, a->user_id, &a->bank);

	if (status != YKT_OK || bank_state(&a->bank) != WIRE_ACCOUNT_BOUND)
		return status;
	status = row_one(tx,
	    "SELECT COUNT(*) FROM charge c JOIN ord o ON o.order_id = c.pay_id"
	    " WHERE c.account_id = ?1 AND c.state = 'asked' AND o.state = 'created'",
	    YKT_SQL_IN(ykt_sql_text(a->account_id)), cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_OK && orders == 0)
		status = withdraw_open(tx, a->user_id, a->account_id, &orders);
	if (status == YKT_OK && orders != 0) {
		a->fault = "orders";
		return YKT_REFUSED;
	}
	if (status == YKT_OK)
		status = bank_unbind(tx, a->account_id, "", a->now_ms);

	return status == YKT_OK ? bank_get(tx, a->account_id, &a->bank) : status;
}

int
op_account_unbind(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_account_unbind_req *asked = req;
	struct asking a = { .w = w,
		.account_id = asked->account_id,
		.user_id = call->user_id,
		.now_ms = call->now_ms };
	char phone[21] = "";
	const char *fault = NULL;
	enum ykt_status status = user_step_up(w, call, asked->password, phone);

	if (status == YKT_DENIED)
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, read_own_tx, &a);
	if (status == YKT_OK && bank_state(&a.bank) == WIRE_ACCOUNT_BOUND)
		fault = unbind_fault(w, call, asked, &a.bank.wire);
	if (fault != NULL) {
		room_trace(w, YKT_TRACE_SECURITY, "unbinding", 0);
		ykt_wipe(&a.bank, sizeof(a.bank));
		return wire_error_set(error, 403, fault, "not what was shown");
	}
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, unbind_tx, &a);
	if (status == YKT_OK && bank_state(&a.bank) == WIRE_ACCOUNT_UNBINDING) {
		/* At once where it can be; otherwise the outbox goes on. */
		if (bank_tick(w, asked->account_id, call->now_ms) == YKT_OK)
			status = ykt_store_run(w->p->store, read_own_tx, &a);
	} else if (status == YKT_OK && bank_state(&a.bank) != WIRE_ACCOUNT_UNBOUND) {
		a.fault = "account_state";
		status = YKT_REFUSED;
	}

	return answer(&a, status, rsp, error);
}

static enum ykt_status
tick_read_tx(struct ykt_tx *tx, void *arg)
{
	struct asking *a = arg;

	return bank_get(tx, a->account_id, &a->bank);
}

/* Nobody typed the code in time, or the request never came there. */
static enum ykt_status
give_up_tx(struct ykt_tx *tx, void *arg)
{
	const struct asking *a = arg;
	struct bank bank;
	enum ykt_status status = bank_get(tx, a->account_id, &bank);

	if (status == YKT_OK && bank_state(&bank) == WIRE_ACCOUNT_WAITING)
		status = bank_unbind(tx, a->account_id, "code_late", a->now_ms);
	else if (status == YKT_OK && bank_state(&bank) == WIRE_ACCOUNT_ASKED)
		status = bank_refuse(tx, a->account_id, "not_done");

	return status;
}

static enum ykt_status
forgotten_tx(struct ykt_tx *tx, void *arg)
{
	const struct asking *a = arg;

	return bank_unbound(tx, a->account_id);
}

static enum ykt_status
drop_tx(struct ykt_tx *tx, void *arg)
{
	const struct asking *a = arg;

	return work_done(tx, WORK_BANK, a->account_id);
}

static enum ykt_status
tick_open(struct asking *a)
{
	const struct ykt_store *store = a->w->p->store;
	bool old = a->now_ms - a->bank.begun_ms > BANK_LIFE_MS;
	enum ykt_status status = ask_by_id(a, WIRE_PATH_PSP_BIND_QUERY, 0);

	if (status == YKT_OK)
		status = ykt_store_run(store, apply_tx, a);
	else if (status == YKT_NOT_FOUND)
		status = YKT_OK;
	if (status != YKT_OK)
		return status;
	if (old && (bank_state(&a->bank) == WIRE_ACCOUNT_ASKED ||
		       bank_state(&a->bank) == WIRE_ACCOUNT_WAITING))
		return ykt_store_run(store, give_up_tx, a);

	return YKT_PENDING;
}

enum ykt_status
bank_tick(struct platform_worker *w, const char *account_id, int64_t now_ms)
{
	struct asking a = { .w = w, .account_id = account_id, .now_ms = now_ms };
	enum ykt_status status = ykt_store_run(w->p->store, tick_read_tx, &a);

	if (status == YKT_OK) {
		switch (bank_state(&a.bank)) {
		case WIRE_ACCOUNT_ASKED:
		case WIRE_ACCOUNT_WAITING:
			status = tick_open(&a);
			break;
		case WIRE_ACCOUNT_UNBINDING:
			status = ask_by_id(&a, WIRE_PATH_PSP_UNBIND, 0);
			/* It never heard of it, or has forgotten it already. */
			if (status == YKT_OK || status == YKT_NOT_FOUND)
				status = ykt_store_run(w->p->store, forgotten_tx, &a);
			break;
		default:
			status = ykt_store_run(w->p->store, drop_tx, &a);
			break;
		}
	}
	ykt_wipe(&a.rsp, sizeof(a.rsp));
	ykt_wipe(&a.bank, sizeof(a.bank));

	return status;
}
