/*
 * The commands that the tear matrix cuts, each with what must come before it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_TEAR_SCENE_H
#define SIM_TEAR_SCENE_H

#include "sim/tear_card.h"

/* What a scene leaves behind; an empty stale or guess means none. */
struct tear_cut {
	struct ykt_buf cmd;   /* the command to cut */
	struct ykt_buf stale; /* must be refused on the wired side afterwards */
	struct ykt_buf guess; /* what it leads to is a third state that cmd may be cut to */
	uint8_t cmd_bytes[300];
	uint8_t stale_bytes[64];
	uint8_t guess_bytes[32];
};

enum tear_flag {
	TEAR_DEEP = 1,      /* money, PIN, personalisation: depth 2 in the quick part too */
	TEAR_STEP = 2,      /* needs an open purse session, which a tap ends */
	TEAR_TWO_STEPS = 4, /* deletes, then clears what nobody reaches any more */
	TEAR_LOAD = 8,      /* GET TRANSACTION PROOF tells: a load */
	TEAR_PURCHASE = 16, /* the same: a purchase */
	TEAR_AIR = 32,      /* contactless alone */
	TEAR_WIRE = 128,    /* wired alone */
	TEAR_OPENING = 64   /* needs no session: it may come again after a restart */
};

struct tear_scene {
	const char *name;
	/* False: card->trouble names the step that failed. */
	bool (*prepare)(struct tear_card *card, enum ykt_se_iface iface, struct tear_cut *cut);
	uint16_t sw; /* of the command, uncut */
	unsigned flags;
};

extern const struct tear_scene tear_scenes[];
extern const size_t tear_scene_count;

#endif
