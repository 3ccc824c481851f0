/*
 * The phone around a card with a toolkit (card/usat.h): TERMINAL PROFILE, FETCH,
 * TERMINAL RESPONSE, ENVELOPE. Lists and questions of the card go to the ui port,
 * its channels to the net port (ykt/driver/net.h), its short messages to a sink.
 *
 * The card is not trusted: a command that is none, or that asks for what this phone
 * does not have, gets the result that says so; one that never ends is stopped after
 * HANDSET_COMMANDS_MAX. Texts are shown as they come, without control characters.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HANDSET_HANDSET_H
#define HANDSET_HANDSET_H

#include <stdbool.h>

#include <ykt/driver/clock.h>
#include <ykt/driver/se.h>
#include <ykt/driver/ui.h>

#include "card/usat.h"

#define HANDSET_COMMANDS_MAX 64 /* on one event */
#define HANDSET_ITEMS_MAX    32
#define HANDSET_TEXT_MAX     1024 /* UTF-8 of all texts of one command */
#define HANDSET_ASK_MS       60000
#define HANDSET_CARD_MS      20000

/* Everything is borrowed and outlives the handset. */
struct handset_options {
	const struct ykt_se *se; /* wired side; the checked port of lib/link */
	const struct ykt_clock *clock;
	const struct ykt_ui *ui;
};

/* A list of the card: its menu, or what SELECT ITEM asked. */
struct handset_list {
	size_t count;
	uint8_t ids[HANDSET_ITEMS_MAX];
	const char *texts[HANDSET_ITEMS_MAX];
	const char *title;
	size_t used;
	char bytes[HANDSET_TEXT_MAX];
};

struct handset {
	struct handset_options o;
	struct handset_list menu;  /* what SET UP MENU left; count 0: none */
	struct handset_list shown; /* of the command that is being done */
	unsigned commands;         /* done on this event */
};

/* Zero the struct's past, begin with no menu. */
void handset_init(struct handset *handset, const struct handset_options *options);
/* Wipes what was shown and typed. */
void handset_clear(struct handset *handset);

/*
 * TERMINAL PROFILE, and every command that follows it.
 *
 * YKT_NOT_FOUND  the card has no toolkit, or no menu for this phone
 * YKT_E_CARD     it broke the protocol, or never came to an end
 * YKT_E_LINK and others of the se port
 */
YKT_MUST_USE enum ykt_status handset_start(struct handset *handset);

/*
 * The user chose an item of the menu: its place, from 0. All that follows is done.
 * YKT_E_ARG: no such item. YKT_REFUSED: the card took the choice not. Others as
 * handset_start().
 */
YKT_MUST_USE enum ykt_status handset_choose(struct handset *handset, size_t place);

/*
 * Asks the user for an item of the menu again and again, and does what he chose,
 * until he leaves (an empty answer, or 0) or there is nothing more to read: YKT_OK.
 */
YKT_MUST_USE enum ykt_status handset_run(struct handset *handset);

#endif
