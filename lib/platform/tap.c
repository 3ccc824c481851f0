/*
 * Tap records.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/tap.h"

#include <assert.h>
#include <string.h>

#include <ykt/civil.h>
#include <ykt/hex.h>

#include "card/purse.h"
#include "platform/rows.h"

void
tap_encode(const struct wire_tap *tap, uint8_t ret_record[TAP_RECORD_LEN])
{
	struct ykt_buf buf = { ret_record, 0, TAP_RECORD_LEN, false };

	ykt_put_mem(&buf, tap->card_no, 20);
	ykt_put(&buf, YKT_BYTES(tap->issuer));
	ykt_put_u8(&buf, (uint8_t)tap->alg);
	ykt_put_u8(&buf, (uint8_t)tap->key_version);
	ykt_put(&buf, YKT_BYTES(tap->type));
	ykt_put_u64(&buf, (uint64_t)tap->amount_fen);
	ykt_put_u64(&buf, (uint64_t)tap->balance_fen);
	ykt_put_u64(&buf, (uint64_t)tap->offline_seq);
	ykt_put(&buf, YKT_BYTES(tap->terminal));
	ykt_put_u64(&buf, (uint64_t)tap->terminal_seq);
	ykt_put(&buf, YKT_BYTES(tap->datetime));
	ykt_put(&buf, YKT_BYTES(tap->tac));
	ykt_put_u8(&buf, tap->confirmed ? 1 : 0);
	ykt_put(&buf, YKT_BYTES(tap->trip));
	assert(!buf.full && buf.len == TAP_RECORD_LEN);
}

void
tap_decode(const uint8_t record[TAP_RECORD_LEN], struct wire_tap *ret_tap)
{
	struct ykt_rd rd = ykt_rd(ykt_bytes(record, TAP_RECORD_LEN));

	memset(ret_tap, 0, sizeof(*ret_tap));
	ykt_rd_copy(&rd, ret_tap->card_no, 20);
	ykt_rd_copy(&rd, ret_tap->issuer, sizeof(ret_tap->issuer));
	ret_tap->alg = ykt_rd_u8(&rd);
	ret_tap->key_version = ykt_rd_u8(&rd);
	ykt_rd_copy(&rd, ret_tap->type, sizeof(ret_tap->type));
	ret_tap->amount_fen = (int64_t)ykt_rd_u64(&rd);
	ret_tap->balance_fen = (int64_t)ykt_rd_u64(&rd);
	ret_tap->offline_seq = (int64_t)ykt_rd_u64(&rd);
	ykt_rd_copy(&rd, ret_tap->terminal, sizeof(ret_tap->terminal));
	ret_tap->terminal_seq = (int64_t)ykt_rd_u64(&rd);
	ykt_rd_copy(&rd, ret_tap->datetime, sizeof(ret_tap->datetime));
	ykt_rd_copy(&rd, ret_tap->tac, sizeof(ret_tap->tac));
	ret_tap->confirmed = ykt_rd_u8(&rd) != 0;
	ykt_rd_copy(&rd, ret_tap->trip, sizeof(ret_tap->trip));
	assert(ykt_rd_done(&rd) == YKT_OK);
}

void
tap_ref(const char *acquirer, const struct wire_tap *tap, char ret_ref[TAP_REF_MAX])
{
	char terminal[13];

	ykt_hex_encode(YKT_BYTES(tap->terminal), terminal);
	ret_ref[0] = '\0';
	text_add(ret_ref, TAP_REF_MAX, acquirer);
	text_add(ret_ref, TAP_REF_MAX, " ");
	text_add(ret_ref, TAP_REF_MAX, terminal);
	text_add(ret_ref, TAP_REF_MAX, " ");
	text_add_int(ret_ref, TAP_REF_MAX, tap->terminal_seq, 1);
}

const char *
tap_fault(const struct platform *p, const struct wire_tap *tap)
{
	static const uint8_t no_tac[4];
	struct ykt_civil civil;

	if (!wire_card_no_valid(tap->card_no))
		return "card_no";
	if (tap->alg != PURSE_ALG_TDES && tap->alg != PURSE_ALG_SM4)
		return "alg";
	if (tap->type[0] != PURSE_TYPE_PURCHASE && tap->type[0] != PURSE_TYPE_CAPP)
		return "type";
	/* I-2, I-21: the cap of a single ride, here on its own. */
	if (tap->amount_fen < 0 || tap->amount_fen > p->o.settings.tap_cap_fen)
		return "amount";
	if (!ykt_civil_from_bcd7(tap->datetime, &civil))
		return "datetime";
	if (!tap->confirmed && !ykt_bytes_equal(YKT_BYTES(tap->tac), YKT_BYTES(no_tac)))
		return "tac";

	return NULL;
}

int64_t
tap_time(const struct wire_tap *tap)
{
	struct ykt_civil civil;

	if (!ykt_civil_from_bcd7(tap->datetime, &civil))
		return 0;

	return ykt_civil_to_ms(&civil);
}

enum ykt_status
tap_find(
    struct ykt_tx *tx, const char *acquirer, const struct wire_tap *tap, struct tap_row *ret_row)
{
	struct tap_row row;
	const struct row_col cols[] = { ROW_INT(&row.tap_id), ROW_TEXT(row.state),
		ROW_INT(&row.valid), ROW_BLOB(row.record) };
	enum ykt_status status;

	status = row_one(tx,
	    "SELECT tap_id, state, valid, record FROM tap WHERE acquirer = ?1 AND terminal = ?2"
	    " AND terminal_seq = ?3",
	    YKT_SQL_IN(ykt_sql_text(acquirer), ykt_sql_blob(YKT_BYTES(tap->terminal)),
		ykt_sql_int(tap->terminal_seq)),
	    cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_OK)
		*ret_row = row;

	return status;
}

enum ykt_status
tap_insert(struct ykt_tx *tx, const struct tap_new *n, bool *ret_new)
{
	const struct wire_tap *tap = n->tap;
	uint8_t record[TAP_RECORD_LEN];
	int64_t changed = 0;
	enum ykt_status status;

	tap_encode(tap, record);
	status = ykt_tx_query(tx,
	    "INSERT INTO tap(acquirer, issuer, terminal, terminal_seq, card_no, offline_seq,"
	    " amount_fen, time_ms, state, valid, send, record)"
	    " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12"
	    " WHERE ?10 < 0 OR EXISTS (SELECT 1 FROM card WHERE card_no = ?5)"
	    " ON CONFLICT DO NOTHING",
	    YKT_SQL_IN(ykt_sql_text(n->acquirer), ykt_sql_text(n->issuer),
		ykt_sql_blob(YKT_BYTES(tap->terminal)), ykt_sql_int(tap->terminal_seq),
		ykt_sql_text(tap->card_no), ykt_sql_int(tap->offline_seq),
		ykt_sql_int(tap->amount_fen), ykt_sql_int(tap_time(tap)), ykt_sql_text(n->state),
		ykt_sql_int(n->valid), ykt_sql_int(n->send), ykt_sql_blob(YKT_BYTES(record))),
	    NULL, NULL, &changed);
	if (status == YKT_OK)
		*ret_new = changed == 1;

	return status;
}

bool
tap_same_ride(const struct wire_tap *a, const struct wire_tap *b)
{
	return strcmp(a->card_no, b->card_no) == 0 &&
	       ykt_bytes_equal(YKT_BYTES(a->issuer), YKT_BYTES(b->issuer)) && a->alg == b->alg &&
	       a->type[0] == b->type[0] && a->amount_fen == b->amount_fen &&
	       a->offline_seq == b->offline_seq &&
	       ykt_bytes_equal(YKT_BYTES(a->datetime), YKT_BYTES(b->datetime));
}

enum ykt_status
tap_refuse(struct ykt_tx *tx, const char *acquirer, const struct wire_tap *tap, const char *reason,
    int64_t now_ms)
{
	uint8_t record[TAP_RECORD_LEN];

	tap_encode(tap, record);

	return row_exec(tx,
	    "INSERT INTO tap_refused(acquirer, time_ms, reason, record) VALUES(?1, ?2, ?3, ?4)"
	    " ON CONFLICT DO NOTHING",
	    YKT_SQL_IN(ykt_sql_text(acquirer), ykt_sql_int(now_ms), ykt_sql_text(reason),
		ykt_sql_blob(YKT_BYTES(record))));
}

static void
verify_fill(struct wire_key_tac *out, const struct wire_tap *tap)
{
	memset(out, 0, sizeof(*out));
	text_set(out->card_no, sizeof(out->card_no), tap->card_no);
	memcpy(out->issuer, tap->issuer, sizeof(out->issuer));
	out->alg = tap->alg;
	out->type[0] = tap->type[0];
	out->amount_fen = tap->amount_fen;
	memcpy(out->terminal, tap->terminal, sizeof(out->terminal));
	out->terminal_seq = tap->terminal_seq;
	memcpy(out->datetime, tap->datetime, sizeof(out->datetime));
	memcpy(out->tac, tap->tac, sizeof(out->tac));
}

enum ykt_status
tap_verify(struct platform_worker *w, const struct wire_tap *taps, size_t count, const bool *ask,
    int64_t deadline_mono_ms, bool *ret_good)
{
	struct wire_key_tac_verify_req *req = &w->call.verify.req;
	struct wire_key_tac_verify_rsp *rsp = &w->call.verify.rsp;
	enum ykt_status status = YKT_OK;
	size_t at = 0;

	assert(count <= WIRE_VERIFY_MAX);
	req->taps_count = 0;
	for (size_t i = 0; i < count; i++) {
		ret_good[i] = false;
		if (ask[i])
			verify_fill(&req->taps[req->taps_count++], &taps[i]);
	}
	if (req->taps_count != 0)
		status = wire_call(w->p->o.keyd, WIRE_PATH_KEY_TAC_VERIFY,
		    &wire_key_tac_verify_req_msg, req, &wire_key_tac_verify_rsp_msg, rsp, w->calls,
		    room_deadline(w, deadline_mono_ms), NULL);
	if (status == YKT_OK && req->taps_count != 0 && rsp->ok_count != req->taps_count)
		status = YKT_E_SERVER;
	for (size_t i = 0; i < count && status == YKT_OK; i++) {
		if (ask[i])
			ret_good[i] = rsp->ok[at++].good;
	}

	return status;
}

void
tap_tally_add(struct tap_tally *tally, enum tap_column column, const struct wire_tap *tap)
{
	tally->count[column]++;
	/* At most 64 amounts below WIRE_FEN_MAX: no sum can overflow. */
	tally->sum[column] += tap->amount_fen;
}

enum ykt_status
tap_batch(struct ykt_tx *tx, const char *source, const char *batch_id,
    const struct tap_tally *tally, int64_t now_ms)
{
	const int64_t *n = tally->count;
	const ykt_fen *s = tally->sum;

	return row_exec(tx,
	    "INSERT INTO batch(source, batch_id, time_ms, records, sum_fen, posted, posted_fen,"
	    " duplicate, duplicate_fen, suspense, suspense_fen, refused, refused_fen)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
	    YKT_SQL_IN(ykt_sql_text(source), ykt_sql_text(batch_id), ykt_sql_int(now_ms),
		ykt_sql_int(n[0] + n[1] + n[2] + n[3]), ykt_sql_int(s[0] + s[1] + s[2] + s[3]),
		ykt_sql_int(n[0]), ykt_sql_int(s[0]), ykt_sql_int(n[1]), ykt_sql_int(s[1]),
		ykt_sql_int(n[2]), ykt_sql_int(s[2]), ykt_sql_int(n[3]), ykt_sql_int(s[3])));
}
