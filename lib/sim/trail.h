/*
 * The trail: what each ride of the phone's cards found on the card, as the card's own log
 * tells it. The checker holds the books' balance chains against it (I-16).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_TRAIL_H
#define SIM_TRAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRAIL_CARD_MAX 21
/* More than the log can show at two looks a journey, over a world's 200 journeys. */
#define TRAIL_RIDES_MAX 4096

struct trail_ride {
	char card_no[TRAIL_CARD_MAX];
	uint16_t number;    /* the card's offline counter */
	int64_t gained_fen; /* loads less unloads since the ride before it */
};

/* Rides past TRAIL_RIDES_MAX are not kept: full says that there were some. */
struct trail {
	struct trail_ride rides[TRAIL_RIDES_MAX];
	size_t count;
	bool full;
	int64_t gained_fen; /* since the newest ride */
};

/* Another card: nothing came onto it yet. */
void trail_begin(struct trail *trail);
/* A load, or with fewer than none an unload. */
void trail_gain(struct trail *trail, int64_t fen);
void trail_ride(struct trail *trail, const char card_no[TRAIL_CARD_MAX], uint16_t number);

/* NULL: no card made that ride. */
const struct trail_ride *
trail_find(const struct trail *trail, const char card_no[TRAIL_CARD_MAX], int64_t number);

#endif
