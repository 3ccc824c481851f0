/*
 * The phone around a card with a toolkit (card/usat.h): TERMINAL PROFILE, FETCH,
 * TERMINAL RESPONSE, ENVELOPE, timers. Lists and questions of the card go to the ui
 * port, its channels and short messages to the net port.
 *
 * After each thing that the card was told, events go to it while one of its timers
 * runs: data and ends of channels, short messages, timers that ran out. Between, when
 * the user is asked, nothing is delivered.
 *
 * The card is not trusted: a command that is none, or that asks for what this phone
 * does not have, gets the result that says so. One that never ends is stopped after
 * HANDSET_COMMANDS_MAX on one event, HANDSET_EVENTS_MAX events, HANDSET_EVENTS_MS, or
 * its HANDSET_RESETS_MAX-th reset. Texts are shown as they come, without control
 * characters.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HANDSET_HANDSET_H
#define HANDSET_HANDSET_H

#include <stdbool.h>

#include <ykt/driver/clock.h>
#include <ykt/driver/net.h>
#include <ykt/driver/se.h>
#include <ykt/driver/ui.h>

#include "card/air_seal.h"
#include "card/usat.h"
#include "card/usat_bip.h"

#define HANDSET_COMMANDS_MAX 64 /* on one event */
#define HANDSET_EVENTS_MAX   64 /* after one thing that the card was told */
#define HANDSET_EVENTS_MS    240000
#define HANDSET_RESETS_MAX   3
#define HANDSET_CHANNELS     2
#define HANDSET_NET_MS       10000 /* to open a connection, or to send */
#define HANDSET_ITEMS_MAX    32
#define HANDSET_TEXT_MAX     1024 /* UTF-8 of all texts of one command */
#define HANDSET_ASK_MS       60000
#define HANDSET_CARD_MS      20000

/* Everything is borrowed and outlives the handset. */
struct handset_options {
	const struct ykt_se *se; /* wired side; the checked port of lib/link */
	const struct ykt_clock *clock;
	const struct ykt_ui *ui;
	const struct ykt_net *net; /* NULL: no channels, no short messages */
	const char *lang;          /* of the phone, two letters; NULL: "zh" */
	bool registers;            /* asks for short messages that wait when it starts */
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

/* A channel of the card. What came stays readable when the connection has ended. */
struct handset_channel {
	bool used;
	bool open;
	bool datagrams;
	unsigned lane;
	size_t size; /* of each buffer */
	size_t in_len, out_len;
	uint8_t in[USAT_BUFFER_MAX];
	uint8_t out[USAT_BUFFER_MAX];
};

struct handset_timer {
	bool runs;
	int64_t end_mono_ms;
};

struct handset {
	struct handset_options o;
	struct handset_list menu;  /* what SET UP MENU left; count 0: none */
	struct handset_list shown; /* of the command that is being done */
	unsigned commands;         /* done on this event */
	unsigned resets;
	bool reset_asked;               /* by REFRESH */
	bool tells_data, tells_channel; /* SET UP EVENT LIST */
	bool has_sms;
	unsigned sms_lane;
	struct handset_channel channels[HANDSET_CHANNELS];
	struct handset_timer timers[USAT_TIMER_COUNT];
};

/* Zero the struct's past, begin with no menu. */
void handset_init(struct handset *handset, const struct handset_options *options);
/* Ends the connections; wipes what was shown, typed and carried. */
void handset_clear(struct handset *handset);

/*
 * TERMINAL PROFILE, and every command and event that follows it.
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
 * YKT_E_DEADLINE: nothing was chosen. YKT_CANCELLED: the ui port's progress() said so
 * while the card was at work. Others as handset_start().
 */
YKT_MUST_USE enum ykt_status handset_run(struct handset *handset);

/*
 * The identity of the element (tag 45 of its issuer's domain): short messages are kept
 * by it. False: it has none, or does not say.
 */
bool handset_owner(
    const struct ykt_se *se, const struct ykt_clock *clock, uint8_t ret_identity[AIR_IDENTITY_LEN]);

#endif
