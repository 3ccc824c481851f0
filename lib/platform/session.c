/*
 * Sessions in the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/session.h"

#include <string.h>

#include <ykt/secret.h>

#include "crypto/kdf.h"
#include "platform/rows.h"

#define KEYS_LEN 64

_Static_assert(sizeof(struct wire_session_keys) == KEYS_LEN, "session keys are bytes");

enum ykt_status
session_mask(struct platform_worker *w, const uint8_t sid[16], const struct wire_session_keys *keys,
    uint8_t ret_masked[64])
{
	static const char label[] = "ykt session row";
	uint8_t info[sizeof(label) + 16], pad[KEYS_LEN], plain[KEYS_LEN];
	enum ykt_status status;

	memcpy(info, label, sizeof(label));
	memcpy(info + sizeof(label), sid, 16);
	memcpy(plain, keys, sizeof(plain));
	/* sid is random and used once, so the pad is too. */
	status = crypto_kdf_sm3(
	    w->crypto, YKT_BYTES(w->p->o.seal_key.d), YKT_BYTES(info), pad, sizeof(pad));
	for (size_t i = 0; i < sizeof(pad) && status == YKT_OK; i++)
		ret_masked[i] = plain[i] ^ pad[i];
	ykt_wipe(pad, sizeof(pad));
	ykt_wipe(plain, sizeof(plain));

	return status;
}

struct find {
	const uint8_t *sid;
	struct session session;
	uint8_t masked[KEYS_LEN];
};

static enum ykt_status
find_tx(struct ykt_tx *tx, void *arg)
{
	struct find *find = arg;
	struct session *s = &find->session;
	const struct row_col cols[] = { ROW_TEXT(s->user_id), ROW_BLOB(s->device.xy),
		ROW_BLOB(find->masked), ROW_INT(&s->ctr), ROW_INT(&s->created_ms),
		ROW_INT(&s->used_ms) };

	return row_one(tx,
	    "SELECT user_id, device, key, ctr, created_ms, used_ms FROM session WHERE sid = ?1",
	    YKT_SQL_IN(ykt_sql_blob(ykt_bytes(find->sid, 16))), cols, YKT_ARRAY_LEN(cols));
}

enum ykt_status
session_find(
    struct platform_worker *w, const uint8_t sid[16], int64_t now_ms, struct session *ret_session)
{
	const struct platform_settings *set = &w->p->o.settings;
	struct find find = { .sid = sid };
	struct wire_session_keys masked;
	enum ykt_status status;

	status = ykt_store_run(w->p->store, find_tx, &find);
	if (status == YKT_NOT_FOUND)
		status = YKT_LOGIN_NEEDED;
	if (status == YKT_OK && (now_ms - find.session.used_ms > set->session_idle_ms ||
				    now_ms - find.session.created_ms > set->session_absolute_ms))
		status = YKT_LOGIN_NEEDED;
	if (status == YKT_OK) {
		memcpy(&masked, find.masked, sizeof(masked));
		status = session_mask(w, sid, &masked, (uint8_t *)&find.session.keys);
	}
	if (status == YKT_OK) {
		memcpy(find.session.sid, sid, 16);
		*ret_session = find.session;
	}
	ykt_wipe(&find, sizeof(find));

	return status;
}

struct take {
	const uint8_t *sid;
	int64_t ctr;
	int64_t now_ms;
};

static enum ykt_status
take_tx(struct ykt_tx *tx, void *arg)
{
	const struct take *take = arg;

	return row_change_one(tx,
	    "UPDATE session SET ctr = ?1, used_ms = MAX(used_ms, ?2) WHERE sid = ?3 AND ctr < ?1",
	    YKT_SQL_IN(ykt_sql_int(take->ctr), ykt_sql_int(take->now_ms),
		ykt_sql_blob(ykt_bytes(take->sid, 16))));
}

enum ykt_status
session_take(struct platform_worker *w, const uint8_t sid[16], int64_t ctr, int64_t now_ms)
{
	struct take take = { sid, ctr, now_ms };

	return ykt_store_run(w->p->store, take_tx, &take);
}

enum ykt_status
session_replace(struct ykt_tx *tx, const struct session *s, const uint8_t masked[64])
{
	enum ykt_status status;

	status = row_exec(
	    tx, "DELETE FROM session WHERE user_id = ?1", YKT_SQL_IN(ykt_sql_text(s->user_id)));
	if (status == YKT_OK)
		status = row_exec(tx,
		    "INSERT INTO session(sid, user_id, device, key, ctr, created_ms, used_ms)"
		    " VALUES(?1, ?2, ?3, ?4, 0, ?5, ?5)",
		    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(s->sid)), ykt_sql_text(s->user_id),
			ykt_sql_blob(YKT_BYTES(s->device.xy)),
			ykt_sql_blob(ykt_bytes(masked, KEYS_LEN)), ykt_sql_int(s->created_ms)));

	return status;
}

enum ykt_status
session_nonce(
    struct ykt_tx *tx, const struct crypto_sm2_pub *device, const uint8_t nonce[16], int64_t now_ms)
{
	enum ykt_status status;

	status = row_change_one(tx,
	    "INSERT INTO open_nonce(device, nonce, ts_ms) VALUES(?1, ?2, ?3)"
	    " ON CONFLICT(device, nonce) DO NOTHING",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(device->xy)), ykt_sql_blob(ykt_bytes(nonce, 16)),
		ykt_sql_int(now_ms)));

	return status == YKT_CONFLICT ? YKT_DUPLICATE : status;
}
