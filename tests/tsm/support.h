/*
 * What the tests of the TSM share: the TSM over an in-memory database, the key
 * module behind a port that calls it directly, blank cards of the real card OS,
 * and a client that relays what it is told, with every fault that a client, a
 * network or a crash can bring.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_TSM_SUPPORT_H
#define TESTS_TSM_SUPPORT_H

#include "check.h"

#include "card/files.h"
#include "crypto/core.h"
#include "keys/keys.h"
#include "se/se.h"
#include "store/store_fault.h"
#include "store/store_sqlite.h"
#include "tsm/tsm.h"
#include "wire/seram.h"

#define CITY      "9901"
#define JOB       "0000000000000000000000000000000a"
#define JOB_B     "0000000000000000000000000000000b"
#define CARD_NO   "03105170000000000001"
#define CARD_NO_B "03105170000000000002"
#define AID_HEX   "A000000632010105990100"
#define SSD_HEX   "A00000063201FF9901"
#define POLL                                                                                       \
	"{\"localAgentStatus\":{\"localAgentStatusEnum\":\"POLLING\",\"executedSeRamCommands\":0}" \
	"}"
#define SE_A        "0102030405060708090A0B0C0D0E0F10"
#define SE_B        "F102030405060708090A0B0C0D0E0F10"
#define FILE17_HEAD "0000015699019901000101"
#define ZEROS_49                                                                                   \
	"0000000000000000000000000000000000000000000000000000000000000000"                         \
	"0000000000000000000000000000000000"
#define FILE17 FILE17_HEAD ZEROS_49

/* One element, and the memory that it lives in. */
struct element {
	struct se se;
	struct ykt_nvm nvm;
	uint8_t bytes[SE_IMAGE_SIZE];
};

/* What goes wrong, at the at-th occasion (1 is the first); 0: nothing. */
enum trouble {
	TROUBLE_NONE,
	TROUBLE_APDU_BEFORE,   /* the APDU did not reach the card */
	TROUBLE_APDU_AFTER,    /* its answer did not come back */
	TROUBLE_CARD_SWAP,     /* another element is there, until the next session */
	TROUBLE_CARD_RESET,    /* the card lost its power before it */
	TROUBLE_ANSWER_LOST,   /* the client repeats its report */
	TROUBLE_CLIENT_POLLS,  /* it lost the order and begins with an empty poll */
	TROUBLE_CLIENT_KILLED, /* it asks the platform for a new session */
	TROUBLE_RESTART,       /* the TSM's process is a new one */
	TROUBLE_KEYD,          /* the key module is not there once */
	TROUBLE_KEYD_LOST,     /* its answer is lost once */
	TROUBLE_STORE,         /* of kind store, in the database, then a restart */
	TROUBLE_EMPTY_RANDOM,  /* no random bytes once */
};

struct world {
	struct element element[2];
	size_t present; /* the element that the client reaches */
	int64_t now_ms;
	uint64_t random;
	struct crypto *crypto;
	struct store_sqlite *keys_database;
	struct keys *keys;
	struct keys_worker *keys_worker;
	struct store_sqlite *database;
	struct store_fault store;
	struct ykt_http keyd;
	struct tsm_options options;
	struct tsm *tsm;
	struct tsm_worker *worker;

	enum trouble trouble;
	enum store_fault_kind store_kind;
	unsigned trouble_at;
	unsigned chaos; /* not 0: every trouble, at one occasion in so many */
	uint64_t chaos_random;
	unsigned occasion;
	bool fired;

	const char *card_no; /* of the only card that may ever be selectable; NULL: any */
	unsigned apdus;      /* that reached a card */
	unsigned orders;     /* answers of the TSM with 200 */
	unsigned codes[600];
	char notice[WIRE_SERAM_NOTICE_MAX + 1]; /* the last notification */
	uint8_t session_id[16];
	char body[WIRE_SERAM_POOL * 3]; /* the last answer */
	struct wire_seram_order order;
	struct wire_seram_report report;
};

struct world *world_new(void);
/* The same for a city whose cards get more: keys of these roots, a PIN, groupings. */
struct world *
world_new_city(const struct keys_roots *roots, const struct keys_pin *pin, struct ykt_bytes groups);
void world_free(struct world **world);
/* The next occasion numbered at goes wrong. */
void world_trouble(struct world *world, enum trouble trouble, unsigned at);
/*
 * Runs under this trouble at its first occasion, its second, until it never comes:
 * under() gives false then. There must be least of them, and not above a hundred.
 */
typedef bool (*under_fn)(enum trouble trouble, enum store_fault_kind kind, unsigned at);
void sweep_trouble(under_fn under, enum trouble trouble, unsigned least);
/* Every kind of a store's faults, at each of at least so many transactions. */
void sweep_store(under_fn under, unsigned least);
/* True when this occasion for trouble is the one that goes wrong. */
bool world_strikes(struct world *world, enum trouble trouble);
/* A new process over the same database. */
void world_restart(struct world *world);

/* One request; the answer's body in world->body. */
int world_ask(struct world *world, const char *peer, const char *path, const char *body);
/* job.start for a job; the session id in world->session_id when the code is 200. */
int world_start(struct world *world, const char *job_id, const char *se_hex, const char *card_no);
/* The same for another kind of job; more: further members, or "". */
int world_start_kind(struct world *world, const char *job_id, const char *kind, const char *se_hex,
    const char *card_no, const char *more);
int world_session(struct world *world, const char *job_id);
/* job.get: the state, in a buffer of the support; the reason behind a blank. */
const char *world_job(struct world *world, const char *job_id);

/*
 * The client: handshake, then reports and orders until the session ends. True
 * when it ended with a stop command. It gives up after many refusals in a row.
 */
bool world_relay(struct world *world, const char *job_id);
/* As often as a patient user would: new sessions until done or failed. */
void world_open(struct world *world, const char *job_id);
/* One report (JSON) to the session; the code. The order in world->order when 200. */
int world_report(struct world *world, const char *json);
/* Runs the order's APDUs on the card and makes the report's JSON of the answers. */
const char *world_run_order(struct world *world);

/* The answer of the present card on an interface, upper-case hex. */
const char *card_hex(struct world *world, enum ykt_se_iface iface, const char *cmd_hex);
/* The purse is there and whole: file 15, file 17, balance. */
void assert_card_is_open(struct world *world, const char *card_no);
/* Nothing selectable answers to the instance's AID. */
void assert_no_purse(struct world *world);
/* The registry table has exactly what the card tells (I-26). */
void assert_registry_is_card(struct world *world, const char *se_hex);
/* A count from the TSM's database. */
int64_t count_rows(struct world *world, const char *sql);

#endif
