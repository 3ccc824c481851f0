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
	struct wire_signed_key keys[PSP_MERCHANTS_MAX];
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

/* A notice that is due. */
struct psp_notice {
	bool found;
	char notice_id[33];
	int64_t tries;
	struct psp_pay pay;
};

/* Inside a transaction. *ret_pay->found tells. */
YKT_MUST_USE enum ykt_status
psp_pay_get(struct ykt_tx *tx, const char *prepay_id, struct psp_pay *ret_pay);

/*
 * Each is one transaction. YKT_MISMATCH: the same id with other content.
 * YKT_NOT_FOUND; YKT_DENIED (token, amount or merchant); YKT_OVER_LIMIT (refunds
 * would pass the capture); or what the store said.
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
YKT_MUST_USE enum ykt_status
psp_notice_due(const struct ykt_store *store, int64_t now_ms, struct psp_notice *ret_notice);
YKT_MUST_USE enum ykt_status
psp_notice_done(const struct ykt_store *store, const char *notice_id, bool heard, int64_t due_ms);

#endif
