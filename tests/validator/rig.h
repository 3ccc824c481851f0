/*
 * What the tests of the validator share: real cards and real PSAMs in memory, an
 * air between them that loses answers, a disk that fails, a platform that
 * answers by script.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_VALIDATOR_RIG_H
#define TESTS_VALIDATOR_RIG_H

#include "support.h"

#include <ykt/driver/file.h>
#include <ykt/driver/http.h>

#include "check.h"
#include "se/psam.h"
#include "validator/validator.h"
#include "wire/gate_msg.h"
#include "wire/ride_msg.h"

/* The cards: number 0 is tests/se's, the others have serials of their own. */
#define CARDS        3
#define CARD_NO      "03105170000000000001"
#define CARD_BALANCE 10000 /* after the load that every test card has */

enum gate_name { GATE_IN, GATE_OUT, GATE_BUS, GATE_BUS_2, GATE_COUNT };

/* 2026-07-25 08:30:15 in UTC+8. */
#define START_MS     INT64_C(1784939415000)
#define START_BCD    "20260725083015"
#define FARE_BUS     200
#define FARE_METRO   300 /* from GATE_IN to GATE_OUT */
#define TORN_MS      600000
#define OWN_ISSUER   "01011000FFFFFFFF"
#define OTHER_ISSUER "02002900FFFFFFFF"

/* How one exchange of card and gate goes wrong. */
enum air_mode {
	AIR_LOST_BEFORE, /* the card never got the command */
	AIR_LOST_AFTER,  /* it did, and its answer is gone */
	AIR_CUT,         /* param bytes of the answer arrive */
	AIR_FLIP,        /* bit param of the answer is the other one */
	AIR_ANSWER,      /* the card gets nothing, somebody answers text */
	AIR_TWICE        /* the card gets the command twice, the second answer arrives */
};

struct air_fault {
	unsigned at; /* counted from 1 within a tap; 0: by instruction */
	uint8_t ins;
	bool stays; /* not only once */
	enum air_mode mode;
	uint32_t param;
	const char *text; /* hex with status word */
};

#define AIR_FAULTS 4
struct air {
	struct ykt_se port;
	struct card *card;
	unsigned count; /* exchanges of this tap */
	bool gone;      /* the card left the field */
	size_t fault_count;
	struct air_fault faults[AIR_FAULTS];
	unsigned fired;
	uint8_t ins[32]; /* of the commands of this tap */
	size_t rsp_len[32];
};

void air_fault(struct air *air, struct air_fault fault);
void air_clear(struct air *air);

enum disk_fault { DISK_FAIL, DISK_CRASH_BEFORE, DISK_CRASH_AFTER };

#define DISK_FILES 10
#define DISK_BYTES 12288
struct disk_file {
	char name[24];
	size_t len;
	uint8_t bytes[DISK_BYTES];
};
struct disk {
	struct ykt_file port;
	struct disk_file files[DISK_FILES];
	unsigned changes; /* writes and removals since disk_power() */
	unsigned fault_at;
	enum disk_fault fault;
	bool down;
};

void disk_power(struct disk *disk);
struct disk_file *disk_find(struct disk *disk, const char *name);
bool disk_equal(const struct disk *a, const struct disk *b);

/* What the platform makes of the next call. */
enum net_mode {
	NET_OK,
	NET_LOST_BEFORE,
	NET_LOST_AFTER,
	NET_CODE_400,
	NET_CODE_500,
	NET_CODE_503,
	NET_OTHER_BATCH,
	NET_SHORT,
	NET_LONG,
	NET_TOKEN,
	NET_GARBAGE
};

#define NET_TAPS_MAX 96
struct net {
	struct ykt_http port;
	enum net_mode mode;
	const char *result; /* of every record */
	unsigned calls;
	char batch[33];
	size_t last_count; /* records of the last call, acknowledged or not */
	struct wire_tap last[WIRE_TAPS_MAX];
	size_t count; /* records acknowledged, in the order of their arrival */
	struct wire_tap taps[NET_TAPS_MAX];
	size_t ride_count; /* rides by code that were acknowledged */
	struct wire_ride rides[NET_TAPS_MAX];
	struct wire_gate_params_rsp params; /* what /gate/params answers */
};

struct gate {
	struct validator_options options;
	struct validator *validator;
	struct se_psam psam;
	struct nvm_mem nvm;
	struct se_psam_port psam_port;
	struct ykt_se psam_air; /* the PSAM, or nothing when psam_dead */
	bool psam_dead;
	struct disk disk;
	struct net net;
};

struct rig {
	struct crypto *crypto;
	struct rng rng;
	struct ykt_clock clock;
	int64_t wall_ms;
	int64_t mono_ms;
	struct card *cards[CARDS];
	struct air air[CARDS];
	struct gate gates[GATE_COUNT];
	struct crypto_sm2_key sign_key;
};

/* One rig a test, of cmocka's setup and teardown: *state. */
int rig_setup(void **state);
int rig_teardown(void **state);
/* Everything as after rig_setup(), faster: for loops. */
void rig_again(struct rig *rig);

/* Made by rig_setup() for GATE_IN, GATE_OUT, GATE_BUS; others by name. */
void gate_open(struct rig *rig, enum gate_name name);
void gate_close(struct rig *rig, enum gate_name name);
/* The program ends and starts again: the PSAM loses power too. */
void gate_restart(struct rig *rig, enum gate_name name);
/* Only what comes back, for tests of refusals. */
enum ykt_status gate_try(struct rig *rig, enum gate_name name);

/* The card enters the field anew. */
enum ykt_status tap_status(
    struct rig *rig, enum gate_name gate, unsigned card, struct validator_result *ret_result);
struct validator_result tap(struct rig *rig, enum gate_name gate, unsigned card);
/* One that must end so; amount -1: any. */
void tap_expect(struct rig *rig, enum gate_name gate, unsigned card, enum validator_gate expected,
    const char *reason);

/* The truth on the card. */
struct money {
	uint32_t balance;
	uint16_t offline;
};
struct money card_money(const struct card *card);
/* Overwrites bytes of the purse, see se/image.h; the card notices nothing. */
void card_patch(struct card *card, uint32_t off, const char *hex);

/* Uploads until nothing waits; the count of records that arrived. */
size_t gate_drain(struct rig *rig, enum gate_name name);
/* The TAC is the card's over what the record says. */
bool tac_good(struct rig *rig, const struct wire_tap *record);
/* Signs and publishes what net.params holds. */
void params_publish(struct rig *rig, enum gate_name name);

#endif
