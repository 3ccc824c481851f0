/*
 * Parts of an image, see host_ranges.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "host/host_ranges.h"

static void
join(struct host_range *into, uint32_t from, uint32_t to)
{
	if (from < into->from)
		into->from = from;
	if (to > into->to)
		into->to = to;
}

void
host_ranges_note(struct host_ranges *ranges, uint32_t from, uint32_t to)
{
	struct host_range *list = ranges->list;

	for (size_t i = 0; i < ranges->count; i++) {
		if (from <= list[i].to && to >= list[i].from) {
			join(&list[i], from, to);
			return;
		}
	}
	if (ranges->count == HOST_RANGES_MAX) {
		for (size_t i = 1; i < HOST_RANGES_MAX; i++)
			join(&list[0], list[i].from, list[i].to);
		ranges->count = 1;
		join(&list[0], from, to);
		return;
	}
	list[ranges->count++] = (struct host_range){ from, to };
}
