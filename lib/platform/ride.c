/*
 * Rides by code from our gates: each code is charged once, whoever shows it.
 *
 * The platform believes no gate: it looks up the authorisation that it issued,
 * to the byte, and checks the rider's signature itself. What it cannot know, the
 * moment of the scan, decides nothing (I-23).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/civil.h>
#include <ykt/hex.h>

#include "code/code_qr.h"
#include "crypto/digest.h"
#include "platform/code.h"
#include "platform/gate_alarm.h"
#include "platform/rows.h"
#include "platform/tap.h"
#include "wire/ride_msg.h"

#define HEAD_LEN 3 /* fields 1 and 2 */
#define TAIL_LEN 69

/* One ride, judged as far as it can be without the database. */
struct judged {
	const char *fault; /* NULL: sound */
	struct code_qr code;
	uint8_t hash[32];      /* of the whole code */
	uint8_t auth_hash[32]; /* of fields 3 to 15 */
	int64_t time_ms;
};

struct rides {
	struct platform_worker *w;
	const struct wire_gate_rides_req *req;
	const char *gate; /* its name */
	struct wire_gate_rides_rsp *rsp;
	struct judged judged[WIRE_RIDES_MAX];
	int64_t now_ms;
};

/* The rider signed this very code. */
static enum ykt_status
check_rider(struct platform_worker *w, const struct code_qr *code, const char **ret_fault)
{
	struct crypto_sm2_pub rider;
	enum ykt_status status = crypto_sm2_decompress(w->crypto, code->auth.point, &rider);

	if (status == YKT_OK)
		status = crypto_sm2_verify(
		    w->crypto, &rider, (struct ykt_bytes){ 0 }, code->user_signed, code->sig);
	if (status != YKT_E_MAC && status != YKT_E_FORMAT)
		return status;
	*ret_fault = "signature";

	return YKT_OK;
}

static const char *
ride_fault(const struct platform *p, const struct wire_ride *ride, const struct judged *j)
{
	struct ykt_civil civil;

	if (wire_token_find(&wire_ride_kind, ride->kind) < 0)
		return "kind";
	if (!ykt_civil_from_bcd7(ride->datetime, &civil))
		return "datetime";
	if (ride->amount_fen > (int64_t)j->code.auth.limit_fen ||
	    ride->amount_fen > p->o.settings.tap_cap_fen)
		return "amount";
	if (j->code.generated_s > j->code.auth.expires_s)
		return "expired";

	return NULL;
}

static enum ykt_status
judge(struct platform_worker *w, const struct wire_ride *ride, struct judged *j)
{
	const struct ykt_bytes bytes = ykt_bytes(ride->code.data, ride->code.len);
	struct ykt_bytes auth;
	struct ykt_civil civil;
	enum ykt_status status = crypto_sm3(w->crypto, &bytes, 1, j->hash);

	if (status != YKT_OK)
		return status;
	if (code_qr_decode(bytes, &code_dialect_none, &j->code, NULL) != YKT_OK) {
		j->fault = "code";
		return YKT_OK;
	}
	auth = ykt_bytes_sub(bytes, HEAD_LEN, bytes.len - HEAD_LEN - TAIL_LEN);
	j->fault = ride_fault(w->p, ride, j);
	if (ykt_civil_from_bcd7(ride->datetime, &civil))
		j->time_ms = ykt_civil_to_ms(&civil);
	status = crypto_sm3(w->crypto, &auth, 1, j->auth_hash);
	if (status == YKT_OK && j->fault == NULL)
		status = check_rider(w, &j->code, &j->fault);

	return status;
}

static void
ride_ref(const struct rides *r, size_t i, char ret_ref[TAP_REF_MAX])
{
	char terminal[13];

	ykt_hex_encode(YKT_BYTES(r->req->terminal), terminal);
	ret_ref[0] = '\0';
	text_add(ret_ref, TAP_REF_MAX, "code ");
	text_add(ret_ref, TAP_REF_MAX, terminal);
	text_add(ret_ref, TAP_REF_MAX, " ");
	text_add_int(ret_ref, TAP_REF_MAX, r->req->rides[i].ride_seq, 1);
}

/* Keeps the evidence of a ride that was not taken. */
static enum ykt_status
keep_refused(struct ykt_tx *tx, const struct rides *r, size_t i, const char *reason)
{
	const struct wire_ride *ride = &r->req->rides[i];

	return row_exec(tx,
	    "INSERT INTO code_refused(terminal, ride_seq, reason, time_ms, amount_fen, code)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(r->req->terminal)), ykt_sql_int(ride->ride_seq),
		ykt_sql_text(reason), ykt_sql_int(r->now_ms), ykt_sql_int(ride->amount_fen),
		ykt_sql_blob(ykt_bytes(ride->code.data, ride->code.len))));
}

static enum ykt_status
open_case(struct ykt_tx *tx, const struct rides *r, size_t i)
{
	char ref[TAP_REF_MAX];
	enum ykt_status status;

	ride_ref(r, i, ref);
	status = room_case(tx, "ride", ref, r->now_ms);

	return status == YKT_OK ? keep_refused(tx, r, i, "case") : status;
}

/* A unique key stood against it: the same record again, or the same code elsewhere. */
static enum ykt_status
ride_again(struct ykt_tx *tx, const struct rides *r, size_t i, enum wire_upload_result *ret_result)
{
	const struct wire_ride *ride = &r->req->rides[i];
	int64_t same = 0;
	const struct row_col cols[] = { ROW_INT(&same) };
	enum ykt_status status;

	status = row_one(tx,
	    "SELECT COUNT(*) FROM code_ride WHERE terminal = ?1 AND ride_seq = ?2 AND hash = ?3"
	    " AND amount_fen = ?4 AND time_ms = ?5 AND kind = ?6",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(r->req->terminal)), ykt_sql_int(ride->ride_seq),
		ykt_sql_blob(YKT_BYTES(r->judged[i].hash)), ykt_sql_int(ride->amount_fen),
		ykt_sql_int(r->judged[i].time_ms), ykt_sql_text(ride->kind)),
	    cols, 1);
	if (status != YKT_OK)
		return status;
	*ret_result = same != 0 ? WIRE_UPLOAD_DUPLICATE : WIRE_UPLOAD_CASE;

	return same != 0 ? YKT_OK : open_case(tx, r, i);
}

/*
 * More debt than one authorisation may make: no new one, gates refuse those given, and a
 * person looks. One that is closed stays that.
 */
static enum ykt_status
watch_debt(struct ykt_tx *tx, const struct rides *r, const struct code_account *account)
{
	ykt_fen fen = 0;
	int64_t as_of_ms = 0;
	enum ykt_status status = ledger_balance(tx, LEDGER_USER, account->user_id, &fen, &as_of_ms);

	if (status != YKT_OK || fen >= -r->w->p->o.settings.code_debt_fen)
		return status;
	status = room_case(tx, "code_debt", account->user_no, r->now_ms);

	if (status == YKT_OK)
		status = code_account_freeze(tx, account->user_no, true);

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

static enum ykt_status
post(struct ykt_tx *tx, const struct rides *r, const struct ledger_writer *writer, size_t i,
    const struct code_account *account)
{
	char ref[TAP_REF_MAX];
	struct ledger_draft draft;
	enum ykt_status status;

	ride_ref(r, i, ref);
	draft = ledger_draft("ride", ref);
	ledger_pair(&draft, LEDGER_USER, account->user_id, LEDGER_MERCHANT, r->w->p->o.city,
	    r->req->rides[i].amount_fen);
	status = ledger_post(tx, writer, &draft);

	return status == YKT_OK ? watch_debt(tx, r, account) : status;
}

static enum ykt_status
take(struct ykt_tx *tx, const struct rides *r, const struct ledger_writer *writer, size_t i,
    enum wire_upload_result *ret_result)
{
	const struct wire_ride *ride = &r->req->rides[i];
	const struct judged *j = &r->judged[i];
	struct code_account account;
	int64_t changed = 0;
	enum ykt_status status = YKT_NOT_FOUND;

	if (j->fault == NULL)
		status = code_issued_to(tx, j->auth_hash, &account);
	if (status == YKT_NOT_FOUND)
		return keep_refused(tx, r, i, j->fault != NULL ? j->fault : "issuer");
	if (status == YKT_OK)
		status = ykt_tx_query(tx,
		    "INSERT INTO code_ride(terminal, ride_seq, hash, user_id, user_no, generated_s,"
		    " kind, amount_fen, time_ms, taken_ms, code) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7,"
		    " ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING",
		    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(r->req->terminal)),
			ykt_sql_int(ride->ride_seq), ykt_sql_blob(YKT_BYTES(j->hash)),
			ykt_sql_text(account.user_id), ykt_sql_text(account.user_no),
			ykt_sql_int(j->code.generated_s), ykt_sql_text(ride->kind),
			ykt_sql_int(ride->amount_fen), ykt_sql_int(j->time_ms),
			ykt_sql_int(r->now_ms),
			ykt_sql_blob(ykt_bytes(ride->code.data, ride->code.len))),
		    NULL, NULL, &changed);
	if (status != YKT_OK)
		return status;
	if (changed == 0)
		return ride_again(tx, r, i, ret_result);
	*ret_result = WIRE_UPLOAD_POSTED;

	return post(tx, r, writer, i, &account);
}

static enum tap_column
column(enum wire_upload_result result)
{
	if (result == WIRE_UPLOAD_POSTED)
		return TAP_COLUMN_POSTED;

	return result == WIRE_UPLOAD_DUPLICATE ? TAP_COLUMN_DUPLICATE : TAP_COLUMN_REFUSED;
}

static enum ykt_status
rides_tx(struct ykt_tx *tx, void *arg)
{
	struct rides *r = arg;
	struct ledger_writer writer = room_writer(r->w, r->now_ms);
	struct tap_tally tally = { { 0 }, { 0 } };
	char source[13];
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < r->req->rides_count && status == YKT_OK; i++) {
		enum wire_upload_result result = WIRE_UPLOAD_REFUSED;

		status = take(tx, r, &writer, i, &result);
		wire_token_set(&wire_upload_result, (int)result, r->rsp->results[i].result,
		    sizeof(r->rsp->results[i].result));
		tally.count[column(result)]++;
		tally.sum[column(result)] += r->req->rides[i].amount_fen;
	}
	ykt_hex_encode(YKT_BYTES(r->req->terminal), source);
	if (status == YKT_OK && r->req->rides_count != 0)
		status = tap_batch(tx, source, r->req->batch_id, &tally, r->now_ms);
	if (status == YKT_OK)
		status = gate_alarm_end(tx, r->gate, r->now_ms);

	return status;
}

int
room_gate_rides(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	struct rides r = {
		.w = w, .req = req, .gate = http->peer, .rsp = rsp, .now_ms = room_now(w)
	};
	enum ykt_status status = YKT_OK;

	if (!room_gate_is(http->peer, r.req->terminal))
		return wire_error_set(error, 403, WIRE_ERR_FORBIDDEN, "not your terminal");
	if (!wire_id_valid(r.req->batch_id))
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "batch_id");
	for (size_t i = 0; i < r.req->rides_count && status == YKT_OK; i++)
		status = judge(w, &r.req->rides[i], &r.judged[i]);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, rides_tx, &r);
	/* R7: acknowledged only now that it is durable. */
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	text_set(r.rsp->batch_id, sizeof(r.rsp->batch_id), r.req->batch_id);
	r.rsp->results_count = r.req->rides_count;

	return 200;
}
