/*
 * Bindings in the database, and payments from what is bound.
 *
 * A try at a code is written before its answer goes out. What is bound is so by a
 * unique row: of two bindings of one account to one user the second is refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "psp/internal.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

static void
set(char *field, size_t size, const char *text)
{
	const struct ykt_sql_val val = ykt_sql_text(text);

	psp_text_copy(&val, field, size);
}

#define SET(field, text) set((field), sizeof(field), (text))

static enum ykt_status
read_bind(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct psp_bind *bind = arg;

	if (count != 9 || cols[7].bytes.len != sizeof(bind->token) ||
	    cols[8].bytes.len != sizeof(bind->print))
		return YKT_E_CORRUPT;
	bind->found = true;
	psp_text_copy(&cols[0], bind->user, sizeof(bind->user));
	psp_text_copy(&cols[1], bind->account, sizeof(bind->account));
	psp_text_copy(&cols[2], bind->state, sizeof(bind->state));
	psp_text_copy(&cols[3], bind->reason, sizeof(bind->reason));
	bind->tries = cols[4].i;
	bind->sent = cols[5].i;
	bind->made_ms = cols[6].i;
	memcpy(bind->token, cols[7].bytes.data, sizeof(bind->token));
	memcpy(bind->print, cols[8].bytes.data, sizeof(bind->print));
	return YKT_OK;
}

/* By merchant and bind_id, which stay. ret_bind->found tells. */
static enum ykt_status
get(struct ykt_tx *tx, const struct psp_bind *of, struct psp_bind *ret_bind)
{
	struct psp_bind bind = { .found = false };
	enum ykt_status status;

	SET(bind.merchant, of->merchant);
	SET(bind.bind_id, of->bind_id);
	status = ykt_tx_query(tx,
	    "SELECT user, account, state, reason, tries, sent, made_ms, token, print FROM bind"
	    " WHERE merchant = ?1 AND bind_id = ?2",
	    YKT_SQL_IN(ykt_sql_text(of->merchant), ykt_sql_text(of->bind_id)), read_bind, &bind,
	    NULL);
	if (status == YKT_OK)
		*ret_bind = bind;
	ykt_wipe(&bind, sizeof(bind));
	return status;
}

static enum ykt_status
put_state(struct ykt_tx *tx, const struct psp_bind *bind)
{
	return ykt_tx_query(tx,
	    "UPDATE bind SET state = ?3, reason = ?4, tries = ?5, token = ?6"
	    " WHERE merchant = ?1 AND bind_id = ?2",
	    YKT_SQL_IN(ykt_sql_text(bind->merchant), ykt_sql_text(bind->bind_id),
		ykt_sql_text(bind->state), ykt_sql_text(bind->reason), ykt_sql_int(bind->tries),
		ykt_sql_blob(YKT_BYTES(bind->token))),
	    NULL, NULL, NULL);
}

static void
refuse(struct psp_bind *bind, const char *reason)
{
	SET(bind->state, "refused");
	SET(bind->reason, reason);
	ykt_wipe(bind->token, sizeof(bind->token));
}

struct job {
	struct psp_bind *bind; /* what was asked; it stays, the function may run twice */
	struct psp_bind now;   /* as it is afterwards */
	bool good;
	int64_t now_ms;
};

static enum ykt_status
run(const struct ykt_store *store, ykt_store_fn *fn, struct job *job)
{
	enum ykt_status status = ykt_store_run(store, fn, job);

	if (status == YKT_OK)
		*job->bind = job->now;
	ykt_wipe(&job->now, sizeof(job->now));
	return status;
}

static enum ykt_status
read_counts(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	int64_t *counts = arg;

	for (size_t i = 0; i < 3 && i < count; i++)
		counts[i] = cols[i].i;
	return count == 3 ? YKT_OK : YKT_E_INTERNAL;
}

/* Why it cannot be bound now, though its holder was named; or nothing. */
static enum ykt_status
check_limits(struct ykt_tx *tx, struct psp_bind *bind, int64_t now_ms)
{
	int64_t counts[3] = { 0 };
	enum ykt_status status = ykt_tx_query(tx,
	    "SELECT (SELECT count(*) FROM bind WHERE merchant = ?1 AND user = ?2 AND made_ms > ?4"
	    " AND reason <> 'too_often'),"
	    " (SELECT count(*) FROM bind WHERE account = ?3 AND account <> '' AND made_ms > ?5"
	    " AND reason = 'code_tries'),"
	    " (SELECT count(*) FROM bind WHERE merchant = ?1 AND user = ?2 AND account = ?3"
	    " AND state = 'bound')",
	    YKT_SQL_IN(ykt_sql_text(bind->merchant), ykt_sql_text(bind->user),
		ykt_sql_text(bind->account), ykt_sql_int(now_ms - HOUR_MS),
		ykt_sql_int(now_ms - DAY_MS)),
	    read_counts, counts, NULL);

	if (status != YKT_OK)
		return status;
	if (counts[0] >= PSP_BINDS_HOUR || counts[1] >= PSP_SPENT_DAY)
		refuse(bind, "too_often");
	else if (strcmp(bind->state, "waiting") == 0 && counts[2] != 0)
		refuse(bind, "account_bound");
	return YKT_OK;
}

static enum ykt_status
begin_tx(struct ykt_tx *tx, void *arg)
{
	struct job *job = arg;
	struct psp_bind fresh = *job->bind;
	enum ykt_status status = get(tx, job->bind, &job->now);

	if (status == YKT_OK && job->now.found)
		return strcmp(job->now.user, fresh.user) == 0 &&
			       ykt_ct_equal(job->now.print, fresh.print, sizeof(fresh.print))
			   ? YKT_OK
			   : YKT_MISMATCH;
	if (status == YKT_OK)
		status = check_limits(tx, &fresh, job->now_ms);
	if (status != YKT_OK)
		return status;
	status = ykt_tx_query(tx,
	    "INSERT INTO bind (merchant, bind_id, user, account, state, reason, tries, sent,"
	    " made_ms, token, print) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, ?7, ?8, ?9)",
	    YKT_SQL_IN(ykt_sql_text(fresh.merchant), ykt_sql_text(fresh.bind_id),
		ykt_sql_text(fresh.user), ykt_sql_text(fresh.account), ykt_sql_text(fresh.state),
		ykt_sql_text(fresh.reason), ykt_sql_int(job->now_ms),
		ykt_sql_blob(YKT_BYTES(fresh.token)), ykt_sql_blob(YKT_BYTES(fresh.print))),
	    NULL, NULL, NULL);
	return status == YKT_OK ? get(tx, job->bind, &job->now) : status;
}

enum ykt_status
psp_bind_begin(const struct ykt_store *store, struct psp_bind *bind, int64_t now_ms)
{
	struct job job = { .bind = bind, .now_ms = now_ms };

	return run(store, begin_tx, &job);
}

static enum ykt_status
sent_tx(struct ykt_tx *tx, void *arg)
{
	const struct psp_bind *bind = arg;

	return ykt_tx_query(tx, "UPDATE bind SET sent = 1 WHERE merchant = ?1 AND bind_id = ?2",
	    YKT_SQL_IN(ykt_sql_text(bind->merchant), ykt_sql_text(bind->bind_id)), NULL, NULL,
	    NULL);
}

enum ykt_status
psp_bind_sent(const struct ykt_store *store, const struct psp_bind *bind)
{
	struct psp_bind copy = *bind;
	enum ykt_status status = ykt_store_run(store, sent_tx, &copy);

	ykt_wipe(&copy, sizeof(copy));
	return status;
}

static enum ykt_status
get_known(struct ykt_tx *tx, struct job *job)
{
	enum ykt_status status = get(tx, job->bind, &job->now);

	return status == YKT_OK && !job->now.found ? YKT_NOT_FOUND : status;
}

static enum ykt_status
try_tx(struct ykt_tx *tx, void *arg)
{
	struct job *job = arg;
	struct psp_bind *now = &job->now;
	enum ykt_status status = get_known(tx, job);

	if (status != YKT_OK || strcmp(now->state, "waiting") != 0)
		return status;
	if (job->now_ms - now->made_ms > PSP_BIND_LIFE_MS)
		refuse(now, "code_late");
	else if (job->good) {
		SET(now->state, "bound");
		SET(now->reason, "");
		memcpy(now->token, job->bind->token, sizeof(now->token));
	} else if (++now->tries >= PSP_BIND_TRIES)
		refuse(now, "code_tries");
	else
		SET(now->reason, "code_wrong");
	status = put_state(tx, now);
	if (status == YKT_CONFLICT) { /* a twin was bound first */
		refuse(now, "account_bound");
		status = put_state(tx, now);
	}
	return status;
}

enum ykt_status
psp_bind_try(const struct ykt_store *store, struct psp_bind *bind, bool good, int64_t now_ms)
{
	struct job job = { .bind = bind, .good = good, .now_ms = now_ms };

	return run(store, try_tx, &job);
}

static enum ykt_status
get_tx(struct ykt_tx *tx, void *arg)
{
	return get_known(tx, arg);
}

enum ykt_status
psp_bind_get(const struct ykt_store *store, struct psp_bind *bind)
{
	struct job job = { .bind = bind };

	return run(store, get_tx, &job);
}

static enum ykt_status
end_tx(struct ykt_tx *tx, void *arg)
{
	struct job *job = arg;
	enum ykt_status status = get_known(tx, job);

	if (status != YKT_OK || strcmp(job->now.state, "refused") == 0)
		return status;
	SET(job->now.state, "unbound");
	SET(job->now.reason, "");
	ykt_wipe(job->now.token, sizeof(job->now.token));
	return put_state(tx, &job->now);
}

enum ykt_status
psp_bind_end(const struct ykt_store *store, struct psp_bind *bind)
{
	struct job job = { .bind = bind };

	return run(store, end_tx, &job);
}

const struct psp_account *
psp_account_of(const struct psp *psp, const char *ref)
{
	for (size_t i = 0; i < psp->options.account_count; i++) {
		if (strcmp(psp->options.accounts[i].ref, ref) == 0)
			return &psp->options.accounts[i];
	}
	return NULL;
}

static enum ykt_status
read_int(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	*(int64_t *)arg = cols[0].i;
	return count == 1 ? YKT_OK : YKT_E_INTERNAL;
}

/* Out of the account, never more than it has. A token for no; NULL. */
static enum ykt_status
take(struct ykt_tx *tx, const struct psp_account *account, struct psp_charge *charge)
{
	int64_t amount = charge->req->amount_fen, taken = 0;
	enum ykt_status status =
	    ykt_tx_query(tx, "SELECT taken - given FROM account WHERE ref = ?1",
		YKT_SQL_IN(ykt_sql_text(account->ref)), read_int, &taken, NULL);

	if (status != YKT_OK)
		return status;
	if (amount > account->funds_fen - taken) {
		charge->reason = "account_funds";
		return YKT_OK;
	}
	status = ykt_tx_query(tx,
	    "INSERT INTO account (ref, taken) VALUES (?1, ?2)"
	    " ON CONFLICT (ref) DO UPDATE SET taken = taken + excluded.taken",
	    YKT_SQL_IN(ykt_sql_text(account->ref), ykt_sql_int(amount)), NULL, NULL, NULL);
	if (status == YKT_OK)
		status = ykt_tx_query(tx, "UPDATE pay SET account = ?2 WHERE prepay_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(charge->req->prepay_id), ykt_sql_text(account->ref)),
		    NULL, NULL, NULL);
	return status == YKT_OK
		   ? psp_pay_settle(tx, charge->req->prepay_id, charge->notice_id, charge->now_ms)
		   : status;
}

/* Is the binding one that pays? *ret_account, or charge->reason. */
static void
judge(const struct psp_bind *bind, struct psp_charge *charge, const struct psp_account **ret)
{
	const struct psp_account *account = psp_account_of(charge->psp, bind->account);

	if (!bind->found || strcmp(bind->state, "bound") != 0 ||
	    !ykt_ct_equal(bind->token, charge->req->token, sizeof(bind->token)))
		charge->reason = "account_unbound";
	else if (account == NULL)
		charge->reason = "account_unknown";
	else if (account->blocked)
		charge->reason = "account_blocked";
	*ret = account;
}

static enum ykt_status
charge_tx(struct ykt_tx *tx, void *arg)
{
	struct psp_charge *charge = arg;
	const struct wire_psp_charge_req *req = charge->req;
	const struct psp_account *account = NULL;
	struct psp_bind bind = { .found = false };
	struct psp_pay pay;
	enum ykt_status status = psp_pay_get(tx, req->prepay_id, &pay);

	charge->reason = NULL;
	if (status == YKT_OK && (!pay.found || strcmp(pay.merchant, charge->merchant) != 0))
		status = YKT_NOT_FOUND;
	else if (status == YKT_OK && pay.amount_fen != req->amount_fen)
		status = YKT_DENIED;
	if (status == YKT_OK && strcmp(pay.state, "waiting") == 0) {
		SET(bind.merchant, charge->merchant);
		SET(bind.bind_id, req->bind_id);
		status = get(tx, &bind, &bind);
		if (status == YKT_OK)
			judge(&bind, charge, &account);
		if (status == YKT_OK && charge->reason == NULL)
			status = take(tx, account, charge);
	}
	ykt_wipe(&bind, sizeof(bind));
	ykt_wipe(&pay, sizeof(pay));
	return status;
}

enum ykt_status
psp_charge(const struct ykt_store *store, struct psp_charge *charge)
{
	return ykt_store_run(store, charge_tx, charge);
}
