/*
 * The ledger: sums to zero, cannot be edited, and shows it when it was (T39).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench.h"

#include <string.h>

#include "platform/ledger.h"

struct posting {
	struct bench *b;
	struct ledger_draft draft;
	int64_t times;
};

static enum ykt_status
posting_tx(struct ykt_tx *tx, void *arg)
{
	const struct posting *p = arg;
	const struct ledger_writer writer = { "p1", p->b->other, 1000 };
	enum ykt_status status = YKT_OK;

	for (int64_t i = 0; i < p->times && status == YKT_OK; i++)
		status = ledger_post(tx, &writer, &p->draft);
	return status;
}

static enum ykt_status
post(struct bench *b, struct ledger_draft draft, int64_t times)
{
	struct posting p = { b, draft, times };

	return ykt_store_run(store_sqlite_port(b->db), posting_tx, &p);
}

static struct ledger_draft
move(const char *from, const char *to, int64_t amount)
{
	struct ledger_draft draft = ledger_draft("test", "ref");

	ledger_pair(&draft, from, "", to, "", amount);
	return draft;
}

static void
test_a_journal_moves_two_accounts_and_the_stored_balance(void **state)
{
	struct bench *b;

	(void)state;
	bench_open(&b);
	assert_status(post(b, move("PSP", "SH:c", 500), 1), YKT_OK);
	assert_status(post(b, move("SH:c", "M:9901", 200), 1), YKT_OK);
	assert_int_equal(bench_account(b, "SH:", "c"), 300);
	assert_int_equal(bench_number(b, "SELECT fen FROM bal WHERE account = 'SH:c'"), 300);
	/* Only cards and wallets have a stored balance: no hot rows. */
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM bal"), 1);
	bench_check_books(b);
	bench_close(&b);
}

static void
test_what_does_not_balance_is_refused(void **state)
{
	struct ledger_draft one = ledger_draft("test", "ref");
	struct ledger_draft many = ledger_draft("test", "ref");
	struct ledger_draft huge = ledger_draft("test", "ref");
	struct ledger_draft negative = move("PSP", "FEE", -1);
	struct bench *b;

	(void)state;
	ledger_line(&one, "PSP", "", -1);
	for (int i = 0; i < LEDGER_LINES_MAX + 2; i++)
		ledger_line(&many, "PSP", "", i % 2 == 0 ? 1 : -1);
	ledger_line(&huge, "A", "", INT64_MAX);
	ledger_line(&huge, "B", "", 1);
	ledger_line(&huge, "C", "", INT64_MIN);
	bench_open(&b);
	assert_status(post(b, one, 1), YKT_E_INTERNAL);
	assert_status(post(b, many, 1), YKT_E_INTERNAL);
	assert_status(post(b, huge, 1), YKT_E_INTERNAL);
	assert_status(post(b, negative, 1), YKT_E_INTERNAL);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM journal"), 0);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM entry"), 0);
	bench_close(&b);
}

static void
test_nothing_to_move_writes_nothing(void **state)
{
	struct bench *b;

	(void)state;
	bench_open(&b);
	assert_status(post(b, move("PSP", "FEE", 0), 1), YKT_OK);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM journal"), 0);
	bench_close(&b);
}

static void
test_a_stored_balance_never_wraps(void **state)
{
	struct bench *b;

	(void)state;
	bench_open(&b);
	assert_status(post(b, move("PSP", "SH:c", INT64_MAX), 1), YKT_OK);
	assert_int_not_equal(post(b, move("PSP", "SH:c", 1), 1), YKT_OK);
	assert_true(bench_number(b, "SELECT fen FROM bal") == INT64_MAX);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM journal"), 1);
	bench_close(&b);
}

static void
test_rows_cannot_be_changed_or_removed(void **state)
{
	static const char *const attempts[] = {
		"UPDATE journal SET time_ms = 0",
		"UPDATE entry SET fen = 0",
		"DELETE FROM journal",
		"DELETE FROM entry",
	};
	struct bench *b;

	(void)state;
	bench_open(&b);
	assert_status(post(b, move("PSP", "FEE", 5), 3), YKT_OK);
	for (size_t i = 0; i < YKT_ARRAY_LEN(attempts); i++)
		assert_int_not_equal(bench_sql(b, attempts[i]), YKT_OK);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM entry"), 6);
	bench_check_books(b);
	bench_close(&b);
}

/* An insider with the database file can drop the triggers; the chain still tells. */
static void
test_every_edit_is_found(void **state)
{
	static const struct {
		const char *why;
		const char *sql;
		const char *and_sql;
	} rows[] = {
		{ "amounts moved by one fen, still balanced",
		    "UPDATE entry SET fen = fen + CASE line WHEN 0 THEN -1 ELSE 1 END WHERE seq = "
		    "2" },
		{ "another account",
		    "UPDATE entry SET account = 'FEE2' WHERE seq = 2 AND line = 1" },
		{ "another time", "UPDATE journal SET time_ms = 1001 WHERE seq = 2" },
		{ "another reason", "UPDATE journal SET kind = 'other' WHERE seq = 2" },
		{ "another reference", "UPDATE journal SET ref = 'x' WHERE seq = 2" },
		{ "another hash", "UPDATE journal SET hash = zeroblob(32) WHERE seq = 3" },
		{ "two lines exchanged", "UPDATE entry SET line = 2 - line * 3 WHERE seq = 2" },
		{ "a journal renumbered", "UPDATE journal SET seq = 9 WHERE seq = 3" },
		{ "a line removed", "DELETE FROM entry WHERE seq = 2 AND line = 1" },
		{ "the entries of a journal removed", "DELETE FROM entry WHERE seq = 3" },
		{ "a journal removed from the middle, with its entries",
		    "DELETE FROM journal WHERE seq = 2" },
		{ "an entry without a journal", "INSERT INTO entry VALUES('p1', 7, 0, 'FEE', 5)" },
		{ "a stored balance", "UPDATE bal SET fen = fen + 1" },
		{ "the last journal and its entries removed: the balance remembers",
		    "DELETE FROM entry WHERE seq = 4", "DELETE FROM journal WHERE seq = 4" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct platform_ledger_report r;
		struct bench *b;

		bench_open(&b);
		assert_status(post(b, move("PSP", "FEE", 5), 3), YKT_OK);
		assert_status(post(b, move("PSP", "U:x", 7), 1), YKT_OK);
		assert_status(bench_sql(b, "DROP TRIGGER journal_fixed"), YKT_OK);
		assert_status(bench_sql(b, "DROP TRIGGER journal_kept"), YKT_OK);
		assert_status(bench_sql(b, "DROP TRIGGER entry_fixed"), YKT_OK);
		assert_status(bench_sql(b, "DROP TRIGGER entry_kept"), YKT_OK);
		bench_check_books(b);
		assert_status_why(bench_sql(b, rows[i].sql), YKT_OK, rows[i].why);
		if (rows[i].and_sql != NULL)
			assert_status_why(bench_sql(b, rows[i].and_sql), YKT_OK, rows[i].why);
		assert_status(platform_ledger_verify(b->w, &r), YKT_OK);
		assert_true_why(
		    !(r.chain_ok && r.sums_ok && r.balances_ok && r.orders_ok), rows[i].why);
		bench_close(&b);
	}
}

struct totals {
	struct ledger_total totals[LEDGER_TOTALS_MAX];
	size_t count;
};

static enum ykt_status
totals_tx(struct ykt_tx *tx, void *arg)
{
	struct totals *t = arg;

	return ledger_totals(tx, t->totals, &t->count);
}

static enum ykt_status
rollup_tx(struct ykt_tx *tx, void *arg)
{
	(void)arg;
	return ledger_rollup(tx, "p1");
}

static void
test_sums_are_the_same_before_and_after_a_rollup(void **state)
{
	struct totals before, after;
	struct platform_ledger_report report;
	struct bench *b;

	(void)state;
	memset(&before, 0, sizeof(before));
	memset(&after, 0, sizeof(after));
	bench_open(&b);
	assert_status(post(b, move("PSP", "IF:a", 5), 700), YKT_OK);
	assert_status(post(b, move("IF:a", "SH:c", 3), 600), YKT_OK);
	assert_status(post(b, move("SH:c", "M:9901", 1), 200), YKT_OK);
	assert_status(ykt_store_run(store_sqlite_port(b->db), totals_tx, &before), YKT_OK);
	for (int i = 0; i < 3; i++) {
		assert_status(ykt_store_run(store_sqlite_port(b->db), rollup_tx, NULL), YKT_OK);
		assert_int_equal(bench_number(b, "SELECT seq FROM rollup_at"), 1500);
	}
	assert_status(post(b, move("PSP", "FEE", 2), 1), YKT_OK);
	assert_status(post(b, move("FEE", "PSP", 2), 1), YKT_OK);
	assert_status(ykt_store_run(store_sqlite_port(b->db), totals_tx, &after), YKT_OK);
	assert_int_equal(before.count, 4);
	assert_int_equal(after.count, 5); /* FEE came, with nothing on it */
	for (size_t i = 0, j = 0; i < before.count; i++, j++) {
		if (strcmp(after.totals[j].account, "FEE") == 0)
			j++;
		assert_string_equal(before.totals[i].account, after.totals[j].account);
		assert_int_equal(before.totals[i].fen, after.totals[j].fen);
	}
	assert_status(platform_ledger_verify(b->w, &report), YKT_OK);
	assert_true(report.chain_ok && report.sums_ok && report.balances_ok);
	assert_false(report.orders_ok); /* nobody ordered what is in flight here */
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_journal_moves_two_accounts_and_the_stored_balance),
		cmocka_unit_test(test_what_does_not_balance_is_refused),
		cmocka_unit_test(test_nothing_to_move_writes_nothing),
		cmocka_unit_test(test_a_stored_balance_never_wraps),
		cmocka_unit_test(test_rows_cannot_be_changed_or_removed),
		cmocka_unit_test(test_every_edit_is_found),
		cmocka_unit_test(test_sums_are_the_same_before_and_after_a_rollup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
