/*
 * What the numbers of rides say about rides that are not here: the balance chain of a
 * card (I-16), and the sequence of a terminal's PSAM (I-17).
 *
 * Counters and balances are hints, since no TAC covers them: they make lists and cases
 * for a person, and move no fen.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_CHAIN_H
#define PLATFORM_CHAIN_H

#include "platform/tap.h"

enum chain_kind {
	CHAIN_CARD,     /* ref: the card number; numbers: offline counters */
	CHAIN_TERMINAL, /* ref: the terminal as hex; numbers: terminal sequences */
};
extern const struct wire_tokens chain_kinds;

/*
 * Inside a transaction: this number is here. What lies between it and those that were here
 * before is missing from now on, and what was missing is not any more.
 */
YKT_MUST_USE enum ykt_status chain_seen(
    struct ykt_tx *tx, enum chain_kind kind, const char *ref, int64_t number, int64_t now_ms);

/*
 * Inside a transaction, of a tap that is in the table with its TAC: a case "chain" when the
 * ride before or behind it left another balance than the loads between them explain.
 */
YKT_MUST_USE enum ykt_status
chain_check(struct ykt_tx *tx, const struct wire_tap *tap, int64_t now_ms);

/* A case "psam" when the terminal was stopped at the time that the record says. */
YKT_MUST_USE enum ykt_status
chain_psam(struct ykt_tx *tx, const struct wire_tap *tap, const char *ref, int64_t now_ms);

/*
 * Of the house: cards that miss rides for longer than the settings say are cases "gap", and
 * terminals that miss records are cases "records"; over when nothing is missing so long, or
 * somebody explained it.
 */
YKT_MUST_USE enum ykt_status
chain_aged(struct ykt_tx *tx, const struct platform_settings *settings, int64_t now_ms);

/* Inside the transaction that takes a batch: ends the cases "records" that it was for. */
YKT_MUST_USE enum ykt_status
chain_came(struct ykt_tx *tx, const struct platform_settings *settings, int64_t now_ms);

/*
 * A person knows why a terminal's sequences from first to last made no records: its power went
 * between the PSAM's MAC1 and the card's DEBIT. They stay listed and are no case any more.
 * YKT_NOT_FOUND: that is no whole gap; nothing changed.
 */
YKT_MUST_USE enum ykt_status
chain_explain(struct ykt_tx *tx, const struct platform_settings *settings, const char *terminal,
    int64_t first, int64_t last, int64_t now_ms);

#endif
