/*
 * What our gates send and ask: uploads of taps, parameters.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "platform/acquirer.h"
#include "platform/blacklist.h"
#include "platform/chain.h"
#include "platform/gate_alarm.h"
#include "platform/issuer.h"
#include "platform/rows.h"

struct upload {
	struct platform_worker *w;
	const struct wire_gate_upload_req *req;
	const char *gate; /* its name */
	struct wire_gate_upload_rsp *rsp;
	const char *fault[WIRE_TAPS_MAX];                /* NULL: sound */
	const struct platform_peer *peer[WIRE_TAPS_MAX]; /* NULL: our own card */
	bool ask[WIRE_TAPS_MAX];
	bool good[WIRE_TAPS_MAX];
	int64_t now_ms;
};

static void
upload_sort(struct upload *u)
{
	const struct platform *p = u->w->p;

	for (size_t i = 0; i < u->req->records_count; i++) {
		const struct wire_tap *tap = &u->req->records[i];
		bool own = ykt_bytes_equal(YKT_BYTES(tap->issuer), YKT_BYTES(p->o.issuer));

		u->fault[i] = tap_fault(p, tap);
		if (!ykt_bytes_equal(YKT_BYTES(tap->terminal), YKT_BYTES(u->req->terminal)))
			u->fault[i] = "terminal";
		u->peer[i] = own ? NULL : room_peer_issuer(p, tap->issuer);
		if (!own && u->peer[i] == NULL)
			u->fault[i] = "issuer";
		u->ask[i] = own && u->fault[i] == NULL && tap->confirmed;
	}
}

static enum ykt_status
upload_own(struct ykt_tx *tx, struct upload *u, const struct ledger_writer *writer, size_t i,
    enum wire_upload_result *ret_result)
{
	static const enum wire_upload_result results[] = {
		[ISSUER_TAKEN] = WIRE_UPLOAD_POSTED,
		[ISSUER_DUPLICATE] = WIRE_UPLOAD_DUPLICATE,
		[ISSUER_SUSPENSE] = WIRE_UPLOAD_SUSPENSE,
		[ISSUER_BAD_TAC] = WIRE_UPLOAD_REFUSED,
		[ISSUER_CASE] = WIRE_UPLOAD_CASE,
	};
	enum issuer_verdict verdict = ISSUER_CASE;
	enum ykt_status status;

	status = issuer_take(
	    tx, writer, u->w->p, u->w->p->o.city, &u->req->records[i], u->good[i], &verdict);
	*ret_result = results[verdict];

	return status;
}

static enum tap_column
upload_column(enum wire_upload_result result)
{
	switch (result) {
	case WIRE_UPLOAD_POSTED:
		return TAP_COLUMN_POSTED;
	case WIRE_UPLOAD_DUPLICATE:
		return TAP_COLUMN_DUPLICATE;
	case WIRE_UPLOAD_SUSPENSE:
		return TAP_COLUMN_SUSPENSE;
	default:
		return TAP_COLUMN_REFUSED;
	}
}

/* I-17, of our own terminals: what is missing, and what came of one that was stopped. */
static enum ykt_status
upload_sequence(struct ykt_tx *tx, const struct upload *u, const struct wire_tap *tap)
{
	char terminal[13], ref[TAP_REF_MAX];
	enum ykt_status status;

	ykt_hex_encode(YKT_BYTES(tap->terminal), terminal);
	tap_ref(u->w->p->o.city, tap, ref);
	status = chain_seen(tx, CHAIN_TERMINAL, terminal, tap->terminal_seq, u->now_ms);

	return status == YKT_OK ? chain_psam(tx, tap, ref, u->now_ms) : status;
}

static enum ykt_status
upload_one(struct ykt_tx *tx, struct upload *u, const struct ledger_writer *writer, size_t i,
    struct tap_tally *tally)
{
	const struct wire_tap *tap = &u->req->records[i];
	enum wire_upload_result result = WIRE_UPLOAD_REFUSED;
	enum ykt_status status;

	if (u->fault[i] != NULL)
		status = tap_refuse(tx, u->w->p->o.city, tap, u->fault[i], u->now_ms);
	else if (u->peer[i] != NULL)
		status = acquirer_take(tx, writer, u->w->p, u->peer[i], tap, &result);
	else
		status = upload_own(tx, u, writer, i, &result);
	if (status == YKT_OK &&
	    ykt_bytes_equal(YKT_BYTES(tap->terminal), YKT_BYTES(u->req->terminal)))
		status = upload_sequence(tx, u, tap);
	if (status != YKT_OK)
		return status;
	wire_token_set(&wire_upload_result, (int)result, u->rsp->results[i].result,
	    sizeof(u->rsp->results[i].result));
	tap_tally_add(tally, upload_column(result), tap);

	return YKT_OK;
}

static enum ykt_status
upload_tx(struct ykt_tx *tx, void *arg)
{
	struct upload *u = arg;
	struct ledger_writer writer = room_writer(u->w, u->now_ms);
	struct tap_tally tally = { { 0 }, { 0 } };
	char source[13];
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < u->req->records_count && status == YKT_OK; i++)
		status = upload_one(tx, u, &writer, i, &tally);
	ykt_hex_encode(YKT_BYTES(u->req->terminal), source);
	if (status == YKT_OK && u->req->records_count != 0)
		status = tap_batch(tx, source, u->req->batch_id, &tally, u->now_ms);
	if (status == YKT_OK)
		status = gate_alarm_end(tx, u->gate, u->now_ms);
	if (status == YKT_OK)
		status = chain_came(tx, &u->w->p->o.settings, u->now_ms);

	return status;
}

int
room_gate_upload(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	struct upload u = {
		.w = w, .req = req, .gate = http->peer, .rsp = rsp, .now_ms = room_now(w)
	};
	enum ykt_status status;

	if (!room_gate_is(http->peer, u.req->terminal))
		return wire_error_set(error, 403, WIRE_ERR_FORBIDDEN, "not your terminal");
	if (!wire_id_valid(u.req->batch_id))
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "batch_id");
	upload_sort(&u);
	status = tap_verify(
	    w, u.req->records, u.req->records_count, u.ask, http->deadline_mono_ms, u.good);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, upload_tx, &u);
	/* R7: acknowledged only now that it is durable. */
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	text_set(u.rsp->batch_id, sizeof(u.rsp->batch_id), u.req->batch_id);
	u.rsp->results_count = u.req->records_count;

	return 200;
}

int
room_gate_params(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	const struct platform_options *o = &w->p->o;
	struct wire_gate_params_rsp *out = rsp;
	struct ykt_buf scratch = YKT_BUF(w->plain_out);
	enum ykt_status status;

	(void)http;
	(void)req;
	status = blacklist_put(w, out);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	out->cap_fen = o->settings.tap_cap_fen;
	text_set(out->cities[0].city, sizeof(out->cities[0].city), o->city);
	memcpy(out->cities[0].issuer, o->issuer, sizeof(o->issuer));
	out->cities_count = 1;
	for (size_t i = 0; i < o->peer_count; i++) {
		struct wire_gate_city *city = &out->cities[out->cities_count++];

		text_set(city->city, sizeof(city->city), o->peers[i].city);
		memcpy(city->issuer, o->peers[i].issuer, sizeof(city->issuer));
	}
	for (size_t i = 0; i < o->fare_count; i++) {
		struct wire_gate_fare *fare = &out->fares[out->fares_count++];

		text_set(fare->kind, sizeof(fare->kind), o->fares[i].kind);
		fare->amount_fen = o->fares[i].amount_fen;
	}
	status = wire_gate_params_sign(&w->sign.signer, &scratch, out);

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}
