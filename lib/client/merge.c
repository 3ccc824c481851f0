/*
 * One list of records out of three.
 *
 * A tap is the same when terminal, time and amount are: the terminal and the
 * second make it unique. A load has no terminal that both sides name, and the
 * account books it a moment later.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/merge.h"

#include <string.h>

#include <ykt/civil.h>
#include <ykt/hex.h>

#include "card/purse.h"
#include "client/mask.h"

#define FROM_TRIPS   1u
#define FROM_LOG     2u
#define FROM_ACCOUNT 4u

#define TAP_SLACK_MS  1000
#define LOAD_SLACK_MS 600000

static bool
same(const struct merge_row *a, const struct merge_row *b)
{
	int64_t apart = a->time_ms - b->time_ms;

	if (apart < 0)
		apart = -apart;
	if ((a->from & b->from) != 0 || a->load != b->load || a->amount_fen != b->amount_fen)
		return false;
	if (a->load)
		return apart <= LOAD_SLACK_MS;

	return apart <= TAP_SLACK_MS && strcmp(a->terminal, b->terminal) == 0;
}

/* Into the row that it is the same as, or a new one. */
static void
add(struct merge *merge, const struct merge_row *row)
{
	for (size_t i = 0; i < merge->count; i++) {
		struct merge_row *old = &merge->rows[i];

		if (!same(old, row))
			continue;
		old->source |= row->source;
		old->from |= row->from;
		if (old->place[0] == '\0')
			client_text_copy(old->place, sizeof(old->place), row->place);
		if (old->stop[0] == '\0')
			client_text_copy(old->stop, sizeof(old->stop), row->stop);
		return;
	}
	if (merge->count < MERGE_MAX)
		merge->rows[merge->count++] = *row;
}

static bool
time_of(const uint8_t bcd[7], int64_t *ret_ms)
{
	struct ykt_civil civil;

	if (!ykt_civil_from_bcd7(bcd, &civil))
		return false;
	*ret_ms = ykt_civil_to_ms(&civil);

	return true;
}

static const char *
trip_kind(uint8_t type)
{
	switch (type) {
	case RECORD_TRIP_ENTRY:
		return "entry";
	case RECORD_TRIP_EXIT:
		return "exit";
	case RECORD_TRIP_LOAD:
		return "load";
	default:
		return "single";
	}
}

void
merge_add_trip(struct merge *merge, struct ykt_bytes record)
{
	struct merge_row row = { .source = MERGE_CARD, .from = FROM_TRIPS };
	struct record_trip trip;
	uint8_t stop[CLIENT_STOP_LEN];

	if (record_trip_decode(record, &trip) != YKT_OK || !time_of(trip.time, &row.time_ms))
		return;
	row.amount_fen = trip.amount;
	row.load = trip.type == RECORD_TRIP_LOAD;
	client_text_copy(row.kind, sizeof(row.kind), trip_kind(trip.type));
	/* Eight bytes; the PSAM's six are the last. */
	ykt_hex_encode(ykt_bytes(trip.terminal + 2, 6), row.terminal);
	ykt_hex_encode(YKT_BYTES(trip.city), row.place);
	row.place[4] = ' ';
	memcpy(row.place + 5, row.terminal, sizeof(row.terminal));
	client_stop_encode(&trip, stop);
	ykt_hex_encode(YKT_BYTES(stop), row.stop);
	add(merge, &row);
}

void
merge_add_log(struct merge *merge, struct ykt_bytes record)
{
	struct merge_row row = { .source = MERGE_CARD, .from = FROM_LOG };
	struct record_log log;
	uint8_t bcd[7];

	if (record_log_decode(record, &log) != YKT_OK)
		return;
	memcpy(bcd, log.date, sizeof(log.date));
	memcpy(bcd + sizeof(log.date), log.time, sizeof(log.time));
	if (!time_of(bcd, &row.time_ms))
		return;
	row.amount_fen = log.amount;
	row.load = log.type == PURSE_TYPE_LOAD || log.type == PURSE_TYPE_PASSBOOK_LOAD;
	client_text_copy(row.kind, sizeof(row.kind), row.load ? "load" : "single");
	ykt_hex_encode(YKT_BYTES(log.terminal), row.terminal);
	/* Of a load it is a number for once, not a place. */
	if (!row.load)
		client_text_copy(row.place, sizeof(row.place), row.terminal);
	add(merge, &row);
}

void
merge_add_account(struct merge *merge, const struct wire_record *record)
{
	struct merge_row row = { .source = MERGE_ACCOUNT, .from = FROM_ACCOUNT };
	const char *terminal = strrchr(record->place, ' ');

	row.time_ms = record->time_ms;
	row.amount_fen = record->amount_fen;
	row.load = strcmp(record->kind, "load") == 0;
	client_text_copy(row.kind, sizeof(row.kind), record->kind);
	client_text_copy(row.place, sizeof(row.place), record->place);
	/* "9902 310000000101": the city, then the terminal of a tap. */
	client_text_copy(row.terminal, sizeof(row.terminal), terminal != NULL ? terminal + 1 : "");
	add(merge, &row);
}

void
merge_trim(struct merge *merge)
{
	size_t kept = 0;

	for (size_t i = 0; i < merge->count; i++) {
		int64_t time_ms = merge->rows[i].time_ms;

		if (time_ms >= merge->from_ms && (merge->to_ms == 0 || time_ms < merge->to_ms))
			merge->rows[kept++] = merge->rows[i];
	}
	merge->count = kept;
}

void
merge_sort(struct merge *merge)
{
	for (size_t i = 1; i < merge->count; i++) {
		struct merge_row row = merge->rows[i];
		size_t at = i;

		for (; at > 0 && merge->rows[at - 1].time_ms < row.time_ms; at--)
			merge->rows[at] = merge->rows[at - 1];
		merge->rows[at] = row;
	}
}
