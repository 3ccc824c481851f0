/*
 * The outbox: work that must be finished though nobody asks again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_WORK_H
#define PLATFORM_WORK_H

#include <ykt/driver/store.h>

#include "platform/platform.h"

enum work_kind {
	WORK_REFUND = 1,   /* ref: order_id */
	WORK_PAYMENT = 2,  /* ref: pay_id; queried, at last closed */
	WORK_JOB = 3,      /* ref: the opening order */
	WORK_CLEAR = 4,    /* ref: the issuer's city */
	WORK_HOUSE = 5,    /* ref: "" */
	WORK_CARD = 6,     /* ref: the card that a job works on */
	WORK_TICKET = 7,   /* ref: unload_id of a move */
	WORK_BANK = 8,     /* ref: account_id of a binding without an outcome, or to be forgotten */
	WORK_WITHDRAW = 9, /* ref: withdraw_id */
	WORK_VERIFY = 10,  /* ref: "": the operator's run over the ledger */
};

struct work_item {
	int64_t kind;
	char ref[33];
	int64_t tries;
	int64_t since_ms;
};

/* Adds the item; one that is there already keeps its turn. */
YKT_MUST_USE enum ykt_status
work_add(struct ykt_tx *tx, enum work_kind kind, const char *ref, int64_t next_ms, int64_t now_ms);
/* Adds the item or moves it to next_ms as if it were new. */
YKT_MUST_USE enum ykt_status
work_set(struct ykt_tx *tx, enum work_kind kind, const char *ref, int64_t next_ms, int64_t now_ms);
/* Removes it; nothing to remove is YKT_OK. */
YKT_MUST_USE enum ykt_status work_done(struct ykt_tx *tx, enum work_kind kind, const char *ref);

/* The wait after so many tries: doubled each time, up to retry_max_ms. */
int64_t work_wait(const struct platform_settings *settings, int64_t first_ms, int64_t tries);

/*
 * Takes up to max due items, oldest first, and moves each to its next turn
 * before any is worked on, so that a crash in the work does not spin.
 */
#define WORK_SLICE 16
YKT_MUST_USE enum ykt_status work_claim(struct ykt_tx *tx, const struct platform_settings *settings,
    int64_t now_ms, struct work_item items[WORK_SLICE], size_t *ret_count);

#endif
