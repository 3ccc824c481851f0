/*
 * The remote payment platform of one city: accounts, orders, ledger, loads,
 * refunds, card opening and clearing (docs/protocol.md).
 *
 * One process plays two roles, kept apart in code: issuer of its own cards and
 * acquirer of its own gates. Everything it knows is in the database: a handler
 * may die between any two port calls, and the repeat of the request, or
 * platform_tick(), finishes what was begun. struct platform is read-only after
 * platform_new(), so any number of workers share it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_PLATFORM_H
#define PLATFORM_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/driver/attest.h>
#include <ykt/driver/http.h>
#include <ykt/driver/store.h>
#include <ykt/env.h>
#include <ykt/money.h>

#include "crypto/pwhash.h"
#include "crypto/sm2.h"
#include "wire/report.h"

struct crypto;
struct platform;
struct platform_worker;

#define PLATFORM_CITY_MAX    4
#define PLATFORM_NAME_MAX    16
#define PLATFORM_APPS_MAX    16
#define PLATFORM_PEERS_MAX   8
#define PLATFORM_FARES_MAX   16
#define PLATFORM_MENUS_MAX   8
#define PLATFORM_SYSTEMS_MAX 8

/* One application that this city issues, as shown by app.list. */
struct platform_app {
	uint8_t aid[16];
	uint8_t aid_len;
	const char *name_zh;
	const char *name_en;
	const char *iin;  /* first 8 digits of every card number */
	uint8_t start[4]; /* BCD YYYYMMDD, into file 15 */
	uint8_t end[4];
	uint8_t alg; /* 0 3DES, 4 SM4 */
	ykt_fen fee_fen;
	ykt_fen min_load_fen;
	ykt_fen max_load_fen;
	ykt_fen cap_fen;        /* the card's upper limit (I-2) */
	ykt_fen overdraft_fen;  /* C of I-2 */
	ykt_fen return_fee_fen; /* kept of what a returned card held, at most all of it */
	const char *without;    /* what clients are told that it lacks; NULL: nothing */
};

/* Another city: its issuer code, and the port to its platform. */
struct platform_peer {
	const char *city;
	uint8_t issuer[8];
	const struct ykt_http *http;
};

struct platform_fare {
	const char *kind; /* "metro", "bus" */
	ykt_fen amount_fen;
};

/* What a finding of a client means for what it wants to spend; later is stricter. */
enum platform_risk {
	/* refuse: changed, debugger, preload; tell: system_old; allow: the rest */
	PLATFORM_RISK_DEFAULT = 0,
	PLATFORM_RISK_ALLOW,
	PLATFORM_RISK_TELL,  /* and tell the user at login: of system_old and system_unknown only */
	PLATFORM_RISK_LIMIT, /* up to risk_limit_fen at once */
	PLATFORM_RISK_REFUSE,
};

/* The least version of an operating system; of one that is not listed nothing is known. */
struct platform_system {
	const char *name;  /* as its host names it: wire/system.h */
	const char *least; /* "12", "22.04" */
};

/* A menu package for elements (card/menu_pack.h). */
struct platform_menu {
	int64_t language; /* enum menu_language */
	int64_t version;
	const uint8_t *package; /* with its signature */
	size_t len;
};

/* Zero means the default in brackets. */
struct platform_settings {
	int64_t session_idle_ms;     /* [5 min] */
	int64_t session_absolute_ms; /* [30 min] */
	int64_t otp_life_ms;         /* [5 min] */
	int64_t otp_retry_ms;        /* [60 s] */
	int64_t pay_life_ms;         /* an order not paid by then is closed [30 min] */
	int64_t retry_first_ms;      /* outbox: first wait, doubled each time [1 s] */
	int64_t retry_max_ms;        /* [5 min] */
	int64_t poll_ms;             /* unpaid prepays and running jobs [5 s] */
	int64_t age_ms;              /* older open work is listed as a case [1 day] */
	int64_t gap_age_ms;          /* a card's missing rides are a case after [7 days] */
	int64_t records_wait_ms;     /* a terminal's missing records likewise [1 day] */
	int64_t house_ms;            /* between two rounds of house-keeping [10 min] */
	ykt_fen cap_fen;             /* no card of a registered user may pass it [500000] */
	ykt_fen anonymous_cap_fen;   /* nor of one whose identity nobody confirmed [100000] */
	ykt_fen tap_cap_fen;         /* the dearest single ride [30000] */
	int64_t ticket_life_ms;  /* of a moved card's money, then it is the wallet's [30 days] */
	int64_t code_life_ms;    /* of an authorisation for ride codes [1 day] */
	int64_t code_redraw_ms;  /* how often a phone draws a new code [30 s] */
	int64_t code_validity_s; /* of one code, at most 65535 [60] */
	ykt_fen code_limit_fen;  /* the dearest trip by code, below 2^24 [3000] */
	ykt_fen code_debt_fen;   /* a wallet further below zero is frozen [3000] */
	int64_t cert_days;       /* a user's certificate is good for [365], at most 3660 */
	ykt_fen wallet_cap_fen;  /* no wallet is filled above it [100000] */
	enum platform_risk risk[WIRE_FINDING_COUNT]; /* by the position of the finding's bit */
	ykt_fen risk_limit_fen;                      /* [5000] */
	int64_t risk_keep_ms;                        /* how long findings are kept [180 days] */
	int64_t ota_calls;                           /* of one element in a minute [30] */
	struct crypto_pwhash_cost pwhash;            /* passes 0: crypto_pwhash_cost_server */
};

/*
 * Hands a text message to whoever carries it; for development a file or the
 * terminal. May block. A failure is the sender's to repeat.
 */
typedef enum ykt_status platform_sms(void *arg, const char *phone, const char *text);

/* Everything is borrowed and outlives the platform, unless a comment says so. */
struct platform_options {
	struct ykt_env env;
	const struct ykt_store *store; /* with platform_schema[] applied */
	const struct ykt_http *keyd;
	const struct ykt_http *tsm;
	const struct ykt_http *psp;
	const struct platform_peer *peers;
	size_t peer_count;

	const char *city;     /* "9901" */
	const char *node;     /* the writer's name in the ledger chain, at most 16 */
	uint8_t issuer[8];    /* file 15 of our cards */
	uint8_t province[2];  /* file 17, BCD */
	uint8_t channel[2];   /* first bytes of load terminals */
	const char *payee;    /* our name at the pay channel, at most 64 */
	const char *currency; /* NULL: "CNY" */
	const struct platform_app *apps;
	size_t app_count;

	struct crypto_sm2_key seal_key; /* copied: opens the envelopes of clients */
	struct crypto_sm2_key sign_key; /* copied: signs for the pay channel and for gates */
	const char *sign_name;          /* our key's name in signed messages, at most 16 */
	/*
	 * The authority of users' certificates, 1 to 16 characters, and its key (copied);
	 * the key module has the other half. NULL: none are issued, and none asked for.
	 */
	const char *user_ca;
	struct crypto_sm2_pub user_ca_pub;
	struct crypto_sm2_pub pay_pub; /* copied: the pay channel's key */
	const char *pay_name;          /* its name, at most 16 */

	const struct platform_fare *fares;
	size_t fare_count;
	int64_t params_version; /* of the gate parameters: raise it with any change */

	/*
	 * "1.2.3": older clients may look and finish, and begin nothing with money; NULL:
	 * any may, also one that does not say what it is.
	 */
	const char *least_version;
	/*
	 * The newest release of the client, whole, its signature and files checked by who
	 * gives it; empty: none is offered. Its own least version counts where it is higher.
	 */
	struct ykt_bytes release;
	/* None: nothing is asked of the systems that clients run on. */
	const struct platform_system *systems;
	size_t system_count;
	const struct platform_menu *menus; /* that elements may download */
	size_t menu_count;

	platform_sms *sms;
	void *sms_arg;
	struct platform_settings settings;
};

/*
 * Schema steps for the joiner's store: the text at index i is version i + 1.
 */
extern const char *const platform_schema[];
extern const size_t platform_schema_count;

/*
 * Checks the options and makes the shared part. It does no I/O.
 *
 * YKT_E_ARG    an option is missing or out of range (an app over the cap too)
 * YKT_E_NOMEM
 */
YKT_MUST_USE enum ykt_status
platform_new(const struct platform_options *options, struct platform **ret_platform);
/* No worker may be left. Wipes the keys; accepts NULL in it; nulls. */
void platform_free(struct platform **platform);

/*
 * One thread's or fiber's context. crypto is borrowed and used by nobody else
 * while a call on this worker runs. YKT_E_NOMEM.
 */
YKT_MUST_USE enum ykt_status platform_worker_new(
    const struct platform *platform, struct crypto *crypto, struct platform_worker **ret_worker);
void platform_worker_free(struct platform_worker **worker);

/*
 * Serves one request of either listener; of type ykt_http_handler, worker is a
 * struct platform_worker. Paths for clients need no certificate; every other
 * path needs a peer of its role (docs/protocol.md section 1), so one handler
 * is safe behind both listeners.
 */
void
platform_handle(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp);

/* True for the paths that a phone may reach: "/client/open", "/client/call". */
bool platform_path_public(const char *path);

/*
 * Takes a message from the menu of an element (card/air_frame.h) and appends the
 * response. sms: the answer must fit a short message.
 *
 * YKT_E_FORMAT  no message: nothing is answered
 * YKT_E_SPACE   out is too small
 * Others: nothing is answered, and the same message may come again. out keeps its
 * length whenever it is not YKT_OK.
 */
YKT_MUST_USE enum ykt_status platform_ota_packet(
    struct platform_worker *worker, struct ykt_bytes message, bool sms, struct ykt_buf *out);

/* Parts of one short message that have come so far, of one connection; zero: none. */
#define PLATFORM_OTA_PARTS_MAX 4
struct platform_ota_parts {
	uint8_t identity[16];
	uint8_t ref;
	uint8_t total;
	uint8_t seen; /* bit i: part i + 1 */
	uint8_t len[PLATFORM_OTA_PARTS_MAX];
	uint8_t bytes[PLATFORM_OTA_PARTS_MAX][140];
};

/*
 * Takes a frame of a handset to the service centre of short messages (docs/protocol.md
 * section 10), without its length, and appends the frames that answer it, with theirs.
 *
 * YKT_E_FORMAT  no frame: end the connection. Others as platform_ota_packet().
 */
YKT_MUST_USE enum ykt_status platform_ota_sms(struct platform_worker *worker,
    struct platform_ota_parts *parts, struct ykt_bytes frame, struct ykt_buf *out);

/*
 * One bounded slice of the work that nobody asks for: refunds to repeat,
 * unpaid prepays to query, jobs to poll, taps to clear, orders to expire,
 * old nonces to forget. *ret_done: the items worked on; 0 when nothing was due.
 * An item that fails waits longer each time and is not an error of the call.
 *
 * YKT_E_STORE.., YKT_E_DOWN: of the database; the next call tries again
 */
YKT_MUST_USE enum ykt_status platform_tick(struct platform_worker *worker, unsigned *ret_done);

/* What platform_ledger_verify() found. */
struct platform_ledger_report {
	int64_t journals;
	int64_t entries;
	ykt_fen sum_fen;                      /* of all accounts: 0 */
	bool chain_ok;                        /* every hash follows from the one before */
	bool sums_ok;                         /* every journal sums to 0 */
	bool balances_ok;                     /* stored balances equal the sums of their entries */
	bool orders_ok;                       /* IF equals what the orders say is in flight */
	char bad_node[PLATFORM_NAME_MAX + 1]; /* where the chain breaks, "" if nowhere */
	int64_t bad_seq;
};

/*
 * Reads the whole ledger and recomputes everything (I-6, I-19), in many short
 * transactions (platform/verify.h), so that others' work goes on. A tampered
 * ledger is YKT_OK with a false field. YKT_E_STORE.., YKT_E_CRYPTO.
 */
YKT_MUST_USE enum ykt_status
platform_ledger_verify(struct platform_worker *worker, struct platform_ledger_report *ret_report);

#endif
