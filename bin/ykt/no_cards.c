/*
 * No cards: a program without lib/link, the SE-less layers of 5.1.3 alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cards.h"

/* Marks a message id: its Chinese is in po/. */
#define N_(text) text

static enum ykt_status
cards_open(void *ctx, const char *address, const struct ykt_se **ret_se, const char **ret_why)
{
	(void)ctx;
	(void)address;
	(void)ret_se;
	*ret_why = N_("This program was built without card readers.");

	return YKT_E_LINK;
}

static void
cards_close(void *ctx)
{
	(void)ctx;
}

struct cli_cards
cards_port(struct cards *cards, const struct ykt_clock *clock)
{
	*cards = (struct cards){ .clock = clock };

	return (struct cli_cards){ cards, cards_open, cards_close, cards_open };
}
