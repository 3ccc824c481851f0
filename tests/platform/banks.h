/*
 * A rider with bank accounts: the bench with the product's own account system behind
 * it, and the steps of a binding.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_PLATFORM_BANKS_H
#define TESTS_PLATFORM_BANKS_H

#include "bench.h"
#include "psp/psp.h"
#include "wire/account.h"

#define BANK_ID       "b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1"
#define BANK_ID2      "b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2"
#define BANK_NUMBER   "6200000000000011114"
#define BANK_BLOCKED  "6200000000000022228"
#define BANK_NOBODY   "6200000000000033332"
#define BANK_HOLDER   "测试持卡人"
#define BANK_PHONE    "13900000001"
#define BANK_FUNDS    20000
#define BANK_ACCOUNTS 7

struct banks {
	struct bench *b;
	struct crypto *crypto; /* the account system's */
	struct store_sqlite *db;
	struct psp_account accounts[BANK_ACCOUNTS];
	struct psp_options options;
	struct psp_merchant merchant;
	struct ykt_http no_notices;
	struct psp *psp;
	struct psp_worker *worker;
	char sms[160];
	unsigned sms_count;
	const char *lie_path;  /* the answer to this path is another's; NULL: none */
	unsigned asked;        /* requests that reached it */
	struct ykt_http model; /* the bench's own pay channel, for what is bought before */
};

/* A registered rider with a payment PIN. */
struct banks *banks_open(void);
void banks_close(struct banks **banks);

struct wire_account_begin_req banks_begin_req(struct banks *k, const char *id, const char *number);
struct wire_account_confirm_req banks_code_req(struct banks *k, const char *id, const char *code);
int banks_begin(struct banks *k, const char *id, const char *number, struct wire_account *ret);
int banks_code(struct banks *k, const char *id, const char *code, struct wire_account *ret);
int banks_get(struct banks *k, const char *id, struct wire_account *ret);
/* The code of the issuer's last text message. */
const char *banks_sent(const struct banks *k);
/* Another of six digits. */
const char *banks_wrong(const struct banks *k);
/* The whole of it. */
void banks_bound(struct banks *k, const char *id, const char *number);

/* Signs what account shows; the code. */
struct wire_account_unbind_req
banks_unbind_req(struct banks *k, const struct wire_account *account, const char *password);
int banks_unbind(struct banks *k, const char *id, struct wire_account *ret);

/* An order into the wallet, asked to be paid. */
void banks_order(struct banks *k, int64_t amount, struct wire_order *ret_order,
    struct wire_order_pay_rsp *ret_pay);
/* As the user's device makes it, with the PIN. */
struct wire_order_charge_req banks_charge_req(struct banks *k, const struct wire_order *order,
    const struct wire_order_pay_rsp *pay, const char *id, const char *pin);
int banks_charge(struct banks *k, const struct wire_order *order,
    const struct wire_order_pay_rsp *pay, const char *id, struct wire_order *ret_order);

/* A number from the account system's database. */
int64_t banks_number(struct banks *k, const char *sql);

#endif
