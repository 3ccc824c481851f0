/*
 * Chains and gaps, from the rides in the books and the card's own log.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/checker_chain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <ykt/bytes.h>

#include "store/store_sqlite.h"

#define REF_MAX    40
#define BREAKS_MAX 16
#define SPANS_MAX  1024
#define DAY_MS     (INT64_C(24) * 60 * 60 * 1000)
/* A missing ride is a case after a week, a record after a day; the house may take one to look. */
#define RIDE_AGE_MS   (8 * DAY_MS)
#define RECORD_AGE_MS (2 * DAY_MS)

/* Numbers from first to last that are not here. */
struct span {
	char ref[REF_MAX];
	int64_t first;
	int64_t last;
};

struct hunt {
	struct world *world;
	struct verdict *verdict;
	enum world_server server;
	const char *invariant;
	char ref[REF_MAX]; /* of the row before; empty: none */
	int64_t number;    /* likewise */
	bool proved;       /* a ride with a TAC was there: left_fen is its balance after */
	int64_t left_fen;
	struct span spans[SPANS_MAX];
	size_t span_count;
	size_t listed;
	char breaks[BREAKS_MAX][REF_MAX];
	size_t break_count;
};

static bool __attribute__((format(printf, 3, 4)))
broken(struct verdict *verdict, const char *invariant, const char *format, ...)
{
	va_list args;

	if (verdict->invariant != NULL)
		return false; /* the first fault is the one to tell of */
	verdict->invariant = invariant;
	va_start(args, format);
	(void)vsnprintf(verdict->text, sizeof(verdict->text), format, args);
	va_end(args);

	return false;
}

struct question {
	const char *sql;
	const struct ykt_sql_val *in; /* one, or NULL */
	enum ykt_status (*row)(void *arg, const struct ykt_sql_val *cols, size_t count);
	void *arg;
};

static enum ykt_status
question_tx(struct ykt_tx *tx, void *arg)
{
	const struct question *q = arg;

	return ykt_tx_query(tx, q->sql, q->in, q->in == NULL ? 0 : 1, q->row, q->arg, NULL);
}

static bool
ask(struct hunt *hunt, struct question q)
{
	const struct ykt_store *store =
	    store_sqlite_port(hunt->world->servers[hunt->server].database);

	if (store->run(store->ctx, question_tx, &q) != YKT_OK)
		return broken(hunt->verdict, hunt->invariant, "cannot be asked: %.80s", q.sql);

	return hunt->verdict->invariant == NULL;
}

static enum ykt_status
read_number(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	if (count != 1)
		return YKT_E_INTERNAL;
	*(int64_t *)arg = cols[0].i;

	return YKT_OK;
}

static bool
number(struct hunt *hunt, const char *sql, struct ykt_sql_val in, int64_t *ret_number)
{
	return ask(hunt, (struct question){ sql, &in, read_number, ret_number });
}

/* No row may be counted by sql. */
static bool
none(struct hunt *hunt, const char *sql, struct ykt_sql_val in, const char *what)
{
	int64_t count = 0;

	return number(hunt, sql, in, &count) &&
	       (count == 0 ||
		   broken(hunt->verdict, hunt->invariant, "%lld %s", (long long)count, what));
}

static void
read_text(const struct ykt_sql_val *col, char out[REF_MAX])
{
	(void)snprintf(out, REF_MAX, "%.*s", (int)col->bytes.len, (const char *)col->bytes.data);
}

/* The next number of ref, in order; those between it and the one before are missing. */
static void
step(struct hunt *hunt, const char *ref, int64_t next)
{
	if (strcmp(ref, hunt->ref) != 0) {
		(void)snprintf(hunt->ref, sizeof(hunt->ref), "%s", ref);
		hunt->proved = false;
	} else if (next > hunt->number + 1) {
		struct span *span = &hunt->spans[hunt->span_count];

		hunt->proved = false;
		if (hunt->span_count == SPANS_MAX) {
			(void)broken(hunt->verdict, hunt->invariant, "too many gaps");
			return;
		}
		*span = (struct span){ .first = hunt->number + 1, .last = next - 1 };
		(void)snprintf(span->ref, sizeof(span->ref), "%s", ref);
		hunt->span_count++;
	}
	hunt->number = next;
}

/* A ride with a TAC found found_fen, and took amount_fen. */
static void
link_ride(struct hunt *hunt, int64_t found_fen, int64_t amount_fen)
{
	const struct trail_ride *ride =
	    trail_find(&hunt->world->past.trail, hunt->ref, hunt->number);

	if (ride == NULL) {
		(void)broken(hunt->verdict, hunt->invariant, "no card made ride %lld of %s",
		    (long long)hunt->number, hunt->ref);
		return;
	}
	if (hunt->proved && hunt->left_fen + ride->gained_fen != found_fen) {
		if (hunt->break_count < BREAKS_MAX)
			(void)snprintf(hunt->breaks[hunt->break_count], REF_MAX, "%.20s %d",
			    hunt->ref, (int)(uint16_t)hunt->number);
		hunt->break_count++;
	}
	hunt->proved = true;
	hunt->left_fen = found_fen - amount_fen;
}

/* card_no, offline_seq, valid, amount_fen, balance_fen (8 bytes). */
static enum ykt_status
ride_row(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct hunt *hunt = arg;
	char card_no[REF_MAX];
	bool again;

	if (count != 5 || cols[4].bytes.len != 8)
		return YKT_E_INTERNAL;
	read_text(&cols[0], card_no);
	again = strcmp(card_no, hunt->ref) == 0 && cols[1].i == hunt->number;
	step(hunt, card_no, cols[1].i);
	if (cols[2].i == 1)
		link_ride(hunt, (int64_t)ykt_get_u64(cols[4].bytes.data), cols[3].i);
	else if (!again)
		hunt->proved = false; /* no TAC says what it found */

	return YKT_OK;
}

static enum ykt_status
record_row(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	char terminal[REF_MAX];

	if (count != 2)
		return YKT_E_INTERNAL;
	read_text(&cols[0], terminal);
	step(arg, terminal, cols[1].i);

	return YKT_OK;
}

/* The list of the platform against the one made here, both in order. */
static enum ykt_status
gap_row(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct hunt *hunt = arg;
	const struct span *span = &hunt->spans[hunt->listed];
	char ref[REF_MAX];

	if (count != 3)
		return YKT_E_INTERNAL;
	read_text(&cols[0], ref);
	if (hunt->listed < hunt->span_count && strcmp(ref, span->ref) == 0 &&
	    cols[1].i == span->first && cols[2].i == span->last)
		hunt->listed++;
	else
		(void)broken(hunt->verdict, hunt->invariant,
		    "%s: the list of missing has %lld to %lld", ref, (long long)cols[1].i,
		    (long long)cols[2].i);

	return YKT_OK;
}

static bool
check_listed(struct hunt *hunt, const char *kind)
{
	static const char sql[] =
	    "SELECT ref, first, last FROM gap WHERE kind = ?1 ORDER BY ref, first";
	const struct ykt_sql_val in = ykt_sql_text(kind);
	const struct span *span;

	if (!ask(hunt, (struct question){ sql, &in, gap_row, hunt }))
		return false;
	span = &hunt->spans[hunt->listed];

	return hunt->listed == hunt->span_count ||
	       broken(hunt->verdict, hunt->invariant, "%s: %lld to %lld are missing and not listed",
		   span->ref, (long long)span->first, (long long)span->last);
}

/* A case for each break, and none else. */
static bool
check_breaks(struct hunt *hunt)
{
	int64_t count = 0;

	for (size_t i = 0; i < hunt->break_count && i < BREAKS_MAX; i++) {
		if (!number(hunt, "SELECT COUNT(*) FROM casebook WHERE kind = 'chain' AND ref = ?1",
			ykt_sql_text(hunt->breaks[i]), &count))
			return false;
		if (count != 1)
			return broken(hunt->verdict, hunt->invariant,
			    "%s found another balance than the ride before it left, and is no case",
			    hunt->breaks[i]);
	}
	if (!number(hunt, "SELECT COUNT(*) FROM casebook WHERE kind = ?1", ykt_sql_text("chain"),
		&count))
		return false;

	return count == (int64_t)hunt->break_count ||
	       broken(hunt->verdict, hunt->invariant, "%lld cases of %zu broken chains",
		   (long long)count, hunt->break_count);
}

/* The balance before a ride stands in its record behind card, issuer, keys and amount. */
static bool
check_cards(struct hunt *hunt)
{
	static const char rides[] =
	    "SELECT card_no, offline_seq, valid, amount_fen, substr(record, 40, 8)"
	    " FROM tap WHERE valid IN (0, 1) ORDER BY card_no, offline_seq, valid DESC";
	static const char old[] =
	    "SELECT COUNT(*) FROM gap WHERE kind = 'card' AND since_ms < ?1 AND NOT EXISTS (SELECT"
	    " 1 FROM casebook WHERE kind = 'gap' AND casebook.ref = gap.ref AND closed_ms = 0)";

	if (hunt->world->past.trail.full)
		return broken(hunt->verdict, hunt->invariant, "more rides than the checker keeps");

	return ask(hunt, (struct question){ rides, NULL, ride_row, hunt }) &&
	       check_listed(hunt, "card") && check_breaks(hunt) &&
	       none(hunt, old, ykt_sql_int(sched_wall(hunt->world->sched) - RIDE_AGE_MS),
		   "old gaps that are no case");
}

#define STOPPED                                                                                    \
	"FROM tap JOIN psam_stop s ON s.terminal = tap.terminal AND s.from_ms <= tap.time_ms"      \
	" AND (s.until_ms = 0 OR s.until_ms > tap.time_ms) WHERE acquirer = ?1"
#define STOPPED_REF "acquirer || ' ' || hex(tap.terminal) || ' ' || terminal_seq"

static bool
check_terminals(struct hunt *hunt)
{
	static const char records[] = "SELECT hex(terminal), terminal_seq FROM tap"
				      " WHERE acquirer = ?1 ORDER BY terminal, terminal_seq";
	static const char missed[] = "SELECT COUNT(*) " STOPPED " AND NOT EXISTS (SELECT 1 FROM"
				     " casebook WHERE kind = 'psam' AND ref = " STOPPED_REF ")";
	static const char invented[] = "SELECT COUNT(*) FROM casebook WHERE kind = 'psam' AND ref"
				       " NOT IN (SELECT " STOPPED_REF " " STOPPED ")";
	static const char old[] =
	    "SELECT COUNT(*) FROM gap WHERE kind = 'terminal' AND since_ms < ?1 AND explained_ms = "
	    "0"
	    " AND NOT EXISTS (SELECT 1 FROM casebook WHERE kind = 'records' AND"
	    " casebook.ref = gap.ref AND closed_ms = 0)";
	static const char idle[] =
	    "SELECT COUNT(*) FROM casebook c WHERE kind = 'records' AND closed_ms = 0 AND NOT "
	    "EXISTS"
	    " (SELECT 1 FROM gap WHERE kind = 'terminal' AND gap.ref = c.ref AND since_ms < ?1)";
	const int64_t now_ms = sched_wall(hunt->world->sched);
	const struct ykt_sql_val city = ykt_sql_text(hunt->server == PLATFORM_A ? "9901" : "9902");

	return ask(hunt, (struct question){ records, &city, record_row, hunt }) &&
	       check_listed(hunt, "terminal") &&
	       none(hunt, old, ykt_sql_int(now_ms - RECORD_AGE_MS), "old gaps that are no case") &&
	       none(hunt, idle, ykt_sql_int(now_ms), "cases of records that miss none") &&
	       none(hunt, missed, city, "records of stopped PSAMs that are no case") &&
	       none(hunt, invented, city, "cases of stopped PSAMs that were not");
}

typedef bool check_fn(struct hunt *hunt);

static bool
check(struct world *world, enum world_server server, const char *invariant, check_fn *fn,
    struct verdict *verdict)
{
	struct hunt hunt = {
		.world = world, .server = server, .invariant = invariant, .verdict = verdict
	};

	return fn(&hunt);
}

bool
checker_chain(struct world *world, struct verdict *verdict)
{
	return check(world, PLATFORM_A, "I-16", check_cards, verdict) &&
	       check(world, PLATFORM_B, "I-16", check_cards, verdict) &&
	       check(world, PLATFORM_A, "I-17", check_terminals, verdict) &&
	       check(world, PLATFORM_B, "I-17", check_terminals, verdict);
}
