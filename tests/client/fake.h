/*
 * A world for one client: a platform, a TSM, a pay channel and a card that keep
 * their books, and ports that can be made to fail at the n-th call.
 *
 * Written over wire and card codecs only. Money is real in it: the card credits
 * only with the MAC2 of the order's live permit, the platform decides by the
 * card's counter as docs/protocol.md section 3 says, so that a client that
 * guesses is found out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_CLIENT_FAKE_H
#define TESTS_CLIENT_FAKE_H

#include <ykt/client.h>
#include <ykt/mem.h>

#include "card/apdu.h"
#include "crypto/signer.h"
#include "se/se.h"
#include "wire/account_msg.h"
#include "wire/call.h"
#include "wire/client_msg.h"
#include "wire/envelope.h"
#include "wire/manage_msg.h"
#include "wire/seram.h"
#include "wire/tokens.h"
#include "wire/unload_msg.h"
#include "wire/update_msg.h"
#include "wire/withdraw_msg.h"
#include "wire/wallet_msg.h"

#define FAKE_ORDERS_MAX   16
#define FAKE_FILES_MAX    4
#define FAKE_SCREENS_MAX  64
#define FAKE_CITY         "9901"
#define FAKE_CARD_NO      "03101234567890123456"
#define FAKE_PHONE        "13812345678"
#define FAKE_PASSWORD     "correct horse"
#define FAKE_NEW_PASSWORD "three taps later"
#define FAKE_OTP          "246810"
#define FAKE_PIN          "604719"
#define FAKE_USER         "0123456789abcdef0123456789abcdef"
#define FAKE_BILL         "b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1"
#define FAKE_PRICE        1234
/* Numbers of nobody; the second is bound beside the first. */
#define FAKE_NUMBER         "6200000000000011114"
#define FAKE_NUMBER2        "5555555555554444"
#define FAKE_NUMBER_BLOCKED "6200000000000022228"
#define FAKE_BANKS_MAX      6
#define FAKE_OUTS_MAX       4
#define FAKE_PAYEE          "Test city card"
#define FAKE_BILLS_MAX      2
#define FAKE_FEE            1000
#define FAKE_MIN            2000
#define FAKE_CAP            100000

/* What the n-th port call does. */
enum fake_fault {
	FAKE_NONE,
	FAKE_NET,        /* http: certainly not sent */
	FAKE_LOST_REQ,   /* http: perhaps sent; it was not */
	FAKE_LOST_RSP,   /* http: perhaps sent; it was, and done */
	FAKE_TAMPER,     /* http: one bit of the answer is flipped */
	FAKE_CODE_500,   /* http: a gateway's page */
	FAKE_APDU_REQ,   /* se: the command was lost */
	FAKE_APDU_RSP,   /* se: the answer was lost */
	FAKE_APDU_6F00,  /* se: 6F00 for an answer */
	FAKE_APDU_SHORT, /* se: one byte for an answer */
	FAKE_FILE,       /* file: nothing changed */
	FAKE_RANDOM,
	FAKE_MEMORY,
	FAKE_DOWN, /* from this call on every port is down */
};

enum fake_port {
	FAKE_PORT_HTTP,
	FAKE_PORT_SE,
	FAKE_PORT_FILE,
	FAKE_PORT_RANDOM,
	FAKE_PORT_ALLOC,
	FAKE_PORT_CLOCK,
	FAKE_PORT_UI
};

struct fake_file {
	char name[65];
	uint8_t data[8192];
	size_t len;
};

struct fake_order {
	struct wire_order wire;
	char prepay_id[33];
	uint8_t token[16];
	char idem[33];
	uint8_t print[32];
	int64_t attempt; /* the latest begun */
	uint8_t terminal[6];
	bool permit;       /* holds the card's counter */
	uint16_t permit_n; /* at this value */
	bool given;
};

struct fake_bill {
	struct wire_bill wire;
	char idem[33]; /* that paid it */
	unsigned debits;
};

/* MAC1 of INITIALIZE FOR UNLOAD: the amount under this bit. */
#define FAKE_MAC1_UNLOAD 0x80000000u
#define FAKE_UNLOAD_FEE  100

/* The platform's side of an unload. */
struct fake_unload {
	bool there;
	struct wire_unload wire;
	int64_t attempt;
	uint8_t terminal[6];
	bool permit;
	bool given; /* a MAC2 went out at some time */
	bool gone;  /* no more permits */
	uint16_t permit_n;
	ykt_fen permit_fen;
};

/* The accounts that are bound, and how they stand. */
struct fake_bank {
	struct wire_withdrawal out[FAKE_OUTS_MAX];
	size_t out_count;
	unsigned withdraws;      /* requests that came */
	const char *out_refuses; /* why the account system pays nothing out; NULL: it does */
	int64_t out_lie;         /* answers name so much more than was asked for */
	ykt_fen given;           /* into accounts */
	struct wire_account accounts[FAKE_BANKS_MAX];
	size_t count;
	unsigned tries, begins, confirms, charges;
	bool late;        /* every code is */
	bool away;        /* the account system: an unbinding waits */
	const char *told; /* not NULL: the books have another account than was listed */
	const char *text; /* of the account whose charge is looked at */
	ykt_fen funds, taken;
};

/* A real element behind the card, for its identity application only. */
struct fake_element {
	struct ykt_nvm nvm;
	struct ykt_random random;
	uint64_t rng;
	uint8_t image[SE_IMAGE_SIZE];
	struct se se;
};

struct fake_card {
	bool gone; /* no answer to anything */
	bool installed;
	bool gate;        /* a gate holds the purse session */
	bool locked;      /* by the TSM: it cannot be selected */
	uint16_t version; /* of its application */
	bool no_ident;    /* no identity application is found */
	int64_t room;     /* bytes that it says are free, less one; 0: it does not say */
	bool ruled;       /* its access rules do not name this program */
	uint32_t balance;
	uint16_t online;
	int selected; /* 0 nothing, 1 ISD, 2 purse, 3 ident */
	bool init;
	uint32_t init_amount;
	uint8_t init_terminal[6];
	uint8_t proof_tac[4];
	uint16_t proof_seq;
	unsigned commits;
	bool no_unload; /* it has no key for that */
	bool init_unload;
	bool proof_unload;
	unsigned unloads;
	uint16_t offline;       /* its offline counter */
	unsigned rides_between; /* so many come between two commands */
	uint32_t debt;          /* its overdraft limit; with nothing available it owes all of it */
	uint8_t records[4][48];
	unsigned record_count;
};

/* The card as the platform has it, and the job on it. */
struct fake_manage {
	char card_state[17];
	char kind[17];
	char state[9];
	char reason[33];
	int64_t attempt;
	uint8_t terminal[6];
	bool elsewhere;    /* the card is in another element */
	int64_t newest;    /* version that is published */
	int64_t wanted;    /* that a job brings */
	bool paused;       /* nothing is updated now */
	const char *fails; /* the TSM fails an update for that reason; NULL: none */
};

/* The card as one that others opened, and how its binding stands. */
struct fake_claim {
	bool stray; /* it is one, and the account's only when it is bound */
	bool bound;
	int64_t attempt, by; /* the last one, and that which bound it */
	uint8_t terminal[6];
	unsigned claims, binds;
	unsigned stale; /* so many attempts are over before their proof comes */
};

struct fake {
	/* ports */
	struct ykt_clock clock;
	struct ykt_random random;
	struct ykt_alloc alloc;
	struct ykt_http platform, tsm, psp;
	struct ykt_se se;
	struct ykt_file file;
	struct ykt_ui ui;
	struct crypto *crypto;
	struct ykt_client *client;
	int64_t now_ms;
	uint64_t rng;
	/* fault injection: counts calls of every port, or of one */
	unsigned calls;
	unsigned fault_at; /* 0: never */
	enum fake_fault fault;
	bool fired;
	bool down;
	bool cut; /* the platform cannot be reached once the channel has charged something */
	struct fake_file files[FAKE_FILES_MAX];
	/* what the user does and saw */
	const char *const *answers; /* pairs of id and answer, NULL at the end */
	bool decline;               /* says no to every confirmation */
	unsigned results;
	char result_id[32];
	char result_text[160];
	char result_money[160];
	char result_reason[160];
	char result_note[160];
	char result_system[160];
	char asked_to[40]; /* where money goes, on the last form that said it */
	enum ykt_screen_tone tone;
	bool guarded;     /* protect(true) was said */
	unsigned guards;  /* how often */
	bool guard_fails; /* this host cannot */
	unsigned asked;
	unsigned asked_pay;
	char shown_bank[56];  /* on the last form or result */
	ykt_fen shown_amount; /* on the last payment confirmation */
	char shown_card[32];
	unsigned rows; /* cells of the first column of the last result */
	bool want_cancel;
	char shown_payee[65];
	ykt_fen shown_limit; /* on the last result; 0: none was named */
	ykt_fen shown_wallet;
	unsigned wallet_times; /* how often the moment of the wallet's state was shown */
	bool wallet_unused;    /* nothing was ever booked in it */
	struct fake_card card;
	struct fake_element element;
	/* Whose code runs: 0 the client's, else the element's or a server's. */
	unsigned elsewhere;
	enum ykt_profile profile;
	bool no_se;                      /* the port is not there at all */
	const struct ykt_attest *attest; /* NULL: nobody looks */
	const char *release_key;
	const char *version;        /* NULL: "test" */
	struct fake_update *update; /* NULL: the host updates the program; fake_update.h */
	unsigned blocks;            /* of a release that were given out */
	bool reported;              /* the last request had a report: */
	char said_version[17];
	int64_t said_findings;
	char said_system[35]; /* "debian 12"; "": nothing */
	const char *advice;   /* what a login's answer wants told; NULL: nothing */
	/* platform */
	struct signer_soft key;
	struct signer_soft pin_module; /* the key module: opens payment PINs */
	int64_t unload_fee_lie;        /* a return costs so much more than was shown */
	const char *unload_to;         /* where the platform thinks the money goes; NULL: rightly */
	unsigned unload_yes;           /* how many it judged */
	int64_t refund_lie;            /* an order says so much more than the platform holds */
	char refund_idem[33];          /* the key of the refund that runs */
	bool no_pin_pub;               /* the client was given no key of it */
	struct crypto_sm2_pub wrong_pub;
	bool use_wrong_pub;
	char last_op[33];
	unsigned ops;
	/* What app.list says otherwise; 0 and NULL: as fake_app_list(). */
	ykt_fen app_max;
	const char *app_without;
	bool app_foreign; /* an AID that the card has not */
	bool app_bad;     /* no list that a client takes */
	unsigned app_lists;
	bool app_forged;       /* signed by another key */
	bool app_edited;       /* changed behind the signature */
	int64_t app_issued_ms; /* 0: now */
	const char *refuse_op; /* answers refuse_code and refuse_token */
	unsigned refuse_skip;  /* so many of them are served before */
	int refuse_code;
	const char *refuse_token;
	ykt_fen refuse_limit; /* goes with it, unless 0 */
	bool registered;
	bool code_sent;
	bool session_open;
	uint8_t sid[16];
	struct wire_session_keys keys;
	int64_t ctr;
	struct fake_order orders[FAKE_ORDERS_MAX];
	size_t order_count;
	uint32_t nonce;             /* of terminal numbers, never twice */
	ykt_fen pay_amount_lie;     /* added to order.pay's amount */
	const char *pay_payee_lie;  /* order.pay names another than gets the money */
	const char *order_city_lie; /* order.open names another city than the card is of */
	unsigned swap_order;        /* 1: another amount, 2: another card stands in the books */
	unsigned confirms;          /* order.confirm requests that came */
	bool never_paid;            /* the notice never comes */
	ykt_fen charged;            /* what the pay channel took */
	ykt_fen confirmed_amount;
	struct wire_card_records_rsp records;
	ykt_fen wallet;
	char pin[7]; /* "": none is set */
	struct fake_bill bills[FAKE_BILLS_MAX];
	struct fake_unload unload;
	uint32_t start_balance; /* on the card when the rider logged in */
	bool bill_lie;          /* bill.get shows another amount than the platform debits */
	unsigned bill_pays;     /* bill.pay requests that came */
	char password[65];      /* of the user */
	bool closed;            /* deregistered */
	struct crypto_sm2_key institution; /* signs authorisations for ride codes */
	int64_t auth_life_ms;
	int64_t ahead_ms; /* the platform's clock less the phone's */
	unsigned auths;   /* that were given */
	char auth_idem[33];
	struct wire_code_authorise_rsp auth; /* under it */
	uint8_t shown_code[400];
	size_t shown_code_len;
	unsigned codes_shown;
	unsigned stop_after;          /* cancels when so many codes were shown; 0: never */
	struct crypto_sm2_pub device; /* of the session */
	struct fake_manage manage;
	struct fake_bank bank;
	struct fake_claim claim;
	struct crypto_sm2_pub sender; /* of the last open envelope */
	/* Users' certificates: asked for by a platform that has an authority. */
	bool ca;
	struct crypto_sm2_key ca_key;
	unsigned certs; /* that were given */
	struct crypto_sm2_pub cert_device;
	enum { FAKE_CERT_ACTIVE, FAKE_CERT_REVOKED, FAKE_CERT_EXPIRED } cert_state;
	/* TSM */
	unsigned tsm_step;
	uint8_t tsm_last[256];
	size_t tsm_last_len;
	unsigned tsm_repeats; /* byte-equal reports seen again */
	unsigned tsm_unequal;
	uint8_t session_id[16];
	unsigned tsm_sessions;
	bool tsm_unknown; /* 404 */
	uint8_t *scratch; /* one large buffer for plain texts */
};

#define FAKE_SCRATCH (512 * 1024)

/* A world with an empty card and no user. */
void fake_init(struct fake *fake);
void fake_clear(struct fake *fake);
/* Makes (again) the client over the same files. */
enum ykt_status fake_start(struct fake *fake);
void fake_stop(struct fake *fake);
/* A registered user with a session; with_card: and an open card with this balance. */
void fake_login(struct fake *fake, bool with_card, uint32_t balance);

/* True when the n-th call is now. */
bool fake_hit(struct fake *fake, enum fake_port port);
/* The file's content, or NULL. */
struct fake_file *fake_find(struct fake *fake, const char *name);
struct fake_order *fake_order(struct fake *fake, const char *order_id);
/* A client of this kind, over no element when it needs none. */
void fake_seless(struct fake *fake);
/* The bill FAKE_BILL of one yuan, and FAKE_PIN, to be paid out of a wallet that holds two. */
void fake_put_bill(struct fake *fake);
/* Sums over all orders. */
ykt_fen fake_paid(const struct fake *fake);
ykt_fen fake_loaded(const struct fake *fake);
ykt_fen fake_refunded(const struct fake *fake);

/* What order.open says of the city. */
const char *fake_city_told(const struct fake *fake);

/* Of the parts. */
void fake_card_init(struct fake *fake);
/* The element as it leaves the factory; platform: whom its ident enciphers for, or NULL. */
void fake_element_init(struct fake *fake, const struct crypto_sm2_pub *platform);
/* With a second instance, for another platform; NULL: none. */
void fake_element_init_two(
    struct fake *fake, const struct crypto_sm2_pub *platform, const struct crypto_sm2_pub *second);
void fake_platform_init(struct fake *fake);
void fake_tsm_init(struct fake *fake);
/* What the account knows, of the span that is asked for. */
void fake_records(const struct fake *fake, const int64_t *from_ms, const int64_t *to_ms,
    struct wire_card_records_rsp *rsp);
int fake_unload_op(struct fake *fake, const struct wire_op *op, const void *req, void *rsp,
    struct wire_error *error);
void fake_cert_register(struct fake *fake, const struct wire_user_register_req *req,
    struct wire_user_register_rsp *rsp);
int fake_cert_login(struct fake *fake, const struct wire_user_login_req *req,
    struct wire_user_login_rsp *rsp, struct wire_error *error);
int fake_wallet_op(struct fake *fake, const struct wire_request *request, const struct wire_op *op,
    const void *req, void *rsp, struct wire_error *error);
int fake_card_op(struct fake *fake, const struct wire_op *op, const void *req, void *rsp,
    struct wire_error *error);
/* The card as the platform lists it. */
void fake_fill_card(struct fake *fake, struct wire_card *card);
int fake_manage_op(struct fake *fake, const struct wire_op *op, const void *req, void *rsp,
    struct wire_error *error);
int fake_order_pay(struct fake *fake, struct fake_order *order, struct wire_order_pay_rsp *rsp,
    struct wire_error *error);
/* NULL, or why the yes to a refund does not hold. */
const char *fake_refund_fault(
    struct fake *fake, const struct fake_order *order, const struct wire_order_refund_req *req);
const char *fake_unload_fault(struct fake *fake, const struct wire_unload_begin_req *req);
int fake_order_confirm(struct fake *fake, const struct fake_order *order,
    const struct wire_order_confirm_req *req, struct wire_order_confirm_rsp *rsp,
    struct wire_error *error);
int fake_order_charge(struct fake *fake, struct fake_order *order,
    const struct wire_order_charge_req *req, struct wire_order *rsp, struct wire_error *error);
int fake_withdraw_op(struct fake *fake, const struct wire_op *op, const void *req, void *rsp,
    struct wire_error *error);
/* What waits is asked about once more. */
void fake_pay_out(struct fake *fake);
int fake_bank_op(struct fake *fake, const struct wire_request *request, const struct wire_op *op,
    const void *req, void *rsp, struct wire_error *error);
unsigned fake_bound(const struct fake *fake);
/* The one application that is offered. */
void fake_app_list(struct fake *fake, const uint8_t aid[8], struct wire_app_list_rsp *rsp);
int fake_update_op(struct fake *fake, const struct wire_op *op, const void *req, void *rsp,
    struct wire_error *error);
int fake_op(struct fake *fake, const struct wire_request *request, const struct wire_op *op,
    const void *req, void *rsp, struct wire_error *error);

#endif
