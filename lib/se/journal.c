/*
 * The journal: staging and commit. See journal.h for the rules.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/journal_priv.h"

#include <assert.h>
#include <string.h>

#include <ykt/secret.h>

/* Kept free while staging, for the sums of every page that can be touched. */
#define SUMS_RESERVE 1024
#define VERIFY_CHUNK 256
#define SUM_GAP      16 /* pages whose sums are nearer go into one range */

/* INSTALL empties the entry of a purse; what else it changes is small. */
_Static_assert(SE_PURSE_POOL + 128 <= SE_LIST_MAX - SUMS_RESERVE, "a purse is made in one record");
_Static_assert(SE_JOURNAL_ROOM <= SE_LIST_MAX - SUMS_RESERVE, "a slot holds less than it says");

/*
 * Each step is a bijection of the state, so a change within one word is always
 * seen, and others with 2^-64. The journal guards against accidents of power;
 * against people the image is sealed by the host.
 */
static inline uint64_t
mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9E3779B97F4A7C15u;
	return h ^ (h >> 29);
}

/* Inline and little-endian, which compilers turn into one load: this is hot. */
static inline uint64_t
load_word(const uint8_t *p)
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
	       (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
	       (uint64_t)p[7] << 56;
}

uint64_t
se_journal_sum(const uint8_t *p, size_t len, uint64_t seed)
{
	uint64_t h = mix(0x243F6A8885A308D3u, seed);
	uint64_t a = h + 1, b = h + 2, c = h + 3, d = h + 4;
	uint64_t tail = 0;
	size_t i = 0;

	/* Four at a time, for none of them waits for another. */
	for (; i + 32 <= len; i += 32) {
		a = mix(a, load_word(p + i));
		b = mix(b, load_word(p + i + 8));
		c = mix(c, load_word(p + i + 16));
		d = mix(d, load_word(p + i + 24));
	}
	h = mix(mix(mix(mix(h, a), b), c), d);
	for (; i + 8 <= len; i += 8)
		h = mix(h, load_word(p + i));
	for (; i < len; i++)
		tail = tail << 8 | p[i];

	return mix(mix(h, tail), len);
}

uint64_t
se_page_sum(const uint8_t *page, size_t index)
{
	return se_journal_sum(page, SE_PAGE_LEN, index);
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
		if (status == YKT_OK && !ykt_bytes_equal((struct ykt_bytes){ back, part },
					    (struct ykt_bytes){ data + at, part }))
			status = YKT_E_DRIVER;
	}
	ykt_wipe(back, len < sizeof(back) ? len : sizeof(back));

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
	journal->len = SE_HEADER_LEN;
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
	    journal->len + SE_RANGE_LEN + len > SE_HEADER_LEN + limit) {
		journal->overflow = true;
		return NULL;
	}
	range = &journal->staged[journal->staged_count++];
	range->off = (uint16_t)off;
	range->len = (uint16_t)len;
	range->pos = (uint16_t)(journal->len + SE_RANGE_LEN);
	ykt_set_u16(journal->record + journal->len, range->off);
	ykt_set_u16(journal->record + journal->len + 2, range->len);
	journal->len = range->pos + len;

	return journal->record + range->pos;
}

void
se_journal_put(struct se_journal *journal, uint32_t off, struct ykt_bytes bytes)
{
	uint8_t *to = stage(journal, off, bytes.len, SE_LIST_MAX - SUMS_RESERVE);

	if (to != NULL)
		memcpy(to, bytes.data, bytes.len);
}

void
se_journal_fill(struct se_journal *journal, uint32_t off, uint8_t value, size_t len)
{
	uint8_t *to = stage(journal, off, len, SE_LIST_MAX - SUMS_RESERVE);

	if (to != NULL)
		memset(to, value, len);
}

/* Twice is as before. */
static void
swap(uint8_t *restrict a, uint8_t *restrict b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t byte = a[i];

		a[i] = b[i];
		b[i] = byte;
	}
}

/* Exchanges what a range stages with what home holds there. */
static void
swap_range(struct se_journal *journal, const struct se_range *range)
{
	swap(journal->home + range->off, journal->record + range->pos, range->len);
}

/* Stages the sums of the pages first to last: new ones of those touched. */
static void
stage_run(struct se_journal *journal, const bool *touched, size_t first, size_t last)
{
	uint32_t off = (uint32_t)(SE_SUMS_OFF + first * SE_SUM_LEN);
	size_t len = (last - first + 1) * SE_SUM_LEN;
	uint8_t *to = stage(journal, off, len, SE_LIST_MAX);

	if (to == NULL)
		return;
	memcpy(to, journal->home + off, len);
	for (size_t page = first; page <= last; page++, to += SE_SUM_LEN)
		if (touched[page])
			ykt_set_u64(to, se_page_sum(journal->home + page * SE_PAGE_LEN, page));
}

/*
 * Stages the new sums of every page that the ranges touch. Neighbours share a
 * range, with what is unchanged between them: one write home instead of several.
 * For the sums only, home is for a moment what it will be.
 */
static void
stage_sums(struct se_journal *journal)
{
	bool touched[SE_PAGE_COUNT] = { false };
	size_t count = journal->staged_count;
	size_t first = SE_PAGE_COUNT;
	size_t end = 0;

	for (size_t i = 0; i < count; i++) {
		const struct se_range *range = &journal->staged[i];
		size_t from = range->off / SE_PAGE_LEN;
		size_t to = (range->off + (size_t)range->len - 1) / SE_PAGE_LEN;

		for (size_t page = from; page <= to; page++)
			touched[page] = true;
		first = from < first ? from : first;
		end = to >= end ? to + 1 : end;
		swap_range(journal, range);
	}
	for (size_t page = first, last; page < end; page++) {
		if (!touched[page])
			continue;
		last = page;
		for (size_t next = page + 1; next < end && next - last <= SUM_GAP; next++)
			if (touched[next])
				last = next;
		stage_run(journal, touched, page, last);
		page = last;
	}
	while (count > 0)
		swap_range(journal, &journal->staged[--count]);
}

enum ykt_status
se_journal_flush(struct se_journal *journal)
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
	static const uint8_t dead[SE_HEADER_LEN];
	uint32_t slot = (uint32_t)((journal->seq + 1) % 2) * SE_SLOT_SIZE;
	enum ykt_status status;

	ykt_set_u32(journal->record, SE_RECORD_MAGIC);
	ykt_set_u64(journal->record + 4, journal->seq + 1);
	ykt_set_u16(journal->record + 12, (uint16_t)(journal->len - SE_HEADER_LEN));
	ykt_set_u64(
	    journal->record + journal->len, se_journal_sum(journal->record, journal->len, 0));
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
		status = se_journal_flush(journal);
	if (status != YKT_OK || journal->staged_count == 0)
		goto out;

	stage_sums(journal);
	status = journal->overflow ? YKT_E_SPACE : write_record(journal);
	if (status != YKT_OK)
		goto out;
	for (size_t i = 0; i < journal->staged_count; i++) {
		const struct se_range *range = &journal->staged[i];

		memcpy(journal->home + range->off, journal->record + range->pos, range->len);
	}
	journal->seq++;
	memcpy(
	    journal->pending, journal->staged, journal->staged_count * sizeof(journal->staged[0]));
	journal->pending_count = journal->staged_count;
out:
	se_journal_begin(journal);
	return status;
}
