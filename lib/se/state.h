/*
 * Everything volatile of one card. Public only so that a caller can provide the
 * memory; nobody but lib/se looks inside.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_STATE_H
#define SE_STATE_H

#include <ykt/bytes.h>
#include <ykt/driver/random.h>
#include <ykt/driver/se.h>
#include <ykt/driver/trace.h>

#include "card/purse.h"
#include "card/scp02.h"
#include "card/scp03.h"
#include "crypto/core.h"
#include "se/journal.h"
#include "se/menu.h"

/*
 * The longest answer: a whole picture file and SW. Without an extended Le it is
 * 256 data bytes, an 8-byte R-MAC with its padding, SW.
 */
#define SE_RSP_MAX 904

#define SE_SIDES         2
#define SE_CHANNELS      4 /* logical channels of an interface, the basic one included */
#define SE_CACHE_COUNT   5 /* four records of 1A and one of 1E */
#define SE_CACHE_LEN     128
#define SE_STORE_MAX     1280 /* all blocks of one STORE DATA series */
#define SE_CHALLENGE_LEN 8

/* What is selected on a logical channel. */
enum se_app_kind {
	SE_APP_NONE,
	SE_APP_SD, /* index: security domain, 0 the ISD */
	SE_APP_PURSE,
	SE_APP_IDENT,
	SE_APP_PPSE,
	SE_APP_CRS,
	SE_APP_ARA,
	SE_APP_MENU
};

struct se_app {
	enum se_app_kind kind;
	uint8_t index;
};

/* A secure channel with a security domain: SCP03, or SCP02 where the card allows it. */
enum se_scp_state { SE_SCP_NONE, SE_SCP_STARTED, SE_SCP_OPEN };

struct se_scp {
	enum se_scp_state state;
	uint8_t sd;
	uint8_t kvn;
	bool scp02;
	uint8_t dek_len;
	uint8_t
	    dek[SCP03_KEY_MAX]; /* SCP03: static, of the set it was opened with; SCP02: its own */
	uint8_t host_cryptogram[SCP03_MAC_LEN];
	union {
		struct scp03_session session;
		struct scp02_session session02;
	};
};

/* One logical channel of an interface. */
struct se_side {
	bool open;
	uint8_t number; /* over both interfaces, from 1 */
	struct se_app app;
	struct se_scp scp;
	uint8_t challenge_len; /* 0 unless GET CHALLENGE was the command before */
	uint8_t challenge[SE_CHALLENGE_LEN];
	uint8_t rights;       /* bits SE_RIGHT_x, gained from the selected purse */
	uint8_t alg;          /* bit SE_ALG_BIT_x of CHANGE ALGORITHM, until SELECT; 0 none */
	struct se_app perso;  /* INSTALL [for personalization] was accepted for it */
	uint8_t status_scope; /* GET STATUS, for "next" */
	uint8_t status_at;
	uint16_t rules_next; /* GET DATA [all] of the access rules, for [next] */
	uint8_t caller_len;  /* se_set_caller(): 0, 20 or 32 */
	uint8_t caller[32];
};

/*
 * The series of STORE DATA that is being gathered, the chain of an UPDATE BINARY,
 * or ident's message in parts: one for the whole card, so that four channels do not need four buffers.
 * A first block on another channel takes it over.
 */
struct se_series {
	uint8_t owner; /* number of the channel, 0: none */
	uint8_t next;  /* block number */
	bool chain;    /* a chain of UPDATE BINARY instead, on a purse */
	uint16_t len;
	uint8_t bytes[SE_STORE_MAX];
};

/*
 * The package that is being loaded: one for the whole card; another INSTALL [for
 * load] takes its place. What has come stands in the image, unregistered.
 */
struct se_load {
	uint8_t owner; /* number of the channel, 0: none */
	uint8_t next;  /* block number */
	uint8_t sd;    /* the domain it will be associated with */
	uint8_t aid_len;
	uint8_t aid[16];
	uint8_t hash_len; /* 0, or 32 */
	uint8_t hash[32];
	uint16_t head_len; /* bytes at SE_LOAD_HEAD */
	bool placed;       /* the head is complete, the rest is data: */
	uint32_t data_off;
	uint32_t data_len;
	uint32_t data_got;
};

/* Purse transaction, card.md section 1.5. */
enum se_purse_state {
	SE_PURSE_IDLE,
	SE_PURSE_LOAD,
	SE_PURSE_ATTEST, /* INITIALIZE FOR LOAD with amount 0: no CREDIT follows */
	SE_PURSE_DEBIT,
	SE_PURSE_CAPP,
	SE_PURSE_UNLOAD,
	SE_PURSE_UPDATE, /* of the overdraft limit */
	SE_PURSE_GREY,   /* INITIALIZE FOR GREY LOCK */
	SE_PURSE_UNGREY  /* of the unlock by the issuer */
};

/* What a caller has proved to the purse that it selected. */
#define SE_RIGHT_PIN      1
#define SE_RIGHT_EXTERNAL 2

/* One record waiting for DEBIT; record is counted from 0, unused for 1E. */
struct se_cache {
	uint8_t sfi;
	uint8_t record;
	uint8_t data[SE_CACHE_LEN];
};

/* The one purse session of the card, over both interfaces and all channels. */
struct se_purse_session {
	enum se_purse_state state;
	enum ykt_se_iface owner; /* this and the rest: meaningful unless IDLE */
	uint8_t channel;
	uint8_t purse;
	uint8_t key_slot;
	uint8_t type;
	uint8_t kind; /* of the ticket: 0, or PURSE_KIND_SECOND */
	uint32_t amount;
	uint8_t terminal[PURSE_TERMINAL_LEN];
	uint8_t random[PURSE_RANDOM_LEN];
	struct purse_session load_key; /* of a load, an unload, an update */
	uint8_t cache_count;
	struct se_cache cache[SE_CACHE_COUNT];
};

/* A transaction event: whose it is, and its parameters (card/tap_event.h). */
#define SE_EVENT_COUNT 4
#define SE_EVENT_MAX   208

struct se_event {
	uint8_t aid_len;
	uint8_t aid[16];
	uint8_t data_len;
	uint8_t data[SE_EVENT_MAX];
};

struct se_events {
	uint8_t first;
	uint8_t count;
	struct se_event queue[SE_EVENT_COUNT];
};

struct se {
	bool alive; /* booted, and nothing has gone wrong beyond repair */
	struct crypto *crypto;
	const struct ykt_random *random;
	struct se_journal journal;
	struct se_side side[SE_SIDES][SE_CHANNELS];
	struct se_series series;
	struct se_load load;
	struct se_events events;
	struct se_purse_session purse;
	const struct ykt_trace *trace; /* NULL: none */
	struct se_menu menu;
	uint16_t menu_loaded; /* bytes of the package that is being loaded */
	uint8_t menu_block;   /* its next block */
};

#endif
