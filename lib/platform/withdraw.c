/*
 * wallet.withdraw, wallet.withdrawal, and the outbox's turn (docs/protocol.md section 14).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/withdraw.h"

#include <string.h>

#include <ykt/secret.h>

#include "platform/bank.h"
#include "platform/code.h"
#include "platform/pin.h"
#include "platform/rows.h"
#include "platform/work.h"
#include "wire/payout_msg.h"
#include "wire/withdraw.h"

struct withdrawing {
	struct platform_worker *w;
	const struct op_call *call; /* NULL: the outbox's */
	const struct wire_withdraw_req *ask;
	const char *withdraw_id;
	int64_t now_ms;
	int64_t deadline_mono_ms;
	struct bank bank; /* the account that it goes to */
	char user_id[33];
	struct wire_withdrawal row;
	const char *fault; /* a token: why it is not begun */
	struct wire_psp_payout_rsp rsp;
};

static bool
is_state(const struct withdrawing *d, enum wire_withdraw_state state)
{
	return wire_token_find(&wire_withdraw_state, d->row.state) == (int)state;
}

/* YKT_NOT_FOUND */
static enum ykt_status
row_read(struct ykt_tx *tx, struct withdrawing *d)
{
	struct wire_withdrawal *row = &d->row;
	const struct row_col cols[] = { ROW_TEXT(row->withdraw_id), ROW_TEXT(row->account_id),
		ROW_TEXT(row->account), ROW_INT(&row->amount_fen), ROW_TEXT(row->state),
		ROW_TEXT(row->reason), ROW_INT(&row->made_ms), ROW_TEXT(d->user_id) };

	return row_one(tx,
	    "SELECT withdraw_id, account_id, account, amount_fen, state, reason, made_ms, user_id"
	    " FROM withdraw WHERE withdraw_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(d->withdraw_id)), cols, YKT_ARRAY_LEN(cols));
}

/* YKT_MISMATCH: that id is another wish, or another user's. */
static enum ykt_status
read_same(struct ykt_tx *tx, struct withdrawing *d)
{
	enum ykt_status status = row_read(tx, d);

	if (status == YKT_OK && (strcmp(d->user_id, d->call->user_id) != 0 ||
				    strcmp(d->row.account_id, d->ask->account_id) != 0 ||
				    d->row.amount_fen != d->ask->amount_fen))
		status = YKT_MISMATCH;

	return status;
}

/* What keeps it from being begun; the balance is looked at when it is debited. */
static enum ykt_status
look(struct ykt_tx *tx, struct withdrawing *d)
{
	struct code_account code = { .state = CODE_ACCOUNT_OPEN };
	enum ykt_status status = bank_get_own(tx, d->ask->account_id, d->call->user_id, &d->bank);

	d->fault = NULL;
	if (status == YKT_NOT_FOUND ||
	    (status == YKT_OK && bank_state(&d->bank) != WIRE_ACCOUNT_BOUND))
		d->fault = "account_unbound";
	else if (status != YKT_OK)
		return status;
	status = code_account_get(tx, d->call->user_id, &code);
	if (status != YKT_OK && status != YKT_NOT_FOUND)
		return status;
	if (strcmp(code.state, CODE_ACCOUNT_FROZEN) == 0)
		d->fault = "frozen";

	return d->fault != NULL ? YKT_REFUSED : YKT_OK;
}

/* YKT_OK: it was begun before. YKT_NOT_FOUND: it may be begun. */
static enum ykt_status
look_tx(struct ykt_tx *tx, void *arg)
{
	struct withdrawing *d = arg;
	enum ykt_status status = read_same(tx, d);

	if (status != YKT_NOT_FOUND)
		return status;
	status = look(tx, d);

	return status == YKT_OK ? YKT_NOT_FOUND : status;
}

/* The words are ours; the client's only have to agree. */
static const char *
yes_fault(struct withdrawing *d, char account[BANK_TEXT_MAX])
{
	struct platform_worker *w = d->w;
	uint8_t digest[32], text[WIRE_WITHDRAW_SIGN_LEN];

	bank_text(&d->bank.wire, account);
	if (wire_withdraw_digest(w->crypto, d->ask, d->call->user_id, account, digest) != YKT_OK ||
	    !ykt_ct_equal(digest, d->ask->digest, sizeof(digest)))
		return "digest";
	wire_withdraw_to_sign(digest, d->withdraw_id, text);
	if (crypto_sm2_verify(w->crypto, &d->call->device, crypto_sm2_default_id, YKT_BYTES(text),
		d->ask->sig) != YKT_OK)
		return "signature";

	return NULL;
}

/* The wallet never goes below zero here (I-21). YKT_OVER_LIMIT: it holds less. */
static enum ykt_status
debit(struct ykt_tx *tx, struct withdrawing *d)
{
	struct ledger_writer writer = room_writer(d->w, d->now_ms);
	struct ledger_draft draft = ledger_draft("withdraw", d->withdraw_id);
	ykt_fen balance = 0;
	int64_t as_of_ms = 0;
	enum ykt_status status =
	    ledger_balance(tx, LEDGER_USER, d->call->user_id, &balance, &as_of_ms);

	if (status == YKT_OK && balance < d->ask->amount_fen)
		status = YKT_OVER_LIMIT;
	ledger_pair(&draft, LEDGER_USER, d->call->user_id, LEDGER_PAYOUT, d->withdraw_id,
	    d->ask->amount_fen);

	return status == YKT_OK ? ledger_post(tx, &writer, &draft) : status;
}

/* Row, money and the outbox's turn are one fact. */
static enum ykt_status
begin_tx(struct ykt_tx *tx, void *arg)
{
	struct withdrawing *d = arg;
	const struct wire_withdraw_req *ask = d->ask;
	char account[BANK_TEXT_MAX];
	enum ykt_status status = look_tx(tx, d);

	if (status != YKT_NOT_FOUND)
		return status;
	bank_text(&d->bank.wire, account);
	status = debit(tx, d);
	if (status == YKT_OK)
		status = row_exec(tx,
		    "INSERT INTO withdraw(withdraw_id, user_id, account_id, account, amount_fen,"
		    " state, reason, digest, sig, device, made_ms, changed_ms)"
		    " VALUES(?1, ?2, ?3, ?4, ?5, 'asked', '', ?6, ?7, ?8, ?9, ?9)",
		    YKT_SQL_IN(ykt_sql_text(d->withdraw_id), ykt_sql_text(d->call->user_id),
			ykt_sql_text(ask->account_id), ykt_sql_text(account),
			ykt_sql_int(ask->amount_fen), ykt_sql_blob(YKT_BYTES(ask->digest)),
			ykt_sql_blob(YKT_BYTES(ask->sig)),
			ykt_sql_blob(YKT_BYTES(d->call->device.xy)), ykt_sql_int(d->now_ms)));
	if (status == YKT_OK)
		status = work_add(tx, WORK_WITHDRAW, d->withdraw_id,
		    d->now_ms + d->w->p->o.settings.poll_ms, d->now_ms);

	return status == YKT_OK ? row_read(tx, d) : status;
}

/* What the account system said, once. */
static enum ykt_status
end_tx(struct ykt_tx *tx, void *arg)
{
	struct withdrawing *d = arg;
	struct ledger_writer writer = room_writer(d->w, d->now_ms);
	bool done = strcmp(d->rsp.state, "done") == 0;
	struct ledger_draft draft =
	    ledger_draft(done ? "withdrawn" : "withdraw_back", d->withdraw_id);
	enum ykt_status status = row_read(tx, d);

	if (status != YKT_OK || !is_state(d, WIRE_WITHDRAW_ASKED))
		return status;
	if (done)
		ledger_pair(
		    &draft, LEDGER_PAYOUT, d->withdraw_id, LEDGER_PSP, "", d->row.amount_fen);
	else
		ledger_pair(&draft, LEDGER_PAYOUT, d->withdraw_id, LEDGER_USER, d->user_id,
		    d->row.amount_fen);
	status = row_change_one(tx,
	    "UPDATE withdraw SET state = ?2, reason = ?3, changed_ms = ?4"
	    " WHERE withdraw_id = ?1 AND state = 'asked'",
	    YKT_SQL_IN(ykt_sql_text(d->withdraw_id), ykt_sql_text(d->rsp.state),
		ykt_sql_text(d->rsp.reason), ykt_sql_int(d->now_ms)));
	if (status == YKT_OK)
		status = ledger_post(tx, &writer, &draft);
	if (status == YKT_OK)
		status = work_done(tx, WORK_WITHDRAW, d->withdraw_id);

	return status == YKT_OK ? row_read(tx, d) : status;
}

/* An answer about another payout, or one that cannot be, counts for nothing. */
static enum ykt_status
judge(struct withdrawing *d)
{
	static const char *const reasons[] = { "account_unbound", "account_unknown",
		"account_blocked" };
	const struct wire_psp_payout_rsp *rsp = &d->rsp;
	bool known = false;

	for (size_t i = 0; i < YKT_ARRAY_LEN(reasons); i++)
		known = known || strcmp(reasons[i], rsp->reason) == 0;
	if (strcmp(rsp->payout_id, d->withdraw_id) == 0 && rsp->amount_fen == d->row.amount_fen &&
	    ((strcmp(rsp->state, "done") == 0 && rsp->reason[0] == '\0') ||
		(strcmp(rsp->state, "refused") == 0 && known)))
		return YKT_OK;
	room_trace(d->w, YKT_TRACE_SECURITY, "payout answer", 0);

	return YKT_E_SERVER;
}

static enum ykt_status
bank_tx(struct ykt_tx *tx, void *arg)
{
	struct withdrawing *d = arg;
	enum ykt_status status = row_read(tx, d);

	return status == YKT_OK ? bank_get(tx, d->row.account_id, &d->bank) : status;
}

/* Asks for the payout under its one id, and books what comes. */
static enum ykt_status
run(struct withdrawing *d)
{
	struct platform_worker *w = d->w;
	struct wire_psp_payout_req req = { .ts_ms = d->now_ms };
	enum ykt_status status = ykt_store_run(w->p->store, bank_tx, d);

	if (status != YKT_OK || !is_state(d, WIRE_WITHDRAW_ASKED))
		return status;
	text_set(req.payout_id, sizeof(req.payout_id), d->withdraw_id);
	text_set(req.bind_id, sizeof(req.bind_id), d->row.account_id);
	memcpy(req.token, d->bank.token, sizeof(req.token));
	req.amount_fen = d->row.amount_fen;
	status = ykt_random_fill(w->p->env->random, req.nonce, sizeof(req.nonce));
	if (status == YKT_OK)
		status = room_pay_call(w, WIRE_PATH_PSP_PAYOUT, &wire_psp_payout_req_msg, &req,
		    &wire_psp_payout_rsp_msg, &d->rsp, room_deadline(w, d->deadline_mono_ms));
	ykt_wipe(&req, sizeof(req));
	if (status == YKT_OK)
		status = judge(d);

	return status == YKT_OK ? ykt_store_run(w->p->store, end_tx, d) : status;
}

/* It is begun: without an answer it is as it stands, and the outbox goes on. */
static int
answer(struct withdrawing *d, struct wire_withdrawal *rsp, struct wire_error *error)
{
	enum ykt_status status = run(d);

	if (status == YKT_E_DOWN || d->row.withdraw_id[0] == '\0')
		return room_refuse(d->w, status, error);
	*rsp = d->row;

	return 200;
}

static int
refuse(struct withdrawing *d, enum ykt_status status, struct wire_error *error)
{
	switch (status) {
	case YKT_REFUSED:
		return wire_error_set(error, 409, d->fault, "nothing was withdrawn");
	case YKT_OVER_LIMIT:
		return wire_error_set(error, 409, "funds", "the wallet holds less");
	default:
		return room_refuse(d->w, status, error);
	}
}

/* 1. begun before? 2. what was shown and signed 3. the PIN, a try written first 4. the money. */
static int
serve(struct withdrawing *d, struct wire_withdrawal *rsp, struct wire_error *error)
{
	struct platform_worker *w = d->w;
	const struct pin_block block = { ykt_bytes(d->ask->pin.data, d->ask->pin.len), d->call->sid,
		WIRE_PIN_PAY };
	char account[BANK_TEXT_MAX];
	const char *fault;
	enum ykt_status status = ykt_store_run(w->p->store, look_tx, d);

	if (status == YKT_OK)
		return answer(d, rsp, error);
	if (status != YKT_NOT_FOUND)
		return refuse(d, status, error);
	fault = yes_fault(d, account);
	if (fault != NULL) {
		room_trace(w, YKT_TRACE_SECURITY, "withdrawal", 0);
		return wire_error_set(error, 403, fault, "not what was shown");
	}
	status = pin_check(w, d->call->user_id, &block, d->call->deadline_mono_ms);
	if (status != YKT_OK)
		return pin_refuse(w, status, error);
	status = ykt_store_run(w->p->store, begin_tx, d);

	return status == YKT_OK ? answer(d, rsp, error) : refuse(d, status, error);
}

int
op_wallet_withdraw(struct platform_worker *w, const struct op_call *call, const void *req,
    void *rsp, struct wire_error *error)
{
	const struct wire_withdraw_req *ask = req;
	struct withdrawing d = { .w = w,
		.call = call,
		.ask = ask,
		.withdraw_id = ask->withdraw_id,
		.now_ms = call->now_ms,
		.deadline_mono_ms = call->deadline_mono_ms };
	int code;

	if (!wire_id_valid(ask->withdraw_id) || !wire_id_valid(ask->account_id))
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "id");
	if (ask->amount_fen < WITHDRAW_MIN_FEN || ask->amount_fen > WITHDRAW_MAX_FEN)
		return wire_error_set(error, 409, "withdraw_amount", "1 yuan to 5,000 yuan");
	code = serve(&d, rsp, error);
	ykt_wipe(&d.bank, sizeof(d.bank));

	return code;
}

static enum ykt_status
own_tx(struct ykt_tx *tx, void *arg)
{
	struct withdrawing *d = arg;
	enum ykt_status status = row_read(tx, d);

	return status == YKT_OK && strcmp(d->user_id, d->call->user_id) != 0 ? YKT_NOT_FOUND
									     : status;
}

/* As it stands; one without an outcome is asked about first. */
int
op_wallet_withdrawal(struct platform_worker *w, const struct op_call *call, const void *req,
    void *rsp, struct wire_error *error)
{
	const struct wire_withdraw_id_req *ask = req;
	struct withdrawing d = { .w = w,
		.call = call,
		.withdraw_id = ask->withdraw_id,
		.now_ms = call->now_ms,
		.deadline_mono_ms = call->deadline_mono_ms };
	enum ykt_status status = ykt_store_run(w->p->store, own_tx, &d);
	int code = status == YKT_OK ? answer(&d, rsp, error) : room_refuse(w, status, error);

	ykt_wipe(&d.bank, sizeof(d.bank));

	return code;
}

struct withdraw_list {
	const char *user_id;
	const struct wire_withdrawals_req *ask;
	struct wire_withdrawals_rsp *rsp;
};

static enum ykt_status
list_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct wire_withdrawals_rsp *rsp = arg;
	struct wire_withdrawal *row = &rsp->withdrawals[rsp->withdrawals_count];
	const struct row_col cols[] = { ROW_TEXT(row->withdraw_id), ROW_TEXT(row->account_id),
		ROW_TEXT(row->account), ROW_INT(&row->amount_fen), ROW_TEXT(row->state),
		ROW_TEXT(row->reason), ROW_INT(&row->made_ms) };

	if (rsp->withdrawals_count == WIRE_WITHDRAWALS_MAX)
		return YKT_E_SPACE;
	rsp->withdrawals_count++;

	return row_fill(vals, count, cols, YKT_ARRAY_LEN(cols));
}

static enum ykt_status
list_tx(struct ykt_tx *tx, void *arg)
{
	struct withdraw_list *list = arg;

	list->rsp->withdrawals_count = 0;

	return ykt_tx_query(tx,
	    "SELECT withdraw_id, account_id, account, amount_fen, state, reason, made_ms"
	    " FROM withdraw WHERE user_id = ?1 AND (?2 = 0 OR state = 'asked')"
	    " ORDER BY made_ms DESC, withdraw_id LIMIT ?3",
	    YKT_SQL_IN(ykt_sql_text(list->user_id), ykt_sql_int(list->ask->abnormal),
		ykt_sql_int(list->ask->limit)),
	    list_row, list->rsp, NULL);
}

/* As they stand; nobody is asked about them. */
int
op_wallet_withdrawals(struct platform_worker *w, const struct op_call *call, const void *req,
    void *rsp, struct wire_error *error)
{
	struct withdraw_list list = { .user_id = call->user_id, .ask = req, .rsp = rsp };
	enum ykt_status status = ykt_store_run(w->p->store, list_tx, &list);

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

static enum ykt_status
late_tx(struct ykt_tx *tx, void *arg)
{
	const struct withdrawing *d = arg;

	return room_case(tx, "withdraw", d->withdraw_id, d->now_ms);
}

enum ykt_status
withdraw_tick(struct platform_worker *w, const char *withdraw_id, int64_t tries, int64_t now_ms)
{
	struct withdrawing d = { .w = w, .withdraw_id = withdraw_id, .now_ms = now_ms };
	enum ykt_status status = run(&d);

	ykt_wipe(&d.bank, sizeof(d.bank));
	/* An open case, and asked for again all the same. */
	if (status != YKT_OK && status != YKT_E_DOWN && tries == WITHDRAW_CASE_TRIES)
		return ykt_store_run(w->p->store, late_tx, &d);

	return status;
}

enum ykt_status
withdraw_open(struct ykt_tx *tx, const char *user_id, const char *account_id, int64_t *ret_count)
{
	const struct row_col cols[] = { ROW_INT(ret_count) };

	return row_one(tx,
	    "SELECT COUNT(*) FROM withdraw WHERE user_id = ?1 AND state = 'asked'"
	    " AND (?2 = '' OR account_id = ?2)",
	    YKT_SQL_IN(ykt_sql_text(user_id), ykt_sql_text(account_id != NULL ? account_id : "")),
	    cols, 1);
}
