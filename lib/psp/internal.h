/*
 * Inside the pay channel.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PSP_INTERNAL_H
#define PSP_INTERNAL_H

#include "psp/psp.h"
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

#endif
