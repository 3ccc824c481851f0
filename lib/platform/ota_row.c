/*
 * Elements in the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/ota_row.h"

#include <string.h>

#include <ykt/secret.h>

#include "platform/rows.h"

enum ykt_status
ota_card_get(struct ykt_tx *tx, const uint8_t se_id[AIR_IDENTITY_LEN], struct ota_card *ret_card)
{
	struct ota_card card = { 0 };
	const struct row_col cols[] = { ROW_TEXT(card.user_id), ROW_INT(&card.key_id),
		ROW_INT(&card.counter), ROW_BLOB(card.hash),
		ROW_BYTES(card.response, &card.response_len), ROW_INT(&card.bound),
		ROW_INT(&card.window_ms), ROW_INT(&card.calls), ROW_INT(&card.menu_version),
		ROW_INT(&card.language) };
	enum ykt_status status;

	memcpy(card.se_id, se_id, sizeof(card.se_id));
	status = row_one(tx,
	    "SELECT user_id, key_id, counter, hash, response, bound, window_ms, calls,"
	    " menu_version, language FROM ota_card WHERE se_id = ?1",
	    YKT_SQL_IN(ykt_sql_blob(ykt_bytes(se_id, AIR_IDENTITY_LEN))), cols,
	    YKT_ARRAY_LEN(cols));
	if (status == YKT_OK)
		*ret_card = card;

	return status;
}

struct take {
	int64_t counter;
	const uint8_t *hash;
	int64_t key_id;
	int64_t now_ms;
	struct ota_card *card;
};

/* A new counter: the packet before it will never be asked for again. */
static enum ykt_status
take_new(struct ykt_tx *tx, const struct take *take)
{
	struct ota_card *card = take->card;

	if (take->now_ms - card->window_ms >= OTA_WINDOW_MS || take->now_ms < card->window_ms) {
		card->window_ms = take->now_ms;
		card->calls = 0;
	}
	card->calls++;
	card->counter = take->counter;
	card->key_id = take->key_id;
	card->response_len = 0;
	memcpy(card->hash, take->hash, sizeof(card->hash));

	return row_change_one(tx,
	    "INSERT INTO ota_card(se_id, user_id, key_id, counter, hash, response, bound,"
	    " window_ms, calls, menu_version, language)"
	    " VALUES(?1, '', ?2, ?3, ?4, x'', 0, ?5, ?6, 0, 0) ON CONFLICT(se_id) DO UPDATE SET"
	    " key_id = excluded.key_id, counter = excluded.counter, hash = excluded.hash,"
	    " response = x'', window_ms = excluded.window_ms, calls = excluded.calls"
	    " WHERE ota_card.counter < excluded.counter",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(card->se_id)), ykt_sql_int(card->key_id),
		ykt_sql_int(card->counter), ykt_sql_blob(YKT_BYTES(card->hash)),
		ykt_sql_int(card->window_ms), ykt_sql_int(card->calls)));
}

static enum ykt_status
take_tx(struct ykt_tx *tx, void *arg)
{
	const struct take *take = arg;
	struct ota_card *card = take->card;
	uint8_t se_id[AIR_IDENTITY_LEN];
	enum ykt_status status;

	memcpy(se_id, card->se_id, sizeof(se_id));
	status = ota_card_get(tx, se_id, card);
	if (status == YKT_NOT_FOUND) {
		*card = (struct ota_card){ 0 };
		memcpy(card->se_id, se_id, sizeof(se_id));
	} else if (status != YKT_OK) {
		return status;
	}
	if (take->counter > card->counter)
		return take_new(tx, take);
	if (take->counter < card->counter ||
	    !ykt_ct_equal(card->hash, take->hash, sizeof(card->hash)))
		return YKT_CONFLICT;

	return card->response_len == 0 ? YKT_OK : YKT_DUPLICATE;
}

enum ykt_status
ota_row_take(struct platform_worker *w, int64_t counter, const uint8_t hash[32], int64_t key_id,
    int64_t now_ms, struct ota_card *card)
{
	struct take take = { counter, hash, key_id, now_ms, card };

	return ykt_store_run(w->p->store, take_tx, &take);
}

struct keep {
	struct ota_card *card;
	int64_t counter;
	struct ykt_bytes response;
};

static enum ykt_status
keep_tx(struct ykt_tx *tx, void *arg)
{
	const struct keep *keep = arg;
	struct ota_card *card = keep->card;
	struct ota_card stored;
	enum ykt_status status;

	status = row_exec(tx,
	    "UPDATE ota_card SET response = ?1 WHERE se_id = ?2 AND counter = ?3 AND"
	    " response = x''",
	    YKT_SQL_IN(ykt_sql_blob(keep->response), ykt_sql_blob(YKT_BYTES(card->se_id)),
		ykt_sql_int(keep->counter)));
	if (status == YKT_OK)
		status = ota_card_get(tx, card->se_id, &stored);
	if (status == YKT_OK && (stored.counter != keep->counter || stored.response_len == 0))
		status = YKT_CONFLICT;
	if (status == YKT_OK)
		*card = stored;

	return status;
}

enum ykt_status
ota_row_keep(
    struct platform_worker *w, struct ota_card *card, int64_t counter, struct ykt_bytes response)
{
	struct keep keep = { card, counter, response };

	return ykt_store_run(w->p->store, keep_tx, &keep);
}

struct find {
	const uint8_t *se_id;
	struct ota_card card;
};

static enum ykt_status
find_tx(struct ykt_tx *tx, void *arg)
{
	struct find *find = arg;

	return ota_card_get(tx, find->se_id, &find->card);
}

enum ykt_status
ota_row_find(
    struct platform_worker *w, const uint8_t se_id[AIR_IDENTITY_LEN], struct ota_card *ret_card)
{
	struct find find = { .se_id = se_id };
	enum ykt_status status = ykt_store_run(w->p->store, find_tx, &find);

	if (status == YKT_OK)
		*ret_card = find.card;

	return status;
}

struct told {
	const uint8_t *se_id;
	int64_t version;
	int64_t language;
};

static enum ykt_status
told_tx(struct ykt_tx *tx, void *arg)
{
	const struct told *told = arg;

	return row_exec(tx, "UPDATE ota_card SET menu_version = ?2, language = ?3 WHERE se_id = ?1",
	    YKT_SQL_IN(ykt_sql_blob(ykt_bytes(told->se_id, AIR_IDENTITY_LEN)),
		ykt_sql_int(told->version), ykt_sql_int(told->language)));
}

enum ykt_status
ota_row_menu(struct platform_worker *w, const uint8_t se_id[AIR_IDENTITY_LEN], int64_t version,
    int64_t language)
{
	struct told told = { se_id, version, language };

	return ykt_store_run(w->p->store, told_tx, &told);
}
