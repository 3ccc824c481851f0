/*
 * One list of records out of three: the card's trips, the card's log, and what
 * the account knows. What is the same tap or load is one row.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_MERGE_H
#define CLIENT_MERGE_H

#include <ykt/bytes.h>
#include <ykt/money.h>

#include "card/files.h"
#include "client/stop.h"
#include "wire/client_msg.h"

#define MERGE_MAX (RECORD_TRIP_COUNT + RECORD_LOG_COUNT + WIRE_RECORDS_MAX)

enum merge_source { MERGE_CARD = 1, MERGE_ACCOUNT = 2 }; /* bits */

struct merge_row {
	int64_t time_ms;
	ykt_fen amount_fen;
	char kind[17];     /* a token: "entry", "exit", "single", "load", "tap" ... */
	char terminal[13]; /* hex, or "" where the source names none */
	char place[65];
	char stop[2 * CLIENT_STOP_LEN + 1]; /* hex of client_stop_encode(); "" but for trips */
	bool load;
	unsigned source;
	unsigned from; /* bits of the lists that this row stands for, 1 2 4 */
};

struct merge {
	int64_t from_ms; /* the span that is asked for; 0: open at this end */
	int64_t to_ms;   /* not in it any more */
	size_t count;
	struct merge_row rows[MERGE_MAX];
};

/* A record that is none (length, date) adds nothing. */
void merge_add_trip(struct merge *merge, struct ykt_bytes record);
void merge_add_log(struct merge *merge, struct ykt_bytes record);
void merge_add_account(struct merge *merge, const struct wire_record *record);

/* Takes out what is not of the span. After all lists were added: a load's times differ. */
void merge_trim(struct merge *merge);
/* Newest first; equal times keep their order. */
void merge_sort(struct merge *merge);

#endif
