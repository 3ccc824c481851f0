/*
 * Clearing: what we tell the issuer of a foreign card, and what issuers' peers
 * tell us (docs/protocol.md section 7).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/acquirer.h"
#include "platform/issuer.h"
#include "platform/rows.h"
#include "platform/work.h"

struct clearing {
	struct platform_worker *w;
	const char *city;
	int64_t now_ms;
	struct wire_clear_submit_req *req;
	struct wire_clear_submit_rsp *rsp;
	int64_t tap_ids[WIRE_TAPS_MAX];
	bool more;
};

static enum ykt_status
clearing_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct clearing *c = arg;
	uint8_t record[TAP_RECORD_LEN];
	const struct row_col cols[] = { ROW_INT(&c->tap_ids[c->req->records_count]),
		ROW_BLOB(record) };
	enum ykt_status status;

	if (c->req->records_count == WIRE_TAPS_MAX)
		return YKT_E_SPACE;
	status = row_fill(vals, count, cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_OK)
		tap_decode(record, &c->req->records[c->req->records_count++]);

	return status;
}

static enum ykt_status
clearing_read_tx(struct ykt_tx *tx, void *arg)
{
	struct clearing *c = arg;
	enum ykt_status status;

	c->req->records_count = 0;
	status = ykt_tx_query(tx,
	    "SELECT tap_id, record FROM tap WHERE issuer = ?1 AND send = 1 ORDER BY tap_id LIMIT "
	    "64",
	    YKT_SQL_IN(ykt_sql_text(c->city)), clearing_row, c, NULL);
	if (status == YKT_OK && c->req->records_count == 0)
		status = work_done(tx, WORK_CLEAR, c->city);

	return status;
}

/* The issuer does not own up to it: the provisional credit goes back, in both books. */
static enum ykt_status
clearing_dispute(struct ykt_tx *tx, const struct clearing *c, const struct wire_tap *tap)
{
	struct ledger_writer writer = room_writer(c->w, c->now_ms);
	struct ledger_draft draft;
	char ref[TAP_REF_MAX];
	enum ykt_status status;

	tap_ref(c->w->p->o.city, tap, ref);
	draft = ledger_draft("dispute", ref);
	ledger_pair(
	    &draft, LEDGER_MERCHANT, c->w->p->o.city, LEDGER_CLEARING, c->city, tap->amount_fen);
	status = ledger_post(tx, &writer, &draft);
	if (status == YKT_OK)
		status = room_case(tx, "dispute", ref, c->now_ms);

	return status;
}

/* One record's answer; a row that has changed since it was read keeps its turn. */
static enum ykt_status
clearing_apply(struct ykt_tx *tx, const struct clearing *c, size_t i)
{
	const struct wire_tap *tap = &c->req->records[i];
	int result = wire_token_find(&wire_clear_result, c->rsp->results[i].result);
	bool good = result == WIRE_CLEAR_GOOD || result == WIRE_CLEAR_DUPLICATE;
	const char *state = !tap->confirmed ? TAP_FORWARDED : good ? TAP_CLEARED : TAP_DISPUTED;
	uint8_t record[TAP_RECORD_LEN];
	int64_t changed = 0;
	enum ykt_status status;

	tap_encode(tap, record);
	status = ykt_tx_query(tx,
	    "UPDATE tap SET state = ?1, send = 0 WHERE tap_id = ?2 AND send = 1 AND record = ?3",
	    YKT_SQL_IN(
		ykt_sql_text(state), ykt_sql_int(c->tap_ids[i]), ykt_sql_blob(YKT_BYTES(record))),
	    NULL, NULL, &changed);
	if (status == YKT_OK && changed == 1 && !good && tap->confirmed)
		status = clearing_dispute(tx, c, tap);

	return status;
}

static enum ykt_status
clearing_book_tx(struct ykt_tx *tx, void *arg)
{
	struct clearing *c = arg;
	int64_t left = 0;
	const struct row_col cols[] = { ROW_INT(&left) };
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < c->req->records_count && status == YKT_OK; i++)
		status = clearing_apply(tx, c, i);
	if (status == YKT_OK)
		status =
		    row_one(tx, "SELECT EXISTS (SELECT 1 FROM tap WHERE issuer = ?1 AND send = 1)",
			YKT_SQL_IN(ykt_sql_text(c->city)), cols, 1);
	c->more = left != 0;
	if (status == YKT_OK)
		status = c->more ? work_set(tx, WORK_CLEAR, c->city, c->now_ms, c->now_ms)
				 : work_done(tx, WORK_CLEAR, c->city);

	return status;
}

static bool
answer_valid(const struct clearing *c)
{
	if (c->rsp->results_count != c->req->records_count ||
	    strcmp(c->rsp->batch_id, c->req->batch_id) != 0)
		return false;
	for (size_t i = 0; i < c->rsp->results_count; i++) {
		if (wire_token_find(&wire_clear_result, c->rsp->results[i].result) < 0)
			return false;
	}

	return true;
}

enum ykt_status
clear_run(struct platform_worker *w, const char *city, int64_t now_ms)
{
	struct clearing c = {
		.w = w,
		.city = city,
		.now_ms = now_ms,
		.req = &w->call.submit.req,
		.rsp = &w->call.submit.rsp,
	};
	const struct platform_peer *peer = room_peer_city(w->p, city);
	enum ykt_status status;

	if (peer == NULL)
		return YKT_E_NET; /* no way to that city in this configuration: kept */
	status = room_ids(w, &c.req->batch_id, 1);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, clearing_read_tx, &c);
	if (status != YKT_OK || c.req->records_count == 0)
		return status;
	text_set(c.req->city, sizeof(c.req->city), w->p->o.city);
	status = wire_call(peer->http, WIRE_PATH_CLEAR_SUBMIT, &wire_clear_submit_req_msg, c.req,
	    &wire_clear_submit_rsp_msg, c.rsp, w->calls, room_deadline(w, 0), NULL);
	if (status == YKT_OK && !answer_valid(&c))
		status = YKT_E_SERVER;
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, clearing_book_tx, &c);

	return status == YKT_OK && c.more ? YKT_PENDING : status;
}

struct submitted {
	struct platform_worker *w;
	const struct wire_clear_submit_req *req;
	struct wire_clear_submit_rsp *rsp;
	bool ours[WIRE_TAPS_MAX]; /* sound, and of a card of ours */
	bool ask[WIRE_TAPS_MAX];
	bool good[WIRE_TAPS_MAX];
	int64_t now_ms;
};

static enum ykt_status
submitted_one(struct ykt_tx *tx, struct submitted *s, const struct ledger_writer *writer, size_t i,
    struct tap_tally *tally)
{
	static const struct {
		enum wire_clear_result result;
		enum tap_column column;
	} outcomes[] = {
		[ISSUER_TAKEN] = { WIRE_CLEAR_GOOD, TAP_COLUMN_POSTED },
		[ISSUER_DUPLICATE] = { WIRE_CLEAR_DUPLICATE, TAP_COLUMN_DUPLICATE },
		[ISSUER_SUSPENSE] = { WIRE_CLEAR_GOOD, TAP_COLUMN_SUSPENSE },
		[ISSUER_BAD_TAC] = { WIRE_CLEAR_BAD_TAC, TAP_COLUMN_REFUSED },
		[ISSUER_CASE] = { WIRE_CLEAR_CASE, TAP_COLUMN_REFUSED },
	};
	const struct wire_tap *tap = &s->req->records[i];
	enum issuer_verdict verdict = ISSUER_CASE;
	enum ykt_status status = YKT_OK;

	if (s->ours[i])
		status = issuer_take(tx, writer, s->w->p, s->req->city, tap, s->good[i], &verdict);
	else
		status = tap_refuse(tx, s->req->city, tap, "unsound", s->now_ms);
	if (status != YKT_OK)
		return status;
	wire_token_set(&wire_clear_result, (int)outcomes[verdict].result, s->rsp->results[i].result,
	    sizeof(s->rsp->results[i].result));
	tap_tally_add(tally, outcomes[verdict].column, tap);

	return YKT_OK;
}

static enum ykt_status
submitted_tx(struct ykt_tx *tx, void *arg)
{
	struct submitted *s = arg;
	struct ledger_writer writer = room_writer(s->w, s->now_ms);
	struct tap_tally tally = { { 0 }, { 0 } };
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < s->req->records_count && status == YKT_OK; i++)
		status = submitted_one(tx, s, &writer, i, &tally);
	if (status == YKT_OK && s->req->records_count != 0)
		status = tap_batch(tx, s->req->city, s->req->batch_id, &tally, s->now_ms);

	return status;
}

/* A platform speaks for its own city alone. */
static bool
peer_speaks_for(const struct platform *p, const char *peer, const char *city)
{
	static const char role[] = "platform-";

	return strcmp(city, p->o.city) != 0 && room_peer_city(p, city) != NULL &&
	       strncmp(peer, role, strlen(role)) == 0 && strcmp(peer + strlen(role), city) == 0;
}

int
room_clear_submit(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	struct submitted s = { .w = w, .req = req, .rsp = rsp, .now_ms = room_now(w) };
	enum ykt_status status;

	if (!peer_speaks_for(w->p, http->peer, s.req->city))
		return wire_error_set(error, 403, WIRE_ERR_FORBIDDEN, "not your city");
	if (!wire_id_valid(s.req->batch_id))
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "batch_id");
	for (size_t i = 0; i < s.req->records_count; i++) {
		const struct wire_tap *tap = &s.req->records[i];

		s.ours[i] = tap_fault(w->p, tap) == NULL &&
			    ykt_bytes_equal(YKT_BYTES(tap->issuer), YKT_BYTES(w->p->o.issuer));
		s.ask[i] = s.ours[i] && tap->confirmed;
	}
	status = tap_verify(
	    w, s.req->records, s.req->records_count, s.ask, http->deadline_mono_ms, s.good);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, submitted_tx, &s);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	text_set(s.rsp->batch_id, sizeof(s.rsp->batch_id), s.req->batch_id);
	s.rsp->results_count = s.req->records_count;

	return 200;
}
