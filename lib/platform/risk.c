/*
 * The risk policy.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/risk.h"

#include <string.h>

#include "platform/idem.h"
#include "platform/rows.h"
#include "platform/system.h"
#include "wire/report.h"
#include "wire/version.h"
#include "wire/wallet_msg.h"

#define LOGIN "user.login"

/* What is said of a request; its reasons are the tokens of wire/report.h. */
struct verdict {
	unsigned findings;
	int code;           /* 0: it may go on */
	const char *reason; /* "allow" then */
};

/* Bits that we do not know are something that nobody here can judge. */
static unsigned
findings_of(const struct platform *p, const struct wire_request *request)
{
	unsigned findings = YKT_FINDING_UNKNOWN;

	if (request->has_findings)
		findings = (unsigned)request->findings;
	if ((findings & ~YKT_FINDING_ALL) != 0)
		findings = (findings & YKT_FINDING_ALL) | YKT_FINDING_UNKNOWN;

	return findings | system_findings(&p->o, request);
}

/* Nothing that was asked for is missing, and nothing was found. */
static bool
unremarkable(const struct wire_request *request, unsigned findings)
{
	return findings == 0 || (!request->has_findings && findings == YKT_FINDING_UNKNOWN);
}

/* The strictest of what the settings say about any of them. */
static enum platform_risk
action_of(const struct platform_settings *settings, unsigned findings)
{
	enum platform_risk worst = PLATFORM_RISK_ALLOW;

	for (unsigned i = 0; i < WIRE_FINDING_COUNT; i++) {
		if ((findings >> i & 1) != 0 && settings->risk[i] > worst)
			worst = settings->risk[i];
	}

	return worst;
}

/* What the request would spend at most; 0 where that was judged before. */
static ykt_fen
amount_of(const struct platform_settings *settings, const struct wire_op *op, const void *body)
{
	if (strcmp(op->op, "order.topup") == 0)
		return ((const struct wire_order_topup_req *)body)->amount_fen;
	if (strcmp(op->op, "order.open") == 0)
		return ((const struct wire_order_open_req *)body)->first_load_fen;
	if (strcmp(op->op, "order.wallet") == 0)
		return ((const struct wire_order_wallet_req *)body)->amount_fen;
	if (strcmp(op->op, "bill.pay") == 0)
		return ((const struct wire_bill_pay_req *)body)->amount_fen;

	return strcmp(op->op, "code.authorise") == 0 ? settings->code_limit_fen : 0;
}

static bool
too_old(const struct platform *p, const struct wire_request *request)
{
	struct wire_version version;

	if (!p->has_least)
		return false;

	return !request->has_version || wire_version_read(request->version, &version) != YKT_OK ||
	       wire_version_cmp(&version, &p->least) < 0;
}

static struct verdict
judge(const struct platform *p, const struct op_call *call, const struct wire_request *request,
    const void *body)
{
	const struct platform_settings *settings = &p->o.settings;
	struct verdict verdict = { .findings = findings_of(p, request), .reason = "allow" };
	enum platform_risk action = action_of(settings, verdict.findings);

	if (too_old(p, request)) {
		verdict.code = 426;
		verdict.reason = WIRE_ERR_UPDATE;
	} else if (action == PLATFORM_RISK_REFUSE &&
		   action_of(settings, verdict.findings & YKT_FINDING_ALL) != action) {
		verdict.code = 426;
		verdict.reason = WIRE_ERR_SYSTEM;
	} else if (action == PLATFORM_RISK_REFUSE) {
		verdict.code = 412;
		verdict.reason = WIRE_ERR_RISK;
	} else if (action == PLATFORM_RISK_LIMIT &&
		   amount_of(settings, call->op, body) > settings->risk_limit_fen) {
		verdict.code = 412;
		verdict.reason = WIRE_ERR_RISK_AMOUNT;
	}

	return verdict;
}

struct log {
	const struct op_call *call;
	const struct wire_request *request;
	const char *user_id;
	struct verdict verdict;
	bool repeat; /* of something that is known already */
};

static enum ykt_status
log_row(struct ykt_tx *tx, const struct log *log)
{
	char system[SYSTEM_TEXT_MAX];

	system_text(log->request, system);

	return row_exec(tx,
	    "INSERT INTO risk_log(time_ms, user_id, device, op, version, findings, verdict, system)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	    YKT_SQL_IN(ykt_sql_int(log->call->now_ms), ykt_sql_text(log->user_id),
		ykt_sql_blob(YKT_BYTES(log->call->device.xy)), ykt_sql_text(log->call->op->op),
		ykt_sql_text(log->request->version), ykt_sql_int((int64_t)log->verdict.findings),
		ykt_sql_text(log->verdict.reason), ykt_sql_text(system)));
}

/* A refusal looks first whether the key is known; only a new request is refused. */
static enum ykt_status
log_tx(struct ykt_tx *tx, void *arg)
{
	struct log *log = arg;
	struct idem_row row;
	enum ykt_status status = YKT_NOT_FOUND;

	log->repeat = false;
	if (log->verdict.code != 0 && log->call->idem != NULL)
		status = idem_find(tx, log->call, &row);
	if (status < YKT_OK)
		return status;
	log->repeat = status != YKT_NOT_FOUND;

	return log->repeat ? YKT_OK : log_row(tx, log);
}

int
risk_judge(struct platform_worker *w, const struct op_call *call,
    const struct wire_request *request, const void *body, struct wire_error *error)
{
	struct log log = { .call = call, .request = request, .user_id = call->user_id };
	enum ykt_status status;

	/* Whoever cannot log in cannot see what became of the money. */
	if (!wire_op_reports(call->op) || strcmp(call->op->op, LOGIN) == 0)
		return 0;
	log.verdict = judge(w->p, call, request, body);
	if (log.verdict.code == 0 && unremarkable(request, log.verdict.findings))
		return 0;
	status = ykt_store_run(w->p->store, log_tx, &log);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	if (log.verdict.code == 0 || log.repeat)
		return 0;
	room_trace(w, YKT_TRACE_SECURITY, log.verdict.reason, (int64_t)log.verdict.findings);

	return wire_error_set(error, log.verdict.code, log.verdict.reason, NULL);
}

/* Of a system that is old or unknown, where the policy is to say so. */
static void
advise(const struct platform_settings *settings, unsigned findings, struct wire_user_login_rsp *rsp)
{
	static const unsigned told[] = { WIRE_FINDING_SYSTEM_OLD, WIRE_FINDING_SYSTEM_UNKNOWN };

	for (unsigned i = YKT_FINDING_COUNT; i < WIRE_FINDING_COUNT; i++) {
		if ((findings & told[i - YKT_FINDING_COUNT]) == 0 ||
		    settings->risk[i] < PLATFORM_RISK_TELL)
			continue;
		rsp->has_advice = true;
		strcpy(rsp->advice, wire_token_text(&wire_findings, (int)i));
	}
}

void
risk_note(struct platform_worker *w, const struct op_call *call, const struct wire_request *request,
    struct wire_user_login_rsp *rsp)
{
	struct log log = { .call = call, .request = request, .user_id = rsp->user_id };
	unsigned findings = findings_of(w->p, request);
	enum ykt_status status;

	log.verdict = (struct verdict){ .findings = findings, .reason = "allow" };
	if (strcmp(call->op->op, LOGIN) != 0 || unremarkable(request, findings))
		return;
	advise(&w->p->o.settings, findings, rsp);
	status = ykt_store_run(w->p->store, log_tx, &log);
	/* The session stands: what it does with money is judged anew. */
	if (status != YKT_OK)
		room_trace(w, YKT_TRACE_ERROR, "risk_note", (int64_t)status);
}

enum ykt_status
risk_forget(struct ykt_tx *tx, const struct platform_settings *settings, int64_t now_ms)
{
	return row_exec(tx, "DELETE FROM risk_log WHERE time_ms < ?1",
	    YKT_SQL_IN(ykt_sql_int(now_ms - settings->risk_keep_ms)));
}
