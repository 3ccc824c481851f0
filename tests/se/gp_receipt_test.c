/*
 * Receipts of delegated management, byte for byte, and tokens of other keys: 3DES
 * and SM2. The receipts were made with another program.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/gp_receipt.h"
#include "card/gp_sign.h"
#include "card/gp_token.h"
#include "card/sw.h"
#include "crypto/sm2.h"

#define AID_SSD2  "A00000063201FF02"
#define INSTALL_2 "80E604002007A000000151535008A00000015153504108" AID_SSD2 "018002C9000000"
#define SELECT_2  "80E608000F000008" AID_SSD2 "0180000000"
#define UPDATE_2  "80E640000F000008" AID_SSD2 "0180000000"
#define MOVE_2    "80E610001608" AID_SSD "0008" AID_SSD2 "00000000"
#define DELETE_2  "80E400000A4F08" AID_SSD2 "00"
#define FOR_LOAD  "80E602001407A000000632010208" AID_SSD "000000"
#define BLOCK     "80E8800012C410594B544C01010208A00000063201010500"

static const uint8_t token_key[16] = "the token key 16";
static const uint8_t receipt_key[16] = "the receipt key!";
static const struct gp_sign_key issuer_key = { GP_KEY_TYPE_AES, { token_key, 16 } };

/* A domain that manages by delegation; the issuer has both keys. */
static int
setup(void **state)
{
	static const uint8_t privileges[3] = { 0xA0, 0x00, 0x00 };
	struct card *card = card_new();

	tsm_make_ssd(card);
	se_journal_begin(&card->se.journal);
	se_journal_put(&card->se.journal, SE_SD_OFF(1) + SE_SD_PRIVILEGES, YKT_BYTES(privileges));
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	tsm_put_key(card, AID_ISD, &tsm_isd_keys, GP_TOKEN_KVN, GP_KEY_TYPE_AES, token_key);
	tsm_put_key(card, AID_ISD, &tsm_isd_keys, GP_RECEIPT_KVN, GP_KEY_TYPE_AES, receipt_key);
	*state = card;

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

/* Sends the command with a token where it takes one. */
static uint16_t
send_signed(struct tsm *tsm, const struct gp_sign_key *key, const char *hex)
{
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);

	if (strncmp(hex, "80E8", 4) == 0)
		return tsm_send_hex(tsm, hex);
	issuer_sign(tsm->card, key, hex, 0, &cmd);

	return tsm_send(tsm, ykt_buf_view(&cmd));
}

static void
expect_data(const struct tsm *tsm, const char *hex, const char *why)
{
	char text[700];

	ykt_hex_encode(ykt_buf_view(&tsm->data), text);
	if (strcmp(text, hex) != 0)
		fail_msg("%s: %s\n  not %s", why, text, hex);
}

static const struct {
	const char *why;
	const char *cmd;
	const char *answer;
} receipts[] = {
	{ "install: package, application", INSTALL_2,
	    "10CDCA5A552ECFB7F246672390995FD069020001143105170000000000000000000000000000000000" },
	{ "make selectable: package, application", SELECT_2,
	    "1008D7D26206537FEE464627802C69865E020002143105170000000000000000000000000000000000" },
	{ "registry update: domain, application, privileges", UPDATE_2,
	    "103D966B358E7B8F45B85F353554C24BCB020003143105170000000000000000000000000000000000" },
	{ "extradition: old domain, application, new domain", MOVE_2,
	    "10CD1D64C2437A35B7599863ABB9261A67020004143105170000000000000000000000000000000000" },
	{ "delete: what is deleted", DELETE_2,
	    "102EFEBAA6A1A61701A3B65076521C23A8020005143105170000000000000000000000000000000000" },
	{ "for load: none yet", FOR_LOAD, "00" },
	{ "load: package, domain", BLOCK,
	    "10FF3B27F1D9E4327918A21F4BACC6D010020006143105170000000000000000000000000000000000" },
	{ "delete of a package", "80E40000094F07A000000632010200",
	    "1048AE7EC6D6373671CA9D85A6FF323D67020007143105170000000000000000000000000000000000" },
};

static void
test_each_change_by_delegation_has_its_receipt(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	for (size_t i = 0; i < YKT_ARRAY_LEN(receipts); i++) {
		if (send_signed(&tsm, &issuer_key, receipts[i].cmd) != SW_OK)
			fail_msg("%s: %04X", receipts[i].why, tsm.sw);
		expect_data(&tsm, receipts[i].answer, receipts[i].why);
	}
	/* The counter survives the power. */
	assert_int_equal(card_boot(card), YKT_OK);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(send_signed(&tsm, &issuer_key, INSTALL_2), SW_OK);
	assert_int_equal(ykt_get_u16(tsm.data.data + 18), 8);
	/* The issuer's own changes have none, and do not count. */
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, DELETE_2), SW_OK);
	expect_data(&tsm, "00", "the issuer's own");
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(send_signed(&tsm, &issuer_key, INSTALL_2), SW_OK);
	assert_int_equal(ykt_get_u16(tsm.data.data + 18), 9);
}

/* What was refused is not counted and has no receipt. */
static void
test_refusals_count_nothing(void **state)
{
	static const char *const refused[] = { DELETE_2, SELECT_2, MOVE_2, UPDATE_2,
		"80E400000A4F08" AID_SSD "00",
		"80E604002007A000000151535008A00000015153504108" AID_SSD "018002C9000000" };
	struct card *card = *state;
	struct snapshot before, after;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	snapshot_take(card, &before);
	for (size_t i = 0; i < YKT_ARRAY_LEN(refused); i++) {
		assert_int_not_equal(send_signed(&tsm, &issuer_key, refused[i]), SW_OK);
		assert_int_equal(tsm.data.len, 0);
	}
	assert_int_equal(tsm_send_hex(&tsm, INSTALL_2), SW_CONDITIONS);
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
}

static void
test_the_counter_ends(void **state)
{
	struct card *card = *state;
	struct snapshot before, after;
	uint8_t last[2] = { 0xFF, 0xFE };
	struct tsm tsm;

	se_journal_begin(&card->se.journal);
	se_journal_put(&card->se.journal, SE_CONFIRMATIONS, YKT_BYTES(last));
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(send_signed(&tsm, &issuer_key, INSTALL_2), SW_OK);
	snapshot_take(card, &before);
	assert_int_equal(send_signed(&tsm, &issuer_key, DELETE_2), SW_CONDITIONS);
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
}

/* A key of the issuer straight into a free slot. */
static void
plant_key(struct card *card, uint8_t version, uint8_t type, const uint8_t key[16])
{
	uint8_t slot[SE_SD_KEY_SIZE] = { version, 1, type, 16 };
	uint32_t off = SE_SD_OFF(0) + SE_SD_KEYS + 5 * SE_SD_KEY_SIZE;

	if (version == GP_TOKEN_KVN)
		off += SE_SD_KEY_SIZE;
	memcpy(slot + SE_SD_KEY_VALUE, key, 16);
	se_journal_begin(&card->se.journal);
	se_journal_put(&card->se.journal, off, YKT_BYTES(slot));
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
}

/* A domain of the 2016 profile signs with 3DES. */
static void
test_3des_keys_sign_tokens_and_receipts(void **state)
{
	const struct gp_sign_key des = { GP_KEY_TYPE_DES, YKT_BYTES(token_key) };
	struct card *card = *state;
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E4000006D00101D20170"), SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, "80E4000006D00101D20171"), SW_OK);
	plant_key(card, GP_TOKEN_KVN, GP_KEY_TYPE_DES, token_key);
	plant_key(card, GP_RECEIPT_KVN, GP_KEY_TYPE_DES, receipt_key);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	/* The AES token of the same bytes is none. */
	assert_int_equal(send_signed(&tsm, &issuer_key, INSTALL_2), SW_SECURITY);
	issuer_sign(card, &des, INSTALL_2, 0x10, &cmd);
	assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_SECURITY);
	assert_int_equal(send_signed(&tsm, &des, INSTALL_2), SW_OK);
	expect_data(
	    &tsm, "083E7075A2969710D2020001143105170000000000000000000000000000000000", "3DES");
}

/* TEST key: its private half never comes to the card. */
static const uint8_t sm2_d[32] = "TEST SM2 key of the token, v. 1.";

static void
sm2_put_key_hex(struct card *card, char out[200])
{
	struct crypto_sm2_key pair;
	char xy[129];

	assert_int_equal(crypto_sm2_key_set(card->crypto, sm2_d, &pair), YKT_OK);
	ykt_hex_encode(YKT_BYTES(pair.pub.xy), xy);
	snprintf(out, 200, "80D870014870B04104%sF001400000", xy);
}

static void
test_an_sm2_key_verifies_tokens(void **state)
{
	const struct gp_sign_key sm2 = { GP_KEY_TYPE_ECC_PRIVATE, YKT_BYTES(sm2_d) };
	struct card *card = *state;
	struct snapshot before, after;
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);
	char put[200];
	struct tsm tsm;

	/* It replaces the AES key; the answer is the version alone. */
	sm2_put_key_hex(card, put);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, put), SW_OK);
	expect_data(&tsm, "70", "PUT KEY");
	assert_int_equal(tsm_send_hex(&tsm, "80CA00E000"), SW_OK);
	expect_data(&tsm, "E01EC00401308810C00402308810C00403308810C0040170B040C00401718810",
	    "key information");
	assert_int_equal(card_boot(card), YKT_OK);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	snapshot_take(card, &before);
	assert_int_equal(send_signed(&tsm, &issuer_key, INSTALL_2), SW_SECURITY);
	for (unsigned bit = 0; bit < 8; bit++) {
		issuer_sign(card, &sm2, INSTALL_2, (uint8_t)(1u << bit), &cmd);
		assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_SECURITY);
	}
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
	assert_int_equal(send_signed(&tsm, &sm2, INSTALL_2), SW_OK);
	expect_data(&tsm, receipts[0].answer, "the receipt is with AES as before");
	/* Deleted, both of its slots are free again. */
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E4000006D00101D20170"), SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, "80CA00E000"), SW_OK);
	expect_data(&tsm, "E018C00401308810C00402308810C00403308810C00401718810", "after DELETE");
	for (size_t i = 5; i < SE_SD_KEY_COUNT; i++)
		assert_int_equal(
		    card->se.journal.home[SE_SD_OFF(0) + SE_SD_KEYS + i * SE_SD_KEY_SIZE], 0);
}

#define ZEROS_64                                                                                   \
	"0000000000000000000000000000000000000000000000000000000000000000"                         \
	"0000000000000000000000000000000000000000000000000000000000000000"

static void
test_public_keys_that_are_none_are_refused(void **state)
{
	struct card *card = *state;
	struct snapshot before, after;
	char good[200], bad[200];
	struct tsm tsm;

	sm2_put_key_hex(card, good);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	snapshot_take(card, &before);
	/* Another curve, another form of point, a point that is none, for a channel. */
	strcpy(bad, good);
	memcpy(bad + strlen(bad) - 6, "00", 2);
	assert_int_equal(tsm_send_hex(&tsm, bad), SW_ALGORITHM);
	strcpy(bad, good);
	memcpy(bad + 16, "02", 2);
	assert_int_equal(tsm_send_hex(&tsm, bad), SW_DATA);
	assert_int_equal(tsm_send_hex(&tsm, "80D870014870B04104" ZEROS_64 "F001400000"), SW_DATA);
	strcpy(bad, good);
	memcpy(bad + 4, "00", 2);
	memcpy(bad + 10, "32", 2);
	assert_int_equal(tsm_send_hex(&tsm, bad), SW_DATA);
	/* Without its curve, with a check value, cut. */
	assert_int_equal(tsm_send_hex(&tsm, "80D870014570B04104" ZEROS_64 "0000"), SW_DATA);
	strcpy(bad, good);
	memcpy(bad + strlen(bad) - 4, "01", 2);
	assert_int_equal(tsm_send_hex(&tsm, bad), SW_DATA);
	assert_int_equal(tsm_send_hex(&tsm, "80D870010470B0410400"), SW_DATA);
	/* For a version that is not there. */
	strcpy(bad, good);
	memcpy(bad + 4, "73", 2);
	assert_int_equal(tsm_send_hex(&tsm, bad), SW_DATA_NOT_FOUND);
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
}

/* A domain whose first own key signs can still be opened with those of its parent. */
static void
test_a_signing_key_takes_no_door_away(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(
	    tsm_send_hex(
		&tsm, "80E60C002007A000000151535008A00000015153504108" AID_SSD2 "018002C9000000"),
	    SW_OK);
	tsm_put_key(card, AID_SSD2, &tsm_isd_keys, 0x73, GP_KEY_TYPE_AES, token_key);
	tsm_open(&tsm, card, AID_SSD2, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80CA00E000"), SW_OK);
	expect_data(&tsm, "E018C00401308810C00402308810C00403308810C00401738810", "both");
}

/* Cut at every write: the application and the count go together. */
static void
test_a_cut_moves_application_and_counter_together(void **state)
{
	struct card *card = *state;
	struct card *torn = malloc(sizeof(*torn));
	uint8_t plain_bytes[300], bytes[300];
	struct ykt_buf plain = YKT_BUF(plain_bytes);
	struct ykt_buf cmd = YKT_BUF(bytes);
	unsigned seen[2] = { 0, 0 };
	bool fired = true;
	struct tsm tsm;

	assert_non_null(torn);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	issuer_sign(card, &issuer_key, INSTALL_2, 0, &plain);
	assert_int_equal(
	    scp03_cmd_wrap(card->crypto, &tsm.session, ykt_buf_view(&plain), &cmd), YKT_OK);
	*torn = *card;
	for (unsigned at = 1; fired; at++) {
		for (unsigned tear = 0; tear < TEAR_COUNT; tear++) {
			uint16_t counter;
			bool there;

			card->se = torn->se;
			card->nvm = torn->nvm;
			nvm_fault(&card->nvm, at, FAULT_CUT, (enum tear)tear);
			card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL);
			fired = card->nvm.fired;
			nvm_power(&card->nvm);
			assert_int_equal(card_boot(card), YKT_OK);
			there = card->se.journal.home[SE_SD_OFF(2) + SE_SD_STATE] != 0;
			counter = ykt_get_u16(card->se.journal.home + SE_CONFIRMATIONS);
			assert_int_equal(counter, there ? 1 : 0);
			seen[there]++;
		}
	}
	assert_true(seen[0] > 0 && seen[1] > 0);
	free(torn);
}

static void
test_answers_are_taken_apart(void **state)
{
	static const char *const bad[] = { "", "01", "0200", "0011", "01AA", "01AA02", "01AA020001",
		"01AA02000101", "01AA0200010100FF", "01AA01000101FF" };
	uint8_t bytes[100];
	struct ykt_buf answer = YKT_BUF(bytes);
	struct gp_receipt receipt = { .counter = 7 };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		answer.len = 0;
		assert_int_equal(ykt_hex_decode(bad[i], strlen(bad[i]), &answer), YKT_OK);
		assert_int_equal(gp_receipt_decode(ykt_buf_view(&answer), &receipt), YKT_E_FORMAT);
		assert_int_equal(receipt.counter, 7);
	}
	answer.len = 0;
	assert_int_equal(
	    ykt_hex_decode(receipts[1].answer, strlen(receipts[1].answer), &answer), YKT_OK);
	assert_int_equal(gp_receipt_decode(ykt_buf_view(&answer), &receipt), YKT_OK);
	assert_int_equal(receipt.receipt.len, 16);
	assert_int_equal(receipt.counter, 2);
	assert_int_equal(receipt.number.len, 20);
	assert_int_equal(receipt.confirmation.len, 24);
	assert_int_equal(gp_receipt_decode(ykt_bytes("", 1), &receipt), YKT_OK);
	assert_int_equal(receipt.receipt.len, 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_each_change_by_delegation_has_its_receipt),
		T(test_refusals_count_nothing),
		T(test_the_counter_ends),
		T(test_3des_keys_sign_tokens_and_receipts),
		T(test_an_sm2_key_verifies_tokens),
		T(test_public_keys_that_are_none_are_refused),
		T(test_a_signing_key_takes_no_door_away),
		T(test_a_cut_moves_application_and_counter_together),
		cmocka_unit_test(test_answers_are_taken_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
