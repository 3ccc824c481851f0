/*
 * The journal: every command's changes to the image are one record, whole or
 * absent, whatever a power cut leaves behind (reliability.md I-3, F2).
 *
 * A record is {sequence, length, list of (offset, length, bytes), sum} and goes
 * to slot sequence % 2 in one write, which is read back and compared. Its home
 * writes ride with the next record; until then the slot is the truth, and the
 * other slot is not overwritten before they are home and verified. Recovery
 * replays the two slots in order onto the copy in memory, checks every page sum,
 * and repairs home without touching the slots, so it may itself be cut. The copy
 * in memory changes when the record is durable and not before.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_JOURNAL_H
#define SE_JOURNAL_H

#include <ykt/bytes.h>
#include <ykt/driver/nvm.h>

#include "se/image.h"

#define SE_RANGE_MAX 96
/* What a transaction can hold at least: its bytes, and four more for each range. */
#define SE_JOURNAL_ROOM 7000

/* A changed part of home; pos is where its bytes stand in the record. */
struct se_range {
	uint16_t off;
	uint16_t len;
	uint16_t pos;
};

struct se_journal {
	const struct ykt_nvm *nvm; /* borrowed */
	uint64_t seq;              /* of the last committed record */
	bool broken;               /* a failed record could not be undone: no more writes */
	bool overflow;             /* the open transaction does not fit a slot */
	size_t len;                /* of the staged record so far */
	size_t staged_count;
	size_t pending_count; /* ranges that are committed and not yet home */
	struct se_range staged[SE_RANGE_MAX];
	struct se_range pending[2 * SE_RANGE_MAX];
	uint8_t record[SE_SLOT_SIZE];
	uint8_t home[SE_HOME_SIZE]; /* committed state, ahead of the image by pending */
};

/*
 * Reads the image and recovers. YKT_E_CORRUPT: a page fails its sum; YKT_E_x:
 * the port failed. On YKT_OK home is the state after the last whole record.
 */
YKT_MUST_USE enum ykt_status se_journal_open(struct se_journal *journal, const struct ykt_nvm *nvm);

/* Opens a transaction; one that was open and not committed is dropped. */
void se_journal_begin(struct se_journal *journal);

/* Stages bytes for home at off. home itself changes only in commit. */
void se_journal_put(struct se_journal *journal, uint32_t off, struct ykt_bytes bytes);

/* Stages len bytes of value. */
void se_journal_fill(struct se_journal *journal, uint32_t off, uint8_t value, size_t len);

/*
 * Makes the staged changes durable and visible, all or none. With nothing
 * staged it writes nothing. YKT_E_SPACE: more than a slot; YKT_E_DRIVER and
 * others: the memory did not take it. After an error home and the image stand
 * as before (or, if even that could not be ensured, journal->broken is set and
 * every later commit fails).
 */
YKT_MUST_USE enum ykt_status se_journal_commit(struct se_journal *journal);

/* The sum of one page of home; index makes swapped pages differ. */
uint64_t se_page_sum(const uint8_t *page, size_t index);

/* Writes to the image and reads back. YKT_E_DRIVER: it did not keep it. */
YKT_MUST_USE enum ykt_status
se_nvm_write(const struct ykt_nvm *nvm, uint32_t off, const uint8_t *data, size_t len);

#endif
