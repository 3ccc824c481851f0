/*
 * The simulated world: two cities, one phone, three gates, in one process on
 * virtual time from one seed.
 *
 * City 9901 issues the phone's card and owns a metro with an entry and an exit
 * gate; city 9902 owns a bus. Each has its own platform, key module and key
 * hierarchy; the purchase root is national.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "keys/keys.h"
#include "platform/platform.h"
#include "psp/psp.h"
#include "sim/gate.h"
#include "sim/oracle.h"
#include "sim/phone.h"
#include "sim/server.h"
#include "sim/trail.h"
#include "tsm/tsm.h"

enum world_server { KEYD_A, KEYD_B, PLATFORM_A, PLATFORM_B, TSM_A, PAYD, WORLD_SERVERS };
enum world_gate { GATE_ENTRY, GATE_EXIT, GATE_BUS, WORLD_GATES };

#define WORLD_LINKS 16
/* 2026-11-23 08:00:00 in card time. */
#define WORLD_START_MS       INT64_C(1795392000000)
#define WORLD_CAP_FEN        100000 /* the card's upper limit */
#define WORLD_RETURN_FEE_FEN 500
/* A torn tap is finished for its rider this long, then it goes up unconfirmed. */
#define WORLD_TORN_MS (10 * 60 * 1000)

/* One direction between two servers. */
struct world_link {
	struct net_path path;
	struct ykt_http port;
};

/* What the journeys did, for the checker to hold against the books. */
struct world_deeds {
	unsigned topup_calls;
	unsigned functions; /* client functions called; each shows one result screen */
	unsigned refund_calls;
	unsigned recovered; /* openings that finished a torn tap */
	bool left;          /* the card was seen to be empty, then its application went */
	bool left_full;     /* it was not empty */
	unsigned opened[WORLD_GATES];
	int64_t opened_fen[WORLD_GATES];
};

/* What the checker knew when it last looked. */
struct world_past {
	struct oracle card;
	int64_t loads;
	int64_t loads_fen;
	int64_t debits;
	int64_t debits_fen;
	int64_t unloads;
	int64_t unloads_fen;
	int64_t online; /* counters of the cards before this one */
	int64_t offline;
	struct trail trail;
};

struct world {
	struct sched *sched;
	struct faults faults;
	struct crypto *crypto;
	struct rng crypto_rng;
	struct ykt_random crypto_random;
	struct rng rng; /* the journeys' own choices */
	uint64_t hash;
	struct sched_node driver; /* the rider's legs: never crashes */
	struct server servers[WORLD_SERVERS];
	struct world_link links[WORLD_LINKS];
	size_t link_count;
	struct gate gates[WORLD_GATES];
	struct phone phone;
	struct oracle_bench bench;
	struct world_deeds deeds;
	struct world_past past;
	uint16_t version; /* of the card's application: the last that was published */

	struct keys_options keys[2];
	struct platform_options platforms[2];
	struct platform_app apps[2];
	struct platform_peer peers[2];
	struct tsm_options tsm;
	struct psp_options psp;
	struct psp_merchant merchants[2];
};

/*
 * Builds everything and starts the periodic tasks; no user yet. fired: totals
 * of fired faults, over all worlds. YKT_E_NOMEM and what the rooms say.
 */
YKT_MUST_USE enum ykt_status world_new(uint64_t seed, uint64_t *fired, struct world **ret_world);
/* Stops the tasks, frees all. Accepts NULL in it. */
void world_free(struct world **world);

#endif
