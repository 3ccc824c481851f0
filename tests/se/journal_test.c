/*
 * The journal alone: what a transaction is, what a flipped bit does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#define SPOT (SE_PURSE_OFF(0) + 100)

static int
setup(void **state)
{
	*state = card_new();

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

static void
put(struct card *card, uint32_t off, const char *text)
{
	se_journal_put(&card->se.journal, off, ykt_bytes(text, strlen(text)));
}

static void
assert_text(struct card *card, uint32_t off, const char *text)
{
	assert_memory_equal(card->se.journal.home + off, text, strlen(text));
}

static void
test_nothing_is_visible_before_commit(void **state)
{
	struct card *card = *state;

	se_journal_begin(&card->se.journal);
	put(card, SPOT, "first");
	assert_text(card, SPOT, "\0\0\0\0\0");
	assert_int_equal(card->se.journal.home[SPOT], 0);
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	assert_text(card, SPOT, "first");
}

static void
test_begin_drops_what_was_staged(void **state)
{
	struct card *card = *state;
	unsigned writes = card->nvm.writes;

	se_journal_begin(&card->se.journal);
	put(card, SPOT, "dropped");
	se_journal_begin(&card->se.journal);
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	assert_int_equal(card->se.journal.home[SPOT], 0);
	assert_int_equal(card->nvm.writes, writes);
}

/* Home writes ride with the next record; each state survives a restart. */
static void
test_every_commit_is_one_record_and_home_follows(void **state)
{
	static const char *const texts[] = { "one..", "two..", "three", "four.", "five." };
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(texts); i++) {
		unsigned writes = card->nvm.writes;

		se_journal_begin(&card->se.journal);
		put(card, SPOT, texts[i]);
		assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
		/* The record; and the text and a sum of the one before. */
		assert_int_equal(card->nvm.writes - writes, i == 0 ? 1 : 3);
		assert_memory_equal(
		    card->nvm.bytes + SE_HOME_IN + SPOT, i == 0 ? "\0\0\0\0\0" : texts[i - 1], 5);
	}
	assert_int_equal(card_boot(card), YKT_OK);
	assert_text(card, SPOT, "five.");
	assert_memory_equal(card->nvm.bytes + SE_HOME_IN + SPOT, "five.", 5);
}

static void
test_a_clean_boot_writes_nothing(void **state)
{
	struct card *card = *state;

	se_journal_begin(&card->se.journal);
	put(card, SPOT, "text");
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	nvm_power(&card->nvm);
	assert_int_equal(card_boot(card), YKT_OK);
	assert_int_equal(card->nvm.writes, 0);
}

static void
test_too_much_is_refused_whole(void **state)
{
	struct card *card = *state;
	unsigned writes = card->nvm.writes;

	se_journal_begin(&card->se.journal);
	put(card, SPOT, "part");
	se_journal_fill(&card->se.journal, SE_PURSE_OFF(1), 0xAA, SE_SLOT_SIZE);
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_E_SPACE);
	assert_int_equal(card->se.journal.home[SPOT], 0);
	assert_int_equal(card->nvm.writes, writes);
	for (unsigned i = 0; i <= SE_RANGE_MAX; i++)
		put(card, SPOT + 2 * i, "x");
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_E_SPACE);
	assert_int_equal(card->se.journal.home[SPOT], 0);
	put(card, SPOT, "fits");
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	assert_text(card, SPOT, "fits");
}

/* As many ranges as there may be, over as many pages: the sums must fit too. */
static void
test_the_widest_transaction_fits(void **state)
{
	struct card *card = *state;

	se_journal_begin(&card->se.journal);
	for (uint32_t i = 0; i < 40; i++)
		put(card, SE_PURSE_OFF(0) + i * SE_PAGE_LEN, "wide");
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	assert_text(card, SE_PURSE_OFF(0) + 39 * SE_PAGE_LEN, "wide");
}

/* F18: no flipped bit of home goes unnoticed. */
static void
test_a_flipped_bit_in_home_stops_the_card(void **state)
{
	struct card *card = *state;
	const uint8_t refused[] = { 0x6F, 0x00 };

	for (uint32_t bit = 0; bit < SE_HOME_SIZE * 8; bit += 331) {
		uint8_t *byte = card->nvm.bytes + SE_HOME_IN + bit / 8;
		uint8_t rsp_bytes[SE_RSP_MAX];
		struct ykt_buf rsp = YKT_BUF(rsp_bytes);

		*byte ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(card_boot(card), YKT_E_CORRUPT);
		se_transceive(&card->se, YKT_SE_WIRED, ykt_bytes("\0\xA4\4\0", 4), &rsp);
		assert_int_equal(rsp.len, 2);
		assert_memory_equal(rsp_bytes, refused, 2);
		*byte ^= (uint8_t)(1u << bit % 8);
	}
	assert_int_equal(card_boot(card), YKT_OK);
}

/* In a slot it is a torn record: the state before, whole, or no difference. */
static void
test_a_flipped_bit_in_a_slot_never_mixes(void **state)
{
	struct card *card = *state;
	struct snapshot *states = calloc(3, sizeof(*states));
	uint8_t *image = malloc(SE_IMAGE_SIZE);

	for (size_t i = 0; i < 2; i++) {
		se_journal_begin(&card->se.journal);
		put(card, SPOT, i == 0 ? "older" : "newer");
		put(card, SPOT + 5 * SE_PAGE_LEN, i == 0 ? "older" : "newer");
		assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
		snapshot_take(card, &states[i]);
	}
	memcpy(image, card->nvm.bytes, SE_IMAGE_SIZE);
	for (uint32_t bit = 0; bit < 120 * 8; bit++)
		for (size_t slot = 0; slot < 2; slot++) {
			card->nvm.bytes[slot * SE_SLOT_SIZE + bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(card_boot(card), YKT_OK);
			snapshot_take(card, &states[2]);
			assert_true(snapshot_equal(&states[2], &states[0]) ||
				    snapshot_equal(&states[2], &states[1]));
			memcpy(card->nvm.bytes, image, SE_IMAGE_SIZE);
		}
	free(image);
	free(states);
}

/* A record that reads back wrong is dead after a restart too, and the next works. */
static void
test_a_failed_commit_never_comes_back(void **state)
{
	struct card *card = *state;

	se_journal_begin(&card->se.journal);
	put(card, SPOT, "good");
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	nvm_fault(&card->nvm, 1, FAULT_ERROR, TEAR_OLD);
	se_journal_begin(&card->se.journal);
	put(card, SPOT, "fail");
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_E_DRIVER);
	assert_text(card, SPOT, "good");
	assert_false(card->se.journal.broken);
	put(card, SPOT, "next");
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	assert_text(card, SPOT, "next");
}

/* If even the dead mark cannot be written, the card stops writing for good. */
static void
test_a_memory_that_takes_nothing_stops_all_writes(void **state)
{
	struct card *card = *state;

	card->nvm.off = true;
	se_journal_begin(&card->se.journal);
	put(card, SPOT, "lost");
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_E_DRIVER);
	assert_true(card->se.journal.broken);
	nvm_power(&card->nvm);
	put(card, SPOT, "late");
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_E_DRIVER);
	assert_int_equal(card->nvm.writes, 0);
	assert_int_equal(card_boot(card), YKT_OK);
	assert_int_equal(card->se.journal.home[SPOT], 0);
}

/* Of two that overlap the later one counts; a failed commit takes both back. */
static void
test_ranges_may_overlap(void **state)
{
	struct card *card = *state;

	nvm_fault(&card->nvm, 1, FAULT_ERROR, TEAR_OLD);
	for (int i = 0; i < 2; i++) {
		se_journal_begin(&card->se.journal);
		put(card, SPOT, "abcdef");
		put(card, SPOT + 2, "XY");
		put(card, SPOT + 1, "-");
		assert_int_equal(
		    se_journal_commit(&card->se.journal), i == 0 ? YKT_E_DRIVER : YKT_OK);
		assert_text(card, SPOT, i == 0 ? "\0\0\0\0\0\0" : "a-XYef");
		assert_int_equal(card->se.journal.home[SPOT], i == 0 ? 0 : 'a');
	}
	assert_int_equal(card_boot(card), YKT_OK);
	assert_text(card, SPOT, "a-XYef");
}

/* Each is a write home with the next record: its bytes, and the sums near each other. */
static void
test_sums_of_near_pages_go_home_together(void **state)
{
	static const struct {
		uint32_t apart; /* pages */
		unsigned writes;
	} rows[] = { { 1, 4 }, { 16, 4 }, { 17, 5 }, { 80, 5 } };
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		unsigned writes;

		se_journal_begin(&card->se.journal);
		put(card, SPOT, "here");
		put(card, SPOT + rows[i].apart * SE_PAGE_LEN, "there");
		assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
		writes = card->nvm.writes;
		put(card, SPOT, "next");
		assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
		assert_int_equal(card->nvm.writes - writes, rows[i].writes);
		assert_int_equal(card_boot(card), YKT_OK);
		assert_text(card, SPOT + rows[i].apart * SE_PAGE_LEN, "there");
	}
}

/* A memory that keeps one byte of the next write wrong, and says nothing. */
struct flipper {
	struct ykt_nvm port;
	struct nvm_mem *under;
	uint32_t at; /* from the start of that write */
	bool armed;
	unsigned bad_read; /* the one, counted from 1, whose first byte is wrong */
	unsigned reads;
};

static enum ykt_status
flipper_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	struct flipper *flipper = ctx;
	enum ykt_status status = ykt_nvm_read(&flipper->under->port, off, out, len);

	if (++flipper->reads == flipper->bad_read)
		out[0] ^= 0x01;

	return status;
}

static enum ykt_status
flipper_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	struct flipper *flipper = ctx;
	enum ykt_status status = ykt_nvm_write(&flipper->under->port, off, data, len);

	if (flipper->armed && flipper->at < len) {
		flipper->under->bytes[off + flipper->at] ^= 0x01;
		flipper->armed = false;
	}

	return status;
}

/* A record is compared to its last byte, however the reading back is cut up. */
static void
test_every_byte_of_a_record_is_read_back(void **state)
{
	struct card *card = *state;
	struct flipper flipper = { .under = &card->nvm };
	uint32_t len = 0;

	flipper.port = (struct ykt_nvm){ &flipper, SE_IMAGE_SIZE, flipper_read, flipper_write };
	card->se.journal.nvm = &flipper.port;
	for (enum ykt_status status = YKT_E_DRIVER; status == YKT_E_DRIVER; len++) {
		flipper.at = len;
		flipper.armed = true;
		se_journal_begin(&card->se.journal);
		se_journal_fill(&card->se.journal, SPOT, 0x77, 600);
		status = se_journal_commit(&card->se.journal);
		assert_int_equal(status, flipper.armed ? YKT_OK : YKT_E_DRIVER);
		assert_false(card->se.journal.broken);
		assert_int_equal(card->se.journal.home[SPOT], flipper.armed ? 0x77 : 0);
		assert_true(len < 1000);
	}
	/* Header, one range, the sums of three pages as another, the record's own. */
	assert_int_equal(len - 1, 14 + 4 + 600 + 4 + 3 * 8 + 8);
	assert_int_equal(card_boot(card), YKT_OK);
	assert_int_equal(card->se.journal.home[SPOT + 599], 0x77);
}

/* Home, both slots, and the newest again: a slot is judged by what is replayed. */
static void
test_a_slot_that_reads_differently_is_not_replayed(void **state)
{
	struct card *card = *state;
	struct flipper flipper = { .under = &card->nvm, .bad_read = 4 };

	flipper.port = (struct ykt_nvm){ &flipper, SE_IMAGE_SIZE, flipper_read, flipper_write };
	se_journal_begin(&card->se.journal);
	put(card, SPOT, "text");
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	assert_int_equal(
	    se_boot(&card->se, &flipper.port, card->crypto, &card->rng.port), YKT_E_DRIVER);
	assert_int_equal(flipper.reads, 4);
	assert_int_equal(card_boot(card), YKT_OK);
	assert_text(card, SPOT, "text");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_nothing_is_visible_before_commit),
		T(test_begin_drops_what_was_staged),
		T(test_every_commit_is_one_record_and_home_follows),
		T(test_a_clean_boot_writes_nothing),
		T(test_too_much_is_refused_whole),
		T(test_the_widest_transaction_fits),
		T(test_a_flipped_bit_in_home_stops_the_card),
		T(test_a_flipped_bit_in_a_slot_never_mixes),
		T(test_a_failed_commit_never_comes_back),
		T(test_a_memory_that_takes_nothing_stops_all_writes),
		T(test_ranges_may_overlap),
		T(test_sums_of_near_pages_go_home_together),
		T(test_every_byte_of_a_record_is_read_back),
		T(test_a_slot_that_reads_differently_is_not_replayed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
