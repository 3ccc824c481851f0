/*
 * What the two files of the journal share: the record and its sum.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_JOURNAL_PRIV_H
#define SE_JOURNAL_PRIV_H

#include "se/journal.h"

/* Record header: magic 4, sequence 8, length of the list 2. */
#define SE_RECORD_MAGIC 0x594B4A31u
#define SE_HEADER_LEN   14
#define SE_RANGE_LEN    4
#define SE_LIST_MAX     (SE_SLOT_SIZE - SE_HEADER_LEN - SE_SUM_LEN)

uint64_t se_journal_sum(const uint8_t *p, size_t len, uint64_t seed);

/* Brings the last record home. What fails stays pending and is tried again. */
YKT_MUST_USE enum ykt_status se_journal_flush(struct se_journal *journal);

#endif
