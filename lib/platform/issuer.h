/*
 * The issuer's half: taps of our own cards, whoever's gate they were made at.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_ISSUER_H
#define PLATFORM_ISSUER_H

#include "platform/tap.h"

enum issuer_verdict {
	ISSUER_TAKEN,     /* posted now */
	ISSUER_DUPLICATE, /* byte-equal to one that was taken */
	ISSUER_SUSPENSE,  /* unconfirmed: the card's next record will tell */
	ISSUER_BAD_TAC,
	ISSUER_CASE, /* an unequal repeat, or a counter used twice: nothing posted */
};

/*
 * Judges and books one sound record of our own card inside a transaction. The
 * credit goes to M: when the gate is ours and to CLR: when it is another city's.
 */
YKT_MUST_USE enum ykt_status issuer_take(struct ykt_tx *tx, const struct ledger_writer *writer,
    const struct platform *p, const char *acquirer, const struct wire_tap *tap, bool tac_good,
    enum issuer_verdict *ret_verdict);

/* Of suspense.c: the record of the card at this counter is valid; what does that
 * say about the card's unconfirmed ones? */
YKT_MUST_USE enum ykt_status suspense_settle(struct ykt_tx *tx, const struct ledger_writer *writer,
    const char *card_no, int64_t offline_seq);
/* The unconfirmed tap was just inserted: do earlier uploads tell already? */
YKT_MUST_USE enum ykt_status
suspense_arrive(struct ykt_tx *tx, const struct ledger_writer *writer, const struct wire_tap *tap);
/* An unconfirmed tap turns out to be confirmed: takes back what was given. */
YKT_MUST_USE enum ykt_status suspense_undo(struct ykt_tx *tx, const struct ledger_writer *writer,
    const struct tap_row *row, const struct wire_tap *tap);

#endif
