/*
 * Which faults exist where, how they are drawn and counted.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/faults.h"

/* A site's share of the draw, how far into a journey its passages run, and its kinds. */
static const struct site_row {
	const char *name;
	uint32_t weight; /* in a journey without a top-up, */
	uint32_t topped; /* and with one */
	uint32_t passages;
	enum fault_kind kinds[6];
	uint32_t kind_count;
} sites[SITE_COUNT] = {
	[SITE_APDU_WIRED] = { "apdu-wired", 0, 30, 8,
	    { FAULT_APDU_LOST_BEFORE, FAULT_APDU_LOST_AFTER, FAULT_APDU_CUT, FAULT_TAP_BETWEEN,
		FAULT_TAP_BETWEEN },
	    5 },
	[SITE_APDU_GATE] = { "apdu-gate", 20, 6, 16,
	    { FAULT_APDU_LOST_BEFORE, FAULT_APDU_LOST_AFTER, FAULT_APDU_CUT, FAULT_WIRED_RESET },
	    4 },
	[SITE_NVM] = { "nvm", 20, 14, 12, { FAULT_TEAR, FAULT_NVM_SILENT }, 2 },
	[SITE_NET_CLIENT] = { "net-client", 0, 24, 8,
	    { FAULT_NET_LOST_REQUEST, FAULT_NET_LOST_ANSWER, FAULT_NET_DUPLICATE, FAULT_NET_DELAY,
		FAULT_NET_REORDER },
	    5 },
	[SITE_NET_INNER] = { "net-inner", 8, 16, 6,
	    { FAULT_NET_LOST_REQUEST, FAULT_NET_LOST_ANSWER, FAULT_NET_DUPLICATE, FAULT_NET_DELAY,
		FAULT_NET_REORDER },
	    5 },
	[SITE_NET_GATE] = { "net-gate", 10, 3, 3,
	    { FAULT_NET_LOST_REQUEST, FAULT_NET_LOST_ANSWER, FAULT_NET_DUPLICATE, FAULT_NET_DELAY,
		FAULT_NET_REORDER },
	    5 },
	[SITE_STORE] = { "store", 12, 20, 20, { FAULT_CRASH_BEFORE, FAULT_CRASH_AFTER }, 2 },
	[SITE_FILE] = { "file", 10, 8, 6, { FAULT_CRASH_BEFORE, FAULT_CRASH_AFTER }, 2 },
};

static const char *const kind_names[FAULT_KIND_COUNT] = {
	[FAULT_APDU_LOST_BEFORE] = "F1 apdu lost before the card",
	[FAULT_APDU_LOST_AFTER] = "F1 answer lost after the card",
	[FAULT_APDU_CUT] = "F1 answer cut",
	[FAULT_TAP_BETWEEN] = "F1b tap between",
	[FAULT_WIRED_RESET] = "F1b wired reset in a tap",
	[FAULT_TEAR] = "F2 torn write",
	[FAULT_NVM_SILENT] = "F2 silent write",
	[FAULT_NET_LOST_REQUEST] = "F7 request lost",
	[FAULT_NET_LOST_ANSWER] = "F7 answer lost",
	[FAULT_NET_DUPLICATE] = "F7 request twice",
	[FAULT_NET_DELAY] = "F7 delay",
	[FAULT_NET_REORDER] = "F7 reorder",
	[FAULT_CRASH_BEFORE] = "restart before a step",
	[FAULT_CRASH_AFTER] = "restart after a step",
};

static enum fault_site
draw_site(struct rng *rng, bool top_up)
{
	uint32_t total = 0;
	uint32_t pick;

	for (size_t i = 0; i < SITE_COUNT; i++)
		total += top_up ? sites[i].topped : sites[i].weight;
	pick = rng_below(rng, total);
	for (size_t i = 0; i < SITE_COUNT; i++) {
		uint32_t weight = top_up ? sites[i].topped : sites[i].weight;

		if (pick < weight)
			return (enum fault_site)i;
		pick -= weight;
	}
	return SITE_APDU_WIRED;
}

static uint32_t
draw_count(struct rng *rng)
{
	uint32_t pick = rng_below(rng, 12);

	if (pick < 2)
		return 0;
	return pick < 8 ? 1 : 2 + rng_below(rng, 3);
}

void
faults_draw(struct faults *faults, struct rng *rng, bool top_up, uint64_t *fired)
{
	*faults = (struct faults){ .fired = fired, .armed = true };
	faults->count = draw_count(rng);
	for (size_t i = 0; i < faults->count; i++) {
		enum fault_site site = draw_site(rng, top_up);
		const struct site_row *row = &sites[site];

		faults->list[i] = (struct fault){ .site = site,
			.kind = row->kinds[rng_below(rng, row->kind_count)],
			.nth = rng_below(rng, row->passages),
			.param = rng_below(rng, 10000) };
	}
}

const struct fault *
faults_pass(struct faults *faults, enum fault_site site)
{
	uint32_t passage;

	if (!faults->armed)
		return NULL;
	passage = faults->passages[site]++;
	for (size_t i = 0; i < faults->count; i++) {
		struct fault *fault = &faults->list[i];

		if (fault->site != site || fault->nth != passage || fault->fired)
			continue;
		fault->fired = true;
		if (faults->fired != NULL)
			faults->fired[fault->kind]++;
		return fault;
	}
	return NULL;
}

const char *
fault_kind_name(enum fault_kind kind)
{
	return (unsigned)kind < FAULT_KIND_COUNT ? kind_names[kind] : "?";
}

const char *
fault_site_name(enum fault_site site)
{
	return (unsigned)site < SITE_COUNT ? sites[site].name : "?";
}

void
faults_print(const struct faults *faults, FILE *out)
{
	for (size_t i = 0; i < faults->count; i++)
		fprintf(out, "  fault: %s at %s #%u (%u)%s\n",
		    fault_kind_name(faults->list[i].kind), fault_site_name(faults->list[i].site),
		    faults->list[i].nth, faults->list[i].param,
		    faults->list[i].fired ? "" : " - not reached");
}
