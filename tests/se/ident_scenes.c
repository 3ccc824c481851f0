/*
 * Commands of the identity applet that the tear matrix cuts: a key is old or
 * new, never half, and its certificate goes with it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tear_scenes.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/ident.h"
#include "card/sw.h"
#include "ident_vectors.h"

#define AID_IDENT    "F0594B54494401"
#define SELECT_IDENT "00A4040007" AID_IDENT
#define PERSO        "80E620000D000007" AID_IDENT "00000000"

static void
cut_hex(struct cut *cut, const char *hex)
{
	cut->cmd.len = 0;
	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &cut->cmd), YKT_OK);
}

static void
factory(struct card *card)
{
	struct se_params params;

	card_params(&params);
	params.ident_count = 1;
	assert_int_equal(se_format(&card->nvm.port, &params), YKT_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_IDENT);
}

static void
with_key(struct card *card)
{
	factory(card);
	rng_script(&card->rng, IDENT_KEY_D);
	expect_sw(card, SW_OK, "0046800000");
}

/* The groupings of a series that sets everything. */
static void
groups_of(struct card *card, struct ykt_buf *groups)
{
	static const uint8_t access[] = { IDENT_ACCESS_SIGN, 0 };
	const uint8_t clear[16] = { 3, 3, 0x12, 0x34, 0x56 };
	uint8_t xy_bytes[64], secret_bytes[16];
	struct ykt_buf xy = YKT_BUF(xy_bytes);
	struct ykt_buf secret = YKT_BUF(secret_bytes);

	assert_int_equal(
	    ykt_hex_decode(IDENT_PLATFORM_PUB, strlen(IDENT_PLATFORM_PUB), &xy), YKT_OK);
	dgi_put(groups, IDENT_DGI_PLATFORM, ykt_buf_view(&xy));
	xy.len = 0;
	assert_int_equal(
	    ykt_hex_decode(IDENT_AUTHORITY_PUB, strlen(IDENT_AUTHORITY_PUB), &xy), YKT_OK);
	dgi_put(groups, IDENT_DGI_AUTHORITY, ykt_buf_view(&xy));
	dgi_put(groups, IDENT_DGI_ACCESS, YKT_BYTES(access));
	assert_int_equal(scp03_dek_encrypt(card->crypto, tsm_isd_keys.dek, tsm_isd_keys.len,
			     YKT_BYTES(clear), &secret),
	    YKT_OK);
	dgi_put(groups, IDENT_DGI_PIN, ykt_buf_view(&secret));
	assert_false(groups->full);
}

static void
prepare_perso(struct card *card, struct cut *cut)
{
	uint8_t bytes[250], block[300];
	struct ykt_buf groups = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(block);
	struct tsm tsm;

	with_key(card);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, PERSO), SW_OK);
	groups_of(card, &groups);
	gp_store_data_build(GP_STORE_DGI | GP_STORE_LAST, 0, ykt_buf_view(&groups), &cmd);
	cut->cmd.len = 0;
	assert_int_equal(
	    scp03_cmd_wrap(card->crypto, &tsm.session, ykt_buf_view(&cmd), &cut->cmd), YKT_OK);
}

static void
personalised(struct card *card)
{
	uint8_t bytes[250];
	struct ykt_buf groups = YKT_BUF(bytes);
	struct tsm tsm;

	with_key(card);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, PERSO), SW_OK);
	groups_of(card, &groups);
	assert_int_equal(tsm_store(&tsm, ykt_buf_view(&groups)), SW_OK);
	expect_sw(card, SW_OK, SELECT_IDENT);
}

static void
prepare_first(struct card *card, struct cut *cut)
{
	factory(card);
	cut_hex(cut, "0046800000");
}

static void
prepare_replace(struct card *card, struct cut *cut)
{
	with_key(card);
	expect(card, "00DA7F21BE" IDENT_CERT, "9000");
	cut_hex(cut, "0046800000");
}

static void
prepare_certificate(struct card *card, struct cut *cut)
{
	with_key(card);
	cut_hex(cut, "00DA7F21BE" IDENT_CERT);
}

static void
prepare_wrong_pin(struct card *card, struct cut *cut)
{
	personalised(card);
	cut_hex(cut, "0020000003123457");
}

static void
prepare_delete(struct card *card, struct cut *cut)
{
	struct tsm tsm;
	static const char hex[] = "80E40000094F07" AID_IDENT "00";
	uint8_t bytes[64];
	struct ykt_buf plain = YKT_BUF(bytes);

	personalised(card);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &plain), YKT_OK);
	cut->cmd.len = 0;
	assert_int_equal(
	    scp03_cmd_wrap(card->crypto, &tsm.session, ykt_buf_view(&plain), &cut->cmd), YKT_OK);
}

const struct scene ident_scenes[IDENT_SCENES] = {
	{ "GENERATE, the first key", prepare_first, SW_OK, true, false },
	{ "GENERATE over a key with a certificate", prepare_replace, SW_OK, true, false },
	{ "PUT DATA of a certificate", prepare_certificate, SW_OK, true, false },
	{ "STORE DATA to ident", prepare_perso, SW_OK, true, false },
	{ "VERIFY to ident, wrong", prepare_wrong_pin, SW_TRIES_LEFT_0 | 2, true, false },
	{ "DELETE of ident", prepare_delete, SW_OK, true, false },
};
