/*
 * POST /admin/risk: what clients reported of themselves, the latest first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stddef.h>
#include <string.h>

#include <ykt/hex.h>

#include "platform/admin.h"
#include "platform/room.h"
#include "platform/rows.h"
#include "wire/field.h"

static const struct wire_field admin_risk_req_fields[] = {
	FIELD_TEXT(admin_risk_req, phone),
	FIELD_TEXT(admin_risk_req, device),
	FIELD_INT(admin_risk_req, from_ms, 0, INT64_MAX),
	FIELD_INT(admin_risk_req, until_ms, 0, INT64_MAX),
	FIELD_INT(admin_risk_req, limit, 1, ADMIN_RISKS_MAX),
};
MESSAGE(admin_risk_req, "admin.risk");

static const struct wire_field admin_risk_fields[] = {
	FIELD_INT(admin_risk, time_ms, 0, INT64_MAX),
	FIELD_TEXT(admin_risk, phone),
	FIELD_HEX(admin_risk, device),
	FIELD_TEXT(admin_risk, op),
	FIELD_TEXT(admin_risk, version),
	FIELD_INT(admin_risk, findings, 0, INT64_MAX),
	FIELD_TEXT(admin_risk, verdict),
	FIELD_TEXT(admin_risk, system),
};
static MESSAGE(admin_risk, "admin.risk.row");

static const struct wire_field admin_risk_rsp_fields[] = {
	FIELD_LIST(admin_risk_rsp, risks, admin_risk_msg),
};
MESSAGE(admin_risk_rsp, "admin.risk.rsp");

struct risks {
	const struct admin_risk_req *ask;
	struct ykt_bytes device; /* empty: of any */
	struct admin_risk_rsp *out;
};

static enum ykt_status
risks_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct risks *risks = arg;
	struct admin_risk row = { 0 };
	const struct row_col cols[] = { ROW_INT(&row.time_ms), ROW_TEXT(row.phone),
		ROW_BLOB(row.device), ROW_TEXT(row.op), ROW_TEXT(row.version),
		ROW_INT(&row.findings), ROW_TEXT(row.verdict), ROW_TEXT(row.system) };
	enum ykt_status status = row_fill(vals, count, cols, YKT_ARRAY_LEN(cols));

	if (status == YKT_OK && risks->out->risks_count == ADMIN_RISKS_MAX)
		status = YKT_E_SPACE;
	if (status == YKT_OK)
		risks->out->risks[risks->out->risks_count++] = row;

	return status;
}

static enum ykt_status
risks_tx(struct ykt_tx *tx, void *arg)
{
	struct risks *risks = arg;

	risks->out->risks_count = 0;

	return ykt_tx_query(tx,
	    "SELECT r.time_ms, COALESCE(u.phone, ''), r.device, r.op, r.version, r.findings,"
	    " r.verdict, r.system FROM risk_log r LEFT JOIN user u ON u.user_id = r.user_id"
	    " WHERE (?1 = '' OR u.phone = ?1) AND (length(?2) = 0 OR r.device = ?2)"
	    " AND r.time_ms >= ?3 AND (?4 = 0 OR r.time_ms < ?4)"
	    " ORDER BY r.time_ms DESC, r.id DESC LIMIT ?5",
	    YKT_SQL_IN(ykt_sql_text(risks->ask->phone), ykt_sql_blob(risks->device),
		ykt_sql_int(risks->ask->from_ms), ykt_sql_int(risks->ask->until_ms),
		ykt_sql_int(risks->ask->limit)),
	    risks_row, risks, NULL);
}

int
room_admin_risk(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	struct risks risks = { .ask = req, .out = rsp };
	const size_t digits = strlen(risks.ask->device);
	uint8_t bytes[64];
	struct ykt_buf device = YKT_BUF(bytes);
	enum ykt_status status;

	(void)http;
	if (digits != 0 && (ykt_hex_decode(risks.ask->device, digits, &device) != YKT_OK ||
			       device.len != sizeof(bytes)))
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "device");
	risks.device = ykt_buf_view(&device);
	status = ykt_store_run(w->p->store, risks_tx, &risks);

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}
