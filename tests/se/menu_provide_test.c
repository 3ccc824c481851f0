/*
 * The menu's keys by STORE DATA to the issuer's domain: taken once and whole, by the issuer
 * alone, and nothing else is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <string.h>

#include "card/air_provide.h"
#include "card/gp.h"
#include "card/sw.h"
#include "se/internal.h"

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

static const struct air_provide first = { OTA_ALG_AES, "KIC of the menu", "KID of the menu",
	"payload of menu" };
static const struct air_provide other = { OTA_ALG_TDES2, "KIC of another ", "KID of another ",
	"payload another" };

/* What is done to the clear bytes, or to the series, on the way. */
struct change {
	const char *why;
	size_t at; /* of the clear bytes; flip: what is turned there */
	uint8_t flip;
	int tag; /* of the grouping, when not 0 */
	int cut; /* bytes of the series */
	int twice;
	uint8_t p1; /* of the command, when not 0 */
	uint16_t sw;
};

static uint16_t
provide(
    struct card *card, struct tsm *tsm, const struct air_provide *keys, const struct change *change)
{
	static const struct change none;
	uint8_t clear[AIR_PROVIDE_LEN], secret[AIR_PROVIDE_LEN], series_bytes[200], bytes[261];
	struct ykt_buf encrypted = YKT_BUF(secret);
	struct ykt_buf series = YKT_BUF(series_bytes);
	struct ykt_buf cmd = YKT_BUF(bytes);

	change = change != NULL ? change : &none;
	assert_int_equal(air_provide_encode(card->crypto, keys, clear), YKT_OK);
	clear[change->at] ^= change->flip;
	assert_int_equal(scp03_dek_encrypt(card->crypto, tsm_isd_keys.dek, tsm_isd_keys.len,
			     YKT_BYTES(clear), &encrypted),
	    YKT_OK);
	for (int i = 0; i <= change->twice; i++)
		dgi_put(&series, change->tag != 0 ? (uint16_t)change->tag : AIR_DGI_KEYS,
		    ykt_buf_view(&encrypted));
	gp_store_data_build(change->p1 != 0 ? change->p1 : GP_STORE_DGI | GP_STORE_LAST, 0,
	    ykt_bytes(series.data, series.len - (size_t)change->cut), &cmd);

	return tsm_send(tsm, ykt_buf_view(&cmd));
}

static bool
has(struct card *card, const struct air_provide *keys)
{
	const uint8_t *menu = se_home(&card->se, SE_MENU);

	return memcmp(menu + SE_MENU_OTA_KIC, keys->kic, 16) == 0 &&
	       memcmp(menu + SE_MENU_OTA_KIC + 16, keys->kid, 16) == 0 &&
	       memcmp(menu + SE_MENU_OTA_PAYLOAD, keys->payload, 16) == 0 &&
	       menu[SE_MENU_OTA_ALG] == keys->alg;
}

static bool
has_none(struct card *card)
{
	static const struct air_provide none;

	return has(card, &none);
}

static void
test_they_are_taken_once(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(provide(card, &tsm, &first, NULL), SW_OK);
	assert_true(has(card, &first));
	assert_int_equal(card_boot(card), YKT_OK);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(provide(card, &tsm, &first, NULL), SW_OK);
	assert_int_equal(provide(card, &tsm, &other, NULL), SW_CONDITIONS);
	assert_true(has(card, &first));
}

static void
test_what_is_none_changes_nothing(void **state)
{
	static const struct change rows[] = {
		{ .why = "another algorithm", .at = 0, .flip = 0x40, .sw = SW_DATA },
		{ .why = "a bit of KIc", .at = 1, .flip = 1, .sw = SW_DATA },
		{ .why = "a bit of KID", .at = 32, .flip = 0x80, .sw = SW_DATA },
		{ .why = "a bit of the payload's", .at = 48, .flip = 1, .sw = SW_DATA },
		{ .why = "a bit of the digest", .at = 63, .flip = 1, .sw = SW_DATA },
		{ .why = "cut", .cut = 1, .sw = SW_DATA },
		{ .why = "twice", .twice = 1, .sw = SW_DATA },
		{ .why = "another grouping", .tag = 0x8121, .sw = SW_P1P2 },
		{ .why = "not the last", .p1 = GP_STORE_DGI, .sw = SW_P1P2 },
		{ .why = "as TLV", .p1 = GP_STORE_LAST | 0x10, .sw = SW_DATA_NOT_FOUND },
	};
	static const struct air_provide zeros = { OTA_ALG_AES, "KIC", "", "payload" };
	struct card *card = *state;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		if (provide(card, &tsm, &first, &rows[i]) != rows[i].sw)
			fail_msg("%s: %04X", rows[i].why, tsm.sw);
		assert_true(has_none(card));
	}
	assert_int_equal(provide(card, &tsm, &zeros, NULL), SW_DATA);
	assert_true(has_none(card));
	/* And then what is good. */
	assert_int_equal(provide(card, &tsm, &first, NULL), SW_OK);
}

/* A city's domain has no say in it, with its own key for keys or the issuer's. */
static void
test_no_other_domain_brings_them(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_make_ssd(card);
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	assert_int_equal(provide(card, &tsm, &first, NULL), SW_P1P2);
	assert_true(has_none(card));
}

static void
test_a_cut_anywhere_leaves_all_or_nothing(void **state)
{
	unsigned none_seen = 0, all_seen = 0;

	(void)state;
	for (unsigned at = 1;; at++) {
		struct card *card = card_new();
		struct tsm tsm;
		bool done;

		tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
		nvm_fault(&card->nvm, at, FAULT_CUT, (enum tear)(at % TEAR_COUNT));
		done = provide(card, &tsm, &first, NULL) == SW_OK && card->nvm.writes < at;
		nvm_power(&card->nvm);
		assert_int_equal(card_boot(card), YKT_OK);
		assert_true(has(card, &first) || has_none(card));
		none_seen += has_none(card) ? 1 : 0;
		all_seen += has_none(card) ? 0 : 1;
		card_free(&card);
		if (done)
			break;
	}
	assert_true(none_seen > 0 && all_seen > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_they_are_taken_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_none_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_other_domain_brings_them, setup, teardown),
		cmocka_unit_test(test_a_cut_anywhere_leaves_all_or_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
