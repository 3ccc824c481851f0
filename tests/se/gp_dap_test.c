/*
 * LOAD and the domains of a card: DAPs, tokens, whose a package is, and what other
 * channels do meanwhile.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/gp_load.h"
#include "card/gp_sign.h"
#include "card/gp_token.h"
#include "card/sw.h"

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

/* A domain with these privileges and, for version 73, a key of this type. */
static void
make_dap_domain(struct card *card, uint8_t privileges, uint8_t type, const uint8_t key[16])
{
	tsm_make_ssd(card);
	se_journal_begin(&card->se.journal);
	se_journal_put(
	    &card->se.journal, SE_SD_OFF(1) + SE_SD_PRIVILEGES, ykt_bytes(&privileges, 1));
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	tsm_put_key(card, AID_SSD, &tsm_ssd_keys, GP_DAP_KVN, type, key);
}

static const uint8_t dap_key[16] = "the DAP key, TES";

/* The DAP block of the domain over this hash; flip spoils one bit. */
static void
make_dap(struct card *card, const uint8_t hash[32], uint8_t flip, struct ykt_buf *ret_dap)
{
	const struct gp_sign_key key = { GP_KEY_TYPE_AES, YKT_BYTES(dap_key) };
	uint8_t aid_bytes[8], mac_bytes[16];
	struct ykt_buf aid = YKT_BUF(aid_bytes);
	struct ykt_buf mac = YKT_BUF(mac_bytes);

	assert_int_equal(ykt_hex_decode(AID_SSD, 16, &aid), YKT_OK);
	assert_int_equal(gp_sign_make(card->crypto, &key, ykt_bytes(hash, 32), &mac), YKT_OK);
	mac_bytes[3] ^= flip;
	ret_dap->len = 0;
	gp_dap_put(ykt_buf_view(&aid), ykt_buf_view(&mac), ret_dap);
}

static uint16_t
load_with(struct card *card, const char *sd_hex, bool hash, struct ykt_bytes daps)
{
	struct file *file = malloc(sizeof(*file));
	struct tsm tsm;
	uint16_t sw;

	assert_non_null(file);
	make_file(card, file, daps, 300);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	for_load(&tsm, "A00000009902", sd_hex, ykt_bytes(file->hash, hash ? 32 : 0));
	sw = load_file(&tsm, file, 50);
	if (sw == SW_OK)
		tsm_expect(&tsm, "80E40000084F06A0000000990200", "009000");
	free(file);

	return sw;
}

/* GP231 C.3: the package of a domain with DAP needs its DAP, mandated DAP all do. */
static void
test_daps_are_verified_where_they_are_due(void **state)
{
	struct card *card = *state;
	struct file *file = malloc(sizeof(*file));
	uint8_t bytes[64], mandated = 0xC1;
	struct ykt_buf dap = YKT_BUF(bytes);
	struct snapshot *before = malloc(sizeof(*before));

	assert_true(file != NULL && before != NULL);
	make_dap_domain(card, 0xC0, GP_KEY_TYPE_AES, dap_key);
	make_file(card, file, ykt_bytes(NULL, 0), 300);
	make_dap(card, file->hash, 0, &dap);
	/* Optional elsewhere, due in its own domain; never without the hash. */
	assert_int_equal(load_with(card, "", true, ykt_bytes(NULL, 0)), SW_OK);
	assert_int_equal(load_with(card, "", true, ykt_buf_view(&dap)), SW_OK);
	assert_int_equal(load_with(card, AID_SSD, true, ykt_buf_view(&dap)), SW_OK);
	snapshot_take(card, before);
	assert_int_equal(load_with(card, AID_SSD, true, ykt_bytes(NULL, 0)), SW_CONDITIONS);
	assert_int_equal(load_with(card, AID_SSD, false, ykt_buf_view(&dap)), SW_CONDITIONS);
	for (unsigned bit = 0; bit < 8; bit++) {
		make_dap(card, file->hash, (uint8_t)(1u << bit), &dap);
		assert_int_equal(load_with(card, "", true, ykt_buf_view(&dap)), SW_SECURITY);
	}

	/* Mandated: for every package. */
	se_journal_begin(&card->se.journal);
	se_journal_put(&card->se.journal, SE_SD_OFF(1) + SE_SD_PRIVILEGES, ykt_bytes(&mandated, 1));
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	assert_int_equal(load_with(card, "", true, ykt_bytes(NULL, 0)), SW_CONDITIONS);
	make_dap(card, file->hash, 0, &dap);
	assert_int_equal(load_with(card, "", true, ykt_buf_view(&dap)), SW_OK);
	free(before);
	free(file);
}

/* Without the key of version 73 nothing can be verified. */
static void
test_a_dap_domain_without_its_key_verifies_nothing(void **state)
{
	struct card *card = *state;
	struct file *file = malloc(sizeof(*file));
	uint8_t bytes[64];
	struct ykt_buf dap = YKT_BUF(bytes);
	struct tsm tsm;

	assert_non_null(file);
	make_dap_domain(card, 0xC0, GP_KEY_TYPE_AES, dap_key);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E4000006D00101D20173"), SW_OK);
	make_file(card, file, ykt_bytes(NULL, 0), 300);
	make_dap(card, file->hash, 0, &dap);
	assert_int_equal(load_with(card, "", true, ykt_buf_view(&dap)), SW_CONDITIONS);
	free(file);
}

/* A package belongs to a domain: it goes with it, and who may not manage it cannot. */
static void
test_packages_and_domains(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_make_ssd(card);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	tsm_expect(&tsm, "80E6020014" ELF "08" AID_SSD "000000", "009000");
	tsm_expect(&tsm, ONLY_BLOCK, "009000");
	tsm_expect(
	    &tsm, ALL_ELFS, BUILT_IN "E31B4F07A00000063201029F700101CE020102CC08" AID_SSD "9000");
	tsm_expect(&tsm, INSTALL_SSD AID_SSD2 "018002C9000000", "009000");
	tsm_expect(&tsm, "80E610001508" AID_SSD2 "00" ELF "00000000", "009000");
	tsm_expect(&tsm, "80F22002094F07A000000632010200",
	    "E31B4F07A00000063201029F700101CE020102CC08" AID_SSD2 "9000");
	tsm_expect(&tsm, "80E610001508" AID_PURSE "00" ELF "00000000", "6A88");
	/* A plain domain neither loads nor deletes, and sees only its own. */
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	tsm_expect(&tsm, ALL_ELFS, BUILT_IN "9000");
	tsm_expect(&tsm, FOR_LOAD, "6985");
	tsm_expect(&tsm, "80E40000094F07A000000632010200", "6985");
	tsm_expect(&tsm, "80E610001508" AID_SSD "00" ELF "00000000", "6985");
	/* With its domain the package goes, and an instance of it wherever it is. */
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	tsm_expect(
	    &tsm, "80E6040020" ELF "08A00000063201010508" AID_PURSE "010002C9000000", "009000");
	tsm_expect(&tsm, "80E400000A4F08" AID_SSD2 "00", "6985");
	tsm_expect(&tsm, "80E400800A4F08" AID_SSD2 "00", "009000");
	tsm_expect(&tsm, ALL_ELFS, BUILT_IN "9000");
	expect(card, SELECT_PURSE, "6A82");
}

/* Another channel of the same card, while a file comes. */
static void
test_another_channel_in_the_middle_of_a_load(void **state)
{
	struct card *card = *state;
	struct tsm first, second;

	tsm_make_ssd(card);
	tsm_open(&first, card, AID_ISD, &tsm_isd_keys, 0x33);
	tsm_expect(&first, "80E6020014" ELF "08" AID_SSD "000000", "009000");
	tsm_expect(&first, "80E8000002C41000", "009000");
	/* The domain it is for goes: nothing to go on with. */
	card->se.side[1][0].app = (struct se_app){ SE_APP_SD, 0 };
	card->se.side[1][0].open = true;
	second = first;
	second.iface = YKT_SE_CONTACTLESS;
	card->se.side[1][0].scp = card->se.side[0][0].scp;
	tsm_expect(&second, "80E400800A4F08" AID_SSD "00", "009000");
	tsm_expect(&first, "80E8800110" PURSE_BLOCK "00", "6985");
	/* It takes the load over. */
	tsm_expect(&first, FOR_LOAD, "009000");
	tsm_expect(&second, FOR_LOAD, "009000");
	tsm_expect(&first, ONLY_BLOCK, "6985");
	tsm_expect(&second, ONLY_BLOCK, "009000");
	/* Or takes the name. */
	tsm_expect(&first, "80E602000D08A00000063201FF020000000000", "009000");
	tsm_expect(&second, INSTALL_SSD AID_SSD2 "018002C9000000", "009000");
	tsm_expect(&first, ONLY_BLOCK, "6A80");
	/* A channel that ends takes its load with it. */
	tsm_expect(&first, "80E602000D08A00000063201FF030000000000", "009000");
	expect_sw(card, SW_OK, "00A4040008" AID_ISD "00");
	assert_int_equal(card->se.load.owner, 0);
}

/* A delegated domain loads with the issuer's token for just this load. */
static void
test_a_delegated_domain_loads_with_a_token(void **state)
{
	static const char plain[] = "80E6020034" ELF "08" AID_SSD "20" PURSE_SHA "0000";
	const struct gp_sign_key key = { GP_KEY_TYPE_AES, YKT_BYTES(dap_key) };
	struct card *card = *state;
	uint8_t bytes[300];
	struct ykt_buf out = YKT_BUF(bytes);
	struct tsm tsm;

	make_dap_domain(card, 0xA0, GP_KEY_TYPE_AES, dap_key);
	tsm_put_key(card, AID_ISD, &tsm_isd_keys, GP_TOKEN_KVN, GP_KEY_TYPE_AES, dap_key);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	tsm_expect(&tsm, plain, "6985");
	issuer_sign(card, &key, plain, 1, &out);
	assert_int_equal(tsm_send(&tsm, ykt_buf_view(&out)), SW_SECURITY);
	issuer_sign(card, &key, plain, 0, &out);
	assert_int_equal(tsm_send(&tsm, ykt_buf_view(&out)), SW_OK);
	tsm_expect(&tsm, ONLY_BLOCK, "009000");
	tsm_expect(&tsm, "80F22002094F07A000000632010200",
	    "E31B4F07A00000063201029F700101CE020102CC08" AID_SSD "9000");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_daps_are_verified_where_they_are_due),
		T(test_a_dap_domain_without_its_key_verifies_nothing),
		T(test_packages_and_domains),
		T(test_another_channel_in_the_middle_of_a_load),
		T(test_a_delegated_domain_loads_with_a_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
