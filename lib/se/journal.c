/*
 * The journal: staging, commit, recovery. See journal.h for the rules.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/journal.h"

#include <assert.h>
#include <string.h>

#include <ykt/secret.h>

/* Record header: magic 4, sequence 8, length of the list 2. */
#define RECORD_MAGIC 0x594B4A31u
#define HEADER_LEN   14
#define RANGE_LEN    4
#define LIST_MAX     (SE_SLOT_SIZE - HEADER_LEN - SE_SUM_LEN)
/* Kept free while staging, for the sums of every page that can be touched. */
#define SUMS_RESERVE 1024
#define VERIFY_CHUNK 128

/*
 * Each step is a bijection of the state, so a change within one word is always
 * seen, and others with 2^-64. The journal guards against accidents of power;
 * against people the image is sealed by the host.
 */
static uint64_t
mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9E3779B97F4A7C15u;
	return h ^ (h >> 29);
}

/* Inline and little-endian, which compilers turn into one load: this is hot. */
static uint64_t
load_word(const uint8_t *p)
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
	       (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
	       (uint64_t)p[7] << 56;
}

static uint64_t
sum_of(const uint8_t *p, size_t len, uint64_t seed)
{
	uint64_t h = mix(0x243F6A8885A308D3u, seed);
	uint64_t tail = 0;
	size_t i = 0;

	for (; i + 8 <= len; i += 8)
		h = mix(h, load_word(p + i));
	for (; i < len; i++)
		tail = tail << 8 | p[i];

	return mix(mix(h, tail), len);
}

uint64_t
se_page_sum(const uint8_t *page, size_t index)
{
	return sum_of(page, SE_PAGE_LEN, index);
}

/* YKT_E_DRIVER: the image does not hold data. In parts, to spare the chip's stack. */
static enum ykt_status
verify(const struct ykt_nvm *nvm, uint32_t off, const uint8_t *data, size_t len)
{
	enum ykt_status status = YKT_OK;
	uint8_t back[VERIFY_CHUNK];

	for (size_t at = 0; at < len && status == YKT_OK; at += sizeof(back)) {
		size_t part = len - at < sizeof(back) ? len - at : sizeof(back);

		status = ykt_nvm_read(nvm, off + (uint32_t)at, back, (uint32_t)part);
		if (status == YKT_OK &&
		    !ykt_bytes_equal(ykt_bytes(back, part), ykt_bytes(data + at, part)))
			status = YKT_E_DRIVER;
	}
	ykt_wipe(back, sizeof(back));

	return status;
}

enum ykt_status
se_nvm_write(const struct ykt_nvm *nvm, uint32_t off, const uint8_t *data, size_t len)
{
	enum ykt_status status = ykt_nvm_write(nvm, off, data, (uint32_t)len);

	return status == YKT_OK ? verify(nvm, off, data, len) : status;
}

void
se_journal_begin(struct se_journal *journal)
{
	journal->len = HEADER_LEN;
	journal->staged_count = 0;
	journal->overflow = false;
}

/* Where the caller writes the len new bytes for off, or NULL: it does not fit. */
static uint8_t *
stage(struct se_journal *journal, uint32_t off, size_t len, size_t limit)
{
	struct se_range *range;

	assert(len > 0 && off + len <= SE_HOME_SIZE);
	if (journal->staged_count == SE_RANGE_MAX ||
	    journal->len + RANGE_LEN + len > HEADER_LEN + limit) {
		journal->overflow = true;
		return NULL;
	}
	range = &journal->staged[journal->staged_count++];
	range->off = (uint16_t)off;
	range->len = (uint16_t)len;
	range->pos = (uint16_t)(journal->len + RANGE_LEN);
	ykt_set_u16(journal->record + journal->len, range->off);
	ykt_set_u16(journal->record + journal->len + 2, range->len);
	journal->len = range->pos + len;

	return journal->record + range->pos;
}

void
se_journal_put(struct se_journal *journal, uint32_t off, struct ykt_bytes bytes)
{
	uint8_t *to = stage(journal, off, bytes.len, LIST_MAX - SUMS_RESERVE);

	if (to != NULL)
		memcpy(to, bytes.data, bytes.len);
}

void
se_journal_fill(struct se_journal *journal, uint32_t off, uint8_t value, size_t len)
{
	uint8_t *to = stage(journal, off, len, LIST_MAX - SUMS_RESERVE);

	if (to != NULL)
		memset(to, value, len);
}

/* Moves the staged bytes of one range into home and keeps what was there. */
static void
apply(struct se_journal *journal, const struct se_range *range)
{
	memcpy(journal->undo + range->pos, journal->home + range->off, range->len);
	memcpy(journal->home + range->off, journal->record + range->pos, range->len);
}

static void
undo(struct se_journal *journal)
{
	while (journal->staged_count > 0) {
		const struct se_range *range = &journal->staged[--journal->staged_count];

		memcpy(journal->home + range->off, journal->undo + range->pos, range->len);
	}
}

/* Stages and applies the new sums of every page that the ranges touch. */
static void
stage_sums(struct se_journal *journal)
{
	bool touched[SE_PAGE_COUNT] = { false };
	size_t data_ranges = journal->staged_count;

	for (size_t i = 0; i < data_ranges; i++) {
		size_t first = journal->staged[i].off / SE_PAGE_LEN;
		size_t last = (journal->staged[i].off + journal->staged[i].len - 1u) / SE_PAGE_LEN;

		for (size_t page = first; page <= last; page++)
			touched[page] = true;
	}
	for (size_t page = 0; page < SE_PAGE_COUNT; page++) {
		uint8_t *to;

		if (!touched[page])
			continue;
		to = stage(
		    journal, (uint32_t)(SE_SUMS_OFF + page * SE_SUM_LEN), SE_SUM_LEN, LIST_MAX);
		if (to == NULL)
			return;
		ykt_set_u64(to, se_page_sum(journal->home + page * SE_PAGE_LEN, page));
		apply(journal, &journal->staged[journal->staged_count - 1]);
	}
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

/* Brings the last record home. What fails stays pending and is tried again. */
static enum ykt_status
flush(struct se_journal *journal)
{
	while (journal->pending_count > 0) {
		const struct se_range *range = &journal->pending[journal->pending_count - 1];
		enum ykt_status status = se_nvm_write(
		    journal->nvm, SE_HOME_IN + range->off, journal->home + range->off, range->len);

		if (status != YKT_OK)
			return status;
		journal->pending_count--;
	}

	return YKT_OK;
}

static enum ykt_status
write_record(struct se_journal *journal)
{
	static const uint8_t dead[HEADER_LEN];
	uint32_t slot = (uint32_t)((journal->seq + 1) % 2) * SE_SLOT_SIZE;
	enum ykt_status status;

	ykt_set_u32(journal->record, RECORD_MAGIC);
	ykt_set_u64(journal->record + 4, journal->seq + 1);
	ykt_set_u16(journal->record + 12, (uint16_t)(journal->len - HEADER_LEN));
	ykt_set_u64(journal->record + journal->len, sum_of(journal->record, journal->len, 0));
	journal->len += SE_SUM_LEN;

	status = se_nvm_write(journal->nvm, slot, journal->record, journal->len);
	/* A record that reads back wrong must not be found whole after a restart. */
	if (status != YKT_OK && se_nvm_write(journal->nvm, slot, dead, sizeof(dead)) != YKT_OK)
		journal->broken = true;

	return status;
}

enum ykt_status
se_journal_commit(struct se_journal *journal)
{
	enum ykt_status status = YKT_OK;

	if (journal->overflow)
		status = YKT_E_SPACE;
	else if (journal->broken)
		status = YKT_E_DRIVER;
	else if (journal->staged_count > 0)
		status = flush(journal);
	if (status != YKT_OK || journal->staged_count == 0)
		goto out;

	for (size_t i = 0; i < journal->staged_count; i++)
		apply(journal, &journal->staged[i]);
	stage_sums(journal);
	status = journal->overflow ? YKT_E_SPACE : write_record(journal);
	if (status != YKT_OK) {
		undo(journal);
		goto out;
	}
	journal->seq++;
	memcpy(
	    journal->pending, journal->staged, journal->staged_count * sizeof(journal->staged[0]));
	journal->pending_count = journal->staged_count;
out:
	se_journal_begin(journal);
	return status;
}

/* The sequence number of the record in slot_bytes, or 0 if it is not whole. */
static uint64_t
record_seq(const uint8_t *slot)
{
	size_t len = ykt_get_u16(slot + 12);
	size_t at = HEADER_LEN;

	if (ykt_get_u32(slot) != RECORD_MAGIC || len > LIST_MAX)
		return 0;
	len += HEADER_LEN;
	if (ykt_get_u64(slot + len) != sum_of(slot, len, 0))
		return 0;
	while (at < len) {
		size_t off, range_len;

		if (len - at < RANGE_LEN)
			return 0;
		off = ykt_get_u16(slot + at);
		range_len = ykt_get_u16(slot + at + 2);
		at += RANGE_LEN;
		if (range_len > len - at || off + range_len > SE_HOME_SIZE)
			return 0;
		at += range_len;
	}

	return ykt_get_u64(slot + 4);
}

/* Replays a whole record (record_seq() said so) onto home; its ranges pend. */
static enum ykt_status
replay(struct se_journal *journal, const uint8_t *slot)
{
	size_t end = HEADER_LEN + (size_t)ykt_get_u16(slot + 12);

	for (size_t at = HEADER_LEN; at < end;) {
		struct se_range *range;

		if (journal->pending_count == YKT_ARRAY_LEN(journal->pending))
			return YKT_E_CORRUPT;
		range = &journal->pending[journal->pending_count++];
		range->off = ykt_get_u16(slot + at);
		range->len = ykt_get_u16(slot + at + 2);
		memcpy(journal->home + range->off, slot + at + RANGE_LEN, range->len);
		at += RANGE_LEN + (size_t)range->len;
	}
	journal->seq = ykt_get_u64(slot + 4);

	return YKT_OK;
}

/* Both slots are in record and undo, which nothing else uses at boot. */
static enum ykt_status
recover(struct se_journal *journal)
{
	enum ykt_status status = YKT_OK;
	uint64_t seq0 = record_seq(journal->record);
	uint64_t seq1 = record_seq(journal->undo);

	/* The older one counts only as the direct predecessor of the newer. */
	if (seq0 != 0 && seq0 + 1 == seq1)
		status = replay(journal, journal->record);
	else if (seq1 != 0 && seq1 + 1 == seq0)
		status = replay(journal, journal->undo);
	if (status == YKT_OK && (seq0 != 0 || seq1 != 0))
		status = replay(journal, seq0 > seq1 ? journal->record : journal->undo);

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

enum ykt_status
se_journal_open(struct se_journal *journal, const struct ykt_nvm *nvm)
{
	enum ykt_status status;

	memset(journal, 0, sizeof(*journal));
	journal->nvm = nvm;
	if (nvm->size < SE_IMAGE_SIZE)
		return YKT_E_CORRUPT;
	status = ykt_nvm_read(nvm, 0, journal->record, SE_SLOT_SIZE);
	if (status == YKT_OK)
		status = ykt_nvm_read(nvm, SE_SLOT_SIZE, journal->undo, SE_SLOT_SIZE);
	if (status == YKT_OK)
		status = ykt_nvm_read(nvm, SE_HOME_IN, journal->home, SE_HOME_SIZE);
	if (status == YKT_OK)
		status = recover(journal);
	if (status == YKT_OK)
		status = check_pages(journal);
	if (status == YKT_OK)
		status = trim(journal);
	/* What cannot be brought home now stays pending: the slots still hold it. */
	if (status == YKT_OK)
		(void)!flush(journal);
	se_journal_begin(journal);

	return status;
}
