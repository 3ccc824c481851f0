/*
 * Paying a merchant's money out into a bound account, once for an id.
 *
 * What was decided for an id stays so: a payout that was refused is never made later, however
 * often and whenever it is asked for again, so that the merchant may give its money elsewhere.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "psp/internal.h"
#include "wire/payout_msg.h"

#define TOKEN_LEN 16

struct payout {
	const char *merchant;
	const struct wire_psp_payout_req *req;
	const struct psp *psp;
	int64_t now_ms;
	bool found; /* it was decided before */
	bool same;  /* and for the same content */
	bool bound;
	char account[PSP_NAME_MAX + 1];
	char state[17];
	char reason[33];
};

static enum ykt_status
read_before(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct payout *p = arg;
	char bind_id[33];

	if (count != 4)
		return YKT_E_INTERNAL;
	p->found = true;
	psp_text_copy(&cols[0], bind_id, sizeof(bind_id));
	p->same = strcmp(bind_id, p->req->bind_id) == 0 && cols[1].i == p->req->amount_fen;
	psp_text_copy(&cols[2], p->state, sizeof(p->state));
	psp_text_copy(&cols[3], p->reason, sizeof(p->reason));
	return YKT_OK;
}

static enum ykt_status
read_bind(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct payout *p = arg;

	if (count != 2 || cols[1].bytes.len != TOKEN_LEN)
		return YKT_E_CORRUPT;
	psp_text_copy(&cols[0], p->account, sizeof(p->account));
	p->bound = ykt_ct_equal(cols[1].bytes.data, p->req->token, TOKEN_LEN);
	return YKT_OK;
}

/* A token for no; "". */
static const char *
judge(const struct payout *p)
{
	const struct psp_account *account = psp_account_of(p->psp, p->account);

	if (!p->bound)
		return "account_unbound";
	if (account == NULL)
		return "account_unknown";
	return account->blocked ? "account_blocked" : "";
}

static enum ykt_status
give(struct ykt_tx *tx, const struct payout *p)
{
	return ykt_tx_query(tx,
	    "INSERT INTO account (ref, taken, given) VALUES (?1, 0, ?2)"
	    " ON CONFLICT (ref) DO UPDATE SET given = given + excluded.given",
	    YKT_SQL_IN(ykt_sql_text(p->account), ykt_sql_int(p->req->amount_fen)), NULL, NULL,
	    NULL);
}

static enum ykt_status
payout_tx(struct ykt_tx *tx, void *arg)
{
	struct payout *p = arg;
	const struct wire_psp_payout_req *req = p->req;
	enum ykt_status status;

	p->found = p->bound = false;
	status = ykt_tx_query(tx,
	    "SELECT bind_id, amount, state, reason FROM payout"
	    " WHERE merchant = ?1 AND payout_id = ?2",
	    YKT_SQL_IN(ykt_sql_text(p->merchant), ykt_sql_text(req->payout_id)), read_before, p,
	    NULL);
	if (status != YKT_OK || p->found)
		return status == YKT_OK && !p->same ? YKT_MISMATCH : status;
	status = ykt_tx_query(tx,
	    "SELECT account, token FROM bind"
	    " WHERE merchant = ?1 AND bind_id = ?2 AND state = 'bound'",
	    YKT_SQL_IN(ykt_sql_text(p->merchant), ykt_sql_text(req->bind_id)), read_bind, p, NULL);
	if (status != YKT_OK)
		return status;
	strcpy(p->reason, judge(p));
	strcpy(p->state, p->reason[0] == '\0' ? "done" : "refused");
	status = ykt_tx_query(tx,
	    "INSERT INTO payout (merchant, payout_id, bind_id, amount, account, state, reason,"
	    " made_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	    YKT_SQL_IN(ykt_sql_text(p->merchant), ykt_sql_text(req->payout_id),
		ykt_sql_text(req->bind_id), ykt_sql_int(req->amount_fen), ykt_sql_text(p->account),
		ykt_sql_text(p->state), ykt_sql_text(p->reason), ykt_sql_int(p->now_ms)),
	    NULL, NULL, NULL);
	return status == YKT_OK && p->reason[0] == '\0' ? give(tx, p) : status;
}

void
psp_handle_payout(
    void *worker_arg, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct psp_worker *worker = worker_arg;
	const struct psp_merchant *merchant = NULL;
	struct wire_psp_payout_req msg;
	struct wire_psp_payout_rsp out = { .payout_id = "" };
	struct payout payout = { .req = &msg, .psp = worker->psp, .now_ms = psp_wall(worker) };
	enum ykt_status status =
	    psp_request(worker, req, &wire_psp_payout_req_msg, &msg, &msg.ts_ms, &merchant);

	if (status == YKT_OK &&
	    (!wire_id_valid(msg.payout_id) || !wire_id_valid(msg.bind_id) || msg.amount_fen <= 0))
		status = YKT_E_ARG;
	if (status == YKT_OK) {
		payout.merchant = merchant->name;
		status = ykt_store_run(worker->psp->options.store, payout_tx, &payout);
	}
	ykt_wipe(msg.token, sizeof(msg.token));
	if (status != YKT_OK) {
		psp_fail(rsp, status);
		return;
	}
	memcpy(out.payout_id, msg.payout_id, sizeof(out.payout_id));
	out.amount_fen = msg.amount_fen;
	memcpy(out.state, payout.state, sizeof(out.state));
	memcpy(out.reason, payout.reason, sizeof(out.reason));
	psp_answer(worker, rsp, &wire_psp_payout_rsp_msg, &out);
}
