/*
 * One-time codes: six digits, five tries, five minutes, ten a day.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/otp.h"

#include <string.h>

#include <ykt/civil.h>
#include <ykt/secret.h>

#include "crypto/digest.h"
#include "platform/rows.h"

#define OTP_DAY_MAX 10
#define OTP_RANGE   1000000u

struct otp {
	char phone[21];
	char purpose[17];
	uint8_t salt[16];
	uint8_t hash[32];
	int64_t made_ms;
	int64_t expires_ms;
	int64_t tries;
	int64_t sent;
	char day[9];
	int64_t day_count;
	char used_by[33];
};

/* The database holds no code in clear. */
static enum ykt_status
code_hash(struct platform_worker *w, const uint8_t salt[16], const char *code, uint8_t ret[32])
{
	const struct ykt_bytes parts[] = { ykt_bytes(salt, 16), ykt_bytes_str(code) };

	return crypto_sm3(w->crypto, parts, 2, ret);
}

static enum ykt_status
otp_get(struct ykt_tx *tx, const char *phone, const char *purpose, struct otp *ret)
{
	struct otp o = { 0 };
	const struct row_col cols[] = { ROW_BLOB(o.salt), ROW_BLOB(o.hash), ROW_INT(&o.made_ms),
		ROW_INT(&o.expires_ms), ROW_INT(&o.tries), ROW_INT(&o.sent), ROW_TEXT(o.day),
		ROW_INT(&o.day_count), ROW_TEXT(o.used_by) };
	enum ykt_status status;

	status = row_one(tx,
	    "SELECT salt, hash, made_ms, expires_ms, tries, sent, day, day_count, used_by FROM otp"
	    " WHERE phone = ?1 AND purpose = ?2",
	    YKT_SQL_IN(ykt_sql_text(phone), ykt_sql_text(purpose)), cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_OK)
		*ret = o;

	return status;
}

/* The outcome of asking for a code: make it, or wait so long. */
struct otp_make {
	struct otp fresh;
	int64_t now_ms;
	int64_t retry_ms;
	bool wait;
};

static enum ykt_status
otp_make_tx(struct ykt_tx *tx, void *arg)
{
	struct otp_make *make = arg;
	struct otp old, *o = &make->fresh;
	enum ykt_status status;

	make->wait = false;
	o->day_count = 1;
	status = otp_get(tx, o->phone, o->purpose, &old);
	if (status == YKT_OK) {
		/* A code whose message was not handed over is replaced at once. */
		make->wait = old.sent != 0 && make->now_ms < old.made_ms + make->retry_ms;
		if (make->wait) {
			make->retry_ms = old.made_ms + make->retry_ms - make->now_ms;
			return YKT_OK;
		}
		if (strcmp(old.day, o->day) == 0)
			o->day_count = old.day_count + 1;
		if (o->day_count > OTP_DAY_MAX)
			return YKT_OVER_LIMIT;
	} else if (status != YKT_NOT_FOUND)
		return status;

	return row_exec(tx,
	    "INSERT INTO otp(phone, purpose, salt, hash, made_ms, expires_ms, tries, sent, day,"
	    " day_count, used_by) VALUES(?1, ?2, ?3, ?4, ?5, ?6, 0, 0, ?7, ?8, '')"
	    " ON CONFLICT(phone, purpose) DO UPDATE SET salt = excluded.salt, hash = excluded.hash,"
	    " made_ms = excluded.made_ms, expires_ms = excluded.expires_ms, tries = 0, sent = 0,"
	    " day = excluded.day, day_count = excluded.day_count, used_by = ''",
	    YKT_SQL_IN(ykt_sql_text(o->phone), ykt_sql_text(o->purpose),
		ykt_sql_blob(YKT_BYTES(o->salt)), ykt_sql_blob(YKT_BYTES(o->hash)),
		ykt_sql_int(o->made_ms), ykt_sql_int(o->expires_ms), ykt_sql_text(o->day),
		ykt_sql_int(o->day_count)));
}

static enum ykt_status
otp_sent_tx(struct ykt_tx *tx, void *arg)
{
	const struct otp *o = arg;

	return row_exec(tx,
	    "UPDATE otp SET sent = 1 WHERE phone = ?1 AND purpose = ?2 AND salt = ?3",
	    YKT_SQL_IN(ykt_sql_text(o->phone), ykt_sql_text(o->purpose),
		ykt_sql_blob(YKT_BYTES(o->salt))));
}

/* Six digits, each code as likely as any other. */
static enum ykt_status
code_draw(struct platform_worker *w, char ret_code[7])
{
	const uint32_t limit = UINT32_MAX - UINT32_MAX % OTP_RANGE;
	uint8_t bytes[4];
	uint32_t v = UINT32_MAX;
	enum ykt_status status = YKT_OK;

	for (int i = 0; i < 64 && status == YKT_OK && v >= limit; i++) {
		status = ykt_random_fill(w->p->env->random, bytes, sizeof(bytes));
		v = ykt_get_u32(bytes);
	}
	if (status == YKT_OK && v >= limit)
		status = YKT_E_RANDOM;
	if (status == YKT_OK) {
		ret_code[0] = '\0';
		text_add_int(ret_code, 7, v % OTP_RANGE, 6);
	}

	return status;
}

int
op_otp_send(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_otp_send_req *ask = req;
	struct wire_otp_send_rsp *answer = rsp;
	const struct platform_settings *set = &w->p->o.settings;
	struct otp_make make = { .now_ms = call->now_ms, .retry_ms = set->otp_retry_ms };
	struct otp *o = &make.fresh;
	char code[7] = "", text[128] = "";
	enum ykt_status status;

	if (!wire_phone_valid(ask->phone) || wire_token_find(&wire_otp_purpose, ask->purpose) < 0)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "phone or purpose");
	text_set(o->phone, sizeof(o->phone), ask->phone);
	text_set(o->purpose, sizeof(o->purpose), ask->purpose);
	o->made_ms = call->now_ms;
	o->expires_ms = call->now_ms + set->otp_life_ms;
	ykt_civil_day(call->now_ms, o->day);
	status = ykt_random_fill(w->p->env->random, o->salt, sizeof(o->salt));
	if (status == YKT_OK)
		status = code_draw(w, code);
	if (status == YKT_OK)
		status = code_hash(w, o->salt, code, o->hash);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, otp_make_tx, &make);
	if (status == YKT_OK && !make.wait) {
		text_add(text, sizeof(text), "一卡通 yikatong: ");
		text_add(text, sizeof(text), code);
		status = w->p->o.sms(w->p->o.sms_arg, o->phone, text);
		if (status == YKT_OK)
			status = ykt_store_run(w->p->store, otp_sent_tx, o);
	}
	ykt_wipe(code, sizeof(code));
	ykt_wipe(text, sizeof(text));
	if (status == YKT_OVER_LIMIT)
		return wire_error_set(error, 429, WIRE_ERR_TOO_OFTEN, "codes a day");
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	answer->retry_ms = make.retry_ms;

	return 200;
}

struct otp_try {
	const char *phone;
	const char *purpose;
	int64_t now_ms;
	struct otp otp;
};

static enum ykt_status
otp_try_tx(struct ykt_tx *tx, void *arg)
{
	struct otp_try *try = arg;
	enum ykt_status status;

	status = otp_get(tx, try->phone, try->purpose, &try->otp);
	if (status == YKT_NOT_FOUND)
		return YKT_DENIED;
	if (status != YKT_OK)
		return status;
	if (try->now_ms > try->otp.expires_ms || try->otp.tries >= OTP_TRIES_MAX)
		return YKT_DENIED;

	return row_exec(tx, "UPDATE otp SET tries = tries + 1 WHERE phone = ?1 AND purpose = ?2",
	    YKT_SQL_IN(ykt_sql_text(try->phone), ykt_sql_text(try->purpose)));
}

enum ykt_status
otp_check(struct platform_worker *w, const char *phone, const char *purpose, const char *code,
    int64_t now_ms, char ret_used_by[33])
{
	struct otp_try try = { .phone = phone, .purpose = purpose, .now_ms = now_ms };
	uint8_t hash[32];
	enum ykt_status status;

	status = ykt_store_run(w->p->store, otp_try_tx, &try);
	if (status == YKT_OK)
		status = code_hash(w, try.otp.salt, code, hash);
	if (status == YKT_OK && !ykt_ct_equal(hash, try.otp.hash, sizeof(hash)))
		status = YKT_DENIED;
	if (status == YKT_OK)
		text_set(ret_used_by, 33, try.otp.used_by);

	return status;
}

enum ykt_status
otp_spend(struct ykt_tx *tx, const char *phone, const char *purpose, const char *used_by)
{
	return row_change_one(tx,
	    "UPDATE otp SET used_by = ?1 WHERE phone = ?2 AND purpose = ?3 AND used_by = ''",
	    YKT_SQL_IN(ykt_sql_text(used_by), ykt_sql_text(phone), ykt_sql_text(purpose)));
}

enum ykt_status
otp_check_fresh(struct platform_worker *w, const char *phone, const char *purpose, const char *code,
    int64_t now_ms)
{
	char used_by[33] = "";
	enum ykt_status status = YKT_DENIED;

	if (strlen(code) == 6 && strspn(code, "0123456789") == 6)
		status = otp_check(w, phone, purpose, code, now_ms, used_by);

	return status == YKT_OK && used_by[0] != '\0' ? YKT_DENIED : status;
}
