/*
 * The invariants, most of them as one SQL statement that must count nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/checker.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/checker_chain.h"
#include "store/store_sqlite.h"

struct ask {
	const char *sql;
	const char *text; /* ?1 */
	int64_t number;
	bool found;
};

static enum ykt_status
read_number(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct ask *ask = arg;

	if (count != 1 || ask->found)
		return YKT_E_INTERNAL;
	ask->found = true;
	ask->number = cols[0].type == YKT_SQL_INT ? cols[0].i : 0;
	return YKT_OK;
}

static enum ykt_status
ask_tx(struct ykt_tx *tx, void *arg)
{
	struct ask *ask = arg;
	const struct ykt_sql_val in[] = { ykt_sql_text(ask->text) };

	return ykt_tx_query(tx, ask->sql, in, ask->text == NULL ? 0 : 1, read_number, ask, NULL);
}

/* The one number that sql gives; text is its ?1, or NULL when it has none. */
static bool
number(struct world *world, enum world_server server, const char *sql, const char *text,
    int64_t *ret_number)
{
	const struct ykt_store *store = store_sqlite_port(world->servers[server].database);
	struct ask ask = { .sql = sql, .text = text };

	if (store->run(store->ctx, ask_tx, &ask) != YKT_OK || !ask.found)
		return false;
	*ret_number = ask.number;
	return true;
}

static bool __attribute__((format(printf, 3, 4)))
broken(struct verdict *verdict, const char *invariant, const char *format, ...)
{
	va_list args;

	verdict->invariant = invariant;
	va_start(args, format);
	(void)vsnprintf(verdict->text, sizeof(verdict->text), format, args);
	va_end(args);
	return false;
}

struct rule {
	const char *invariant;
	const char *why;
	enum world_server server;
	const char *sql;
};

#define BOTH(invariant, why, sql)                                                                  \
	{ invariant, why, PLATFORM_A, sql },                                                       \
	{                                                                                          \
		invariant, why, PLATFORM_B, sql                                                    \
	}

static const struct rule rules[] = {
	BOTH("I-6", "a journal does not sum to zero",
	    "SELECT COUNT(*) FROM (SELECT 1 FROM entry GROUP BY node, seq HAVING SUM(fen) <> 0)"),
	BOTH("I-6", "an entry without its journal, or a journal without entries",
	    "SELECT (SELECT COUNT(*) FROM entry e WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE"
	    " j.node = e.node AND j.seq = e.seq)) + (SELECT COUNT(*) FROM journal j WHERE NOT "
	    "EXISTS"
	    " (SELECT 1 FROM entry e WHERE e.node = j.node AND e.seq = j.seq))"),
	BOTH("I-7", "a stored balance is not the sum of its entries",
	    "SELECT COUNT(*) FROM bal b WHERE fen <>"
	    " (SELECT COALESCE(SUM(fen), 0) FROM entry e WHERE e.account = b.account)"),
	BOTH("I-7", "money in flight at rest",
	    "SELECT COUNT(*) FROM (SELECT 1 FROM entry WHERE account LIKE 'IF:%'"
	    " GROUP BY account HAVING SUM(fen) <> 0)"),
	BOTH("I-8", "an order that is neither unpaid, done, nor refunded",
	    "SELECT COUNT(*) FROM ord"
	    " WHERE state NOT IN ('created', 'closed', 'opened', 'loaded', 'refunded')"),
	BOTH("I-8", "an unpaid order with money in it",
	    "SELECT COUNT(*) FROM ord WHERE state = 'created'"
	    " AND (paid_fen <> 0 OR loaded_fen <> 0 OR refunded_fen <> 0)"),
	BOTH("I-8", "a finished order that gave other than it got",
	    "SELECT COUNT(*) FROM ord WHERE (state IN ('opened', 'loaded') AND (loaded_fen <> "
	    "paid_fen"
	    " OR refunded_fen <> 0 OR paid_fen <> amount_fen)) OR (state = 'refunded' AND"
	    " (refunded_fen <> paid_fen OR loaded_fen <> 0))"),
	{ "I-9", "two live permits for one card", KEYD_A,
	    "SELECT COUNT(*) FROM (SELECT 1 FROM permit WHERE state = 'live'"
	    " GROUP BY card_no HAVING COUNT(*) > 1)" },
	{ "I-9", "two commits at one counter", KEYD_A,
	    "SELECT COUNT(*) FROM (SELECT 1 FROM permit WHERE state = 'committed'"
	    " GROUP BY card_no, counter HAVING COUNT(*) > 1)" },
	{ "I-9", "a permit that is live at rest", KEYD_A,
	    "SELECT COUNT(*) FROM permit WHERE state = 'live'" },
	{ "I-5", "two messages under one session key", KEYD_A,
	    "SELECT COUNT(*) FROM (SELECT 1 FROM permit GROUP BY card_no, counter, random"
	    " HAVING COUNT(*) > 1)" },
	BOTH("I-10", "one key made two orders",
	    "SELECT COUNT(*) FROM (SELECT 1 FROM idem WHERE op IN ('order.topup', 'order.open')"
	    " GROUP BY user_id, op, key HAVING COUNT(DISTINCT order_id) > 1)"),
	BOTH("I-11", "more given than paid",
	    "SELECT COUNT(*) FROM ord WHERE refunded_fen + loaded_fen > paid_fen"),
	{ "I-12", "more refunded than captured, or an order refunded twice", PAYD,
	    "SELECT (SELECT COUNT(*) FROM pay WHERE refunded > amount OR refunded <>"
	    " (SELECT COALESCE(SUM(r.amount), 0) FROM refund r WHERE r.prepay_id = "
	    "pay.prepay_id))" },
	BOTH("I-13", "a tap that is not settled at rest",
	    "SELECT COUNT(*) FROM tap WHERE send = 1"
	    " OR state IN ('suspense', 'provisional', 'forward')"),
	BOTH("I-14", "a terminal sequence taken twice",
	    "SELECT COUNT(*) FROM (SELECT 1 FROM tap GROUP BY acquirer, terminal, terminal_seq"
	    " HAVING COUNT(*) > 1)"),
	BOTH("I-14", "a card counter taken twice",
	    "SELECT COUNT(*) FROM (SELECT 1 FROM tap WHERE valid = 1 GROUP BY card_no, offline_seq"
	    " HAVING COUNT(*) > 1)"),
	BOTH("I-15", "a tap was disputed though every TAC is true here",
	    "SELECT COUNT(*) FROM tap WHERE state = 'disputed'"),
	BOTH("I-15", "a gate was credited other than its taps say",
	    "SELECT (SELECT COALESCE(SUM(fen), 0) FROM entry WHERE account LIKE 'M:%') -"
	    " (SELECT COALESCE(SUM(amount_fen), 0) FROM tap"
	    " WHERE state IN ('posted', 'provisional', 'cleared'))"),
	BOTH("I-15", "a batch does not add up",
	    "SELECT COUNT(*) FROM batch WHERE records <> posted + duplicate + suspense + refused"
	    " OR sum_fen <> posted_fen + duplicate_fen + suspense_fen + refused_fen"),
	BOTH("I-8", "an unload that is not at its end",
	    "SELECT COUNT(*) FROM unload WHERE state NOT IN ('done', 'closed')"),
	BOTH("I-8", "a card emptied twice",
	    "SELECT COUNT(*) FROM (SELECT 1 FROM unload WHERE state <> 'closed' GROUP BY card_no"
	    " HAVING COUNT(*) > 1)"),
	BOTH("I-7", "a ticket that holds other than it says",
	    "SELECT COUNT(*) FROM unload u WHERE (SELECT COALESCE(SUM(fen), 0) FROM entry WHERE"
	    " account = 'V:' || u.unload_id) <>"
	    " CASE WHEN ticket = 'held' THEN amount_fen ELSE 0 END"),
	BOTH("I-26", "a card's job that is not at its end",
	    "SELECT COUNT(*) FROM card_job WHERE state NOT IN ('done', 'failed')"),
	BOTH("I-8", "an open case, though nothing here needs a person",
	    "SELECT COUNT(*) FROM casebook WHERE closed_ms = 0 AND kind <> 'records'"),
};

static bool
check_rules(struct world *world, struct verdict *verdict)
{
	for (size_t i = 0; i < YKT_ARRAY_LEN(rules); i++) {
		const struct rule *rule = &rules[i];
		int64_t count = 0;

		if (!number(world, rule->server, rule->sql, NULL, &count))
			return broken(verdict, rule->invariant, "cannot be asked: %s", rule->why);
		if (count != 0)
			return broken(
			    verdict, rule->invariant, "%s (%lld)", rule->why, (long long)count);
	}
	return true;
}

/* The entries of record 18 that came since the last look, added to the past. */
static int64_t
count_record(struct world_past *past, const struct record_log *record)
{
	switch (record->type) {
	case 0x02:
		past->loads++;
		past->loads_fen += record->amount;
		return record->amount;
	case 0x03:
		past->unloads++;
		past->unloads_fen += record->amount;
		return -(int64_t)record->amount;
	default:
		past->debits++;
		past->debits_fen += record->amount;
		return -(int64_t)record->amount;
	}
}

/* The same entries once more, the oldest first: what came between which rides. */
static void
follow_log(struct world_past *past, const struct oracle *now, size_t count)
{
	for (size_t i = count; i-- > 0;) {
		const struct record_log *record = &now->log[i];

		if (record->type == 0x02)
			trail_gain(&past->trail, record->amount);
		else if (record->type == 0x03)
			trail_gain(&past->trail, -(int64_t)record->amount);
		else /* the log has the counter after the debit, a ride the one before */
			trail_ride(&past->trail, now->card_no, (uint16_t)(record->seq - 1));
	}
}

static bool
count_log(struct world_past *past, const struct oracle *now, struct verdict *verdict)
{
	unsigned loads = (unsigned)(now->online - past->card.online);
	unsigned debits = (unsigned)(now->offline - past->card.offline);
	int64_t moved = 0;

	if (now->online < past->card.online || now->offline < past->card.offline)
		return broken(verdict, "I-4", "a counter went back");
	if (loads + debits > RECORD_LOG_COUNT)
		return broken(
		    verdict, "I-4", "more transactions than the log can show: %u", loads + debits);
	if (now->log_count < loads + debits && now->log_count < RECORD_LOG_COUNT)
		return broken(verdict, "I-3", "counters moved without a record");
	for (size_t i = 0; i < loads + debits; i++) {
		const struct record_log *record = &now->log[i];
		bool online = record->type == 0x02 || record->type == 0x03;

		if (online ? loads == 0 : debits == 0)
			break;
		moved += count_record(past, record);
	}
	if (past->card.balance + moved != now->balance)
		return broken(verdict, "I-1", "the balance was %lld, %lld moved, it is %lld",
		    (long long)past->card.balance, (long long)moved, (long long)now->balance);
	follow_log(past, now, loads + debits);
	return true;
}

/* A card of another number: the one before is gone, and its counters with it. */
static void
begin_card(struct world *world, const struct oracle *now)
{
	struct world_past *past = &world->past;

	past->online = past->loads + past->unloads;
	past->offline = past->debits;
	past->card = (struct oracle){ .present = true };
	memcpy(past->card.card_no, now->card_no, sizeof(past->card.card_no));
	world->deeds.left = false;
	trail_begin(&past->trail);
}

/* What is not there any more was empty and proved it (I-26). */
static bool
check_gone(const struct world *world, struct oracle *now, struct verdict *verdict)
{
	if (world->past.card.present && !world->deeds.left)
		return broken(verdict, "I-26", "the card went by itself");
	*now = world->past.card;
	return true;
}

static bool
check_card(struct world *world, struct oracle *ret_now, struct verdict *verdict)
{
	struct world_past *past = &world->past;

	if (oracle_look(&world->bench, &world->phone.element, ret_now) != YKT_OK)
		return broken(verdict, "I-3", "the card's memory does not start any more");
	if (world->deeds.left_full)
		return broken(verdict, "I-26", "a card was deleted with money on it");
	if (!ret_now->present)
		return check_gone(world, ret_now, verdict);
	if (past->card.present && strcmp(past->card.card_no, ret_now->card_no) != 0)
		begin_card(world, ret_now);
	if (ret_now->balance < 0 || ret_now->balance > WORLD_CAP_FEN)
		return broken(verdict, "I-2", "the card holds %lld", (long long)ret_now->balance);
	if (!count_log(past, ret_now, verdict))
		return false;
	if (past->loads + past->unloads - past->online != ret_now->online ||
	    past->debits - past->offline != ret_now->offline)
		return broken(verdict, "I-4",
		    "%lld loads and unloads at counter %u, %lld debits at counter %u",
		    (long long)(past->loads + past->unloads - past->online), ret_now->online,
		    (long long)(past->debits - past->offline), ret_now->offline);
	past->card = *ret_now;
	return true;
}

/* What two sides say of the same money. */
struct pair {
	const char *invariant;
	const char *why;
	int64_t a;
	int64_t b;
};

static bool
check_pairs(const struct pair *pairs, size_t count, struct verdict *verdict)
{
	for (size_t i = 0; i < count; i++) {
		if (pairs[i].a != pairs[i].b)
			return broken(verdict, pairs[i].invariant, "%s: %lld and %lld",
			    pairs[i].why, (long long)pairs[i].a, (long long)pairs[i].b);
	}
	return true;
}

#define SQL_ACCOUNT "SELECT COALESCE(SUM(fen), 0) FROM entry WHERE account = ?1"
#define SQL_RIDES   "state IN ('posted', 'accepted', 'suspense_done')"

static bool
check_rest(struct world *world, const struct oracle *now, struct verdict *verdict)
{
	char shadow[32];
	int64_t sh = 0;
	int64_t shadows = 0;
	int64_t psp_a = 0;
	int64_t psp_b = 0;
	int64_t paid = 0;
	int64_t loads = 0;
	int64_t loads_fen = 0;
	int64_t rides = 0;
	int64_t rides_fen = 0;
	int64_t clear_a = 0;
	int64_t clear_b = 0;
	int64_t unloads = 0;
	int64_t unloads_fen = 0;
	bool asked;

	(void)snprintf(shadow, sizeof(shadow), "SH:%s", now->card_no);
	asked =
	    number(world, PLATFORM_A, SQL_ACCOUNT, shadow, &sh) &&
	    number(world, PLATFORM_A,
		"SELECT COALESCE(SUM(fen), 0) FROM entry WHERE account LIKE 'SH:%'", NULL,
		&shadows) &&
	    number(world, PLATFORM_A, SQL_ACCOUNT, "PSP", &psp_a) &&
	    number(world, PLATFORM_B, SQL_ACCOUNT, "PSP", &psp_b) &&
	    number(world, PAYD,
		"SELECT COALESCE(SUM(amount - refunded), 0) FROM pay WHERE state <> 'waiting'",
		NULL, &paid) &&
	    number(world, PLATFORM_A,
		"SELECT COUNT(*) FROM ord WHERE kind = 'topup' AND state = 'loaded'", NULL,
		&loads) &&
	    number(world, PLATFORM_A,
		"SELECT COALESCE(SUM(loaded_fen), 0) FROM ord WHERE kind = 'topup'", NULL,
		&loads_fen) &&
	    number(world, PLATFORM_A, "SELECT COUNT(*) FROM tap WHERE " SQL_RIDES, NULL, &rides) &&
	    number(world, PLATFORM_A,
		"SELECT COALESCE(SUM(amount_fen), 0) FROM tap WHERE " SQL_RIDES, NULL,
		&rides_fen) &&
	    number(world, PLATFORM_A, "SELECT COUNT(*) FROM unload WHERE amount_fen > 0", NULL,
		&unloads) &&
	    number(world, PLATFORM_A, "SELECT COALESCE(SUM(amount_fen), 0) FROM unload", NULL,
		&unloads_fen) &&
	    number(world, PLATFORM_A, SQL_ACCOUNT, "CLR:9902", &clear_a) &&
	    number(world, PLATFORM_B, SQL_ACCOUNT, "CLR:9901", &clear_b);
	if (!asked)
		return broken(verdict, "I-7", "the books cannot be asked");

	const struct pair pairs[] = {
		{ "I-7", "the card's shadow and the card", sh, now->balance },
		{ "I-7", "shadows of cards that are gone", shadows - sh, 0 },
		{ "I-7", "money from the pay channel, books and channel", -psp_a - psp_b, paid },
		{ "I-8", "loaded orders and loads on the card", loads, world->past.loads },
		{ "I-8", "fen loaded by orders and on the card", loads_fen, world->past.loads_fen },
		{ "I-8", "unloads in the books and off the card", unloads, world->past.unloads },
		{ "I-8", "fen unloaded in the books and off the card", unloads_fen,
		    world->past.unloads_fen },
		{ "I-13", "rides in the books and debits on the card", rides, world->past.debits },
		{ "I-13", "fen of rides in the books and on the card", rides_fen,
		    world->past.debits_fen },
		{ "I-15", "what one city owes and the other claims", clear_a, -clear_b },
	};
	return check_pairs(pairs, YKT_ARRAY_LEN(pairs), verdict);
}

/* A gate never opens more often than the card was debited. */
static bool
check_deeds(const struct world *world, struct verdict *verdict)
{
	unsigned opened = 0;

	for (size_t i = 0; i < WORLD_GATES; i++)
		opened += world->deeds.opened[i];
	if (opened > world->past.debits)
		return broken(verdict, "I-13", "%u openings for %lld debits", opened,
		    (long long)world->past.debits);
	return true;
}

bool
checker_look(struct world *world, enum checker_depth depth, struct verdict *ret_verdict)
{
	struct oracle now;

	*ret_verdict = (struct verdict){ .invariant = NULL };
	if (!check_card(world, &now, ret_verdict) || !check_deeds(world, ret_verdict))
		return false;
	if (depth == CHECKER_CARD)
		return true;
	if (now.present && !check_rest(world, &now, ret_verdict))
		return false;
	return depth == CHECKER_SUMS ||
	       (checker_chain(world, ret_verdict) && check_rules(world, ret_verdict));
}

void
checker_farewell(struct world *world)
{
	struct verdict verdict = { .invariant = NULL };
	struct oracle now;

	if (oracle_look(&world->bench, &world->phone.element, &now) != YKT_OK || !now.present)
		return;
	/* What is wrong here is found again by the next look, which has no such record. */
	if (!check_card(world, &now, &verdict) || now.balance != 0)
		world->deeds.left_full = true;
	world->deeds.left = true;
}
