/*
 * A platform under test: real SQLite in memory, and the parts behind it as small
 * models that can be told to fail (parts.c, parts_keys.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_PLATFORM_BENCH_H
#define TESTS_PLATFORM_BENCH_H

#include <stdbool.h>

#include "check.h"
#include "crypto/crypto.h"
#include "platform/platform.h"
#include "store/store_fault.h"
#include "store/store_sqlite.h"
#include "wire/call.h"
#include "wire/client_msg.h"
#include "wire/envelope.h"
#include "wire/gate_msg.h"
#include "wire/key_msg.h"
#include "wire/psp_msg.h"
#include "wire/report.h"
#include "wire/signed.h"
#include "wire/tokens.h"
#include "wire/tsm_msg.h"

#define BENCH_CITY   "9901"
#define BENCH_PEER   "9902"
#define BENCH_PHONE  "13800000001"
#define BENCH_PHONE2 "13800000002"
#define BENCH_PASS   "correct horse"
#define BENCH_FEE    2000
#define BENCH_LOAD   5000
#define BENCH_CAP    100000

#define MODEL_MAX 16

/* What happens at call number `at` to anything outside (store and http alike). */
enum bench_fault {
	BENCH_FAULT_NONE,
	BENCH_FAULT_BEFORE,     /* it did not happen, and says so */
	BENCH_FAULT_LOST,       /* it happened, the answer is lost */
	BENCH_FAULT_DOWN,       /* from here on this node is dead */
	BENCH_FAULT_DOWN_AFTER, /* it happened, then the node is dead */
};

struct model_card {
	char card_no[21];
	int64_t balance;
	int64_t counter;
	uint32_t random; /* of the last INITIALIZE; 0: none */
	int64_t amount;  /* of it */
	bool unload;     /* it was FOR UNLOAD */
	uint8_t terminal[6];
	bool taken_in;       /* the key module did not make it, and took it in: */
	int64_t taken_in_at; /* at this counter */
};

struct model_permit {
	char order_id[33];
	int64_t attempt;
	char card_no[21];
	int64_t counter;
	int64_t amount;
	uint32_t random;
	uint8_t terminal[6];
	uint8_t datetime[7];
	bool unload;
	enum { PERMIT_NONE, PERMIT_LIVE, PERMIT_DEAD, PERMIT_RELEASED, PERMIT_DONE } state;
};

struct model_pay {
	char prepay_id[33];
	char order_id[33];
	int64_t amount;
	int64_t refunded;
	bool paid;
	size_t refund_count;
	char refunds[4][33];
};

struct model_job {
	char job_id[33];
	char card_no[21];
	char kind[17];
	int64_t most_fen;
	int64_t version;
	bool test;
	enum wire_job_state state;
	char reason[33];
	unsigned starts;
	unsigned sessions;
};

struct bench {
	struct ykt_clock clock;
	struct ykt_random random;
	struct ykt_env env;
	int64_t now_ms;
	uint64_t seed;
	char sms_phone[24];
	char sms_text[160];
	unsigned sms_count;
	enum ykt_status sms_status;

	struct store_sqlite *db;
	struct store_fault store;
	struct crypto *crypto;
	struct crypto *other; /* of everybody who is not the platform */
	struct platform_options options;
	struct platform_app app;
	struct platform_peer peer;
	struct platform_fare fare;
	struct platform *p;
	struct platform_worker *w;

	/* Faults: every outside call is counted. */
	unsigned calls;
	unsigned fail_at; /* 0: never */
	enum bench_fault fault;
	bool down;
	bool fired;

	/* The parts behind it, which survive its restarts. */
	struct ykt_http keyd, tsm, psp, peer_http;
	struct wire_signed_key platform_key;
	struct crypto_sm2_key pay_key;
	struct crypto_sm2_key pin_key; /* of the key module, for payment PINs */
	unsigned keyd_pin_calls;
	bool keyd_no_pins;      /* the key module has no key for them */
	bool keyd_pin_lost;     /* it answers, and the answer is lost */
	const char *during_pin; /* happens while it looks at one */
	struct model_card cards[MODEL_MAX];
	size_t card_count;
	struct model_permit permits[64];
	size_t permit_count;
	struct model_pay pays[MODEL_MAX];
	size_t pay_count;
	struct model_job jobs[MODEL_MAX];
	size_t job_count;
	/* The TSM's catalogue: "" is online; versions of everybody and of who tests. */
	const char *app_state;
	int64_t app_newest, app_in_test, app_has;
	/* What the channel answers when it is asked, if not the truth. */
	enum psp_lie {
		PSP_TRUE,
		PSP_ORDER,
		PSP_AMOUNT,
		PSP_CURRENCY,
		PSP_PAYEE,
		PSP_PREPAY
	} psp_lie;
	bool psp_down, tsm_down, keyd_down, peer_down;
	unsigned keyd_claims;
	int keyd_claim_code;       /* not 0: what it answers to claims */
	const char *during_claim;  /* happens while the key module looks at one */
	const char *during_permit; /* happens while the key module works */
	const char *during_code;   /* the same, on a ride code's authorisation */
	unsigned psp_confirms;     /* payments that became paid by one */
	unsigned psp_refund_calls, keyd_permit_calls, keyd_verify_calls, keyd_code_calls;
	unsigned keyd_ident_calls;
	bool keyd_ident_lie; /* certifies another key */
	uint8_t cert_from[4], cert_until[4];
	bool has_code;      /* the key module signs ride codes */
	bool keyd_code_lie; /* with another limit than it was asked for */
	/* The peer city's platform: what it answers to the next submits. */
	enum wire_clear_result peer_result;
	struct wire_clear_submit_req submitted;

	/* The client's side. */
	struct crypto_sm2_key device;
	struct wire_session_keys keys;
	uint8_t sid[16];
	int64_t ctr;
	char user_id[33];
	struct wire_error error; /* of the last refusal */
	char idem[33];
	const struct wire_report *report; /* NULL: the client says nothing of itself */
	uint8_t body[64 * 1024], answer[YKT_HTTP_BODY_MAX], plain[64 * 1024];
	size_t body_len, answer_len; /* body: of the last sealed request */
};

void bench_open(struct bench **ret_bench);
/* With the store's writer thread, and without faults in the store. */
void bench_open_threaded(struct bench **ret_bench);
void bench_close(struct bench **bench);
/* A new process over the same database. */
void bench_restart(struct bench *b);

/* The code inside the envelope; a refusal outside is given negative. */
int bench_ask_open(struct bench *b, const char *op, const void *req, void *rsp);
int bench_ask(struct bench *b, const char *op, const char *idem, const void *req, void *rsp);
/* A call on the inner listener. */
int
bench_inner(struct bench *b, const char *path, const char *peer, const struct wire_message *req_msg,
    const void *req, const struct wire_message *rsp_msg, void *rsp);
/* Raw bytes to a path; the answer is in b->answer. */
int bench_raw(struct bench *b, const char *path, const char *peer, struct ykt_bytes body);
/* Says yes to the refund, as the bench's device signs it under this key. */
void bench_refund_sign(struct bench *b, const char *idem, struct wire_order_refund_req *req);
/* A new idempotency key, valid until the next. */
const char *bench_idem(struct bench *b);

/* Registers and logs in; the session is the bench's. */
void bench_register(struct bench *b, const char *phone);
int bench_login(struct bench *b, const char *phone, const char *password);
/* The code in the last text message. */
void bench_otp(const struct bench *b, char ret_otp[9]);

/* Steps of an opening and of a top-up; each asserts that it worked. */
struct wire_order bench_order_open(struct bench *b);
void bench_pay(struct bench *b, const char *order_id);
struct wire_order bench_order(struct bench *b, const char *order_id);
/* A user with an open card and its first load paid but not on it. */
struct wire_order bench_card(struct bench *b, char ret_card_no[21]);
struct wire_order bench_topup(struct bench *b, const char *card_no, int64_t amount);
/* load.begin, INITIALIZE, load.request; the answers are returned. */
int bench_load(struct bench *b, const char *order_id, struct wire_load_begin_rsp *begin,
    struct wire_load_request_rsp *rsp);
/* All of a load: the money is on the card and confirmed. */
void bench_load_whole(struct bench *b, const char *order_id);
/* Ticks with time passing, until nothing is due for an hour of it. */
void bench_settle(struct bench *b);

/* One number out of the database. */
int64_t bench_number(struct bench *b, const char *sql);
/* Any statement, past every fault. */
enum ykt_status bench_sql(struct bench *b, const char *sql);
/* The ledger verifies, sums to zero, and agrees with orders and balances. */
void bench_check_books(struct bench *b);
/* Of an account like "SH:..." or "PSP". */
int64_t bench_account(struct bench *b, const char *class, const char *name);

/* parts.c and parts_keys.c: the models. */
void parts_init(struct bench *b);
/* Counts one outside call. False: it fails with *ret_status before its effect. */
bool parts_enter(struct bench *b, enum ykt_status *ret_status);
/* After its effect: YKT_OK, or the status of a lost answer. */
enum ykt_status parts_leave(struct bench *b);
struct model_card *model_card(struct bench *b, const char *card_no);
/* INITIALIZE FOR LOAD; overwrites the random of the one before. */
void model_card_init(struct bench *b, const char *card_no, int64_t amount,
    const uint8_t terminal[6], uint8_t ret_init[16]);
/* CREDIT FOR LOAD: true and the TAC when the MAC2 fits the last INITIALIZE. */
bool model_card_credit(struct bench *b, const char *card_no, const uint8_t datetime[7],
    const uint8_t mac2[4], uint8_t ret_tac[4]);
/* The same of an unload: INITIALIZE and DEBIT, with MAC3. */
void model_card_init_unload(struct bench *b, const char *card_no, int64_t amount,
    const uint8_t terminal[6], uint8_t ret_init[16]);
bool model_card_debit(struct bench *b, const char *card_no, const uint8_t datetime[7],
    const uint8_t mac2[4], uint8_t ret_mac3[4]);
void model_tap_tac(const struct wire_tap *tap, uint8_t ret_tac[4]);
struct model_pay *model_pay_of(struct bench *b, const char *order_id);
struct model_job *model_job_of(struct bench *b, const char *card_no);
/* The channel's own word about a payment, as a notice it would send. */
void model_notice(struct bench *b, const struct model_pay *pay, struct wire_pay_notice *ret_notice);
int model_notice_send(struct bench *b, const struct wire_pay_notice *notice);

#endif
