/*
 * Inside the pay channel.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PSP_INTERNAL_H
#define PSP_INTERNAL_H

#include "psp/psp.h"
#include "wire/account.h"
#include "wire/call.h"
#include "wire/psp_msg.h"
#include "wire/signed.h"

#define PSP_CLOCK_SLACK_MS (10 * 60 * 1000)

struct psp {
	struct psp_options options;
	struct psp_merchant merchants[PSP_MERCHANTS_MAX];
	struct wire_signed_key keys[PSP_MERCHANTS_MAX]; /* their ids are the names */
	char name[PSP_NAME_MAX + 1];
};

struct psp_worker {
	const struct psp *psp;
	struct crypto *crypto;
	struct signer_soft signer;
	struct wire_scratch *dispatch;
	struct wire_scratch *call;
};

/* One payment, as the database has it. */
struct psp_pay {
	bool found;
	char prepay_id[33];
	char merchant[PSP_NAME_MAX + 1];
	char order_id[33];
	int64_t amount_fen;
	char currency[4];
	char payee[65];
	char state[17];
	int64_t refunded_fen;
	uint8_t token[16];
};

/* The columns of a payment under the alias p, and a row of them (others may follow). */
#define PSP_PAY_COLS                                                                               \
	"p.prepay_id, p.merchant, p.order_id, p.amount, p.currency, p.payee, p.state, p.refunded," \
	" p.token"
#define PSP_PAY_COL_COUNT 9
YKT_MUST_USE enum ykt_status psp_pay_read(void *pay, const struct ykt_sql_val *cols, size_t count);
void psp_text_copy(const struct ykt_sql_val *col, char *to, size_t size);

/* Inside a transaction: what waited is paid, and its merchant will hear of it. */
YKT_MUST_USE enum ykt_status
psp_pay_settle(struct ykt_tx *tx, const char *prepay_id, const char *notice_id, int64_t now_ms);

/* Inside a transaction. *ret_pay->found tells. */
YKT_MUST_USE enum ykt_status
psp_pay_get(struct ykt_tx *tx, const char *prepay_id, struct psp_pay *ret_pay);

/*
 * Each is one transaction. YKT_MISMATCH: the same id with other content.
 * YKT_NOT_FOUND: no such payment of this merchant. YKT_DENIED: token or amount.
 * YKT_NOT_DONE: a refund of what is not paid. YKT_OVER_LIMIT: refunds would pass
 * the capture. Or what the store said.
 */
YKT_MUST_USE enum ykt_status
psp_prepay(const struct ykt_store *store, struct psp_pay *pay, int64_t now_ms);
YKT_MUST_USE enum ykt_status
psp_confirm(const struct ykt_store *store, const struct wire_psp_confirm_req *req,
    const char *notice_id, int64_t now_ms, struct psp_pay *ret_pay);
YKT_MUST_USE enum ykt_status psp_query(const struct ykt_store *store, const char *merchant,
    const char *prepay_id, struct psp_pay *ret_pay);
YKT_MUST_USE enum ykt_status psp_refund(const struct ykt_store *store, const char *merchant,
    const struct wire_psp_refund_req *req, int64_t now_ms);

/* Of psp.c: what every handler of a merchant's request begins and ends with. */
YKT_MUST_USE enum ykt_status psp_new_id(const struct psp_worker *worker, char out[33]);
int64_t psp_wall(const struct psp_worker *worker);
/*
 * Reads the request. The certificate, the key id and the signature must name the
 * same merchant, and ts_ms (a field of *ret) be near. YKT_DENIED,
 * YKT_E_MAC, YKT_E_FORMAT, YKT_EXPIRED.
 */
YKT_MUST_USE enum ykt_status psp_request(struct psp_worker *worker,
    const struct ykt_http_request *req, const struct wire_message *msg, void *ret, int64_t *ts_ms,
    const struct psp_merchant **ret_merchant);
/* Signs body into the answer. */
void psp_answer(struct psp_worker *worker, struct ykt_http_response *rsp,
    const struct wire_message *msg, const void *body);
void psp_fail(struct ykt_http_response *rsp, enum ykt_status status);

/* Of account.c. */
ykt_http_handler psp_handle_bind;
ykt_http_handler psp_handle_bind_confirm;
ykt_http_handler psp_handle_bind_query;
ykt_http_handler psp_handle_unbind;
ykt_http_handler psp_handle_charge;
/* Of payout.c. */
ykt_http_handler psp_handle_payout;

#define PSP_BIND_TRIES   3
#define PSP_BIND_LIFE_MS (5 * 60 * 1000)
#define PSP_BINDS_HOUR   10 /* that one user may begin */
#define PSP_SPENT_DAY    3  /* bindings whose codes were guessed at, of one account */

/* One binding, as the database has it. state and reason: wire/account_msg.h. */
struct psp_bind {
	bool found;
	char merchant[PSP_NAME_MAX + 1];
	char bind_id[33];
	char user[33];
	char account[PSP_NAME_MAX + 1]; /* its ref; "" of one that is not known */
	char state[17];
	char reason[33];
	int64_t tries;
	int64_t sent;
	int64_t made_ms;
	uint8_t token[16];
	uint8_t print[32]; /* of what was typed */
};

/*
 * Of bind.c; each is one transaction. psp_bind_begin: *bind as it shall be, then as
 * it is; the same id again is the same binding. YKT_MISMATCH: that id was another's.
 */
YKT_MUST_USE enum ykt_status
psp_bind_begin(const struct ykt_store *store, struct psp_bind *bind, int64_t now_ms);
YKT_MUST_USE enum ykt_status
psp_bind_sent(const struct ykt_store *store, const struct psp_bind *bind);
/* good: the code is right. bind: merchant, bind_id and the token for it; then as it is. */
YKT_MUST_USE enum ykt_status
psp_bind_try(const struct ykt_store *store, struct psp_bind *bind, bool good, int64_t now_ms);
/* YKT_NOT_FOUND */
YKT_MUST_USE enum ykt_status psp_bind_get(const struct ykt_store *store, struct psp_bind *bind);
/* YKT_NOT_FOUND. Its token is gone, and pays nothing any more. */
YKT_MUST_USE enum ykt_status psp_bind_end(const struct ykt_store *store, struct psp_bind *bind);

/* One charge: what is asked, and how it went. */
struct psp_charge {
	const char *merchant;
	const struct wire_psp_charge_req *req;
	const struct psp *psp;
	const char *notice_id;
	int64_t now_ms;
	const char *reason; /* a token: why not; NULL: it is paid */
};
/* YKT_NOT_FOUND, YKT_DENIED as psp_confirm(). A payment is paid once, from wherever. */
YKT_MUST_USE enum ykt_status psp_charge(const struct ykt_store *store, struct psp_charge *charge);

/* NULL: there is none of that ref. */
const struct psp_account *psp_account_of(const struct psp *psp, const char *ref);

#endif
