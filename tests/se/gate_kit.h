/*
 * For the tests of the menu's calls: a package with all operations, a phone that does
 * what the menu asks of the network, and the gateway at the other end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SE_GATE_KIT_H
#define TESTS_SE_GATE_KIT_H

#include "menu_kit.h"

#include "card/air_call.h"
#include "card/air_frame.h"

/* The profile of ykt handset with a network. */
#define GATE_PROFILE "80100000122B008F23010C000F0800001F420000000300"

/* Items of the package's first screen, from 1. */
enum gate_item {
	GATE_REGISTER = 1,
	GATE_TOPUP_50,
	GATE_TOPUP,
	GATE_PAY,
	GATE_ACCOUNT,
	GATE_COLLECT,
	GATE_UDP,
	GATE_SMS,
	GATE_UPDATE,
	GATE_BALANCE
};

struct gate {
	struct card *card;
	struct phone phone;
	struct ota_keys keys;
	struct ota_head head;
	char log[512];        /* commands to the network, a word each */
	unsigned sends;       /* packets since gate_start() */
	enum menu_bearer way; /* that the last packet came */
	bool deaf;            /* OPEN CHANNEL and SEND SHORT MESSAGE fail */
	uint8_t packet_bytes[AIR_MESSAGE_MAX];
	struct ykt_buf packet; /* the last one, as it came */
	uint64_t counter;
	uint8_t plain_bytes[AIR_MESSAGE_MAX];
	struct air_call call;    /* views lie in plain_bytes */
	uint8_t down_bytes[400]; /* that waits for RECEIVE DATA */
	struct ykt_buf down;
	size_t down_at;
	size_t chunk; /* bytes that the phone has at once; 0: all */
};

/* A card with that purse (NULL: none), and the package; 3DES instead of AES. */
struct card *gate_card(const struct kit *kit, bool tdes);
/* The package of that version; ways: bits of 1 << enum menu_bearer. */
void gate_package(struct card *card, uint16_t version, unsigned ways, struct ykt_buf *out);
/* TERMINAL PROFILE, the menu taken, and what follows it, until the menu idles or shows. */
void gate_start(struct gate *gate, struct card *card);
void gate_start_tdes(struct gate *gate, struct card *card);
/* The same on a gate that goes on: after a cut, say. */
void gate_restart(struct gate *gate);

/* What the user does; network commands that follow are done, to the next thing shown. */
void gate_choose(struct gate *gate, uint8_t item);
void gate_type(struct gate *gate, const char *text);
void gate_key(struct gate *gate, bool yes);
/* A top-up up to its first call. */
void gate_call_topup(struct gate *gate);
void gate_ok(struct gate *gate);

/* The last call is of that op, and the menu waits for its answer. */
void gate_called(const struct gate *gate, enum air_op op);
/* The gateway's answer to the last call. */
void gate_reply(struct gate *gate, const struct air_answer *answer);
/* An answer with a status and a text alone. */
void gate_say(struct gate *gate, enum air_status status, const char *text);
/* A response without a payload. */
void gate_refuse(struct gate *gate, enum ota_status status);
/* Nothing comes: the timer runs out. */
void gate_time(struct gate *gate);
/* These bytes come instead, as data. */
void gate_noise(struct gate *gate, struct ykt_bytes bytes);
/* The other side closes the channel. */
void gate_drop(struct gate *gate);

/* The answers of a load, for an order of sixteen bytes ref. */
void gate_answer_begin(struct gate *gate, uint8_t ref, uint32_t fen);
/* CREDIT FOR LOAD for the answer to INITIALIZE that the last call holds. */
void gate_answer_request(struct gate *gate, uint8_t ref, uint32_t fen);
void gate_answer_confirm(struct gate *gate, uint8_t ref, uint32_t fen);

/* The purse's balance, by APDU. */
uint32_t gate_balance(struct card *card);

#endif
