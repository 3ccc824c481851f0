/*
 * Running test cases on a card, and making the test card that they are for.
 *
 * A case drives one struct ykt_se. What the terminal and the issuer would
 * compute, the runner computes with the test keys below, from what the card
 * itself said (its number, its random, its counters).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONFORM_CONFORM_H
#define CONFORM_CONFORM_H

#include <ykt/driver/clock.h>
#include <ykt/driver/random.h>
#include <ykt/driver/se.h>

#include "conform/case.h"

struct crypto;

#define CONFORM_KEY_LEN  16
#define CONFORM_CITY_LEN 2 /* BCD, such as 9901 */
#define CONFORM_HEX_MAX  644

/* Roots of test cards. Whoever holds them wipes them. */
struct conform_keys {
	uint8_t isd_root[CONFORM_KEY_LEN]; /* key sets of domains are derived from it */
	bool isd_fixed; /* one key for all three of the issuer's domain instead */
	uint8_t isd_key[CONFORM_KEY_LEN];
	uint8_t load_root[CONFORM_KEY_LEN];
	uint8_t purchase_root[CONFORM_KEY_LEN];
	uint8_t tac_root[CONFORM_KEY_LEN];
	uint8_t maintenance_root[CONFORM_KEY_LEN];
};

/* Those of our own test cards; no card that is worth anything has them. */
extern const struct conform_keys conform_test_keys;

/* The card to be tested. All pointers are borrowed; clock may be NULL (no deadline). */
struct conform_card {
	const struct ykt_se *se;
	struct crypto *crypto;
	const struct ykt_random *random;
	const struct ykt_clock *clock;
	const struct conform_keys *keys;
	enum conform_needs kind; /* what it is */
	bool may_write;
	uint8_t city[CONFORM_CITY_LEN];
	struct conform_profile profile; /* of a test card to be made; zeros: the usual one */
	struct ykt_bytes groups;        /* further groupings of such a card, a series of its own */
};

enum conform_verdict {
	CONFORM_PASSED,
	CONFORM_FAILED,
	CONFORM_SKIPPED,
};

enum conform_reason {
	CONFORM_FINE,
	CONFORM_OTHER_KIND, /* skipped: the case is for another kind of card */
	CONFORM_WRITES,     /* skipped: it writes, and that was not allowed */
	CONFORM_NO_PURSE,   /* skipped, failed on a test card: SELECT found none */
	CONFORM_SETUP,      /* the set-up did not succeed */
	CONFORM_NO_ANSWER,  /* the card did not answer */
	CONFORM_NO_VALUE,   /* a value of the step could not be computed */
	CONFORM_NO_CHANNEL, /* the secure channel did not open */
	CONFORM_BAD_MAC,    /* the answer's MAC is wrong */
	CONFORM_BAD_SW,
	CONFORM_BAD_DATA,
	CONFORM_MOVED, /* balance or counters did not move as asked */
};

struct conform_result {
	enum conform_verdict verdict;
	enum conform_reason reason;
	unsigned step;                 /* from 1; 0: before or after the steps */
	unsigned line;                 /* of the case file */
	char command[CONFORM_HEX_MAX]; /* the last command, hex */
	char expected[CONFORM_HEX_MAX];
	char got[CONFORM_HEX_MAX];
};

/* Runs one case and says how it went. Leaves the card reset and no key behind. */
void conform_run(const struct conform_card *card, const struct conform_case *one,
    struct conform_result *ret_result);

/*
 * Makes a blank card (whose issuer's domain has the keys of card->keys) a test
 * card of card->city: a supplementary domain with keys of its own, a purse with
 * number 3105, city and 1, card->profile (1000 yuan, no overdraft, 3DES, when that is
 * zero), 100 yuan of the second ticket kind, the keys of card->keys, PIN 123456 with three tries.
 * card->kind and may_write do not count. On failure *ret_result says where.
 *
 * YKT_REFUSED  the card refused a step, or did not answer
 */
YKT_MUST_USE enum ykt_status
conform_testcard_make(const struct conform_card *card, struct conform_result *ret_result);

#endif
