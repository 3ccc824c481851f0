/*
 * Which parts of an image were written since the last sync.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_RANGES_H
#define HOST_RANGES_H

#include <stddef.h>
#include <stdint.h>

/*
 * More separate writes than this between two syncs are joined to one range:
 * enough for a command of each of 64 cards.
 */
#define HOST_RANGES_MAX 512

struct host_range {
	uint32_t from;
	uint32_t to; /* exclusive */
};

/* Zeroed at first. */
struct host_ranges {
	size_t count;
	struct host_range list[HOST_RANGES_MAX];
};

/* Notes that from..to was written; what overlaps or touches becomes one. */
void host_ranges_note(struct host_ranges *ranges, uint32_t from, uint32_t to);

#endif
