/*
 * Cards by their address, for the commands of lib/cli.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_CARDS_H
#define YKT_CARDS_H

#include <ykt/driver/clock.h>

#include "cli/cli.h"
#include "link/net_socket.h"

struct se_link;

struct cards {
	const struct ykt_clock *clock;
	struct ykt_bytes caller; /* se_open_options; empty, unless set after cards_port() */
	struct se_link *link;
	struct net_socket net;
};

/* A port whose context is cards; clock is borrowed. */
struct cli_cards cards_port(struct cards *cards, const struct ykt_clock *clock);

#endif
