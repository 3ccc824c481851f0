/*
 * Registration (clause 5.2.1).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "platform/cert.h"
#include "platform/otp.h"
#include "platform/rows.h"
#include "platform/users.h"
#include "wire/pin.h"

/* Invisible direction marks: a name must read the same everywhere. */
static bool
direction_mark(const uint8_t *p)
{
	uint32_t c = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];

	return (c >= 0xE2808E && c <= 0xE2808F) || (c >= 0xE280AA && c <= 0xE280AE) ||
	       (c >= 0xE281A6 && c <= 0xE281A9) || c == 0xEFBBBF;
}

bool
user_name_valid(const char *name)
{
	size_t len = strlen(name);
	const uint8_t *p = (const uint8_t *)name;

	for (size_t i = 0; i < len; i++) {
		if (p[i] < 0x20 || p[i] == 0x7F || (p[i] == 0xC2 && p[i + 1] < 0xA0))
			return false;
		if (i + 2 < len && direction_mark(p + i))
			return false;
	}

	return len != 0 && name[0] != ' ' && name[len - 1] != ' ';
}

static bool
otp_shape_valid(const char *otp)
{
	return strlen(otp) == 6 && strspn(otp, "0123456789") == 6;
}

static enum ykt_status
user_row(struct ykt_tx *tx, const char *phone, struct user *ret)
{
	struct user u = { 0 };
	int64_t element = 0;
	const struct row_col cols[] = { ROW_TEXT(u.user_id), ROW_TEXT(u.name), ROW_TEXT(u.verifier),
		ROW_INT(&element) };
	enum ykt_status status;

	status =
	    row_one(tx, "SELECT user_id, name, verifier, length(se_id) FROM user WHERE phone = ?1",
		YKT_SQL_IN(ykt_sql_text(phone)), cols, YKT_ARRAY_LEN(cols));
	u.element = element != 0;
	if (status == YKT_OK)
		*ret = u;

	return status;
}

enum ykt_status
user_by_phone(struct ykt_tx *tx, const char *phone, struct user *ret_user)
{
	return user_row(tx, phone, ret_user);
}

enum ykt_status
user_tests(struct ykt_tx *tx, const char *user_id, bool *ret_test)
{
	int64_t tester = 0;
	const struct row_col cols[] = { ROW_INT(&tester) };
	enum ykt_status status = row_one(tx, "SELECT tester FROM user WHERE user_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(user_id)), cols, 1);

	if (status == YKT_OK)
		*ret_test = tester != 0;

	return status;
}

struct user_make {
	const struct wire_user_register_req *ask;
	char user_id[33];
	char verifier[CRYPTO_PWHASH_MAX];
	int64_t now_ms;
};

/* The person and the spent code are one fact. */
static enum ykt_status
user_make_tx(struct ykt_tx *tx, void *arg)
{
	const struct user_make *make = arg;
	const struct wire_user_register_req *ask = make->ask;
	enum ykt_status status;

	status = row_change_one(tx,
	    "INSERT INTO user(user_id, phone, name, verifier, se_id, client_version, edition,"
	    " created_ms) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT(phone) DO NOTHING",
	    YKT_SQL_IN(ykt_sql_text(make->user_id), ykt_sql_text(ask->phone),
		ykt_sql_text(ask->name), ykt_sql_text(make->verifier),
		ykt_sql_blob(ykt_bytes(ask->se_id.data, ask->se_id.len)),
		ykt_sql_text(ask->client_version), ykt_sql_text(ask->edition),
		ykt_sql_int(make->now_ms)));
	if (status == YKT_CONFLICT)
		return YKT_DUPLICATE;
	if (status == YKT_OK)
		status = otp_spend(tx, ask->phone, "register", make->user_id);

	return status;
}

struct user_find {
	const char *phone;
	struct user user;
};

static enum ykt_status
user_find_tx(struct ykt_tx *tx, void *arg)
{
	struct user_find *find = arg;

	return user_row(tx, find->phone, &find->user);
}

/*
 * The number has an account. The same person asking again (the answer was lost)
 * gets the same id; the code has shown whose number it is, so nobody else can
 * learn from this that the number is known.
 */
static int
register_again(struct platform_worker *w, const struct wire_user_register_req *ask,
    struct wire_user_register_rsp *answer, struct wire_error *error)
{
	struct user_find find = { .phone = ask->phone };
	enum ykt_status status;

	status = ykt_store_run(w->p->store, user_find_tx, &find);
	if (status == YKT_OK)
		status = crypto_pwhash_check(
		    find.user.verifier, ykt_bytes_str(ask->password), &w->p->o.settings.pwhash);
	if (status == YKT_OK)
		text_set(answer->user_id, sizeof(answer->user_id), find.user.user_id);
	ykt_wipe(&find, sizeof(find));
	if (status == YKT_E_MAC)
		return wire_error_set(error, 409, "exists", "this number has an account");
	if (status != YKT_OK)
		return room_refuse(w, status, error);

	return 200;
}

static const char *
register_fault(const struct wire_user_register_req *ask)
{
	if (!wire_phone_valid(ask->phone))
		return "phone";
	if (!user_name_valid(ask->name))
		return "name";
	if (wire_password_weak(ask->password, ask->phone))
		return "password";
	if (!ask->consent)
		return "consent";
	if (strcmp(ask->edition, "2016") != 0 && strcmp(ask->edition, "2025") != 0)
		return "edition";

	return NULL;
}

/*
 * A certificate for the element that registers: its owner has just shown a code.
 * Without one the first login asks for another code, so what fails is no failure.
 */
static void
certify(struct platform_worker *w, const struct op_call *call,
    const struct wire_user_register_req *ask, struct wire_user_register_rsp *answer)
{
	struct cert_blob made = { 0 };

	if (!ask->has_request)
		return;
	if (cert_issue(w, call, answer->user_id, ykt_bytes(ask->request.data, ask->request.len),
		&made) != YKT_OK) {
		room_trace(w, YKT_TRACE_ERROR, "certificate not issued", 0);
		return;
	}
	answer->has_cert = true;
	answer->cert.len = made.cert.len;
	memcpy(answer->cert.data, made.cert.data, made.cert.len);
}

static int
register_run(struct platform_worker *w, const struct op_call *call,
    const struct wire_user_register_req *ask, struct wire_user_register_rsp *answer,
    struct wire_error *error)
{
	struct user_make make = { .ask = ask, .now_ms = call->now_ms };
	const char *fault = register_fault(ask);
	char used_by[33] = "";
	enum ykt_status status;
	int code;

	if (fault != NULL)
		return wire_error_set(error, 400, fault, "not accepted");
	status = YKT_DENIED;
	if (otp_shape_valid(ask->otp))
		status = otp_check(w, ask->phone, "register", ask->otp, call->now_ms, used_by);
	if (status == YKT_DENIED)
		return wire_error_set(error, 403, WIRE_ERR_OTP_WRONG, NULL);
	if (status == YKT_OK && used_by[0] != '\0')
		return register_again(w, ask, answer, error);
	if (status == YKT_OK)
		status = crypto_pwhash_make(w->p->env->random, ykt_bytes_str(ask->password),
		    &w->p->o.settings.pwhash, make.verifier);
	if (status == YKT_OK)
		status = room_ids(w, &make.user_id, 1);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, user_make_tx, &make);
	if (status == YKT_OK) {
		text_set(answer->user_id, sizeof(answer->user_id), make.user_id);
		code = 200;
	} else if (status == YKT_DUPLICATE)
		code = register_again(w, ask, answer, error);
	else
		code = room_refuse(w, status, error);
	ykt_wipe(&make, sizeof(make));

	return code;
}

int
op_user_register(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	int code = register_run(w, call, req, rsp, error);

	if (code == 200)
		certify(w, call, req, rsp);

	return code;
}
