/*
 * The oracle: what a card truly holds, read from a copy of its memory by a card
 * OS of its own, so that looking disturbs nothing (reliability.md 3.1).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_ORACLE_H
#define SIM_ORACLE_H

#include "card/files.h"
#include "sim/element.h"

/* The true state of the purse. */
struct oracle {
	bool present; /* a purse can be selected */
	char card_no[21];
	uint16_t version; /* the issuer's two bytes in file 15 */
	int64_t balance;  /* B - D, fen */
	uint16_t online;  /* the next load's number */
	uint16_t offline; /* the next debit's number */
	size_t log_count;
	struct record_log log[RECORD_LOG_COUNT]; /* newest first */
};

/* Memory for the copy; one a world. */
struct oracle_bench {
	struct se card;
	struct ykt_nvm nvm;
	struct rng rng;
	struct ykt_random random;
	uint8_t image[SE_IMAGE_SIZE];
};

/* YKT_E_CORRUPT: the image does not boot, which no fault may ever cause. */
YKT_MUST_USE enum ykt_status
oracle_look(struct oracle_bench *bench, const struct element *element, struct oracle *ret_oracle);

#endif
