/*
 * Tap records: their bytes, their rows, and what a record must be at least.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_TAP_H
#define PLATFORM_TAP_H

#include "platform/room.h"

/* States of a tap row, and its column valid. */
#define TAP_POSTED        "posted"        /* ours at our gate: final. valid 1 */
#define TAP_ACCEPTED      "accepted"      /* ours at another city's gate: final. valid 1 */
#define TAP_SUSPENSE      "suspense"      /* ours, nobody knows yet. valid 0 */
#define TAP_SUSPENSE_DONE "suspense_done" /* it happened: the money is the rider's. valid 0 */
#define TAP_SUSPENSE_VOID "suspense_void" /* it did not happen. valid 0 */
#define TAP_PROVISIONAL   "provisional"   /* another's card at our gate, credited. valid -1 */
#define TAP_CLEARED       "cleared"       /* its issuer agrees. valid -1 */
#define TAP_DISPUTED      "disputed"      /* its issuer does not: taken back. valid -1 */
#define TAP_FORWARD       "forward"       /* another's, unconfirmed: to be told. valid -1 */
#define TAP_FORWARDED     "forwarded"     /* told. valid -1 */

#define TAP_RECORD_LEN 129
#define TAP_REF_MAX    33

struct tap_row {
	int64_t tap_id;
	char state[17];
	int64_t valid;
	uint8_t record[TAP_RECORD_LEN];
};

/* All fields as bytes of fixed places: what "byte-equal" means (I-14), and back. */
void tap_encode(const struct wire_tap *tap, uint8_t ret_record[TAP_RECORD_LEN]);
void tap_decode(const uint8_t record[TAP_RECORD_LEN], struct wire_tap *ret_tap);

/* "9901 310000000001 17": acquirer, terminal, sequence, for journals and cases. */
void tap_ref(const char *acquirer, const struct wire_tap *tap, char ret_ref[TAP_REF_MAX]);

/* A word for what makes the record none that a gate can have made; NULL if sound. */
const char *tap_fault(const struct platform *p, const struct wire_tap *tap);

/* Terminal time as UTC ms; only shown, never decided by. */
int64_t tap_time(const struct wire_tap *tap);

YKT_MUST_USE enum ykt_status tap_find(
    struct ykt_tx *tx, const char *acquirer, const struct wire_tap *tap, struct tap_row *ret_row);

/* A row to insert. */
struct tap_new {
	const struct wire_tap *tap;
	const char *acquirer;
	const char *issuer;
	const char *state;
	int64_t valid;
	int64_t send;
};

/*
 * Inserts a tap; with valid 0 or 1 only when the card is one of ours. False in
 * *ret_new: a unique key or the card stood against it, nothing was written.
 */
YKT_MUST_USE enum ykt_status
tap_insert(struct ykt_tx *tx, const struct tap_new *tap, bool *ret_new);

/* The same ride, once unconfirmed and once confirmed? */
bool tap_same_ride(const struct wire_tap *a, const struct wire_tap *b);

/* Keeps the evidence of a record that was not taken. */
YKT_MUST_USE enum ykt_status tap_refuse(struct ykt_tx *tx, const char *acquirer,
    const struct wire_tap *tap, const char *reason, int64_t now_ms);

/*
 * Asks the key module about the confirmed ones of taps[]; ret_good[i] is false
 * for all others. The answer is in w->call.
 */
YKT_MUST_USE enum ykt_status tap_verify(struct platform_worker *w, const struct wire_tap *taps,
    size_t count, const bool *ask, int64_t deadline_mono_ms, bool *ret_good);

/* Counts and sums of one batch, by what became of its records (I-15). */
struct tap_tally {
	int64_t count[4];
	ykt_fen sum[4];
};
enum tap_column {
	TAP_COLUMN_POSTED,
	TAP_COLUMN_DUPLICATE,
	TAP_COLUMN_SUSPENSE,
	TAP_COLUMN_REFUSED
};
void tap_tally_add(struct tap_tally *tally, enum tap_column column, const struct wire_tap *tap);
YKT_MUST_USE enum ykt_status tap_batch(struct ykt_tx *tx, const char *source, const char *batch_id,
    const struct tap_tally *tally, int64_t now_ms);

#endif
