/*
 * Looks at payment PINs in the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keys/pin.h"

#include "wire/pin.h"

struct take {
	const struct pin_look *look;
	const uint8_t *made;
	bool known; /* the block came before */
	bool fits;  /* and may be held against this verifier */
	int64_t wrong;
};

static enum ykt_status
read_block(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct take *take = arg;
	struct ykt_bytes against = YKT_BYTES(take->look->against);

	if (count != 2)
		return YKT_E_CORRUPT;
	take->known = true;
	take->fits =
	    ykt_bytes_equal(cols[0].bytes, against) || ykt_bytes_equal(cols[1].bytes, against);

	return YKT_OK;
}

static enum ykt_status
read_wrong(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct take *take = arg;

	if (count != 1)
		return YKT_E_CORRUPT;
	take->wrong = cols[0].i;

	return YKT_OK;
}

static enum ykt_status
look_at(struct ykt_tx *tx, struct take *take)
{
	const struct pin_look *look = take->look;
	enum ykt_status status;

	take->known = take->fits = false;
	take->wrong = 0;
	status = ykt_tx_query(tx, "SELECT against, made FROM pin_block WHERE hash = ?1",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(look->block))), read_block, take, NULL);
	if (status == YKT_OK)
		status = ykt_tx_query(tx, "SELECT wrong FROM pin_wrong WHERE against = ?1",
		    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(look->against))), read_wrong, take, NULL);

	return status;
}

/* Of blocks whose own time refuses them. */
static enum ykt_status
forget(struct ykt_tx *tx, int64_t now_ms)
{
	return ykt_tx_query(tx, "DELETE FROM pin_block WHERE at_ms < ?1",
	    YKT_SQL_IN(ykt_sql_int(now_ms - 2 * WIRE_PIN_LIFE_MS)), NULL, NULL, NULL);
}

static enum ykt_status
take_tx(struct ykt_tx *tx, void *arg)
{
	struct take *take = arg;
	const struct pin_look *look = take->look;
	enum ykt_status status = look_at(tx, take);

	if (status != YKT_OK)
		return status;
	if (take->known && !take->fits)
		return YKT_MISMATCH;
	if (take->wrong >= KEYS_PIN_LIMIT)
		return YKT_BLOCKED;
	if (take->known)
		return YKT_OK;
	status = forget(tx, look->now_ms);
	if (status != YKT_OK)
		return status;
	status = ykt_tx_query(tx,
	    "INSERT INTO pin_block(hash, against, made, at_ms) VALUES(?1, ?2, x'', ?3)",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(look->block)), ykt_sql_blob(YKT_BYTES(look->against)),
		ykt_sql_int(look->now_ms)),
	    NULL, NULL, NULL);
	if (status == YKT_OK)
		status = ykt_tx_query(tx,
		    "INSERT INTO pin_wrong(against, wrong) VALUES(?1, 1)"
		    " ON CONFLICT(against) DO UPDATE SET wrong = wrong + 1",
		    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(look->against))), NULL, NULL, NULL);

	return status;
}

enum ykt_status
pin_look_take(const struct ykt_store *store, const struct pin_look *look)
{
	struct take take = { .look = look };

	return ykt_store_run(store, take_tx, &take);
}

static enum ykt_status
right_tx(struct ykt_tx *tx, void *arg)
{
	const struct take *take = arg;

	return ykt_tx_query(tx, "UPDATE pin_wrong SET wrong = 0 WHERE against = ?1 AND wrong <> 0",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(take->look->against))), NULL, NULL, NULL);
}

enum ykt_status
pin_look_right(const struct ykt_store *store, const struct pin_look *look)
{
	struct take take = { .look = look };

	return ykt_store_run(store, right_tx, &take);
}

/* A block of a new PIN that was held against no verifier is not there yet. */
static enum ykt_status
made_tx(struct ykt_tx *tx, void *arg)
{
	const struct take *take = arg;
	const struct pin_look *look = take->look;
	enum ykt_status status = forget(tx, look->now_ms);

	if (status != YKT_OK)
		return status;

	return ykt_tx_query(tx,
	    "INSERT INTO pin_block(hash, against, made, at_ms) VALUES(?1, ?2, ?3, ?4)"
	    " ON CONFLICT(hash) DO UPDATE SET made = excluded.made",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(look->block)), ykt_sql_blob(YKT_BYTES(look->against)),
		ykt_sql_blob(ykt_bytes(take->made, 32)), ykt_sql_int(look->now_ms)),
	    NULL, NULL, NULL);
}

enum ykt_status
pin_look_made(const struct ykt_store *store, const struct pin_look *look, const uint8_t made[32])
{
	struct take take = { .look = look, .made = made };

	return ykt_store_run(store, made_tx, &take);
}
