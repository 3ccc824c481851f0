/*
 * Tokens: what they are over, byte for byte, and that a delegated domain does
 * nothing without the right one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/gp_sign.h"
#include "card/gp_token.h"
#include "card/sw.h"

#define AID_SSD2    "A00000063201FF02"
#define INSTALL_SSD "80E60C002007A000000151535008A00000015153504108"
#define INSTALL_2   INSTALL_SSD AID_SSD2 "018002C9000000"

static const uint8_t token_key[16] = "the token key 16";

static int
setup(void **state)
{
	static const uint8_t privileges[3] = { 0xA0, 0x00, 0x00 };
	struct card *card = card_new();

	tsm_make_ssd(card);
	se_journal_begin(&card->se.journal);
	se_journal_put(&card->se.journal, SE_SD_OFF(1) + SE_SD_PRIVILEGES, YKT_BYTES(privileges));
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

static const struct gp_sign_key issuer_key = { GP_KEY_TYPE_AES, { token_key, 16 } };

/* PUT KEY of the token key into the issuer's domain. */
static void
put_token_key(struct card *card)
{
	tsm_put_key(card, AID_ISD, &tsm_isd_keys, GP_TOKEN_KVN, GP_KEY_TYPE_AES, token_key);
}

/* The command with its token; flip spoils one byte of it. */
static void
with_token(struct card *card, const char *hex, uint8_t flip, struct ykt_buf *ret_cmd)
{
	issuer_sign(card, &issuer_key, hex, flip, ret_cmd);
}

static uint16_t
send_with(struct tsm *tsm, const char *hex, uint8_t flip)
{
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);

	with_token(tsm->card, hex, flip, &cmd);

	return tsm_send(tsm, ykt_buf_view(&cmd));
}

/* card.md 3.3: the two layouts that are known from elsewhere, and INSTALL. */
static const struct {
	const char *why;
	const char *cmd;
	const char *input;
	size_t token_len;
} inputs[] = {
	{ "extradition", "80E610001608D4D0D1D2D3D4D5010008D0D1D2D3D4D50100000000",
	    "10001508D4D0D1D2D3D4D5010008D0D1D2D3D4D501000000", 0 },
	{ "delete of two with dependents", "80E40080134F07D0D1D2D3D4D5014F08D0D1D2D3D4D5010000",
	    "0080134F07D0D1D2D3D4D5014F08D0D1D2D3D4D50100", 0 },
	{ "delete with a token", "80E400000D4F05A0000006329E04AABBCCDD", "0000074F05A000000632",
	    4 },
	{ "install", "80E60C001805A00000000105A00000000205A000000003010002C90000",
	    "0C001705A00000000105A00000000205A000000003010002C900", 0 },
	{ "install with a token", "80E60C001A05A00000000105A00000000205A000000003010002C90002EEFF",
	    "0C001705A00000000105A00000000205A000000003010002C900", 2 },
	{ "load", "80E602000F05A00000000105A000000002000000", "02000E05A00000000105A0000000020000",
	    0 },
};

static void
test_tokens_are_over_the_fields_without_the_token(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(inputs); i++) {
		uint8_t bytes[100], input_bytes[100], want_bytes[100];
		struct ykt_buf plain = YKT_BUF(bytes);
		struct ykt_buf input = YKT_BUF(input_bytes);
		struct ykt_buf want = YKT_BUF(want_bytes);
		struct ykt_bytes token;
		struct apdu_cmd cmd;

		assert_int_equal(
		    ykt_hex_decode(inputs[i].cmd, strlen(inputs[i].cmd), &plain), YKT_OK);
		assert_int_equal(
		    ykt_hex_decode(inputs[i].input, strlen(inputs[i].input), &want), YKT_OK);
		assert_int_equal(apdu_cmd_decode(ykt_buf_view(&plain), &cmd), YKT_OK);
		if (gp_token_input(&cmd, &input, &token) != YKT_OK ||
		    !ykt_bytes_equal(ykt_buf_view(&input), ykt_buf_view(&want)) ||
		    token.len != inputs[i].token_len)
			fail_msg("%s", inputs[i].why);
	}
}

static const struct {
	const char *why;
	const char *cmd;
} bad_commands[] = {
	{ "another command", "80F0408008A000000632010105" },
	{ "secure messaging", "84E60C001805A00000000105A00000000205A000000003010002C90000" },
	{ "no token field", "80E60C001705A00000000105A00000000205A000000003010002C900" },
	{ "a token longer than the data",
	    "80E60C001805A00000000105A00000000205A000000003010002C90001" },
	{ "one byte after the token",
	    "80E60C001905A00000000105A00000000205A000000003010002C9000000" },
	{ "delete: something after the token", "80E400000D4F05A0000006329E01AA9E01BB" },
	{ "delete: nothing", "80E40000" },
	{ "delete: cut short", "80E40000054F05A00000" },
};

static void
test_other_commands_have_no_token(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad_commands); i++) {
		uint8_t bytes[100], out_bytes[100];
		uint8_t token[16] = { 0 };
		struct ykt_buf plain = YKT_BUF(bytes);
		struct ykt_buf out = YKT_BUF(out_bytes);
		struct ykt_bytes old = ykt_bytes(token, 3);
		struct apdu_cmd cmd;

		assert_int_equal(
		    ykt_hex_decode(bad_commands[i].cmd, strlen(bad_commands[i].cmd), &plain),
		    YKT_OK);
		if (apdu_cmd_decode(ykt_buf_view(&plain), &cmd) != YKT_OK)
			fail_msg("%s is no command", bad_commands[i].why);
		if (gp_token_input(&cmd, &out, &old) != YKT_E_FORMAT || out.len != 0 ||
		    old.len != 3 || gp_token_attach(&cmd, YKT_BYTES(token), &out) != YKT_E_FORMAT)
			fail_msg("%s was taken", bad_commands[i].why);
	}
}

static void
test_a_delegated_domain_needs_the_right_token(void **state)
{
	struct card *card = *state;
	struct snapshot before, after;
	struct tsm tsm;

	/* Without the issuer's key no token can be right. */
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	snapshot_take(card, &before);
	assert_int_equal(send_with(&tsm, INSTALL_2, 0), SW_CONDITIONS);
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));

	put_token_key(card);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	snapshot_take(card, &before);
	assert_int_equal(tsm_send_hex(&tsm, INSTALL_2), SW_CONDITIONS);
	for (unsigned bit = 0; bit < 8; bit++)
		assert_int_equal(send_with(&tsm, INSTALL_2, (uint8_t)(1u << bit)), SW_SECURITY);
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
	assert_int_equal(send_with(&tsm, INSTALL_2, 0), SW_OK);

	/* Extradition, registry and deletion likewise. */
	assert_int_equal(
	    tsm_send_hex(&tsm, "80E640000F000008" AID_SSD2 "0180000000"), SW_CONDITIONS);
	assert_int_equal(send_with(&tsm, "80E640000F000008" AID_SSD2 "0180000000", 0), SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, "80E400000A4F08" AID_SSD2 "00"), SW_CONDITIONS);
	assert_int_equal(send_with(&tsm, "80E400000A4F08" AID_SSD2 "00", 1), SW_SECURITY);
	assert_int_equal(send_with(&tsm, "80E400000A4F08" AID_SSD2 "00", 0), SW_OK);
	expect(card, "00A4040008" AID_SSD2 "00", "6A82");
}

/* A token is for one command: for another AID, privilege or P1 it is nothing. */
static void
test_a_token_is_for_just_this_command(void **state)
{
	/* In the whole command: the AID's last byte, the privileges, the parameters. */
	static const size_t places[] = { 30, 32, 34 };
	struct card *card = *state;
	struct snapshot before, after;
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct tsm tsm;

	put_token_key(card);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	with_token(card, INSTALL_2, 0, &cmd);
	snapshot_take(card, &before);
	bytes[2] ^= 0x08;
	assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_SECURITY);
	bytes[2] ^= 0x08;
	for (size_t i = 0; i < YKT_ARRAY_LEN(places); i++) {
		bytes[places[i]] ^= 0x20;
		assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_SECURITY);
		bytes[places[i]] ^= 0x20;
	}
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
	assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_OK);
}

/* A right token gives no reach: the domain's own, and no privilege it lacks. */
static void
test_a_token_does_not_widen_what_a_domain_may(void **state)
{
	struct card *card = *state;
	struct snapshot before, after;
	struct tsm tsm;

	put_token_key(card);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, INSTALL_2), SW_OK);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	snapshot_take(card, &before);
	assert_int_equal(send_with(&tsm, "80E400000A4F08" AID_SSD2 "00", 0), SW_CONDITIONS);
	assert_int_equal(
	    send_with(&tsm, "80E610001608" AID_SSD "0008" AID_SSD2 "00000000", 0), SW_CONDITIONS);
	assert_int_equal(send_with(&tsm,
			     INSTALL_SSD "A00000063201FF03"
					 "018802C9000000",
			     0),
	    SW_CONDITIONS);
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
	/* A plain domain is not made a manager by a token either. */
	se_journal_begin(&card->se.journal);
	se_journal_put(&card->se.journal, SE_SD_OFF(1) + SE_SD_PRIVILEGES, ykt_bytes("\x80", 1));
	assert_int_equal(se_journal_commit(&card->se.journal), YKT_OK);
	assert_int_equal(send_with(&tsm,
			     INSTALL_SSD "A00000063201FF03"
					 "018002C9000000",
			     0),
	    SW_CONDITIONS);
}

/* Key version 0 of INITIALIZE UPDATE never means the token key. */
static void
test_the_token_key_opens_no_channel(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	put_token_key(card);
	expect_sw(card, SW_OK, "00A4040000");
	expect(card, "8050700008010203040506070800", "6A88");
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm.key_version, 0x30);
	/* And it can be deleted: then delegation rests. */
	assert_int_equal(tsm_send_hex(&tsm, "80E4000006D00101D20170"), SW_OK);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(send_with(&tsm, INSTALL_2, 0), SW_CONDITIONS);
}

/* An installation with a token, cut: the domain is there or it is not. */
static void
test_a_cut_install_with_a_token_is_whole_or_absent(void **state)
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
	put_token_key(card);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	with_token(card, INSTALL_2, 0, &plain);
	assert_int_equal(
	    scp03_cmd_wrap(card->crypto, &tsm.session, ykt_buf_view(&plain), &cmd), YKT_OK);
	*torn = *card;
	for (unsigned at = 1; fired; at++) {
		for (unsigned tear = 0; tear < TEAR_COUNT; tear++) {
			const char *got;

			card->se = torn->se;
			card->nvm = torn->nvm;
			nvm_fault(&card->nvm, at, FAULT_CUT, (enum tear)tear);
			card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL);
			fired = card->nvm.fired;
			nvm_power(&card->nvm);
			assert_int_equal(card_boot(card), YKT_OK);
			got = card_hex(card, YKT_SE_WIRED, "00A4040008" AID_SSD2 "00");
			assert_true(strcmp(got, "6A82") == 0 || strncmp(got, "6F", 2) == 0);
			seen[strcmp(got, "6A82") != 0]++;
		}
	}
	assert_true(seen[0] > 0 && seen[1] > 0);
	free(torn);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens_are_over_the_fields_without_the_token),
		cmocka_unit_test(test_other_commands_have_no_token),
		T(test_a_delegated_domain_needs_the_right_token),
		T(test_a_token_is_for_just_this_command),
		T(test_a_token_does_not_widen_what_a_domain_may),
		T(test_the_token_key_opens_no_channel),
		T(test_a_cut_install_with_a_token_is_whole_or_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
