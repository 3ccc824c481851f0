/*
 * The ledger's verification in pieces: damage is found in whichever piece it is, entries that
 * come meanwhile are looked at, a process that ends loses nothing of a run, and the operator
 * sees how far it is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/verify.h"

#include <stdio.h>
#include <string.h>

#include "bad.h"
#include "platform/admin.h"
#include "platform/ledger.h"

#define MANY (2 * VERIFY_PIECE + 500) /* journals of the first writer: three pieces */

struct posting {
	struct bench *b;
	const char *node;
	const char *user; /* "": one of many, by its number */
	int64_t times;
};

static enum ykt_status
posting_tx(struct ykt_tx *tx, void *arg)
{
	const struct posting *p = arg;
	const struct ledger_writer writer = { p->node, p->b->other, 1000 };
	enum ykt_status status = YKT_OK;

	for (int64_t i = 0; i < p->times && status == YKT_OK; i++) {
		struct ledger_draft draft = ledger_draft("test", "ref");
		char user[16];

		(void)snprintf(user, sizeof(user), "u%06d", (int)i);
		ledger_pair(
		    &draft, "PSP", "", "U:", p->user[0] != '\0' ? p->user : user, 1 + i % 7);
		status = ledger_post(tx, &writer, &draft);
	}
	return status;
}

static void
post(struct bench *b, const char *node, const char *user, int64_t times)
{
	struct posting p = { b, node, user, times };

	assert_status(ykt_store_run(store_sqlite_port(b->db), posting_tx, &p), YKT_OK);
}

static void
sql(struct bench *b, const char *text)
{
	assert_status_why(bench_sql(b, text), YKT_OK, text);
}

/* Two writers and more accounts than one piece takes; nothing guards the rows any more. */
static struct bench *
open_large(void)
{
	struct bench *b;

	bench_open(&b);
	post(b, "p1", "", MANY);
	post(b, "p2", "x", 10);
	sql(b, "DROP TRIGGER journal_fixed");
	sql(b, "DROP TRIGGER journal_kept");
	sql(b, "DROP TRIGGER entry_fixed");
	sql(b, "DROP TRIGGER entry_kept");
	return b;
}

static struct platform_ledger_report
whole(struct bench *b)
{
	struct platform_ledger_report report;

	assert_status(platform_ledger_verify(b->w, &report), YKT_OK);
	assert_int_equal(bench_number(b, "SELECT (SELECT COUNT(*) FROM verify_sum) + (SELECT"
					 " COUNT(*) FROM verify_at) + (SELECT COUNT(*) FROM"
					 " verify_run WHERE run <> 'operator')"),
	    0);
	return report;
}

static void
test_damage_in_each_piece_is_found(void **state)
{
	static const struct {
		const char *sql;
		int64_t seq; /* of the journal that is told; 0: the chain holds */
		const char *node;
	} rows[] = {
		{ "UPDATE journal SET time_ms = 7 WHERE node = 'p1' AND seq = 1", 1, "p1" },
		{ "UPDATE entry SET account = 'U:y' WHERE node = 'p1' AND seq = 1000 AND line = 1",
		    1000, "p1" },
		{ "UPDATE entry SET fen = fen + line * 2 - 1 WHERE node = 'p1' AND seq = 1001",
		    1001, "p1" },
		{ "DELETE FROM journal WHERE node = 'p1' AND seq = 1500", 1501, "p1" },
		{ "DELETE FROM entry WHERE node = 'p1' AND seq = 2000", 2000, "p1" },
		{ "UPDATE journal SET kind = 'y' WHERE node = 'p1' AND seq = 2500", 2500, "p1" },
		{ "UPDATE journal SET ref = 'y' WHERE node = 'p2' AND seq = 10", 10, "p2" },
		{ "INSERT INTO journal SELECT node, 0, time_ms, kind, ref, hash FROM journal"
		  " WHERE node = 'p1' AND seq = 1",
		    0, NULL },
		{ "INSERT INTO entry VALUES('p0', 1, 0, 'FEE', 5)", 0, NULL },
		{ "INSERT INTO entry VALUES('p1', 9999, 0, 'FEE', 5)", 0, NULL },
		{ "INSERT INTO entry VALUES('p9', 1, 0, 'FEE', 5)", 0, NULL },
		{ "UPDATE bal SET fen = fen + 1 WHERE account = 'U:u000000'", 0, NULL },
		{ "UPDATE bal SET fen = fen + 1 WHERE account = 'U:u000999'", 0, NULL },
		{ "UPDATE bal SET fen = fen - 1 WHERE account = 'U:u001000'", 0, NULL },
		{ "UPDATE bal SET fen = fen - 1 WHERE account = 'U:x'", 0, NULL },
		{ "DELETE FROM bal WHERE account = 'U:u002499'", 0, NULL },
		{ "INSERT INTO bal VALUES('FEE', 5, 1)", 0, NULL },
		{ "INSERT INTO bal VALUES('U:z', 5, 1)", 0, NULL },
	};
	struct bench *b = open_large();

	(void)state;
	assert_true(verify_good(&(struct platform_ledger_report){
	    .chain_ok = true, .sums_ok = true, .balances_ok = true, .orders_ok = true }));
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct platform_ledger_report r = whole(b);

		if (!verify_good(&r))
			fail_msg("not sound before: %s", rows[i].sql);
		assert_int_equal(r.journals, MANY + 10);
		assert_int_equal(r.entries, 2 * (MANY + 10));
		sql(b, rows[i].sql);
		r = whole(b);
		assert_true_why(!verify_good(&r), rows[i].sql);
		assert_true_why(rows[i].seq == 0 || !r.chain_ok, rows[i].sql);
		if (rows[i].seq != 0 &&
		    (r.bad_seq != rows[i].seq || strcmp(r.bad_node, rows[i].node) != 0))
			fail_msg("%s: told %s %d", rows[i].sql, r.bad_node, (int)r.bad_seq);
		bench_close(&b);
		b = open_large();
	}
	bench_close(&b);
}

struct stepping {
	struct bench *b;
	struct verify_run run;
};

static enum ykt_status
begin_tx(struct ykt_tx *tx, void *arg)
{
	(void)arg;
	return verify_begin(tx, "test", 1);
}

static enum ykt_status
piece_tx(struct ykt_tx *tx, void *arg)
{
	struct stepping *s = arg;

	return verify_piece(tx, s->b->other, "test", 1, &s->run);
}

/* After each piece something is posted: to those that were compared, and to new ones. */
static void
test_entries_that_come_meanwhile(void **state)
{
	struct stepping s = { .b = open_large() };
	const struct ykt_store *store = store_sqlite_port(s.b->db);
	int64_t last = -1;

	(void)state;
	assert_status(ykt_store_run(store, begin_tx, NULL), YKT_OK);
	for (int i = 0; s.run.phase != VERIFY_DONE; i++) {
		assert_true(i < 40);
		assert_status(ykt_store_run(store, piece_tx, &s), YKT_OK);
		assert_true(s.run.report.journals <= last + VERIFY_PIECE || last < 0);
		last = s.run.report.journals;
		if (s.run.phase >= VERIFY_CLEAN)
			continue;
		post(s.b, "p1", "u000000", 3);
		post(s.b, "p3", "u002499", 1);
		post(s.b, "p0", "new", 2);
	}
	assert_true(verify_good(&s.run.report));
	/* All of it but what came after the last comparison. */
	assert_true(s.run.report.journals >= bench_number(s.b, "SELECT COUNT(*) FROM journal") - 6);
	bench_close(&s.b);
}

/* What was looked at is not looked at again by that run, and is by the next. */
static void
test_damage_behind_a_run_is_found_by_the_next(void **state)
{
	struct stepping s = { .b = open_large() };
	const struct ykt_store *store = store_sqlite_port(s.b->db);
	struct platform_ledger_report report;

	(void)state;
	assert_status(ykt_store_run(store, begin_tx, NULL), YKT_OK);
	assert_status(ykt_store_run(store, piece_tx, &s), YKT_OK);
	assert_int_equal(s.run.report.journals, VERIFY_PIECE);
	sql(s.b, "UPDATE journal SET time_ms = 7 WHERE node = 'p1' AND seq = 5");
	while (s.run.phase != VERIFY_DONE)
		assert_status(ykt_store_run(store, piece_tx, &s), YKT_OK);
	assert_true(verify_good(&s.run.report));
	sql(s.b, "DELETE FROM verify_run");
	report = whole(s.b);
	assert_false(report.chain_ok);
	assert_int_equal(report.bad_seq, 5);
	/* One that has ended begins again from the first journal. */
	assert_status(ykt_store_run(store, begin_tx, NULL), YKT_OK);
	do
		assert_status(ykt_store_run(store, piece_tx, &s), YKT_OK);
	while (s.run.phase != VERIFY_DONE);
	assert_false(s.run.report.chain_ok);
	bench_close(&s.b);
}

static struct admin_verify_rsp
ask(struct bench *b, bool begin)
{
	const struct admin_verify_req req = { begin };
	struct admin_verify_rsp rsp;

	assert_int_equal(bench_inner(b, "/admin/verify", "operator", &admin_verify_req_msg, &req,
			     &admin_verify_rsp_msg, &rsp),
	    200);
	return rsp;
}

static void
turn(struct bench *b)
{
	unsigned done;

	b->now_ms += 1000;
	assert_status(platform_tick(b->w, &done), YKT_OK);
}

/* The platform ends in the middle and is started again: the run goes on where it was. */
static void
test_the_operators_run_goes_on_after_a_restart(void **state)
{
	(void)state;
	for (int damaged = 0; damaged < 2; damaged++) {
		struct bench *b = open_large();
		struct admin_verify_rsp rsp;
		int64_t before;

		post(b, "p1", "x", 2 * VERIFY_PIECE);
		if (damaged)
			sql(b, "UPDATE journal SET time_ms = 7 WHERE node = 'p1' AND seq = 4200");
		assert_string_equal(ask(b, false).state, "none");
		rsp = ask(b, true);
		assert_string_equal(rsp.state, "chain");
		assert_int_equal(rsp.journals, 0);
		assert_int_equal(rsp.of_journals, MANY + 2 * VERIFY_PIECE + 10);
		turn(b);
		before = ask(b, false).journals;
		assert_int_equal(before, VERIFY_TURN * VERIFY_PIECE);
		bench_restart(b);
		/* Begun again it goes on; the platform serves. */
		rsp = ask(b, true);
		assert_string_equal(rsp.state, "chain");
		assert_int_equal(rsp.journals, before);
		post(b, "p1", "x", 5);
		for (int i = 0; i < 12 && strcmp(ask(b, false).state, "done") != 0; i++) {
			turn(b);
			bench_restart(b);
		}
		rsp = ask(b, false);
		assert_string_equal(rsp.state, "done");
		assert_int_equal(rsp.journals, MANY + 2 * VERIFY_PIECE + 15);
		assert_int_equal(rsp.journals, rsp.of_journals);
		assert_true(rsp.chain_ok == !damaged && rsp.sums_ok && rsp.balances_ok);
		assert_int_equal(rsp.bad_seq, damaged ? 4200 : 0);
		assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM casebook WHERE kind ="
						 " 'ledger' AND ref = 'p1 4200'"),
		    damaged);
		assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM work WHERE kind = 10"), 0);
		turn(b);
		assert_int_equal(ask(b, false).changed_ms, rsp.changed_ms);
		bench_close(&b);
	}
}

static void
test_who_may_ask(void **state)
{
	static const char *const others[] = { "payd", "gate-310000000001", "" };
	const struct admin_verify_req req = { true };
	struct admin_verify_rsp rsp;
	struct bench *b;
	uint64_t before;

	(void)state;
	bench_open(&b);
	before = bad_state(b);
	for (size_t i = 0; i < YKT_ARRAY_LEN(others); i++)
		assert_int_not_equal(bench_inner(b, "/admin/verify", others[i],
					 &admin_verify_req_msg, &req, &admin_verify_rsp_msg, &rsp),
		    200);
	assert_int_equal(bench_raw(b, "/admin/verify", "operator", ykt_bytes_str("{}")), 400);
	assert_true(bad_state(b) == before);
	assert_string_equal(ask(b, true).state, "chain");
	for (int i = 0; i < 3; i++)
		turn(b);
	assert_string_equal(ask(b, false).state, "done");
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_damage_in_each_piece_is_found),
		cmocka_unit_test(test_entries_that_come_meanwhile),
		cmocka_unit_test(test_damage_behind_a_run_is_found_by_the_next),
		cmocka_unit_test(test_the_operators_run_goes_on_after_a_restart),
		cmocka_unit_test(test_who_may_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
