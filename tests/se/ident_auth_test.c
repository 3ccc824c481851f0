/*
 * Who may do what with the identity applet: PIN, the authority's signature,
 * personalisation and installation through security domains.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/ident_cert.h"
#include "card/sw.h"
#include "ident_vectors.h"
#include "se/internal.h"

#define AID_IDENT    "F0594B54494401"
#define SELECT_IDENT "00A4040007" AID_IDENT
#define PERSO        "80E620000D000007" AID_IDENT "00000000"
#define INSTALL      "80E60C001D06F0594B54494407" AID_IDENT "07" AID_IDENT "010002C90000"
#define SIGN         "002A9E9A0361626300"
#define RIGHT        "0020000003123456"
#define WRONG        "0020000003123457"

/* A factory card with a key pair and no key of anybody else. */
static int
setup(void **state)
{
	struct card *card = card_new();
	struct se_params params;

	card_params(&params);
	params.ident_count = 1;
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	rng_script(&card->rng, IDENT_KEY_D);
	expect_sw(card, SW_OK, SELECT_IDENT);
	expect(card, "0046800000", "7F4943864104" IDENT_KEY_PUB "9000");
	*state = card;

	return 0;
}

/* An element without the applet. */
static int
setup_bare(void **state)
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

static void
put_dgi(struct ykt_buf *groups, uint16_t tag, const char *hex)
{
	uint8_t bytes[128];
	struct ykt_buf value = YKT_BUF(bytes);

	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &value), YKT_OK);
	dgi_put(groups, tag, ykt_buf_view(&value));
}

/* 8110: three tries, PIN 123456, under the DEK of keys. */
static void
put_pin(struct card *card, const struct scp03_keys *keys, uint8_t tries, struct ykt_buf *groups)
{
	const uint8_t clear[16] = { tries, 3, 0x12, 0x34, 0x56 };
	uint8_t bytes[16];
	struct ykt_buf secret = YKT_BUF(bytes);

	assert_int_equal(
	    scp03_dek_encrypt(card->crypto, keys->dek, keys->len, YKT_BYTES(clear), &secret),
	    YKT_OK);
	dgi_put(groups, IDENT_DGI_PIN, ykt_buf_view(&secret));
}

/* Stores groups through the issuer's domain; the last status word. */
static uint16_t
store(struct card *card, const struct ykt_buf *groups)
{
	struct tsm tsm;

	assert_false(groups->full);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, PERSO), SW_OK);

	return tsm_store(&tsm, ykt_buf_view(groups));
}

/* Everything needs the PIN but CERT, which needs the authority. */
static void
personalise(struct card *card)
{
	uint8_t bytes[300];
	struct ykt_buf groups = YKT_BUF(bytes);

	put_dgi(&groups, IDENT_DGI_PLATFORM, IDENT_PLATFORM_PUB);
	put_dgi(&groups, IDENT_DGI_AUTHORITY, IDENT_AUTHORITY_PUB);
	put_dgi(&groups, IDENT_DGI_ACCESS, "3708");
	put_pin(card, &tsm_isd_keys, 3, &groups);
	assert_int_equal(store(card, &groups), SW_OK);
	expect_sw(card, SW_OK, SELECT_IDENT);
}

static void
refuse(struct card *card, const char *why, const char *cmd, const char *sw)
{
	static struct snapshot before, after;
	const char *got;

	snapshot_take(card, &before);
	got = card_hex(card, YKT_SE_WIRED, cmd);
	if (strcmp(got, sw) != 0)
		fail_msg("%s: %s, not %s", why, got, sw);
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
}

static void
test_what_needs_the_pin(void **state)
{
	static const char *const needs[] = { SIGN, "00CADF2400", "0088000008010203040506070800",
		"002A808481" IDENT_CIPHER "00", "002A8480016100",
		"002A848141" IDENT_OTHER_PUB "6100", "0046800000" };
	struct card *card = *state;

	personalise(card);
	expect(card, "00CADF2300",
	    "DF23150D3708030300000000000000000000000000000000"
	    "9000");
	for (size_t i = 0; i < YKT_ARRAY_LEN(needs); i++)
		refuse(card, "before VERIFY", needs[i], "6982");
	expect(card, "0046810000", "7F4943864104" IDENT_KEY_PUB "9000");
	expect(card, RIGHT, "9000");
	for (size_t i = 0; i + 1 < YKT_ARRAY_LEN(needs); i++)
		expect_sw(card, SW_OK, needs[i]);
	/* Of this selection only. */
	expect_sw(card, SW_OK, SELECT_IDENT);
	refuse(card, "after SELECT", SIGN, "6982");
	expect(card, RIGHT, "9000");
	expect_sw(card, SW_OK, needs[YKT_ARRAY_LEN(needs) - 1]);
}

static void
test_tries_are_counted_over_cuts(void **state)
{
	struct card *card = *state;

	personalise(card);
	expect(card, "00200000", "63C3");
	expect(card, WRONG, "63C2");
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_IDENT);
	expect(card, RIGHT, "9000");
	expect(card, WRONG, "63C2");
	refuse(card, "what was proved ended with the wrong guess", SIGN, "6982");
	expect(card, "0024000007123457FF654321", "63C1");
	expect(card, "0024000007123456FF654321", "9000");
	expect(card, RIGHT, "63C2");
	expect(card, "0020000003654321", "9000");
	for (int i = 0; i < 3; i++)
		(void)card_hex(card, YKT_SE_WIRED, WRONG);
	refuse(card, "blocked", "0020000003654321", "6983");
	refuse(card, "blocked", "0024000007654321FF111111", "6983");
	refuse(card, "blocked", SIGN, "6982");
	refuse(card, "no separator", "0024000007654321EE111111", "6A80");
	refuse(card, "another P2", "0024000107654321FF111111", "6A86");
	refuse(card, "too short", "00240000041234FF56", "6700");
}

static void
test_the_authority_proves_itself(void **state)
{
	struct card *card = *state;

	personalise(card);
	refuse(card, "before EXTERNAL AUTHENTICATE", "00DA7F21BE" IDENT_CERT, "6982");
	refuse(card, "no challenge", "0082000040" IDENT_EXTERNAL_SIG, "6984");
	rng_script(&card->rng, IDENT_CHALLENGE);
	expect(card, "0084000008", IDENT_CHALLENGE "9000");
	refuse(card, "a signature over the same as a message",
	    "0082000040" IDENT_EXTERNAL_SIG_PLAIN, "6988");
	refuse(card, "the challenge is used up", "0082000040" IDENT_EXTERNAL_SIG, "6984");
	rng_script(&card->rng, "01020304");
	expect(card, "0084000004", "010203049000");
	refuse(card, "a short challenge", "0082000040" IDENT_EXTERNAL_SIG, "6984");
	rng_script(&card->rng, IDENT_CHALLENGE);
	expect(card, "0084000008", IDENT_CHALLENGE "9000");
	expect(card, "00CADF2200", "DF2240" IDENT_PLATFORM_PUB "9000");
	refuse(card, "another command came between", "0082000040" IDENT_EXTERNAL_SIG, "6984");
	refuse(card, "a short signature", "008200000101", "6700");
	refuse(card, "another P1", "0082010040" IDENT_EXTERNAL_SIG, "6A86");

	rng_script(&card->rng, IDENT_CHALLENGE);
	expect(card, "0084000008", IDENT_CHALLENGE "9000");
	expect(card, "0082000040" IDENT_EXTERNAL_SIG, "9000");
	refuse(card, "not by this authority", "00DA7F21BE" IDENT_CERT_FORGED, "6988");
	expect(card, "00DA7F21BE" IDENT_CERT, "9000");
	expect_sw(card, SW_OK, SELECT_IDENT);
	refuse(card, "after SELECT", "00DA7F21BE" IDENT_CERT, "6982");
}

static void
test_without_keys_of_others(void **state)
{
	struct card *card = *state;

	refuse(card, "no platform", "002A8480016100", "6985");
	refuse(card, "no platform", "00CADF2200", "6A88");
	/* Another receiver needs none. */
	expect_sw(card, SW_OK, "002A848141" IDENT_OTHER_PUB "6100");
	expect_sw(card, SW_OK, "0084000008");
	refuse(card, "no authority", "0082000040" IDENT_EXTERNAL_SIG, "6A88");
	/* With nobody's key to verify with, the key and the holder alone are compared. */
	refuse(card, "another key", "00DA7F21BE" IDENT_CERT_OTHER_KEY, "6A80");
	expect(card, "00DA7F21BE" IDENT_CERT_FORGED, "9000");
}

/* All of a series or nothing; and nothing that could never be met. */
static void
test_personalisation_is_all_or_nothing(void **state)
{
	static const struct {
		const char *why;
		uint16_t tags[2];
		const char *values[2];
		uint16_t sw;
	} rows[] = {
		{ "a point off the curve", { IDENT_DGI_PLATFORM },
		    { "CDADD6E9C36B1982E23B5A06735E057C03018A1692BCC60CBEAD054B661443F2AD4E2838"
		      "96B61BC511F169B77FD5FEDF6389B68245F0D39FE8A869BC168A20" },
		    SW_DATA },
		{ "half a point", { IDENT_DGI_PLATFORM }, { "0102" }, SW_DATA },
		{ "the platform twice", { IDENT_DGI_PLATFORM, IDENT_DGI_PLATFORM },
		    { IDENT_PLATFORM_PUB, IDENT_OTHER_PUB }, SW_DATA },
		{ "good, then an unknown grouping", { IDENT_DGI_PLATFORM, 0x9104 },
		    { IDENT_PLATFORM_PUB, "00" }, SW_DATA_NOT_FOUND },
		{ "a condition without meaning", { IDENT_DGI_ACCESS }, { "8000" }, SW_DATA },
		{ "conditions of three bytes", { IDENT_DGI_ACCESS }, { "000000" }, SW_DATA },
		{ "a PIN is asked for and there is none", { IDENT_DGI_ACCESS }, { "0100" },
		    SW_DATA },
		{ "an authority is asked for and there is none", { IDENT_DGI_ACCESS }, { "0001" },
		    SW_DATA },
		{ "a PIN in the clear", { IDENT_DGI_PIN }, { "03031234560000000000000000000000" },
		    SW_DATA },
	};
	struct card *card = *state;
	struct snapshot *before = malloc(sizeof(*before));
	struct snapshot *after = malloc(sizeof(*after));

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t bytes[300];
		struct ykt_buf groups = YKT_BUF(bytes);

		for (size_t k = 0; k < 2 && rows[i].tags[k] != 0; k++)
			put_dgi(&groups, rows[i].tags[k], rows[i].values[k]);
		snapshot_take(card, before);
		if (store(card, &groups) != rows[i].sw)
			fail_msg("%s", rows[i].why);
		snapshot_take(card, after);
		/* Only the domain's sequence counter may have moved. */
		if (memcmp(before->home + SE_IDENT_OFF(0), after->home + SE_IDENT_OFF(0),
			SE_IDENT_SIZE) != 0)
			fail_msg("%s: something moved", rows[i].why);
	}
	free(before);
	free(after);
}

/* A client cannot put its own key in the platform's place, a TSM can. */
static void
test_the_platform_changes_through_the_domain_only(void **state)
{
	struct card *card = *state;
	uint8_t bytes[300];
	struct ykt_buf groups = YKT_BUF(bytes);

	personalise(card);
	expect(card, RIGHT, "9000");
	refuse(card, "from the client", "00DADF2240" IDENT_OTHER_PUB, "6A88");
	put_dgi(&groups, IDENT_DGI_PLATFORM, IDENT_OTHER_PUB);
	assert_int_equal(store(card, &groups), SW_OK);
	expect_sw(card, SW_OK, SELECT_IDENT);
	expect(card, "00CADF2200", "DF2240" IDENT_OTHER_PUB "9000");
	/* The key pair is not touched. */
	expect(card, "0046810000", "7F4943864104" IDENT_KEY_PUB "9000");
}

/* A new PIN, and what was proved with the old one is void on every channel. */
static void
test_a_new_pin_ends_what_was_proved(void **state)
{
	struct card *card = *state;
	uint8_t bytes[300];
	struct ykt_buf groups = YKT_BUF(bytes);

	personalise(card);
	expect(card, "0070000001", "019000");
	expect_sw(card, SW_OK, "01A4040007" AID_IDENT);
	expect(card, "0120000003123456", "9000");
	expect_sw(card, SW_OK, "012A9E9A0361626300");
	put_pin(card, &tsm_isd_keys, 5, &groups);
	assert_int_equal(store(card, &groups), SW_OK);
	expect(card, "012A9E9A0361626300", "6982");
	expect(card, "01200000", "63C5");
}

static void
assert_told(const struct tsm *tsm, const char *bytes, size_t len)
{
	for (size_t at = 0; at + len <= tsm->data.len; at++)
		if (memcmp(tsm->data.data + at, bytes, len) == 0)
			return;
	fail_msg("not in the answer");
}

static void
test_installs_and_deletes(void **state)
{
	struct card *card = *state;
	struct snapshot *after = malloc(sizeof(*after));
	static const uint8_t zeros[SE_IDENT_SIZE];
	struct tsm tsm;

	expect(card, SELECT_IDENT, "6A82");
	tsm_make_ssd(card);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, INSTALL), SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, INSTALL), SW_DATA); /* the AID is taken */
	/* GET STATUS: instance, and the package with its module. */
	assert_int_equal(tsm_send_hex(&tsm, "80F24002094F07" AID_IDENT "00"), SW_OK);
	assert_told(&tsm, "\xF0YKTID\x01", 7);
	assert_int_equal(tsm_send_hex(&tsm, "80F21002084F06F0594B54494400"), SW_OK);
	assert_told(&tsm, "\x84\x07\xF0YKTID\x01", 9);
	expect_sw(card, SW_OK, SELECT_IDENT);
	expect_sw(card, SW_OK, "0046800000");
	/* Another domain's channel does not personalise it. */
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, PERSO), SW_CONDITIONS);
	/* Deleted, nothing of the key is left. */
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E40000094F07" AID_IDENT "00"), SW_OK);
	snapshot_take(card, after);
	assert_memory_equal(after->home + SE_IDENT_OFF(0), zeros, sizeof(zeros));
	expect(card, SELECT_IDENT, "6A82");
	free(after);
}

static void
test_a_locked_applet_answers_nothing(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80F0408007" AID_IDENT), SW_OK);
	expect(card, SELECT_IDENT, "6A82");
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80F0400007" AID_IDENT), SW_OK);
	expect_sw(card, SW_OK, SELECT_IDENT);
	expect(card, "0046810000", "7F4943864104" IDENT_KEY_PUB "9000");
}

/* A caller that the host names meets the access rules, as with every applet. */
static void
test_access_rules_hold(void **state)
{
	static const uint8_t hash[20] = { 0xAB };
	struct card *card = *state;

	assert_int_equal(se_set_caller(&card->se, YKT_SE_WIRED, 0, YKT_BYTES(hash)), YKT_OK);
	refuse(card, "no rule", SIGN, "6982");
	refuse(card, "no rule", SELECT_IDENT, "6982");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_needs_the_pin, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tries_are_counted_over_cuts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_authority_proves_itself, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_keys_of_others, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_personalisation_is_all_or_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_the_platform_changes_through_the_domain_only, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_new_pin_ends_what_was_proved, setup, teardown),
		cmocka_unit_test_setup_teardown(test_installs_and_deletes, setup_bare, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_locked_applet_answers_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_access_rules_hold, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
