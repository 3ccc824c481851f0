/*
 * What an operator does to the catalogue. See catalogue.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tsm/catalogue.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/fci.h"
#include "card/gp.h"
#include "tsm/internal.h"
#include "tsm/peer.h"

#define TO(state) (1u << (unsigned)(state))

/* From the state in the row to those in its bits. */
static const unsigned app_moves[] = {
	[WIRE_APP_TO_TEST] = TO(WIRE_APP_TESTING) | TO(WIRE_APP_OFFLINE),
	[WIRE_APP_TESTING] = TO(WIRE_APP_TO_TEST) | TO(WIRE_APP_ONLINE) | TO(WIRE_APP_OFFLINE),
	[WIRE_APP_ONLINE] = TO(WIRE_APP_PAUSED) | TO(WIRE_APP_DOWNLOAD_PAUSED),
	[WIRE_APP_PAUSED] = TO(WIRE_APP_ONLINE) | TO(WIRE_APP_OFFLINE),
	[WIRE_APP_DOWNLOAD_PAUSED] = TO(WIRE_APP_ONLINE) | TO(WIRE_APP_PAUSED),
	[WIRE_APP_OFFLINE] = TO(WIRE_APP_TO_TEST),
};

/* Published ones are taken back by way of paused; rejected and offline are ends. */
static const unsigned version_moves[] = {
	[WIRE_VERSION_PENDING] = TO(WIRE_VERSION_TEST) | TO(WIRE_VERSION_REJECTED),
	[WIRE_VERSION_REJECTED] = 0,
	[WIRE_VERSION_TEST] = TO(WIRE_VERSION_PUBLISHED) | TO(WIRE_VERSION_REJECTED),
	[WIRE_VERSION_PUBLISHED] = TO(WIRE_VERSION_PAUSED),
	[WIRE_VERSION_PAUSED] = TO(WIRE_VERSION_PUBLISHED) | TO(WIRE_VERSION_OFFLINE),
	[WIRE_VERSION_OFFLINE] = 0,
};

/* One request. */
struct change {
	const struct tsm_worker *worker;
	struct ykt_bytes aid;
	int64_t version;
	const char *state;
	uint8_t ends[4];
	struct ykt_bytes groups;
};

static int
refuse(struct wire_error *error, enum ykt_status status)
{
	switch (status) {
	case YKT_E_ARG:
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "no card takes that");
	case YKT_E_SPACE:
		return wire_error_set(error, 400, "space", "more than a card takes at once");
	case YKT_EXPIRED:
		return wire_error_set(error, 400, "end", "earlier than that of an earlier version");
	case YKT_NOT_FOUND:
		return wire_error_set(error, 404, WIRE_ERR_NOT_FOUND, "not in the catalogue");
	case YKT_CONFLICT:
		return wire_error_set(error, 409, "exists", "numbers only grow");
	case YKT_E_STATE:
		return wire_error_set(error, 409, "move", "not after the state it has");
	case YKT_BUSY:
	case YKT_E_DOWN:
	case YKT_E_STORE:
	case YKT_E_STORE_UNKNOWN:
		return wire_error_set(error, 503, WIRE_ERR_BUSY, ykt_status_text(status));
	default:
		return wire_error_set(error, 500, WIRE_ERR_INTERNAL, ykt_status_text(status));
	}
}

static int
run(void *worker_arg, enum ykt_status (*fn)(struct ykt_tx *tx, void *arg), struct change *change,
    const char *what, struct wire_error *error)
{
	struct tsm_worker *worker = worker_arg;
	enum ykt_status status = change->aid.len < FCI_AID_MIN ? YKT_E_ARG : YKT_OK;

	change->worker = worker;
	if (status == YKT_OK)
		status = ykt_store_run(worker->tsm->options.store, fn, change);
	if (status != YKT_OK)
		return refuse(error, status);
	tsm_note(worker, YKT_TRACE_STATE, what, change->version);

	return 200;
}

static enum ykt_status
app_add_tx(struct ykt_tx *tx, void *arg)
{
	const struct change *change = arg;
	enum ykt_status status =
	    tsm_change(tx, "INSERT INTO application VALUES (?1, ?2) ON CONFLICT DO NOTHING",
		YKT_SQL_IN(ykt_sql_blob(change->aid),
		    ykt_sql_text(wire_token_text(&wire_app_state, WIRE_APP_TO_TEST))));

	return status == YKT_BUSY ? YKT_CONFLICT : status;
}

int
tsm_app_add(void *worker, const struct ykt_http_request *http, const void *req_arg, void *rsp,
    struct wire_error *error)
{
	const struct tsm_app_ref *req = req_arg;
	struct change change = { .aid = ykt_bytes(req->aid.data, req->aid.len) };

	(void)http;
	(void)rsp;

	return run(worker, app_add_tx, &change, "application added", error);
}

/* YKT_E_STATE: to is not among the moves from the state in text. */
static enum ykt_status
check_move(const struct wire_tokens *tokens, const unsigned *moves, const char *text, int to)
{
	int from = wire_token_find(tokens, text);

	if (from < 0)
		return YKT_E_CORRUPT;

	return (moves[from] & TO(to)) != 0 ? YKT_OK : YKT_E_STATE;
}

/* One without a row is online, and gets its row here. */
static enum ykt_status
app_move_tx(struct ykt_tx *tx, void *arg)
{
	const struct change *change = arg;
	char state[17] = "online";
	const struct tsm_col cols[] = { { TSM_COL_TEXT, state, sizeof(state), NULL } };
	int to = wire_token_find(&wire_app_state, change->state);
	enum ykt_status status = tsm_row(tx, "SELECT state FROM application WHERE aid = ?1",
	    YKT_SQL_IN(ykt_sql_blob(change->aid)), cols, 1);

	if (to < 0)
		return YKT_E_ARG;
	if (status == YKT_OK || status == YKT_NOT_FOUND)
		status = check_move(&wire_app_state, app_moves, state, to);
	if (status == YKT_OK)
		status = tsm_change(tx,
		    "INSERT INTO application VALUES (?1, ?2)"
		    " ON CONFLICT DO UPDATE SET state = excluded.state",
		    YKT_SQL_IN(ykt_sql_blob(change->aid), ykt_sql_text(change->state)));
	if (status == YKT_OK)
		status = tsm_tell_business(tx, change->worker, change->aid);

	return status;
}

int
tsm_app_move(void *worker, const struct ykt_http_request *http, const void *req_arg, void *rsp,
    struct wire_error *error)
{
	const struct tsm_app_move *req = req_arg;
	struct change change = { .aid = ykt_bytes(req->aid.data, req->aid.len),
		.state = req->state };

	(void)http;
	(void)rsp;

	return run(worker, app_move_tx, &change, "application moved", error);
}

/* Higher than every other number, and no earlier than any end. */
static enum ykt_status
version_add_tx(struct ykt_tx *tx, void *arg)
{
	const struct change *change = arg;
	int64_t last = 0;
	uint8_t ends[4] = { 0 };
	const struct tsm_col cols[] = { { TSM_COL_INT, &last, 0, NULL },
		{ TSM_COL_BLOB, ends, sizeof(ends), NULL } };
	enum ykt_status status = tsm_row(tx,
	    "SELECT COALESCE(MAX(version), 0),"
	    " COALESCE(MAX(ends) FILTER (WHERE state <> 'rejected'), x'00000000')"
	    " FROM version WHERE aid = ?1",
	    YKT_SQL_IN(ykt_sql_blob(change->aid)), cols, YKT_ARRAY_LEN(cols));

	if (status == YKT_OK && change->version <= last)
		status = YKT_CONFLICT;
	if (status == YKT_OK && ykt_get_u32(change->ends) < ykt_get_u32(ends))
		status = YKT_EXPIRED;
	if (status == YKT_OK)
		status = tsm_change(tx, "INSERT INTO version VALUES (?1, ?2, 'pending', ?3, ?4)",
		    YKT_SQL_IN(ykt_sql_blob(change->aid), ykt_sql_int(change->version),
			ykt_sql_blob(YKT_BYTES(change->ends)), ykt_sql_blob(change->groups)));

	return status;
}

static enum ykt_status
put_files(const struct tsm_version_new *req, struct ykt_buf *groups)
{
	unsigned seen = 0;

	for (size_t i = 0; i < req->files_count; i++) {
		const struct tsm_version_file *file = &req->files[i];
		size_t index = perso_file_index(file->sfi[0]);

		if (index == PERSO_FILE_COUNT || (seen & 1u << index) != 0 ||
		    file->content.len == 0)
			return YKT_E_ARG;
		seen |= 1u << index;
		dgi_put(groups, file->sfi[0], ykt_bytes(file->content.data, file->content.len));
	}

	return YKT_OK;
}

/* What it brings, as a card takes it; with the base it must fit one series. */
static enum ykt_status
encode(const struct tsm_worker *worker, const struct tsm_version_new *req, struct ykt_buf *groups)
{
	uint8_t fci = (uint8_t)req->fci;
	uint8_t limit[PERSO_LIMIT_LEN];
	enum ykt_status status = YKT_OK;

	if (req->has_end && !ykt_bcd_valid(YKT_BYTES(req->end)))
		return YKT_E_ARG;
	if (req->has_file17)
		dgi_put(groups, PERSO_DGI_FILE17, YKT_BYTES(req->file17));
	ykt_set_u24(limit, (uint32_t)req->limit_fen);
	if (req->has_limit_fen)
		dgi_put(groups, PERSO_DGI_LIMIT, YKT_BYTES(limit));
	if (req->has_fci)
		dgi_put(groups, PERSO_DGI_FCI, ykt_bytes(&fci, 1));
	if (req->has_files)
		status = put_files(req, groups);
	if (status == YKT_OK &&
	    (groups->full || groups->len > TSM_CITY_MAX - worker->tsm->options.groups.len))
		status = YKT_E_SPACE;

	return status;
}

int
tsm_version_add(void *worker, const struct ykt_http_request *http, const void *req_arg, void *rsp,
    struct wire_error *error)
{
	const struct tsm_version_new *req = req_arg;
	uint8_t bytes[TSM_CITY_MAX];
	struct ykt_buf groups = YKT_BUF(bytes);
	struct change change = { .aid = ykt_bytes(req->aid.data, req->aid.len),
		.version = req->version };
	enum ykt_status status = encode(worker, req, &groups);

	(void)http;
	(void)rsp;
	if (status != YKT_OK)
		return refuse(error, status);
	change.groups = ykt_buf_view(&groups);
	if (req->has_end)
		memcpy(change.ends, req->end, sizeof(change.ends));

	return run(worker, version_add_tx, &change, "version added", error);
}

static enum ykt_status
version_move_tx(struct ykt_tx *tx, void *arg)
{
	const struct change *change = arg;
	char state[17] = "";
	const struct tsm_col cols[] = { { TSM_COL_TEXT, state, sizeof(state), NULL } };
	int to = wire_token_find(&wire_version_state, change->state);
	enum ykt_status status =
	    tsm_row(tx, "SELECT state FROM version WHERE aid = ?1 AND version = ?2",
		YKT_SQL_IN(ykt_sql_blob(change->aid), ykt_sql_int(change->version)), cols, 1);

	if (to < 0)
		return YKT_E_ARG;
	if (status == YKT_OK)
		status = check_move(&wire_version_state, version_moves, state, to);
	if (status == YKT_OK)
		status =
		    tsm_change(tx, "UPDATE version SET state = ?3 WHERE aid = ?1 AND version = ?2",
			YKT_SQL_IN(ykt_sql_blob(change->aid), ykt_sql_int(change->version),
			    ykt_sql_text(change->state)));
	if (status == YKT_OK)
		status = tsm_tell_business(tx, change->worker, change->aid);

	return status;
}

int
tsm_version_move(void *worker, const struct ykt_http_request *http, const void *req_arg, void *rsp,
    struct wire_error *error)
{
	const struct tsm_version_move *req = req_arg;
	struct change change = { .aid = ykt_bytes(req->aid.data, req->aid.len),
		.version = req->version,
		.state = req->state };

	(void)http;
	(void)rsp;

	return run(worker, version_move_tx, &change, "version moved", error);
}
