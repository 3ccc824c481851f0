/*
 * Cards that another module personalised under the same roots, and that are taken in here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "keys/internal.h"
#include "keys/permit.h"

struct claim {
	const struct permit_ask *ask;
	int64_t alg;
	bool found;   /* it has a row */
	bool made;    /* personalised here */
	bool blocked; /* by wrong MAC1 */
	bool live;    /* a permit is out */
	int64_t counter;
	struct permit_answer answer;
};

static enum ykt_status
read_card(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct claim *claim = arg;
	size_t len;

	if (count != 4)
		return YKT_E_INTERNAL;
	claim->found = true;
	claim->counter = cols[0].i;
	claim->blocked = claim->blocked || cols[1].i >= KEYS_MAC1_LIMIT;
	claim->made = cols[2].i != 0;
	len = cols[3].bytes.len < sizeof(claim->answer.holder) ? cols[3].bytes.len : 0;
	claim->live = len != 0;
	memcpy(claim->answer.holder, cols[3].bytes.data, len);
	claim->answer.holder[len] = '\0';

	return YKT_OK;
}

static enum ykt_status
read_stray(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct claim *claim = arg;

	claim->blocked = count == 1 && cols[0].i >= KEYS_MAC1_LIMIT;

	return YKT_OK;
}

static enum ykt_status
look(struct ykt_tx *tx, struct claim *claim)
{
	const struct ykt_sql_val in[] = { ykt_sql_text(claim->ask->card_no) };
	enum ykt_status status;

	claim->found = claim->blocked = false;
	status = ykt_tx_query(
	    tx, "SELECT wrong FROM stray WHERE card_no = ?1", in, 1, read_stray, claim, NULL);
	if (status == YKT_OK)
		status = ykt_tx_query(tx,
		    "SELECT counter, mac1_wrong, length(se_id) <> 0,"
		    " COALESCE((SELECT order_id FROM permit p WHERE p.card_no = card.card_no"
		    " AND state = 'live'), '') FROM card WHERE card_no = ?1",
		    in, 1, read_card, claim, NULL);

	return status == YKT_OK && claim->blocked ? YKT_BLOCKED : status;
}

/* A row of its own; nothing that was wrong before counts any more. */
static enum ykt_status
take_in(struct ykt_tx *tx, const struct claim *claim)
{
	const struct permit_ask *ask = claim->ask;
	enum ykt_status status = ykt_tx_query(tx,
	    "INSERT INTO card (card_no, se_id, alg, counter, made_ms)"
	    " VALUES (?1, x'', ?2, ?3, ?4) ON CONFLICT (card_no)"
	    " DO UPDATE SET counter = excluded.counter, mac1_wrong = 0",
	    YKT_SQL_IN(ykt_sql_text(ask->card_no), ykt_sql_int(claim->alg),
		ykt_sql_int(ask->counter), ykt_sql_int(ask->now_ms)),
	    NULL, NULL, NULL);

	if (status == YKT_OK)
		status = ykt_tx_query(tx, "DELETE FROM stray WHERE card_no = ?1",
		    YKT_SQL_IN(ykt_sql_text(ask->card_no)), NULL, NULL, NULL);

	return status;
}

static enum ykt_status
claim_tx(struct ykt_tx *tx, void *arg)
{
	static const uint8_t zeros[PURSE_RANDOM_LEN];
	struct claim *claim = arg;
	const struct permit_ask *ask = claim->ask;
	enum ykt_status status = look(tx, claim);

	if (status != YKT_OK)
		return status;
	if (ykt_bytes_equal(YKT_BYTES(ask->random), YKT_BYTES(zeros)))
		return YKT_MISMATCH;
	claim->answer.outcome = PERMIT_NOT_LOADED;
	if (claim->found && claim->live)
		claim->answer.outcome = PERMIT_HELD;
	else if (claim->found &&
		 (claim->made ? ask->counter != claim->counter : ask->counter < claim->counter))
		claim->answer.outcome = PERMIT_CASE;
	else
		status = take_in(tx, claim);

	return status;
}

enum ykt_status
permit_claim(const struct ykt_store *store, const struct permit_ask *ask, int64_t alg,
    struct permit_answer *ret_answer)
{
	struct claim claim = { .ask = ask, .alg = alg };
	enum ykt_status status = ykt_store_run(store, claim_tx, &claim);

	if (status == YKT_OK)
		*ret_answer = claim.answer;

	return status;
}

static enum ykt_status
stray_tx(struct ykt_tx *tx, void *arg)
{
	struct permit_ask ask = { .card_no = arg };
	struct claim claim = { .ask = &ask };
	enum ykt_status status = look(tx, &claim);

	if (status != YKT_OK)
		return status;

	return ykt_tx_query(tx,
	    "INSERT INTO stray (card_no, wrong) VALUES (?1, 1)"
	    " ON CONFLICT (card_no) DO UPDATE SET wrong = wrong + 1",
	    YKT_SQL_IN(ykt_sql_text(ask.card_no)), NULL, NULL, NULL);
}

enum ykt_status
permit_claim_wrong(const struct ykt_store *store, const char *card_no)
{
	char copy[21] = "";
	size_t len = strlen(card_no);

	memcpy(copy, card_no, len < sizeof(copy) ? len : sizeof(copy) - 1);

	return ykt_store_run(store, stray_tx, copy);
}
