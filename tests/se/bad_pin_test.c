/*
 * Money behind a PIN that is blocked, or that was never shown (docs/bad-inputs.md
 * 5.2): no step of a transaction begins, and guesses are counted over restarts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <string.h>

#include "card/purse_perso.h"
#include "card/sw.h"
#include "se/image.h"

#define RIGHT "0020000003123456"
#define WRONG "0020000003123457"

/* A purse with the PIN 123456, three tries, asked for at load and purchase. */
static int
setup(void **state)
{
	static const uint8_t pin[SE_PIN_SIZE] = { 3, 3, 3, 0x12, 0x34, 0x56 };
	static const uint8_t access[] = { PERSO_ACCESS_LOAD | PERSO_ACCESS_PURCHASE, 0 };
	struct card *card = card_new();

	tsm_make_purse(card);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1000), SW_OK);
	se_journal_begin(&card->se.journal);
	se_journal_put(&card->se.journal, SE_PURSE_OFF(0) + SE_PURSE_PIN, YKT_BYTES(pin));
	se_journal_put(&card->se.journal, SE_PURSE_OFF(0) + SE_PURSE_ACCESS, YKT_BYTES(access));
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
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
no_money_moves(struct card *card)
{
	static struct snapshot before, after;

	snapshot_take(card, &before);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 100), SW_SECURITY);
	assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 100, 1), SW_SECURITY);
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
	expect(card, "805C000204", "000003E89000");
}

static void
test_without_the_pin_no_money_moves(void **state)
{
	struct card *card = *state;

	no_money_moves(card);
	expect(card, RIGHT, "9000");
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 100), SW_OK);
	/* Shown to this selection, and to no other. */
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 100), SW_SECURITY);
}

static void
test_a_blocked_pin_stays_blocked(void **state)
{
	struct card *card = *state;

	expect(card, WRONG, "63C2");
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect(card, WRONG, "63C1");
	no_money_moves(card);
	expect(card, WRONG, "63C0");
	for (int i = 0; i < 2; i++) {
		expect(card, RIGHT, "6983");
		expect(card, "00200000", "6983");
		no_money_moves(card);
		assert_int_equal(card_boot(card), YKT_OK);
		expect_sw(card, SW_OK, SELECT_PURSE);
	}
}

/* Lengths that no PIN has cost no try; one that was shown is not lost by them. */
static void
test_pins_of_no_length_cost_no_try(void **state)
{
	static const char *const rows[] = { "002000000112", "00200000071234561234567F",
		"0020000103123456", "0020010003123456", "0020000004123456" };
	struct card *card = *state;
	static struct snapshot before, after;

	snapshot_take(card, &before);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		assert_string_not_equal(card_hex(card, YKT_SE_WIRED, rows[i]), "9000");
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
	expect(card, RIGHT, "9000");
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 100), SW_OK);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_without_the_pin_no_money_moves),
		T(test_a_blocked_pin_stays_blocked),
		T(test_pins_of_no_length_cost_no_try),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
