/*
 * What one channel does to the PIN that another has proved: a new PIN and a wrong
 * guess end every proof, a right one ends none, other purses keep theirs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "purse_kit.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"

#define WIRED YKT_SE_WIRED
#define AIR   YKT_SE_CONTACTLESS

#define VERIFY(pin)  "0020000003" pin
#define WRONG        "111111"
#define OPEN         "0070000001"
#define CHANGE       "805E010007" KIT_PIN "FF654321"
#define RELOAD       "805E000007987654B8D82759"
#define RELOAD_WRONG "805E000007987654B8D82758"

/* Every place from which the purse can be spoken to: class bits, interface. */
static const struct place {
	const char *why;
	enum ykt_se_iface iface;
	uint8_t channel;
} places[] = {
	{ "the basic channel on the wire", WIRED, 0 },
	{ "channel 1 on the wire", WIRED, 1 },
	{ "the basic channel on the air", AIR, 0 },
	{ "channel 1 on the air", AIR, 1 },
};

static const char *
send_from(struct card *card, const struct place *place, const char *cmd)
{
	char hex[128];

	(void)snprintf(hex, sizeof(hex), "%s", cmd);
	hex[1] = (char)(hex[1] + place->channel);

	return card_hex(card, place->iface, hex);
}

/* The answer's last word: 9000 says that the PIN is proved here. */
static bool
proved(struct card *card, const struct place *place)
{
	return strcmp(send_from(card, place, "00200000"), "9000") == 0;
}

static struct card *
card_with_channels(void)
{
	static const struct kit kit = { .pin = KIT_PIN, .tries = 3, .dual = true };
	struct card *card = kit_card(&kit);

	expect_on(card, WIRED, OPEN, "019000");
	expect_on(card, AIR, OPEN, "019000");
	for (size_t i = 0; i < YKT_ARRAY_LEN(places); i++) {
		const char *rsp = send_from(card, &places[i], "00A4040008" AID_PURSE "00");

		assert_string_equal(rsp + strlen(rsp) - 4, "9000");
	}

	return card;
}

static void
prove_everywhere(struct card *card)
{
	for (size_t i = 0; i < YKT_ARRAY_LEN(places); i++)
		assert_string_equal(send_from(card, &places[i], VERIFY(KIT_PIN)), "9000");
	/* A right PIN elsewhere took nothing from those before it. */
	for (size_t i = 0; i < YKT_ARRAY_LEN(places); i++)
		assert_true(proved(card, &places[i]));
}

static void
test_what_ends_the_proofs_of_all_channels(void **state)
{
	static const struct {
		const char *why;
		const char *cmd;
		const char *sw;
		bool keeps_own;
	} rows[] = {
		{ "VERIFY with a wrong PIN", VERIFY(WRONG), "63C2", false },
		{ "CHANGE PIN with a wrong one", "805E010007" WRONG "FF654321", "63C2", false },
		{ "CHANGE PIN", CHANGE, "9000", true },
		{ "RELOAD PIN", RELOAD, "9000", false },
	};

	(void)state;
	for (size_t row = 0; row < YKT_ARRAY_LEN(rows); row++)
		for (size_t from = 0; from < YKT_ARRAY_LEN(places); from++) {
			struct card *card = card_with_channels();

			prove_everywhere(card);
			assert_string_equal(
			    send_from(card, &places[from], rows[row].cmd), rows[row].sw);
			for (size_t i = 0; i < YKT_ARRAY_LEN(places); i++)
				if (proved(card, &places[i]) != (i == from && rows[row].keeps_own))
					fail_msg("%s from %s: %s", rows[row].why, places[from].why,
					    places[i].why);
			card_free(&card);
		}
}

static void
test_unblock_ends_the_proofs_of_all_channels(void **state)
{
	struct card *card = card_with_channels();

	(void)state;
	prove_everywhere(card);
	assert_int_equal(
	    kit_sm(card, "84240000", "", PERSO_KEY_PIN_UNBLOCK, PURSE_ALG_TDES), SW_OK);
	for (size_t i = 0; i < YKT_ARRAY_LEN(places); i++)
		assert_false(proved(card, &places[i]));
	card_free(&card);
}

/* The issuer's command that did not come from the issuer is no word about the PIN. */
static void
test_a_wrong_mac_ends_no_proof(void **state)
{
	struct card *card = card_with_channels();

	(void)state;
	prove_everywhere(card);
	assert_string_equal(send_from(card, &places[1], RELOAD_WRONG), "6988");
	for (size_t i = 0; i < YKT_ARRAY_LEN(places); i++)
		assert_true(proved(card, &places[i]));
	card_free(&card);
}

/* A write that fails may have changed the PIN or not: nobody keeps a proof of it. */
static void
test_a_change_that_fails_ends_all(void **state)
{
	struct card *card = card_with_channels();

	(void)state;
	prove_everywhere(card);
	nvm_fault(&card->nvm, 1, FAULT_ERROR, TEAR_OLD);
	assert_string_equal(send_from(card, &places[2], CHANGE), "6581");
	nvm_power(&card->nvm);
	for (size_t i = 0; i < YKT_ARRAY_LEN(places); i++)
		assert_false(proved(card, &places[i]));
	card_free(&card);
}

/* The use of it: a load that needs the PIN, proved on the wire, spoilt on the air. */
static void
test_a_load_needs_a_proof_that_still_holds(void **state)
{
	static const struct kit kit = {
		.pin = KIT_PIN, .tries = 3, .access = { PERSO_ACCESS_LOAD, 0 }
	};
	struct card *card = kit_card(&kit);
	struct snapshot *before;

	(void)state;
	expect(card, VERIFY(KIT_PIN), "9000");
	assert_int_equal(terminal_load(card, WIRED, 100), SW_OK);
	(void)card_hex(card, AIR, SELECT_PURSE);
	expect_on(card, AIR, VERIFY(WRONG), "63C2");
	before = kit_before(card);
	assert_int_equal(terminal_load(card, WIRED, 100), SW_SECURITY);
	kit_same(card, before, "a load on a proof that is over");
	expect(card, VERIFY(KIT_PIN), "9000");
	assert_int_equal(terminal_load(card, WIRED, 100), SW_OK);
	card_free(&card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_ends_the_proofs_of_all_channels),
		cmocka_unit_test(test_unblock_ends_the_proofs_of_all_channels),
		cmocka_unit_test(test_a_wrong_mac_ends_no_proof),
		cmocka_unit_test(test_a_change_that_fails_ends_all),
		cmocka_unit_test(test_a_load_needs_a_proof_that_still_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
