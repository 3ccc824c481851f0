/*
 * The rides of the phone's cards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/trail.h"

#include <string.h>

void
trail_begin(struct trail *trail)
{
	trail->gained_fen = 0;
}

void
trail_gain(struct trail *trail, int64_t fen)
{
	trail->gained_fen += fen;
}

void
trail_ride(struct trail *trail, const char card_no[TRAIL_CARD_MAX], uint16_t number)
{
	struct trail_ride *ride = &trail->rides[trail->count];

	trail->full = trail->count == TRAIL_RIDES_MAX;
	if (trail->full)
		return;
	memcpy(ride->card_no, card_no, sizeof(ride->card_no));
	ride->number = number;
	ride->gained_fen = trail->gained_fen;
	trail->gained_fen = 0;
	trail->count++;
}

const struct trail_ride *
trail_find(const struct trail *trail, const char card_no[TRAIL_CARD_MAX], int64_t number)
{
	for (size_t i = trail->count; i-- > 0;) {
		const struct trail_ride *ride = &trail->rides[i];

		if (ride->number == number && strcmp(ride->card_no, card_no) == 0)
			return ride;
	}

	return NULL;
}
