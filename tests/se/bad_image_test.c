/*
 * Images that are none (docs/bad-inputs.md 5.3): a bit wrong anywhere, another
 * version, a PSAM for a card. Refused, and nothing is written to them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <string.h>

#include "card/sw.h"
#include "se/image.h"
#include "se/psam.h"

/* Divides no page: over the pages every place in one is reached. */
#define STRIDE 3

static int
setup(void **state)
{
	struct card *card = card_new();

	tsm_make_purse(card);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1000), SW_OK);
	/* What rides with the next command is written before the image is spoilt. */
	assert_int_equal(card_boot(card), YKT_OK);
	nvm_power(&card->nvm);
	*state = card;

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

static void
refused(struct card *card, const char *why, uint32_t at)
{
	if (card_boot(card) != YKT_E_CORRUPT)
		fail_msg("%s at %u: taken", why, (unsigned)at);
	if (card->nvm.writes != 0)
		fail_msg("%s at %u: written to", why, (unsigned)at);
}

/* Found, or healed from the last record of the journal: never believed. */
static void
test_one_bit_wrong_anywhere_in_home(void **state)
{
	static struct snapshot before, after;
	static uint8_t image[SE_IMAGE_SIZE];
	struct card *card = *state;
	unsigned healed = 0;

	snapshot_take(card, &before);
	memcpy(image, card->nvm.bytes, sizeof(image));
	for (uint32_t at = 0; at < SE_HOME_SIZE; at += STRIDE) {
		card->nvm.bytes[SE_HOME_IN + at] ^= (uint8_t)(1u << at / STRIDE % 8);
		if (card_boot(card) == YKT_OK) {
			snapshot_take(card, &after);
			assert_true(snapshot_equal(&before, &after));
			assert_memory_equal(card->nvm.bytes, image, sizeof(image));
			healed++;
		} else {
			refused(card, "one bit", at);
			expect(card, "00A4040000", "6F00");
		}
		memcpy(card->nvm.bytes, image, sizeof(image));
		nvm_power(&card->nvm);
	}
	/* The last load wrote its log record, its money and a few sums. */
	assert_true(healed < 200);
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect(card, "805C000204", "000003E89000");
}

static void
test_older_and_newer_versions(void **state)
{
	static const uint16_t versions[] = { 0, SE_IMAGE_VERSION - 1, SE_IMAGE_VERSION + 1, 0x0100,
		0xFFFF };
	struct card *card = *state;
	uint8_t *home = card->nvm.bytes + SE_HOME_IN;

	for (size_t i = 0; i < YKT_ARRAY_LEN(versions); i++) {
		ykt_set_u16(home + SE_HEAD_VERSION, versions[i]);
		ykt_set_u64(home + SE_SUMS_OFF, se_page_sum(home, 0));
		refused(card, "version", versions[i]);
	}
	ykt_set_u16(home + SE_HEAD_VERSION, SE_IMAGE_VERSION);
	ykt_set_u64(home + SE_SUMS_OFF, se_page_sum(home, 0));
	assert_int_equal(card_boot(card), YKT_OK);
}

static void
test_images_of_another_size_or_kind(void **state)
{
	static struct se_psam psam;
	struct card *card = *state;
	const uint32_t size = card->nvm.port.size;

	for (uint32_t less = 1; less <= SE_PAGE_LEN; less++) {
		card->nvm.port.size = size - less;
		refused(card, "cut", less);
	}
	card->nvm.port.size = 0;
	refused(card, "empty", 0);
	card->nvm.port.size = size;
	/* A card is no PSAM, and a PSAM is no card. */
	assert_int_equal(se_psam_boot(&psam, &card->nvm.port, card->crypto), YKT_E_CORRUPT);
	assert_int_equal(card->nvm.writes, 0);
	assert_int_equal(card_boot(card), YKT_OK);
	assert_int_equal(
	    se_psam_format(&card->nvm.port, (const uint8_t *)"another-transport"), YKT_OK);
	nvm_power(&card->nvm);
	refused(card, "a PSAM", 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_one_bit_wrong_anywhere_in_home),
		T(test_older_and_newer_versions),
		T(test_images_of_another_size_or_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
