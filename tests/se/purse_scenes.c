/*
 * The purse's rarer commands for the tear matrix. See tear_scenes.h.
 *
 * A right PIN is not here: it takes two commits, and what a cut between them
 * leaves is judged in purse_pin_test.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tear_scenes.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/sw.h"
#include "purse_kit.h"

#define SECOND(form) (PURSE_KIND_SECOND | (form))

static void
cut_hex(struct cut *cut, const char *hex)
{
	cut->cmd.len = 0;
	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &cut->cmd), YKT_OK);
}

/* Every kind of money has moved already, so that every slot has a past. */
static void
use_purse(struct card *card)
{
	static const struct kit kit = { .limit = 500,
		.cap2 = 5000,
		.limit2 = 100,
		.pin = KIT_PIN,
		.tries = 3,
		.dual = true,
		.privileges = 0x10 };

	kit_make(card, &kit);
	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 5000), SW_OK);
	assert_int_equal(kit_transact(card, SECOND(PURSE_INIT_LOAD), 2000), SW_OK);
	assert_int_equal(kit_transact(card, PURSE_INIT_CAPP, 200), SW_OK);
	assert_int_equal(kit_transact(card, PURSE_INIT_UNLOAD, 300), SW_OK);
	assert_int_equal(kit_transact(card, PURSE_INIT_UPDATE, 400), SW_OK);
}

static void
prepare_init_unload(struct card *card, struct cut *cut)
{
	use_purse(card);
	cut_hex(cut, "805005020B0100000001" TERMINAL_HEX "10");
}

static void
prepare_init_update(struct card *card, struct cut *cut)
{
	use_purse(card);
	cut_hex(cut, "805004010701" TERMINAL_HEX "13");
}

static void
prepare_step(struct card *card, struct cut *cut, uint8_t p1, uint32_t amount)
{
	uint8_t bytes[32];
	struct ykt_buf init = YKT_BUF(bytes);

	use_purse(card);
	assert_int_equal(kit_initialize(card, p1, amount, &init), SW_OK);
	kit_step(card, p1, amount, ykt_buf_view(&init), &cut->cmd);
}

static void
prepare_unload(struct card *card, struct cut *cut)
{
	prepare_step(card, cut, PURSE_INIT_UNLOAD, 1000);
}

static void
prepare_update(struct card *card, struct cut *cut)
{
	prepare_step(card, cut, PURSE_INIT_UPDATE, 700);
}

static void
prepare_credit_second(struct card *card, struct cut *cut)
{
	prepare_step(card, cut, SECOND(PURSE_INIT_LOAD), 1000);
}

/* Into the overdraft of the second kind. */
static void
prepare_debit_second(struct card *card, struct cut *cut)
{
	prepare_step(card, cut, SECOND(PURSE_INIT_PURCHASE), 2050);
}

static void
prepare_unload_second(struct card *card, struct cut *cut)
{
	prepare_step(card, cut, SECOND(PURSE_INIT_UNLOAD), 2000);
}

static void
prepare_update_second(struct card *card, struct cut *cut)
{
	prepare_step(card, cut, SECOND(PURSE_INIT_UPDATE), 0);
}

static void
prepare_wrong_pin(struct card *card, struct cut *cut)
{
	use_purse(card);
	cut_hex(cut, "0020000003111111");
}

static void
prepare_last_wrong_pin(struct card *card, struct cut *cut)
{
	use_purse(card);
	expect(card, "0020000003111111", "63C2");
	expect(card, "0020000003111111", "63C1");
	cut_hex(cut, "805E010007111111FF222222");
}

static void
prepare_reload(struct card *card, struct cut *cut)
{
	use_purse(card);
	expect(card, "0020000003111111", "63C2");
	cut_hex(cut, "805E000007987654B8D82759");
}

static void
prepare_reload_sm4(struct card *card, struct cut *cut)
{
	use_purse(card);
	cut_hex(cut, "805E010007987654B901AE9F");
}

static void
prepare_wrong_reload(struct card *card, struct cut *cut)
{
	use_purse(card);
	cut_hex(cut, "805E000007987654B8D82758");
}

/* A secure-messaging command under the 3DES key of this use. */
static void
prepare_sm(
    struct card *card, struct cut *cut, const char *header, struct ykt_bytes data, uint8_t usage)
{
	uint8_t key[16];

	kit_key(usage, PURSE_ALG_TDES, key);
	kit_sm_cmd(card, header, data, key, PURSE_ALG_TDES, &cut->cmd);
}

static void
prepare_unblock(struct card *card, struct cut *cut)
{
	use_purse(card);
	for (unsigned i = 0; i < 3; i++)
		expect_sw(card, (uint16_t)(SW_TRIES_LEFT_0 | (2 - i)), "0020000003111111");
	prepare_sm(card, cut, "84240000", ykt_bytes(NULL, 0), PERSO_KEY_PIN_UNBLOCK);
}

static void
prepare_update_record(struct card *card, struct cut *cut)
{
	static const uint8_t record[48] = { 1, 2, 3 };

	use_purse(card);
	prepare_sm(card, cut, "04DC01F4", YKT_BYTES(record), PERSO_KEY_MAINTENANCE);
}

static void
prepare_append_trip(struct card *card, struct cut *cut)
{
	static const uint8_t data[16 + 48] = { 1, 2, 3 };

	use_purse(card);
	prepare_sm(card, cut, "04E200F0", YKT_BYTES(data), PERSO_KEY_RECORD);
}

/* There is room in file 1A when the series that made it named one id only. */
static void
prepare_append_journey(struct card *card, struct cut *cut)
{
	static const struct kit kit = { 0 };
	uint8_t bytes[1200], data[16 + 128] = { 0 };
	struct ykt_buf groups = YKT_BUF(bytes);
	struct tsm tsm;

	tsm_make_ssd(card);
	tsm_install_purse(card, AID_PURSE);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E620000E000008" AID_PURSE "000000"), SW_OK);
	kit_groups(card, &kit, &groups);
	dgi_put(&groups, PERSO_DGI_IDS, ykt_bytes("\x27\x01", 2));
	assert_int_equal(tsm_store(&tsm, ykt_buf_view(&groups)), SW_OK);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E608000F000008" AID_PURSE "0100000000"), SW_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	ykt_set_u16(data + 16, 0x2750);
	prepare_sm(card, cut, "04E200D0", YKT_BYTES(data), PERSO_KEY_RECORD);
}

static void
prepare_change_algorithm(struct card *card, struct cut *cut)
{
	use_purse(card);
	cut_hex(cut, "80CD0203");
}

static void
prepare_block_algorithm(struct card *card, struct cut *cut)
{
	use_purse(card);
	prepare_sm(card, cut, "80CD0301", ykt_bytes(NULL, 0), PERSO_KEY_BLOCK);
}

static void
prepare_wrong_authentication(struct card *card, struct cut *cut)
{
	use_purse(card);
	expect_sw(card, SW_OK, "0084000004");
	cut_hex(cut, "00820001080000000000000000");
}

/* The right one, after a wrong one whose count it takes back. */
static void
prepare_authentication(struct card *card, struct cut *cut)
{
	use_purse(card);
	expect_sw(card, SW_OK, "0084000004");
	expect(card, "00820001080000000000000000", "63CF");
	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	cut_hex(cut, "0082000108000880ED41BCAAE9");
}

static void
prepare_card_block(struct card *card, struct cut *cut)
{
	use_purse(card);
	prepare_sm(card, cut, "84160000", ykt_bytes(NULL, 0), PERSO_KEY_BLOCK);
}

const struct scene purse_scenes[PURSE_SCENES] = {
	{ "INITIALIZE FOR UNLOAD", prepare_init_unload, SW_OK, true, false },
	{ "DEBIT FOR UNLOAD", prepare_unload, SW_OK, true, false },
	{ "INITIALIZE FOR UPDATE", prepare_init_update, SW_OK, true, false },
	{ "UPDATE OVERDRAW LIMIT", prepare_update, SW_OK, true, false },
	{ "CREDIT FOR LOAD, second kind", prepare_credit_second, SW_OK, true, false },
	{ "DEBIT FOR PURCHASE, second kind", prepare_debit_second, SW_OK, true, false },
	{ "DEBIT FOR UNLOAD, second kind", prepare_unload_second, SW_OK, true, false },
	{ "UPDATE OVERDRAW LIMIT, second kind", prepare_update_second, SW_OK, true, false },
	{ "VERIFY PIN, wrong", prepare_wrong_pin, SW_TRIES_LEFT_0 | 2, true, false },
	{ "CHANGE PIN, wrong, the last try", prepare_last_wrong_pin, SW_TRIES_LEFT_0, true, false },
	{ "RELOAD PIN", prepare_reload, SW_OK, true, false },
	{ "RELOAD PIN under SM4", prepare_reload_sm4, SW_OK, true, false },
	{ "RELOAD PIN, wrong MAC", prepare_wrong_reload, SW_SM_WRONG, true, false },
	{ "UNBLOCK PIN", prepare_unblock, SW_OK, true, false },
	{ "UPDATE RECORD", prepare_update_record, SW_OK, false, false },
	{ "APPEND RECORD of file 1E", prepare_append_trip, SW_OK, false, false },
	{ "APPEND RECORD of file 1A and its key", prepare_append_journey, SW_OK, true, false },
	{ "CHANGE ALGORITHM for good", prepare_change_algorithm, SW_OK, false, false },
	{ "BLOCK ALGORITHM", prepare_block_algorithm, SW_OK, false, false },
	{ "EXTERNAL AUTHENTICATE, wrong", prepare_wrong_authentication, SW_TRIES_LEFT_0 | 15, false,
	    false },
	{ "EXTERNAL AUTHENTICATE", prepare_authentication, SW_OK, false, false },
	{ "CARD BLOCK", prepare_card_block, SW_OK, false, false },
};

const struct scene *
tear_scene(size_t i)
{
	static const struct {
		const struct scene *scenes;
		size_t count;
	} all[] = {
		{ tear_scenes, TEAR_SCENES },
		{ purse_scenes, PURSE_SCENES },
		{ ident_scenes, IDENT_SCENES },
		{ access_scenes, ACCESS_SCENES },
		{ menu_scenes, MENU_SCENES },
	};
	size_t k = 0;

	while (i >= all[k].count)
		i -= all[k++].count;

	return &all[k].scenes[i];
}
