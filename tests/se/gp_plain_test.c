/*
 * Channels without secure messaging, level 00, which tools of others ask for: on a
 * card that was made for them, and on no other. The bytes of EXTERNAL AUTHENTICATE
 * were made with other programs (node-gp; python-cryptography).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <string.h>

#include "card/sw.h"

#define IUR02    "8050000008D5AD539A60CA5E7200"
#define OPEN02   "84820000107C799B3C771DBAE61B161CD834D4668B"
#define IUR03    "8050300008010203040506070800"
#define OPEN03   "84820000106B524F6C41610EDDC9AFDA2DD50D85C8"
#define STATUS   "80F28002024F0000"
#define GET_DATA "80CA004200"

/* A card that speaks SCP02 or SCP03, at the counter and with the keys of the bytes above. */
static struct card *
card_of(bool scp02, bool plain)
{
	struct card *card = card_new();
	struct se_params params;
	uint8_t seq[3] = { 0x00, 0x06, 0x9E };

	card_params(&params);
	params.plain_channel = plain;
	params.scp02_i = scp02 ? 0x15 : 0;
	params.scp03_i = 0x60;
	params.isd_kvn = scp02 ? 0x01 : 0x30;
	for (uint8_t k = 0; scp02 && k < 16; k++)
		params.isd_enc[k] = params.isd_mac[k] = params.isd_dek[k] = 0x40 + k;
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	se_journal_begin(&card->se.journal);
	se_journal_put(&card->se.journal, SE_SD_OFF(0) + SE_SD_SEQ, YKT_BYTES(seq));
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	rng_script(&card->rng, scp02 ? "AA2A0591E733" : "A1A2A3A4A5A6A7A8");
	expect_sw(card, SW_OK, scp02 ? IUR02 : IUR03);

	return card;
}

static void
test_a_card_made_for_it_takes_bare_commands(void **state)
{
	(void)state;
	for (int scp02 = 0; scp02 < 2; scp02++) {
		struct card *card = card_of(scp02 != 0, true);

		expect(card, scp02 ? OPEN02 : OPEN03, "9000");
		expect_sw(card, SW_OK, STATUS);
		expect(card, "80E290000742053105170001", "9000");
		expect(card, GET_DATA, "420531051700019000");
		expect(card, "80F28002024F0100", "6A80");
		expect_sw(card, SW_OK, STATUS);
		card_free(&card);
	}
}

/* A command that says it is protected is none that this channel knows. */
static void
test_a_wrapped_command_closes_it(void **state)
{
	(void)state;
	for (int scp02 = 0; scp02 < 2; scp02++) {
		struct card *card = card_of(scp02 != 0, true);
		struct snapshot before, after;

		expect(card, scp02 ? OPEN02 : OPEN03, "9000");
		snapshot_take(card, &before);
		expect(card, "84E290000F420531051700010000000000000000", "6982");
		expect(card, STATUS, "6982");
		snapshot_take(card, &after);
		assert_true(snapshot_equal(&before, &after));
		card_free(&card);
	}
}

/* T17: no other card opens one, and the wrong keys open none. */
static void
test_others_refuse_it(void **state)
{
	static const struct {
		bool plain;
		const char *cmd[2]; /* SCP03, SCP02 */
		const char *rsp;
	} rows[] = {
		{ false, { OPEN03, OPEN02 }, "6A86" },
		{ true,
		    { "84820000106B524F6C41610EDDC9AFDA2DD50D85C9",
			"84820000107C799B3C771DBAE61B161CD834D4668A" },
		    "6300" },
		/* The MAC covers the level: one made for 33 or 01 opens no 00. */
		{ true,
		    { "84820000106B524F6C41610EDD61F306F43677CE9A",
			"84820000107C799B3C771DBAE6BEF49310977617BA" },
		    "6300" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		for (int scp02 = 0; scp02 < 2; scp02++) {
			struct card *card = card_of(scp02 != 0, rows[i].plain);

			expect(card, rows[i].cmd[scp02], rows[i].rsp);
			expect(card, STATUS, "6982");
			expect(card, scp02 ? OPEN02 : OPEN03, "6985");
			card_free(&card);
		}
	}
}

/* The other levels stay what they are on a card made for this one. */
static void
test_other_levels_are_as_they_were(void **state)
{
	struct card *card = card_of(false, true);
	struct tsm tsm;

	(void)state;
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	expect(card, STATUS, "6982");
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x13);
	assert_int_equal(tsm_send_hex(&tsm, STATUS), SW_OK);
	card_free(&card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_card_made_for_it_takes_bare_commands),
		cmocka_unit_test(test_a_wrapped_command_closes_it),
		cmocka_unit_test(test_others_refuse_it),
		cmocka_unit_test(test_other_levels_are_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
