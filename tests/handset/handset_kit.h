/*
 * For the tests of the handset: a scripted card, a scripted user, a scripted network,
 * and a clock that moves when it is waited on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_HANDSET_KIT_H
#define TESTS_HANDSET_KIT_H

#include "check.h"
#include "handset/handset.h"

struct step {
	const char *cmd; /* hex, whole; blanks are for people */
	const char *rsp; /* hex with its status word; "" is no answer */
};

/* What the network does next: open, send, receive, wait or close, in this sequence. */
struct net_step {
	const char *
	    what; /* "open tcp 127.0.0.1 8000", "send 0 0102", "receive 0", "wait 5000", "close 0" */
	const char *data; /* hex of what receive gives; NULL: nothing */
	enum ykt_status status;
};

/*
 * One command of the card: what it is told first, what it asks, what it is answered. All
 * in hex: an envelope ("Le" at its end: any answer), what is inside D0, the data of TERMINAL RESPONSE.
 */
struct talk {
	const char *told;    /* NULL: it follows the answer before */
	const char *command; /* NULL: there is none */
	const char *answer;  /* NULL: there is none, the card is reset */
};

#define TALKS_MAX 16
/* The user's choice of the first item. */
#define TOLD_CHOICE "D30782020181900101"

struct world {
	const struct step *steps;
	size_t at;
	const struct net_step *net_steps;
	size_t net_at;
	struct step made[3 * TALKS_MAX + 4]; /* of world_talks() */
	char texts[6 * TALKS_MAX][700];
	size_t text_count;
	const char *answers[8]; /* of the user, NULL ends them */
	size_t answered;
	bool leaves_texts;   /* the user presses the end key on a text */
	unsigned looks_left; /* world_progress() leaves at the last */
	char seen[2048];     /* what was shown, a line each */
	int64_t now_ms;
	unsigned resets;
	struct ykt_se se;
	struct ykt_ui ui;
	struct ykt_clock clock;
	struct ykt_net net;
	struct handset handset;
};

/* progress() of a user who looks so often and then leaves; the world's ui has none. */
bool world_progress(void *ctx, const char *text, unsigned done, unsigned total);

/* A handset that was started, with a net if net_steps is not NULL, before these talks. */
void world_talks(struct world *w, const struct talk *talks, const struct net_step *net_steps);

/* A handset without a net. */
void world_begin(struct world *w, const struct step *steps);
/* And with one. Steps that receive nothing are not in the script. */
void world_begin_net(struct world *w, const struct step *steps, const struct net_step *net_steps);
/* The scripts were used up. */
void world_over(struct world *w);

#define PROFILE     "8010000012 29008F210100000F08000000000000000000"
#define PROFILE_NET "8010000012 2B008F23010C000F0800001F420000000300"
/* "Card" with 1 "One" and 18 "Two". */
#define SET_UP      "D01B8103012500820281828504436172648F04014F6E658F041254776F"
#define SET_UP_DONE "801400000C810301250082028281830100"
#define START_OF(profile)                                                                          \
	{ profile, "911D" }, { "801200001D", SET_UP "9000" },                                      \
	{                                                                                          \
		SET_UP_DONE, "9000"                                                                \
	}
#define START     START_OF(PROFILE)
#define START_NET START_OF(PROFILE_NET)
#define CHOSEN    "80C2000009D30782020181900101"

#endif
