/*
 * The double-entry ledger: append-only, one SM3 chain for each writer.
 *
 * Positive = owed by us to the named party or purpose (docs/protocol.md
 * section 8). Balances are stored for U: and SH: alone; all others are sums, so
 * no hot row makes the servers wait for one another.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_LEDGER_H
#define PLATFORM_LEDGER_H

#include <ykt/driver/store.h>
#include <ykt/money.h>

#include "crypto/core.h"

#define LEDGER_ACCOUNT_MAX 40 /* with its NUL: "IF:" and an order id */
#define LEDGER_LINES_MAX   6

#define LEDGER_PSP      "PSP"
#define LEDGER_FEE      "FEE"
#define LEDGER_SUSPENSE "SUS"
#define LEDGER_OTHERS   "EXT"  /* what cards that are bound here hold in others' books */
#define LEDGER_ORDER    "IF:"  /* money of an order in flight */
#define LEDGER_CARD     "SH:"  /* the shadow balance of a card */
#define LEDGER_USER     "U:"   /* the wallet of a user */
#define LEDGER_PAYOUT   "W:"   /* on its way out of a wallet into a bound account */
#define LEDGER_TICKET   "V:"   /* of a card that is on its way to another device */
#define LEDGER_MERCHANT "M:"   /* owed to the operator of a city's gates */
#define LEDGER_CLEARING "CLR:" /* between us and another city */

/* One journal being made up. kind is a constant; ref names order or tap. */
struct ledger_draft {
	const char *kind;
	char ref[LEDGER_ACCOUNT_MAX];
	size_t count;
	bool bad;
	struct {
		char account[LEDGER_ACCOUNT_MAX];
		ykt_fen fen;
	} lines[LEDGER_LINES_MAX];
};

/* Who writes: its name in the chain, and its crypto handle. */
struct ledger_writer {
	const char *node;
	struct crypto *crypto;
	int64_t now_ms;
};

struct ledger_draft ledger_draft(const char *kind, const char *ref);
/* Adds a line to account class ‖ name ("" for none). A zero amount adds nothing. */
void ledger_line(struct ledger_draft *draft, const char *class, const char *name, ykt_fen fen);
/* amount from one account to another: -amount and +amount. */
void ledger_pair(struct ledger_draft *draft, const char *from_class, const char *from,
    const char *to_class, const char *to, ykt_fen amount);

/*
 * Writes the journal, its entries and the stored balances they touch, inside
 * the caller's transaction. A draft without lines writes nothing.
 *
 * YKT_E_INTERNAL  the draft does not sum to zero or had too many lines
 * YKT_CONFLICT    another took this sequence number: run again
 */
YKT_MUST_USE enum ykt_status ledger_post(
    struct ykt_tx *tx, const struct ledger_writer *writer, const struct ledger_draft *draft);

/* The stored balance of a U: or SH: account; zero when nothing was ever posted. */
YKT_MUST_USE enum ykt_status ledger_balance(struct ykt_tx *tx, const char *class, const char *name,
    ykt_fen *ret_fen, int64_t *ret_as_of_ms);

/* One total: the exact account, or the class for IF, SH and U. */
struct ledger_total {
	char account[LEDGER_ACCOUNT_MAX];
	ykt_fen fen;
};
#define LEDGER_TOTALS_MAX 48
YKT_MUST_USE enum ykt_status
ledger_totals(struct ykt_tx *tx, struct ledger_total totals[LEDGER_TOTALS_MAX], size_t *ret_count);

/*
 * Folds the node's entries since the last call into the roll-up when there are
 * at least LEDGER_ROLLUP_MIN journals of them.
 */
#define LEDGER_ROLLUP_MIN 1000
YKT_MUST_USE enum ykt_status ledger_rollup(struct ykt_tx *tx, const char *node);

/* The chain's link: SM3 over the previous one and everything the journal says. */
YKT_MUST_USE enum ykt_status
ledger_hash(struct crypto *crypto, const uint8_t prev[32], const char *node, int64_t seq,
    int64_t time_ms, const struct ledger_draft *draft, uint8_t ret_hash[32]);

#endif
