/*
 * What the tests of the pay channel share: two merchants, a clock that stands
 * still, a merchant's server that answers as told, and every port call counted
 * so that any one of them can fail.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_PSP_SUPPORT_H
#define TESTS_PSP_SUPPORT_H

#include <string.h>

#include "check.h"
#include "crypto/crypto.h"
#include "psp/psp.h"
#include "store/store_fault.h"
#include "store/store_sqlite.h"
#include "wire/psp_msg.h"
#include "wire/signed.h"

/* Numbers of nobody, with the right check digit. */
#define NUMBER_A "6200000000000011114"
#define NUMBER_B "6200000000000022228"
#define HOLDER   "测试持卡人"
#define PHONE    "13800000001"

#define NOW_MS      INT64_C(1795392000000)
#define CITY_A      "platform-9901"
#define CITY_B      "platform-9902"
#define PSP_NAME    "payd"
#define ORDER_1     "0123456789abcdef0123456789abcdef"
#define ORDER_2     "ffffffffffffffffffffffffffffffff"
#define REFUND_1    "11111111111111111111111111111111"
#define REFUND_2    "22222222222222222222222222222222"
#define REFUND_3    "33333333333333333333333333333333"
#define RETRY_FIRST 500
#define RETRY_MAX   4000

/* What the n-th port call of the room does; n counts store, random and http. */
enum fault {
	FAULT_DOWN,      /* YKT_E_DOWN, nothing done */
	FAULT_REFUSED,   /* E_STORE, E_RANDOM, E_NET: nothing done */
	FAULT_LOST_DONE, /* store: committed, answered unknown; http: heard, answer lost */
	FAULT_LOST_GONE, /* store: rolled back, answered unknown; http: unknown, not heard */
	FAULT_RERUN,     /* store: the function runs twice; others as usual */
	FAULT_COUNT
};

#define HEARD_MAX 32

/* The server of one merchant. */
struct city {
	struct world *w;
	size_t index;
	struct signer_soft signer;
	struct ykt_http http;
};

struct world {
	int64_t now_ms;
	uint8_t next_random;
	struct crypto *crypto;
	struct signer_soft channel;  /* the channel's own key */
	struct signer_soft stranger; /* nobody's */
	struct city city[2];
	struct store_sqlite *database;
	struct store_fault store;
	struct ykt_clock clock;
	struct ykt_random random;
	struct psp_options options;
	struct psp_merchant merchants[2];
	struct psp *psp;
	struct psp_worker *worker;
	/* Faults. fail_at 0: none. */
	unsigned calls;
	unsigned fail_at;
	enum fault fault;
	unsigned fail_query; /* not 0: at fail_at, this query of the transaction */
	bool fired;
	/* The merchants' servers: what they answer, what they heard. */
	int answer_code;
	/* The issuers behind it, and their text messages. */
	struct psp_account accounts[2];
	unsigned sms_count;
	char sms_phone[24];
	char sms_text[160];
	enum ykt_status sms_status;
	enum ykt_status answer_status;
	size_t heard_count;
	struct wire_pay_notice heard[HEARD_MAX];
	size_t heard_city[HEARD_MAX];
	/* The last answer of the room, and a NUL. */
	uint8_t body[8192];
	size_t body_len;
	char remembered[16384];
};

int world_setup(void **state);
int world_teardown(void **state);
/* The room and its worker are made anew over the same database. */
void world_restart(struct world *w);

/* Serves body as peer; gives the code, keeps the answer in w->body. */
int world_post(struct world *w, const char *peer, const char *path, struct ykt_bytes body);
/* Signs msg as city 0 or 1 and posts it. */
int world_signed(
    struct world *w, size_t city, const char *path, const struct wire_message *msg, const void *in);
/* The token of the refusal that was answered last. */
const char *world_error(struct world *w);
/* Reads the last answer, which the channel must have signed. */
void world_read(struct world *w, const struct wire_message *msg, void *ret);

int world_prepay(struct world *w, size_t city, const char *order, int64_t amount_fen,
    struct wire_psp_prepay_rsp *ret);
int world_confirm(struct world *w, const struct wire_psp_prepay_rsp *prepay);
int
world_query(struct world *w, size_t city, const char *prepay_id, struct wire_psp_query_rsp *ret);
int world_refund(
    struct world *w, size_t city, const char *refund_id, const char *prepay_id, int64_t amount_fen);
/* A payment of city 0 that is confirmed. */
void world_paid(struct world *w, const char *order, int64_t fen, struct wire_psp_prepay_rsp *ret);

/*
 * Every row of every table as text, in a buffer that the next call reuses; never
 * through the failing port. remember keeps it, ASSERT_AS_REMEMBERED compares.
 */
const char *world_books(struct world *w);
void world_remember(struct world *w);
#define ASSERT_AS_REMEMBERED(w) assert_string_equal(world_books(w), (w)->remembered)

int64_t world_number(struct world *w, const char *sql);

/* Fills a text field of a message. */
#define SET_TEXT(field, text) world_text((field), sizeof(field), (text))
void world_text(char *field, size_t size, const char *text);

#endif
