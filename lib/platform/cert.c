/*
 * Users' certificates: issued, judged, renewed, ended.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/cert.h"

#include <string.h>

#include <ykt/civil.h>
#include <ykt/hex.h>

#include "card/ident_cert.h"
#include "platform/admin.h"
#include "platform/otp.h"
#include "platform/rows.h"
#include "wire/field.h"

#define DAY_MS    INT64_C(86400000)
#define STATE_OK  "active"
#define STATE_BAR "barred"
#define STATE_LEN 9

static const struct wire_field admin_cert_req_fields[] = {
	FIELD_TEXT(admin_cert_req, phone),
	FIELD_BOOL(admin_cert_req, barred),
};
MESSAGE(admin_cert_req, "admin.cert");

_Static_assert(WIRE_IDENT_CERT_MAX == IDENT_CERT_MAX, "messages hold any certificate");

/* Today, as certificates have it. */
static uint32_t
today(int64_t now_ms)
{
	uint8_t date[IDENT_DATE_LEN] = { 0 };
	struct ykt_buf out = YKT_BUF(date);
	char day[9];

	ykt_civil_day(now_ms, day);

	return ykt_hex_decode(day, 8, &out) == YKT_OK ? ykt_get_u32(date) : UINT32_MAX;
}

/* Of our authority, for the key of the envelope. YKT_MISMATCH: anybody else's. */
static enum ykt_status
verify(struct platform_worker *w, const struct op_call *call, struct ykt_bytes bytes,
    struct ident_cert *ret_cert)
{
	const struct platform_options *o = &w->p->o;
	struct ident_cert cert;
	struct ykt_bytes body;
	enum ykt_status status = ident_cert_decode(bytes, &cert, &body);

	if (status != YKT_OK || cert.request ||
	    !ykt_bytes_equal(cert.authority, ykt_bytes_str(o->user_ca)) ||
	    !ykt_bytes_equal(YKT_BYTES(cert.pub.xy), YKT_BYTES(call->device.xy)))
		return YKT_MISMATCH;
	status =
	    crypto_sm2_verify(w->crypto, &o->user_ca_pub, crypto_sm2_default_id, body, cert.sig);
	if (status == YKT_E_MAC)
		return YKT_MISMATCH;
	if (status == YKT_OK)
		*ret_cert = cert;

	return status;
}

/* The key module is believed no more than any other answer. */
static enum ykt_status
make(struct platform_worker *w, const struct op_call *call, struct ykt_bytes request,
    struct cert_blob *ret_cert)
{
	struct wire_key_ident_sign_req req = { .days = w->p->o.settings.cert_days };
	struct wire_key_ident_sign_rsp rsp;
	struct ident_cert cert;
	enum ykt_status status;

	req.request.len = (uint16_t)request.len;
	memcpy(req.request.data, request.data, request.len);
	status = wire_call(w->p->o.keyd, WIRE_PATH_KEY_IDENT_SIGN, &wire_key_ident_sign_req_msg,
	    &req, &wire_key_ident_sign_rsp_msg, &rsp, w->calls,
	    room_deadline(w, call->deadline_mono_ms), NULL);
	if (status != YKT_OK)
		return status;
	status = verify(w, call, ykt_bytes(rsp.cert.data, rsp.cert.len), &cert);
	if (status == YKT_OK) {
		ret_cert->cert.len = rsp.cert.len;
		memcpy(ret_cert->cert.data, rsp.cert.data, rsp.cert.len);
	}

	return status == YKT_MISMATCH ? YKT_E_SERVER : status;
}

struct entry {
	const struct op_call *call;
	const char *user_id;
	struct ykt_bytes request;
	struct ykt_bytes cert;
	char state[STATE_LEN];
};

static enum ykt_status
find_tx(struct ykt_tx *tx, void *arg)
{
	struct entry *entry = arg;
	const struct row_col cols[] = { ROW_TEXT(entry->state) };

	return row_one(tx, "SELECT state FROM ident_cert WHERE device = ?1 AND user_id = ?2",
	    YKT_SQL_IN(
		ykt_sql_blob(YKT_BYTES(entry->call->device.xy)), ykt_sql_text(entry->user_id)),
	    cols, 1);
}

/* The user's others are replaced, but what is barred stays barred. */
static enum ykt_status
keep_tx(struct ykt_tx *tx, void *arg)
{
	struct entry *entry = arg;
	enum ykt_status status = find_tx(tx, arg);

	if (status == YKT_OK && strcmp(entry->state, STATE_BAR) == 0)
		return YKT_BLOCKED;
	if (status != YKT_OK && status != YKT_NOT_FOUND)
		return status;
	status = row_exec(tx,
	    "UPDATE ident_cert SET state = 'replaced' WHERE user_id = ?1 AND state = 'active'",
	    YKT_SQL_IN(ykt_sql_text(entry->user_id)));
	if (status != YKT_OK)
		return status;

	return row_exec(tx,
	    "INSERT INTO ident_cert(device, user_id, state, cert, request, issued_ms)"
	    " VALUES(?1, ?2, 'active', ?3, ?4, ?5) ON CONFLICT(device, user_id) DO UPDATE SET"
	    " state = excluded.state, cert = excluded.cert, request = excluded.request,"
	    " issued_ms = excluded.issued_ms",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(entry->call->device.xy)),
		ykt_sql_text(entry->user_id), ykt_sql_blob(entry->cert),
		ykt_sql_blob(entry->request), ykt_sql_int(entry->call->now_ms)));
}

/* Signed by the key in it, which signed the envelope too. */
static enum ykt_status
check_request(struct platform_worker *w, const struct op_call *call, struct ykt_bytes bytes)
{
	struct ident_cert request;
	struct ykt_bytes body;
	enum ykt_status status = ident_cert_decode(bytes, &request, &body);

	if (status == YKT_OK)
		status = ident_request_verify(w->crypto, &request, body);
	if (status == YKT_OK &&
	    !ykt_bytes_equal(YKT_BYTES(request.pub.xy), YKT_BYTES(call->device.xy)))
		status = YKT_E_FORMAT;

	return status == YKT_E_MAC ? YKT_E_FORMAT : status;
}

enum ykt_status
cert_issue(struct platform_worker *w, const struct op_call *call, const char *user_id,
    struct ykt_bytes request, struct cert_blob *ret_cert)
{
	struct entry entry = { .call = call, .user_id = user_id, .request = request };
	struct cert_blob made = { 0 };
	enum ykt_status status;

	if (w->p->o.user_ca == NULL)
		return YKT_REFUSED;
	status = check_request(w, call, request);
	if (status == YKT_OK)
		status = make(w, call, request, &made);
	entry.cert = ykt_bytes(made.cert.data, made.cert.len);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, keep_tx, &entry);
	if (status == YKT_OK)
		*ret_cert = made;

	return status;
}

static int
refuse(struct platform_worker *w, enum ykt_status status, struct wire_error *error)
{
	static const struct {
		enum ykt_status status;
		const char *token;
	} rows[] = {
		{ YKT_NOT_FOUND, "cert_missing" },
		{ YKT_MISMATCH, "cert_foreign" },
		{ YKT_E_FORMAT, "cert_foreign" },
		{ YKT_BLOCKED, "cert_revoked" },
		{ YKT_EXPIRED, "cert_expired" },
		{ YKT_DENIED, WIRE_ERR_OTP_WRONG },
	};

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		if (rows[i].status != status)
			continue;
		room_trace(w, YKT_TRACE_SECURITY, "certificate", (int64_t)status);
		return wire_error_set(error, 403, rows[i].token, NULL);
	}

	return room_refuse(w, status, error);
}

struct again {
	const struct op_call *call;
	const char *user_id;
	uint8_t request[WIRE_IDENT_CERT_MAX];
	size_t request_len;
};

static enum ykt_status
request_tx(struct ykt_tx *tx, void *arg)
{
	struct again *again = arg;
	const struct row_col cols[] = { ROW_BYTES(again->request, &again->request_len) };

	return row_one(tx, "SELECT request FROM ident_cert WHERE device = ?1 AND user_id = ?2",
	    YKT_SQL_IN(
		ykt_sql_blob(YKT_BYTES(again->call->device.xy)), ykt_sql_text(again->user_id)),
	    cols, 1);
}

/*
 * In the last third of its life a certificate is renewed with the request that it
 * was made for: the envelope shows that the key is still the element's. What
 * fails leaves the old one, which is good.
 */
static void
renew(struct platform_worker *w, const struct op_call *call, const char *user_id,
    const struct ident_cert *cert, struct cert_blob *ret_cert)
{
	const int64_t rest_ms = w->p->o.settings.cert_days * DAY_MS / 3;
	struct again again = { .call = call, .user_id = user_id };

	if (ykt_get_u32(cert->until) > today(call->now_ms + rest_ms))
		return;
	if (ykt_store_run(w->p->store, request_tx, &again) != YKT_OK ||
	    cert_issue(w, call, user_id, ykt_bytes(again.request, again.request_len), ret_cert) !=
		YKT_OK)
		room_trace(w, YKT_TRACE_ERROR, "certificate not renewed", 0);
}

/* The one that is presented: ours, good today, and this user's still. */
static enum ykt_status
judge(struct platform_worker *w, const struct op_call *call, const char *user_id,
    struct ykt_bytes bytes, struct cert_blob *ret_cert)
{
	struct entry entry = { .call = call, .user_id = user_id };
	const uint32_t now = today(call->now_ms);
	struct ident_cert cert;
	enum ykt_status status = verify(w, call, bytes, &cert);

	if (status == YKT_OK) {
		status = ykt_store_run(w->p->store, find_tx, &entry);
		if (status == YKT_NOT_FOUND)
			status = YKT_MISMATCH;
	}
	if (status == YKT_OK && strcmp(entry.state, STATE_OK) != 0)
		status = YKT_BLOCKED;
	if (status == YKT_OK && (now < ykt_get_u32(cert.from) || now > ykt_get_u32(cert.until)))
		status = YKT_EXPIRED;
	if (status == YKT_OK)
		renew(w, call, user_id, &cert, ret_cert);

	return status;
}

struct spend {
	const char *phone;
	const char *user_id;
};

static enum ykt_status
spend_tx(struct ykt_tx *tx, void *arg)
{
	const struct spend *spend = arg;

	return otp_spend(tx, spend->phone, "login", spend->user_id);
}

/*
 * A new element, or one whose certificate does not do any more: the one-time code
 * shows whose it is. The same code again is the same person whose answer was lost.
 */
static enum ykt_status
enrol(struct platform_worker *w, const struct op_call *call, const char *user_id,
    const struct wire_user_login_req *ask, struct cert_blob *ret_cert)
{
	struct spend spend = { ask->phone, user_id };
	char used_by[33] = "";
	enum ykt_status status =
	    check_request(w, call, ykt_bytes(ask->request.data, ask->request.len));

	if (status == YKT_OK)
		status = otp_check(w, ask->phone, "login", ask->otp, call->now_ms, used_by);
	if (status == YKT_OK && used_by[0] != '\0' && strcmp(used_by, user_id) != 0)
		status = YKT_DENIED;
	if (status == YKT_OK)
		status = cert_issue(
		    w, call, user_id, ykt_bytes(ask->request.data, ask->request.len), ret_cert);
	if (status == YKT_OK && used_by[0] == '\0')
		status = ykt_store_run(w->p->store, spend_tx, &spend);

	/* Spent in between by the same user's twin. */
	return status == YKT_CONFLICT ? YKT_OK : status;
}

int
cert_login(struct platform_worker *w, const struct op_call *call, const struct user *user,
    const struct wire_user_login_req *ask, struct wire_user_login_rsp *answer,
    struct wire_error *error)
{
	struct cert_blob made = { 0 };
	enum ykt_status status = YKT_NOT_FOUND;

	if (w->p->o.user_ca == NULL || (!user->element && ask->se_id.len == 0))
		return 200;
	if (ask->has_otp && ask->has_request)
		status = enrol(w, call, user->user_id, ask, &made);
	else if (ask->has_cert)
		status =
		    judge(w, call, user->user_id, ykt_bytes(ask->cert.data, ask->cert.len), &made);
	if (status != YKT_OK)
		return refuse(w, status, error);
	answer->has_cert = made.cert.len != 0;
	answer->cert.len = made.cert.len;
	memcpy(answer->cert.data, made.cert.data, made.cert.len);

	return 200;
}

/* What is let go again is no active certificate: its user shows a code first. */
static enum ykt_status
bar_tx(struct ykt_tx *tx, void *arg)
{
	const struct admin_cert_req *ask = arg;
	struct user user;
	enum ykt_status status = user_by_phone(tx, ask->phone, &user);

	if (status != YKT_OK)
		return status;
	status = row_change_one(tx,
	    ask->barred
		? "UPDATE ident_cert SET state = 'barred' WHERE user_id = ?1 AND state = 'active'"
		: "UPDATE ident_cert SET state = 'replaced' WHERE user_id = ?1 AND state = "
		  "'barred'",
	    YKT_SQL_IN(ykt_sql_text(user.user_id)));
	if (status == YKT_OK && ask->barred)
		status = row_exec(tx, "DELETE FROM session WHERE user_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(user.user_id)));

	return status == YKT_CONFLICT ? YKT_NOT_FOUND : status;
}

int
room_admin_cert(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	struct admin_cert_req ask = *(const struct admin_cert_req *)req;
	enum ykt_status status = ykt_store_run(w->p->store, bar_tx, &ask);

	(void)http;
	(void)rsp;

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}
