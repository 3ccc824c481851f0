/*
 * Taps for the upload tests.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "taps.h"

#include <string.h>

static const uint8_t gate_terminal[6] = { 0x31, 0, 0, 0, 0, 1 };

struct taps *
taps_open(void)
{
	static struct taps t;
	struct wire_order load;

	memset(&t, 0, sizeof(t));
	bench_open(&t.b);
	bench_register(t.b, BENCH_PHONE);
	load = bench_card(t.b, t.card_no);
	bench_load_whole(t.b, load.order_id);
	memcpy(t.req.terminal, gate_terminal, 6);
	strcpy(t.req.batch_id, "0000000000000000000000000000000b");
	return &t;
}

struct wire_tap
taps_tap(const struct taps *t, int64_t offline_seq, int64_t terminal_seq, int64_t amount)
{
	struct wire_tap tap = { .key_version = 1,
		.type = { 0x09 },
		.amount_fen = amount,
		.balance_fen = BENCH_LOAD,
		.offline_seq = offline_seq,
		.terminal_seq = terminal_seq,
		.datetime = { 0x20, 0x26, 0x11, 0x23, 0x08, 0x00, 0x00 },
		.confirmed = true };

	strcpy(tap.card_no, t->card_no);
	memset(tap.issuer, 1, sizeof(tap.issuer));
	memcpy(tap.terminal, gate_terminal, 6);
	tap.datetime[6] = (uint8_t)(terminal_seq % 6);
	model_tap_tac(&tap, tap.tac);
	return tap;
}

struct wire_tap
taps_torn(const struct taps *t, int64_t offline_seq, int64_t terminal_seq, int64_t amount)
{
	struct wire_tap tap = taps_tap(t, offline_seq, terminal_seq, amount);

	tap.confirmed = false;
	memset(tap.tac, 0, sizeof(tap.tac));
	return tap;
}

struct wire_tap
taps_foreign(const struct taps *t, int64_t terminal_seq, int64_t amount)
{
	struct wire_tap tap = taps_tap(t, 1, terminal_seq, amount);

	memset(tap.issuer, 2, sizeof(tap.issuer));
	strcpy(tap.card_no, "03100990200000000013");
	model_tap_tac(&tap, tap.tac);
	return tap;
}

int
taps_upload(struct taps *t, const struct wire_tap *taps, size_t count)
{
	t->req.records_count = count;
	if (count != 0)
		memcpy(t->req.records, taps, count * sizeof(*taps));
	return bench_inner(t->b, WIRE_PATH_GATE_UPLOAD, GATE, &wire_gate_upload_req_msg, &t->req,
	    &wire_gate_upload_rsp_msg, &t->rsp);
}

/* One tap up; what the gate was told. */
const char *
taps_up(struct taps *t, struct wire_tap tap)
{
	assert_int_equal(taps_upload(t, &tap, 1), 200);
	assert_int_equal(t->rsp.results_count, 1);
	return t->rsp.results[0].result;
}

int64_t
taps_shadow(struct taps *t)
{
	return bench_account(t->b, "SH:", t->card_no);
}

int64_t
taps_merchant(struct taps *t)
{
	return bench_account(t->b, "M:", BENCH_CITY);
}

int64_t
taps_wallet(struct taps *t)
{
	return bench_account(t->b, "U:", t->b->user_id);
}

void
taps_close(struct taps *t)
{
	assert_int_equal(bench_number(t->b, "SELECT COUNT(*) FROM batch WHERE records <>"
					    " posted + duplicate + suspense + refused OR sum_fen <>"
					    " posted_fen + duplicate_fen + suspense_fen +"
					    " refused_fen"),
	    0);
	assert_int_equal(bench_account(t->b, "SUS", ""), 0);
	bench_check_books(t->b);
	bench_close(&t->b);
}
