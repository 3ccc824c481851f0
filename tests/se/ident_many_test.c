/*
 * Several instances of the identity applet in one element, one a payment platform:
 * how each is found, and that nothing of one is another's (clause 6 of Part 5).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
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
#define SELECT_NEXT  "00A4040207" AID_IDENT
#define SELECT_B     "00A4040008" AID_IDENT "01"
#define FCI_A        "6F0F8407" AID_IDENT "A5049F0801019000"
#define FCI_B        "6F108408" AID_IDENT "01A5049F0801019000"
#define PLATFORM_A   "DF2240" IDENT_PLATFORM_PUB "9000"
#define PLATFORM_B   "DF2240" IDENT_OTHER_PUB "9000"
#define GET_PLATFORM "00CADF2200"
#define GET_PUBLIC   "0046810000"
#define MAKE_KEY     "0046800000"
#define SIGN         "002A9E9A0361626300"
#define PUBLIC_LEN   70
#define AID_ARA      "A00000015141434C00"
#define HASH_A       "A0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3"
#define HASH_B       "C0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3"

static struct crypto_sm2_pub
point(const char *hex)
{
	struct crypto_sm2_pub pub;
	struct ykt_buf out = YKT_BUF(pub.xy);

	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &out), YKT_OK);

	return pub;
}

/* A factory card for two platforms; A's key pair is the vectors'. */
static int
setup(void **state)
{
	struct card *card = card_new();
	struct se_params params;

	card_params(&params);
	params.ident_count = 2;
	params.ident[0].has_platform = params.ident[0].has_authority = true;
	params.ident[0].platform = point(IDENT_PLATFORM_PUB);
	params.ident[0].authority = point(IDENT_AUTHORITY_PUB);
	params.ident[1].has_platform = params.ident[1].has_authority = true;
	params.ident[1].platform = point(IDENT_OTHER_PUB);
	params.ident[1].authority = point(IDENT_OTHER_PUB);
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	rng_script(&card->rng, IDENT_KEY_D);
	expect(card, SELECT_IDENT, FCI_A);
	expect(card, MAKE_KEY, "7F4943864104" IDENT_KEY_PUB "9000");
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

/* The public key of the instance that is selected. */
static struct crypto_sm2_pub
public_of(struct card *card)
{
	const char *rsp = card_hex(card, YKT_SE_WIRED, GET_PUBLIC);
	char xy[129];

	assert_int_equal(strlen(rsp), 2 * PUBLIC_LEN + 4);
	memcpy(xy, rsp + 2 * (PUBLIC_LEN - 64), 128);
	xy[128] = '\0';

	return point(xy);
}

/* What the instance that is selected signs holds under its own key and not under other. */
static void
signs_alone(struct card *card, const struct crypto_sm2_pub *other)
{
	const struct crypto_sm2_pub own = public_of(card);
	const char *rsp = card_hex(card, YKT_SE_WIRED, SIGN);
	uint8_t sig[66];
	struct ykt_buf out = YKT_BUF(sig);

	assert_int_equal(ykt_hex_decode(rsp, strlen(rsp), &out), YKT_OK);
	assert_int_equal(out.len, 66);
	assert_int_equal(
	    crypto_sm2_verify(card->crypto, &own, crypto_sm2_default_id, ykt_bytes_str("abc"), sig),
	    YKT_OK);
	assert_int_equal(crypto_sm2_verify(
			     card->crypto, other, crypto_sm2_default_id, ykt_bytes_str("abc"), sig),
	    YKT_E_MAC);
}

static void
test_each_platform_has_its_own(void **state)
{
	struct card *card = *state;

	expect(card, SELECT_IDENT, FCI_A);
	expect(card, GET_PLATFORM, PLATFORM_A);
	expect(card, SELECT_NEXT, FCI_B);
	expect(card, GET_PLATFORM, PLATFORM_B);
	expect(card, SELECT_NEXT, "6A82");
	expect(card, GET_PLATFORM, PLATFORM_B);
	expect(card, SELECT_B, FCI_B);
	/* On two channels both at once. */
	expect(card, "0070000001", "019000");
	expect_sw(card, SW_OK, "01A4040007" AID_IDENT);
	expect(card, "01CADF2200", PLATFORM_A);
	expect(card, GET_PLATFORM, PLATFORM_B);
}

static void
test_no_key_signs_for_another(void **state)
{
	struct card *card = *state;
	struct crypto_sm2_pub a, b;

	expect_sw(card, SW_OK, SELECT_B);
	expect(card, GET_PUBLIC, "6A88");
	expect(card, SIGN, "6985");
	expect_sw(card, SW_OK, MAKE_KEY);
	b = public_of(card);
	expect_sw(card, SW_OK, SELECT_IDENT);
	a = public_of(card);
	assert_memory_not_equal(a.xy, b.xy, sizeof(a.xy));
	signs_alone(card, &b);
	expect_sw(card, SW_OK, SELECT_B);
	signs_alone(card, &a);
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_B);
	signs_alone(card, &a);
}

/* A's certificate is none of B's: neither its key nor its authority is. */
static void
test_a_certificate_stays_where_it_belongs(void **state)
{
	struct card *card = *state;

	expect_sw(card, SW_OK, SELECT_B);
	refuse(card, "no key there", "00DA7F21BE" IDENT_CERT, "6985");
	rng_script(&card->rng, IDENT_OTHER_D);
	expect_sw(card, SW_OK, MAKE_KEY);
	refuse(card, "A's certificate", "00DA7F21BE" IDENT_CERT, "6A80");
	refuse(card, "B's key, by A's authority", "00DA7F21BE" IDENT_CERT_OTHER_KEY, "6988");
	expect_sw(card, SW_OK, SELECT_IDENT);
	expect(card, "00DA7F21BE" IDENT_CERT, "9000");
	expect(card, "00CA7F2100", IDENT_CERT "9000");
	expect_sw(card, SW_OK, SELECT_B);
	expect(card, "00CA7F2100", "6A88");
}

/* Deregistered from A, B's keys are what they were, to the byte. */
static void
test_the_end_of_one_is_not_the_others(void **state)
{
	struct card *card = *state;
	uint8_t before[SE_IDENT_SIZE];
	struct crypto_sm2_pub a = point(IDENT_KEY_PUB);

	expect_sw(card, SW_OK, SELECT_B);
	expect_sw(card, SW_OK, MAKE_KEY);
	memcpy(before, se_home(&card->se, SE_IDENT_OFF(1)), sizeof(before));
	expect_sw(card, SW_OK, SELECT_IDENT);
	expect(card, "00E48000", "9000");
	expect(card, GET_PUBLIC, "6A88");
	assert_memory_equal(se_home(&card->se, SE_IDENT_OFF(1)), before, sizeof(before));
	expect_sw(card, SW_OK, SELECT_B);
	signs_alone(card, &a);
}

/* STORE DATA through a domain reaches the instance that it personalises. */
static void
store_platform(struct card *card, const char *domain, const struct scp03_keys *keys,
    const char *perso, const char *platform)
{
	const struct crypto_sm2_pub pub = point(platform);
	uint8_t bytes[100];
	struct ykt_buf groups = YKT_BUF(bytes);
	struct tsm tsm;

	dgi_put(&groups, IDENT_DGI_PLATFORM, YKT_BYTES(pub.xy));
	tsm_open(&tsm, card, domain, keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, perso), SW_OK);
	assert_int_equal(tsm_store(&tsm, ykt_buf_view(&groups)), SW_OK);
}

static void
test_a_third_in_its_providers_domain(void **state)
{
	static const char install[] =
	    "80E60C001E06F0594B54494407" AID_IDENT "08" AID_IDENT "02010002C90000";
	static const char perso[] = "80E620000E000008" AID_IDENT "0200000000";
	struct card *card = *state;
	struct tsm tsm;

	tsm_make_ssd(card);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, install), SW_OK);
	/* INSTALL [for extradition] into the provider's domain. */
	assert_int_equal(
	    tsm_send_hex(&tsm, "80E610001608" AID_SSD "0008" AID_IDENT "0200000000"), SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, perso), SW_CONDITIONS);
	store_platform(card, AID_SSD, &tsm_ssd_keys, perso, IDENT_KEY_PUB);
	expect_sw(card, SW_OK, "00A4040008" AID_IDENT "02");
	expect(card, GET_PLATFORM, "DF2240" IDENT_KEY_PUB "9000");
	expect_sw(card, SW_OK, SELECT_B);
	expect(card, GET_PLATFORM, PLATFORM_B);
	expect_sw(card, SW_OK, SELECT_IDENT);
	expect(card, GET_PLATFORM, PLATFORM_A);
}

/* A new platform's key for B, and what stood open with A stays open. */
static void
test_personalising_one_leaves_the_others(void **state)
{
	struct card *card = *state;

	expect(card, "0070000001", "019000");
	expect_sw(card, SW_OK, "01A4040007" AID_IDENT);
	store_platform(
	    card, AID_ISD, &tsm_isd_keys, "80E620000E000008" AID_IDENT "0100000000", IDENT_KEY_PUB);
	expect(card, "01CADF2200", PLATFORM_A);
	expect_sw(card, SW_OK, SELECT_B);
	expect(card, GET_PLATFORM, "DF2240" IDENT_KEY_PUB "9000");
}

static void
store_rule(struct card *card, const char *hex)
{
	uint8_t bytes[100], cmd_bytes[200];
	struct ykt_buf data = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E620000F000009" AID_ARA "000000"), SW_OK);
	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &data), YKT_OK);
	gp_store_data_build(GP_STORE_LAST | GP_STORE_BER, 0, ykt_buf_view(&data), &cmd);
	assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_OK);
}

static void
caller(struct card *card, const char *hex)
{
	uint8_t bytes[20];
	struct ykt_buf hash = YKT_BUF(bytes);

	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &hash), YKT_OK);
	assert_int_equal(se_set_caller(&card->se, YKT_SE_WIRED, 0, ykt_buf_view(&hash)), YKT_OK);
}

/* Each city's client is let at its own instance; it finds that, and no other is there. */
static void
test_a_caller_is_led_to_what_it_may_use(void **state)
{
	struct card *card = *state;

	store_rule(card, "F028E226E11F4F07" AID_IDENT "C114" HASH_A "E303D00101");
	store_rule(card, "F029E227E1204F08" AID_IDENT "01C114" HASH_B "E303D00101");
	caller(card, HASH_A);
	expect(card, SELECT_IDENT, FCI_A);
	expect(card, SELECT_NEXT, "6A82");
	refuse(card, "the other's, by its name", SELECT_B, "6982");
	caller(card, HASH_B);
	refuse(card, "what was selected before", GET_PLATFORM, "6982");
	expect(card, SELECT_IDENT, FCI_B);
	expect(card, GET_PLATFORM, PLATFORM_B);
	expect(card, SELECT_NEXT, "6A82");
	caller(card, "0000000000000000000000000000000000000000");
	refuse(card, "a signature that no rule names", SELECT_IDENT, "6982");
	refuse(card, "a signature that no rule names", SELECT_B, "6982");
}

static void
test_there_is_room_for_four(void **state)
{
	struct card *card = *state;
	struct se_params params;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	for (int i = 2; i <= 4; i++) {
		char install[100];

		snprintf(install, sizeof(install),
		    "80E60C001E06F0594B54494407" AID_IDENT "08" AID_IDENT "%02X010002C90000", i);
		assert_int_equal(tsm_send_hex(&tsm, install), i < 4 ? SW_OK : SW_NO_SPACE);
	}
	card_params(&params);
	params.ident_count = SE_IDENT_COUNT + 1;
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_E_ARG);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_each_platform_has_its_own),
		T(test_no_key_signs_for_another),
		T(test_a_certificate_stays_where_it_belongs),
		T(test_the_end_of_one_is_not_the_others),
		T(test_a_third_in_its_providers_domain),
		T(test_personalising_one_leaves_the_others),
		T(test_a_caller_is_led_to_what_it_may_use),
		T(test_there_is_room_for_four),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
