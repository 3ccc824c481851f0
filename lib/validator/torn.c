/*
 * Torn taps: the debit was sent, its answer did not come.
 *
 * One is settled only by a MAC2 that the PSAM found good, of the tap itself or
 * of a later one of the same card, or by a refusal of the card that leaves no
 * doubt. What a card merely says, its counter for one, settles nothing: a single
 * bit that fell over on the way would lose a rider's money.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "validator/internal.h"

static bool
same_card(const struct tap_record *a, const struct tap_record *b)
{
	return ykt_bytes_equal(YKT_BYTES(a->serial), YKT_BYTES(b->serial)) &&
	       ykt_bytes_equal(YKT_BYTES(a->issuer), YKT_BYTES(b->issuer));
}

bool
torn_next(const struct tap *tap, uint32_t *index)
{
	const struct state *state = &tap->validator->state;
	uint32_t from = *index < state->torn_count ? *index : state->torn_count;

	for (uint32_t i = from; i-- > 0;) {
		const struct tap_record *torn = &state->torn[i];

		if (ykt_bytes_equal(YKT_BYTES(torn->serial), YKT_BYTES(tap->info.serial)) &&
		    ykt_bytes_equal(YKT_BYTES(torn->issuer), YKT_BYTES(tap->info.issuer))) {
			*index = i;
			return true;
		}
	}
	return false;
}

enum ykt_status
torn_add(struct tap *tap)
{
	struct validator *validator = tap->validator;
	struct state *next = state_begin(validator);
	enum ykt_status status = YKT_OK;

	if (next->torn_count == TORN_MAX) {
		status = state_queue(validator, &next->torn[0]);
		if (status != YKT_OK)
			return status;
		state_torn_drop(next, 0);
	}
	record_of_tap(tap, &next->torn[next->torn_count++]);
	return state_commit(validator);
}

enum ykt_status
torn_undo(struct validator *validator)
{
	struct state *next = state_begin(validator);

	state_torn_drop(next, next->torn_count - 1);
	return state_commit(validator);
}

enum ykt_status
torn_settle(
    struct validator *validator, uint32_t index, const uint8_t tac[PURSE_MAC_LEN], bool opens)
{
	const struct state *now = &validator->state;
	struct state *next = state_begin(validator);
	struct tap_record record = now->torn[index];
	enum ykt_status status;

	memcpy(record.tac, tac, sizeof(record.tac));
	record.confirmed = true;
	status = state_queue(validator, &record);
	next->torn_count = 0;
	for (uint32_t i = 0; i < now->torn_count && status == YKT_OK; i++) {
		const struct tap_record *torn = &now->torn[i];

		if (!same_card(torn, &record))
			next->torn[next->torn_count++] = *torn;
		else if (i != index && torn->offline_seq != record.offline_seq)
			status = state_queue(validator, torn);
	}
	next->has_last = opens;
	next->last = record;
	return status == YKT_OK ? state_commit(validator) : status;
}
