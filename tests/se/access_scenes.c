/*
 * The channels of SCP02, the access rules, files that are written after
 * personalisation, and the grey lock, for the tear matrix. See tear_scenes.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tear_scenes.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/scp02.h"
#include "card/sw.h"
#include "purse_kit.h"

#define AID_ARA     "A00000015141434C00"
#define INIT_UPDATE "8050000008010203040506070800"
#define RULE        "E213E10C4F08" AID_PURSE "C100E303D00101"

static void
cut_hex(struct cut *cut, const char *hex)
{
	cut->cmd.len = 0;
	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &cut->cmd), YKT_OK);
}

/* The card again, for the profile of 2016: SCP02, the keys as they were. */
static void
make_scp02(struct card *card)
{
	struct se_params params;

	card_params(&params);
	params.scp02_i = SCP02_I_PLAIN;
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, "00A4040000");
}

static void
prepare_initialize(struct card *card, struct cut *cut)
{
	make_scp02(card);
	cut_hex(cut, INIT_UPDATE);
}

/* One attempt failed before: the success that is cut takes back its count. */
static void
prepare_authenticate(struct card *card, struct cut *cut)
{
	static const uint8_t challenge[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct scp02_keys keys;
	struct scp02_session session;
	uint8_t bytes[64];
	struct ykt_buf rsp = YKT_BUF(bytes);

	make_scp02(card);
	memcpy(keys.enc, tsm_isd_keys.enc, sizeof(keys.enc));
	memcpy(keys.mac, tsm_isd_keys.mac, sizeof(keys.mac));
	memcpy(keys.dek, tsm_isd_keys.dek, sizeof(keys.dek));
	expect_sw(card, SW_OK, INIT_UPDATE);
	cut_hex(cut, INIT_UPDATE);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cut->cmd), &rsp), SW_OK);
	cut->cmd.len = 0;
	assert_int_equal(scp02_authenticate_build(card->crypto, &keys, challenge,
			     ykt_buf_view(&rsp), 0x03, &session, &cut->cmd),
	    YKT_OK);
}

/* STORE DATA of one command to the access rules, wrapped; earlier ones are sent. */
static void
prepare_rules(struct card *card, struct cut *cut, const char *first, const char *then)
{
	const char *const list[] = { first, then };
	uint8_t bytes[64], cmd_bytes[100];
	struct tsm tsm;

	tsm_make_purse(card);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E620000F000009" AID_ARA "000000"), SW_OK);
	for (size_t i = 0; i < YKT_ARRAY_LEN(list); i++) {
		struct ykt_buf data = YKT_BUF(bytes);
		struct ykt_buf cmd = YKT_BUF(cmd_bytes);

		if (list[i] == NULL)
			continue;
		assert_int_equal(ykt_hex_decode(list[i], strlen(list[i]), &data), YKT_OK);
		gp_store_data_build(GP_STORE_LAST | GP_STORE_BER, 0, ykt_buf_view(&data), &cmd);
		cut->cmd.len = 0;
		if (i == 0)
			assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_OK);
		else
			assert_int_equal(scp03_cmd_wrap(card->crypto, &tsm.session,
					     ykt_buf_view(&cmd), &cut->cmd),
			    YKT_OK);
	}
}

static void
prepare_first_rule(struct card *card, struct cut *cut)
{
	prepare_rules(card, cut, NULL, "F015" RULE);
}

static void
prepare_rule_replaced(struct card *card, struct cut *cut)
{
	prepare_rules(card, cut, "F015" RULE, "F015E213E10C4F08" AID_PURSE "C100E303D00100");
}

static void
prepare_rules_deleted(struct card *card, struct cut *cut)
{
	prepare_rules(card, cut, "F015" RULE, "F100");
}

static void
use_purse(struct card *card)
{
	static const struct kit kit = { .pin = KIT_PIN,
		.tries = 3,
		.picture = 900,
		.extra = "90040A"
			 "0600100000"
			 "0700100005" };

	kit_make(card, &kit);
	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 5000), SW_OK);
	expect(card, "0020000003" KIT_PIN, "9000");
}

/* The last part of a chain of three: the whole picture at once. */
static void
prepare_picture(struct card *card, struct cut *cut)
{
	uint8_t bytes[700], key[16], mac[PURSE_MAC_LEN], part_bytes[300];
	struct ykt_buf input = YKT_BUF(bytes);

	use_purse(card);
	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	assert_int_equal(ykt_hex_decode("04D69B00000258", 14, &input), YKT_OK);
	ykt_put_fill(&input, 0x5A, 596);
	kit_key(PERSO_KEY_MAINTENANCE, PURSE_ALG_TDES, key);
	assert_int_equal(purse_sm_mac(card->crypto, PURSE_ALG_TDES, key,
			     ykt_bytes("\x11\x22\x33\x44", 4), ykt_buf_view(&input), mac),
	    YKT_OK);
	ykt_put_mem(&input, mac, sizeof(mac));
	for (size_t at = 7; at < input.len; at += 200) {
		bool last = at + 200 >= input.len;
		struct apdu_cmd update = { .cla = last ? 0x04 : 0x14, .ins = 0xD6, .p1 = 0x9B };
		struct ykt_buf part = YKT_BUF(part_bytes);

		update.data = ykt_bytes_sub(ykt_buf_view(&input), at, 200);
		apdu_cmd_encode(&update, last ? &cut->cmd : &part);
		if (!last)
			assert_int_equal(
			    card_send(card, YKT_SE_WIRED, ykt_buf_view(&part), NULL), SW_OK);
	}
}

static void
prepare_own_file(struct card *card, struct cut *cut)
{
	uint8_t key[16];

	use_purse(card);
	kit_key(PERSO_KEY_MAINTENANCE, PURSE_ALG_TDES, key);
	kit_sm_cmd(
	    card, "04D68604", ykt_bytes("\x01\x02\x03\x04", 4), key, PURSE_ALG_TDES, &cut->cmd);
}

static void
prepare_plain_update(struct card *card, struct cut *cut)
{
	use_purse(card);
	cut_hex(cut, "00D687000401020304");
}

#define GREY_LOCK                                                                                  \
	"E07C0800130000000101020304"                                                               \
	"20250102030405"                                                                           \
	"24AE2689"                                                                                 \
	"08"

/* The bytes are those of purse_grey_test.c. */
static void
use_grey(struct card *card)
{
	static const struct kit kit = { .usages = (1u << (PERSO_KEY_USAGE_LAST + 1)) - 2 };

	kit_make(card, &kit);
	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 5000), SW_OK);
	rng_script(&card->rng, "A1B2C3D4");
	expect_sw(card, SW_OK, "E07A08020701" TERMINAL_HEX "0F");
}

static void
prepare_grey_lock(struct card *card, struct cut *cut)
{
	use_grey(card);
	cut_hex(cut, GREY_LOCK);
}

static void
prepare_grey_debit(struct card *card, struct cut *cut)
{
	use_grey(card);
	expect_sw(card, SW_OK, GREY_LOCK);
	cut_hex(cut, "E07E08021B000003E80001" TERMINAL_HEX "00000002202501020304059E0575F604");
}

static void
prepare_grey_taken(struct card *card, struct cut *cut)
{
	prepare_grey_debit(card, cut);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cut->cmd), NULL), SW_OK);
	cut_hex(cut, "E0CA0100");
}

static void
prepare_grey_init_unlock(struct card *card, struct cut *cut)
{
	use_grey(card);
	expect_sw(card, SW_OK, GREY_LOCK);
	cut_hex(cut, "E07A09020701" TERMINAL_HEX "12");
}

static void
prepare_grey_unlock(struct card *card, struct cut *cut)
{
	prepare_grey_init_unlock(card, cut);
	rng_script(&card->rng, "0A0B0C0D");
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cut->cmd), NULL), SW_OK);
	cut_hex(cut, "E07E09000F000001F42025010203040570E1707E04");
}

const struct scene access_scenes[ACCESS_SCENES] = {
	{ "INITIALIZE UPDATE of SCP02", prepare_initialize, SW_OK, true, false },
	{ "EXTERNAL AUTHENTICATE of SCP02", prepare_authenticate, SW_OK, true, false },
	{ "STORE DATA, the first access rule", prepare_first_rule, SW_OK, true, false },
	{ "STORE DATA, a rule in place of another", prepare_rule_replaced, SW_OK, true, false },
	{ "STORE DATA, all rules deleted", prepare_rules_deleted, SW_OK, true, false },
	{ "UPDATE BINARY of a picture, the last of a chain", prepare_picture, SW_OK, true, false },
	{ "UPDATE BINARY of the issuer's own file", prepare_own_file, SW_OK, false, false },
	{ "UPDATE BINARY without secure messaging", prepare_plain_update, SW_OK, false, false },
	{ "GREY LOCK", prepare_grey_lock, SW_OK, true, false },
	{ "DEBIT FOR UNLOCK", prepare_grey_debit, SW_OK, true, false },
	{ "GET LOCK PROOF, the TAC taken", prepare_grey_taken, SW_OK, true, false },
	{ "INITIALIZE of the issuer's unlock", prepare_grey_init_unlock, SW_OK, true, false },
	{ "the issuer's unlock", prepare_grey_unlock, SW_OK, true, false },
};
