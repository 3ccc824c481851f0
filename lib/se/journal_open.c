/*
 * The journal at boot: which records are whole, and bringing them home. See
 * journal.h for the rules.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/journal_priv.h"

#include <string.h>

/* The sequence number of the record in slot, or 0 if it is not whole. */
static uint64_t
record_seq(const uint8_t *slot)
{
	size_t len = ykt_get_u16(slot + 12);
	size_t at = SE_HEADER_LEN;

	if (ykt_get_u32(slot) != SE_RECORD_MAGIC || len > SE_LIST_MAX)
		return 0;
	len += SE_HEADER_LEN;
	if (ykt_get_u64(slot + len) != se_journal_sum(slot, len, 0))
		return 0;
	while (at < len) {
		size_t off, range_len;

		if (len - at < SE_RANGE_LEN)
			return 0;
		off = ykt_get_u16(slot + at);
		range_len = ykt_get_u16(slot + at + 2);
		at += SE_RANGE_LEN;
		if (range_len > len - at || off + range_len > SE_HOME_SIZE)
			return 0;
		at += range_len;
	}

	return ykt_get_u64(slot + 4);
}

/* Fills the record buffer, which is free at boot, with one slot. */
static enum ykt_status
read_slot(struct se_journal *journal, uint32_t slot, uint64_t *ret_seq)
{
	enum ykt_status status =
	    ykt_nvm_read(journal->nvm, slot * SE_SLOT_SIZE, journal->record, SE_SLOT_SIZE);

	if (status == YKT_OK)
		*ret_seq = record_seq(journal->record);

	return status;
}

/* Replays the slot, whole and with this number a moment ago, onto home; its ranges pend. */
static enum ykt_status
replay(struct se_journal *journal, uint32_t slot, uint64_t seq)
{
	const uint8_t *record = journal->record;
	uint64_t found = 0;
	enum ykt_status status = read_slot(journal, slot, &found);
	size_t end = SE_HEADER_LEN + (size_t)ykt_get_u16(record + 12);

	if (status == YKT_OK && found != seq)
		status = YKT_E_DRIVER;
	if (status != YKT_OK)
		return status;
	for (size_t at = SE_HEADER_LEN; at < end;) {
		struct se_range *range;

		if (journal->pending_count == YKT_ARRAY_LEN(journal->pending))
			return YKT_E_CORRUPT;
		range = &journal->pending[journal->pending_count++];
		range->off = ykt_get_u16(record + at);
		range->len = ykt_get_u16(record + at + 2);
		memcpy(journal->home + range->off, record + at + SE_RANGE_LEN, range->len);
		at += SE_RANGE_LEN + (size_t)range->len;
	}
	journal->seq = seq;

	return YKT_OK;
}

/* Each slot is read to be judged and again to be replayed: there is room for one. */
static enum ykt_status
recover(struct se_journal *journal)
{
	uint64_t seq[2] = { 0, 0 };
	uint32_t newer;
	enum ykt_status status = read_slot(journal, 0, &seq[0]);

	if (status == YKT_OK)
		status = read_slot(journal, 1, &seq[1]);
	newer = seq[0] > seq[1] ? 0 : 1;
	/* The older one counts only as the direct predecessor of the newer. */
	if (status == YKT_OK && seq[1 - newer] != 0 && seq[1 - newer] + 1 == seq[newer])
		status = replay(journal, 1 - newer, seq[1 - newer]);
	if (status == YKT_OK && seq[newer] != 0)
		status = replay(journal, newer, seq[newer]);

	return status;
}

static enum ykt_status
check_pages(const struct se_journal *journal)
{
	for (size_t page = 0; page < SE_PAGE_COUNT; page++) {
		uint64_t sum = ykt_get_u64(journal->home + SE_SUMS_OFF + page * SE_SUM_LEN);

		if (sum != se_page_sum(journal->home + page * SE_PAGE_LEN, page))
			return YKT_E_CORRUPT;
	}

	return YKT_OK;
}

/* Drops from pending what is home already, so that a clean boot writes nothing. */
static enum ykt_status
trim(struct se_journal *journal)
{
	size_t left = 0;
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < journal->pending_count && status == YKT_OK; i++) {
		struct se_range range = journal->pending[i];

		/* The record buffer is free at boot. */
		status =
		    ykt_nvm_read(journal->nvm, SE_HOME_IN + range.off, journal->record, range.len);
		if (!ykt_bytes_equal(ykt_bytes(journal->record, range.len),
			ykt_bytes(journal->home + range.off, range.len)))
			journal->pending[left++] = range;
	}
	if (status == YKT_OK)
		journal->pending_count = left;

	return status;
}

enum ykt_status
se_journal_open(struct se_journal *journal, const struct ykt_nvm *nvm)
{
	enum ykt_status status;

	memset(journal, 0, sizeof(*journal));
	journal->nvm = nvm;
	if (nvm->size < SE_IMAGE_SIZE)
		return YKT_E_CORRUPT;
	status = ykt_nvm_read(nvm, SE_HOME_IN, journal->home, SE_HOME_SIZE);
	if (status == YKT_OK)
		status = recover(journal);
	if (status == YKT_OK)
		status = check_pages(journal);
	if (status == YKT_OK)
		status = trim(journal);
	/* What cannot be brought home now stays pending: the slots still hold it. */
	if (status == YKT_OK)
		(void)!se_journal_flush(journal);
	se_journal_begin(journal);

	return status;
}
