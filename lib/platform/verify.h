/*
 * The ledger read from its beginning and computed again (I-6, I-19), a piece at a time: each
 * is a transaction of its own over so many rows, whose end is kept with its findings, so that
 * the others' work goes on between two and a process that ends loses one of them at most.
 *
 * What is written meanwhile is looked at too: no stored balance is compared before every
 * journal up to that moment has been added up, in the same transaction.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_VERIFY_H
#define PLATFORM_VERIFY_H

#include "platform/room.h"

/* Journals, entries or accounts of one piece. */
#define VERIFY_PIECE 1000
/* Pieces of one turn of the outbox. */
#define VERIFY_TURN 4
/* The name of the operator's run; others are of one call and gone with its end. */
#define VERIFY_RUN "operator"

/* Stored as numbers: append only. */
enum verify_phase {
	VERIFY_CHAIN,    /* journals and their entries */
	VERIFY_STRAYS,   /* entries that have no journal */
	VERIFY_BALANCES, /* stored balances against sums */
	VERIFY_ORDERS,   /* money in flight against orders */
	VERIFY_CLEAN,    /* what the run kept goes */
	VERIFY_DONE
};

struct verify_run {
	char run[33];
	int64_t phase;
	int64_t begun_ms;
	int64_t changed_ms;
	struct platform_ledger_report report;
	char at_ref[41]; /* where the phase stands: a writer, or an account */
	int64_t at_seq;
	int64_t at_line;
};

/* Every field of the report says that all is well, so far. */
bool verify_good(const struct platform_ledger_report *report);

/* YKT_NOT_FOUND: no such run. */
YKT_MUST_USE enum ykt_status
verify_get(struct ykt_tx *tx, const char *run, struct verify_run *ret_run);
/* Begins one from the first journal; one of that name that has not ended is let go on. */
YKT_MUST_USE enum ykt_status verify_begin(struct ykt_tx *tx, const char *run, int64_t now_ms);
/*
 * Inside a transaction: one piece of it; run->phase is VERIFY_DONE after the last. Of a run
 * that is done, nothing. YKT_E_CRYPTO and what the database says: nothing is kept.
 */
YKT_MUST_USE enum ykt_status verify_piece(struct ykt_tx *tx, struct crypto *crypto, const char *run,
    int64_t now_ms, struct verify_run *ret_run);

/*
 * Journals that are new since the run last looked, at most VERIFY_PIECE: judged, and added up.
 * *ret_behind: there may be more. (platform/verify_chain.c)
 */
YKT_MUST_USE enum ykt_status
verify_chain(struct ykt_tx *tx, struct crypto *crypto, struct verify_run *run, bool *ret_behind);

/* The outbox's turn of the operator's run. What is wrong in its end is a case "ledger". */
YKT_MUST_USE enum ykt_status verify_tick(struct platform_worker *w, int64_t now_ms);

#endif
