/*
 * Small things that many files of the room need.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/room.h"

#include <assert.h>
#include <string.h>

#include <ykt/civil.h>
#include <ykt/hex.h>
#include <ykt/secret.h>

#include "platform/rows.h"

const struct platform_app *
room_app(const struct platform *p, const uint8_t *aid, size_t aid_len)
{
	for (size_t i = 0; i < p->o.app_count; i++) {
		const struct platform_app *app = &p->o.apps[i];

		if (ykt_bytes_equal(ykt_bytes(app->aid, app->aid_len), ykt_bytes(aid, aid_len)))
			return app;
	}

	return NULL;
}

const struct platform_peer *
room_peer_city(const struct platform *p, const char *city)
{
	for (size_t i = 0; i < p->o.peer_count; i++) {
		if (strcmp(p->o.peers[i].city, city) == 0)
			return &p->o.peers[i];
	}

	return NULL;
}

const struct platform_peer *
room_peer_issuer(const struct platform *p, const uint8_t issuer[8])
{
	for (size_t i = 0; i < p->o.peer_count; i++) {
		if (ykt_bytes_equal(YKT_BYTES(p->o.peers[i].issuer), ykt_bytes(issuer, 8)))
			return &p->o.peers[i];
	}

	return NULL;
}

int64_t
room_now(const struct platform_worker *w)
{
	return ykt_clock_wall(w->p->env->clock);
}

struct ledger_writer
room_writer(const struct platform_worker *w, int64_t now_ms)
{
	return (struct ledger_writer){ w->p->o.node, w->crypto, now_ms };
}

int64_t
room_deadline(const struct platform_worker *w, int64_t limit_mono_ms)
{
	int64_t deadline = ykt_clock_mono(w->p->env->clock) + ROOM_CALL_MS;

	return limit_mono_ms != 0 && limit_mono_ms < deadline ? limit_mono_ms : deadline;
}

enum ykt_status
room_ids(const struct platform_worker *w, char (*ret_ids)[33], size_t count)
{
	enum ykt_status status = YKT_OK;
	uint8_t bytes[16];

	for (size_t i = 0; i < count && status == YKT_OK; i++) {
		status = ykt_random_fill(w->p->env->random, bytes, sizeof(bytes));
		if (status == YKT_OK)
			wire_id_text(bytes, ret_ids[i]);
	}

	return status;
}

void
room_card_time(int64_t now_ms, uint8_t ret_datetime[7])
{
	struct ykt_civil civil = ykt_civil_from_ms(now_ms);

	ykt_civil_to_bcd7(&civil, ret_datetime);
}

enum ykt_status
room_pay_call(struct platform_worker *w, const char *path, const struct wire_message *req_msg,
    const void *req, const struct wire_message *rsp_msg, void *rsp, int64_t deadline_mono_ms)
{
	struct ykt_buf json = { w->calls->a, 0, w->calls->a_size, false };
	struct ykt_bytes body;
	enum ykt_status status;

	status = wire_signed_make(&w->sign.signer, w->p->o.sign_name, req_msg, req, &json);
	if (status == YKT_OK)
		status = wire_post(w->p->o.psp, path, ykt_buf_view(&json), w->calls,
		    deadline_mono_ms, &body, NULL);
	if (status == YKT_OK)
		status = wire_signed_read(w->crypto, &w->p->pay_key, 1, body, rsp_msg, rsp);
	/* A badly signed answer came over an authenticated line: it may be done. */
	if (status == YKT_E_MAC || status == YKT_E_FORMAT) {
		room_trace(w, YKT_TRACE_SECURITY, "pay channel answer", (int64_t)status);
		status = YKT_E_SERVER;
	}

	return status;
}

int
room_refuse(struct platform_worker *w, enum ykt_status status, struct wire_error *error)
{
	switch (status) {
	case YKT_NOT_FOUND:
		return wire_error_set(error, 404, WIRE_ERR_NOT_FOUND, NULL);
	case YKT_CONFLICT:
		return wire_error_set(error, 409, WIRE_ERR_IN_PROGRESS, "it has just changed");
	case YKT_MISMATCH:
		return wire_error_set(error, 422, WIRE_ERR_MISMATCH, "same key, other content");
	case YKT_BUSY:
	case YKT_UNKNOWN:
	case YKT_OVER_LIMIT:
	case YKT_E_NET:
	case YKT_E_NET_UNKNOWN:
	case YKT_E_DEADLINE:
	case YKT_E_DOWN:
	case YKT_E_STORE:
	case YKT_E_STORE_UNKNOWN:
	case YKT_E_SERVER:
		return wire_error_set(error, 503, WIRE_ERR_BUSY, "a part behind is not there");
	default:
		room_trace(w, YKT_TRACE_ERROR, "handler", (int64_t)status);
		return wire_error_set(error, 500, WIRE_ERR_INTERNAL, NULL);
	}
}

void
room_trace(
    const struct platform_worker *w, enum ykt_trace_kind kind, const char *name, int64_t number)
{
	const struct ykt_trace_event event = {
		.kind = kind,
		.room = "platform",
		.name = name,
		.number = number,
	};

	ykt_trace_event(w->p->env->trace, &event);
}

enum ykt_status
room_case(struct ykt_tx *tx, const char *kind, const char *ref, int64_t now_ms)
{
	return row_exec(tx,
	    "INSERT INTO casebook(kind, ref, opened_ms, closed_ms) VALUES(?1, ?2, ?3, 0)"
	    " ON CONFLICT(kind, ref) DO NOTHING",
	    YKT_SQL_IN(ykt_sql_text(kind), ykt_sql_text(ref), ykt_sql_int(now_ms)));
}

bool
room_gate_is(const char *peer, const uint8_t terminal[6])
{
	static const char role[] = "gate-";
	char hex[13];

	ykt_hex_encode(ykt_bytes(terminal, 6), hex);

	return strncmp(peer, role, strlen(role)) == 0 && strcmp(peer + strlen(role), hex) == 0;
}
