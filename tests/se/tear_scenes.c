/*
 * The commands that the tear matrix cuts, each with what must come before it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tear_scenes.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/purse_cmd.h"
#include "card/sw.h"

static void
cut_hex(struct cut *cut, const char *hex)
{
	cut->cmd.len = 0;
	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &cut->cmd), YKT_OK);
}

static void
init_answer(struct card *card, const char *cmd, struct ykt_buf *ret_init)
{
	uint8_t bytes[64];
	struct ykt_buf buf = YKT_BUF(bytes);

	assert_int_equal(ykt_hex_decode(cmd, strlen(cmd), &buf), YKT_OK);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&buf), ret_init), SW_OK);
}

/* A purse in use: two loads, purchases of both kinds, so every slot has a past. */
static void
use_purse(struct card *card)
{
	tsm_make_purse(card);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 5000), SW_OK);
	assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 200, 1), SW_OK);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 700), SW_OK);
}

static void
prepare_init_load(struct card *card, struct cut *cut)
{
	use_purse(card);
	cut_hex(cut, "805000020B01000003E8" TERMINAL_HEX "10");
}

void
tear_prepare_credit(struct card *card, struct cut *cut)
{
	uint8_t bytes[16];
	struct ykt_buf init = YKT_BUF(bytes);

	use_purse(card);
	init_answer(card, "805000020B01000003E8" TERMINAL_HEX "10", &init);
	terminal_credit_cmd(card, ykt_buf_view(&init), 1000, &cut->cmd);
}

void
tear_prepare_debit(struct card *card, struct cut *cut)
{
	uint8_t bytes[16];
	struct ykt_buf init = YKT_BUF(bytes);

	use_purse(card);
	init_answer(card, "805001020B01000003E8" TERMINAL_HEX "0F", &init);
	terminal_debit_cmd(card, ykt_buf_view(&init), 0x06, 1000, 2, &cut->cmd);
}

/* The largest atomic set: four records of 1A and one of 1E. */
void
tear_prepare_capp(struct card *card, struct cut *cut)
{
	uint8_t bytes[16], record[128], update[160];
	struct ykt_buf init = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(update);

	use_purse(card);
	init_answer(card, "805003020B01000003E8" TERMINAL_HEX "0F", &init);
	for (unsigned i = 0; i < 5; i++) {
		memset(record, (int)(0xA0 + i), sizeof(record));
		ykt_set_u16(record, (uint16_t)(0x2701 + i));
		cmd.len = 0;
		purse_capp_update_build(i < 4 ? PURSE_SFI_JOURNEY : PURSE_SFI_TRIP,
		    ykt_bytes(record, i < 4 ? 128 : 48), &cmd);
		assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_OK);
	}
	terminal_debit_cmd(card, ykt_buf_view(&init), 0x09, 1000, 2, &cut->cmd);
}

/* A secure-messaging command made ready; wrong spoils its MAC. */
static void
prepare_sm(struct card *card, struct cut *cut, const char *head_hex, const char *data, bool wrong)
{
	uint8_t mac[4];

	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	cut_hex(cut, head_hex);
	ykt_put_u8(&cut->cmd, (uint8_t)(strlen(data) / 2 + 4));
	assert_int_equal(ykt_hex_decode(data, strlen(data), &cut->cmd), YKT_OK);
	assert_int_equal(purse_sm_mac(card->crypto, PURSE_ALG_TDES, purse_test_keys.damk,
			     ykt_bytes("\x11\x22\x33\x44", 4), ykt_buf_view(&cut->cmd), mac),
	    YKT_OK);
	mac[0] ^= wrong ? 1 : 0;
	ykt_put_mem(&cut->cmd, mac, sizeof(mac));
}

static void
prepare_update_binary(struct card *card, struct cut *cut)
{
	use_purse(card);
	prepare_sm(card, cut, "04D69700", "000157", false);
}

static void
prepare_wrong_sm(struct card *card, struct cut *cut)
{
	use_purse(card);
	prepare_sm(card, cut, "04D69700", "000157", true);
}

static void
prepare_block(struct card *card, struct cut *cut)
{
	use_purse(card);
	prepare_sm(card, cut, "841E0000", "", false);
}

static void
prepare_unblock(struct card *card, struct cut *cut)
{
	use_purse(card);
	assert_int_equal(terminal_sm(card, YKT_SE_WIRED, "841E0000", ""), SW_OK);
	prepare_sm(card, cut, "84180000", "", false);
}

static void
prepare_initialize_update(struct card *card, struct cut *cut)
{
	tsm_make_ssd(card);
	expect_sw(card, SW_OK, "00A4040008" AID_ISD "00");
	cut_hex(cut, "8050300008010203040506070800");
}

/* A plain command, wrapped in an open channel with the domain. */
static void
prepare_secure(struct card *card, struct cut *cut, const char *aid, const struct scp03_keys *keys,
    struct ykt_bytes plain)
{
	struct tsm tsm;

	tsm_open(&tsm, card, aid, keys, 0x33);
	cut->cmd.len = 0;
	assert_int_equal(scp03_cmd_wrap(card->crypto, &tsm.session, plain, &cut->cmd), YKT_OK);
}

/* The plain command in the channel that is open. */
static void
wrap_hex(struct tsm *tsm, struct cut *cut, const char *hex)
{
	uint8_t bytes[300];
	struct ykt_buf plain = YKT_BUF(bytes);

	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &plain), YKT_OK);
	cut->cmd.len = 0;
	assert_int_equal(
	    scp03_cmd_wrap(tsm->card->crypto, &tsm->session, ykt_buf_view(&plain), &cut->cmd),
	    YKT_OK);
}

static void
prepare_secure_hex(struct card *card, struct cut *cut, const char *aid,
    const struct scp03_keys *keys, const char *hex)
{
	uint8_t bytes[300];
	struct ykt_buf plain = YKT_BUF(bytes);

	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &plain), YKT_OK);
	prepare_secure(card, cut, aid, keys, ykt_buf_view(&plain));
}

static void
prepare_install_ssd(struct card *card, struct cut *cut)
{
	prepare_secure_hex(card, cut, AID_ISD, &tsm_isd_keys,
	    "80E60C002007A000000151535008A00000015153504108" AID_SSD "018002C9000000");
}

static void
prepare_install_purse(struct card *card, struct cut *cut)
{
	tsm_make_ssd(card);
	prepare_secure_hex(card, cut, AID_ISD, &tsm_isd_keys,
	    "80E604002007A000000632010108A00000063201010508" AID_PURSE "010002C9000000");
}

static void
prepare_extradite(struct card *card, struct cut *cut)
{
	tsm_make_purse(card);
	prepare_secure_hex(
	    card, cut, AID_ISD, &tsm_isd_keys, "80E610001608" AID_ISD "0008" AID_PURSE "00000000");
}

/* Two of the three keys replaced would lock the domain for ever. */
static void
prepare_put_key(struct card *card, struct cut *cut)
{
	static const char clear[16] = "one new key 0123";
	struct gp_put_key put = {
		.old_version = KVN_SSD, .new_version = 0x32, .first_id = 1, .count = 3
	};
	uint8_t secret_bytes[3][16], bytes[300];
	struct ykt_buf plain = YKT_BUF(bytes);

	tsm_make_ssd(card);
	for (size_t i = 0; i < 3; i++) {
		struct ykt_buf secret = YKT_BUF(secret_bytes[i]);

		put.keys[i].type = GP_KEY_TYPE_AES;
		put.keys[i].len = 16;
		assert_int_equal(scp03_dek_encrypt(card->crypto, tsm_ssd_keys.dek, 16,
				     ykt_bytes(clear, 16), &secret),
		    YKT_OK);
		put.keys[i].component = ykt_buf_view(&secret);
		assert_int_equal(
		    gp_kcv_aes(card->crypto, (const uint8_t *)clear, 16, put.keys[i].kcv), YKT_OK);
	}
	gp_put_key_build(&put, &plain);
	prepare_secure(card, cut, AID_SSD, &tsm_ssd_keys, ykt_buf_view(&plain));
}

/* T20: the last block of the series that personalises. */
static void
prepare_store_data(struct card *card, struct cut *cut)
{
	const struct purse_setup setup = { AID_PURSE, 100000, 0, PURSE_ALG_TDES };
	uint8_t bytes[600], block[300];
	struct ykt_buf groups = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(block);
	struct tsm tsm;

	tsm_make_ssd(card);
	tsm_install_purse(card, AID_PURSE);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E620000E000008" AID_PURSE "000000"), SW_OK);
	tsm_perso_groups(card, &setup, &groups);
	gp_store_data_build(GP_STORE_DGI, 0, ykt_bytes(bytes, 150), &cmd);
	assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_OK);
	cmd.len = 0;
	gp_store_data_build(
	    GP_STORE_DGI | GP_STORE_LAST, 1, ykt_bytes(bytes + 150, groups.len - 150), &cmd);
	cut->cmd.len = 0;
	assert_int_equal(
	    scp03_cmd_wrap(card->crypto, &tsm.session, ykt_buf_view(&cmd), &cut->cmd), YKT_OK);
}

static void
prepare_lock(struct card *card, struct cut *cut)
{
	use_purse(card);
	prepare_secure_hex(card, cut, AID_ISD, &tsm_isd_keys, "80F0408008" AID_PURSE);
}

static void
prepare_delete(struct card *card, struct cut *cut)
{
	use_purse(card);
	prepare_secure_hex(card, cut, AID_ISD, &tsm_isd_keys, "80E400800A4F08" AID_SSD "00");
}

/* A package of our own form (card/gp_load.h), which names the purse's module. */
#define FOR_LOAD   "80E602000C07A00000063201020000000000"
#define LOAD_FIRST "80E8000002C41000"
#define LOAD_LAST  "80E8800110594B544C01010208A00000063201010500"

static void
prepare_load(struct card *card, struct cut *cut, const char *cmd)
{
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, FOR_LOAD), SW_OK);
	if (cmd != NULL)
		assert_int_equal(tsm_send_hex(&tsm, cmd), SW_OK);
	wrap_hex(&tsm, cut, cmd != NULL ? LOAD_LAST : LOAD_FIRST);
}

static void
prepare_load_first(struct card *card, struct cut *cut)
{
	prepare_load(card, cut, NULL);
}

static void
prepare_load_last(struct card *card, struct cut *cut)
{
	prepare_load(card, cut, LOAD_FIRST);
}

static void
prepare_delete_package(struct card *card, struct cut *cut)
{
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, FOR_LOAD), SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, LOAD_FIRST), SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, LOAD_LAST), SW_OK);
	wrap_hex(&tsm, cut, "80E40000094F07A000000632010200");
}

const struct scene tear_scenes[TEAR_SCENES] = {
	{ "INITIALIZE FOR LOAD", prepare_init_load, SW_OK, true, false },
	{ "CREDIT FOR LOAD", tear_prepare_credit, SW_OK, true, false },
	{ "DEBIT FOR PURCHASE", tear_prepare_debit, SW_OK, true, false },
	{ "DEBIT FOR CAPP PURCHASE, four 1A and 1E", tear_prepare_capp, SW_OK, true, false },
	{ "UPDATE BINARY", prepare_update_binary, SW_OK, false, false },
	{ "a wrong MAC of secure messaging", prepare_wrong_sm, SW_SM_WRONG, false, false },
	{ "APPLICATION BLOCK", prepare_block, SW_OK, true, false },
	{ "APPLICATION UNBLOCK", prepare_unblock, SW_OK, false, false },
	{ "INITIALIZE UPDATE", prepare_initialize_update, SW_OK, false, false },
	{ "INSTALL of a domain", prepare_install_ssd, SW_OK, false, false },
	{ "INSTALL of a purse", prepare_install_purse, SW_OK, true, false },
	{ "INSTALL for extradition", prepare_extradite, SW_OK, false, false },
	{ "PUT KEY of three", prepare_put_key, SW_OK, true, false },
	{ "STORE DATA, last block", prepare_store_data, SW_OK, true, false },
	{ "SET STATUS", prepare_lock, SW_OK, false, false },
	{ "DELETE with dependents", prepare_delete, SW_OK, false, true },
	{ "LOAD, first block", prepare_load_first, SW_OK, false, false },
	{ "LOAD, last block", prepare_load_last, SW_OK, true, true },
	{ "DELETE of a package", prepare_delete_package, SW_OK, true, false },
};
