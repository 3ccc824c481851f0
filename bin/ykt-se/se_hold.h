/*
 * The cards that one process holds: those of one file, which is one image, or
 * several images one behind the other. They share the file's sync.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_SE_HOLD_H
#define YKT_SE_HOLD_H

#include <stdbool.h>

#include "se/se.h"
#include "se_image.h"

#define SE_NO_LOSS (-1)

struct se_hold;
struct se_serve;

/* One card, and what development asked of it. */
struct se_held {
	struct se se;
	struct ykt_nvm nvm; /* its part of the file */
	struct se_hold *hold;
	struct se_serve *serve; /* borrowed; set while it is served */
	uint32_t base;          /* where its part begins */
	int lose_ins;           /* the answer to the next such command is lost, or SE_NO_LOSS */
	unsigned long commands;
	unsigned long lost;
};

/* Zeroed before se_hold_open(). */
struct se_hold {
	const char *path; /* borrowed */
	struct se_image image;
	bool in_memory; /* nothing is ever synced */
	bool strict;    /* access rules hold for who does not say who it is, too */
	size_t count;
	struct se_held *cards;
};

/*
 * Opens and locks the file args[0], starts every card of it (one, or with
 * --container all), and syncs what recovery repaired. crypto and random are
 * borrowed. Says on standard error what is wrong. On an error too, close it.
 *
 * YKT_E_ARG      more cards than one process serves
 * YKT_E_CORRUPT  a card is damaged
 * what se_image_open() and se_boot() give
 */
YKT_MUST_USE enum ykt_status se_hold_open(const struct se_options *options, struct crypto *crypto,
    const struct ykt_random *random, struct se_hold *hold);

/* The command of se_serve.h for a struct se_held that is served. */
void se_held_command(void *ctx, const char *line, struct ykt_buf *answer);

/* Makes durable what all cards changed. As host_sealed_sync(). */
YKT_MUST_USE enum ykt_status se_hold_commit(struct se_hold *hold);

/* A little of the next commit's work, ahead of it. */
void se_hold_idle(struct se_hold *hold);

/* Powers off, wipes, unlocks; does not sync. */
void se_hold_close(struct se_hold *hold);

#endif
